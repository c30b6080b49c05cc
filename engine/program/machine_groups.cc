// Clauses of groups (group.h), when all rules of a plan's part have run.
#include <algorithm>
#include <tuple>

#include "engine/program/machine.h"

namespace guerdon::plan {

using base::Int128;

// Those of which all rules have run, being of layers below.
void Machine::settle_groups(int below) {
  const auto group_of = [&](const Stacked& one) { return program_->clauses[one.clause].group; };
  const auto first_later = std::partition(
      stacked_.begin(), stacked_.end(),
      [&](const Stacked& one) { return program_->groups[group_of(one)].layer < below; });
  std::sort(stacked_.begin(), first_later, [&](const Stacked& a, const Stacked& b) {
    return std::tuple(group_of(a), program_->clauses[a.clause].place) <
           std::tuple(group_of(b), program_->clauses[b.clause].place);
  });
  const std::span<const Stacked> all(stacked_.begin(), first_later);
  for (size_t from = 0; from < all.size();) {
    size_t to = from;
    while (to < all.size() && group_of(all[to]) == group_of(all[from])) ++to;
    settle_group(all.subspan(from, to - from));
    from = to;
  }
  stacked_.erase(stacked_.begin(), first_later);
  order_asks();
}

// Before a rule of this layer that reads what groups give, or what is owed for objects.
void Machine::settle_below(int layer) {
  // Of what is looked at again no rule that feeds another is corrected.
  const bool may_fall =
      part_ != nullptr && !is_back_ && !is_corrected_ && part_->object.subject != kNowhere;
  if (may_fall) fall(part_->object, false, layer);
  if (!stacked_.empty()) settle_groups(layer);
}

void Machine::settle_group(std::span<const Stacked> all) {
  given_.clear();
  for (const Stacked& one : all) given_.push_back(one.amount);
  stack(program_->groups[program_->clauses[all.front().clause].group], given_);
  if (trace_ != nullptr) trace_group(all);
  for (size_t i = 0; i < all.size(); ++i) settle(all[i], given_[i]);
}

// As post() does with what a clause without a group asks for.
void Machine::settle(const Stacked& one, int64_t given) {
  const Clause& clause = program_->clauses[one.clause];
  int64_t posted = 0;
  if (one.frame != kNowhere) {
    const int64_t* const cells = touched_[one.frame].cells;
    posted = cells == nullptr ? 0 : cells[clause.posted];
  }
  if (given == posted) return;
  if (is_limited(clause)) return ask_limited(one.clause, one.frame, posted, given);
  takes_ |= posting_of(clause, given - posted) < 0;
  ask(one.clause, one.frame, given);
  if (!clause.feeds.empty()) feed(clause, Int128{given} - posted, one.frame == kNowhere);
  if (clause.take_back != kNowhere) note_earned(clause);
}

void Machine::trace_group(std::span<const Stacked> all) {
  const auto own = std::find_if(all.begin(), all.end(),
                                [&](const Stacked& one) { return one.clause == trace_->clause; });
  if (own == all.end()) return;
  for (size_t i = 0; i < all.size(); ++i) {
    trace_->group.push_back({all[i].clause, all[i].amount, given_[i]});
  }
  const Clause& clause = program_->clauses[own->clause];
  const int64_t given = given_[static_cast<size_t>(own - all.begin())];
  trace_->given = given;
  if (is_limited(clause)) return trace_limits(clause, own->frame, trace_->posted, given);
  trace_->passed = given - trace_->posted;
}

}  // namespace guerdon::plan
