// Any bytes as the life of a wallet: rules first, then one step after the other, each compared with
// the slow twin.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

#include "tests/generate/rng.h"
#include "tests/unit/ledger/wallet_model.h"

namespace {

constexpr size_t kStepsMax = 300;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  guerdon::generate::Rng rng(std::span<const uint8_t>{data, size});
  guerdon::ledger::WalletModel model(rng);
  const size_t steps = std::min(size / 4, kStepsMax);  // a step takes about six bytes
  for (size_t i = 0; i < steps; ++i) {
    const std::string wrong = model.step();
    if (wrong.empty()) continue;
    std::fprintf(stderr, "step %zu: %s\n", i, wrong.c_str());
    std::abort();
  }
  return 0;
}
