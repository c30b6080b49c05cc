#include <algorithm>
#include <set>
#include <vector>

#include "tests/generate/random_plan.h"
#include "tests/generate/random_versions.h"
#include "tests/generate/version_text.h"

namespace guerdon::generate {
namespace {

constexpr int kTries = 40;
constexpr int kMixedPercent = 25;     // of versions change other rules, too
constexpr int kCarelessPercent = 4;   // of changes are of any rule
constexpr int kOfOrdersPercent = 50;  // of changes are of rules per order, where some may be retro

// As docs/plan-language.md says it, "What has been paid is corrected"; a version that says more is
// refused, and counted.
class MayBeRetro {
 public:
  explicit MayBeRetro(const plan::Plan& plan) : plan_(plan) {
    for (size_t r = 0; r < plan.rules.size(); ++r) {
      const plan::Rule& rule = plan.rules[r];
      const bool goes_on = rule.before == calendar::kTimeEternity;
      if (goes_on && may(rule)) names_.insert(rule.name);
      if (rule.subject.is_object()) of_orders_.insert(rule.name);
    }
  }

  bool operator()(const std::string& rule) const { return names_.contains(rule); }
  bool is_of_order(const std::string& rule) const { return of_orders_.contains(rule); }

 private:
  bool is_summed(const plan::Rule& rule) const {
    return std::any_of(plan_.measures.begin(), plan_.measures.end(), [&](const auto& measure) {
      return std::any_of(measure.earned_by.begin(), measure.earned_by.end(), [&](int r) {
        return plan_.rules[static_cast<size_t>(r)].lineage == rule.lineage;
      });
    });
  }

  // Of the same subject, from the first version on, and not of what rules but those with `on` pay.
  bool may_read(const plan::Rule& rule, const plan::Measure& measure) const {
    return !rule.subject.is_event() && measure.subject == rule.subject && measure.version == 1 &&
           std::all_of(measure.earned_by.begin(), measure.earned_by.end(), [&](int r) {
             return plan_.rules[static_cast<size_t>(r)].subject.is_event();
           });
  }

  bool may_pay(const plan::Rule& rule, const plan::Effect& effect) const {
    if (!effect.limits.empty() || effect.budget >= 0 || effect.at_close) return false;
    const plan::WalletRules& wallet = plan_.wallets[static_cast<size_t>(effect.unit)];
    if (rule.subject.is_object()) return effect.verb == plan::Verb::kCredit;
    return !rule.subject.is_event() ||
           (effect.verb == plan::Verb::kCredit && wallet.shortfall != plan::Shortfall::kOweTheRest);
  }

  // What an order was at the last event that counts is not kept.
  bool all_count(const plan::Rule& rule) const {
    return std::all_of(plan_.events.begin(), plan_.events.end(), [&](const auto& event) {
      return event.object != rule.subject.object || event.when == nullptr;
    });
  }

  bool may(const plan::Rule& rule) const {
    const bool is_of_kind =
        rule.subject.is_event() || (rule.subject.is_object() && all_count(rule)) ||
        (rule.subject.owner >= 0 && rule.subject.period != calendar::PeriodKind::kLifetime);
    bool may = is_of_kind && rule.group < 0 && !rule.take_back && !rule.keeps && !is_summed(rule);
    for (const plan::Effect& effect : rule.effects) may = may && may_pay(rule, effect);
    plan::visit_terms(rule, [&](const plan::Term& term) {
      if (term.kind != plan::TermKind::kMeasure) return;
      may = may && may_read(rule, plan_.measures[static_cast<size_t>(term.index)]);
    });
    return may;
  }

