#include "tools/guerdon/load_options.h"

#include <charconv>

#include "tools/load/lane.h"

namespace guerdon::tools {

namespace {

static_assert(load::kConnectionsMax == 10'000 && load::kBatchEventsMax == 16'384 &&
                  load::kPipelineMax == 1'000'000,
              "the help says so");

constexpr uint32_t kPipeline = 128;
constexpr uint32_t kBatchPipeline = 4;

CLI::Validator up_to(uint64_t max) { return CLI::Range(uint64_t{1}, max).description(""); }

void add_what(CLI::App& app, LoadOptions& to) {
  CLI::Option* trace = app.add_option("--trace", to.traces,
                                      "Traces to send, one after the other: CSV, plain, .gz or "
                                      ".zst; - is standard input")
                           ->type_name("FILE");
  CLI::Option* plan =
      app.add_option("--plan", to.plans, "The server's plans: what they declare is sent")
          ->type_name("FILE");
  CLI::Option* workload = app.add_option("--workload", to.workload, "w1: made events instead")
                              ->type_name("w1")
                              ->check(CLI::IsMember({"w1"}).description(""))
                              ->excludes(trace)
                              ->excludes(plan);
  trace->needs(plan);
  plan->needs(trace);
  const auto of_w1 = [&](CLI::Option* option) { option->needs(workload); };
  of_w1(app.add_option("--events", to.events, "Events of the workload")
            ->type_name("N")
            ->check(up_to(kLoadEventsMax))
            ->capture_default_str());
  of_w1(app.add_option("--accounts", to.accounts, "Its accounts")
            ->type_name("N")
            ->check(up_to(kLoadAccountsMax))
            ->capture_default_str());
  of_w1(app.add_flag("--uniform", to.uniform, "Draw them alike, not by Zipf 0.99"));
  of_w1(app.add_option("--seed", to.seed, "Of its random numbers")
            ->type_name("N")
            ->capture_default_str());
}

void add_how(CLI::App& app, LoadOptions& to) {
  app.add_option("--connections", to.connections, "1 to 10000; each account keeps to one of them")
      ->type_name("N")
      ->check(up_to(load::kConnectionsMax))
      ->capture_default_str();
  app.add_option("--send", to.send, "The form of requests: lines, resp (arrays) or batch")
      ->type_name("FORM")
      ->check(CLI::IsMember({"lines", "resp", "batch"}).description(""))
      ->capture_default_str();
  app.add_option("--pipeline", to.pipeline,
                 "Requests under way on each connection, 1 to 1000000; else 128, of batches 4")
      ->type_name("N")
      ->check(up_to(load::kPipelineMax));
  app.add_option("--batch", to.batch, "Events in a batch, 1 to 16384")
      ->type_name("N")
      ->check(up_to(load::kBatchEventsMax))
      ->capture_default_str();
  app.add_option("--source", to.source, "Source of the events; else the trace's name, or w1")
      ->type_name("NAME");
  app.add_option("--tick", to.tick, "After the last event the server's clock goes on to this time")
      ->type_name("TIME|next-month");
  app.add_flag("--repeat-check", to.repeat_check,
               "Send all of it again: each event must be known, and nothing may change");
  app.add_flag("--json", to.json, "The report as JSON");
}

}  // namespace

CLI::App* add_load(CLI::App& app, LoadOptions& options) {
  CLI::App* load = app.add_subcommand("load", "Send events to a server as fast as it replies");
  load->add_option("--connect", options.connect, "The server")->type_name("HOST:PORT")->required();
  add_what(*load, options);
  add_how(*load, options);
  load->footer(
      "A closed loop: the next request waits for a reply. So it finds the highest throughput;\n"
      "its latencies are those at that throughput, queue and all.\n"
      "Exit status 1 if an event was refused, 3 if the server cannot be reached or goes away.");
  return load;
}

std::optional<load::SendForm> read_send_form(const std::string& text) {
  if (text == "lines") return load::SendForm::kLines;
  if (text == "resp") return load::SendForm::kResp;
  if (text == "batch") return load::SendForm::kBatch;
  return std::nullopt;
}

uint32_t pipeline_of(const LoadOptions& options) {
  if (options.pipeline > 0) return options.pipeline;
  return options.send == "batch" ? kBatchPipeline : kPipeline;
}

bool read_endpoint(const std::string& text, std::string* host, uint16_t* port) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return false;
  *host = text.substr(0, colon);
  const char* const end = text.data() + text.size();
  const auto [behind, error] = std::from_chars(text.data() + colon + 1, end, *port);
  return error == std::errc() && behind == end && *port != 0;
}

}  // namespace guerdon::tools
