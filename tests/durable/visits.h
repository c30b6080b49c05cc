// Engines on a disk that forgets, fed event by event: each a job, and a frame, of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "guerdon/engine.h"
#include "tests/support/crash_disk.h"

namespace guerdon::visits {

inline constexpr int64_t kBeginMs = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
inline constexpr int64_t kHourMs = 3'600'000;

// What they run: a visit pays its account and its guide, and often is more.
std::string plan_text(std::string_view zone);

struct Setting {
  uint32_t shards = 1;
  uint32_t workers = 0;
  uint64_t keys = 1'000'000;
};

// Null: *error. `disk` may be null.
std::unique_ptr<Engine> try_open(support::CrashDisk* disk, const Setting& setting,
                                 std::string* error);
// Fails the test where it is not opened.
std::unique_ptr<Engine> must_open(support::CrashDisk* disk, const Setting& setting = {});

// Event `number`: always the same one. Their times go on by hours and back by days, over some
// months, so that periods end and keys are forgotten out of order.
bool send(Engine& engine, uint64_t number, std::string* error);
// Those from `from` on, up to `to`; whether all were taken.
bool send_all(Engine& engine, uint64_t from, uint64_t to, std::string* error);

// All that a restart must bring back, with what became of each event.
std::string seen(const Engine& engine);

}  // namespace guerdon::visits
