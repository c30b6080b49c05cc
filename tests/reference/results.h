// What is said to the reference engine, and what it says.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/civil.h"
#include "engine/base/hash.h"
#include "engine/base/int128.h"
#include "engine/ledger/lot.h"

namespace guerdon::reference {

using base::TimeMs;

// Texts as they stand on the wire. A value that is empty is missing.
struct Event {
  std::string source;
  std::string id;
  std::string type;
  std::string time;
  std::vector<std::pair<std::string, std::string>> values;

  bool operator==(const Event&) const = default;
};

// A command on wallets, as texts on the wire. REQUIRES, of what is applied: the engine can read it.
struct Command {
  // What it gives of this name; empty: nothing.
  std::string said(const std::string& name) const {
    for (const auto& [known, value] : values) {
      if (known == name) return value;
    }
    return "";
  }

  std::string source;
  std::string id;    // empty: none
  std::string word;  // "HOLD", "WALLET OPEN"
  std::string time;  // empty: the clock's
  std::vector<std::pair<std::string, std::string>> values;

  bool operator==(const Command&) const = default;
};

struct Entry {
  uint64_t lsn = 0;
  std::string account;
  int n = 0;  // from 0 for each (lsn, account)
  std::string program;
  std::string unit;  // its code
  int64_t amount = 0;
  std::string kind;
  std::string plan;
  std::string rule;
  int effect = 0;  // of the rule, from 0
  TimeMs effective = 0;
  std::string note;  // "", "floor", "overflow" ...

  bool operator==(const Entry&) const = default;
};

// Beside an entry: the lot it drew on or came to (LSN 0: none with a date), how many others there
// are, and the dates of what came in, or the date of what is about to expire.
struct EntryLot {
  uint64_t lsn = 0;
  uint32_t n = 0;
  uint32_t others = 0;
  TimeMs matures_at = ledger::kAtOnce;
  TimeMs expires_at = ledger::kNever;
  int64_t about = 0;  // what an entry of 0 tells (ledger::Leg)
};

// What closing a period came to, and the record with which all was done.
struct Seal {
  std::string plan;
  std::string each;
  std::string period;
  uint64_t lsn = 0;
  uint64_t accounts = 0;
  uint64_t entries = 0;
  base::Hash128 hash;
  bool is_void = false;  // `lsn`: of the REOPEN

  bool operator==(const Seal&) const = default;
};

enum class Outcome { kAccepted, kIgnored, kDuplicate, kConflict, kRefused };

struct Result {
  Outcome outcome = Outcome::kAccepted;
  // Of a refusal: INVALID, OVERFLOW or TOOLONG; by state: INSUFFICIENT ... Of a duplicate: LATE
  // where the first was refused so, and it is again.
  std::string code;
  uint64_t lsn = 0;  // of a duplicate: the first one's; of a conflict, or a refusal but by state: 0
  int64_t amount = 0;  // that a refusal by state names
  int entries = 0;     // that a command made

  bool operator==(const Result&) const = default;
};

// A budget in one of its periods: the number of its plan's family, its name, the period. What it
// granted of an amount.
using Pool = std::tuple<size_t, std::string, int32_t>;
struct Granted {
  Pool pool;
  base::Int128 amount = 0;
};

// Account, program, code of the unit.
using Wallet = std::tuple<std::string, std::string, std::string>;
// Plan, measure, account, further keys (a count by its digits), index of the period.
using MeasureKey =
    std::tuple<std::string, std::string, std::string, std::vector<std::string>, int32_t>;

}  // namespace guerdon::reference
