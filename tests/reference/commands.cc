// Commands on wallets: done on the wallets themselves, and taken back whole where one of them
// refuses.
#include <algorithm>
#include <set>
#include <sstream>

#include "engine/base/assert.h"
#include "engine/calendar/duration.h"
#include "engine/money/decimal.h"
#include "tests/reference/call.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {

using ledger::Code;
using ledger::Verdict;
using ledger::slow::SlowWallet;

namespace {
constexpr size_t kKnownMax = 128;  // stretches of one attribute of an account
}

namespace {

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  for (std::string part; std::getline(stream, part, by);) parts.push_back(part);
  return parts;
}

int64_t decimal(const std::string& text, int scale) {
  int64_t value = 0;
  GUERDON_ASSERT(money::parse_decimal(text, scale, &value) == money::DecimalError::kNone);
  return value;
}

TimeMs instant(const std::string& text) {
  TimeMs time = 0;
  if (text == "never") return ledger::kNever;
  GUERDON_ASSERT(base::parse_timestamp(text, &time));
  return time;
}

TimeMs length(const std::string& text) {
  const std::string units = "smhd";
  const int64_t ms[] = {1'000, 60'000, 3'600'000, 86'400'000};
  return std::stoll(text) * ms[units.find(text.back())];
}

std::vector<std::pair<std::string, std::string>> payload_of(const Command& command) {
  std::vector<std::pair<std::string, std::string>> payload = {{"", command.word},
                                                              {"time", command.time}};
  for (const auto& pair : command.values) {
    if (!pair.second.empty()) payload.push_back(pair);
  }
  std::sort(payload.begin(), payload.end());
  return payload;
}

std::string word_of(Code code) { return std::string(ledger::code_name(code)); }

}  // namespace

Result Engine::apply(const Command& command) {
  const bool says_goal = command.word == "TARGET" || command.word == "STAGE";
  if (says_goal && !is_asked_goal(command)) return {Outcome::kRefused, "INVALID", 0};
  const auto payload = payload_of(command);
  const auto key = std::make_pair(command.source, command.id);
  const auto seen = seen_.find(key);
  if (!command.id.empty() && seen != seen_.end()) {
    if (seen->second.payload == payload) return seen->second.again;
    return {Outcome::kConflict, "", 0};
  }
  const TimeMs occurred = command.time.empty() ? clock_.value_or(0) : instant(command.time);
  const bool turns_period = command.word == "REOPEN" || command.word == "CLOSE";
  const bool is_org = command.word == "ORG";
  if (command.word == "REVERSE" || turns_period || is_org || is_of_file(command)) {
    Result result = turns_period          ? turn_period(command, occurred)
                    : is_org              ? say_edge(command, occurred)
                    : is_of_file(command) ? take_of_file(command, occurred)
                                          : reverse(command, occurred);
    if (!result.code.empty() || result.outcome != Outcome::kAccepted) return result;
    Result again = result;
    again.outcome = Outcome::kDuplicate;
    if (!command.id.empty()) seen_[key] = {payload, again};
    after_record();
    has_commands_ = true;
    return result;
  }
  const uint64_t lsn = append(occurred);
  Call call{command, "", {*clock_, occurred}, 0, ledger::kNever, {}, {}};
  call.account = call.value("account");
  if (!call.is("TABLE")) settle(call.account);
  if (call.is("GRANT")) settle(call.value("by"));
  Result result = call.is("HOLDER")   ? set_known(call)
                  : call.is("TABLE")  ? set_row(command)
                  : call.is("TARGET") ? set_goal(command)
                  : call.is("GRANT")  ? grant(call)
                                      : run(call);
  result.lsn = lsn;
  note_scores(*clock_, lsn);
  if (!command.id.empty()) {
    Result again = result;
    if (result.code.empty()) again.outcome = Outcome::kDuplicate;
    seen_[key] = {payload, again};
  }
  after_record();
  has_commands_ = true;
  return result;
}

Result Engine::set_known(const Call& call) {
  Known known{call.account, call.value("attribute"), call.when.effective, base::kTimeEnd,
              call.value("value")};
  if (!call.value("effective").empty()) known.from = instant(call.value("effective"));
  if (!call.value("until").empty()) {
    known.until = std::min(instant(call.value("until")), base::kTimeEnd);
  }
  if (known.from >= known.until) return {Outcome::kRefused, "EXPIRED", 0};
  std::vector<Known> others = known_;
  std::swap(others, known_);
  std::erase_if(known_, [&](const Known& other) {
    return other.account == known.account && other.attribute == known.attribute &&
           known.from <= other.from && other.until <= known.until;
  });
  known_.push_back(known);
  if (known_stretches(known.account, known.attribute) > kKnownMax) {
    known_ = std::move(others);
    return {Outcome::kRefused, "LIMIT", 0, int64_t{kKnownMax}};
  }
  return {Outcome::kAccepted, "", 0};
}

const std::string* Engine::known_at(const std::string& account, const std::string& attribute,
                                    TimeMs instant) const {
  const std::string* value = nullptr;
  for (const Known& known : known_) {
    if (known.account == account && known.attribute == attribute && known.from <= instant &&
        instant < known.until) {
      value = &known.value;
    }
  }
  return value;
}

