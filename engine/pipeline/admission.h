// Gives every input its place in the one order: duplicates, clock, LSN, symbols, route.
//
// Admission is part of the state machine: what it keeps (keys, symbols, clock, sweep) follows from
// the log alone. It takes jobs one after the other and leaves in each the log items of its records
// and, for each shard, the visits that they ask of it.
//
// Order of the checks of a record that the parser accepted; the first that fails decides:
//   1. its key is known                                                  -> DUP or CONFLICT
//   2. it occurred below the floor of forgotten keys                     -> TOOOLD
//   3. it occurred more than kSkewMax after the engine time that it would
//      get, where Job::at says that                                      -> FUTURE
//   4. its object, if it names one (object_table.h)                      -> TOOOLD or STALE
//   5. symbols are used up                                               -> LIMIT
// What is refused has no LSN and leaves no trace. A duplicate gets the LSN of the first.
//
// An event of an object that leaves roles out which its type declares gets those that events of the
// object named before, by their name on the wire: in the batch, so that routes and rules see them,
// not in the log, which holds the event as sent. A replay fills them in again. So it gets what
// rules per object read of the object. Where it names another account in a role that such a rule
// pays, the one before is visited, too. What plans make of the lines of an event it gets likewise
// (line_folds.h), before its object sees it. What it finds in tables from files (FileRows)
// stands in the log with it, since rows change; so a REVERSE takes back what it found then.
//
// Who stands above the accounts of an event (ClimbSlot) stands in the log with it, too, and is
// known of its object from then on, as long as that has the account below in the same role.
//
// A command takes the same way: checks 1 to 3, without an id only 3. It has no object and no
// symbols. Where it brings no time of its own, its time is the clock's. From the first one on the
// engine looks out for dates that commands gave (sweeper.h).
//
// A REVERSE has a check of its own behind these: what it takes back is of this program (INVALID),
// is remembered still (TOOOLD), was not taken back before (CONFLICT), is the newest event of its
// object that stands (STALE), and all periods in which it counts are kept (LATE). What stands in
// the log was done. It has a second key then, that of what it took back, so that it is done once.
//
// So has a REOPEN: the period is the newest that is closed of its clock, and has its seal; and a
// CLOSE: the period was opened again. And an ORG: the trees stay trees (plan::OrgTrees).
//
// A STAGE is of the file that is staged, or none is (CONFLICT). A COMMIT names that file (UNKNOWN)
// and how many rows it has (INVALID), and all of them may be said at its clock: versions of the
// plans have such goals (INVALID), of periods that are kept (LATE) and, of what is achieved, have
// begun (FUTURE). So a file is taken whole or not at all. An ABORT names the file, too.
//
// A CORRECT, which the engine writes itself, has others: it is of a version that corrects and of an
// event before that (INVALID), and behind the event that was corrected last (CONFLICT). What a
// version corrects, already or soon, cannot be taken back (CONFLICT).
//
// Before the first record whose clock reaches the deadline of a period with challenges, and that
// gets an LSN, a SETTLE gets one. When a period is through, of a clock whose periods have seals,
// is noted with the SETTLE or the SWEEP that came last (accounts/seals.h).
//
// Thread-safety: one thread at a time.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/accounts/seals.h"
#include "engine/calendar/closing.h"
#include "engine/event/outcome.h"
#include "engine/event/record_codec.h"
#include "engine/event/reversal.h"
#include "engine/pipeline/job.h"
#include "engine/pipeline/key_table.h"
#include "engine/pipeline/object_table.h"
#include "engine/pipeline/sweeper.h"
#include "engine/program/line_folds.h"
#include "engine/program/machine.h"
#include "engine/program/program.h"
#include "engine/program/rates.h"
#include "engine/program/symbols.h"

namespace guerdon::pipeline {

// How far an event may lie ahead of the wall clock.
inline constexpr base::TimeMs kSkewMax = 5 * 60 * 1'000;

// How far the corrections of a version of a plan have come.
struct Correction {
  uint64_t lsn = 0;   // of its PLAN record
  uint64_t done = 0;  // of the event corrected last; `lsn`: all are
};

// What a role is recorded by, of objects: the name, or a shorter one that stands for it.
std::string role_name(std::string name);

// The file of goals that is staged (shard/goal_command.cc).
struct StagedFile {
  std::string name;  // its checksum
  uint64_t rows = 0;
  // What its rows are about: a goal of the program, the index of a period.
  std::set<std::pair<uint32_t, int32_t>> periods;
};

// Its object, as it speaks of it. REQUIRES: it names one.
ObjectEvent object_event(const event::Batch& batch, const event::Record& record);

class Admission : public plan::SymbolTexts {
 public:
  Admission(const plan::Program& program, uint32_t shards, KeyTable keys,
            ObjectTable objects = ObjectTable());

