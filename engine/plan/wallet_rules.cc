#include "engine/plan/wallet_rules.h"

#include <string_view>

#include "engine/base/assert.h"
#include "engine/calendar/period.h"
#include "engine/money/limits.h"

namespace guerdon::plan {
namespace {

using calendar::Duration;
using calendar::duration_text;

// 1 July 2003: no month, quarter or year is longer than the one that begins here.
constexpr TimeMs kLongAhead = 1'057'017'600'000;

bool is_sound(const std::optional<Duration>& duration) {
  return !duration || (duration->count > 0 && duration->count <= count_max(duration->step));
}

bool is_sound(const HoldRules& hold) {
  const bool share = !hold.share || (hold.share->num > 0 && hold.share->num <= hold.share->den);
  return share && (hold.share || hold.of.empty()) && is_sound(hold.lives);
}

std::string print_hold(const HoldRules& hold) {
  std::string text;
  if (hold.share) {
    text += " at most " + std::to_string(hold.share->num) + "/" + std::to_string(hold.share->den);
    if (!hold.of.empty()) text += " of " + hold.of;
  }
  if (hold.lives) text += " for " + duration_text(*hold.lives);
  return text;
}

}  // namespace

TimeMs matures_at(const WalletRules& rules, const calendar::Zone& zone, TimeMs earned_at) {
  return rules.mature ? after(zone, earned_at, *rules.mature) : earned_at;
}

TimeMs expires_at(const WalletRules& rules, const calendar::Zone& zone, TimeMs earned_at) {
  if (!rules.expire) return calendar::kTimeEternity;
  const TimeMs at = after(zone, earned_at, *rules.expire);
  return rules.expire_at_end_of_day ? end_of_day(zone, at) : at;
}

std::optional<TimeMs> warns_at(const WalletRules& rules, const calendar::Zone& zone,
                               TimeMs expires_at) {
  if (!rules.warn) return std::nullopt;
  return before(zone, expires_at, *rules.warn);
}

bool warns_in_time(const WalletRules& rules) {
  const calendar::Zone utc;
  return !rules.warn || after(utc, kLongAhead, *rules.warn) <= expires_at(rules, utc, kLongAhead);
}

bool can_be_spent(const WalletRules& rules) {
  const calendar::Zone utc;
  return matures_at(rules, utc, kLongAhead) < expires_at(rules, utc, kLongAhead);
}

bool is_sound(const WalletRules& rules) {
  if (!is_sound(rules.mature) || !is_sound(rules.expire) || !is_sound(rules.warn) ||
      !is_sound(rules.grace) || !is_sound(rules.hold)) {
    return false;
  }
  if (!rules.expire && (rules.expire_at_end_of_day || rules.warn || rules.grace)) return false;
  const bool goes_down = rules.shortfall == Shortfall::kGoDownTo;
  const bool floor =
      goes_down ? rules.floor <= 0 && rules.floor >= -money::kBalanceMax : rules.floor == 0;
  return floor && can_be_spent(rules) && warns_in_time(rules);
}

std::string print_wallet_rules(const WalletRules& rules) {
  std::string text;
  const auto line = [&](bool differs, const std::string& words) {
    if (differs) text += (text.empty() ? "(" : " (") + words + ")";
  };
  const auto span = [&](const std::optional<Duration>& duration, std::string_view word,
                        std::string_view tail) {
    if (duration) {
      line(true, std::string(word) + " " + duration_text(*duration) + std::string(tail));
    }
  };
  line(!rules.opens_on_first_credit, "open by command");
  span(rules.mature, "mature", "");
  span(rules.expire, "expire", rules.expire_at_end_of_day ? " end of day" : "");
  span(rules.warn, "warn", "");
  line(rules.merges_lots_of_one_day, "merge lots of one day");
  line(rules.spend != SpendOrder::kEarliestExpiry,
       "spend " + std::string(tree::spend_order_words(rules.spend)));
  span(rules.grace, "grace", "");
  line(rules.hold != HoldRules{}, "hold" + print_hold(rules.hold));
  line(rules.shortfall != Shortfall::kTakeWhatIsLeft,
       "short " + std::string(tree::shortfall_words(rules.shortfall)) +
           (rules.shortfall == Shortfall::kGoDownTo ? " " + std::to_string(rules.floor) : ""));
  return text;
}

}  // namespace guerdon::plan
