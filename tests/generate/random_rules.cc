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
  bool only_credits = false;
  std::string take_back;  // the line, or empty
  bool is_owed = false;   // an entitlement
  bool is_of_object = false;
  std::string period;           // of an entitlement; empty: for life
  std::string group;            // that it is in, or empty: then it has one credit ...
  int unit = -1;                // ... in this unit
  int rank = -1;                // ... and this is the group's
  bool has_times = false;       // the effect at hand will be multiplied
  bool reads_by_payee = false;  // of an object: each credit measures of whom it pays
  int number = -1;
  bool is_plain = false;  // PlanShape::plain_percent
  bool at_close = false;  // of an entitlement: what nothing counts and no limit bounds
  bool may_split = true;
};

// A group, and what its rules have in common.
struct GroupDraft {
  std::string name;  // empty: there is none
  int rank = -1;     // its rules read only what hangs on groups below: so there is no circle
  int unit = -1;
  int payee = -1;    // of what pays at events, and of what an object owes
  int measure = -1;  // of what is owed: whose subject, but for the period
  std::string period;
};

struct Groups {
  GroupDraft paid;
  GroupDraft owed;
  GroupDraft of_object;
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
  if (rule.only_credits || rng.chance(70)) return "credit ";
  const bool is_one_shot = rule.place.says_moment && !rule.is_of_object;
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
  const bool is_large = rng.chance(50) && !rule.has_times;
  return terms.within(amount, unit, is_large ? 900 * kLiteralMax : kLiteralMax);
}

