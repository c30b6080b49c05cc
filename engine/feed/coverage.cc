#include "engine/feed/coverage.h"

#include <algorithm>
#include <utility>

#include "engine/event/text_rules.h"

namespace guerdon::event {

Coverage::Coverage(const Schema& schema, std::vector<std::string> columns)
    : schema_(schema),
      columns_(std::move(columns)),
      came_(static_cast<size_t>(schema.size()), false) {}

void Coverage::add(std::span<const Record> records) {
  for (const Record& record : records) {
    if (record.type != kNoType) came_[record.type] = true;
  }
}

void Coverage::add_ignored(std::string_view type) {
  const std::string name = printable(type, kTextBytesMax);
  const auto known = ignored_.find(name);
  if (known != ignored_.end()) {
    ++known->second;
  } else if (ignored_.size() < kIgnoredTypesMax) {
    ignored_.emplace(name, 1);
  }
}

std::vector<AbsentAttribute> Coverage::absent_attributes() const {
  std::vector<AbsentAttribute> absent;
  for (size_t type = 0; type < came_.size(); ++type) {
    if (!came_[type]) continue;
    const TypeSchema& schema = schema_.type(static_cast<uint16_t>(type));
    for (const Field& field : schema.slots) {
      if (!field.is_sent()) continue;
      if (std::find(columns_.begin(), columns_.end(), field.wire) != columns_.end()) continue;
      // Plans that read it in different ways have a slot each.
      AbsentAttribute found{schema.wire, field.wire};
      if (std::find(absent.begin(), absent.end(), found) == absent.end()) {
        absent.push_back(std::move(found));
      }
    }
  }
  return absent;
}

}  // namespace guerdon::event
