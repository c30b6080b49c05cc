// The plan that most tests of plans begin with.
#pragma once

#include <string>

namespace guerdon::plan {

// One unit (GBP) and points, one event `sale` with attributes of every type; then `rest`.
inline std::string shop(const std::string& rest, const std::string& name = "shop") {
  return "plan " + name + R"(

unit GBP, 2 decimals
unit points, 0 decimals

event sale
  account, agent : account
  amount, fee : GBP
  change : GBP signed
  sku, city : text
  qty : count
  delta : count signed
  gift : flag

)" + rest;
}

}  // namespace guerdon::plan
