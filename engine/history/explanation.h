// The answer to EXPLAIN: an entry, the record that made it, and the rule as its plan has it.
//
// Thread-safety: one thread at a time, the reader's.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/book/book_reader.h"
#include "engine/history/register_page.h"
#include "engine/history/register_query.h"
#include "engine/net/reply.h"
#include "engine/os/disk.h"
#include "engine/program/program.h"

namespace guerdon::history {

struct EntryQuery {
  std::string account;
  uint64_t account_hash = 0;
  uint64_t lsn = 0;
  uint32_t n = 0;
};

// EXPLAIN account lsn [n].
std::optional<Fault> read_query(std::span<const std::string_view> words, EntryQuery* query);

// A map: `entry`, `record`, `text`: the lines of the rule in its plan, `derived` (derivation.h); of
// a hold that ran out also `hold`: the record that made it. `entry` is stored, `record`, `hold` and
// `text` are in the log; `derived` follows from the log.
void write_explanation(const plan::Program& program, os::Disk& log, const EntryQuery& query,
                       AccountNow now, book::BookReader& book, net::ReplyWriter& reply);

}  // namespace guerdon::history
