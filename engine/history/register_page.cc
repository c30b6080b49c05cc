#include "engine/history/register_page.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "engine/book/book_scan.h"
#include "engine/bookkeeping/account_walk.h"
#include "engine/bookkeeping/book_entries.h"
#include "engine/history/derivation.h"
#include "engine/history/entry_words.h"
#include "engine/history/log_walk.h"
#include "engine/money/decimal.h"

namespace guerdon::history {

namespace {

using bookkeeping::AccountWalk;
using bookkeeping::WalkPlace;

// An entry's id, as a page shows it.
struct EntryId {
  uint64_t lsn = UINT64_MAX;
  uint32_t n = UINT32_MAX;

  bool is_before(const book::BookEntry& entry) const {
    return entry.lsn > lsn || (entry.lsn == lsn && entry.n >= n);
  }
};

std::optional<EntryId> read_id(std::string_view text) {
  EntryId id;
  const char* const end = text.data() + text.size();
  const auto [dot, failed] = std::from_chars(text.data(), end, id.lsn);
  if (failed != std::errc() || dot == end || *dot != '.') return std::nullopt;
  const auto [at, too] = std::from_chars(dot + 1, end, id.n);
  if (too != std::errc() || at != end) return std::nullopt;
  return id;
}

struct Line {
  book::BookEntry entry;
  int64_t balance = 0;
};

class RegisterPage {
 public:
  RegisterPage(const plan::Program& program, os::Disk& log, const RegisterQuery& query,
               net::ReplyWriter& reply)
      : program_(program), log_(log), query_(query), reply_(reply) {}

  void write(AccountNow now, book::BookReader& book) {
    if (!find_events(now.lsn)) return;
    const std::optional<WalkPlace> from = place_of(std::move(now));
    if (!from) {
      return reply_.error("INVALID",
                          "before: no place in the register of this account; give what a page "
                          "named as next, or the id of an entry");
    }
    AccountWalk walk(book, *from);
    if (!collect(walk)) return write_problem(walk.problem().sentence(), reply_);
    if (look_beyond(book)) write_page(walk, book);
  }

 private:
  // Those of the object, if one is asked for. False: answered that they are not known.
  bool find_events(uint64_t last_lsn) {
    if (query_.object.empty()) return true;
    if (find_object_events(log_, program_, query_.object, last_lsn, &events_)) return true;
    if (events_.too_many) {
      reply_.error("LIMIT", "object: " + events_.problem + ", and no more are looked at");
    } else {
      write_problem(events_.problem, reply_);
    }
    return false;
  }

  // What fell due at such an event is not of its object.
  bool is_of_object(const book::BookEntry& entry) const {
    return query_.object.empty() ||
           (bookkeeping::is_of_rule(entry) && !bookkeeping::is_due_before(program_, entry) &&
            std::binary_search(events_.lsns.begin(), events_.lsns.end(), entry.lsn));
  }
  // Whether none before this one can be of the object.
  bool is_before_object(const book::BookEntry& entry) const {
    return !query_.object.empty() && (events_.lsns.empty() || entry.lsn < events_.lsns.front());
  }

  std::optional<WalkPlace> place_of(AccountNow now) {
    const bool has_place = !query_.before.empty();
    if (has_place) {
      id_ = read_id(query_.before);
      if (!id_)
        return bookkeeping::read_place(query_.before, query_.account_hash, program_.wallets.size());
    }
    return WalkPlace{query_.account_hash, now.lsn, std::move(now.balances), now.newest};
  }

  // False: the walk has a problem.
  bool collect(AccountWalk& walk) {
    const bool takes_all =
        query_.wallets.empty() && query_.clauses.empty() && !query_.kind && query_.object.empty();
    while (lines_.size() < query_.limit && walk.steps() < kStepsMax) {
      const size_t ahead = takes_all ? query_.limit - lines_.size() : kLinesUsual;
      const AccountWalk::Step step = walk.next(ahead);
      if (step == AccountWalk::Step::kProblem) return false;
      if (step == AccountWalk::Step::kEnd) return true;
      last_ = walk.entry();
      is_over_ = is_before_object(last_);
      if (is_over_) return true;
      if (id_ && id_->is_before(last_)) continue;
      if (query_.is_derived && bookkeeping::is_of_close(program_, last_)) closed_.push_back(last_);
      if (query_.passes(last_) && is_of_object(last_)) lines_.push_back({last_, walk.balance()});
    }
    return true;
  }

  // All that closes paid at the records at the ends of the page: so the names are told. False:
  // answered that there is a problem.
  bool look_beyond(book::BookReader& book) {
    if (closed_.empty()) return true;
    if (!book.refresh()) {
      write_problem(book.problem().sentence(), reply_);
      return false;
    }
    for (const uint64_t lsn : {closed_.front().lsn, closed_.back().lsn}) {
      std::erase_if(closed_, [&](const book::BookEntry& entry) { return entry.lsn == lsn; });
      book::BookScan scan(book,
                          {.first_lsn = lsn, .last_lsn = lsn, .account = query_.account_hash});
      book::BookScan::Step step = scan.next();
      for (; step == book::BookScan::Step::kEntry; step = scan.next()) {
        const book::BookEntry& entry = scan.entry().entry;
        if (bookkeeping::is_of_close(program_, entry)) closed_.push_back(entry);
      }
      if (step == book::BookScan::Step::kProblem) {
        write_problem(scan.problem().sentence(), reply_);
        return false;
      }
    }
    return true;
  }

