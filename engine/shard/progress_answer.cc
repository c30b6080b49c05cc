// How far an account has come: what PROGRESS shows.
#include <algorithm>
#include <array>
#include <compare>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/assert.h"
#include "engine/calendar/period.h"
#include "engine/shard/shard.h"

namespace guerdon::shard {

namespace {

using Keys = std::array<int64_t, plan::kSubjectKeysMax>;

class ProgressReading {
 public:
  // `account`: null where nothing has come for it: then nothing is achieved.
  ProgressReading(const plan::Program& program, AccountState& state, const KeptSince& since,
                  plan::Machine& machine, BlockHeader* account, plan::TimeMs at)
      : program_(program),
        state_(state),
        since_(since),
        machine_(machine),
        account_(account),
        at_(at) {}

  void read(Progress& answer);

 private:
  // Where something is kept of a target's tuples in a period: a cell of zero is as none, for a
  // snapshot has no frame of zeros.
  struct Kept {
    uint32_t subject = 0;
    int32_t period = 0;
    uint32_t cell = 0;
    uint32_t wanted = 0;

    std::pair<uint32_t, int32_t> frames() const { return {subject, period}; }
  };
  struct Tuple {
    uint32_t wanted = 0;
    Keys keys{};
    auto operator<=>(const Tuple&) const = default;
  };

  const plan::TargetKind& target_of(const ProgressWanted& wanted) const {
    return program_.targets[wanted.target];
  }
  const plan::SubjectKind& subject_of(const plan::TargetKind& target) const {
    return program_.subjects[program_.measures[target.measure].subject];
  }
  // Calls see(number, streak) for each that counts the target in a period with this first instant.
  template <typename See>
  void visit_streaks(const plan::TargetKind& target, plan::TimeMs first, const See& see) const {
    for (uint32_t s = 0; s < program_.streaks.size(); ++s) {
      const plan::StreakKind& streak = program_.streaks[s];
      const bool acts = streak.acts.from <= first && first < streak.acts.until;
      if (acts && streak.plan == target.plan && streak.target == target.name) see(s, streak);
    }
  }
  // Nothing: the target is not there in it, or it is gone.
  std::optional<calendar::Period> period_of(const ProgressWanted& wanted, bool* is_gone) const;
  void note_kept(const ProgressWanted& wanted, uint32_t number, const calendar::Period& period);
  bool find_tuples();
  int64_t kept(uint32_t measure, plan::FrameKey key) const;
  ProgressRow row_of(const ProgressWanted& wanted, const calendar::Period& period,
                     const Keys& keys) const;

