#include "engine/progress/jackpots.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/int128.h"
#include "engine/money/limits.h"

namespace guerdon::progress {

int64_t Jackpot::times(size_t ranking, int32_t period) const {
  const int64_t times = int64_t{period} - won.at(ranking);
  GUERDON_ASSERT(times > 0);
  return times;
}

int64_t carried(int64_t amount, int64_t times) {
  GUERDON_ASSERT(amount > 0 && times > 0);
  return static_cast<int64_t>(
      std::min<base::Int128>(base::Int128{amount} * times, money::kAmountMax));
}

Jackpot& Jackpots::of(uint32_t plan, std::string_view challenge, int32_t period) {
  const int32_t last = period - 1;
  const Jackpot begins{{last, last}, period, period, {last, last}};
  Jackpot& jackpot = all_.try_emplace({plan, std::string(challenge)}, begins).first->second;
  jackpot.ranked = period;
  jackpot.before = jackpot.won;
  return jackpot;
}

void Jackpots::set_back(uint32_t plan, std::string_view challenge, int32_t period) {
  const auto at = all_.find({plan, std::string(challenge)});
  if (at == all_.end() || at->second.ranked != period) return;
  if (at->second.began == period) {
    all_.erase(at);
    return;
  }
  at->second.won = at->second.before;
}

const Jackpot* Jackpots::find(uint32_t plan, std::string_view challenge) const {
  const auto at = all_.find({plan, std::string(challenge)});
  return at == all_.end() ? nullptr : &at->second;
}

void Jackpots::load(uint32_t plan, std::string_view challenge, const Jackpot& jackpot) {
  all_.insert_or_assign({plan, std::string(challenge)}, jackpot);
}

}  // namespace guerdon::progress
