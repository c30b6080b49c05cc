// All plans of an engine, compiled: what the machine runs and what the shards lay out.
//
// A program is made from checked plans in load order (compiler.h) and never changes. It has
//   * the wallets, clauses, subjects and measures of all plans, numbered through;
//   * the layout of an account's block: a cell a wallet, then the frames of the subjects that are
//     kept for the account alone (one period of each is kept there, others apart);
//   * for each event type and each account role of it, what to run: per plan the event's filter,
//     the measures that may move and the rules that may pay, each behind an index;
//   * the code, and the pools that its operands name.
//
// Thread-safety: immutable; shared by all shards.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/int128.h"
#include "engine/base/planted.h"
#include "engine/calendar/duration.h"
#include "engine/calendar/period.h"
#include "engine/event/schema.h"
#include "engine/ledger/leg.h"
#include "engine/money/limits.h"
#include "engine/money/rounding.h"
#include "engine/plan/checked.h"
#include "engine/program/group.h"
#include "engine/program/index.h"
#include "engine/program/limit.h"
#include "engine/program/lookup.h"
#include "engine/program/object_facts.h"
#include "engine/program/opcodes.h"
#include "engine/program/shop.h"
#include "engine/program/symbols.h"
#include "engine/progress/attainment.h"
#include "engine/progress/bands.h"
#include "engine/progress/ranking_rules.h"

namespace guerdon::plan {

inline constexpr uint32_t kNowhere = UINT32_MAX;

// Where in the code; kNowhere when there is nothing to run.
using CodeAt = uint32_t;

// Where a clause's amount has come to its basis or its rate (ClauseTrace), for who traces it: when
// the instruction at `at` is next, the numerator is in register `reg`; or it is `constant`.
struct Probe {
  enum class What : uint8_t { kBasis, kRate, kPer, kBase, kFactor };

  CodeAt at = 0;
  uint32_t clause = 0;
  What what = What::kBasis;
  uint8_t reg = 0;
  uint8_t scale = 0;
  uint8_t place = 0;  // kFactor: of Clause::times
  std::optional<int64_t> constant;
  int64_t den = 1;
};

// One of the conditions that all have to be true, of a rule or of an event's `when`, in the order
// of the text: it is true when its code comes to `end`, and false or unknown when it goes
// elsewhere.
struct Conjunct {
  CodeAt begin = 0;
  CodeAt end = 0;
  Span text;
  uint32_t version = 0;  // of LoadedPlan::versions, whose text that is
  bool is_last = false;  // of its rule or event
};

// Of an instruction that goes elsewhere unless a comparison is true: what it compares, for who asks
// why not. The sides are numbers over `den`, or symbols.
struct Comparison {
  enum class Sides : uint8_t { kNone, kNumbers, kTexts };

  CodeAt at = 0;
  Span text;  // as of its conjunct
  Sides sides = Sides::kNone;
  bool is_swapped = false;   // register B has the right side
  bool has_right = false;    // there are two of them
  uint8_t scale = 0;         // of numbers
  uint8_t left = UINT8_MAX;  // the slot of the event that the side is; none: it is no attribute
  uint8_t right = UINT8_MAX;
  uint32_t levels = UINT32_MAX;  // the table whose levels numbers are; none: they are no levels
  int64_t den = 1;
};

// Where the code of a clause is, for events of one type and one role of them: whether or not the
// index finds it.
struct ClauseCode {
  uint32_t clause = 0;
  uint16_t type = 0;
  uint8_t slot = 0;            // the role's
  bool takes_back = false;     // what it paid; else it pays
  uint32_t part = 0;           // of RoleProgram::parts
  CodeAt rule = 0;             // where its rule's code begins
  CodeAt when = kNowhere;      // where the first Conjunct does; there is none: kNowhere
  CodeAt own_when = kNowhere;  // the same of what the clause asks for itself
  CodeAt amount = 0;           // [amount, end): the clause's own
  CodeAt end = 0;
  CodeAt missing = kNowhere;  // where it comes to when an entitlement's amount is missing
};

// The wallets of one unit of one plan.
struct WalletKind {
  std::string program;
  std::string unit;
  int scale = 0;
  uint32_t plan = 0;  // of Program::plans, in whose zone its days are counted
  WalletRules rules;
  std::optional<Badge> badge = std::nullopt;  // it counts what was given of one
};

// A way in which a plan cuts time.
struct Clock {
  calendar::Calendar calendar;
  calendar::PeriodRule rule;
  calendar::Duration grace;
  int plan = 0;               // of Program::plans
  bool is_of_target = false;  // some target is kept for its periods
};

inline constexpr int kNoClock = -1;

// In the frame of an object: what its latest event occurred at, and 1. In that of all that opened
// in one period the latest of these, and not before the last instant of the period.
inline constexpr uint32_t kSeenCell = 0;
inline constexpr size_t kFactsMax = UINT16_MAX - 1;
// In a cell of a captured measure: there was none, the event being too late for its period.
inline constexpr int64_t kNoneCaptured = -money::kMeasureMax - 1;

// What challenges rank, and by what record it was changed last, where ties go by that.
struct ScoreCells {
  // One of the goals whose points are the score.
  struct Goal {
    uint32_t cell = 0;
    int64_t least = 1;                  // above 0
    int64_t weight = 1;                 // as progress::goal_points has it,
    int64_t most = money::kMeasureMax;  // and this
    bool operator==(const Goal&) const = default;
  };

