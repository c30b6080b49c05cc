// One account's register, from its newest entry back, with the balance that each left behind.
//
//   AccountWalk walk(reader, {account, as_of_lsn, balances, newest});
//   while (walk.next(100) == AccountWalk::Step::kEntry) use(walk.entry(), walk.balance());
//   kEnd: that was its first; kProblem: walk.problem()
//
// The balances are those behind as_of_lsn, by wallet; entries that came later are passed over. An
// entry's balance never changes, so a walk can be gone on with at any time: from place(), which is
// behind the entry just given, also by somebody else (place_text, read_place).
//
// Thread-safety: one thread at a time, the reader's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/book/book_reader.h"

namespace guerdon::bookkeeping {

// Where a walk stands: before the entry at `next`, and what the wallets held by then.
struct WalkPlace {
  uint64_t account = 0;
  uint64_t as_of_lsn = UINT64_MAX;
  std::vector<int64_t> balances;  // by wallet of the program; minor units
  book::Position next = book::kNoPosition;
};

class AccountWalk {
 public:
  enum class Step : uint8_t { kEntry, kEnd, kProblem };

  AccountWalk(book::BookReader& reader, WalkPlace from)
      : reader_(reader), place_(std::move(from)) {}

  // `ahead`: entries that are wanted, as far as the caller knows: so many are read at once.
  Step next(size_t ahead);
  const book::BookEntry& entry() const { return page_.entries[at_ - 1].entry; }
  // Of its wallet, behind it.
  int64_t balance() const { return balance_; }

  const WalkPlace& place() const { return place_; }
  // Entries that were looked at.
  uint64_t steps() const { return steps_; }
  const book::Problem& problem() const { return reader_.problem(); }

 private:
  static constexpr size_t kPageMax = 100;

  book::BookReader& reader_;
  WalkPlace place_;
  book::WalkPage page_;
  size_t at_ = 0;  // of the next one of the page
  int64_t balance_ = 0;
  uint64_t steps_ = 0;
};

// A place in words for who asks for the next page: the id of the last entry that was given, where
// to go on, balances and a check, so that another's, or one with a slip, is not taken for a place.
std::string place_text(const WalkPlace& place, const book::BookEntry& last);
// Nothing where it is none of this account under so many wallets.
std::optional<WalkPlace> read_place(std::string_view text, uint64_t account, size_t wallets);

}  // namespace guerdon::bookkeeping
