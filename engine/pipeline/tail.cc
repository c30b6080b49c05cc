#include "engine/pipeline/tail.h"

#include <array>
#include <utility>

#include "engine/base/assert.h"
#include "engine/bookkeeping/entry_order.h"
#include "engine/ledger/of_file.h"

namespace guerdon::pipeline {

Tail::Tail(const plan::Program& program, uint64_t reserved_keys)
    : program_(&program), by_kind_(program.kinds.size()) {
  base::HashBuilder content;
  for (const plan::WalletKind& wallet : program.wallets) {
    wallet_lineages_.push_back(content.text(wallet.program).text(wallet.unit).finish().lo);
  }
  if (reserved_keys > 0) by_key_.resize(reserved_keys + 1);  // as the ring: key_table.h
}

// Stands for plan, rule and effect, and so for wallet and kind; or for these, where no rule did it.
uint64_t Tail::lineage_of(const ledger::Entry& entry) const {
  if (entry.is_of_rule()) return program_->clauses[entry.clause].lineage;
  return wallet_lineages_[entry.wallet] + entry.kind;
}

// An entry's hash is over these numbers, at full width.
base::Hash128 Tail::count(const ledger::Entry& entry) {
  const std::array<uint64_t, 8> content{entry.lsn,
                                        entry.account,
                                        entry.n,
                                        static_cast<uint64_t>(entry.amount),
                                        lineage_of(entry),
                                        static_cast<uint64_t>(int64_t{entry.period}),
                                        static_cast<uint64_t>(entry.effective),
                                        static_cast<uint64_t>(entry.note)};
  ++entries_;
  ++by_kind_[entry.kind];
  ++by_note_[static_cast<size_t>(ledger::note_alone(entry.note))];
  return base::hash128(content);
}

void Tail::count_all(const Job& job) {
  const uint64_t mark = job.last_lsn() / kRecordsBetweenDigests * kRecordsBetweenDigests;
  base::Hash128 later;
  for (const std::vector<ledger::Entry>& entries : job.entries) {
    for (const ledger::Entry& entry : entries) {
      (entry.lsn <= mark ? hash_ : later) += count(entry);
    }
  }
  if (mark >= job.first_lsn) digest_ = {mark, hash_};
  hash_ += later;
}

void Tail::answer(Job& job) {
  event::Batch& batch = job.batch;
  for (const std::vector<ledger::Entry>& entries : job.entries) {
    for (const ledger::Entry& entry : entries) {
      const uint64_t item = entry.lsn - job.first_lsn;
      GUERDON_ASSERT(item < batch.log.size());
      const event::LogKind kind = batch.log[item].kind;
      if (kind != event::LogKind::kEvent && kind != event::LogKind::kCommand) continue;
      // Due before the event came.
      if (ledger::is_of_file(entry.note) || plan::is_of_due_work(*program_, entry)) continue;
      ++batch.records[batch.log[item].record].entries;
    }
  }
  // In their order: a place may have been a duplicate's before it is a new one's.
  const bool has_commands = !job.results.empty();
  for (uint32_t i = 0; i < batch.records.size(); ++i) {
    event::Record& record = batch.records[i];
    if (has_commands && event::is_command(record)) {
      answer_command(job, i);
    } else if (record.outcome == event::Outcome::kOk) {
      set_entries_of_key(record.key_place, record.entries);
    } else if (record.outcome == event::Outcome::kLate) {
      set_entries_of_key(record.key_place, 0);
      add_refusal(record.key_place, {0, 0, record.outcome});
    } else if (record.outcome == event::Outcome::kDuplicate) {
      answer_again(record);
      if (record.outcome == event::Outcome::kLate) ++late_again_;
    }
  }
}

void Tail::answer_again(event::Record& record) const {
  record.entries = entries_of_key(record.key_place);
  if ((by_key_[record.key_place] & kIsRefused) != 0) {
    record.outcome = refusals_.at(record.key_place).outcome;
  }
}

// What its shard, or what stands beside the key of the first, says becomes its outcome.
void Tail::answer_command(Job& job, uint32_t index) {
  event::Record& record = job.batch.records[index];
  event::CommandResult& result = job.results[index];
  if (record.outcome == event::Outcome::kDuplicate) {
    record.entries = entries_of_key(record.key_place);
    if ((by_key_[record.key_place] & kIsRefused) == 0) return;
    result = refusals_.at(record.key_place);
    record.outcome = result.outcome;
    return;
  }
  if (record.outcome != event::Outcome::kOk) return;
  record.outcome = result.outcome;
  const bool is_refused = result.outcome != event::Outcome::kOk;
  if (is_refused) record.entries = 0;  // what goals of a file came to before it
  if (is_refused) ++refused_[static_cast<size_t>(result.outcome)];
  if (!record.has_key) return;
  set_entries_of_key(record.key_place, record.entries);
  if (is_refused) add_refusal(record.key_place, result);
  if (event::kind_of(record) != event::CommandKind::kReverse) return;
  const int64_t second = job.batch.values[record.values + event::kSecondKeyPlace];
  set_entries_of_key(static_cast<uint32_t>(second), record.entries);
}

void Tail::add_refusal(uint32_t place, const event::CommandResult& result) {
  by_key_[place] |= kIsRefused;
  refusals_.insert_or_assign(place, result);
}

// Not refusals_.size(): the key forgotten last may have been refused, and is none of these.
uint64_t Tail::count_refusals(const KeyTable& keys) const {
  uint64_t count = 0;
  if (refusals_.empty()) return count;
  keys.visit_places([&](uint32_t place) {
    if ((by_key_[place] & kIsRefused) != 0) ++count;
  });
  return count;
}

void Tail::save_refusals(const KeyTable& keys, snapshot::SnapshotWriter& out) const {
  out.put_unsigned(refused_.size());
  for (const uint64_t count : refused_) out.put_unsigned(count);
  save_remembered(keys, out);
}

bool Tail::has_late(const KeyTable& keys, bool has_commands) const {
  return late_again_ > 0 || (!has_commands && count_refusals(keys) > 0);
}

void Tail::save_late(const KeyTable& keys, bool has_commands, snapshot::SnapshotWriter& out) const {
  out.put_unsigned(late_again_);
  if (!has_commands) save_remembered(keys, out);
}

void Tail::save_remembered(const KeyTable& keys, snapshot::SnapshotWriter& out) const {
  out.put_unsigned(count_refusals(keys));
  uint64_t number = 0;  // of the key, from the oldest
  uint64_t next = 0;    // behind the last that was put
  keys.visit_places([&](uint32_t place) {
    if ((by_key_[place] & kIsRefused) != 0) {
      const event::CommandResult& result = refusals_.at(place);
      out.put_unsigned(number - std::exchange(next, number + 1));
      out.put_unsigned(static_cast<uint64_t>(result.outcome));
      out.put_unsigned(result.wallet);
      out.put_signed(result.amount);
    }
    ++number;
  });
}

bool Tail::load_refusals(const KeyTable& keys, snapshot::SectionReader& in) {
  uint64_t outcomes = 0;
  if (!in.take_unsigned(refused_.size(), &outcomes)) return false;
  for (uint64_t i = 0; i < outcomes; ++i) {
    if (!in.take_unsigned(UINT64_MAX, &refused_[i])) return false;
  }
  return load_remembered(keys, false, in);
}

bool Tail::load_late(const KeyTable& keys, bool has_commands, snapshot::SectionReader& in) {
  if (!in.take_unsigned(UINT64_MAX, &late_again_)) return false;
  return has_commands || load_remembered(keys, true, in);
}

bool Tail::load_remembered(const KeyTable& keys, bool is_of_events, snapshot::SectionReader& in) {
  uint64_t count = 0;
  if (!in.take_unsigned(keys.size(), &count)) return false;
  std::vector<uint32_t> places;
  keys.visit_places([&](uint32_t place) { places.push_back(place); });
  uint64_t next = 0;
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t skipped = 0;
    uint64_t outcome = 0;
    uint64_t wallet = 0;
    event::CommandResult result;
    if (!in.take_unsigned(places.size() - next, &skipped) ||
        !in.take_unsigned(event::kOutcomes - 1, &outcome) ||
        !in.take_unsigned(std::max<size_t>(1, program_->wallets.size()) - 1, &wallet) ||
        !in.take_signed(&result.amount)) {
      return false;
    }
    next += skipped;
    if (next == places.size() || outcome == 0) return in.fail("a refusal is of no key");
    result.outcome = static_cast<event::Outcome>(outcome);
    if (is_of_events && result.outcome != event::Outcome::kLate) {
      return in.fail("an event was refused, and not for being late");
    }
    result.wallet = static_cast<uint16_t>(wallet);
    add_refusal(places[next++], result);
  }
  return true;
}

