#include "engine/feed/coverage.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"

namespace guerdon::event {

Coverage::Coverage(const Schema& schema, std::vector<std::string> columns)
    : schema_(schema),
      columns_(std::move(columns)),
      came_(static_cast<size_t>(schema.size()), false) {
  const auto type = std::find(columns_.begin(), columns_.end(), "type");
  GUERDON_ASSERT(type != columns_.end());
  type_column_ = static_cast<size_t>(type - columns_.begin());
}

void Coverage::add(std::string_view text, bool last, bool is_all, std::span<const Record> records) {
  bool look_again = rows_.has_value();
  for (const Record& record : records) {
    if (record.type != kNoType) came_[record.type] = true;
    look_again |= record.outcome == Outcome::kIgnored || record.outcome == Outcome::kTooLong;
  }
  if (look_again) name_ignored(text, last, is_all, records);
}

// A record does not hold the name of a type that is ignored, so the rows are cut once more: only
// where some are ignored, and without reading a value.
void Coverage::name_ignored(std::string_view text, bool last, bool is_all,
                            std::span<const Record> records) {
  if (!rows_) rows_.emplace(columns_.size(), 1);
  rows_->begin(text, last);
  for (const Record& record : records) {
    const CsvRows::Cut cut = rows_->next();
    GUERDON_ASSERT(cut != CsvRows::Cut::kEnd);
    if (record.outcome != Outcome::kIgnored) continue;
    GUERDON_ASSERT(cut == CsvRows::Cut::kRow);
    count_ignored(rows_->fields()[type_column_]);
  }
  if (is_all) {
    const CsvRows::Cut cut = rows_->next();
    GUERDON_ASSERT(cut == CsvRows::Cut::kEnd);
  }
  if (!records.empty() && records.back().outcome != Outcome::kTooLong) rows_.reset();
}

// A name that no plan could declare is kept in part.
void Coverage::count_ignored(std::string_view type) {
  type = type.substr(0, kTextBytesMax);
  const auto known = ignored_.find(type);
  if (known != ignored_.end()) {
    ++known->second;
  } else if (ignored_.size() < kIgnoredTypesMax) {
    ignored_.emplace(type, 1);
  }
}

std::vector<AbsentAttribute> Coverage::absent_attributes() const {
  std::vector<AbsentAttribute> absent;
  for (size_t type = 0; type < came_.size(); ++type) {
    if (!came_[type]) continue;
    const TypeSchema& schema = schema_.type(static_cast<uint16_t>(type));
    for (const Field& field : schema.slots) {
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
