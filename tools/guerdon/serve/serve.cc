#include "tools/guerdon/serve/serve.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>

#include "engine/door/keys.h"
#include "engine/os/clock.h"
#include "engine/os/file.h"
#include "engine/os/socket.h"
#include "engine/os/termination.h"
#include "engine/os/thread.h"
#include "engine/server/server.h"
#include "tools/guerdon/open_status.h"
#include "tools/guerdon/plan/plan_files.h"
#include "tools/guerdon/replay/reference_check.h"
#include "tools/guerdon/serve/tenant_files.h"
#include "tools/guerdon/tenant_folders.h"

namespace guerdon::tools {

namespace {

// Handles beside those of connections: files of the log, pollers, standard streams.
constexpr size_t kOtherHandles = 256;
constexpr size_t kHandlesOfTenant = 32;  // beyond the first
constexpr size_t kConnectionsMin = 16;

template <typename Number>
bool read_number(std::string_view text, Number* number) {
  const char* const end = text.data() + text.size();
  const auto [at, failed] = std::from_chars(text.data(), end, *number);
  return failed == std::errc() && at == end && !text.empty();
}

bool is_loopback(std::string_view address) { return address.starts_with("127."); }

// Why not, or nothing.
std::optional<std::string> read_listen(std::string_view text, server::ServerOptions* options) {
  const size_t colon = text.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && read_number(text.substr(colon + 1), &options->port);
  if (!has_port) return "--listen is HOST:PORT, such as 127.0.0.1:7411";
  options->address = text.substr(0, colon) == "localhost" ? "127.0.0.1" : text.substr(0, colon);
  if (is_loopback(options->address)) return std::nullopt;
  return "--listen takes addresses of the loopback network only (127.0.0.1), as long as there is "
         "no encryption";
}

// net=N,shards=M; both or none.
bool read_threads(std::string_view text, uint32_t* loops, uint32_t* workers) {
  constexpr std::string_view kNet = "net=";
  constexpr std::string_view kShards = ",shards=";
  if (text.empty()) return true;
  const size_t comma = text.find(kShards);
  if (!text.starts_with(kNet) || comma == std::string_view::npos) return false;
  return read_number(text.substr(kNet.size(), comma - kNet.size()), loops) &&
         read_number(text.substr(comma + kShards.size()), workers) && *loops >= 1 &&
         *loops <= server::kLoopsMax && *workers >= 1 && *workers <= kWorkersMax;
}

class ServeRun {
 public:
  explicit ServeRun(const ServeOptions& options) : options_(options) {}

  ExitStatus run() {
    for (const auto step :
         {&ServeRun::read_options, &ServeRun::raise_handles, &ServeRun::open, &ServeRun::serve}) {
      const ExitStatus status = (this->*step)();
      if (status != ExitStatus::kDone) return status;
    }
    return ExitStatus::kDone;
  }

 private:
  ExitStatus read_options() {
    if (const auto fault = read_listen(options_.listen, &server_options_)) {
      return refuse("serve", ExitStatus::kUsage, *fault);
    }
    if (!read_threads(options_.threads, &server_options_.loops, &engine_options_.workers)) {
      return refuse("serve", ExitStatus::kUsage, "--threads is net=N,shards=M, each 1 to 64");
    }
    if (keeps_nothing() != options_.data.empty()) {
      return refuse("serve", ExitStatus::kUsage,
                    keeps_nothing() ? "with --durability none nothing is kept; leave --data out"
                                    : "--data DIR is needed: the folder where the log is kept");
    }
    server_options_.is_clock_of_events = options_.clock == "events";
    engine_options_.shards = options_.shards;
    engine_options_.keys = options_.keys;
    engine_options_.reserve_memory = options_.reserve;
    engine_options_.objects = options_.objects;
    engine_options_.expected_accounts = options_.accounts;
    engine_options_.segment_bytes = options_.segment_mib << 20;
    const ExitStatus keys = read_keys();
    return keys == ExitStatus::kDone ? read_files() : keys;
  }

  ExitStatus read_keys() {
    if (options_.auth.empty()) return ExitStatus::kDone;
    std::string text;
    std::string error;
    if (!os::read_private_file(options_.auth, door::kKeysBytesMax, &text, &error)) {
      return refuse("serve", ExitStatus::kEnvironment, error);
    }
    keys_ = door::Keys::read(text, &error);
    if (!keys_) return refuse("serve", ExitStatus::kNo, options_.auth + ", " + error);
    server_options_.keys = &*keys_;
    return ExitStatus::kDone;
  }

