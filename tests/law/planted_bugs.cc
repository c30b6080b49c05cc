#include "tests/law/planted_bugs.h"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

#include "engine/base/assert.h"
#include "engine/base/planted.h"
#include "tests/law/draw.h"
#include "tests/law/isolate.h"
#include "tests/law/laws.h"

namespace guerdon::law {

#ifdef GUERDON_PLANTED

namespace {

using base::PlantedBug;

std::string place_of(PlantedBug bug) {
  switch (bug) {
    case PlantedBug::kBatchBoundaryShows:
      return "engine/pipeline/sweeper.cc";
    case PlantedBug::kOrderByHashMap:
      return "engine/pipeline/tail.cc";
    case PlantedBug::kCounterUpdatedLate:
      return "engine/plan/machine.cc";
    case PlantedBug::kDuplicateForgottenAtBatch:
    case PlantedBug::kRouteDropsSecondRole:
      return "engine/pipeline/admission.cc";
    case PlantedBug::kStaleAfterGrowth:
      return "engine/shard/account_table.cc";
    case PlantedBug::kShardIdInEntry:
    case PlantedBug::kSweepSkipsLastShard:
    case PlantedBug::kEntryNumberPerShard:
    case PlantedBug::kClockPerShard:
      return "engine/shard/shard.cc";
    case PlantedBug::kNone:
      break;
  }
  GUERDON_UNREACHABLE();
}

std::vector<PlantedBug> bugs_named(const std::string& name) {
  std::vector<PlantedBug> bugs;
  for (size_t i = 1; i < base::kPlantedBugCount; ++i) {
    if (name == "all" || name == base::kPlantedBugNames[i]) bugs.push_back(PlantedBug(i));
  }
  return bugs;
}

// True when the bug was not found.
bool search(PlantedBug bug, const PlantedHunt& wanted, Progress& progress) {
  base::plant(bug);
  for (uint64_t i = 0; i < wanted.draws; ++i) {
    progress.draws = i + 1;
    progress.seed = wanted.seed + i;
    const std::string found = broken_law(case_of_seed(progress.seed), kBatchSizes, progress.seed);
    if (found.empty()) continue;
    progress.say(found);
    return false;
  }
  return true;
}

std::string row(PlantedBug bug, const Ending& ending, const Progress& progress) {
  std::string found = ending.is_broken ? "an assertion of the engine" : progress.words;
  found = found.substr(0, found.find('\n'));
  return "| `" + std::string(base::planted_bug_name(bug)) + "` | " + place_of(bug) + " | " +
         std::to_string(progress.draws) + " | " + (ending.is_ok ? "not found" : found) + " |\n";
}

std::string table(const std::vector<std::string>& rows, uint64_t seed) {
  std::string text =
      "# Planted bugs, and how many draws it took to find them\n\n"
      "Written by `law2_harness --planted all --seed " +
      std::to_string(seed) +
      " --record tests/law/planted.md` in a build with\n"
      "`-DGUERDON_PLANTED=ON`. The test `law2_planted` of that build looks for each again; one "
      "that is not\nfound within 200 draws is a failure.\n\n"
      "| bug | where | draws | found as |\n|---|---|---|---|\n";
  for (const std::string& line : rows) text += line;
  return text;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void compare_or_write(const PlantedHunt& wanted, const std::string& text) {
  if (wanted.write) {
    std::ofstream(wanted.recorded, std::ios::binary) << text;
  } else if (!wanted.recorded.empty() && read_file(wanted.recorded) != text) {
    std::printf("%s says something else; write it again with --record %s\n",
                wanted.recorded.c_str(), wanted.recorded.c_str());
  }
}

}  // namespace

bool hunt(const PlantedHunt& wanted) {
  const std::vector<PlantedBug> bugs = bugs_named(wanted.name);
  if (bugs.empty()) {
    std::fprintf(stderr, "no planted bug is named %s; see engine/base/planted.h\n",
                 wanted.name.c_str());
    return false;
  }
  std::vector<std::string> rows(bugs.size());
  size_t missed = 0;
  run_isolated(
      bugs.size(), wanted.at_once,
      [&](size_t i, Progress& progress) { return search(bugs[i], wanted, progress); },
      [&](size_t i, const Ending& ending, const Progress& progress) {
        rows[i] = row(bugs[i], ending, progress);
        if (ending.is_ok) ++missed;
      });
  const std::string text = table(rows, wanted.seed);
  std::printf("%s\n%zu of %zu planted bugs found\n", text.c_str(), bugs.size() - missed,
              bugs.size());
  if (wanted.name == "all") compare_or_write(wanted, text);
  return missed == 0;
}

#else

bool hunt(const PlantedHunt&) {
  std::fprintf(stderr, "no bugs are planted in this build; configure with -DGUERDON_PLANTED=ON\n");
  return false;
}

#endif

}  // namespace guerdon::law
