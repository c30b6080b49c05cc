// When records come: their LSNs, the clock, and the sweeps that follow from it.
#include <algorithm>
#include <set>
#include <tuple>

#include "engine/base/hash.h"
#include "engine/calendar/period.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {
namespace {

constexpr int kSlicesAtOnce = 64;
constexpr int kRecordsPerSweep = 32;
constexpr TimeMs kMinute = 60'000;

bool has_dates(const plan::WalletRules& rules) { return rules.mature || rules.expire; }

int slice_of(const std::string& account) {
  return static_cast<int>(base::hash64(account) / ((uint64_t{1} << 63) / (kSweepSlices / 2)));
}

}  // namespace

// How its measures, rules and limits cut time.
std::set<calendar::PeriodRule> Engine::period_rules(const plan::Plan& plan) {
  std::set<calendar::PeriodRule> rules;
  for (const plan::Measure& measure : plan.measures) rules.insert(measure.subject.period);
  for (const plan::Rule& rule : plan.rules) {
    rules.insert(rule.subject.is_object() ? calendar::PeriodKind::kMonth : rule.subject.period);
    for (const plan::Effect& effect : rule.effects) {
      for (const plan::Limit& limit : effect.limits) rules.insert(limit.subject.period);
    }
  }
  for (const plan::Budget& budget : plan.budgets) rules.insert(budget.period);
  rules.erase(calendar::PeriodKind::kLifetime);
  return rules;
}

uint64_t Engine::append(TimeMs time) {
  const std::optional<TimeMs> before = clock_;
  if (before) settle_challenges(*before, std::max(*before, time));
  clock_ = before ? std::max(*before, time) : time;
  if (slices_left_ > 0) ++records_since_;
  if (before && falls_due(*before, *clock_)) begin_sweep();
  before ? wait_for_seals() : open_seals();
  return ++last_lsn_;
}

// Of all slices; where some were left the same sweep goes on.
void Engine::begin_sweep() {
  if (slices_left_ == 0) {
    records_since_ = 0;
    sweep_began_ = *clock_;
  }
  slices_left_ = kSweepSlices;
}

// Sweeps are through a minute after slices were left, where as many at once are enough for that.
void Engine::after_record() {
  if (slices_left_ == 0 || records_since_ < kRecordsPerSweep) return;
  int slices = 1;
  while (slices < kSlicesAtOnce && slices < slices_left_) {
    const TimeMs done = kSweepSlices - slices_left_ + slices;
    if ((*clock_ - sweep_began_) * kSweepSlices < (done + 1) * kMinute) break;
    ++slices;
  }
  sweep(slices);
}

// A SWEEP record.
void Engine::sweep(int slices) {
  ++last_lsn_;
  seal_swept(slices);
  goal_slices_left_ = std::max(0, goal_slices_left_ - slices);
  slices_left_ -= slices;
  records_since_ = 0;
  std::set<std::string> accounts;
  for (const auto& [wallet, state] : wallets_) accounts.insert(std::get<0>(wallet));
  for (const auto& [member, period] : open_from_) accounts.insert(member.second);
  for (const DueGoal& due : due_goals_) accounts.insert(due.row.said("account"));
  for (const std::string& account : accounts) {
    const int from_next = (slice_of(account) - next_slice_ + kSweepSlices) % kSweepSlices;
    if (from_next < slices) settle(account);
  }
  next_slice_ = (next_slice_ + slices) % kSweepSlices;
}

void Engine::tick(TimeMs time) {
  GUERDON_ASSERT(time >= base::kTimeMin && time < base::kTimeEnd);
  append(time);
  after_record();
  if ((!has_dates() && !has_closings()) || (swept_at_ && *clock_ <= *swept_at_)) return;
  swept_at_ = clock_;
  slices_left_ = kSweepSlices;
  sweep_began_ = *clock_;
  while (slices_left_ > 0) sweep(kSlicesAtOnce);
}

bool Engine::has_dates() const {
  return has_commands_ || std::any_of(plans_.begin(), plans_.end(), [](const plan::Plan& plan) {
           return std::any_of(plan.wallets.begin(), plan.wallets.end(), reference::has_dates);
         });
}

// A period that some plan counts in is closed in (from, to]; or a day, where lots have dates.
bool Engine::falls_due(TimeMs from, TimeMs to) const {
  const auto day_of = [](TimeMs at) {
    return calendar::period_at({}, calendar::PeriodKind::kDay, at);
  };
  if (has_dates() && day_of(from).to <= to) return true;
  for (const plan::Plan& plan : plans_) {
    for (const calendar::PeriodRule& rule : period_rules(plan)) {
      if (next_deadline(plan, rule, from) <= to) return true;
    }
  }
  return false;
}

}  // namespace guerdon::reference
