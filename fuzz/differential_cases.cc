// The differential comparison without a fuzzer: random plans and events by seed, the compiled
// engine against the reference engine, until so many cases were compared. A case is a plan with an
// event.
//
//   differential_cases --cases 1000000 --seed 1
//   differential_cases --cases 1000000 --shrunk FOLDER   a case that differs is made small, and its
//                                                        plans and events written there as files
//   differential_cases --cases 100000 --corrections 500  fewer entries of the kind `correct` are a
//                                                        failure, too
//   differential_cases --replay FOLDER/SEED              such files again

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/base/planted.h"
#include "engine/os/thread.h"
#include "tests/generate/case_files.h"
#include "tests/law/differential.h"
#include "tests/law/draw.h"
#include "tests/law/isolate.h"
#include "tests/law/laws.h"

namespace {

using guerdon::generate::Case;
using guerdon::law::Ending;
using guerdon::law::Progress;
using guerdon::law::Variant;

struct Arguments {
  uint64_t cases = 1'000'000;
  uint64_t seed = 1;
  size_t jobs = guerdon::os::cpu_count();
  uint64_t corrections = 0;  // entries that correct, at the least
  std::string folder;        // for cases that were made small; empty: they are printed alone
  std::string replay;        // a folder of such a case; empty: cases are drawn
  std::string planted;       // in a build that has them
};

bool read_number(std::string_view value, uint64_t* number) {
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), *number);
  return error == std::errc() && end == value.data() + value.size() && *number > 0;
}

bool read_arguments(int argc, char** argv, Arguments* arguments) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const std::string_view value = argv[i + 1];
    uint64_t jobs = arguments->jobs;
    if (name == "--shrunk") {
      arguments->folder = value;
    } else if (name == "--replay") {
      arguments->replay = value;
    } else if (name == "--planted") {
      arguments->planted = value;
    } else if (!(name == "--cases"         ? read_number(value, &arguments->cases)
                 : name == "--seed"        ? read_number(value, &arguments->seed)
                 : name == "--corrections" ? read_number(value, &arguments->corrections)
                                           : name == "--jobs" && read_number(value, &jobs))) {
      return false;
    }
    arguments->jobs = static_cast<size_t>(jobs);
  }
  return argc % 2 == 1;
}

// False: this build has no such bug.
bool plant(const std::string& name) {
#ifdef GUERDON_PLANTED
  for (size_t i = 1; i < guerdon::base::kPlantedBugCount; ++i) {
    if (name == guerdon::base::kPlantedBugNames[i]) {
      guerdon::base::plant(guerdon::base::PlantedBug(i));
      return true;
    }
  }
#endif
  return name.empty();
}

// Says it, makes it small and writes it where that is wanted.
void report(const Arguments& given, const Case& drawn, const std::string& found,
            Progress& progress) {
  const uint64_t seed = progress.seed;
  std::printf("seed %llu: %s\nmaking it small ...\n", static_cast<unsigned long long>(seed),
              found.c_str());
  std::fflush(stdout);
  const Variant variant = guerdon::law::differential_variant(seed);
  const Case small = guerdon::law::shrink_difference(drawn, variant, [&] { progress.begin(seed); });
  std::printf("%s\n%s", guerdon::law::reference_difference(small, variant).c_str(),
              guerdon::law::print(small).c_str());
  if (given.folder.empty()) return;
  std::string error;
  const std::string folder = given.folder + "/" + std::to_string(seed);
  const bool is_written =
      guerdon::generate::write_files(small, guerdon::law::kTickSource, folder, &error);
  std::printf("%s\n", is_written ? ("written to " + folder).c_str() : error.c_str());
}

// A line for each tenth of the way of the first job, which is about that of all.
void tell(const Arguments& given, uint64_t done, uint64_t wanted, uint64_t* told) {
  const uint64_t tenth = done * 10 / wanted;
  if (tenth <= *told || tenth > 10) return;
  *told = tenth;
  std::printf("%llu of %llu cases\n", static_cast<unsigned long long>(given.cases / 10 * tenth),
              static_cast<unsigned long long>(given.cases));
  std::fflush(stdout);
}