  uint32_t cell = 0;              // the score, or what is achieved of the first goal
  uint32_t held_from = kNowhere;  // cells of the same frame: the record's occurred_at,
  uint32_t lsn = kNowhere;        // and its LSN
  uint32_t more = kNowhere;       // the cell of the goal of which more breaks ties
  std::vector<Goal> goals;        // empty: the score is in the cell

  bool has_times() const { return held_from != kNowhere; }
  bool has_more() const { return more != kNowhere; }
  bool reads(uint32_t moved) const {
    return moved == cell || std::any_of(goals.begin(), goals.end(),
                                        [&](const Goal& goal) { return goal.cell == moved; });
  }
  int64_t value(const int64_t* cells) const {
    if (goals.empty()) return cells[cell];
    base::Int128 points = 0;
    for (const Goal& goal : goals) {
      points += progress::goal_points(cells[goal.cell], goal.least, goal.weight, goal.most);
    }
    return static_cast<int64_t>(std::min<base::Int128>(points, money::kMeasureMax));
  }
  // Whether all goals are reached; where there are none, too.
  bool has_succeeded(const int64_t* cells) const {
    if (base::planted(base::PlantedBug::kOneGoalIsEnough)) {
      return cells[cell] >= (goals.empty() ? cells[cell] : goals[0].least);
    }
    return std::all_of(goals.begin(), goals.end(),
                       [&](const Goal& goal) { return cells[goal.cell] >= goal.least; });
  }
  bool operator==(const ScoreCells&) const = default;
};

// What is kept for one (account, further keys, period): a frame of cells. `keys` are names; which
// slots of an event hold their values differs by type (RoleFrame).
struct SubjectKind {
  int plan = 0;
  std::string owner;                // the role's name
  std::vector<std::string> keys;    // further names
  std::vector<bool> key_is_text;    // else a count
  int clock = kNoClock;             // kNoClock: for life
  uint32_t cells = 0;               // how many
  uint32_t at = kNowhere;           // cell of the block where its frame stands; kNowhere: apart
  std::vector<std::string> labels;  // of each cell: the measure, or rule and effect
  bool holds_known = false;         // KnownKind
  bool is_apart = false;            // never in the block: a later version of the plan brought it
  bool is_object = false;           // the keys are the hash of its id; cell kSeenCell
  std::string object;               // its name, where it is one
  bool is_of_openings = false;      // so are those that opened in one period, which is the key
  bool known_is_text = false;
  std::vector<ScoreCells> scores;

  // When a score was changed: part of what is saved and of no hash, since the same events may lie
  // elsewhere in another log.
  bool is_hidden(uint32_t cell) const {
    return std::any_of(scores.begin(), scores.end(), [&](const ScoreCells& score) {
      return cell == score.held_from || cell == score.lsn;
    });
  }

