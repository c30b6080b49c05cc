#include "tests/law/planted_bugs.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "engine/base/assert.h"
#include "engine/base/planted.h"
#include "tests/law/differential.h"
#include "tests/law/draw.h"
#include "tests/law/isolate.h"
#include "tests/law/laws.h"
#include "tests/law/request_laws.h"

namespace guerdon::law {

#ifdef GUERDON_PLANTED

namespace {

using base::PlantedBug;

// What the variants do not show in so many draws is the same in all of them.
constexpr uint64_t kAloneDrawsMax = 10;
// A draw on all variants takes as long as so many traces on one and on the reference engine.
constexpr uint64_t kTracesADraw = 5;

// Where each is.
struct Place {
  const char* file;
  std::vector<PlantedBug> bugs;
};
const std::vector<Place>& places() {
  using enum PlantedBug;
  static const std::vector<Place> kPlaces = {
      {"engine/pipeline/sweeper.cc", {kBatchBoundaryShows}},
      {"engine/pipeline/tail.cc", {kOrderByHashMap}},
      {"engine/pipeline/admission.cc",
       {kDuplicateForgottenAtBatch, kRouteDropsSecondRole, kSettleAfterEvent}},
      {"engine/shard/challenges.cc", {kPrizeByShard, kTieByHash, kJackpotWonAgain}},
      {"engine/progress/standings.cc", {kTieIsCut, kAnyScoreIsEnough}},
      {"engine/progress/prizes.cc", {kShareLosesRest}},
      {"engine/pipeline/checkpoint.cc", {kJackpotUnsaved}},
      {"engine/program/program.h", {kOneGoalIsEnough}},
      {"engine/accounts/account_table.cc", {kStaleAfterGrowth}},
      {"engine/accounts/wallet_codec.cc", {kSpendsSavedOlder}},
      {"engine/shard/redemptions.cc", {kStockPerShard}},
      {"engine/shard/grants.cc", {kPaysForNothing, kBadgeOverBudget}},
      {"engine/shard/account_command.h", {kCommandNumbersByJob}},
      {"engine/shard/shard.cc",
       {kShardIdInEntry, kSweepSkipsLastShard, kGoneBeforeClose, kEntryNumberPerShard,
        kClockPerShard, kLateEarns, kMoreUnmoved}},
      {"engine/program/lookup.cc", {kUpToLeavesOutBound, kAnyBeforeExact, kPartAtNextRate}},
      {"engine/program/index.cc", {kIndexMissesBound}},
      {"engine/program/org_trees.cc", {kVacantPassedUp}},
      {"engine/pipeline/admission_trees.cc", {kTreeOfNow}},
      {"engine/compiler/declarations.cc", {kGraceForgotten, kBadgeGivenAgain}},
      {"engine/compiler/role_code.cc",
       {kLayersInOneRun, kMultiplierUnasked, kMultipliersAddWhole, kLateByOnePeriod}},
      {"engine/progress/attainment.cc", {kPercentRoundsUp, kWithinRoundsUp}},
      {"engine/compiler/average_code.cc", {kAverageRounded, kNoneReaches}},
      {"engine/shard/goal_command.cc", {kGoalUnasked}},
      {"engine/program/group.cc", {kGroupTakesLast, kGroupCapPerRule}},
      {"engine/program/line_folds.cc", {kRewardLinesCount, kLowestFromZero}},
      {"engine/history/correction_builder.cc", {kCorrectsBehindFrom, kCorrectionUncounted}},
      {"engine/shard/due_work.cc",
       {kClosesAtRecord, kCloseSkipsIdle, kStreakCountedLate, kStreakGoesOn, kStagedForgotten,
        kStagedAtRecord}},
      {"engine/shard/prizes_again.cc", {kPrizeStays}},
      {"engine/shard/credited.cc", {kCreditedUnclipped}},
      {"engine/program/machine_closings.cc", {kMissedGoesOn, kReviewLowersNone}},
      {"engine/program/machine_lines.cc", {kAverageOnBound}},
      {"engine/program/limit.cc", {kLimitForgetsReturned, kShortPaysWhatIsLeft}},
      {"engine/accounts/budgets.cc", {kBudgetUnordered, kRoomOneShort}},
      {"engine/program/machine_limits.cc", {kBudgetKeepsReversed, kTakesBackUngranted}},
      {"engine/program/machine.cc",
       {kCounterUpdatedLate, kRoundsTheStep, kLessAdds, kWindowHoldsAtEnd, kRatchetFalls,
        kMissingIsZero, kPiecesRoundedUp, kValueCountedOn, kPickedFirst}},
      {"engine/program/machine_periods.cc", {kLevelOfNow, kWindowOneMore}},
      {"engine/program/machine_goals.cc", {kLeaverWins, kDaysFromBegin}},
      {"engine/program/machine.h", {kReopenedIsLate}},
      {"engine/program/machine_reopenings.cc", {kClosedAgainLate}},
      {"engine/program/machine_objects.cc", {kLastUncaptured}},
  };
  return kPlaces;
}

std::string place_of(PlantedBug bug) {
  const auto has_it = [&](const Place& place) {
    return std::find(place.bugs.begin(), place.bugs.end(), bug) != place.bugs.end();
  };
  const auto found = std::find_if(places().begin(), places().end(), has_it);
  GUERDON_ASSERT(found != places().end());
  return found->file;
}

std::vector<PlantedBug> bugs_named(const std::string& name) {
  std::vector<PlantedBug> bugs;
  for (size_t i = 1; i < base::kPlantedBugCount; ++i) {
    if (name == "all" || name == base::kPlantedBugNames[i]) bugs.push_back(PlantedBug(i));
  }
  return bugs;
}

// Where it was found when the table was written, and then from the beginning: whatever has changed
// since, a bug is found if it is within the draws, and mostly at once.
std::vector<uint64_t> draws_to_try(uint64_t recorded, uint64_t draws) {
  std::vector<uint64_t> all;
  if (recorded > 0) all.push_back(recorded - 1);
  for (uint64_t i = 0; i < draws; ++i) all.push_back(i);
  return all;
}

// True when the bug was not found. Law 2 alone compares the variants with each other; a bug that is
// the same in all of them is for the reference engine to find.
bool search(PlantedBug bug, bool is_alone, const PlantedHunt& wanted, uint64_t recorded,
            Progress& progress) {
  base::plant(bug);
  const uint64_t draws = is_alone ? std::min(wanted.draws, kAloneDrawsMax) : wanted.draws;
  for (const uint64_t i : draws_to_try(recorded, draws)) {
    progress.draws = i + 1;
    progress.begin(wanted.seed + i);
    const generate::Case drawn = case_of_seed(progress.seed);
    std::string found = is_alone ? shown_variant(drawn, kBatchSizes, progress.seed)
                                 : broken_law(drawn, kBatchSizes, progress.seed);
    if (found.empty()) found = broken_law(requests_of_seed(progress.seed), progress.seed);
    if (found.empty()) continue;
    progress.say(found);
    return false;
  }
  return true;
}

// Of few cases of differential_case() anything is corrected.
generate::Case case_for(PlantedBug bug, uint64_t seed) {
  using enum PlantedBug;
  if (bug != kCorrectsBehindFrom && bug != kCorrectionUncounted) return differential_case(seed);
  generate::Rng rng(seed);
  return random_case(rng, kCorrectingShape);
}

// The same of one in rules, against the reference engine alone.
bool search_cases(PlantedBug bug, const PlantedHunt& wanted, uint64_t recorded,
                  Progress& progress) {
  base::plant(bug);
  for (const uint64_t i : draws_to_try(recorded, wanted.draws * kTracesADraw)) {
    progress.draws = i + 1;
    progress.begin(wanted.seed + i);
    const std::string found =
        reference_difference(case_for(bug, progress.seed), differential_variant(progress.seed));
    if (found.empty()) continue;
    progress.say(found);
    return false;
  }
  return true;
}

// How one search ended.
struct Search {
  bool is_found = false;
  uint64_t draws = 0;
  std::string words;

