// Pages for a terminal: rows of a label, a number and a remark, and the forms of numbers on them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace guerdon::tools {

// Commas between thousands: "-1234567.50" is "-1,234,567.50".
std::string grouped(std::string text);
std::string grouped(uint64_t number);

// "1 event", "1,200 events".
std::string counted(uint64_t number, std::string_view noun);

// "12.4 MiB", "31.0 KiB": one decimal, cut.
std::string byte_size(uint64_t count);

// "0.012 s": three decimals, cut.
std::string seconds(int64_t ns);

class Page {
 public:
  void line(std::string_view text) { text_.append(text).append("\n"); }
  void row(std::string_view label, const std::string& value, std::string_view remark = "");
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace guerdon::tools
