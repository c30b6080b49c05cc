// Law 2: shard count, thread count and batch boundaries never show. Random plans and traces on
// every variant of the engine and on the reference engine (laws.h); a difference is made small and
// printed with the line that shows it again. Each draw is two: plans at random with events
// (laws.h), and requests of all kinds for two plans (request_laws.h).
//
//   law2_harness --draws 500 --seed 2            draws have the seeds 2, 3, ... 501
//   law2_harness --draws 1 --seed 77 --verbose   one of them, and what it is
//   law2_harness --planted all --seed 1          in a build with GUERDON_PLANTED: finds each bug

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "engine/os/thread.h"
#include "tests/law/draw.h"
#include "tests/law/isolate.h"
#include "tests/law/laws.h"
#include "tests/law/planted_bugs.h"
#include "tests/law/request_laws.h"
#include "tests/law/rows.h"

namespace {

using guerdon::generate::Case;
using guerdon::law::Ending;
using guerdon::law::Progress;
using guerdon::law::RequestCase;

constexpr int kShrinkTries = 1'500;
// A seed has requests, too, if it is one of so many: they go to the disk some ten times.
constexpr uint64_t kRequestsEvery = 10;

constexpr const char* kUsage =
    "law2_harness [--draws N] [--seed S] [--batches 1,16,256] [--jobs J] [--verbose]\n"
    "law2_harness --planted NAME|all [--draws N] [--seed S] [--recorded FILE | --record FILE]\n";

struct Arguments {
  uint64_t draws = 500;
  uint64_t seed = 1;
  std::vector<uint32_t> batches = guerdon::law::kBatchSizes;
  size_t jobs = guerdon::os::cpu_count();
  bool verbose = false;
  std::string planted;
  std::string recorded;
  bool record = false;
};

template <class Number>
bool read_number(std::string_view text, Number* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && end == text.data() + text.size() && *number > 0;
}

bool read_batches(std::string_view text, std::vector<uint32_t>* batches) {
  batches->clear();
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    uint32_t batch = 0;
    if (!read_number(text.substr(0, comma), &batch) || batch > 256) return false;
    batches->push_back(batch);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return !batches->empty();
}

bool read_value(std::string_view name, std::string_view value, Arguments* arguments) {
  if (name == "--draws") return read_number(value, &arguments->draws);
  if (name == "--seed") return read_number(value, &arguments->seed);
  if (name == "--jobs") return read_number(value, &arguments->jobs);
  if (name == "--batches") return read_batches(value, &arguments->batches);
  arguments->record = name == "--record";
  if (name == "--planted") arguments->planted = value;
  if (name == "--record" || name == "--recorded") arguments->recorded = value;
  return name == "--planted" || name == "--record" || name == "--recorded";
}

bool read_arguments(int argc, char** argv, Arguments* arguments) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--verbose") {
      arguments->verbose = true;
    } else if (i + 1 == argc || !read_value(name, argv[++i], arguments)) {
      return false;
    }
  }
  return true;
}

// The line that shows a draw again.
std::string again(uint64_t seed) {
  return "law2_harness --draws 1 --seed " + std::to_string(seed) + " --verbose";
}

void report(const Case& drawn, const std::string& found, const Arguments& given,
            Progress& progress) {
  const uint64_t seed = progress.seed;
  std::printf("seed %llu: %s\n  again: %s\nmaking it small ...\n",
              static_cast<unsigned long long>(seed), found.c_str(), again(seed).c_str());
  std::fflush(stdout);
  const auto fails = [&](const Case& smaller) {
    progress.begin(seed);
    return guerdon::law::goes_together(smaller) && guerdon::law::are_rows_read(smaller) &&
           !guerdon::law::broken_law(smaller, given.batches, seed).empty();
  };
  const Case small = guerdon::generate::shrink(drawn, fails, kShrinkTries);
  std::printf("%s\n%s", guerdon::law::broken_law(small, given.batches, seed).c_str(),
              guerdon::law::print(small).c_str());
}

