// An entry of the book in words: what its numbers stand for under a program.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/book/book_entry.h"
#include "engine/program/program.h"

namespace guerdon::history {

enum class Column : uint8_t {
  kId,         // LSN.n, of its account
  kEffective,  // when it counts
  kLsn,        // of the record that made it
  kProgram,
  kUnit,
  kAmount,   // exact, in units
  kBalance,  // of the wallet, behind it
  kKind,
  kPlan,     // empty, as the next three: no rule made it
  kVersion,  // of the plan, from 1: a log has one, until plans can change while it lives
  kRule,     //
  kEffect,   // of the rule, from 0
  kPeriod,   // empty: the rule counts for life, or one event
  kNote,     // what the wallet's policy did to it; mostly empty
  kLot,  // the id of the entry that made the lot it drew on or came to: 17.0, and others: 17.0+2
  kMatures,  // of the lot, where the amount came in; empty: at once
  kExpires,  // empty: never; of `expiring` when the lot will be gone
  kLeft,     // of `expiring` what is left of the lot, in no hold; else empty
  kHold,     // of `timeout` the LSN of the HOLD; else empty
};
inline constexpr std::array<std::string_view, 19> kColumns = {
    "id",   "effective", "lsn",     "program", "unit",   "amount", "balance",
    "kind", "plan",      "version", "rule",    "effect", "period", "note",
    "lot",  "matures",   "expires", "left",    "hold"};

using EntryWords = std::array<std::string, kColumns.size()>;

EntryWords words_of(const plan::Program& program, const book::BookEntry& entry, int64_t balance);

}  // namespace guerdon::history
