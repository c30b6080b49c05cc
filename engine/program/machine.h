// Runs a program for one account of one event: reads state, changes nothing, says what to change.
//
// The machine sees the event, the clock, and the account's kept frames through `Frames`; it leaves
// what the event does in `moves` (measures and their new values) and `asks` (what rules pay or
// owe), in the order in which they are to be applied. It may be run again with the same result
// until they are.
//
// Thread-safety: one machine a thread; the program is shared.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/hash.h"
#include "engine/base/planted.h"
#include "engine/base/timestamp.h"
#include "engine/calendar/closing.h"
#include "engine/calendar/period.h"
#include "engine/event/batch.h"
#include "engine/program/clause_trace.h"
#include "engine/program/program.h"
#include "engine/program/symbols.h"
#include "engine/snapshot/section_reader.h"
#include "engine/snapshot/snapshot_writer.h"

namespace guerdon::plan {

using base::TimeMs;

// Late events still count in this many closed periods, the newest (semantics: correct window).
inline constexpr int32_t kPeriodsKept = 2;
// The oldest period that is kept where this one is the newest that is closed.
constexpr int32_t first_kept(int32_t closed) { return closed - kPeriodsKept + 1; }
// Of a window that rolls on twice its length: what is late by no more than that finds it whole.
constexpr int32_t first_kept(int32_t closed, const calendar::PeriodRule& rule) {
  return rule.is_rolling() ? closed - 2 * rule.last + 1 : first_kept(closed);
}

// A subject as an event names it.
struct FrameKey {
  uint32_t subject = 0;                         // of the program
  int32_t period = 0;                           // 0 when kept for life
  std::array<int64_t, kSubjectKeysMax> keys{};  // symbols or counts; unused ones are 0

  bool operator==(const FrameKey&) const = default;
};

inline FrameKey object_key(uint32_t subject, const base::Hash128& object) {
  return {subject, 0, {static_cast<int64_t>(object.lo), static_cast<int64_t>(object.hi), 0}};
}

// Whether a frame that goes by its own time (SubjectKind::is_object) is no longer kept.
inline bool is_over(const int64_t* cells, TimeMs at) {
  return cells[kSeenCell] - 1 + kObjectWindow < at;
}

// The kept cells of one account, to read.
class Frames {
 public:
  virtual ~Frames() = default;
  // The cells of a frame, or null when nothing was kept yet (all are 0). Valid until state changes.
  virtual const int64_t* find(const FrameKey& key) const = 0;
  // The same of one that goes by its own time: where it is over it is let go of, though no sweep
  // has come by, and nothing is kept.
  virtual const int64_t* find_unless_over(const FrameKey& key, TimeMs at) const {
    const int64_t* const cells = find(key);
    return cells == nullptr || is_over(cells, at) ? nullptr : cells;
  }
  // Calls see(key, cells) for each frame of this subject and period that is kept, in any order. A
  // walk through all that is kept apart for the account.
  using See = std::function<void(const FrameKey& key, const int64_t* cells)>;
  virtual void visit(uint32_t, int32_t, const See&) const {}
  // What was known of the account at this instant: the value of KnownKind, or null.
  virtual const int64_t* known(uint32_t subject, TimeMs instant) const = 0;
};

// Of an event of before, that is taken back or looked at again.
struct Came {
  TimeMs at = 0;  // the clock then
  uint64_t lsn = 0;
};

struct EventView {
  const int64_t* values = nullptr;  // by slot
  uint64_t present = 0;
  TimeMs occurred_at = 0;
  TimeMs at = 0;                          // the clock
  const base::Hash128* object = nullptr;  // of its id; null: it has none, or no rule asks
  std::optional<Came> came = {};          // it comes now, where there is none
};

// Periods that were closed and opened again by command (REOPEN), and when they are closed again: by
// CLOSE, or right before the next period of their clock is.
//
// Of a clock at most one period is open again at a time, the newest that is closed; so the last
// that was opened says what holds now, and those before are for who looks at records of before.
// Each stage that asks keeps its own, and is told in the order of the log (machine_reopenings.cc).
struct Reopening {
  int32_t period = 0;
  uint64_t lsn = 0;     // of the REOPEN
  uint64_t closed = 0;  // of the CLOSE; 0: it has none
  TimeMs until = 0;     // when it is closed again
  bool operator==(const Reopening&) const = default;
};

class Reopenings {
 public:
  // So many of a clock; marks of accounts count them.
  static constexpr size_t kMost = 1000;

