#include "tools/guerdon/cli/cli.h"

#include <cstdio>

#include "engine/door/tenant_name.h"
#include "engine/os/clock.h"
#include "engine/os/environment.h"
#include "engine/os/socket.h"
#include "tools/cli/history_file.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/script.h"
#include "tools/cli/session.h"
#include "tools/cli/shell.h"
#include "tools/guerdon/colours.h"
#include "tools/guerdon/tenant_folders.h"
#include "tools/wire/greeting.h"

namespace guerdon::tools {

namespace {

constexpr int kInput = 0;
constexpr int kOutput = 1;

ExitStatus status_of(cli::Ended ended) {
  switch (ended) {
    case cli::Ended::kDone:
      return ExitStatus::kDone;
    case cli::Ended::kErrors:
      return ExitStatus::kNo;
    case cli::Ended::kGone:
      return ExitStatus::kEnvironment;
  }
  return ExitStatus::kEnvironment;
}

}  // namespace

ExitStatus cli(const CliOptions& options) {
  std::string host;
  std::string error;
  wire::Endpoint endpoint;
  if (!wire::read_endpoint(options.connect, &host, &endpoint.port)) {
    return refuse("cli", ExitStatus::kUsage,
                  "--connect takes HOST:PORT, as in 127.0.0.1:7411, not " + options.connect);
  }
  if (!options.tenant.empty() && !door::is_tenant_name(options.tenant)) {
    return refuse("cli", ExitStatus::kUsage, wrong_tenant(options.tenant));
  }
  endpoint.tenant = options.tenant;
  if (!options.key.empty() && !wire::read_key(options.key, &endpoint, &error)) {
    return refuse("cli", ExitStatus::kEnvironment, error);
  }
  if (!os::find_address(host, &endpoint.address, &error)) {
    return refuse("cli", ExitStatus::kEnvironment, error);
  }
  const bool is_shell =
      options.words.empty() && !options.json && os::is_terminal(kInput) && os::is_terminal(kOutput);
  const os::SystemClock clock;
  cli::Session session(clock, endpoint, &cli::Interrupt::take);
  if (!session.open(&error)) return refuse("cli", ExitStatus::kEnvironment, error);
  if (is_shell) {
    cli::HistoryFile history(options.no_history ? "" : cli::history_path());
    cli::Shell(options.connect, has_colours(), &session).run(&history);
    return ExitStatus::kDone;
  }
  cli::ScriptOptions script{options.json, {}};
  if (options.words.empty()) return status_of(cli::run_script(stdin, script, &session));
  script.look.has_colours = has_colours();
  return status_of(cli::run_words(options.words, script, &session));
}

}  // namespace guerdon::tools
