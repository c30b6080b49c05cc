#include "tools/guerdon/export/table_writer.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/csv_cell.h"

namespace guerdon::tools {

TableWriter::TableWriter(Format format, std::vector<Column> columns, std::FILE* out)
    : format_(format), columns_(std::move(columns)), out_(out) {
  if (format_ == Format::kJsonLines) return;
  std::vector<std::string> names;
  for (const Column& column : columns_) names.emplace_back(column.name);
  write_csv(names);
}

void TableWriter::write(std::span<const std::string> values) {
  GUERDON_ASSERT(values.size() == columns_.size());
  format_ == Format::kCsv ? write_csv(values) : write_json(values);
}

bool TableWriter::finish() { return std::fflush(out_) == 0 && std::ferror(out_) == 0; }

void TableWriter::write_csv(std::span<const std::string> values) {
  line_.clear();
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) line_ += ',';
    const bool is_text = columns_[i].cell == Cell::kText;
    line_ += is_text ? base::guarded_csv_cell(values[i]) : base::csv_cell(values[i]);
  }
  line_ += '\n';
  std::fwrite(line_.data(), 1, line_.size(), out_);
}

void TableWriter::write_json(std::span<const std::string> values) {
  nlohmann::ordered_json object;
  for (size_t i = 0; i < values.size(); ++i) object[std::string(columns_[i].name)] = values[i];
  line_ = object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  std::fwrite(line_.data(), 1, line_.size(), out_);
}

}  // namespace guerdon::tools
