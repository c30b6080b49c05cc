// What is done of events of before: a REVERSE takes back what one did, a CORRECT looks at one again
// as a version of a plan says.
#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/event/command.h"
#include "engine/pipeline/admission.h"
#include "engine/program/machine.h"

namespace guerdon::pipeline {

using event::Outcome;

// ---- What a REVERSE takes back ------------------------------------------------------------------

namespace {

// Of what takes back what has this key: nobody sends it.
// With its LSN: an id that was forgotten may come again.
base::Hash128 key_of_reversal(const event::Reversal& reversal) {
  const base::Hash128& key = reversal.event.key;
  return base::HashBuilder().text("reverse").u64(key.lo).u64(key.hi).u64(reversal.lsn).finish();
}

}  // namespace

// Whether all that it names is there, each measure where the role can reach it: a log may be
// another's.
bool Admission::is_of_program(const event::Reversal& reversal) const {
  const bool is_of_object = reversal.event.object != event::kNoObject;
  if (is_of_object && !program_->objects[reversal.event.type].empty()) return false;
  const auto& roles = program_->events[reversal.event.type].roles;
  const auto is_one = [&](const event::Deed& deed) {
    if (deed.role >= roles.size()) return false;
    const plan::RoleProgram& role = roles[deed.role];
    if ((reversal.event.present >> role.slot & 1) == 0) return false;
    const auto reaches = [&](uint32_t subject) {
      return program_->subjects[subject].keys.empty() ||
             std::any_of(role.frames.begin(), role.frames.end(),
                         [&](const plan::RoleFrame& frame) { return frame.subject == subject; });
    };
    if (deed.what == event::Deed::What::kPosted) {
      if (deed.number >= program_->clauses.size()) return false;
      const plan::Clause& clause = program_->clauses[deed.number];
      const auto reached = [&](const plan::LimitKind& limit) { return reaches(limit.subject); };
      return (clause.subject == plan::kNowhere || clause.keeps) &&
             std::all_of(clause.limits.begin(), clause.limits.end(), reached);
    }
    if (deed.what == event::Deed::What::kGranted) {
      return deed.number < program_->clauses.size() &&
             program_->clauses[deed.number].budget != plan::kNowhere;
    }
    return deed.number < program_->measures.size() &&
           reaches(program_->measures[deed.number].subject);
  };
  return std::all_of(reversal.deeds.begin(), reversal.deeds.end(), is_one);
}

// Whether a period in which it counts, or for which something is owed then, is not kept any more.
bool Admission::is_gone_by_now(const event::Reversal& reversal, base::TimeMs at) const {
  plan::CountedPeriods periods(*program_);
  periods.heed(&reopened_);
  plan::EventView event;
  event.occurred_at = reversal.event.occurred_at;
  event.came = plan::Came{reversal.at, reversal.lsn};
  return std::any_of(reversal.deeds.begin(), reversal.deeds.end(), [&](const event::Deed& deed) {
    const plan::RoleProgram& role = program_->events[reversal.event.type].roles[deed.role];
    periods.begin(role, event);
    const auto is_gone = [&](uint32_t subject) {
      if (program_->subjects[subject].clock == plan::kNoClock) return false;
      const auto clock = static_cast<size_t>(program_->subjects[subject].clock);
      return periods.is_gone(clock, periods.of_event(clock).index, at);
    };
    const auto is_one_gone = [&](const std::vector<uint32_t>& subjects) {
      return std::any_of(subjects.begin(), subjects.end(), is_gone);
    };
    if (!role.fed.empty() && (is_one_gone(role.fed) || is_one_gone(role.owed))) return true;
    if (deed.what == event::Deed::What::kPosted) {
      const plan::Clause& clause = program_->clauses[deed.number];
      return (clause.subject != plan::kNowhere && is_gone(clause.subject)) ||
             std::any_of(clause.limits.begin(), clause.limits.end(),
                         [&](const plan::LimitKind& limit) { return is_gone(limit.subject); });
    }
    if (deed.what == event::Deed::What::kGranted) return false;  // what came of it is a deed, too
    return is_gone(program_->measures[deed.number].subject) || is_one_gone(role.owed);
  });
}

// Refused before there is an LSN: what stands in the log was done.
event::CommandResult Admission::may_reverse(const event::Batch& batch, const event::Record& record,
                                            base::TimeMs at) const {
  const event::Reversal* const reversal = event::find_reversal(batch, record);
  if (reversal == nullptr) return {0, 0, Outcome::kTooOld};
  if (!is_of_program(*reversal)) return {0, 0, Outcome::kInvalid};
  if (!has_room_for_symbols(reversal->event)) return {0, 0, Outcome::kLimit};
  const event::Record& event = reversal->event;
  size_t place = 0;
  const SeenKey* const seen = keys_.find(event.key, &place);
  if (seen == nullptr || seen->lsn != reversal->lsn) return {0, 0, Outcome::kTooOld};
  const SeenKey* const reversed = keys_.find(key_of_reversal(*reversal), &place);
  if (reversed != nullptr) return {static_cast<int64_t>(reversed->lsn), 0, Outcome::kConflict};
  if (const uint64_t version = corrected_by_version(*reversal); version != 0) {
    return {-static_cast<int64_t>(version), 0, Outcome::kConflict};  // told apart by its sign
  }
  if (event.object != event::kNoObject) {
    const uint64_t last = objects_.last_lsn(object_event(batch, event).object);
    if (last > reversal->object_lsn) return {static_cast<int64_t>(last), 0, Outcome::kStale};
  }
  return {0, 0, is_gone_by_now(*reversal, at) ? Outcome::kLate : Outcome::kOk};
}

// The LSN of the version that corrects the event, now or later; 0: none does. What it makes of the
// event stays.
uint64_t Admission::corrected_by_version(const event::Reversal& reversal) const {
  for (const plan::Published& each : program_->published) {
    const plan::CorrectionKind* const kind = plan::correction_of(*program_, each.lsn);
    if (kind == nullptr || reversal.lsn > each.lsn) continue;
    if (reversal.event.occurred_at < kind->from) continue;
    const auto is_it = [&](const plan::ClauseCode& code) {
      return code.type == reversal.event.type &&
             std::binary_search(kind->clauses.begin(), kind->clauses.end(), code.clause);
    };
    const std::vector<plan::ClauseCode>& codes = program_->clause_codes;
    if (std::any_of(codes.begin(), codes.end(), is_it)) return each.lsn;
  }
  return 0;
}

// Its own key is there already.
void Admission::admit_past(event::Batch& batch, const event::Record& record) {
  const bool corrects = event::kind_of(record) == event::CommandKind::kCorrect;
  if (corrects) note_correction(batch, record);
  if (event::find_reversal(batch, record) == nullptr) return;
  event::Reversal& reversal =
      batch.reversals[static_cast<size_t>(batch.values[record.values + event::kReversalNumber])];
  ObjectTable::Copy known;
  if (corrects) {
    ask_tables_again(batch, reversal.event);
    const event::CommandView command(batch, record);
    known = recall_object(batch, reversal,
                          static_cast<uint64_t>(command[event::CommandField::kPublication]));
  } else {
    const base::Hash128 key = key_of_reversal(reversal);
    size_t place = 0;
    (void)keys_.find(key, &place);
    const uint32_t at = keys_.add({key, 0, record.lsn, record.occurred_at}, place);
    batch.values[record.values + event::kSecondKeyPlace] = at;
  }
  event::Record& event = reversal.event;
  resolve_symbols(batch, event);
  fold_lines(batch, event);
  if (!corrects || event.object == event::kNoObject) return;
  program_->objects[event.type].recall(known.facts, batch.values.data() + event.values,
                                       &event.present);
}

// ---- What a CORRECT looks at again --------------------------------------------------------------

const Correction* Admission::correction_at(uint64_t publication) const {
  const auto found = std::find_if(corrections_.begin(), corrections_.end(),
                                  [&](const Correction& one) { return one.lsn == publication; });
  return found == corrections_.end() ? nullptr : &*found;
}

// Whether all that it names is there: a log may be another's.
bool Admission::is_corrected_by(const event::Reversal& reversal,
                                const plan::CorrectionKind& kind) const {
  const auto& roles = program_->events[reversal.event.type].roles;
  return std::all_of(reversal.deeds.begin(), reversal.deeds.end(), [&](const event::Deed& deed) {
    return deed.role < roles.size() && deed.what == event::Deed::What::kPosted &&
           (reversal.event.present >> roles[deed.role].slot & 1) != 0 &&
           std::binary_search(kind.clauses.begin(), kind.clauses.end(), deed.number) &&
           program_->clauses[deed.number].subject == plan::kNowhere;
  });
}

// In the order of the log, each event once.
event::CommandResult Admission::may_correct(const event::Batch& batch,
                                            const event::Record& record) const {
  const event::CommandView command(batch, record);
  const auto publication = static_cast<uint64_t>(command[event::CommandField::kPublication]);
  const plan::CorrectionKind* const kind = plan::correction_of(*program_, publication);
  if (kind == nullptr) return {0, 0, Outcome::kInvalid};
  const Correction* const begun = correction_at(publication);
  const uint64_t done = begun == nullptr ? 0 : begun->done;
  const event::Reversal* const reversal = event::find_reversal(batch, record);
  const uint64_t lsn = reversal == nullptr ? publication : reversal->lsn;
  if (lsn <= done) return {0, 0, Outcome::kConflict};
  if (reversal == nullptr) return {0, 0, Outcome::kOk};
  if (lsn >= publication || !is_corrected_by(*reversal, *kind)) return {0, 0, Outcome::kInvalid};
  return {0, 0, has_room_for_texts(batch, reversal->event) ? Outcome::kOk : Outcome::kLimit};
}

// Nearly all are known: the event was admitted.
bool Admission::has_room_for_texts(const event::Batch& batch, const event::Record& record) const {
  size_t more = 0;
  for (const plan::TextSlot& slot : program_->texts[record.type]) {
    if (!slot.identity || (record.present >> slot.slot & 1) == 0) continue;
    const auto value = static_cast<size_t>(batch.values[record.values + slot.slot]);
    const event::Text& text = batch.texts[value];
    if (symbols_.find(batch.view(text), text.hash) == plan::kOtherSymbol) ++more;
  }
  return symbols_.size() + more <= plan::kSymbolsMax;
}

void Admission::note_correction(const event::Batch& batch, const event::Record& record) {
  const event::CommandView command(batch, record);
  const auto publication = static_cast<uint64_t>(command[event::CommandField::kPublication]);
  const event::Reversal* const reversal = event::find_reversal(batch, record);
  if (correction_at(publication) == nullptr) corrections_.push_back({publication, 0});
  for (Correction& each : corrections_) {
    if (each.lsn != publication) continue;
    each.done = reversal == nullptr ? publication : reversal->lsn;
  }
}

// What is known of the object of an event that is its newest before the version, with its roles as
// the plan has seen them. Of any other the event is said to have no object: nothing is asked of it
// then.
ObjectTable::Copy Admission::recall_object(event::Batch& batch, event::Reversal& reversal,
                                           uint64_t publication) const {
  event::Record& event = reversal.event;
  if (event.object == event::kNoObject) return {};
  const bool is_newest = reversal.object_lsn == reversal.lsn;
  ObjectTable::Copy known;
  if (is_newest) known = objects_.copy_of(object_event(batch, event).object);
  const plan::CorrectionKind* const kind = plan::correction_of(*program_, publication);
  GUERDON_ASSERT(kind != nullptr);
  if (!is_newest || !is_as_known(batch, event, known, kind->plan)) {
    event.object = event::kNoObject;
    return {};
  }
  for (const plan::ObjectSlots::Role& role : program_->objects[event.type].roles) {
    if (!role.is_sent) fill_role(batch, event, role.slot, known.roles.find(plan_roles_[role.fact]));
  }
  return known;
}

// Whether those have the roles of its object that the plan has seen last, and it is not forgotten.
// Where another has one, an event has come meanwhile, and has paid as the version says. Of a role
// that the plan looks at only now, what its events named holds.
bool Admission::is_as_known(const event::Batch& batch, const event::Record& event,
                            const ObjectTable::Copy& known, uint32_t plan) const {
  const plan::ObjectSlots& slots = program_->objects[event.type];
  const auto is_of_plan = [&](uint16_t fact) {
    return program_->facts[fact].plan == static_cast<int>(plan);
  };
  const bool is_seen = std::any_of(slots.seen.begin(), slots.seen.end(), [&](uint16_t fact) {
    return is_of_plan(fact) && known.facts.find(fact).has_value();
  });
  const auto is_same = [&](const plan::ObjectSlots::Role& role) {
    if (!role.is_sent || !is_of_plan(role.fact)) return true;
    std::optional<std::string_view> now = known.roles.find(plan_roles_[role.fact]);
    if ((event.present >> role.slot & 1) == 0) return !now.has_value();
    for (const RoleSlot& named : roles_[event.type]) {
      if (!now && named.slot == role.slot) now = known.roles.find(named.role);
    }
    const auto text = static_cast<size_t>(batch.values[event.values + role.slot]);
    return now == batch.view(batch.texts[text]);
  };
  return is_seen && std::all_of(slots.roles.begin(), slots.roles.end(), is_same);
}

// What the event found in tables from files stays; what it did not ask then it asks now.
void Admission::ask_tables_again(event::Batch& batch, event::Record& record) const {
  const std::vector<int64_t> values(batch.values.begin() + record.values, batch.values.end());
  const uint64_t present = record.present;
  ask_tables(batch, record);
  for (const plan::TableAskSlot& ask : program_->asks[record.type]) {
    if ((present >> ask.slot & 1) == 0) continue;
    batch.values[record.values + ask.slot] = values[ask.slot];
    record.present |= uint64_t{1} << ask.slot;
  }
}

const plan::Published* Admission::uncorrected() const {
  for (const plan::Published& each : program_->published) {
    if (plan::correction_of(*program_, each.lsn) == nullptr) continue;
    // Before it the log has nothing but plans.
    if (each.lsn <= program_->plans.size() + program_->published.size() &&
        program_->published[each.lsn - program_->plans.size() - 1].lsn == each.lsn) {
      continue;
    }
    const Correction* const begun = correction_at(each.lsn);
    if (begun == nullptr || begun->done < each.lsn) return &each;
  }
  return nullptr;
}

}  // namespace guerdon::pipeline
