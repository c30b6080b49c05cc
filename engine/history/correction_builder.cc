#include "engine/history/correction_builder.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/planted.h"
#include "engine/bookkeeping/book_entries.h"
#include "engine/event/command.h"
#include "engine/event/reversal.h"

namespace guerdon::history {

namespace {

using event::Deed;
using Step = LogWalk::Step;

std::string_view text_in(const event::Batch& batch, const event::Record& record, size_t slot) {
  return batch.view(batch.texts[static_cast<size_t>(batch.values[record.values + slot])]);
}

base::Hash128 object_of(const event::Batch& batch, const event::Record& record) {
  return base::hash128(batch.view(batch.texts[record.object]));
}

const plan::CorrectionKind& kind_of(const plan::Program& program, uint64_t lsn) {
  const plan::CorrectionKind* const kind = plan::correction_of(program, lsn);
  GUERDON_ASSERT(kind != nullptr);
  return *kind;
}

}  // namespace

CorrectionBuilder::CorrectionBuilder(const plan::Program& program, os::Disk& log,
                                     book::BookReader& book, Version version,
                                     const std::atomic<bool>* stop)
    : program_(program),
      log_(log),
      book_(book),
      version_(version),
      kind_(kind_of(program, version.lsn)),
      stop_(stop),
      walk_(program.schema, log, 1, version.lsn),
      rejected_(program) {
  for (size_t type = 0; type < program.events.size(); ++type) {
    asked_.push_back(asked_of(static_cast<uint16_t>(type)));
  }
}

bool CorrectionBuilder::fail(std::string problem) {
  problem_ = std::move(problem);
  return false;
}

bool CorrectionBuilder::is_stopped() {
  return stop_ != nullptr && stop_->load(std::memory_order_relaxed) && !fail("it was stopped");
}

bool CorrectionBuilder::is_one(uint32_t clause) const {
  return std::binary_search(kind_.clauses.begin(), kind_.clauses.end(), clause);
}

CorrectionBuilder::Asked CorrectionBuilder::asked_of(uint16_t type) const {
  Asked asked;
  for (const plan::ClauseCode& code : kind_.codes) {
    if (code.type != type) continue;
    const uint32_t subject = program_.clauses[code.clause].subject;
    if (subject == plan::kNowhere) {
      asked.of_events = true;
    } else if (!program_.subjects[subject].is_object) {
      asked.of_periods = true;
    }
  }
  // Also of rules that the version has left out.
  for (const plan::ClauseCode& code : program_.clause_codes) {
    const uint32_t subject = program_.clauses[code.clause].subject;
    const bool is_of_order = subject != plan::kNowhere && program_.subjects[subject].is_object;
    asked.of_orders |= code.type == type && is_of_order && is_one(code.clause);
  }
  // What the filter lets pass the shards find: each event may be the first that matters.
  for (const plan::RoleProgram& role : program_.events[type].roles) {
    for (const plan::PlanPart& part : role.parts)
      asked.is_filtered |= part.filter != plan::kNowhere;
  }
  return asked;
}

// ---- What is to be known of all before the first of them ----------------------------------------

bool CorrectionBuilder::look_ahead() {
  std::map<uint64_t, uint64_t> corrected;  // by CORRECT: its event
  LogWalk walk(program_.schema, log_, 1, version_.lsn);
  while (walk.next()) {
    if (is_stopped()) return false;
    const event::Batch& batch = walk.batch();
    if (walk.step() == Step::kEvent && !rejected_.has(walk)) {
      note_order(batch.records.back(), batch, walk.lsn());
    }
    if (walk.step() != Step::kCommand) continue;
    rejected_.note(walk);
    const event::Record& command = batch.records.back();
    const event::Reversal* const reversal = event::find_reversal(batch, command);
    if (reversal == nullptr) continue;
    if (event::kind_of(command) == event::CommandKind::kReverse) {
      reversed_.insert(reversal->lsn);
    } else {
      corrected[walk.lsn()] = reversal->lsn;
    }
  }
  if (!walk.problem().empty()) return fail(walk.problem());
  return corrected.empty() || look_at_corrections(corrected);
}

void CorrectionBuilder::note_order(const event::Record& record, const event::Batch& batch,
                                   uint64_t lsn) {
  if (record.object == event::kNoObject || !asked_[record.type].of_orders) return;
  const base::Hash128 object = object_of(batch, record);
  Order& order = orders_[{object.lo, object.hi}];
  order.newest = lsn;
  order.is_since |= record.occurred_at >= kind_.from;
}

// Null: nothing is asked of it.
const CorrectionBuilder::Order* CorrectionBuilder::order_of(const event::Record& record) const {
  if (record.object == event::kNoObject || !asked_[record.type].of_orders) return nullptr;
  const base::Hash128 object = object_of(walk_.batch(), record);
  return &orders_.at({object.lo, object.hi});
}

bool CorrectionBuilder::look_at_corrections(const std::map<uint64_t, uint64_t>& corrected) {
  book::BookScan scan(
      book_, {.last_lsn = version_.lsn, .kind = static_cast<uint8_t>(ledger::Kind::kCorrect)});
  book::BookScan::Step step = scan.next();
  for (; step == book::BookScan::Step::kEntry; step = scan.next()) {
    const book::BookEntry& entry = scan.entry().entry;
    const auto found = corrected.find(entry.lsn);
    if (found == corrected.end() || !bookkeeping::is_of_rule(entry)) continue;
    const uint32_t clause = bookkeeping::clause_of(entry);
    if (is_one(clause)) posted_[found->second].push_back({entry.account, clause, entry.amount});
  }
  return step == book::BookScan::Step::kEnd || fail(scan.problem().sentence());
}

// ---- One after the other ------------------------------------------------------------------------

bool CorrectionBuilder::next(std::string* bytes) {
  if (!std::exchange(is_begun_, true)) {
    if (!book_.refresh()) return fail(book_.problem().sentence());
    if (!look_ahead()) return false;
    scan_.emplace(book_,
                  book::BookFilter{.first_lsn = version_.done + 1, .last_lsn = version_.lsn});
    step_ = scan_->next();
  }
  while (problem_.empty() && walk_.next()) {
    if (is_stopped()) return false;
    if (walk_.step() != Step::kEvent || rejected_.has(walk_)) continue;
    event::Batch& batch = walk_.batch();
    event::Record& record = batch.records.back();
    if (record.object != event::kNoObject) fill_roles(record, batch);
    const Order* const order = order_of(record);
    const bool is_planted = base::planted(base::PlantedBug::kCorrectsBehindFrom);
    const bool is_since = record.occurred_at >= kind_.from + (is_planted ? 1 : 0);
    // An event of before its day may be the newest of an order that opened since.
    const bool tells_order = order != nullptr && order->is_since && order->newest == walk_.lsn();
    if (walk_.lsn() <= version_.done || (!is_since && !tells_order)) continue;
    event::Reversal reversal;
    if (is_since && !find_deeds(record, &reversal.deeds)) return false;
    if (reversed_.contains(walk_.lsn())) continue;
    const bool is_wanted = is_since && wants(record, reversal.deeds);
    if (!is_wanted && !tells_order) continue;
    reversal.lsn = walk_.lsn();
    if (record.object != event::kNoObject) {
      // Where nothing is asked of orders no event is the one with which its order is.
      reversal.object_lsn = order == nullptr ? version_.lsn : order->newest;
    }
    bytes->clear();
    const auto index = static_cast<uint32_t>(batch.records.size() - 1);
    if (event::put_reversal(program_.schema, batch, index, walk_.at(), reversal, bytes)) {
      return true;
    }
    return fail("LSN " + std::to_string(walk_.lsn()) + " is larger than a CORRECT can hold");
  }
  return problem_.empty() && !walk_.problem().empty() ? fail(walk_.problem()) : false;
}

// As admission does: roles that it names are recorded, then those that it leaves out are filled in.
void CorrectionBuilder::fill_roles(event::Record& record, event::Batch& batch) {
  const event::TypeSchema& type = program_at(program_, walk_.lsn()).schema.type(record.type);
  if (type.account_slots.empty()) return;
  const base::Hash128 object = object_of(batch, record);
  std::map<std::string, std::string>& known = roles_[{object.lo, object.hi}];
  for_each_role(type, [&](size_t slot, const std::string& wire) {
    if (is_present(record, slot)) {
      known[wire] = text_in(batch, record, slot);
    } else if (const auto role = known.find(wire); role != known.end()) {
      batch.values[record.values + slot] = batch.add_text(role->second);
      record.present |= uint64_t{1} << slot;
    }
  });
}

bool CorrectionBuilder::wants(const event::Record& record, const std::vector<Deed>& deeds) {
  const Asked& asked = asked_[record.type];
  if (!deeds.empty() || asked.of_events) return true;
  return asked.of_periods && (asked.is_filtered || is_first_of_period(record));
}

void CorrectionBuilder::add_keys(const event::Record& record, const plan::ClauseCode& code,
                                 base::HashBuilder& name) const {
  const event::Batch& batch = walk_.batch();
  const std::vector<event::Field>& fields = program_.schema.type(record.type).slots;
  for (const plan::RoleProgram& role : program_.events[record.type].roles) {
    if (role.slot != code.slot) continue;
    for (const plan::RoleFrame& frame : role.frames) {
      if (frame.subject != program_.clauses[code.clause].subject) continue;
      for (const uint8_t slot : frame.key_slots) {
        if (slot == plan::kNoSlot || !is_present(record, slot)) continue;
        const bool is_number = fields[slot].kind == event::FieldKind::kCount;
        if (is_number) {
          name.u64(static_cast<uint64_t>(batch.values[record.values + slot]));
        } else {
          name.text(text_in(batch, record, slot));
        }
      }
    }
  }
}

// Of one of the subjects that it names.
bool CorrectionBuilder::is_first_of_period(const event::Record& record) {
  bool is_first = false;
  const event::Batch& batch = walk_.batch();
  for (const plan::ClauseCode& code : kind_.codes) {
    const uint32_t number = program_.clauses[code.clause].subject;
    if (code.type != record.type || number == plan::kNowhere || !is_present(record, code.slot)) {
      continue;
    }
    const plan::SubjectKind& subject = program_.subjects[number];
    if (subject.is_object) continue;
    const plan::Clock& clock = program_.clocks[static_cast<size_t>(subject.clock)];
    base::HashBuilder name;
    name.u64(code.rule).text(text_in(batch, record, code.slot));
    name.u64(static_cast<uint64_t>(
        calendar::period_at(clock.calendar, clock.rule, record.occurred_at).index));
    add_keys(record, code, name);
    const base::Hash128 hash = name.finish();
    is_first |= periods_.insert({hash.lo, hash.hi}).second;
  }
  return is_first;
}

// What the book has of it, and what corrections before have added.
bool CorrectionBuilder::find_deeds(const event::Record& record, std::vector<Deed>* deeds) {
  using BookStep = book::BookScan::Step;
  while (step_ == BookStep::kEntry && scan_->entry().entry.lsn < walk_.lsn()) step_ = scan_->next();
  for (; step_ == BookStep::kEntry && scan_->entry().entry.lsn == walk_.lsn();
       step_ = scan_->next()) {
    const book::BookEntry& entry = scan_->entry().entry;
    if (!bookkeeping::is_of_rule(entry) || !is_one(bookkeeping::clause_of(entry))) continue;
    add_deed(record, {entry.account, bookkeeping::clause_of(entry), entry.amount}, entry.n, deeds);
  }
  if (step_ == BookStep::kProblem) return fail(scan_->problem().sentence());
  const auto before = posted_.find(walk_.lsn());
  if (before != posted_.end() && !base::planted(base::PlantedBug::kCorrectionUncounted)) {
    for (const Posted& each : before->second) add_deed(record, each, event::kNoEntry, deeds);
  }
  std::erase_if(*deeds, [](const Deed& deed) { return deed.amount == 0; });
  return true;
}

// A clause pays one role of an event. What several entries or corrections posted is one deed, of
// the first of them.
void CorrectionBuilder::add_deed(const event::Record& record, const Posted& posted, uint32_t entry,
                                 std::vector<Deed>* deeds) const {
  const std::vector<plan::ClauseCode>& codes = program_.clause_codes;
  const auto code = std::find_if(codes.begin(), codes.end(), [&](const plan::ClauseCode& each) {
    return each.clause == posted.clause && each.type == record.type;
  });
  if (code == codes.end() || program_.clauses[posted.clause].subject != plan::kNowhere) return;
  const std::vector<plan::RoleProgram>& roles = program_.events[record.type].roles;
  const auto role = std::find_if(roles.begin(), roles.end(), [&](const plan::RoleProgram& each) {
    return each.slot == code->slot;
  });
  const auto known = std::find_if(deeds->begin(), deeds->end(),
                                  [&](const Deed& deed) { return deed.number == posted.clause; });
  if (known != deeds->end()) {
    known->amount += posted.amount;
  } else if (role != roles.end()) {
    const auto number = static_cast<uint8_t>(role - roles.begin());
    deeds->push_back({Deed::What::kPosted, number, posted.clause, entry, posted.amount});
  }
}

}  // namespace guerdon::history
