// What rules per object read of an object, and how events change it.
//
// A fact is one value that is kept of each object for one plan (checked.h, Object): the last value
// of an attribute, what it was at an event, its highest since then, whether an event has come, when
// the plan saw the object last, and who has a role. An event brings what it carries; then it gets,
// in slots that nobody sends, what its rules read and others of its object brought. So a rule per
// object reads slots of its event as any other rule does.
//
// Thread-safety: one thread at a time; the slots are immutable once compiled.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/event/schema.h"

namespace guerdon::plan {

// An object is over this long after its latest event: nothing changes for it then.
inline constexpr base::TimeMs kObjectWindow = 180 * base::kMsPerDay;

struct ObjectFact {
  enum class What : uint8_t { kLast, kFirst, kHighest, kCame, kSeen, kRole };

  What what = What::kLast;
  int plan = 0;
  event::Field field;  // kLast to kHighest, kRole: as events carry it
  std::string event;   // kFirst, kHighest, kCame: the name of its type; kSeen: of the attribute

  bool operator==(const ObjectFact&) const = default;
  // Of a kRole, the account is kept as a name, by whoever keeps the facts; the others as numbers,
  // texts being symbols.
  bool is_text() const { return field.kind == event::FieldKind::kText && what <= What::kHighest; }
};

// `total`, `total at order.taken`, `highest total since order.taken`, `order.cancelled came`.
std::string fact_words(const ObjectFact& fact);

// The facts of one object: (number, value), ascending; the numbers are those of Program::facts.
class RecordedFacts {
 public:
  std::optional<int64_t> find(uint16_t fact) const;
  void set(uint16_t fact, int64_t value);
  void erase(uint16_t fact);
  const std::vector<std::pair<uint16_t, int64_t>>& all() const { return all_; }
  bool empty() const { return all_.empty(); }

 private:
  std::vector<std::pair<uint16_t, int64_t>> all_;
};

// What events of one type have to do with facts.
struct ObjectSlots {
  struct InSlot {
    uint16_t fact = 0;
    uint8_t slot = 0;
    // Brought, and made of other slots of the event, as of its lines: a bit each. An event with all
    // of them says all of it, also that there is none. 0: it is sent by itself.
    uint64_t made_of = 0;
  };
  struct Of {
    uint16_t fact = 0;
    uint16_t last = 0;    // of which attribute
    bool starts = false;  // kHighest: this type is the one since which
  };

  // A role that rules per object pay, as one plan has seen it.
  struct Role {
    uint16_t fact = 0;
    uint8_t slot = 0;
    bool is_sent = false;  // else the slot gets what is known
    bool is_paid = false;  // by rules of the plan; else it is only read
    // Not sent but found (ClimbSlot): an event that has `below` says that there is nobody, too.
    bool is_found = false;
    uint8_t below = 0;
    uint8_t role = 0;   // index into EventProgram::roles
    uint16_t part = 0;  // of its parts
  };

  std::vector<Role> roles;      // by role, then part
  std::vector<InSlot> brought;  // kLast
  std::vector<Of> firsts;       // those that this type begins
  std::vector<Of> highests;
  std::vector<uint16_t> came;
  std::vector<uint16_t> seen;
  std::vector<InSlot> filled;

  bool empty() const { return seen.empty(); }

  // What an event of the type does to the facts of its object, and what it gets of them: its values
  // by slot, texts being symbols, and which are present. `at` is the engine time.
  void apply(base::TimeMs occurred_at, base::TimeMs at, RecordedFacts& facts, int64_t* values,
             uint64_t* present) const;
  // What one would get that brings nothing.
  void recall(const RecordedFacts& facts, int64_t* values, uint64_t* present) const;
};

}  // namespace guerdon::plan