  std::string cell() const {
    return is_found ? std::to_string(draws) : "not in " + std::to_string(draws);
  }
};

Search search_of(const Ending& ending, const Progress& progress) {
  const std::string words = ending.is_cut_short() ? ending.words : progress.words;
  return {!ending.is_ok(), progress.draws, words.substr(0, words.find('\n'))};
}

// As soon as it is known: the longest search takes most of the time, and an assertion that a bug
// leads to is on standard error by then.
void print_search(PlantedBug bug, bool is_alone, const Search& search) {
  std::printf("%s, %s: %s%s%s\n", std::string(base::planted_bug_name(bug)).c_str(),
              is_alone ? "variants alone" : "everything", search.cell().c_str(),
              search.is_found ? ": " : "", search.words.c_str());
  std::fflush(stdout);
}

std::string row(PlantedBug bug, const Search& alone, const Search& whole) {
  return "| `" + std::string(base::planted_bug_name(bug)) + "` | " + place_of(bug) + " | " +
         whole.cell() + " | " + alone.cell() + " | " + (alone.is_found ? alone : whole).words +
         " |\n";
}

std::string rule_row(PlantedBug bug, const Search& search) {
  return "| `" + std::string(base::planted_bug_name(bug)) + "` | " + place_of(bug) + " | " +
         search.cell() + " | " + search.words + " |\n";
}

std::string table(const std::vector<std::string>& rows, const std::vector<std::string>& rule_rows,
                  uint64_t seed) {
  std::string text =
      "# Planted bugs, and how many draws it took to find them\n\n"
      "Written by `law2_harness --planted all --seed " +
      std::to_string(seed) +
      " --record tests/law/planted.md` in a build with\n"
      "`-DGUERDON_PLANTED=ON`. The test `law2_planted` of that build looks for each where it was "
      "found, and then\nfrom the beginning; one that is not found within 200 draws is a "
      "failure.\n\n"
      "Draws: with everything the harness compares; and when the variants are compared with each "
      "other alone,\nwithout the reference engine, in at most " +
      std::to_string(kAloneDrawsMax) +
      " draws. What the variants show, or else the\nreference, is the last column.\n\n"
      "| bug | where | draws | variants alone | found as |\n|---|---|---|---|---|\n";
  for (const std::string& line : rows) text += line;
  text +=
      "\n## In rules\n\nWhat is wrong in all variants alike is for the reference engine to find: "
      "random plans and traces as `differential_cases`\ndraws them, those that correct what was "
      "for what is wrong in that, until one differs.\n\n| bug | where | draws | found as "
      "|\n|---|---|---|---|\n";
  for (const std::string& line : rule_rows) text += line;
  return text;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// By the name of the bug, the draw at which it was found with everything; of one that was not,
// none.
std::map<std::string, uint64_t> draws_in(const std::string& table) {
  std::map<std::string, uint64_t> draws;
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `")) continue;
    const size_t name_end = line.find('`', 3);
    const size_t place_end = line.find(" | ", line.find(" | ") + 3);
    draws[line.substr(3, name_end - 3)] = std::strtoull(line.c_str() + place_end + 3, nullptr, 10);
  }
  return draws;
}

}  // namespace

bool hunt(const PlantedHunt& wanted) {
  const std::vector<PlantedBug> bugs = bugs_named(wanted.name);
  if (bugs.empty()) {
    std::fprintf(stderr, "no planted bug is named %s; see engine/base/planted.h\n",
                 wanted.name.c_str());
    return false;
  }
  // Of each bug: with the variants alone, which is for the table, and of one in rules passed over;
  // and with all.
  const bool is_checked = !wanted.write && !wanted.recorded.empty();
  std::map<std::string, uint64_t> recorded;
  if (is_checked) recorded = draws_in(read_file(wanted.recorded));
  const auto recorded_of = [&](PlantedBug bug) {
    const auto at = recorded.find(std::string(base::planted_bug_name(bug)));
    return at == recorded.end() ? 0 : at->second;
  };
  std::vector<Search> searches(2 * bugs.size());
  const auto is_passed_over = [&](size_t i) {
    return i % 2 == 0 && (is_checked || is_of_rules(bugs[i / 2]));
  };
  run_isolated(
      searches.size(), wanted.at_once,
      [&](size_t i, Progress& progress) {
        const PlantedBug bug = bugs[i / 2];
        if (is_passed_over(i)) return true;
        if (is_of_rules(bug)) return search_cases(bug, wanted, recorded_of(bug), progress);
        return search(bug, i % 2 == 0, wanted, i % 2 == 0 ? 0 : recorded_of(bug), progress);
      },
      [&](size_t i, const Ending& ending, const Progress& progress) {
        searches[i] = search_of(ending, progress);
        if (!is_passed_over(i)) print_search(bugs[i / 2], i % 2 == 0, searches[i]);
      });
  std::vector<std::string> rows;
  std::vector<std::string> rule_rows;
  size_t missed = 0;
  for (size_t i = 0; i < bugs.size(); ++i) {
    const Search& whole = searches[2 * i + 1];
    if (is_of_rules(bugs[i])) {
      rule_rows.push_back(rule_row(bugs[i], whole));
    } else {
      rows.push_back(row(bugs[i], searches[2 * i], whole));
    }
    if (!whole.is_found) ++missed;
    if (is_checked && whole.is_found && whole.draws != recorded_of(bugs[i])) {
      std::printf("%s was not found where it was; write the table again with --record %s\n",
                  std::string(base::planted_bug_name(bugs[i])).c_str(), wanted.recorded.c_str());
    }
  }
  std::printf("\n%zu of %zu planted bugs found\n", bugs.size() - missed, bugs.size());
  if (is_checked) return missed == 0;
  const std::string text = table(rows, rule_rows, wanted.seed);
  std::printf("\n%s\n", text.c_str());
  if (wanted.write && wanted.name == "all") {
    std::ofstream(wanted.recorded, std::ios::binary) << text;
  }
  return missed == 0;
}

#else

bool hunt(const PlantedHunt&) {
  std::fprintf(stderr, "no bugs are planted in this build; configure with -DGUERDON_PLANTED=ON\n");
  return false;
}

#endif

}  // namespace guerdon::law