base::Hash128 Tail::answers_hash(const KeyTable& keys) const {
  base::HashBuilder content;
  for (const uint64_t count : refused_) content.u64(count);
  base::Hash128 sum = content.finish();
  uint64_t number = 0;
  keys.visit_places([&](uint32_t place) {
    content.u64(number++).u64(entries_of_key(place));
    if ((by_key_[place] & kIsRefused) != 0) {
      const event::CommandResult& result = refusals_.at(place);
      content.u64(static_cast<uint64_t>(result.outcome)).u64(result.wallet).i64(result.amount);
    }
    sum += content.finish();
  });
  return sum;
}

void Tail::save(const KeyTable& keys, snapshot::SnapshotWriter& out) const {
  out.put_hash(hash_);
  out.put_unsigned(entries_);
  for (const uint64_t count : by_kind_) out.put_unsigned(count);
  out.put_unsigned(by_note_.size());
  for (const uint64_t count : by_note_) out.put_unsigned(count);
  keys.visit_places([&](uint32_t place) { out.put_unsigned(entries_of_key(place)); });
}

// Kinds are the program's; a later version may know more notes, behind these.
bool Tail::load(const KeyTable& keys, snapshot::SectionReader& in) {
  GUERDON_ASSERT(next_job_ == 0);
  uint64_t notes = 0;
  if (!in.take_hash(&hash_) || !in.take_unsigned(UINT64_MAX, &entries_)) return false;
  for (uint64_t& count : by_kind_) {
    if (!in.take_unsigned(UINT64_MAX, &count)) return false;
  }
  if (!in.take_unsigned(by_note_.size(), &notes)) return false;
  for (uint64_t i = 0; i < notes; ++i) {
    if (!in.take_unsigned(UINT64_MAX, &by_note_[i])) return false;
  }
  bool is_sound = true;
  keys.visit_places([&](uint32_t place) {
    uint64_t entries = 0;
    is_sound = is_sound && in.take_unsigned(UINT32_MAX, &entries);
    if (is_sound) set_entries_of_key(place, static_cast<uint32_t>(entries));
  });
  return is_sound;
}

void Tail::finish(Job& job) {
  GUERDON_ASSERT(job.number == next_job_);
  ++next_job_;
  count_all(job);
  answer(job);
  if (!sink_) return;
  merged_.clear();
  merged_lots_.clear();
  for (const std::vector<ledger::Entry>& entries : job.entries) {
    merged_.insert(merged_.end(), entries.begin(), entries.end());
  }
  for (const std::vector<ledger::EntryLot>& lots : job.lots) {
    merged_lots_.insert(merged_lots_.end(), lots.begin(), lots.end());
  }
  bookkeeping::put_in_order(merged_);
  bookkeeping::put_in_order(merged_lots_);
  bookkeeping::LotsBeside lots(merged_lots_);
  for (const ledger::Entry& entry : merged_) sink_(entry, lots.of(entry));
  GUERDON_ASSERT(lots.is_done());
}

}  // namespace guerdon::pipeline
