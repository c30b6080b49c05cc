// What rules credit, for who is paid by it at the same event: where events have it, and who comes
// first.
#include <algorithm>

#include "engine/base/assert.h"
#include "engine/compiler/plan_compiler.h"

namespace guerdon::plan {
namespace {

template <typename Number>
void insert_once(std::vector<Number>& ascending, Number value) {
  const auto at = std::lower_bound(ascending.begin(), ascending.end(), value);
  if (at == ascending.end() || *at != value) ascending.insert(at, value);
}

bool reads(const Rule& rule, int attribute) {
  bool found = false;
  visit_terms(rule, [&](const Term& term) {
    found = found || (term.kind == TermKind::kAttribute && term.index == attribute);
  });
  return found;
}

std::vector<uint32_t> roles_in(const std::vector<RoleProgram>& roles,
                               const std::vector<uint8_t>& slots) {
  std::vector<uint32_t> found;
  for (uint32_t r = 0; r < roles.size(); ++r) {
    if (std::binary_search(slots.begin(), slots.end(), roles[r].slot)) found.push_back(r);
  }
  return found;
}

bool has(const std::vector<uint32_t>& roles, uint32_t role) {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

// Each time the first of those that are left of whom all that he goes by are there; fewer than all
// where they go round in a circle.
std::vector<uint32_t> turns_of(const EventProgram& type) {
  std::vector<uint32_t> turns;
  const auto may_come = [&](uint32_t role) {
    if (has(turns, role)) return false;
    return std::all_of(type.credited.begin(), type.credited.end(), [&](const CreditedSlot& each) {
      return !has(each.askers, role) ||
             std::all_of(each.tellers.begin(), each.tellers.end(),
                         [&](uint32_t teller) { return has(turns, teller); });
    });
  };
  for (size_t before = SIZE_MAX; before != turns.size();) {
    before = turns.size();
    for (uint32_t role = 0; role < type.roles.size(); ++role) {
      if (!may_come(role)) continue;
      turns.push_back(role);
      break;
    }
  }
  return turns;
}

// False: there is no order.
bool order(EventProgram& type) {
  for (CreditedSlot& each : type.credited) {
    each.tellers = roles_in(type.roles, each.payees);
    each.askers = roles_in(type.roles, each.readers);
    each.first = type.handovers;
    type.handovers += static_cast<uint32_t>(each.tellers.size());
    for (const uint32_t role : each.tellers) type.roles[role].tells_credited = true;
    for (const uint32_t role : each.askers) {
      type.roles[role].asks_credited = true;
      type.asking |= uint64_t{1} << type.roles[role].slot;
    }
  }
  type.turns = turns_of(type);
  if (type.turns.size() < type.roles.size()) return false;
  const auto place_of = [&](uint32_t role) {
    return std::find(type.turns.begin(), type.turns.end(), role);
  };
  for (CreditedSlot& each : type.credited) {
    std::sort(each.tellers.begin(), each.tellers.end(),
              [&](uint32_t a, uint32_t b) { return place_of(a) < place_of(b); });
  }
  if (std::is_sorted(type.turns.begin(), type.turns.end())) type.turns.clear();
  return true;
}

}  // namespace

void Compiler::compile_credited(const Plan& plan, size_t event) {
  for (const int index : plan.events[event].attributes) {
    const int number = plan.attributes[static_cast<size_t>(index)].credited;
    if (number < 0) continue;
    CreditedSlot made;
    made.slot = static_cast<uint8_t>(names_.slots[static_cast<size_t>(index)]);
    for (size_t r = 0; r < plan.rules.size(); ++r) {
      const Rule& rule = plan.rules[r];
      const bool is_read = rule.lineage == plan.credited[static_cast<size_t>(number)].rule;
      const bool runs = contains(rule.events, static_cast<int>(event));
      const bool goes_by_it = runs && reads(rule, index);
      for (size_t e = 0; e < rule.effects.size(); ++e) {
        if (is_read) insert_once(made.clauses, clause_[r][e]);
        const int payee = names_.slots[static_cast<size_t>(rule.effects[e].payee)];
        if (payee < 0) continue;
        if (is_read && runs) insert_once(made.payees, static_cast<uint8_t>(payee));
        if (goes_by_it) insert_once(made.readers, static_cast<uint8_t>(payee));
      }
    }
    if (!made.readers.empty()) {
      program_.events[type_of_event_[event]].credited.push_back(std::move(made));
    }
  }
}

bool order_roles(Program& program, std::string* error) {
  for (size_t type = 0; type < program.events.size(); ++type) {
    if (program.events[type].credited.empty() || order(program.events[type])) continue;
    *error = "at events of type " + program.schema.type(static_cast<uint16_t>(type)).wire +
             " plans, or versions of one, pay two accounts each by what the other is credited, so "
             "neither is first; let one of them go by what the event says";
    return false;
  }
  return true;
}

}  // namespace guerdon::plan
