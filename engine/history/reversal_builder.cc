#include "engine/history/reversal_builder.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/book/book_scan.h"
#include "engine/bookkeeping/book_entries.h"
#include "engine/event/command.h"
#include "engine/event/reversal.h"
#include "engine/history/account_rerun.h"
#include "engine/history/log_walk.h"

namespace guerdon::history {

namespace {

using event::Deed;
using Step = LogWalk::Step;

Fault too_old(const std::string& problem) {
  return {"TOOOLD", "event: what it did follows from the log, which is not all there any more (" +
                        problem + "); ADJUST takes back by hand"};
}

Fault forgotten_roles() {
  return {"TOOOLD",
          "event: objects were forgotten, and with them perhaps roles that it, or one before it, "
          "left out; raise --objects where such events are taken back, and ADJUST takes back by "
          "hand"};
}

Fault invalid(const std::string& what) { return {"INVALID", "event: " + what}; }

class Builder {
 public:
  Builder(const plan::Program& program, os::Disk& log, book::BookReader& book,
          const Reversed& reversed, uint64_t records_max)
      : program_(program), log_(log), book_(book), reversed_(reversed), records_max_(records_max) {}

  std::optional<Fault> build(std::string* bytes) {
    std::optional<Fault> fault = find_event();
    if (!fault) fault = refuse_state();
    if (!fault) fault = follow_object();
    if (!fault) fault = find_deeds();
    if (fault) return fault;
    reversal_.lsn = reversed_.lsn;
    const auto index = static_cast<uint32_t>(event_.records.size() - 1);
    const bool is_short =
        event::put_reversal(program_.schema, event_, index, at_, reversal_, bytes);
    if (is_short) return std::nullopt;
    return Fault{"LIMIT",
                 "event: it did more than one record can take back; ADJUST takes back by hand"};
  }

 private:
  Fault too_many(const std::string& where) const;
  std::optional<Fault> find_event();
  bool is_rejected(const LogWalk& walk) const;
  std::optional<Fault> refuse_state() const;
  std::optional<Fault> follow_object();
  void take_roles(const event::Batch& batch, const event::Record& event, uint64_t lsn);
  void fill_roles();
  std::optional<Fault> find_deeds();
  std::optional<Fault> add_deeds_of(const std::string& account);
  std::optional<Fault> look_into_book(const std::string& account, AccountRerun::Deeds& found);

  std::string text_of(const event::Batch& batch, int64_t text) const {
    return std::string(batch.view(batch.texts[static_cast<size_t>(text)]));
  }
  const event::Record& event() const { return event_.records.back(); }

