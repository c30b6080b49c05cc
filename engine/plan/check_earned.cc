// Measures of what rules credit: `points earned by cashback`.
#include <algorithm>
#include <string>

#include "engine/base/assert.h"
#include "engine/plan/check_state.h"

namespace guerdon::plan {
namespace {

// What it is given hangs on others.
bool shares(const Checking& checking, const Rule& rule) {
  return rule.group >= 0 &&
         !checking.plan.groups[static_cast<size_t>(rule.group)].changes_nothing();
}

class Settling {
 public:
  Settling(Checking& checking, int measure)
      : checking_(checking),
        index_(static_cast<size_t>(measure)),
        measure_(checking.plan.measures[index_]),
        written_(*checking.measures[index_]) {}

  // False: told.
  bool settle(std::optional<Span> reader);

  // False.
  bool refuse_circle(const tree::Name& name, std::optional<Span> reader);
  bool refuse_height();

 private:
  bool check_feeder(const tree::Name& name, const Rule& rule);
  bool check_mates(const tree::Name& name, int number, std::optional<Span> reader);
  bool names_subject(const tree::Name& name, const Rule& rule, const std::vector<int>& events);

  Checking& checking_;
  size_t index_;
  const Measure& measure_;
  const tree::Measure& written_;
  EventSet events_;          // at which one of the rules may credit
  int layer_ = 0;            // of who reads it
  std::vector<int> groups_;  // whose rules are checked
};

// A rule that is being checked has led here: it reads what it credits.
bool Settling::refuse_circle(const tree::Name& name, std::optional<Span> reader) {
  checking_.report(kCircle, reader.value_or(name.span),
                   backquoted(measure_.name) + " counts what rule " + name.text +
                       " credits, which hangs on this",
                   "let one of them read something else: what a rule pays cannot hang on itself");
  return false;
}

// Who has a role of an object is known of it, and an entitlement runs where its owner is known.
bool Settling::names_subject(const tree::Name& name, const Rule& rule,
                             const std::vector<int>& events) {
  std::vector<int> named = measure_.subject.keys;
  if (rule.subject.is_event()) named.push_back(measure_.subject.owner);
  for (const int event : events) {
    events_.set(static_cast<size_t>(event));
    for (const int attribute : named) {
      if (checking_.event_attributes[static_cast<size_t>(event)].test(
              static_cast<size_t>(attribute))) {
        continue;
      }
      checking_.report(kNotNamedByEvent, name.span,
                       "rule " + name.text + " credits at event " + checking_.event(event).name +
                           ", which has no " + backquoted(checking_.attribute_at(attribute).name),
                       "declare the attribute in the event, or keep the measure for less");
      return false;
    }
  }
  return true;
}

// Whoever shares with it may change what it is given: all of its group are checked before what
// reads it, which stands above the last of them.
bool Settling::check_mates(const tree::Name& name, int number, std::optional<Span> reader) {
  const auto group_of = [&](size_t rule) -> std::string_view {
    const std::optional<tree::Name>& group = checking_.rules[rule].written->group;
    return group ? std::string_view(group->text) : std::string_view();
  };
  const auto own = static_cast<size_t>(number);
  const int group = checking_.rules[own].rule->group;
  const bool is_known = std::find(groups_.begin(), groups_.end(), group) != groups_.end();
  if (is_known || !shares(checking_, *checking_.rules[own].rule)) return true;
  groups_.push_back(group);
  for (size_t mate = 0; mate < checking_.rules.size(); ++mate) {
    if (group_of(mate) != group_of(own)) continue;
    check_rule(checking_, static_cast<int>(mate));
    const RuleState& state = checking_.rules[mate];
    if (state.stage == RuleState::Stage::kBegun) return refuse_circle(name, reader);
    if (!state.rule || !names_subject(name, *state.rule, state.rule->events)) return false;
    layer_ = std::max(layer_, state.rule->layer + 1);
  }
  return true;
}

bool Settling::check_feeder(const tree::Name& name, const Rule& rule) {
  const bool closes = std::any_of(rule.effects.begin(), rule.effects.end(),
                                  [](const Effect& effect) { return effect.at_close; });
  if (closes) {
    checking_.report(kNotAtClose, name.span,
                     "rule " + name.text +
                         " pays when a period is closed, and no measure counts that in this "
                         "version of the language",
                     "leave the rule out, or let it pay as soon as it is owed");
    return false;
  }
  const bool has_budget = std::any_of(rule.effects.begin(), rule.effects.end(),
                                      [](const Effect& effect) { return effect.budget >= 0; });
  if (has_budget) {
    checking_.report(kNotInThisVersion, name.span,
                     "rule " + name.text +
                         " is paid from a budget, and no measure counts what that grants in this "
                         "version of the language",
                     "leave the rule out, or let it pay from no budget");
    return false;
  }
  const bool feeds =
      std::any_of(rule.effects.begin(), rule.effects.end(), [&](const Effect& effect) {
        return effect.verb == Verb::kCredit && effect.payee == measure_.subject.owner &&
               effect.unit == measure_.type.unit;
      });
  if (!feeds) {
    checking_.report(kWrongPayee, name.span,
                     "rule " + name.text + " credits no " +
                         checking_.unit(measure_.type.unit).name + " to " +
                         backquoted(checking_.attribute_at(measure_.subject.owner).name),
                     "leave the rule out, or keep the measure for whom it credits");
    return false;
  }
  return names_subject(name, rule, rule.events) &&
         (!rule.take_back || names_subject(name, rule, rule.take_back->events));
}

bool Settling::settle(std::optional<Span> reader) {
  for (const tree::Name& name : written_.earned_by) {
    const int number = checking_.rule_named(name.text);
    check_rule(checking_, number);
    const RuleState& state = checking_.rules[static_cast<size_t>(number)];
    if (state.stage == RuleState::Stage::kBegun) return refuse_circle(name, reader);
    if (!state.rule || !check_feeder(name, *state.rule)) return false;
    layer_ = std::max(layer_, state.rule->layer + 1);
    if (!check_mates(name, number, reader)) return false;
  }
  checking_.measure_events[index_] = events_;
  checking_.layer_above[index_] = layer_;
  return layer_ < kLayersMax || refuse_height();
}

bool Settling::refuse_height() {
  checking_.report(kTooMany, written_.name.span,
                   "rules that read what rules credit stand in at most " +
                       std::to_string(kLayersMax) + " layers",
                   "let the last one read an earlier measure");
  return false;
}

}  // namespace

void settle_earned(Checking& checking, int measure, std::optional<Span> reader) {
  const auto index = static_cast<size_t>(measure);
  EarnedStage& stage = checking.measure_stage[index];
  if (stage == EarnedStage::kDone || !checking.measure_is_sound[index]) return;
  Settling settling(checking, measure);
  if (stage == EarnedStage::kBegun) {
    const tree::Measure& written = *checking.measures[index];
    checking.measure_is_sound[index] = settling.refuse_circle(written.earned_by.front(), reader);
    return;
  }
  stage = EarnedStage::kBegun;
  // As many wait for this one already: they are of too many layers, or go round in a circle.
  const bool is_deep = checking.settling == kLayersMax;
  ++checking.settling;
  const bool is_sound = is_deep ? settling.refuse_height() : settling.settle(reader);
  --checking.settling;
  checking.measure_is_sound[index] = checking.measure_is_sound[index] && is_sound;
  checking.measure_stage[index] = EarnedStage::kDone;
}

}  // namespace guerdon::plan
