#include "engine/history/register_page.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "engine/bookkeeping/account_walk.h"
#include "engine/bookkeeping/book_entries.h"
#include "engine/history/entry_words.h"
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
  RegisterPage(const plan::Program& program, const RegisterQuery& query, net::ReplyWriter& reply)
      : program_(program), query_(query), reply_(reply) {}

  void write(AccountNow now, book::BookReader& book) {
    const std::optional<WalkPlace> from = place_of(std::move(now));
    if (!from) {
      return reply_.error("INVALID",
                          "before: no place in the register of this account; give what a page "
                          "named as next, or the id of an entry");
    }
    AccountWalk walk(book, *from);
    if (collect(walk)) return write_page(walk);
    write_problem(walk.problem().sentence(), reply_);
  }

 private:
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
    const bool takes_all = query_.wallets.empty() && query_.clauses.empty() && !query_.kind;
    while (lines_.size() < query_.limit && walk.steps() < kStepsMax) {
      const size_t ahead = takes_all ? query_.limit - lines_.size() : kLinesUsual;
      const AccountWalk::Step step = walk.next(ahead);
      if (step == AccountWalk::Step::kProblem) return false;
      if (step == AccountWalk::Step::kEnd) return true;
      last_ = walk.entry();
      if (id_ && id_->is_before(last_)) continue;
      if (query_.passes(last_)) lines_.push_back({last_, walk.balance()});
    }
    return true;
  }

  void write_page(const AccountWalk& walk) {
    reply_.map_header(2);
    reply_.bulk("next");
    if (walk.place().next == book::kNoPosition) {
      reply_.null();
    } else {
      reply_.bulk(bookkeeping::place_text(walk.place(), last_));
    }
    reply_.bulk("entries");
    reply_.array_header(lines_.size());
    for (const Line& line : lines_) {
      const EntryWords words = words_of(program_, line.entry, line.balance);
      reply_.map_header(words.size());
      for (size_t c = 0; c < words.size(); ++c) {
        reply_.bulk(kColumns[c]);
        reply_.bulk(words[c]);
      }
    }
  }

  const plan::Program& program_;
  const RegisterQuery& query_;
  net::ReplyWriter& reply_;
  std::optional<EntryId> id_;
  book::BookEntry last_;
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

void write_register(const plan::Program& program, const RegisterQuery& query, AccountNow now,
                    book::BookReader& book, net::ReplyWriter& reply) {
  RegisterPage(program, query, reply).write(std::move(now), book);
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