  const plan::Plan& plan_;
  std::set<std::string> names_;
  std::set<std::string> of_orders_;
};

// Those that may be retro, or now and then any.
std::vector<size_t> rules_to_change(Rng& rng, const std::vector<Block>& blocks,
                                    const MayBeRetro& may_be) {
  std::vector<size_t> found = all_of(blocks, {"rule"});
  if (rng.chance(kCarelessPercent)) return found;
  std::erase_if(found, [&](size_t b) { return !may_be(name_of(blocks[b])); });
  std::vector<size_t> of_orders = found;
  std::erase_if(of_orders, [&](size_t b) { return !may_be.is_of_order(name_of(blocks[b])); });
  const bool is_of_order = !of_orders.empty() && rng.chance(kOfOrdersPercent);
  return is_of_order ? of_orders : found;
}

bool is_per_period(const Block& block) {
  const size_t per = block[0].find(" per ");
  return per != std::string::npos && block[0].find(" per line") != per;
}

// A number in a line that credits: for which orders a rule opens, and when, has to stay.
bool change_rate(Rng& rng, Block& block) {
  std::vector<size_t> credits;
  for (size_t i = 0; i < block.size(); ++i) {
    if (block[i].starts_with("  credit ") || block[i].starts_with("  at most ")) {
      credits.push_back(i);
    }
  }
  if (credits.empty()) return false;
  std::string& line = block[rng.pick(credits)];
  Block alone = {line};
  const bool is_other = change_number(rng, alone);
  line = alone[0];
  return is_other;
}

bool change_rule(Rng& rng, std::vector<Block>& blocks, const MayBeRetro& may_be, int64_t version) {
  const std::vector<size_t> rules = rules_to_change(rng, blocks, may_be);
  if (rules.empty()) return false;
  const size_t rule = rng.pick(rules);
  const uint64_t die = rng.below(100);
  const bool is_of_order = may_be.is_of_order(name_of(blocks[rule]));
  if (is_of_order && die < 87 && !rng.chance(kCarelessPercent)) {
    return die < 80 ? change_rate(rng, blocks[rule]) : rename_rule(blocks, rule, version);
  }
  if (die < 55) return change_number(rng, blocks[rule]);
  if (die < 70) return change_condition(rng, blocks[rule]);
  if (die < 76) return rename_rule(blocks, rule, version);
  if (die < 87) return add_rule(rng, blocks, rule, version);
  const bool may_go =
      all_of(blocks, {"rule"}).size() > 1 && (is_of_order || !is_per_period(blocks[rule]));
  if (die < 97 && may_go) {
    blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(rule));
    return true;
  }
  const std::vector<size_t> constants = all_of(blocks, {"param", "table"});
  return !constants.empty() && change_number(rng, blocks[rng.pick(constants)]);
}

void say_retro(Rng& rng, std::vector<Block>& blocks, const MayBeRetro& may_be, bool is_mixed) {
  if (is_mixed) {
    draft_policies(rng, blocks);
    for (Block& block : blocks) {
      const bool is_one = is_a(block, "rule") && may_be(name_of(block));
      if (!is_one) continue;
      erase_lines(block, "change ");
      block.insert(block.begin() + 1, "  change retro");
    }
    return;
  }
  for (Block& block : blocks) {
    if (is_a(block, "rule") || &block == &blocks.front()) erase_lines(block, "change ");
  }
  blocks.front().insert(blocks.front().begin() + 1, "  change retro");
}

}  // namespace

std::optional<std::string> random_retro_version(Rng& rng, const plan::Plan& before,
                                                int64_t number) {
  const std::string header = header_of(rng, before, number);
  const MayBeRetro may_be(before);
  for (int i = 0; i < kTries; ++i) {
    std::vector<Block> blocks = blocks_of(before.text);
    blocks.front().front() = header;
    const bool is_mixed = rng.chance(kMixedPercent);
    bool is_other = false;
    for (int changes = rng.small(1, 3); changes > 0; --changes) {
      is_other = change_rule(rng, blocks, may_be, number) || is_other;
    }
    if (is_mixed) is_other = change_something(rng, blocks, number) || is_other;
    say_retro(rng, blocks, may_be, is_mixed);
    std::string text = text_of(blocks);
    if (is_other && loads(text)) return text;
  }
  return std::nullopt;
}

}  // namespace guerdon::generate