  bool is_inline() const { return keys.empty() && !is_apart; }
};

// One thing that is known of accounts (`holder`): a frame a stretch of time, whose one key is the
// first instant of it, and whose cells are what is known and the first instant when it no longer
// is. Plans that read it alike share it.
struct KnownKind {
  event::Field field;
  uint32_t subject = 0;
};
inline constexpr size_t kKnownMax = 128;    // stretches of one account
inline constexpr uint32_t kKnownValue = 0;  // a symbol for a text
inline constexpr uint32_t kKnownUntil = 1;

struct MeasureKind {
  uint32_t subject = 0;
  uint32_t cell = 0;  // of the subject's frame
  int scale = 0;      // of an amount; else 0
  bool is_never_negative = false;
  bool is_earned = false;  // clauses move it: Clause::feeds
  bool is_told = false;    // nothing moves it but TARGET: GoalKind
  bool is_frozen = false;  // nothing moves it in a period that is closed: the score of a challenge
  bool is_opened = false;  // closing the period before may add to it (ClosingKind::Rule)
  // Nothing moves it but the measure that is counted in it: of how many keys that is above 0, at
  // most values_max. It is not moved above 0 where there are so many.
  // Or the highest of these keys, or the lowest, of those of which there are some; else 0.
  bool is_of_values = false;
  uint32_t counted_in = kNowhere;
  int64_t values_max = 0;               // of both; 0: one of the values is picked
  tree::Pick pick = tree::Pick::kNone;  // of both, and of the samples
  uint32_t samples = kNowhere;          // of values of which one is picked: how many in all
  uint8_t value_key = 0;                // of the same: which of the subject's keys is the value
  int32_t last = 0;  // above 0: it is read as the sum of the last so many of its periods
  // Of the frame, where closing periods counts it up, for life: what it was before the last period
  // that changed it (before_mark). Else kNowhere.
  uint32_t before = kNowhere;
};

// A sum that moves, saturating.
inline int64_t moved_by(int64_t sum, int64_t by) {
  constexpr base::Int128 kMax = money::kMeasureMax;
  return static_cast<int64_t>(std::clamp(base::Int128{sum} + by, -kMax, kMax));
}

// What a table is called, for people. The name of one that is written in a rule is empty.
struct TableWords {
  struct Column {
    std::string name;
    int scale = 0;  // of amounts; else 0
  };
  std::string name;
  std::vector<Column> columns;
  std::vector<std::string> levels;  // of a ladder: what its values are called
  int64_t first_milestone = 0;      // of milestones that are chosen by percent; 0: it has none
};

// What a rule keeps to take back (plan::TakeBack): measures that its code alone moves, of one
// subject. `returned` and Clause::taken_back are kept for the rate paid alone.
struct TakeBackKind {
  uint32_t value = 0;
  uint32_t returned = kNowhere;
};

// Which part of a whole: the whole is over `den`, and rounded before it is shared.
struct ShareKind {
  uint8_t which = 0;
  uint8_t of = 0;
  money::Rounding rounding = money::Rounding::kDown;
  base::Int128 den = 1;
};

// [from, until).
struct Window {
  TimeMs from = 0;
  TimeMs until = 0;
};

// One effect of one rule.
struct Clause {
  int plan = 0;
  std::string rule;
  int64_t version = 1;  // of the plan, in which the rule last changed
  uint32_t text = 0;    // index into LoadedPlan::versions: whose text `lines` is of
  int effect = 0;
  Verb verb = Verb::kCredit;
  uint16_t wallet = 0;
  uint8_t kind = 0;             // of its entries: entry_kind
  uint32_t subject = kNowhere;  // entitlement: whose
  uint32_t posted = 0;          // entitlement: the cell that holds what was posted
  uint32_t taken = kNowhere;    // a debit that is owed: the cell of what was taken of it, or made a
                                // debt: no more than that is ever given back
  int layer = 0;                // of its rule
  uint32_t opened = kNowhere;   // of an object: the cell of when its rule opened, and 1
  uint32_t acts = kNowhere;     // the same: of Program::windows, when it acts; kNowhere: always
  bool keeps = false;           // entitlement: owes at least what it has posted
  bool at_close = false;        // entitlement: asked when its period is closed (ClosingKind)
  uint32_t take_back = kNowhere;   // one-shot: of Program::take_backs
  uint32_t earned = kNowhere;      // and the measures of what it has paid
  uint32_t taken_back = kNowhere;  // and, for the rate paid, of what it has taken back
  money::Rounding rounding = money::Rounding::kDown;
  base::Int128 den = 1;            // of the amount in the register
  Span lines;                      // of its rule, in that text: whole ones
  bool is_capped = false;          // it has `at most`
  uint32_t group = kNowhere;       // of Program::groups
  uint32_t place = 0;              // in it, by priority
  std::vector<LimitKind> limits;   // over more than the event; what counts stands first
  uint32_t budget = kNowhere;      // of Program::budgets, asked behind them
  uint32_t granted = kNowhere;     // entitlement of a budget: the cell of what that has granted of
                                   // what was posted, and was not taken back: no more ever is
  std::vector<uint32_t> feeds;     // measures that sum what it credits
  uint64_t lineage = 0;            // hash of plan, lineage and effect: what entry hashes hold
  std::vector<std::string> times;  // its multipliers, as they stand in the plan, for people
  std::string milestone;           // likewise, of a target: `at 50%`
};

// Whether what it posts is less than what it asks for, or may be.
inline bool is_limited(const Clause& clause) {
  return !clause.limits.empty() || clause.budget != kNowhere;
}

// What is posted for an amount that a clause asks for, or owes more than before.
inline int64_t posting_of(const Clause& clause, int64_t amount) {
  return clause.verb == Verb::kCredit ? amount : -amount;
}

// How what an entitlement owes is found again from what is kept for its subject: `code` is that of
// its rule, for events of one type that name the owner in one role.
struct OwedAgain {
  CodeAt code = 0;
  uint16_t type = 0;
  uint8_t slot = 0;  // the owner's
  uint32_t subject = 0;
  std::vector<uint32_t> measures;  // that the rule reads
  std::vector<uint32_t> clauses;   // of the rule
};

// What a version of a plan corrects (PlanVersion::corrects): subjects since `from`.
struct CorrectionKind {
  uint32_t plan = 0;     // of Program::plans
  uint32_t version = 0;  // of LoadedPlan::versions
  TimeMs from = 0;
  std::vector<uint32_t> clauses;  // of its lineages up to this version, ascending
  std::vector<ClauseCode> codes;  // of those of this version
};

// A subject with further keys as one role of one event type names it.
struct RoleFrame {
  uint32_t subject = 0;
  std::vector<uint8_t> key_slots;
};

// A subject that is an object, as one role of one event type has it.
struct RoleObject {
  uint32_t subject = kNowhere;    // there is none
  uint8_t seen = 0;               // the slot of when its plan saw the object last, before the event
  std::vector<uint32_t> clauses;  // that owe for it, ascending
  bool has_limits = false;        // some of them, by when they opened
};

// What one plan does for one role of one event type. Somebody above is in one role by his level and
// by being one of `each above`: two parts.
struct PlanPart {
  int plan = 0;              // of Program::plans
  CodeAt filter = kNowhere;  // ends at kEnd when the event counts, at kNo when not
  Index measures;            // of CodeAt
  Index rules;               // of CodeAt
  RoleObject object;
  // Of entitlements that follow objects (checked.h, Rule), in the order in which they run.
  std::vector<CodeAt> followers;
};

// What a clause that is paid from a budget may ask it for at one event, as far as the event tells
// (Machine::may_ask).
struct RoleAsk {
  uint32_t clause = 0;
  uint64_t needs = 0;     // slots: an event that lacks one of them asks nothing
  CodeAt most = 0;        // yields what it asks for at the most, or ends at kNo: it asks nothing
  int64_t den = 1;        // of that
  bool is_exact = false;  // what it asks for is that, or nothing
};

struct RoleProgram {
  uint8_t slot = 0;               // the account's
  std::vector<RoleFrame> frames;  // by ascending subject
  std::vector<uint32_t> owed;     // subjects for which its rules owe, ascending
  std::vector<uint32_t> fed;      // those of measures that clauses feed, but not of objects
  std::vector<PlanPart> parts;    // in load order; plans with nothing to do are left out
  bool has_objects = false;       // of some part
  // Some rule feeds a measure, or reads what others feed; or two parts are of one plan. What they
  // ask is put in the order of the file at the end.
  bool has_layers = false;
  bool asks_credited = false;   // it goes by what others are credited at the event,
  bool tells_credited = false;  // or others by what it is
  uint16_t type = 0;            // of Program::events
  bool counts_now = false;      // late events of the type, for some plan (CountsNow)
  std::vector<RoleAsk> asks;    // of budgets, by ascending number of these
};

// A plan for which late events of a type count in the periods that the clock is in, and when they
// are late: where a period of one of these clocks is closed.
struct CountsNow {
  int plan = 0;
  std::vector<int> clocks;
};

struct EventProgram {
  // By ascending slot, behind those of the program before, if there is one: the log knows them by
  // their place. Roles with nothing to do are left out.
  std::vector<RoleProgram> roles;
  std::vector<uint32_t> turns;  // in which order they are visited; empty: as they stand
  std::vector<CreditedSlot> credited;
  uint64_t asking = 0;       // the slots of `askers` of all of these: a bit each
  uint32_t handovers = 0;    // how many an event has that names one of them
  std::vector<int> rejects;  // clocks: an event whose period of one is closed is refused
  std::vector<CountsNow> counts_now;
};

// A goal that TARGET says. The role has the account; the further names of the target, in their
// order, are in slots 0, 1 and 2.
struct GoalKind {
  uint32_t plan = 0;            // of Program::plans
  uint32_t measure = kNowhere;  // of Program::measures: where it is kept
  bool is_entered = false;      // what is achieved, and no goal: of periods that have begun
  RoleProgram role;             // frames, and whether there are layers; no parts
  // Of entitlements that read it, and of those that read what these credit, layer by layer.
  std::vector<CodeAt> rules;
};

// What is ranked when a period of a clock is closed, and what is won (goals.h, Challenges).
struct ChallengeKind {
  struct Row {
    PrizeKind kind = PrizeKind::kRank;
    uint32_t first = 1;
    uint32_t last = 1;
    uint32_t clause = 0;
    int64_t amount = 0;
    bool even_if_not_succeeded = false;
    // What an account has of it for a period: a cell of a frame that winners alone have, of one key
    // that is 0.
    uint32_t prizes = 0;  // of Program::subjects
    uint32_t posted = 0;
  };

