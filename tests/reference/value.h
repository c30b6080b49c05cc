#pragma once

#include <string>
#include <variant>

#include "engine/base/assert.h"
#include "tests/reference/rational.h"

// What a term of a plan has: a value, or nothing. A condition that is missing is Kleene's unknown.

namespace guerdon::reference {

struct Missing {
  bool operator==(const Missing&) const = default;
};

using Value = std::variant<Missing, bool, Rational, std::string>;

inline bool is_missing(const Value& value) { return std::holds_alternative<Missing>(value); }
inline bool is_true(const Value& value) {
  const bool* flag = std::get_if<bool>(&value);
  return flag != nullptr && *flag;
}

// REQUIRES, of each: the value is of that kind. The checker has typed every term.
inline bool flag_of(const Value& value) {
  GUERDON_ASSERT(std::holds_alternative<bool>(value));
  return *std::get_if<bool>(&value);
}
inline const Rational& number_of(const Value& value) {
  GUERDON_ASSERT(std::holds_alternative<Rational>(value));
  return *std::get_if<Rational>(&value);
}
inline const std::string& text_of(const Value& value) {
  GUERDON_ASSERT(std::holds_alternative<std::string>(value));
  return *std::get_if<std::string>(&value);
}

}  // namespace guerdon::reference
