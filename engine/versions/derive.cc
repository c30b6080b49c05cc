#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "engine/versions/merge_state.h"

namespace guerdon::plan {
namespace {

using Events = std::set<int>;

bool has_all(const std::vector<int>& list, const std::vector<int>& values) {
  return std::all_of(values.begin(), values.end(),
                     [&](int value) { return contains(list, value); });
}

// Whether an attribute is read, of an event, an object or a line.
bool is_of_event(const Term& term) {
  return term.kind == TermKind::kAttribute || term.kind == TermKind::kHas ||
         term.kind == TermKind::kFirst || term.kind == TermKind::kHighest;
}

// The attributes of lines that are read.
std::vector<int> read_by(const LineFold& fold) {
  std::vector<int> read;
  if (fold.value >= 0) read.push_back(fold.value);
  const auto see = [&](const Term& term) {
    if (is_of_event(term)) read.push_back(term.index);
  };
  if (fold.where != nullptr) visit_terms(*fold.where, see);
  if (fold.amount != nullptr) visit_terms(*fold.amount, see);
  return read;
}

class Deriving {
 public:
  explicit Deriving(Merging& merging)
      : merging_(merging),
        plan_(merging.plan),
        moved_by_(plan_.measures.size()),
        layer_above_(plan_.measures.size(), -1),
        stage_(plan_.rules.size(), Stage::kWaiting),
        mates_(plan_.groups.size()) {}

  bool derive();

 private:
  enum class Stage : uint8_t { kWaiting, kBegun, kDone };

  void complete_events();
  bool check_object();
  bool follow_objects();
  bool reads_all(const Rule& rule, const EventType& event);
  void feed_measures();
  bool check_feeder(const Measure& measure, const Rule& rule);
  bool settle(int rule, int depth);
  bool settle_measure(int measure, int depth);
  bool refuse_height(const Rule& rule);
  void share_events();
  bool check_told_goals();
  bool shares(const Rule& rule) const {
    return rule.group >= 0 && !plan_.groups[static_cast<size_t>(rule.group)].changes_nothing();
  }
  bool refuse(DiagnosticCode code, std::string message, std::string advice) {
    return merging_.refuse(code, merging_.header, std::move(message), std::move(advice));
  }