  uint32_t plan = 0;  // of Program::plans
  std::string name;
  std::string unit;  // of the score, as it is called outside; of a count: empty
  int scale = 0;
  uint32_t measure = 0;  // of Program::measures: the score, or that of the first goal
  int clock = 0;         // of Program::clocks
  uint32_t score = 0;    // of the scores of the measure's subject
  progress::RankingRules rules;
  bool rolls_over = false;  // what nobody wins (progress/jackpots.h)
  bool joiners = false;     // who comes to take part while it goes on may win
  bool prorated = false;    // by goals of the days that are left
  // Who takes part, at an instant: a condition that reads what is known of the account.
  std::optional<CodeAt> among = {};
  int64_t enough = 0;       // the least score for any prize
  std::vector<Row> rows;    // as the plan has them; ranks ascend
  std::string responsible;  // who answers for it; may be empty
  // Awarded is a period whose first instant lies in [since, before).
  TimeMs since = calendar::kTimeBeginning;
  TimeMs before = calendar::kTimeEternity;
};

// What is asked of an account when a period of one clock is closed for it (checked.h, At the end of
// a period): of one owner. The cell, of a subject for life, says up to which period that was done:
// through_mark(), or 0 where the account is no member.
struct ClosingKind {
  // A measure that is read, a goal or what moves: what makes an account a member.
  struct Read {
    uint32_t subject = 0;
    uint32_t cell = 0;
    auto operator<=>(const Read&) const = default;
  };
  struct Rule {
    CodeAt code = 0;  // of its effects at_close alone
    size_t role = 0;  // of `roles`
    size_t keys = 0;  // how many further names
    Window acts;      // it is asked of periods whose first instant is within
    std::vector<Read> reads;
    std::vector<Read> posted;  // what its effects have posted for the period
    // Of a streak: what it counts before anything is paid; of Program::measures, for life, of the
    // same names. kNowhere: it is none.
    uint32_t count = kNowhere;
    CodeAt goal = kNowhere;  // as TargetKind::goal; ends at kNo, too, where the rule does not act
    CodeAt reached = kNowhere;  // ends at kEnd where the target was reached, else at kNo
    // Of a surplus, behind all that is paid: what it adds to, and keeps, in the next period; of
    // Program::measures. kNowhere: it is none.
    uint32_t achieved = kNowhere;
    uint32_t carried = kNowhere;
    int64_t most = 0;
    // Of a review of levels, before anything is paid: what it keeps, and what the levels go by; of
    // Program::measures. kNowhere: it is none.
    uint32_t kept = kNowhere;
    uint32_t reviewed = kNowhere;
    uint32_t table = 0;  // of Program::tables
    Counting::Falls falls = Counting::Falls::kToMeasure;
    bool rises = false;  // with each move of what the levels go by

