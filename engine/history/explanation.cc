#include "engine/history/explanation.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "engine/book/book_scan.h"
#include "engine/bookkeeping/account_walk.h"
#include "engine/bookkeeping/book_entries.h"
#include "engine/history/entry_words.h"
#include "engine/history/log_record.h"

namespace guerdon::history {

namespace {

using bookkeeping::AccountWalk;

bool begins_declaration(std::string_view line) {
  return !line.empty() && std::string_view(" \t#\r\n").find(line.front()) == std::string_view::npos;
}

bool is_rule(std::string_view line, std::string_view rule) {
  constexpr std::string_view kRule = "rule ";
  if (!line.starts_with(kRule)) return false;
  line.remove_prefix(std::min(line.find_first_not_of(' ', kRule.size()), line.size()));
  return line.starts_with(rule) &&
         (line.size() == rule.size() || line.find_first_of(" \t\r#", rule.size()) == rule.size());
}

// Blank lines and remarks behind the rule belong to what comes next.
void drop_end(std::string* lines) {
  for (;;) {
    const size_t last = lines->rfind('\n', lines->size() - 2);
    const std::string_view line = std::string_view(*lines).substr(last + 1);
    const size_t first = line.find_first_not_of(" \t\r\n");
    const bool is_of_rule = first != std::string_view::npos && line.front() != '#';
    if (is_of_rule || last == std::string::npos) return;
    lines->resize(last + 1);
  }
}

class Explanation {
 public:
  Explanation(const plan::Program& program, const EntryQuery& query, net::ReplyWriter& reply)
      : program_(program), query_(query), reply_(reply) {}

  void write(os::Disk& log, AccountNow now, book::BookReader& book) {
    if (!find(book)) return;
    AccountWalk walk(book, {query_.account_hash, now.lsn, std::move(now.balances), now.newest});
    if (!find_balance(walk)) return write_problem(walk.problem().sentence(), reply_);
    reply_.map_header(3);
    write_entry();
    write_record(log);
    reply_.bulk("text");
    reply_.bulk(text());
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
    book::BookScan::Step step = scan.next();
    while (step == book::BookScan::Step::kEntry && scan.entry().entry.n != query_.n) {
      step = scan.next();
    }
    if (step == book::BookScan::Step::kProblem) {
      write_problem(scan.problem().sentence(), reply_);
      return false;
    }
    if (step == book::BookScan::Step::kEnd) {
      reply_.error("UNKNOWN", "word 3: the account has no entry " + std::to_string(query_.lsn) +
                                  "." + std::to_string(query_.n) + "; REGISTER shows those it has");
      return false;
    }
    entry_ = scan.entry().entry;
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

  void write_record(os::Disk& log) {
    event::RecordWords words;
    std::string error;
    if (!read_record(log, program_.schema, entry_.lsn, &words, &error)) {
      words.fields = {{"record", ""}, {"problem", error}};
    }
    reply_.bulk("record");
    reply_.map_header(words.fields.size() + 1);
    write_fields(words.fields);
    reply_.bulk("attributes");
    reply_.map_header(words.attributes.size());
    write_fields(words.attributes);
  }

  void write_fields(const event::RecordWords::Fields& fields) {
    for (const auto& [name, value] : fields) {
      reply_.bulk(name);
      reply_.bulk(value);
    }
  }

  std::string text() const {
    if (!bookkeeping::is_of_rule(entry_)) return "";
    const plan::Clause& clause = program_.clauses[bookkeeping::clause_of(entry_)];
    return rule_lines(program_.plans[static_cast<size_t>(clause.plan)].text, clause.rule);
  }

  const plan::Program& program_;
  const EntryQuery& query_;
  net::ReplyWriter& reply_;
  book::BookEntry entry_;
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

std::string rule_lines(std::string_view plan, std::string_view rule) {
  std::string lines;
  while (!plan.empty()) {
    const size_t size = std::min(plan.find('\n'), plan.size() - 1) + 1;
    const std::string_view line = plan.substr(0, size);
    plan.remove_prefix(size);
    const std::string_view words = line.substr(0, line.find_last_not_of("\r\n") + 1);
    if (!lines.empty() && begins_declaration(line)) break;
    if (!lines.empty() || is_rule(words, rule)) lines += line;
  }
  if (!lines.empty()) drop_end(&lines);
  return lines;
}

}  // namespace guerdon::history
