// What can be had for units, and at which rates they are exchanged: data for the commands REDEEM
// and EXCHANGE, and for balances shown in another unit. And what all accounts share: budgets.
//
// The checker makes them, all defaults filled in; the program carries them on. Amounts are in minor
// units. Pure values; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/calendar/duration.h"
#include "engine/calendar/period.h"
#include "engine/money/ratio.h"
#include "engine/syntax/source.h"

namespace guerdon::plan {

using base::TimeMs;

struct Term;

// At most so many of an item for an account, in a period of the plan's calendar or in its life.
struct ItemLimit {
  int64_t times = 0;            // above 0
  calendar::PeriodRule period;  // a lifetime to begin with

  bool operator==(const ItemLimit&) const = default;
};

// One thing of the catalogue. It is had in whole pieces.
struct Item {
  std::string name;   // in the plan and outside
  std::string title;  // for people; empty: none
  int price_unit = -1;
  int64_t price = 0;  // above 0
  int gives_unit = -1;
  int64_t gives = 0;                       // above 0; 0: nothing but the thing itself
  std::optional<int64_t> stock;            // to begin with; nothing: it never runs out
  std::vector<ItemLimit> limits;           // of different periods
  TimeMs from = calendar::kTimeBeginning;  // it can be had in [from, until)
  TimeMs until = calendar::kTimeEternity;
  // Who can have it, by what is known of the account that redeems; null: all. A Term (checked.h).
  std::shared_ptr<const Term> when;
  Span span;
};

// From then on so many minor units for one minor unit, until the next.
struct RateFrom {
  TimeMs from = calendar::kTimeBeginning;
  money::Ratio rate{1, 1};  // above 0

  bool operator==(const RateFrom&) const = default;
};

// How one unit becomes another.
struct Exchange {
  int from_unit = -1;
  int to_unit = -1;
  bool from_file = false;       // rates come by command, each for its time; else `rates`
  std::vector<RateFrom> rates;  // ascending
  money::Ratio spread{0, 1};    // of what is got: 0 or above, below 1
  std::optional<calendar::Duration> stale;  // how long after its time the last rate is still taken
  bool show_only = false;                   // balances are shown in it; nothing is exchanged
  Span span;
};

// What all accounts share: so much of a unit in each of its periods, or for good. A period of it is
// a pool: what was granted of it, less what came back.
//   An effect that pays from it (Effect::budget, a credit) asks it last, for what its limits left:
// in the order of the log, and in one record role by role, in each in the order in which its rules
// post. A one-shot rule asks the pool of the period that the event's occurred_at lies in, however
// late that comes; both ask by the amount that holds at the occurred_at, whichever version of the
// rule acts. Asked for x above 0 a pool in which g was granted grants min(x, max(most - g, 0)); or,
// where it pays nothing when it is short, x if g + x <= most, and else 0. What it does not grant is
// lost. An amount below 0 of a one-shot rule is no ask: it is posted as it is, and gives nothing
// back.
//   An entitlement asks the pool of its subject's period, which is the budget's; of an object, that
// in which the rule opened for it. Of each subject two things are kept: what it owes, `posted`, and
// what the pool has granted of that and was not taken back, G <= posted. Where more is owed than
// before it asks for the difference, whatever was granted before. Where less is, x in all, the
// wallet is asked for max(G - x, 0), which may be nothing, and G is at most x.
//   What the wallet gives of that goes back to the pool: it is room for the records behind. So does
// what a REVERSE takes of what a one-shot rule was granted: no more than that, and nothing that is
// not there any more.
struct BudgetAmount {
  TimeMs from = calendar::kTimeBeginning;  // from when on it holds: of the version that brought it
  int64_t most = 0;                        // minor units; above 0
  bool pays_nothing = false;  // where less is left than is asked for; else what is left

  bool operator==(const BudgetAmount&) const = default;
};

struct Budget {
  std::string name;
  int unit = -1;
  calendar::PeriodRule period;        // a lifetime to begin with
  std::vector<BudgetAmount> amounts;  // by version; the first holds since ever
  Span span;
};

// What a rule credits at an event, `RULE.credited`: for who else is paid at the same event by it.
// The rule is one-shot and credits in one unit. What it is there is an attribute of the event that
// nobody sends (Attribute::credited): the sum of what its effects post at the event for all that
// they pay, each not below 0, behind their guards, limits, group and budget, whatever the wallets
// make of it; at most kBalanceMax. It is never missing: 0 where the rule does not apply, or nobody
// is there whom it pays, or no version of it acts.
//   Who is paid by it stands behind whom the rule pays: at one event accounts are taken role by
//   role,
// each the first, in the order of the event's attributes, behind all whose credits it goes by; then
// in each role rule by rule, as ever. The checker sees to it that there is such an order. A REVERSE
// takes back what was posted, and asks for nothing anew.
struct Credited {
  std::string rule;  // its lineage
  int unit = -1;
  int64_t most = 0;  // minor units: no more in all

  bool operator==(const Credited&) const = default;
};

inline constexpr int kCreditedDepthMax = 4;  // so many rules stand one behind the other

// That holds at an instant: of the last version that had begun. REQUIRES: there is one.
inline const BudgetAmount& amount_at(const std::vector<BudgetAmount>& amounts, TimeMs at) {
  size_t found = amounts.size() - 1;
  while (found > 0 && amounts[found].from > at) --found;
  return amounts[found];
}

}  // namespace guerdon::plan
