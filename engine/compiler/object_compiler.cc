#include "engine/compiler/object_compiler.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/base/assert.h"

namespace guerdon::plan {

namespace {

template <typename Read>
event::Field field_of_any(const Plan& plan, const Read& read) {
  event::Field field{read.wire, event::FieldKind::kText, 0, read.is_signed};
  switch (read.type.kind) {
    case TypeKind::kAmount:
      field.kind = event::FieldKind::kAmount;
      field.scale = static_cast<uint8_t>(plan.units[static_cast<size_t>(read.type.unit)].scale);
      break;
    case TypeKind::kCount:
      field.kind = event::FieldKind::kCount;
      break;
    case TypeKind::kText:
      break;
    case TypeKind::kBool:
      field.kind = event::FieldKind::kFlag;
      break;
    case TypeKind::kAccount:
      field.kind = event::FieldKind::kAccount;
      break;
    case TypeKind::kRatio:
    case TypeKind::kDuration:
    case TypeKind::kObject:
    case TypeKind::kLevel:
      GUERDON_UNREACHABLE();
  }
  return field;
}

void insert(std::vector<int>& ascending, int value) {
  const auto at = std::lower_bound(ascending.begin(), ascending.end(), value);
  if (at == ascending.end() || *at != value) ascending.insert(at, value);
}

}  // namespace

event::Field field_of(const Plan& plan, const Attribute& read) {
  event::Field field = field_of_any(plan, read);
  if (read.credited >= 0) field.of_credits_of = plan.name;
  if (read.fold >= 0) field.of_lines_of = plan.name;
  if (read.ask >= 0) field.of_table_of = plan.name;
  if (read.climb >= 0) {
    const auto relation = plan.climbs[static_cast<size_t>(read.climb)].relation;
    field.of_relation = plan.relations[static_cast<size_t>(relation)].wire;
  }
  return field;
}
event::Field field_of(const Plan& plan, const HolderAttribute& read) {
  return field_of_any(plan, read);
}

// Of a fact that is read of an attribute, the attribute's last value is kept, too.
void ObjectCompiler::collect(const Term& term, Reads& reads) {
  for (const TermPtr& arg : term.args) {
    if (arg != nullptr) collect(*arg, reads);
  }
  switch (term.kind) {
    case TermKind::kAttribute:
    case TermKind::kHas:
      return insert(reads.attributes, term.index);
    case TermKind::kFirst:
    case TermKind::kHighest:
      insert(reads.attributes, term.index);
      break;
    case TermKind::kCame:
      break;
    default:
      return;
  }
  const FactSlot fact{term.kind, term.index, term.event, -1};
  if (std::find(reads.facts.begin(), reads.facts.end(), fact) == reads.facts.end()) {
    reads.facts.push_back(fact);
  }
}

ObjectCompiler::Reads ObjectCompiler::reads_of(const Plan& plan, int object) {
  Reads reads;
  for (const Rule& rule : plan.rules) {
    if (rule.subject.object != object) continue;
    if (rule.when != nullptr) collect(*rule.when, reads);
    for (const Effect& effect : rule.effects) {
      insert(reads.payees, effect.payee);
      if (effect.when != nullptr) collect(*effect.when, reads);
      collect(*effect.amount, reads);
      if (effect.at_most != nullptr) collect(*effect.at_most, reads);
      for (const Times& times : effect.times) {
        collect(*times.factor, reads);
        if (times.when != nullptr) collect(*times.when, reads);
      }
    }
  }
  return reads;
}

uint16_t ObjectCompiler::fact_number(const ObjectFact& fact) {
  std::vector<ObjectFact>& facts = program_->facts;
  const auto at = std::find(facts.begin(), facts.end(), fact);
  const auto number = static_cast<uint16_t>(at - facts.begin());
  if (at == facts.end()) facts.push_back(fact);
  return number;
}

// The slots that an event has to have, to say all of what follows from them.
uint64_t ObjectCompiler::made_of(const Plan& plan, size_t event, int attribute) const {
  const Attribute& made = plan.attributes[static_cast<size_t>(attribute)];
  const uint16_t type = (*types_)[event];
  if (made.fold >= 0) return uint64_t{1} << program_->lines[type].slot;
  if (made.ask < 0) return 0;
  uint64_t slots = 0;
  for (const int key : plan.asks[static_cast<size_t>(made.ask)].keys) {
    const event::Field field = field_of(plan, plan.attributes[static_cast<size_t>(key)]);
    slots |= uint64_t{1} << program_->schema.add_slot(type, field);
  }
  return slots;
}

// The slot in which an event of the type gets the fact. False: there is no room.
bool ObjectCompiler::add_fact(const Plan& plan, size_t event, ObjectFact fact, FactSlot use) {
  const uint16_t type = (*types_)[event];
  const EventType& declared = plan.events[event];
  ObjectSlots& slots = program_->objects[type];
  if (program_->facts.size() >= kFactsMax) return false;
  const uint16_t number = fact_number(fact);
  event::Field field = fact.field;
  if (fact.what == ObjectFact::What::kCame || fact.what == ObjectFact::What::kSeen) {
    field = {fact.event, event::FieldKind::kCount, 0, true};
  }
  field.fact = static_cast<uint16_t>(number + 1);
  const int slot = program_->schema.add_slot(type, field);
  if (slot < 0) return false;
  slots.filled.push_back({number, static_cast<uint8_t>(slot), 0});
  uint16_t last = 0;
  if (use.kind == TermKind::kFirst || use.kind == TermKind::kHighest) {
    ObjectFact of = fact;
    of.what = ObjectFact::What::kLast;
    of.event.clear();
    last = fact_number(of);
  }
  const bool is_of_type =
      use.event >= 0 && plan.events[static_cast<size_t>(use.event)].wire == declared.wire;
  switch (fact.what) {
    case ObjectFact::What::kLast:
      if (contains(declared.attributes, use.attribute)) {
        const int own = program_->schema.add_slot(type, fact.field);
        slots.brought.push_back({number, static_cast<uint8_t>(own), 0});
        slots.brought.back().made_of = made_of(plan, event, use.attribute);
      }
      events_[event].slots[static_cast<size_t>(use.attribute)] = slot;
      return true;
    case ObjectFact::What::kFirst:
      if (is_of_type) slots.firsts.push_back({number, last, true});
      break;
    case ObjectFact::What::kHighest:
      slots.highests.push_back({number, last, is_of_type});
      break;
    case ObjectFact::What::kCame:
      if (is_of_type) slots.came.push_back(number);
      break;
    case ObjectFact::What::kRole:
      GUERDON_UNREACHABLE();  // add_role
    case ObjectFact::What::kSeen:
      slots.seen.push_back(number);
      events_[event].seen = static_cast<uint8_t>(slot);
      return true;
  }
  use.slot = slot;
  events_[event].facts.push_back(use);
  return true;
}

bool ObjectCompiler::add_role(const Plan& plan, size_t event, int attribute,
                              const event::Field& field) {
  if (program_->facts.size() >= kFactsMax) return false;
  const uint16_t type = (*types_)[event];
  const uint16_t number = fact_number({ObjectFact::What::kRole, plan_index_, field, ""});
  const bool is_sent = contains(plan.events[event].attributes, attribute);
  event::Field in = field;
  if (!is_sent) in.fact = static_cast<uint16_t>(number + 1);
  const int slot = program_->schema.add_slot(type, in);
  if (slot < 0) return false;
  events_[event].slots[static_cast<size_t>(attribute)] = slot;
  ObjectSlots::Role& role = program_->objects[type].roles.emplace_back();
  role.fact = number;
  role.slot = static_cast<uint8_t>(slot);
  role.is_sent = is_sent;
  const int climb = plan.attributes[static_cast<size_t>(attribute)].climb;
  if (!is_sent || climb < 0) return true;
  const auto below = static_cast<size_t>(plan.climbs[static_cast<size_t>(climb)].below);
  role.is_found = true;
  role.below =
      static_cast<uint8_t>(program_->schema.add_slot(type, field_of(plan, plan.attributes[below])));
  return true;
}

bool ObjectCompiler::declare_event(const Plan& plan, size_t event, const Reads& reads) {
  using What = ObjectFact::What;
  const std::string& object = plan.attributes[static_cast<size_t>(plan.events[event].object)].name;
  events_[event].slots.assign(plan.attributes.size(), -1);
  events_[event].payees = reads.payees;
  if (!add_fact(plan, event, {What::kSeen, plan_index_, {}, object}, {})) return false;
  std::vector<int> attributes = reads.attributes;
  for (const int payee : reads.payees) insert(attributes, payee);
  for (const int index : attributes) {
    const Attribute& attribute = plan.attributes[static_cast<size_t>(index)];
    event::Field field = field_of(plan, attribute);
    if (attribute.type.kind == TypeKind::kAccount) {
      if (!add_role(plan, event, index, field)) return false;
      continue;
    }
    const FactSlot use{TermKind::kAttribute, index, -1, -1};
    if (!add_fact(plan, event, {What::kLast, plan_index_, field, ""}, use)) return false;
  }
  for (const FactSlot& use : reads.facts) {
    const std::string& since = plan.events[static_cast<size_t>(use.event)].wire;
    ObjectFact fact{What::kCame, plan_index_, {}, since};
    if (use.kind != TermKind::kCame) {
      fact.what = use.kind == TermKind::kFirst ? What::kFirst : What::kHighest;
      fact.field = field_of(plan, plan.attributes[static_cast<size_t>(use.attribute)]);
    }
    if (!add_fact(plan, event, std::move(fact), use)) return false;
  }
  return true;
}

bool ObjectCompiler::declare(const Plan& plan, int plan_index, const std::vector<uint16_t>& types,
                             Program& program, std::string* error) {
  program_ = &program;
  types_ = &types;
  plan_index_ = plan_index;
  events_.assign(plan.events.size(), {});
  program.objects.resize(static_cast<size_t>(program.schema.size()));
  for (size_t event = 0; event < plan.events.size(); ++event) {
    const int object = plan.events[event].object;
    if (object < 0) continue;
    const std::string& name = plan.attributes[static_cast<size_t>(object)].wire;
    if (!program.schema.add_object(types[event], name, plan.events[event].is_versioned)) {
      *error = "the plans together have more than " + std::to_string(event::kObjectNamesMax) +
               " names for the object of event type " + plan.events[event].wire +
               "; let them call it alike";
      return false;
    }
    const Reads reads = reads_of(plan, object);
    if (reads.payees.empty() || declare_event(plan, event, reads)) continue;
    *error = "the rules per " + plan.attributes[static_cast<size_t>(object)].name + " of plan " +
             plan.name + " read more of it than events of type " + plan.events[event].wire +
             " have room for, " + std::to_string(event::kSlotsMax) +
             " values with those that they carry; read fewer attributes in them";
    return false;
  }
  return true;
}

void place_roles(Program& program) {
  program.objects.resize(program.events.size());
  for (size_t type = 0; type < program.events.size(); ++type) {
    const std::vector<RoleProgram>& roles = program.events[type].roles;
    std::vector<ObjectSlots::Role> placed;
    for (const ObjectSlots::Role& each : program.objects[type].roles) {
      ObjectSlots::Role& role = placed.emplace_back(each);
      for (size_t r = 0; r < roles.size(); ++r) {
        if (roles[r].slot != each.slot) continue;
        for (size_t p = 0; p < roles[r].parts.size(); ++p) {
          const RoleObject& object = roles[r].parts[p].object;
          if (object.subject == kNowhere) continue;
          const int plan = program.clauses[object.clauses.front()].plan;
          if (plan != program.facts[each.fact].plan) continue;
          role.role = static_cast<uint8_t>(r);
          role.part = static_cast<uint16_t>(p);
          role.is_paid = true;
        }
      }
    }
    std::stable_sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) {
      return std::tie(a.role, a.part) < std::tie(b.role, b.part);
    });
    program.objects[type].roles = std::move(placed);
  }
}

void ObjectCompiler::use(size_t event, Names& names) const {
  GUERDON_ASSERT(has_rules(event));
  names.slots = events_[event].slots;
  names.facts = events_[event].facts;
}

}  // namespace guerdon::plan
