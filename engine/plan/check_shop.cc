// Items and exchanges: their units, amounts, limits, windows and rates.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/assert.h"
#include "engine/base/civil.h"
#include "engine/money/decimal.h"
#include "engine/money/limits.h"
#include "engine/plan/check_state.h"
#include "engine/plan/check_subjects.h"
#include "engine/plan/check_terms.h"
#include "engine/plan/checked.h"

namespace guerdon::plan {
namespace {

using tree::ExchangeLine;
using tree::ExchangeLineKind;
using tree::ItemLine;
using tree::ItemLineKind;

// What items and exchanges have in common: fixed amounts, each in a unit.
class ShopCheck {
 public:
  explicit ShopCheck(Checking& checking) : checking_(checking), typer_(checking, constants_) {}

 protected:
  // A fixed amount above 0 in whole minor units; its unit. -1: told.
  int take_amount(const tree::Expr& written, std::string_view what, int64_t& amount);

  Checking& checking_;
  const Scope constants_;
  Typer typer_;
};

int ShopCheck::take_amount(const tree::Expr& written, std::string_view what, int64_t& amount) {
  const Typed value = typer_.value(written);
  if (!value) return -1;
  if (value.bare) {
    checking_.report(kNoUnit, written.span, "this " + std::string(what) + " has no unit",
                     "write it: `4000 points`");
    return -1;
  }
  if (value.type().kind != TypeKind::kAmount) {
    checking_.report(kWrongKind, written.span,
                     checking_.quoted(written.span) + " is " + checking_.type_phrase(value.type()) +
                         ", not an amount",
                     "write a number and its unit: `4000 points`");
    return -1;
  }
  const money::Ratio number = value.term->value;
  if (number.num <= 0 || number.den != 1 || number.num > money::kAmountMax) {
    checking_.report(kOutOfRange, written.span,
                     "a " + std::string(what) + " is above 0, in whole minor units, and at most " +
                         std::to_string(money::kAmountMax) + " of them");
    return -1;
  }
  amount = number.num;
  return value.type().unit;
}

// ---- items --------------------------------------------------------------------------------------

class ItemCheck : private ShopCheck {
 public:
  ItemCheck(Checking& checking, const tree::Item& written)
      : ShopCheck(checking), written_(written) {}

  // Nothing: a mistake, told.
  std::optional<Item> check();

 private:
  bool take(const ItemLine& line);
  bool take_stock(const ItemLine& line);
  bool take_limit(const ItemLine& line);
  bool is_account(const tree::Name& name);
  bool take_window(const ItemLine& line);
  bool take_condition(const ItemLine& line);
  bool has_one_owner(const Term& term, int* owner);
  bool agree();

