#include <algorithm>
#include <optional>

#include "engine/money/limits.h"
#include "tests/generate/draft.h"
#include "tests/generate/random_terms.h"

namespace guerdon::generate {
namespace {

constexpr int64_t kEffectMax = money::kBalanceMax / 4;
constexpr int64_t kLiteralMax = 1'000'000'000'000'000;

// A rule in the making.
struct RuleDraft {
  Place place;
  std::vector<int> payees;  // attributes that may be paid
  int must_read = -1;       // a measure: an entitlement reads at least one
};

const std::vector<std::string>& roundings() {
  static const std::vector<std::string> words = {"down", "up", "half up", "half even"};
  return words;
}

bool carries(const Draft& draft, int event, int attribute) {
  const std::vector<int>& of = draft.attributes[static_cast<size_t>(attribute)].events;
  return std::find(of.begin(), of.end(), event) != of.end();
}

// What an effect does; only a rule that runs once for an event may burn.
std::string verb(Rng& rng, const Draft& draft, const RuleDraft& rule) {
  if (rng.chance(70)) return "credit ";
  const bool is_one_shot = rule.place.says_moment;
  if (is_one_shot && rng.chance(50)) return "burn ";
  return draft.has_penalties ? "debit " : "credit ";
}

std::string options(Rng& rng) {
  std::string words;
  if (rng.chance(15)) words += rng.chance(50) ? " as bonus" : " as prize";
  if (rng.chance(15)) words += " rounded " + rng.pick(roundings());
  return words;
}

// An amount that the checker takes: below what a wallet holds.
Phrase payable(Rng& rng, const Draft& draft, const RuleDraft& rule, int unit) {
  Terms terms(rng, draft, rule.place);
  Phrase amount = terms.number(Kind::kAmount, unit, draft.shape.depth_max);
  const int attempts = 3;
  for (int i = 0; i < attempts && amount.top / amount.den > kEffectMax; ++i) {
    amount = terms.number(Kind::kAmount, unit, 1);
  }
  if (amount.top / amount.den <= kEffectMax) return amount;
  return terms.within(amount, unit, rng.chance(50) ? 900 * kLiteralMax : kLiteralMax);
}

// An amount; where the rule still has to read a measure, one that does.
std::string rewarded(Rng& rng, const Draft& draft, const RuleDraft& rule, int unit) {
  if (rule.must_read < 0 && rng.chance(2)) {  // half a dozen fill a wallet
    return amount_literal(rng, draft.units[static_cast<size_t>(unit)], 900 * kLiteralMax, true);
  }
  if (rule.must_read < 0) return payable(rng, draft, rule, unit).text;
  const Measure& measure = draft.measures[static_cast<size_t>(rule.must_read)];
  Terms terms(rng, draft, rule.place);
  const Phrase read = terms.reading(rule.must_read);
  if (measure.kind == Kind::kAmount && measure.unit == unit) {
    const Named ratio = ratio_literal(rng);
    const Phrase share = {ratio.name + " of " + read.atom(), false, read.top * ratio.top,
                          ratio.den};
    return terms.within(share, unit, kLiteralMax).text;
  }
  const bool is_amount = measure.kind == Kind::kAmount;
  const int64_t step =
      std::max<int64_t>(1, rng.pick(is_amount ? common_amounts() : common_counts()));
  const int64_t paid = rng.small(1, 20);
  const std::string full =
      is_amount ? amount_literal(rng, draft.units[static_cast<size_t>(measure.unit)], step, true)
                : count_literal(rng, step);
  const Unit& of = draft.units[static_cast<size_t>(unit)];
  const Phrase award = {
      amount_literal(rng, of, paid, true) + " per full " + full + " of " + read.atom(), false,
      read.top / step * paid + paid, 1};
  return terms.within(award, unit, kLiteralMax).text;
}

void add_at_most(Rng& rng, Draft& draft, const RuleDraft& rule, int unit) {
  if (!rng.chance(25)) return;
  const Unit& of = draft.units[static_cast<size_t>(unit)];
  Terms terms(rng, draft, rule.place);
  const std::string cap = rng.chance(70) ? amount_literal(rng, of, rng.pick(common_amounts()), true)
                                         : terms.number(Kind::kAmount, unit, 1).text;
  draft.line(1, "at most " + cap);
}

void add_plain(Rng& rng, Draft& draft, const RuleDraft& rule, const std::string& payee, int unit) {
  draft.line(
      1, verb(rng, draft, rule) + payee + " " + rewarded(rng, draft, rule, unit) + options(rng));
}

// `credit account by amount` and its rows. False: there is nothing to key it by.
bool add_by(Rng& rng, Draft& draft, const RuleDraft& rule, const std::string& payee, int unit) {
  Terms terms(rng, draft, rule.place);
  std::vector<Key> keys;
  std::vector<std::string> words;
  const size_t wanted = rng.chance(70) ? 1 : 2;
  for (size_t k = 0; k < wanted; ++k) {
    Key key;
    key.is_range = k + 1 == wanted && rng.chance(60);
    key.kind = key.is_range ? (rng.chance(75) ? Kind::kAmount : Kind::kCount)
                            : (rng.chance(75) ? Kind::kText : Kind::kCount);
    if (key.kind == Kind::kAmount) key.unit = static_cast<int>(rng.below(draft.units.size()));
    const std::optional<std::string> word = terms.key(key);
    if (!word) return false;
    keys.push_back(key);
    words.push_back(*word);
  }
  draft.line(1, verb(rng, draft, rule) + payee + " by " + joined(words) + options(rng));
  bool is_first = true;
  for (const std::string& cell : random_cells(rng, draft, keys).texts) {
    const bool is_none = !is_first && rng.chance(8);
    draft.line(2, cell + " : " + (is_none ? "none" : payable(rng, draft, rule, unit).text));
    is_first = false;
  }
  return true;
}

bool add_each_part(Rng& rng, Draft& draft, const RuleDraft& rule, const std::string& payee,
                   int unit) {
  Terms terms(rng, draft, rule.place);
  const Phrase basis = terms.number(Kind::kAmount, unit, 0);
  if (basis.is_fixed) return false;
  std::string line = verb(rng, draft, rule) + payee + " by each part of " + basis.atom();
  if (rng.chance(50)) line += " on top of " + terms.number(Kind::kAmount, unit, 0).atom();
  Key key;
  key.kind = Kind::kAmount;
  key.unit = unit;
  key.is_range = true;
  const Cells cells = random_cells(rng, draft, {key});
  if (!cells.is_for_parts) return false;
  draft.line(1, line + options(rng));
  for (const std::string& cell : cells.texts) {
    draft.line(2, cell + " : " + std::to_string(rng.small(0, 20)) + "%");
  }
  return true;
}

void draft_effect(Rng& rng, Draft& draft, const RuleDraft& rule) {
  const int paid = rng.pick(rule.payees);
  const std::string& payee = draft.attributes[static_cast<size_t>(paid)].name;
  const int unit = static_cast<int>(rng.below(draft.units.size()));
  const uint64_t die = rng.below(10);
  bool is_done = false;
  if (rule.must_read < 0 && die < 3) is_done = add_by(rng, draft, rule, payee, unit);
  if (rule.must_read < 0 && die == 3) is_done = add_each_part(rng, draft, rule, payee, unit);
  if (!is_done) add_plain(rng, draft, rule, payee, unit);
  add_at_most(rng, draft, rule, unit);
}

void draft_lets(Rng& rng, Draft& draft, RuleDraft& rule, int number) {
  const int wanted = rng.small(0, 2);
  for (int i = 0; i < wanted; ++i) {
    Named let;
    let.unit = static_cast<int>(rng.below(draft.units.size()));
    const Phrase value =
        Terms(rng, draft, rule.place).number(Kind::kAmount, let.unit, draft.shape.depth_max - 1);
    let.name = "let" + std::to_string(number) + "_" + std::to_string(i);
    let.top = value.top;
    let.den = value.den;
    draft.line(1, "let " + let.name + " = " + value.text);
    rule.place.lets.push_back(let);
  }
}

// What `when`, `let` and `credit` lines a rule has, in any case the same.
void draft_clauses(Rng& rng, Draft& draft, RuleDraft& rule, int number) {
  draft_lets(rng, draft, rule, number);
  if (rng.chance(60)) draft.line(1, "when " + Terms(rng, draft, rule.place).condition(2));
  if (rng.chance(15)) draft.line(1, "when " + Terms(rng, draft, rule.place).condition(1));
  if (rng.chance(20)) draft.line(1, "round " + rng.pick(roundings()));
  const int effects = rng.chance(60) ? 1 : rng.small(2, 3);
  for (int i = 0; i < effects; ++i) {
    draft_effect(rng, draft, rule);
    rule.must_read = -1;  // one is enough
  }
}

void draft_one_shot(Rng& rng, Draft& draft, int number) {
  std::vector<int> on;
  std::vector<std::string> words;
  for (size_t e = 0; e < draft.events.size(); ++e) {
    if (!on.empty() && !rng.chance(40)) continue;
    if (on.empty() && e + 1 < draft.events.size() && rng.chance(40)) continue;
    on.push_back(static_cast<int>(e));
    words.push_back(draft.events[e]);
  }
  RuleDraft rule;
  rule.place.says_moment = true;
  for (size_t a = 0; a < draft.attributes.size(); ++a) {
    const int attribute = static_cast<int>(a);
    const bool is_everywhere = std::all_of(
        on.begin(), on.end(), [&](int event) { return carries(draft, event, attribute); });
    if (!is_everywhere) continue;
    rule.place.attributes.push_back(attribute);
    if (draft.attributes[a].kind == Kind::kAccount) rule.payees.push_back(attribute);
  }
  // Measures belong to the account that is paid, so a rule that reads them pays one role.
  if (rng.chance(65)) {
    rule.payees = {rng.pick(rule.payees)};
    rule.place.owner = rule.payees[0];
    for (size_t m = 0; m < draft.measures.size(); ++m) {
      const Measure& measure = draft.measures[m];
      const bool is_named = std::all_of(measure.keys.begin(), measure.keys.end(), [&](int key) {
        return std::find(rule.place.attributes.begin(), rule.place.attributes.end(), key) !=
               rule.place.attributes.end();
      });
      if (measure.owner == rule.payees[0] && is_named) {
        rule.place.measures.push_back(static_cast<int>(m));
      }
    }
  }
  draft.line(0, "");
  draft.line(0, "rule rule" + std::to_string(number));
  draft.line(1, "on " + joined(words));
  draft_clauses(rng, draft, rule, number);
}

// A rule per `part` may read a measure per `whole`: each of its periods lies in one of the
// measure's.
bool covers(const std::string& whole, const std::string& part) {
  static const std::vector<std::string> kLengths = {"day", "month", "quarter", "year"};
  if (whole.empty() || whole == part) return true;
  if (part.empty() || part == "week") return false;
  if (whole == "week") return part == "day";
  const auto at = [](const std::string& word) {
    return std::find(kLengths.begin(), kLengths.end(), word);
  };
  return at(whole) > at(part);
}

void draft_entitlement(Rng& rng, Draft& draft, int number) {
  static const std::vector<std::string> kPeriods = {"", "day", "week", "month", "quarter", "year"};
  const int base = static_cast<int>(rng.below(draft.measures.size()));
  const Measure& first = draft.measures[static_cast<size_t>(base)];
  RuleDraft rule;
  rule.must_read = base;
  rule.payees = {first.owner};
  rule.place.attributes = first.keys;
  std::string subject = " per " + draft.attributes[static_cast<size_t>(first.owner)].name;
  for (const int key : first.keys) {
    subject += " per " + draft.attributes[static_cast<size_t>(key)].name;
  }
  std::string period = rng.pick(kPeriods);
  if (!covers(first.period, period)) period = first.period;
  for (size_t m = 0; m < draft.measures.size(); ++m) {
    const Measure& other = draft.measures[m];
    if (other.owner == first.owner && other.keys == first.keys && covers(other.period, period)) {
      rule.place.measures.push_back(static_cast<int>(m));
    }
  }
  if (!period.empty()) {
    subject += " per " + period;
    rule.place.owner = first.owner;
  }
  draft.line(0, "");
  draft.line(0, "rule rule" + std::to_string(number) + subject);
  draft_clauses(rng, draft, rule, number);
}

}  // namespace

void draft_rules(Rng& rng, Draft& draft) {
  const int wanted = rng.small(1, draft.shape.rules_max);
  for (int i = 0; i < wanted; ++i) {
    if (!draft.measures.empty() && rng.chance(45)) {
      draft_entitlement(rng, draft, i);
    } else {
      draft_one_shot(rng, draft, i);
    }
  }
}

}  // namespace guerdon::generate
