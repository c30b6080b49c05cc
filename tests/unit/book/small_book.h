// Small books on a disk in memory, and the entries in them.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/book/book_reader.h"
#include "engine/book/book_scan.h"
#include "engine/book/book_writer.h"
#include "tests/generate/rng.h"
#include "tests/support/crash_disk.h"

namespace guerdon::book {

inline constexpr LogId kLog{0x0807060504030201, 0x100f0e0d0c0b0a09};
// A header and three blocks.
inline constexpr BookShape kSmall{kLog, 4 * kBlockBytes};

enum class Draw : uint8_t {
  kUsual,  // as an engine makes them
  kWild,   // any number at all where one may stand
};

// So many entries in the order of a book, of some accounts.
std::vector<BookEntry> some_entries(uint64_t seed, size_t count, Draw draw = Draw::kUsual);

// Where a state stands that has the first `entries` of these.
StatePoint point_of(const std::vector<BookEntry>& all, size_t entries);

// The caller's side: each account's newest position.
using Heads = std::map<uint64_t, Position>;
Heads heads_of(const std::vector<BookEntry>& all, const std::vector<Position>& positions,
               size_t entries);

// Appends all[from] and those behind; positions of all go behind `positions`. How the last went.
Append append_all(BookWriter& book, const std::vector<BookEntry>& all, size_t from, Heads& heads,
                  std::vector<Position>* positions = nullptr);

// A book of these on a new disk, flushed; the positions where asked.
std::unique_ptr<support::CrashDisk> book_of(const std::vector<BookEntry>& all,
                                            const BookShape& shape = kSmall,
                                            std::vector<Position>* positions = nullptr);

// All that a scan gives; the problem's sentence, or nothing.
std::vector<BookEntry> read_all(os::Disk& disk, std::string* problem);

// The segments alone: the files of a book that are compared.
std::map<std::string, support::CrashDisk::Bytes> segments_of(const support::CrashDisk& disk);

}  // namespace guerdon::book
