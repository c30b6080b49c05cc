#include "engine/versions/merge.h"

#include <utility>

#include "engine/base/assert.h"
#include "engine/base/civil.h"
#include "engine/base/timestamp.h"
#include "engine/versions/copy.h"
#include "engine/versions/merge_state.h"

namespace guerdon::plan {
namespace {

// What has no place of its own in a checked tree is told at the first line.
Span header_of(const SourceText& source) {
  for (int line = 1; line <= source.lines(); ++line) {
    const std::string_view text = source.line(line);
    if (!text.starts_with("plan ")) continue;
    const auto begin = static_cast<size_t>(text.data() - source.text().data());
    return {static_cast<uint32_t>(begin), static_cast<uint32_t>(begin + text.size())};
  }
  return {};
}

bool same_calendar(const calendar::Calendar& a, const calendar::Calendar& b) {
  return a.week_start == b.week_start && a.month_start_day == b.month_start_day &&
         a.year_start_month == b.year_start_month && a.zone.encode_rules() == b.zone.encode_rules();
}

bool is_next(Merging& merging) {
  const Plan& plan = merging.plan;
  const Plan& next = merging.next;
  const auto refuse = [&](DiagnosticCode code, std::string message, std::string advice) {
    return merging.refuse(code, merging.header, std::move(message), std::move(advice));
  };
  if (next.name != plan.name || next.program != plan.program) {
    return refuse(kNotNext, "this is no version of plan " + plan.name + " of " + plan.program,
                  "its name and its `program` stay as they are");
  }
  if (next.version <= plan.version) {
    return refuse(kNotNext,
                  "this is version " + std::to_string(next.version) + ", and version " +
                      std::to_string(plan.version) + " is published already",
                  "give it a higher number");
  }
  if (next.from <= plan.from) {
    return refuse(kNotNext,
                  "this version holds from " + base::format_timestamp(next.from) +
                      " on, and the one before it from " + base::format_timestamp(plan.from),
                  "let it begin on a later day");
  }
  if (!same_calendar(next.calendar, plan.calendar) || next.grace != plan.grace) {
    return refuse(kSettled,
                  "this version has another zone, other days on which periods begin, or another "
                  "grace",
                  "what has been counted is cut by them: leave the settings as they were");
  }
  if (plan.versions.size() < kVersionsMax) return true;
  return refuse(kTooMany, "a plan has at most " + std::to_string(kVersionsMax) + " versions",
                "begin a new plan");
}

}  // namespace

Merging::Merging(const Plan& before, Plan version, const SourceText& source, Diagnostics& list)
    : plan(copy_of(before)),
      next(std::move(version)),
      diagnostics(list),
      header(header_of(source)),
      meanings(plan),
      map(next) {
  for (const Measure& measure : plan.measures) earned.push_back(lineages_of(plan, measure));
}

std::optional<Plan> merge(const Plan& before, Plan next, const SourceText& source,
                          Diagnostics& diagnostics) {
  GUERDON_ASSERT(!before.versions.empty() && next.versions.size() == 1);
  Merging merging(before, std::move(next), source, diagnostics);
  const bool is_sound = is_next(merging) && find_lineages(merging) && merge_declarations(merging) &&
                        merge_measures(merging) && merge_targets(merging) && merge_rules(merging) &&
                        derive(merging);
  if (!is_sound) return std::nullopt;
  Plan& plan = merging.plan;
  plan.version = merging.next.version;
  plan.from = merging.next.from;
  plan.change = merging.next.change;
  plan.late = merging.next.late;
  plan.text = std::move(merging.next.text);
  PlanVersion version = std::move(merging.next.versions.front());
  version.corrects = std::move(merging.corrects);
  version.corrects_all = merging.corrects_all;
  plan.versions.push_back(std::move(version));
  return std::move(plan);
}

}  // namespace guerdon::plan
