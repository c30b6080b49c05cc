// How far an account has come: what PROGRESS shows.
#include <algorithm>
#include <set>

#include "engine/base/assert.h"
#include "engine/calendar/period.h"
#include "engine/shard/shard.h"

namespace guerdon::shard {

using Keys = std::array<int64_t, plan::kSubjectKeysMax>;

void Shard::answer_progress(const event::Batch& batch, const Visit& visit, Progress& answer) {
  const event::Text& text = batch.texts[visit.account];
  GUERDON_ASSERT(shard_of(text.hash, shards_) == number_);
  BlockHeader* const account = state_.accounts().find(text.hash, batch.view(text));
  answer.is_known = account != nullptr;
  if (account == nullptr) return;
  const plan::TimeMs at = batch.asked[visit.item].at;
  since_.move_to(at);
  for (const ProgressWanted& wanted : answer.wanted) add_progress(*account, wanted, at, answer);
}

// Of a target with further keys those of which something is kept: a frame of zeros is as none, for
// a snapshot has it no more.
void Shard::add_progress(BlockHeader& account, const ProgressWanted& wanted, plan::TimeMs at,
                         Progress& answer) {
  const plan::TargetKind& target = program_->targets[wanted.target];
  const uint32_t number = program_->measures[target.measure].subject;
  const plan::SubjectKind& subject = program_->subjects[number];
  const plan::Clock& clock = program_->clocks[static_cast<size_t>(subject.clock)];
  const calendar::Period period =
      wanted.period ? calendar::period_of_index(clock.calendar, clock.rule, *wanted.period)
                    : calendar::period_at(clock.calendar, clock.rule, at);
  if (period.from < target.acts.from || period.from >= target.acts.until) return;
  if (since_.is_gone(subject, period.index)) {
    answer.is_gone = true;
    return;
  }
  ProgressRow row;
  row.target = wanted.target;
  row.key = {number, period.index, {}};
  if (subject.keys.empty()) return add_progress_row(account, row, period, at, answer);
  std::set<Keys> all;
  state_.visit_frames(account, since_, [&](const plan::FrameKey& key, const int64_t* cells) {
    const std::vector<uint32_t>& kept = target.subjects;
    if (key.period != period.index || !std::binary_search(kept.begin(), kept.end(), key.subject)) {
      return;
    }
    const uint32_t count = program_->subjects[key.subject].cells;
    if (std::any_of(cells, cells + count, [](int64_t cell) { return cell != 0; })) {
      all.insert(key.keys);
    }
  });
  for (const Keys& keys : all) {
    row.key.keys = keys;
    add_progress_row(account, row, period, at, answer);
  }
}

void Shard::add_progress_row(BlockHeader& account, ProgressRow row, const calendar::Period& period,
                             plan::TimeMs at, Progress& answer) {
  const plan::TargetKind& target = program_->targets[row.target];
  const plan::SubjectKind& subject = program_->subjects[row.key.subject];
  const int64_t* const cells = state_.find(account, row.key);
  row.achieved = cells == nullptr ? 0 : cells[program_->measures[target.measure].cell];
  row.is_closed = since_.is_closed(subject, period.index);
  const plan::EventView event{row.key.keys.data(), (uint64_t{1} << subject.keys.size()) - 1,
                              std::max(period.from, base::kTimeMin), at};
  row.goal = machine_.goal_of(target, event, AccountFrames(state_, &account));
  answer.rows.push_back(std::move(row));
}

}  // namespace guerdon::shard
