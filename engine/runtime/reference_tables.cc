#include "engine/runtime/reference_rates.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "engine/base/assert.h"
#include "engine/base/timestamp.h"
#include "engine/event/field.h"
#include "engine/event/named.h"
#include "engine/event/text_rules.h"
#include "engine/feed/command_reader.h"
#include "engine/feed/csv_row.h"
#include "engine/feed/reference_table.h"
#include "engine/program/rates.h"

namespace guerdon::runtime {

namespace {

using event::FileTable;

constexpr size_t kNoColumn = ~size_t{0};
constexpr std::array<std::string_view, event::kTableKeyFieldsMax> kKeyWords = {
    "key=", "key2=", "key3=", "key4="};

std::string shown(std::string_view text) { return event::printable(text, kShownOfFile); }

class RowsOfFile {
 public:
  RowsOfFile(Core& core, const FileTable& table, std::string_view text,
             std::vector<event::FileProblem>* problems)
      : core_(core),
        table_(table),
        text_(text),
        problems_(problems),
        reader_(core.program().schema),
        source_("tables") {}

  // Whether each row would be taken.
  bool try_all(size_t* rows);
  // False: *error.
  bool take_all(size_t* fresh, std::string* error);

 private:
  // One value of a row.
  struct Value {
    base::Hash128 key;
    base::TimeMs from = plan::kAlways;
    int64_t value = 0;
  };

  bool find_columns();
  template <typename Visit>
  void for_each_row(const Visit& visit);
  std::string_view cell(size_t column) const { return csv_->fields()[column]; }
  std::string_view from() const {
    return from_column_ == kNoColumn ? std::string_view() : cell(from_column_);
  }
  // False: *fault, or where that is empty the value says nothing.
  bool read_value(size_t column, Value* value, std::string* fault) const;
  void try_row(uint64_t line);
  void add_command(size_t column, event::Batch& batch);

