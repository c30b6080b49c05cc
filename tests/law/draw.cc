#include "tests/law/draw.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/compiler/compiler.h"
#include "engine/plan/checker.h"
#include "engine/program/machine.h"
#include "engine/versions/merge.h"
#include "tests/generate/case_files.h"
#include "tests/generate/random_commands.h"
#include "tests/generate/random_events.h"
#include "tests/generate/random_goal_files.h"
#include "tests/generate/random_goals.h"
#include "tests/generate/random_joiners.h"
#include "tests/generate/random_plan.h"
#include "tests/generate/random_reopenings.h"
#include "tests/generate/random_rows.h"
#include "tests/generate/random_trees.h"
#include "tests/generate/random_versions.h"

namespace guerdon::law {
namespace {

using base::TimeMs;
using generate::Case;
using generate::Rng;
using reference::Event;

constexpr int kTriesPerPlan = 200;
constexpr int kTriesPerVersion = 12;
constexpr int kPlainPercent = 50;        // of rules, where versions are to correct what was
constexpr int kRetroPercent = 85;        // of versions then
constexpr int kLateInPercent = 85;       // of versions whose day may be over come when it is
constexpr TimeMs kSkewMax = 5 * 60'000;  // that an event may be ahead

std::optional<plan::Plan> load(const std::string& text) {
  plan::Diagnostics diagnostics;
  return plan::load_plan(plan::SourceText("random.plan", text), diagnostics);
}

std::optional<plan::Plan> follow(const plan::Plan& before, const std::string& text,
                                 bool* is_not_retro = nullptr) {
  const plan::SourceText source("version.plan", text);
  plan::Diagnostics diagnostics;
  std::optional<plan::Plan> next = plan::load_plan(source, diagnostics);
  if (!next) return std::nullopt;
  std::optional<plan::Plan> merged = plan::merge(before, *std::move(next), source, diagnostics);
  if (is_not_retro != nullptr) {
    const std::vector<plan::Diagnostic>& all = diagnostics.list();
    *is_not_retro = std::any_of(all.begin(), all.end(), [](const plan::Diagnostic& each) {
      return each.code == plan::DiagnosticCode::kCannotBeRetro;
    });
  }
  return merged;
}

bool compile_together(const std::vector<std::string>& texts) {
  std::string error;
  return plan::compile(load_all(texts), &error).has_value();
}

std::string loading_plan(Rng& rng, generate::PlanShape shape, const std::string& name) {
  shape.name = name;
  for (int i = 0; i < kTriesPerPlan; ++i) {
    std::string text = generate::random_plan(rng, shape);
    if (load(text)) return text;
  }
  GUERDON_UNREACHABLE();  // nearly every one loads
}

std::vector<std::string> random_plans(Rng& rng, const DrawShape& drawn, bool is_plain) {
  generate::PlanShape shape;
  shape.objects_percent = drawn.objects_percent;
  if (!drawn.has_goals) {
    shape.targets_percent = shape.challenges_percent = shape.ladders_percent = 0;
  }
  if (is_plain) shape.plain_percent = kPlainPercent;
  const int wanted = std::min(drawn.plans_max, rng.chance(50) ? 1 : rng.small(2, 3));
  std::vector<std::string> texts;
  for (int i = 0; i < wanted; ++i) {
    texts.push_back(loading_plan(rng, shape, "p" + std::to_string(i)));
    if (!compile_together(texts)) texts.pop_back();
  }
  GUERDON_ASSERT(!texts.empty());
  return texts;
}

std::set<std::string> account_names(const std::vector<plan::Plan>& plans) {
  std::set<std::string> names;
  for (const plan::Plan& plan : plans) {
    for (const plan::Attribute& attribute : plan.attributes) {
      if (attribute.type.kind == plan::TypeKind::kAccount) names.insert(attribute.wire);
    }
  }
  return names;
}

// Five accounts become up to five times `kinds`. What an event gets follows from its id and the
// role alone, so that a repeated event stays the same.
void spread_accounts(std::vector<Event>& events, const std::set<std::string>& roles, uint64_t kinds,
                     const std::string& between) {
  for (Event& event : events) {
    for (auto& [name, value] : event.values) {
      if (value.empty() || !roles.contains(name)) continue;
      const uint64_t kind = base::hash64(absl::StrCat(event.id, "/", name)) % kinds;
      absl::StrAppend(&value, between, kind);
    }
  }
}

void spread_accounts(Rng& rng, const std::vector<plan::Plan>& plans, std::vector<Event>& events) {
  const uint64_t kinds = rng.pick(std::vector<uint64_t>{1, 1, 4, 25, 400});
  if (kinds == 1) return;
  // Long names are kept in another place than short ones.
  spread_accounts(events, account_names(plans), kinds,
                  rng.chance(30) ? " of a name that is long " : "-");
}

TimeMs latest_time(const std::vector<Event>& events, size_t count) {
  TimeMs latest = base::kTimeMin;
  for (size_t i = 0; i < count; ++i) {
    TimeMs time = 0;
    if (base::parse_timestamp(events[i].time, &time)) latest = std::max(latest, time);
  }
  return latest;
}

Event tick_at(TimeMs time) {
  Event event;
  event.source = kTickSource;
  event.time = std::to_string(std::clamp(time, base::kTimeMin, base::kTimeEnd - 1));
  return event;
}

// The rest becomes a trace of its own, maybe of another name; up to three ticks stand between.
void break_trace(Rng& rng, std::vector<Event>& events) {
  const size_t at = 1 + static_cast<size_t>(rng.below(events.size()));
  if (rng.chance(50)) {
    for (size_t i = at; i < events.size(); ++i) events[i].source = "shop";
  }
  const TimeMs now = latest_time(events, at);
  std::vector<Event> ticks;
  for (int i = rng.small(0, 3); i > 0; --i) {
    const int64_t days = rng.chance(80) ? rng.between(0, 3) : rng.between(-40, 400);
    ticks.push_back(tick_at(now + days * base::kMsPerDay));
  }
  events.insert(events.begin() + static_cast<std::ptrdiff_t>(at), ticks.begin(), ticks.end());
}

// A stretch of rows that only move the log on: long enough for some slices of a sweep, now and then
// for a whole one.
void add_quiet_rows(Rng& rng, std::vector<Event>& events) {
  const size_t at = static_cast<size_t>(rng.below(events.size() + 1));
  Event quiet;
  quiet.source = at == 0 ? events.front().source : events[at - 1].source;
  if (quiet.source == kTickSource) return;
  quiet.type = kQuietType;
  quiet.time = std::to_string(latest_time(events, at));
  const int count = rng.chance(8) ? rng.small(2'050, 2'300) : rng.small(40, 700);
  events.insert(events.begin() + static_cast<std::ptrdiff_t>(at), static_cast<size_t>(count),
                quiet);
}

// What is asked of the day of a version.
struct Day {
  TimeMs from = 0;
  bool may_be_over = false;
  std::vector<calendar::PeriodRule> corrected;  // of rules per account and period
  calendar::Calendar calendar;
  calendar::Duration grace;
};

Day day_of(const plan::Plan& merged) {
  const plan::PlanVersion& version = merged.versions.back();
  Day day{version.from,
          version.corrects_all && !version.corrects.empty(),
          {},
          merged.calendar,
          merged.grace};
  for (const plan::Rule& rule : merged.rules) {
    const bool is_period =
        rule.version == version.number && rule.subject.owner >= 0 &&
        std::binary_search(version.corrects.begin(), version.corrects.end(), rule.lineage);
    if (is_period) day.corrected.push_back(rule.subject.period);
  }
  return day;
}

// Before anything came, a version may hold from any day. Then it has to be one that is ahead; but
// one that corrects all that it changes may hold from one that is over, as far as what was owed
// then is kept.
bool may_come(const std::vector<Event>& events, size_t count, const Day& day) {
  const TimeMs latest = latest_time(events, count);
  if (latest == base::kTimeMin) return true;
  const auto is_kept = [&](const calendar::PeriodRule& rule) {
    calendar::ClosingCursor closing(day.calendar, rule, day.grace);
    const int32_t first = calendar::period_at(day.calendar, rule, day.from).index;
    return first > plan::first_kept(closing.closed_at(latest));
  };
  return std::all_of(day.corrected.begin(), day.corrected.end(), is_kept) &&
         (day.may_be_over || latest + kSkewMax < day.from);
}

// The events that publish versions of one plan stand at random, in the order of these. How many of
// them found a place.
size_t publish(Rng& rng, const std::vector<Day>& days, std::vector<Event>& events) {
  size_t least = 0;
  for (size_t v = 0; v < days.size(); ++v) {
    if (!may_come(events, least, days[v])) return v;
    size_t most = least;
    while (most < events.size() && may_come(events, most + 1, days[v])) ++most;
    if (days[v].may_be_over && rng.chance(kLateInPercent)) {
      size_t late = least;
      while (late < most && latest_time(events, late) < days[v].from) ++late;
      least = late;
    }
    const size_t at = least + static_cast<size_t>(rng.below(most - least + 1));
    Event event;
    event.source = generate::kPublishSource;
    event.id = std::to_string(v);
    events.insert(events.begin() + static_cast<std::ptrdiff_t>(at), event);
    least = at + 1;
  }
  return days.size();
}

void count(const plan::PlanVersion& version, VersionTally& tally) {
  tally.taken += 1;
  if (version.corrects.empty()) return;
  tally.correcting += 1;
  if (version.corrects_all) tally.may_be_over += 1;
}

// One or two further versions of one of the plans, and their days.
std::vector<std::string> random_further(Rng& rng, const std::vector<std::string>& texts,
                                        bool is_to_correct, VersionTally& tally,
                                        std::vector<Day>& days) {
  std::vector<plan::Plan> plans = load_all(texts);
  plan::Plan& plan = plans[static_cast<size_t>(rng.below(plans.size()))];
  std::vector<std::string> versions;
  const int wanted = rng.chance(60) ? 1 : rng.small(2, 3);
  for (int tries = kTriesPerVersion; tries > 0; --tries) {
    const auto number = static_cast<int64_t>(versions.size()) + 2;
    std::optional<std::string> text;
    if (is_to_correct && rng.chance(kRetroPercent)) {
      text = generate::random_retro_version(rng, plan, number);
    }
    if (!text) text = generate::random_version(rng, plan, number);
    bool is_not_retro = false;
    std::optional<plan::Plan> merged = text ? follow(plan, *text, &is_not_retro) : std::nullopt;
    std::string error;
    if (merged) {
      std::swap(plan, *merged);
      if (!plan::compile(plans, &error)) {
        std::swap(plan, *merged);
        merged.reset();
      }
    }
    if (!merged) {
      tally.refused += 1;
      tally.not_retro += is_not_retro ? 1 : 0;
      continue;
    }
    count(plan.versions.back(), tally);
    days.push_back(day_of(plan));
    versions.push_back(*text);
    if (static_cast<int>(versions.size()) == wanted) break;
  }
  return versions;
}

}  // namespace

bool goes_together(const Case& drawn) {
  std::vector<plan::Plan> plans = load_all(drawn.plans);
  std::string error;
  if (!plan::compile(plans, &error)) return false;
  for (const Event& event : drawn.events) {
    if (event.source != generate::kPublishSource) continue;
    const auto at = static_cast<size_t>(&event - drawn.events.data());
    const std::string& text = drawn.versions.at(std::stoul(event.id));
    const std::optional<plan::Plan> next = load(text);
    if (!next) return false;
    const auto plan = std::find_if(plans.begin(), plans.end(),
                                   [&](const plan::Plan& each) { return each.name == next->name; });
    if (plan == plans.end()) return false;
    std::optional<plan::Plan> merged = follow(*plan, text);
    if (!merged || !may_come(drawn.events, at, day_of(*merged))) return false;
    *plan = *std::move(merged);
    if (!plan::compile(plans, &error)) return false;
  }
  return true;
}

std::vector<plan::Plan> load_all(const std::vector<std::string>& plans) {
  std::vector<plan::Plan> loaded;
  for (const std::string& text : plans) {
    std::optional<plan::Plan> plan = load(text);
    GUERDON_ASSERT(plan.has_value());
    loaded.push_back(std::move(*plan));
  }
  return loaded;
}

Case random_case(Rng& rng, const DrawShape& shape, VersionTally* tally) {
  Case drawn;
  VersionTally versions;
  std::vector<Day> days;
  const bool has_versions = shape.versions_percent > 0 && rng.chance(shape.versions_percent);
  const bool is_to_correct =
      has_versions && shape.retro_percent > 0 && rng.chance(shape.retro_percent);
  drawn.plans = random_plans(rng, shape, is_to_correct);
  std::vector<plan::Plan> plans = load_all(drawn.plans);
  if (has_versions) {
    drawn.versions = random_further(rng, drawn.plans, is_to_correct, versions, days);
  }
  for (plan::Plan& version : load_all(drawn.versions)) plans.push_back(std::move(version));
  const auto count = static_cast<size_t>(rng.small(shape.events_min, shape.events_max));
  drawn.events = generate::random_events(rng, plans, count);
  spread_accounts(rng, plans, drawn.events);
  if (shape.has_breaks && rng.chance(40)) break_trace(rng, drawn.events);
  if (shape.has_breaks && rng.chance(30)) add_quiet_rows(rng, drawn.events);
  if (versions.correcting > 0) {
    generate::add_commands(rng, account_names(plans), kTickSource, shape.takes_back, drawn.events);
  }
  if (shape.has_rows) generate::add_rows(rng, plans, drawn.events);
  if (shape.has_rows) generate::add_goals(rng, plans, drawn.events);
  if (shape.has_rows) generate::add_edges(rng, plans, drawn.events);
  if (shape.has_rows) generate::add_joiners(rng, plans, drawn.events);
  // What a version corrects waits for files, and such a version is refused meanwhile.
  if (shape.has_rows && versions.correcting == 0) {
    generate::add_goal_files(rng, plans, drawn.events);
  }
  if (shape.has_rows) generate::add_reopenings(rng, plans, kTickSource, drawn.events);
  drawn.versions.resize(publish(rng, days, drawn.events));
  if (tally != nullptr) *tally = versions;
  return drawn;
}

Case case_of_seed(uint64_t seed) {
  Rng rng(seed);
  DrawShape shape{.has_rows = true};
  if (seed % kCorrectingEvery == 2) shape.versions_percent = shape.retro_percent = 100;
  return random_case(rng, shape);
}

bool looks_back(const Case& drawn) {
  const auto may_correct = [](const std::string& version) {
    return version.find("change retro") != std::string::npos;
  };
  const auto is_command = [](const Event& event) {
    return event.source == generate::kCommandSource && !generate::is_row(event) &&
           !generate::is_reopening(event) && !generate::is_edge(event) && event.type != "HOLDER";
  };
  return std::any_of(drawn.versions.begin(), drawn.versions.end(), may_correct) ||
         std::any_of(drawn.events.begin(), drawn.events.end(), is_command);
}

std::vector<Step> steps_of(const std::vector<Event>& events) {
  std::vector<Step> steps;
  for (const Event& event : events) {
    TimeMs tick = 0;
    if (event.source == generate::kPublishSource) {
      steps.push_back({event.source, {}, std::nullopt, std::stoul(event.id)});
      continue;
    }
    if (event.source == generate::kCommandSource) {
      steps.push_back({event.source, {}, std::nullopt, std::nullopt, generate::command_of(event)});
      continue;
    }
    if (event.source == kTickSource) {
      const bool is_time = base::parse_timestamp(event.time, &tick);
      GUERDON_ASSERT(is_time);
      steps.push_back({event.source, {}, tick, std::nullopt});
      continue;
    }
    if (steps.empty() || steps.back().source != event.source) {
      steps.push_back({event.source, {}, std::nullopt, std::nullopt});
    }
    steps.back().events.push_back(event);
  }
  return steps;
}

std::string print(const Case& found) {
  std::string text;
  for (size_t p = 0; p < found.plans.size(); ++p) {
    text += "==> " + std::to_string(p) + ".plan <==\n" + found.plans[p];
  }
  for (size_t v = 0; v < found.versions.size(); ++v) {
    text += "==> " + std::to_string(v) + ".version.plan <==\n" + found.versions[v];
  }
  for (const Step& step : steps_of(found.events)) {
    if (step.version) {
      text += "==> version " + std::to_string(*step.version) + " is published <==\n";
    } else if (step.command) {
      const reference::Command& command = *step.command;
      const Event line{step.source, command.id, command.word, command.time, command.values};
      text += "==> a command <==\n" + generate::as_lines({{}, {}, {line}}, kTickSource);
    } else if (step.tick) {
      text += "==> a tick to " + base::format_timestamp(*step.tick) + " <==\n";
    } else {
      text += "==> " + step.source + ".csv <==\n" + generate::as_csv(step.events);
    }
  }
  return text;
}

}  // namespace guerdon::law
