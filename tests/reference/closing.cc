// What is due for an account by time: what its wallets do, and what is paid when a period is
// closed.
#include <algorithm>
#include <functional>
#include <set>
#include <tuple>
#include <utility>

#include "engine/base/assert.h"
#include "engine/calendar/period.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {
namespace {

bool closes(const plan::Rule& rule) {
  return rule.counts || std::any_of(rule.effects.begin(), rule.effects.end(),
                                    [](const plan::Effect& effect) { return effect.at_close; });
}

std::set<int> measures_closed(const plan::Rule& rule) {
  std::set<int> found;
  plan::visit_terms(rule, [&](const plan::Term& term) {
    if (term.kind == plan::TermKind::kMeasure) found.insert(term.index);
  });
  if (rule.counts && rule.counts->is_surplus()) found.insert(rule.counts->achieved);
  if (rule.counts && rule.counts->is_review()) {
    found.insert(rule.counts->reviewed);
    found.insert(rule.counts->measure);
  }
  return found;
}

}  // namespace

// By family, the shorter period first, owners as they are declared.
std::vector<Engine::Closing> Engine::closings() const {
  std::vector<Closing> found;
  for (size_t f = 0; f < families_.size(); ++f) {
    for (const RuleVersion& version : families_[f].rules) {
      const auto [p, r] = version.id;
      const plan::Rule& rule = rule_at(version.id);
      if (!closes(rule)) continue;
      const Closing closing{f, rule.subject.period, attribute_number(p, rule.subject.owner),
                            name_of(p, rule.subject.owner)};
      const auto is_it = [&](const Closing& other) { return other == closing; };
      if (std::none_of(found.begin(), found.end(), is_it)) found.push_back(closing);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<const Engine::RuleVersion*> Engine::rules_of(const Closing& closing) const {
  std::vector<const RuleVersion*> found;
  for (const RuleVersion& version : families_[closing.family].rules) {
    const plan::Rule& rule = rule_at(version.id);
    const bool is_its = closes(rule) && rule.subject.period == closing.period &&
                        name_of(version.id.first, rule.subject.owner) == closing.owner;
    if (is_its) found.push_back(&version);
  }
  return found;
}

// A measure of the account has moved, or a goal of it was said.
void Engine::note_moved(const SubjectKey& key) {
  risen_.insert(key);
  const Id moved{std::get<0>(key), std::get<1>(key)};
  for (const Closing& closing : closings()) {
    const plan::Plan& plan = plans_[families_[closing.family].plans.front()];
    bool is_read = false;
    for (const RuleVersion* const version : rules_of(closing)) {
      const auto [p, r] = version->id;
      for (const int m : measures_closed(rule_at(version->id))) {
        is_read = is_read || measure_id(p, m) == moved;
      }
    }
    const Member member{closing, std::get<std::string>(key)};
    if (!is_read || open_from_.contains(member)) continue;
    int32_t first = calendar::period_at(plan.calendar, closing.period, *clock_).index;
    while (!is_shut(closing.family, closing.period, first - 1, *clock_)) --first;
    open_from_[member] = first;
  }
}

// All that is due for the account, sorted anew each time: when, wallets before periods, which.
void Engine::settle(const std::string& account) {
  for (;;) {
    std::vector<Due> dues;
    size_t place = 0;
    for (const plan::Plan& plan : plans_) {
      for (const plan::Unit& unit : plan.units) {
        const auto found = wallets_.find({account, plan.program, unit.code});
        ++place;
        if (found == wallets_.end()) continue;
        dues.push_back({found->second.next_due(), 0, place, found->first, {}, 0});
      }
    }
    for (const Closing& closing : closings()) {
      const auto open = open_from_.find({closing, account});
      ++place;
      if (open == open_from_.end()) continue;
      const TimeMs due = closes_at({closing.family, closing.period}, open->second);
      dues.push_back({due, 1, place, {}, closing, open->second});
    }
    if (const DueGoal* const goal = due_goal(account)) dues.push_back({goal->at, 2, 0, {}, {}, 0});
    std::erase_if(dues,
                  [&](const Due& due) { return due.at == ledger::kNever || due.at > *clock_; });
    if (dues.empty()) return;
    const auto when = [](const Due& due) { return std::tuple(due.at, due.what, due.place); };
    std::sort(dues.begin(), dues.end(),
              [&](const Due& a, const Due& b) { return when(a) < when(b); });
    const Due& first = dues.front();
    if (first.what == 0) {
      std::vector<ledger::Leg> legs;
      wallets_.at(first.wallet).settle(first.at, legs);
      write(first.wallet, legs, nullptr);
    } else if (first.what == 1) {
      as_of(first.at, [&] { close(account, first); });
    } else {
      say_due_goal(account);
    }
  }
}

// At an instant of before, whatever is in hand: that goes on behind it as it was.
void Engine::as_of(TimeMs at, const std::function<void()>& run) {
  const std::optional<TimeMs> clock = std::exchange(clock_, at);
  Done* const doing = std::exchange(doing_, nullptr);
  const std::string role = std::exchange(doing_role_, "");
  std::vector<Asked> asked = std::exchange(asked_, {});
  std::map<Id, Moved>* const moving = std::exchange(moving_, nullptr);
  const Done* const undoing = std::exchange(undoing_, nullptr);
  const uint64_t posting_for = std::exchange(posting_for_, 0);
  run();
  clock_ = clock;
  doing_ = doing;
  doing_role_ = role;
  asked_ = std::move(asked);
  moving_ = moving;
  undoing_ = undoing;
  posting_for_ = posting_for;
}

void Engine::close(const std::string& account, const Due& due) {
  Done unnoted;
  doing_ = &unnoted;
  is_closing_ = true;
  set_back(account, due);
  seal_close(account, due);
  for (const RuleVersion* const version : rules_of(due.closing)) {
    count_streak(*version, account, due.period);
  }
  for (const RuleVersion* const version : rules_of(due.closing)) {
    review_levels(*version, account, due.period);
  }
  for (const RuleVersion* const version : rules_of(due.closing)) {
    const auto [p, r] = version->id;
    const calendar::Period period =
        calendar::period_of_index(plans_[p].calendar, due.closing.period, due.period);
    if (period.from == period.to) continue;  // a day that the zone has left out
    const calendar::TimeMs begin = std::max(period.from, base::kTimeMin);
    for (const std::vector<std::string>& keys : keys_at_close(*version, account, begin)) {
      ask_at_close(*version, account, keys, begin);
    }
  }
  // Of all of them at once: credits before debits.
  const Event nothing;
  const size_t before = entries_.size();
  post_asked({&nothing, due.at, {due.at, {}, {}}, {}, {}, nullptr, {}});
  seal_entries({due.closing.family, due.closing.period}, due.period, before);
  for (const RuleVersion* const version : rules_of(due.closing)) {
    carry_surplus(*version, account, due.period, counted_.at({due.closing, account}));
  }
  is_closing_ = false;
  open_from_[{due.closing, account}] = due.period + 1;
}

// Further names of which something that the rule reads is not 0, or that it has paid something:
// counts by their size, texts by their bytes.
std::vector<std::vector<std::string>> Engine::keys_at_close(const RuleVersion& version,
                                                            const std::string& account,
                                                            TimeMs begin) const {
  const auto [p, r] = version.id;
  const plan::Rule& rule = rule_at(version.id);
  if (rule.subject.keys.empty()) return {{}};
  std::set<std::vector<std::string>> found;
  for (const int m : measures_closed(rule)) {
    const auto [q, number] = measure_id(p, m);
    const plan::Subject& subject = measure_at({q, number}).subject;
    const int32_t period = calendar::period_at(plans_[q].calendar, subject.period, begin).index;
    const SubjectKey first(q, number, 0, account, {}, INT32_MIN);
    for (auto each = measures_.lower_bound(first); each != measures_.end(); ++each) {
      const auto& [kq, km, effect, of, keys, at] = each->first;
      if (kq != q || km != number || effect != 0 || of != account) break;
      if (at == period && each->second != 0) found.insert(keys);
    }
  }
  const int32_t period = calendar::period_at(plans_[p].calendar, rule.subject.period, begin).index;
  const auto [lp, lr] = version_of(p, r).lineage;
  for (size_t e = 0; e < rule.effects.size(); ++e) {
    if (!rule.effects[e].at_close) continue;
    const SubjectKey first(lp, lr, e, account, {}, INT32_MIN);
    for (auto each = posted_.lower_bound(first); each != posted_.end(); ++each) {
      const auto& [kp, kr, effect, of, keys, at] = each->first;
      if (kp != lp || kr != lr || effect != e || of != account) break;
      if (at == period && each->second != 0) found.insert(keys);
    }
  }
  std::vector<std::vector<std::string>> all(found.begin(), found.end());
  std::stable_sort(all.begin(), all.end(), [&, of = p](const auto& a, const auto& b) {
    for (size_t k = 0; k < a.size(); ++k) {
      const auto attribute = static_cast<size_t>(rule.subject.keys[k]);
      if (a[k] == b[k]) continue;
      const bool is_text = plans_[of].attributes[attribute].type.kind == plan::TypeKind::kText;
      if (is_text) return a[k] < b[k];
      return std::stoll(a[k]) < std::stoll(b[k]);
    }
    return false;
  });
  return all;
}

// Reached: one more. Missed: none. Without a goal, or where the streak is not there: as it was.
void Engine::count_streak(const RuleVersion& version, const std::string& account, int32_t number) {
  const auto [p, r] = version.id;
  const plan::Rule& rule = rule_at(version.id);
  if (!rule.counts || !rule.counts->is_streak()) return;
  const calendar::Period period =
      calendar::period_of_index(plans_[p].calendar, rule.subject.period, number);
  if (period.from == period.to) return;
  const calendar::TimeMs begin = std::max(period.from, base::kTimeMin);
  if (!acts(p, r, begin) || begin < rule.from || begin >= rule.until) return;
  for (const std::vector<std::string>& keys : keys_at_close(version, account, begin)) {
    const Event nothing;
    const Current current = naming(version, account, keys, begin, nothing);
    const Scope scope = scope_of_goal(current, p);
    if (is_missing(evaluate(scope, *rule.counts->goal))) continue;
    const Id id = measure_id(p, rule.counts->measure);
    const auto of = subject_of(current, id.first, id.second, 0, measure_at(id).subject);
    int64_t& running = measures_[*of];
    running = holds(scope, rule.counts->reached) ? running + 1 : 0;
  }
}

// What is above the goal opens the next period in which there is a day.
void Engine::carry_surplus(const RuleVersion& version, const std::string& account, int32_t number,
                           Counted& counted) {
  const auto [p, r] = version.id;
  const plan::Rule& rule = rule_at(version.id);
  if (!rule.counts || !rule.counts->is_surplus()) return;
  const plan::Counting& counts = *rule.counts;
  const calendar::Calendar& calendar = plans_[p].calendar;
  const calendar::PeriodRule& cut = rule.subject.period;
  const calendar::Period period = calendar::period_of_index(calendar, cut, number);
  if (period.from == period.to) return;
  const calendar::TimeMs begin = std::max(period.from, base::kTimeMin);
  if (!acts(p, r, begin) || begin < rule.from || begin >= rule.until) return;
  int32_t next = number + 1;
  while (calendar::period_of_index(calendar, cut, next).from ==
         calendar::period_of_index(calendar, cut, next).to) {
    ++next;
  }
  for (const std::vector<std::string>& keys : keys_at_close(version, account, begin)) {
    const Event nothing;
    const Current current = naming(version, account, keys, begin, nothing);
    const Scope scope = scope_of_goal(current, p);
    const Value goal = evaluate(scope, *counts.goal);
    if (is_missing(goal)) continue;
    const Id achieved = measure_id(p, counts.achieved);
    const Id carried = measure_id(p, counts.measure);
    const int64_t had = measures_[{achieved.first, achieved.second, 0, account, keys, number}];
    const Int128 over = std::min<Int128>(Int128{had} - number_of(goal).num(), counts.most);
    if (over <= 0) continue;
    const SubjectKey opened(achieved.first, achieved.second, 0, account, keys, next);
    const SubjectKey kept(carried.first, carried.second, 0, account, keys, next);
    int64_t& opens = measures_[opened];
    opens = static_cast<int64_t>(std::min<Int128>(opens + over, money::kMeasureMax));
    measures_[kept] = static_cast<int64_t>(over);
    counted.carried.push_back({opened, kept, static_cast<int64_t>(over)});
  }
}

// As by an event that names the account and the further names alone.
void Engine::ask_at_close(const RuleVersion& version, const std::string& account,
                          const std::vector<std::string>& keys, TimeMs begin) {
  const auto [p, r] = version.id;
  const plan::Rule& rule = rule_at(version.id);
  const Event nothing;
  const Current current = naming(version, account, keys, begin, nothing);
  const Scope scope = scope_at_close(current, p);
  for (size_t e = 0; e < rule.effects.size(); ++e) {
    if (rule.effects[e].at_close) run_entitlement(current, p, r, e, scope);
  }
  for (Asked& asked : asked_) asked.is_late = false;
}

// Measures of plan p as they stand.
Scope Engine::scope_at_close(const Current& current, size_t p) {
  return {plans_[p], current.readings[p].attributes,
          [&, plan = p](int measure, plan::tree::Moment) -> Value {
            const Id id = measure_id(plan, measure);
            const auto of = subject_of(current, id.first, id.second, 0, measure_at(id).subject);
            if (!of) return Missing{};
            return Rational(measures_[*of]);
          },
          nullptr, current.time};
}

// The same for a goal, which is what it is at the first instant of the period.
Scope Engine::scope_of_goal(const Current& current, size_t p) {
  Scope scope = scope_at_close(current, p);
  scope.known = [&, of = p](const plan::Term& held) {
    return known_at(current, of, held, current.time);
  };
  return scope;
}

Engine::Current Engine::naming(const RuleVersion& version, const std::string& account,
                               const std::vector<std::string>& keys, TimeMs begin,
                               const Event& nothing) const {
  const auto p = version.id.first;
  const plan::Rule& rule = rule_at(version.id);
  Current current{&nothing, begin, {*clock_}, {}, {}, nullptr, {}};
  for (size_t q = 0; q < plans_.size(); ++q) {
    Reading& reading = current.readings.emplace_back();
    reading.attributes.resize(plans_[q].attributes.size(), Missing{});
    if (family_number_[q] != family_number_[p]) continue;
    const auto put = [&, plan = p, to = q](int attribute, Value value) {
      const int index = attribute_in(to, name_of(plan, attribute));
      if (index >= 0) reading.attributes[static_cast<size_t>(index)] = std::move(value);
    };
    put(rule.subject.owner, account);
    for (size_t k = 0; k < keys.size(); ++k) {
      const auto attribute = static_cast<size_t>(rule.subject.keys[k]);
      const bool is_text = plans_[p].attributes[attribute].type.kind == plan::TypeKind::kText;
      put(rule.subject.keys[k], is_text ? Value(keys[k]) : Value(Rational(std::stoll(keys[k]))));
    }
  }
  return current;
}

bool Engine::waits_for_close(const Current& current, size_t p, size_t r, size_t e) const {
  const plan::Rule& rule = plans_[p].rules[r];
  if (!rule.effects[e].at_close || is_closing_) return false;
  const int32_t period = counted_in(current, p, rule.subject.period).index;
  return !is_shut(family_number_[p], rule.subject.period, period, *clock_);
}

bool Engine::has_closings() const { return !closings().empty(); }

}  // namespace guerdon::reference