  const plan::Program& program_;
  os::Disk& log_;
  book::BookReader& book_;
  const Reversed& reversed_;
  const uint64_t records_max_;
  event::Batch event_;  // has it as its last record
  event::TimeMs at_ = 0;
  std::map<std::string, std::string> roles_;  // of its object, by name on the wire
  bool has_filled_ = false;                   // it got some of these
  event::Reversal reversal_;
};

Fault Builder::too_many(const std::string& where) const {
  return {"LIMIT", "event: more than " + std::to_string(records_max_) + " records are " + where +
                       ", and what it did follows from them; ADJUST takes back by hand"};
}

std::optional<Fault> Builder::find_event() {
  if (reversed_.lsn > records_max_) return too_many("before it");
  LogWalk walk(program_.schema, log_, reversed_.lsn, reversed_.lsn);
  if (!walk.next()) return too_old(walk.problem());
  const std::vector<event::Record>& records = walk.batch().records;  // none behind a tick
  if (walk.step() == Step::kCommand) {
    const std::string word(event::row_of(records.back()).word);
    return invalid("this is the id of a command, " + word +
                   ", and only events are taken back so; name an event, or undo the command with "
                   "the one that is for that");
  }
  if (walk.step() != Step::kEvent || records.back().key != reversed_.key) {
    return too_old("LSN " + std::to_string(reversed_.lsn) + " is not this event");
  }
  if (is_rejected(walk)) {
    return invalid("it was refused for being late, so there is nothing to take back");
  }
  event_ = std::move(walk.batch());
  at_ = walk.at();
  return std::nullopt;
}

// Its period may have been open again when it came: that is looked for where nothing else lets it
// in.
bool Builder::is_rejected(const LogWalk& walk) const {
  RejectedEvents rejected(program_);
  if (!rejected.has(walk)) return false;
  LogWalk before(program_.schema, log_, 1, reversed_.lsn);
  while (before.next()) {
    if (before.step() == Step::kCommand) rejected.note(before);
  }
  return rejected.has(walk);
}

void Builder::take_roles(const event::Batch& batch, const event::Record& event, uint64_t lsn) {
  const event::TypeSchema& type = program_at(program_, lsn).schema.type(event.type);
  for_each_role(type, [&](size_t slot, const std::string& wire) {
    if ((event.present >> slot & 1) == 0) return;
    roles_[wire] = text_of(batch, batch.values[event.values + slot]);
  });
}

void Builder::fill_roles() {
  event::Record& event = event_.records.back();
  const event::TypeSchema& type = program_at(program_, reversed_.lsn).schema.type(event.type);
  for_each_role(type, [&](size_t slot, const std::string& wire) {
    const auto known = roles_.find(wire);
    if ((event.present >> slot & 1) != 0 || known == roles_.end()) return;
    event_.values[event.values + slot] = event_.add_text(known->second);
    event.present |= uint64_t{1} << slot;
    has_filled_ = true;
  });
}

// What the object was before it is not in the log as such, and a version brings the whole of it.
std::optional<Fault> Builder::refuse_state() const {
  const event::Record& event = event_.records.back();
  if (event.object == event::kNoObject || program_.objects[event.type].empty()) return std::nullopt;
  return invalid(
      "rules are kept for its object and follow what its events say of it; send the object's next "
      "event with what is right");
}

// The roles that were known, and whether a later event of the object stands. What comes behind
// last_lsn admission finds.
std::optional<Fault> Builder::follow_object() {
  if (event().object == event::kNoObject) return std::nullopt;
  if (reversed_.last_lsn > records_max_) return too_many("in the log");
  const std::string id = text_of(event_, event().object);
  std::set<uint64_t> later;
  LogWalk walk(program_.schema, log_, 1, reversed_.last_lsn);
  RejectedEvents rejected(program_);
  while (walk.next()) {
    if (walk.step() != Step::kEvent && walk.step() != Step::kCommand) continue;
    const event::Record& record = walk.batch().records.back();
    if (walk.step() == Step::kCommand) {
      const bool reverses = event::kind_of(record) == event::CommandKind::kReverse;
      if (reverses) later.erase(event::find_reversal(walk.batch(), record)->lsn);
      rejected.note(walk);
      continue;
    }
    if (record.object == event::kNoObject || text_of(walk.batch(), record.object) != id) continue;
    if (rejected.has(walk)) continue;
    reversal_.object_lsn = walk.lsn();
    if (walk.lsn() > reversed_.lsn) later.insert(walk.lsn());
    if (walk.lsn() < reversed_.lsn) take_roles(walk.batch(), record, walk.lsn());
  }
  if (!walk.problem().empty()) return too_old(walk.problem());
  fill_roles();
  if (has_filled_ && reversed_.objects_forgotten) return forgotten_roles();
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
  // Entries stand in the order of the plans: what a version brought is numbered behind them all.
  const auto place_of = [&](const Deed& deed) {
    const bool is_posted = deed.what != Deed::What::kMoved;
    const auto plan = is_posted ? program_.clauses[deed.number].plan : 0;
    return std::tuple(deed.role, deed.what, plan, deed.number);
  };
  std::sort(reversal_.deeds.begin(), reversal_.deeds.end(),
            [&](const Deed& a, const Deed& b) { return place_of(a) < place_of(b); });
  if (!reversal_.deeds.empty()) return std::nullopt;
  return invalid("it moved nothing and paid nothing, so there is nothing to take back");
}

std::optional<Fault> Builder::add_deeds_of(const std::string& account) {
  AccountRerun::Deeds found;
  CreditsOfBook credits(program_, book_);
  AccountRerun rerun(program_, account, credits.asked());
  if (!rerun.run(log_, reversed_.lsn, &found)) return too_old(rerun.error());
  if (rerun.has_filled_roles() && reversed_.objects_forgotten) return forgotten_roles();
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
    if (bookkeeping::is_due_before(program_, entry)) continue;
    if (!bookkeeping::moves_balance(static_cast<ledger::Note>(entry.note))) {
      return invalid(
          "some of it went to suspense, for a wallet was closed or full then; ADJUST "
          "takes back by hand what came to a wallet");
    }
    posted.try_emplace(bookkeeping::clause_of(entry), entry.n, 0).first->second.second +=
        entry.amount;
  }
  if (step == book::BookScan::Step::kProblem) return Fault{"INTERNAL", scan.problem().sentence()};
  std::vector<Deed> granted;
  for (Deed& deed : found.deeds) {
    if (deed.what != Deed::What::kPosted) continue;
    const auto entry = posted.find(deed.number);
    deed.entry = entry == posted.end() ? event::kNoEntry : entry->second.first;
    const plan::Clause& clause = program_.clauses[deed.number];
    // What its budget granted is what was posted, whatever the rule asked for.
    if (clause.budget != plan::kNowhere && deed.amount > 0) {
      if (entry != posted.end()) {
        granted.push_back({Deed::What::kGranted, deed.role, deed.number, 0, entry->second.second});
      } else if (clause.limits.empty()) {
        deed.amount = 0;
      }
    }
    // What was asked of limits goes back to them, whatever the wallet took.
    if (deed.amount > 0 || !clause.limits.empty()) continue;
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
  found.deeds.insert(found.deeds.end(), granted.begin(), granted.end());
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
                                    std::string* bytes, uint64_t records_max) {
  return Builder(program, log, book, reversed, records_max).build(bytes);
}

}  // namespace guerdon::history