  // Of a clock, as they came.
  size_t count(size_t clock) const { return clock < clocks_.size() ? clocks_[clock].size() : 0; }
  bool is_empty() const { return clocks_.empty(); }
  // The last one, whether or not its period is closed again; null: there is none.
  const Reopening* newest(size_t clock) const {
    return count(clock) == 0 ? nullptr : &clocks_[clock].back();
  }
  // That, if it is of this period.
  const Reopening* newest(size_t clock, int32_t period) const {
    const Reopening* const last = newest(clock);
    return last != nullptr && last->period == period ? last : nullptr;
  }

  // Whether the period, which was closed, is open at the clock `at`.
  bool is_open(size_t clock, int32_t period, TimeMs at) const {
    const Reopening* const last = newest(clock, period);
    return last != nullptr && last->closed == 0 && at < last->until;
  }
  // Whether it was at the record `lsn`, which had the clock `at`.
  bool was_open(size_t clock, int32_t period, TimeMs at, uint64_t lsn) const;

  // REQUIRES: the period is closed, and count() is below kMost.
  void reopen(size_t clock, const Reopening& reopening);
  // REQUIRES: the newest one is open.
  void close(size_t clock, TimeMs at, uint64_t lsn);

  void save(snapshot::SnapshotWriter& out) const;
  // False: the section is none that was saved by a program with these clocks.
  bool load(std::span<const Clock> clocks, snapshot::SectionReader& in);

 private:
  std::vector<std::vector<Reopening>> clocks_;  // up to the last that has some
};

// `reopened`: null: none was.
inline bool is_open_again(const Reopenings* reopened, size_t clock, int32_t period, TimeMs at) {
  return reopened != nullptr && reopened->is_open(clock, period, at);
}

// A period as commands name it. `clock`: of Program::clocks.
struct NamedPeriod {
  enum class Fault : uint8_t { kNone, kPlan, kEach, kPeriod };
  Fault fault = Fault::kNone;  // which of the three names there is not
  size_t clock = 0;
  int32_t period = 0;
};
// `each`: as plans write it behind `per`; `period`: as it is shown.
NamedPeriod find_period(const Program& program, std::string_view plan, std::string_view each,
                        std::string_view period);
// That of a REOPEN or a CLOSE.
NamedPeriod find_period(const Program& program, const event::Batch& batch,
                        const event::Record& record);

// Clocks whose periods have seals: something is done for each account when they are closed, or a
// challenge is settled.
struct SealedClock {
  uint32_t clock = 0;
  bool is_swept = false;  // the former
};
// Each once, those that are swept first.
std::vector<SealedClock> sealed_clocks(const Program& program);
bool has_seals(const Program& program, size_t clock);
// When a period that is opened again is closed again: the last instant before the next one is.
// REQUIRES: it is the newest one that is closed.
TimeMs closes_again_at(const Clock& clock, int32_t period);

// In which periods events count, and which of these are closed or gone (checked.h, Late events):
// whoever asks such a thing asks here. One thread at a time; the program must outlive it.
class CountedPeriods {
 public:
  explicit CountedPeriods(const Program& program);

  // Which periods are open again. It must outlive this; null: none.
  void heed(const Reopenings* reopened) { reopened_ = reopened; }
  const Reopenings* heeded() const { return reopened_; }

  // The period of a clock that an instant lies in. Valid until the next call.
  const calendar::Period& at(size_t clock, TimeMs t) { return periods_[clock].at(t); }

  // On to an event, in a role of its type.
  void begin(const RoleProgram& role, const EventView& event) {
    occurred_at_ = event.occurred_at;
    plans_now_.clear();
    if (role.counts_now) [[unlikely]]
      find_plans_now(role, event);
  }
  // The period in which it counts: for a plan its own of all clocks, or those of when it came.
  const calendar::Period& of_event(size_t clock) {
    return plans_now_.empty() ? periods_[clock].at(occurred_at_) : of_late(clock);
  }

