// Badges: given by rules at an event, for what is owed, and in the wake of targets; and what such
// rules tell.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tests/generate/draft.h"
#include "tests/generate/random_terms.h"

namespace guerdon::generate {
namespace {

// How often it is given: `kept` is the period of what it is given for, "" for life, where that is
// owed and not paid at an event. What is given at a close looks at no other period.
std::string random_given(Rng& rng, const std::optional<std::string>& kept, bool may_limit) {
  static const std::vector<std::string> kPeriods = {"day", "week", "month", "quarter", "year"};
  if (rng.chance(25)) return "given each time";
  if (!kept) {
    return rng.chance(30) ? "given once ever" : "given once per " + rng.pick(kPeriods);
  }
  const bool is_for_life = kept->empty();
  if (may_limit && (is_for_life || rng.chance(40))) {
    return rng.chance(50) ? "given once ever" : "";  // which is the same
  }
  return is_for_life ? "given each time" : "given once per " + *kept;
}

void draft_badge(Rng& rng, Draft& draft, const std::string& name, const std::string& given,
                 const std::string& follows) {
  static const std::vector<std::string> kLevels = {"", ", gold", ", bronze", ", own_level"};
  draft.line(0, "");
  draft.line(0, "badge " + name + " " + text_literal("Badge " + name) + rng.pick(kLevels));
  if (!given.empty()) draft.line(1, given);
  if (!follows.empty()) draft.line(1, "follows " + follows);
}

bool is_in(const std::vector<int>& all, int number) {
  return std::find(all.begin(), all.end(), number) != all.end();
}

// At each event, or each that meets a condition.
void draft_given_at_event(Rng& rng, Draft& draft, const std::string& name) {
  const auto event = static_cast<int>(rng.below(draft.events.size()));
  Place place;
  std::vector<std::string> payees;
  for (size_t a = 0; a < draft.attributes.size(); ++a) {
    const Attribute& attribute = draft.attributes[a];
    if (attribute.is_line || !is_in(attribute.events, event)) continue;
    place.attributes.push_back(static_cast<int>(a));
    if (attribute.kind == Kind::kAccount) payees.push_back(attribute.name);
  }
  if (payees.empty()) return;
  draft_badge(rng, draft, name, random_given(rng, std::nullopt, true), "");
  draft.line(0, "");
  draft.line(0, "rule gives_" + name);
  draft.line(1, "on " + draft.events[static_cast<size_t>(event)]);
  if (rng.chance(50)) draft.line(1, "when " + Terms(rng, draft, place).condition(1));
  draft.line(1, "grant " + name + " to " + rng.pick(payees));
  if (rng.chance(40)) draft.line(1, "notify " + rng.pick(payees) + " \"happened\"");
  if (rng.chance(40)) {
    const Unit& unit = draft.units[static_cast<size_t>(rng.below(draft.units.size()))];
    draft.line(1, "credit " + payees.front() + " " +
                      amount_literal(rng, unit, rng.pick(common_amounts()), true));
  }
}

// While a measure is high enough.
void draft_given_while(Rng& rng, Draft& draft, const std::string& name) {
  std::vector<const Measure*> fitting;
  for (const Measure& measure : draft.measures) {
    if (measure.name.find('.') == std::string::npos && measure.layer == 0) {
      fitting.push_back(&measure);
    }
  }
  if (fitting.empty()) return;
  const Measure measure = *rng.pick(fitting);
  const std::string& owner = draft.attributes[static_cast<size_t>(measure.owner)].name;
  std::string subject = " per " + owner;
  for (const int key : measure.keys) {
    subject += " per " + draft.attributes[static_cast<size_t>(key)].name;
  }
  if (!measure.period.empty()) subject += " per " + measure.period;
  draft_badge(rng, draft, name, random_given(rng, measure.period, true), "");
  draft.line(0, "");
  draft.line(0, "rule gives_" + name + subject);
  const std::string least =
      measure.kind == Kind::kCount
          ? std::to_string(rng.small(1, 4))
          : amount_literal(rng, draft.units[static_cast<size_t>(measure.unit)],
                           std::max<int64_t>(1, rng.pick(common_amounts())), true);
  draft.line(1, "when " + measure.name + " >= " + least);
  draft.line(1, "grant " + name + " to " + owner);
  if (rng.chance(40)) draft.line(1, "notify " + owner + " \"is so\"");
}

// What stands behind `target target1`: ` per account per sku per month`; nothing: there is none.
std::optional<std::string> subject_of(const Draft& draft, const std::string& target) {
  const std::string head = "\ntarget " + target + " ";
  const size_t at = draft.text.find(head);
  if (at == std::string::npos) return std::nullopt;
  const size_t from = at + head.size() - 1;
  return draft.text.substr(from, draft.text.find('\n', from) - from);
}

// As long as the target is reached; of one that is judged at close when that is so.
void draft_given_for_target(Rng& rng, Draft& draft, const std::string& name) {
  const std::string target = "target" + std::to_string(rng.small(1, 2));
  const std::optional<std::string> subject = subject_of(draft, target);
  if (!subject) return draft_given_at_event(rng, draft, name);
  const std::string period = subject->substr(subject->rfind(" per ") + 5);
  // Of an account alone it is owed once in the period anyway.
  const size_t parts = static_cast<size_t>(std::count(subject->begin(), subject->end(), ' ')) / 2;
  const bool is_of_account = parts == 2 && period.find(' ') == std::string::npos;
  draft_badge(rng, draft, name,
              is_of_account ? random_given(rng, period, false) : "given each time", target);
}

}  // namespace

// What else is drawn is the same without badges.
void draft_badges(const Rng& rng, Draft& draft) {
  Rng own = Rng(rng).split();
  if (!own.chance(draft.shape.badges_percent)) return;
  for (int i = own.small(1, 3); i > 0; --i) {
    const std::string name = "badge" + std::to_string(i);
    const uint64_t die = own.below(3);
    if (die == 0) draft_given_at_event(own, draft, name);
    if (die == 1) draft_given_while(own, draft, name);
    if (die == 2) draft_given_for_target(own, draft, name);
  }
}

}  // namespace guerdon::generate
