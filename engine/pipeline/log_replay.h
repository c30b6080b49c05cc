// Runs a log through the stages again: the same state comes of it, whatever the shards, threads and
// batches, or the log and this program do not belong together, and that is said.
//
//   LogReplay replay(program, assembly, tail);    // Stages::admitted calls replay.check(job),
//                                                 // Stages::completed replay.completed(job)
//   if (!replay.run(log)) ... replay.fault() ...  // state is then not to be used
//
// A PLAN behind those that the log begins with is published where it stands.
//
// Events and ticks are admitted as they were, at the engine times that the log says. What follows
// from them (LSNs, sweeps, what they find in tables from files and in trees, now and then the sum
// of all entries' hashes) is derived again and compared with what the log says.
//
// Thread-safety: run() on one thread; check() on the one that admits, completed() on the tail's.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/event/record_codec.h"
#include "engine/pipeline/assembly.h"
#include "engine/pipeline/job.h"
#include "engine/program/program.h"
#include "engine/wal/log_reader.h"

namespace guerdon::pipeline {

struct LogFault {
  enum class Kind : uint8_t {
    kDisk,         // the disk refused a call, or a newer version wrote it
    kDamage,       // it is not what was written, or something else follows from it
    kOtherPlans,   // it was written under others
    kOtherOptions  // a snapshot of an engine with others
  };
  Kind kind = Kind::kDisk;
  std::string sentence;
};

class LogReplay {
 public:
  // Told of a version of a plan that was published there, while all stages are at rest: makes them,
  // and the replay, adopt its program. False: it cannot be, *error says why.
  using Publish = std::function<bool(const event::PlanRecord&, std::string* error)>;

  LogReplay(const plan::Program& program, Assembly& assembly, const Tail& tail, Publish publish);

  // What is read from now on is of a program that goes on from the one before.
  void adopt(const plan::Program& program) {
    records_.adopt(program.schema);
    asks_ = &program.asks;
    climbs_ = &program.climbs;
  }

  // The state of `from` is loaded: the log, which is open()ed at its LSN, goes on behind it.
  struct Position {
    uint64_t lsn = 0;
    wal::ChainHash chain{};  // of the frame that ends with it
  };
  void begin_at(const Position& from);
  // To the end of the log, or to the end of the frame that holds `last_lsn`. It is open()ed at LSN
  // 1, or at that of the position. May be called again, to go on. False: fault().
  bool run(wal::LogReader& log, uint64_t last_lsn = UINT64_MAX);
  void check(const Job& job);      // when it is admitted
  void completed(const Job& job);  // when the tail is through with it

  const LogFault& fault() const { return fault_; }
  // Records that were applied, the plans among them.
  uint64_t records() const { return lsn_; }

 private:
  bool read_frame(const wal::LogReader& log);
  bool join(const wal::LogReader& log);
  bool take_digest(const wal::Digest& digest);
  bool compare_digests();
  bool read_record();
  void note_found(const event::Record& record);
  uint64_t finds_otherwise_at(const Job& job) const;
  bool check_plan();
  bool publish();
  Job& job();
  void submit();
  bool fail(LogFault::Kind kind, std::string sentence);

  const plan::Program& program_;  // of the plans that the log began with
  Assembly& assembly_;
  const Tail& tail_;
  const Publish publish_;
  event::RecordReader records_;
  const std::vector<std::vector<plan::TableAskSlot>>* asks_;  // of the program that is run
  const std::vector<std::vector<plan::ClimbSlot>>* climbs_;   // the same
  Job* job_ = nullptr;
  Position from_;
  bool is_joined_ = true;           // what is read is known to go on where the state ends
  uint64_t lsn_ = 0;                // of the last record read
  std::vector<wal::Digest> told_;   // by the log, in their order; not yet compared
  std::vector<wal::Digest> found_;  // by the tail
  std::atomic<uint64_t> differs_at_{0};
  LogFault fault_;
};

}  // namespace guerdon::pipeline
