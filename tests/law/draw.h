#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/plan/checked.h"
#include "tests/generate/rng.h"
#include "tests/generate/shrink.h"
#include "tests/reference/engine.h"

// What the laws are tried on: a generate::Case, so that a failing one can be made small. What its
// events are to an engine:
//   * events in a row that have one source are a trace of that name;
//   * an event of the source kTickSource is no event but a tick: `time` is its milliseconds;
//   * one of generate::kPublishSource publishes a version;
//   * one of generate::kCommandSource is a command.

namespace guerdon::law {

inline constexpr const char* kTickSource = "tick";

// The type of rows that no plan declares: they move the log on and do nothing else.
inline constexpr const char* kQuietType = "quiet";

// Of the seeds of case_of_seed() one in so many has versions that correct what was, and commands.
inline constexpr uint64_t kCorrectingEvery = 8;

struct DrawShape {
  int plans_max = 3;
  int events_min = 60;
  int events_max = 250;
  int objects_percent = 45;  // of plans have rules per object
  bool has_goals = true;     // plans may have targets, challenges and ladders
  bool has_breaks = true;    // two traces, ticks between them, rows of a type that no plan declares
  int versions_percent = 0;  // of draws have one or two further versions of a plan
  int retro_percent = 0;     // of these draws such as correct what was, and commands
  bool takes_back = false;   // REVERSE among these
  // TABLE commands, where plans have tables from files; TARGET, files of goals and REOPEN, where
  // they have such goals or pay at the end of a period.
  bool has_rows = false;
};

// Nearly all have a version, and most of those correct what was.
inline constexpr DrawShape kCorrectingShape{.plans_max = 2,
                                            .events_min = 60,
                                            .events_max = 160,
                                            .objects_percent = 70,
                                            .versions_percent = 100,
                                            .retro_percent = 80,
                                            .takes_back = true};

// What became of the versions that were drawn.
struct VersionTally {
  uint64_t taken = 0;
  uint64_t refused = 0;  // they could not follow
  // Of those taken: they correct what was, and their day may be over.
  uint64_t correcting = 0;
  uint64_t may_be_over = 0;
  uint64_t not_retro = 0;  // of those refused: E043
};

// Random plans that load and compile together, and events for them. Accounts are few in some draws
// and many in others, so that shards are crowded and tables grow.
generate::Case random_case(generate::Rng& rng, const DrawShape& shape,
                           VersionTally* tally = nullptr);

// The case of one seed, the same on every machine.
generate::Case case_of_seed(uint64_t seed);

// REQUIRES: they all load, as those of a case do.
std::vector<plan::Plan> load_all(const std::vector<std::string>& plans);

// Whether the plans load together, and each version can follow what is published before it, and
// holds from a day that is ahead then, or corrects all that it changes.
bool goes_together(const generate::Case& drawn);

// One call of an engine: a trace, a tick, a version that is published, or a command.
struct Step {
  std::string source;
  std::vector<reference::Event> events;
  std::optional<base::TimeMs> tick;
  std::optional<size_t> version;  // index into Case::versions
  std::optional<reference::Command> command = {};
};

// What is asked of an engine may be read from its log and its book: a version may correct, or a
// REVERSE takes back. A version that corrects says `change retro`.
bool looks_back(const generate::Case& drawn);

std::vector<Step> steps_of(const std::vector<reference::Event>& events);

// Each plan as a file, each trace as a file, ticks between.
std::string print(const generate::Case& found);

}  // namespace guerdon::law
