// Rows of files of goals that wait: until their file is committed, and then until their account is
// touched (docs/decisions/0040-drop-folder.md).
//
// A row is staged by a record of its own. Nothing is seen of it before the COMMIT of its file,
// which says for all rows at once from when on they hold: from then on each is due work of its
// account, as of the COMMIT (shard/due_work.h). An ABORT takes away what is staged. One file is
// staged at a time, so the rows of an account stand in the order in which their files are
// committed.
//
// COMMIT and ABORT cost nothing for each row: what was given up goes when its account has its turn
// in a sweep, or when no file waits any more. Memory: about 70 bytes a row, while it waits.
//
// Thread-safety: one thread at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/accounts/block.h"
#include "engine/program/machine.h"

namespace guerdon::shard {

// What a row says.
struct StagedGoal {
  uint32_t goal = 0;   // of Program::goals
  plan::FrameKey key;  // of its subject
  int64_t said = 0;
};

class StagedGoals {
 public:
  struct File {
    std::string name;             // its checksum
    uint64_t lsn = 0;             // of its COMMIT; 0: it is staged
    plan::TimeMs at = INT64_MAX;  // the clock of that
    uint64_t rows = 0;            // that wait
    bool is_committed() const { return lsn != 0; }
  };
  // A row that is to be done.
  struct Due {
    StagedGoal goal;
    uint64_t lsn = 0;  // of the COMMIT
    plan::TimeMs at = 0;
  };

  bool is_empty() const { return files_.empty(); }
  // Whether a row of any account is to be done.
  bool has_committed() const {
    return std::ranges::any_of(files_, [](const auto& each) { return each.second.is_committed(); });
  }

  // Of the file that is staged, or of a new one.
  void stage(const BlockHeader& account, std::string_view file, const StagedGoal& goal);
  // What is staged; if nothing is, nothing is done.
  void commit(uint64_t lsn, plan::TimeMs at);
  void give_up();

  // Whether a row of the account is to be done.
  bool is_due(const BlockHeader& account) const { return due_since(account) != INT64_MAX; }
  // The clock of the first COMMIT with a row of it that is to be done; INT64_MAX: there is none.
  plan::TimeMs due_since(const BlockHeader& account) const {
    return is_empty() ? INT64_MAX : find_due(account);
  }
  // The first of its rows that is to be done, which is done then.
  std::optional<Due> take_due(const BlockHeader& account);
  // Rows of the account of which the file was given up go.
  void forget_given_up(const BlockHeader& account) {
    if (!is_empty() && has_given_up()) [[unlikely]]
      forget_rows(account);
  }

  // Calls visit(file, goal) for the rows of an account that wait, in their order.
  template <typename Visit>
  void visit(const BlockHeader& account, const Visit& visit) const;
  // Adds a row as another has it, of an account that is here.
  void restore(const BlockHeader& account, const File& file, const StagedGoal& goal);

  uint64_t bytes() const;

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  struct Row {
    StagedGoal goal;
    uint32_t file = 0;  // of files_; one that is not there was given up
    uint32_t next = kNone;
  };
  struct Chain {
    uint32_t first = kNone;
    uint32_t last = kNone;
  };

  std::map<uint32_t, File>::iterator find_staged();
  // By account. In parts, so that none is moved for long when it grows.
  using Chains = absl::flat_hash_map<const BlockHeader*, Chain>;
  static constexpr size_t kParts = 256;
  static size_t part_of(const BlockHeader& account) { return account.hash >> 32 & (kParts - 1); }
  // Null: nothing waits. REQUIRES: not is_empty().
  const Chain* find_chain(const BlockHeader& account) const {
    const Chains& part = chains_[part_of(account)];
    const auto chain = part.find(&account);
    return chain == part.end() ? nullptr : &chain->second;
  }

  plan::TimeMs find_due(const BlockHeader& account) const;
  void add(const BlockHeader& account, uint32_t file, const StagedGoal& goal);
  void forget_file(uint32_t number);
  bool has_given_up() const;
  void forget_rows(const BlockHeader& account);
  uint32_t new_row();

  std::map<uint32_t, File> files_;  // at most one is staged
  uint32_t next_file_ = 0;
  std::deque<Row> rows_;
  std::vector<uint32_t> free_;
  std::vector<Chains> chains_;  // kParts of them, or none
};

template <typename Visit>
void StagedGoals::visit(const BlockHeader& account, const Visit& visit) const {
  if (is_empty()) return;
  const Chain* const chain = find_chain(account);
  if (chain == nullptr) return;
  for (uint32_t at = chain->first; at != kNone; at = rows_[at].next) {
    const auto file = files_.find(rows_[at].file);
    if (file != files_.end()) visit(file->second, rows_[at].goal);
  }
}

}  // namespace guerdon::shard