  const plan::Program& program_;
  AccountState& state_;
  const KeptSince& since_;
  plan::Machine& machine_;
  BlockHeader* const account_;
  const plan::TimeMs at_;
  std::vector<Kept> kept_;
  std::vector<Tuple> tuples_;
  size_t frames_max_ = 0;  // in which one tuple may be
};

void ProgressReading::read(Progress& answer) {
  std::vector<std::optional<calendar::Period>> periods;
  for (uint32_t w = 0; w < answer.wanted.size(); ++w) {
    periods.push_back(period_of(answer.wanted[w], &answer.is_gone));
    if (periods.back()) note_kept(answer.wanted[w], w, *periods.back());
  }
  const auto is_there = [](const auto& period) { return period.has_value(); };
  answer.is_gone = answer.is_gone && std::ranges::none_of(periods, is_there);
  answer.is_too_much = !find_tuples();
  if (answer.is_too_much) return;
  auto tuple = tuples_.begin();
  for (uint32_t w = 0; w < periods.size(); ++w) {
    if (!periods[w]) continue;
    const ProgressWanted& wanted = answer.wanted[w];
    if (subject_of(target_of(wanted)).keys.empty()) {
      answer.rows.push_back(row_of(wanted, *periods[w], {}));
    }
    for (; tuple != tuples_.end() && tuple->wanted == w; ++tuple) {
      answer.rows.push_back(row_of(wanted, *periods[w], tuple->keys));
    }
  }
}

std::optional<calendar::Period> ProgressReading::period_of(const ProgressWanted& wanted,
                                                           bool* is_gone) const {
  const plan::TargetKind& target = target_of(wanted);
  const plan::SubjectKind& subject = subject_of(target);
  const plan::Clock& clock = program_.clocks[static_cast<size_t>(subject.clock)];
  const calendar::Period period =
      wanted.period ? calendar::period_of_index(clock.calendar, clock.rule, *wanted.period)
                    : calendar::period_at(clock.calendar, clock.rule, at_);
  if (period.from < target.acts.from || period.from >= target.acts.until) return std::nullopt;
  if (!since_.is_gone(subject, period.index)) return period;
  *is_gone = true;
  return std::nullopt;
}

void ProgressReading::note_kept(const ProgressWanted& wanted, uint32_t number,
                                const calendar::Period& period) {
  const plan::TargetKind& target = target_of(wanted);
  if (subject_of(target).keys.empty()) return;
  const size_t before = kept_.size();
  for (const uint32_t measure : {target.measure, target.samples, target.told}) {
    if (measure == plan::kNowhere) continue;
    const plan::MeasureKind& kind = program_.measures[measure];
    kept_.push_back({kind.subject, period.index, kind.cell, number});
  }
  visit_streaks(target, period.from, [&](uint32_t, const plan::StreakKind& streak) {
    const plan::MeasureKind& kind = program_.measures[streak.measure];
    kept_.push_back({kind.subject, 0, kind.cell, number});
  });
  frames_max_ = std::max(frames_max_, kept_.size() - before);
}

// One walk, whatever is wanted. A tuple is in no more than frames_max_ frames: by what is achieved,
// of how many samples, by what was said, and by streaks. False: there are too many.
bool ProgressReading::find_tuples() {
  if (account_ == nullptr || kept_.empty()) return true;
  std::ranges::sort(kept_, {}, &Kept::frames);
  state_.visit_frames(*account_, since_, [&](const plan::FrameKey& key, const int64_t* cells) {
    if (tuples_.size() > frames_max_ * kProgressTuplesMax) return;
    const std::pair frames(key.subject, key.period);
    auto at = std::ranges::lower_bound(kept_, frames, {}, &Kept::frames);
    for (; at != kept_.end() && at->frames() == frames; ++at) {
      if (cells[at->cell] != 0) tuples_.push_back({at->wanted, key.keys});
    }
  });
  std::ranges::sort(tuples_);
  tuples_.erase(std::unique(tuples_.begin(), tuples_.end()), tuples_.end());
  return tuples_.size() <= kProgressTuplesMax;
}

int64_t ProgressReading::kept(uint32_t measure, plan::FrameKey key) const {
  const plan::MeasureKind& kind = program_.measures[measure];
  key.subject = kind.subject;
  const int64_t* const cells = account_ == nullptr ? nullptr : state_.find(*account_, key);
  return cells == nullptr ? 0 : cells[kind.cell];
}

ProgressRow ProgressReading::row_of(const ProgressWanted& wanted, const calendar::Period& period,
                                    const Keys& keys) const {
  const plan::TargetKind& target = target_of(wanted);
  const plan::SubjectKind& subject = subject_of(target);
  const plan::MeasureKind& measure = program_.measures[target.measure];
  ProgressRow row;
  row.target = wanted.target;
  row.key = {measure.subject, period.index, keys};
  row.achieved = kept(target.measure, row.key);
  if (target.samples != plan::kNowhere) row.samples = kept(target.samples, row.key);
  if (target.carried != plan::kNowhere) row.carried = kept(target.carried, row.key);
  row.is_closed =
      since_.is_closed(subject, period.index) && !state_.is_open_again(subject, period.index, at_);
  const plan::EventView event{row.key.keys.data(), (uint64_t{1} << subject.keys.size()) - 1,
                              std::max(period.from, base::kTimeMin), at_};
  row.goal = machine_.goal_of(target, event, AccountFrames(state_, account_));
  visit_streaks(target, period.from, [&](uint32_t number, const plan::StreakKind& streak) {
    row.running.push_back({number, kept(streak.measure, {0, 0, keys})});
  });
  return row;
}

}  // namespace

void Shard::answer_progress(const event::Batch& batch, const Visit& visit, Progress& answer) {
  const event::Text& text = batch.texts[visit.account];
  GUERDON_ASSERT(shard_of(text.hash, shards_) == number_);
  const plan::TimeMs at = batch.asked[visit.item].at;
  since_.move_to(at);
  BlockHeader* const account = state_.accounts().find(text.hash, batch.view(text));
  if (account != nullptr && state_.staged().is_due(*account)) [[unlikely]]
    return closed_copy(*account, at)->answer_progress(batch, visit, answer);
  ProgressReading(*program_, state_, since_, machine_, account, at).read(answer);
}

}  // namespace guerdon::shard
