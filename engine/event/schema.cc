#include "engine/event/schema.h"

#include <algorithm>

#include "absl/strings/string_view.h"
#include "engine/base/assert.h"

namespace guerdon::event {

uint16_t Schema::add_type(std::string_view wire) {
  const uint16_t known = find_type(wire);
  if (known != kNoType) return known;
  GUERDON_ASSERT(size() < kTypesMax);
  const auto index = static_cast<uint16_t>(types_.size());
  types_.push_back({std::string(wire), {}, {}, {}, false});
  by_wire_.emplace(std::string(wire), index);
  return index;
}

int Schema::add_slot(uint16_t type, const Field& field) {
  GUERDON_ASSERT(type < types_.size());
  TypeSchema& schema = types_[type];
  const auto known = std::find(schema.slots.begin(), schema.slots.end(), field);
  if (known != schema.slots.end()) return static_cast<int>(known - schema.slots.begin());
  const size_t slot = schema.slots.size();
  if (slot == kSlotsMax) return -1;
  schema.slots.push_back(field);
  if (field.kind == FieldKind::kAccount) {
    schema.account_slots.push_back(static_cast<uint8_t>(slot));
  }
  return static_cast<int>(slot);
}

std::optional<size_t> Schema::add_lines(uint16_t type, const LineFields& fields) {
  GUERDON_ASSERT(!fields.empty() && fields.size() <= kLineFieldsMax);
  if (add_slot(type, {std::string(kLinesWire), FieldKind::kLines, 0, false}) < 0) {
    return std::nullopt;
  }
  std::vector<LineFields>& all = types_[type].lines;
  if (!all.empty() && all.front().size() != fields.size()) return std::nullopt;
  const auto known = std::find(all.begin(), all.end(), fields);
  const auto number = static_cast<size_t>(known - all.begin());
  if (known == all.end()) all.push_back(fields);
  return number;
}

bool Schema::add_object(uint16_t type, std::string_view wire, bool has_versions) {
  TypeSchema& schema = types_[type];
  const auto known = std::find(schema.objects.begin(), schema.objects.end(), wire);
  schema.has_versions = schema.has_versions || has_versions;
  if (known != schema.objects.end()) return true;
  if (schema.objects.size() == kObjectNamesMax) return false;
  schema.objects.emplace_back(wire);
  return true;
}

uint16_t Schema::find_type(std::string_view wire) const {
  const auto found = by_wire_.find(absl::string_view(wire.data(), wire.size()));
  return found == by_wire_.end() ? kNoType : found->second;
}

}  // namespace guerdon::event
