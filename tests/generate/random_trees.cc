#include "tests/generate/random_trees.h"

#include <algorithm>
#include <set>
#include <string>

#include "engine/base/timestamp.h"
#include "tests/generate/draft.h"
#include "tests/generate/random_terms.h"
#include "tests/generate/shrink.h"

namespace guerdon::generate {
namespace {

using base::TimeMs;
using reference::Event;

constexpr const char* kDrawnRelation = "manager";

// ---- What plans say

// An amount that an event of the rule brings, and its unit.
struct AboveBasis {
  std::string name;
  int unit = 0;
};

struct AboveDraft {
  std::string on;          // an event
  std::vector<int> roles;  // that it names
  std::vector<AboveBasis> amounts;
  Place place;
};

AboveDraft draft_of_event(Rng& rng, const Draft& draft, bool of_order) {
  AboveDraft above;
  const int event =
      of_order ? rng.pick(draft.object_events) : static_cast<int>(rng.below(draft.events.size()));
  above.on = draft.events[static_cast<size_t>(event)];
  for (size_t a = 0; a < draft.attributes.size(); ++a) {
    const Attribute& attribute = draft.attributes[a];
    const std::vector<int>& of = attribute.events;
    const bool is_its = std::find(of.begin(), of.end(), event) != of.end();
    if (!is_its || attribute.is_line || !attribute.fold.empty()) continue;
    above.place.attributes.push_back(static_cast<int>(a));
    if (attribute.kind == Kind::kAccount) above.roles.push_back(static_cast<int>(a));
    if (attribute.kind == Kind::kAmount) above.amounts.push_back({attribute.name, attribute.unit});
  }
  return above;
}

// In one unit: a share of what the event brings, or so much.
std::string share_or_amount(Rng& rng, const Draft& draft, const AboveDraft& above, int unit) {
  std::vector<std::string> names;
  for (const AboveBasis& basis : above.amounts) {
    if (basis.unit == unit) names.push_back(basis.name);
  }
  if (names.empty() || rng.chance(25)) {
    return amount_literal(rng, draft.units[static_cast<size_t>(unit)],
                          std::max<int64_t>(1, rng.pick(common_amounts())), true);
  }
  return std::to_string(rng.small(1, 40)) + "% of " + rng.pick(names);
}

void draft_each(Rng& rng, const AboveDraft& above, const std::string& role, int unit,
                Draft& draft) {
  const bool has_rows = rng.chance(70);
  std::string line = "credit each manager above " + role;
  if (!has_rows) {
    line += " up to " + std::to_string(rng.small(1, 4)) + " levels " +
            share_or_amount(rng, draft, above, unit);
  }
  if (rng.chance(30)) line += " as override";
  if (rng.chance(40)) line += " differential";
  draft.line(1, line);
  int64_t level = 0;
  for (int rows = has_rows ? rng.small(1, 3) : 0; rows > 0; --rows) {
    level += rng.small(1, 2);
    draft.line(2,
               "level " + std::to_string(level) + " : " + share_or_amount(rng, draft, above, unit));
  }
  if (rng.chance(60)) draft.line(2, rng.chance(60) ? "vacant passes" : "vacant forfeits");
}

void draft_above_effect(Rng& rng, const AboveDraft& above, Draft& draft) {
  const std::string role = draft.attributes[static_cast<size_t>(rng.pick(above.roles))].name;
  const int unit = above.amounts.empty() ? static_cast<int>(rng.below(draft.units.size()))
                                         : rng.pick(above.amounts).unit;
  const uint64_t die = rng.below(10);
  if (die < 5) return draft_each(rng, above, role, unit, draft);
  const std::string amount = share_or_amount(rng, draft, above, unit);
  if (die == 5) {
    draft.line(1, "split " + amount);
    draft.line(2, role + " : " + std::to_string(rng.small(1, 5)) + " parts");
    draft.line(2, role + "'s manager : " + std::to_string(rng.small(0, 3)) + " parts");
    if (rng.chance(50)) draft.line(2, role + "'s manager's manager : 1 part");
    return;
  }
  if (rng.chance(30))
    draft.line(1, "credit " + role + " " + share_or_amount(rng, draft, above, unit));
  draft.line(1, "credit " + role + "'s manager" + (rng.chance(30) ? "'s manager " : " ") + amount);
  if (rng.chance(20)) draft.line(2, "vacant passes");
}

// What those above have sold, and what they get of it.
void draft_team(Rng& rng, const std::string& name, Draft& draft) {
  const AboveDraft above = draft_of_event(rng, draft, false);
  if (above.roles.empty() || above.amounts.empty()) return;
  const std::string role = draft.attributes[static_cast<size_t>(rng.pick(above.roles))].name;
  const std::string levels =
      rng.chance(70) ? " up to " + std::to_string(rng.small(1, 3)) + " levels" : "";
  const std::string subject =
      " per manager above " + role + levels + " per " + (rng.chance(60) ? "month" : "day");
  const AboveBasis basis = rng.pick(above.amounts);
  draft.line(0, "measure " + name + subject + " = sum of " + basis.name + " on " + above.on);
  draft.line(0, "");
  draft.line(0, "rule gets_" + name + subject);
  if (rng.chance(40)) {
    draft.line(1, "when " + name + " >= " +
                      amount_literal(rng, draft.units[static_cast<size_t>(basis.unit)],
                                     std::max<int64_t>(1, rng.pick(common_amounts())), true));
  }
  draft.line(1, "credit manager " + std::to_string(rng.small(1, 30)) + "% of max(0, " + name + ")");
  draft.line(1, "at most " + amount_literal(rng, draft.units[static_cast<size_t>(basis.unit)],
                                            100'000, true));
}

void draft_above_rule(Rng& rng, const std::string& name, Draft& draft) {
  const bool of_order = draft.has_objects && !draft.object_events.empty() && rng.chance(50);
  const AboveDraft above = draft_of_event(rng, draft, of_order);
  if (above.roles.empty()) return;
  draft.line(0, "");
  draft.line(0, "rule " + name + (of_order ? " per the_order" : ""));
  if (!of_order) draft.line(1, "on " + above.on);
  if (rng.chance(40)) draft.line(1, "when " + Terms(rng, draft, above.place).condition(1));
  for (int i = rng.small(1, 2); i > 0; --i) draft_above_effect(rng, above, draft);
}

// ---- What ORG says

class Edges {
 public:
  Edges(Rng& rng, const std::vector<plan::Plan>& plans, const std::vector<Event>& events)
      : rng_(rng) {
    std::set<std::string> roles;
    for (const plan::Plan& plan : plans) {
      for (const plan::Attribute& attribute : plan.attributes) {
        const bool is_role = attribute.type.kind == plan::TypeKind::kAccount;
        if (is_role && attribute.is_sent()) roles.insert(attribute.wire);
      }
      for (const plan::Relation& relation : plan.relations) relations_.insert(relation.wire);
    }
    for (const Event& event : events) {
      TimeMs time = 0;
      if (base::parse_timestamp(event.time, &time)) times_.push_back(time);
      for (const auto& [name, value] : event.values) {
        if (roles.contains(name) && is_plain(value)) accounts_.push_back(value);
      }
    }
  }

  bool has_some() const { return !relations_.empty() && !accounts_.empty() && !times_.empty(); }

  Event draw() {
    Event edge;
    edge.source = kCommandSource;
    edge.id = "o" + std::to_string(++ids_);
    edge.type = "ORG";
    // Posts that nobody holds are those right above whom events name.
    const bool is_vacant = rng_.chance(25);
    edge.values = {{"account", account(is_vacant ? 20 : 75)}, {"relation", *relations_.begin()}};
    if (!rng_.chance(10)) edge.values.emplace_back("parent", account(20));
    if (is_vacant) edge.values.emplace_back("vacant", rng_.chance(85) ? "yes" : "no");
    const TimeMs near = rng_.pick(times_);
    if (rng_.chance(60)) {
      const TimeMs from = std::clamp(near - rng_.between(-2, 20) * base::kMsPerDay, base::kTimeMin,
                                     base::kTimeEnd - 1);
      edge.values.emplace_back("effective", std::to_string(from));
      if (rng_.chance(40)) {
        const TimeMs until = from + 1 + rng_.between(0, 30) * base::kMsPerDay;
        if (until < base::kTimeEnd) edge.values.emplace_back("until", std::to_string(until));
      }
    }
    return edge;
  }

 private:
  // As any request may name it.
  static bool is_plain(const std::string& text) {
    return !text.empty() && text.size() <= 64 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
  }

  // One that events name, or one of a few that stand above these.
  std::string account(int named_percent) {
    static const std::vector<std::string> kChiefs = {"boss", "chief", "head", "owner"};
    return rng_.chance(named_percent) ? rng_.pick(accounts_) : rng_.pick(kChiefs);
  }

  Rng& rng_;
  std::set<std::string> relations_;
  std::vector<std::string> accounts_;
  std::vector<TimeMs> times_;
  int ids_ = 0;
};

}  // namespace

// What else is drawn is the same without trees.
void draft_above(const Rng& rng, Draft& draft) {
  Rng own = Rng(rng).split();
  // What pays who stands above is corrected by no version.
  if (draft.shape.plain_percent > 0 || !own.chance(draft.shape.trees_percent)) return;
  draft.line(0, "");
  draft.line(0, std::string("relation ") + kDrawnRelation);
  for (int i = own.small(1, 2); i > 0; --i)
    draft_above_rule(own, "above" + std::to_string(i), draft);
  if (own.chance(40)) draft_team(own, "team", draft);
}

bool is_edge(const Event& event) { return event.source == kCommandSource && event.type == "ORG"; }

// At the front what holds always, mostly: a tree that grows in a few steps.
void add_edges(Rng& rng, const std::vector<plan::Plan>& plans, std::vector<Event>& events) {
  Edges edges(rng, plans, events);
  if (!edges.has_some()) return;
  for (int wanted = rng.small(10, 60); wanted > 0; --wanted) {
    const bool is_first = rng.chance(55);
    const size_t place = is_first ? 0 : static_cast<size_t>(rng.below(events.size() + 1));
    Event edge = edges.draw();
    TimeMs time = 0;
    for (size_t i = place; i > 0 && edge.time.empty(); --i) {
      if (base::parse_timestamp(events[i - 1].time, &time)) edge.time = std::to_string(time);
    }
    events.insert(events.begin() + static_cast<std::ptrdiff_t>(place), std::move(edge));
  }
}

}  // namespace guerdon::generate
