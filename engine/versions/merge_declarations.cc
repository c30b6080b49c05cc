#include <algorithm>
#include <utility>

#include "engine/plan/limits.h"
#include "engine/versions/copy.h"
#include "engine/versions/merge_state.h"

namespace guerdon::plan {
namespace {

template <typename Named>
int index_of(const std::vector<Named>& all, std::string_view name) {
  const auto at =
      std::find_if(all.begin(), all.end(), [&](const Named& each) { return each.name == name; });
  return at == all.end() ? -1 : static_cast<int>(at - all.begin());
}

bool refuse_settled(Merging& merging, Span span, const std::string& what) {
  return merging.refuse(kSettled, span, what + " is not as in the version before",
                        "leave it as it was, or declare another under a new name");
}

bool refuse_name(Merging& merging, Span span, std::string_view wire, const std::string& other) {
  return merging.refuse(
      kDeclaredTwice, span,
      backquoted(wire) + " is what " + backquoted(other) + " of a version before is called outside",
      "give it another name outside: `as \"...\"`");
}

bool has_room(Merging& merging, size_t count, int most, const std::string& what) {
  if (count <= static_cast<size_t>(most)) return true;
  return merging.refuse(kTooMany, merging.header,
                        "with those of the versions before this plan has more than " +
                            std::to_string(most) + " " + what,
                        "use those that there are: what a version leaves out stays");
}

bool merge_units(Merging& merging) {
  std::vector<Unit>& units = merging.plan.units;
  for (size_t u = 0; u < merging.next.units.size(); ++u) {
    const Unit& unit = merging.next.units[u];
    const WalletRules& wallet = merging.next.wallets[u];
    const int index = index_of(units, unit.name);
    if (index < 0) {
      return merging.refuse(kSettled, merging.header,
                            (unit.badge ? unit.badge->word() : "unit") + " " + unit.name +
                                " is new, and what wallets an account has is settled by the first "
                                "version",
                            "declare it in a plan of its own");
    }
    const Unit& other = units[static_cast<size_t>(index)];
    if (other.code != unit.code || other.scale != unit.scale ||
        other.badge.has_value() != unit.badge.has_value() ||
        (unit.badge && unit.badge->is_notice != other.badge->is_notice)) {
      return refuse_settled(merging, merging.header, "unit " + unit.name);
    }
    if (unit.badge && !other.badge->is_granted_as(*unit.badge)) {
      return merging.refuse(kSettled, merging.header,
                            "badge " + unit.name +
                                " is not granted by people as in the version "
                                "before",
                            "leave `granted by` and what goes with it as it was");
    }
    // Whoever was given it has it under its new name.
    units[static_cast<size_t>(index)].badge = unit.badge;
    if (merging.plan.wallets[static_cast<size_t>(index)] != wallet) {
      return refuse_settled(merging, merging.header, "wallet " + unit.name);
    }
    merging.map.units[u] = index;
  }
  return true;
}

// Those that are sent. What is made of lines, or found in tables, comes later.
bool merge_attributes(Merging& merging) {
  std::vector<Attribute>& attributes = merging.plan.attributes;
  for (size_t a = 0; a < merging.next.attributes.size(); ++a) {
    Attribute& attribute = merging.next.attributes[a];
    merging.map.apply(attribute.type);
    if (!attribute.is_sent()) continue;
    const auto at = std::find_if(attributes.begin(), attributes.end(), [&](const Attribute& each) {
      return each.is_sent() && each.name == attribute.name;
    });
    merging.map.attributes[a] = static_cast<int>(at - attributes.begin());
    if (at == attributes.end()) {
      attributes.push_back(attribute);
      merging.meanings.note_attribute();
      continue;
    }
    if (at->wire != attribute.wire || !(at->type == attribute.type) ||
        at->is_signed != attribute.is_signed || at->of_line != attribute.of_line) {
      return refuse_settled(merging, attribute.span, "attribute " + attribute.name);
    }
    at->identity = at->identity || attribute.identity;
  }
  return true;
}

bool merge_holder(Merging& merging) {
  std::vector<HolderAttribute>& holder = merging.plan.holder;
  for (size_t h = 0; h < merging.next.holder.size(); ++h) {
    HolderAttribute& attribute = merging.next.holder[h];
    merging.map.apply(attribute.type);
    int index = index_of(holder, attribute.name);
    if (index < 0) {
      for (const HolderAttribute& other : holder) {
        if (other.wire == attribute.wire) {
          return refuse_name(merging, attribute.span, attribute.wire, other.name);
        }
      }
      index = static_cast<int>(holder.size());
      holder.push_back(attribute);
    }
    const HolderAttribute& other = holder[static_cast<size_t>(index)];
    if (other.wire != attribute.wire || !(other.type == attribute.type) ||
        other.is_signed != attribute.is_signed) {
      return refuse_settled(merging, attribute.span, "`" + attribute.name + "` of an account");
    }
    merging.map.holder[h] = index;
  }
  return has_room(merging, holder.size(), kHolderAttributesMax, "things known of an account");
}

bool merge_relations(Merging& merging) {
  std::vector<Relation>& relations = merging.plan.relations;
  for (size_t r = 0; r < merging.next.relations.size(); ++r) {
    const Relation& relation = merging.next.relations[r];
    int index = index_of(relations, relation.name);
    if (index < 0) {
      for (const Relation& other : relations) {
        if (other.wire != relation.wire) continue;
        return refuse_name(merging, relation.span, relation.wire, other.name);
      }
      index = static_cast<int>(relations.size());
      relations.push_back(relation);
    }
    if (relations[static_cast<size_t>(index)].wire != relation.wire) {
      return refuse_settled(merging, relation.span, "relation " + relation.name);
    }
    merging.map.relations[r] = index;
  }
  return has_room(merging, relations.size(), kRelationsMax, "relations");
}

// Which there are; what they have is merged when all that it may read is.
bool name_events(Merging& merging) {
  std::vector<EventType>& events = merging.plan.events;
  auto appended = static_cast<int>(events.size());
  for (size_t e = 0; e < merging.next.events.size(); ++e) {
    const EventType& event = merging.next.events[e];
    const int index = index_of(events, event.name);
    merging.map.events[e] = index < 0 ? appended++ : index;
    if (index >= 0) continue;
    for (const EventType& other : events) {
      if (other.wire == event.wire) {
        return refuse_name(merging, merging.header, event.wire, other.name);
      }
    }
  }
  return has_room(merging, static_cast<size_t>(appended), kEventsMax, "event types");
}

// A table is asked by the name that its rows come under.
bool may_be_from_file(Merging& merging, const Table& table) {
  if (!table.is_from_file) return true;
  const std::vector<Table>& tables = merging.plan.tables;
  return std::none_of(
             tables.begin(), tables.end(),
             [&](const Table& other) { return other.is_from_file && other.name == table.name; }) ||
         merging.meanings.table_like(table) >= 0 ||
         refuse_settled(merging, table.span, "table " + table.name);
}

bool merge_tables(Merging& merging) {
  for (const bool is_dated : {false, true}) {
    for (size_t t = 0; t < merging.next.tables.size(); ++t) {
      Table& table = merging.next.tables[t];
      if (table.later.empty() == is_dated) continue;
      merging.map.apply(table);
      for (TableVersion& later : table.later) {
        later.table = mapped(merging.map.tables, later.table);
      }
      if (!may_be_from_file(merging, table)) return false;
      int index = merging.meanings.table_like(table);
      if (index < 0) {
        index = static_cast<int>(merging.plan.tables.size());
        merging.plan.tables.push_back(std::move(table));
        merging.meanings.note_table();
      }
      merging.map.tables[t] = index;
    }
  }
  return true;
}

// What is known of an object goes by these names: a later version of what is made has its own.
void append_attribute(Merging& merging, size_t at) {
  Attribute& attribute = merging.next.attributes[at];
  const std::vector<Attribute>& known = merging.plan.attributes;
  if (std::any_of(known.begin(), known.end(),
                  [&](const Attribute& other) { return other.wire == attribute.wire; })) {
    attribute.name += ", version " + std::to_string(merging.next.version);
    attribute.wire = attribute.name;
  }
  merging.map.attributes[at] = static_cast<int>(merging.plan.attributes.size());
  merging.plan.attributes.push_back(std::move(attribute));
  merging.meanings.note_attribute();
}

void merge_folds(Merging& merging) {
  std::vector<LineFold>& folds = merging.plan.folds;
  for (size_t a = 0; a < merging.next.attributes.size(); ++a) {
    Attribute& attribute = merging.next.attributes[a];
    if (attribute.fold < 0) continue;
    LineFold& fold = merging.next.folds[static_cast<size_t>(attribute.fold)];
    merging.map.apply(fold);
    merging.map.attributes[a] = merging.meanings.attribute_like(fold);
    if (merging.map.attributes[a] >= 0) continue;
    attribute.fold = static_cast<int>(folds.size());
    folds.push_back(std::move(fold));
    append_attribute(merging, a);
  }
}

void merge_asks(Merging& merging) {
  std::vector<TableAsk>& asks = merging.plan.asks;
  for (size_t a = 0; a < merging.next.attributes.size(); ++a) {
    Attribute& attribute = merging.next.attributes[a];
    if (attribute.ask < 0) continue;
    TableAsk ask = merging.next.asks[static_cast<size_t>(attribute.ask)];
    ask.table = mapped(merging.map.tables, ask.table);
    for (int& key : ask.keys) key = mapped(merging.map.attributes, key);
    const auto at = std::find(asks.begin(), asks.end(), ask);
    if (at == asks.end()) {
      attribute.ask = static_cast<int>(asks.size());
      asks.push_back(std::move(ask));
      append_attribute(merging, a);
      continue;
    }
    const auto number = static_cast<int>(at - asks.begin());
    const std::vector<Attribute>& all = merging.plan.attributes;
    const auto same = std::find_if(all.begin(), all.end(),
                                   [&](const Attribute& each) { return each.ask == number; });
    merging.map.attributes[a] = static_cast<int>(same - all.begin());
  }
}

void merge_climbs(Merging& merging) {
  std::vector<Climb>& climbs = merging.plan.climbs;
  for (size_t a = 0; a < merging.next.attributes.size(); ++a) {
    Attribute& attribute = merging.next.attributes[a];
    if (attribute.climb < 0) continue;
    Climb climb = merging.next.climbs[static_cast<size_t>(attribute.climb)];
    climb.relation = mapped(merging.map.relations, climb.relation);
    climb.below = mapped(merging.map.attributes, climb.below);
    const auto at = std::find(climbs.begin(), climbs.end(), climb);
    const auto number = static_cast<int>(at - climbs.begin());
    if (at == climbs.end()) {
      attribute.climb = number;
      climbs.push_back(climb);
      append_attribute(merging, a);
      continue;
    }
    const std::vector<Attribute>& all = merging.plan.attributes;
    const auto same = std::find_if(all.begin(), all.end(),
                                   [&](const Attribute& each) { return each.climb == number; });
    merging.map.attributes[a] = static_cast<int>(same - all.begin());
  }
}

// What a lineage credits, whichever versions of it there are.
void merge_credited(Merging& merging) {
  std::vector<Credited>& all = merging.plan.credited;
  for (size_t a = 0; a < merging.next.attributes.size(); ++a) {
    Attribute& attribute = merging.next.attributes[a];
    if (attribute.credited < 0) continue;
    Credited credited = merging.next.credited[static_cast<size_t>(attribute.credited)];
    const int rule = index_of(merging.next.rules, credited.rule);
    credited.rule = merging.lineages[static_cast<size_t>(rule)];
    credited.unit = mapped(merging.map.units, credited.unit);
    const auto at = std::find_if(all.begin(), all.end(), [&](const Credited& each) {
      return each.rule == credited.rule && each.unit == credited.unit;
    });
    const auto number = static_cast<int>(at - all.begin());
    if (at == all.end()) {
      attribute.credited = number;
      all.push_back(std::move(credited));
      append_attribute(merging, a);
      continue;
    }
    at->most = std::max(at->most, credited.most);
    const std::vector<Attribute>& known = merging.plan.attributes;
    const auto same = std::find_if(known.begin(), known.end(),
                                   [&](const Attribute& each) { return each.credited == number; });
    merging.map.attributes[a] = static_cast<int>(same - known.begin());
  }
}

// Two attributes of one event go by different names outside.
bool append_to(Merging& merging, EventType& event, int index) {
  if (contains(event.attributes, index)) return true;
  const Attribute& attribute = merging.plan.attributes[static_cast<size_t>(index)];
  for (const int each : event.attributes) {
    const Attribute& other = merging.plan.attributes[static_cast<size_t>(each)];
    if (!attribute.is_sent() || !other.is_sent() || other.wire != attribute.wire) continue;
    return refuse_name(merging, attribute.span, attribute.wire, other.name);
  }
  event.attributes.push_back(index);
  if (attribute.is_sent()) merging.new_attributes.push_back(index);
  const auto sent = std::count_if(event.attributes.begin(), event.attributes.end(), [&](int each) {
    return merging.plan.attributes[static_cast<size_t>(each)].is_sent();
  });
  return has_room(merging, static_cast<size_t>(sent), kAttributesPerEventMax,
                  "attributes of event " + event.name);
}

bool merge_events(Merging& merging) {
  for (size_t e = 0; e < merging.next.events.size(); ++e) {
    EventType& event = merging.next.events[e];
    merging.map.apply(event);
    const auto index = static_cast<size_t>(merging.map.events[e]);
    if (index == merging.plan.events.size()) {
      merging.plan.events.push_back(std::move(event));
      continue;
    }
    EventType& known = merging.plan.events[index];
    if (merging.meanings.of(known) != merging.meanings.of(event)) {
      return merging.refuse(
          kSettled, merging.header, "event " + known.name + " is not as in the version before",
          "a version may give it more attributes; its name outside, its `when`, its object, its "
          "lines, `late` and `ignore others` stay");
    }
    for (const int attribute : event.attributes) {
      if (!append_to(merging, known, attribute)) return false;
    }
  }
  return true;
}

// A term that stands in the merged plan.
std::string meaning_of_condition(const Merging& merging, const Item& item) {
  return item.when == nullptr ? "" : merging.meanings.of(*item.when);
}

bool same_item(const Merging& merging, const Item& known, const Item& item) {
  return known.title == item.title && known.price_unit == item.price_unit &&
         known.price == item.price && known.gives_unit == item.gives_unit &&
         known.gives == item.gives && known.stock == item.stock && known.limits == item.limits &&
         known.from == item.from && known.until == item.until &&
         meaning_of_condition(merging, known) == meaning_of_condition(merging, item);
}

bool same_exchange(const Exchange& known, const Exchange& exchange) {
  return known.from_file == exchange.from_file && known.rates == exchange.rates &&
         known.spread == exchange.spread && known.stale == exchange.stale &&
         known.show_only == exchange.show_only;
}

// What was granted of one goes on, so it stays what it is, but for how much there is.
bool merge_budgets(Merging& merging) {
  for (size_t b = 0; b < merging.next.budgets.size(); ++b) {
    Budget budget = merging.next.budgets[b];
    budget.unit = mapped(merging.map.units, budget.unit);
    BudgetAmount now = budget.amounts.front();
    now.from = merging.next.from;
    int& index = merging.map.budgets[b];
    index = index_of(merging.plan.budgets, budget.name);
    if (index < 0) {
      index = static_cast<int>(merging.plan.budgets.size());
      merging.plan.budgets.push_back(std::move(budget));
      continue;
    }
    Budget& known = merging.plan.budgets[static_cast<size_t>(index)];
    if (known.unit != budget.unit || known.period != budget.period) {
      return merging.refuse(kSettled, budget.span,
                            "budget " + budget.name + " is not as in the version before",
                            "a version may bring another amount, and `short`; its unit and its "
                            "period stay: give what is otherwise another name");
    }
    BudgetAmount last = known.amounts.back();
    last.from = now.from;
    const bool is_earlier = now.from < known.amounts.back().from;
    if (last != now || is_earlier) known.amounts.push_back(now);
  }
  return has_room(merging, merging.plan.budgets.size(), kBudgetsMax, "budgets");
}

// What can be had is the same in all versions.
bool merge_items(Merging& merging) {
  const auto refuse = [&](Span span, const std::string& name) {
    return merging.refuse(kSettled, span, "item " + name + " is not as in the version before",
                          "what can be had, and for how much, does not go by versions: write all "
                          "items as they were, or begin a plan of their own");
  };
  for (Item& item : merging.next.items) {
    item.price_unit = mapped(merging.map.units, item.price_unit);
    item.gives_unit = mapped(merging.map.units, item.gives_unit);
    if (item.when != nullptr) {
      TermPtr when = copy_of(*item.when);
      merging.map.apply(*when);
      item.when = std::move(when);
    }
    const int index = index_of(merging.plan.items, item.name);
    if (index < 0 || !same_item(merging, merging.plan.items[static_cast<size_t>(index)], item)) {
      return refuse(item.span, item.name);
    }
  }
  for (const Item& item : merging.plan.items) {
    if (index_of(merging.next.items, item.name) < 0) return refuse(merging.header, item.name);
  }
  return true;
}

bool merge_exchanges(Merging& merging) {
  const std::vector<Exchange>& known = merging.plan.exchanges;
  bool is_same = known.size() == merging.next.exchanges.size();
  Span span = merging.header;
  for (Exchange& exchange : merging.next.exchanges) {
    exchange.from_unit = mapped(merging.map.units, exchange.from_unit);
    exchange.to_unit = mapped(merging.map.units, exchange.to_unit);
    const auto at = std::find_if(known.begin(), known.end(), [&](const Exchange& each) {
      return each.from_unit == exchange.from_unit && each.to_unit == exchange.to_unit;
    });
    if (at != known.end() && same_exchange(*at, exchange)) continue;
    is_same = false;
    span = exchange.span;
    break;
  }
  return is_same ||
         merging.refuse(kSettled, span, "what is exchanged is not as in the version before",
                        "rates have days of their own, and do not go by versions: "
                        "write all exchanges as they were");
}

}  // namespace

bool merge_declarations(Merging& merging) {
  if (!merge_units(merging) || !merge_attributes(merging) || !merge_holder(merging) ||
      !merge_relations(merging) || !name_events(merging) || !merge_tables(merging)) {
    return false;
  }
  merge_folds(merging);
  merge_asks(merging);
  merge_climbs(merging);
  merge_credited(merging);
  const Plan& plan = merging.plan;
  return has_room(merging, plan.attributes.size(), kAttributesMax, "attributes") &&
         has_room(merging, plan.folds.size(), kLineFoldsMax, "things made of lines") &&
         has_room(merging, plan.asks.size(), kTableAsksMax, "look-ups in tables from files") &&
         has_room(merging, plan.climbs.size(), kClimbsMax, "places above accounts") &&
         has_room(merging, plan.credited.size(), kCreditedMax,
                  "rules whose credits others go by") &&
         merge_events(merging) && merge_budgets(merging) && merge_items(merging) &&
         merge_exchanges(merging);
}

bool merge_measures(Merging& merging) {
  for (size_t m = 0; m < merging.next.measures.size(); ++m) {
    Measure& measure = merging.next.measures[m];
    merging.map.apply(measure);
    std::vector<std::string> lineages;
    for (const int rule : measure.earned_by) {
      lineages.push_back(merging.lineages[static_cast<size_t>(rule)]);
    }
    std::sort(lineages.begin(), lineages.end());
    int index = merging.meanings.measure_like(measure, lineages);
    if (index < 0) {
      index = static_cast<int>(merging.plan.measures.size());
      merging.plan.measures.push_back(std::move(measure));
      merging.meanings.note_measure(lineages);
      merging.earned.push_back(std::move(lineages));
    }
    merging.map.measures[m] = index;
  }
  return has_room(merging, merging.plan.measures.size(), kMeasuresMax, "measures");
}

namespace {

// What TARGET says of a name is of one kind, in all versions: it may be said of periods of each.
bool is_told_alike(Merging& merging, const Target& known, const Target& target) {
  if (known.told < 0 || target.told < 0 || known.told == target.told) return true;
  return merging.refuse(kNotGoingOn, target.span,
                        "the goal of target " + target.name +
                            " is kept for something else, or counted otherwise, than in a version "
                            "before, and TARGET says both by one name",
                        "give the new target a new name");
}

// `known` is told of until the version, `target` from it on, each only where it is from a file.
std::vector<ToldIn> told_in_both(const Merging& merging, const Target& known,
                                 const Target* target) {
  std::vector<ToldIn> all = known.told_in;
  const bool goes_on = target != nullptr && target->told >= 0;
  if (known.is_told() && !goes_on) all.back().until = merging.next.from;
  if (!known.is_told() && goes_on) all.push_back(target->told_in.front());
  return all;
}

bool merge_target(Merging& merging, Target& known, Target target) {
  if (!is_told_alike(merging, known, target)) return false;
  const bool is_same = known.measure == target.measure && known.samples == target.samples &&
                       known.is_average == target.is_average && known.at_most == target.at_most &&
                       known.is_told() == target.is_told() && known.carried == target.carried &&
                       known.most_carried == target.most_carried && known.bands == target.bands &&
                       known.milestones == target.milestones && known.from == target.from &&
                       known.until == target.until && known.before == calendar::kTimeEternity &&
                       merging.meanings.of(*known.goal) == merging.meanings.of(*target.goal);
  std::vector<ToldIn> told_in = told_in_both(merging, known, &target);
  const int told = std::max(known.told, target.told);  // one of them is there, or they are one
  if (!is_same) {
    known.before = std::min(known.before, merging.next.from);
    merging.plan.past_targets.push_back(std::move(known));
    known = std::move(target);
  }
  known.told = told;
  known.told_in = std::move(told_in);
  return true;
}

}  // namespace

// What stands is what the last version that has the target says of it; rules of before have the
// goal of their own version, as what is shown of periods of before. What TARGET said stays.
bool merge_targets(Merging& merging) {
  std::vector<Target>& targets = merging.plan.targets;
  for (Target& known : targets) {
    if (index_of(merging.next.targets, known.name) >= 0) continue;
    known.told_in = told_in_both(merging, known, nullptr);
    known.before = std::min(known.before, merging.next.from);
  }
  for (Target& target : merging.next.targets) {
    merging.map.apply(target);
    const int index = index_of(targets, target.name);
    if (index < 0) {
      targets.push_back(std::move(target));
    } else if (!merge_target(merging, targets[static_cast<size_t>(index)], std::move(target))) {
      return false;
    }
  }
  return true;
}

}  // namespace guerdon::plan
