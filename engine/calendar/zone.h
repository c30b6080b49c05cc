#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/timestamp.h"

namespace guerdon::calendar {

using base::TimeMs;

// The rules of one time zone as a plain table, taken from the machine's database once, when a plan
// is published, and carried in the PLAN record from then on: two machines with different tzdata
// that apply the same log have the same periods.
//
// The table is exact for instants and local days of 1968 to 2101: the engine's range with a margin,
// since a period that holds the first or the last instant reaches beyond it. Outside of the table
// the nearest offset goes on.
// Immutable; any thread. A value: copies are independent.
class Zone {
 public:
  // From `utc_from` on, local time = UTC + offset_seconds.
  struct Transition {
    TimeMs utc_from;
    int32_t offset_seconds;
    friend bool operator==(const Transition&, const Transition&) = default;
  };

  // UTC.
  Zone();
  static Zone utc() { return Zone(); }

  // An IANA name ("America/New_York", "UTC") from the machine's time-zone database, through Abseil.
  // Nothing where the name is not known. Reads files: only for publication, never in apply.
  static std::optional<Zone> load(std::string_view name);

  // Canonical bytes, equal for equal zones, and back. decode() takes only what encode() can make:
  //   zone       = "GZ1\n" text(name) text(version) count:u32 transition*
  //   text       = length:u16 bytes
  //   transition = utc_from:i64 offset_seconds:i32
  // all little-endian.
  std::string encode() const;
  static std::optional<Zone> decode(std::string_view bytes);

  // encode(), but for the release of the database: equal where the name and all local times are.
  // Most releases change other zones than this one, and then nothing here has changed.
  std::string encode_rules() const;

  const std::string& name() const { return name_; }
  // The release of the database, such as "2026a"; "unknown" where it does not say; "none" for UTC,
  // which needs none.
  const std::string& version() const { return version_; }
  // Sorted, neighbours differ in offset; the first reaches back to the beginning of time.
  const std::vector<Transition>& transitions() const { return transitions_; }

  // Seconds to add to UTC at this instant.
  int32_t offset_at(TimeMs t) const;

  // The number of the local date at this instant (days since 1970-01-01, engine/base/civil.h).
  int64_t local_day_at(TimeMs t) const;

  // The first instant whose local date is `civil_days` or later. Where a change of offset skips
  // midnight, that is the first instant after the gap; where midnight comes twice, the earlier one.
  TimeMs first_instant_of_local_day(int64_t civil_days) const;

  // The same for a local time of day: the first instant whose local time is `local_ms`, counted
  // from the local midnight of 1970-01-01 as if there were no changes of offset, or later.
  TimeMs first_instant_of_local(int64_t local_ms) const;

  friend bool operator==(const Zone&, const Zone&) = default;

 private:
  // Index of the transition in force at t.
  size_t find(TimeMs t) const;

  std::string name_;
  std::string version_;
  std::vector<Transition> transitions_;
};

}  // namespace guerdon::calendar
