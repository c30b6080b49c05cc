// The shards of one program, fed by hand, and what they say in words.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/shard/audit.h"
#include "engine/shard/shard.h"
#include "tests/unit/program/compiled.h"
#include "tests/unit/program/event_in_words.h"

namespace guerdon::shard {

class Books {
 public:
  explicit Books(const std::string& plan, uint32_t shards = 1) : Books(std::vector{plan}, shards) {}
  Books(const std::vector<std::string>& plans, uint32_t shards);

  // Applies the events as one batch: "1 A earn 35 | 1 B earn 2 (floor)", a line an entry: LSN,
  // account, kind, amount, note; in the order (LSN, account's hash, n).
  std::string apply(const std::vector<plan::Event>& events);
  std::string apply(const plan::Event& event) { return apply(std::vector{event}); }
  // Some slices, or all of them, at this clock.
  void sweep(event::Slices slices, plan::TimeMs at);
  void sweep_all(plan::TimeMs at);

  // Minor units; 0 where there is no such account.
  int64_t balance(const std::string& account, const std::string& unit = "points");
  // Summed over the shards, at the clock.
  base::Hash128 content_hash() const { return content_hash(clock_); }
  base::Hash128 content_hash(plan::TimeMs at) const;
  // The same of an empty shard.
  static base::Hash128 nothing() { return {}; }

  const plan::Program& program() const { return program_; }
  Shard& shard(uint32_t number) { return *shards_[number]; }
  const std::vector<ledger::Entry>& entries() const { return entries_; }  // of the last batch
  plan::TimeMs clock() const { return clock_; }
  bool is_balanced() const;

 private:
  void execute(const event::Batch& batch);
  std::string in_words() const;

  const plan::Program program_;
  plan::Symbols symbols_;
  const plan::TextsOf texts_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::vector<ledger::Entry> entries_;
  uint64_t lsn_ = 0;
  plan::TimeMs clock_ = 0;
};

}  // namespace guerdon::shard
