#include "engine/history/reversal_builder.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/book/book_scan.h"
#include "engine/bookkeeping/book_entries.h"
#include "engine/event/command.h"
#include "engine/event/record_codec.h"
#include "engine/event/reversal.h"
#include "engine/history/account_rerun.h"
#include "engine/wal/log_reader.h"

namespace guerdon::history {

namespace {

using event::Deed;
using Step = event::RecordReader::Step;
using LogStep = wal::LogReader::Step;

constexpr uint32_t kNoEntry = UINT16_MAX;  // no lot is of this one: ledger::Origin

// Records of the log from one on, each in a batch of its own.
class LogWalk {
 public:
  LogWalk(const plan::Program& program, os::Disk& log, uint64_t first)
      : log_(log), records_(program.schema), first_(first) {}

  // The next one; kEnd behind the last, kBad with problem().
  Step next() {
    Step step = Step::kEnd;
    do {
      while (left_ == 0) {
        if (!read_frame()) return problem_.empty() ? Step::kEnd : Step::kBad;
      }
      --left_;
      ++lsn_;
      batch_.clear();
      step = records_.next(batch_);
      if (step == Step::kEnd || step == Step::kBad) {
        problem_ = "what stands in the log at LSN " + std::to_string(lsn_) + " is no record";
        return Step::kBad;
      }
    } while (lsn_ < first_);
    return step;
  }

  uint64_t lsn() const { return lsn_; }
  event::TimeMs at() const { return records_.at(); }
  event::Batch& batch() { return batch_; }
  const event::Record& record() const { return batch_.records.back(); }
  const std::string& problem() const { return problem_; }

 private:
  bool read_frame() {
    const bool is_begun = std::exchange(is_begun_, true);
    const LogStep step = is_begun || log_.open(first_) ? log_.next() : LogStep::kProblem;
    if (step == LogStep::kProblem) problem_ = log_.problem().sentence();
    if (step != LogStep::kFrame) return false;
    if (log_.header().records == 0) return true;
    lsn_ = log_.header().first_lsn - 1;
    left_ = log_.header().records;
    records_.begin(base::text_of(log_.payload()), log_.header().before_at);
    return true;
  }

  wal::LogReader log_;
  event::RecordReader records_;
  const uint64_t first_;
  bool is_begun_ = false;
  uint64_t left_ = 0;  // records of the frame
  uint64_t lsn_ = 0;
  event::Batch batch_;
  std::string problem_;
};

Fault too_old(const std::string& problem) {
  return {"TOOOLD", "event: what it did follows from the log, which is not all there any more (" +
                        problem + "); ADJUST takes back by hand"};
}

Fault invalid(const std::string& what) { return {"INVALID", "event: " + what}; }

class Builder {
 public:
  Builder(const plan::Program& program, os::Disk& log, book::BookReader& book,
          const Reversed& reversed)
      : program_(program), log_(log), book_(book), reversed_(reversed) {}

  std::optional<Fault> build(std::string* bytes) {
    std::optional<Fault> fault = find_event();
    if (!fault) fault = follow_object();
    if (!fault) fault = find_deeds();
    if (fault) return fault;
    reversal_.lsn = reversed_.lsn;
    const event::Record& event = event_.records.back();
    const auto index = static_cast<uint32_t>(event_.records.size() - 1);
    const bool is_short =
        event::put_reversal(program_.schema, event_, index, at_, reversal_, bytes);
    if (is_short && event.has_key) return std::nullopt;
    return Fault{"LIMIT",
                 "event: it did more than one record can take back; ADJUST takes back by hand"};
  }

 private:
  std::optional<Fault> find_event();
  std::optional<Fault> follow_object();
  void take_roles(const event::Batch& batch, const event::Record& event);
  void fill_roles();
  std::optional<Fault> find_deeds();
  std::optional<Fault> add_deeds_of(const std::string& account);
  std::optional<Fault> look_into_book(const std::string& account, AccountRerun::Deeds& found);

  std::string text_of(const event::Batch& batch, int64_t text) const {
    return std::string(batch.view(batch.texts[static_cast<size_t>(text)]));
  }
  const event::Record& event() const { return event_.records.back(); }

  // Calls visit(slot, role's name on the wire) for each slot that reads a role.
  template <typename Visit>
  void for_each_role(uint16_t type, const Visit& visit) const;

