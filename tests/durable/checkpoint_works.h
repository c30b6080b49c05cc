// The stages without an engine around them, fed with what is drawn, saved and loaded.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/pipeline/assembly.h"
#include "engine/pipeline/checkpoint.h"
#include "engine/snapshot/snapshot_reader.h"
#include "tests/law/draw.h"
#include "tests/support/crash_disk.h"

namespace guerdon::pipeline {

using Events = std::vector<reference::Event>;

struct Setting {
  uint32_t shards = 1;
  uint32_t batch = 256;
  uint32_t workers = 0;
  uint64_t keys = 1'000;
  uint64_t objects = 1'000;
};

plan::Program compiled(const generate::Case& drawn);

struct Works {
  Works(const plan::Program& compiled, const Setting& chosen);

  void feed(const Events& events);

  State state() { return {program, admission, shards, tail, nullptr, {}, &budgets}; }
  // Writes a snapshot of it, whose name is returned.
  std::string save_to(os::Disk& disk);
  // Its bytes.
  support::CrashDisk::Bytes saved();
  // Empty when done, else the sentence.
  std::string load_from(os::Disk& disk, const std::string& name);

  // All that is seen of it.
  std::string seen();

  const plan::Program& program;
  const Setting setting;
  Admission admission;
  std::vector<std::unique_ptr<shard::Shard>> shards;
  shard::Budgets budgets;
  Tail tail;
  std::unique_ptr<Assembly> assembly;  // last: its threads use the rest
};

}  // namespace guerdon::pipeline