    // What it leaves behind that another close reads; kNowhere: nothing.
    uint32_t counted() const {
      return count != kNowhere ? count : kept != kNowhere ? kept : carried;
    }
  };
  int plan = 0;
  int clock = 0;
  uint32_t subject = 0;
  uint32_t cell = 0;
  // By the further names, which are in slots 0, 1 and 2 in their order.
  std::vector<RoleProgram> roles;
  std::vector<Rule> rules;  // as they stand in the plan
  std::vector<Read> reads;  // by any of them, ascending
};
// `times`: how many periods of the clock had been opened again by then, where that one had been;
// else 0.
constexpr int64_t through_mark(int32_t period, size_t times = 0) {
  return int64_t{period} * 0x1'0000 + static_cast<int64_t>(times) * 2 + 1;
}
constexpr int32_t through_of(int64_t mark) { return static_cast<int32_t>(mark >> 16); }
constexpr size_t times_of(int64_t mark) { return static_cast<size_t>(mark & 0xffff) / 2; }
static_assert(through_of(through_mark(-3)) == -3 && through_of(through_mark(0, 1000)) == 0);
static_assert(through_of(through_mark(-3, 7)) == -3 && times_of(through_mark(-3, 7)) == 7);

// A target, as it is shown: one row an account and period, or one of each further key there.
struct TargetKind {
  uint32_t plan = 0;  // of Program::plans
  std::string name;
  std::string unit;  // as it is called outside; of a count: empty
  int scale = 0;
  uint32_t measure = 0;         // of Program::measures: what is achieved
  uint32_t samples = kNowhere;  // the same: of how many samples; or nothing asks for that
  bool is_average = false;      // of these; else their sum
  bool is_picked = false;       // one of these
  bool at_most = false;         // less is better
  uint32_t told = kNowhere;     // the same: what TARGET said of the goal; or nothing
  uint32_t carried = kNowhere;  // the same: what was left over before; or nothing is carried
  // Yields the goal, or ends at kNo where there is none. It reads an event that names the further
  // keys in slots 0, 1 and 2, and an instant of the period.
  CodeAt goal = kNowhere;
  RoleProgram role;                   // frames alone
  std::vector<progress::Band> bands;  // ascending
  std::vector<int64_t> milestones;    // in percent of the goal: ascending, each once
  Window acts;                        // it is there for periods whose first instant is within
};

// A ladder, or what it was under a version: how the level of an account is found.
struct LadderKind {
  uint32_t plan = 0;  // of Program::plans
  std::string name;
  uint32_t table = 0;        // of Program::tables
  uint32_t measure = 0;      // of Program::measures
  uint32_t kept = kNowhere;  // the same: what reviews have left; or nothing is kept
  bool keeps_last = false;   // what the period before came to holds, too
  Window acts;               // it is this: each version that changes it has one of its own
};

// A streak, as it is shown beside its target.
struct StreakKind {
  uint32_t plan = 0;  // of Program::plans
  std::string name;
  std::string target;    // by its name
  uint32_t measure = 0;  // of Program::measures: how many periods running
  int64_t least = 2;
  bool repeats = false;
  Window acts;  // as TargetKind
};

// A slot that holds text: admission puts a symbol there.
struct TextSlot {
  uint8_t slot = 0;
  bool identity = false;  // every text gets a number of its own, not only those that plans name
};

// What a plan makes of the lines of an event, and where the event gets it.
struct LineFoldSlot {
  uint8_t slot = 0;
  tree::Fold fold = tree::Fold::kNumber;
  uint8_t field = 0;  // of a line; kNumber: none
  bool all_lines = false;
  CodeAt where = kNowhere;   // ends at kEnd where the line counts; its slots are fields of the line
  CodeAt amount = kNowhere;  // of a rule per line: yields what it comes to, or ends at kNo
  base::Int128 den = 1;      // of that
  money::Rounding rounding = money::Rounding::kDown;
};

// One way to read the lines of a type, and what is made of them so.
struct LineReading {
  size_t number = 0;  // of TypeSchema::lines
  std::vector<LineFoldSlot> folds;
};

struct LineSlots {
  uint8_t slot = 0;                   // that has the list
  std::vector<LineReading> readings;  // none: nothing is made of lines
};

// Where an event gets what a table from a file says.
struct TableAskSlot {
  uint8_t slot = 0;
  uint32_t table = 0;  // of Schema::tables
  uint8_t column = 0;
  std::vector<uint8_t> key_slots;
};

// Where an event gets who stands above one of its accounts (relations.h).
struct ClimbSlot {
  uint8_t slot = 0;
  uint8_t below = 0;      // the slot of that account
  uint32_t relation = 0;  // of Schema::relations
  uint8_t level = 1;
  bool passes = false;
  bool stands = false;  // of an object that has it already it is what it was