void describe(uint64_t seed, const Case& drawn, const RequestCase& requests) {
  std::printf("seed %llu: %zu plans, %zu events; %zu requests\n",
              static_cast<unsigned long long>(seed), drawn.plans.size(), drawn.events.size(),
              requests.requests.size());
  std::fflush(stdout);
}

// False: they show a difference, which is reported.
bool are_requests_lawful(const RequestCase& drawn, Progress& progress) {
  const uint64_t seed = progress.seed;
  guerdon::law::RequestTally tally;
  const std::string found = guerdon::law::broken_law(drawn, seed, &tally);
  progress.requests += tally.requests;
  progress.entries += tally.entries;
  if (found.empty()) return true;
  std::printf("seed %llu: %s\n  again: %s\nmaking it small ...\n",
              static_cast<unsigned long long>(seed), found.c_str(), again(seed).c_str());
  std::fflush(stdout);
  progress.begin(seed);
  const RequestCase small = guerdon::law::shrink(drawn, seed);
  std::printf("%s\n%s", guerdon::law::broken_law(small, seed).c_str(),
              guerdon::law::print(small).c_str());
  return false;
}

// Every `jobs`-th draw from the one after `first` on. True when none showed a difference.
bool draw_some(const Arguments& given, size_t first, Progress& progress) {
  for (uint64_t i = first; i < given.draws; i += given.jobs) {
    const uint64_t seed = given.seed + i;
    progress.draws += 1;
    progress.begin(seed);
    const Case drawn = guerdon::law::case_of_seed(seed);
    const bool has_requests = seed % kRequestsEvery == 1;
    const RequestCase requests =
        has_requests ? guerdon::law::requests_of_seed(seed) : RequestCase{};
    if (given.verbose) describe(seed, drawn, requests);
    guerdon::law::Tally tally;
    const std::string found = guerdon::law::broken_law(drawn, given.batches, seed, &tally);
    progress.events += tally.events;
    progress.entries += tally.entries;
    progress.refused += tally.refused;
    progress.corrections += tally.corrections;
    if (!found.empty()) {
      report(drawn, found, given, progress);
      return false;
    }
    if (has_requests && !are_requests_lawful(requests, progress)) return false;
  }
  return true;
}

bool draw_all(Arguments given) {
  given.jobs = std::min<size_t>(given.jobs, given.draws);
  guerdon::law::Tally sum;
  uint64_t draws = 0;
  uint64_t requests = 0;
  bool is_ok = true;
  guerdon::law::run_isolated(
      given.jobs, given.jobs,
      [&](size_t first, Progress& progress) { return draw_some(given, first, progress); },
      [&](size_t, const Ending& ending, const Progress& progress) {
        is_ok = is_ok && ending.is_ok();
        draws += progress.draws;
        sum.events += progress.events;
        sum.entries += progress.entries;
        sum.refused += progress.refused;
        sum.corrections += progress.corrections;
        requests += progress.requests;
        if (!ending.is_cut_short()) return;
        std::printf("seed %llu: %s\n  again: %s\n", static_cast<unsigned long long>(progress.seed),
                    ending.words.c_str(), again(progress.seed).c_str());
      });
  std::printf(
      "%llu draws from seed %llu: %llu events, %llu refused, %llu requests, %llu entries, %llu "
      "corrections: %s\n",
      static_cast<unsigned long long>(draws), static_cast<unsigned long long>(given.seed),
      static_cast<unsigned long long>(sum.events), static_cast<unsigned long long>(sum.refused),
      static_cast<unsigned long long>(requests), static_cast<unsigned long long>(sum.entries),
      static_cast<unsigned long long>(sum.corrections), is_ok ? "no difference" : "DIFFERENCES");
  return is_ok;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments given;
  if (!read_arguments(argc, argv, &given)) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  if (given.planted.empty()) return draw_all(given) ? EXIT_SUCCESS : EXIT_FAILURE;
  const guerdon::law::PlantedHunt hunt{given.planted, given.draws,    given.seed,
                                       given.jobs,    given.recorded, given.record};
  return guerdon::law::hunt(hunt) ? EXIT_SUCCESS : EXIT_FAILURE;
}
