// Versions of plans: which rules and measures of several published texts are one, and which version
// of a rule acts. Found anew at each publication, from the texts alone.
#include <algorithm>
#include <set>
#include <tuple>

#include "engine/base/assert.h"
#include "tests/reference/engine.h"
#include "tests/reference/says.h"

namespace guerdon::reference {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The measures that a rule reads.
std::set<int> measures_read(const plan::Rule& rule) {
  std::set<int> read;
  plan::visit_terms(rule, [&](const plan::Term& term) {
    if (term.kind == plan::TermKind::kMeasure) read.insert(term.index);
  });
  return read;
}

}  // namespace

// ---- what is asked of it ------------------------------------------------------------------------

bool Engine::acts(size_t p, size_t r, TimeMs instant) const {
  const RuleVersion& rule = version_of(p, r);
  return rule.since <= instant && instant < rule.before;
}

// Of an event and of an account for life that of the event, of a period its first.
TimeMs Engine::instant_of(const Current& current, size_t p, size_t r) const {
  const plan::Subject& subject = plans_[p].rules[r].subject;
  GUERDON_ASSERT(!subject.is_object());
  const bool is_of_period =
      !subject.is_event() && subject.period != calendar::PeriodKind::kLifetime;
  if (!is_of_period) return current.time;
  return counted_in(current, p, subject.period).from;
}

// The last version that had begun by then.
bool Engine::takes_back(const Current& current, size_t p, size_t r) const {
  const RuleVersion& rule = version_of(p, r);
  if (current.time < rule.since) return false;
  const std::vector<RuleVersion>& rules = family_of(p).rules;
  return std::none_of(rules.begin(), rules.end(), [&](const RuleVersion& other) {
    return other.lineage == rule.lineage && other.since > rule.since && other.since <= current.time;
  });
}

const Engine::RuleVersion& Engine::version_of(size_t p, size_t r) const {
  const std::vector<RuleVersion>& rules = family_of(p).rules;
  const auto at = std::find_if(rules.begin(), rules.end(),
                               [&](const RuleVersion& rule) { return rule.id == Id(p, r); });
  GUERDON_ASSERT(at != rules.end());
  return *at;
}

const std::string& Engine::name_of(size_t p, int attribute) const {
  return attribute_names_.at(p).at(static_cast<size_t>(attribute));
}

int Engine::attribute_in(size_t p, const std::string& name) const {
  const std::vector<std::string>& names = attribute_names_.at(p);
  const auto at = std::find(names.begin(), names.end(), name);
  return at == names.end() ? -1 : static_cast<int>(at - names.begin());
}

const plan::Attribute& Engine::attribute_of(const Family& family, const std::string& name) const {
  for (const size_t p : family.plans) {
    const int attribute = attribute_in(p, name);
    if (attribute >= 0) return plans_[p].attributes[static_cast<size_t>(attribute)];
  }
  GUERDON_UNREACHABLE();
}

size_t Engine::attribute_number(size_t p, int attribute) const {
  const std::vector<std::string>& names = family_of(p).names;
  return static_cast<size_t>(std::find(names.begin(), names.end(), name_of(p, attribute)) -
                             names.begin());
}

const plan::EventType* Engine::declared(const Family& family, const std::string& type, size_t plans,
                                        size_t* p) const {
  for (const size_t each : family.plans) {
    for (const plan::EventType& event : plans_[each].events) {
      if (each >= plans || event.wire != type) continue;
      if (p != nullptr) *p = each;
      return &event;
    }
  }
  return nullptr;
}

// In one of the versions.
bool Engine::declares(const Family& family, const std::string& type, const std::string& attribute,
                      size_t plans) const {
  return std::any_of(family.plans.begin(), family.plans.end(), [&](size_t p) {
    const int index = attribute_in(p, attribute);
    return p < plans && index >= 0 &&
           std::any_of(plans_[p].events.begin(), plans_[p].events.end(), [&](const auto& event) {
             return event.wire == type &&
                    std::find(event.attributes.begin(), event.attributes.end(), index) !=
                        event.attributes.end();
           });
  });
}

