// What a version of a plan makes of events of before it was published (checked.h, Versions).
#include <algorithm>

#include "engine/program/machine.h"

namespace guerdon::plan {

using base::Int128;

void Machine::run_corrected(const RoleProgram& role, const EventView& event, const Frames& frames,
                            const Corrected& what) {
  begin(role, event, frames);
  paid_.clear();
  is_corrected_ = true;
  for (uint32_t p = 0; p < role.parts.size(); ++p) {
    const PlanPart& part = role.parts[p];
    part_ = &part;
    const bool has_object = part.object.subject != kNowhere;
    if (has_object && is_over(part.object)) {
      known_frames_[part.object.subject] = {run_, kMissingFrame};
    }
    if (part.filter != kNowhere && !execute<false>(part.filter)) continue;
    run_codes(what, p);
    if (has_object) fall_ended(what, part.object);
  }
  is_corrected_ = false;
  ask_difference(what);
  order_asks();
}

// A rule of several clauses is run once.
void Machine::run_codes(const Corrected& what, uint32_t part) {
  CodeAt done = kNowhere;
  for (const ClauseCode& code : what.correction->codes) {
    const bool is_here = code.part == part && code.slot == role_->slot && code.type == what.type;
    if (!is_here || code.rule == done) continue;
    done = code.rule;
    execute<false>(code.rule);
  }
}

// What rules owed that the version has left out: for objects for which they do not act any more.
void Machine::fall_ended(const Corrected& what, const RoleObject& object) {
  const uint32_t frame = frame_of(object.subject);
  if (frame == kMissingFrame || touched_[frame].cells == nullptr) return;
  const int64_t* const cells = touched_[frame].cells;
  const std::vector<uint32_t>& clauses = what.correction->clauses;
  for (const uint32_t clause : object.clauses) {
    const Clause& owed = program_->clauses[clause];
    if (cells[owed.posted] == 0 || owed_run_[clause] == run_) continue;
    if (!std::binary_search(clauses.begin(), clauses.end(), clause)) continue;
    if (acts_at_opening(owed, cells) || speaker_of(object, owed, cells) != clause) continue;
    ask(clause, frame, 0);
  }
}

// Effect by effect and wallet by wallet, as amounts that the account gets; where the version pays
// nothing, what was posted goes back by the clause that posted it.
void Machine::ask_difference(const Corrected& what) {
  const std::vector<uint32_t>& clauses = what.correction->clauses;
  for (Paid& each : paid_) each.amount = posting_of(program_->clauses[each.clause], each.amount);
  for (const event::Deed& deed : what.deeds) {
    const bool is_one =
        deed.role == what.role && std::binary_search(clauses.begin(), clauses.end(), deed.number);
    if (!is_one) continue;
    const Clause& clause = program_->clauses[deed.number];
    const auto same = std::find_if(paid_.begin(), paid_.end(), [&](const Paid& each) {
      const Clause& other = program_->clauses[each.clause];
      return other.lineage == clause.lineage && other.wallet == clause.wallet;
    });
    if (same == paid_.end()) {
      paid_.push_back({deed.number, -deed.amount});
    } else {
      same->amount -= deed.amount;
    }
  }
  for (const Paid& each : paid_) {
    if (each.amount == 0) continue;
    ask(each.clause, kNowhere, posting_of(program_->clauses[each.clause], each.amount));
  }
}

}  // namespace guerdon::plan
