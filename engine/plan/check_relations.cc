// Relations, and who stands above an account that an event names (relations.h).
#include <algorithm>
#include <string>
#include <utility>

#include "engine/base/assert.h"
#include "engine/plan/check_state.h"

namespace guerdon::plan {
namespace {

std::string climb_levels_phrase() { return "1 to " + std::to_string(kClimbLevelsMax); }

bool is_climb_level(int64_t level) { return level >= 1 && level <= kClimbLevelsMax; }

// Whatever has the account below has it, too.
void enter_above(Checking& checking, int index, int below) {
  for (size_t e = 0; e < checking.plan.events.size(); ++e) {
    std::vector<int>& attributes = checking.plan.events[e].attributes;
    if (std::find(attributes.begin(), attributes.end(), below) == attributes.end()) continue;
    attributes.push_back(index);
    checking.event_attributes[e].set(static_cast<size_t>(index));
  }
}

}  // namespace

int check_relation(Checking& checking, const tree::Name& name) {
  const Binding* const binding = checking.binding(name.text);
  if (binding != nullptr && binding->kind == BindingKind::kRelation) return binding->index;
  std::vector<std::string> known;
  for (const Relation& other : checking.plan.relations) known.push_back(other.name);
  checking.report(binding == nullptr ? kUnknownName : kWrongKind, name.span,
                  backquoted(name.text) + " is not a relation",
                  did_you_mean(name.text, known,
                               "declare it: a line `relation " + name.text + "` at the margin"));
  return -1;
}

int climb_attribute(Checking& checking, const Climb& climb, Span span) {
  Plan& plan = checking.plan;
  for (size_t a = 0; a < plan.attributes.size(); ++a) {
    const int known = plan.attributes[a].climb;
    if (known >= 0 && plan.climbs[static_cast<size_t>(known)] == climb) return static_cast<int>(a);
  }
  if (plan.climbs.size() == size_t{kClimbsMax} ||
      plan.attributes.size() == size_t{kAttributesMax}) {
    checking.report(kTooMany, span,
                    "a plan names at most " + std::to_string(kClimbsMax) +
                        " different places above accounts, and has at most " +
                        std::to_string(kAttributesMax) + " attributes with them",
                    "name fewer levels");
    return -1;
  }
  const Relation& relation = plan.relations[static_cast<size_t>(climb.relation)];
  const Attribute& below = checking.attribute_at(climb.below);
  Attribute attribute;
  attribute.name = climb_name(climb, relation.name, below.name);
  attribute.wire = climb_name(climb, relation.wire, below.wire);
  attribute.type = {TypeKind::kAccount, -1};
  attribute.climb = static_cast<int>(plan.climbs.size());
  attribute.span = span;
  const auto index = static_cast<int>(plan.attributes.size());
  plan.attributes.push_back(std::move(attribute));
  plan.climbs.push_back(climb);
  enter_above(checking, index, climb.below);
  return index;
}

int check_below(Checking& checking, const tree::Name& who, const AttributeSet& visible) {
  const int index = checking.attribute(who.text);
  if (index < 0 && checking.broken_attributes.contains(who.text)) return -1;
  const bool is_account =
      index >= 0 && checking.attribute_at(index).type.kind == TypeKind::kAccount;
  if (is_account && visible.test(static_cast<size_t>(index))) return index;
  checking.report(
      index < 0 ? kUnknownName : kWrongKind, who.span,
      backquoted(who.text) + " is not an account of the events here",
      "name an attribute of type account: whoever stands above it is found in the tree");
  return -1;
}

int check_above(Checking& checking, const tree::Name& who, const tree::Above& above, int64_t level,
                const Rule& rule, const AttributeSet& visible) {
  const int relation = check_relation(checking, above.relation);
  const int below = check_below(checking, who, visible);
  if (relation < 0 || below < 0) return -1;
  if (!is_climb_level(level)) {
    checking.report(kOutOfRange, above.span,
                    "a tree is climbed by " + climb_levels_phrase() + " levels",
                    "write `'s` less often");
    return -1;
  }
  Climb climb;
  climb.relation = relation;
  climb.below = below;
  climb.level = static_cast<int>(level);
  climb.passes = above.passes.value_or(false);
  climb.stands = rule.subject.is_object();
  return climb_attribute(checking, climb, above.span);
}

int check_each_above(Checking& checking, const tree::AboveSubject& above) {
  const int relation = check_relation(checking, above.relation);
  AttributeSet all;
  all.set();
  const int below = check_below(checking, above.who, all);
  if (relation < 0 || below < 0) return -1;
  const int64_t levels = above.up_to > 0 ? above.up_to : kClimbLevelsMax;
  if (!is_climb_level(levels)) {
    checking.report(kOutOfRange, above.span,
                    "a tree is climbed by " + climb_levels_phrase() + " levels", "write fewer");
    return -1;
  }
  Climb climb;
  climb.relation = relation;
  climb.below = below;
  for (climb.level = 1; climb.level <= levels; ++climb.level) {
    if (climb_attribute(checking, climb, above.span) < 0) return -1;
  }
  climb.level = 0;
  climb.up_to = static_cast<int>(levels);
  return climb_attribute(checking, climb, above.span);
}

std::vector<int64_t> levels_of(Checking& checking, const tree::Effect& effect) {
  const tree::Above& above = *effect.above;
  const auto refuse = [&](DiagnosticCode code, Span span, std::string message, std::string advice) {
    checking.report(code, span, std::move(message), std::move(advice));
    return std::vector<int64_t>();
  };
  const bool has_amount = effect.amount != nullptr || effect.by;
  if (!above.is_each) {
    if (above.rows.empty()) return {above.level};
    return refuse(kTableShape, above.rows.front().level_span,
                  "this pays one level, and here are amounts for levels",
                  "write `each " + above.relation.text + " above " + effect.who.text + "`");
  }
  if (has_amount == !above.rows.empty() || (has_amount && above.up_to == 0)) {
    return refuse(kTableShape, above.span,
                  has_amount && above.up_to == 0 ? "this does not say how many levels it pays"
                  : has_amount                   ? "what each level gets stands here twice"
                                                 : "nothing says what each level gets",
                  "write `up to 5 levels` and an amount for all of them, or below it a row for "
                  "each: `level 1 : 2% of value`");
  }
  std::vector<int64_t> levels;
  for (const tree::LevelRow& row : above.rows) {
    if (!is_climb_level(row.level) || (!levels.empty() && row.level <= levels.back())) {
      return refuse(kNotAscending, row.level_span,
                    "levels ascend, and are " + climb_levels_phrase(), "level 1 is right above");
    }
    levels.push_back(row.level);
  }
  if (!is_climb_level(std::max<int64_t>(above.up_to, 1)) ||
      (above.up_to > 0 && !levels.empty() && levels.back() > above.up_to)) {
    return refuse(kOutOfRange, above.span, "levels are " + climb_levels_phrase(),
                  "leave `up to` out where each level has a row");
  }
  for (int64_t level = 1; above.rows.empty() && level <= above.up_to; ++level) {
    levels.push_back(level);
  }
  return levels;
}

}  // namespace guerdon::plan
