#include "engine/proofs/laws.h"

#include <algorithm>

#include "engine/proofs/law_cases.h"
#include "engine/proofs/law_scope.h"
#include "engine/proofs/rule_facts.h"

namespace guerdon::plan {

namespace {

constexpr int kOrdersTried = 8;
constexpr int kShrinkTries = 400;

class Laws {
 public:
  Laws(const Plan& plan, const std::vector<LawEvent>& events, const Pays& pays, uint64_t seed,
       LawTally* tally)
      : plan_(plan), pays_(pays), draw_(plan, events, seed), tally_(tally) {}

  std::optional<BrokenLaw> find() {
    if (auto broken = find_order()) return broken;
    for (const Rule& rule : plan_.rules) {
      for (int e = 0; e < static_cast<int>(plan_.events.size()); ++e) {
        if (auto broken = find_split(rule, e)) return broken;
        if (auto broken = find_cancel(rule, e)) return broken;
      }
    }
    return std::nullopt;
  }

 private:
  std::optional<BrokenLaw> find_order() {
    std::set<std::string> rules;
    for (const Rule& rule : plan_.rules) {
      if (facts_of(plan_, rule).order_because.empty()) rules.insert(rule.name);
    }
    if (rules.empty()) return std::nullopt;
    for (int i = 0; i < kOrdersTried; ++i) {
      uint64_t moved = 0;
      Cases cases = draw_.reordered(&moved);
      tally_->order += moved;
      if (auto broken = compare("order", rules, std::move(cases))) return broken;
    }
    return std::nullopt;
  }

  std::optional<BrokenLaw> find_split(const Rule& rule, int event) {
    std::optional<int> summed = summed_attribute(plan_, rule, event, false);
    if (!summed) summed = summed_attribute(plan_, rule, event, true);
    if (!summed) return std::nullopt;
    uint64_t tried = 0;
    Cases cases = draw_.halved(event, *summed, &tried);
    if (tried == 0) return std::nullopt;
    tally_->split += tried;
    return compare("split", {rule.name}, std::move(cases));
  }

  std::optional<BrokenLaw> find_cancel(const Rule& rule, int event) {
    for (int back = 0; back < static_cast<int>(plan_.events.size()); ++back) {
      const auto what = returned_attribute(plan_, rule, event, back);
      if (!what) continue;
      for (const Twice& one : draw_.cancelled(rule, event, back, *what)) {
        ++tally_->cancel;
        if (auto broken = compare("cancel", {rule.name}, {one})) return broken;
      }
    }
    return std::nullopt;
  }

  // Whether the rule keeps what it credited below 0, whatever comes back.
  bool is_kept(const std::string& name, int64_t sum) const {
    return sum < 0 && std::any_of(plan_.rules.begin(), plan_.rules.end(), [&](const Rule& rule) {
             return rule.name == name && rule.take_back.has_value();
           });
  }

  // Whether the wallet's rules, and not the rule alone, may make a difference in what is posted.
  bool has_say(const Payments& paid, const std::string& law, const Payments::Key& key) const {
    if (paid.noted.contains(key.account)) return true;
    const bool is_told = std::all_of(
        plan_.wallets.begin(), plan_.wallets.end(),
        [](const WalletRules& rules) { return rules.shortfall == Shortfall::kOweTheRest; });
    if (is_told) return false;
    return std::any_of(paid.took.begin(), paid.took.end(), [&](const Payments::Key& taken) {
      return taken.account == key.account && (law != "cancel" || taken != key);
    });
  }

  std::optional<BrokenLaw> differs(const std::string& law, const std::set<std::string>& rules,
                                   const Cases& cases) const {
    BrokenLaw broken{law, {}, {}, {}, {}};
    lay_out(cases, &broken.one, &broken.other);
    const Payments one = pays_(broken.one);
    const Payments other = pays_(broken.other);
    if (law == "cancel" && other.refused > 0) return std::nullopt;
    std::map<Payments::Key, std::pair<int64_t, int64_t>> both;
    for (const auto& [key, sum] : one.sums) both[key].first = sum;
    for (const auto& [key, sum] : other.sums) both[key].second = sum;
    for (const auto& [key, sums] : both) {
      const bool is_wallets = has_say(one, law, key) || has_say(other, law, key);
      const int64_t least = std::min(sums.first, sums.second);
      const bool is_asked = rules.contains(key.rule) && !is_kept(key.rule, least);
      if (is_wallets || !is_asked || sums.first == sums.second) continue;
      broken.rule = key.rule;
      broken.sentence = "rule " + key.rule + " pays " + key.account + " " +
                        std::to_string(sums.first) + " minor units in the one way and " +
                        std::to_string(sums.second) + " in the other";
      return broken;
    }
    return std::nullopt;
  }

  // Halves, quarters ... are dropped for as long as it differs still.
  std::optional<BrokenLaw> compare(const std::string& law, const std::set<std::string>& rules,
                                   Cases cases) const {
    std::optional<BrokenLaw> broken = differs(law, rules, cases);
    if (!broken) return broken;
    int tries = kShrinkTries;
    for (size_t length = std::max<size_t>(cases.size() / 2, 1); length > 0; length /= 2) {
      for (size_t at = cases.size(); at > 0 && tries > 0; --tries) {
        const size_t begin = at > length ? at - length : 0;
        Cases smaller = cases;
        smaller.erase(smaller.begin() + static_cast<std::ptrdiff_t>(begin),
                      smaller.begin() + static_cast<std::ptrdiff_t>(at));
        at = begin;
        std::optional<BrokenLaw> still = differs(law, rules, smaller);
        if (!still) continue;
        broken = std::move(still);
        cases = std::move(smaller);
        at = std::min(at, cases.size());
      }
    }
    return broken;
  }

  const Plan& plan_;
  const Pays& pays_;
  CaseDraw draw_;
  LawTally* tally_;
};

}  // namespace

std::optional<BrokenLaw> broken_law(const Plan& plan, const std::vector<LawEvent>& events,
                                    const Pays& pays, uint64_t seed, LawTally* tally) {
  return Laws(plan, events, pays, seed, tally).find();
}

}  // namespace guerdon::plan
