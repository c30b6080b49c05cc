// Events taken back: what each did was remembered when it did it.
#include <algorithm>

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

// Measures that it moved, and what its rules owe then, of a period that is over for good.
bool Engine::is_late(const Current& current, const Done& done, TimeMs clock) const {
  const auto is_gone = [&](const plan::Plan& plan, calendar::PeriodKind kind) {
    const auto index = [&](TimeMs time) {
      return calendar::period_at(plan.calendar, kind, time).index;
    };
    return index(done.time) < index(clock) - 2;
  };
  for (const auto& [role, moved] : done.moved) {
    for (const Done::Moved& one : moved) {
      const plan::Plan& plan = plans_[std::get<0>(one.measure)];
      if (is_gone(plan, plan.measures[std::get<1>(one.measure)].subject.period)) return true;
    }
    for (size_t p = 0; p < plans_.size(); ++p) {
      for (const plan::Rule& rule : plans_[p].rules) {
        const int type = current.readings[p].type;
        const bool runs =
            std::find(rule.events.begin(), rule.events.end(), type) != rule.events.end();
        if (rule.subject.is_event() || !runs) continue;
        const auto owner = static_cast<size_t>(rule.subject.owner);
        if (plans_[p].attributes[owner].wire != role) continue;
        if (is_gone(plans_[p], rule.subject.period)) return true;
      }
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
  if (done.is_beyond || (done.moved.empty() && done.paid.empty())) return refused("INVALID");
  if (reversed_.contains(key))
    return {Outcome::kConflict, "", 0, static_cast<int64_t>(reversed_[key])};
  std::string code;
  const Current current = read(done.event, done.time, &code);
  GUERDON_ASSERT(code.empty());
  if (is_late(current, done, std::max(*clock_, occurred))) return refused("LATE");
  Result result;
  result.lsn = append(occurred);
  reversed_[key] = result.lsn;
  for (const std::string& role : current.roles) {
    if (!done.moved.contains(role) && !done.paid.contains(role)) continue;
    for (const auto& [name, value] : done.event.values) {
      if (name == role) settle(value);
    }
    const size_t entries = entries_.size();
    take_back(current, done, role, *clock_);
    for (size_t e = entries; e < entries_.size(); ++e)
      result.entries += entries_[e].plan.empty() ? 0 : 1;
  }
  return result;
}

void Engine::take_back(const Current& current, const Done& done, const std::string& role,
                       TimeMs time) {
  const auto moved = done.moved.find(role);
  if (moved != done.moved.end()) {
    for (const Done::Moved& one : moved->second) {
      const Int128 value = Int128{measures_[one.measure]} - one.by;
      const Int128 most = money::kMeasureMax;
      measures_[one.measure] = static_cast<int64_t>(std::clamp(value, -most, most));
    }
  }
  asked_.clear();
  for (size_t p = 0; p < plans_.size(); ++p) {
    const plan::Plan& plan = plans_[p];
    const Reading& reading = current.readings[p];
    if (reading.type < 0) continue;
    const plan::EventType& type = plan.events[static_cast<size_t>(reading.type)];
    const Scope filter{plan, reading.attributes, nullptr, nullptr};
    if (!holds(filter, type.when)) continue;
    for (size_t r = 0; r < plan.rules.size(); ++r) {
      const plan::Rule& rule = plan.rules[r];
      const bool runs =
          std::find(rule.events.begin(), rule.events.end(), reading.type) != rule.events.end();
      if (rule.subject.is_event() || !runs) continue;
      const auto owner = static_cast<size_t>(rule.subject.owner);
      if (plan.attributes[owner].wire != role || is_missing(reading.attributes[owner])) continue;
      const Scope scope{plan, reading.attributes,
                        [&](int measure, plan::tree::Moment) -> Value {
                          const auto m = static_cast<size_t>(measure);
                          const auto of = subject_of(current, p, m, 0, plan.measures[m].subject);
                          if (!of) return Missing{};
                          return Rational(measures_[*of]);
                        },
                        nullptr};
      for (size_t e = 0; e < rule.effects.size(); ++e) run_entitlement(current, p, r, e, scope);
    }
  }
  for (Asked& asked : asked_) asked.reversed_at = time;
  if (const auto paid = done.paid.find(role); paid != done.paid.end()) {
    for (const Done::Paid& one : paid->second) {
      asked_.push_back({one.plan, one.rule, one.effect, one.account, -one.amount, 0, nullptr, 0,
                        time, one.entry});
    }
  }
  for (const Asked& asked : asked_) {
    if (asked.amount >= 0) post(current, asked);
  }
  for (const Asked& asked : asked_) {
    if (asked.amount < 0) post(current, asked);
  }
}

}  // namespace guerdon::reference
