// What is to be achieved, each account on its own: the targets of a plan.
//
// A target is a measure of what is achieved and a rule with what is paid for it; this is what the
// two hang together by, and what is shown of it. Pure values; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/calendar/period.h"
#include "engine/progress/bands.h"
#include "engine/syntax/source.h"

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

}  // namespace guerdon::plan
