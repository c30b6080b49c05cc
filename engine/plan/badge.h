// What people see of a badge, and who may give it to whom. It is kept as a unit without decimals:
// who was given one has 1 of it.
//
// ## Given by rules
// `badge B` is a unit B without decimals. `grant B to a` is a credit of `1 B` of the kind `grant`;
// `given once ever`, and `once per month`, is a limit of 1 B of the account, for life or for that
// period. It is left out where what the rule owes says as much: of an account alone, and for a
// period that holds the badge's whole. `follows T` is an entitlement B of T's subject: 1 B while
// T.reached, of a target that is judged at close on close.
//
// ## Notices
// `notify a "W"` is a unit W without decimals, too, which nothing else of the plan can name, and a
// credit of `1 W` of the kind `notice`, as often as the rule asks: its entry tells that something
// has come about. Where the rule owes it for a subject and does so no more, the clawback tells
// that. Those of a ladder L are a rule of their own, `L.notices`, which takes back.
//
// ## Given by people
// GRANT gives 1 of the badge to an account in the name of another, the granter, or is refused
// whole. `granters` says who may be that: nobody, anyone but the account itself, those who have one
// of the badge `holders_of`, or those of `names`. Then, in this order:
//   sent       the granter has granted this badge less than so many times in the period of the
//              calendar that the command's time lies in, or in life
//   burn       the granter has so much to be spent, and it is burnt
//   credit     the account is given so much beside the badge; where it is `from_granter`, that is
//              taken from the granter, who has so much to be spent
//   given_in   the account was not granted this badge in that period before, or in life
//   budget     where one pays what is credited (shop.h, Budget), it has as much left, of the period
//              that the command's time lies in, however it is `short`. Nothing gives back to it
// What is taken back by hand does not count as never having been granted. Units are the plan's.
//
// Pure values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/calendar/period.h"
#include "engine/syntax/tree.h"

namespace guerdon::plan {

using tree::Granters;

// At most so many times in a period, or in life.
struct SendLimit {
  int64_t times = 0;  // above 0
  calendar::PeriodRule period;

  bool operator==(const SendLimit&) const = default;
};

// Minor units of a unit of the plan, by its name.
struct GrantAmount {
  std::string unit;
  int64_t amount = 0;  // above 0
  bool from_granter = false;
  std::string budget;  // that pays it; empty: none

  bool operator==(const GrantAmount&) const = default;
};

struct Badge {
  std::string title;  // "Star of the month"; of a notice none
  std::string level;  // "gold", or a word of the plan's own; may be empty
  bool is_notice = false;
  Granters granters = Granters::kNobody;
  std::string holders_of;          // a badge; of kHolders
  std::vector<std::string> names;  // accounts, ascending; of kListed
  std::optional<SendLimit> sent;
  std::optional<GrantAmount> burn;
  std::optional<GrantAmount> credit;
  std::optional<calendar::PeriodRule> given_in;  // nothing: each time

  bool operator==(const Badge&) const = default;
  std::string word() const { return is_notice ? "notice" : "badge"; }
  // `: "Star of the month", gold`; of a notice nothing.
  std::string shown() const {
    if (is_notice) return "";
    return ": \"" + title + "\"" + (level.empty() ? "" : ", " + level);
  }
  // All but what it is called.
  bool is_granted_as(const Badge& other) const {
    Badge same = other;
    same.title = title;
    same.level = level;
    return same == *this;
  }
};

}  // namespace guerdon::plan
