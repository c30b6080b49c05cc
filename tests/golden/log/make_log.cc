// A log of an engine, to be looked into.
//   make_log FOLDER PLAN TRACE     three starts: the trace, nothing, and the clock to the next
//   month make_log FOLDER PLAN TICKS     one start, so many ticks of a millisecond
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "engine/os/disk.h"
#include "engine/wal/log_reader.h"
#include "guerdon/engine.h"

namespace {

std::unique_ptr<guerdon::Engine> open(const std::string& folder, const std::string& plan,
                                      std::string* error) {
  std::ifstream file(plan);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  guerdon::Options options;
  options.data = folder;
  options.segment_bytes = guerdon::kSegmentBytesMin;
  options.keys = 1'000;
  return guerdon::Engine::open(options, {{plan, text}}, error);
}

bool three_starts(const std::string& folder, const std::string& plan, const std::string& trace,
                  std::string* error) {
  std::unique_ptr<guerdon::Engine> engine = open(folder, plan, error);
  if (engine == nullptr || !engine->replay(trace, {}, error)) return false;
  engine.reset();
  if (open(folder, plan, error) == nullptr) return false;
  engine = open(folder, plan, error);
  return engine != nullptr && engine->tick(guerdon::next_month(engine->clock()), error);
}

// Frames of the log of three starts: plans, events and a seal; the tick and a seal.
constexpr int kFrames = 5;

int frames_in(const std::string& folder) {
  std::string error;
  const std::unique_ptr<guerdon::os::Disk> disk = guerdon::os::open_disk_to_read(folder, &error);
  guerdon::wal::LogReader log(*disk);
  int frames = 0;
  if (!log.open(1)) return frames;
  while (log.next() == guerdon::wal::LogReader::Step::kFrame) ++frames;
  return frames;
}

// An engine that is kept from running for a moment seals what it has: then once more, so that what
// is looked at is always the same.
bool three_even_starts(const std::string& folder, const std::string& plan, const std::string& trace,
                       std::string* error) {
  constexpr int kTriesMax = 200;
  for (int i = 0; i < kTriesMax; ++i) {
    std::filesystem::remove_all(folder);
    if (!three_starts(folder, plan, trace, error)) return false;
    if (frames_in(folder) == kFrames) return true;
  }
  *error = "the machine pauses too often";
  return false;
}

bool ticks(const std::string& folder, const std::string& plan, uint64_t count, std::string* error) {
  const std::unique_ptr<guerdon::Engine> engine = open(folder, plan, error);
  if (engine == nullptr) return false;
  for (uint64_t i = 0; i < count; ++i) {
    if (!engine->tick(engine->clock() + 1, error)) return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: make_log FOLDER PLAN TRACE|TICKS\n", stderr);
    return 2;
  }
  char* end = nullptr;
  const uint64_t count = std::strtoull(argv[3], &end, 10);
  std::string error;
  const bool is_done = *end == '\0' ? ticks(argv[1], argv[2], count, &error)
                                    : three_even_starts(argv[1], argv[2], argv[3], &error);
  if (!is_done) std::fprintf(stderr, "%s\n", error.c_str());
  return is_done ? 0 : 1;
}
