#include "engine/history/explanation.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "engine/book/book_scan.h"
#include "engine/bookkeeping/account_walk.h"
#include "engine/bookkeeping/book_entries.h"
#include "engine/history/derivation.h"
#include "engine/history/entry_words.h"
#include "engine/history/log_record.h"

namespace guerdon::history {

namespace {

using bookkeeping::AccountWalk;

class Explanation {
 public:
  Explanation(const plan::Program& program, const EntryQuery& query, net::ReplyWriter& reply)
      : program_(program), query_(query), reply_(reply) {}

  void write(os::Disk& log, AccountNow now, book::BookReader& book) {
    if (!find(book)) return;
    AccountWalk walk(book, {query_.account_hash, now.lsn, std::move(now.balances), now.newest});
    if (!find_balance(walk)) return write_problem(walk.problem().sentence(), reply_);
    const bool has_hold = bookkeeping::has_hold(entry_);
    reply_.map_header(has_hold ? 5 : 4);
    write_entry();
    const event::RecordWords record = read_words(log, entry_.lsn);
    write_record("record", record);
    if (has_hold) write_record("hold", read_words(log, static_cast<uint64_t>(entry_.about)));
    reply_.bulk("text");
    reply_.bulk(text());
    CreditsOfBook credits(program_, book);
    write_derived(derive(program_, log, query_.account, entry_, beside_, record, credits.asked()));
  }

 private:
  // False: answered that there is none.
  bool find(book::BookReader& book) {
    if (!book.refresh()) {
      write_problem(book.problem().sentence(), reply_);
      return false;
    }
    book::BookScan scan(
        book, {.first_lsn = query_.lsn, .last_lsn = query_.lsn, .account = query_.account_hash});
    bool is_found = false;
    book::BookScan::Step step = scan.next();
    for (; step == book::BookScan::Step::kEntry; step = scan.next()) {
      beside_.push_back(scan.entry().entry);
      if (scan.entry().entry.n != query_.n) continue;
      entry_ = scan.entry().entry;
      is_found = true;
    }
    if (step == book::BookScan::Step::kProblem) {
      write_problem(scan.problem().sentence(), reply_);
      return false;
    }
    if (!is_found) {
      reply_.error("UNKNOWN", "word 3: the account has no entry " + std::to_string(query_.lsn) +
                                  "." + std::to_string(query_.n) + "; REGISTER shows those it has");
      return false;
    }
    return true;
  }

  // Nothing where the way back is too long.
  bool find_balance(AccountWalk& walk) {
    while (walk.steps() < kStepsMax) {
      const AccountWalk::Step step = walk.next(SIZE_MAX);
      if (step == AccountWalk::Step::kProblem) return false;
      if (step == AccountWalk::Step::kEnd || walk.entry().lsn < entry_.lsn) return true;
      if (walk.entry() != entry_) continue;
      balance_ = walk.balance();
      return true;
    }
    return true;
  }

  void write_entry() {
    const EntryWords words = words_of(program_, entry_, balance_.value_or(0));
    reply_.bulk("entry");
    reply_.map_header(words.size());
    for (size_t c = 0; c < words.size(); ++c) {
      const bool is_known = balance_ || static_cast<Column>(c) != Column::kBalance;
      reply_.bulk(kColumns[c]);
      reply_.bulk(is_known ? words[c] : "");
    }
  }

  event::RecordWords read_words(os::Disk& log, uint64_t lsn) const {
    event::RecordWords words;
    std::string error;
    if (!read_record(log, program_.schema, lsn, &words, &error)) {
      words.fields = {{"record", ""}, {"problem", error}};
    }
    return words;
  }

  void write_record(std::string_view name, const event::RecordWords& words) {
    reply_.bulk(name);
    reply_.map_header(words.fields.size() + 1);
    write_fields(words.fields);
    reply_.bulk("attributes");
    reply_.map_header(words.attributes.size());
    write_fields(words.attributes);
  }

  // Empty where no rule made the entry.
  void write_derived(const Derivation& told) {
    reply_.bulk("derived");
    reply_.map_header(told.fields.empty() ? 0 : told.fields.size() + 1);
    if (told.fields.empty()) return;
    write_fields(told.fields);
    reply_.bulk("inputs");
    reply_.map_header(told.inputs.size());
    write_fields(told.inputs);
  }

  void write_fields(const event::RecordWords::Fields& fields) {
    for (const auto& [name, value] : fields) {
      reply_.bulk(name);
      reply_.bulk(value);
    }
  }

  std::string_view text() const {
    if (!bookkeeping::is_of_rule(entry_)) return "";
    const plan::Clause& clause = program_.clauses[bookkeeping::clause_of(entry_)];
    return program_.plans[static_cast<size_t>(clause.plan)].words_of(clause);
  }

  const plan::Program& program_;
  const EntryQuery& query_;
  net::ReplyWriter& reply_;
  book::BookEntry entry_;
  std::vector<book::BookEntry> beside_;  // of its record, it among them
  std::optional<int64_t> balance_;
};

template <typename Number>
bool is_number(std::string_view word, Number* number) {
  const char* const end = word.data() + word.size();
  const auto [at, failed] = std::from_chars(word.data(), end, *number);
  return failed == std::errc() && at == end;
}

}  // namespace

std::optional<Fault> read_query(std::span<const std::string_view> words, EntryQuery* query) {
  if (std::optional<Fault> fault = read_account(words[1], &query->account, &query->account_hash)) {
    return fault;
  }
  if (!is_number(words[2], &query->lsn)) {
    return Fault{"INVALID", "word 3: it is no LSN; write the id of an entry, such as 17 or 17 1"};
  }
  if (words.size() > 3 && !is_number(words[3], &query->n)) {
    return Fault{"INVALID", "word 4: it is no number of an entry within its LSN; write such as 1"};
  }
  return std::nullopt;
}

void write_explanation(const plan::Program& program, os::Disk& log, const EntryQuery& query,
                       AccountNow now, book::BookReader& book, net::ReplyWriter& reply) {
  Explanation(program, query, reply).write(log, std::move(now), book);
}

}  // namespace guerdon::history
