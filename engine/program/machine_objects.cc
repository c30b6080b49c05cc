// What rules owe for objects (checked.h, Object), and the measures that they capture.
#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/planted.h"
#include "engine/program/machine.h"

namespace guerdon::plan {

using base::Int128;

// When its plan saw the object last; if never, the event's own time.
TimeMs Machine::seen_before(const RoleObject& object) const {
  const bool is_known = (event_->present >> object.seen & 1) != 0;
  return is_known ? event_->values[object.seen] : event_->occurred_at;
}

// An object whose first event is so late is over at once: a frame for it would be gone already.
bool Machine::is_over(const RoleObject& object) const {
  return event_->object == nullptr || seen_before(object) + kObjectWindow < event_->at;
}

// Before any filter: as long as events of its plan speak of it, its frame is kept.
void Machine::see(const RoleObject& object) {
  KnownFrame& known = known_frames_[object.subject];
  known.run = run_;
  known.touched = kMissingFrame;
  if (is_over(object)) return;
  seen_at_ = std::max(seen_before(object), event_->occurred_at);
  known.touched = touch(object.subject);
  const int64_t* const cells = touched_[known.touched].cells;
  if (cells == nullptr) return;
  if (cells[kSeenCell] <= seen_at_) move(known.touched, kSeenCell, seen_at_ + 1);
  if (object.has_limits) [[unlikely]]
    see_limits(object);
}

bool Machine::acts_at_opening(const Clause& clause, const int64_t* cells) const {
  if (clause.acts == kNowhere) return true;
  const Window& window = program_->windows[clause.acts];
  const TimeMs opened = cells[clause.opened] - 1;
  return window.from <= opened && opened < window.until;
}

// Versions of a rule may keep what they post in one cell. Of these the one that acts speaks for it;
// where none does, the last. REQUIRES: something was posted.
uint32_t Machine::speaker_of(const RoleObject& object, const Clause& clause,
                             const int64_t* cells) const {
  uint32_t speaker = kNowhere;
  for (const uint32_t each : object.clauses) {
    const Clause& other = program_->clauses[each];
    if (other.posted != clause.posted) continue;
    speaker = each;
    if (acts_at_opening(other, cells)) break;
  }
  return speaker;
}

// Rules whose conditions do not hold are passed by with the index; what they owed falls.
void Machine::fall(const RoleObject& object, bool leaves, int below) {
  const uint32_t frame = known_frames_[object.subject].touched;
  if (frame == kMissingFrame || touched_[frame].cells == nullptr) return;
  const int64_t* const cells = touched_[frame].cells;
  const size_t asked = asks_.size();
  for (const uint32_t clause : object.clauses) {
    const Clause& owed = program_->clauses[clause];
    if (owed.layer >= below || owed_run_[clause] == run_) continue;
    if ((owed.keeps && !leaves) || cells[owed.posted] == 0) continue;
    if (speaker_of(object, owed, cells) != clause) continue;
    owed_run_[clause] = run_;
    const bool is_stacked = owed.group != kNowhere && !leaves;
    if (trace_ != nullptr && trace_->clause == clause) trace_fall(owed, frame, is_stacked);
    if (is_stacked) {
      stacked_.push_back({clause, frame, 0});
    } else if (!owed.limits.empty()) {
      ask_limited(clause, frame, cells[owed.posted], 0);
    } else if (owed.budget != kNowhere) {
      owe_from_budget(clause, frame, cells[owed.posted], 0);
    } else {
      takes_ |= owed.verb == Verb::kCredit;
      ask(clause, frame, 0);
      if (!owed.feeds.empty()) feed(owed, -Int128{cells[owed.posted]}, false);
    }
  }
  if (asks_.size() != asked) order_asks();
}

// Entries stand in the order of the file, as if each clause had been asked at its place. Clauses
// that a version brought are numbered behind those of all plans.
void Machine::order_asks() {
  std::stable_sort(asks_.begin(), asks_.end(), [&](const Ask& a, const Ask& b) {
    return std::pair(program_->clauses[a.clause].plan, a.clause) <
           std::pair(program_->clauses[b.clause].plan, b.clause);
  });
}

bool Machine::enter_object(const Instruction& i) {
  const Clause& clause = program_->clauses[i.x];
  const uint32_t frame = frame_of(clause.subject);
  if (frame == kMissingFrame) return false;
  const int64_t* const cells = touched_[frame].cells;
  object_frame_ = frame;
  was_open_ = cells != nullptr && cells[clause.opened] != 0;
  if (is_corrected_ && !was_open_) return false;  // when it would have is for events to say
  opened_at_ = was_open_ ? cells[clause.opened] - 1 : event_->occurred_at;
  return was_open_ || !is_limit_over(i.x);
}

// What the limits of a period have let through is kept as long as an object of it can speak. None
// opens in one that is longer ago: nobody would know what is left of it.
bool Machine::is_limit_over(uint32_t first) {
  const Clause& clause = program_->clauses[first];
  for (uint32_t c = first; c < program_->clauses.size(); ++c) {
    const Clause& other = program_->clauses[c];
    const bool is_of_rule =
        other.rule == clause.rule && other.plan == clause.plan && other.version == clause.version;
    if (!is_of_rule) break;
    if (other.subject != clause.subject) continue;
    for (const LimitKind& limit : other.limits) {
      if (limit.opened_clock == kNoClock) continue;
      const auto clock = static_cast<size_t>(limit.opened_clock);
      const TimeMs last = periods_.at(clock, event_->occurred_at).to - 1;
      if (last < event_->at - kObjectWindow) return true;
    }
  }
  return false;
}

void Machine::open(const Instruction& i) {
  const Clause& clause = program_->clauses[i.x];
  const uint32_t frame = frame_of(clause.subject);
  const int64_t* const cells = touched_[frame].cells;
  if (cells == nullptr) {
    move(frame, kSeenCell, seen_at_ + 1);
  } else if (cells[clause.opened] != 0) {
    return;
  }
  move(frame, clause.opened, event_->occurred_at + 1);
  for (uint32_t c = i.x; c < program_->clauses.size(); ++c) {
    const Clause& other = program_->clauses[c];
    if (other.rule != clause.rule || other.plan != clause.plan) break;
    if (other.version != clause.version) break;
    if (other.subject == clause.subject) see_limits_of(c, frame);
  }
}

// A measure as it was when the rule opened, or is while it has not.
std::optional<Int128> Machine::captured(const Instruction& i) {
  if (was_open_ && !base::planted(base::PlantedBug::kLastUncaptured)) {
    const int64_t kept = touched_[object_frame_].cells[i.z];
    return kept == kNoneCaptured ? std::nullopt : std::optional<Int128>(kept);
  }
  if (i.y == kLastPeriod) return measure_last(i.x);
  const KnownMeasure& known = measure(i.x);
  if (known.missing) return std::nullopt;
  return i.y == 0 ? Int128{known.before} : known.after;
}

void Machine::capture(const Instruction& i) {
  if (was_open_) return;
  const std::optional<Int128> value = captured(i);
  move(object_frame_, i.z, value ? static_cast<int64_t>(*value) : kNoneCaptured);
}

void Machine::trace_fall(const Clause& clause, uint32_t frame, bool is_stacked) {
  trace_owed(clause, frame);
  trace_->amount = 0;
  if (!is_stacked && is_limited(clause)) trace_limits(clause, frame, trace_->posted, 0);
}

}  // namespace guerdon::plan
