// Budgets, tight ones, from which rules are paid: at events, and what they owe.
#include <algorithm>
#include <string>
#include <vector>

#include "tests/generate/draft.h"
#include "tests/generate/random_plan.h"
#include "tests/generate/version_text.h"

namespace guerdon::generate {
namespace {

constexpr int kPayersMax = 4;

// For what rules owe, as they stand; names of attributes may be among them.
std::vector<std::string> owed_periods(const std::string& text) {
  std::vector<std::string> found;
  for (size_t at = text.find("\nrule "); at != std::string::npos;
       at = text.find("\nrule ", at + 1)) {
    const std::string head = text.substr(at, text.find('\n', at + 1) - at);
    const size_t per = head.rfind(" per ");
    if (per != std::string::npos) found.push_back(head.substr(per + 5));
  }
  return found;
}

// What is owed is paid from a budget of the same period, or from one for good.
std::string budget_period(Rng& rng, const Draft& draft) {
  const std::string period = random_period(rng, draft);
  const std::vector<std::string> owed = owed_periods(draft.text);
  if (owed.empty() || rng.chance(50)) return period;
  std::string other = rng.pick(owed);
  return loads(draft.text + "\nbudget tried = 1 " + draft.units.front().name + " per " + other +
               "\n")
             ? other
             : period;
}

std::string draft_budget(Rng& rng, const Draft& draft, const Unit& unit, const std::string& name) {
  // Of what events commonly bring a few are all there is; or a few minor units.
  const int64_t most = rng.chance(30)
                           ? rng.small(2, 40)
                           : std::max<int64_t>(1, rng.pick(common_amounts())) * rng.small(1, 6);
  const std::string period = budget_period(rng, draft);
  std::string text = "\nbudget " + name + " = " + amount_literal(rng, unit, most, true) +
                     (period.empty() ? "" : " per " + period) + "\n";
  if (rng.chance(40)) {
    text += rng.chance(75) ? "  short pay nothing\n" : "  short pay what is left\n";
  }
  return text;
}

// Where one more line may be paid from it: below a `rule`.
std::vector<size_t> credits_in(const std::string& text) {
  std::vector<size_t> ends;
  bool is_of_rule = false;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    if (!line.empty() && line[0] != ' ') {
      is_of_rule = line.starts_with("rule ");
    }
    const bool is_paid = line.starts_with("  credit ") && line.find(" from ") == std::string::npos;
    if (is_of_rule && is_paid && line.size() < 120) ends.push_back(end);
    at = end + 1;
  }
  return ends;
}

// The unit of a credit is not in its line: what the checker takes is paid from it.
bool add_payer(Rng& rng, std::string& text, const std::string& name) {
  const std::vector<size_t> ends = credits_in(text);
  if (ends.empty()) return false;
  std::string more = text;
  more.insert(rng.pick(ends), " from budget " + name);
  if (!loads(more)) return false;
  text = std::move(more);
  return true;
}

// What an event of this kind may ask for: little, as much as it says, or what is kept for the
// account, which no event tells.
std::string asked_amount(Rng& rng, const Draft& draft, int unit, int event) {
  const auto small = [&] {
    return amount_literal(rng, draft.units[static_cast<size_t>(unit)], rng.small(1, 4), true);
  };
  std::vector<std::string> amounts = {small()};
  for (const Attribute& each : draft.attributes) {
    const bool is_there =
        std::find(each.events.begin(), each.events.end(), event) != each.events.end();
    if (each.kind != Kind::kAmount || each.unit != unit || !is_there) continue;
    amounts.insert(amounts.end(), {each.name, "min(" + each.name + ", " + small() + ")",
                                   "5% of " + each.name, "(" + small() + " - " + each.name + ")"});
  }
  for (const Measure& each : draft.measures) {
    if (each.kind != Kind::kAmount || each.unit != unit) continue;
    const std::string read = each.name + (rng.chance(50) ? " before" : " after");
    amounts.insert(amounts.end(), {read, "min(" + read + ", " + small() + ")",
                                   "max(" + small() + ", 2% of " + read + ")"});
  }
  return rng.pick(amounts);
}

// A rule of its own that asks for that. False: the checker does not take it.
bool add_own_payer(Rng& rng, const Draft& draft, int unit, const std::string& name,
                   std::string& text) {
  const int event = rng.small(0, static_cast<int>(draft.events.size()) - 1);
  std::vector<std::string> accounts;
  for (const Attribute& each : draft.attributes) {
    const bool is_there =
        std::find(each.events.begin(), each.events.end(), event) != each.events.end();
    if (each.kind == Kind::kAccount && is_there) accounts.push_back(each.name);
  }
  if (accounts.empty()) return false;
  std::string more =
      text + "\nrule of_" + name + "\n  on " + draft.events[static_cast<size_t>(event)] + "\n";
  for (int lines = rng.small(1, 2); lines > 0; --lines) {
    more += "  credit " + rng.pick(accounts) + " " + asked_amount(rng, draft, unit, event) +
            " from budget " + name + "\n";
  }
  if (!loads(more)) return false;
  text = std::move(more);
  return true;
}

}  // namespace

// What else is drawn is the same without budgets.
void draft_budgets(const Rng& rng, Draft& draft) {
  Rng own = Rng(rng).split().split();
  if (!own.chance(draft.shape.budgets_percent)) return;
  for (int i = own.small(1, 2); i > 0; --i) {
    const std::string name = "budget" + std::to_string(i);
    const int unit = own.small(0, static_cast<int>(draft.units.size()) - 1);
    std::string text =
        draft.text + draft_budget(own, draft, draft.units[static_cast<size_t>(unit)], name);
    bool is_asked = false;
    for (int tries = kPayersMax; tries > 0; --tries) is_asked |= add_payer(own, text, name);
    for (int tries = kPayersMax; tries > 0 && own.chance(70); --tries) {
      if (!add_own_payer(own, draft, unit, name, text)) continue;
      is_asked = true;
      break;
    }
    if (is_asked) draft.text = std::move(text);
  }
}

}  // namespace guerdon::generate
