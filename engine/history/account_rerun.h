// One account's events of a log, applied again up to a record, to see what clauses made of them.
//
// Nothing of what a rule's measures stood at is kept: it follows from the log. So the log is read
// from its beginning, each event that names the account is run through the machine, what commands
// say is known of it is noted, what they take back of an event is taken back, what a version of a
// plan corrected is corrected, and all else is passed over: nothing else moves what rules read.
// Only the frames of this account are in memory.
//
//   AccountRerun rerun(program, "anna");
//   std::vector<Watched> watched = {{.lsn = lsn, .trace = {.clause = clause}}};
//   if (!rerun.run(log_disk, &watched)) ... rerun.error(), a sentence ...
//
// Bounds: to see what clauses made, kRecordsMax records; beyond that it is not done. What an event
// did is for who asks to bound. Thread-safety: one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/hash.h"
#include "engine/book/book_reader.h"
#include "engine/book/book_scan.h"
#include "engine/calendar/dated_list.h"
#include "engine/event/batch.h"
#include "engine/history/log_walk.h"
#include "engine/os/disk.h"
#include "engine/program/clause_trace.h"
#include "engine/program/line_folds.h"
#include "engine/program/machine.h"
#include "engine/program/program.h"
#include "engine/program/symbols.h"

namespace guerdon::history {

// A clause at a record, and what is seen of it there.
struct Watched {
  uint64_t lsn = 0;
  // Of what was paid when a period was closed: the deadline, which period, what was paid, and of
  // how many further names entries of the clause are alike (is_alike), before it and behind it.
  // That may be at any record behind the deadline; it is worked out at the first.
  std::optional<plan::TimeMs> due = {};
  int32_t period = 0;
  int64_t paid = 0;
  // Of what a file of goals made, besides the period and what was paid: the clock of its COMMIT. It
  // may be at any record behind that, or at the COMMIT; it is worked out there.
  std::optional<plan::TimeMs> committed = {};
  size_t alike_before = 0;
  size_t alike_behind = 0;
  size_t alike_owed = 0;    // the rerun's: of so many names the clause is to pay alike
  bool asks_why = false;    // the rule is run whatever the index says, and its way is in the trace
  plan::ClauseTrace trace;  // trace.clause; the rest is what was seen
  // Under which it was run: what the trace names by a number is of this one.
  const plan::Program* program = nullptr;
  uint16_t type = event::kNoType;  // of the record, for the names of its attributes; kNoType: it is
                                   // no event
  std::string source;              // of the event
  std::string id;
  std::string object;        // empty: it names none
  bool is_rejected = false;  // for being late: nothing was run
  // Whether the record at which it stands made it.
  bool is_of_record() const { return !due && !committed; }
};

// Whether two amounts that a clause posts at one close cannot be told apart: as they are, or, where
// the wallet may give a part, pay what is owed with a part, or get a part back, by their sign.
bool is_alike(const plan::Program& program, const plan::Clause& clause, int64_t a, int64_t b);

// What a rule was let credit at an event, by its entry.
struct Credit {
  uint32_t clause = 0;
  int64_t amount = 0;  // above 0
};
// Those at the record of this LSN, to any account. False: a sentence says why they cannot be told.
using CreditsAt =
    std::function<bool(uint64_t lsn, std::vector<Credit>* credits, std::string* error)>;

// The same out of a book, in ascending order of LSNs mostly. The reader must outlive it.
// (credits_of_book.cc)
class CreditsOfBook {
 public:
  CreditsOfBook(const plan::Program& program, book::BookReader& book)
      : program_(program), book_(book) {}

  bool at(uint64_t lsn, std::vector<Credit>* credits, std::string* error);
  // For as long as this lives.
  CreditsAt asked() {
    return [this](uint64_t lsn, std::vector<Credit>* credits, std::string* error) {
      return at(lsn, credits, error);
    };
  }

 private:
  const plan::Program& program_;
  book::BookReader& book_;
  std::optional<book::BookScan> scan_;
  book::BookScan::Step step_ = book::BookScan::Step::kEnd;
  uint64_t reached_ = 0;
};

class AccountRerun {
 public:
  static constexpr uint64_t kRecordsMax = 5'000'000;

