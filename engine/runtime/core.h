// The state machine with its log, assembled: what the embedded engine and the server both drive.
//
// Jobs are fed through assembly(); with a log, what they get LSNs for is written behind them, and
// what is told of them (hooks, reads) runs ahead of the disk: whoever answers for it waits for
// durable_lsn() or flush().
//
// Thread-safety: one thread opens and reads; feeds as assembly() says; has_room(), durable_lsn(),
// log_error(), clock() and due_at() any thread. Reads want a drained assembly, or to be called
// within CoreHooks::completed of a barrier.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/bookkeeping/book_keeper.h"
#include "engine/event/handovers.h"
#include "engine/pipeline/admission.h"
#include "engine/pipeline/assembly.h"
#include "engine/pipeline/log_replay.h"
#include "engine/pipeline/tail.h"
#include "engine/program/program.h"
#include "engine/progress/contender.h"
#include "engine/progress/leaderboard.h"
#include "engine/runtime/disks.h"
#include "engine/runtime/engine_log.h"
#include "engine/runtime/readings.h"
#include "engine/runtime/rehearsal.h"
#include "engine/shard/audit.h"
#include "engine/shard/shard.h"
#include "engine/versions/publication.h"
#include "guerdon/engine.h"

namespace guerdon::runtime {

struct CoreHooks {
  // Of each job, in order, on the tail's thread; not of those of the log that was replayed.
  std::function<void(const pipeline::Job&)> completed;
  // On the log's thread: durable_lsn() has risen; nothing will ever be durable again.
  std::function<void()> durable;
  std::function<void()> failed;
  // On the tail's thread, where there is one: assembly().try_take() may find a job again.
  std::function<void()> freed = {};
};

// Why an engine was not opened.
struct OpenFault {
  enum class Kind : uint8_t { kOption, kPlan, kDisk, kDamage };
  Kind kind = Kind::kOption;
  std::string sentence;
};

// What a fault of the folder is to who opens the engine.
OpenFault open_fault_of(const pipeline::LogFault& fault);
// *fault is that; false.
bool refuse(OpenFault* fault, const pipeline::LogFault& found);

class Core {
 public:
  // Compiles the plans, makes the stages, replays the log that is on the disk (null: nothing is
  // kept). `feeds`: threads that will fill jobs; more than one only with workers. Null: *fault.
  static std::unique_ptr<Core> open(const Options& options, const std::vector<PlanText>& plans,
                                    Disks disks, uint32_t feeds, CoreHooks hooks, OpenFault* fault,
                                    std::string* warnings = nullptr);
  // The same, but for the versions among these plans that its log does not have.
  static std::unique_ptr<Core> open_as_it_was(const Options& options,
                                              const std::vector<PlanText>& plans, Disks disks,
                                              uint32_t feeds, CoreHooks hooks, OpenFault* fault,
                                              std::string* warnings = nullptr);
  // Publishes them, once: what open() does last. False: *fault; those before it are published.
  bool publish_given(OpenFault* fault);
  ~Core();
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  const Options& options() const { return options_; }
  // That of now; programs stay where they are. Any thread.
  const plan::Program& program() const { return *program_.load(std::memory_order_acquire); }
  // Of the plans as they began.
  const std::vector<Disagreement>& disagreements() const { return disagreements_; }
  pipeline::Assembly& assembly() { return *assembly_; }

  // ---- A further version of a plan
  //
  // What takes long is prepare() and compile(), on one thread, one version at a time, beside all
  // that goes on. For the others REQUIRES: all stages are at rest.

  // Nothing: diagnostics or a sentence in *error.
  std::optional<plan::Publication> prepare(const PlanText& text, std::string* error,
                                           std::string* warnings = nullptr) const;
  // Whether it begins late enough.
  bool may_publish(const plan::Publication& publication, std::string* error) const;
  // Whether what it corrects can be, now.
  bool may_correct(const plan::Publication& publication, std::string* error) const;
  // Numbers its texts. They keep their numbers whatever becomes of it, which no answer shows.
  bool number(plan::Publication* publication, std::string* error);
  bool compile(plan::Publication* publication, std::string* error) const {
    return history_.compile(publication, error);
  }
  // Puts it into the log, and all goes on under it. False: *error, and nothing has changed.
  bool publish(plan::Publication publication, uint64_t* lsn, std::string* error);