  Core& core_;
  const FileTable& table_;
  const std::string_view text_;
  event::ProblemList problems_;
  event::CommandReader reader_;
  const event::Source source_;
  size_t width_ = 0;  // columns of the file
  std::vector<size_t> key_columns_;
  std::vector<size_t> value_columns_;
  size_t from_column_ = kNoColumn;
  std::optional<event::CsvRows> csv_;
  absl::flat_hash_map<std::pair<uint64_t, uint64_t>, uint64_t> lines_;  // by key and instant
  size_t fresh_ = 0;
};

bool RowsOfFile::find_columns() {
  const std::vector<std::string> header = event::table_header(text_, &problems_);
  if (!problems_.is_empty()) return false;
  width_ = header.size();
  const auto find = [&](std::string_view name) {
    const auto at = std::find(header.begin(), header.end(), name);
    return at == header.end() ? kNoColumn : static_cast<size_t>(at - header.begin());
  };
  const auto wanted = [&](const std::string& name, std::vector<size_t>& columns) {
    columns.push_back(find(name));
    if (columns.back() != kNoColumn) return;
    problems_.add(1, "there is no column " + name + ", which table " + table_.name +
                         " of its plan has; name it in the header");
  };
  for (const std::string& key : table_.keys) wanted(key, key_columns_);
  for (const FileTable::Column& column : table_.columns) {
    wanted(column.name.empty() ? "value" : column.name, value_columns_);
  }
  from_column_ = find("from");
  return problems_.is_empty();
}

// All rows but those that are broken: these are told when they are first seen.
template <typename Visit>
void RowsOfFile::for_each_row(const Visit& visit) {
  csv_.emplace(width_, 1);
  csv_->begin(text_, true);
  bool is_header = true;
  for (;;) {
    const event::CsvRows::Cut cut = csv_->next();
    if (cut == event::CsvRows::Cut::kEnd) return;
    if (std::exchange(is_header, false)) continue;
    if (!visit(cut == event::CsvRows::Cut::kRow)) return;
  }
}

bool RowsOfFile::read_value(size_t column, Value* value, std::string* fault) const {
  fault->clear();
  const std::string_view text = cell(value_columns_[column]);
  if (text.empty()) return false;
  std::array<std::string_view, event::kTableKeyFieldsMax> keys;
  for (size_t k = 0; k < key_columns_.size(); ++k) {
    keys[k] = cell(key_columns_[k]);
    if (!keys[k].empty() && !event::read_text(keys[k], event::kTextBytesMax)) continue;
    *fault = shown(keys[k]) + " is no " + table_.keys[k] + "; write a text of 1 to " +
             std::to_string(event::kTextBytesMax) + " bytes without control characters";
    return false;
  }
  size_t bad = 0;
  const auto key =
      event::key_of_row(table_, column, std::span(keys).first(key_columns_.size()), &bad);
  if (!key) {
    *fault =
        shown(keys[bad]) + " is no whole number from 0 on; " + table_.keys[bad] + " is a count";
    return false;
  }
  value->key = *key;
  value->from = plan::kAlways;
  if (!from().empty() && !base::parse_timestamp(from(), &value->from)) {
    *fault = shown(from()) +
             " is no time; write one such as 2026-03-01T00:00:00Z, or nothing where the row "
             "always holds";
    return false;
  }
  return event::read_table_value(table_.columns[column], text, &value->value, fault);
}

void RowsOfFile::try_row(uint64_t line) {
  const plan::FileRows& rows = core_.admission().file_rows();
  for (size_t c = 0; c < table_.columns.size(); ++c) {
    Value value;
    std::string fault;
    if (!read_value(c, &value, &fault)) {
      if (!fault.empty()) return problems_.add(line, std::move(fault));
      continue;
    }
    const base::Hash128 place =
        base::HashBuilder().u64(value.key.lo).u64(value.key.hi).i64(value.from).finish();
    const auto [first, is_new] = lines_.emplace(std::pair(place.lo, place.hi), line);
    if (!is_new) {
      return problems_.add(line, "line " + std::to_string(first->second) +
                                     " has a row for these keys from the same time already; "
                                     "remove one of them");
    }
    if (!rows.said(value.key, value.from)) ++fresh_;
    if (rows.size() + fresh_ <= plan::kFileRowsMax) continue;
    return problems_.add(line, "with this row there are more than " +
                                   std::to_string(plan::kFileRowsMax) +
                                   " values in all tables; leave rows out that nothing asks for");
  }
}

bool RowsOfFile::try_all(size_t* rows) {
  *rows = 0;
  if (!find_columns()) return false;
  for_each_row([&](bool is_whole) {
    if (is_whole) {
      ++*rows;
      try_row(csv_->line());
    } else {
      problems_.add(csv_->line(),
                    "the row is broken: its quotes, its length or the number of its "
                    "fields, of which the header has " +
                        std::to_string(width_));
    }
    return !problems_.is_full();
  });
  lines_ = {};
  return problems_.is_empty();
}

void RowsOfFile::add_command(size_t column, event::Batch& batch) {
  std::vector<std::string> words = {"TABLE", "table=" + table_.plan + "." + table_.name};
  for (size_t k = 0; k < key_columns_.size(); ++k) {
    words.push_back(std::string(kKeyWords[k]).append(cell(key_columns_[k])));
  }
  const std::string& name = table_.columns[column].name;
  if (!name.empty()) words.push_back("column=" + name);
  words.push_back(std::string("value=").append(cell(value_columns_[column])));
  if (!from().empty()) words.push_back(std::string("effective=").append(from()));
  const std::vector<std::string_view> views(words.begin(), words.end());
  const bool is_read = reader_.read(views, source_, batch);
  GUERDON_ASSERT(is_read);  // it was tried
}

bool RowsOfFile::take_all(size_t* fresh, std::string* error) {
  *fresh = 0;
  pipeline::Job* job = nullptr;
  const auto submit = [&] {
    if (job == nullptr) return true;
    core_.assembly().submit(*std::exchange(job, nullptr));
    core_.assembly().drain();
    if (core_.has_room()) return true;
    *error = core_.log_error();
    return false;
  };
  bool goes_on = true;
  for_each_row([&](bool) {
    for (size_t c = 0; c < table_.columns.size() && goes_on; ++c) {
      Value value;
      std::string fault;
      if (!read_value(c, &value, &fault)) continue;
      if (core_.admission().file_rows().said(value.key, value.from) == value.value) continue;
      if (job == nullptr) job = &core_.assembly().take();
      add_command(c, job->batch);
      ++*fresh;
      if (job->batch.records.size() == event::kBatchRecordsMax) goes_on = submit();
    }
    return goes_on;
  });
  return goes_on && submit();
}

}  // namespace

bool take_table(Core& core, std::string_view table, std::string_view text, size_t* rows,
                size_t* fresh, std::vector<event::FileProblem>* problems, std::string* error) {
  problems->clear();
  std::string unknown;
  const FileTable* const found =
      event::find_file_table(core.program().schema.tables(), table, &unknown);
  if (found == nullptr) {
    problems->push_back({1, unknown});
    return false;
  }
  RowsOfFile file(core, *found, text, problems);
  if (!file.try_all(rows)) return false;
  if (!core.has_room()) {
    *error = core.log_error();
    return false;
  }
  if (!file.take_all(fresh, error)) return false;
  if (core.flush()) return true;
  *error = core.log_error();
  return false;
}

}  // namespace guerdon::runtime
