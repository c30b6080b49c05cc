#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "guerdon/engine.h"
#include "tests/generate/shrink.h"
#include "tests/support/crash_disk.h"

// A case on one engine, and everything that can be seen of it afterwards.

namespace guerdon::law {

// What must never show.
struct Variant {
  uint32_t shards = 1;
  uint32_t batch = 256;
  uint32_t workers = 0;  // 0: the fused assembly; else the threaded one, yielding at random
  uint64_t keys = 8'000'000;

  std::string text() const;
};

struct Run {
  // What the engine looks back at; null where nothing does (looks_back()).
  std::unique_ptr<support::CrashDisk> log;
  std::unique_ptr<support::CrashDisk> book;
  std::unique_ptr<Engine> engine;
  std::vector<Entry> entries;  // in the order the sink got them; their texts are the engine's
  std::vector<Refusal> refusals;
  std::vector<std::string> answers;  // codes of commands, in order
  // What the summary counts beside events: records of commands and of corrections.
  uint64_t commands = 0;
  uint64_t commands_refused = 0;
  uint64_t commands_known = 0;  // they came before
  uint64_t corrections = 0;
};

// For Options::between_steps: lets other threads run at random. Any thread may call it.
std::function<void()> random_yields(uint64_t seed);

// REQUIRES: goes_together(drawn), are_rows_read(drawn).
Run run(const generate::Case& drawn, const Variant& variant);

}  // namespace guerdon::law