  ExitStatus read_files() {
    std::string error;
    if (!sort_by_tenant(options_, &tenants_, &error)) {
      return refuse("serve", ExitStatus::kUsage, error);
    }
    plans_.resize(tenants_.size());
    references_.resize(tenants_.size());
    for (size_t t = 0; t < tenants_.size(); ++t) {
      const ExitStatus status =
          check_references("guerdon serve", tenants_[t].references, &references_[t]);
      if (status != ExitStatus::kDone) return status;
      if (!read_plans(tenants_[t].plans, &plans_[t])) return ExitStatus::kEnvironment;
    }
    return ExitStatus::kDone;
  }

  // As many as the options want, or what the system allows.
  ExitStatus raise_handles() {
    const size_t others = kOtherHandles + (tenants_.size() - 1) * kHandlesOfTenant;
    const size_t wanted = server_options_.limits.connections + others;
    const size_t handles = os::raise_open_files(wanted);
    if (handles < others + kConnectionsMin) {
      return refuse("serve", ExitStatus::kEnvironment,
                    "the system allows this process " + std::to_string(handles) +
                        " open files; raise ulimit -n to at least " +
                        std::to_string(others + kConnectionsMin));
    }
    if (handles < wanted) {
      server_options_.limits.connections = handles - others;
      std::fprintf(stderr, "guerdon: at most %zu connections, since the system allows %zu files\n",
                   server_options_.limits.connections, handles);
    }
    return ExitStatus::kDone;
  }

  ExitStatus open() {
    termination_.tell([this] { stop(); });
    std::vector<server::TenantOptions> tenants(tenants_.size());
    if (!keeps_nothing()) {
      const ExitStatus opened = open_folders(&tenants);
      if (opened != ExitStatus::kDone) return opened;
    }
    for (size_t t = 0; t < tenants.size(); ++t) {
      tenants[t].name = tenants_[t].name;
      tenants[t].engine = engine_options_;
      tenants[t].plans = plans_[t];
      tenants[t].drop = tenants_[t].drop;
    }
    runtime::OpenFault fault;
    std::string warnings;
    const int64_t begun = clock_.monotonic_ns();
    server_ = server::Server::open(server_options_, std::move(tenants), clock_, &fault, &warnings);
    std::fputs(warnings.c_str(), stderr);
    if (server_ == nullptr) return refuse("serve", status_of(fault.kind), fault.sentence);
    for (size_t t = 0; t < tenants_.size(); ++t) {
      const ExitStatus taken = take_references(t);
      if (taken != ExitStatus::kDone) return taken;
    }
    running_ = server_.get();
    tell_begin((clock_.monotonic_ns() - begun) / 1'000'000);
    return ExitStatus::kDone;
  }

  bool has_tenants() const { return !tenants_.front().name.empty(); }

  // A folder holds one log, or tenants with one each: with the other kind it would seem empty.
  ExitStatus open_folders(std::vector<server::TenantOptions>* tenants) {
    std::string error;
    const std::vector<std::string> others = tenants_in(options_.data);
    if (!has_tenants() && !others.empty()) {
      error = options_.data + " is of a server with tenants; name their plans, such as --plan " +
              others.front() + "=FILE";
    }
    if (error.empty() && has_tenants() && has_log(options_.data)) {
      error = options_.data +
              " has the log of a server without tenants; give tenants a folder of their own";
    }
    if (!error.empty()) return refuse("serve", ExitStatus::kEnvironment, error);
    if (has_tenants()) house_ = os::open_disk(options_.data, &error);
    if (has_tenants() && house_ == nullptr) {
      return refuse("serve", ExitStatus::kEnvironment, error);
    }
    for (size_t t = 0; t < tenants_.size(); ++t) {
      const std::string& name = tenants_[t].name;
      const std::string folder =
          name.empty() ? options_.data : folder_of_tenant(options_.data, name);
      if (runtime::open_disks(folder, options_.book, &(*tenants)[t].disks, &error)) continue;
      return refuse("serve", ExitStatus::kEnvironment, error);
    }
    if (has_tenants()) tell_others();
    return ExitStatus::kDone;
  }

  // Tenants of the folder that no plan names.
  void tell_others() const {
    for (const std::string& name : tenants_in(options_.data)) {
      const bool is_served =
          std::any_of(tenants_.begin(), tenants_.end(),
                      [&](const TenantFiles& tenant) { return tenant.name == name; });
      if (is_served) continue;
      std::fprintf(stderr, "guerdon: tenant %s is not served: no --plan %s=FILE\n", name.c_str(),
                   name.c_str());
    }
  }

