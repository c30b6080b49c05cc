// Which accounts STANDINGS is asked for: those of whom something is known, or who have a level.
#include <algorithm>
#include <memory>

#include "engine/base/assert.h"
#include "engine/calendar/period.h"
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
  if (ladder.keeps_last) measured = std::max(measured, value(ladder.measure, 1));
  const plan::Lookup& table = program_->tables[ladder.table];
  const plan::Int128 key = measured;
  const int row = table.row(&key);
  GUERDON_ASSERT(row >= 0);  // each measure has its level
  const auto level = static_cast<int64_t>(*table.value(row, 0));
  return ladder.kept == plan::kNowhere ? level : std::max(level, value(ladder.kept, 0));
}

bool Shard::is_meant(const Regard& regard, const BlockHeader& account) const {
  if (regard.known != plan::kNowhere) {
    const int64_t* const value = state_.known(account, regard.known, regard.at);
    return value != nullptr && regard.is_it(*value);
  }
  if (regard.ladder == plan::kNowhere) return true;
  const plan::LadderKind& ladder = program_->ladders[regard.ladder];
  if (ladder.kept == plan::kNowhere || !due_.has_closes(account, regard.at)) {
    return regard.is_it(level_of(ladder, account, regard.at));
  }
  // Reviews that wait for its next record are done in a copy.
  Shard beside(*program_, texts_, 0, 1, 1);
  std::vector<ledger::Entry> unread;
  beside.copy_closed(*this, account, regard.at, unread);
  const BlockHeader* const own =
      beside.state_.accounts().find(account.hash, state_.accounts().name(account));
  return regard.is_it(beside.level_of(ladder, *own, regard.at));
}

}  // namespace guerdon::shard
