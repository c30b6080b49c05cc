// The answer to ENTRIES, and what SUBSCRIBE sends: the entries of all accounts, the oldest first,
// out of the book.
//
// Two steps: what is read from the book names accounts by their hashes; their names are the
// engine's, and are looked up behind that. What is written is then the same for ever, since a
// position never changes and later entries have greater ones.
//
// Thread-safety: read_entries(): one thread at a time, the reader's; the rest is pure.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/book/book_reader.h"
#include "engine/history/register_query.h"
#include "engine/net/reply.h"
#include "engine/program/program.h"

namespace guerdon::history {

// Blocks that one page looks at, 16 MiB: where a filter lets little through it may have fewer lines
// than asked for, and a place to go on.
inline constexpr uint64_t kPageBlocks = 1'024;

struct EntriesPage {
  std::vector<book::BookEntry> entries;
  std::vector<book::Position> places;       // of each
  book::Position next = book::kNoPosition;  // behind which to go on; kNoPosition: that was the end
  book::Position end = book::kNoPosition;   // behind which what comes later will stand
};

// False: *problem, a sentence. `blocks`: that it looks at.
bool read_entries(const EntriesQuery& query, book::BookReader& book, EntriesPage* page,
                  std::string* problem, uint64_t blocks = kPageBlocks);

// A map: `next`, a place or nothing, and `entries`: as those of REGISTER, with `account` in front,
// and without the balance. `name_of`: of the account with this hash.
void write_entries(const plan::Program& program, const EntriesPage& page,
                   const std::function<std::string(uint64_t)>& name_of, net::ReplyWriter& reply);

// What is known of an account when a notice of it is written.
struct NoticedAccount {
  std::string name;
  int64_t balance = 0;                 // of the entry's wallet, posted
  std::optional<std::string> channel;  // how it would be told
};

// Notices, one behind the other: pushes of the word `notice`, the place of the entry, and a map:
// the entry as that of write_entries(), with `now`, the balance of its wallet, and `channel`, null
// where none is known. `account_of`: of an entry.
void write_notices(const plan::Program& program, const EntriesPage& page,
                   const std::function<NoticedAccount(const book::BookEntry&)>& account_of,
                   net::ReplyWriter& reply);

}  // namespace guerdon::history