  bool operator==(const ClimbSlot&) const = default;
};

struct LoadedPlan {
  std::string name;
  std::string program;
  std::string text;   // of its first version
  std::string zone;   // calendar::Zone::encode: what the log keeps
  std::string rules;  // calendar::Zone::encode_rules: what makes it this plan and no other
  calendar::Calendar calendar;
  std::vector<PlanVersion> versions;  // the first one included, ascending

  std::string_view words_of(const Clause& clause) const {
    return std::string_view(versions[clause.text].text)
        .substr(clause.lines.begin, clause.lines.end - clause.lines.begin);
  }
};

// A further version of a plan, as the log has it.
struct Published {
  uint64_t lsn = 0;    // of its PLAN record
  size_t plan = 0;     // of Program::plans
  size_t version = 0;  // of LoadedPlan::versions
  size_t texts = 0;    // how many Symbols::apart() has then
};

struct Program {
  event::Schema schema;
  std::vector<EventProgram> events;             // by schema type
  std::vector<std::vector<TextSlot>> texts;     // by schema type
  std::vector<LineSlots> lines;                 // by schema type
  std::vector<std::vector<TableAskSlot>> asks;  // by schema type
  std::vector<std::vector<ClimbSlot>> climbs;   // by schema type, each slot once

  std::vector<LoadedPlan> plans;
  std::vector<WalletKind> wallets;
  std::vector<std::string> kinds;  // of entries; [0] is clawback, [1] is earn
  std::vector<Clock> clocks;
  std::vector<SubjectKind> subjects;
  std::vector<MeasureKind> measures;
  std::vector<KnownKind> known;       // as Schema::known
  std::vector<GoalKind> goals;        // as Schema::goals
  std::vector<ClosingKind> closings;  // in the order in which they are done at one instant
  std::vector<TargetKind> targets;    // plan by plan as they stand there; then what was before
  std::vector<ChallengeKind> challenges;
  std::vector<StreakKind> streaks;
  std::vector<LadderKind> ladders;
  std::vector<ObjectFact> facts;
  std::vector<ObjectSlots> objects;  // by schema type
  std::vector<Clause> clauses;
  std::vector<TakeBackKind> take_backs;
  std::vector<GroupKind> groups;  // that change something
  std::vector<BudgetKind> budgets;
  std::vector<CorrectionKind> corrections;
  // Of each entitlement that reads the measures of its own subject and nothing else that changes.
  std::vector<OwedAgain> owed_again;
  std::vector<ItemKind> items;
  std::vector<ExchangeKind> exchanges;
  std::vector<BadgeKind> badges;  // that people grant

