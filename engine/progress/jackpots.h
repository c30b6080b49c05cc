#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

// What a challenge carries over from periods in which nobody won (semantics, section 6). Kept are
// not amounts but the last period that was won; so periods that are passed over count, too.
//
// Thread-safety: one thread at a time.

namespace guerdon::progress {

// Of one challenge, by ranking: of who succeeded, and of all.
struct Jackpot {
  // The last period that was won, or the one before the first in which somebody had a score.
  std::array<int32_t, 2> won = {};
  int32_t began = 0;                   // that first period
  int32_t ranked = 0;                  // the last that was ranked
  std::array<int32_t, 2> before = {};  // what `won` was before that

  // How often what this period's ranks win is paid: once, and once for each period before it since
  // one was won. REQUIRES: the period is behind the last that was won.
  int64_t times(size_t ranking, int32_t period) const;
  bool operator==(const Jackpot&) const = default;
};

// As often, and no more than an amount may be. REQUIRES: amount from 1 to kAmountMax; times above
// 0.
int64_t carried(int64_t amount, int64_t times);

class Jackpots {
 public:
  // Number of the plan, and name of the challenge.
  using Key = std::pair<uint32_t, std::string>;

  // Where none is kept one begins with this period, which is ranked. Valid until the next call.
  Jackpot& of(uint32_t plan, std::string_view challenge, int32_t period);
  // As if the period, which was opened again, had not been ranked, if it was the last that was.
  void set_back(uint32_t plan, std::string_view challenge, int32_t period);
  // Null: no period of it was ranked yet.
  const Jackpot* find(uint32_t plan, std::string_view challenge) const;
  void load(uint32_t plan, std::string_view challenge, const Jackpot& jackpot);
  // By ascending key.
  const std::map<Key, Jackpot>& all() const { return all_; }

 private:
  std::map<Key, Jackpot> all_;
};

}  // namespace guerdon::progress
