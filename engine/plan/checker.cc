#include "engine/plan/checker.h"

#include <utility>

#include "engine/plan/check_state.h"
#include "engine/syntax/parser.h"

namespace guerdon::plan {

std::optional<Plan> check(const SourceText& source, const tree::Plan& tree,
                          Diagnostics& diagnostics) {
  const int errors_before = diagnostics.errors();
  Checking checking(source, tree, diagnostics);
  check_header(checking);
  check_declarations(checking);
  check_definitions(checking);
  check_wallets(checking);
  check_shop(checking);
  check_event_conditions(checking);
  check_measures(checking);
  check_ladders(checking);
  check_targets(checking);
  check_streaks(checking);
  check_budgets(checking);
  check_badges(checking);
  check_groups(checking);
  check_rules(checking);
  check_challenges(checking);
  add_reviews(checking);
  add_surpluses(checking);
  add_entries(checking);
  check_unused(checking);
  finish_ladders(checking);
  if (diagnostics.errors() == errors_before) {
    check_told_goals(checking);
    check_told_budgets(checking);
  }
  if (diagnostics.errors() != errors_before) return std::nullopt;
  warn_of_late(checking);
  Plan& plan = checking.plan;
  plan.text = std::string(source.text());
  plan.versions = {{plan.version, plan.from, plan.text, {}, false}};
  return std::move(checking.plan);
}

std::optional<Plan> load_plan(const SourceText& source, Diagnostics& diagnostics) {
  const tree::Plan tree = parse(source, lex(source, diagnostics), diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  return check(source, tree, diagnostics);
}

}  // namespace guerdon::plan