  // From the next job on: writes what it gives an LSN into Job::log, too. Then each record that is
  // accepted must have its identity.
  void keep_log() { keeps_log_ = true; }

  void admit(Job& job);

  // Gives texts their numbers, those that they have where they are known; they are kept. Nothing:
  // there is no room for so many.
  std::optional<std::vector<plan::NumberedText>> number_texts(
      const std::vector<std::string>& texts);
  // Of a PLAN, which takes its place in the log while no job is under way.
  uint64_t take_lsn() { return ++lsn_; }
  // All goes on under a program that was compiled from this one (plan::compile_again).
  void adopt(const plan::Program& program);

  // What would become of the one event of the batch, were it admitted now: its record's outcome, of
  // a duplicate with the LSN of the first. Nothing is noted. Where it would be accepted the batch
  // is as admit() leaves it, its item in the log included. `now`: its engine time, where the wall
  // says it. REQUIRES: it is no command.
  void rehearse(event::Batch& batch, std::optional<base::TimeMs> now) const;

  // Clock, LSN, sweep, outcomes and symbols; keys have a section of their own. REQUIRES, for load:
  // nothing was admitted. False: what was saved is none, and admission is not to be used.
  void save(snapshot::SnapshotWriter& out) const;
  bool load(snapshot::SectionReader& in);
  bool load_keys(snapshot::SectionReader& in) { return keys_.load(lsn_, in); }
  void save_objects(snapshot::SnapshotWriter& out) const {
    objects_.save({program_->facts, symbols_}, out);
  }
  bool load_objects(snapshot::SectionReader& in) {
    return objects_.load(lsn_, {program_->facts, symbols_}, in);
  }
  // A command was admitted; and that again, after load().
  bool has_commands() const { return has_commands_; }
  void note_commands();

  base::TimeMs clock() const { return clock_; }
  uint64_t last_lsn() const { return lsn_; }
  const plan::Symbols& symbols() const { return symbols_; }
  // Of a number that a job has which was admitted before. Any thread, whatever is admitted now.
  std::string symbol_text(plan::Symbol symbol) const override;
  const KeyTable& keys() const { return keys_; }
  const ObjectTable& objects() const { return objects_; }
  const plan::Rates& rates() const { return rates_; }
  const plan::FileRows& file_rows() const { return file_rows_; }
  bool load_file_rows(snapshot::SectionReader& in) { return file_rows_.load(in); }
  const plan::OrgTrees& trees() const { return trees_; }
  bool load_trees(snapshot::SectionReader& in) { return trees_.load(in); }
  bool load_rates(snapshot::SectionReader& in) { return rates_.load(in); }
  const shard::SealDates& seals() const { return seals_; }
  bool load_seals(snapshot::SectionReader& in) { return seals_.load(in); }
  const plan::Reopenings& reopened() const { return reopened_; }
  // The first version that corrects what was before it and has not come to the end; null: none.
  const plan::Published* uncorrected() const;
  // The LSN of the event corrected last for the version that was published at this LSN; 0: none.
  uint64_t corrected_to(uint64_t publication) const {
    const Correction* const begun = correction_at(publication);
    return begun == nullptr ? 0 : begun->done;
  }
  // The file of goals whose rows come, which is not committed yet; null: none is.
  const StagedFile* staged_file() const { return staged_ ? &*staged_ : nullptr; }
  // Records by what became of them.
  const std::array<uint64_t, event::kOutcomes>& outcomes() const { return outcomes_; }

 private:
  // A slot of an event type, as a role of objects: one that reads an account, or what another
  // slot reads as an account as a text.
  struct RoleSlot {
    uint8_t slot = 0;
    Role role = 0;
  };

