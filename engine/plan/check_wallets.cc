// Wallets: what the plan says of those of a unit, and the defaults of all others.
#include <string>
#include <utility>
#include <vector>

#include "engine/base/assert.h"
#include "engine/money/limits.h"
#include "engine/plan/check_state.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {
namespace {

using calendar::Duration;
using tree::WalletLine;
using tree::WalletLineKind;

class WalletCheck {
 public:
  WalletCheck(Checking& checking, const tree::Wallet& written, int unit)
      : checking_(checking), written_(written), unit_(unit), typer_(checking, constants_) {
    rules_.opens_on_first_credit = checking.opens_on_first_credit;
  }

  // Nothing: a mistake, told.
  std::optional<WalletRules> check();

 private:
  bool take(const WalletLine& line);
  bool take_duration(const tree::Expr& written, std::optional<Duration>& duration);
  bool take_hold(const WalletLine& line);
  bool take_share(const tree::Expr& written);
  bool take_whole(const tree::Name& name);
  bool take_floor(const tree::Expr& written);
  bool agree();
  bool refuse(WalletLineKind line, std::string message, std::string advice);

  Checking& checking_;
  const tree::Wallet& written_;
  const int unit_;
  const Scope constants_;
  Typer typer_;
  WalletRules rules_;
};

bool WalletCheck::take_duration(const tree::Expr& written, std::optional<Duration>& duration) {
  const Typed value = typer_.value(written);
  if (!value) return false;
  if (value.type() == kDurationType) {
    duration = value.term->duration;
    return true;
  }
  checking_.report(
      kWrongKind, written.span,
      checking_.quoted(written.span) + " is " +
          (value.bare ? std::string("a number") : checking_.type_phrase(value.type())) +
          ", not a duration",
      "write how long: `90 days`, `24 hours`, `12 months`");
  return false;
}

bool WalletCheck::take_share(const tree::Expr& written) {
  Typed share = typer_.value(written);
  if (!share) return false;
  if (typer_.settle(share, kRatioType) != Fit::kFits) {
    checking_.report(kWrongKind, written.span,
                     checking_.quoted(written.span) + " is " + checking_.type_phrase(share.type()) +
                         ", not a share",
                     "write a ratio: `hold at most 30% of total`");
    return false;
  }
  const money::Ratio value = share.term->value;
  if (value.num <= 0 || value.num > value.den) {
    checking_.report(kOutOfRange, written.span, "a share is above 0 % and at most 100 %",
                     "write a ratio: `hold at most 30% of total`");
    return false;
  }
  rules_.hold.share = value;
  return true;
}

// `30% of NAME`: an attribute in the wallet's unit.
bool WalletCheck::take_whole(const tree::Name& name) {
  const int index = checking_.attribute(name.text);
  if (index < 0) {
    if (checking_.broken_attributes.contains(name.text)) return false;
    std::vector<std::string> known;
    for (const Attribute& other : checking_.plan.attributes) {
      if (other.type == Type{TypeKind::kAmount, unit_}) known.push_back(other.name);
    }
    checking_.report(kUnknownName, name.span, backquoted(name.text) + " is not known here",
                     did_you_mean(name.text, known, "name an attribute of an event"));
    return false;
  }
  const Attribute& attribute = checking_.attribute_at(index);
  if (attribute.of_line || attribute.type != Type{TypeKind::kAmount, unit_}) {
    checking_.report(kTypesDiffer, name.span,
                     backquoted(name.text) + " is " + checking_.type_phrase(attribute.type) +
                         (attribute.of_line ? " of each line" : "") +
                         ", and what is held an amount in " + checking_.unit(unit_).name,
                     "name an attribute in " + checking_.unit(unit_).name +
                         ", or write `hold at most 30%`: of the total that whoever asks for the "
                         "hold names");
    return false;
  }
  rules_.hold.of = attribute.wire;
  return true;
}

bool WalletCheck::take_hold(const WalletLine& line) {
  bool sound = line.amount == nullptr || take_share(*line.amount);
  if (line.of) sound = take_whole(*line.of) && sound;
  if (line.lives != nullptr) sound = take_duration(*line.lives, rules_.hold.lives) && sound;
  return sound;
}

bool WalletCheck::take_floor(const tree::Expr& written) {
  Typed floor = typer_.value(written);
  if (!floor) return false;
  const Fit fit = typer_.settle(floor, {TypeKind::kAmount, unit_});
  if (fit == Fit::kTold) return false;
  const std::string& unit = checking_.unit(unit_).name;
  if (fit == Fit::kDiffers) {
    checking_.report(kTypesDiffer, written.span,
                     checking_.quoted(written.span) + " is " + checking_.type_phrase(floor.type()) +
                         ", and this wallet is in " + unit,
                     "write the amount in " + unit);
    return false;
  }
  const money::Ratio value = floor.term->value;
  if (value.num >= 0 || value.den != 1 || value.num < -money::kBalanceMax) {
    checking_.report(kOutOfRange, written.span,
                     "`go down to` names an amount below 0, in whole minor units",
                     value.num >= 0 ? "`take what is left` ends at 0" : "write a rounder one");
    return false;
  }
  rules_.floor = value.num;
  return true;
}

bool WalletCheck::take(const WalletLine& line) {
  switch (line.kind) {
    case WalletLineKind::kOpen:
      rules_.opens_on_first_credit = true;
      return true;
    case WalletLineKind::kMature:
      return take_duration(*line.amount, rules_.mature);
    case WalletLineKind::kExpire:
      rules_.expire_at_end_of_day = line.end_of_day;
      return take_duration(*line.amount, rules_.expire);
    case WalletLineKind::kWarn:
      return take_duration(*line.amount, rules_.warn);
    case WalletLineKind::kMerge:
      rules_.merges_lots_of_one_day = true;
      return true;
    case WalletLineKind::kSpend:
      rules_.spend = line.order;
      return true;
    case WalletLineKind::kReturns:
      return line.amount == nullptr || take_duration(*line.amount, rules_.grace);
    case WalletLineKind::kHold:
      return take_hold(line);
    case WalletLineKind::kShort:
      rules_.shortfall = line.shortfall;
      return line.amount == nullptr || take_floor(*line.amount);
  }
  GUERDON_UNREACHABLE();
}

bool WalletCheck::refuse(WalletLineKind line, std::string message, std::string advice) {
  for (const WalletLine& written : written_.lines) {
    if (written.kind != line) continue;
    checking_.report(kAtOdds, written.span, std::move(message), std::move(advice));
  }
  return false;
}

// What one line says of another.
bool WalletCheck::agree() {
  if (!can_be_spent(rules_)) {
    return refuse(WalletLineKind::kMature, "what is earned expires before it matures",
                  "write a shorter time here, or a longer one after `expire`");
  }
  const std::string advice =
      "write `expire 90 days after earning`, with the days you mean, or leave this line out";
  if (rules_.warn && !rules_.expire) {
    return refuse(WalletLineKind::kWarn, "nothing expires in this wallet", advice);
  }
  if (!warns_in_time(rules_)) {
    return refuse(WalletLineKind::kWarn, "the notice time is longer than what is earned lives",
                  "write a shorter time here, or a longer one after `expire`");
  }
  if (rules_.grace && !rules_.expire) {
    return refuse(WalletLineKind::kReturns, "nothing expires in this wallet", advice);
  }
  return true;
}

std::optional<WalletRules> WalletCheck::check() {
  bool sound = true;
  for (const WalletLine& line : written_.lines) sound = take(line) && sound;
  if (!sound || !agree()) return std::nullopt;
  GUERDON_ASSERT(is_sound(rules_));
  return std::move(rules_);
}

// The unit that a wallet is declared for; -1: a mistake, told.
int unit_of(Checking& checking, const tree::Name& name) {
  const Binding* binding = checking.binding(name.text);
  if (binding != nullptr && binding->kind == BindingKind::kUnit) return binding->index;
  const std::vector<std::string> known = checking.unit_names();
  checking.report(
      binding == nullptr ? kUnknownName : kWrongKind, name.span,
      backquoted(name.text) + " is not a unit" + (binding == nullptr ? " known here" : ""),
      did_you_mean(name.text, known, "declare it: `unit " + name.text + ", 2 decimals`"));
  return -1;
}

}  // namespace

