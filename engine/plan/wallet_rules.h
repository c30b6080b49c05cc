// How the wallets of one unit behave: when what is earned can be spent and until when, in which
// order, what a hold may take, what happens when there is too little.
//
// The checker makes one of each unit, all defaults filled in; the program carries it to whoever
// keeps the wallets. Pure values and functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/timestamp.h"
#include "engine/calendar/duration.h"
#include "engine/calendar/zone.h"
#include "engine/money/ratio.h"
#include "engine/syntax/tree.h"

namespace guerdon::plan {

using base::TimeMs;
using tree::Shortfall;
using tree::SpendOrder;

// A hold takes at most `share` of the amount `of` of what is bought, and lives for `lives`.
struct HoldRules {
  std::optional<money::Ratio> share;  // above 0, at most 1; nothing: no limit
  std::string of;  // the name outside of an attribute in the wallet's unit; empty: the total that
                   // whoever asks for the hold names
  std::optional<calendar::Duration> lives;  // nothing: until it is captured or voided

  bool operator==(const HoldRules&) const = default;
};

// What is not written has the value here.
struct WalletRules {
  std::optional<calendar::Duration> mature;  // after earning; nothing: at once
  std::optional<calendar::Duration> expire;  // after earning; nothing: never
  bool expire_at_end_of_day = false;         // of the day on which `expire` would end
  std::optional<calendar::Duration> warn;    // before expiry; nothing: no notice
  bool merges_lots_of_one_day = false;       // lots with equal days of maturing and of expiry
  SpendOrder spend = SpendOrder::kEarliestExpiry;
  std::optional<calendar::Duration> grace;  // of what is returned when its lot has expired;
                                            // nothing: it expires at once
  HoldRules hold;
  Shortfall shortfall = Shortfall::kTakeWhatIsLeft;
  int64_t floor = 0;                  // minor units; below 0 only with kGoDownTo
  bool opens_on_first_credit = true;  // else by a command

  bool operator==(const WalletRules&) const = default;
};

// When a credit that is earned at this instant can be spent: then, if the wallet says nothing.
TimeMs matures_at(const WalletRules& rules, const calendar::Zone& zone, TimeMs earned_at);

// When what is left of it expires: it can be spent before, and not at that instant.
// calendar::kTimeEternity: never. `at the end of the day` is the start of the local day after.
TimeMs expires_at(const WalletRules& rules, const calendar::Zone& zone, TimeMs earned_at);

// From when on a lot that expires at this instant is in its notice time, however short it lives;
// nothing: it is given no notice. REQUIRES: expires_at in [kTimeMin, kTimeEnd).
std::optional<TimeMs> warns_at(const WalletRules& rules, const calendar::Zone& zone,
                               TimeMs expires_at);

// False when the notice time of what is earned begins before it is earned.
bool warns_in_time(const WalletRules& rules);

// False when whatever is earned expires before it matures, or at that instant.
bool can_be_spent(const WalletRules& rules);

// True when each is within its limits and none contradicts another. What the checker makes is.
bool is_sound(const WalletRules& rules);

// What differs from the defaults, for printed forms, as "(expire 90 days) (spend oldest first)"; ""
// when nothing does. Amounts in minor units.
std::string print_wallet_rules(const WalletRules& rules);

}  // namespace guerdon::plan