  void know_roles();
  // Challenges (admission_challenges.cc).
  struct Settling {
    uint32_t clock = 0;  // of the program
    calendar::ClosingCursor closing;
  };
  void know_challenges();
  // Before a record that has the clock `at`: settles what that closes. One branch, where it is not
  // there yet or no plan has periods that are judged or pay at their end.
  void settle_before(Job& job, base::TimeMs at) {
    if (at >= settles_at_) [[unlikely]]
      settle(job, clock_, at);
  }
  void settle(Job& job, base::TimeMs before, base::TimeMs at);
  bool is_awarded(uint32_t clock, int32_t period) const;  // by some challenge
  std::vector<event::SettledPeriod> closed_between(base::TimeMs before, base::TimeMs at) const;
  void seal_passed(base::TimeMs before, base::TimeMs at);
  void route_award(Job& job, uint32_t item);
  void award_again(Job& job, uint32_t item);
  void admit_record(Job& job, uint32_t index);
  void admit_command(Job& job, uint32_t index);
  void route_queries(Job& job, size_t* next, uint32_t before);
  // Where the key is new, *place is where it goes. A duplicate gets the LSN of the first.
  event::Outcome check_key(event::Record& record, size_t* place) const;
  // `at`: the engine time that the record would get.
  event::Outcome check_time_and_object(const event::Batch& batch, const event::Record& record,
                                       base::TimeMs at) const;
  // Gives what is known of it then.
  plan::RecordedFacts& apply_object(event::Batch& batch, uint32_t index);
  void fill_roles(event::Batch& batch, uint32_t index, RecordedRoles& recorded) const;
  // Nothing where there is none.
  static void fill_role(event::Batch& batch, event::Record& record, uint8_t slot,
                        std::optional<std::string_view> account);
  void see_role(event::Batch& batch, uint32_t index, const plan::ObjectSlots::Role& role,
                RecordedRoles& recorded) const;
  bool has_room_for_symbols(const event::Record& record) const;
  // Of a TARGET (admission_goals.cc).
  bool has_room_for_goal_keys(const event::Batch& batch, const event::Record& record) const;
  void resolve_goal_keys(event::Batch& batch, const event::Record& record);
  event::CommandResult may_stage(const event::Batch& batch, const event::Record& record,
                                 base::TimeMs at) const;
  event::CommandResult may_commit(base::TimeMs at) const;
  void note_file(const event::Batch& batch, const event::Record& record);
  bool load_staged_file(snapshot::SectionReader& in);
  const event::Text* known_text(const event::Batch& batch, const event::Record& record) const;
  void resolve_symbols(event::Batch& batch, const event::Record& record);
  plan::Symbol intern(std::string_view text, uint64_t hash);
  void fold_lines(event::Batch& batch, event::Record& record) {
    if (lines_) [[unlikely]]
      lines_->derive(batch, record, symbols_, clock_);
  }
  void ask_tables(event::Batch& batch, event::Record& record) const {
    if (!program_->asks[record.type].empty()) [[unlikely]]
      file_rows_.ask(batch, record);
  }
  // Who stands above (admission_trees.cc). `known`: of its object, before the event; null: it has
  // none, or nothing is known.
  void know_climbs();
  // Of the role that this slot reads; nothing: nobody has it.
  std::optional<std::string_view> recorded_role(uint16_t type, uint8_t slot,
                                                const RecordedRoles& recorded) const;
  void climb(event::Batch& batch, event::Record& record, const RecordedRoles* known) const;
  void note_climbs(const event::Batch& batch, const event::Record& record,
                   RecordedRoles& recorded) const;
  void climb_trees(event::Batch& batch, event::Record& record) const {
    if (program_->climbs[record.type].empty()) return;  // nearly always
    const bool has_object = record.object != event::kNoObject;
    climb(batch, record,
          has_object ? objects_.roles_of(object_event(batch, record).object) : nullptr);
  }
  void resolve_symbols_there_are(event::Batch& batch, const event::Record& record) const;
  void move_clock(base::TimeMs at) { clock_ = std::max(clock_, at); }
  // The clock has been moved already; an event or a command is in Job::log already.
  void append(Job& job, event::LogKind kind, uint32_t record);
  void append_sweep(Job& job, event::Slices slices);
  // Its index in the log.
  uint32_t add_item(Job& job, event::LogKind kind, uint32_t record);
  void route(Job& job, uint32_t item);
  void route_command(Job& job, uint32_t item);
  // Visits that ask budgets, or give back to them (accounts/budgets.h).
  void note_asks(Job& job, uint32_t item, const shard::Visit& visit, uint32_t shard);
  void add_asks(Job& job, uint32_t shard, base::TimeMs occurred_at,
                const std::vector<uint32_t>& budgets);
  void note_asks_back(Job& job, const event::Reversal& reversal, const event::Record& command,
                      const shard::Visit& visit, uint32_t shard);
  static bool gives_back_to_budgets(const event::Reversal& reversal);
  // That pays what comes with the badge of a GRANT; none: no budget does.
  std::vector<uint32_t> budgets_of_grant(const event::Batch& batch,
                                         const event::Record& record) const;
  static void pass_on_progress(Job& job);
  void quote_balances(Job& job, Query& query) const;
  void look_at_rates(Job& job, uint32_t index);
  // What the state says of a command before it has an LSN.
  event::CommandResult may_be_done(const event::Batch& batch, const event::Record& record,
                                   base::TimeMs at) const;
  // Of a REOPEN and a CLOSE (admission_reopened.cc).
  event::CommandResult may_reopen(const event::Batch& batch, const event::Record& record,
                                  base::TimeMs at) const;
  event::CommandResult may_close(const event::Batch& batch, const event::Record& record,
                                 base::TimeMs at) const;
  void open_or_close(event::Batch& batch, const event::Record& record);
  event::CommandResult may_reverse(const event::Batch& batch, const event::Record& record,
                                   base::TimeMs at) const;
  bool is_of_program(const event::Reversal& reversal) const;
  void add_rejected(Job& job, uint32_t index, size_t place);
  bool is_gone_by_now(const event::Reversal& reversal, base::TimeMs at) const;
  uint64_t corrected_by_version(const event::Reversal& reversal) const;
  bool has_room_for_texts(const event::Batch& batch, const event::Record& record) const;
  void admit_past(event::Batch& batch, const event::Record& record);
  const Correction* correction_at(uint64_t publication) const;
  bool is_corrected_by(const event::Reversal& reversal, const plan::CorrectionKind& kind) const;
  event::CommandResult may_correct(const event::Batch& batch, const event::Record& record) const;
  void note_correction(const event::Batch& batch, const event::Record& record);
  ObjectTable::Copy recall_object(event::Batch& batch, event::Reversal& reversal,
                                  uint64_t publication) const;
  bool is_as_known(const event::Batch& batch, const event::Record& event,
                   const ObjectTable::Copy& known, uint32_t plan) const;
  void ask_tables_again(event::Batch& batch, event::Record& record) const;

