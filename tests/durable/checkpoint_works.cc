#include "tests/durable/checkpoint_works.h"

#include <gtest/gtest.h>

#include "engine/base/assert.h"
#include "engine/compiler/compiler.h"
#include "engine/feed/trace_reader.h"
#include "engine/shard/audit.h"
#include "tests/generate/random_events.h"

namespace guerdon::pipeline {

plan::Program compiled(const generate::Case& drawn) {
  std::string error;
  std::optional<plan::Program> program = plan::compile(law::load_all(drawn.plans), &error);
  GUERDON_ASSERT(program.has_value());
  return std::move(*program);
}

Works::Works(const plan::Program& compiled, const Setting& chosen)
    : program(compiled),
      setting(chosen),
      admission(program, setting.shards, KeyTable(setting.keys), ObjectTable(setting.objects)),
      budgets(program),
      tail(program) {
  for (uint32_t s = 0; s < setting.shards; ++s) {
    shards.push_back(std::make_unique<shard::Shard>(program, admission, s, setting.shards, 0));
  }
  Stages stages{admission, shards, tail, {}, [](const Job&) {}, {}, &budgets};
  assembly = setting.workers == 0 ? make_fused(std::move(stages))
                                  : make_threaded(std::move(stages), setting.workers);
}

void Works::feed(const Events& events) {
  for (const law::Step& step : law::steps_of(events)) {
    if (step.tick) {
      Job& job = assembly->take();
      job.tick = step.tick;
      assembly->submit(job);
      continue;
    }
    std::string error;
    const std::string csv = generate::as_csv(step.events);
    const auto reader = event::TraceReader::read_text(csv, step.source, program.schema, &error);
    ASSERT_NE(reader, nullptr) << error;
    size_t count = 0;
    do {
      Job& job = assembly->take();
      count = reader->fill(job.batch, setting.batch);
      assembly->submit(job);
    } while (count > 0);
    assembly->drain();
  }
  assembly->drain();
}

std::string Works::save_to(os::Disk& disk) {
  snapshot::SnapshotHeader header = header_of(state());
  header.created_at = 77;
  snapshot::SnapshotWriter out(disk, header);
  save(state(), out);
  EXPECT_TRUE(out.finish(summary_of(state()))) << out.error();
  return snapshot::snapshot_name(header.lsn);
}

support::CrashDisk::Bytes Works::saved() {
  support::CrashDisk disk;
  const std::string name = save_to(disk);
  return disk.bytes(name);
}

std::string Works::load_from(os::Disk& disk, const std::string& name) {
  std::unique_ptr<os::DiskFile> file;
  EXPECT_TRUE(disk.open(name, &file).ok());
  snapshot::SnapshotReader reader(std::move(file), name);
  if (!reader.open()) return reader.problem().sentence();
  std::string error;
  return load(reader, state(), &error) ? "" : error;
}

std::string Works::seen() {
  base::Hash128 content = budgets.content_hash();
  uint64_t accounts = 0;
  std::string text;
  for (const auto& shard : shards) {
    content += shard->content_hash(admission.symbols(), admission.clock());
    accounts += shard->state().accounts().size();
    text += shard::audit(program, *shard, admission.clock()).difference;
  }
  text += "content " + content.to_hex() + " entries " + tail.entries_hash().to_hex();
  text += " lsn " + std::to_string(admission.last_lsn());
  text += " clock " + std::to_string(admission.clock());
  text += " accounts " + std::to_string(accounts) + " floor ";
  text += std::to_string(admission.keys().floor()) + " outcomes";
  for (const uint64_t count : admission.outcomes()) text += " " + std::to_string(count);
  return text + "\n" + summary_of(state());
}

}  // namespace guerdon::pipeline