  // The program must outlive it. `credits_at`: for plans in which rules go by what others credit at
  // the same event.
  AccountRerun(const plan::Program& program, std::string account, CreditsAt credits_at = {});

  // What an event did to the account: what it moved, and what its rules asked for at the event.
  struct Deeds {
    std::vector<event::Deed> deeds;  // of entries nothing is known here
    // Wallets that a command before it was to close, ascending.
    std::set<uint16_t> maybe_closed;
    bool is_too_large = false;  // something was moved by more than a deed can say
  };

  // Up to the last of the records, in one pass of the log, or two where objects are named. False:
  // error(). REQUIRES: their LSNs do not fall, and there is one. Once an object.
  bool run(os::Disk& log, std::vector<Watched>* watched);
  // What the event at `lsn` did. The same.
  bool run(os::Disk& log, uint64_t lsn, Deeds* deeds);
  // What a measure kept for the account alone stood at before the record, in that period. Nothing:
  // error().
  std::optional<std::vector<int64_t>> cells_at(os::Disk& log, uint64_t lsn, uint32_t subject,
                                               int32_t period);
  // Then: on how many days of this period it takes part in the challenge.
  plan::Machine::DaysTaken days_taken(const plan::ChallengeKind& challenge, int32_t period) {
    return machine_.days_taken(challenge, period, frames_);
  }
  const std::string& error() const { return error_; }
  // Whether an event got roles that its object was known by: all that ever were, also where the
  // engine had forgotten the object by then.
  bool has_filled_roles() const { return has_filled_roles_; }
  const plan::Symbols& symbols() const { return symbols_; }
  // Text of an account attribute that the last of the records read.
  std::string text_of(int64_t value) const;

 private:
  class KeptFrames : public plan::Frames {
   public:
    const int64_t* find(const plan::FrameKey& key) const override;
    void visit(uint32_t subject, int32_t period, const See& see) const override;
    const int64_t* find_unless_over(const plan::FrameKey& key, plan::TimeMs at) const override;
    const int64_t* known(uint32_t subject, plan::TimeMs instant) const override;
    int64_t* obtain(const plan::Program& program, const plan::FrameKey& key);
    void grow(const plan::Program& program);  // frames have the cells that this gives them
    void drop(const plan::FrameKey& key) { frames_.erase({key.subject, key.period, key.keys}); }
    calendar::DatedList<int64_t>& known(uint32_t subject) { return known_[subject]; }
    void clear() { *this = KeptFrames(); }
    // Calls visit(subject, period, keys, cells) for each frame.
    template <typename Visit>
    void visit(const Visit& visit) const {
      for (const auto& [key, cells] : frames_) {
        visit(std::get<0>(key), std::get<1>(key), std::get<2>(key), cells);
      }
    }

   private:
    using Key = std::tuple<uint32_t, int32_t, std::array<int64_t, plan::kSubjectKeysMax>>;
    mutable std::map<Key, std::vector<int64_t>> frames_;      // what is over goes as it is read
    std::map<uint32_t, calendar::DatedList<int64_t>> known_;  // by subject
  };
  using ObjectId = std::pair<uint64_t, uint64_t>;  // the hash of its id
  // What is known of an object.
  struct Known {
    std::map<std::string, std::string> roles;       // by name on the wire
    std::map<uint16_t, std::string> roles_by_plan;  // by the fact
    plan::RecordedFacts facts;
  };

