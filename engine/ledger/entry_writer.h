// Appends the entries that one record makes for one account, each under its id.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/ledger/entry.h"
#include "engine/ledger/lot.h"
#include "engine/ledger/of_file.h"

namespace guerdon::ledger {

class EntryWriter {
 public:
  // `n`: the number of the first one.
  EntryWriter(std::vector<Entry>& entries, uint64_t lsn, uint64_t account, uint32_t n = 0)
      : entries_(entries), lsn_(lsn), account_(account), n_(n) {}

  // The id of the next one.
  Origin next() const { return {lsn_, n_}; }

  // All that were made by whichever record; and how many.
  const std::vector<Entry>& all() const { return entries_; }
  size_t count() const { return entries_.size(); }

  // With its id; the rest is the caller's to fill in. Valid until the next.
  Entry& add() {
    // Filled in where it stands: a copy would wait for the fields to reach memory.
    Entry& entry = entries_.emplace_back();
    entry.lsn = lsn_;
    entry.account = account_;
    entry.n = n_++;
    return entry;
  }

  // Those behind the first `count` of all were made by goals of a file.
  void mark_of_file(size_t count) {
    for (; count < entries_.size(); ++count) entries_[count].note = of_file(entries_[count].note);
  }

 private:
  std::vector<Entry>& entries_;
  const uint64_t lsn_;
  const uint64_t account_;
  uint32_t n_;
};

// How many entries the record has made for the account before: roles may name one twice. Looks at
// all that the record has made.
uint32_t entries_so_far(const std::vector<Entry>& entries, uint64_t lsn, uint64_t account);

}  // namespace guerdon::ledger