// An amount; where the rule still has to read a measure, one that does.
std::string rewarded(Rng& rng, const Draft& draft, const RuleDraft& rule, int unit) {
  if (rule.must_read < 0 && !rule.has_times && rng.chance(2)) {  // half a dozen fill a wallet
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

// A rule per `part` may read a measure per `whole`: each of its periods lies in one of the
// measure's.
bool covers(const Draft& draft, const std::string& whole, const std::string& part) {
  static const std::vector<std::string> kLengths = {"day", "month", "quarter", "year"};
  if (whole.empty() || whole == part) return true;
  if (part.empty() || part == draft.own_period) return false;
  if (whole == draft.own_period) return part == "day" || part == draft.own_part;
  if (part == "week") return false;
  if (whole == "week") return part == "day";
  const auto at = [](const std::string& word) {
    return std::find(kLengths.begin(), kLengths.end(), word);
  };
  return at(whole) > at(part);
}

// For whom a limit is: the payee, maybe one of the texts and counts that the rule knows, maybe a
// period.
std::string limited_subject(Rng& rng, const Draft& draft, const RuleDraft& rule, int payee) {
  std::string words = " per " + draft.attributes[static_cast<size_t>(payee)].name;
  for (const int a : rule.place.attributes) {
    const Attribute& attribute = draft.attributes[static_cast<size_t>(a)];
    const bool is_key = attribute.kind == Kind::kText || attribute.kind == Kind::kCount;
    if (rule.is_of_object || !is_key || !attribute.fold.empty() || !rng.chance(20)) continue;
    words += " per " + attribute.name;
    break;
  }
  std::string period = random_period(rng, draft);
  if (rule.is_owed && !covers(draft, period, rule.period)) period = rule.period;
  return period.empty() ? words : words + " per " + period;
}

// What a credit may pay over more than one event. `or nothing` stands alone.
void add_limits(Rng& rng, Draft& draft, const RuleDraft& rule, int payee, int unit) {
  std::vector<std::string> amounts;
  std::vector<std::string> times;
  const int wanted = rng.small(1, 3);
  for (int i = 0; i < wanted; ++i) {
    const std::string subject = limited_subject(rng, draft, rule, payee);
    const bool counts = rng.chance(35);
    std::vector<std::string>& known = counts ? times : amounts;
    if (std::find(known.begin(), known.end(), subject) != known.end()) continue;
    known.push_back(subject);
    const bool or_nothing = !counts && !rule.is_owed && amounts.size() == 1 && rng.chance(20);
    std::string words = rng.chance(40) ? "once" : std::to_string(rng.small(1, 4)) + " times";
    if (!counts) {
      words = amount_literal(rng, draft.units[static_cast<size_t>(unit)],
                             std::max<int64_t>(1, rng.pick(common_amounts())), true);
    }
    draft.line(1, "at most " + words + subject + (or_nothing ? " or nothing" : ""));
    if (or_nothing) return;
  }
}

void add_plain(Rng& rng, Draft& draft, const RuleDraft& rule, const std::string& payee, int unit) {
  const std::string tail = options(rng);
  const std::string amount = rewarded(rng, draft, rule, unit);
  draft.line(1, verb(rng, draft, rule) + payee + " " + amount + tail);
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
    key.has_points = key.is_range && rng.chance(15);
    const std::optional<std::string> word = terms.key(key);
    if (!word) return false;
    keys.push_back(key);
    words.push_back(*word);
  }
  if (keys.back().has_points) words.emplace_back("interpolated");
  const std::string tail = options(rng);
  draft.line(1, verb(rng, draft, rule) + payee + " by " + joined(words) + tail);
  bool is_first = true;
  for (const std::string& cell : random_cells(rng, draft, keys).texts) {
    if (keys.back().has_points) {
      const int64_t minor = common_amounts()[rng.below(common_amounts().size() - 4)];
      draft.line(2, cell + " : " +
                        amount_literal(rng, draft.units[static_cast<size_t>(unit)], minor, true));
      continue;
    }
    const bool is_none = !is_first && rng.chance(8);
    draft.line(2, cell + " : " + (is_none ? "none" : payable(rng, draft, rule, unit).text));
    is_first = false;
  }
  return true;
}

// `credit account by ladder1` and a row for each level, or ranges of them.
bool add_by_level(Rng& rng, Draft& draft, const RuleDraft& rule, const std::string& payee,
                  int unit) {
  const std::optional<Terms::Level> level = Terms(rng, draft, rule.place).level();
  if (!level) return false;
  const std::string tail = options(rng);
  draft.line(1, verb(rng, draft, rule) + payee + " by " + level->text + tail);
  std::vector<std::string> rows;
  const bool has_ranges = rng.chance(35);
  for (const std::string& each : level->of->levels) {
    if (!rows.empty() && rng.chance(25)) continue;
    rows.push_back((has_ranges ? "from " : "") + each);
  }
  if (!has_ranges && rng.chance(30)) std::reverse(rows.begin(), rows.end());
  if (rng.chance(40)) rows.emplace_back("otherwise");
  for (const std::string& row : rows) {
    draft.line(2, row + " : " + payable(rng, draft, rule, unit).text);
  }
  return true;
}

bool add_each_part(Rng& rng, Draft& draft, const RuleDraft& rule, const std::string& payee,
                   int unit) {
  Terms terms(rng, draft, rule.place);
  const Phrase basis = terms.number(Kind::kAmount, unit, 0);
  if (basis.is_fixed) return false;
  std::string line = verb(rng, draft, rule) + payee + " by each part of " + basis.atom();
  if (rng.chance(80)) line += " on top of " + terms.number(Kind::kAmount, unit, 0).atom();
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

// Texts and counts that every event of the rule names; of one that takes back others count, too.
std::vector<int> keys_of(const Draft& draft, const RuleDraft& rule) {
  std::vector<int> keys;
  if (!rule.take_back.empty() && !rule.is_owed) return keys;
  if (!rule.group.empty() && !rule.is_owed && !rule.is_of_object) return keys;  // nor its mates'
  for (const int a : rule.place.attributes) {
    const Attribute& attribute = draft.attributes[static_cast<size_t>(a)];
    const bool is_key = attribute.kind == Kind::kText || attribute.kind == Kind::kCount;
    const bool is_everywhere =
        !rule.is_of_object || std::all_of(draft.object_events.begin(), draft.object_events.end(),
                                          [&](int event) { return carries(draft, event, a); });
    if (is_everywhere && is_key && attribute.fold.empty()) keys.push_back(a);
  }
  return keys;
}

// Together at most 4: payable() leaves room for that.
void add_times(Rng& rng, Draft& draft, const RuleDraft& rule) {
  const int wanted = rng.small(1, 2);
  for (int i = 0; i < wanted; ++i) {
    std::string line = "times " + random_factor(rng, draft, rule.place);
    if (rng.chance(75)) line += " when " + Terms(rng, draft, rule.place).condition(1);
    draft.line(2, line);
  }
  if (rng.chance(40)) draft.line(2, rng.chance(85) ? "multipliers add" : "multipliers multiply");
}

// Among several roles, in a rule that reads nothing of one account.
void add_split(Rng& rng, Draft& draft, RuleDraft& rule) {
  const int unit = static_cast<int>(rng.below(draft.units.size()));
  const std::string tail = options(rng);
  draft.line(1, "split " + payable(rng, draft, rule, unit).text + tail);
  std::vector<std::string> counts;
  for (const int a : rule.place.attributes) {
    const Attribute& attribute = draft.attributes[static_cast<size_t>(a)];
    const bool is_count = attribute.kind == Kind::kCount && !attribute.is_signed;
    if (is_count && attribute.fold.empty()) counts.push_back(attribute.name);
  }
  bool is_first = true;  // somebody gets something
  for (const int payee : rule.payees) {
    std::string weight = std::to_string(rng.small(is_first ? 1 : 0, 7));
    if (!counts.empty() && rng.chance(25)) weight = rng.pick(counts);
    is_first = false;
    draft.line(2, draft.attributes[static_cast<size_t>(payee)].name + " : " + weight +
                      (rng.chance(50) ? " parts" : " part"));
  }
  add_at_most(rng, draft, rule, unit);
}

bool has_told_goal(const Draft& draft) {
  return std::any_of(draft.measures.begin(), draft.measures.end(),
                     [](const Measure& measure) { return measure.is_of_its_period; });
}

// Of the account that is paid.
void read_own_measures(const Draft& draft, RuleDraft& rule, int payee) {
  rule.place.says_moment = true;
  rule.place.measures.clear();
  for (size_t m = 0; m < draft.measures.size(); ++m) {
    const Measure& measure = draft.measures[m];
    if (measure.owner != payee || !measure.keys.empty()) continue;
    rule.place.measures.push_back(static_cast<int>(m));
  }
}

void draft_effect(Rng& rng, Draft& draft, RuleDraft& rule) {
  const bool may_split =
      rule.may_split && rule.payees.size() > 1 && rule.group.empty() && rule.must_read < 0;
  const bool takes_back = !rule.take_back.empty() && !rule.is_of_object;
  if (may_split && rule.place.owner < 0 && !takes_back && rng.chance(30)) {
    return add_split(rng, draft, rule);
  }
  const int paid = rng.pick(rule.payees);
  if (rule.reads_by_payee) read_own_measures(draft, rule, paid);
  const std::string& payee = draft.attributes[static_cast<size_t>(paid)].name;
  const int unit = rule.unit >= 0 ? rule.unit : static_cast<int>(rng.below(draft.units.size()));
  const uint64_t die = rng.below(10);
  rule.has_times = rng.chance(20);
  const size_t begin = draft.text.size();
  bool is_done = false;
  if (rule.must_read < 0 && !draft.ladders.empty() && rng.chance(20)) {
    is_done = add_by_level(rng, draft, rule, payee, unit);
  }
  if (!is_done && rule.must_read < 0 && die < 3) is_done = add_by(rng, draft, rule, payee, unit);
  if (!is_done && rule.must_read < 0 && (die == 3 || die == 4))
    is_done = add_each_part(rng, draft, rule, payee, unit);
  if (!is_done) add_plain(rng, draft, rule, payee, unit);
  if (rule.has_times) add_times(rng, draft, rule);
  add_at_most(rng, draft, rule, unit);
  const bool is_credit = draft.text.compare(begin, 9, "  credit ") == 0;
  if (rule.at_close) return;
  if (is_credit && !rule.is_plain) {
    Credited& credited = draft.credited.emplace_back();
    credited.rule = rule.number;
    credited.payee = paid;
    credited.unit = unit;
    credited.keys = keys_of(draft, rule);
    credited.behind = rule.rank;
    credited.layer = rule.rank >= 0 ? kGroupLayer : 0;
    for (const int m : rule.place.measures) {
      const Measure& measure = draft.measures[static_cast<size_t>(m)];
      credited.behind = std::max(credited.behind, measure.behind);
      credited.is_of_its_period |= measure.is_of_its_period;
    }
    // Its mates may read what TARGET says.
    if (rule.is_owed && !rule.group.empty()) credited.is_of_its_period |= has_told_goal(draft);
  }
  if (is_credit && rule.take_back.empty() && !rule.is_plain && rng.chance(30))
    add_limits(rng, draft, rule, paid, unit);
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

// A rule that holds for some days; one per month, from the day on which months start.
void draft_window(Rng& rng, Draft& draft, const RuleDraft& rule) {
  const bool is_at_months = rule.period == "month" && draft.month_day <= 28;
  if (rule.is_of_object && rule.may_split) return;
  if (!rng.chance(25) || (rule.is_owed && !is_at_months && rule.period != "day")) return;
  const int year = rng.small(2025, 2026);
  const auto date = [&](int month) {
    const int day = is_at_months ? draft.month_day : rng.small(1, 28);
    const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return std::to_string(year) + "-" + two(month) + "-" + two(day);
  };
  const int from = rng.small(1, 11);
  std::string words = "from " + date(from);
  if (rng.chance(60)) words += " until " + date(rng.small(from + 1, 12));
  draft.line(1, words);
}

// What `when`, `let` and `credit` lines a rule has, in any case the same.
void draft_clauses(Rng& rng, Draft& draft, RuleDraft& rule, int number) {
  std::erase_if(rule.place.measures, [&](int m) {
    const Measure& measure = draft.measures[static_cast<size_t>(m)];
    return rule.rank >= 0 && (measure.behind >= rule.rank || measure.layer > kGroupLayer);
  });
  const std::vector<int>& read = rule.place.measures;
  if (std::find(read.begin(), read.end(), rule.must_read) == read.end()) rule.must_read = -1;
  draft_lets(rng, draft, rule, number);
  draft_window(rng, draft, rule);
  if (rng.chance(60)) draft.line(1, "when " + Terms(rng, draft, rule.place).condition(2));
  if (rng.chance(15)) draft.line(1, "when " + Terms(rng, draft, rule.place).condition(1));
  if (rng.chance(20)) draft.line(1, "round " + rng.pick(roundings()));
  if (!rule.group.empty()) {
    const std::string priority =
        rng.chance(60) ? " priority " + std::to_string(rng.small(1, 3)) : "";
    draft.line(1, "in group " + rule.group + priority);
  }
  const int effects = !rule.group.empty() || rng.chance(60) ? 1 : rng.small(2, 3);
  for (int i = 0; i < effects; ++i) {
    draft_effect(rng, draft, rule);
    rule.must_read = -1;  // one is enough
  }
  if (!rule.take_back.empty()) draft.line(1, rule.take_back);
}

// What a rule on these events may take back of what it pays to its one payee: of something that
// these events and others carry. Else nothing.
void draft_take_back(Rng& rng, const Draft& draft, const std::vector<int>& on, RuleDraft& rule) {
  const int owner = rule.payees.front();
  std::vector<int> returns;
  std::vector<std::string> words;
  for (size_t e = 0; e < draft.events.size(); ++e) {
    const int event = static_cast<int>(e);
    if (std::find(on.begin(), on.end(), event) != on.end()) continue;
    if (!carries(draft, event, owner)) continue;
    returns.push_back(event);
    words.push_back(draft.events[e]);
  }
  if (returns.empty()) return;
  std::vector<std::string> values;
  std::vector<std::string> keys;
  for (const int a : rule.place.attributes) {
    const Attribute& attribute = draft.attributes[static_cast<size_t>(a)];
    const bool is_returned = std::all_of(returns.begin(), returns.end(),
                                         [&](int event) { return carries(draft, event, a); });
    if (!is_returned) continue;
    const bool is_count = attribute.kind == Kind::kCount;
    if (is_count || attribute.kind == Kind::kAmount) values.push_back(attribute.name);
    const bool is_key = is_count || attribute.kind == Kind::kText;
    if (is_key && attribute.fold.empty()) keys.push_back(attribute.name);
  }
  if (values.empty()) return;
  rule.only_credits = true;
  rule.payees = {owner};
  rule.take_back =
      rng.chance(65) ? "take back in proportion to " : "take back at the rate paid for ";
  rule.take_back += rng.pick(values) + " on " + joined(words) + " per " +
                    draft.attributes[static_cast<size_t>(owner)].name;
  if (!keys.empty() && rng.chance(50)) rule.take_back += " per " + rng.pick(keys);
}

// From here on the rule is one of the group.
void join(const GroupDraft& group, RuleDraft& rule) {
  rule.group = group.name;
  rule.rank = group.rank;
  rule.unit = group.unit;
  rule.only_credits = true;
  if (group.payee >= 0) rule.payees = {group.payee};
}

bool may_pay(const RuleDraft& rule, const GroupDraft& group) {
  return !group.name.empty() &&
         std::find(rule.payees.begin(), rule.payees.end(), group.payee) != rule.payees.end();
}

bool is_to_be_plain(Rng& rng, const Draft& draft) {
  return draft.shape.plain_percent > 0 && rng.chance(draft.shape.plain_percent);
}

void draft_one_shot(Rng& rng, Draft& draft, const Groups& groups, int number) {
  std::vector<int> on;
  std::vector<std::string> words;
  for (size_t e = 0; e < draft.events.size(); ++e) {
    if (!on.empty() && !rng.chance(40)) continue;
    if (on.empty() && e + 1 < draft.events.size() && rng.chance(40)) continue;
    on.push_back(static_cast<int>(e));
    words.push_back(draft.events[e]);
  }
  RuleDraft rule;
  rule.number = number;
  rule.is_plain = is_to_be_plain(rng, draft);
  rule.only_credits = rule.is_plain;
  rule.place.says_moment = true;
  rule.place.asks_files = true;
  for (size_t a = 0; a < draft.attributes.size(); ++a) {
    const int attribute = static_cast<int>(a);
    const bool is_everywhere = std::all_of(
        on.begin(), on.end(), [&](int event) { return carries(draft, event, attribute); });
    if (!is_everywhere) continue;
    rule.place.attributes.push_back(attribute);
    if (draft.attributes[a].kind == Kind::kAccount) rule.payees.push_back(attribute);
  }
  if (!rule.is_plain && may_pay(rule, groups.paid) && rng.chance(60)) join(groups.paid, rule);
  // Measures belong to the account that is paid, so a rule that reads them pays one role.
  if (!rule.is_plain && rng.chance(65)) {
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
        if (measure.layer > 0 && rng.chance(40)) rule.must_read = static_cast<int>(m);
      }
    }
  }
  if (!rule.is_plain && rng.chance(30)) draft_take_back(rng, draft, on, rule);
  draft.line(0, "");
  draft.line(0, "rule rule" + std::to_string(number));
  draft.line(1, "on " + joined(words));
  draft_clauses(rng, draft, rule, number);
}

void draft_entitlement(Rng& rng, Draft& draft, const Groups& groups, int number) {
  const bool is_plain = is_to_be_plain(rng, draft);
  const bool is_in_group = !is_plain && !groups.owed.name.empty() && rng.chance(60);
  // What rules credit was drafted last.
  const size_t from = rng.chance(30) ? draft.measures.size() - 1 : 0;
  const int some = static_cast<int>(from + rng.below(draft.measures.size() - from));
  const int base = is_in_group ? groups.owed.measure : some;
  const Measure& first = draft.measures[static_cast<size_t>(base)];
  RuleDraft rule;
  rule.number = number;
  rule.is_plain = is_plain;
  rule.must_read = base;
  rule.payees = {first.owner};
  rule.place.attributes = first.keys;
  std::string subject = " per " + draft.attributes[static_cast<size_t>(first.owner)].name;
  for (const int key : first.keys) {
    subject += " per " + draft.attributes[static_cast<size_t>(key)].name;
  }
  std::string period = random_period(rng, draft);
  if (is_plain || first.is_of_its_period || !covers(draft, first.period, period)) {
    period = first.period;
  }
  if (is_in_group) {
    join(groups.owed, rule);
    period = groups.owed.period;
  }
  rule.is_owed = true;
  rule.period = period;
  for (size_t m = 0; m < draft.measures.size(); ++m) {
    const Measure& other = draft.measures[m];
    const bool is_of_time = is_plain || other.is_of_its_period
                                ? other.period == period
                                : covers(draft, other.period, period);
    if (other.owner == first.owner && other.keys == first.keys && is_of_time) {
      rule.place.measures.push_back(static_cast<int>(m));
    }
  }
  rule.place.is_for_life = period.empty();
  if (!period.empty()) {
    subject += " per " + period;
    rule.place.owner = first.owner;
  }
  if (!is_plain && !is_in_group && rng.chance(20)) {
    rule.only_credits = true;
    rule.take_back = "take back nothing";
  }
  rule.at_close = !is_plain && !is_in_group && !period.empty() && rng.chance(35);
  draft.line(0, "");
  draft.line(0, "rule rule" + std::to_string(number) + subject);
  if (rule.at_close) draft.line(1, "on close");
  draft_clauses(rng, draft, rule, number);
}

// `rule ... per order`: of all that events of the order say.
void draft_object_rule(Rng& rng, Draft& draft, const Groups& groups, int number) {
  RuleDraft rule;
  rule.number = number;
  rule.is_of_object = true;
  rule.place.asks_files = true;
  // The parts of one amount open at instants of their own: such a rule reads nothing that changes
  // on a day.
  rule.may_split = rng.chance(40);
  rule.place.is_for_life = rule.may_split;
  for (size_t a = 0; a < draft.attributes.size(); ++a) {
    const int attribute = static_cast<int>(a);
    const bool is_said = std::any_of(draft.object_events.begin(), draft.object_events.end(),
                                     [&](int event) { return carries(draft, event, attribute); });
    if (!is_said) continue;
    rule.place.attributes.push_back(attribute);
    if (draft.attributes[a].kind == Kind::kAccount) rule.payees.push_back(attribute);
  }
  for (const int event : draft.object_events) {
    rule.place.since.push_back(draft.events[static_cast<size_t>(event)]);
  }
  rule.is_plain = is_to_be_plain(rng, draft);
  rule.only_credits = rule.is_plain;
  if (!rule.is_plain && may_pay(rule, groups.of_object) && rng.chance(50)) {
    join(groups.of_object, rule);
  } else if (!rule.is_plain && rng.chance(12)) {
    rule.only_credits = true;
    rule.take_back = "take back nothing";
  }
  if (!rule.is_plain && rng.chance(50)) {
    rule.payees = {rng.pick(rule.payees)};
    rule.place.owner = rule.payees[0];
    read_own_measures(draft, rule, rule.payees[0]);
  } else {
    rule.reads_by_payee = !rule.is_plain && rule.group.empty();
  }
  draft.line(0, "");
  draft.line(0, "rule rule" + std::to_string(number) + " per the_order");
  if (rng.chance(25)) draft.line(1, "void on " + rng.pick(rule.place.since));
  draft_clauses(rng, draft, rule, number);
}

// `rule ... per line`, of events or of an order: what each of its lines comes to.
void draft_line_rule(Rng& rng, Draft& draft, int number) {
  const auto fold = std::find_if(draft.attributes.begin(), draft.attributes.end(),
                                 [](const Attribute& each) { return !each.fold.empty(); });
  const std::vector<int>& events = fold->events;  // those that have lines
  const int on = rng.pick(events);
  const bool is_of_object = std::find(draft.object_events.begin(), draft.object_events.end(), on) !=
                                draft.object_events.end() &&
                            rng.chance(60);
  Place event;
  event.asks_files = true;
  std::vector<int> payees;
  for (size_t a = 0; a < draft.attributes.size(); ++a) {
    if (!carries(draft, on, static_cast<int>(a))) continue;
    event.attributes.push_back(static_cast<int>(a));
    if (draft.attributes[a].kind == Kind::kAccount) payees.push_back(static_cast<int>(a));
  }
  RuleDraft rule;
  rule.place.attributes = draft.line_attributes;
  rule.place.says_moment = !is_of_object;
  // What lines of an order are paid is settled when they are sent.
  rule.place.is_for_life = is_of_object;
  event.is_for_life = is_of_object;
  draft.line(0, "");
  draft.line(0, "rule rule" + std::to_string(number) + (is_of_object ? " per the_order" : "") +
                    " per line");
  if (!is_of_object) draft.line(1, "on " + draft.events[static_cast<size_t>(on)]);
  if (rng.chance(65)) draft.line(1, "when " + Terms(rng, draft, rule.place).condition(1));
  if (rng.chance(40)) draft.line(1, "when " + Terms(rng, draft, event).condition(1));
  if (rng.chance(30)) draft.line(1, "round " + rng.pick(roundings()));
  for (int i = rng.small(1, 2); i > 0; --i) {
    const int unit = static_cast<int>(rng.below(draft.units.size()));
    const std::string& payee = draft.attributes[static_cast<size_t>(rng.pick(payees))].name;
    Terms terms(rng, draft, rule.place);
    const Phrase amount =
        terms.within(terms.number(Kind::kAmount, unit, draft.shape.depth_max), unit, kLiteralMax);
    const std::string tail = options(rng);
    draft.line(1, verb(rng, draft, rule) + payee + " " + amount.text + tail);
    if (!rng.chance(25)) continue;
    const Unit& of = draft.units[static_cast<size_t>(unit)];
    draft.line(1, "at most " + amount_literal(rng, of, rng.pick(common_amounts()), true));
  }
}

std::string stacking(Rng& rng, const Draft& draft, int unit) {
  static const std::vector<std::string> kWords = {"all", "best", "best", "first", "first"};
  if (rng.chance(60)) return rng.pick(kWords);
  const int64_t most = std::max<int64_t>(1, rng.pick(common_amounts()));
  return "all up to " + amount_literal(rng, draft.units[static_cast<size_t>(unit)], most, true);
}

void draft_group(Rng& rng, Draft& draft, const std::string& name, int rank, GroupDraft& group) {
  std::vector<int> accounts;
  for (size_t a = 0; a < draft.attributes.size(); ++a) {
    if (draft.attributes[a].kind == Kind::kAccount) accounts.push_back(static_cast<int>(a));
  }
  group.name = name;
  group.rank = rank;
  group.unit = static_cast<int>(rng.below(draft.units.size()));
  group.payee = rng.pick(accounts);
  draft.line(0, "");
  draft.line(0, "group " + name + " : " + stacking(rng, draft, group.unit));
}

Groups draft_groups(Rng& rng, Draft& draft) {
  Groups groups;
  if (rng.chance(30)) draft_group(rng, draft, "paid", 0, groups.paid);
  if (draft.has_objects && rng.chance(40)) draft_group(rng, draft, "of_order", 1, groups.of_object);
  if (draft.measures.empty() || !rng.chance(35)) return groups;
  draft_group(rng, draft, "owed", 2, groups.owed);
  groups.owed.payee = -1;
  groups.owed.measure = static_cast<int>(rng.below(draft.measures.size()));
  groups.owed.period = draft.measures[static_cast<size_t>(groups.owed.measure)].period;
  return groups;
}

}  // namespace

