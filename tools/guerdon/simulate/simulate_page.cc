#include <string_view>

#include "engine/base/timestamp.h"
#include "engine/money/decimal.h"
#include "tools/cli/table.h"
#include "tools/guerdon/page.h"
#include "tools/guerdon/simulate/simulate_report.h"

namespace guerdon::tools {

namespace {

using cli::Block;
using cli::line_of;
using cli::Look;
using cli::Row;
using Texts = std::vector<std::string>;

// What stands beside a label: before, after and the difference; where nothing was before, what is.
class Columns {
 public:
  Columns(const Look& look, bool has_before) : look_(look), has_before_(has_before) {}

  Row heading(const Texts& labels) const {
    Row row;
    for (const std::string& label : labels) row.push_back({look_.bold(line_of(label))});
    return row;
  }
  // `scale` 0 for what is counted.
  void add(const Change& change, int scale, Row* row) const {
    if (has_before_) add(change.before, scale, row);
    add(change.after, scale, row);
    if (!has_before_) return;
    add(change.difference(), scale, row);
    if (change.difference() < 0) row->back().front() = look_.red(row->back().front());
  }
  void add(base::Int128 number, int scale, Row* row) const {
    row->push_back({line_of(grouped(money::format_decimal(number, scale)))});
  }

 private:
  const Look& look_;
  const bool has_before_;
};

// The first column holds names, the others numbers.
Block table_of(const std::vector<Row>& rows) {
  constexpr size_t kColumnsMax = 8;
  std::vector<bool> is_right(kColumnsMax, true);
  is_right.front() = false;
  return cli::lay_out(rows, is_right);
}

Texts joined(Texts first, const Texts& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

std::string listed(const Texts& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

class SimulatePage {
 public:
  SimulatePage(const SimulateReport& report, const Look& look)
      : report_(report), look_(look), columns_(look, report.has_before()) {}

  std::string text() {
    if (report_.is_of_folder()) {
      add_line("corrections by " + listed(report_.plans) + " of what " + report_.data +
               " has paid up to LSN " + std::to_string(report_.last_lsn));
    } else {
      add_events();
    }
    for (const VersionChanges& version : report_.versions) add_version(version);
    for (const UnitComparison& unit : report_.units) add_unit(unit);
    if (report_.units.empty()) {
      add_line(report_.is_of_folder() ? "Nothing that was paid changes."
                                      : "No rule pays anything.");
    }
    return cli::text_of(block_);
  }

 private:
  void add_line(const std::string& text) { block_.push_back(line_of(text)); }
  void add_title(const std::string& text) {
    block_.emplace_back();
    block_.push_back(look_.bold(line_of(text)));
  }
  void add_table(const std::vector<Row>& rows) { cli::append(table_of(rows), &block_); }

  void add_events();
  void add_version(const VersionChanges& version);
  void add_unit(const UnitComparison& unit);
  void add_totals(const UnitComparison& unit);
  void add_accounts(const UnitComparison& unit);
  void add_rules(const UnitComparison& unit);
  void add_biggest(const std::string& title, const std::vector<AccountChange>& changes, int scale);

  const SimulateReport& report_;
  const Look& look_;
  const Columns columns_;
  Block block_;
};

void SimulatePage::add_events() {
  const Summary& before = report_.before;
  const Summary& after = report_.after;
  add_line(counted(after.events, "event") + " of " + counted(report_.traces.size(), "trace"));
  if (report_.has_before()) add_line("before: " + listed(report_.against));
  add_line((report_.has_before() ? "after:  " : "under: ") + listed(report_.plans));
  block_.emplace_back();
  std::vector<Row> rows;
  if (report_.has_before()) rows.push_back(columns_.heading({"events", "before", "after"}));
  const auto add = [&](std::string_view label, uint64_t old_count, uint64_t new_count) {
    Row row = {{line_of(label)}};
    if (report_.has_before()) columns_.add(old_count, 0, &row);
    columns_.add(new_count, 0, &row);
    rows.push_back(std::move(row));
  };
  add("accepted", before.accepted, after.accepted);
  add("ignored", before.ignored, after.ignored);
  add("duplicates", before.duplicates, after.duplicates);
  add("refused", before.refused, after.refused);
  add_table(rows);
}

void SimulatePage::add_version(const VersionChanges& version) {
  add_title("Version " + std::to_string(version.version) + " of plan " + version.plan + ", from " +
            base::format_timestamp(version.from));
  std::vector<Row> rows;
  for (const auto& [rule, what] : version.rules) rows.push_back({{line_of(rule)}, {line_of(what)}});
  if (rows.empty()) return add_line("no rule changes");
  cli::append(cli::lay_out(rows), &block_);
}

void SimulatePage::add_unit(const UnitComparison& unit) {
  add_title("Programme " + unit.wallet.program + ", in " + unit.wallet.unit);
  add_totals(unit);
  add_accounts(unit);
  add_rules(unit);
  add_biggest(report_.has_before() ? "biggest changes up" : "paid most", unit.up, unit.scale);
  add_biggest(report_.has_before() ? "biggest changes down" : "charged most", unit.down,
              unit.scale);
}

void SimulatePage::add_totals(const UnitComparison& unit) {
  std::vector<Row> rows;
  if (report_.has_before()) {
    rows.push_back(columns_.heading({"amount", "before", "after", "difference", "percent"}));
  }
  const auto add = [&](std::string_view label, const Change& change) {
    Row row = {{line_of(label)}};
    columns_.add(change, unit.scale, &row);
    if (report_.has_before()) row.push_back({line_of(change.percent().value_or("-"))});
    rows.push_back(std::move(row));
  };
  add("credited", unit.credited);
  add("taken", unit.taken);
  add("in all", unit.in_all);
  add_table(rows);
}

void SimulatePage::add_accounts(const UnitComparison& unit) {
  block_.emplace_back();
  std::vector<Row> rows;
  if (report_.has_before()) {
    rows.push_back(columns_.heading({"accounts", "before", "after", "difference"}));
  }
  const auto add = [&](std::string_view label, const Change& change) {
    Row row = {{line_of(label)}};
    columns_.add(change, 0, &row);
    rows.push_back(std::move(row));
  };
  add(report_.has_before() ? "paid" : "accounts paid", unit.paid);
  add(report_.has_before() ? "charged" : "accounts charged", unit.charged);
  add_table(rows);
  if (!report_.has_before()) return;
  add_line("more for " + counted(unit.more, "account") + ", less for " + grouped(unit.less) +
           ", the same for " + grouped(unit.same));
}

void SimulatePage::add_rules(const UnitComparison& unit) {
  block_.emplace_back();
  Texts labels = {"rule"};
  if (report_.has_before()) {
    labels = joined(labels, {"entries before", "after", "amount before", "after", "difference"});
  } else {
    labels = joined(labels, {"entries", "amount"});
  }
  std::vector<Row> rows = {columns_.heading(labels)};
  for (const RuleComparison& rule : unit.rules) {
    Row row = {{line_of(rule.rule)}};
    if (report_.has_before()) columns_.add(rule.entries.before, 0, &row);
    columns_.add(rule.entries.after, 0, &row);
    columns_.add(rule.amount, unit.scale, &row);
    rows.push_back(std::move(row));
  }
  add_table(rows);
}

void SimulatePage::add_biggest(const std::string& title, const std::vector<AccountChange>& changes,
                               int scale) {
  if (changes.empty()) return;
  block_.emplace_back();
  Texts labels = {title};
  labels = joined(labels,
                  report_.has_before() ? Texts{"before", "after", "difference"} : Texts{"amount"});
  std::vector<Row> rows = {columns_.heading(labels)};
  for (const AccountChange& change : changes) {
    Row row = {{line_of(change.account)}};
    columns_.add(change.amount, scale, &row);
    rows.push_back(std::move(row));
  }
  add_table(rows);
}

}  // namespace

std::string to_page(const SimulateReport& report, const Look& look) {
  return SimulatePage(report, look).text();
}

}  // namespace guerdon::tools