  bool is_closed(size_t clock, int32_t period, TimeMs at) {
    return period <= closings_[clock].closed_at(at) && !is_open_again(clock, period, at);
  }
  // Whether it was when an event of before came.
  bool was_closed(size_t clock, int32_t period, const Came& came) {
    return period <= closed_then_[clock].closed_at(came.at) &&
           (reopened_ == nullptr || !reopened_->was_open(clock, period, came.at, came.lsn));
  }
  // Closed for so long that nothing of it is kept: of the two newest closed ones all is.
  bool is_gone(size_t clock, int32_t period, TimeMs at) {
    return period < first_kept(closings_[clock].closed_at(at), program_->clocks[clock].rule);
  }

  // Whether an event that comes at the clock `at` is refused for being late.
  bool is_rejected(const EventProgram& type, TimeMs occurred_at, TimeMs at) {
    return !type.rejects.empty() && is_one_closed(type.rejects, occurred_at, closings_, at, {});
  }
  // The same of one that the log has at `lsn`, whatever was opened again since.
  bool was_rejected(const EventProgram& type, TimeMs occurred_at, TimeMs at, uint64_t lsn) {
    return !type.rejects.empty() && is_one_closed(type.rejects, occurred_at, closings_, at, lsn);
  }
  // Whether the period of one of these clocks was closed when that came, of what the log has there.
  bool was_late(const std::vector<int>& clocks, TimeMs occurred_at, TimeMs at, uint64_t lsn) {
    return is_one_closed(clocks, occurred_at, closings_, at, lsn);
  }

 private:
  using Closings = std::vector<calendar::ClosingCursor>;

  void find_plans_now(const RoleProgram& role, const EventView& event);
  const calendar::Period& of_late(size_t clock);
  // `lsn`: as it was at that record; nothing: as it is.
  bool is_one_closed(const std::vector<int>& clocks, TimeMs occurred_at, Closings& closings,
                     TimeMs at, std::optional<uint64_t> lsn);
  bool is_open_again(size_t clock, int32_t period, TimeMs at) const {
    return plan::is_open_again(reopened_, clock, period, at) &&
           !base::planted(base::PlantedBug::kReopenedIsLate);
  }

  const Program* program_;
  std::vector<calendar::PeriodCursor> periods_;    // by clock, as all of these
  std::vector<calendar::PeriodCursor> when_came_;  // of when events came
  Closings closings_;
  Closings closed_then_;  // the same: one cursor would move to and fro where that is long ago
  const Reopenings* reopened_ = nullptr;
  // of the event at hand
  TimeMs occurred_at_ = 0;
  TimeMs came_at_ = 0;          // where it is late for a plan
  std::vector<int> plans_now_;  // for which it counts in the periods of came_at_
};

// When what is owed for a goal is asked, where TARGET comes at the clock `at`: then, or at the last
// instant of the period, if that is over. So what it pays counts as what an event pays that comes
// then. Nothing: the period has not begun. (machine_goals.cc)
std::optional<TimeMs> goal_instant(const Clock& clock, int32_t period, TimeMs at);

// Whether what clauses credit may move a score, or a level by which one takes part: then a goal
// that comes can.
bool ranks_what_is_earned(const Program& program);

// By which goals is ranked who takes part on so many days of all. REQUIRES: days above 0.
ScoreCells score_for_days(const ScoreCells& score, int64_t days, int64_t of);

// Which periods of an account are to be closed for it (ClosingKind). Thread-safety: one thread at a
// time.
class DueCloses {
 public:
  explicit DueCloses(const Program& program);

  // Which periods were opened again. It must outlive this; null: none.
  void heed(const Reopenings* reopened) { reopened_ = reopened; }

  bool empty() const { return program_->closings.empty(); }

  struct Close {
    size_t closing = 0;  // of Program::closings
    int32_t period = 0;
    TimeMs deadline = INT64_MAX;  // that: there is none
    bool is_due(TimeMs at) const { return deadline <= at; }
  };
  // The first that is not done yet.
  Close next(const Frames& frames) const;

  // What is known of the account is kept as at this instant while that is not done.
  TimeMs settled_to(const Frames& frames, TimeMs at) const {
    return empty() ? at : std::min(at, next(frames).deadline);
  }

