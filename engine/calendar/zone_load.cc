// Zone::load: the one place that asks the machine's time-zone database.

#include "absl/time/time.h"
#include "engine/base/assert.h"
#include "engine/calendar/zone.h"
#include "engine/calendar/zone_limits.h"
#include "engine/os/byte_source.h"
#include "engine/os/environment.h"

namespace guerdon::calendar {
namespace {

// Names of the database only. Abseil would also take file paths and the machine's own local time,
// which mean something else on the next machine.
bool is_portable_name(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax || name.front() == '/') return false;
  if (name == "localtime" || name.find("..") != std::string_view::npos) return false;
  constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
  return name.find_first_not_of(kAllowed) == std::string_view::npos;
}

// The release that tzdata.zi names in its first line, "# version 2026a".
std::string database_version() {
  // Where Abseil looks, too.
  const std::string path = os::environment("TZDIR", "/usr/share/zoneinfo") + "/tzdata.zi";
  constexpr size_t kFileBytesMax = size_t{4} << 20;
  constexpr std::string_view kStart = "# version ";
  std::string text;
  std::string error;
  if (!os::read_file(path, kFileBytesMax, &text, &error)) return "unknown";
  if (!text.starts_with(kStart)) return "unknown";
  const std::string version = text.substr(kStart.size(), text.find('\n') - kStart.size());
  return version.empty() || version.size() > kNameBytesMax ? "unknown" : version;
}

int32_t offset_of(const absl::TimeZone& zone, absl::Time t) { return zone.At(t).offset; }

// The instant of a change. Where clocks go forward, the first civil second after it is shown once;
// where they go back it is shown twice, and Abseil then gives the change itself.
absl::Time instant_of(const absl::TimeZone& zone, const absl::TimeZone::CivilTransition& change) {
  const absl::TimeZone::TimeInfo info = zone.At(change.to);
  return info.kind == absl::TimeZone::TimeInfo::UNIQUE ? info.pre : info.trans;
}

std::vector<Zone::Transition> table_of(const absl::TimeZone& zone) {
  absl::Time at = absl::FromUnixMillis(kTableFrom);
  std::vector<Zone::Transition> table{{INT64_MIN, offset_of(zone, at)}};
  absl::TimeZone::CivilTransition change;
  while (zone.NextTransition(at, &change)) {
    const absl::Time instant = instant_of(zone, change);
    GUERDON_ASSERT(instant > at);
    at = instant;
    const TimeMs utc_from = absl::ToUnixMillis(instant);
    if (utc_from >= kTableEnd) break;
    // Some changes are of the abbreviation only.
    const int32_t offset = offset_of(zone, instant);
    if (offset != table.back().offset_seconds) table.push_back({utc_from, offset});
  }
  return table;
}

}  // namespace

std::optional<Zone> Zone::load(std::string_view name) {
  if (name == "UTC") return utc();
  absl::TimeZone loaded;
  const absl::string_view absl_name(name.data(), name.size());  // not always std's
  if (!is_portable_name(name) || !absl::LoadTimeZone(absl_name, &loaded)) return std::nullopt;
  Zone zone;
  zone.name_ = name;
  zone.version_ = database_version();
  zone.transitions_ = table_of(loaded);
  GUERDON_ASSERT(is_well_formed(zone.transitions_));
  return zone;
}

}  // namespace guerdon::calendar
