#include "tests/law/run.h"

#include <atomic>
#include <cstdio>
#include <string_view>

#include "engine/base/assert.h"
#include "engine/os/thread.h"
#include "tests/generate/random_events.h"
#include "tests/generate/random_rows.h"
#include "tests/law/draw.h"

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

void take_row(Engine& engine, const reference::Event& row) {
  const std::vector<std::string> words = generate::words_of_row(row);
  const std::vector<std::string_view> views(words.begin(), words.end());
  Answer answer;
  std::string error;
  const bool is_taken = engine.request(views, &answer, &error) && answer.is_applied();
  if (!is_taken) std::fprintf(stderr, "%s%s\n", answer.sentence.c_str(), error.c_str());
  GUERDON_ASSERT(is_taken);
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
  if (variant.workers > 0) {
    options.between_steps = random_yields(drawn.events.size() << 32 | variant.shards);
  }
  std::vector<PlanText> plans;
  for (const std::string& text : drawn.plans) {
    plans.push_back({std::to_string(plans.size()) + ".plan", text});
  }
  Run run;
  std::string error;
  run.engine = Engine::open(options, plans, &error);
  if (run.engine == nullptr) std::fprintf(stderr, "%s\n", error.c_str());
  GUERDON_ASSERT(run.engine != nullptr);
  run.engine->on_entry([&run](const Entry& entry) { run.entries.push_back(entry); });
  ReplayHooks hooks;
  hooks.refusal = [&run](const Refusal& refusal) { run.refusals.push_back(refusal); };
  for (const Step& step : steps_of(drawn.events)) {
    if (step.version) {
      uint64_t lsn = 0;
      const PlanText text{"version.plan", drawn.versions.at(*step.version)};
      const bool is_published = run.engine->publish(text, &lsn, &error);
      if (!is_published) std::fprintf(stderr, "%s\n", error.c_str());
      GUERDON_ASSERT(is_published);
      continue;
    }
    if (step.tick) {
      GUERDON_ASSERT(run.engine->tick(*step.tick, &error));
      continue;
    }
    if (step.source == generate::kTableSource) {
      for (const reference::Event& row : step.events) take_row(*run.engine, row);
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
