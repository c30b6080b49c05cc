// Events taken back: what each did was remembered when it did it.
#include <algorithm>
#include <functional>
#include <set>
#include <tuple>

#include "engine/base/assert.h"
#include "engine/calendar/period.h"
#include "engine/money/limits.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {

// Of a debit in a wallet that owes what is missing nothing but the entries is known to the engine.
void Engine::note_paid(const Asked& asked, const ledger::Taken& taken,
                       const std::vector<ledger::Leg>& legs, const plan::WalletRules& rules) {
  const plan::Plan& plan = plans_[asked.plan];
  const plan::Rule& rule = plan.rules[asked.rule];
  const plan::Effect& effect = rule.effects[asked.effect];
  uint32_t entries = 0;
  for (const ledger::Leg& leg : legs) {
    doing_->is_beyond |= leg.receiver == ledger::Receiver::kSuspense;
    if (leg.receiver != ledger::Receiver::kDebt) ++entries;
  }
  if (!rule.subject.is_event()) return;
  if (!effect.limits.empty() || (effect.budget >= 0 && asked.amount > 0)) {
    for (Done::Paid& one : doing_->asked[doing_role_]) {
      const bool is_it =
          one.plan == asked.plan && one.rule == asked.rule && one.effect == asked.effect;
      if (is_it && entries > 0) {
        one.entry = {last_lsn_, static_cast<uint32_t>(entries_of_[{last_lsn_, asked.account}])};
      }
    }
    return;
  }
  const Wallet wallet(asked.account, plan.program,
                      plan.units.at(static_cast<size_t>(effect.unit)).code);
  const bool owes =
      effect.verb != plan::Verb::kBurn && rules.shortfall == plan::Shortfall::kOweTheRest;
  if (asked.amount < 0 && owes && entries == 0 && maybe_closed_.contains(wallet)) {
    doing_->is_beyond = true;
  }
  Done::Paid paid{asked.plan, asked.rule, asked.effect, asked.account, asked.amount, {}};
  if (asked.amount < 0) paid.amount = -Int128{taken.posted} - taken.owed;
  if (entries > 0) {
    paid.entry = {last_lsn_, static_cast<uint32_t>(entries_of_[{last_lsn_, asked.account}])};
  }
  if (paid.amount != 0) doing_->paid[doing_role_].push_back(std::move(paid));
}

// In a role in which it did something, and where its rules feed measures: one of these, or what is
// owed there, of a period that is over for good.
bool Engine::is_fed_late(
    const Current& current, const Done& done,
    const std::function<bool(size_t, const calendar::PeriodRule&)>& is_gone) const {
  const std::string& type = current.event->type;
  std::set<std::string> roles;
  for (const auto& [role, moved] : done.moved) roles.insert(role);
  for (const auto& [role, paid] : done.paid) roles.insert(role);
  for (const auto& [role, kept] : done.kept) roles.insert(role);
  for (const auto& [role, asked] : done.asked) roles.insert(role);
  for (const std::string& role : roles) {
    bool feeds = false;
    bool is_late = false;
    for (const Family& family : families_) {
      for (const RuleVersion& version : family.rules) {
        const auto [p, r] = version.id;
        const plan::Rule& rule = plans_[p].rules[r];
        const bool runs = runs_at(version, type);
        if (!runs && !returns_at(version, type)) continue;
        for (const plan::Effect& effect : rule.effects) {
          if (!names_role(plans_[p], effect.payee, role) || rule.subject.is_object()) continue;
          if (runs && !rule.subject.is_event()) is_late |= is_gone(p, rule.subject.period);
          for (const auto& [id, said] : family.measures) {
            if (!is_fed(id, p, r, effect)) continue;
            feeds = true;
            is_late |= is_gone(p, measure_at(id).subject.period);
          }
        }
      }
    }
    if (feeds && is_late) return true;
  }
  return false;
}

