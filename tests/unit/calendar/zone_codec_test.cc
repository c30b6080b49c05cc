#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>

#include "tests/support/turns.h"
#include "tests/unit/calendar/calendar_fixture.h"

namespace guerdon::calendar {
namespace {

TEST(ZoneCodec, WhatIsEncodedIsDecoded) {
  for (const char* name : kHardZones) {
    const Zone zone = calendar_in(name).zone;
    const std::optional<Zone> back = Zone::decode(zone.encode());
    ASSERT_TRUE(back.has_value()) << name;
    EXPECT_EQ(*back, zone);
    EXPECT_EQ(back->encode(), zone.encode());
  }
}

TEST(ZoneCodec, BytesOfUtcAreFrozen) {
  const std::string expected(
      "GZ1\n"
      "\x03\x00UTC"
      "\x04\x00none"
      "\x01\x00\x00\x00"
      "\x00\x00\x00\x00\x00\x00\x00\x80"
      "\x00\x00\x00\x00",
      4 + 5 + 6 + 4 + 8 + 4);
  EXPECT_EQ(Zone::utc().encode(), expected);
}

TEST(ZoneCodec, RefusesWhatIsCutOrLonger) {
  const std::string bytes = calendar_in("America/New_York").zone.encode();
  for (size_t size = 0; size < bytes.size(); ++size)
    ASSERT_FALSE(Zone::decode(std::string_view(bytes).substr(0, size)).has_value()) << size;
  EXPECT_FALSE(Zone::decode(bytes + '\0').has_value());
}

// Offsets into the encoding of a zone named by `name` characters with version by `version` ones.
struct Layout {
  size_t count;
  size_t first;
  static constexpr size_t kStride = 12;
};

Layout layout_of(const Zone& zone) {
  const size_t count = 4 + 2 + zone.name().size() + 2 + zone.version().size();
  return {count, count + 4};
}

template <class Integer>
std::string with(std::string bytes, size_t at, Integer value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
  return bytes;
}

TEST(ZoneCodec, RefusesTablesThatCannotBe) {
  const Zone zone = calendar_in("America/New_York").zone;
  const std::string good = zone.encode();
  const Layout layout = layout_of(zone);
  const size_t second = layout.first + Layout::kStride;
  const size_t third = second + Layout::kStride;
  ASSERT_TRUE(Zone::decode(with(good, layout.first, INT64_MIN)).has_value());
  EXPECT_FALSE(Zone::decode(with(good, 0, 'X')).has_value());
  EXPECT_FALSE(Zone::decode(with(good, layout.count, uint32_t{0})).has_value());
  EXPECT_FALSE(Zone::decode(with(good, layout.count, UINT32_MAX)).has_value());
  EXPECT_FALSE(Zone::decode(with(good, layout.first, int64_t{0})).has_value());
  EXPECT_FALSE(Zone::decode(with(good, second, INT64_MAX)).has_value());
  EXPECT_FALSE(Zone::decode(with(good, third, zone.transitions()[1].utc_from)).has_value());
  EXPECT_FALSE(
      Zone::decode(with(good, third + 8, zone.transitions()[1].offset_seconds)).has_value());
  EXPECT_FALSE(Zone::decode(with(good, layout.first + 8, int32_t{100'000})).has_value());
}

TEST(ZoneCodec, DamagedBytesAreRefusedOrMeanAnotherZone) {
  std::mt19937_64 random(81);
  const std::string good = calendar_in("Asia/Beirut").zone.encode();
  for (uint64_t i = 0; i < support::part(20'000); ++i) {
    std::string bytes = good;
    for (uint64_t edits = 1 + random() % 3; edits > 0; --edits)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    const std::optional<Zone> zone = Zone::decode(bytes);
    if (zone) {
      ASSERT_EQ(zone->encode(), bytes) << "the encoding must be canonical";
    }
  }
}

}  // namespace
}  // namespace guerdon::calendar