  Merging& merging_;
  Plan& plan_;
  std::vector<Events> moved_by_;  // as Plan::measures
  std::vector<int> layer_above_;  // the same: of a rule that reads it; below 0: not found yet
  std::vector<Stage> stage_;      // as Plan::rules
  std::vector<std::vector<int>> mates_;  // as Plan::groups: their rules
};

// What is found in tables, and what a rule per object reads of lines, is had wherever there is what
// it is made of: a rule of one version sees an event that another has declared. What rules credit
// is had where they run, as each version says.
void Deriving::complete_events() {
  std::set<int> read_of_objects;
  for (const Rule& rule : plan_.rules) {
    if (!rule.subject.is_object()) continue;
    visit_terms(rule, [&](const Term& term) {
      if (is_of_event(term)) read_of_objects.insert(term.index);
    });
  }
  for (size_t a = 0; a < plan_.attributes.size(); ++a) {
    const Attribute& attribute = plan_.attributes[a];
    const auto index = static_cast<int>(a);
    if (attribute.is_sent() || attribute.credited >= 0) continue;
    const bool is_climb = attribute.climb >= 0;
    const bool is_ask = attribute.ask >= 0 || is_climb;
    if (!is_ask && !read_of_objects.contains(index)) continue;
    const std::vector<int> made_of =
        is_climb ? std::vector<int>{plan_.climbs[static_cast<size_t>(attribute.climb)].below}
        : is_ask ? plan_.asks[static_cast<size_t>(attribute.ask)].keys
                 : read_by(plan_.folds[static_cast<size_t>(attribute.fold)]);
    for (EventType& event : plan_.events) {
      if (contains(event.attributes, index)) continue;
      const bool is_made =
          is_ask ? has_all(event.attributes, made_of)
                 : event.object >= 0 && !event.lines.empty() && has_all(event.lines, made_of);
      if (is_made) event.attributes.push_back(index);
    }
  }
}

// A plan follows one kind of object, of which each thing goes by one name outside.
bool Deriving::check_object() {
  const auto is_followed = [](const Rule& rule) { return rule.subject.is_object(); };
  if (std::none_of(plan_.rules.begin(), plan_.rules.end(), is_followed)) return true;
  int object = -1;
  std::map<std::string_view, int> by_wire;
  for (const EventType& event : plan_.events) {
    if (event.object < 0) continue;
    if (object >= 0 && event.object != object) {
      return refuse(kAtOdds, "the versions of this plan follow two kinds of object",
                    "what follows another kind is a plan of its own");
    }
    object = event.object;
    for (const int index : event.attributes) {
      const Attribute& attribute = plan_.attributes[static_cast<size_t>(index)];
      if (by_wire.emplace(attribute.wire, index).first->second == index) continue;
      return refuse(kAtOdds,
                    "events of one object call two things " + backquoted(attribute.wire) +
                        " outside, in this version or one before",
                    "what is known of the object goes by that name: take another");
    }
  }
  return true;
}

// Else what its lines change of the object would not be seen.
bool Deriving::reads_all(const Rule& rule, const EventType& event) {
  if (event.lines.empty()) return true;
  bool reads = true;
  visit_terms(rule, [&](const Term& term) {
    if (!is_of_event(term)) return;
    const bool is_fold = plan_.attributes[static_cast<size_t>(term.index)].fold >= 0;
    reads = reads && (!is_fold || contains(event.attributes, term.index));
  });
  return reads || refuse(kSettled,
                         "event " + event.name + " has lines without all that rule " + rule.name +
                             " reads of them",
                         "declare below its `lines of` what the other events of the object have");
}

// An entitlement of an object runs for each event of it, whichever version declared that.
bool Deriving::follow_objects() {
  for (Rule& rule : plan_.rules) {
    if (!rule.subject.is_object()) continue;
    rule.events.clear();
    for (size_t e = 0; e < plan_.events.size(); ++e) {
      if (plan_.events[e].object != rule.subject.object) continue;
      rule.events.push_back(static_cast<int>(e));
      if (!reads_all(rule, plan_.events[e])) return false;
    }
  }
  return true;
}

// What a lineage credits, whichever version of it does.
void Deriving::feed_measures() {
  for (size_t m = 0; m < plan_.measures.size(); ++m) {
    Measure& measure = plan_.measures[m];
    for (const Flow& flow : measure.flows) {
      moved_by_[m].insert(flow.events.begin(), flow.events.end());
    }
    measure.earned_by.clear();
    const std::set<std::string> lineages(merging_.earned[m].begin(), merging_.earned[m].end());
    if (lineages.empty()) continue;
    for (size_t r = 0; r < plan_.rules.size(); ++r) {
      if (lineages.contains(plan_.rules[r].lineage)) {
        measure.earned_by.push_back(static_cast<int>(r));
      }
    }
  }
}

// Where it credits, the event has to say what the measure is kept for.
bool Deriving::check_feeder(const Measure& measure, const Rule& rule) {
  const auto closes = [](const Effect& effect) { return effect.at_close; };
  if (std::any_of(rule.effects.begin(), rule.effects.end(), closes)) {
    return refuse(kNotAtClose,
                  "in one of its versions rule " + rule.name +
                      " pays when a period is closed, and " + backquoted(measure.name) +
                      " counts what it credits",
                  "let it pay as soon as it is owed, or begin a new rule");
  }
  std::vector<int> named = measure.subject.keys;
  if (rule.subject.is_event()) named.push_back(measure.subject.owner);
  const auto names_all = [&](int event) {
    return has_all(plan_.events[static_cast<size_t>(event)].attributes, named);
  };
  const bool is_named = std::all_of(rule.events.begin(), rule.events.end(), names_all) &&
                        (!rule.take_back || std::all_of(rule.take_back->events.begin(),
                                                        rule.take_back->events.end(), names_all));
  return is_named || refuse(kNotNamedByEvent,
                            "in one of its versions rule " + rule.name +
                                " credits at an event without all that " +
                                backquoted(measure.name) + " is kept per",
                            "keep the measure for less, or sum another rule");
}

// The layer above the rules whose credits it sums, and above whoever shares with them.
bool Deriving::settle_measure(int index, int depth) {
  const Measure& measure = plan_.measures[static_cast<size_t>(index)];
  int& layer = layer_above_[static_cast<size_t>(index)];
  if (layer >= 0) return true;
  std::set<int> feeders(measure.earned_by.begin(), measure.earned_by.end());
  for (const int feeder : measure.earned_by) {
    const Rule& rule = plan_.rules[static_cast<size_t>(feeder)];
    if (!shares(rule)) continue;
    const std::vector<int>& mates = mates_[static_cast<size_t>(rule.group)];
    feeders.insert(mates.begin(), mates.end());
  }
  Events& moved_by = moved_by_[static_cast<size_t>(index)];
  int above = 0;
  for (const int feeder : feeders) {
    if (!settle(feeder, depth + 1)) return false;
    const Rule& rule = plan_.rules[static_cast<size_t>(feeder)];
    if (!check_feeder(measure, rule)) return false;
    above = std::max(above, rule.layer + 1);
    moved_by.insert(rule.events.begin(), rule.events.end());
    // What one takes back that shares with it is no credit of its own.
    const bool feeds = std::find(measure.earned_by.begin(), measure.earned_by.end(), feeder) !=
                       measure.earned_by.end();
    if (!feeds || !rule.take_back) continue;
    moved_by.insert(rule.take_back->events.begin(), rule.take_back->events.end());
  }
  layer = above;
  return true;
}

// The layer of a rule, behind those of the rules whose credits it reads; and at which events an
// entitlement of an account runs.
bool Deriving::settle(int index, int depth) {
  Stage& stage = stage_[static_cast<size_t>(index)];
  Rule& rule = plan_.rules[static_cast<size_t>(index)];
  if (stage == Stage::kDone) return true;
  if (stage == Stage::kBegun) {
    return refuse(
        kCircle,
        "over the versions of this plan rule " + rule.name + " reads what hangs on what it credits",
        "let it read something else: what a rule pays cannot hang on itself, in "
        "whichever version");
  }
  stage = Stage::kBegun;
  std::set<int> read;
  visit_terms(rule, [&](const Term& term) {
    if (term.kind == TermKind::kMeasure) read.insert(term.index);
  });
  rule.layer = 0;
  Events events;
  for (const int measure : read) {
    if (depth < kLayersMax && !settle_measure(measure, depth)) return false;
    const int layer = depth < kLayersMax ? layer_above_[static_cast<size_t>(measure)] : kLayersMax;
    if (layer >= kLayersMax) return refuse_height(rule);
    rule.layer = std::max(rule.layer, layer);
    const Events& moved_by = moved_by_[static_cast<size_t>(measure)];
    events.insert(moved_by.begin(), moved_by.end());
  }
  if (rule.subject.owner >= 0 && !rule.counts) rule.events.assign(events.begin(), events.end());
  stage = Stage::kDone;
  return true;
}

bool Deriving::refuse_height(const Rule& rule) {
  return refuse(kTooMany,
                "over the versions of this plan rule " + rule.name + " stands above " +
                    std::to_string(kLayersMax) + " layers of rules that read what others credit",
                "let it read an earlier measure");
}

// An entitlement is asked where any of its group is.
void Deriving::share_events() {
  std::vector<Events> events(plan_.groups.size());
  for (const Rule& rule : plan_.rules) {
    if (!shares(rule) || rule.subject.owner < 0) continue;
    events[static_cast<size_t>(rule.group)].insert(rule.events.begin(), rule.events.end());
  }
  for (Rule& rule : plan_.rules) {
    if (!shares(rule) || rule.subject.owner < 0) continue;
    const Events& all = events[static_cast<size_t>(rule.group)];
    rule.events.assign(all.begin(), all.end());
  }
}

bool Deriving::derive() {
  complete_events();
  if (!check_object() || !follow_objects()) return false;
  feed_measures();
  for (size_t r = 0; r < plan_.rules.size(); ++r) {
    const int group = plan_.rules[r].group;
    if (group >= 0) mates_[static_cast<size_t>(group)].push_back(static_cast<int>(r));
  }
  for (size_t r = 0; r < plan_.rules.size(); ++r) {
    if (!settle(static_cast<int>(r), 0)) return false;
  }
  for (size_t m = 0; m < plan_.measures.size(); ++m) {
    if (!settle_measure(static_cast<int>(m), 0)) return false;  // of those that no rule reads
  }
  share_events();
  return check_told_goals();
}

bool Deriving::check_told_goals() {
  const std::vector<ShorterThanGoal> shorter = shorter_than_goals(plan_);
  return shorter.empty() ||
         refuse(kNotOfSubject, "over the versions of this plan " + shorter.front().sentence(),
                shorter.front().advice());
}

}  // namespace

bool derive(Merging& merging) { return Deriving(merging).derive(); }

}  // namespace guerdon::plan
