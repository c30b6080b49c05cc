// Random lives of wallets, against the slow twin.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/base/hash.h"
#include "engine/ledger/wallet_content.h"
#include "tests/generate/rng.h"
#include "tests/support/turns.h"
#include "tests/unit/ledger/wallet_model.h"

namespace guerdon::ledger {
namespace {

constexpr uint64_t kWallets = 1'000;
constexpr int kSteps = 200;

TEST(WalletModelTest, AgreesWithItsSlowTwinAtEveryStep) {
  const uint64_t wallets = support::longer("GUERDON_MODEL_WALLETS", kWallets);
  for (uint64_t seed = 1; seed <= wallets; ++seed) {
    generate::Rng rng(seed);
    WalletModel model(rng);
    for (int i = 0; i < kSteps; ++i) {
      const std::string wrong = model.step();
      ASSERT_EQ(wrong, "") << "wallet " << seed << ", step " << i;
    }
  }
}

constexpr base::Hash128 kKey{3, 5};

// What time alone will do to it.
std::vector<Leg> end_of(const WalletModel& model, WalletState& state) {
  std::vector<Leg> legs;
  int64_t posted = model.posted();
  Wallet(model.rules(), posted, state).settle(kNever - 1, legs);
  EXPECT_EQ(state.next_due(), kNever);
  return legs;
}

// What was visited and loaded is the same wallet, now and later.
TEST(WalletModelTest, ComesBackAsItWasSaved) {
  for (uint64_t seed = 1; seed <= kWallets; ++seed) {
    generate::Rng rng(seed);
    WalletModel model(rng);
    for (int i = 0; i < 40; ++i) ASSERT_EQ(model.step(), "");
    WalletLoader loader(model.rules().order);
    visit_wallet(model.state(), loader);
    WalletState loaded(model.rules().order);
    ASSERT_TRUE(loader.finish(model.posted(), &loaded)) << seed;
    WalletState copy = model.state();
    EXPECT_EQ(hash_wallet(loaded, kKey), hash_wallet(copy, kKey)) << seed;
    ASSERT_EQ(end_of(model, loaded), end_of(model, copy)) << seed;
  }
}

}  // namespace
}  // namespace guerdon::ledger
