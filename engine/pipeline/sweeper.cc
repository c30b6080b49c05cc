#include "engine/pipeline/sweeper.h"

#include <algorithm>
#include <utility>

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

std::optional<event::Slices> Sweeper::next_slices(base::TimeMs at) {
  if (due_ == kNotKnown) {
    plan_next(at);
    return std::nullopt;
  }
  if (at >= due_) {
    const bool is_idle = slices_left_ == 0;
    slices_left_ = event::kSlices;
    if (is_idle) began_at_ = at;
    plan_next(at);
    if (is_idle) return std::nullopt;
  }
  if (slices_left_ == 0 || ++records_ < kRecordsBetween) return std::nullopt;
  const base::TimeMs passed = std::min(at - began_at_, kPaceMs);
  const auto wanted = static_cast<uint32_t>(event::kSlices * passed / kPaceMs);
  const uint32_t done = event::kSlices - slices_left_;
  return take(wanted > done ? wanted - done : 1);
}

// The record itself is not counted, unless it comes amid a sweep.
void Sweeper::begin(base::TimeMs at) {
  if (slices_left_ == 0) {
    began_at_ = at;
    records_ = -1;
  }
  slices_left_ = event::kSlices;
  swept_at_ = kNotKnown;  // a tick of this very instant has something to do again
}

event::Slices Sweeper::take(uint32_t count) {
  const event::Slices slices{next_slice_, std::min({count, event::kSlicesAtOnce, slices_left_})};
  records_ = 0;
  slices_left_ -= slices.count;
  next_slice_ = (next_slice_ + slices.count) % event::kSlices;
  return slices;
}

bool Sweeper::begin_at_tick(base::TimeMs at) {
  if ((!has_dates_ && !has_closings_) || at <= swept_at_) return false;
  swept_at_ = at;
  slices_left_ = event::kSlices;
  began_at_ = at;
  plan_next(at);
  return true;
}

std::optional<event::Slices> Sweeper::next_of_tick() {
  if (slices_left_ == 0) return std::nullopt;
  return take(event::kSlicesAtOnce);
}

void Sweeper::save(snapshot::SnapshotWriter& out) const {
  out.put_signed(due_);
  out.put_signed(swept_at_);
  out.put_signed(began_at_);
  out.put_unsigned(slices_left_);
  out.put_unsigned(next_slice_);
  out.put_unsigned(static_cast<uint64_t>(records_));
}

bool Sweeper::load(snapshot::SectionReader& in) {
  uint64_t slices_left = 0;
  uint64_t next_slice = 0;
  uint64_t records = 0;
  if (!in.take_signed(&due_) || !in.take_signed(&swept_at_) || !in.take_signed(&began_at_) ||
      !in.take_unsigned(event::kSlices, &slices_left) ||
      !in.take_unsigned(event::kSlices - 1, &next_slice) ||
      !in.take_unsigned(kRecordsBetween - 1, &records)) {
    return false;
  }
  if (slices_left > 0 && began_at_ == kNotKnown) return false;
  slices_left_ = static_cast<uint32_t>(slices_left);
  next_slice_ = static_cast<uint32_t>(next_slice);
  records_ = static_cast<int>(records);
  return true;
}

void Sweeper::at_batch() {
  if (base::planted(base::PlantedBug::kBatchBoundaryShows)) records_ = 0;
}

}  // namespace guerdon::pipeline
