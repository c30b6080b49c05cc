#include "engine/runtime/book_comparison.h"

#include <string>

namespace guerdon::runtime {

using Step = book::BookScan::Step;

bool BookComparison::open(const book::LogId& log) {
  problem_ = book::verify(disk_).problem;
  if (!problem_.is_none()) return false;
  if (!reader_.open()) {
    problem_ = reader_.problem();
    return false;
  }
  if (reader_.blocks() != 0 && reader_.shape().log != log) {
    problem_.fault = book::Fault::kForeign;
    problem_.what = "this is the book of another log";
    return false;
  }
  scan_.emplace(reader_, book::BookFilter{});
  return true;
}

// Behind its end there may be more in the log: that is brought up by the next start.
void BookComparison::compare(const book::BookEntry& derived) {
  if (is_at_end_ || !problem_.is_none()) return;
  switch (scan_->next()) {
    case Step::kEntry:
      if (scan_->entry().entry != derived) return differ("is not the one that stands", derived);
      ++entries_;
      return;
    case Step::kEnd:
      is_at_end_ = true;
      return;
    case Step::kProblem:
      problem_ = scan_->problem();
      return;
  }
}

void BookComparison::differ(const char* what, const book::BookEntry& at) {
  const book::Position position = scan_->entry().position;
  problem_.fault = book::Fault::kDifference;
  problem_.file = book::segment_name(reader_.shape().segment_of(book::block_of(position)));
  problem_.offset =
      reader_.shape().offset_of(book::block_of(position)) + book::offset_in_block(position);
  problem_.first_lsn = at.lsn;
  problem_.what =
      "entry " + std::to_string(entries_ + 1) + ", as the log gives it, " + what + " there";
}

bool BookComparison::end() {
  if (!problem_.is_none()) return false;
  if (is_at_end_ || scan_->next() == Step::kEnd) return true;
  differ("is none, but one stands", scan_->entry().entry);
  return false;
}

}  // namespace guerdon::runtime
