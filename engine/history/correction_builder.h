// What a version of a plan has to look at again: the events of the log that came before it was
// published and that it speaks of, each with what was posted for it so far, as the bytes of a
// CORRECT (event/reversal.h).
//
//   CorrectionBuilder builder(program, log disk, book reader, {lsn, done});
//   std::string bytes;
//   while (builder.next(&bytes)) ... event::give_reversal(schema, bytes, record, batch) ...
//   if (!builder.problem().empty()) ... a sentence: it has not come to the last ...
//
// Events stand in the order of the log. Given are all of a type at which one of its rules pays,
// those for which one was paid, of each subject of a rule per period the first, or all where not
// all events of the type count, and of each order of which an event may have opened a rule the
// newest. What is made of them the shards find: it may be nothing.
//
// In memory are the roles of each object of the log, where its types have such, two numbers for
// each order, one for each event taken back and for each subject of a period, and what was
// corrected before. The log is passed twice and the book once, twice where corrections were made
// before.
//
// Thread-safety: one thread at a time; the engine may run meanwhile.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/hash.h"
#include "engine/book/book_reader.h"
#include "engine/book/book_scan.h"
#include "engine/history/log_walk.h"
#include "engine/os/disk.h"
#include "engine/program/program.h"

namespace guerdon::history {

class CorrectionBuilder {
 public:
  struct Version {
    uint64_t lsn = 0;   // of its PLAN record
    uint64_t done = 0;  // no event up to this one
  };

  // All must outlive it. REQUIRES: the version corrects something; the log's files go to its LSN,
  // and what was made up to that is in the book.
  // Once *stop is true, that is the problem; null: it never is.
  CorrectionBuilder(const plan::Program& program, os::Disk& log, book::BookReader& book,
                    Version version, const std::atomic<bool>* stop = nullptr);

  // On to the next event. False: there is none, or problem().
  bool next(std::string* bytes);
  const std::string& problem() const { return problem_; }

 private:
  using Id = std::pair<uint64_t, uint64_t>;  // a hash
  // What was posted for an event by a rule, beside what came at the event.
  struct Posted {
    uint64_t account = 0;
    uint32_t clause = 0;
    int64_t amount = 0;
  };

  // What of an event's type is corrected, by the kinds of the rules' subjects.
  struct Asked {
    bool of_events = false;
    bool of_periods = false;
    bool of_orders = false;
    bool is_filtered = false;  // not all events of the type count
  };

  // An order of which a rule is corrected.
  struct Order {
    uint64_t newest = 0;    // LSN of its newest event
    bool is_since = false;  // one of them occurred since the day of the version
  };

  bool look_ahead();
  void note_order(const event::Record& record, const event::Batch& batch, uint64_t lsn);
  const Order* order_of(const event::Record& record) const;
  bool look_at_corrections(const std::map<uint64_t, uint64_t>& corrected);
  Asked asked_of(uint16_t type) const;
  bool wants(const event::Record& record, const std::vector<event::Deed>& deeds);
  bool is_first_of_period(const event::Record& record);
  void add_keys(const event::Record& record, const plan::ClauseCode& code,
                base::HashBuilder& name) const;
  void fill_roles(event::Record& record, event::Batch& batch);
  bool find_deeds(const event::Record& record, std::vector<event::Deed>* deeds);
  void add_deed(const event::Record& record, const Posted& posted, uint32_t entry,
                std::vector<event::Deed>* deeds) const;
  bool is_one(uint32_t clause) const;
  bool fail(std::string problem);
  bool is_stopped();

  const plan::Program& program_;
  os::Disk& log_;
  book::BookReader& book_;
  const Version version_;
  const plan::CorrectionKind& kind_;
  const std::atomic<bool>* const stop_;
  std::vector<Asked> asked_;  // by type
  std::string problem_;
  bool is_begun_ = false;

  LogWalk walk_;
  RejectedEvents rejected_;
  std::optional<book::BookScan> scan_;
  book::BookScan::Step step_ = book::BookScan::Step::kEnd;

  std::set<uint64_t> reversed_;                             // LSNs
  std::map<uint64_t, std::vector<Posted>> posted_;          // by LSN: by corrections before
  std::map<Id, std::map<std::string, std::string>> roles_;  // by object, by name on the wire
  std::map<Id, Order> orders_;                              // by object
  std::set<Id> periods_;                                    // of which an event was given
};

}  // namespace guerdon::history
