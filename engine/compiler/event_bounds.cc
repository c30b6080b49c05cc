#include "engine/compiler/event_bounds.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "engine/plan/bounds.h"

namespace guerdon::plan {

namespace {

enum class Side : uint8_t { kLow, kHigh };

Side other(Side side) { return side == Side::kLow ? Side::kHigh : Side::kLow; }

TermPtr number(Type type, money::Ratio value) {
  auto made = std::make_unique<Term>();
  made->type = type;
  made->value = value;
  return made;
}

// Of two. Null where one is.
TermPtr joined(TermKind kind, Type type, TermPtr a, TermPtr b) {
  if (a == nullptr || b == nullptr) return nullptr;
  auto made = std::make_unique<Term>();
  made->kind = kind;
  made->type = type;
  made->args.push_back(std::move(a));
  made->args.push_back(std::move(b));
  return made;
}

bool is_never_negative(const Plan& plan, const Term& term) {
  const std::optional<Bound> bound = bound_of(plan, term);
  return bound && bound->low >= 0;
}

// A term that reads the event alone, and that `term` is never above (kHigh) or below (kLow).
// Whatever makes it missing makes the term missing. Null: there is none.
class EventBounds {
 public:
  explicit EventBounds(const Plan& plan) : plan_(plan) {}

  TermPtr of(const Term& term, Side side) const;

 private:
  TermPtr fixed(const Term& term, Side side) const;
  TermPtr of_product(const Term& term, Side side) const;
  TermPtr of_extreme(const Term& term, Side side) const;
  TermPtr of_per_full(const Term& term, Side side) const;
  TermPtr of_choice(const Term& term, Side side) const;

