// What an operation on a wallet costs, from none of its lots to very many.
#include <benchmark/benchmark.h>

#include <vector>

#include "engine/ledger/wallet.h"
#include "engine/ledger/wallet_operations.h"

namespace guerdon::ledger {
namespace {

constexpr WalletRules kRules{.remember_ms = 0};
constexpr WalletRules kRemembering;
constexpr TimeMs kLongLife = 1'000'000'000'000;  // longer than any run

// Of a wallet with range(0) lots at all times.
struct Purse {
  explicit Purse(const WalletRules& kind, int64_t lots) : rules(kind), state(kind.order) {
    for (int64_t i = 0; i < lots; ++i) earn();
  }
  Wallet wallet() { return Wallet(rules, posted, state); }
  // A millisecond later, a lot of 10.
  void earn(TimeMs life = kLongLife) {
    legs.clear();
    ++now;
    wallet().credit({.amount = 10, .expires_at = now + life, .origin = {++lsn, 0}, .cause = lsn},
                    {now, now}, legs);
  }

  const WalletRules& rules;
  int64_t posted = 0;
  WalletState state;
  TimeMs now = 0;
  uint64_t lsn = 0;
  std::vector<Leg> legs;
};

// The plain wallet beside it.
void BM_Post(benchmark::State& state) {
  int64_t balance = 0;
  for (auto _ : state) {
    balance += post(balance, 10).to_wallet;
    benchmark::DoNotOptimize(balance);
  }
}
BENCHMARK(BM_Post);

// An earning makes a lot at the back, the oldest expires at the front.
void BM_CreditAndExpire(benchmark::State& state) {
  const int64_t lots = state.range(0);
  Purse purse(kRules, 0);
  for (int64_t i = 0; i < lots; ++i) purse.earn(lots);
  for (auto _ : state) {
    purse.legs.clear();
    purse.wallet().settle(purse.now + 1, purse.legs);
    purse.earn(lots);
  }
}
BENCHMARK(BM_CreditAndExpire)->Arg(1)->Arg(2)->Arg(100)->Arg(1'500);

void BM_CreditAndBurn(benchmark::State& state) {
  Purse purse(kRules, state.range(0));
  for (auto _ : state) {
    purse.earn();
    purse.wallet().burn({.amount = 10}, {purse.now, purse.now}, purse.legs);
  }
}
BENCHMARK(BM_CreditAndBurn)->Arg(2)->Arg(100)->Arg(1'500);

// The lots of a cause are looked for from the front.
void BM_CreditAndClawback(benchmark::State& state) {
  Purse purse(kRules, state.range(0));
  for (auto _ : state) {
    purse.earn();
    purse.wallet().debit({.amount = 10, .cause = purse.lsn}, {purse.now, purse.now}, purse.legs);
  }
}
BENCHMARK(BM_CreditAndClawback)->Arg(2)->Arg(100)->Arg(1'500);

void BM_CreditAndSpend(benchmark::State& state) {
  Purse purse(kRules, state.range(0));
  for (auto _ : state) {
    purse.earn();
    purse.wallet().spend({.id = purse.lsn, .amount = 10}, {purse.now, purse.now}, purse.legs);
  }
}
BENCHMARK(BM_CreditAndSpend)->Arg(2)->Arg(100)->Arg(1'500);

void BM_HoldCaptureRefund(benchmark::State& state) {
  Purse purse(kRemembering, 2);
  const When when{purse.now, purse.now};
  for (auto _ : state) {
    purse.legs.clear();
    WalletState copy = purse.state;
    Wallet wallet(purse.rules, purse.posted, copy);
    wallet.hold({.id = 1, .amount = 15, .until = kLongLife}, when);
    wallet.capture({.id = 1, .amount = 12}, when, purse.legs);
    wallet.refund({.id = 1, .amount = 12}, when, purse.legs);
  }
}
BENCHMARK(BM_HoldCaptureRefund);

}  // namespace
}  // namespace guerdon::ledger

BENCHMARK_MAIN();
