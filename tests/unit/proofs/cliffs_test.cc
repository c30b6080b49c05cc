// Scales and cliffs of random tables against trying each basis.

#include "engine/proofs/cliffs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "engine/proofs/warnings.h"
#include "tests/reference/evaluate.h"
#include "tests/unit/plan/loaded.h"

namespace guerdon::plan {
namespace {

constexpr int kRounds = 300;
constexpr int64_t kTried = 130;  // bounds lie below 60

using Random = std::minstd_rand;

int64_t draw(Random& random, int64_t below) {
  return static_cast<int64_t>(random() % static_cast<uint64_t>(below));
}

// The value of a row: fixed, a share, both, or nothing.
std::string random_amount(Random& random) {
  const std::string fixed = std::to_string(draw(random, 9)) + " points";
  const std::string share = std::to_string(draw(random, 300)) + "% of (qty * 1 point)";
  switch (draw(random, 4)) {
    case 0:
      return fixed;
    case 1:
      return share;
    case 2:
      return share + " + " + fixed;
    default:
      return "none";
  }
}

std::string random_rows(Random& random, bool shares) {
  const bool upper = draw(random, 2) == 0;
  std::string rows;
  int64_t bound = upper ? draw(random, 5) : 0;
  for (int64_t i = draw(random, 4); i >= 0; --i) {
    const char* word = upper ? (draw(random, 2) == 0 ? "up to " : "below ")
                             : (draw(random, 2) == 0 || bound == 0 ? "from " : "above ");
    rows += "    " + (word + std::to_string(bound)) + " : " +
            (shares ? std::to_string(draw(random, 300)) + "%" : random_amount(random)) + "\n";
    bound += 2 + draw(random, 12);
  }
  if (!upper && draw(random, 2) == 0) return rows;
  return rows + "    otherwise : " +
         (shares ? std::to_string(draw(random, 300)) + "%" : random_amount(random)) + "\n";
}

std::string random_plan(Random& random) {
  static constexpr std::string_view kRoundings[] = {"down", "up", "half up", "half even"};
  std::string text = "plan p\n  round " + std::string(kRoundings[draw(random, 4)]) +
                     "\nunit points, 0 decimals\nevent sale\n  account : account\n  qty : count\n";
  const int64_t form = draw(random, 3);
  if (form > 0) {
    text += "table t by q\n" + random_rows(random, true);
    text += "rule r\n  on sale\n  credit account ";
    text += form == 1 ? "(t for qty) of (qty * 1 point)\n" : "(t for each part of qty) * 1 point\n";
  } else {
    text += "rule r\n  on sale\n  credit account by qty\n" + random_rows(random, false);
  }
  if (draw(random, 4) == 0) text += "  at most " + std::to_string(draw(random, 60)) + " points\n";
  return text;
}

// By the slow twin's walk of the terms; exact before cap and rounding, 0 where nothing is paid.
struct Tried {
  reference::Rational exact;
  int64_t pays = 0;
  bool is_capped = false;
};

std::vector<Tried> try_each(const Plan& plan, const Effect& effect) {
  std::vector<Tried> all;
  for (int64_t qty = 0; qty <= kTried; ++qty) {
    std::vector<reference::Value> attributes(plan.attributes.size());
    attributes[1] = reference::Rational(qty);
    const reference::Scope scope{plan, attributes, {}, {}};
    const reference::Value amount = reference::evaluate(scope, *effect.amount);
    Tried tried;
    if (!reference::is_missing(amount)) {
      tried.exact = reference::number_of(amount);
      tried.pays = static_cast<int64_t>(tried.exact.round(effect.rounding));
      if (effect.at_most != nullptr) {
        const auto cap = static_cast<int64_t>(
            reference::number_of(reference::evaluate(scope, *effect.at_most)).trunc());
        tried.is_capped = tried.pays > cap;
        tried.pays = std::min(tried.pays, cap);
      }
    }
    all.push_back(tried);
  }
  return all;
}

bool drops(const Tried& less, const Tried& more) {
  return more.exact < less.exact && more.pays < less.pays;
}

bool splits(const Tried& one, const Tried& twice, int margin) {
  const reference::Rational both = one.exact + one.exact;
  return !one.is_capped && !twice.is_capped && twice.exact + reference::Rational(margin) < both &&
         twice.pays < 2 * one.pays;
}

const Tried& at(const std::vector<Tried>& tried, int64_t x) {
  return tried[static_cast<size_t>(x)];
}

void expect_first_drop(const std::optional<Cliff>& found, const std::vector<Tried>& tried) {
  for (int64_t less = 0; less < kTried; ++less) {
    if (!drops(at(tried, less), at(tried, less + 1))) continue;
    ASSERT_TRUE(found) << "at " << less;
    EXPECT_EQ(found->less, less);
    EXPECT_EQ(found->more_pays, at(tried, less + 1).pays);
    return;
  }
  EXPECT_FALSE(found) << "at " << found->less;
}

void expect_split(const std::optional<Cliff>& found, const std::vector<Tried>& tried) {
  if (found && found->more <= kTried) {
    EXPECT_TRUE(splits(at(tried, found->less), at(tried, found->more), 0)) << found->less;
    EXPECT_EQ(found->less_pays, at(tried, found->less).pays);
  }
  for (int64_t a = 1; 2 * a <= kTried; ++a) {
    if (!splits(at(tried, a), at(tried, 2 * a), 3)) continue;
    ASSERT_TRUE(found) << "at " << a;
    EXPECT_LE(found->less, a);
    return;
  }
}

TEST(Cliffs, AreThoseThatTryingEachBasisFinds) {
  Random random(7);
  int drops = 0;
  int splits = 0;
  int neither = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string text = random_plan(random);
    SCOPED_TRACE(text);
    Loaded loaded(text);
    if (loaded.has(DiagnosticCode::kValuesDiffer)) continue;  // every row says `none`
    ASSERT_TRUE(loaded.plan) << loaded.said();
    const Effect& effect = loaded.plan->rules[0].effects[0];
    const std::optional<Scale> scale = scale_of(*loaded.plan, *effect.amount);
    ASSERT_TRUE(scale);
    const Paid paid(*scale, effect);
    const std::vector<Tried> tried = try_each(*loaded.plan, effect);
    for (int64_t x = 0; x <= kTried; ++x) ASSERT_EQ(paid.at(x), at(tried, x).pays) << x;
    const Values values = values_of_basis(*loaded.plan, loaded.plan->rules[0], *scale);
    const std::optional<Cliff> drop = find_drop(*scale, paid, values);
    const std::optional<Cliff> split = find_split(*scale, paid, values);
    expect_first_drop(drop, tried);
    if (!scale->is_graduated) expect_split(split, tried);
    drops += drop ? 1 : 0;
    splits += split ? 1 : 0;
    neither += drop || split ? 0 : 1;
    warn(loaded.source, *loaded.plan, loaded.diagnostics);
    EXPECT_EQ(loaded.has(DiagnosticCode::kCliff), drop || split);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(drops, kRounds / 10);
  EXPECT_GT(splits, kRounds / 10);
  EXPECT_GT(neither, kRounds / 10);
}

}  // namespace
}  // namespace guerdon::plan
