// Params, lists and lets where they are declared, and what is known only when all has been used.
#include <algorithm>
#include <utility>
#include <variant>

#include "engine/plan/check_state.h"
#include "engine/plan/check_tables.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {
namespace {

// A table of texts or whole numbers rarely has all there are.
bool names_every_key(const Checking& checking, const Table& table) {
  if (table.otherwise) return true;
  if (table.keys.size() == 1 && table.keys[0].type.kind == TypeKind::kLevel) {
    const LadderState& ladder = checking.ladders[static_cast<size_t>(table.keys[0].type.unit)];
    if (table.rows.size() == ladder.written->levels.size()) return true;
  }
  const auto takes_any = [&](const Row& row) {
    for (size_t k = 0; k < table.keys.size(); ++k) {
      if (table.keys[k].kind == KeyKind::kRange) continue;
      if (row.cells[k].kind != tree::CellKind::kAny) return false;
    }
    return true;
  };
  return std::any_of(table.rows.begin(), table.rows.end(), takes_any);
}

void warn_without_otherwise(Checking& checking, const TableState& state, const Table& table) {
  if (!state.must_fit || state.tested || names_every_key(checking, table)) return;
  const std::string name = table.name.empty() ? "these rows have" : "table " + table.name + " has";
  const std::string key = table.keys[0].name.empty() ? "key" : table.keys[0].name;
  checking.report(kNoOtherwise, state.span,
                  name + " no `otherwise`; an unknown " + key + " pays nothing",
                  "add `otherwise : none` if that is meant");
}

void check_list(Checking& checking, const tree::List& list) {
  const Scope scope;
  Typer typer(checking, scope);
  bool texts = false;
  bool numbers = false;
  for (const tree::ExprPtr& written : list.values) {
    const Typed value = typer.value(*written);
    if (!value) continue;
    if (value.type().kind == TypeKind::kDuration) {
      checking.report(kValuesDiffer, written->span, "a list has texts or numbers, and no durations",
                      "name a duration with `param`");
      return;
    }
    texts = texts || value.type().kind == TypeKind::kText;
    numbers = numbers || value.type().is_number();
    if (!texts || !numbers) continue;
    checking.report(kValuesDiffer, written->span, "a list has texts or numbers, not both",
                    "make it two lists");
    return;
  }
}

void warn_without_rules(Checking& checking) {
  const tree::PlanHeader* header = nullptr;
  for (const tree::Declaration& declaration : checking.tree.declarations) {
    const auto* const target = std::get_if<tree::Target>(&declaration.what);
    bool pays = target != nullptr && !target->rule.effects.empty();
    const auto* const ladder = std::get_if<tree::Ladder>(&declaration.what);
    pays = pays ||
           (ladder != nullptr && !(ladder->rule.effects.empty() && ladder->told.effects.empty()));
    const auto* const badge = std::get_if<tree::Badge>(&declaration.what);
    pays = pays || (badge != nullptr && (badge->follows || badge->granted_span));
    pays = pays || std::holds_alternative<tree::Challenge>(declaration.what) ||
           std::holds_alternative<tree::Streak>(declaration.what);
    if (pays || std::holds_alternative<tree::Rule>(declaration.what)) return;
    if (header == nullptr) header = std::get_if<tree::PlanHeader>(&declaration.what);
  }
  if (header == nullptr) return;
  checking.report(kNoRules, header->name.span,
                  "plan " + header->name.text + " has no rules, so it pays nothing",
                  "write what it pays: `rule NAME`, and below it `on EVENT` and `credit ...`");
}

}  // namespace

void check_definitions(Checking& checking) {
  const Scope constants;
  for (Definition& definition : checking.definitions) {
    if (!definition.constant || checking.is_exhausted()) continue;
    Typer(checking, constants).definition(definition);
  }
  for (const tree::List* list : checking.lists) check_list(checking, *list);
}

void check_unused(Checking& checking) {
  Scope anything;
  anything.reader = Reader::kUnused;
  for (Definition& definition : checking.definitions) {
    if (definition.used || definition.constant || checking.is_exhausted()) continue;
    Typer(checking, anything).definition(definition);
  }
  for (size_t i = 0; i < checking.tables.size(); ++i) {
    // What it is asked with says which unit its bounds have.
    const bool is_waiting = checking.tables[i].stage == TableState::Stage::kWaiting;
    if (is_waiting && checking.tables[i].asked_in_vain) continue;
    if (!prepare_table(checking, static_cast<int>(i), {})) continue;
    warn_without_otherwise(checking, checking.tables[i], checking.plan.tables[i]);
  }
  warn_without_rules(checking);
}

}  // namespace guerdon::plan
