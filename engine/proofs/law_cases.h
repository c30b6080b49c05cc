// The two ways in which the laws of laws.h give an engine the same events.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/plan/checked.h"
#include "engine/proofs/laws.h"

namespace guerdon::plan {

// An event of two ways, or what stands in its place in either.
struct Twice {
  std::vector<LawEvent> one;
  std::vector<LawEvent> other;
  size_t place = 0;  // in the other order
};
using Cases = std::vector<Twice>;

// All events of the one way, in order, and of the other, by their places.
void lay_out(const Cases& cases, std::vector<LawEvent>* one, std::vector<LawEvent>* other);

// Draws cases of a trace's events, those of types that the plan declares. Not thread-safe.
class CaseDraw {
 public:
  CaseDraw(const Plan& plan, const std::vector<LawEvent>& events, uint64_t seed);

  // Each event once, some of them in another place: law `order`. How many those are goes to
  // `moved`.
  Cases reordered(uint64_t* moved);
  // Each event; of the first events of `type` that carry the attribute two in the other way, which
  // share its value: law `split`. How many those are goes to `tried`.
  Cases halved(int type, int summed, uint64_t* tried);
  // For the first events of `type`: it alone, and it with an event of type `back` that takes it
  // back by the attribute `what` and itself again: law `cancel`. Each a case of its own.
  Cases cancelled(const Rule& rule, int type, int back, int what) const;

 private:
  std::optional<int> type_of(const LawEvent& event) const;
  const Attribute& attribute(int index) const;
  size_t below(size_t n);
  bool may_close(int64_t from, int64_t to) const;
  bool is_apart(const Cases& cases, size_t i, size_t j) const;
  bool are_bound(const LawEvent& a, const LawEvent& b) const;
  std::optional<LawEvent> back_of(const LawEvent& event, const EventType& back,
                                  const std::vector<int>& needed) const;
  LawEvent without_object(LawEvent event) const;

  const Plan& plan_;
  uint64_t random_;
  std::map<std::string, int> times_sent_;  // by id
  std::string fresh_ = "/";                // no event's id ends with it
  std::vector<LawEvent> events_;
};

}  // namespace guerdon::plan
