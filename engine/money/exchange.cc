#include "engine/money/exchange.h"

#include "engine/base/assert.h"
#include "engine/money/decimal.h"
#include "engine/money/limits.h"
#include "engine/money/rounding.h"

namespace guerdon::money {

namespace {

using base::Int128;

bool is_rate(Ratio rate) { return rate.num > 0 && rate.den > 0; }
bool is_spread(Ratio spread) { return spread.num >= 0 && spread.num < spread.den; }

// amount * rate. The product is below 2^62 * 2^63.
std::optional<int64_t> times(int64_t amount, Ratio rate, Rounding rounding) {
  GUERDON_ASSERT(amount >= -kBalanceMax && amount <= kBalanceMax && rate.den > 0);
  const Int128 value = divide_rounded(Int128{amount} * rate.num, rate.den, rounding);
  if (value > kBalanceMax || value < -Int128{kBalanceMax}) return std::nullopt;
  return static_cast<int64_t>(value);
}

// What is left of the rate for who exchanges.
std::optional<Ratio> net_rate(Ratio rate, Ratio spread) {
  return multiply(rate, make_ratio(spread.den - spread.num, spread.den));
}

}  // namespace

std::optional<Ratio> minor_rate(Ratio rate, int from_scale, int to_scale) {
  GUERDON_ASSERT(is_rate(rate));
  return multiply(rate, make_ratio(power_of_ten(to_scale), power_of_ten(from_scale)));
}

std::optional<Ratio> parse_rate(std::string_view text) {
  const size_t slash = text.find('/');
  const std::string_view left = text.substr(0, slash);
  const size_t point = left.find('.');
  const size_t decimals = point == std::string_view::npos ? 0 : left.size() - point - 1;
  if (decimals > kScaleMax || (decimals > 0 && slash != std::string_view::npos)) {
    return std::nullopt;
  }
  const auto scale = static_cast<int>(decimals);
  int64_t num = 0;
  int64_t den = power_of_ten(scale);
  if (parse_decimal(left, scale, &num) != DecimalError::kNone || num <= 0) return std::nullopt;
  if (slash != std::string_view::npos &&
      (parse_decimal(text.substr(slash + 1), 0, &den) != DecimalError::kNone || den <= 0)) {
    return std::nullopt;
  }
  return make_ratio(num, den);
}

std::optional<int64_t> shown(int64_t amount, Ratio rate) {
  GUERDON_ASSERT(is_rate(rate));
  return times(amount, rate, Rounding::kDown);
}

std::optional<Exchanged> give(int64_t charged, Ratio rate, Ratio spread) {
  GUERDON_ASSERT(charged > 0 && is_rate(rate) && is_spread(spread));
  const std::optional<Ratio> net = net_rate(rate, spread);
  if (!net) return std::nullopt;
  const std::optional<int64_t> gross = times(charged, rate, Rounding::kDown);
  if (!gross) return std::nullopt;
  // Within gross, so within range.
  const int64_t paid = *times(charged, *net, Rounding::kDown);
  GUERDON_ASSERT(paid <= *gross);
  return Exchanged{charged, *gross, *gross - paid, paid};
}

std::optional<Exchanged> get(int64_t paid, Ratio rate, Ratio spread) {
  GUERDON_ASSERT(paid > 0 && is_rate(rate) && is_spread(spread));
  const std::optional<Ratio> net = net_rate(rate, spread);
  if (!net) return std::nullopt;
  const std::optional<int64_t> charged = times(paid, make_ratio(net->den, net->num), Rounding::kUp);
  if (!charged) return std::nullopt;
  const std::optional<Exchanged> given = give(*charged, rate, spread);
  GUERDON_ASSERT(!given || given->paid >= paid);
  return given;
}

}  // namespace guerdon::money
