#include "tests/generate/random_terms.h"

#include <algorithm>
#include <numeric>

#include "engine/money/limits.h"

namespace guerdon::generate {
namespace {

constexpr Int128 kFixedMax = Int128{1}
                             << 60;  // constants are calculated by the checker, in 64 bits
constexpr size_t kTextMax = 80;      // so that lines stay below 160 characters

// Nothing where the expression would be too long or its value too large.
std::optional<Phrase> sound(Phrase phrase) {
  if (phrase.text.size() > kTextMax || phrase.top > kTopMax || phrase.den > kDenMax) {
    return std::nullopt;
  }
  if (phrase.is_fixed && phrase.top > kFixedMax) return std::nullopt;
  return phrase;
}

// Bounds of a sum, a product and of the larger of two.
Phrase summed(std::string text, const Phrase& a, const Phrase& b) {
  const int64_t den = den_times(a.den / std::gcd(a.den, b.den), b.den);
  return {std::move(text), false, times(a.top, den / a.den) + times(b.top, den / b.den), den,
          a.is_fixed && b.is_fixed};
}

Phrase multiplied(std::string text, const Phrase& a, const Phrase& b) {
  return {std::move(text), false, times(a.top, b.top), den_times(a.den, b.den),
          a.is_fixed && b.is_fixed};
}

}  // namespace

Int128 times(Int128 a, Int128 b) {
  Int128 product = 0;
  return __builtin_mul_overflow(a, b, &product) ? kTopMax + 1 : product;
}

int64_t den_times(int64_t a, int64_t b) {
  return static_cast<int64_t>(std::min(times(a, b), Int128{kDenMax} + 1));
}

Phrase Terms::number(Kind kind, int unit, int depth) {
  static constexpr Maker kSimple[] = {&Terms::attribute, &Terms::measure, &Terms::named,
                                      &Terms::literal};
  static constexpr Maker kDeep[] = {&Terms::sum,      &Terms::product,  &Terms::share,
                                    &Terms::share,    &Terms::extreme,  &Terms::negative,
                                    &Terms::per_full, &Terms::per_full, &Terms::lookup,
                                    &Terms::lookup,   &Terms::each_part};
  if (place_.asks_files && rng_.chance(30)) {
    const std::optional<Phrase> asked = lookup_in_files(kind, unit, depth - 1);
    if (asked && sound(*asked)) return *asked;
  }
  for (int attempt = 0; attempt < 12; ++attempt) {
    const bool deep = depth > 0 && rng_.chance(65);
    const Maker maker = deep ? kDeep[rng_.below(std::size(kDeep))]
                             : kSimple[std::min<uint64_t>(rng_.below(6), 3) % 4];
    const std::optional<Phrase> phrase = (this->*maker)(kind, unit, depth - 1);
    if (!phrase) continue;
    if (const std::optional<Phrase> kept = sound(*phrase)) return *kept;
  }
  return *literal(kind, unit, 0);
}

std::optional<int> Terms::some_attribute(Kind kind) {
  std::vector<int> fitting;
  for (const int a : place_.attributes) {
    if (draft_.attributes[static_cast<size_t>(a)].kind == kind) fitting.push_back(a);
  }
  if (fitting.empty()) return std::nullopt;
  return rng_.pick(fitting);
}

std::optional<Phrase> Terms::attribute(Kind kind, int unit, int /*depth*/) {
  const std::optional<int> found = some_attribute(kind);
  if (!found) return std::nullopt;
  const Attribute& attribute = draft_.attributes[static_cast<size_t>(*found)];
  if (kind == Kind::kAmount && attribute.unit != unit) return std::nullopt;
  const int64_t top = kind == Kind::kAmount ? money::kAmountMax : money::kCountMax;
  if (place_.since.empty() || !rng_.chance(40)) return Phrase{attribute.name, true, top, 1};
  static const std::vector<std::string> kChanges = {"increase", "highest increase", "decrease"};
  const std::string& since = rng_.pick(place_.since);
  return Phrase{rng_.pick(kChanges) + " of " + attribute.name + " since " + since, false,
                2 * Int128{top}, 1};
}

std::optional<Phrase> Terms::literal(Kind kind, int unit, int /*depth*/) {
  if (kind == Kind::kRatio && rng_.chance(15)) {
    const int64_t num = rng_.between(1, 7);
    const int64_t den = rng_.between(2, 9);
    return Phrase{"(" + std::to_string(num) + "/" + std::to_string(den) + ")", true, num, den,
                  true};
  }
  if (kind == Kind::kRatio) {
    const Named ratio = ratio_literal(rng_);
    return Phrase{ratio.name, true, ratio.top, ratio.den, true};
  }
  if (kind == Kind::kCount) {
    const int64_t count = rng_.pick(common_counts());
    return Phrase{count_literal(rng_, count), true, count, 1, true};
  }
  const int64_t minor = rng_.pick(common_amounts());
  return Phrase{amount_literal(rng_, draft_.units[static_cast<size_t>(unit)], minor, true), true,
                minor, 1, true};
}

std::optional<Phrase> Terms::named(Kind kind, int unit, int /*depth*/) {
  std::vector<Named> all;
  for (const Named& param : draft_.params) {
    if (!param.is_dated || !place_.is_for_life) all.push_back(param);
  }
  all.insert(all.end(), place_.lets.begin(), place_.lets.end());
  std::vector<Named> fitting;
  for (const Named& named : all) {
    if (named.kind == kind && (kind != Kind::kAmount || named.unit == unit)) {
      fitting.push_back(named);
    }
  }
  if (fitting.empty()) return std::nullopt;
  const Named& one = rng_.pick(fitting);
  return Phrase{one.name, true, one.top, one.den, true};
}

Phrase Terms::reading(int measure) {
  const Measure& read = draft_.measures[static_cast<size_t>(measure)];
  const std::string moment = !place_.says_moment ? "" : rng_.chance(50) ? " before" : " after";
  return {read.name + moment, true, money::kMeasureMax, 1};
}

std::optional<Phrase> Terms::measure(Kind kind, int unit, int /*depth*/) {
  std::vector<int> fitting;
  for (const int m : place_.measures) {
    const Measure& one = draft_.measures[static_cast<size_t>(m)];
    if (one.kind == kind && (kind != Kind::kAmount || one.unit == unit)) fitting.push_back(m);
  }
  if (fitting.empty()) return std::nullopt;
  return reading(rng_.pick(fitting));
}

std::optional<Phrase> Terms::sum(Kind kind, int unit, int depth) {
  const Phrase a = number(kind, unit, depth);
  const Phrase b = number(kind, unit, depth);
  const std::string sign = rng_.chance(50) ? " + " : " - ";
  return summed(a.atom() + sign + b.atom(), a, b);
}

std::optional<Phrase> Terms::product(Kind kind, int unit, int depth) {
  if (kind == Kind::kRatio) return std::nullopt;
  const Phrase a = number(kind, unit, depth);
  const Phrase b = number(Kind::kCount, -1, depth);
  return multiplied(rng_.chance(50) ? a.atom() + " * " + b.atom() : b.atom() + " * " + a.atom(), a,
                    b);
}

// `5% of amount`. A share of a count would not be whole, so only of amounts and ratios.
std::optional<Phrase> Terms::share(Kind kind, int unit, int depth) {
  if (kind == Kind::kCount) return std::nullopt;
  const Phrase rate = number(Kind::kRatio, -1, std::min(depth, 1));
  const Phrase whole = number(kind, unit, depth);
  return multiplied(rate.atom() + " of " + whole.atom(), rate, whole);
}

std::optional<Phrase> Terms::extreme(Kind kind, int unit, int depth) {
  Phrase phrase = number(kind, unit, depth);
  std::string words = phrase.atom();
  const int more = rng_.chance(80) ? 1 : 2;
  for (int i = 0; i < more; ++i) {
    const Phrase other = number(kind, unit, depth);
    words += ", " + other.atom();
    phrase = summed("", phrase, other);
  }
  phrase.text = (rng_.chance(50) ? "min(" : "max(") + words + ")";
  phrase.is_atom = true;
  return phrase;
}

std::optional<Phrase> Terms::negative(Kind kind, int unit, int depth) {
  const Phrase a = number(kind, unit, depth);
  return Phrase{"-" + a.atom(), false, a.top, a.den, a.is_fixed};
}

// `3 points per full 10.00 GBP of spent`.
std::optional<Phrase> Terms::per_full(Kind kind, int unit, int depth) {
  if (kind != Kind::kAmount) return std::nullopt;
  const int paid = rng_.small(1, 50);
  const bool by_amount = rng_.chance(70);
  const int basis_unit = static_cast<int>(rng_.below(draft_.units.size()));
  const Kind basis_kind = by_amount ? Kind::kAmount : Kind::kCount;
  const Phrase basis = number(basis_kind, basis_unit, depth);
  const int64_t step = rng_.pick(by_amount ? common_amounts() : common_counts());
  if (step == 0) return std::nullopt;
  const std::string full =
      by_amount ? amount_literal(rng_, draft_.units[static_cast<size_t>(basis_unit)], step, true)
                : count_literal(rng_, step);
  const Unit& unit_paid = draft_.units[static_cast<size_t>(unit)];
  return Phrase{
      amount_literal(rng_, unit_paid, paid, true) + " per full " + full + " of " + basis.atom(),
      false, times(basis.top, paid), 1};
}

Phrase Terms::within(const Phrase& phrase, int unit, int64_t limit) {
  if (phrase.top / phrase.den < money::kBalanceMax) return phrase;
  const Unit& of = draft_.units[static_cast<size_t>(unit)];
  const std::string bound = amount_literal(rng_, of, limit, true);
  return {"max(min(" + phrase.atom() + ", " + bound + "), -" + bound + ")", true, limit, 1};
}

}  // namespace guerdon::generate
