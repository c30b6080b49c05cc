// The answers to REGISTER and BALANCEAT, out of the book.
//
// Thread-safety: one thread at a time, the reader's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/book/book_reader.h"
#include "engine/history/register_query.h"
#include "engine/net/reply.h"
#include "engine/os/disk.h"
#include "engine/program/program.h"

namespace guerdon::history {

// Entries that one answer looks at, whatever of them passes: a page of the register may have fewer
// lines than asked for, and a place to go on.
inline constexpr uint64_t kStepsMax = 100'000;
// ... and of BALANCEAT, which has no pages.
inline constexpr uint64_t kBalanceStepsMax = 1'000'000;

// What is due at the engine's time and has no entry yet: a lot that expires with the next sweep.
struct Due {
  uint16_t wallet = 0;
  base::TimeMs effective = 0;
  int64_t amount = 0;
};

// An account as it was when it was asked for, while all stages were at rest.
struct AccountNow {
  uint64_t lsn = 0;               // the last one that was applied
  std::vector<int64_t> balances;  // the sums of its entries, by wallet
  std::vector<Due> due;
  book::Position newest = book::kNoPosition;  // of its entries, or of a later one
};

// A map: `entries`, the newest first, and `next`, the place to go on, or nothing. The log is read
// for what is derived, and for the events of an object.
void write_register(const plan::Program& program, os::Disk& log, const RegisterQuery& query,
                    AccountNow now, book::BookReader& book, net::ReplyWriter& reply);

// Program, unit and amount of each wallet that was not empty.
void write_balances_at(const plan::Program& program, const BalanceQuery& query, AccountNow now,
                       book::BookReader& book, net::ReplyWriter& reply);

void write_problem(const std::string& sentence, net::ReplyWriter& reply);

}  // namespace guerdon::history
