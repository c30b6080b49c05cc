#include <algorithm>
#include <string_view>

#include "engine/base/timestamp.h"
#include "engine/money/decimal.h"
#include "tools/guerdon/replay_report.h"
#include "tools/guerdon/unit_totals.h"

namespace guerdon::tools {

namespace {

constexpr size_t kLabelWidth = 14;
constexpr size_t kNumberWidth = 18;

// Commas between thousands: "-1234567.50" is "-1,234,567.50".
std::string grouped(std::string text) {
  const size_t first = text.starts_with('-') ? 1 : 0;
  size_t at = std::min(text.find('.'), text.size());
  while (at > first + 3) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

std::string grouped(uint64_t number) { return grouped(std::to_string(number)); }

std::string counted(uint64_t number, std::string_view noun) {
  return grouped(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

// "12.4 MiB", "31.0 KiB": one decimal, cut.
std::string bytes(uint64_t count) {
  constexpr uint64_t kKiB = 1024;
  const bool is_small = count < kKiB * kKiB;
  const uint64_t unit = is_small ? kKiB : kKiB * kKiB;
  return grouped(count / unit) + "." + std::to_string(count % unit * 10 / unit) +
         (is_small ? " KiB" : " MiB");
}

// "0.012 s": three decimals, cut.
std::string seconds(int64_t ns) {
  constexpr int64_t kNsPerMs = 1'000'000;
  return grouped(money::format_decimal(ns / kNsPerMs, 3)) + " s";
}

class Page {
 public:
  void line(std::string_view text) { text_.append(text).append("\n"); }

  void row(std::string_view label, const std::string& value, std::string_view remark = "") {
    std::string line(label);
    line.resize(std::max(line.size() + 1, kLabelWidth), ' ');
    line.append(kNumberWidth - std::min(value.size(), kNumberWidth), ' ').append(value);
    if (!remark.empty()) line.append("  ").append(remark);
    this->line(line);
  }

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void add_events(const ReplayReport& report, Page& page) {
  const Summary& summary = report.summary;
  page.row("events", grouped(summary.events));
  page.row("  accepted", grouped(summary.accepted));
  page.row("  ignored", grouped(summary.ignored),
           summary.ignored > 0 ? "of a type that no plan declares" : "");
  page.row("  duplicates", grouped(summary.duplicates));
  page.row("  refused", grouped(summary.refused));
  for (const auto& [code, count] : summary.refused_by_code) {
    page.row("    " + code, grouped(count));
  }
}

void add_entries(const ReplayReport& report, Page& page) {
  const Summary& summary = report.summary;
  page.row("entries", grouped(summary.entries));
  for (const auto& [kind, count] : summary.entries_by_kind) page.row("  " + kind, grouped(count));
  for (const auto& [note, count] : summary.entries_by_note) {
    page.row("  noted", grouped(count), note);
  }
}

void add_balances(const ReplayReport& report, Page& page) {
  page.row("accounts", grouped(report.summary.accounts));
  for (const auto& [unit, total] : totals_by_unit(report.balances)) {
    page.row("  " + unit, grouped(money::format_decimal(total.minor, total.scale)),
             "in " + counted(total.balances, "balance"));
  }
}

void add_proof(const ReplayReport& report, Page& page) {
  page.line("state_hash    " + report.state_hash.to_hex());
  page.line("entries_hash  " + report.entries_hash.to_hex());
  page.line("conservation  " + (report.imbalance.empty()
                                    ? "every posting has its counterpart: each shard sums to zero"
                                    : "BROKEN: " + report.imbalance));
  page.line("clock         " + base::format_timestamp(report.clock));
  page.line("memory        " + bytes(report.peak_rss_bytes) + " at the most; accounts " +
            bytes(report.summary.state_bytes) + ", event ids " + bytes(report.summary.key_bytes));
}

std::string headline(const ReplayReport& report) {
  return counted(report.summary.events, "event") + " of " + counted(report.traces.size(), "trace") +
         " under " + counted(report.plans.size(), "plan") + " on " +
         counted(report.shards, "shard") + " in " + seconds(report.elapsed_ns) + ", " +
         grouped(report.events_per_second()) + " a second";
}

}  // namespace

std::string to_table(const ReplayReport& report) {
  Page page;
  page.line(headline(report));
  page.line("");
  add_events(report, page);
  page.line("");
  add_entries(report, page);
  page.line("");
  add_balances(report, page);
  page.line("");
  add_proof(report, page);
  return page.take();
}

}  // namespace guerdon::tools
