#include "tests/law/request_laws.h"

#include <algorithm>

#include "tests/law/request_run.h"

namespace guerdon::law {
namespace {

constexpr uint64_t kManyIds = 100'000;
constexpr uint64_t kFewIds = 24;
constexpr int kShrinkTries = 200;

std::string shown_among(const RequestCase& drawn, const RequestRun& expected,
                        const std::vector<RequestVariant>& all) {
  for (const RequestVariant& variant : all) {
    const std::string found = difference(drawn, expected, run(drawn, variant));
    if (!found.empty()) return variant.text() + ": " + found;
  }
  return "";
}

}  // namespace

std::string broken_law(const RequestCase& drawn, uint64_t turn, RequestTally* tally) {
  const uint32_t workers = 1 + static_cast<uint32_t>(turn % 3);
  const uint32_t batch = turn % 2 == 0 ? 16 : 5;
  const RequestRun expected = run(drawn, {{1, 256, 0, kManyIds}});
  if (!expected.broken.empty()) return expected.broken;
  if (tally != nullptr) {
    tally->requests += expected.answers.size();
    tally->entries += expected.entries.size();
    tally->applied += static_cast<uint64_t>(
        std::count_if(expected.answers.begin(), expected.answers.end(),
                      [](const std::string& answer) { return answer.starts_with("OK"); }));
  }
  std::string found = shown_among(drawn, expected,
                                  {{{1, 1, 0, kManyIds}},
                                   {{2, batch, 0, kManyIds}},
                                   {{7, 256, 0, kManyIds}},
                                   {{16, 1, 0, kManyIds}},
                                   {{2, 256, std::min(workers, 2u), kManyIds}},
                                   {{7, batch, workers, kManyIds}},
                                   {{16, 256, workers, kManyIds}},
                                   {{1, 256, 0, kManyIds}, 7},
                                   {{16, batch, workers, kManyIds}, 2},
                                   {{7, batch, 0, kManyIds}, 0, turn + 1},
                                   {{16, batch, workers, kManyIds}, 0, turn + 1}});
  if (!found.empty()) return found;
  // Ids are forgotten at places of the log that no batch may move.
  const RequestRun forgetting = run(drawn, {{1, 256, 0, kFewIds}});
  return shown_among(drawn, forgetting, {{{7, batch, workers, kFewIds}}, {{2, 1, 0, kFewIds}, 16}});
}

// Halves, quarters, ... are left out as long as that leaves a difference.
RequestCase shrink(RequestCase found, uint64_t turn) {
  int tries = 0;
  for (size_t size = found.requests.size() / 2; size > 0; size /= 2) {
    for (size_t at = 0; at < found.requests.size() && tries < kShrinkTries; ++tries) {
      RequestCase smaller = found;
      const auto first = smaller.requests.begin() + static_cast<ptrdiff_t>(at);
      const size_t gone = std::min(size, smaller.requests.size() - at);
      smaller.requests.erase(first, first + static_cast<ptrdiff_t>(gone));
      if (broken_law(smaller, turn).empty()) {
        at += size;
      } else {
        found = std::move(smaller);
      }
    }
  }
  return found;
}

std::string print(const RequestCase& found) {
  std::string text;
  for (const std::string& plan : found.plans) text += plan + "\n";
  for (const std::string& request : found.requests) text += request + "\n";
  return text;
}

}  // namespace guerdon::law