// "": the type is not declared, or has none.
std::string Engine::object_name(const Family& family, const std::string& type, size_t plans) const {
  size_t p = 0;
  const plan::EventType* const event = declared(family, type, plans, &p);
  if (event == nullptr || event->object < 0) return "";
  return name_of(p, event->object);
}

// What one version of a plan reads of an event its others know, too.
void Engine::share(std::vector<Reading>& readings) const {
  for (const Family& family : families_) {
    for (const size_t p : family.plans) {
      for (size_t a = 0; p < readings.size() && a < plans_[p].attributes.size(); ++a) {
        const std::string& name = name_of(p, static_cast<int>(a));
        for (const size_t other : family.plans) {
          const int index = attribute_in(other, name);
          if (other == p || other >= readings.size() || index < 0) continue;
          const Value& value = readings[other].attributes[static_cast<size_t>(index)];
          if (is_missing(readings[p].attributes[a])) readings[p].attributes[a] = value;
          readings[p].has_lines |= readings[other].has_lines;
        }
      }
    }
  }
}

std::vector<const Engine::RuleVersion*> Engine::mates_of(const RuleVersion& rule) const {
  const auto [p, r] = rule.id;
  std::vector<const RuleVersion*> mates;
  for (const RuleVersion& other : family_of(p).rules) {
    const bool shares = is_stacked(p, r) && other.id.first == p &&
                        plans_[p].rules[other.id.second].group == plans_[p].rules[r].group;
    if (shares || other.id == rule.id) mates.push_back(&other);
  }
  return mates;
}

std::vector<Engine::Id> Engine::feeders_of(Id measure) const {
  std::vector<Id> lineages;
  for (const int rule : measure_at(measure).earned_by) {
    const auto& [p, r] = rule_id_.at({measure.first, static_cast<size_t>(rule)});
    lineages.push_back(version_of(p, r).lineage);
  }
  std::sort(lineages.begin(), lineages.end());
  return lineages;
}

// ---- a publication ------------------------------------------------------------------------------

void Engine::publish(plan::Plan next) {
  const auto is_it = [&](const Family& family) {
    return plans_[family.plans.front()].name == next.name;
  };
  const auto family = std::find_if(families_.begin(), families_.end(), is_it);
  GUERDON_ASSERT(family != families_.end());
  const size_t p = plans_.size();
  const bool is_begun = last_lsn_ > p;  // the log has more than plans
  plans_.push_back(std::move(next));
  published_.push_back(++last_lsn_);
  family_number_.push_back(static_cast<size_t>(family - families_.begin()));
  join(p);
  open_seals();
  // What the versions before know of objects.
  for (auto& [id, object] : objects_) {
    for (Object::Past& past : object.events) {
      Reading& reading = past.readings.emplace_back();
      reading.attributes.resize(plans_[p].attributes.size());
      for (size_t e = 0; e < plans_[p].events.size(); ++e) {
        if (plans_[p].events[e].wire == past.type) reading.type = static_cast<int>(e);
      }
      share(past.readings);
    }
  }
  if (family->retro.empty()) return;
  corrected_.push_back({p, plans_[p].from, family->retro});
  if (is_begun) correct(corrected_.back());
}

void Engine::join(size_t p) {
  Family& family = families_[family_number_[p]];
  family.plans.push_back(p);
  const Says says(plans_[p]);
  std::vector<std::string>& names = attribute_names_.emplace_back();
  for (size_t a = 0; a < plans_[p].attributes.size(); ++a) {
    names.push_back(says.attribute(static_cast<int>(a)));
    if (!contains(family.names, names.back())) family.names.push_back(names.back());
  }
  note_known(family, p);
  add_rules(family, p);
  find_layers(family);
  find_events(family);
}

// The lineage that a rule of the plan goes on with; nothing: it begins one.
std::optional<Engine::Id> Engine::lineage_for(const Family& family, const plan::Rule& rule) const {
  std::map<Id, const RuleVersion*> last;  // of each lineage
  for (const RuleVersion& version : family.rules) last[version.lineage] = &version;
  for (const auto& [lineage, version] : last) {
    if (version->names.back() == rule.name) return lineage;
  }
  for (const RuleVersion& version : family.rules) {
    for (const std::string& was : rule.was) {
      if (contains(version.names, was)) return version.lineage;
    }
  }
  return std::nullopt;
}

