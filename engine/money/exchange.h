#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/money/ratio.h"

// An amount of one unit in another, at an exact rate. Nothing is rounded but the last result, and
// always to the house's advantage: what is shown and what is paid out goes down, what is charged
// up. Pure functions; any thread.

namespace guerdon::money {

// The minor units that one minor unit becomes, where one whole becomes `rate` whole ones: 25,450
// VND a USD are 25450/100. Nothing where that is beyond int64. REQUIRES: rate above 0; scales from
// 0 to kScaleMax.
std::optional<Ratio> minor_rate(Ratio rate, int from_scale, int to_scale);

// `25450/1` (two whole numbers) or a decimal, `0.92`; above 0, no term beyond 15 digits. Nothing
// for any other text.
std::optional<Ratio> parse_rate(std::string_view text);

// Below, rates are of minor units and above 0, amounts minor units within kBalanceMax; nothing
// where the result is beyond that.

// Toward zero: a debt is not shown larger than it is.
std::optional<int64_t> shown(int64_t amount, Ratio rate);

// What becomes of an amount that is exchanged. charged -> gross = paid + spread.
struct Exchanged {
  int64_t charged = 0;  // of the unit that is given
  int64_t gross = 0;    // of the unit that is got, at the whole rate
  int64_t spread = 0;   // of that: what the house keeps
  int64_t paid = 0;
  friend bool operator==(const Exchanged&, const Exchanged&) = default;
};

// Gives `charged`. Both gross and paid are floored. REQUIRES: charged above 0; spread from 0 up,
// below 1.
std::optional<Exchanged> give(int64_t charged, Ratio rate, Ratio spread);

// Gets `paid`: charges the least for which give() pays as much, which may then be more by what one
// minor unit of the other is worth. REQUIRES: paid above 0; spread as above.
std::optional<Exchanged> get(int64_t paid, Ratio rate, Ratio spread);

}  // namespace guerdon::money