  const Program* before = nullptr;   // that it goes on from, which outlives it
  std::vector<Published> published;  // in their order

  uint32_t block_cells = 0;  // wallets, then the frames of inline subjects

  Symbols symbols;  // what the plans name; admission starts from a copy of the first program's
  size_t first_symbols = 0;  // that the first versions of the plans name: those come first
  std::vector<Instruction> code;
  std::vector<Probe> probes;            // by ascending place in the code
  std::vector<Conjunct> conjuncts;      // the same
  std::vector<Comparison> comparisons;  // the same
  std::vector<ClauseCode> clause_codes;
  std::vector<base::Int128> constants;
  std::vector<Lookup> tables;
  std::vector<TableWords> table_words;          // one a table
  std::vector<std::vector<base::Int128>> sets;  // sorted
  std::vector<std::vector<CodeAt>> branches;    // by row; the last is for no row
  std::vector<Window> windows;
  std::vector<ShareKind> shares;
};

// Under which version the record of that LSN was taken: this one, or one of those before it.
inline const Program& program_at(const Program& newest, uint64_t lsn) {
  const Program* program = &newest;
  while (program->before != nullptr && program->published.back().lsn >= lsn) {
    program = program->before;
  }
  return *program;
}

// What the version that was published at this LSN corrects; null: nothing was, or it corrects
// nothing.
inline const CorrectionKind* correction_of(const Program& program, uint64_t lsn) {
  for (const Published& each : program.published) {
    if (each.lsn != lsn) continue;
    for (const CorrectionKind& kind : program.corrections) {
      if (kind.plan == each.plan && kind.version == each.version) return &kind;
    }
  }
  return nullptr;
}

// Whether it ranks and awards this period of its clock: by the first instant of that.
inline bool acts_in(const Program& program, const ChallengeKind& challenge, int32_t period) {
  const Clock& clock = program.clocks[static_cast<size_t>(challenge.clock)];
  const TimeMs first = calendar::period_of_index(clock.calendar, clock.rule, period).from;
  return challenge.since <= first && first < challenge.before;
}

// The challenge that awards this clause; null: it is an event's, or a subject's.
inline const ChallengeKind* challenge_of(const Program& program, uint32_t clause) {
  if (program.clauses[clause].subject != kNowhere) return nullptr;  // nearly always
  for (const ChallengeKind& challenge : program.challenges) {
    for (const ChallengeKind::Row& row : challenge.rows) {
      if (row.clause == clause) return &challenge;
    }
  }
  return nullptr;
}

// Whether an entry is what time did, and so no part of what the record at hand did.
inline bool is_of_due_work(const Program& program, const ledger::Entry& entry) {
  if (!entry.is_of_rule()) return entry.clause == ledger::kOfDueWork;
  return program.clauses[entry.clause].at_close &&
         entry.kind != static_cast<uint8_t>(ledger::Kind::kCorrect) &&
         entry.kind != static_cast<uint8_t>(ledger::Kind::kReverse);
}

inline constexpr auto kClawbackKind = static_cast<uint8_t>(ledger::Kind::kClawback);

// The kind of an entry that posts `posted` for a clause: what a credit takes back is a clawback.
inline uint8_t entry_kind(const Clause& clause, int64_t posted) {
  return clause.verb == Verb::kCredit && posted < 0 ? kClawbackKind : clause.kind;
}

// When a credit to a wallet that is earned at this instant can be spent, and when the rest of it
// expires (calendar::kTimeEternity: never). wallet_rules.h says how.
inline TimeMs matures_at(const Program& program, uint16_t wallet, TimeMs earned_at) {
  const WalletKind& kind = program.wallets[wallet];
  return matures_at(kind.rules, program.plans[kind.plan].calendar.zone, earned_at);
}
inline TimeMs expires_at(const Program& program, uint16_t wallet, TimeMs earned_at) {
  const WalletKind& kind = program.wallets[wallet];
  return expires_at(kind.rules, program.plans[kind.plan].calendar.zone, earned_at);
}

// From when on a lot of a wallet is in its notice time; nothing: it never is.
inline std::optional<TimeMs> warns_at(const Program& program, uint16_t wallet, TimeMs earned_at,
                                      TimeMs expires_at) {
  const WalletKind& kind = program.wallets[wallet];
  const calendar::Zone& zone = program.plans[kind.plan].calendar.zone;
  if (expires_at >= base::kTimeEnd) return std::nullopt;
  const std::optional<TimeMs> at = warns_at(kind.rules, zone, expires_at);
  return at ? std::optional(std::max(*at, earned_at)) : std::nullopt;
}

// As a lot has it (ledger::Lot::warns_at). Free where the plan gives no notice.
inline TimeMs warns_or_never(const Program& program, uint16_t wallet, TimeMs earned_at,
                             TimeMs expires_at) {
  if (!program.wallets[wallet].rules.warn) return ledger::kNever;
  return warns_at(program, wallet, earned_at, expires_at).value_or(ledger::kNever);
}

// The new date of what comes back to a wallet at this instant, after its own; ledger::kNever where
// the plan gives none, and it expires at once.
inline TimeMs grace_until(const Program& program, uint16_t wallet, TimeMs at) {
  const WalletKind& kind = program.wallets[wallet];
  if (!kind.rules.grace) return ledger::kNever;
  return calendar::after(program.plans[kind.plan].calendar.zone, at, *kind.rules.grace);
}

// The code, pools and indexes in words, for golden tests and `plan print --program`.
std::string print_program(const Program& program);

// True when every operand, clause and wallet names something that is there and every jump goes
// forward; else *problem says what is wrong. What the compiler makes always passes.
bool verify(const Program& program, std::string* problem);

}  // namespace guerdon::plan