// A measure goes on where another says the same, whatever it is called.
void Engine::add_measures(Family& family, size_t p, const std::vector<Id>& lineages) {
  const plan::Plan& plan = plans_[p];
  const Says says(plan);
  for (size_t m = 0; m < plan.measures.size(); ++m) {
    std::string text = says.measure(plan.measures[m]);
    std::vector<Id> feeders;
    for (const int r : plan.measures[m].earned_by) {
      feeders.push_back(lineages[static_cast<size_t>(r)]);
    }
    std::sort(feeders.begin(), feeders.end());
    for (const auto& [from, rule] : feeders) {
      text += " earned by " + std::to_string(from) + "." + std::to_string(rule);
    }
    const Id own(p, m);
    measure_id_[own] = own;
    for (const auto& [known, said] : family.measures) {
      if (said == text) measure_id_[own] = known;
    }
    family.measures.try_emplace(measure_id_[own], text);
  }
}

void Engine::add_rules(Family& family, size_t p) {
  const plan::Plan& plan = plans_[p];
  std::vector<Id> lineages;
  for (size_t r = 0; r < plan.rules.size(); ++r) {
    lineages.push_back(lineage_for(family, plan.rules[r]).value_or(Id(p, r)));
  }
  add_measures(family, p, lineages);
  const Says says(plan);
  std::vector<RuleVersion> fresh;
  std::vector<RuleVersion*> same;  // that goes on, if it does
  for (size_t r = 0; r < plan.rules.size(); ++r) {
    RuleVersion& rule = fresh.emplace_back();
    rule.id = {p, r};
    rule.lineage = lineages[r];
    rule.names = {plan.rules[r].name};
    rule.says = says.rule(plan.rules[r], [&](int m) {
      const auto [from, number] = measure_id(p, m);
      return std::to_string(from) + "." + std::to_string(number);
    });
    rule.since = plan.from;
    RuleVersion* known = nullptr;
    for (RuleVersion& other : family.rules) {
      const bool goes_on = other.before == calendar::kTimeEternity;
      if (goes_on && other.lineage == rule.lineage && other.says == rule.says) known = &other;
    }
    same.push_back(known);
  }
  // Rules of a group change together.
  for (size_t g = 0; g < plan.groups.size(); ++g) {
    if (is_same_group(family, p, g, same)) continue;
    for (size_t r = 0; r < plan.rules.size(); ++r) {
      if (plan.rules[r].group == static_cast<int>(g)) same[r] = nullptr;
    }
  }
  // What is said of a rule that changes or begins; of one that ends the plan says it.
  family.retro.clear();
  for (size_t r = 0; r < plan.rules.size(); ++r) {
    const plan::Change own = plan.rules[r].change;
    const plan::Change how = own == plan::Change::kUsual ? plan.change : own;
    const bool is_retro = same[r] == nullptr && how == plan::Change::kRetro;
    if (is_retro) family.retro.insert(lineages[r]);
    fresh[r].keeper = keeper_of(family, lineages[r], fresh[r].id, is_retro);
  }
  std::set<Id> kept;
  for (size_t r = 0; r < plan.rules.size(); ++r) {
    rule_id_[{p, r}] = same[r] != nullptr ? same[r]->id : Id(p, r);
    if (same[r] == nullptr) continue;
    same[r]->names.push_back(plan.rules[r].name);
    kept.insert(same[r]->id);
  }
  for (RuleVersion& other : family.rules) {
    const bool ends = other.before == calendar::kTimeEternity && !kept.contains(other.id);
    if (!ends) continue;
    other.before = plan.from;
    const bool is_left_out =
        std::find(lineages.begin(), lineages.end(), other.lineage) == lineages.end();
    if (is_left_out && plan.change == plan::Change::kRetro) family.retro.insert(other.lineage);
  }
  for (size_t r = 0; r < plan.rules.size(); ++r) {
    if (same[r] == nullptr) family.rules.push_back(fresh[r]);
  }
}