  // All of it, on this thread, once the stages are drained. A version that was published is passed
  // by: *lsn is that of its record.
  bool publish(const PlanText& text, uint64_t* lsn, std::string* error,
               std::string* warnings = nullptr);

  // Whether a job of each feed may be admitted: asked before one is taken, so that a full disk
  // shows before anything has an LSN.
  bool has_room();
  // Up to here what was done may be told of; without a log the greatest number there is.
  uint64_t durable_lsn() const;
  // Waits until all of it is durable; false where it never will be: log_error().
  bool flush();
  // Until this LSN is, which was admitted.
  bool wait_until_durable(uint64_t lsn);
  std::string log_error() const;
  // That of the last record that all stages are through with, 0 before the first; any thread.
  base::TimeMs clock() const { return clock_.load(std::memory_order_relaxed); }
  // The first instant behind it at which something may fall due by time: a period in which some
  // plan counts ends, or is closed, or a day ends: of UTC, or of a plan that has a target. Any
  // thread. REQUIRES: clock() is not 0.
  base::TimeMs due_at() const;
  // Writes a snapshot of the state as it is. False: *error; all else goes on. REQUIRES: there is a
  // log; all stages are at rest.
  bool write_snapshot(std::string* error);
  // LSNs of those that are there, the newest first; as reads.
  const std::vector<uint64_t>& snapshots() const;
  // What was found on the disk when it was opened, and passed over: a line each.
  std::string notes() const;
  // CoreHooks::failed was called, or is about to be.
  bool has_log_failed() const { return log_ && log_->commit().has_failed(); }
  // Null where none is kept.
  bookkeeping::BookKeeper* book() { return book_.get(); }
  const bookkeeping::BookKeeper* book() const { return book_.get(); }
  // That of the log, for who reads it. REQUIRES: there is one.
  // What came before a version is read from the log and the book.
  bool can_correct() const { return log_ && book_ != nullptr && !book_->is_given_up(); }
  os::Disk& log_disk() { return log_->disk(); }
  // Null without a log.
  const pipeline::GroupCommit* log() const { return log_ ? &log_->commit() : nullptr; }

  // ---- For who only looks: REQUIRES, for both: opened without a disk.

  // Replays a log up to the end of the frame that holds this LSN, or to its end; may be called
  // again, to go on. Nothing is written. False: *fault.
  bool replay_log(wal::LogReader& log, uint64_t last_lsn, pipeline::LogFault* fault);
  // Into a core that is new; replay_log() then goes on behind it, in a log that is open()ed at its
  // LSN. False: *error; it is not to be used then.
  bool load_snapshot(snapshot::SnapshotReader& reader, std::string* error);

  // ---- Reads

  const pipeline::Admission& admission() const { return admission_; }
  const pipeline::Tail& tail() const { return tail_; }
  pipeline::Tail& tail() { return tail_; }
  const shard::Shard& shard_of(uint64_t account) const {
    return *shards_[shard::shard_of(account, options_.shards)];
  }
  // All of them, for who looks at every account.
  std::span<const std::unique_ptr<shard::Shard>> shards() const { return shards_; }
  // What the one event of the batch would do now (rehearsal.h).
  Rehearsed rehearse(event::Batch& batch, std::optional<base::TimeMs> now) const {
    return runtime::rehearse(program(), admission_, tail_, shards_, budgets_, batch, now);
  }
  // The LSN of the last record when it was opened: of the log, of plans, of further versions.
  uint64_t opened_lsn() const { return opened_lsn_; }
  // How long snapshot and log took, once the memory was there.
  int64_t recovery_ns() const { return recovery_ns_; }

