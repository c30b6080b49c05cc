// What rules take back of what they paid: engine/plan/checked.h, TakeBack, line by line.
#include <algorithm>

#include "engine/money/limits.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {

// Where an event is taken back: what was posted without it.
Int128 Engine::least_kept(const SubjectKey& key, Int128 posted) const {
  if (undoing_ == nullptr) return posted;
  const auto kept = undoing_->kept.find(doing_role_);
  if (kept == undoing_->kept.end()) return posted;
  for (const Done::Kept& one : kept->second) {
    if (one.subject == key) return posted - one.by;
  }
  return posted;
}

bool Engine::names_pool(const Current& current, size_t p, size_t r) const {
  const plan::TakeBack& take_back = *plans_[p].rules[r].take_back;
  return subject_of(current, p, r, 0, take_back.subject).has_value();
}

Engine::SubjectKey Engine::kept_key(const Current& current, size_t p, size_t r, Kept what,
                                    size_t effect) const {
  const plan::TakeBack& take_back = *plans_[p].rules[r].take_back;
  const auto [first, rule] = version_of(p, r).lineage;
  SubjectKey key = *subject_of(current, p, 0, effect, take_back.subject);
  std::get<0>(key) = first;
  std::get<1>(key) = rule * 4 + static_cast<size_t>(what);
  return key;
}

void Engine::add_kept(const SubjectKey& key, Int128 by) {
  int64_t& sum = kept_[key];
  const int64_t was = sum;
  const Int128 most = money::kMeasureMax;
  sum = static_cast<int64_t>(std::clamp(was + by, -most, most));
  if (sum != was) doing_->moved[doing_role_].push_back({key, sum - was, true});
}

void Engine::note_value(const Current& current, size_t p, size_t r, const Scope& scope) {
  const plan::Rule& rule = plans_[p].rules[r];
  if (!names_pool(current, p, r) || !applies(scope, rule)) return;
  const Value value = evaluate(scope, *rule.take_back->value);
  if (is_missing(value)) return;
  add_kept(kept_key(current, p, r, Kept::kValue, 0), number_of(value).num());
}

uint64_t Engine::note_earned(const Current& current, size_t p, size_t r, size_t e, Int128 amount) {
  if (!names_pool(current, p, r)) return cause_of(p, r, e, {}, 0);
  const SubjectKey key = kept_key(current, p, r, Kept::kEarned, e);
  add_kept(key, amount);
  return cause_of(p, r, e, std::get<std::vector<std::string>>(key), 0);
}

void Engine::take_back_rule(const Current& current, size_t p, size_t r, const Scope& scope) {
  const plan::Rule& rule = plans_[p].rules[r];
  const bool at_rate = rule.take_back->way == plan::tree::TakeBackWay::kAtTheRatePaid;
  const Value returned = evaluate(scope, *rule.take_back->value);
  if (!names_pool(current, p, r) || is_missing(returned)) return;
  const Int128 c = number_of(returned).num();
  const SubjectKey value_key = kept_key(current, p, r, Kept::kValue, 0);
  const SubjectKey returned_key = kept_key(current, p, r, Kept::kReturned, 0);
  const Int128 value = kept_[value_key];
  if (c <= 0 || value <= 0) return;
  const Int128 all = at_rate ? kept_[returned_key] + c : c;
  const Rational share = Rational(std::min(all, value), value);
  for (size_t e = 0; e < rule.effects.size(); ++e) {
    const SubjectKey earned = kept_key(current, p, r, Kept::kEarned, e);
    const SubjectKey taken = kept_key(current, p, r, Kept::kTaken, e);
    if (kept_[earned] <= 0) continue;
    Int128 amount = (Rational(kept_[earned]) * share).trunc();
    if (at_rate) amount -= kept_[taken];
    if (amount <= 0) continue;
    add_kept(at_rate ? taken : earned, at_rate ? amount : -amount);
    const auto& keys = std::get<std::vector<std::string>>(earned);
    feed(current, p, r, e, -amount, true);
    asked_.push_back({p, r, e, std::get<std::string>(earned), -amount, cause_of(p, r, e, keys, 0)});
  }
  add_kept(at_rate ? returned_key : value_key, at_rate ? c : -std::min(c, value));
}

}  // namespace guerdon::reference
