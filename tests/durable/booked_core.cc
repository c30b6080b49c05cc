#include "tests/durable/booked_core.h"

#include <gtest/gtest.h>

#include "engine/feed/trace_reader.h"
#include "engine/snapshot/format.h"
#include "tests/generate/random_events.h"
#include "tests/support/borrowed_disk.h"

namespace guerdon::booked {

using support::BorrowedDisk;
using support::CrashDisk;

void Folder::remove_snapshots() {
  std::vector<std::string> names;
  EXPECT_TRUE(snapshot::list_snapshots(*log, &names).ok());
  for (const std::string& name : names) EXPECT_TRUE(log->remove(name).ok());
}

Segments segments_of(const CrashDisk& book) {
  Segments segments;
  for (const auto& [name, content] : book.files()) {
    if (name.ends_with(".seg")) segments.emplace(name, content.bytes);
  }
  return segments;
}

std::unique_ptr<runtime::Core> open(Folder& folder, const std::vector<std::string>& plans,
                                    const Setting& setting, bool has_book) {
  Options options;
  options.shards = setting.shards;
  options.batch = setting.batch;
  options.workers = setting.workers;
  options.keys = 100'000;
  options.objects = 10'000;
  options.segment_bytes = kSegmentBytesMin;
  std::vector<PlanText> texts;
  for (const std::string& text : plans) texts.push_back({std::to_string(texts.size()), text});
  runtime::Disks disks(std::make_unique<BorrowedDisk>(*folder.log));
  if (has_book) disks.book = std::make_unique<BorrowedDisk>(*folder.book);
  disks.book_segment_bytes = kBookSegmentBytes;
  runtime::OpenFault fault;
  auto core = runtime::Core::open(options, texts, std::move(disks), 1, {}, &fault);
  EXPECT_NE(core, nullptr) << fault.sentence;
  return core;
}

namespace {

bool feed_step(runtime::Core& core, const law::Step& step) {
  if (step.tick) {
    if (!core.has_room()) return false;
    pipeline::Job& job = core.assembly().take();
    job.tick = step.tick;
    core.assembly().submit(job);
    return true;
  }
  std::string error;
  const std::string csv = generate::as_csv(step.events);
  const auto reader =
      event::TraceReader::read_text(csv, step.source, core.program().schema, &error);
  EXPECT_NE(reader, nullptr) << error;
  reader->keep_identities();
  size_t count = 0;
  do {
    if (!core.has_room()) return false;
    pipeline::Job& job = core.assembly().take();
    count = reader->fill(job.batch, core.options().batch);
    core.assembly().submit(job);
  } while (count > 0);
  core.assembly().drain();
  return true;
}

}  // namespace

bool feed(runtime::Core& core, const std::vector<reference::Event>& events) {
  bool is_fed = true;
  for (const law::Step& step : law::steps_of(events)) {
    is_fed = is_fed && feed_step(core, step);
  }
  core.assembly().drain();
  return core.flush() && is_fed;
}

Folder begun(const std::vector<std::string>& plans) {
  Folder folder;
  open(folder, plans, {}, false);
  return folder;
}

}  // namespace guerdon::booked
