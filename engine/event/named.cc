#include "engine/event/named.h"

#include <algorithm>
#include <vector>

#include "engine/event/refusal.h"
#include "engine/event/text_rules.h"

namespace guerdon::event {

namespace {

// What is named, and whose it is.
struct Name {
  std::string_view program;
  std::string_view name;
};

struct Wanted {
  std::string_view name;     // or program/name
  std::string_view program;  // empty: not told
};

bool fits(const Name& known, const Wanted& wanted) {
  if (!wanted.program.empty() && wanted.program != known.program) return false;
  return is_named(known.program, known.name, wanted.name);
}

std::string each_once(const std::vector<Name>& names) {
  std::vector<std::string> known;
  for (const Name& each : names) {
    if (std::find(known.begin(), known.end(), each.name) == known.end()) {
      known.emplace_back(each.name);
    }
  }
  return known.empty() ? "none" : listed(known);
}

// `thing`: "unit".
Named find(const std::vector<Name>& names, const Wanted& wanted, const std::string& thing) {
  Named found;
  std::vector<std::string> programs;
  for (size_t i = 0; i < names.size(); ++i) {
    if (!fits(names[i], wanted)) continue;
    found.number = static_cast<uint32_t>(i);
    programs.emplace_back(names[i].program);
  }
  if (programs.size() == 1) return found;
  const std::string shown = printable(wanted.name, kExcerptShownMax);
  if (programs.empty()) {
    found.outcome = Outcome::kUnknown;
    const std::string of =
        wanted.program.empty() ? "" : " in " + printable(wanted.program, kExcerptShownMax);
    found.sentence = "no plan has " + std::string(thing == "item" ? "an " : "a ") + thing + " " +
                     shown + of + "; the " + thing + "s there are: " + each_once(names);
    return found;
  }
  found.outcome = Outcome::kInvalid;
  found.sentence = shown + " is " + (thing == "item" ? "an " : "a ") + thing +
                   " of several programs (" + listed(programs) +
                   "); write which with program=, or as program/" + thing;
  return found;
}

std::vector<Name> units(const Schema& schema) {
  std::vector<Name> names;
  for (const WalletName& wallet : schema.wallets()) names.push_back({wallet.program, wallet.unit});
  return names;
}

}  // namespace

bool is_named(std::string_view program, std::string_view name, std::string_view wanted) {
  if (wanted == name) return true;
  const size_t slash = program.size();
  return wanted.size() == slash + 1 + name.size() && wanted.starts_with(program) &&
         wanted[slash] == '/' && wanted.ends_with(name);
}

Named find_wallet(const Schema& schema, std::string_view unit, std::string_view program) {
  return find(units(schema), {unit, program}, "unit");
}

Named find_item(const Schema& schema, std::string_view item, std::string_view program) {
  std::vector<Name> names;
  for (const ItemName& each : schema.items()) names.push_back({each.program, each.item});
  return find(names, {item, program}, "item");
}

Named find_goal(const Schema& schema, std::string_view target, std::string_view program) {
  std::vector<Name> names;
  for (const GoalName& each : schema.goals()) names.push_back({each.program, each.target});
  return find(names, {target, program}, "goal");
}

Named find_known(const Schema& schema, std::string_view attribute) {
  std::vector<Name> names;
  for (uint32_t k = 0; k < schema.known().size(); ++k) {
    if (schema.known()[k].wire == attribute) return {.number = k, .sentence = ""};
    names.push_back({"", schema.known()[k].wire});
  }
  return {0, Outcome::kUnknown,
          "no plan knows " + printable(attribute, kExcerptShownMax) +
              " of accounts; what `holder` declares: " + each_once(names)};
}

std::string units_of(const Schema& schema) { return each_once(units(schema)); }

}  // namespace guerdon::event