  const tree::Item& written_;
  Item item_;
};

bool ItemCheck::take(const ItemLine& line) {
  switch (line.kind) {
    case ItemLineKind::kPrice:
      item_.price_unit = take_amount(*line.amount, "price", item_.price);
      return item_.price_unit >= 0;
    case ItemLineKind::kGives:
      item_.gives_unit = take_amount(*line.amount, "gift", item_.gives);
      return item_.gives_unit >= 0;
    case ItemLineKind::kStock:
      return take_stock(line);
    case ItemLineKind::kAtMost:
      return take_limit(line);
    case ItemLineKind::kFrom:
    case ItemLineKind::kUntil:
      return take_window(line);
    case ItemLineKind::kWhen:
      return take_condition(line);
  }
  GUERDON_UNREACHABLE();
}

bool ItemCheck::take_condition(const ItemLine& line) {
  Scope scope;
  scope.reader = Reader::kItem;
  Typer typer(checking_, scope);
  TermPtr when = typer.condition(*line.amount);
  int owner = -1;
  if (when == nullptr || !has_one_owner(*when, &owner)) return false;
  if (owner < 0) {
    checking_.report(kAtOdds, line.span,
                     "this is the same for all accounts, whatever is known of them",
                     "write the item's days with `from` and `until`, or leave the line out");
    return false;
  }
  item_.when = std::move(when);
  return true;
}

// Whatever a plan calls its accounts, here it is the one that redeems.
bool ItemCheck::has_one_owner(const Term& term, int* owner) {
  const bool is_held = term.kind == TermKind::kHeld || term.kind == TermKind::kHasHeld;
  if (is_held && *owner >= 0 && *owner != term.owner) {
    checking_.report(kNotOfSubject, term.span,
                     checking_.quoted(term.span) +
                         " is known of another account than is asked for "
                         "before it, and one account redeems",
                     "read it of `" + checking_.attribute_at(*owner).name + "`");
    return false;
  }
  if (is_held) *owner = term.owner;
  return std::all_of(term.args.begin(), term.args.end(), [&](const TermPtr& arg) {
    return arg == nullptr || has_one_owner(*arg, owner);
  });
}

bool ItemCheck::take_stock(const ItemLine& line) {
  item_.stock = line.number;
  if (line.number <= money::kCountMax) return true;
  checking_.report(kOutOfRange, line.span, "a stock is at most " + std::to_string(money::kCountMax),
                   "leave the line out if it never runs out");
  return false;
}

// Limits count for the account that redeems, whatever a plan calls its accounts.
bool ItemCheck::is_account(const tree::Name& name) {
  if (name.text == "account") return true;
  const int index = checking_.attribute(name.text);
  if (index >= 0 && checking_.attribute_at(index).type.kind == TypeKind::kAccount) return true;
  if (checking_.broken_attributes.contains(name.text)) return false;
  checking_.report(kBadSubject, name.span, backquoted(name.text) + " is no account",
                   "an item is limited for the account that redeems it: `at most once per account "
                   "per year`");
  return false;
}

bool ItemCheck::take_limit(const ItemLine& line) {
  if (line.per.names.size() != 1) {
    checking_.report(
        kBadSubject, line.per.span,
        line.per.names.empty() ? "this does not say for whom the limit is"
                               : "an item is limited for an account alone",
        "write `per account`, and maybe a period: `at most once per account per year`");
    return false;
  }
  if (!is_account(line.per.names[0])) return false;
  if (line.number < 1 || line.number > money::kCountMax) {
    checking_.report(kOutOfRange, line.span,
                     "a limit is at least 1 and at most " + std::to_string(money::kCountMax));
    return false;
  }
  const std::optional<calendar::PeriodRule> period = check_period(checking_, line.per);
  if (!period) return false;
  const ItemLimit limit{line.number, *period};
  const auto same = [&](const ItemLimit& other) { return other.period == limit.period; };
  if (std::any_of(item_.limits.begin(), item_.limits.end(), same)) {
    checking_.report(kAtOdds, line.span, "two limits of one period", "leave the smaller one");
    return false;
  }
  item_.limits.push_back(limit);
  return true;
}

bool ItemCheck::take_window(const ItemLine& line) {
  if (line.from) item_.from = checking_.instant_of(*line.from);
  if (line.until) item_.until = checking_.instant_of(*line.until);
  return true;
}

bool ItemCheck::agree() {
  for (const ItemLine& line : written_.lines) {
    const bool is_window = line.kind == ItemLineKind::kFrom || line.kind == ItemLineKind::kUntil;
    if (is_window && item_.from >= item_.until) {
      checking_.report(kAtOdds, line.span, "it can never be had: it ends before it begins",
                       "`until` names the first day on which it cannot be had any more");
      return false;
    }
    if (line.kind == ItemLineKind::kGives && item_.gives_unit == item_.price_unit) {
      checking_.report(kAtOdds, line.span, "an item gives another unit than it costs",
                       "write a smaller price");
      return false;
    }
  }
  return true;
}

std::optional<Item> ItemCheck::check() {
  item_.name = written_.name.text;
  item_.title = written_.title.value_or("");
  item_.span = written_.name.span;
  bool sound = !written_.title || check_outside_name(checking_, item_.title, item_.span);
  for (const ItemLine& line : written_.lines) sound = take(line) && sound;
  if (!sound || !agree()) return std::nullopt;
  GUERDON_ASSERT(item_.price > 0 && item_.price_unit >= 0);
  return std::move(item_);
}

// ---- exchanges ----------------------------------------------------------------------------------

class ExchangeCheck : private ShopCheck {
 public:
  ExchangeCheck(Checking& checking, const tree::Exchange& written)
      : ShopCheck(checking), written_(written) {}

