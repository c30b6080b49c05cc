// What is to be achieved, each account on its own or one against the other: the targets and the
// challenges of a plan.
//
// A target is a measure of what is achieved and a rule with what is paid for it, a challenge one of
// what is counted and a rule with what is won; this is what the two hang together by, and what is
// shown of it. Pure values; any thread.
//
// ## Averages
// `measure m = average of v on E where c` is two measures: m, the sum of v, and `m.samples`, the
// number of the events that add to it. What reads m reads a kAverage of the two, exactly. Of a
// target whose goal is `at most`, what is achieved has such samples whether it is an average or a
// sum: the first flow's events. A milestone of it, all of which are at close, is at most
// goal * 100 / p, and has a sample; without one nothing is reached, and no percent known.
//
// ## The highest and the lowest
// `measure m = highest of X on E where c` is three measures: m; `m.samples`, as of an average; and
// `m.values`, the number of these events kept per X, too. m is the highest X of which that is above
// 0. What reads m reads a kSampled of m and its samples.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/calendar/period.h"
#include "engine/progress/bands.h"
#include "engine/syntax/source.h"
#include "engine/syntax/tree.h"

namespace guerdon::plan {

struct Term;

// Of a percent (TermKind::kPercent).
using progress::Band;

// TARGET says the goal of each period that has an instant in [from, until).
struct ToldIn {
  calendar::TimeMs from = 0;
  calendar::TimeMs until = 0;  // kTimeEternity: no version has ended it

  bool operator==(const ToldIn&) const = default;
};

struct Target {
  std::string name;
  int64_t version = 1;  // of the plan in which it last changed
  int measure = -1;     // index into Plan::measures: what is achieved
  int samples = -1;     // the same: of what it is made, where that is asked (Averages, above)
  bool is_average = false;
  bool at_most = false;  // less is better
  // A kNumber above 0, a kGoal, or of a goal from a file a kElse of two; of the measure's type.
  std::unique_ptr<Term> goal;
  // Of a goal that is from a file, in this version or one before: index into Plan::measures, what
  // TARGET said, and when. Ascending.
  int told = -1;
  std::vector<ToldIn> told_in;
  // It is no target but the way to what is achieved of one, T, that is entered by hand: called
  // `T.achieved` by TARGET, `told` being T's measure. Nothing else is said of it.
  bool is_entry = false;
  // What is achieved above the goal is carried into the next period, up to `most_carried`: index
  // into Plan::measures, of the same subject and type. None: it is dropped.
  int carried = -1;
  int64_t most_carried = 0;
  std::vector<Band> bands;          // ascending; none: progress::default_bands()
  std::vector<int64_t> milestones;  // in percent of the goal: ascending, each once
  // It is this for periods whose first instant is in [since, before), of which it pays those in
  // [from, until). merge() (engine/versions) says when it ends.
  calendar::TimeMs since = calendar::kTimeBeginning;
  calendar::TimeMs before = calendar::kTimeEternity;
  calendar::TimeMs from = calendar::kTimeBeginning;
  calendar::TimeMs until = calendar::kTimeEternity;
  Span span;

  // Whether the last version of the plan has the goal from a file.
  bool is_told() const {
    return !told_in.empty() && told_in.back().until == calendar::kTimeEternity;
  }
};

// What a streak counts when a period is closed. `streak K per account` of a target T is a measure
// `K.running` for life, of T's names, and an entitlement K of T's subject, all of whose effects are
// at_close, and that nothing runs but closing a period. Where one is closed K counts first: where
// `goal` is missing, or the first instant of the period lies outside of the rule's days,
// `K.running` stays; where `reached` is true it grows by 1; else it is 0. All streaks of one close
// count before anything of it is paid; then the rule is asked as any at close. Its `when` begins
// with `reached`, and that so many periods are running: `least`, or, where it repeats, a multiple
// of that. Nothing asks it again: what comes late for a closed period, TARGET, REVERSE and versions
// leave what was counted and paid. A period that is closed once more (REOPEN) finds the number, and
// what was carried and kept, as it was before it was closed first.
//
// Or it is what a target T carries over: a rule `T.surplus` without effects, of T's subject. Where
// a period is closed, and all of that is paid, min(most, achieved - goal), if there is a goal and
// that is above 0, is added to the measure `achieved` in the next period that is not empty, and is
// what `T.carried` has there. It is final, too; and it asks no rule: what is owed for the next
// period is asked as ever, by what moves there, and at its close.
//
// Or it is the review of a ladder `target`, as Ladders says: a rule `L.review` without effects.
struct Counting {
  // What a review does with a level that its measure has not reached.
  using Falls = tree::Ladder::Falls;

