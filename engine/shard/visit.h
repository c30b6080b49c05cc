// What sends a shard to work: one role of one event, a command, a stretch of a sweep, or a
// question.
//
// Admission finds out which account each role names and whose it is; the shards take it from there
// and do not look again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/event/batch.h"
#include "engine/event/command.h"
#include "engine/event/reversal.h"
#include "engine/program/program.h"

namespace guerdon::shard {

struct Visit {
  static constexpr uint32_t kSweep = UINT32_MAX;
  static constexpr uint32_t kStock = UINT32_MAX - 1;       // of a command: to its item's stock
  static constexpr uint32_t kEverywhere = UINT32_MAX - 2;  // of a command: to all accounts
  static constexpr uint32_t kQuery = UINT32_MAX - 3;
  static constexpr uint32_t kCommand = UINT32_MAX - 4;
  static constexpr uint32_t kAnswered = UINT32_MAX - 5;  // of a command: the other has answered
  static constexpr uint32_t kLots = UINT32_MAX - 6;
  static constexpr uint32_t kProgress = UINT32_MAX - 7;
  static constexpr uint32_t kCollect = UINT32_MAX - 8;    // of a SETTLE: who has a score
  static constexpr uint32_t kAward = UINT32_MAX - 9;      // of a SETTLE: what they win
  static constexpr uint32_t kReceives = UINT32_MAX - 10;  // of a GRANT: to whom the badge is given
  static constexpr uint32_t kOfPast = uint32_t{1} << 31;  // and a role of an event of before

  uint32_t item = 0;     // index into Batch::log; kQuery, kLots, kProgress: of the question
  uint32_t role = 0;     // index into EventProgram::roles, or one of those above
  uint32_t account = 0;  // index into Batch::texts; of the first three and of a SETTLE's: nothing

  // The account had a role of the object, by part `part` of it, before the event: kFormer and both.
  static constexpr uint32_t kFormer = uint32_t{1} << 30;
  static constexpr uint32_t former(uint32_t part, uint32_t role) {
    return kFormer + (part << 8) + role;
  }
  uint32_t former_part() const { return (role - kFormer) >> 8; }
  uint32_t former_role() const { return (role - kFormer) & 0xff; }

