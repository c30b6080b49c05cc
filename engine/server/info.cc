#include "engine/server/info.h"

#include "engine/base/timestamp.h"

namespace guerdon::server {

namespace {

class InfoText {
 public:
  void section(std::string_view name) {
    if (!text_.empty()) text_ += "\r\n";
    text_.append("# ").append(name).append("\r\n");
  }
  void line(std::string_view name, std::string_view value) {
    text_.append(name).append(":").append(value).append("\r\n");
  }
  void line(std::string_view name, uint64_t value) { line(name, std::to_string(value)); }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void add_server(const InfoSources& from, InfoText& info) {
  const Options& options = from.core.options();
  const auto up = static_cast<uint64_t>(from.clock.monotonic_ns() - from.started_ns);
  info.section("server");
  info.line("version", GUERDON_VERSION);
  info.line("uptime_seconds", up / 1'000'000'000);
  info.line("clock", from.is_clock_of_events ? "events" : "wall");
  info.line("durability", from.core.log() != nullptr ? "always" : "none");
  info.line("shards", options.shards);
  info.line("threads_net", from.loops);
  info.line("threads_shards", options.workers);
  info.line("plans", from.core.program().plans.size());
}

void add_queues(const InfoSources& from, InfoText& info) {
  info.section("queues");
  info.line("connections", from.queues.connections);
  info.line("jobs_under_way", from.queues.jobs);
  info.line("answers_waiting_jobs", from.queues.gate_mails);
  info.line("answers_waiting_bytes", from.queues.gate_bytes);
}

void add_log(const InfoSources& from, InfoText& info) {
  const pipeline::Admission& admission = from.core.admission();
  info.section("log");
  info.line("lsn_applied", admission.last_lsn());
  info.line("engine_time", base::format_timestamp(admission.clock()));
  const pipeline::GroupCommit* log = from.core.log();
  if (log == nullptr) return;
  const pipeline::GroupCommit::Figures figures = log->figures();
  info.line("lsn_durable", log->durable_lsn());
  info.line("log_frames", figures.frames);
  info.line("log_bytes", figures.bytes);
  info.line("log_waiting_bytes", figures.waiting_bytes);
  info.line("log_spare_segments", figures.spares);
  info.line("disk_full", figures.is_full ? 1 : 0);
}

void add_book(const InfoSources& from, InfoText& info) {
  const bookkeeping::BookKeeper* book = from.core.book();
  info.section("book");
  if (book == nullptr) return info.line("book", "none");
  const bookkeeping::BookKeeper::Figures figures = book->figures();
  const bool is_given_up = book->is_given_up();
  info.line("book", is_given_up ? "given up" : figures.is_full ? "disk full" : "kept");
  info.line("book_entries", figures.entries);
  info.line("book_entries_durable", figures.durable);
  info.line("book_entries_waiting", figures.waiting);
  info.line("book_bytes", figures.bytes);
  info.line("book_accounts", figures.accounts);
  info.line("book_memory_bytes", figures.memory);
  const bool is_wrong = is_given_up || figures.is_full;
  info.line("book_problem", is_wrong ? book->problem().sentence() : "none");
}

void add_snapshots(const InfoSources& from, InfoText& info) {
  const std::vector<uint64_t>& lsns = from.core.snapshots();
  info.section("snapshots");
  info.line("snapshots", lsns.size());
  if (lsns.empty()) return;
  info.line("snapshot_newest_lsn", lsns.front());
  info.line("snapshot_oldest_lsn", lsns.back());
}

void add_events(const InfoSources& from, InfoText& info) {
  const Summary summary = from.core.summary();
  info.section("events");
  info.line("events", summary.events);
  info.line("accepted", summary.accepted);
  info.line("duplicates", summary.duplicates);
  info.line("ignored", summary.ignored);
  for (const auto& [code, count] : summary.refused_by_code) info.line("refused_" + code, count);
  info.line("entries", summary.entries);
  info.section("state");
  info.line("accounts", summary.accounts);
  info.line("kept_frames", summary.kept_frames);
  info.line("state_bytes", summary.state_bytes);
}

void add_keys(const InfoSources& from, InfoText& info) {
  const pipeline::KeyTable& keys = from.core.admission().keys();
  info.section("keys");
  info.line("keys", keys.size());
  info.line("keys_max", from.core.options().keys);
  info.line("keys_bytes", keys.bytes());
  const bool has_forgotten = keys.floor() != INT64_MIN;
  info.line("keys_floor", has_forgotten ? base::format_timestamp(keys.floor()) : "none");
}

void add_objects(const InfoSources& from, InfoText& info) {
  const pipeline::ObjectTable& objects = from.core.admission().objects();
  info.section("objects");
  info.line("objects", objects.size());
  info.line("objects_max", objects.capacity());
  info.line("objects_bytes", objects.bytes());
  info.line("object_version_gaps", objects.gaps());
  const bool has_forgotten = objects.floor() != INT64_MIN;
  info.line("objects_floor", has_forgotten ? base::format_timestamp(objects.floor()) : "none");
}

}  // namespace

std::string info_text(const InfoSources& from) {
  InfoText info;
  add_server(from, info);
  add_queues(from, info);
  add_log(from, info);
  add_book(from, info);
  add_events(from, info);
  add_keys(from, info);
  add_objects(from, info);
  add_snapshots(from, info);
  return info.take();
}

std::string operator_info_text(const OperatorSources& from) {
  InfoText info;
  const auto up = static_cast<uint64_t>(from.clock.monotonic_ns() - from.started_ns);
  info.section("server");
  info.line("version", GUERDON_VERSION);
  info.line("uptime_seconds", up / 1'000'000'000);
  info.line("threads_net", from.loops);
  info.line("connections_without_tenant", from.at_the_door);
  const bool has_tenants = !from.tenants.front().name.empty();
  info.line("tenants", has_tenants ? from.tenants.size() : 0);
  info.section("tenants");
  for (const TenantFigures& tenant : from.tenants) {
    std::string figures = "connections=" + std::to_string(tenant.queues.connections);
    figures += ",jobs_under_way=" + std::to_string(tenant.queues.jobs);
    if (tenant.durable_lsn) figures += ",lsn_durable=" + std::to_string(*tenant.durable_lsn);
    info.line(tenant.name.empty() ? "engine" : "tenant_" + tenant.name, figures);
  }
  return info.take();
}

}  // namespace guerdon::server
