// The stages with requests for input and answers for output: what a shop of a plan comes to, on so
// many shards, by such threads, in batches of such a size.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feed/command_reader.h"
#include "engine/feed/event_reader.h"
#include "engine/pipeline/assembly.h"
#include "engine/pipeline/checkpoint.h"
#include "engine/program/program.h"
#include "tests/support/crash_disk.h"

namespace guerdon::shop {

enum class Threads : uint8_t { kFused, kHalved, kThreaded };

struct Variant {
  uint32_t shards = 1;
  Threads threads = Threads::kFused;
  uint32_t workers = 0;    // kThreaded
  uint32_t batch = 256;    // records of a job
  bool is_uneven = false;  // threads give way at random between steps
};
std::string name_of(const Variant& variant);
// Every assembly, 1, 2, 7 and 16 shards, 1 to 4 workers, one record a job and all in one.
std::vector<Variant> variants();

// More than a test sends.
inline constexpr uint64_t kManyKeys = 4'000;

class ShopWorks {
 public:
  // The program must outlive it. `keys`: ids that are remembered.
  ShopWorks(const plan::Program& program, const Variant& variant, uint64_t keys = kManyKeys);
  ~ShopWorks();

  // An EVENT or a command of the log, as a client sends it, at this time of the engine.
  void ask(base::TimeMs at, std::string_view request);
  // All answers since the last call, in order: "OK 2" and "DUP 2" with how many entries, of what is
  // refused the code, and behind it the amount where the answer has one ("LIMIT 1"); of a request
  // that cannot be read the code and the sentence.
  std::vector<std::string> answers();

  // ---- REQUIRES: answers() was called since the last request
  shard::WalletView view(std::string_view account, std::string_view unit) const;
  int64_t stock(std::string_view item) const;
  // "-1000": over all shards.
  std::string system(std::string_view unit, ledger::SystemAccount account) const;
  // All that must be equal on any variant: content, entries, LSN. And "" where the books are right.
  std::string seen();
  std::string broken() const;

  // What the log has so far, and the same state out of it, on another variant.
  std::string log() const { return log_; }
  void replay(std::string_view log);
  // Through a snapshot: a state that is new becomes the other's.
  void load_from(ShopWorks& other);

 private:
  struct Asked {
    bool is_record = false;
    std::string fault;
  };

  void submit();
  void take_answers(const pipeline::Job& job);
  uint16_t wallet(std::string_view unit) const;
  pipeline::State state() { return {program_, admission_, shards_, tail_, nullptr, {}, &budgets_}; }

  const plan::Program& program_;
  const Variant variant_;
  pipeline::Admission admission_;
  std::vector<std::unique_ptr<shard::Shard>> shards_;
  shard::Budgets budgets_;
  pipeline::Tail tail_;
  event::CommandReader commands_;
  event::EventReader events_;
  const event::Source source_{"test"};
  pipeline::Job* job_ = nullptr;
  std::vector<Asked> asked_;
  std::vector<std::string> answered_;  // of records; by who completes jobs, in their order
  std::string log_;
  std::unique_ptr<pipeline::Assembly> assembly_;  // last: its threads use the rest
};

}  // namespace guerdon::shop
