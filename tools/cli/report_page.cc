#include "tools/cli/report_page.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace guerdon::cli {
namespace {

// What it shows of a report; of the answer in docs/protocol.md all but some of the instants.
constexpr std::array<std::string_view, 9> kReportKeys = {"program", "period",   "participants",
                                                         "active",  "adoption", "units",
                                                         "targets", "winners",  "late_events"};
// ... and of a unit, under these titles; one without a title has the name of the period before.
struct UnitColumn {
  std::string_view key;
  std::string_view title;
};
constexpr std::array<UnitColumn, 9> kUnitColumns = {{{"unit", "unit"},
                                                     {"credited", "credited"},
                                                     {"taken_back", "taken back"},
                                                     {"net", "net"},
                                                     {"net_before", ""},
                                                     {"change", "change"},
                                                     {"at_close", "at close"},
                                                     {"breakage", "breakage"},
                                                     {"balance", "balance"}}};

const std::vector<Answer>& items_under(const Answer& map, std::string_view key) {
  static const std::vector<Answer> kNone;
  const Answer* const value = find_value(map, key);
  return value == nullptr || value->is_scalar() ? kNone : value->items;
}

int64_t number_under(const Answer& map, std::string_view key) {
  const Answer* const value = find_value(map, key);
  return value != nullptr && value->kind == net::ReplyKind::kInteger ? value->number : 0;
}

Block bold_cell(std::string_view text, const Look& look) { return {look.bold(line_of(text))}; }

Line report_heading(const Answer& report, const Look& look) {
  const std::string adoption = text_under(report, "adoption");
  const bool is_somebody = number_under(report, "participants") > 0;
  return look.bold(line_of(text_under(report, "program") + ", " + text_under(report, "period") +
                           ", " + text_under(report, "state") + ": " +
                           (is_somebody ? std::to_string(number_under(report, "active")) + " of " +
                                              std::to_string(number_under(report, "participants")) +
                                              " active, " + adoption
                                        : "nobody takes part")));
}

Line coloured_change(const std::string& change, const Look& look) {
  const Line line = line_of(change);
  if (change.starts_with('+')) return look.band("green", line);
  return change.starts_with('-') ? look.band("red", line) : line;
}

Block units_page(const Answer& report, const Look& look) {
  const std::vector<Answer>& units = items_under(report, "units");
  if (units.empty()) return {};
  std::vector<Row> rows(1);
  std::vector<bool> is_right;
  for (const UnitColumn& column : kUnitColumns) {
    const bool is_before = column.title.empty();
    rows[0].push_back(
        bold_cell(is_before ? text_under(report, "before") : std::string(column.title), look));
    is_right.push_back(column.key != "unit");
  }
  for (const Answer& unit : units) {
    Row& row = rows.emplace_back();
    for (const UnitColumn& column : kUnitColumns) {
      const std::string text = text_under(unit, column.key);
      row.push_back({column.key == "change" ? coloured_change(text, look) : line_of(text)});
    }
  }
  return lay_out(rows, is_right);
}

// A row a map, a column a value: "earn 120.00".
Row pairs_row(const std::string& name, const Answer& unit, std::string_view key) {
  Row row = {{line_of(text_under(unit, "unit"))}, {line_of(name)}};
  const std::vector<Answer>& pairs = items_under(unit, key);
  for (size_t i = 0; i + 1 < pairs.size(); i += 2) {
    if (pairs[i + 1].is_scalar()) {
      row.push_back({line_of(pairs[i].text + " " + pairs[i + 1].text)});
    }
  }
  return row;
}

Row liability_row(const Answer& unit) {
  Row row = {{line_of(text_under(unit, "unit"))}, {line_of("liability")}};
  const Answer* const all = find_value(unit, "liability");
  if (all == nullptr || !all->is_map()) return row;
  row.push_back({line_of(text_under(*all, "all"))});
  const std::vector<Answer>& months = items_under(*all, "expires");
  for (size_t i = 0; i + 1 < months.size(); i += 2) {
    row.push_back({line_of(months[i].text + ": " + months[i + 1].text)});
  }
  row.push_back({line_of("never: " + text_under(*all, "never_expires"))});
  row.push_back({line_of("held: " + text_under(*all, "held"))});
  row.push_back({line_of("owed: " + text_under(unit, "owed"))});
  return row;
}

Block sums_page(const Answer& report) {
  std::vector<Row> rows;
  for (const Answer& unit : items_under(report, "units")) {
    rows.push_back(liability_row(unit));
    if (!items_under(unit, "kinds").empty()) rows.push_back(pairs_row("by kind", unit, "kinds"));
  }
  return lay_out(rows);
}

Row target_row(const Answer& target, const Look& look) {
  Row row = {
      {look.bold(line_of(text_under(target, "target"))), line_of(text_under(target, "role"))},
      {line_of(text_under(target, "period")), line_of(text_under(target, "state"))}};
  const Answer* const achieved = find_value(target, "achieved");
  if (achieved != nullptr && achieved->kind != net::ReplyKind::kNull) {
    row[1].push_back(line_of(achieved->text + " " + text_under(target, "unit")));
  }
  const Answer* const cost = find_value(target, "cost_percent");
  if (cost != nullptr && cost->kind == net::ReplyKind::kInteger) {
    row[1].push_back(line_of("cost " + std::to_string(cost->number) + " %"));
  }
  const int64_t rows = number_under(target, "rows");
  Block names;
  Block bars;
  Block percents;
  Block counts;
  const std::vector<Answer>& bands = items_under(target, "bands");
  for (size_t i = 0; i + 1 < bands.size(); i += 2) {
    const int64_t percent = rows == 0 ? 0 : bands[i + 1].number * 100 / rows;
    names.push_back(look.band(bands[i].text, line_of(bands[i].text)));
    bars.push_back(look.band(bands[i].text, bar_of(percent)));
    percents.push_back(line_of(std::to_string(percent) + " %"));
    counts.push_back(line_of(std::to_string(bands[i + 1].number)));
  }
  for (Block* const block : {&names, &bars, &percents, &counts}) row.push_back(std::move(*block));
  return row;
}

Block targets_page(const Answer& report, const Look& look) {
  std::vector<Row> rows;
  for (const Answer& target : items_under(report, "targets")) {
    rows.push_back(target_row(target, look));
  }
  Block page = lay_out(rows, {false, false, false, false, true, true});
  if (const int64_t gone = number_under(report, "targets_gone"); gone > 0) {
    page.push_back(line_of("of " + std::to_string(gone) + (gone == 1 ? " period" : " periods") +
                           " of targets nothing is kept"));
  }
  return page;
}

// An array of maps as lines of some of their values.
Block list_page(const Answer& report, std::string_view name, std::string_view heading,
                std::vector<std::string_view> keys, const Look& look) {
  std::vector<Row> rows;
  for (const Answer& item : items_under(report, name)) {
    Row& row = rows.emplace_back();
    for (const std::string_view key : keys) row.push_back({line_of(text_under(item, key))});
  }
  if (rows.empty()) return {};
  Block page = bold_cell(heading, look);
  append(lay_out(rows), &page);
  return page;
}

Block log_page(const Answer& report) {
  if (text_under(report, "late_events").empty()) {
    return {line_of("late events and unmatched keys: not known, the log is too long or not there")};
  }
  Block page;
  if (number_under(report, "late_events") > 0) {
    page.push_back(line_of("late events: " + text_under(report, "late_events") + ", refused " +
                           text_under(report, "late_refused")));
  }
  const std::vector<Answer>& tables = items_under(report, "unmatched");
  for (size_t i = 0; i + 1 < tables.size(); i += 2) {
    page.push_back(line_of("no row in table " + tables[i].text + ": " +
                           std::to_string(tables[i + 1].number) +
                           (tables[i + 1].number == 1 ? " event" : " events")));
  }
  return page;
}

Block one_page(const Answer& report, const Look& look) {
  Block page = {
      report_heading(report, look),
      line_of(text_under(report, "from") + " to " + text_under(report, "until") + ", as of " +
              text_under(report, "at") + ", LSN " + text_under(report, "lsn"))};
  append(units_page(report, look), &page);
  append(sums_page(report), &page);
  append(targets_page(report, look), &page);
  const std::string won = text_under(report, "won");
  append(list_page(report, "winners", "won: " + won,
                   {"challenge", "period", "prize", "account", "amount", "unit"}, look),
         &page);
  append(list_page(report, "badges", "badges given, taken back",
                   {"badge", "title", "given", "taken_back"}, look),
         &page);
  append(list_page(report, "budgets", "budgets: used, of, left",
                   {"budget", "period", "used", "limit", "left", "unit"}, look),
         &page);
  append(log_page(report), &page);
  return page;
}

}  // namespace

bool is_report(const Answer& answer) {
  const auto is_one = [](const Answer& report) {
    const auto has = [&](std::string_view key) { return find_value(report, key) != nullptr; };
    return report.is_map() && std::all_of(kReportKeys.begin(), kReportKeys.end(), has) &&
           find_value(report, "units")->is_array() && find_value(report, "targets")->is_array();
  };
  return answer.is_array() && !answer.items.empty() &&
         std::all_of(answer.items.begin(), answer.items.end(), is_one);
}

Block report_page(const Answer& answer, const Look& look) {
  Block page;
  for (const Answer& report : answer.items) {
    if (!page.empty()) page.push_back(line_of(""));
    append(one_page(report, look), &page);
  }
  return page;
}

}  // namespace guerdon::cli
