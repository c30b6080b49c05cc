// The differential comparison without a fuzzer: random plans and events by seed, the compiled
// engine against the reference engine, until so many cases were compared. A case is a plan with an
// event.
//
//   differential_cases --cases 1000000 --seed 1

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/os/thread.h"
#include "tests/generate/rng.h"
#include "tests/generate/shrink.h"
#include "tests/law/draw.h"
#include "tests/law/isolate.h"
#include "tests/law/laws.h"

namespace {

using guerdon::generate::Case;
using guerdon::law::Ending;
using guerdon::law::Progress;
using guerdon::law::Variant;

constexpr int kShrinkTries = 1'500;

struct Arguments {
  uint64_t cases = 1'000'000;
  uint64_t seed = 1;
  size_t jobs = guerdon::os::cpu_count();
};

bool read_arguments(int argc, char** argv, Arguments* arguments) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const std::string_view value = argv[i + 1];
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || number == 0) return false;
    if (name == "--cases") {
      arguments->cases = number;
    } else if (name == "--seed") {
      arguments->seed = number;
    } else if (name == "--jobs") {
      arguments->jobs = static_cast<size_t>(number);
    } else {
      return false;
    }
  }
  return argc % 2 == 1;
}

// Shards and batches take turns; no seed of the harness of law 2 is used again.
Case case_of(uint64_t seed) {
  guerdon::generate::Rng rng(seed ^ 0xd1ffe4e471a1);
  return guerdon::law::random_case(rng, guerdon::law::DrawShape());
}

Variant variant_of(uint64_t seed) {
  const auto& shards = guerdon::law::kShardCounts;
  const auto& batches = guerdon::law::kBatchSizes;
  return {shards[seed % shards.size()], batches[seed / shards.size() % batches.size()]};
}

// Ticks are no events, and rows that only fill the log are no cases.
size_t count_cases(const Case& drawn) {
  const auto counts = [](const guerdon::reference::Event& event) {
    return event.source != guerdon::law::kTickSource && event.type != guerdon::law::kQuietType;
  };
  const auto events = std::count_if(drawn.events.begin(), drawn.events.end(), counts);
  return drawn.plans.size() * static_cast<size_t>(events);
}

void report(const Case& drawn, const std::string& found, Progress& progress) {
  const uint64_t seed = progress.seed;
  std::printf("seed %llu: %s\nmaking it small ...\n", static_cast<unsigned long long>(seed),
              found.c_str());
  std::fflush(stdout);
  const Variant variant = variant_of(seed);
  const auto fails = [&](const Case& smaller) {
    progress.begin(seed);
    return !guerdon::law::reference_difference(smaller, variant).empty();
  };
  const Case small = guerdon::generate::shrink(drawn, fails, kShrinkTries);
  std::printf("%s\n%s", guerdon::law::reference_difference(small, variant).c_str(),
              guerdon::law::print(small).c_str());
}

// Every `jobs`-th seed, until this job's part of the cases was compared. Progress::events counts
// cases, Progress::entries plans.
bool compare_some(const Arguments& given, size_t first, Progress& progress) {
  const uint64_t wanted = (given.cases + given.jobs - 1) / given.jobs;
  for (uint64_t seed = given.seed + first; progress.events < wanted; seed += given.jobs) {
    progress.begin(seed);
    const Case drawn = case_of(seed);
    const std::string found = guerdon::law::reference_difference(drawn, variant_of(seed));
    if (!found.empty()) {
      report(drawn, found, progress);
      return false;
    }
    progress.draws += 1;
    progress.entries += drawn.plans.size();
    progress.events += count_cases(drawn);
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments given;
  if (!read_arguments(argc, argv, &given)) {
    std::fputs("differential_cases [--cases N] [--seed S] [--jobs J]\n", stderr);
    return 2;
  }
  bool is_ok = true;
  uint64_t draws = 0;
  uint64_t plans = 0;
  uint64_t cases = 0;
  guerdon::law::run_isolated(
      given.jobs, given.jobs,
      [&](size_t first, Progress& progress) { return compare_some(given, first, progress); },
      [&](size_t, const Ending& ending, const Progress& progress) {
        is_ok = is_ok && ending.is_ok();
        draws += progress.draws;
        plans += progress.entries;
        cases += progress.events;
        if (!ending.is_cut_short()) return;
        std::printf("seed %llu: %s\n", static_cast<unsigned long long>(progress.seed),
                    ending.words.c_str());
      });
  std::printf("%llu cases: %llu traces of %llu plans, from seed %llu: %s\n",
              static_cast<unsigned long long>(cases), static_cast<unsigned long long>(draws),
              static_cast<unsigned long long>(plans), static_cast<unsigned long long>(given.seed),
              is_ok ? "no difference" : "DIFFERENCES");
  return is_ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
