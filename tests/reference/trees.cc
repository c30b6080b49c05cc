// Trees: every edge that was ever said, looked through for each event, and every instant for each
// circle.
#include <algorithm>
#include <set>

#include "engine/base/assert.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {
namespace {

// As the engine numbers what is wrong with an edge.
enum class EdgeFault : int64_t { kSecondParent = 1, kCycle = 2, kBackwards = 3 };

Result refused_edge(const char* code, EdgeFault fault) {
  return {Outcome::kRefused, code, 0, static_cast<int64_t>(fault)};
}

constexpr int kClimbPassedMax = 64;

}  // namespace

const Trees::Edge* Trees::edge_at(const std::string& relation, const std::string& child,
                                  TimeMs time) const {
  const Edge* last = nullptr;
  for (const Edge& edge : edges_) {
    const bool is_it = edge.relation == relation && edge.child == child;
    if (is_it && edge.from <= time && time < edge.until) last = &edge;
  }
  return last;
}

// Whether somebody stands above himself at one of the instants at which anything changes.
bool Trees::goes_round(const std::string& relation) const {
  std::set<TimeMs> instants;
  std::set<std::string> children;
  for (const Edge& edge : edges_) {
    if (edge.relation != relation) continue;
    instants.insert(edge.from);
    instants.insert(edge.until);
    children.insert(edge.child);
  }
  for (const TimeMs instant : instants) {
    for (const std::string& child : children) {
      std::string at = child;
      for (size_t step = 0; step <= children.size(); ++step) {
        const Edge* const edge = edge_at(relation, at, instant);
        if (edge == nullptr || edge->parent.empty()) break;
        at = edge->parent;
        if (at == child) return true;
      }
    }
  }
  return false;
}

Result Trees::say(const Command& command) {
  Edge edge;
  edge.relation = command.said("relation");
  edge.child = command.said("account");
  edge.parent = command.said("parent");
  edge.is_vacant = command.said("vacant") == "yes";
  edge.from = base::kTimeMin;
  edge.until = base::kTimeEnd;
  const std::string from = command.said("effective");
  const std::string until = command.said("until");
  if (!from.empty()) GUERDON_ASSERT(base::parse_timestamp(from, &edge.from));
  if (!until.empty() && until != "never") {
    GUERDON_ASSERT(base::parse_timestamp(until, &edge.until));
  }
  if (edge.from >= edge.until) return refused_edge("EXPIRED", EdgeFault::kBackwards);
  if (edge.child == edge.parent) return refused_edge("INVALID", EdgeFault::kCycle);
  std::set<TimeMs> instants = {edge.from};
  for (const Edge& each : edges_) instants.insert({each.from, each.until});
  for (const TimeMs instant : instants) {
    if (!from.empty() || instant < edge.from || instant >= edge.until) continue;
    const Edge* const other = edge_at(edge.relation, edge.child, instant);
    if (other == nullptr || other->parent.empty() || other->parent == edge.parent) continue;
    return refused_edge("INVALID", EdgeFault::kSecondParent);
  }
  edges_.push_back(edge);
  if (goes_round(edge.relation)) {
    edges_.pop_back();
    return refused_edge("INVALID", EdgeFault::kCycle);
  }
  return {};
}

std::string Trees::above(const plan::Climb& climb, const std::string& relation, std::string account,
                         TimeMs time) const {
  int level = climb.level;
  for (int passed = 0; passed < kClimbPassedMax; ++passed) {
    const Edge* const edge = edge_at(relation, account, time);
    if (edge == nullptr || edge->parent.empty()) return "";
    account = edge->parent;
    const Edge* const own = edge_at(relation, account, time);
    const bool is_vacant = own != nullptr && own->is_vacant;
    if (is_vacant && climb.passes) continue;
    if (--level > 0) continue;
    return is_vacant ? "" : account;
  }
  return "";
}

Result Engine::say_edge(const Command& command, TimeMs occurred) {
  Result result = trees_.say(command);
  if (result.code.empty()) result.lsn = append(occurred);
  return result;
}

// Who stands above goes with the event from here on, under a name that nobody sends. REQUIRES:
// bring() has been.
void Engine::climb(Event& event, TimeMs time) {
  const std::string id = object_of(event);
  const auto value_of = [&](const std::string& wire) {
    const auto at = std::find_if(event.values.begin(), event.values.end(),
                                 [&](const auto& pair) { return pair.first == wire; });
    return at == event.values.end() ? std::string() : at->second;
  };
  for (const plan::Plan& plan : plans_) {
    for (const plan::EventType& type : plan.events) {
      if (type.wire != event.type) continue;
      for (const int a : type.attributes) {
        const plan::Attribute& attribute = plan.attributes.at(static_cast<size_t>(a));
        if (attribute.climb < 0 || is_each_above(plan, attribute)) continue;
        const plan::Climb& climb = plan.climbs.at(static_cast<size_t>(attribute.climb));
        const std::string below =
            value_of(plan.attributes.at(static_cast<size_t>(climb.below)).wire);
        if (below.empty() || !value_of(attribute.wire).empty()) continue;
        const std::string& relation = plan.relations.at(static_cast<size_t>(climb.relation)).wire;
        std::string found = trees_.above(climb, relation, below, time);
        if (climb.stands && !id.empty()) {
          const std::pair key(id, attribute.wire);
          const auto known = trees_.stood.find(key);
          const bool stands = known != trees_.stood.end() && known->second.first == below;
          if (stands) found = known->second.second;
          trees_.stood[key] = {below, found};
        }
        event.values.emplace_back(attribute.wire, found);
      }
    }
  }
}

bool is_climbed(const std::vector<plan::Plan>& plans, const std::string& wire) {
  return std::any_of(plans.begin(), plans.end(), [&](const plan::Plan& plan) {
    return std::any_of(plan.attributes.begin(), plan.attributes.end(),
                       [&](const plan::Attribute& attribute) {
                         return attribute.climb >= 0 && attribute.wire == wire;
                       });
  });
}

bool names_role(const plan::Plan& plan, int index, const std::string& wire) {
  const plan::Attribute& attribute = plan.attributes.at(static_cast<size_t>(index));
  if (!is_each_above(plan, attribute)) return attribute.wire == wire;
  plan::Climb climb = plan.climbs.at(static_cast<size_t>(attribute.climb));
  const int levels = std::exchange(climb.up_to, 0);
  const std::string& relation = plan.relations.at(static_cast<size_t>(climb.relation)).wire;
  const std::string& below = plan.attributes.at(static_cast<size_t>(climb.below)).wire;
  for (climb.level = 1; climb.level <= levels; ++climb.level) {
    if (plan::climb_name(climb, relation, below) == wire) return true;
  }
  return false;
}

bool Engine::is_role(const Family& family, const std::string& name, const std::string& wire) const {
  for (const size_t p : family.plans) {
    const int index = attribute_in(p, name);
    if (index >= 0) return names_role(plans_[p], index, wire);
  }
  return false;
}

// As who has this role sees the event: he is the one of those above.
Engine::Current Engine::as_role(const Current& current, const std::string& wire,
                                const std::string& who) const {
  Current named = current;
  for (size_t p = 0; p < plans_.size(); ++p) {
    for (size_t a = 0; a < plans_[p].attributes.size(); ++a) {
      if (!is_each_above(plans_[p], plans_[p].attributes[a])) continue;
      const bool is_it = names_role(plans_[p], static_cast<int>(a), wire);
      named.readings[p].attributes[a] = is_it ? Value(who) : Value(Missing{});
    }
  }
  return named;
}

}  // namespace guerdon::reference
