// One line of the register as the book keeps it: numbers only.
//
// What the numbers stand for (account, wallet, kind, note, clause, period) is the business of who
// writes the book, and so is that they stand for the same as long as the book lives.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>

#include "engine/base/timestamp.h"

namespace guerdon::book {

using base::TimeMs;

// Where an entry stands: the number of its block times kBlockBytes, and its offset in it. It never
// changes, and follows from the entries before it alone; later entries have greater ones.
using Position = uint64_t;
inline constexpr Position kNoPosition = 0;  // a block's header stands there

struct BookEntry {
  uint64_t lsn = 0;       // from 1
  uint64_t account = 0;   // a hash of its name
  int64_t amount = 0;     // minor units
  TimeMs effective = 0;   // when it counts
  TimeMs matures_at = 0;  // of the lot: available from then on; 0: at once
  TimeMs expires_at = 0;  // of the lot; 0: never
  int64_t about = 0;      // what an entry of 0 tells, by its kind; else 0
  uint64_t lot_lsn = 0;   // of the entry that made the lot; 0: none, or it is the entry's own
  uint32_t lot_n = 0;
  uint32_t other_lots = 0;  // beside that one
  uint32_t clause = 0;
  int32_t period = 0;
  uint32_t n = 0;  // from 0 within (lsn, account)
  uint16_t wallet = 0;
  uint8_t kind = 0;
  uint8_t note = 0;

  bool operator==(const BookEntry&) const = default;
};
static_assert(sizeof(BookEntry) == 88 && std::has_unique_object_representations_v<BookEntry>);

// The one order of the book; no two entries have one place in it.
inline bool comes_before(const BookEntry& a, const BookEntry& b) {
  return std::tie(a.lsn, a.account, a.n) < std::tie(b.lsn, b.account, b.n);
}

// An entry with its place, and that of its account's entry before it.
struct PlacedEntry {
  BookEntry entry;
  Position position = kNoPosition;
  Position previous = kNoPosition;  // kNoPosition: it is the account's first
};

}  // namespace guerdon::book
