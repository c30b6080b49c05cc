// Who stands above the accounts of an event: found once, when the record comes. Of an object it is
// known from then on, as long as it has the account below in the same role.
#include <algorithm>
#include <optional>

#include "engine/base/assert.h"
#include "engine/base/planted.h"
#include "engine/pipeline/admission.h"

namespace guerdon::pipeline {

// No attribute and no plan has a line feed in its name, and no plan is called by nothing.
void Admission::know_climbs() {
  climb_roles_.assign(program_->climbs.size(), {});
  for (size_t type = 0; type < program_->climbs.size(); ++type) {
    const std::vector<event::Field>& slots =
        program_->schema.type(static_cast<uint16_t>(type)).slots;
    for (const plan::ClimbSlot& climb : program_->climbs[type]) {
      const std::string& wire = slots[climb.slot].wire;
      climb_roles_[type].push_back({objects_.role(role_name("\nabove\n" + wire)),
                                    objects_.role(role_name("\nbelow\n" + wire))});
    }
  }
}

void Admission::climb(event::Batch& batch, event::Record& record,
                      const RecordedRoles* known) const {
  const std::vector<plan::ClimbSlot>& climbs = program_->climbs[record.type];
  const auto account_at = [&](uint8_t slot) -> std::optional<std::string_view> {
    if ((record.present >> slot & 1) != 0) {
      const int64_t text = batch.values[record.values + slot];
      return batch.view(batch.texts[static_cast<size_t>(text)]);
    }
    return known == nullptr ? std::nullopt : recorded_role(record.type, slot, *known);
  };
  const auto stood = [&](const plan::ClimbSlot& climb) -> std::optional<plan::OrgTrees::Stood> {
    const auto at = std::find(climbs.begin(), climbs.end(), climb) - climbs.begin();
    const ClimbRoles& roles = climb_roles_[record.type][static_cast<size_t>(at)];
    const std::optional<std::string_view> below = known->find(roles.below);
    if (!below) return std::nullopt;
    return plan::OrgTrees::Stood{*below, known->find(roles.above)};
  };
  const base::TimeMs at = base::planted(base::PlantedBug::kTreeOfNow) ? clock_ : record.occurred_at;
  if (known == nullptr) return trees_.climb(batch, record, at, account_at, {});
  trees_.climb(batch, record, at, account_at, stood);
}

// What climb() has found. Roles that the event leaves out are not filled in yet.
void Admission::note_climbs(const event::Batch& batch, const event::Record& record,
                            RecordedRoles& recorded) const {
  const std::vector<plan::ClimbSlot>& climbs = program_->climbs[record.type];
  const auto sent_at = [&](uint8_t slot) {
    const int64_t text = batch.values[record.values + slot];
    return batch.view(batch.texts[static_cast<size_t>(text)]);
  };
  for (size_t c = 0; c < climbs.size(); ++c) {
    const plan::ClimbSlot& climb = climbs[c];
    if (!climb.stands) continue;
    // Who is not named has the role still, or nobody has it.
    const bool is_named = (record.present >> climb.below & 1) != 0;
    const bool is_found = (record.present >> climb.slot & 1) != 0;
    const ClimbRoles& roles = climb_roles_[record.type][c];
    if (is_named) {
      recorded.record(roles.below, sent_at(climb.below));
    } else {
      const std::optional<std::string_view> below =
          recorded_role(record.type, climb.below, recorded);
      if (!below) continue;
      recorded.record(roles.below, std::string(*below));
    }
    if (is_found) {
      recorded.record(roles.above, sent_at(climb.slot));
    } else {
      recorded.erase(roles.above);
    }
  }
}

std::optional<std::string_view> Admission::recorded_role(uint16_t type, uint8_t slot,
                                                         const RecordedRoles& recorded) const {
  for (const RoleSlot& role : roles_[type]) {
    if (role.slot == slot) return recorded.find(role.role);
  }
  return std::nullopt;
}

}  // namespace guerdon::pipeline
