// Random requests, on every variant, against the slow twin: each answer, all that is left, and the
// same state whatever the shards, threads and batches; out of a prefix of the log and out of a
// snapshot in the middle, too.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "engine/base/timestamp.h"
#include "tests/shop/shop_model.h"
#include "tests/shop/shop_works.h"
#include "tests/support/turns.h"
#include "tests/unit/program/compiled.h"

namespace guerdon::shop {
namespace {

constexpr std::string_view kModelPlan = R"(plan model
unit points, 0 decimals
unit free, 0 decimals
unit EUR, 2 decimals

event earn
  account : account
  earned : points

rule earning
  on earn
  credit account earned

item lamp
  price 30 points
  stock 3

item day
  price 50 points
  gives 1 free
  stock 2
  at most 4 times per account

item mug
  price 10 points
  at most 6 times per account

item pass
  price 20 points
  gives 1 free

exchange points to EUR
  rate from file
  spread 1%
)";

constexpr int kRequests = 600;
constexpr base::TimeMs kBegin = 1'772'355'600'000;  // 2026-03-01

struct Script {
  std::vector<std::string> requests;
  std::vector<std::string> answers;
  std::map<std::string, int64_t> content;
};

Script draw(uint64_t seed, uint64_t keys = kManyKeys) {
  generate::Rng rng(seed);
  ShopModel model(keys);
  Script script;
  for (int i = 0; i < kRequests; ++i) {
    auto [request, answer] = model.next(rng);
    script.requests.push_back(std::move(request));
    script.answers.push_back(std::move(answer));
  }
  script.content = model.content();
  return script;
}

void ask_all(ShopWorks& works, const Script& script, size_t begin, size_t end) {
  for (size_t i = begin; i < end; ++i) {
    works.ask(kBegin + static_cast<base::TimeMs>(i) * 1'000, script.requests[i]);
  }
  const std::vector<std::string> answers = works.answers();
  ASSERT_EQ(answers.size(), end - begin);
  for (size_t i = begin; i < end; ++i) {
    ASSERT_EQ(answers[i - begin], script.answers[i]) << i << ": " << script.requests[i];
  }
}

void expect_content(const ShopWorks& works, const Script& script) {
  for (const auto& [name, amount] : script.content) {
    const size_t space = name.find(' ');
    const std::string front = name.substr(0, space);
    const std::string back = name.substr(space + 1);
    if (front != "stock") {
      EXPECT_EQ(works.view(front, back).posted, amount) << name;
    } else if (back == "lamp" || back == "day") {
      EXPECT_EQ(works.stock(back), amount) << name;
    }
  }
}

class ShopAgainstModel : public testing::TestWithParam<uint64_t> {};

TEST_P(ShopAgainstModel, AnswersAndStateAreThoseOfTheTwin) {
  const plan::Program program = plan::compiled(std::string(kModelPlan));
  const Script script = draw(GetParam());
  std::string first;
  for (const Variant& variant : variants()) {
    SCOPED_TRACE(name_of(variant));
    ShopWorks works(program, variant);
    ask_all(works, script, 0, kRequests);
    if (HasFatalFailure()) return;
    expect_content(works, script);
    EXPECT_EQ(works.broken(), "");
    if (first.empty()) first = works.seen();
    EXPECT_EQ(works.seen(), first);
  }
}

// As after a crash: what is in the log comes back, and the rest is asked again; what was applied is
// a duplicate with its first answer.
TEST_P(ShopAgainstModel, GoesOnOutOfTheLogAndOutOfASnapshot) {
  const plan::Program program = plan::compiled(std::string(kModelPlan));
  const Script script = draw(GetParam() + 100);
  const size_t half = kRequests / 2;
  ShopWorks whole(program, {2, Threads::kFused, 0, 256, false});
  ask_all(whole, script, 0, kRequests);
  ShopWorks stopped(program, {7, Threads::kFused, 0, 16, false});
  ask_all(stopped, script, 0, half);
  if (HasFatalFailure()) return;

  ShopWorks loaded(program, {3, Threads::kThreaded, 2, 16, true});
  loaded.load_from(stopped);
  ask_all(loaded, script, half, kRequests);
  EXPECT_EQ(loaded.seen(), whole.seen());

  ShopWorks replayed(program, {16, Threads::kThreaded, 4, 16, true});
  replayed.replay(stopped.log());
  EXPECT_EQ(replayed.seen(), stopped.seen());
  replayed.ask(kBegin + static_cast<base::TimeMs>(half) * 1'000, script.requests[half - 1]);
  const std::string again = replayed.answers().at(0);
  const std::string& before = script.answers[half - 1];
  EXPECT_EQ(again, before.starts_with("OK") ? "DUP" + before.substr(2) : before);
  ask_all(replayed, script, half, kRequests);
  EXPECT_EQ(replayed.seen(), whole.seen());
}

// What comes again after its id was forgotten is done again, but for what a wallet remembers
// itself.
TEST_P(ShopAgainstModel, ForgetsIdsAsTheTwinDoes) {
  constexpr uint64_t kFewKeys = 24;
  const plan::Program program = plan::compiled(std::string(kModelPlan));
  const Script script = draw(GetParam() + 200, kFewKeys);
  const auto conflicts = std::count(script.answers.begin(), script.answers.end(), "CONFLICT 0");
  if (GetParam() <= 10) {
    EXPECT_GT(conflicts, 2);  // of hundreds of draws some have fewer
  }
  std::string first;
  for (const Variant& variant : variants()) {
    SCOPED_TRACE(name_of(variant));
    ShopWorks works(program, variant, kFewKeys);
    ask_all(works, script, 0, kRequests);
    if (HasFatalFailure()) return;
    expect_content(works, script);
    EXPECT_EQ(works.broken(), "");
    if (first.empty()) first = works.seen();
    EXPECT_EQ(works.seen(), first);
  }
}

// What is drawn meets each answer that the requests can have.
TEST(ShopModelDraw, MeetsEveryAnswer) {
  std::map<std::string, int> seen;
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    const Script script = draw(seed);
    for (size_t i = 0; i < script.answers.size(); ++i) {
      const std::string& request = script.requests[i];
      const size_t word = request.find(' ');
      const bool is_return = request.find(" RETURN ") == word;
      ++seen[request.substr(0, is_return ? word + 7 : word) + " " +
             script.answers[i].substr(0, script.answers[i].find(' '))];
    }
  }
  for (const char* const answer : {"REDEEM OK",
                                   "REDEEM LIMIT",
                                   "REDEEM INSUFFICIENT",
                                   "REDEEM OUTOFSTOCK",
                                   "REDEEM DUP",
                                   "UNREDEEM OK",
                                   "UNREDEEM UNKNOWN",
                                   "UNREDEEM VOIDED",
                                   "SPEND OK",
                                   "EXCHANGE OK",
                                   "EXCHANGE LIMIT",
                                   "EXCHANGE INSUFFICIENT",
                                   "EXCHANGE RETURN OK",
                                   "EXCHANGE RETURN UNKNOWN",
                                   "EXCHANGE RETURN VOIDED",
                                   "EXCHANGE RETURN INSUFFICIENT",
                                   "PAYOUT OK",
                                   "PAYOUT INSUFFICIENT",
                                   "PAYOUT DUP",
                                   "PAYOUT RETURN OK",
                                   "PAYOUT RETURN UNKNOWN",
                                   "PAYOUT RETURN VOIDED",
                                   "PAYOUT RETURN DUP",
                                   "ITEM DUP",
                                   "RATE OK"}) {
    EXPECT_GT(seen[answer], 1) << answer;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ShopAgainstModel,
                         testing::Range<uint64_t>(1,
                                                  1 + support::longer("GUERDON_MODEL_SEEDS", 4)));

}  // namespace
}  // namespace guerdon::shop
