// What is paid when a period is closed.
#include <algorithm>
#include <string>
#include <utility>

#include "engine/base/planted.h"
#include "engine/money/limits.h"
#include "engine/program/machine.h"

namespace guerdon::plan {

bool Machine::is_in_closed(size_t clock) {
  return periods_.is_closed(clock, period_of(clock).index, event_->at);
}

void Machine::run_close(const RoleProgram& role, CodeAt rule, const EventView& event,
                        const Frames& frames, ClauseTrace* trace) {
  begin(role, event, frames);
  moved_.clear();
  trace_ = trace;
  if (trace_ != nullptr) {
    if (!trace_->amount) trace_->inputs.clear();
    execute<true>(rule);
  } else {
    execute<false>(rule);
  }
  trace_ = nullptr;
}

int64_t Machine::count_on(const RoleProgram& role, const ClosingKind::Rule& rule,
                          const EventView& event, const Frames& frames, int64_t running) {
  begin(role, event, frames);
  moved_.clear();
  if (!execute<false>(rule.goal)) return running;
  if (!execute<false>(rule.reached)) {
    return base::planted(base::PlantedBug::kMissedGoesOn) ? running : 0;
  }
  return std::min(running + 1, money::kMeasureMax);
}

int64_t Machine::left_over(const RoleProgram& role, const ClosingKind::Rule& rule,
                           const EventView& event, const Frames& frames, int64_t achieved) {
  begin(role, event, frames);
  moved_.clear();
  if (!execute<false>(rule.goal)) return 0;
  const base::Int128 over = base::Int128{achieved} - yielded_;
  return static_cast<int64_t>(std::clamp<base::Int128>(over, 0, rule.most));
}

bool Machine::reviews(const RoleProgram& role, const ClosingKind::Rule& rule,
                      const EventView& event, const Frames& frames) {
  begin(role, event, frames);
  moved_.clear();
  return execute<false>(rule.goal);
}

DueCloses::DueCloses(const Program& program) : program_(&program) {
  if (empty()) return;
  for (const Clock& clock : program.clocks) {
    closings_.emplace_back(clock.calendar, clock.rule, clock.grace);
  }
  known_.resize(program.closings.size());
  for (const ClosingKind& closing : program.closings) {
    for (const ClosingKind::Rule& rule : closing.rules) has_risers_ |= rule.rises;
  }
}

TimeMs DueCloses::deadline_of(size_t closing, int32_t period) const {
  Known& known = known_[closing];
  if (known.period != period) {
    const auto clock = static_cast<size_t>(program_->closings[closing].clock);
    known = {period, closings_[clock].deadline_of(period)};
  }
  return known.deadline;
}

DueCloses::Close DueCloses::next(const Frames& frames) const {
  Close first;
  for (size_t c = 0; c < program_->closings.size(); ++c) {
    const ClosingKind& closing = program_->closings[c];
    const int64_t* const cells = frames.find({closing.subject, 0, {}});
    if (cells == nullptr || cells[closing.cell] == 0) continue;
    const int32_t period = open_from(closing, cells[closing.cell]);
    const TimeMs deadline = due_of(c, period);
    if (deadline < first.deadline) first = {c, period, deadline};
  }
  return first;
}

// One that was closed and opened again since is not.
int32_t DueCloses::open_from(const ClosingKind& closing, int64_t mark) const {
  const int32_t through = through_of(mark);
  if (reopened_ == nullptr || reopened_->is_empty()) return through + 1;
  const auto clock = static_cast<size_t>(closing.clock);
  const bool is_void =
      reopened_->newest(clock, through) != nullptr && times_of(mark) != reopened_->count(clock);
  return is_void ? through : through + 1;
}

TimeMs DueCloses::due_of(size_t closing, int32_t period) const {
  const auto clock = static_cast<size_t>(program_->closings[closing].clock);
  if (reopened_ != nullptr && !reopened_->is_empty()) [[unlikely]] {
    const Reopening* const again = reopened_->newest(clock, period);
    if (again != nullptr) return again->until;
  }
  return deadline_of(closing, period);
}

int64_t DueCloses::mark_of(const ClosingKind& closing, int32_t period) const {
  const auto clock = static_cast<size_t>(closing.clock);
  const bool is_again = reopened_ != nullptr && reopened_->newest(clock, period) != nullptr;
  return through_mark(period, is_again ? reopened_->count(clock) : 0);
}

int64_t DueCloses::mark_at(const ClosingKind& closing, TimeMs at) const {
  const auto clock = static_cast<size_t>(closing.clock);
  calendar::ClosingCursor cursor = closings_[clock];
  const int32_t closed = cursor.closed_at(at);
  const bool is_open = is_open_again(reopened_, clock, closed, at);
  return mark_of(closing, is_open ? closed - 1 : closed);
}

std::optional<TimeMs> DueCloses::begin_of(const ClosingKind& closing, int32_t period) const {
  const Clock& clock = program_->clocks[static_cast<size_t>(closing.clock)];
  const calendar::Period within = calendar::period_of_index(clock.calendar, clock.rule, period);
  if (within.from >= within.to) return std::nullopt;
  return std::max(within.from, base::kTimeMin);
}

int32_t DueCloses::next_of(const ClosingKind& closing, int32_t period) const {
  do ++period;
  while (!begin_of(closing, period));
  return period;
}

int32_t DueCloses::period_within(int clock, TimeMs begin) const {
  if (clock == kNoClock) return 0;
  const Clock& cut = program_->clocks[static_cast<size_t>(clock)];
  return calendar::period_at(cut.calendar, cut.rule, begin).index;
}

void DueCloses::sort(const ClosingKind::Rule& rule, const SymbolTexts& texts,
                     std::vector<Names>& names) const {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  if (names.size() < 2) return;
  const std::vector<bool>& is_text = program_->subjects[rule.reads.front().subject].key_is_text;
  if (std::none_of(is_text.begin(), is_text.end(), [](bool is) { return is; })) return;
  using Words = std::array<std::string, kSubjectKeysMax>;
  std::vector<std::pair<Names, Words>> worded;
  for (const Names& each : names) {
    Words& words = worded.emplace_back(each, Words{}).second;
    for (size_t k = 0; k < rule.keys; ++k) {
      if (is_text[k]) words[k] = texts.symbol_text(static_cast<Symbol>(each[k]));
    }
  }
  std::sort(worded.begin(), worded.end(), [&](const auto& a, const auto& b) {
    for (size_t k = 0; k < rule.keys; ++k) {
      if (a.first[k] == b.first[k]) continue;
      return is_text[k] ? a.second[k] < b.second[k] : a.first[k] < b.first[k];
    }
    return false;
  });
  std::transform(worded.begin(), worded.end(), names.begin(),
                 [](const auto& each) { return each.first; });
}

// ---- levels -------------------------------------------------------------------------------------

int64_t DueCloses::value_of(uint32_t measure, const Frames& frames, int32_t period,
                            const Names& names) const {
  const MeasureKind& kind = program_->measures[measure];
  const int64_t* const cells = frames.find({kind.subject, period, names});
  return cells == nullptr ? 0 : cells[kind.cell];
}

// What later periods have reached by now holds, too: events are up to five minutes ahead of the
// clock, so of one period more than that.
int64_t DueCloses::review(const ClosingKind::Rule& rule, const Frames& frames, const Names& names,
                          const Close& due) const {
  const int clock = program_->subjects[program_->measures[rule.reviewed].subject].clock;
  const Lookup& levels = program_->tables[rule.table];
  int64_t reached = 0;
  if (clock == kNoClock) {
    reached = levels.level_at(value_of(rule.reviewed, frames, 0, names));
  } else {
    for (int32_t p = due.period; p <= period_within(clock, due.deadline) + 1; ++p) {
      reached = std::max(reached, levels.level_at(value_of(rule.reviewed, frames, p, names)));
    }
  }
  if (rule.falls == Counting::Falls::kToMeasure) return reached;
  const int64_t kept = value_of(rule.kept, frames, 0, names);
  const bool falls = rule.falls == Counting::Falls::kOneDown &&
                     !base::planted(base::PlantedBug::kReviewLowersNone);
  return std::max(reached, falls ? kept - 1 : kept);
}

std::optional<int64_t> DueCloses::rise(const ClosingKind& closing, const ClosingKind::Rule& rule,
                                       const Frames& frames, const FrameKey& moved, uint32_t cell,
                                       int64_t measured, TimeMs at) const {
  if (!rule.rises) return std::nullopt;
  const MeasureKind& of = program_->measures[rule.reviewed];
  if (of.subject != moved.subject || of.cell != cell) return std::nullopt;
  const bool is_for_life = program_->subjects[of.subject].clock == kNoClock;
  const std::optional<TimeMs> begin =
      begin_of(closing, is_for_life ? period_within(closing.clock, std::max(at, base::kTimeMin))
                                    : moved.period);
  if (!begin || *begin < rule.acts.from || *begin >= rule.acts.until) return std::nullopt;
  if (!is_for_life) {
    const int64_t* const marks = frames.find({closing.subject, 0, {}});
    const int64_t mark = marks == nullptr ? 0 : marks[closing.cell];
    if (mark != 0 && moved.period < open_from(closing, mark)) return std::nullopt;  // was reviewed
  }
  const int64_t level = program_->tables[rule.table].level_at(measured);
  const MeasureKind& kept = program_->measures[rule.kept];
  const int64_t* const cells = frames.find({kept.subject, 0, moved.keys});
  return would_rise(kept, level, cells) ? std::optional(level) : std::nullopt;
}

}  // namespace guerdon::plan
