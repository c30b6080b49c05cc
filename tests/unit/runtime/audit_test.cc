// What an audit finds where each of the things that it looks at is tampered with.
#include "engine/runtime/audit.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/feed/event_reader.h"
#include "engine/net/line_words.h"
#include "engine/runtime/core.h"

namespace guerdon::runtime {
namespace {

constexpr const char* kPlan = R"(plan shop
  penalties on
unit points, 0 decimals
unit RUB, 2 decimals
event sale, fine
  account : account
  amount  : RUB
wallet points
  expire 90 days after earning
wallet RUB
  short owe the rest
rule full_roubles
  on sale
  credit account 1 point per full 1.00 RUB of amount
rule share
  on sale
  credit account 10% of amount
rule fined
  on fine
  debit account amount
)";

class AuditTest : public testing::Test {
 protected:
  void SetUp() override {
    OpenFault fault;
    Options options;
    options.shards = 3;
    core_ = Core::open(options, {{"shop.plan", kPlan}}, nullptr, 1, {}, &fault);
    ASSERT_NE(core_, nullptr) << fault.sentence;
    pipeline::Job& job = core_->assembly().take();
    event::EventReader reader(core_->program().schema);
    const event::Source source("till");
    for (const char* line : {"EVENT sale 1 account=anna amount=100.00 time=2026-03-01T10:00:00Z",
                             "EVENT sale 2 account=bert amount=50.00 time=2026-03-01T11:00:00Z",
                             "EVENT fine 3 account=bert amount=7.50 time=2026-03-02T11:00:00Z"}) {
      net::Words words;
      std::string unescaped;
      ASSERT_FALSE(net::cut_line(line, &unescaped, &words));
      ASSERT_TRUE(reader.read({words.views.data(), words.count}, source, 0, job.batch))
          << reader.fault().sentence;
    }
    core_->assembly().submit(job);
    core_->assembly().drain();
  }

  std::string found() const { return core_->audit().difference; }

  // "shard N: ", of the account.
  std::string shard_of(const std::string& account) const {
    return "shard " + std::to_string(shard::shard_of(base::hash64(account), 3)) + ": ";
  }
  int64_t& balance(const std::string& account, uint16_t wallet) const {
    return shard::cells_of(block_of(account))[wallet];
  }
  ledger::WalletState& state(const std::string& account, uint16_t wallet) const {
    return *state_of(account).wallets().find(*block_of(account), wallet);
  }

  std::unique_ptr<Core> core_;

 private:
  // Nobody but the shard may change it: that is what is tampered with.
  shard::AccountState& state_of(const std::string& account) const {
    return const_cast<shard::AccountState&>(core_->shard_of(base::hash64(account)).state());
  }
  shard::BlockHeader* block_of(const std::string& account) const {
    return state_of(account).accounts().find(base::hash64(account), account);
  }
};

constexpr uint16_t kPoints = 0;
constexpr uint16_t kRub = 1;

TEST_F(AuditTest, ASoundEngineShowsWhatItHoldsUnitByUnit) {
  const shard::Audit audit = core_->audit();
  EXPECT_EQ(audit.difference, "");
  EXPECT_EQ(audit_text(core_->program(), audit),
            "points of shop, 2 wallets\n"
            "  balances                         150\n"
            "  issuance                        -150\n"
            "  sum                                0\n"
            "RUB of shop, 2 wallets\n"
            "  balances                       10.00\n"
            "  (owed)                          2.50\n"
            "  issuance                       -7.50\n"
            "  debt                           -2.50\n"
            "  sum                             0.00\n");
}

TEST_F(AuditTest, ABalanceThatWasChangedDoesNotSumToZero) {
  ++balance("anna", kRub);
  EXPECT_EQ(found(), shard_of("anna") + "the postings in RUB of shop sum to 1, not to 0");
}

TEST_F(AuditTest, LotsThatAreMoreThanTheBalanceNameTheAccount) {
  int64_t elsewhere = balance("anna", kPoints);
  const ledger::WalletRules rules;
  std::vector<ledger::Leg> legs;
  ledger::Wallet(rules, elsewhere, state("anna", kPoints))
      .credit({.amount = 5, .expires_at = base::kTimeEnd - 1}, {}, legs);
  EXPECT_EQ(found().substr(0, found().find(": ", 9)),
            shard_of("anna") + "account anna, points of shop");
}

TEST_F(AuditTest, AHoldThatTheBalanceDoesNotCoverNamesTheAccount) {
  int64_t elsewhere = 1'000;
  const ledger::WalletRules rules;
  ASSERT_TRUE(ledger::Wallet(rules, elsewhere, state("anna", kPoints))
                  .hold({.id = 1, .amount = 900}, {})
                  .ok());
  EXPECT_EQ(found().substr(0, found().find(": ", 9)),
            shard_of("anna") + "account anna, points of shop");
}

TEST_F(AuditTest, DebtsThatTheAccountOfDebtsDidNotLend) {
  int64_t elsewhere = 0;
  ledger::WalletRules rules;
  rules.shortage = ledger::Shortage::kCarry;
  std::vector<ledger::Leg> legs;
  ledger::Wallet(rules, elsewhere, state("bert", kRub)).debit({.amount = 1}, {}, legs);
  EXPECT_EQ(found(), "the wallets in RUB of shop owe 251, the account of debts has -250");
}

}  // namespace
}  // namespace guerdon::runtime