// Rules and the measures of what they credit stand in any order of the file.
void draft_rules(Rng& rng, Draft& draft) {
  const Groups groups = draft_groups(rng, draft);
  const size_t rules_begin = draft.text.size();
  std::vector<std::string> blocks;
  const auto cut = [&] {
    if (draft.text.size() > rules_begin) blocks.push_back(draft.text.substr(rules_begin));
    draft.text.resize(rules_begin);
  };
  const int wanted = rng.small(1, draft.shape.rules_max);
  for (int i = 0; i < wanted; ++i) {
    if (!draft.line_attributes.empty() && rng.chance(25)) {
      draft_line_rule(rng, draft, i);
    } else if (draft.has_objects && rng.chance(40)) {
      draft_object_rule(rng, draft, groups, i);
    } else if (!draft.measures.empty() && rng.chance(45)) {
      draft_entitlement(rng, draft, groups, i);
    } else {
      draft_one_shot(rng, draft, groups, i);
    }
    note_layer(draft, i, draft.text.substr(rules_begin));
    cut();
    draft_earned(rng, draft, i);
    cut();
  }
  const bool is_mixed = rng.chance(60);
  for (size_t i = blocks.size(); i > 1 && is_mixed; --i) {
    std::swap(blocks[i - 1], blocks[static_cast<size_t>(rng.below(i))]);
  }
  for (const std::string& block : blocks) draft.text += block;
}

}  // namespace guerdon::generate
