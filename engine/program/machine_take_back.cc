// What rules keep to take back (plan::TakeBack), and what entitlements keep that take nothing back.
#include <algorithm>

#include "engine/base/assert.h"
#include "engine/money/limits.h"
#include "engine/program/machine.h"

namespace guerdon::plan {

using base::Int128;

// What an entitlement that keeps owes at the least; where its event is taken back, what it had
// posted without that.
int64_t Machine::least_kept(uint32_t clause, int64_t posted) const {
  for (const event::Deed& deed : undone_) {
    const bool is_it = deed.role == undone_role_ && deed.what == event::Deed::What::kPosted &&
                       deed.number == clause;
    if (is_it) return posted - deed.amount;
  }
  return posted;
}

// Moves a measure that rules note in. They run after finish_moves(), each once in a run.
void Machine::add_kept(uint32_t index, Int128 by) {
  if (is_back_) return;  // what a rule noted of what it paid is among the deeds
  KnownMeasure& known = measure(index);
  if (known.missing || by == 0) return;
  constexpr Int128 kMax = money::kMeasureMax;
  known.after = std::clamp(known.after + by, -kMax, kMax);
  const auto value = static_cast<int64_t>(known.after);
  if (value == known.before) return;
  Move& move = moves_.emplace_back();
  move.frame = frame_of(program_->measures[index].subject);
  move.cell = program_->measures[index].cell;
  move.value = value;
}

void Machine::earn_on(const Instruction& i, Int128 amount) {
  add_kept(program_->take_backs[i.x].value, amount);
}

void Machine::earn(const Instruction& i, Int128 amount) {
  const size_t asks = asks_.size();
  Instruction post_it = i;
  post_it.op = Op::kPost;
  post(post_it, amount);
  if (asks_.size() != asks) note_earned(program_->clauses[i.x]);
}

// Of the newest ask.
void Machine::note_earned(const Clause& clause) {
  const uint32_t frame = frame_of(program_->measures[clause.earned].subject);
  if (frame == kMissingFrame) return;
  asks_.back().pool = frame;
  add_kept(clause.earned, asks_.back().amount);
}

TakenBack Machine::taken_back(const Clause& clause, Int128 returned) {
  const TakeBackKind& kind = program_->take_backs[clause.take_back];
  TakenBack found;
  found.returned = returned;
  found.value = measure(kind.value).before;
  found.earned = measure(clause.earned).before;
  Int128 part = returned;
  if (kind.returned != kNowhere) {
    part += measure(kind.returned).before;
    found.taken = measure(clause.taken_back).before;
  }
  found.part = std::min<Int128>(part, found.value);
  return found;
}

void Machine::take_back(const Instruction& i, Int128 returned) {
  const Clause& clause = program_->clauses[i.x];
  GUERDON_ASSERT(clause.limits.empty());  // the checker
  if (measure(clause.earned).missing || returned <= 0) return;
  const Int128 taken = taken_back(clause, returned).amount();
  if (taken == 0) {
    ++counters_.zero_amounts;
    return;
  }
  const auto whole = static_cast<int64_t>(taken);
  GUERDON_ASSERT(whole == taken && whole <= money::kBalanceMax);
  const bool at_rate = clause.taken_back != kNowhere;
  add_kept(at_rate ? clause.taken_back : clause.earned, at_rate ? taken : -taken);
  takes_ = true;
  ask(i.x, kNowhere, -whole);
  asks_.back().pool = frame_of(program_->measures[clause.earned].subject);
  if (!is_back_) feed(clause, -taken, true);
}

void Machine::give_up(const Instruction& i, Int128 returned) {
  const TakeBackKind& kind = program_->take_backs[i.x];
  const int64_t value = measure(kind.value).before;
  if (returned <= 0 || value <= 0) return;
  if (kind.returned != kNowhere) return add_kept(kind.returned, returned);
  add_kept(kind.value, -std::min<Int128>(returned, value));
}

}  // namespace guerdon::plan
