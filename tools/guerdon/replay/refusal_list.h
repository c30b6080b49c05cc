// The rows that a replay refused, for the person at the terminal: the first ones as sentences, of
// the others how many.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "guerdon/engine.h"

namespace guerdon::tools {

class RefusalList {
 public:
  static constexpr uint64_t kShownMax = 20;

  // `heading`: a line in front of the first one; empty: none.
  explicit RefusalList(std::string heading = "") : heading_(std::move(heading)) {}

  // One line on standard error, or none beyond kShownMax.
  void tell(const Refusal& refusal);
  // After the last row: a line about those that were not shown, if there are any.
  void finish() const;
  uint64_t count() const { return count_; }

 private:
  const std::string heading_;
  uint64_t count_ = 0;
};

}  // namespace guerdon::tools