// Measures that it moved, and what its rules owe then, of a period that is over for good.
bool Engine::is_late(const Current& current, const Done& done, TimeMs clock) const {
  const auto is_gone = [&](size_t p, const calendar::PeriodRule& rule) {
    const int32_t period = counted_in(current, p, rule).index;
    const int32_t kept = rule.last > 0 ? 2 * rule.last : kPeriodsKept;
    return is_closed(plans_[p], rule, period + kept, clock);
  };
  for (const auto& [role, all] : done.asked) {
    for (const Done::Paid& one : all) {
      const plan::Plan& plan = plans_[one.plan];
      for (const plan::Limit& limit : plan.rules[one.rule].effects[one.effect].limits) {
        if (is_gone(one.plan, limit.subject.period)) return true;
      }
    }
  }
  if (is_fed_late(current, done, is_gone)) return true;
  for (const auto& [role, moved] : done.moved) {
    for (const Done::Moved& one : moved) {
      if (one.is_kept) continue;
      const size_t p = std::get<0>(one.measure);
      if (is_gone(p, plans_[p].measures[std::get<1>(one.measure)].subject.period)) return true;
    }
    for (const Family& family : families_) {
      for (const RuleVersion& version : family.rules) {
        const size_t p = version.id.first;
        const plan::Subject& subject = rule_at(version.id).subject;
        if (subject.owner < 0 || !runs_at(version, current.event->type)) continue;
        if (!names_role(plans_[p], subject.owner, role)) continue;
        if (is_gone(p, subject.period)) return true;
      }
    }
  }
  for (const auto& [role, kept] : done.kept) {
    for (const Done::Kept& one : kept) {
      const size_t p = std::get<0>(one.subject);
      if (is_gone(p, plans_[p].rules[std::get<1>(one.subject)].subject.period)) return true;
    }
  }
  return false;
}

// Of its object, and nobody took that one back.
bool Engine::has_later_event(const Done& done) const {
  const std::string object = object_of(done.event);
  return !object.empty() && std::any_of(done_.begin(), done_.end(), [&](const auto& each) {
    return each.second.lsn > done.lsn && object_of(each.second.event) == object &&
           !reversed_.contains(each.first);
  });
}

// In all it moved something by more than the log can say.
bool Engine::is_beyond_a_deed(const Done& done) {
  constexpr Int128 kMost = money::kMeasureMax;
  for (const auto& [role, all] : done.moved) {
    std::map<SubjectKey, Int128> moved;
    for (const Done::Moved& one : all) moved[one.measure] += one.by;
    for (const auto& [measure, by] : moved) {
      if (by > kMost || by < -kMost) return true;
    }
  }
  return false;
}

Result Engine::reverse(const Command& command, TimeMs occurred) {
  std::string source = command.source;
  std::string id;
  for (const auto& [name, value] : command.values) {
    if (name == "event") id = value;
    if (name == "event_source" && !value.empty()) source = value;
  }
  const auto key = std::make_pair(source, id);
  const auto refused = [](const char* code, int64_t amount = 0) {
    return Result{Outcome::kRefused, code, 0, amount};
  };
  const auto found = done_.find(key);
  if (found == done_.end()) return refused(seen_.contains(key) ? "INVALID" : "UNKNOWN");
  const Done& done = found->second;
  // What its object was before it is not to be told from the log.
  if (!object_of(done.event).empty() && has_object_rules(done.event)) return refused("INVALID");
  if (has_later_event(done)) return refused("STALE");
  const bool did_nothing =
      done.moved.empty() && done.paid.empty() && done.kept.empty() && done.asked.empty();
  if (done.is_beyond || did_nothing) return refused("INVALID");
  if (is_beyond_a_deed(done)) return refused("LIMIT");
  if (reversed_.contains(key))
    return {Outcome::kConflict, "", 0, static_cast<int64_t>(reversed_[key])};
  if (const uint64_t version = corrected_by_version(done); version != 0) {
    return {Outcome::kConflict, "", 0, -static_cast<int64_t>(version)};
  }
  std::string code;
  Current current = read(done.event, done.time, &code);
  current.came = done.came;
  GUERDON_ASSERT(code.empty());
  if (is_late(current, done, std::max(*clock_, occurred))) return refused("LATE");
  Result result;
  result.lsn = append(occurred);
  reversed_[key] = result.lsn;
  for (const auto& [role, of_plan] : current.roles) {
    const bool did = done.moved.contains(role) || done.paid.contains(role) ||
                     done.kept.contains(role) || done.asked.contains(role);
    if (of_plan >= 0 || !did) continue;
    std::string account;
    for (const auto& [name, value] : done.event.values) {
      if (name == role) account = value;
    }
    if (!account.empty()) settle(account);
    const size_t entries = entries_.size();
    take_back(as_role(current, role, account), done, role, *clock_);
    for (size_t e = entries; e < entries_.size(); ++e)
      result.entries += entries_[e].plan.empty() ? 0 : 1;
  }
  note_scores(*clock_, result.lsn);
  return result;
}

