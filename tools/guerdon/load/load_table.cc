#include "engine/base/timestamp.h"
#include "tools/guerdon/load/load_report.h"
#include "tools/guerdon/page.h"

namespace guerdon::tools {

namespace {

std::string headline(const LoadReport& report) {
  const load::LoopResult& run = *report.run;
  return "closed loop: " + counted(run.tally.acknowledged(), "event") + " acknowledged in " +
         seconds(run.elapsed_ns) + ", " + grouped(run.events_per_second()) + " a second";
}

std::string manner(const LoadReport& report) {
  const LoadOptions& options = report.options;
  std::string text = counted(options.connections, "connection") + ", " +
                     counted(pipeline_of(options), "request") + " under way on each, ";
  if (options.send == "lines") return text + "a line an event";
  if (options.send == "resp") return text + "an array an event";
  return text + counted(options.batch, "event") + " a batch";
}

void add_prepared(const LoadReport& report, Page& page) {
  const PreparedLoad& prepared = report.prepared;
  page.row("prepared", grouped(prepared.events),
           "events, " + counted(prepared.requests, "request") + ", " + byte_size(prepared.bytes));
  if (report.options.connections > 1) {
    page.row("  busiest", grouped(prepared.busiest), "requests on one connection, the most of any");
  }
  if (prepared.ignored > 0) {
    page.row("  left out", grouped(prepared.ignored), "of a type that no plan declares");
  }
  if (prepared.unsendable > 0) {
    page.row("  left out", grouped(prepared.unsendable), "broken rows, or no id, time or type");
  }
}

void add_replies(const load::LoopResult& result, Page& page) {
  const load::ReplyTally& tally = result.tally;
  page.row("accepted", grouped(tally.accepted));
  page.row("duplicates", grouped(tally.duplicates));
  page.row("refused", grouped(tally.refused));
  for (const auto& [code, count] : tally.refused_by_code) {
    page.row("  " + code, grouped(count));
  }
  if (tally.entries > 0) page.row("entries", grouped(tally.entries));
}

void add_latency(const LoadReport& report, Page& page) {
  const base::Histogram& latency = report.run->latency_ns;
  page.line("latency of a request, at this throughput");
  for (const ShownQuantile& shown : kShownQuantiles) {
    const uint64_t us = latency.quantile(shown.millionths) / kNsPerUs;
    page.row(std::string("  ") + shown.name, grouped(us), "us");
  }
  page.row("  max", grouped(latency.max() / kNsPerUs), "us");
}

void add_server(const LoadReport& report, Page& page) {
  if (report.ticked_to) page.line("clock         " + base::format_timestamp(*report.ticked_to));
  if (!report.hashes.state.empty()) {
    page.line("state_hash    " + report.hashes.state);
    page.line("entries_hash  " + report.hashes.entries);
    page.line("lsn           " + report.hashes.lsn);
  }
  page.line("generator     " + seconds(report.run->cpu_ns) + " of processor time");
  if (report.repeat == nullptr) return;
  page.line("repeated      " + (report.repeat_fault.empty()
                                    ? "every event was known, nothing changed"
                                    : "WRONG: " + report.repeat_fault));
}

}  // namespace

std::string to_table(const LoadReport& report) {
  Page page;
  page.line(headline(report));
  page.line(manner(report));
  page.line("");
  add_prepared(report, page);
  add_replies(*report.run, page);
  page.line("");
  add_latency(report, page);
  page.line("");
  add_server(report, page);
  return page.take();
}

}  // namespace guerdon::tools