  ExitStatus take_references(size_t tenant) {
    for (const ReferenceFile& file : references_[tenant]) {
      size_t rows = 0;
      std::string error;
      std::vector<event::FileProblem> found;
      size_t fresh = 0;
      bool is_taken = false;
      if (file.has_edges) {
        is_taken = server_->take_org(tenant, file.text, &rows, &fresh, &found, &error);
      } else if (file.has_goals) {
        is_taken = server_->take_targets(tenant, file.text, &rows, &fresh, &found, &error);
      } else if (file.table.empty()) {
        is_taken = server_->take_rates(tenant, file.text, &rows, &found, &error);
      } else {
        is_taken =
            server_->take_table(tenant, file.table, file.text, &rows, &fresh, &found, &error);
      }
      if (is_taken) {
        tell_taken(file, rows, fresh);
        continue;
      }
      if (found.empty()) return refuse("serve", ExitStatus::kEnvironment, error);
      std::vector<LineProblem> problems;
      for (event::FileProblem& each : found) {
        problems.push_back({each.line, std::move(each.sentence)});
      }
      return refuse_reference(file.path, problems);
    }
    return ExitStatus::kDone;
  }

  static void tell_taken(const ReferenceFile& file, size_t rows, size_t fresh) {
    if (file.has_goals || file.has_edges) {
      std::fprintf(stderr, "guerdon: %s: %zu %s, %zu new%s\n", file.path.c_str(), rows,
                   file.has_goals ? "goals" : "edges", fresh,
                   fresh == rows ? ""
                                 : "; the others were taken before, and what was said since "
                                   "stands");
    } else if (file.table.empty()) {
      std::fprintf(stderr, "guerdon: %s: %zu rates\n", file.path.c_str(), rows);
    } else {
      std::fprintf(stderr, "guerdon: %s: %zu rows of table %s, %zu values new\n", file.path.c_str(),
                   rows, file.table.c_str(), fresh);
    }
  }

  void tell_begin(int64_t ms) const {
    for (size_t t = 0; t < tenants_.size(); ++t) {
      const runtime::Core& core = server_->core(t);
      const std::string whose = has_tenants() ? "tenant " + tenants_[t].name + ": " : "";
      std::fprintf(
          stderr, "guerdon: %s%s clock, %u shards, recovered up to LSN %llu in %lld ms of %lld\n",
          whose.c_str(), options_.clock.c_str(), options_.shards,
          static_cast<unsigned long long>(core.opened_lsn()),
          static_cast<long long>(core.recovery_ns() / 1'000'000), static_cast<long long>(ms));
      std::fputs(core.notes().c_str(), stderr);
    }
    if (keeps_nothing()) {
      std::fputs("guerdon: durability none: NOTHING IS KEPT, all is lost when it stops\n", stderr);
    }
    std::printf("guerdon: listening on %s:%u\n", server_options_.address.c_str(),
                unsigned{server_->port()});
    std::fflush(stdout);
  }

  ExitStatus serve() {
    server_->run();
    std::fprintf(stderr, "guerdon: stopped in order\n");
    return ExitStatus::kDone;
  }

  // As long as it recovers there is nothing to bring to its end.
  void stop() {
    server::Server* const running = running_;
    if (running == nullptr) {
      std::fputs("guerdon: stopped while it recovered; nothing was changed\n", stderr);
      std::_Exit(static_cast<int>(ExitStatus::kDone));
    }
    running->stop();
  }

  bool keeps_nothing() const { return options_.durability == "none"; }

  const ServeOptions& options_;
  os::SystemClock clock_;
  server::ServerOptions server_options_;
  Options engine_options_;
  std::optional<door::Keys> keys_;
  std::vector<TenantFiles> tenants_;                    // these three in one order
  std::vector<std::vector<PlanText>> plans_;            //
  std::vector<std::vector<ReferenceFile>> references_;  //
  std::unique_ptr<os::Disk>
      house_;  // the folder with those of tenants, locked; null: there is none
  std::unique_ptr<server::Server> server_;
  std::atomic<server::Server*> running_{nullptr};
  os::Termination termination_;  // last: it tells the server
};

}  // namespace

ExitStatus serve(const ServeOptions& options) { return ServeRun(options).run(); }

}  // namespace guerdon::tools