  std::string target;  // its name
  int measure = -1;    // Plan::measures: how many periods running
  int64_t least = 2;   // for so many it pays
  bool repeats = false;
  std::unique_ptr<Term> goal;
  std::unique_ptr<Term> reached;  // a condition
  // Of a surplus; `reached` is null, and `measure` what is carried.
  int achieved = -1;
  int64_t most = 0;
  // Of a review; `goal` is 1 where it acts, `reached` is null, and `measure` the number of the
  // level that is kept.
  int reviewed = -1;  // Plan::measures: what the levels go by
  int table = -1;     // Plan::tables: of the levels
  Falls falls = Falls::kToMeasure;
  bool rises = false;  // with each move of what the levels go by, too

  bool is_surplus() const { return achieved >= 0; }
  bool is_review() const { return reviewed >= 0; }
  bool is_streak() const { return !is_surplus() && !is_review(); }
};

// ## Ladders
// `ladder L per account` is a table L of ranges: a row `from` for each level but the first, which
// is what it says otherwise; its one value is the number of the level, from 0 up. A level of an
// account is a kLookup in it, asked with a measure of the same names, before or after the event as
// measures are, and a count. So it follows the measure at once, up and down, and nothing is kept.
// Where it is looked at each period, the ladder is asked with the larger of the measure and what
// that came to in the period before (kLast): what was reached in a period is kept through the next.
// Where what reviews leave is kept, it is a measure `L.kept` for life, of the ladder's names: the
// number of a level, 0 to begin with. Then a level is the larger of that and of the look-up. When a
// period is closed for an account, behind all streaks and before anything is paid, a rule L.review
// changes it. With `own` the level of the measure in the period that is closed (of one for life: as
// it stands), and `open` the highest of those in later periods, it is
//   to measure   max(own, open)
//   one down     max(own, open, kept - 1)
//   never down   max(own, open, kept)
// Where a refund lowers at the review alone (`rises`), it also becomes the level of the measure
// behind each record that moves that, where this is higher: of a measure with a period only while
// that is not closed for the account.
// What levels are paid is an entitlement L, kept for what the measure is kept for, that takes back
// nothing: of each effect `when` says that the level is reached. So a level pays once for each
// period of the measure, or once ever.
struct Ladder {
  std::string name;         // of its table, too
  int table = -1;           // Plan::tables
  int measure = -1;         // Plan::measures: what its levels go by
  int kept = -1;            // the same: what reviews leave; or nothing is kept
  bool keeps_last = false;  // asked with the larger of two periods
  // When it is this: versions change it. In the order of a plan's versions.
  calendar::TimeMs from = calendar::kTimeBeginning;
  calendar::TimeMs before = calendar::kTimeEternity;