  bool is_to_account() const { return role < kEverywhere && role != kCollect && role != kAward; }
  bool is_former() const { return role >= kFormer && role < kOfPast; }
  // Of a REVERSE or a CORRECT.
  bool is_of_past() const { return role >= kOfPast && role < kOfPast + event::kSlotsMax; }
};

// Calls place(visit, hash of the account) for each role of an event that rules pay and that the
// record names, in the order of their turns; before them for those whose role it takes. REQUIRES:
// batch.log[item] is an event, and no later one is admitted.
template <typename Place>
void visits_of(const plan::Program& program, const event::Batch& batch, uint32_t item,
               const Place& place) {
  const event::Record& record = batch.records[batch.log[item].record];
  const auto& roles = program.events[record.type].roles;
  auto former = batch.formers.end();
  while (former != batch.formers.begin() && (former - 1)->record == batch.log[item].record) {
    --former;
  }
  for (; former != batch.formers.end(); ++former) {
    place(Visit{item, Visit::former(former->part, former->role), former->account},
          batch.texts[former->account].hash);
  }
  const auto place_role = [&](uint32_t r) {
    const uint8_t slot = roles[r].slot;
    if ((record.present >> slot & 1) == 0) return;
    const auto account = static_cast<uint32_t>(batch.values[record.values + slot]);
    place(Visit{item, r, account}, batch.texts[account].hash);
  };
  const std::vector<uint32_t>& turns = program.events[record.type].turns;
  if (turns.empty()) [[likely]] {
    for (uint32_t r = 0; r < roles.size(); ++r) place_role(r);
  } else {
    for (const uint32_t r : turns) place_role(r);
  }
}

// Of a visit to a role of an event at which somebody goes by what others are credited: its type.
// Else null.
inline const plan::EventProgram* crediting_type(const plan::Program& program,
                                                const event::Batch& batch, const Visit& visit) {
  if (visit.role >= Visit::kFormer) return nullptr;
  const event::Record& record = batch.records[batch.log[visit.item].record];
  const plan::EventProgram& type = program.events[record.type];
  return (record.present & type.asking) == 0 ? nullptr : &type;
}

// How many handovers its visits make. REQUIRES: it is an event, and has all its roles.
inline size_t handovers_of_event(const plan::Program& program, const event::Record& record) {
  const plan::EventProgram& type = program.events[record.type];
  return (record.present & type.asking) == 0 ? 0 : type.handovers;
}

// Calls place(visit, hash of the account) for each role of the event of a CORRECT that has one, in
// the order of the roles.
template <typename Place>
void visits_of_correction(const plan::Program& program, const event::Batch& batch,
                          const event::Record& record, uint32_t item, const Place& place) {
  const auto& roles = program.events[record.type].roles;
  for (uint32_t r = 0; r < roles.size(); ++r) {
    if ((record.present >> roles[r].slot & 1) == 0) continue;
    const auto text = static_cast<uint32_t>(batch.values[record.values + roles[r].slot]);
    place(Visit{item, Visit::kOfPast | r, text}, batch.texts[text].hash);
  }
}

// Calls place(visit, hash of the account) for each role of the event that is taken back in which it
// did something, in the order of the roles.
template <typename Place>
void visits_of_reversal(const plan::Program& program, const event::Batch& batch,
                        const event::Reversal& reversal, uint32_t item, const Place& place) {
  const auto& roles = program.events[reversal.event.type].roles;
  for (uint32_t r = 0; r < roles.size(); ++r) {
    const bool did = std::any_of(reversal.deeds.begin(), reversal.deeds.end(),
                                 [&](const event::Deed& deed) { return deed.role == r; });
    if (!did) continue;
    const int64_t account = batch.values[reversal.event.values + roles[r].slot];
    const auto text = static_cast<uint32_t>(account);
    place(Visit{item, Visit::kOfPast | r, text}, batch.texts[text].hash);
  }
}

// Calls place(visit, hash) for each visit of a command that is item `item` of the log, in their
// order: `hash` is that of the account, or of where the item has its stock. Where they depend on
// each other (handovers.h), the n-th of them reads what the one before it handed over.
template <typename Place>
void visits_of_command(const plan::Program& program, const event::Batch& batch,
                       const event::Record& record, uint32_t item, const Place& place) {
  using event::CommandField;
  const event::CommandView command(batch, record);
  const auto to_account = [&](uint32_t role) {
    const auto account = static_cast<uint32_t>(command[CommandField::kAccount]);
    place(Visit{item, role, account}, batch.texts[account].hash);
  };
  if (event::kind_of(record) == event::CommandKind::kGrant) {
    const auto by = static_cast<uint32_t>(command[CommandField::kBy]);
    place(Visit{item, Visit::kCommand, by}, batch.texts[by].hash);
    to_account(Visit::kReceives);
    place(Visit{item, Visit::kAnswered, by}, batch.texts[by].hash);
    return;
  }
  if (event::kind_of(record) == event::CommandKind::kOrg) return;  // admission alone keeps trees
  if (command.has(CommandField::kAccount)) to_account(Visit::kCommand);
  if (const event::Reversal* const reversal = event::find_reversal(batch, record)) {
    if (event::kind_of(record) == event::CommandKind::kCorrect) {
      return visits_of_correction(program, batch, reversal->event, item, place);
    }
    return visits_of_reversal(program, batch, *reversal, item, place);
  }
  if (!command.has(CommandField::kItem)) return;
  const plan::ItemKind& kind = program.items[static_cast<size_t>(command[CommandField::kItem])];
  if (!kind.stock) return;
  place(Visit{item, Visit::kStock, 0}, kind.home);
  if (event::kind_of(record) == event::CommandKind::kRedeem) to_account(Visit::kAnswered);
}

// Whether rules of the role owe something that a budget pays.
inline bool owes_from_budgets(const plan::Program& program, const plan::RoleProgram& role) {
  return std::any_of(role.asks.begin(), role.asks.end(), [&](const plan::RoleAsk& ask) {
    return program.clauses[ask.clause].granted != plan::kNowhere;
  });
}

// These budgets, ascending: an event, and whoever takes one back, may ask them, and give back to
// them.
inline void owed_budgets_of(const plan::Program& program, const plan::RoleProgram& role,
                            std::vector<uint32_t>* budgets) {
  budgets->clear();
  for (const plan::RoleAsk& ask : role.asks) {
    const plan::Clause& clause = program.clauses[ask.clause];
    if (clause.granted == plan::kNowhere) continue;
    if (budgets->empty() || budgets->back() != clause.budget) budgets->push_back(clause.budget);
  }
}

// The budgets that a visit may ask, ascending, or give back to. One in which a role is left gives
// back what is owed no more.
inline void budgets_of(const plan::Program& program, const event::Record& record,
                       const Visit& visit, std::vector<uint32_t>* budgets) {
  const std::vector<plan::RoleProgram>& roles = program.events[record.type].roles;
  if (visit.is_former()) return owed_budgets_of(program, roles[visit.former_role()], budgets);
  budgets->clear();
  for (const plan::RoleAsk& ask : roles[visit.role].asks) {
    if ((record.present & ask.needs) != ask.needs) continue;
    const uint32_t budget = program.clauses[ask.clause].budget;
    if (budgets->empty() || budgets->back() != budget) budgets->push_back(budget);
  }
}

// How many of its visits hand over to another.
inline size_t handovers_of_command(const plan::Program& program, const event::Batch& batch,
                                   const event::Record& record) {
  if (event::find_reversal(batch, record) != nullptr) return 0;  // each by itself
  size_t visits = 0;
  visits_of_command(program, batch, record, 0, [&](const Visit&, uint64_t) { ++visits; });
  return visits == 0 ? 0 : visits - 1;
}

}  // namespace guerdon::shard
