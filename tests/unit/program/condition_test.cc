// Random conditions through compiler, index and machine: a rule pays exactly when its condition is
// true. The twin of a condition is a function beside its text; unknown is nothing (Kleene).
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/generate/rng.h"
#include "tests/unit/program/machine_bench.h"

namespace guerdon::plan {
namespace {

using generate::Rng;
using Truth = std::optional<bool>;

struct Condition {
  std::string text;
  std::function<Truth(const Event&)> holds;
};

const std::vector<std::string> kWords{"a", "b", "c"};

std::optional<int64_t> number_in(const Event& event, const std::string& name) {
  const auto at = event.numbers.find(name);
  return at == event.numbers.end() ? std::nullopt : std::optional(at->second);
}

std::optional<std::string> text_in(const Event& event, const std::string& name) {
  const auto at = event.texts.find(name);
  return at == event.texts.end() ? std::nullopt : std::optional(at->second);
}

Condition random_comparison(Rng& rng) {
  static const std::vector<std::string> signs{"=", "!=", "<", "<=", ">", ">="};
  const size_t sign = rng.below(signs.size());
  const bool is_amount = rng.chance(50);
  const std::string name = is_amount ? "change" : "delta";
  const int64_t bound = rng.between(-3, 3);
  const std::string digits =
      (bound < 0 ? "-" : "") +
      (is_amount ? "0.0" + std::to_string(std::abs(bound)) : std::to_string(std::abs(bound)));
  return {name + " " + signs[sign] + " " + digits, [=](const Event& event) -> Truth {
            const std::optional<int64_t> x = number_in(event, name);
            if (!x) return std::nullopt;
            const bool answers[] = {*x == bound, *x != bound, *x<bound, *x <= bound, *x> bound,
                                    *x >= bound};
            return answers[sign];
          }};
}

Condition random_word(Rng& rng) {
  const std::string name = rng.chance(50) ? "sku" : "city";
  if (rng.chance(20)) {
    return {"sku = city", [](const Event& event) -> Truth {
              const auto sku = text_in(event, "sku");
              const auto city = text_in(event, "city");
              if (!sku || !city) return std::nullopt;
              return *sku == *city;
            }};
  }
  std::vector<std::string> set{rng.pick(kWords)};
  if (rng.chance(50)) set.push_back(rng.pick(kWords));
  const bool negated = rng.chance(30);
  std::string text = name + (negated ? " not in " : " in ") + '"' + set[0] + '"';
  if (set.size() > 1) text += ", \"" + set[1] + '"';
  return {text, [=](const Event& event) -> Truth {
            const auto word = text_in(event, name);
            if (!word) return std::nullopt;
            const bool is_in = *word == set.front() || *word == set.back();
            return is_in != negated;
          }};
}

Condition random_condition(Rng& rng, int depth);

Condition random_joint(Rng& rng, int depth) {
  const bool all = rng.chance(70);
  const Condition left = random_condition(rng, depth - 1);
  const Condition right = random_condition(rng, depth - 1);
  return {"(" + left.text + ") " + (all ? "and" : "or") + " (" + right.text + ")",
          [=](const Event& event) -> Truth {
            const Truth a = left.holds(event);
            const Truth b = right.holds(event);
            if (a == !all || b == !all) return !all;  // one false decides `and`, one true `or`
            if (!a || !b) return std::nullopt;
            return all;
          }};
}

Condition random_condition(Rng& rng, int depth) {
  if (depth > 0 && rng.chance(70)) return random_joint(rng, depth);
  switch (rng.below(6)) {
    case 0:
      return {"gift", [](const Event& event) -> Truth {
                const auto gift = number_in(event, "gift");
                return gift ? Truth(*gift != 0) : std::nullopt;
              }};
    case 1: {
      const std::string name = rng.chance(50) ? "sku" : "delta";
      return {"has " + name, [=](const Event& event) -> Truth {
                return text_in(event, name) || number_in(event, name);
              }};
    }
    case 2: {
      const Condition of = random_condition(rng, depth - 1);
      return {"not (" + of.text + ")", [=](const Event& event) -> Truth {
                const Truth truth = of.holds(event);
                return truth ? Truth(!*truth) : std::nullopt;
              }};
    }
    case 3:
    case 4:
      return random_comparison(rng);
    default:
      return random_word(rng);
  }
}

Event random_event(Rng& rng) {
  Event event;
  event.texts["account"] = "A";
  for (const char* name : {"change", "delta"}) {
    if (rng.chance(85)) event.numbers[name] = rng.between(-4, 4);
  }
  if (rng.chance(80)) event.numbers["gift"] = rng.small(0, 1);
  for (const char* name : {"sku", "city"}) {
    if (rng.chance(85)) event.texts[name] = rng.chance(20) ? "other" : rng.pick(kWords);
  }
  return event;
}

TEST(ConditionTest, ARulePaysExactlyWhenItsConditionIsTrue) {
  constexpr int kRules = 40;
  Rng rng(41);
  uint64_t tried = 0;
  uint64_t events = 0;
  for (int plan = 0; plan < 60; ++plan) {
    std::vector<Condition> conditions;
    std::string rules;
    for (int r = 0; r < kRules; ++r) {
      conditions.push_back(random_condition(rng, 2));
      const std::string number = std::to_string(r);
      rules += "rule r" + number + "\n  on sale\n  when " + conditions.back().text +
               "\n  credit account " + std::to_string(r + 1) + " points\n";
    }
    MachineBench bench(shop(rules));
    for (int e = 0; e < 50; ++e, ++events) {
      const Event event = random_event(rng);
      std::string expected;
      for (int r = 0; r < kRules; ++r) {
        if (conditions[static_cast<size_t>(r)].holds(event) != Truth(true)) continue;
        expected += (expected.empty() ? "" : " | ") + ("pay r" + std::to_string(r)) + "/0 " +
                    std::to_string(r + 1);
      }
      ASSERT_EQ(bench.run(event), expected) << rules;
    }
    tried += bench.machine().counters().rules_tried;
  }
  // The index is there to leave rules out.
  EXPECT_LT(tried, events * kRules * 9 / 10);
}

}  // namespace
}  // namespace guerdon::plan