  std::optional<Exchange> check();

 private:
  int unit_named(const tree::Name& name);
  bool take(const ExchangeLine& line);
  bool take_rate(const ExchangeLine& line);
  bool take_side(const tree::Expr& written, int unit, std::string_view side, int64_t& amount);
  bool take_spread(const ExchangeLine& line);
  bool take_stale(const ExchangeLine& line);
  bool agree();
  bool refuse(ExchangeLineKind kind, std::string message, std::string advice);

  const tree::Exchange& written_;
  Exchange exchange_;
};

int ExchangeCheck::unit_named(const tree::Name& name) {
  const Binding* binding = checking_.binding(name.text);
  if (binding != nullptr && binding->kind == BindingKind::kUnit) return binding->index;
  const std::vector<std::string> known = checking_.unit_names();
  checking_.report(
      binding == nullptr ? kUnknownName : kWrongKind, name.span,
      backquoted(name.text) + " is not a unit" + (binding == nullptr ? " known here" : ""),
      did_you_mean(name.text, known, "declare it: `unit " + name.text + ", 2 decimals`"));
  return -1;
}

bool ExchangeCheck::take(const ExchangeLine& line) {
  switch (line.kind) {
    case ExchangeLineKind::kRate:
    case ExchangeLineKind::kFrom:
      return take_rate(line);
    case ExchangeLineKind::kSpread:
      return take_spread(line);
    case ExchangeLineKind::kStale:
      return take_stale(line);
    case ExchangeLineKind::kShow:
      exchange_.show_only = true;
      return true;
  }
  GUERDON_UNREACHABLE();
}

bool ExchangeCheck::take_side(const tree::Expr& written, int unit, std::string_view side,
                              int64_t& amount) {
  const int of = take_amount(written, "side of a rate", amount);
  if (of < 0) return false;
  if (of == unit) return true;
  const std::string& name = checking_.unit(unit).name;
  checking_.report(kTypesDiffer, written.span,
                   checking_.quoted(written.span) + " is in " + checking_.unit(of).name + ", the " +
                       std::string(side) + " side of this rate in " + name,
                   "write what is given, `=`, and what is got for it");
  return false;
}

bool ExchangeCheck::take_rate(const ExchangeLine& line) {
  if (line.give == nullptr) {
    exchange_.from_file = true;
    return true;
  }
  int64_t give = 0;
  int64_t take = 0;
  const bool left = take_side(*line.give, exchange_.from_unit, "left", give);
  const bool right = take_side(*line.take, exchange_.to_unit, "right", take);
  if (!left || !right) return false;
  RateFrom rate;
  rate.rate = money::make_ratio(take, give);
  if (line.from) rate.from = checking_.instant_of(*line.from);
  if (!exchange_.rates.empty() && exchange_.rates.back().from >= rate.from) {
    checking_.report(kNotAscending, line.span, "this rate begins no later than the one above it",
                     "write rates in the order of their dates, the one without a date first");
    return false;
  }
  exchange_.rates.push_back(rate);
  return true;
}

bool ExchangeCheck::take_spread(const ExchangeLine& line) {
  Typed spread = typer_.value(*line.amount);
  if (!spread) return false;
  if (typer_.settle(spread, kRatioType) != Fit::kFits) {
    checking_.report(kWrongKind, line.amount->span,
                     checking_.quoted(line.amount->span) + " is " +
                         checking_.type_phrase(spread.type()) + ", not a ratio",
                     "write a part of what is got: `spread 0.5%`");
    return false;
  }
  exchange_.spread = spread.term->value;
  if (exchange_.spread.num >= 0 && exchange_.spread.num < exchange_.spread.den) return true;
  checking_.report(kOutOfRange, line.amount->span, "a spread is from 0 % up, and below 100 %",
                   "write a part of what is got: `spread 0.5%`");
  return false;
}

bool ExchangeCheck::take_stale(const ExchangeLine& line) {
  const Typed value = typer_.value(*line.amount);
  if (!value) return false;
  if (value.type() != kDurationType) {
    checking_.report(kWrongKind, line.amount->span,
                     checking_.quoted(line.amount->span) + " is not a duration",
                     "write how long: `stale up to 3 days`");
    return false;
  }
  exchange_.stale = value.term->duration;
  return true;
}

bool ExchangeCheck::refuse(ExchangeLineKind kind, std::string message, std::string advice) {
  for (const ExchangeLine& line : written_.lines) {
    if (line.kind != kind) continue;
    checking_.report(kAtOdds, line.span, message, advice);
  }
  return false;
}

// What one line says of another.
bool ExchangeCheck::agree() {
  if (exchange_.from_file && !exchange_.rates.empty()) {
    return refuse(ExchangeLineKind::kFrom, "this exchange has its rates from outside",
                  "write all rates here, or leave this line out");
  }
  if (exchange_.show_only && exchange_.spread.num > 0) {
    return refuse(ExchangeLineKind::kSpread, "nothing is exchanged here, so nothing is kept back",
                  "leave out this line, or `show only`");
  }
  if (exchange_.stale && !exchange_.from_file) {
    return refuse(ExchangeLineKind::kStale, "a rate that stands in a plan holds until the next",
                  "leave this line out, or write `rate from file`");
  }
  return true;
}

std::optional<Exchange> ExchangeCheck::check() {
  exchange_.span = join(written_.from.span, written_.to.span);
  exchange_.from_unit = unit_named(written_.from);
  exchange_.to_unit = unit_named(written_.to);
  if (exchange_.from_unit < 0 || exchange_.to_unit < 0) return std::nullopt;
  if (exchange_.from_unit == exchange_.to_unit) {
    checking_.report(kAtOdds, exchange_.span, "a unit is not exchanged for itself");
    return std::nullopt;
  }
  for (const Exchange& other : checking_.plan.exchanges) {
    if (other.from_unit != exchange_.from_unit || other.to_unit != exchange_.to_unit) continue;
    checking_.report(kDeclaredTwice, exchange_.span, "two exchanges of these units",
                     "the other is in line " + std::to_string(checking_.line_of(other.span)) +
                         "; write all lines below one");
    return std::nullopt;
  }
  bool sound = true;
  for (const ExchangeLine& line : written_.lines) sound = take(line) && sound;
  if (!sound || !agree()) return std::nullopt;
  return std::move(exchange_);
}

void too_many(Checking& checking, Span span, int limit, std::string_view what) {
  checking.report(kTooMany, span,
                  "a plan holds at most " + std::to_string(limit) + " " + std::string(what),
                  "divide it into plans of their own: each is a program with its own wallets");
}

}  // namespace

void check_shop(Checking& checking) {
  for (const tree::Declaration& declaration : checking.tree.declarations) {
    if (const auto* written = std::get_if<tree::Item>(&declaration.what)) {
      if (checking.plan.items.size() == size_t{kItemsMax}) {
        return too_many(checking, written->name.span, kItemsMax, "items");
      }
      std::optional<Item> item = ItemCheck(checking, *written).check();
      if (item) checking.plan.items.push_back(*std::move(item));
    }
    if (const auto* written = std::get_if<tree::Exchange>(&declaration.what)) {
      if (checking.plan.exchanges.size() == size_t{kExchangesMax}) {
        return too_many(checking, written->from.span, kExchangesMax, "exchanges");
      }
      std::optional<Exchange> exchange = ExchangeCheck(checking, *written).check();
      if (exchange) checking.plan.exchanges.push_back(*std::move(exchange));
    }
  }
}

}  // namespace guerdon::plan