  Summary summary() const;
  std::vector<Balance> balances() const;
  // Of the payout of this source and id: what it took of each account's wallet and has not come
  // back, by account.
  std::vector<shard::Payout> payouts(std::string_view source, std::string_view id,
                                     uint16_t wallet) const;
  // Pieces that are left. REQUIRES: the item has a stock.
  int64_t stock_of(uint32_t item) const;
  // What was granted of what all accounts share. REQUIRES: all stages are at rest.
  const shard::Budgets& budgets() const { return budgets_; }
  // What is known of an account (Schema::known of that number), as it was sent, ascending.
  std::vector<calendar::Dated<std::string>> known(std::string_view account, uint32_t known) const;
  std::string known_in_words(const plan::KnownKind& kind, int64_t value) const;
  // Who stands where in this period of a challenge (Program::challenges), a board a shard; none in
  // one that it does not award.
  // `regard`: of those alone that it means.
  struct Boards {
    std::vector<const progress::Leaderboard*> all;
    std::deque<std::optional<progress::Leaderboard>> made;  // of challenges that say who takes part
  };
  using Regard = shard::Shard::Regard;
  Boards leaderboards(uint32_t challenge, int32_t period, const Regard& regard) const;
  // Of how many periods before what nobody won is added to what this one's ranks win (of prizes for
  // who succeeded, if there are such), as if nobody won those that are still open. Nothing: it
  // carries nothing over, or this period was won.
  std::optional<int64_t> carried(uint32_t challenge, int32_t period) const;
  // The account as it stands on one of the boards; nothing: on none.
  std::optional<progress::Contender> contender(uint32_t challenge, int32_t period,
                                               const Regard& regard,
                                               std::string_view account) const;
  // What would be paid to an account if the periods that are open were over now, by deadline.
  struct IfClosed {
    uint32_t clause = 0;  // of the program
    int clock = 0;        // the same
    int32_t period = 0;
    base::TimeMs deadline = 0;
    int64_t amount = 0;  // signed
  };
  // `of_program`: of its plans alone; empty: of all.
  std::vector<IfClosed> if_closed(std::string_view account, std::string_view of_program = {}) const;
  // By clock and period.
  std::vector<Seal> seals() const;
  // Of the periods that were opened again, a part of state_hash().
  base::Hash128 reopened_hash() const;
  Hash state_hash() const;
  Hash entries_hash() const;
  shard::Audit audit() const;

 private:
  Core(const Options& options, plan::PlanHistory history, std::vector<Disagreement> disagreements,
       uint32_t feeds, CoreHooks hooks);
  bool recover(Disks disks, uint32_t feeds, OpenFault* fault);
  // Whether a goal of a file that was committed is not done for its account yet.
  bool has_goals_to_say() const;
  bool ranks_first(const plan::Publication& publication) const;
  bool may_rank(const plan::Publication& publication, std::string* error) const;
  void say_goals();
  bool admitted(const pipeline::Job& job);
  void completed(const pipeline::Job& job);
  pipeline::Stages stages();
  std::unique_ptr<pipeline::Assembly> replay_assembly();  // null: assembly_ is good for that
  pipeline::State state();
  void adopt(plan::Publication publication, uint64_t lsn);
  const plan::Program* publish_saved(const pipeline::SavedVersion& version, std::string* error);
  pipeline::LogReplay::Publish published_in_log();

  const Options options_;
  plan::PlanHistory history_;
  // Released in adopt(), acquired in program(): who sees a program sees it whole.
  std::atomic<const plan::Program*> program_;
  const std::vector<Disagreement> disagreements_;
  const CoreHooks hooks_;
  std::vector<PlanText> given_;  // versions for publish_given()
  uint64_t opened_lsn_;
  int64_t recovery_ns_ = 0;
  std::atomic<base::TimeMs> clock_{0};         // clock()
  uint64_t noted_lsn_ = 0;                     // of the digest that the log was given last
  pipeline::LogReplay* log_replay_ = nullptr;  // while the log is replayed
  pipeline::Admission admission_;
  std::vector<std::unique_ptr<shard::Shard>> shards_;
  shard::Budgets budgets_;
  pipeline::Tail tail_;
  std::unique_ptr<bookkeeping::BookKeeper> book_;
  std::optional<EngineLog> log_;
  std::unique_ptr<pipeline::Assembly> kept_assembly_;  // of replay_log()
  std::optional<pipeline::LogReplay> kept_replay_;     //
  pipeline::LogReplay::Position kept_from_;            // LSN 0: from the beginning
  std::unique_ptr<pipeline::Assembly> assembly_;       // last: its threads use all of the above
};

}  // namespace guerdon::runtime