  bool is_as(const Ladder& other) const {
    return name == other.name && table == other.table && measure == other.measure &&
           kept == other.kept && keeps_last == other.keeps_last;
  }
};

// ## Challenges
// `challenge C per account per month` is a measure `C.score` and a rule C that is settled, both of
// its subject: an account and a period, nothing more. An effect of C is what one of its lines wins,
// a fixed amount of whole minor units. No event runs C. When the period is closed, at its
// deadline, all accounts whose score is above 0 are ranked together, the highest first, and who has
// a rank is credited what it wins: as of the deadline, of the kind `prize` unless the line says
// another, where C acts at the period's first instant. With the record that first reaches the
// deadline, that comes before it, and of several periods in the order of their deadlines.
//
// Or a challenge has goals, each a measure `C.goal`. Then its score is their points: of each goal
// its weight times 10,000 for all of it, and in proportion for less and for more, rounded down,
// and for no more than `up_to` percent of it (progress::goal_points). Who has reached all of them
// has succeeded. Prizes are of those alone, ranked among themselves; those `even if not succeeded`
// of all who have a score, ranked together.
//
//   everyone who succeeded   each of them is credited the amount
//   share AMOUNT by score    all of a ranking divide it: to each the part that its score is of all
//                            their scores, rounded down; units that are left over go one each to
//                            the first of them
//   among C                  who takes part: C, the rule's `when`, reads what is known of the
//                            account, and is true of it at the first instant of the period and at
//                            the last, as it is known when the period is settled. Who does not take
//                            part is in no ranking, and wins nothing. With `joiners full` it is
//                            asked at the last instant alone. With `joiners prorated`, too; and who
//                            does not take part at the first instant has goals of
//                            goal * days left / days of the period, rounded up: days from the first
//                            on at whose last instant C is true, in the plan's zone. Its points,
//                            and whether it has succeeded, are by these. Ranked is who has a point
//                            of the whole goals
//   nobody rollover          where a ranking is empty, nobody having succeeded (or, of the other,
//                            nobody having a score), what its ranks win and what it divides is
//                            won once more by those of the next period in which it is not. It
//                            begins with the first period in which somebody has a score; periods
//                            that are passed over count. An amount is at most kAmountMax
//   at least S for any prize who has a lower score wins nothing, and stands in nobody's way
//
// A score is final at the deadline: what comes later and counts in a closed period, and what is
// taken back then, moves every other measure, but no score.
//
//   ties share     equal scores take up ranks together; each gets the prize of the best of these
//   ties split     the prizes of these ranks are added and divided, spare units one each by the
//                  bytes of the names
//   ties earliest  first who held its score first: by the occurred_at of what last changed it, then
//                  by that record's place in the log
//   ties more G    first who has achieved more of goal G, then by the bytes of the names
//   ties id        by the bytes of the names
//   ranks 1-1-3    of two at the top the next has rank 3; 1-1-2: rank 2; 1-2-3: equal scores have
//                  ranks of their own. Prizes of the last three words of ties go by place,
//                  whatever ranks are shown.

using PrizeKind = tree::Place::Kind;

// What one line wins: each of the ranks from `first` to `last`, each who succeeded, or all
// together.
struct Prize {
  PrizeKind kind = PrizeKind::kRank;
  int64_t first = 1;  // of ranks; else 1 and 1
  int64_t last = 1;
  int effect = 0;  // of the rule that is called as the challenge
  bool even_if_not_succeeded = false;

  bool operator==(const Prize&) const = default;
};

// One of the goals whose points are the score.
struct ChallengeGoal {
  std::string name;
  int measure = -1;   // index into Plan::measures
  int64_t least = 1;  // in what is counted: minor units, or a number
  int64_t weight = 1;
  int64_t up_to = 0;  // percent of it, from 100 on, and more does not count; 0: all counts

  bool operator==(const ChallengeGoal&) const = default;
};

struct Challenge {
  std::string name;
  int64_t version = 1;  // of the plan that declared it
  int measure = -1;     // index into Plan::measures: the score, or that of the first goal
  std::vector<ChallengeGoal> goals;  // empty: the score is what is measured
  std::vector<Prize> prizes;         // ranks ascend; no two of one ranking have a rank in common
  int64_t enough = 0;                // the least score for any prize
  int more = -1;                     // of `ties more`: which of the goals
  bool rolls_over = false;
  bool joiners = false;   // who comes to take part while it goes on may win, too
  bool prorated = false;  // and has smaller goals
  // kId where it is not written, and no rank wins anything.
  tree::Ties ties = tree::Ties::kShare;
  tree::Ranks ranks = tree::Ranks::kSkip;
  std::string responsible;  // who answers for it, as written; a fact that nothing reads
  Span span;
};

}  // namespace guerdon::plan
