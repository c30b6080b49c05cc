// What `guerdon replay` was asked for, and the forms in which values are written on a command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace guerdon::tools {

// In place of a time: the first instant of the month behind that of the last event.
inline constexpr std::string_view kNextMonth = "next-month";

struct ReplayOptions {
  std::vector<std::string> plans;
  std::vector<std::string> traces;      // replayed one after the other
  std::vector<std::string> references;  // KIND=FILE
  uint32_t shards = 1;
  uint32_t batch = 256;
  uint64_t keys = 8'000'000;
  std::string threads;        // "" or shards=M
  std::string speed = "max";  // max or xN
  std::string until;          // "", next-month or an instant
  std::string dump;           // a file's path; empty: none
  bool json = false;
};

// `shards=M`: how many threads share the shards; "" is 0, one thread for all. False where it reads
// otherwise.
bool read_threads(const std::string& text, uint32_t* workers);

// `max` is 0, `xN` is N: events pass N times as fast as they did. False where it reads otherwise.
bool read_speed(const std::string& text, uint32_t* factor);

// An instant, or a day, which is its first instant in UTC.
bool read_instant(const std::string& text, int64_t* time);

}  // namespace guerdon::tools