// Every `jobs`-th seed, until this job's part of the cases was compared. Progress::events counts
// cases, Progress::entries plans.
bool compare_some(const Arguments& given, size_t first, Progress& progress) {
  const uint64_t wanted = (given.cases + given.jobs - 1) / given.jobs;
  uint64_t told = 0;  // tenths
  for (uint64_t seed = given.seed + first; progress.events < wanted; seed += given.jobs) {
    progress.begin(seed);
    guerdon::law::VersionTally tally;
    const Case drawn = guerdon::law::differential_case(seed, &tally);
    progress.versions += tally.taken;
    progress.correcting += tally.correcting;
    progress.left_out += tally.refused;
    progress.not_retro += tally.not_retro;
    guerdon::law::Tally compared;
    const std::string found = guerdon::law::reference_difference(
        drawn, guerdon::law::differential_variant(seed), &compared);
    progress.corrections += compared.corrections;
    if (!found.empty()) {
      report(given, drawn, found, progress);
      return false;
    }
    progress.draws += 1;
    progress.entries += drawn.plans.size();
    progress.events += guerdon::law::count_cases(drawn);
    if (first == 0) tell(given, progress.events, wanted, &told);
  }
  return true;
}

// What all jobs have compared.
struct Sum {
  unsigned long long draws = 0;
  unsigned long long plans = 0;
  unsigned long long cases = 0;
  unsigned long long versions = 0;
  unsigned long long correcting = 0;
  unsigned long long left_out = 0;
  unsigned long long not_retro = 0;
  unsigned long long corrections = 0;

  void add(const Progress& progress) {
    draws += progress.draws;
    plans += progress.entries;
    cases += progress.events;
    versions += progress.versions;
    correcting += progress.correcting;
    left_out += progress.left_out;
    not_retro += progress.not_retro;
    corrections += progress.corrections;
  }
};

bool compare(const Arguments& given) {
  bool is_ok = true;
  Sum sum;
  guerdon::law::run_isolated(
      given.jobs, given.jobs,
      [&](size_t first, Progress& progress) { return compare_some(given, first, progress); },
      [&](size_t, const Ending& ending, const Progress& progress) {
        is_ok = is_ok && ending.is_ok();
        sum.add(progress);
        if (!ending.is_cut_short()) return;
        std::printf("seed %llu: %s\n", static_cast<unsigned long long>(progress.seed),
                    ending.words.c_str());
      });
  std::printf(
      "%llu versions drawn, %llu of them correct what was; %llu more could not follow, %llu "
      "of them by E043\n",
      sum.versions, sum.correcting, sum.left_out, sum.not_retro);
  std::printf("%llu entries correct what was posted\n", sum.corrections);
  std::printf("%llu cases (a plan with an event): %llu traces of %llu plans, from seed %llu: %s\n",
              sum.cases, sum.draws, sum.plans, static_cast<unsigned long long>(given.seed),
              is_ok ? "no difference" : "DIFFERENCES");
  if (sum.corrections >= given.corrections) return is_ok;
  std::printf("at least %llu entries were to correct\n",
              static_cast<unsigned long long>(given.corrections));
  return false;
}

// A case of files on each number of shards. False: it differs from the slow twin, or is none.
bool replay(const std::string& folder) {
  Case found;
  std::string error;
  if (!guerdon::generate::read_files(folder, guerdon::law::kTickSource, &found, &error)) {
    std::fprintf(stderr, "%s\n", error.c_str());
    return false;
  }
  for (const uint32_t shards : guerdon::law::kShardCounts) {
    const std::string difference = guerdon::law::reference_difference(found, {shards});
    if (difference.empty()) continue;
    std::printf("%s\n", difference.c_str());
    return false;
  }
  std::printf("%zu events of %zu plans and %zu versions: no difference\n", found.events.size(),
              found.plans.size(), found.versions.size());
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments given;
  if (!read_arguments(argc, argv, &given)) {
    std::fputs(
        "differential_cases [--cases N] [--seed S] [--jobs J] [--corrections N] [--shrunk FOLDER]\n"
        "                   [--planted BUG]\n"
        "differential_cases --replay FOLDER [--planted BUG]\n"
        "--cases counts pairs of a plan and an event: a trace has some 100 events, and each "
        "counts\n"
        "once for each of its plans, so 3000 are some 15 traces\n",
        stderr);
    return 2;
  }
  if (!plant(given.planted)) {
    std::fputs("no such bug is planted in this build\n", stderr);
    return 2;
  }
  if (!given.replay.empty()) return replay(given.replay) ? EXIT_SUCCESS : EXIT_FAILURE;
  return compare(given) ? EXIT_SUCCESS : EXIT_FAILURE;
}
