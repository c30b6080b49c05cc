// The compiled engine against the reference engine, and against itself with other shards and
// batches: any bytes choose random plans and random events for them (tests/generate/rng.h), and all
// engines agree on every entry, balance, refusal and count.
//
// Input: choices, as many bytes each as it needs; what follows the last byte is chosen by a fixed
// seed. A difference is made small and printed; where GUERDON_SHRUNK names a folder, it is written
// there as files that `differential_cases --replay` runs again.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

#include "tests/generate/case_files.h"
#include "tests/generate/rng.h"
#include "tests/generate/shrink.h"
#include "tests/law/compare_runs.h"
#include "tests/law/draw.h"
#include "tests/law/laws.h"
#include "tests/law/rows.h"

namespace {

using guerdon::generate::Case;
using guerdon::law::Variant;

constexpr guerdon::law::DrawShape kShape{.plans_max = 2,
                                         .events_min = 10,
                                         .events_max = 60,
                                         .has_breaks = true,
                                         .versions_percent = 40,
                                         .retro_percent = 50,
                                         .has_rows = true};
constexpr int kShrinkTries = 1'500;

std::string difference_of(const Case& drawn) {
  const Variant one;
  const Variant other{.shards = 7, .batch = 3};
  std::string found = guerdon::law::reference_difference(drawn, one);
  if (!found.empty()) return found;
  return guerdon::law::difference(guerdon::law::run(drawn, one), guerdon::law::run(drawn, other));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  guerdon::generate::Rng rng(std::span(data, size));
  const Case drawn = guerdon::law::random_case(rng, kShape);
  const std::string found = difference_of(drawn);
  if (found.empty()) return 0;
  std::fprintf(stderr, "%s\nmaking it small ...\n", found.c_str());
  const auto fails = [](const Case& smaller) {
    return guerdon::law::goes_together(smaller) && guerdon::law::are_rows_read(smaller) &&
           !difference_of(smaller).empty();
  };
  const Case small = guerdon::generate::shrink(drawn, fails, kShrinkTries);
  std::fprintf(stderr, "%s\n%s", difference_of(small).c_str(), guerdon::law::print(small).c_str());
  if (const char* const folder = std::getenv("GUERDON_SHRUNK"); folder != nullptr) {
    std::string error;
    const bool is_written =
        guerdon::generate::write_files(small, guerdon::law::kTickSource, folder, &error);
    std::fprintf(stderr, "%s\n", is_written ? folder : error.c_str());
  }
  std::abort();
}