  const plan::Program* program_;
  const uint32_t shards_;
  KeyTable keys_;
  ObjectTable objects_;
  std::vector<std::vector<RoleSlot>> roles_;  // by schema type
  std::vector<Role> plan_roles_;              // by fact: of a kRole
  plan::Symbols symbols_;
  mutable std::mutex symbols_mutex_;  // held while a text is added, and by who reads beside this
  std::optional<plan::LineFolds> lines_;  // where plans make something of the lines of events
  plan::Rates rates_;
  plan::FileRows file_rows_;
  plan::OrgTrees trees_;
  // By schema type, as Program::climbs: what of it is recorded of objects.
  struct ClimbRoles {
    Role above = 0;
    Role below = 0;  // who had the slot below then
  };
  std::vector<std::vector<ClimbRoles>> climb_roles_;
  Sweeper sweeper_;
  std::vector<Settling> settling_;  // one a clock that has challenges
  shard::SealDates seals_;
  base::TimeMs settles_at_ = INT64_MAX;  // the next deadline of any; INT64_MIN: not known
  plan::Reopenings reopened_;
  plan::CountedPeriods periods_;
  bool keeps_log_ = false;
  event::RecordWriter log_;
  base::TimeMs clock_ = 0;
  uint64_t lsn_;
  uint64_t jobs_ = 0;
  uint64_t asking_jobs_ = 0;     // those in which budgets are asked
  std::vector<uint32_t> asked_;  // by the visit at hand
  bool has_commands_ = false;
  std::optional<StagedFile> staged_;
  uint32_t goal_slices_left_ = 0;        // to sweep until all rows of the last COMMIT are done
  std::vector<Correction> corrections_;  // in the order in which they began
  std::array<uint64_t, event::kOutcomes> outcomes_{};
};

}  // namespace guerdon::pipeline
