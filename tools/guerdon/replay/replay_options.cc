#include "tools/guerdon/replay/replay_options.h"

#include <charconv>
#include <string_view>

#include "engine/base/timestamp.h"
#include "guerdon/engine.h"

namespace guerdon::tools {

namespace {

constexpr uint32_t kSpeedMax = 1'000'000'000;

// `prefix` and a whole number from 1 to max, the whole of the text.
bool read_numbered(std::string_view text, std::string_view prefix, uint32_t max, uint32_t* value) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return failed == std::errc() && end == text.data() + text.size() && *value >= 1 && *value <= max;
}

}  // namespace

bool read_threads(const std::string& text, uint32_t* workers) {
  *workers = 0;
  return text.empty() || read_numbered(text, "shards=", kWorkersMax, workers);
}

bool read_speed(const std::string& text, uint32_t* factor) {
  *factor = 0;
  return text == "max" || read_numbered(text, "x", kSpeedMax, factor);
}

bool read_instant(const std::string& text, int64_t* time) {
  constexpr size_t kDayLength = sizeof("2011-12-31") - 1;
  const bool is_day = text.size() == kDayLength && text.find('-') != std::string::npos;
  return base::parse_timestamp(is_day ? text + "T00:00:00Z" : text, time);
}

}  // namespace guerdon::tools
