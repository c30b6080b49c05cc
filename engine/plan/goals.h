// What is to be achieved, each account on its own or one against the other: the targets and the
// challenges of a plan.
//
// A target is a measure of what is achieved and a rule with what is paid for it, a challenge one of
// what is counted and a rule with what is won; this is what the two hang together by, and what is
// shown of it. Pure values; any thread.
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
  int samples = -1;     // the same: of what it is made, where that is asked (checked.h, Averages)
  bool is_average = false;
  bool at_most = false;  // less is better
  // A kNumber above 0, a kGoal, or of a goal from a file a kElse of two; of the measure's type.
  std::unique_ptr<Term> goal;
  // Of a goal that is from a file, in this version or one before: index into Plan::measures, what
  // TARGET said, and when. Ascending.
  int told = -1;
  std::vector<ToldIn> told_in;
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

// ## Challenges
// `challenge C per account per month` is a measure `C.score` and a rule C that is settled, both of
// its subject: an account and a period, nothing more. An effect of C is what one line of ranks
// wins, a fixed amount of whole minor units. No event runs C. When the period is closed, at its
// deadline, all accounts whose score is above 0 are ranked together, the highest first, and who has
// a rank is credited what it wins: as of the deadline, of the kind `prize` unless the line says
// another, where C acts at the period's first instant. With the record that first reaches the
// deadline, that comes before it, and of several periods in the order of their deadlines.
//
// Or a challenge has goals, each a measure `C.goal`. Then its score is their points: of each goal
// its weight times 10,000 for all of it, and in proportion for less and for more, rounded down
// (progress::goal_points). Who has reached all of them has succeeded. Prizes are of those alone,
// ranked among themselves; those `even if not succeeded` of all who have a score, ranked together.
//
// A score is final at the deadline: what comes later and counts in a closed period, and what is
// taken back then, moves every other measure, but no score.
//
//   ties share     equal scores take up ranks together; each gets the prize of the best of these
//   ties split     the prizes of these ranks are added and divided, spare units one each by the
//                  bytes of the names
//   ties earliest  first who held its score first: by the occurred_at of what last changed it, then
//                  by that record's place in the log
//   ties id        by the bytes of the names
//   ranks 1-1-3    of two at the top the next has rank 3; 1-1-2: rank 2; 1-2-3: equal scores have
//                  ranks of their own. Prizes of the last two words of ties go by place, whatever
//                  ranks are shown.

// What the ranks from `first` to `last` win, each of them.
struct Prize {
  int64_t first = 1;
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

  bool operator==(const ChallengeGoal&) const = default;
};

struct Challenge {
  std::string name;
  int64_t version = 1;  // of the plan that declared it
  int measure = -1;     // index into Plan::measures: the score, or that of the first goal
  std::vector<ChallengeGoal> goals;  // empty: the score is what is measured
  std::vector<Prize> prizes;         // ascending; no two of one ranking have a rank in common
  tree::Ties ties = tree::Ties::kShare;
  tree::Ranks ranks = tree::Ranks::kSkip;
  Span span;
};

}  // namespace guerdon::plan
