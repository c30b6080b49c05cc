#include "tools/guerdon/load/load_preparation.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <system_error>

#include "engine/base/timestamp.h"
#include "engine/event/identity.h"
#include "engine/event/schema.h"
#include "tools/guerdon/plan/plan_files.h"
#include "tools/guerdon/plan/plan_schema.h"
#include "tools/load/trace_events.h"

namespace guerdon::tools {

namespace {

class Preparation {
 public:
  Preparation(const LoadOptions& options, load::SendForm form, PreparedLoad* prepared)
      : options_(options),
        prepared_(*prepared),
        builder_(options.connections, *read_deal(options.deal), form, options.batch,
                 ahead_of(options)) {}

  ExitStatus add_traces(std::string* error);
  void add_w1();
  std::vector<load::Lane> finish();

 private:
  void begin_source(const std::string& name);
  ExitStatus add_trace(const std::string& path, const event::Schema& schema, std::string* error);
  void add_counts(const load::TraceEvents& trace);

  const LoadOptions& options_;
  PreparedLoad& prepared_;
  load::LaneBuilder builder_;
  std::set<std::string> ignored_columns_;
};

void Preparation::begin_source(const std::string& name) {
  const std::string& source = options_.source.empty() ? name : options_.source;
  if (!prepared_.sources.empty() && prepared_.sources.back() == source) return;
  prepared_.sources.push_back(source);
  builder_.add_source(source);
}

ExitStatus Preparation::add_traces(std::string* error) {
  std::vector<PlanText> plans;
  if (!read_plans(options_.plans, &plans)) return ExitStatus::kEnvironment;
  event::Schema schema;
  if (!make_schema(plans, &schema, error)) return ExitStatus::kNo;
  for (const std::string& path : options_.traces) {
    const ExitStatus status = add_trace(path, schema, error);
    if (status != ExitStatus::kDone) return status;
  }
  prepared_.ignored_columns = {ignored_columns_.begin(), ignored_columns_.end()};
  return ExitStatus::kDone;
}

ExitStatus Preparation::add_trace(const std::string& path, const event::Schema& schema,
                                  std::string* error) {
  std::error_code failed;
  if (path != "-" && !std::filesystem::exists(path, failed)) {
    *error = "there is no file " + path;
    return ExitStatus::kEnvironment;
  }
  const auto trace = load::TraceEvents::open(path, schema, error);
  if (trace == nullptr) return ExitStatus::kNo;
  begin_source(event::source_name(path));
  load::WireEvent event;
  while (trace->next(&event)) {
    builder_.add(event);
    ++prepared_.events;
  }
  *error = trace->error();
  add_counts(*trace);
  return error->empty() ? ExitStatus::kDone : ExitStatus::kNo;
}

void Preparation::add_counts(const load::TraceEvents& trace) {
  const load::TraceCounts& counts = trace.counts();
  prepared_.rows += counts.rows;
  prepared_.ignored += counts.ignored;
  prepared_.unsendable += counts.unsendable;
  prepared_.last_time = std::max(prepared_.last_time, counts.last_time);
  for (const auto& [type, count] : counts.ignored_types) prepared_.ignored_types[type] += count;
  for (const std::string& column : trace.ignored_columns()) ignored_columns_.insert(column);
}

void Preparation::add_w1() {
  const load::W1Options w1{options_.events, options_.accounts, options_.seed, !options_.uniform};
  begin_source(load::kW1Source);
  load::W1Events events(w1);
  load::W1Reference reference(w1.accounts);
  load::WireEvent event;
  while (events.next(&event)) {
    builder_.add(event);
    reference.apply(events.event());
    ++prepared_.events;
    base::TimeMs time = 0;
    if (base::parse_timestamp(event.attributes.front().value, &time)) {
      prepared_.last_time = std::max(prepared_.last_time, time);
    }
  }
  prepared_.model = reference.model();
}

std::vector<load::Lane> Preparation::finish() {
  std::vector<load::Lane> lanes = builder_.finish();
  for (const load::Lane& lane : lanes) {
    prepared_.requests += lane.requests.size();
    prepared_.busiest = std::max<uint64_t>(prepared_.busiest, lane.requests.size());
    prepared_.bytes += lane.bytes.size();
  }
  return lanes;
}

}  // namespace

ExitStatus prepare_load(const LoadOptions& options, load::SendForm form,
                        std::vector<load::Lane>* lanes, PreparedLoad* prepared,
                        std::string* error) {
  Preparation preparation(options, form, prepared);
  if (options.workload.empty()) {
    const ExitStatus status = preparation.add_traces(error);
    if (status != ExitStatus::kDone) return status;
  } else {
    preparation.add_w1();
  }
  *lanes = preparation.finish();
  return ExitStatus::kDone;
}

}  // namespace guerdon::tools
