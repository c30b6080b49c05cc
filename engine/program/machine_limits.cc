// Clauses with limits over more than the event (limit.h).
#include <algorithm>
#include <array>

#include "engine/money/limits.h"
#include "engine/money/rounding.h"
#include "engine/program/machine.h"

namespace guerdon::plan {

using base::Int128;

// The period in which the rule of a clause of an object opened, or opens now.
calendar::Period Machine::opened_in(const Clause& clause, const LimitKind& limit, uint32_t frame) {
  const int64_t* const cells = touched_[frame].cells;
  const bool is_open = cells != nullptr && cells[clause.opened] != 0;
  // A snapshot of somebody else may say anything.
  const TimeMs opened =
      is_open ? std::clamp(cells[clause.opened] - 1, base::kTimeMin, base::kTimeEnd - 1)
              : event_->occurred_at;
  return periods_.at(static_cast<size_t>(limit.opened_clock), opened);
}

// Where a limit of the clause, which asks for what `frame` owes, is kept. Objects may have opened
// in several periods: so there may be several frames of one subject.
uint32_t Machine::limit_frame(const Clause& clause, const LimitKind& limit, uint32_t frame) {
  if (limit.opened_clock == kNoClock) return frame_of(limit.subject);
  const FrameKey key{limit.subject, 0, {opened_in(clause, limit, frame).index}};
  const auto known = std::find_if(touched_.begin(), touched_.end(),
                                  [&](const TouchedFrame& each) { return each.key == key; });
  if (known != touched_.end()) return static_cast<uint32_t>(known - touched_.begin());
  touched_.push_back({key, frames_->find_unless_over(key, event_->at)});
  return static_cast<uint32_t>(touched_.size() - 1);
}

// What is kept for limits stays as long as an object can speak that opened in its period: such a
// one was heard of no later than now.
void Machine::see_limit(const Clause& clause, const LimitKind& limit, uint32_t frame) {
  if (limit.opened_clock == kNoClock) return;
  const TimeMs last = opened_in(clause, limit, frame).to - 1;
  const uint32_t own = limit_frame(clause, limit, frame);
  const int64_t seen = std::max(std::max(seen_at_, event_->at), last) + 1;
  const int64_t* const cells = touched_[own].cells;
  if (cells == nullptr || cells[kSeenCell] < seen) move(own, kSeenCell, seen);
}

// An event of an object, whether it counts or not.
void Machine::see_limits(const RoleObject& object) {
  const uint32_t frame = known_frames_[object.subject].touched;
  const int64_t* const cells = touched_[frame].cells;
  for (const uint32_t clause : object.clauses) {
    if (cells[program_->clauses[clause].opened] != 0) see_limits_of(clause, frame);
  }
}

// Those that are kept.
void Machine::see_limits_of(uint32_t clause, uint32_t frame) {
  const Clause& of = program_->clauses[clause];
  for (const LimitKind& limit : of.limits) {
    if (limit.opened_clock == kNoClock) continue;
    const bool is_kept = touched_[limit_frame(of, limit, frame)].cells != nullptr;
    if (is_kept) see_limit(of, limit, frame);
  }
}

// Fills limits_. False: the event does not name the subject of one, or is too late for it.
bool Machine::pass_limits(const Clause& clause, uint32_t frame, int64_t before, int64_t now) {
  std::array<int64_t, kLimitsPerEffectMax> kept{};
  for (size_t i = 0; i < clause.limits.size(); ++i) {
    const LimitKind& limit = clause.limits[i];
    const uint32_t own = limit_frame(clause, limit, frame);
    if (own == kMissingFrame) return false;
    const int64_t* const cells = touched_[own].cells;
    kept[i] = cells == nullptr ? 0 : cells[limit.cell];
  }
  run_limits(clause.limits, {kept.data(), clause.limits.size()}, before, now, &limits_);
  return true;
}

void Machine::ask_limited(uint32_t clause, uint32_t frame, int64_t before, int64_t now) {
  const Clause& asking = program_->clauses[clause];
  if (!pass_limits(asking, frame, before, now) || !limits_.asks) return;
  for (size_t i = 0; i < asking.limits.size(); ++i) {
    const LimitStep& step = limits_.steps[i];
    if (step.becomes == step.was) continue;
    const LimitKind& limit = asking.limits[i];
    see_limit(asking, limit, frame);
    move(limit_frame(asking, limit, frame), limit.cell, step.becomes);
  }
  if (asking.budget != kNowhere) {
    limits_.passed = through_budget(clause, limits_.passed);
    if (limits_.passed == 0 && asking.limits.empty()) return;
  }
  takes_ |= posting_of(asking, limits_.passed) < 0;
  ask(clause, frame, limits_.owed);
  asks_.back().passed = limits_.passed;
  if (!asking.feeds.empty()) feed(asking, limits_.passed, false);
}

// What the clause's budget makes of what comes to it (plan/shop.h, Budget).
int64_t Machine::through_budget(uint32_t clause, int64_t came) {
  const uint32_t number = program_->clauses[clause].budget;
  const BudgetKind& budget = program_->budgets[number];
  const int32_t period = pool_of(budget, event_->occurred_at);
  int64_t passed = came;
  if (is_back_) {
    passed = given_back(clause, came);
  } else if (came > 0) {
    passed = grant_from(number, period, came);
  }
  const bool is_drawn = passed != 0 && (is_back_ ? came < 0 : came > 0);
  const bool is_kept = is_back_ && base::planted(base::PlantedBug::kBudgetKeepsReversed);
  if (is_drawn && !is_kept) draws_.push_back({number, period, passed, clause});
  return passed;
}

// What goes back in the same visit is room for who asks next: how much it is, the wallet says.
int64_t Machine::grant_from(uint32_t number, int32_t period, int64_t came) const {
  int64_t granted = pools_ == nullptr ? -1 : pools_->granted(number, period);
  if (granted < 0) return came;
  for (const Draw& own : draws_) {
    const bool is_it = own.budget == number && own.period == period && own.amount > 0;
    if (is_it) granted += own.amount;
  }
  return grant(amount_at(program_->budgets[number].amounts, event_->occurred_at), granted, came);
}

// Of what is owed: of the subject's period, or that in which the order's rule opened.
int32_t Machine::pool_of_owed(const Clause& clause, uint32_t frame) {
  const BudgetKind& budget = program_->budgets[clause.budget];
  if (budget.clock == kNoClock) return 0;
  if (clause.opened == kNowhere) return touched_[frame].key.period;  // it is of that clock
  const int64_t* const cells = touched_[frame].cells;
  const bool is_open = cells != nullptr && cells[clause.opened] != 0;
  // A snapshot of somebody else may say anything.
  const TimeMs opened =
      is_open ? std::clamp(cells[clause.opened] - 1, base::kTimeMin, base::kTimeEnd - 1)
              : event_->occurred_at;
  return pool_of(budget, opened);
}

// A rise is asked of the pool, whatever it has granted of what was owed before: what it did not is
// lost. Of a fall what it has granted beyond what is owed now is taken back, and goes to it.
void Machine::owe_from_budget(uint32_t clause, uint32_t frame, int64_t posted, int64_t whole) {
  const Clause& asking = program_->clauses[clause];
  const int32_t period = pool_of_owed(asking, frame);
  const int64_t* const cells = touched_[frame].cells;
  const int64_t granted = cells == nullptr ? 0 : cells[asking.granted];
  const bool falls = whole < posted;
  int64_t passed = falls ? std::min<int64_t>(whole - granted, 0)
                         : grant_from(asking.budget, period, whole - posted);
  if (falls && base::planted(base::PlantedBug::kTakesBackUngranted)) passed = whole - posted;
  if (passed != 0) draws_.push_back({asking.budget, period, passed, clause});
  takes_ |= passed < 0;
  ask(clause, frame, whole);
  asks_.back().passed = passed;
}

int32_t Machine::pool_of(const BudgetKind& budget, TimeMs occurred_at) {
  if (budget.clock == kNoClock) return 0;
  return periods_.at(static_cast<size_t>(budget.clock), occurred_at).index;
}

namespace {

class NothingKept : public Frames {
 public:
  const int64_t* find(const FrameKey&) const override { return nullptr; }
  const int64_t* known(uint32_t, TimeMs) const override { return nullptr; }
};

}  // namespace

// Rounded as the clause is, so no less than that whatever the clause comes to.
AskRange Machine::may_ask(const RoleAsk& ask, const EventView& event) {
  static const NothingKept kNothingKept;
  const std::optional<Int128> value = value_of(ask.most, event, kNothingKept);
  if (!value) return {};
  const Clause& clause = program_->clauses[ask.clause];
  Int128 most = money::divide_rounded(*value, ask.den, clause.rounding);
  for (const LimitKind& limit : clause.limits) {
    if (!limit.counts) most = std::min<Int128>(most, limit.most);
  }
  if (most <= 0) return {};
  const auto whole = static_cast<int64_t>(std::min<Int128>(most, money::kBalanceMax));
  return {ask.is_exact ? whole : 1, whole};
}

// What came back of it.
void Machine::set_drawn(uint32_t clause, int64_t amount) {
  for (Draw& draw : draws_) {
    if (draw.clause == clause) draw.amount = amount;
  }
}

// Of an event that is taken back: no more than it was granted.
int64_t Machine::given_back(uint32_t clause, int64_t came) const {
  if (came > 0) return came;
  int64_t granted = 0;
  for (const event::Deed& deed : undone_) {
    const bool is_it = deed.role == undone_role_ && deed.number == clause &&
                       deed.what == event::Deed::What::kGranted;
    if (is_it) granted += deed.amount;
  }
  return std::max(came, -granted);
}

// What ask_limited() will do.
void Machine::trace_limits(const Clause& clause, uint32_t frame, int64_t before, int64_t now) {
  trace_->passed = 0;
  if (!pass_limits(clause, frame, before, now)) return;
  trace_->passed = limits_.passed;
  for (size_t i = 0; i < limits_.reached; ++i) {
    const LimitStep& step = limits_.steps[i];
    trace_->limits.push_back({static_cast<uint32_t>(i), step.was, step.came, step.passed});
  }
}

}  // namespace guerdon::plan
