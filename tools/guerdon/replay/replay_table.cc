#include <string_view>

#include "engine/base/timestamp.h"
#include "engine/money/decimal.h"
#include "tools/guerdon/page.h"
#include "tools/guerdon/replay/replay_report.h"
#include "tools/guerdon/replay/unit_totals.h"

namespace guerdon::tools {

namespace {

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
  page.line("memory        " + byte_size(report.peak_rss_bytes) + " at the most; accounts " +
            byte_size(report.summary.state_bytes) + ", event ids " +
            byte_size(report.summary.key_bytes));
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
