// A story as a table: requests with their answers, and what there is after them.
//
//   2026-03-01T10:00:00Z                      # the engine's time from here on
//   EVENT earn e1 account=A earned=1000    -> OK 1
//   REDEEM account=A item=remote_day id=r1 -> OK 2
//   = A points 200                            # a balance
//   = A points available 150
//   = stock remote_day 0
//   = system points redemption 800            # a system account, over all shards
//
// It is told on every variant (shop_works.h), each through the log and through a snapshot, too: the
// answers are the same, the state is, and the books are right.
#pragma once

#include <string>
#include <string_view>

namespace guerdon::shop {

void tell(const std::string& plan, std::string_view story);

}  // namespace guerdon::shop
