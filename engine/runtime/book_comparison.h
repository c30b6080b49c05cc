// A book, compared with the entries that a replay makes: each in its turn.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/book/book_reader.h"
#include "engine/book/book_scan.h"
#include "engine/book/verify.h"
#include "engine/os/disk.h"

namespace guerdon::runtime {

class BookComparison {
 public:
  // The disk must outlive it.
  explicit BookComparison(os::Disk& disk) : disk_(disk), reader_(disk) {}

  // Proves it by itself first. False: problem(), as for all.
  bool open(const book::LogId& log);
  // With the entry that comes next in it.
  void compare(const book::BookEntry& derived);
  // That was the last: none is left, and none was otherwise.
  bool end();

  // That were compared.
  uint64_t entries() const { return entries_; }
  const book::Problem& problem() const { return problem_; }

 private:
  void differ(const char* what, const book::BookEntry& at);

  os::Disk& disk_;
  book::BookReader reader_;
  std::optional<book::BookScan> scan_;
  uint64_t entries_ = 0;
  bool is_at_end_ = false;
  book::Problem problem_;
};

}  // namespace guerdon::runtime