  const Plan& plan_;
};

TermPtr EventBounds::of(const Term& term, Side side) const {
  if (reads_event_alone(plan_, term)) return copy_of(term);
  switch (term.kind) {
    case TermKind::kNegate: {
      TermPtr least = of(*term.args[0], other(side));
      if (least == nullptr) return nullptr;
      auto made = std::make_unique<Term>();
      made->kind = TermKind::kNegate;
      made->type = term.type;
      made->args.push_back(std::move(least));
      return made;
    }
    case TermKind::kAdd:
      return joined(term.kind, term.type, of(*term.args[0], side), of(*term.args[1], side));
    case TermKind::kSubtract:
      return joined(term.kind, term.type, of(*term.args[0], side), of(*term.args[1], other(side)));
    case TermKind::kMultiply:
      return of_product(term, side);
    case TermKind::kMin:
    case TermKind::kMax:
      return of_extreme(term, side);
    case TermKind::kPerFull:
      return of_per_full(term, side);
    case TermKind::kElse:
      if (!reads_event_alone(plan_, *term.args[0])) return fixed(term, side);
      return joined(term.kind, term.type, copy_of(*term.args[0]), of(*term.args[1], side));
    case TermKind::kChoose:
      return of_choice(term, side);
    default:
      return fixed(term, side);
  }
}

// What the plan alone says.
TermPtr EventBounds::fixed(const Term& term, Side side) const {
  const std::optional<Bound> bound = bound_of(plan_, term);
  if (!bound) return nullptr;
  const base::Int128 end = side == Side::kHigh ? bound->high : bound->low;
  if (end < INT64_MIN || end > INT64_MAX) return nullptr;
  return number(term.type, {static_cast<int64_t>(end), bound->den});
}

// Of a number that the event tells and one that it does not, one end of that is the bound; of two
// that it does not tell only where neither is ever below 0.
TermPtr EventBounds::of_product(const Term& term, Side side) const {
  const Term& left = *term.args[0];
  const Term& right = *term.args[1];
  const bool tells_left = reads_event_alone(plan_, left);
  if (tells_left || reads_event_alone(plan_, right)) {
    const Term& told = tells_left ? left : right;
    const Term& kept = tells_left ? right : left;
    if (is_never_negative(plan_, told)) {
      return joined(term.kind, term.type, copy_of(told), of(kept, side));
    }
    TermPtr a = joined(term.kind, term.type, copy_of(told), of(kept, Side::kHigh));
    TermPtr b = joined(term.kind, term.type, copy_of(told), of(kept, Side::kLow));
    return joined(side == Side::kHigh ? TermKind::kMax : TermKind::kMin, term.type, std::move(a),
                  std::move(b));
  }
  if (!is_never_negative(plan_, left) || !is_never_negative(plan_, right)) return fixed(term, side);
  return joined(term.kind, term.type, of(left, side), of(right, side));
}

// Of the smaller of several any is an upper bound, so one that has none is left out.
TermPtr EventBounds::of_extreme(const Term& term, Side side) const {
  const bool may_leave_out = (term.kind == TermKind::kMin) == (side == Side::kHigh);
  auto made = std::make_unique<Term>();
  made->kind = term.kind;
  made->type = term.type;
  for (const TermPtr& arg : term.args) {
    TermPtr bound = of(*arg, side);
    if (bound == nullptr && !may_leave_out) return nullptr;
    if (bound != nullptr) made->args.push_back(std::move(bound));
  }
  if (made->args.empty()) return nullptr;
  if (made->args.size() == 1) return std::move(made->args.front());
  return made;
}

// It grows with the basis where the award does not take.
TermPtr EventBounds::of_per_full(const Term& term, Side side) const {
  const Term& award = *term.args[0];
  if (!reads_event_alone(plan_, award) || !is_never_negative(plan_, award))
    return fixed(term, side);
  TermPtr basis = of(*term.args[2], side);
  if (basis == nullptr) return nullptr;
  auto made = std::make_unique<Term>();
  made->kind = TermKind::kPerFull;
  made->type = term.type;
  made->args.push_back(copy_of(award));
  made->args.push_back(copy_of(*term.args[1]));
  made->args.push_back(std::move(basis));
  return made;
}

TermPtr EventBounds::of_choice(const Term& term, Side side) const {
  const size_t keys = plan_.tables[static_cast<size_t>(term.index)].keys.size();
  for (size_t k = 0; k < keys; ++k) {
    if (!reads_event_alone(plan_, *term.args[k])) return fixed(term, side);
  }
  TermPtr made = copy_of(term);
  for (size_t i = keys; i < term.args.size(); ++i) {
    if (term.args[i] == nullptr) continue;
    made->args[i] = of(*term.args[i], side);
    if (made->args[i] == nullptr) return nullptr;
  }
  return made;
}

TermPtr ratio(int64_t value) { return number(Type{.kind = TypeKind::kRatio}, {value, 1}); }

// What one multiplier is at the most: where it is asked about and left out, 1.
TermPtr most_of(const Plan& plan, const Times& times) {
  TermPtr factor = EventBounds(plan).of(*times.factor, Side::kHigh);
  if (factor == nullptr || times.when == nullptr) return factor;
  const Type type = factor->type;
  TermPtr more = joined(TermKind::kMax, type, std::move(factor), number(type, {1, 1}));
  return joined(TermKind::kElse, type, std::move(more), number(type, {1, 1}));
}

// The amount multiplied, where it is above 0. Null: no bound is known.
TermPtr multiplied(const Plan& plan, const Effect& effect, TermPtr amount) {
  const Type type = amount->type;
  TermPtr all = effect.adds_times ? ratio(1) : nullptr;
  for (const Times& times : effect.times) {
    TermPtr factor = most_of(plan, times);
    if (factor == nullptr) return nullptr;
    if (effect.adds_times) {
      const Type kind = factor->type;
      TermPtr more = joined(TermKind::kSubtract, kind, std::move(factor), number(kind, {1, 1}));
      all = joined(TermKind::kAdd, kind, std::move(all), std::move(more));
    } else {
      if (!is_never_negative(plan, *times.factor)) return nullptr;
      amount = joined(TermKind::kMultiply, type, std::move(amount), std::move(factor));
    }
  }
  if (!effect.adds_times) return amount;
  const Type sum = all->type;
  all = joined(TermKind::kMax, sum, std::move(all), ratio(0));
  return joined(TermKind::kMultiply, type, std::move(amount), std::move(all));
}

}  // namespace

bool reads_event_alone(const Plan& plan, const Term& term) {
  switch (term.kind) {
    case TermKind::kMeasure:
    case TermKind::kHeld:
    case TermKind::kHasHeld:
    case TermKind::kFirst:
    case TermKind::kHighest:
    case TermKind::kCame:
      return false;
    case TermKind::kAttribute:
    case TermKind::kHas:
      return plan.attributes[static_cast<size_t>(term.index)].credited < 0;
    default:
      return std::all_of(term.args.begin(), term.args.end(), [&](const TermPtr& arg) {
        return arg == nullptr || reads_event_alone(plan, *arg);
      });
  }
}

EventBound bound_by_event(const Plan& plan, const Effect& effect) {
  const bool is_multiplied = !effect.times.empty();
  EventBound bound;
  bound.most = EventBounds(plan).of(*effect.amount, Side::kHigh);
  if (bound.most != nullptr && is_multiplied) {
    bound.most = multiplied(plan, effect, std::move(bound.most));
  }
  if (bound.most == nullptr) return bound;
  bound.is_exact = reads_event_alone(plan, *effect.amount) && !is_multiplied;
  if (effect.at_most != nullptr) {
    bound.is_exact = bound.is_exact && reads_event_alone(plan, *effect.at_most);
    TermPtr cap = EventBounds(plan).of(*effect.at_most, Side::kHigh);
    const Type type = bound.most->type;
    if (cap != nullptr)
      bound.most = joined(TermKind::kMin, type, std::move(bound.most), std::move(cap));
  }
  if (!bound_of(plan, *bound.most)) return {};
  return bound;
}

}  // namespace guerdon::plan