  // Up to where all is closed at the clock: what is written where an account becomes a member.
  int64_t mark_at(const ClosingKind& closing, TimeMs at) const;
  // What is written where this period was closed.
  int64_t mark_of(const ClosingKind& closing, int32_t period) const;
  // The first period that is not closed, where that was written; and when it is.
  int32_t open_from(const ClosingKind& closing, int64_t mark) const;
  TimeMs due_of(size_t closing, int32_t period) const;

  // The instant as of which its rules are asked. Nothing: a day that the zone has left out, in
  // which nobody could do anything.
  std::optional<TimeMs> begin_of(const ClosingKind& closing, int32_t period) const;
  // The first behind it that is none such.
  int32_t next_of(const ClosingKind& closing, int32_t period) const;
  // The period of another clock that holds it.
  int32_t period_within(int clock, TimeMs begin) const;

  // Further names of a rule, each once, in the order in which it is asked of them: counts by their
  // size, texts by their bytes. So it hangs on no number that a text was given.
  using Names = std::array<int64_t, kSubjectKeysMax>;
  void sort(const ClosingKind::Rule& rule, const SymbolTexts& texts,
            std::vector<Names>& names) const;

  // What a review of this close makes of the level that is kept for these names (goals.h, Ladders).
  // REQUIRES: the rule reviews.
  int64_t review(const ClosingKind::Rule& rule, const Frames& frames, const Names& names,
                 const Close& due) const;
  // What the level is to rise to (rise_to), a measure having come to `measured` at the clock `at`;
  // nothing: none of this rule, or no higher one, or in a period that it does not review.
  std::optional<int64_t> rise(const ClosingKind& closing, const ClosingKind::Rule& rule,
                              const Frames& frames, const FrameKey& moved, uint32_t cell,
                              int64_t measured, TimeMs at) const;
  // Whether some ladder keeps what it rises to.
  bool has_risers() const { return has_risers_; }

 private:
  int64_t value_of(uint32_t measure, const Frames& frames, int32_t period,
                   const Names& names) const;
  TimeMs deadline_of(size_t closing, int32_t period) const;