// In how many stretches of one value, told apart by their texts.
size_t Engine::known_stretches(const std::string& account, const std::string& attribute) const {
  std::set<TimeMs> bounds;
  for (const Known& known : known_) {
    if (known.account == account && known.attribute == attribute) {
      bounds.insert({known.from, known.until});
    }
  }
  size_t stretches = 0;
  std::string before;
  for (const TimeMs bound : bounds) {
    const std::string* value = known_at(account, attribute, bound);
    if (value != nullptr && *value != before) ++stretches;
    before = value == nullptr ? "" : *value;
  }
  return stretches;
}

uint64_t Engine::hold_id(const std::string& source, const std::string& id) {
  return names_.try_emplace({source, id}, names_.size() + 1).first->second;
}

Engine::Leg Engine::leg_of(const std::string& unit, const std::string& program,
                           const std::string& amount, const std::string& total) const {
  for (const plan::Plan& plan : plans_) {
    for (size_t u = 0; u < plan.units.size(); ++u) {
      const std::string& code = plan.units[u].code;
      const bool is_it = unit == plan.program + "/" + code ||
                         (unit == code && (program.empty() || program == plan.program));
      if (!is_it) continue;
      Leg leg;
      std::get<1>(leg.wallet) = plan.program;
      std::get<2>(leg.wallet) = code;
      leg.plan = &plan;
      leg.rules = &plan.wallets.at(u);
      if (!amount.empty()) leg.amount = decimal(amount, plan.units[u].scale);
      if (!total.empty()) leg.total = decimal(total, plan.units[u].scale);
      return leg;
    }
  }
  GUERDON_ASSERT(false);
  return {};
}

std::vector<Engine::Leg> Engine::legs_of(const Command& command) const {
  std::map<std::string, std::string> values(command.values.begin(), command.values.end());
  std::vector<Leg> legs;
  for (const std::string& leg : split(values["legs"], ';')) {
    std::vector<std::string> parts = split(leg, ':');
    parts.resize(3);
    legs.push_back(leg_of(parts[0], values["program"], parts[1], parts[2]));
  }
  if (!values["unit"].empty()) {
    legs.push_back(leg_of(values["unit"], values["program"], values["amount"], values["total"]));
  }
  for (Leg& leg : legs) std::get<0>(leg.wallet) = values["account"];
  return legs;
}

// One leg after the other; where one is refused, all is as it was.
Result Engine::run(Call& call) {
  const std::map<Wallet, SlowWallet> before = wallets_;
  call.legs = legs_of(call.command);
  std::string name = call.command.id;
  for (const char* const field : {"hold", "of"}) {
    if (!call.value(field).empty()) name = call.value(field);
  }
  call.id = hold_id(call.command.source, name);
  if (call.is("CAPTURE") || call.is("VOID")) {
    name_held(call);
    if (call.legs.empty()) return {Outcome::kRefused, word_of(Code::kUnknown), 0};
  }
  if (call.is("HOLD")) {
    for (const Leg& leg : call.legs) {
      TimeMs until = ledger::kNever;
      if (leg.rules->hold.lives) {
        until = calendar::after(leg.plan->calendar.zone, call.when.at, *leg.rules->hold.lives);
      }
      if (!call.value("for").empty()) until = call.when.at + length(call.value("for"));
      if (!call.value("until").empty()) until = instant(call.value("until"));
      call.until = std::min(call.until, until);
    }
    if (call.until <= call.when.at) return {Outcome::kRefused, word_of(Code::kExpired), 0};
  }
  for (const Leg& leg : call.legs) {
    const Verdict verdict = run_leg(call, leg);
    if (verdict.ok()) continue;
    wallets_.clear();
    wallets_.insert(before.begin(), before.end());
    return {Outcome::kRefused, word_of(verdict.code), 0, verdict.amount};
  }
  const size_t entries = entries_.size();
  for (const auto& [wallet, legs] : call.made) write(wallet, legs, nullptr);
  return {Outcome::kAccepted, "", 0, 0, static_cast<int>(entries_.size() - entries)};
}

// The wallets that have the hold, in the order of the plans, with the amounts that the command
// names for them; all of it where it names none. An amount of 0 gives it up.
void Engine::name_held(Call& call) {
  std::vector<Leg> held;
  const std::vector<Leg> named = call.legs;
  for (const Family& family : families_) {
    const plan::Plan& plan = plans_[family.plans.front()];
    for (const plan::Unit& unit : plan.units) {
      const auto found = wallets_.find({call.account, plan.program, unit.code});
      if (found == wallets_.end()) continue;
      const ledger::Hold* hold = nullptr;
      for (const ledger::Hold& one : found->second.holds()) {
        if (one.id == call.id) hold = &one;
      }
      if (hold == nullptr) continue;
      Leg leg = leg_of(plan.program + "/" + unit.code, "", "", "");
      leg.wallet = found->first;
      if (call.is("CAPTURE") && named.empty()) leg.amount = hold->amount;
      for (const Leg& one : named) {
        if (one.wallet == leg.wallet) leg.amount = one.amount;
      }
      held.push_back(leg);
    }
  }
  for (const Leg& one : named) {
    const bool is_held = std::any_of(held.begin(), held.end(),
                                     [&](const Leg& leg) { return leg.wallet == one.wallet; });
    if (!is_held) held.clear();
  }
  call.legs = held;
}

