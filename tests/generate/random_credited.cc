// Rules that pay by what others credit at the same event: beside limits over periods, up a tree.
#include <algorithm>
#include <string>
#include <vector>

#include "tests/generate/draft.h"
#include "tests/generate/random_plan.h"

namespace guerdon::generate {
namespace {

constexpr int kCreditTries = 4;

// What one event has.
struct OfEvent {
  std::string on;
  std::vector<std::string> roles;
  std::vector<const Attribute*> amounts;
};

OfEvent some_event(Rng& rng, const Draft& draft) {
  OfEvent found;
  const auto event = static_cast<int>(rng.below(draft.events.size()));
  found.on = draft.events[static_cast<size_t>(event)];
  for (const Attribute& attribute : draft.attributes) {
    const std::vector<int>& of = attribute.events;
    const bool is_its = std::find(of.begin(), of.end(), event) != of.end();
    if (!is_its || attribute.is_line || !attribute.fold.empty()) continue;
    if (attribute.kind == Kind::kAccount) found.roles.push_back(attribute.name);
    if (attribute.kind == Kind::kAmount) found.amounts.push_back(&attribute);
  }
  return found;
}

// `  at most 40 per seller per month`, maybe. Who stands above has none: the law about order does
// not know him.
std::string limit_of(Rng& rng, const Draft& draft, const std::string& who, int percent) {
  if (!rng.chance(percent) || who.find('\'') != std::string::npos) return "";
  const std::string period = random_period(rng, draft);
  const std::string per = " per " + who + (period.empty() ? "" : " per " + period);
  if (rng.chance(15)) return "  at most " + std::to_string(rng.small(1, 3)) + " times" + per + "\n";
  return "  at most " + std::to_string(rng.small(1, 60)) + per +
         (rng.chance(15) ? " or nothing" : "") + "\n";
}

std::string whom(Rng& rng, const OfEvent& event, bool has_relation) {
  std::string who = rng.pick(event.roles);
  if (has_relation && rng.chance(50)) who += "'s manager";
  if (who.ends_with("'s manager") && rng.chance(25)) who += "'s manager";
  return who;
}

std::string part_of(Rng& rng, const std::string& rule) {
  const std::string credited = rule + ".credited";
  switch (rng.below(6)) {
    case 0:
      return credited;
    case 1:
      return "max(0, 2 * " + credited + " - 1/3 * " + credited + ")";
    default:
      return std::to_string(rng.small(1, 90)) + "% of " + credited;
  }
}

// One that others go by.
std::string paying_rule(Rng& rng, const Draft& draft, const OfEvent& event,
                        const std::string& name) {
  const std::string who = rng.pick(event.roles);
  std::string text = "\nrule " + name + "\n  on " + event.on + "\n  credit " + who + " ";
  if (event.amounts.empty() || rng.chance(20)) {
    text += amount_literal(rng, rng.pick(draft.units), rng.small(1, 5'000), true);
  } else {
    text += std::to_string(rng.small(1, 120)) + "% of " + rng.pick(event.amounts)->name;
  }
  if (rng.chance(15)) text += " rounded half up";
  text += "\n" + limit_of(rng, draft, who, 75);
  if (event.amounts.size() == 1 && rng.chance(15)) {
    text += "  credit " + rng.pick(event.roles) + " 7% of " + event.amounts.front()->name + "\n";
  }
  return text;
}

std::string behind_rule(Rng& rng, const Draft& draft, const OfEvent& event, const std::string& read,
                        const std::string& name, bool has_relation) {
  std::string text = "\nrule " + name + "\n  on " + event.on + "\n";
  if (rng.chance(15))
    text += "  when " + read + ".credited " + (rng.chance(50) ? "> 0\n" : "= 0\n");
  if (has_relation && rng.chance(25)) {
    text += "  credit each manager above " + rng.pick(event.roles) + " up to " +
            std::to_string(rng.small(1, 3)) + " levels " + part_of(rng, read) + " as override\n";
    return text;
  }
  if (rng.chance(10)) {
    text += "  split " + part_of(rng, read) + "\n";
    for (const std::string& role : event.roles) text += "    " + role + " : 2 parts\n";
    return text;
  }
  const std::string who = whom(rng, event, has_relation);
  text += "  credit " + who + " " + part_of(rng, read);
  if (rng.chance(25)) text += " rounded up";
  return text + "\n" + limit_of(rng, draft, who, 40);
}

// Of the rules that pay at events some are drawn already: their names, and what they run at.
struct DrawnCredit {
  std::string name;
  std::string on;
};

std::vector<DrawnCredit> rules_in(const std::string& text) {
  std::vector<DrawnCredit> rules;
  std::string name;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    if (!line.empty() && line[0] != ' ') name = line.starts_with("rule ") ? line.substr(5) : "";
    if (!name.empty() && line.starts_with("  on ")) rules.push_back({name, line.substr(5)});
    at = end + 1;
  }
  return rules;
}

}  // namespace

// What else is drawn is the same without them.
void draft_credited(const Rng& rng, Draft& draft) {
  Rng own = Rng(rng).split().split().split();
  // What is paid so is corrected by no version; and two plans of one case could want two roles in
  // two orders.
  if (draft.shape.plain_percent > 0 || draft.shape.name != "p0" ||
      !own.chance(draft.shape.credited_percent))
    return;
  const OfEvent event = some_event(own, draft);
  if (event.roles.empty()) return;
  const auto add = [&](const std::string& more) {
    if (!loads(draft.text + more)) return false;
    draft.text += more;
    return true;
  };
  const bool has_relation =
      draft.text.find("\nrelation manager") != std::string::npos || add("\nrelation manager\n");
  std::string read;
  for (int tries = kCreditTries; tries > 0 && read.empty(); --tries) {
    if (add(paying_rule(own, draft, event, "told"))) read = "told";
  }
  for (const DrawnCredit& drawn : rules_in(draft.text)) {
    const bool is_its = drawn.on.find(event.on) != std::string::npos;
    if (is_its && (read.empty() || own.chance(15))) read = drawn.name;
  }
  if (read.empty()) return;
  for (int i = own.small(1, 3); i > 0; --i) {
    const std::string name = "behind" + std::to_string(i);
    for (int tries = kCreditTries; tries > 0; --tries) {
      if (!add(behind_rule(own, draft, event, read, name, has_relation))) continue;
      if (own.chance(60)) read = name;
      break;
    }
  }
}

}  // namespace guerdon::generate
