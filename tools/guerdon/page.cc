#include "tools/guerdon/page.h"

#include <algorithm>

#include "engine/money/decimal.h"

namespace guerdon::tools {

namespace {

constexpr size_t kLabelWidth = 14;
constexpr size_t kNumberWidth = 18;

}  // namespace

std::string grouped(std::string text) {
  const size_t first = text.starts_with('-') ? 1 : 0;
  size_t at = std::min(text.find('.'), text.size());
  while (at > first + 3) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

std::string grouped(uint64_t number) { return grouped(std::to_string(number)); }

std::string counted(uint64_t number, std::string_view noun) {
  return grouped(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

std::string byte_size(uint64_t count) {
  constexpr uint64_t kKiB = 1024;
  const bool is_small = count < kKiB * kKiB;
  const uint64_t unit = is_small ? kKiB : kKiB * kKiB;
  return grouped(count / unit) + "." + std::to_string(count % unit * 10 / unit) +
         (is_small ? " KiB" : " MiB");
}

std::string seconds(int64_t ns) {
  constexpr int64_t kNsPerMs = 1'000'000;
  return grouped(money::format_decimal(ns / kNsPerMs, 3)) + " s";
}

void Page::row(std::string_view label, const std::string& value, std::string_view remark) {
  std::string line(label);
  line.resize(std::max(line.size() + 1, kLabelWidth), ' ');
  line.append(kNumberWidth - std::min(value.size(), kNumberWidth), ' ').append(value);
  if (!remark.empty()) line.append("  ").append(remark);
  this->line(line);
}

}  // namespace guerdon::tools
