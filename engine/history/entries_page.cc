#include "engine/history/entries_page.h"

#include <algorithm>

#include "engine/book/block.h"
#include "engine/book/book_scan.h"
#include "engine/history/entry_words.h"

namespace guerdon::history {

using book::BookScan;
using book::Position;

// The wallets that pass are left to the query where they are several: blocks know from which to
// which.
bool read_entries(const EntriesQuery& query, book::BookReader& book, EntriesPage* page,
                  std::string* problem, uint64_t blocks) {
  if (!book.refresh()) {
    *problem = book.problem().sentence();
    return false;
  }
  const Position to = (book::block_of(query.after + 1) + blocks) * book::kBlockBytes;
  book::BookFilter filter;
  filter.kind = query.filter.kind;
  filter.effective_from = query.filter.from;
  filter.effective_to = query.filter.to;
  const std::vector<bool>& wallets = query.filter.wallets;
  if (std::count(wallets.begin(), wallets.end(), true) == 1) {
    filter.wallet =
        static_cast<uint16_t>(std::find(wallets.begin(), wallets.end(), true) - wallets.begin());
  }
  BookScan scan(book, filter, query.after, to);
  while (page->entries.size() < query.filter.limit) {
    const BookScan::Step step = scan.next();
    if (step == BookScan::Step::kProblem) {
      *problem = scan.problem().sentence();
      return false;
    }
    if (step == BookScan::Step::kEnd) {
      page->next = to < book.end() ? to - 1 : book::kNoPosition;
      return true;
    }
    if (!query.filter.passes(scan.entry().entry)) continue;
    page->entries.push_back(scan.entry().entry);
    page->next = scan.entry().position;
  }
  return true;
}

void write_entries(const plan::Program& program, const EntriesPage& page,
                   const std::function<std::string(uint64_t)>& name_of, net::ReplyWriter& reply) {
  reply.map_header(2);
  reply.bulk("next");
  if (page.next == book::kNoPosition) {
    reply.null();
  } else {
    reply.bulk(std::to_string(page.next));
  }
  reply.bulk("entries");
  reply.array_header(page.entries.size());
  for (const book::BookEntry& entry : page.entries) {
    const EntryWords words = words_of(program, entry, 0);
    reply.map_header(words.size());  // the account is there in place of the balance
    reply.bulk("account");
    reply.bulk(name_of(entry.account));
    for (size_t c = 0; c < words.size(); ++c) {
      if (static_cast<Column>(c) == Column::kBalance) continue;
      reply.bulk(kColumns[c]);
      reply.bulk(words[c]);
    }
  }
}

}  // namespace guerdon::history
