#include "tools/guerdon/report/report_csv.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/guerdon/export/table_writer.h"

namespace guerdon::tools {

namespace {

using Cell = TableWriter::Cell;

// What the items of a part are called by.
struct PartNames {
  std::string_view part;
  std::array<std::string_view, 4> names;  // empty: no more
};
constexpr std::array<PartNames, 5> kParts = {
    {{"units", {"unit"}},
     {"targets", {"target", "period"}},
     {"winners", {"challenge", "period", "prize", "account"}},
     {"badges", {"badge"}},
     {"budgets", {"budget", "period"}}}};

std::span<const std::string_view> names_of(std::string_view part) {
  const auto found = std::find_if(kParts.begin(), kParts.end(),
                                  [&](const PartNames& each) { return each.part == part; });
  if (found == kParts.end()) return {};
  const auto end = std::find(found->names.begin(), found->names.end(), std::string_view());
  return {found->names.begin(), end};
}

// What a figure is does not hang on what stands in it: a badge may be titled 100.
constexpr std::array<std::string_view, 15> kInWords = {
    "program", "plan",     "each",   "period", "from",  "until", "state", "before",
    "at",      "adoption", "change", "role",   "whole", "unit",  "title"};

bool is_in_words(std::string_view figure) {
  return std::find(kInWords.begin(), kInWords.end(), figure) != kInWords.end();
}

// `12`, `-3.50`.
bool is_decimal(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.front() != '.' && text.back() != '.' &&
         std::count(text.begin(), text.end(), '.') <= 1 &&
         text.find_first_not_of("0123456789.") == std::string_view::npos;
}

class ReportTable {
 public:
  explicit ReportTable(std::FILE* out)
      : table_(TableWriter::Format::kCsv,
               {{"program", Cell::kText},
                {"period", Cell::kText},
                {"part", Cell::kText},
                {"of", Cell::kText},
                {"figure", Cell::kText},
                {"value", Cell::kNumber},
                {"words", Cell::kText}},
               out) {}

  void write(const cli::Answer& report) {
    program_ = cli::text_under(report, "program");
    period_ = cli::text_under(report, "period");
    write_figures(report, {}, "", "");
  }
  bool finish() { return table_.finish(); }

 private:
  using Names = std::span<const std::string_view>;

  // Of a map; of maps in it with its own name in front.
  void write_figures(const cli::Answer& map, Names left_out, const std::string& prefix,
                     std::string_view of);
  void write_part(std::string_view part, const cli::Answer& items);
  void write_line(std::string_view of, const std::string& figure, const cli::Answer& value);

  TableWriter table_;
  std::string program_;
  std::string period_;
  std::string part_;
};

void ReportTable::write_figures(const cli::Answer& map, Names left_out, const std::string& prefix,
                                std::string_view of) {
  for (size_t i = 0; i + 1 < map.items.size(); i += 2) {
    const std::string& key = map.items[i].text;
    const cli::Answer& value = map.items[i + 1];
    if (std::find(left_out.begin(), left_out.end(), key) != left_out.end()) continue;
    if (value.is_array()) {
      write_part(key, value);
    } else if (value.is_map()) {
      write_figures(value, {}, prefix + key + " ", of);
    } else {
      write_line(of, prefix + key, value);
    }
  }
}

void ReportTable::write_part(std::string_view part, const cli::Answer& items) {
  part_ = part;
  const Names names = names_of(part);
  for (const cli::Answer& item : items.items) {
    std::string of;
    for (const std::string_view name : names) {
      of.append(of.empty() ? "" : " ").append(cli::text_under(item, name));
    }
    write_figures(item, names, "", of);
  }
  part_.clear();
}

void ReportTable::write_line(std::string_view of, const std::string& figure,
                             const cli::Answer& value) {
  const std::string text = value.kind == net::ReplyKind::kNull      ? ""
                           : value.kind == net::ReplyKind::kInteger ? std::to_string(value.number)
                                                                    : value.text;
  const bool is_number = !is_in_words(figure) && is_decimal(text);
  const std::array<std::string, 7> line = {program_,
                                           period_,
                                           part_,
                                           std::string(of),
                                           figure,
                                           is_number ? text : "",
                                           is_number ? "" : text};
  table_.write(line);
}

}  // namespace

bool write_report_csv(const cli::Answer& reports, std::FILE* out) {
  ReportTable table(out);
  for (const cli::Answer& report : reports.items) table.write(report);
  return table.finish();
}

}  // namespace guerdon::tools
