#include "tests/law/laws.h"

#include <algorithm>
#include <vector>

#include "tests/law/compare_reference.h"
#include "tests/law/compare_runs.h"
#include "tests/law/draw.h"
#include "tests/law/reorder.h"

namespace guerdon::law {
namespace {

constexpr uint64_t kFewKeys = 24;

void add(const Run& run, Tally* tally) {
  if (tally == nullptr) return;
  Summary summary = run.engine->summary();
  tally->events += summary.events;
  tally->entries += summary.entries;
  tally->refused += summary.refused;
  tally->corrections += summary.entries_by_kind["correct"];
}

std::string said(const Variant& variant, const std::string& found) {
  return found.empty() ? "" : variant.text() + ": " + found;
}

std::string shown_among(const generate::Case& drawn, const Run& expected,
                        const std::vector<Variant>& all) {
  for (const Variant& variant : all) {
    std::string found = said(variant, difference(expected, run(drawn, variant)));
    if (!found.empty()) return found;
  }
  return "";
}

// With few keys remembered, old ids are forgotten at places of the log that no batch may move. The
// reference engine remembers all, so these are compared with each other.
std::string shown_forgetting(const generate::Case& drawn, uint64_t turn) {
  const uint32_t workers = 1 + static_cast<uint32_t>(turn % 3);
  const Run expected = run(drawn, {1, 256, 0, kFewKeys});
  return shown_among(drawn, expected, {{7, 1, 0, kFewKeys}, {16, 16, workers, kFewKeys}});
}

// Where two are equal and were at one instant, who came first in the log wins; and of a budget who
// asks first gets it.
bool goes_by_order(const generate::Case& drawn) {
  const std::vector<plan::Plan> plans = load_all(drawn.plans);
  return std::any_of(plans.begin(), plans.end(), [](const plan::Plan& plan) {
    if (!plan.budgets.empty()) return true;
    return std::any_of(plan.challenges.begin(), plan.challenges.end(), [](const auto& challenge) {
      return challenge.ties == plan::tree::Ties::kEarliest;
    });
  });
}

std::string shown_order(const generate::Case& drawn, uint64_t turn) {
  if (goes_by_order(drawn)) return "";
  const generate::Case quiet = quietened(drawn);
  generate::Rng rng(turn);
  const Run expected = run(quiet, {1, 256, 0});
  const Run actual = run(reordered(rng, quiet), {7, 16, 0});
  const bool is_same = expected.engine->state_hash() == actual.engine->state_hash();
  return is_same ? "" : "events in another order, each account's order kept: state_hash differs";
}

}  // namespace

std::vector<Variant> variants(const std::vector<uint32_t>& batches, uint64_t turn) {
  std::vector<Variant> all;
  for (const uint32_t shards : kShardCounts) {
    for (const uint32_t batch : batches) all.push_back({shards, batch, 0});
  }
  for (const uint32_t shards : kShardCounts) {
    const uint32_t workers = 1 + static_cast<uint32_t>(turn / batches.size() % 3);
    all.push_back({shards, batches[turn % batches.size()], workers});
    ++turn;
  }
  return all;
}

std::string reference_difference(const generate::Case& drawn, const Variant& variant,
                                 Tally* tally) {
  const Run actual = run(drawn, variant);
  add(actual, tally);
  return said(variant, difference(ReferenceRun(drawn), actual));
}

std::string shown_variant(const generate::Case& drawn, const std::vector<uint32_t>& batches,
                          uint64_t turn) {
  std::string found = shown_among(drawn, run(drawn, Variant()), variants(batches, turn));
  if (found.empty()) found = shown_forgetting(drawn, turn);
  if (found.empty()) found = shown_order(drawn, turn);
  return found;
}

std::string broken_law(const generate::Case& drawn, const std::vector<uint32_t>& batches,
                       uint64_t turn, Tally* tally) {
  const Run first = run(drawn, Variant());
  add(first, tally);
  const std::string found = said(Variant(), difference(ReferenceRun(drawn), first));
  if (!found.empty()) return "against the reference engine: " + found;
  return shown_variant(drawn, batches, turn);
}

}  // namespace guerdon::law
