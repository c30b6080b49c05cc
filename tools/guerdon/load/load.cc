#include "tools/guerdon/load/load.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/door/tenant_name.h"
#include "engine/event/identity.h"
#include "engine/os/clock.h"
#include "engine/os/socket.h"
#include "guerdon/engine.h"
#include "tools/guerdon/load/load_preparation.h"
#include "tools/guerdon/load/load_report.h"
#include "tools/guerdon/progress_bar.h"
#include "tools/guerdon/replay/replay_options.h"
#include "tools/guerdon/replay/trace_check.h"
#include "tools/guerdon/tenant_folders.h"
#include "tools/load/closed_loop.h"
#include "tools/wire/conversation.h"
#include "tools/wire/greeting.h"

namespace guerdon::tools {

namespace {

// The lines `key:value` of INFO.
std::map<std::string, std::string> read_info(std::string_view text) {
  std::map<std::string, std::string> info;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    info.emplace(line.substr(0, colon), line.substr(colon + 1));
  }
  return info;
}

// Empty where there is none.
std::string value_of(std::span<const net::ReplyPart> reply, std::string_view name) {
  const net::ReplyPart* const value = net::find_value(reply, name);
  if (value == nullptr) return "";
  return value->kind == net::ReplyKind::kInteger ? std::to_string(value->number)
                                                 : std::string(value->text);
}

class LoadRun {
 public:
  explicit LoadRun(const LoadOptions& options)
      : options_(options), conversation_(clock_, {load::kSilenceMaxNs, nullptr}) {}

  ExitStatus run() {
    for (const auto step : {&LoadRun::read_options, &LoadRun::greet, &LoadRun::prepare,
                            &LoadRun::send, &LoadRun::tick, &LoadRun::ask, &LoadRun::repeat}) {
      const ExitStatus status = (this->*step)();
      if (status != ExitStatus::kDone) return status;
    }
    return tell();
  }

 private:
  // What can be known to be wrong before anything is read.
  ExitStatus read_options();
  // A first request: is there a server, and does it speak the protocol?
  ExitStatus greet();
  ExitStatus prepare();
  // What is measured.
  ExitStatus send();
  ExitStatus tick();
  ExitStatus ask();
  ExitStatus repeat();
  ExitStatus tell();

  // The parts of the reply; none where there was none, and *error says why.
  std::span<const net::ReplyPart> ask_for(const std::string& request, std::string* error);
  ExitStatus send_all(std::unique_ptr<load::LoopResult>* result);
  bool ask_hashes(ServerHashes* hashes, std::string* error);
  std::string repeat_fault(const ServerHashes& after) const;