void Engine::move_back(const Done& done, const std::string& role) {
  const auto moved = done.moved.find(role);
  if (moved == done.moved.end()) return;
  for (const Done::Moved& one : moved->second) {
    const auto& [p, m, effect, account, keys, period] = one.measure;
    if (!one.is_kept && is_final({}, p, m, period)) continue;
    if (!one.is_kept && plans_[p].measures[m].is_of_values()) continue;
    int64_t& sum = one.is_kept ? kept_[one.measure] : measures_[one.measure];
    const Int128 most = money::kMeasureMax;
    const int64_t before = sum;
    sum = static_cast<int64_t>(std::clamp(Int128{sum} - one.by, -most, most));
    if (sum != before && !one.is_kept) note_moved(one.measure);
    const bool is_value = !one.is_kept && plans_[p].measures[m].counted_in >= 0;
    if (is_value) (void)count_again(without_value(one.measure));
  }
}

void Engine::take_back(const Current& current, const Done& done, const std::string& role,
                       TimeMs time) {
  move_back(done, role);
  asked_.clear();
  undoing_ = &done;
  doing_role_ = role;
  if (const auto limited = done.asked.find(role); limited != done.asked.end()) {
    for (const Done::Paid& one : limited->second) {
      Int128 nothing = 0;
      Int128 back = through_limits(current, one.plan, one.rule, one.effect, one.amount, &nothing);
      if (one.granted && back < 0) back = std::max(back, -one.granted->amount);
      feed(current, one.plan, one.rule, one.effect, back, false);
      asked_.push_back(
          {one.plan, one.rule, one.effect, one.account, back, 0, nullptr, 0, time, one.entry});
      if (one.granted) asked_.back().pool = one.granted->pool;
    }
  }
  for (const Family& family : families_) owe_again(current, family, role);
  undoing_ = nullptr;
  for (Asked& asked : asked_) asked.reversed_at = time;
  if (const auto paid = done.paid.find(role); paid != done.paid.end()) {
    for (const Done::Paid& one : paid->second) {
      asked_.push_back({one.plan, one.rule, one.effect, one.account, -one.amount, 0, nullptr, 0,
                        time, one.entry});
    }
  }
  // What is owed first, then what was paid at the event, each in the order of the rules.
  if (has_layers(current, role)) sort_asked();
  std::stable_sort(asked_.begin(), asked_.end(), [&](const Asked& a, const Asked& b) {
    const auto place = [&](const Asked& asked) {
      const bool is_paid = plans_[asked.plan].rules[asked.rule].subject.is_event();
      return std::pair(is_paid, is_paid ? rank_of(asked.plan, asked.rule, asked.effect)
                                        : std::tuple(size_t{0}, size_t{0}, size_t{0}));
    };
    return place(a) < place(b);
  });
  post_asked(current);
}

// What entitlements owe then.
void Engine::owe_again(const Current& current, const Family& family, const std::string& role) {
  const std::string& type = current.event->type;
  size_t first = 0;
  const plan::EventType* const event = declared(family, type, SIZE_MAX, &first);
  if (event == nullptr) return;
  const Scope filter{plans_[first], current.readings[first].attributes, nullptr, nullptr,
                     current.time};
  if (!holds(filter, event->when)) return;
  int layer = 0;
  for (const RuleVersion& version : in_layers(family)) {
    const auto [p, r] = version.id;
    const plan::Rule& rule = plans_[p].rules[r];
    const std::vector<Value>& attributes = current.readings[p].attributes;
    for (; layer < version.layer; ++layer) stack_groups(current, family, layer);
    if (rule.subject.owner < 0 || !runs_at(version, type)) continue;
    const auto owner = static_cast<size_t>(rule.subject.owner);
    if (!names_role(plans_[p], rule.subject.owner, role) || is_missing(attributes[owner])) continue;
    const Scope scope{plans_[p], attributes,
                      [&, plan = p](int measure, plan::tree::Moment) -> Value {
                        const auto [q, m] = measure_id(plan, measure);
                        const auto of = subject_of(current, q, m, 0, plans_[q].measures[m].subject);
                        if (!of) return Missing{};
                        return Rational(measures_[*of]);
                      },
                      nullptr, current.time};
    for (size_t e = 0; e < rule.effects.size(); ++e) run_entitlement(current, p, r, e, scope);
  }
  for (; layer < plan::kLayersMax; ++layer) stack_groups(current, family, layer);
}

void Engine::note_posting(const Asked& asked, const Entry& entry) {
  const bool is_paid = plans_[asked.plan].rules[asked.rule].subject.is_event();
  if (posting_for_ == 0 || !is_paid) return;
  Posting& posting = postings_.emplace_back();
  posting.event = posting_for_;
  posting.role = doing_role_;
  posting.rule = {asked.plan, asked.rule};
  posting.effect = asked.effect;
  posting.amount = entry.amount;
  if (!asked.corrects) posting.entry = {entry.lsn, static_cast<uint32_t>(entry.n)};
}

}  // namespace guerdon::reference