Verdict Engine::run_leg(Call& call, const Leg& leg) {
  SlowWallet& wallet = wallet_of(leg.wallet, *leg.rules);
  std::vector<ledger::Leg>& made =
      call.made.emplace_back(leg.wallet, std::vector<ledger::Leg>()).second;
  if (call.is("ADJUST") || call.is("IMPORT")) return post(call, leg, wallet);
  if (call.is("HOLD") || call.is("SPEND")) return set_aside(call, leg, wallet);
  if (call.is("CAPTURE") && leg.amount > 0) {
    return wallet.capture({call.id, leg.amount}, call.when, made);
  }
  if (call.is("CAPTURE") || call.is("VOID")) return wallet.release(call.id, call.when, made);
  if (call.is("REFUND")) {
    ledger::Refund refund{call.id, leg.amount};
    if (leg.rules->grace) {
      refund.grace_until =
          calendar::after(leg.plan->calendar.zone, call.when.at, *leg.rules->grace);
      refund.grace_warns = warns_at(*leg.rules, *leg.plan, call.when.at, refund.grace_until);
    }
    return wallet.refund(refund, call.when, made);
  }
  if (call.is("WALLET OPEN")) return wallet.open();
  if (call.is("WALLET FREEZE")) return wallet.freeze();
  if (call.is("WALLET THAW")) return wallet.thaw();
  GUERDON_ASSERT(call.is("WALLET CLOSE"));
  maybe_closed_.insert(leg.wallet);
  return wallet.close();
}

Verdict Engine::post(Call& call, const Leg& leg, SlowWallet& wallet) {
  if (wallet.is_shut()) return {Code::kClosed, 0};
  const bool is_import = call.is("IMPORT");
  const ledger::Kind kind = is_import ? ledger::Kind::kImport : ledger::Kind::kAdjust;
  const ledger::SystemAccount counter =
      is_import ? ledger::SystemAccount::kEquity : ledger::SystemAccount::kIssuance;
  const ledger::Origin origin(last_lsn_,
                              static_cast<uint32_t>(entries_of_[{last_lsn_, call.account}]));
  std::vector<ledger::Leg>& made = call.made.back().second;
  if (leg.amount < 0) {
    wallet.debit({-leg.amount, kind, counter, origin, 0}, call.when, made);
    return {};
  }
  ledger::Credit credit;
  credit.amount = leg.amount;
  credit.kind = kind;
  credit.counter = counter;
  credit.origin = origin;
  credit.earned_at = call.when.effective;
  if (!call.value("earned").empty()) credit.earned_at = instant(call.value("earned"));
  credit.matures_at = plan::matures_at(*leg.rules, leg.plan->calendar.zone, credit.earned_at);
  credit.expires_at = plan::expires_at(*leg.rules, leg.plan->calendar.zone, credit.earned_at);
  if (!call.value("matures").empty()) credit.matures_at = instant(call.value("matures"));
  if (!call.value("expires").empty()) credit.expires_at = instant(call.value("expires"));
  credit.warns_at = warns_at(*leg.rules, *leg.plan, credit.earned_at, credit.expires_at);
  wallet.credit(credit, call.when, made);
  return {};
}

// When it is told that a lot is about to expire; ledger::kNever: it is not.
TimeMs Engine::warns_at(const plan::WalletRules& rules, const plan::Plan& plan, TimeMs earned,
                        TimeMs expires) {
  if (!rules.warn || expires >= base::kTimeEnd) return ledger::kNever;
  return std::max(earned, calendar::before(plan.calendar.zone, expires, *rules.warn));
}

Verdict Engine::set_aside(Call& call, const Leg& leg, SlowWallet& wallet) {
  ledger::HoldRequest request{call.id, leg.amount};
  request.until = call.until;
  request.lsn = last_lsn_;
  if (leg.total) {
    request.at_most = *leg.total;
    if (leg.rules->hold.share) {
      const Rational share(leg.rules->hold.share->num, leg.rules->hold.share->den);
      request.at_most =
          static_cast<int64_t>((Rational(*leg.total) * share).round(money::Rounding::kDown));
    }
  }
  if (!call.value("line").empty()) {
    const auto unit = std::find_if(
        leg.plan->units.begin(), leg.plan->units.end(),
        [&](const plan::Unit& one) { return one.code == std::get<2>(call.legs[0].wallet); });
    request.at_most = std::min(request.at_most, decimal(call.value("line"), unit->scale));
  }
  if (call.is("HOLD")) return wallet.hold(request, call.when);
  if (!wallet.is_shut() && request.amount > request.at_most) return {Code::kLimit, request.at_most};
  return wallet.spend({call.id, leg.amount}, call.when, call.made.back().second);
}

}  // namespace guerdon::reference