  std::vector<Share> shares(book::BookReader& book) const {
    std::vector<book::BookEntry> entries;
    for (const Line& line : lines_) entries.push_back(line.entry);
    CreditsOfBook credits(program_, book);
    return derive_shares(program_, log_, query_.account, entries, closed_, credits.asked());
  }

  void write_page(const AccountWalk& walk, book::BookReader& book) {
    const std::vector<Share> derived = query_.is_derived ? shares(book) : std::vector<Share>();
    reply_.map_header(2);
    reply_.bulk("next");
    if (is_over_ || walk.place().next == book::kNoPosition) {
      reply_.null();
    } else {
      reply_.bulk(bookkeeping::place_text(walk.place(), last_));
    }
    reply_.bulk("entries");
    reply_.array_header(lines_.size());
    for (size_t n = 0; n < lines_.size(); ++n) {
      const EntryWords words = words_of(program_, lines_[n].entry, lines_[n].balance);
      reply_.map_header(words.size() + (query_.is_derived ? 4 : 0));
      for (size_t c = 0; c < words.size(); ++c) write_field(kColumns[c], words[c]);
      if (query_.is_derived) write_share(derived[n]);
    }
  }

  void write_share(const Share& share) {
    write_field("subject", share.subject);
    write_field("basis", share.basis);
    write_field("rate", share.rate);
    write_field("problem", share.problem);
  }
  void write_field(std::string_view name, std::string_view value) {
    reply_.bulk(name);
    reply_.bulk(value);
  }

  const plan::Program& program_;
  os::Disk& log_;
  const RegisterQuery& query_;
  net::ReplyWriter& reply_;
  ObjectEvents events_;
  bool is_over_ = false;  // none is of the object any more
  std::optional<EntryId> id_;
  book::BookEntry last_;
  std::vector<book::BookEntry> closed_;  // what closes paid, whether or not it is on the page
  std::vector<Line> lines_;
};

// What each wallet held: the sums of today, less what came later.
class PastBalances {
 public:
  PastBalances(const BalanceQuery& query, AccountNow now) : query_(query), now_(std::move(now)) {
    sums_ = now_.balances;
    if (query_.time) add_due();
  }

  enum class End : uint8_t { kDone, kTooLong, kProblem };
  End go_back(AccountWalk& walk) {
    while (walk.steps() < kBalanceStepsMax) {
      const AccountWalk::Step step = walk.next(SIZE_MAX);
      if (step == AccountWalk::Step::kProblem) return End::kProblem;
      if (step == AccountWalk::Step::kEnd) return End::kDone;
      const book::BookEntry& entry = walk.entry();
      const bool is_later = entry.lsn > query_.lsn;
      if (!is_later && !query_.time) return End::kDone;  // and so are all before it
      const bool is_counted = !is_later && entry.effective <= *query_.time;
      if (!is_counted && bookkeeping::moves_balance(static_cast<ledger::Note>(entry.note))) {
        sums_[entry.wallet] -= entry.amount;
      }
    }
    return End::kTooLong;
  }

  const std::vector<int64_t>& sums() const { return sums_; }

 private:
  void add_due() {
    for (const Due& due : now_.due) {
      if (due.effective <= *query_.time && query_.lsn >= now_.lsn) sums_[due.wallet] += due.amount;
    }
  }

  const BalanceQuery& query_;
  const AccountNow now_;
  std::vector<int64_t> sums_;
};

}  // namespace

void write_problem(const std::string& sentence, net::ReplyWriter& reply) {
  reply.error("NOBOOK", "the register cannot be read: " + sentence);
}

void write_register(const plan::Program& program, os::Disk& log, const RegisterQuery& query,
                    AccountNow now, book::BookReader& book, net::ReplyWriter& reply) {
  RegisterPage(program, log, query, reply).write(std::move(now), book);
}

void write_balances_at(const plan::Program& program, const BalanceQuery& query, AccountNow now,
                       book::BookReader& book, net::ReplyWriter& reply) {
  AccountWalk walk(book, {query.account_hash, now.lsn, now.balances, now.newest});
  PastBalances past(query, std::move(now));
  switch (past.go_back(walk)) {
    case PastBalances::End::kProblem:
      return write_problem(walk.problem().sentence(), reply);
    case PastBalances::End::kTooLong:
      return reply.error("LIMIT", "the account has more than " + std::to_string(kBalanceStepsMax) +
                                      " entries to go back over; take it from REGISTER");
    case PastBalances::End::kDone:
      break;
  }
  const std::vector<int64_t>& sums = past.sums();
  reply.array_header(sums.size() - static_cast<size_t>(std::count(sums.begin(), sums.end(), 0)));
  for (size_t w = 0; w < sums.size(); ++w) {
    if (sums[w] == 0) continue;
    const plan::WalletKind& wallet = program.wallets[w];
    reply.array_header(3);
    reply.bulk(wallet.program);
    reply.bulk(wallet.unit);
    reply.bulk(money::format_decimal(sums[w], wallet.scale));
  }
}

}  // namespace guerdon::history
