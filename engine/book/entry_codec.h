// An entry as bytes in a block.
//
//   entry := flags | lsn | account | amount | about? | wallet | kind | clause | effective
//            | n? | period? | note? | matures_at? | expires_at? | link? | lot? | others?
//
// flags and kind are a byte, so is note; account is eight; all else is a varint. What is optional
// stands there where its flag is set, and is then never what it would be without. Told from the
// block's first entry: lsn (what it is more), effective and period (signed: folded). matures_at and
// expires_at are told from effective. The link is how far before this entry, as a position, that of
// its account before it stands. A lot is how many LSNs before, and a number (lot_n). What it is
// about stands there where the amount is 0.
//
// So an entry is read without the ones before it in its block: a walk decodes what it gives and no
// more. An entry has one form, and one form is one entry.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/varint.h"
#include "engine/book/book_entry.h"

namespace guerdon::book {

enum EntryFlag : uint8_t {
  kHasN = 1,
  kHasPeriod = 2,  // another than the block's first
  kHasNote = 4,
  kMatures = 8,
  kExpires = 16,
  kHasLink = 32,
  kHasLot = 64,
  kHasOtherLots = 128,
};

// Of numbers that have 16 or 32 bits.
inline constexpr size_t kVarint16Max = 3;
inline constexpr size_t kVarint32Max = 5;
// The worst case: every number at its largest. flags, kind, note; account; lsn, amount, effective,
// matures_at, expires_at, link, lot; clause, n, period, lot_n, other_lots; wallet. An amount of 0
// is a byte, and what it is about stands in its place.
inline constexpr size_t kEntryBytesMax =
    4 + 8 + 7 * base::kVarintBytesMax + 5 * kVarint32Max + kVarint16Max;
static_assert(kEntryBytesMax == 110);

// What the entries of a block are told from.
struct EntryBase {
  uint64_t lsn = 0;
  TimeMs effective = 0;
  int32_t period = 0;
};

// Writes at most kEntryBytesMax bytes, and returns what is behind them. REQUIRES: its lsn is not
// below the base's. `link`: 0 where it is its account's first.
char* put_entry(char* out, const BookEntry& entry, uint64_t link, const EntryBase& base);

// Reads one from [at, end), and returns what is behind it; null where there is none.
const char* get_entry(const char* at, const char* end, const EntryBase& base, BookEntry* entry,
                      uint64_t* link);

}  // namespace guerdon::book