// The group says what it said, and all its rules go on, and no other was in it.
bool Engine::is_same_group(const Family& family, size_t p, size_t g,
                           const std::vector<RuleVersion*>& same) const {
  const plan::Plan& plan = plans_[p];
  std::set<Id> rules;
  for (size_t r = 0; r < plan.rules.size(); ++r) {
    if (plan.rules[r].group != static_cast<int>(g)) continue;
    if (same[r] == nullptr) return false;
    rules.insert(same[r]->id);
  }
  if (rules.empty()) return true;
  const size_t before = rules.begin()->first;
  const int group = rule_at(*rules.begin()).group;
  const std::string was =
      Says(plans_[before]).group(plans_[before].groups[static_cast<size_t>(group)]);
  if (was != Says(plan).group(plan.groups[g])) return false;
  std::set<Id> were;
  for (const RuleVersion& other : family.rules) {
    const bool is_in = other.id.first == before && rule_at(other.id).group == group;
    if (is_in) were.insert(other.id);
  }
  return rules == were;
}

// One above all that credits what it reads, in whatever version, and above all these share with.
void Engine::find_layers(Family& family) {
  for (RuleVersion& rule : family.rules) rule.layer = 0;
  for (bool is_new = true; is_new;) {
    is_new = false;
    for (RuleVersion& rule : family.rules) {
      for (const int m : measures_read(rule_at(rule.id))) {
        for (const RuleVersion* const under :
             shared_feeders(family, measure_id(rule.id.first, m))) {
          if (rule.layer > under->layer) continue;
          rule.layer = under->layer + 1;
          GUERDON_ASSERT(rule.layer < plan::kLayersMax);
          is_new = true;
        }
      }
    }
  }
}

// All versions of the rules whose credits are summed, with those that they share with.
std::vector<const Engine::RuleVersion*> Engine::shared_feeders(const Family& family,
                                                               Id measure) const {
  const std::vector<Id> lineages = feeders_of(measure);
  std::vector<const RuleVersion*> all;
  for (const RuleVersion& rule : family.rules) {
    if (std::find(lineages.begin(), lineages.end(), rule.lineage) == lineages.end()) continue;
    for (const RuleVersion* const mate : mates_of(rule)) all.push_back(mate);
  }
  return all;
}

// An entitlement is asked wherever what it reads may have moved, by whatever version; one of an
// object wherever some version speaks of it.
void Engine::find_events(Family& family) {
  const auto add = [&](std::set<std::string>& to, size_t p, const std::vector<int>& events) {
    for (const int event : events) to.insert(plans_[p].events[static_cast<size_t>(event)].wire);
  };
  for (RuleVersion& rule : family.rules) {
    rule.events.clear();
    add(rule.events, rule.id.first, rule_at(rule.id).events);
    for (const size_t p : family.plans) {
      for (const plan::EventType& event : plans_[p].events) {
        if (is_of_object(rule, event.wire)) rule.events.insert(event.wire);
      }
    }
  }
  for (bool is_new = true; is_new;) {
    is_new = false;
    for (RuleVersion& rule : family.rules) {
      if (rule_at(rule.id).subject.owner < 0 || rule_at(rule.id).counts) continue;
      std::set<std::string> all = rule.events;
      for (const int m : measures_read(rule_at(rule.id))) {
        const Id measure = measure_id(rule.id.first, m);
        const std::vector<Id> lineages = feeders_of(measure);
        for (const RuleVersion* const under : shared_feeders(family, measure)) {
          all.insert(under->events.begin(), under->events.end());
          // What one takes back that shares with it is no credit of its own.
          const bool feeds =
              std::find(lineages.begin(), lineages.end(), under->lineage) != lineages.end();
          const plan::Rule& feeder = rule_at(under->id);
          if (feeds && feeder.take_back) add(all, under->id.first, feeder.take_back->events);
        }
      }
      for (const RuleVersion* const mate : mates_of(rule)) {
        all.insert(mate->events.begin(), mate->events.end());
      }
      is_new = is_new || all != rule.events;
      rule.events = std::move(all);
    }
  }
}

}  // namespace guerdon::reference
