#include "tests/law/run.h"

#include <atomic>
#include <cstdio>
#include <string_view>

#include "engine/base/assert.h"
#include "engine/os/thread.h"
#include "engine/runtime/disks.h"
#include "engine/runtime/open.h"
#include "tests/generate/random_commands.h"
#include "tests/generate/random_events.h"
#include "tests/law/draw.h"
#include "tests/support/borrowed_disk.h"

namespace guerdon::law {
namespace {

// Lets other threads run at a random half of the steps of some stretches, now and then for long.
// Called by all threads of an engine: each call draws its own number. Not in every stretch: a run
// has up to a hundred thousand steps, and where other processes want the processors, a yield lasts
// as long as a turn of theirs, which is some milliseconds: a minute's work became hours.
class RandomYields {
 public:
  explicit RandomYields(uint64_t seed) : seed_(seed) {}

  void operator()() {
    // Relaxed: only the numbers must differ, nothing is ordered by them.
    const uint64_t call = calls_.fetch_add(1, std::memory_order_relaxed);
    const uint64_t stretch = call / kStretch;
    const uint64_t one_in = stretch < kFirstStretches ? 2 : 32;
    if (generate::Rng(seed_ + stretch).next() % one_in != 0) return;
    const uint64_t chance = generate::Rng(~(seed_ + call)).next();
    const int yields = chance % 64 == 0 ? 20 : static_cast<int>(chance % 2);
    for (int i = 0; i < yields; ++i) os::yield();
  }

 private:
  static constexpr uint64_t kStretch = 32;
  static constexpr uint64_t kFirstStretches = 8;  // all that a short run has

  const uint64_t seed_;
  std::atomic<uint64_t> calls_{0};
};

constexpr uint64_t kBookBytes = uint64_t{1} << 20;  // of a segment

// On disks where something will look back at them: a log takes most of the time of a run.
void open(const generate::Case& drawn, const Options& options, Run& run) {
  std::vector<PlanText> plans;
  for (const std::string& text : drawn.plans) {
    plans.push_back({std::to_string(plans.size()) + ".plan", text});
  }
  std::string error;
  if (looks_back(drawn)) {
    run.log = std::make_unique<support::CrashDisk>();
    run.book = std::make_unique<support::CrashDisk>();
    runtime::Disks disks(std::make_unique<support::BorrowedDisk>(*run.log));
    disks.book = std::make_unique<support::BorrowedDisk>(*run.book);
    disks.book_segment_bytes = kBookBytes;
    run.engine = runtime::open_engine(options, plans, std::move(disks), &error);
  } else {
    run.engine = Engine::open(options, plans, &error);
  }
  if (run.engine == nullptr) std::fprintf(stderr, "%s\n", error.c_str());
  GUERDON_ASSERT(run.engine != nullptr);
}

void publish(const std::string& text, Run& run) {
  const uint64_t before = run.engine->summary().accepted;
  uint64_t lsn = 0;
  std::string error;
  const bool is_published = run.engine->publish({"version.plan", text}, &lsn, &error);
  if (!is_published) std::fprintf(stderr, "%s\n", error.c_str());
  GUERDON_ASSERT(is_published);
  run.corrections += run.engine->summary().accepted - before;
}

void apply(const reference::Command& command, Run& run) {
  const std::vector<std::string> texts = generate::words_of(command);
  const Summary before = run.engine->summary();
  Answer answer;
  std::string error;
  const bool is_taken = run.engine->request({texts.begin(), texts.end()}, &answer, &error);
  if (!is_taken) std::fprintf(stderr, "%s\n", error.c_str());
  GUERDON_ASSERT(is_taken);
  run.answers.push_back(answer.code);
  const Summary after = run.engine->summary();
  run.commands += after.events - before.events;
  run.commands_refused += after.refused - before.refused;
  run.commands_known += after.duplicates - before.duplicates;
}

}  // namespace

std::string Variant::text() const {
  std::string text = std::to_string(shards) + " shards, batches of " + std::to_string(batch);
  text += workers == 0 ? ", fused" : ", " + std::to_string(workers) + " workers";
  if (keys < 1'000) text += ", " + std::to_string(keys) + " keys remembered";
  return text;
}

std::function<void()> random_yields(uint64_t seed) {
  return [yields = std::make_shared<RandomYields>(seed)] { (*yields)(); };
}

Run run(const generate::Case& drawn, const Variant& variant) {
  Options options;
  options.shards = variant.shards;
  options.batch = variant.batch;
  options.workers = variant.workers;
  options.keys = variant.keys;
  options.segment_bytes = kSegmentBytesMin;
  if (variant.workers > 0) {
    options.between_steps = random_yields(drawn.events.size() << 32 | variant.shards);
  }
  Run run;
  open(drawn, options, run);
  run.engine->on_entry([&run](const Entry& entry) { run.entries.push_back(entry); });
  ReplayHooks hooks;
  hooks.refusal = [&run](const Refusal& refusal) { run.refusals.push_back(refusal); };
  std::string error;
  for (const Step& step : steps_of(drawn.events)) {
    if (step.version) {
      publish(drawn.versions.at(*step.version), run);
      continue;
    }
    if (step.command) {
      apply(*step.command, run);
      continue;
    }
    if (step.tick) {
      GUERDON_ASSERT(run.engine->tick(*step.tick, &error));
      continue;
    }
    const bool is_read =
        run.engine->replay_text(generate::as_csv(step.events), step.source, hooks, &error);
    if (!is_read) std::fprintf(stderr, "%s\n", error.c_str());
    GUERDON_ASSERT(is_read);
  }
  // The sink refers to `run`, which moves to the caller; all calls are over.
  return run;
}

}  // namespace guerdon::law
