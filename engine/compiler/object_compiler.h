// Which facts the rules per object of a plan need, and in which slots each event type gets them.
// Internal to the compiler.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/compiler/code_writer.h"
#include "engine/plan/checked.h"
#include "engine/program/program.h"

namespace guerdon::plan {

inline bool contains(const std::vector<int>& list, int value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// As events carry it. `read` is an Attribute or a HolderAttribute; REQUIRES: no object, ratio or
// duration.
event::Field field_of(const Plan& plan, const Attribute& read);
event::Field field_of(const Plan& plan, const HolderAttribute& read);

// Which roles of its type an object's roles are, once all are there.
void place_roles(Program& program);

// In which order roles are visited where some go by what others are credited. False: there is none,
// *error says where. (credited.cc)
bool order_roles(Program& program, std::string* error);

class ObjectCompiler {
 public:
  // Adds facts and slots to the program. `types`: of the schema, by event of the plan. False: a
  // type has no room for them, *error says which.
  bool declare(const Plan& plan, int plan_index, const std::vector<uint16_t>& types,
               Program& program, std::string* error);

  // What the names of rules per object mean in events of this type. REQUIRES: it has_rules().
  void use(size_t event, Names& names) const;
  // Some rule is kept for the object of this type.
  bool has_rules(size_t event) const { return !events_[event].slots.empty(); }
  // Slot of kSeen in this type.
  uint8_t seen_slot(size_t event) const { return events_[event].seen; }
  // Account attributes that rules of this type's object pay, ascending.
  const std::vector<int>& payees(size_t event) const { return events_[event].payees; }

 private:
  struct Event {
    std::vector<int> slots;  // by attribute; -1: not read. Empty: no rules
    std::vector<FactSlot> facts;
    std::vector<int> payees;
    uint8_t seen = 0;
  };
  // What the rules of one object read.
  struct Reads {
    std::vector<int> attributes;  // ascending
    std::vector<FactSlot> facts;  // each once; without slots
    std::vector<int> payees;
  };

  static void collect(const Term& term, Reads& reads);
  static Reads reads_of(const Plan& plan, int object);
  bool declare_event(const Plan& plan, size_t event, const Reads& reads);
  uint64_t made_of(const Plan& plan, size_t event, int attribute) const;
  bool add_fact(const Plan& plan, size_t event, ObjectFact fact, FactSlot use);
  bool add_role(const Plan& plan, size_t event, int attribute, const event::Field& field);
  uint16_t fact_number(const ObjectFact& fact);

  std::vector<Event> events_;  // of the plan at hand
  Program* program_ = nullptr;
  const std::vector<uint16_t>* types_ = nullptr;
  int plan_index_ = 0;
};

}  // namespace guerdon::plan
