// What rules pay as a measure that others read: rules in layers. And what multiplies.
#include <algorithm>

#include "tests/generate/draft.h"
#include "tests/generate/random_terms.h"

namespace guerdon::generate {
namespace {

constexpr int kLayerTop = 3;  // the checker takes four layers

bool names(const std::string& text, const std::string& word) {
  return text.find(word) != std::string::npos;
}

// What one more rule leaves of the keys that all of them name.
void keep_common(std::vector<int>& keys, const std::vector<int>& others) {
  std::erase_if(
      keys, [&](int key) { return std::find(others.begin(), others.end(), key) == others.end(); });
}

// Rules of which each pays the same account in the same unit as `first`.
std::vector<Credited> feeders_of(Rng& rng, const Draft& draft, const Credited& first) {
  std::vector<Credited> feeders = {first};
  for (const Credited& other : draft.credited) {
    if (other.payee != first.payee || other.unit != first.unit || other.layer >= kLayerTop) {
      continue;
    }
    const bool is_there = std::any_of(feeders.begin(), feeders.end(), [&](const Credited& feeder) {
      return feeder.rule == other.rule;
    });
    if (!is_there && rng.chance(60)) feeders.push_back(other);
  }
  return feeders;
}

}  // namespace

const std::vector<std::string>& periods() {
  static const std::vector<std::string> words = {"", "day", "week", "month", "quarter", "year"};
  return words;
}

std::string random_period(Rng& rng, const Draft& draft) {
  return !draft.own_period.empty() && rng.chance(30) ? draft.own_period : rng.pick(periods());
}

void note_layer(Draft& draft, int number, const std::string& text) {
  int layer = 0;
  for (const Measure& measure : draft.measures) {
    if (measure.layer > layer && names(text, measure.name)) layer = measure.layer;
  }
  for (Credited& credited : draft.credited) {
    if (credited.rule == number) credited.layer = std::max(credited.layer, layer);
  }
}

void draft_earned(Rng& rng, Draft& draft, int number) {
  std::vector<Credited> fitting;
  for (const Credited& credited : draft.credited) {
    if (credited.layer < kLayerTop) fitting.push_back(credited);
  }
  if (fitting.empty() || !rng.chance(60)) return;
  const std::vector<Credited> feeders = feeders_of(rng, draft, rng.pick(fitting));
  Measure measure;
  measure.name = "earned" + std::to_string(number);
  measure.owner = feeders.front().payee;
  measure.kind = Kind::kAmount;
  measure.unit = feeders.front().unit;
  std::vector<int> keys = feeders.front().keys;
  std::vector<std::string> words;
  for (const Credited& feeder : feeders) {
    words.push_back("rule" + std::to_string(feeder.rule));
    measure.layer = std::max(measure.layer, feeder.layer + 1);
    measure.behind = std::max(measure.behind, feeder.behind);
    keep_common(keys, feeder.keys);
  }
  std::string line = "measure " + measure.name + " per " +
                     draft.attributes[static_cast<size_t>(measure.owner)].name;
  if (!keys.empty() && rng.chance(30)) {
    measure.keys = {rng.pick(keys)};
    line += " per " + draft.attributes[static_cast<size_t>(measure.keys[0])].name;
  }
  const bool is_of_whole = std::any_of(feeders.begin(), feeders.end(), [](const Credited& feeder) {
    return feeder.is_of_its_period;
  });
  measure.period = is_of_whole ? "" : random_period(rng, draft);
  measure.is_of_its_period = is_of_whole;  // nor may a rule be that reads it
  if (!measure.period.empty()) line += " per " + measure.period;
  draft.line(0, "");
  draft.line(0, line + " = " + draft.units[static_cast<size_t>(measure.unit)].name + " earned by " +
                    joined(words));
  draft.measures.push_back(measure);
}

std::string random_factor(Rng& rng, const Draft& draft, const Place& place) {
  static const std::vector<std::string> kFixed = {"2",   "3/2", "1.1", "1",
                                                  "1/3", "50%", "0",   "175 bp"};
  if (rng.chance(40)) return rng.pick(kFixed);
  const bool is_count = rng.chance(35);
  const Kind kind = is_count ? Kind::kCount : Kind::kRatio;
  Terms terms(rng, draft, place);
  Phrase factor = terms.number(kind, -1, 1);
  for (int i = 0; i < 3 && factor.is_fixed; ++i) factor = terms.number(kind, -1, 1);
  // What a table or a param says is never below 0.
  const bool is_known = names(factor.text.substr(0, 5), "table") || names(factor.text, "param");
  const bool is_plain = !names(factor.text, " ") || !names(factor.text, "otherwise");
  const bool is_small = factor.top <= Int128{2} * factor.den;
  if (is_known && is_plain && factor.is_atom && is_small) return factor.text;
  return is_count ? "min(max(" + factor.atom() + ", 0), 2)"
                  : "min(max(" + factor.atom() + ", 0%), 200%)";
}

}  // namespace guerdon::generate
