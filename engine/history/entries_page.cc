#include "engine/history/entries_page.h"

#include <algorithm>

#include "engine/book/block.h"
#include "engine/book/book_scan.h"
#include "engine/history/entry_words.h"
#include "engine/money/decimal.h"

namespace guerdon::history {

using book::BookScan;
using book::Position;

namespace {

void write_fields(const plan::Program& program, const book::BookEntry& entry,
                  const std::string& account, net::ReplyWriter& reply) {
  const EntryWords words = words_of(program, entry, 0);
  reply.bulk("account");
  reply.bulk(account);
  for (size_t c = 0; c < words.size(); ++c) {
    if (static_cast<Column>(c) == Column::kBalance) continue;
    reply.bulk(kColumns[c]);
    reply.bulk(words[c]);
  }
}

}  // namespace

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
  if (!query.filter.account.empty()) filter.account = query.filter.account_hash;
  page->end = book.end() == 0 ? book::kNoPosition : book.end() - 1;
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
    page->places.push_back(scan.entry().position);
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
    reply.map_header(kColumns.size());  // the account is there in place of the balance
    write_fields(program, entry, name_of(entry.account), reply);
  }
}

void write_notices(const plan::Program& program, const EntriesPage& page,
                   const std::function<NoticedAccount(const book::BookEntry&)>& account_of,
                   net::ReplyWriter& reply) {
  for (size_t n = 0; n < page.entries.size(); ++n) {
    const book::BookEntry& entry = page.entries[n];
    const NoticedAccount account = account_of(entry);
    reply.push_header(3);
    reply.bulk("notice");
    reply.bulk(std::to_string(page.places[n]));
    reply.map_header(kColumns.size() + 2);
    write_fields(program, entry, account.name, reply);
    reply.bulk("now");
    reply.bulk(money::format_decimal(account.balance, program.wallets[entry.wallet].scale));
    reply.bulk("channel");
    account.channel ? reply.bulk(*account.channel) : reply.null();
  }
}

}  // namespace guerdon::history