void check_wallets(Checking& checking) {
  std::vector<const tree::Wallet*> written(checking.plan.units.size(), nullptr);
  WalletRules defaults;
  defaults.opens_on_first_credit = checking.opens_on_first_credit;
  checking.plan.wallets.assign(written.size(), defaults);
  for (size_t u = 0; u < written.size(); ++u) {
    if (checking.plan.units[u].badge) checking.plan.wallets[u].opens_on_first_credit = true;
  }
  for (const tree::Declaration& declaration : checking.tree.declarations) {
    const auto* wallet = std::get_if<tree::Wallet>(&declaration.what);
    if (wallet == nullptr) continue;
    const int index = unit_of(checking, wallet->unit);
    if (index < 0) continue;
    const auto unit = static_cast<size_t>(index);
    if (written[unit] != nullptr) {
      checking.report(
          kDeclaredTwice, wallet->unit.span, "two wallets of " + checking.plan.units[unit].name,
          "the other is in line " + std::to_string(checking.line_of(written[unit]->unit.span)) +
              "; write all lines below one");
      continue;
    }
    written[unit] = wallet;
    std::optional<WalletRules> rules = WalletCheck(checking, *wallet, index).check();
    if (rules) checking.plan.wallets[unit] = *std::move(rules);
  }
}

}  // namespace guerdon::plan
