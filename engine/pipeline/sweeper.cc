#include "engine/pipeline/sweeper.h"

#include <algorithm>
#include <utility>

#include "engine/accounts/account_table.h"
#include "engine/base/planted.h"

namespace guerdon::pipeline {

Sweeper::Sweeper(const plan::Program& program) {
  add_clocks(program);
  has_dates_ = std::any_of(
      program.wallets.begin(), program.wallets.end(),
      [](const plan::WalletKind& wallet) { return wallet.rules.mature || wallet.rules.expire; });
  if (has_dates_) add_days();
  has_closings_ = !program.closings.empty();
}

void Sweeper::add_clocks(const plan::Program& program) {
  for (; clocks_ < program.clocks.size(); ++clocks_) {
    const plan::Clock& clock = program.clocks[clocks_];
    closings_.emplace_back(clock.calendar, clock.rule, clock.grace);
  }
}

void Sweeper::adopt(const plan::Program& program, base::TimeMs at) {
  add_clocks(program);
  has_closings_ = !program.closings.empty();
  if (due_ != kNotKnown) plan_next(at);
}

void Sweeper::add_days() {
  static const calendar::Calendar kUtc;
  closings_.emplace_back(kUtc, calendar::PeriodKind::kDay, calendar::Duration());
}

void Sweeper::expect_dates(base::TimeMs at) {
  if (std::exchange(has_dates_, true)) return;
  add_days();
  plan_next(at);
}

void Sweeper::plan_next(base::TimeMs at) {
  due_ = INT64_MAX;
  for (calendar::ClosingCursor& closing : closings_) {
    due_ = std::min(due_, closing.next_deadline(at));
  }
}

std::optional<int> Sweeper::next_slice(base::TimeMs at) {
  if (due_ == kNotKnown) {
    plan_next(at);
    return std::nullopt;
  }
  if (at >= due_) {
    const bool is_idle = slices_left_ == 0;
    slices_left_ = shard::kSlices;
    plan_next(at);
    if (is_idle) return std::nullopt;
  }
  if (slices_left_ == 0 || ++records_ < kRecordsBetween) return std::nullopt;
  return take_slice();
}

int Sweeper::take_slice() {
  records_ = 0;
  --slices_left_;
  const int slice = next_slice_;
  next_slice_ = (next_slice_ + 1) % shard::kSlices;
  return slice;
}

bool Sweeper::begin_at_tick(base::TimeMs at) {
  if ((!has_dates_ && !has_closings_) || at <= swept_at_) return false;
  swept_at_ = at;
  slices_left_ = shard::kSlices;
  plan_next(at);
  return true;
}

std::optional<int> Sweeper::next_of_tick() {
  if (slices_left_ == 0) return std::nullopt;
  return take_slice();
}

void Sweeper::save(snapshot::SnapshotWriter& out) const {
  out.put_signed(due_);
  out.put_signed(swept_at_);
  for (const int number : {slices_left_, next_slice_, records_}) {
    out.put_unsigned(static_cast<uint64_t>(number));
  }
}

bool Sweeper::load(snapshot::SectionReader& in) {
  uint64_t slices_left = 0;
  uint64_t next_slice = 0;
  uint64_t records = 0;
  if (!in.take_signed(&due_) || !in.take_signed(&swept_at_) ||
      !in.take_unsigned(shard::kSlices, &slices_left) ||
      !in.take_unsigned(shard::kSlices - 1, &next_slice) ||
      !in.take_unsigned(kRecordsBetween - 1, &records)) {
    return false;
  }
  slices_left_ = static_cast<int>(slices_left);
  next_slice_ = static_cast<int>(next_slice);
  records_ = static_cast<int>(records);
  return true;
}

void Sweeper::at_batch() {
  if (base::planted(base::PlantedBug::kBatchBoundaryShows)) records_ = 0;
}

}  // namespace guerdon::pipeline
