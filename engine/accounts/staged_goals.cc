#include "engine/accounts/staged_goals.h"

#include <algorithm>

#include "engine/base/assert.h"

namespace guerdon::shard {

void StagedGoals::stage(const BlockHeader& account, std::string_view file, const StagedGoal& goal) {
  auto staged = find_staged();
  if (staged == files_.end()) {
    staged = files_.try_emplace(next_file_++).first;
    staged->second.name = file;
  }
  GUERDON_ASSERT(staged->second.name == file);
  add(account, staged->first, goal);
}

std::map<uint32_t, StagedGoals::File>::iterator StagedGoals::find_staged() {
  return std::find_if(files_.begin(), files_.end(),
                      [](const auto& each) { return !each.second.is_committed(); });
}

void StagedGoals::commit(uint64_t lsn, plan::TimeMs at) {
  const auto staged = find_staged();
  if (staged == files_.end()) return;
  staged->second.lsn = lsn;
  staged->second.at = at;
}

void StagedGoals::give_up() {
  const auto staged = find_staged();
  if (staged != files_.end()) forget_file(staged->first);
}

// Where no file waits, what was given up goes at once.
void StagedGoals::forget_file(uint32_t number) {
  files_.erase(number);
  if (!files_.empty()) return;
  std::deque<Row>().swap(rows_);
  std::vector<uint32_t>().swap(free_);
  std::vector<Chains>().swap(chains_);
}

plan::TimeMs StagedGoals::find_due(const BlockHeader& account) const {
  const Chain* const chain = find_chain(account);
  if (chain == nullptr) return INT64_MAX;
  for (uint32_t at = chain->first; at != kNone; at = rows_[at].next) {
    const auto file = files_.find(rows_[at].file);
    if (file != files_.end()) return file->second.at;  // those behind it are of no earlier file
  }
  return INT64_MAX;
}

std::optional<StagedGoals::Due> StagedGoals::take_due(const BlockHeader& account) {
  if (is_empty()) return std::nullopt;
  Chains& part = chains_[part_of(account)];
  const auto chain = part.find(&account);
  if (chain == part.end()) return std::nullopt;
  std::optional<Due> due;
  uint32_t done = kNone;
  while (!due && chain->second.first != kNone) {
    const uint32_t at = chain->second.first;
    const Row row = rows_[at];
    const auto file = files_.find(row.file);
    const bool is_there = file != files_.end();
    if (is_there && !file->second.is_committed()) break;
    if (is_there) {
      due = {row.goal, file->second.lsn, file->second.at};
      done = row.file;
    }
    chain->second.first = row.next;
    free_.push_back(at);
  }
  if (chain->second.first == kNone) part.erase(chain);
  if (due && --files_.at(done).rows == 0) forget_file(done);
  return due;
}

// Rows are there that are of no file.
bool StagedGoals::has_given_up() const {
  uint64_t rows = free_.size();
  for (const auto& [number, file] : files_) rows += file.rows;
  return rows < rows_.size();
}

void StagedGoals::forget_rows(const BlockHeader& account) {
  Chains& part = chains_[part_of(account)];
  const auto chain = part.find(&account);
  if (chain == part.end()) return;
  Chain left;
  for (uint32_t at = chain->second.first; at != kNone;) {
    const uint32_t next = rows_[at].next;
    if (files_.contains(rows_[at].file)) {
      (left.first == kNone ? left.first : rows_[left.last].next) = at;
      left.last = at;
      rows_[at].next = kNone;
    } else {
      free_.push_back(at);
    }
    at = next;
  }
  if (left.first == kNone) {
    part.erase(chain);
  } else {
    chain->second = left;
  }
}

void StagedGoals::restore(const BlockHeader& account, const File& file, const StagedGoal& goal) {
  for (const auto& [number, known] : files_) {
    if (known.lsn == file.lsn) return add(account, number, goal);
  }
  const uint32_t number = next_file_++;
  files_[number] = {file.name, file.lsn, file.at, 0};
  add(account, number, goal);
}

void StagedGoals::add(const BlockHeader& account, uint32_t file, const StagedGoal& goal) {
  const uint32_t at = new_row();
  rows_[at] = {goal, file, kNone};
  ++files_.at(file).rows;
  if (chains_.empty()) chains_.resize(kParts);
  const auto [chain, is_first] = chains_[part_of(account)].try_emplace(&account);
  if (is_first) {
    chain->second = {at, at};
    return;
  }
  rows_[chain->second.last].next = at;
  chain->second.last = at;
}

uint64_t StagedGoals::bytes() const {
  uint64_t bytes = rows_.size() * sizeof(Row) + free_.capacity() * sizeof(uint32_t);
  for (const Chains& part : chains_) bytes += part.capacity() * (sizeof(Chains::value_type) + 1);
  return bytes;
}

uint32_t StagedGoals::new_row() {
  if (!free_.empty()) {
    const uint32_t at = free_.back();
    free_.pop_back();
    return at;
  }
  rows_.emplace_back();
  return static_cast<uint32_t>(rows_.size() - 1);
}

}  // namespace guerdon::shard
