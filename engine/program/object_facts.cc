#include "engine/program/object_facts.h"

#include <algorithm>

namespace guerdon::plan {

namespace {

template <typename All>
auto place_of(All& all, uint16_t fact) {
  return std::lower_bound(all.begin(), all.end(), fact,
                          [](const auto& each, uint16_t number) { return each.first < number; });
}

void fill(const ObjectSlots::InSlot& in, const RecordedFacts& facts, int64_t* values,
          uint64_t* present) {
  const std::optional<int64_t> value = facts.find(in.fact);
  if (!value) return;
  values[in.slot] = *value;
  *present |= uint64_t{1} << in.slot;
}

}  // namespace

std::string fact_words(const ObjectFact& fact) {
  switch (fact.what) {
    case ObjectFact::What::kLast:
    case ObjectFact::What::kRole:
      return fact.field.wire;
    case ObjectFact::What::kFirst:
      return fact.field.wire + " at " + fact.event;
    case ObjectFact::What::kHighest:
      return "highest " + fact.field.wire + " since " + fact.event;
    case ObjectFact::What::kCame:
      return fact.event + " came";
    case ObjectFact::What::kSeen:
      return fact.event + " seen";
  }
  return "";
}

std::optional<int64_t> RecordedFacts::find(uint16_t fact) const {
  const auto at = place_of(all_, fact);
  if (at == all_.end() || at->first != fact) return std::nullopt;
  return at->second;
}

void RecordedFacts::set(uint16_t fact, int64_t value) {
  const auto at = place_of(all_, fact);
  if (at != all_.end() && at->first == fact) {
    at->second = value;
  } else {
    all_.insert(at, {fact, value});
  }
}

void RecordedFacts::erase(uint16_t fact) {
  const auto at = place_of(all_, fact);
  if (at != all_.end() && at->first == fact) all_.erase(at);
}

// What it gets of kSeen is from before the event: whether the object is over already.
void ObjectSlots::apply(base::TimeMs occurred_at, base::TimeMs at, RecordedFacts& facts,
                        int64_t* values, uint64_t* present) const {
  const auto is_seen = [&](const InSlot& in) {
    return std::find(seen.begin(), seen.end(), in.fact) != seen.end();
  };
  for (const InSlot& in : filled) {
    if (is_seen(in)) fill(in, facts, values, present);
  }
  for (const uint16_t fact : seen) {
    const std::optional<int64_t> last = facts.find(fact);
    if (last && *last + kObjectWindow < at) continue;  // it stays over
    facts.set(fact, std::max(last.value_or(occurred_at), occurred_at));
  }
  for (const InSlot& in : brought) {
    if ((*present >> in.slot & 1) != 0) {
      facts.set(in.fact, values[in.slot]);
    } else if (in.made_of != 0 && (*present & in.made_of) == in.made_of) {
      facts.erase(in.fact);
    }
  }
  for (const uint16_t fact : came) facts.set(fact, 1);
  for (const Of& first : firsts) {
    const std::optional<int64_t> last = facts.find(first.last);
    if (last && !facts.find(first.fact)) facts.set(first.fact, *last);
  }
  for (const Of& highest : highests) {
    const std::optional<int64_t> last = facts.find(highest.last);
    const std::optional<int64_t> most = facts.find(highest.fact);
    if (last && (most || highest.starts)) {
      facts.set(highest.fact, std::max(most.value_or(*last), *last));
    }
  }
  for (const InSlot& in : filled) {
    if (!is_seen(in)) fill(in, facts, values, present);
  }
}

void ObjectSlots::recall(const RecordedFacts& facts, int64_t* values, uint64_t* present) const {
  for (const InSlot& in : filled) fill(in, facts, values, present);
}

}  // namespace guerdon::plan
