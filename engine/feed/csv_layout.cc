#include "engine/feed/csv_layout.h"

#include <algorithm>
#include <memory>

#include "absl/container/flat_hash_set.h"
#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/event/text_rules.h"
#include "engine/feed/csv_row.h"

namespace guerdon::event {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::string at_column(size_t index) { return "the header's column " + std::to_string(index + 1); }

bool check_name(std::string_view name, size_t index, std::string* error) {
  if (name.empty()) {
    *error = at_column(index) + " has no name; give it one, or take the column away";
    return false;
  }
  switch (check_text(name, kTextBytesMax)) {
    case TextFault::kNone:
      return true;
    case TextFault::kTooLong:
      *error = at_column(index) + " has a name of " + std::to_string(name.size()) +
               " bytes; a name may have " + std::to_string(kTextBytesMax);
      return false;
    case TextFault::kNotUtf8:
      *error = at_column(index) +
               " has a name that is not UTF-8: " + printable(name, kExcerptShownMax) +
               "; save the file as UTF-8";
      return false;
    case TextFault::kControlCharacter:
      *error = at_column(index) +
               " has a control character in its name: " + printable(name, kExcerptShownMax) +
               "; write the name without it";
      return false;
  }
  GUERDON_UNREACHABLE();
}

std::string fault_sentence(const RowFault& fault) {
  switch (fault.reason) {
    case Reason::kTooManyFields:
      return "the header has " + std::to_string(fault.bytes) + " columns; at most " +
             std::to_string(fault.limit) + " are read";
    case Reason::kRowTooLong:
      return "the header is longer than " + std::to_string(fault.limit) +
             " bytes; is this a CSV file with a header line?";
    default:
      return at_column(fault.column - size_t{1}) + " has broken quotes near " +
             printable(fault.near, kExcerptShownMax) +
             "; a name stands without quotes, or between two with each quote inside doubled";
  }
}

Purpose purpose_of(FieldKind kind) {
  switch (kind) {
    case FieldKind::kAmount:
      return Purpose::kAmount;
    case FieldKind::kCount:
      return Purpose::kCount;
    case FieldKind::kFlag:
      return Purpose::kFlag;
    case FieldKind::kText:
    case FieldKind::kAccount:
      return Purpose::kText;
    case FieldKind::kLines:
      return Purpose::kLines;
  }
  GUERDON_UNREACHABLE();
}

// Settles what a column is for, once its readers are known.
void settle(ColumnUse& use, const std::vector<SlotReader>& readers) {
  const size_t count = size_t{use.end_reader} - use.first_reader;
  if (count == 0) {
    use.purpose = use.engine;
  } else if (count == 1 && use.engine == Purpose::kNone) {
    use.reader = readers[use.first_reader];
    use.purpose = use.reader.purpose;
  } else {
    use.purpose = Purpose::kSeveral;
  }
}

}  // namespace

bool read_header(std::string_view line, std::vector<std::string>* names, std::string* error) {
  if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  const auto rows = std::make_unique<CsvRows>(CsvRows::kAnyNumber, 1);
  rows->begin(line, true);
  const CsvRows::Cut cut = rows->next();
  if (cut == CsvRows::Cut::kEnd) {
    *error = "the first line is empty; it must be a header that names the columns";
    return false;
  }
  if (cut == CsvRows::Cut::kRefused) {
    *error = fault_sentence(rows->fault());
    return false;
  }
  absl::flat_hash_set<std::string_view> seen;
  for (size_t i = 0; i < rows->field_count(); ++i) {
    const std::string_view name = rows->fields()[i];
    if (!check_name(name, i, error)) return false;
    if (!seen.insert(name).second) {
      *error = "the header names two columns " + std::string(name) + "; rename or remove one";
      return false;
    }
  }
  names->assign(rows->fields(), rows->fields() + rows->field_count());
  return true;
}

bool CsvLayout::build(const Schema& schema, std::string_view header, std::string* error) {
  if (!read_names(header, error) || !find_required(error)) return false;
  types_.clear();
  for (int i = 0; i < schema.size(); ++i) {
    types_.push_back(lay_out(schema.type(static_cast<uint16_t>(i)), columns_));
    slots_max_ = std::max(slots_max_, types_.back().slots);
  }
  return true;
}

bool CsvLayout::read_names(std::string_view header, std::string* error) {
  std::vector<std::string> names;
  if (!read_header(header, &names, error)) return false;
  columns_.clear();
  for (std::string& name : names) {
    const uint64_t hash = base::hash64(name);
    columns_.push_back({std::move(name), hash, Purpose::kNone});
  }
  return true;
}

bool CsvLayout::find_required(std::string* error) {
  struct Required {
    std::string_view name;
    Purpose purpose;
    size_t* index;
  };
  for (const Required& required : {Required{"event_id", Purpose::kId, &id_},
                                   {"time", Purpose::kTime, &time_},
                                   {"type", Purpose::kType, &type_}}) {
    const auto found = std::find_if(columns_.begin(), columns_.end(), [&](const CsvColumn& column) {
      return column.name == required.name;
    });
    if (found == columns_.end()) {
      *error = "the header has no column " + std::string(required.name) +
               "; a trace begins with a line like event_id,time,type,account,amount";
      return false;
    }
    found->engine = required.purpose;
    *required.index = static_cast<size_t>(found - columns_.begin());
  }
  return true;
}

namespace {

// A plan names the object of a type as it likes; in a request it has a word of its own, too.
Purpose engine_of(const TypeSchema& type, const CsvColumn& column) {
  if (column.engine != Purpose::kNone) return column.engine;
  const bool is_object =
      std::find(type.objects.begin(), type.objects.end(), column.name) != type.objects.end();
  if (is_object) return Purpose::kObject;
  return type.has_versions && column.name == "version" ? Purpose::kVersion : Purpose::kNone;
}

}  // namespace

TypeLayout lay_out(const TypeSchema& type, const std::vector<CsvColumn>& columns) {
  TypeLayout layout;
  layout.slots = type.slots.size();
  layout.lines = type.lines;
  for (const CsvColumn& column : columns) {
    ColumnUse use;
    use.name_hash = column.name_hash;
    use.engine = engine_of(type, column);
    use.first_reader = static_cast<uint16_t>(layout.readers.size());
    for (size_t slot = 0; slot < type.slots.size(); ++slot) {
      const Field& field = type.slots[slot];
      if (field.wire != column.name || !field.is_sent()) continue;
      const Purpose purpose = purpose_of(field.kind);
      layout.readers.push_back({purpose, static_cast<uint8_t>(slot), field.scale, field.is_signed});
      use.slots |= uint64_t{1} << slot;
      use.keeps_text |= purpose == Purpose::kText;
    }
    use.end_reader = static_cast<uint16_t>(layout.readers.size());
    settle(use, layout.readers);
    layout.columns.push_back(use);
  }
  return layout;
}

std::vector<std::string> CsvLayout::ignored_columns() const {
  std::vector<std::string> ignored;
  for (size_t c = 0; c < columns_.size(); ++c) {
    if (columns_[c].engine != Purpose::kNone) continue;
    const bool is_read = std::any_of(types_.begin(), types_.end(), [&](const TypeLayout& type) {
      const ColumnUse& use = type.columns[c];
      return use.engine != Purpose::kNone || use.first_reader != use.end_reader;
    });
    if (!is_read) ignored.push_back(columns_[c].name);
  }
  return ignored;
}

}  // namespace guerdon::event