  template <typename Begin>
  bool run_to(os::Disk& log, uint64_t lsn, const Begin& begin);
  bool pass(os::Disk& log);
  void adopt(const plan::Program& program);
  void publish();
  // Those of the record at hand, and takes them off.
  std::span<Watched> take_watched();
  void apply(std::span<Watched> watched);
  void apply_command(std::span<Watched> watched);
  // A row of a file of goals that is staged, or a TARGET.
  struct SaidGoal {
    uint32_t goal = 0;
    plan::FrameKey key;
    int64_t said = 0;
  };
  std::optional<SaidGoal> own_goal();
  void set_goal(std::span<Watched> watched);
  void commit_goals(std::span<Watched> watched);
  void watch_goal_of_file(const SaidGoal& said, Watched* watched);
  void say_goal(const SaidGoal& said, const std::function<void(const SaidGoal&)>& watch);
  void run_goal(const SaidGoal& said, plan::ClauseTrace* trace);
  bool makes(const Watched& each, const plan::ClauseTrace& trace, bool is_exact) const;
  void set_known();
  void close_periods();
  void close(const plan::DueCloses::Close& due);
  void set_back(const plan::DueCloses::Close& due);
  void review_levels(const plan::DueCloses::Close& due, plan::TimeMs begin);
  void count_streaks(const plan::DueCloses::Close& due, plan::TimeMs begin);
  void carry_surpluses(const plan::DueCloses::Close& due, plan::TimeMs begin);
  void ask_at_close(const plan::DueCloses::Close& due, plan::TimeMs begin);
  std::vector<plan::DueCloses::Names> names_of(const plan::ClosingKind::Rule& rule,
                                               plan::TimeMs begin) const;
  void count_alike(const plan::DueCloses::Close& due, const plan::ClosingKind::Rule& rule,
                   const plan::EventView& event);
  void watch_close(const plan::DueCloses::Close& due, const plan::ClosingKind::Rule& rule,
                   const plan::EventView& event);
  bool pays_alike(const Watched& each, const plan::DueCloses::Close& due,
                  const plan::ClosingKind::Rule& rule, const plan::EventView& event,
                  plan::ClauseTrace* trace);
  void join();
  void rise();
  void join(uint32_t subject, uint32_t cell);
  void take_back();
  void correct();
  const Known* recall_object(event::Reversal& reversal, uint32_t plan, base::Hash128* object);
  bool is_as_known(const event::Record& event, const Known& known, uint32_t plan) const;
  // Its object is known afterwards; null: it is none of the account's.
  Known* fill_roles(event::Record& record);
  void see_role(event::Record& record, const plan::ObjectSlots::Role& role, std::string& recorded);
  plan::EventView view_of(const event::Record& record, const base::Hash128* object) const;
  bool add_credited(const plan::EventProgram& type, uint32_t role, plan::EventView* event);
  bool names_account(const event::Record& record) const;
  void resolve(event::Record& record);
  void apply_role(const event::Record& record, uint8_t number, const base::Hash128* object,
                  std::span<Watched> watched);
  void trace_rule(const event::Record& record, const plan::RoleProgram& role,
                  const plan::EventView& event, plan::ClauseTrace* trace);
  void leave_role(const event::Record& record, const plan::ObjectSlots::Role& left,
                  const base::Hash128& object, std::span<Watched> watched);
  void add_deeds(uint8_t role);
  void add_moved(uint8_t role, uint32_t measure, base::Int128 by);
  void write_frames();
  event::Batch& batch() { return walk_->batch(); }
  const event::Batch& batch() const { return walk_->batch(); }
  bool fail(std::string error);

  std::vector<const plan::Program*> programs_;  // as versions of plans were published
  const plan::Program* program_;                // at the record at hand
  const std::string account_;
  const CreditsAt credits_at_;
  std::vector<int64_t> credited_values_;  // of an event whose role goes by what others are credited
  plan::Symbols symbols_;
  std::vector<SaidGoal> staged_;  // of the account
  plan::Machine machine_;
  plan::DueCloses closes_;
  plan::LineFolds lines_;
  std::optional<LogWalk> walk_;             // of the pass
  std::optional<RejectedEvents> rejected_;  // the same; and which periods are open again
  KeptFrames frames_;
  // Objects that an event of the account named, and the roles that are known of them. Of others
  // none is this account.
  std::set<ObjectId> objects_;
  std::map<ObjectId, Known> known_;
  std::vector<plan::ObjectSlots::Role> former_;  // of the event at hand, that were the account's
  bool has_filled_roles_ = false;
  std::span<Watched> ahead_;  // not come to yet
  uint64_t last_ = 0;         // the record up to which it is run
  Deeds* deeds_ = nullptr;    // of that one; null: not asked for
  std::string error_;
};

}  // namespace guerdon::history
