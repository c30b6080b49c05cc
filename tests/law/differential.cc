#include "tests/law/differential.h"

#include <algorithm>

#include "tests/generate/rng.h"
#include "tests/law/draw.h"
#include "tests/law/laws.h"
#include "tests/law/rows.h"

namespace guerdon::law {

namespace {

constexpr int kDifferenceTries = 3'000;
constexpr DrawShape kShape{
    .versions_percent = 40, .retro_percent = 50, .takes_back = true, .has_rows = true};

}  // namespace

generate::Case differential_case(uint64_t seed, VersionTally* tally) {
  generate::Rng rng(seed ^ 0xd1ffe4e471a1);
  return random_case(rng, kShape, tally);
}

Variant differential_variant(uint64_t seed) {
  return {kShardCounts[seed % kShardCounts.size()],
          kBatchSizes[seed / kShardCounts.size() % kBatchSizes.size()]};
}

size_t count_cases(const generate::Case& drawn) {
  const auto counts = [](const reference::Event& event) {
    return event.source != kTickSource && event.source != generate::kPublishSource &&
           event.source != generate::kCommandSource && event.type != kQuietType;
  };
  const auto events = std::count_if(drawn.events.begin(), drawn.events.end(), counts);
  return drawn.plans.size() * static_cast<size_t>(events);
}

generate::Case shrink_difference(const generate::Case& drawn, const Variant& variant,
                                 const std::function<void()>& before_each) {
  const auto fails = [&](const generate::Case& smaller) {
    before_each();
    if (!goes_together(smaller) || !are_rows_read(smaller)) return false;
    return !reference_difference(smaller, variant).empty();
  };
  return generate::shrink(drawn, fails, kDifferenceTries);
}

}  // namespace guerdon::law