  const plan::Program& program_;
  os::Disk& log_;
  book::BookReader& book_;
  const Reversed& reversed_;
  event::Batch event_;  // has it as its last record
  event::TimeMs at_ = 0;
  std::map<std::string, std::string> roles_;  // of its object, by name on the wire
  event::Reversal reversal_;
};

std::optional<Fault> Builder::find_event() {
  if (reversed_.lsn > AccountRerun::kRecordsMax) {
    return Fault{"LIMIT", "event: more than " + std::to_string(AccountRerun::kRecordsMax) +
                              " records are before it, and what it did follows from them; ADJUST "
                              "takes back by hand"};
  }
  LogWalk walk(program_, log_, reversed_.lsn);
  const Step step = walk.next();
  if (step == Step::kBad) return too_old(walk.problem());
  if (step == Step::kEnd || walk.lsn() != reversed_.lsn) return too_old("LSN is not there");
  if (step == Step::kCommand) {
    const std::string word(event::row_of(walk.record()).word);
    return invalid("this is the id of a command, " + word +
                   ", and only events are taken back so; name an event, or undo the command with "
                   "the one that is for that");
  }
  if (step != Step::kEvent || walk.record().key != reversed_.key) return too_old("it is another");
  event_ = std::move(walk.batch());
  at_ = walk.at();
  return std::nullopt;
}

// As admission does (Admission::RoleSlot).
template <typename Visit>
void Builder::for_each_role(uint16_t type, const Visit& visit) const {
  const event::TypeSchema& schema = program_.schema.type(type);
  for (const uint8_t account : schema.account_slots) {
    for (size_t slot = 0; slot < schema.slots.size(); ++slot) {
      const event::Field& field = schema.slots[slot];
      const bool is_text =
          field.kind == event::FieldKind::kAccount || field.kind == event::FieldKind::kText;
      if (is_text && field.wire == schema.slots[account].wire) visit(slot, field.wire);
    }
  }
}

void Builder::take_roles(const event::Batch& batch, const event::Record& event) {
  for_each_role(event.type, [&](size_t slot, const std::string& wire) {
    if ((event.present >> slot & 1) == 0) return;
    roles_[wire] = text_of(batch, batch.values[event.values + slot]);
  });
}

void Builder::fill_roles() {
  event::Record& event = event_.records.back();
  for_each_role(event.type, [&](size_t slot, const std::string& wire) {
    const auto known = roles_.find(wire);
    if ((event.present >> slot & 1) != 0 || known == roles_.end()) return;
    event_.values[event.values + slot] = event_.add_text(known->second);
    event.present |= uint64_t{1} << slot;
  });
}

// The roles that were known, and whether a later event of the object stands. One that comes behind
// kRecordsMax is not looked at here: admission finds it.
std::optional<Fault> Builder::follow_object() {
  if (event().object == event::kNoObject) return std::nullopt;
  const std::string id = text_of(event_, event().object);
  std::set<uint64_t> later;
  LogWalk walk(program_, log_, 1);
  Step step = walk.next();
  for (; step != Step::kEnd && step != Step::kBad; step = walk.next()) {
    if (walk.lsn() > AccountRerun::kRecordsMax) break;
    if (step == Step::kCommand) {
      const event::Reversal* const other = event::find_reversal(walk.batch(), walk.record());
      if (other != nullptr) later.erase(other->lsn);
    }
    if (step != Step::kEvent || walk.record().object == event::kNoObject) continue;
    if (text_of(walk.batch(), walk.record().object) != id) continue;
    reversal_.object_lsn = walk.lsn();
    if (walk.lsn() > reversed_.lsn) later.insert(walk.lsn());
    if (walk.lsn() < reversed_.lsn) take_roles(walk.batch(), walk.record());
  }
  if (step == Step::kBad) return too_old(walk.problem());
  if (reversal_.object_lsn < reversed_.lsn) return too_old("it ends before it");
  fill_roles();
  if (later.empty()) return std::nullopt;
  return Fault{"STALE", "event: LSN " + std::to_string(*later.rbegin()) +
                            " is a later event of its object, and stands; take the newest one back "
                            "first"};
}

std::optional<Fault> Builder::find_deeds() {
  if (!book_.refresh()) return Fault{"INTERNAL", book_.problem().sentence()};
  std::set<std::string> accounts;
  for (const plan::RoleProgram& role : program_.events[event().type].roles) {
    if ((event().present >> role.slot & 1) == 0) continue;
    accounts.insert(text_of(event_, event_.values[event().values + role.slot]));
  }
  for (const std::string& account : accounts) {
    if (std::optional<Fault> fault = add_deeds_of(account)) return fault;
  }
  std::sort(reversal_.deeds.begin(), reversal_.deeds.end(), [](const Deed& a, const Deed& b) {
    return std::tie(a.role, a.what, a.number) < std::tie(b.role, b.what, b.number);
  });
  if (!reversal_.deeds.empty()) return std::nullopt;
  return invalid("it moved nothing and paid nothing, so there is nothing to take back");
}

std::optional<Fault> Builder::add_deeds_of(const std::string& account) {
  AccountRerun::Deeds found;
  AccountRerun rerun(program_, account);
  if (!rerun.run(log_, reversed_.lsn, &found)) return too_old(rerun.error());
  if (found.is_too_large) {
    return Fault{"LIMIT", "event: it moved a measure by more than can be taken back"};
  }
  if (std::optional<Fault> fault = look_into_book(account, found)) return fault;
  for (const Deed& deed : found.deeds) {
    if (deed.amount != 0) reversal_.deeds.push_back(deed);
  }
  return std::nullopt;
}

// What the wallets took of what the rules asked for. Of a debit that is the entry, but where what
// is missing is owed: then it is all, unless the wallet was closed.
std::optional<Fault> Builder::look_into_book(const std::string& account,
                                             AccountRerun::Deeds& found) {
  const uint64_t lsn = reversed_.lsn;
  book::BookScan scan(book_, {.first_lsn = lsn, .last_lsn = lsn, .account = base::hash64(account)});
  std::map<uint32_t, std::pair<uint32_t, int64_t>> posted;  // by clause: first entry, sum
  book::BookScan::Step step = scan.next();
  for (; step == book::BookScan::Step::kEntry; step = scan.next()) {
    const book::BookEntry& entry = scan.entry().entry;
    if (!bookkeeping::is_of_rule(entry)) continue;
    if (!bookkeeping::moves_balance(static_cast<ledger::Note>(entry.note))) {
      return invalid(
          "some of it went to suspense, for a wallet was closed or full then; ADJUST "
          "takes back by hand what came to a wallet");
    }
    posted.try_emplace(bookkeeping::clause_of(entry), entry.n, 0).first->second.second +=
        entry.amount;
  }
  if (step == book::BookScan::Step::kProblem) return Fault{"INTERNAL", scan.problem().sentence()};
  for (Deed& deed : found.deeds) {
    if (deed.what != Deed::What::kPosted) continue;
    const auto entry = posted.find(deed.number);
    deed.entry = entry == posted.end() ? kNoEntry : entry->second.first;
    if (deed.amount > 0) continue;
    const plan::Clause& clause = program_.clauses[deed.number];
    const bool owes =
        clause.verb != plan::Verb::kBurn &&
        program_.wallets[clause.wallet].rules.shortfall == plan::Shortfall::kOweTheRest;
    if (!owes) {
      deed.amount = entry == posted.end() ? 0 : entry->second.second;
    } else if (entry == posted.end() && found.maybe_closed.contains(clause.wallet)) {
      return invalid(
          "whether a wallet was closed then, and so owed nothing of it, is not known; "
          "ADJUST takes back by hand");
    }
  }
  return std::nullopt;
}

}  // namespace

Fault unknown_event(bool may_be_forgotten) {
  if (may_be_forgotten) {
    return {"TOOOLD",
            "event: no event of this source has this id, or it was forgotten; raise --keys where "
            "events are taken back as late as this, and ADJUST takes back by hand"};
  }
  return {"UNKNOWN",
          "event: no event of this source has this id; write the id as it was sent, and "
          "event_source= where it came from another source"};
}

std::optional<Fault> build_reversal(const plan::Program& program, os::Disk& log,
                                    book::BookReader& book, const Reversed& reversed,
                                    std::string* bytes) {
  return Builder(program, log, book, reversed).build(bytes);
}

}  // namespace guerdon::history
