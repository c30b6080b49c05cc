// Items and exchanges of all plans, compiled: what redeeming and exchanging do, in the numbers of
// the program. engine/plan/shop.h says what they mean.
//
// Thread-safety: immutable with the program that they belong to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/calendar/dated_list.h"
#include "engine/calendar/duration.h"
#include "engine/money/ratio.h"
#include "engine/plan/badge.h"
#include "engine/plan/shop.h"

namespace guerdon::plan {

// How many an account has had is kept as a measure is: in a cell of a subject of the account alone.
struct ItemCounter {
  int64_t times = 0;  // at most
  uint32_t subject = 0;
  uint32_t cell = 0;
};

// A badge that people grant (engine/plan/badge.h).
struct GrantPart {
  uint16_t wallet = 0;
  int64_t amount = 0;  // 0: there is no such part
};
struct BadgeKind {
  int plan = 0;
  uint16_t wallet = 0;  // that counts it
  Granters granters = Granters::kNobody;
  uint16_t holders_of = 0;         // a wallet; of kHolders
  std::vector<std::string> names;  // ascending; of kListed
  std::optional<ItemCounter> sent;
  std::optional<ItemCounter> given;  // once
  GrantPart burn;
  GrantPart credit;
  bool from_granter = false;
  std::optional<uint32_t> budget = {};  // of Program::budgets: that pays what is credited
};

struct ItemKind {
  int plan = 0;
  std::string name;
  uint64_t home = 0;  // hash of program and name: whose shard has its stock
  std::string title;
  uint16_t wallet = 0;  // of the price
  int64_t price = 0;
  uint16_t gives_wallet = 0;
  int64_t gives = 0;  // 0: nothing
  std::optional<int64_t> stock;
  std::vector<ItemCounter> limits;
  TimeMs from = 0;  // [from, until)
  TimeMs until = 0;
  // In the code: ends at kEnd where the account can have it. Nothing: all can.
  std::optional<uint32_t> when = {};
};

// What a rule credits at an event, for who is paid by it (plan/shop.h, Credited). Roles are indexes
// into EventProgram::roles.
struct CreditedSlot {
  uint8_t slot = 0;               // where events have it
  std::vector<uint32_t> clauses;  // of all versions of the rule, ascending
  std::vector<uint8_t> payees;    // slots: of whom they pay,
  std::vector<uint8_t> readers;   // and of whom others pay by it
  std::vector<uint32_t> tellers;  // roles of the former, in the order of their turns,
  std::vector<uint32_t> askers;   // and of the latter
  uint32_t first = 0;             // of an event's handovers: that of the first of `tellers`
};

// Minor units of the one for a minor unit of the other.
using RateTable = calendar::DatedList<money::Ratio>;

struct ExchangeKind {
  int plan = 0;
  uint16_t from_wallet = 0;
  uint16_t to_wallet = 0;
  bool from_file = false;
  bool show_only = false;
  RateTable rates;  // that the plan names
  money::Ratio spread{0, 1};
  std::optional<calendar::Duration> stale;
  // What an exchange came to, by its id: two cells, what was got and the spread. Kept as long as a
  // spend is remembered, at least; none where it is for showing only.
  uint32_t subject = 0;
};
inline constexpr uint32_t kGotCell = 0;
inline constexpr uint32_t kSpreadCell = 1;

}  // namespace guerdon::plan
