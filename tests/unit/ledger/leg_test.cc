#include "engine/ledger/leg.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "engine/ledger/wallet_operations.h"

namespace guerdon::ledger {
namespace {

TEST(LegTest, EachWordIsSaidOnce) {
  std::set<std::string> kinds;
  for (int k = 0; k <= static_cast<int>(Kind::kExpiring); ++k) {
    EXPECT_TRUE(kinds.emplace(kind_name(static_cast<Kind>(k))).second) << k;
  }
  EXPECT_EQ(kinds.count(""), 0u);
  EXPECT_EQ(kind_name(Kind::kOfPlan), "");
  std::set<std::string> accounts;
  for (size_t a = 0; a < kSystemAccounts; ++a) {
    EXPECT_TRUE(accounts.emplace(system_account_name(static_cast<SystemAccount>(a))).second) << a;
  }
  std::set<std::string> codes;
  for (int c = 0; c <= static_cast<int>(Code::kRemainder); ++c) {
    EXPECT_TRUE(codes.emplace(code_name(static_cast<Code>(c))).second) << c;
  }
}

TEST(OriginTest, KeepsAnEntrysIdInEightBytes) {
  const Origin origin(uint64_t{1} << 47, 65'535);
  EXPECT_EQ(origin.lsn(), uint64_t{1} << 47);
  EXPECT_EQ(origin.n(), 65'535u);
  EXPECT_EQ(Origin(1, 65'536).n(), 65'535u);
  EXPECT_LT(Origin(1, 65'535), Origin(2, 0));
  EXPECT_EQ(Origin::unpacked(origin.packed()), origin);
}

}  // namespace
}  // namespace guerdon::ledger
