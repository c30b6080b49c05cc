// Laws that hold of a plan's rules whatever the plan says, tried on events: an engine is given the
// same events in two ways that must come to the same for a rule, and what the rule pays is
// compared.
//
//   order    Events arrive in another order. Holds for rules that are not order-sensitive
//            (rule_facts.h). Neighbours change places, each once and by at most 8, where the clock
//            is less than a day ahead of both, so that no period is over for either, and where they
//            have neither an id nor an object in common.
//   split    One event becomes two of the same instant that share its amount. Holds for a rule for
//            a subject that does not keep, stands in no group, counts no times, and reads of the
//            events' type nothing but measures that are sums of this one attribute, with no
//            condition on it.
//   cancel   An event, what takes it back, and the event again come to what the event alone does:
//            taking back is the exact inverse. Holds for a rule that takes back, stands in no group
//            and reads no measure, by an event that says the same attribute; and for a rule as of
//            `split`, by an event that the same measures take the same attribute away for. What a
//            rule that takes back credits below 0 is left out, and what takes back and is
//            refused.
//
// Where an account's wallet has a say nothing is compared: what it takes may depend on order. It
// has one where an entry has a note; and where anything is taken beside what `cancel` takes back,
// unless all wallets owe what they do not have, because of what is taken from an empty wallet there
// is no entry. What differs is made small: events are dropped for as long as it does.
//
// Thread-safety: free functions; `pays` is called on the caller's thread.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/money/limits.h"
#include "engine/plan/checked.h"

namespace guerdon::plan {

// A row of a trace, as it is sent.
struct LawEvent {
  std::string id;
  std::string time;
  std::string type;
  std::map<std::string, std::string> values;  // by name on the wire; empty ones are left out

  bool operator==(const LawEvent&) const = default;
};

// What entries come to; it stops at what an int64 holds.
inline void add_posted(int64_t amount, int64_t* sum) {
  *sum = money::saturating_add(*sum, amount, INT64_MAX);
}

// What rules of the plan made of a trace.
struct Payments {
  struct Key {
    std::string account;
    std::string rule;
    int effect = 0;
    auto operator<=>(const Key&) const = default;
  };
  std::map<Key, int64_t> sums;  // of entries, minor units
  std::set<Key> took;           // what has an entry below 0
  std::set<std::string> noted;  // accounts some entry of which has a note
  uint64_t refused = 0;         // events
};

// Runs the plan on the events in this order.
using Pays = std::function<Payments(const std::vector<LawEvent>& events)>;

struct BrokenLaw {
  std::string law;  // order, split, cancel
  std::string rule;
  std::string sentence;  // who is paid what in the one way and in the other
  std::vector<LawEvent> one;
  std::vector<LawEvent> other;
};

// How often each law was tried: on how many events.
struct LawTally {
  uint64_t order = 0;
  uint64_t split = 0;
  uint64_t cancel = 0;
};

// The first law that does not hold; nothing: all do. `events` in the order in which they arrive;
// those of types that the plan does not declare are passed over. `seed` chooses among them.
std::optional<BrokenLaw> broken_law(const Plan& plan, const std::vector<LawEvent>& events,
                                    const Pays& pays, uint64_t seed, LawTally* tally);

}  // namespace guerdon::plan
