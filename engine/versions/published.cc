#include "engine/versions/published.h"

#include <algorithm>

#include "engine/base/assert.h"

namespace guerdon::plan {

namespace {

// The first versions are what the log begins with.
uint64_t lsn_of(const Program& program, size_t plan, size_t version) {
  if (version == 0) return plan + 1;
  const auto found = std::find_if(
      program.published.begin(), program.published.end(),
      [&](const Published& each) { return each.plan == plan && each.version == version; });
  GUERDON_ASSERT(found != program.published.end());
  return found->lsn;
}

}  // namespace

std::vector<PublishedVersion> published_versions(const Program& program) {
  std::vector<PublishedVersion> all;
  for (size_t p = 0; p < program.plans.size(); ++p) {
    const LoadedPlan& plan = program.plans[p];
    for (size_t v = 0; v < plan.versions.size(); ++v) {
      const PlanVersion& version = plan.versions[v];
      all.push_back({plan.name, version.text, version.number, version.from, lsn_of(program, p, v)});
    }
  }
  return all;
}

std::optional<uint64_t> lsn_of_text(const Program& program, std::string_view text) {
  for (const PublishedVersion& version : published_versions(program)) {
    if (version.text == text) return version.lsn;
  }
  return std::nullopt;
}

}  // namespace guerdon::plan
