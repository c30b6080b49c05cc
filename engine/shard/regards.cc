// Which accounts STANDINGS is asked for: those of whom something is known, or who have a level.
#include <algorithm>
#include <memory>

#include "engine/calendar/period.h"
#include "engine/money/limits.h"
#include "engine/shard/shard.h"

namespace guerdon::shard {

// REQUIRES: what is due for the account at the instant is done.
int64_t Shard::level_of(const plan::LadderKind& ladder, const BlockHeader& account,
                        plan::TimeMs at) const {
  const auto value = [&](uint32_t measure, int32_t periods_before) {
    const plan::MeasureKind& kind = program_->measures[measure];
    const int clock = program_->subjects[kind.subject].clock;
    int32_t period = 0;
    if (clock != plan::kNoClock) {
      const plan::Clock& cut = program_->clocks[static_cast<size_t>(clock)];
      period = calendar::period_at(cut.calendar, cut.rule, at).index - periods_before;
    }
    const int64_t* const cells = state_.find(account, {kind.subject, period, {}});
    return cells == nullptr ? 0 : cells[kind.cell];
  };
  int64_t measured = value(ladder.measure, 0);
  // Of a window that rolls on as a rule reads it: the days or months before, too.
  plan::Int128 rolled = measured;
  for (int32_t back = 1; back < program_->measures[ladder.measure].last; ++back) {
    rolled += value(ladder.measure, back);
  }
  constexpr plan::Int128 kMax = money::kMeasureMax;
  measured = static_cast<int64_t>(std::clamp(rolled, -kMax, kMax));
  if (ladder.keeps_last) measured = std::max(measured, value(ladder.measure, 1));
  const int64_t level = program_->tables[ladder.table].level_at(measured);
  return ladder.kept == plan::kNowhere ? level : std::max(level, value(ladder.kept, 0));
}

bool Shard::is_meant(const Regard& regard, const BlockHeader& account,
                     std::unique_ptr<Shard>* beside) const {
  if (regard.known != plan::kNowhere) {
    const int64_t* const value = state_.known(account, regard.known, regard.at);
    return value != nullptr && regard.is_it(*value);
  }
  if (regard.ladder == plan::kNowhere) return true;
  const plan::LadderKind& ladder = program_->ladders[regard.ladder];
  // Reviews, and goals of files, that wait for its next record are done in a copy.
  const bool waits = state_.staged().is_due(account) ||
                     (ladder.kept != plan::kNowhere && due_.has_closes(account, regard.at));
  if (!waits) return regard.is_it(level_of(ladder, account, regard.at));
  // A shard is a machine and tables; an account, some frames.
  if (*beside == nullptr) *beside = std::make_unique<Shard>(*program_, texts_, 0, 1, 1);
  std::vector<ledger::Entry> unread;
  (*beside)->copy_closed(*this, account, regard.at, unread);
  const BlockHeader* const own =
      (*beside)->state_.accounts().find(account.hash, state_.accounts().name(account));
  return regard.is_it((*beside)->level_of(ladder, *own, regard.at));
}

}  // namespace guerdon::shard
