#include "engine/versions/publication.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/compiler/compiler.h"
#include "engine/plan/checker.h"
#include "engine/syntax/diagnostic.h"
#include "engine/versions/merge.h"

namespace guerdon::plan {

PlanHistory::PlanHistory(std::vector<Plan> plans, Program program) : plans_(std::move(plans)) {
  GUERDON_ASSERT(plans_.size() == program.plans.size());
  programs_.push_back(std::make_unique<const Program>(std::move(program)));
}

std::vector<const Plan*> PlanHistory::with(const Publication& publication) const {
  std::vector<const Plan*> all;
  for (const Plan& plan : plans_) all.push_back(&plan);
  all[publication.plan] = &publication.merged;
  return all;
}

std::optional<Publication> PlanHistory::prepare(const SourceText& source, std::string* error,
                                                std::string* warnings) const {
  Diagnostics diagnostics;
  std::optional<Plan> next = load_plan(source, diagnostics);
  if (!next) {
    *error = render(source, diagnostics);
    return std::nullopt;
  }
  const auto known = std::find_if(plans_.begin(), plans_.end(),
                                  [&](const Plan& plan) { return plan.name == next->name; });
  if (known == plans_.end()) {
    *error = "there is no plan " + next->name +
             " of which this could be a version; the plans that an engine has are those that it "
             "began with";
    return std::nullopt;
  }
  std::optional<Plan> merged = merge(*known, std::move(*next), source, diagnostics);
  if (!merged) {
    *error = render(source, diagnostics);
    return std::nullopt;
  }
  if (warnings != nullptr) *warnings += render(source, diagnostics);
  Publication publication;
  publication.plan = static_cast<size_t>(known - plans_.begin());
  publication.merged = std::move(*merged);
  const std::optional<Program> tried = compile_again(with(publication), program(), {}, error);
  if (!tried) return std::nullopt;
  publication.texts = tried->symbols.provisional();
  return publication;
}

bool PlanHistory::compile(Publication* publication, std::string* error) const {
  std::optional<Program> made =
      compile_again(with(*publication), program(), publication->numbered, error);
  if (!made) return false;
  GUERDON_ASSERT(made->symbols.provisional().empty());
  publication->program = std::make_unique<Program>(std::move(*made));
  return true;
}

const Program& PlanHistory::take(Publication publication, uint64_t lsn) {
  Program& program = *publication.program;
  GUERDON_ASSERT(program.before == programs_.back().get());
  program.published.push_back({lsn, publication.plan, publication.merged.versions.size() - 1,
                               program.symbols.apart().size()});
  plans_[publication.plan] = std::move(publication.merged);
  programs_.push_back(std::move(publication.program));
  return *programs_.back();
}

}  // namespace guerdon::plan
