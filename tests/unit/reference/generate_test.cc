#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "engine/base/hash.h"
#include "engine/plan/checker.h"
#include "tests/generate/random_events.h"
#include "tests/generate/random_plan.h"
#include "tests/generate/random_versions.h"
#include "tests/unit/reference/scenario.h"

namespace guerdon::generate {
namespace {

using reference::Engine;
using reference::Event;
using reference::Outcome;

std::optional<plan::Plan> try_load(const std::string& text, std::string* messages) {
  const plan::SourceText source("random.plan", text);
  plan::Diagnostics diagnostics;
  std::optional<plan::Plan> loaded = plan::load_plan(source, diagnostics);
  if (!loaded) *messages = plan::render(source, diagnostics);
  return loaded;
}

void count_terms(const plan::Term& term, std::map<plan::TermKind, int>& counts) {
  ++counts[term.kind];
  for (const plan::TermPtr& arg : term.args) {
    if (arg != nullptr) count_terms(*arg, counts);
  }
}

TEST(GenerateTest, TheSameSeedDrawsTheSame) {
  EXPECT_EQ(Rng(7).next(), uint64_t{7191089600892374487u});
  Rng a(3);
  Rng b(3);
  EXPECT_EQ(random_plan(a, {}), random_plan(b, {}));
}

// So that what tests count of draws holds for each compiler. Recorded: who changes what is drawn
// records it anew. Where one compiler alone says another, two draws stand in one expression, or
// are arguments of one call: their order is the compiler's.
TEST(GenerateTest, EachCompilerDrawsTheSame) {
  base::HashBuilder drawn;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    Rng rng(seed);
    const std::string text = random_plan(rng, {});
    drawn.text(text);
    std::string messages;
    std::optional<plan::Plan> plan = try_load(text, &messages);
    if (!plan) continue;
    std::vector<plan::Plan> plans;
    plans.push_back(*std::move(plan));
    drawn.text(as_csv(random_events(rng, plans, 40)));
  }
  EXPECT_EQ(drawn.finish().to_hex(), "b9455359796f38028a0ebe9bd1866048");
}

TEST(GenerateTest, NearlyAllPlansPassTheChecker) {
  constexpr int kPlans = 1'000;
  int refused = 0;
  std::string messages;
  std::map<plan::TermKind, int> terms;
  for (int i = 0; i < kPlans; ++i) {
    Rng rng(static_cast<uint64_t>(i));
    const std::optional<plan::Plan> loaded = try_load(random_plan(rng, {}), &messages);
    if (!loaded) {
      ++refused;
      continue;
    }
    for (const plan::Rule& rule : loaded->rules) {
      if (rule.when != nullptr) count_terms(*rule.when, terms);
      for (const plan::Effect& effect : rule.effects) {
        if (effect.when != nullptr) count_terms(*effect.when, terms);
        count_terms(*effect.amount, terms);
      }
    }
  }
  RecordProperty("refused", refused);
  EXPECT_LE(refused, kPlans / 20) << "the last one:\n" << messages;
  for (int kind = 0; kind <= static_cast<int>(plan::TermKind::kPercentWithin); ++kind) {
    if (kind == static_cast<int>(plan::TermKind::kDuration)) continue;  // in wallets alone
    if (kind == static_cast<int>(plan::TermKind::kElse)) continue;      // of tables from a file
    EXPECT_GE(terms[static_cast<plan::TermKind>(kind)], 10) << "kind " << kind;
  }
}

// What versions are otherwise in, by the words that a version has more often than the plan.
TEST(GenerateTest, VersionsChangeWhatTheyMay) {
  constexpr int kPlans = 400;
  int found = 0;
  std::map<std::string, int> said;
  for (uint64_t seed = 0; seed < kPlans; ++seed) {
    Rng rng(seed);
    std::string messages;
    const std::optional<plan::Plan> first = try_load(random_plan(rng, {}), &messages);
    if (!first) continue;
    const std::optional<std::string> text = random_version(rng, *first, 2);
    if (!text) continue;
    const std::optional<plan::Plan> second = try_load(*text, &messages);
    ASSERT_TRUE(second.has_value()) << messages;
    ++found;
    EXPECT_EQ(second->version, 2);
    EXPECT_EQ(second->name, first->name);
    said["fewer rules"] += second->rules.size() < first->rules.size() ? 1 : 0;
    said["more events"] += second->events.size() > first->events.size() ? 1 : 0;
    said["the same rules"] += second->rules.size() == first->rules.size() ? 1 : 0;
    for (const char* const words : {"  was rule", "when not (", "rule added2", "  change pin",
                                    "  change split", "fresh_attribute2", ", fresh2"}) {
      said[words] += text->find(words) == std::string::npos ? 0 : 1;
    }
    const std::optional<std::string> other = random_version(rng, *second, 3);
    if (!other) continue;
    const std::optional<plan::Plan> third = try_load(*other, &messages);
    ASSERT_TRUE(third.has_value()) << messages;
    EXPECT_GT(third->from, second->from);
  }
  EXPECT_GE(found, kPlans * 9 / 10);
  for (const auto& [words, count] : said) EXPECT_GE(count, 5) << words;
}

// What the language can say, as it stands in a plan.
constexpr const char* kSayings[] = {
    "zone Pacific/Apia|program |week starts |month starts day |year starts |  round half even\n",
    "  round half up\n|  round up\n| decimals|param |list | : flag| : text| : count| : account",
    " signed|ignore others| as \"|table |, any |  any, |  below |  above |  from |  up to ",
    "otherwise :| : none|: left, right|.left for | per day| per week| per month| per quarter",
    " per year| number of | sum of | less | where |let | before| after|has | in few| not in |not (",
    " and (| or (|min(|max(| per full | each part of | on top of | by |at most | as bonus",
    " rounded half up| rounded half even| of (| * | + | - |(-|/",
    "  lines of\n| over lines|number of lines|all lines|highest of |lowest of "};

std::vector<std::string> split_at_bars(const std::string& line) {
  std::vector<std::string> words(1);
  for (const char c : line) {
    if (c == '|') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

TEST(GenerateTest, PlansSayEverythingThatTheLanguageCan) {
  constexpr int kPlans = 500;
  std::vector<std::string> texts;
  for (uint64_t seed = 0; seed < kPlans; ++seed) {
    Rng rng(seed);
    texts.push_back(random_plan(rng, {}));
  }
  for (const char* line : kSayings) {
    for (const std::string& word : split_at_bars(line)) {
      const auto count = std::count_if(texts.begin(), texts.end(), [&](const std::string& text) {
        return text.find(word) != std::string::npos;
      });
      EXPECT_GE(count, kPlans / 50) << word;
    }
  }
}

std::vector<plan::Plan> some_plans(Rng& rng) {
  std::vector<plan::Plan> plans;
  const int wanted = rng.small(1, 3);
  for (int i = 0; i < wanted; ++i) {
    PlanShape shape;
    shape.name = "p" + std::to_string(i);
    std::string messages;
    std::optional<plan::Plan> loaded = try_load(random_plan(rng, shape), &messages);
    if (loaded) plans.push_back(*std::move(loaded));
  }
  return plans;
}

// Events and plans are worth something together only if they pay, and in every way.
TEST(GenerateTest, EventsMeetThePlans) {
  std::map<Outcome, int> outcomes;
  std::map<std::string, int> codes;
  std::map<std::string, int> kinds;
  std::map<std::string, int> notes;
  int silent = 0;
  int runs = 0;
  for (uint64_t seed = 150; seed < 300; ++seed) {
    Rng rng(seed);
    std::vector<plan::Plan> plans = some_plans(rng);
    if (plans.empty()) continue;
    const std::vector<Event> events = random_events(rng, plans, 150);
    Engine engine(std::move(plans));
    for (const Event& event : events) {
      const reference::Result result = engine.apply(event);
      ++outcomes[result.outcome];
      if (result.outcome == Outcome::kRefused) ++codes[result.code];
    }
    for (const reference::Entry& entry : engine.entries()) {
      ++kinds[entry.kind];
      ++notes[entry.note];
    }
    ++runs;
    if (engine.entries().empty()) ++silent;
  }
  EXPECT_GT(outcomes[Outcome::kAccepted], 10'000);
  for (const Outcome outcome : {Outcome::kIgnored, Outcome::kDuplicate, Outcome::kConflict}) {
    EXPECT_GT(outcomes[outcome], 100) << static_cast<int>(outcome);
  }
  for (const char* code : {"INVALID", "OVERFLOW", "TOOLONG"}) EXPECT_GT(codes[code], 10) << code;
  for (const char* kind : {"earn", "clawback", "bonus", "prize"})
    EXPECT_GT(kinds[kind], 50) << kind;
  EXPECT_GT(notes["floor"], 20);
  EXPECT_GT(notes["overflow"], 0);
  EXPECT_LT(silent, runs / 4);
}

TEST(GenerateTest, ATraceQuotesWhatItMust) {
  Event event{"crm", "1", "purchase", "2026-01-01T00:00:00Z", {{"account", "d\"q,\""}, {"b", ""}}};
  EXPECT_EQ(as_csv({event}),
            "event_id,time,type,account,b\n1,2026-01-01T00:00:00Z,purchase,\"d\"\"q,\"\"\",\n");
}

}  // namespace
}  // namespace guerdon::generate
