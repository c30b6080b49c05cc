// One request at a time, through the public engine.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "guerdon/engine.h"

namespace guerdon {
namespace {

constexpr const char* kPlan = R"(plan shop

unit GBP, 2 decimals

event purchase
  account : account
  amount : GBP

rule back
  on purchase
  credit account 5% of amount
)";

class RequestTest : public testing::Test {
 protected:
  RequestTest() {
    std::string error;
    engine_ = Engine::open({}, {{"shop.plan", kPlan}}, &error);
    EXPECT_NE(engine_, nullptr) << error;
    engine_->on_entry([this](const Entry& entry) {
      entries_ += std::string(entry.kind) + " " + std::to_string(entry.amount) + " by " +
                  (entry.rule.empty() ? "nobody" : std::string(entry.rule)) + "; ";
    });
  }

  Answer ask(const std::vector<std::string_view>& words) {
    Answer answer;
    std::string error;
    EXPECT_TRUE(engine_->request(words, &answer, &error)) << error;
    return answer;
  }
  std::string in_short(const std::vector<std::string_view>& words) {
    const Answer answer = ask(words);
    return answer.code + " " + std::to_string(answer.lsn) + " " + std::to_string(answer.entries);
  }

  std::unique_ptr<Engine> engine_;
  std::string entries_;
};

TEST_F(RequestTest, TakesEventsAndCommands) {
  EXPECT_EQ(in_short({"EVENT", "purchase", "p", "account=a", "amount=100.00", "time=5000"}),
            "OK 2 1");
  EXPECT_EQ(in_short({"spend", "account=a", "amount=2.00", "id=s"}), "OK 3 1");
  EXPECT_EQ(in_short({"spend", "account=a", "amount=2.00", "id=s"}), "DUP 3 1");
  EXPECT_EQ(engine_->clock(), 5'000);
  EXPECT_EQ(entries_, "earn 500 by back; redeem -200 by nobody; ");
}

TEST_F(RequestTest, SaysWhyNot) {
  const Answer refused = ask({"SPEND", "account=a", "amount=2.00", "id=s"});
  EXPECT_EQ(refused.code, "INSUFFICIENT");
  EXPECT_EQ(refused.lsn, 2u);
  EXPECT_FALSE(refused.is_applied());
  EXPECT_EQ(refused.sentence, "amount: 0.00 is available of GBP; ask for no more");
  const Answer unread = ask({"SPEND", "account=a", "amount=two", "id=s"});
  EXPECT_EQ(unread.code, "INVALID");
  EXPECT_EQ(unread.lsn, 0u);
  EXPECT_EQ(unread.sentence.substr(0, 28), "word 3, amount: two is not a");
  EXPECT_EQ(ask({"PING"}).code, "UNKNOWN");
  EXPECT_EQ(ask({}).code, "UNKNOWN");
}

TEST_F(RequestTest, RefusalsByStateAreCountedAsRefused) {
  ask({"SPEND", "account=a", "amount=2.00", "id=s"});
  ask({"SPEND", "account=a", "amount=2.00", "id=s"});
  ask({"ADJUST", "account=a", "amount=2.00", "reason=r", "actor=b", "id=a"});
  const Summary summary = engine_->summary();
  EXPECT_EQ(summary.events, 3u);
  EXPECT_EQ(summary.accepted, 1u);
  EXPECT_EQ(summary.duplicates, 1u);
  EXPECT_EQ(summary.refused, 1u);
  EXPECT_EQ(summary.refused_by_code.at("INSUFFICIENT"), 1u);
  EXPECT_EQ(summary.last_lsn, 3u);
  EXPECT_EQ(summary.accounts, 1u) << "what was refused made none";
}

}  // namespace
}  // namespace guerdon