  const LoadOptions& options_;
  const os::SystemClock clock_;
  load::SendForm form_ = load::SendForm::kLines;
  wire::Endpoint endpoint_;
  int64_t tick_time_ = 0;  // 0: next month
  wire::Conversation conversation_;
  std::vector<load::Lane> lanes_;
  LoadReport report_;
};

ExitStatus LoadRun::read_options() {
  using enum ExitStatus;
  report_.options = options_;
  form_ = *read_send_form(options_.send);
  if (options_.workload.empty() && options_.traces.empty()) {
    return refuse("load", kUsage, "what to send: --trace FILE with --plan FILE, or --workload w1?");
  }
  std::string host;
  if (!wire::read_endpoint(options_.connect, &host, &endpoint_.port)) {
    return refuse("load", kUsage,
                  "--connect takes HOST:PORT, as in 127.0.0.1:7411, not " + options_.connect);
  }
  if (!options_.tenant.empty() && !door::is_tenant_name(options_.tenant)) {
    return refuse("load", kUsage, wrong_tenant(options_.tenant));
  }
  endpoint_.tenant = options_.tenant;
  std::string error;
  if (!options_.key.empty() && !wire::read_key(options_.key, &endpoint_, &error)) {
    return refuse("load", kEnvironment, error);
  }
  if (!options_.source.empty() && !event::is_source_name(options_.source)) {
    return refuse("load", kUsage,
                  "--source takes a name of 1 to 64 of A-Z a-z 0-9 . _ -, not " + options_.source);
  }
  if (!options_.tick.empty() && options_.tick != kNextMonth &&
      !read_instant(options_.tick, &tick_time_)) {
    return refuse("load", kUsage,
                  "--tick takes next-month, a day (2011-12-31) or an instant "
                  "(2011-12-31T18:00:00Z) from 1970 to 2099, not " +
                      options_.tick);
  }
  const ExitStatus input = check_standard_input("load", options_.plans, options_.traces);
  if (input != kDone) return input;
  if (options_.source.empty() && !check_sources(options_.traces, &error)) {
    return refuse("load", kUsage, error);
  }
  if (!os::find_address(host, &endpoint_.address, &error))
    return refuse("load", kEnvironment, error);
  return kDone;
}

std::span<const net::ReplyPart> LoadRun::ask_for(const std::string& request, std::string* error) {
  if (conversation_.is_open() && conversation_.ask(request + "\n") == wire::Answered::kReply) {
    return conversation_.reply();
  }
  *error = "the server did not answer " + request;
  if (!conversation_.fault().empty()) error->append(": ").append(conversation_.fault());
  return {};
}

ExitStatus LoadRun::greet() {
  std::string error;
  if (!conversation_.connect(endpoint_, &error))
    return refuse("load", ExitStatus::kEnvironment, error);
  if (!wire::greet(conversation_, endpoint_, &error)) {
    return refuse("load", ExitStatus::kEnvironment, error);
  }
  const auto reply = ask_for("PING", &error);
  if (reply.empty()) return refuse("load", ExitStatus::kEnvironment, error);
  if (reply.front().kind == net::ReplyKind::kStatus) return ExitStatus::kDone;
  return refuse("load", ExitStatus::kEnvironment,
                "the server refuses PING: " + std::string(reply.front().text));
}

ExitStatus LoadRun::prepare() {
  std::string error;
  const ExitStatus status = prepare_load(options_, form_, &lanes_, &report_.prepared, &error);
  if (status != ExitStatus::kDone) return error.empty() ? status : refuse("load", status, error);
  if (report_.prepared.events > 0) return status;
  return refuse("load", ExitStatus::kNo,
                "there is no event to send: no plan declares a type of the trace");
}

ExitStatus LoadRun::send() { return send_all(&report_.run); }

ExitStatus LoadRun::send_all(std::unique_ptr<load::LoopResult>* result) {
  load::ClosedLoop loop(clock_, lanes_, pipeline_of(options_), ahead_of(options_));
  std::string error;
  if (!loop.connect(endpoint_, &error)) return refuse("load", ExitStatus::kEnvironment, error);
  {
    ProgressBar bar(clock_);
    *result = loop.run([&](const load::LoopProgress& progress) {
      bar.show(ReplayProgress{progress.events, progress.bytes, report_.prepared.bytes});
    });
  }
  const load::LoopResult& done = **result;
  if (done.broken.empty()) return ExitStatus::kDone;
  return refuse("load", ExitStatus::kEnvironment,
                done.broken + "; of " + std::to_string(report_.prepared.events) + " events " +
                    std::to_string(done.tally.acknowledged()) + " were acknowledged, " +
                    std::to_string(done.tally.refused) + " refused");
}

ExitStatus LoadRun::tick() {
  if (options_.tick.empty()) return ExitStatus::kDone;
  if (options_.tick == kNextMonth) tick_time_ = next_month(report_.prepared.last_time);
  std::string error;
  const auto reply = ask_for("TICK " + base::format_timestamp(tick_time_), &error);
  if (reply.empty()) return refuse("load", ExitStatus::kEnvironment, error);
  if (reply.front().kind == net::ReplyKind::kStatus) {
    report_.ticked_to = tick_time_;
    return ExitStatus::kDone;
  }
  return refuse("load", ExitStatus::kNo, "TICK was refused: " + std::string(reply.front().text));
}

// What the server says of itself; one that knows no such command says nothing.
ExitStatus LoadRun::ask() {
  std::string error;
  if (!ask_hashes(&report_.hashes, &error)) return refuse("load", ExitStatus::kEnvironment, error);
  const auto reply = ask_for("INFO", &error);
  if (reply.empty()) return refuse("load", ExitStatus::kEnvironment, error);
  if (reply.front().kind == net::ReplyKind::kBulk) report_.server = read_info(reply.front().text);
  return ExitStatus::kDone;
}

bool LoadRun::ask_hashes(ServerHashes* hashes, std::string* error) {
  const auto reply = ask_for("HASH", error);
  if (reply.empty()) return false;
  *hashes = {value_of(reply, "state_hash"), value_of(reply, "entries_hash"),
             value_of(reply, "lsn")};
  return true;
}

ExitStatus LoadRun::repeat() {
  if (!options_.repeat_check) return ExitStatus::kDone;
  const ExitStatus status = send_all(&report_.repeat);
  if (status != ExitStatus::kDone) return status;
  ServerHashes after;
  std::string error;
  if (!ask_hashes(&after, &error)) return refuse("load", ExitStatus::kEnvironment, error);
  report_.repeat_fault = repeat_fault(after);
  return ExitStatus::kDone;
}

std::string LoadRun::repeat_fault(const ServerHashes& after) const {
  const load::ReplyTally& first = report_.run->tally;
  const load::ReplyTally& second = report_.repeat->tally;
  if (second.accepted > 0) {
    return std::to_string(second.accepted) + " events were accepted a second time";
  }
  if (second.duplicates != first.acknowledged()) {
    return std::to_string(first.acknowledged()) + " events were acknowledged, only " +
           std::to_string(second.duplicates) + " are known now";
  }
  return after == report_.hashes ? "" : "the hashes or the last LSN are others now";
}

ExitStatus LoadRun::tell() {
  for (const std::string& sentence : report_.run->tally.sentences) {
    std::fprintf(stderr, "guerdon load: %s\n", sentence.c_str());
  }
  const std::string text = options_.json ? to_json(report_) : to_table(report_);
  std::fwrite(text.data(), 1, text.size(), stdout);
  const bool is_good = report_.run->tally.refused == 0 && report_.repeat_fault.empty();
  return is_good ? ExitStatus::kDone : ExitStatus::kNo;
}

}  // namespace

ExitStatus load(const LoadOptions& options) { return LoadRun(options).run(); }

}  // namespace guerdon::tools