  const Program* program_;
  const Reopenings* reopened_ = nullptr;
  std::vector<calendar::ClosingCursor> closings_;  // by clock
  // By closing, what was asked last: nearly all accounts stand at one period.
  struct Known {
    int32_t period = INT32_MIN;
    TimeMs deadline = 0;
  };
  mutable std::vector<Known> known_;
  bool has_risers_ = false;
};

// ---- What closing periods counts up for life --------------------------------------------------
// (MeasureKind::before): periods running, the number of a level. Beside it is what it was before
// the last period that changed it, since that one may be opened again, and closed as if it had
// never been.

// What a number was before this period was closed; 0 is none. REQUIRES: value from 0 to 2^32 - 2,
// as numbers of periods and of levels are.
constexpr int64_t before_mark(int32_t period, int64_t value) {
  return int64_t{period} * 0x1'0000'0000 + value + 1;
}
constexpr int32_t period_before(int64_t mark) { return static_cast<int32_t>(mark >> 32); }
constexpr int64_t value_before(int64_t mark) { return (mark & 0xffff'ffff) - 1; }
static_assert(period_before(before_mark(-3, 0)) == -3 && value_before(before_mark(-3, 0)) == 0);
static_assert(period_before(before_mark(7, 4'294'967'294)) == 7);
static_assert(value_before(before_mark(-7, 4'294'967'294)) == 4'294'967'294);

// Closing the period makes it this; what it was is kept.
inline void count_to(const MeasureKind& kind, int32_t period, int64_t value, int64_t* cells) {
  int64_t& is = cells[kind.cell];
  if (is != value) cells[kind.before] = before_mark(period, is);
  is = value;
}
// As if the period had not been closed. REQUIRES: none was since.
inline void count_back(const MeasureKind& kind, int32_t period, int64_t* cells) {
  const int64_t mark = cells[kind.before];
  if (mark != 0 && period_before(mark) == period) cells[kind.cell] = value_before(mark);
}
// It rises to this at least, and would have if the last period had not been closed. `cells`: null
// where all are 0.
inline bool would_rise(const MeasureKind& kind, int64_t value, const int64_t* cells) {
  if (cells == nullptr || cells[kind.cell] < value) return cells != nullptr || value > 0;
  return cells[kind.before] != 0 && value_before(cells[kind.before]) < value;
}
inline void rise_to(const MeasureKind& kind, int64_t value, int64_t* cells) {
  int64_t& before = cells[kind.before];
  if (before != 0) before += std::max<int64_t>(value - value_before(before), 0);
  cells[kind.cell] = std::max(cells[kind.cell], value);
}

// A frame that the event touches; `cells` is null when nothing was kept yet.
struct TouchedFrame {
  FrameKey key;
  const int64_t* cells = nullptr;
  bool is_closed = false;  // its period
};

struct Move {
  uint32_t frame = 0;  // index into Machine::frames()
  uint32_t cell = 0;
  int64_t value = 0;  // the measure's new value
};

struct Ask {
  uint32_t clause = 0;
  uint32_t frame = 0;  // entitlement: index into Machine::frames(); else kNowhere
  // One-shot: not 0; entitlement: owed in all, not below 0. What to post for it: posting_of.
  int64_t amount = 0;
  uint32_t pool = kNowhere;  // of a clause that takes back: the frame of what it has earned on
  // Of a clause with limits: what they let through of it, or of what is owed more than before.
  int64_t passed = 0;
};

class Machine {
 public:
  explicit Machine(const Program& program);

  // Goes on under a program that was compiled from this one (compile_again).
  void adopt(const Program& program);
  // Which periods are open again. It must outlive this; null: none.
  void heed(const Reopenings* reopened) { periods_.heed(reopened); }
  // What runs find granted of budgets. It must outlive them; null: no budget binds, and what was
  // drawn stays to be read.
  void draw_from(const Pools* pools) {
    pools_ = pools;
    if (pools != nullptr) draws_.clear();  // a visit may come to no run
  }
  // What a clause may ask its budget for at an event of its role; and the pool that it asks.
  AskRange may_ask(const RoleAsk& ask, const EventView& event);
  int32_t pool_of(const BudgetKind& budget, TimeMs occurred_at);

  // Runs what `role` has for this event. The results stay until the next run.
  void run(const RoleProgram& role, const EventView& event, const Frames& frames);

  // The same, and what trace->clause makes of it.
  void run_traced(const RoleProgram& role, const EventView& event, const Frames& frames,
                  ClauseTrace* trace);

  // The rule whose code of the clause this is, whether or not the index finds it: what
  // trace->clause makes of the event, and the way there. `asks` and `moves` say nothing.
  void trace_rule(const RoleProgram& role, const ClauseCode& code, const EventView& event,
                  const Frames& frames, ClauseTrace* trace);

  // As if the event had not been: takes back what it moved in this role, and asks for what is owed
  // then. What its rules paid at the event is the caller's to take back; of those with limits there
  // is an ask of what the limits make of that, for the deeds of this role in their order. REQUIRES:
  // the deeds of the role are such as it can do. The results stay until the next run; takes() says
  // nothing.
  void run_back(const RoleProgram& role, const EventView& event, const Frames& frames,
                std::span<const event::Deed> deeds, uint8_t number);

  // What a version of a plan makes of an event of before: its one-shot clauses ask for what they
  // pay for it less what was posted of their lineages, the deeds of this role; entitlements are
  // asked again, nothing being moved by the event. Those for its object, where the event says that
  // it has one, by what its slots have of it, and only where they have opened. The results stay
  // until the next run; takes() says nothing.
  struct Corrected {
    const CorrectionKind* correction = nullptr;
    uint16_t type = 0;                   // of the event
    uint8_t role = 0;                    // index into EventProgram::roles
    std::span<const event::Deed> deeds;  // of all its roles
  };
  void run_corrected(const RoleProgram& role, const EventView& event, const Frames& frames,
                     const Corrected& what);

  // What part `part` of it owes for its object to whoever had the role before: nothing, and the
  // first of frames(), that of the object, is to be let go then; there is none where the object is
  // over. And what entitlements that follow it owe him then.
  // The results stay until the next run; what they make of trace->clause is traced, unless it is
  // null.
  void run_former(const RoleProgram& role, size_t part, const EventView& event,
                  const Frames& frames, ClauseTrace* trace = nullptr);

  // What is owed where TARGET has said a goal: by the goal's rules, nothing else being moved. The
  // event names what the goal is said for, in the slots of its role, and an instant of the period.
  // What they make of trace->clause is traced, unless it is null.
  void run_goal(const GoalKind& goal, const EventView& event, const Frames& frames,
                ClauseTrace* trace = nullptr);

  // What a rule of a closing owes when its period is closed, nothing being moved. The event names
  // the further names in the slots of the role, and the first instant of the period; the clock is
  // the deadline. What it makes of trace->clause is traced, unless it is null.
  void run_close(const RoleProgram& role, CodeAt rule, const EventView& event, const Frames& frames,
                 ClauseTrace* trace = nullptr);

  // What a period that is closed makes of a streak that has come to `running`; the event as above.
  // REQUIRES: the rule counts.
  int64_t count_on(const RoleProgram& role, const ClosingKind::Rule& rule, const EventView& event,
                   const Frames& frames, int64_t running);

  // What such a period leaves over for the next of what was achieved in it. REQUIRES: the rule
  // carries.
  int64_t left_over(const RoleProgram& role, const ClosingKind::Rule& rule, const EventView& event,
                    const Frames& frames, int64_t achieved);

  // Whether a review acts in such a period. REQUIRES: the rule reviews.
  bool reviews(const RoleProgram& role, const ClosingKind::Rule& rule, const EventView& event,
               const Frames& frames);

  // On how many days of a period an account takes part in a challenge, by what is known of it, as
  // its goals go by that; 1 of 1 where they are whole. 0: it does not take part.
  struct DaysTaken {
    int64_t days = 1;
    int64_t of = 1;
  };
  DaysTaken days_taken(const ChallengeKind& challenge, int32_t period, const Frames& frames);

  // The goal of a target, in the account's frames, as the event names what it is kept for and an
  // instant of the period; nothing: there is none.
  std::optional<int64_t> goal_of(const TargetKind& target, const EventView& event,
                                 const Frames& frames);

  // What the rules' code at `rule` asks for, nothing being moved by the event.
  void run_rule(const RoleProgram& role, CodeAt rule, const EventView& event, const Frames& frames);

  // Whether the code of a condition that reads nothing of an event but its time, or the fields of a
  // line, ends at kEnd.
  bool is_true(CodeAt condition, const EventView& event, const Frames& frames);
  // What such code yields; nothing: something is missing.
  std::optional<base::Int128> value_of(CodeAt amount, const EventView& event, const Frames& frames);

  const std::vector<TouchedFrame>& frames() const { return touched_; }
  // Tells where a frame is kept that was not kept when it was touched.
  void set_cells(uint32_t frame, const int64_t* cells) { touched_[frame].cells = cells; }
  const std::vector<Move>& moves() const { return moves_; }
  const std::vector<Ask>& asks() const { return asks_; }
  // What the asks take of budgets, in their order: none is 0. Of run_back() what they give back at
  // the most: a wallet may not have it any more.
  const std::vector<Draw>& draws() const { return draws_; }
  void set_drawn(uint32_t clause, int64_t amount);
  // True when one of the asks lowers what was posted, or takes.
  bool takes() const { return takes_; }

  // A measure that clauses fed, and by how much those of one-shot rules that no limit asks about
  // did: what goes when the event is taken back. What the others fed is asked anew then.
  struct Fed {
    uint32_t measure = 0;
    base::Int128 once = 0;
  };
  const std::vector<Fed>& fed() const { return fed_; }

  struct Counters {
    uint64_t rules_tried = 0;
    uint64_t zero_amounts = 0;  // rules that fired for 0
  };
  const Counters& counters() const { return counters_; }

 private:
  using Registers = std::array<base::Int128, kRegisters>;
  static constexpr uint32_t kMissingFrame = UINT32_MAX - 1;

  // What this run knows of a subject or a measure; stale when `run` is not the current one.
  struct KnownFrame {
    uint64_t run = 0;
    uint32_t touched = 0;  // index, or kMissingFrame
  };
  struct KnownMeasure {
    uint64_t run = 0;
    bool missing = false;
    bool frozen = false;  // the score of a period that is closed
    bool moved = false;
    uint32_t fed = kNowhere;  // index into fed_
    int64_t before = 0;
    base::Int128 after = 0;
  };

  void begin(const RoleProgram& role, const EventView& event, const Frames& frames);
  template <bool kIsTraced>
  void run_as(const RoleProgram& role, const EventView& event, const Frames& frames);
  template <bool kIsTraced>
  bool execute(CodeAt at);
  void trace(const Instruction& i, const Registers& r);
  void trace_step(const Instruction& i, const Registers& r);
  void trace_probes(CodeAt at, const Registers& r);
  void trace_post(const Instruction& i, base::Int128 amount);
  void trace_owed(const Clause& clause, uint32_t frame);
  void trace_fall(const Clause& clause, uint32_t frame, bool is_stacked);
  void trace_keys(uint32_t subject, uint32_t frame);
  void trace_cell(const Instruction& i, const Registers& r, ReadInput& input) const;
  const Instruction* look_up(const Instruction& i, const Instruction* next, Registers& r) const;
  int row_of(const Instruction& i, const Registers& r) const;
  static Int128 in_halves(Int128 sum, Int128 samples);
  const Instruction* look_along(const Instruction& i, const Instruction* next, Registers& r) const;
  const Instruction* branch(const Instruction& i, const Registers& r) const;
  const Instruction* share(const Instruction& i, const Instruction* next, Registers& r) const;
  void each_part(const Instruction& i, Registers& r) const;
  TimeMs instant_of(const Instruction& i);
  bool is_in_closed(size_t clock);  // machine_closings.cc
  const int64_t* known_of(const Instruction& i);
  bool load_known(const Instruction& i, Registers& r);
  bool load_measure(const Instruction& i, Registers& r);
  std::optional<base::Int128> measure_last(uint32_t index);
  std::optional<base::Int128> measure_rolled(uint32_t index, bool is_before);
  bool load_rolled(const Instruction& i, Registers& r);
  bool load_last(const Instruction& i, Registers& r);
  std::optional<base::Int128> captured(const Instruction& i);
  void capture(const Instruction& i);
  void move_measure(uint32_t index, base::Int128 by);
  void pick_again(const MeasureKind& kind, bool has_come);
  bool count_value(const MeasureKind& kind, base::Int128 before, base::Int128 by);
  void finish_moves();
  void feed(const Clause& clause, base::Int128 by, bool is_once);
  bool is_final(uint32_t frame);
  void finish_layers();
  void order_asks();
  void ask_back_limited(std::span<const event::Deed> deeds, uint8_t number);
  void see(const RoleObject& object);
  void fall(const RoleObject& object, bool leaves, int below = kLayersMax);
  bool acts_at_opening(const Clause& clause, const int64_t* cells) const;
  uint32_t speaker_of(const RoleObject& object, const Clause& clause, const int64_t* cells) const;
  void settle_below(int layer);
  void follow();
  TimeMs seen_before(const RoleObject& object) const;
  bool is_over(const RoleObject& object) const;
  bool enter_object(const Instruction& i);
  bool is_limit_over(uint32_t first);
  void open(const Instruction& i);
  void move(uint32_t frame, uint32_t cell, int64_t value);
  void post(const Instruction& i, base::Int128 amount);
  void ask(uint32_t clause, uint32_t frame, int64_t amount);
  int64_t least_kept(uint32_t clause, int64_t posted) const;
  void add_kept(uint32_t index, base::Int128 by);
  void earn(const Instruction& i, base::Int128 amount);
  void note_earned(const Clause& clause);
  void earn_on(const Instruction& i, base::Int128 amount);
  void take_back(const Instruction& i, base::Int128 returned);
  void give_up(const Instruction& i, base::Int128 returned);
  TakenBack taken_back(const Clause& clause, base::Int128 returned);
  // machine_groups.cc
  struct Stacked {
    uint32_t clause = 0;
    uint32_t frame = kNowhere;  // of an entitlement
    int64_t amount = 0;
  };
  void settle_groups(int below = kLayersMax);
  void settle_group(std::span<const Stacked> all);
  void settle(const Stacked& one, int64_t given);
  void trace_group(std::span<const Stacked> all);
  // machine_limits.cc
  bool pass_limits(const Clause& clause, uint32_t frame, int64_t before, int64_t now);
  uint32_t limit_frame(const Clause& clause, const LimitKind& limit, uint32_t frame);
  calendar::Period opened_in(const Clause& clause, const LimitKind& limit, uint32_t frame);
  void see_limits(const RoleObject& object);
  void see_limits_of(uint32_t clause, uint32_t frame);
  void see_limit(const Clause& clause, const LimitKind& limit, uint32_t frame);
  void ask_limited(uint32_t clause, uint32_t frame, int64_t before, int64_t now);
  int64_t through_budget(uint32_t clause, int64_t came);
  int64_t grant_from(uint32_t number, int32_t period, int64_t came) const;
  int32_t pool_of_owed(const Clause& clause, uint32_t frame);
  void owe_from_budget(uint32_t clause, uint32_t frame, int64_t posted, int64_t whole);
  int64_t given_back(uint32_t clause, int64_t came) const;
  void trace_limits(const Clause& clause, uint32_t frame, int64_t before, int64_t now);
  // machine_corrections.cc
  void run_codes(const Corrected& what, uint32_t part);
  void fall_ended(const Corrected& what, const RoleObject& object);
  void ask_difference(const Corrected& what);
  uint32_t frame_of(uint32_t subject);
  uint32_t touch(uint32_t subject);
  bool read_keys(FrameKey& key) const;
  const calendar::Period& period_of(size_t clock) { return periods_.of_event(clock); }
  KnownMeasure& measure(uint32_t index);

  const Program* program_;
  const std::vector<TimeMs>& days_of(int number, int32_t period, const calendar::Period& bounds);

  CountedPeriods periods_;
  // The days of the period that days_taken() was asked of last.
  struct Days {
    int clock = kNoClock;
    int32_t period = 0;
    std::vector<TimeMs> ends;
  };
  Days days_;
  std::vector<KnownFrame> known_frames_;      // by subject
  std::vector<KnownMeasure> known_measures_;  // by measure
  std::vector<uint64_t> owed_run_;            // by clause of an object: when it owed last
  std::vector<uint32_t> moved_;               // measures, in order
  std::vector<Fed> fed_;                      // in order
  std::vector<Index::Ordered> scratch_;
  std::vector<TouchedFrame> touched_;
  std::vector<Move> moves_;
  std::vector<Ask> asks_;
  std::vector<Ask> limited_;  // run_back
  std::vector<Draw> draws_;
  const Pools* pools_ = nullptr;
  bool takes_ = false;
  Counters counters_;
  LimitRun limits_;  // of the clause at hand

  struct Paid {
    uint32_t clause = 0;
    int64_t amount = 0;  // as its rule says
  };
  std::vector<Paid> paid_;  // by one-shot clauses, in a corrected run

  std::vector<Stacked> stacked_;  // what clauses of groups ask for in the part at hand
  std::vector<int64_t> given_;    // of the group at hand

  // of the run at hand
  uint64_t run_ = 0;
  const RoleProgram* role_ = nullptr;
  const PlanPart* part_ = nullptr;  // null: no part of it
  const EventView* event_ = nullptr;
  base::Int128 yielded_ = 0;  // by kYield
  const Frames* frames_ = nullptr;
  TimeMs seen_at_ = 0;                   // the object of the plan at hand: the latest of its events
  TimeMs opened_at_ = 0;                 // of the rule per object at hand
  uint32_t object_frame_ = 0;            // the same: of its account
  bool was_open_ = false;                // the same: before the event
  std::span<const event::Deed> undone_;  // that is run back
  uint8_t undone_role_ = 0;
  bool is_back_ = false;       // run_back
  bool is_corrected_ = false;  // run_corrected
  // ... that is traced
  ClauseTrace* trace_ = nullptr;
  std::vector<PathStep>* path_ = nullptr;                          // trace_rule
  std::optional<std::pair<base::Int128, base::Int128>> compared_;  // by the instruction before
};

}  // namespace guerdon::plan
