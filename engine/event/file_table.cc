#include "engine/event/named.h"

#include "engine/event/field.h"
#include "engine/event/text_rules.h"
#include "engine/money/decimal.h"

namespace guerdon::event {

namespace {

constexpr int kPercentScale = 4;  // decimals of a percentage that make a millionth

std::string number_words(const FileTable::Column& column) {
  if (column.is_ratio) return "a ratio such as 0.05 or 5%, or `none`";
  if (column.scale == 0) return "a whole number, or `none`";
  return "a number of at most " + std::to_string(column.scale) + " decimals, or `none`";
}

}  // namespace

std::string table_value_in_words(const FileTable::Column& column, int64_t value) {
  return value == kNoValue ? "none" : money::format_decimal(value, column.scale);
}

bool read_table_value(const FileTable::Column& column, std::string_view text, int64_t* value,
                      std::string* error) {
  if (text == "none") {
    *value = kNoValue;
    return true;
  }
  const bool is_percentage = column.is_ratio && text.ends_with('%');
  const std::string_view digits = is_percentage ? text.substr(0, text.size() - 1) : text;
  const int scale = is_percentage ? kPercentScale : column.scale;
  if (money::parse_decimal(digits, scale, value) != money::DecimalError::kNone) {
    *error = printable(text, kExcerptShownMax) + " is no value of this column; write " +
             number_words(column);
    return false;
  }
  if (*value >= 0 && *value <= column.most) return true;
  *error = printable(text, kExcerptShownMax) + " is not from 0 to " +
           table_value_in_words(column, column.most) +
           ", which is what the plan lets the column have; write a value that is, or raise "
           "`at most` there";
  return false;
}

std::optional<int64_t> read_table_count(std::string_view text) {
  int64_t count = 0;
  if (read_count(text, false, &count)) return std::nullopt;
  return count;
}

std::optional<base::Hash128> key_of_row(const FileTable& table, size_t column,
                                        std::span<const std::string_view> keys, size_t* bad) {
  TableKey key(table, column);
  for (size_t k = 0; k < keys.size(); ++k) {
    if (table.key_is_text[k]) {
      key.add_text(keys[k]);
      continue;
    }
    const std::optional<int64_t> count = read_table_count(keys[k]);
    if (!count) {
      *bad = k;
      return std::nullopt;
    }
    key.add_count(*count);
  }
  return key.finish();
}

const FileTable* find_file_table(std::span<const FileTable> tables, std::string_view name,
                                 std::string* error) {
  const FileTable* found = nullptr;
  for (const FileTable& table : tables) {
    if (name == table.plan + "." + table.name) return &table;
    if (name != table.name) continue;
    if (found != nullptr) {
      *error = printable(name, kExcerptShownMax) + " is a table of several plans; write PLAN." +
               table.name;
      return nullptr;
    }
    found = &table;
  }
  if (found == nullptr) {
    *error = "no plan has a table " + printable(name, kExcerptShownMax) +
             " with its rows from a file; declare it with `from file`, or write PLAN.TABLE";
  }
  return found;
}

std::optional<size_t> find_column(const FileTable& table, std::string_view name) {
  for (size_t c = 0; c < table.columns.size(); ++c) {
    if (table.columns[c].name == name) return c;
  }
  return std::nullopt;
}

}  // namespace guerdon::event
