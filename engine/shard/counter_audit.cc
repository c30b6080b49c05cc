#include "engine/shard/counter_audit.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/calendar/period.h"
#include "engine/money/limits.h"

namespace guerdon::shard {

namespace {

// One frame as what is kept, and nothing else.
class OneFrame : public plan::Frames {
 public:
  OneFrame(const plan::FrameKey& key, const int64_t* cells) : key_(key), cells_(cells) {}
  const int64_t* find(const plan::FrameKey& key) const override {
    return key == key_ ? cells_ : nullptr;
  }
  const int64_t* known(uint32_t, plan::TimeMs) const override { return nullptr; }

 private:
  const plan::FrameKey& key_;
  const int64_t* const cells_;
};

std::string off(const std::string& name, int64_t value, const std::string& should) {
  return name + " is " + std::to_string(value) + ", not " + should;
}

}  // namespace

CounterAudit::CounterAudit(const plan::Program& program, plan::TimeMs clock)
    : program_(program),
      clock_(clock),
      since_(program),
      machine_(program),
      subjects_(program.subjects.size()) {
  for (const plan::MeasureKind& measure : program.measures) {
    const int64_t least = measure.is_never_negative ? 0 : -money::kMeasureMax;
    const bool is_distinct = measure.is_of_values && measure.values_max > 0;
    const int64_t most = is_distinct ? measure.values_max : money::kMeasureMax;
    subjects_[measure.subject].bounds.push_back({measure.cell, least, most});
  }
  for (const plan::Clause& clause : program.clauses) {
    for (const plan::LimitKind& limit : clause.limits) {
      const bool has_most = limit.counts || limit.or_nothing;
      subjects_[limit.subject].bounds.push_back({limit.cell, has_most ? 0 : -money::kMeasureMax,
                                                 has_most ? limit.most : money::kMeasureMax});
    }
    if (clause.subject == plan::kNowhere) continue;
    Subject& subject = subjects_[clause.subject];
    subject.bounds.push_back({clause.posted, 0, money::kBalanceMax});
    if (clause.taken != plan::kNowhere) subject.taken.push_back({clause.taken, clause.posted});
  }
  for (const plan::ItemKind& item : program.items) {
    for (const plan::ItemCounter& limit : item.limits) {
      subjects_[limit.subject].bounds.push_back({limit.cell, 0, limit.times});
    }
  }
  const plan::DueCloses closes(program);
  for (const plan::ClosingKind& closing : program.closings) {
    const auto through = [&](plan::TimeMs at) {
      return int64_t{plan::through_of(closes.mark_at(closing, at))};
    };
    subjects_[closing.subject].closes.push_back(
        {closing.cell, through(base::kTimeMin), through(clock)});
  }
  for (const plan::OwedAgain& owed : program.owed_again) {
    subjects_[owed.subject].owed.push_back(&owed);
  }
}

std::string CounterAudit::of(const BlockHeader& account, const AccountState& state) {
  std::string found;
  since_.move_to(clock_, state.settled_to(account, clock_));
  state.visit_frames(account, since_, [&](const plan::FrameKey& key, const int64_t* cells) {
    if (found.empty()) found = of_frame(key, cells);
  });
  return found;
}

std::string CounterAudit::of_frame(const plan::FrameKey& key, const int64_t* cells) {
  const Subject& subject = subjects_[key.subject];
  for (const Bound& bound : subject.bounds) {
    const int64_t value = cells[bound.cell];
    if (value >= bound.least && value <= bound.most) continue;
    return off(name_of(key, bound.cell), value,
               std::to_string(bound.least) + " to " + std::to_string(bound.most));
  }
  for (const Bound& close : subject.closes) {
    const int64_t mark = cells[close.cell];
    const int64_t through = plan::through_of(mark);
    const bool is_one = mark % 2 != 0 && through >= close.least && through <= close.most;
    if (mark == 0 || is_one) continue;
    return off(name_of(key, close.cell), mark, "a period that is closed");
  }
  for (const Taken& taken : subject.taken) {
    const int64_t value = cells[taken.cell];
    const int64_t posted = cells[taken.posted];
    if (value >= 0 && value <= posted) continue;
    return off(name_of(key, taken.cell), value, "0 to what was posted, " + std::to_string(posted));
  }
  for (const plan::OwedAgain* const owed : subject.owed) {
    std::string found = of_owed(*owed, key, cells);
    if (!found.empty()) return found;
  }
  return "";
}

// An event is made up that names the subject and carries nothing else: that is all such a rule
// reads, but for the measures.
std::string CounterAudit::of_owed(const plan::OwedAgain& owed, const plan::FrameKey& key,
                                  const int64_t* cells) {
  const std::vector<plan::RoleProgram>& roles = program_.events[owed.type].roles;
  const auto role = std::find_if(roles.begin(), roles.end(), [&](const plan::RoleProgram& each) {
    return each.slot == owed.slot;
  });
  GUERDON_ASSERT(role != roles.end());
  plan::EventView event{values_.data(), 0, 0, 0};
  for (const plan::RoleFrame& frame : role->frames) {
    if (frame.subject != key.subject) continue;
    for (size_t k = 0; k < frame.key_slots.size(); ++k) {
      const uint8_t slot = frame.key_slots[k];
      if (slot == plan::kNoSlot) return "";  // no event of this type can be of the subject
      values_[slot] = key.keys[k];
      event.present |= uint64_t{1} << slot;
    }
  }
  const int clock = program_.subjects[key.subject].clock;
  if (clock != plan::kNoClock) {
    const plan::Clock& cut = program_.clocks[static_cast<size_t>(clock)];
    const plan::TimeMs from = calendar::period_of_index(cut.calendar, cut.rule, key.period).from;
    // A snapshot of somebody else may hold a period of any time.
    event.occurred_at = std::clamp(from, base::kTimeMin, base::kTimeEnd - 1);
    event.at = event.occurred_at;
  }
  machine_.run_rule(*role, owed.code, event, OneFrame(key, cells));
  if (machine_.asks().empty() || was_never_asked(owed, cells)) return "";
  const plan::Ask& ask = machine_.asks().front();
  const uint32_t posted = program_.clauses[ask.clause].posted;
  return off(name_of(key, posted), cells[posted],
             std::to_string(ask.amount) + " as its rule owes for the measures that are kept");
}

// Nothing that the rule reads was ever moved, so it was not asked.
bool CounterAudit::was_never_asked(const plan::OwedAgain& owed, const int64_t* cells) const {
  return std::all_of(owed.measures.begin(), owed.measures.end(),
                     [&](uint32_t m) { return cells[program_.measures[m].cell] == 0; }) &&
         std::all_of(owed.clauses.begin(), owed.clauses.end(),
                     [&](uint32_t c) { return cells[program_.clauses[c].posted] == 0; });
}

// "milestone/0 posted of 2026-03"
std::string CounterAudit::name_of(const plan::FrameKey& key, uint32_t cell) const {
  const plan::SubjectKind& subject = program_.subjects[key.subject];
  if (subject.clock == plan::kNoClock) return subject.labels[cell];
  const plan::Clock& cut = program_.clocks[static_cast<size_t>(subject.clock)];
  return subject.labels[cell] + " of " + calendar::period_label(cut.calendar, cut.rule, key.period);
}

}  // namespace guerdon::shard
