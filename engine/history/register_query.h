// What is asked of an account's register: REGISTER and BALANCEAT in words, read.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/book/book_entry.h"
#include "engine/program/program.h"

namespace guerdon::history {

inline constexpr uint32_t kLinesMax = 1'000;  // of one page of the register
inline constexpr uint32_t kLinesUsual = 100;

// Why words are refused.
struct Fault {
  std::string_view code;
  std::string sentence;
};

// Of the second word, and its hash.
std::optional<Fault> read_account(std::string_view word, std::string* account, uint64_t* hash);

struct RegisterQuery {
  std::string account;
  uint64_t account_hash = 0;
  std::string before;         // a place, or the id of an entry; empty: from the newest
  std::vector<bool> wallets;  // that pass; empty: all
  std::vector<bool> clauses;  // that pass; empty: all, and what no rule made
  std::optional<uint8_t> kind;
  base::TimeMs from = INT64_MIN;  // effective; the first that passes
  base::TimeMs to = INT64_MAX;    // ... and the first that does not
  std::string object;             // of the events that made them; empty: any
  bool is_derived = false;
  uint32_t limit = kLinesUsual;

  // But for the object: that stands in the log alone.
  bool passes(const book::BookEntry& entry) const;
};

// REGISTER account [unit=U] [program=P] [kind=K] [rule=R] [object=ID] [from=TIME] [to=TIME]
// [derived=yes] [limit=N] [before=PLACE]
std::optional<Fault> read_query(const plan::Program& program,
                                std::span<const std::string_view> words, RegisterQuery* query);

// Of all accounts, the oldest first.
struct EntriesQuery {
  RegisterQuery filter;  // without a place; an account where one is asked for
  book::Position after = book::kNoPosition;
};

// SUBSCRIBE [account=NAME] [unit=U] [program=P] [kind=K] [rule=R] [after=PLACE]; *has_place: it
// says where it begins.
std::optional<Fault> read_subscription(const plan::Program& program,
                                       std::span<const std::string_view> words, EntriesQuery* query,
                                       bool* has_place);

// ENTRIES [unit=U] [program=P] [kind=K] [rule=R] [from=TIME] [to=TIME] [limit=N] [after=PLACE]
std::optional<Fault> read_query(const plan::Program& program,
                                std::span<const std::string_view> words, EntriesQuery* query);

struct BalanceQuery {
  std::string account;
  uint64_t account_hash = 0;
  uint64_t lsn = UINT64_MAX;         // entries up to this one
  std::optional<base::TimeMs> time;  // effective by then
};

// BALANCEAT account time=TIME | lsn=N, or both.
std::optional<Fault> read_query(std::span<const std::string_view> words, BalanceQuery* query);

}  // namespace guerdon::history
