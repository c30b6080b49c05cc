#include "engine/server/server.h"

#include <cstdio>
#include <optional>
#include <utility>

#include "engine/base/assert.h"
#include "engine/door/tenant_name.h"
#include "engine/os/environment.h"
#include "engine/os/termination.h"
#include "engine/runtime/reference_rates.h"
#include "engine/server/info.h"

namespace guerdon::server {

namespace {

// What stop() waits for peers that do not take their last answers, or do not end when told to.
constexpr int kStopMs = 1'000;
constexpr int kStopRoundMs = 5;  // of one loop, while others may have something to do

[[noreturn]] void end_process(const std::string& error) {
  os::end_process(error + "; the process ends, since what it holds may not be on the disk");
}

// Whose it is.
void name_tenant(const std::string& name, runtime::OpenFault* fault) {
  if (!name.empty()) fault->sentence.insert(0, "tenant " + name + ": ");
}

void count_queues(const std::vector<std::unique_ptr<Intake>>& intakes, Queues* sum) {
  for (const std::unique_ptr<Intake>& intake : intakes) {
    const Queues queues = intake->queues();
    sum->connections += queues.connections;
    sum->jobs += queues.jobs;
    sum->gate_mails += queues.gate_mails;
    sum->gate_bytes += queues.gate_bytes;
  }
}

}  // namespace

// ---- Opening ------------------------------------------------------------------------------------

std::unique_ptr<Server> Server::open(const ServerOptions& options, const Options& engine,
                                     const std::vector<PlanText>& plans, runtime::Disks disks,
                                     const os::Clock& clock, runtime::OpenFault* fault,
                                     std::string* warnings) {
  std::vector<TenantOptions> tenants(1);
  tenants.front().engine = engine;
  tenants.front().plans = plans;
  tenants.front().disks = std::move(disks);
  return open(options, std::move(tenants), clock, fault, warnings);
}

std::unique_ptr<Server> Server::open(const ServerOptions& options,
                                     std::vector<TenantOptions> tenants, const os::Clock& clock,
                                     runtime::OpenFault* fault, std::string* warnings) {
  GUERDON_ASSERT(!tenants.empty() && tenants.size() <= door::kTenantsMax);
  std::unique_ptr<Server> server(new Server(options, clock));
  for (TenantOptions& tenant : tenants) {
    if (!server->add_tenant(std::move(tenant), fault, warnings)) return nullptr;
  }
  // Not before each has been opened: what one has published another's fault does not take back.
  for (const std::unique_ptr<Tenant>& tenant : server->tenants_) {
    if (tenant->core->publish_given(fault)) continue;
    name_tenant(tenant->name, fault);
    return nullptr;
  }
  if (!server->listen(fault)) return nullptr;
  // Before it was open nobody was told.
  for (const std::unique_ptr<Tenant>& tenant : server->tenants_) {
    if (!tenant->core->has_log_failed()) continue;
    *fault = {runtime::OpenFault::Kind::kDisk, tenant->core->log_error()};
    return nullptr;
  }
  return server;
}

Server::Server(const ServerOptions& options, const os::Clock& clock)
    : options_(options),
      clock_(clock),
      started_ns_(clock.monotonic_ns()),
      quota_(options.limits.connections) {}

// The cores first: until their threads have ended they tell intakes and loops what has become
// durable. All is answered by now: where its last seal fails, the log merely ends without it.
Server::~Server() {
  is_open_ = false;
  for (const std::unique_ptr<Tenant>& tenant : tenants_) {
    if (tenant->desk != nullptr) tenant->desk->stop();
    tenant->drop.reset();
    tenant->publisher.reset();
    tenant->core.reset();
  }
}

bool Server::add_tenant(TenantOptions options, runtime::OpenFault* fault, std::string* warnings) {
  GUERDON_ASSERT(options_.loops > 0 && (options_.loops == 1 || options.engine.workers > 0));
  Tenant& tenant = *tenants_.emplace_back(std::make_unique<Tenant>());
  tenant.name = std::move(options.name);
  tenant.drop_folder = std::move(options.drop);
  runtime::CoreHooks hooks;
  // What a start does before anybody is listened to has no letters.
  hooks.completed = [this, &tenant](const pipeline::Job& job) {
    if (is_open_) completed(tenant, job);
  };
  hooks.durable = [this, &tenant] {
    if (!is_open_) return;
    for (const std::unique_ptr<Intake>& intake : tenant.intakes) intake->wake_where_waiting();
  };
  hooks.freed = [this, &tenant] {
    if (!is_open_) return;
    for (const std::unique_ptr<Intake>& intake : tenant.intakes) intake->job_came_back();
  };
  hooks.failed = [this, &tenant] {
    if (is_open_) end_process(tenant.core->log_error());
  };
  std::string said;
  tenant.core =
      runtime::Core::open_as_it_was(options.engine, options.plans, std::move(options.disks),
                                    options_.loops, std::move(hooks), fault, &said);
  if (warnings != nullptr) *warnings += said;
  if (tenant.core == nullptr) name_tenant(tenant.name, fault);
  return tenant.core != nullptr;
}

bool Server::listen(runtime::OpenFault* fault) {
  fault->kind = runtime::OpenFault::Kind::kDisk;
  os::Listener first = os::Listener::open(options_.address, options_.port, &fault->sentence);
  if (!first.is_open()) return false;
  for (const std::unique_ptr<Tenant>& tenant : tenants_) share(*tenant);
  if (has_door()) {
    for (const std::unique_ptr<Tenant>& tenant : tenants_) house_.tenants.push_back(tenant->name);
    house_.keys = options_.keys;
    house_.random = os::random_number;
    house_.shut_down = [this] { stop(); };
    house_.info = [this] { return operator_info(); };
  }
  net::LoopLimits limits = options_.limits;
  limits.quota = &quota_;
  if (options_.loops > 1) limits.accepts = 1;
  for (uint32_t i = 0; i < options_.loops; ++i) {
    os::Listener listener = i + 1 < options_.loops ? first.share() : std::move(first);
    if (open_loop(i, std::move(listener), limits)) continue;
    fault->sentence = "the system has no file handles left for the server's loops";
    return false;
  }
  for (const std::unique_ptr<Tenant>& tenant : tenants_) {
    if (!open_publisher(*tenant, fault)) return false;
  }
  is_open_ = true;
  return true;
}

// A tenant's own connection does not stop the server of all.
void Server::share(Tenant& tenant) {
  if (tenant.core->book() != nullptr) {
    tenant.desk = std::make_unique<bookkeeping::BookDesk>(*tenant.core->book());
  }
  std::function<void()> shut_down;
  if (!has_tenants()) shut_down = [this] { stop(); };
  tenant.shared = std::make_unique<Shared>(
      Shared{*tenant.core, clock_, options_.is_clock_of_events,
             std::vector<Letters>(tenant.core->assembly().jobs()), std::move(shut_down),
             [this, &tenant] { return info(tenant); }, tenant.desk.get(), options_.gate_bytes});
  tenant.shared->tenant = tenant.name;
  tenant.shared->has_keys = options_.keys != nullptr;
}

bool Server::open_loop(uint32_t number, os::Listener listener, net::LoopLimits limits) {
  for (const std::unique_ptr<Tenant>& tenant : tenants_) {
    tenant->intakes.push_back(std::make_unique<Intake>(*tenant->shared, number));
  }
  limits.idle_ms = number == 0 && !options_.is_clock_of_events ? kQuietMs : -1;
  if (!listener.is_open()) return false;
  loops_.push_back(
      std::make_unique<net::EventLoop>(std::move(listener), handler_of(number), limits));
  if (!loops_.back()->is_open()) return false;
  for (const std::unique_ptr<Tenant>& tenant : tenants_) {
    tenant->intakes.back()->set_loop(loops_.back().get());
  }
  return true;
}

net::Handler* Server::handler_of(uint32_t loop) {
  if (!has_door()) return tenants_.front()->intakes[loop].get();
  std::vector<door::Room*> rooms;
  for (const std::unique_ptr<Tenant>& tenant : tenants_) {
    rooms.push_back(tenant->intakes[loop].get());
  }
  return doors_.emplace_back(std::make_unique<door::Door>(house_, std::move(rooms), loop)).get();
}

// All loops are there. The drop folder last: it asks an intake for jobs.
bool Server::open_publisher(Tenant& tenant, runtime::OpenFault* fault) {
  tenant.publisher = std::make_unique<Publisher>(*tenant.core, options_.loops, [this] {
    for (const std::unique_ptr<net::EventLoop>& loop : loops_) loop->wake();
  });
  tenant.shared->publisher = tenant.publisher.get();
  if (tenant.drop_folder.empty()) return true;
  tenant.drop =
      drop::DropFolder::open(tenant.drop_folder, *tenant.core, tenant.intakes.front()->at_rest(),
                             options_.is_clock_of_events ? nullptr : &clock_, &fault->sentence);
  return tenant.drop != nullptr;
}

// ---- Running ------------------------------------------------------------------------------------

bool Server::take_table(size_t tenant, std::string_view name, std::string_view text, size_t* rows,
                        size_t* fresh, std::vector<event::FileProblem>* problems,
                        std::string* error) {
  return runtime::take_table(*tenants_[tenant]->core, name, text, rows, fresh, problems, error);
}

bool Server::take_org(size_t tenant, std::string_view text, size_t* rows, size_t* fresh,
                      std::vector<event::FileProblem>* problems, std::string* error) {
  return runtime::take_org(*tenants_[tenant]->core, text, rows, fresh, problems, error);
}

bool Server::take_targets(size_t tenant, std::string_view text, size_t* rows, size_t* fresh,
                          std::vector<event::FileProblem>* problems, std::string* error) {
  std::optional<base::TimeMs> now;
  if (!options_.is_clock_of_events) now = clock_.wall_ms();
  return runtime::take_targets(*tenants_[tenant]->core, text, now, rows, fresh, problems, error);
}

bool Server::take_rates(size_t tenant, std::string_view text, size_t* rows,
                        std::vector<event::FileProblem>* problems, std::string* error) {
  return runtime::take_rates(*tenants_[tenant]->core, text, rows, problems, error);
}

void Server::run() {
  for (const std::unique_ptr<Tenant>& tenant : tenants_) {
    if (tenant->core->admission().uncorrected() != nullptr) {
      Publisher::Request request;
      request.only_goes_on = true;
      request.at_rest = tenant->intakes.front()->at_rest();
      (void)tenant->publisher->push(std::move(request));
    }
    if (tenant->drop != nullptr) tenant->drop->start();
  }
  std::vector<os::Thread> threads;
  for (size_t i = 1; i < loops_.size(); ++i) {
    threads.emplace_back([loop = loops_[i].get()] { loop->run(); });
  }
  loops_.front()->run();
  threads.clear();  // joins
  drain();
}

void Server::stop() {
  for (const std::unique_ptr<net::EventLoop>& loop : loops_) loop->stop();
}

void Server::completed(Tenant& tenant, const pipeline::Job& job) {
  tenant.intakes[tenant.shared->letters[job.slot].origin]->completed(job);
}

// All that was taken is answered, questions to the book that wait by BUSY; peers that do not read,
// or do not end, get a second.
void Server::drain() {
  for (const std::unique_ptr<Tenant>& tenant : tenants_) {
    if (tenant->desk != nullptr) tenant->desk->end_soon();
  }
  for (const std::unique_ptr<Tenant>& tenant : tenants_) drain(*tenant);
  end_connections();
}

void Server::drain(Tenant& tenant) {
  for (const std::unique_ptr<Intake>& intake : tenant.intakes) intake->drain();
  rest(tenant);
  if (tenant.desk != nullptr) {
    tenant.desk->drain();
    // What was looked up for a record is taken now, and is in the snapshot.
    for (const std::unique_ptr<Intake>& intake : tenant.intakes) intake->finish_late();
    rest(tenant);
  }
  finish_steps(tenant);
  std::string error;
  if (tenant.core->log() != nullptr && !tenant.core->write_snapshot(&error)) {
    std::fprintf(stderr, "guerdon: no snapshot: %s; the next start replays the log\n",
                 error.c_str());
  }
}

// All of it is through the stages, and durable.
void Server::rest(Tenant& tenant) {
  tenant.core->assembly().drain();
  if (!tenant.core->flush()) end_process(tenant.core->log_error());
}

// The loops stand still for good; this thread takes the steps that are theirs.
void Server::finish_steps(Tenant& tenant) {
  tenant.publisher->end_loops();
  drop::DropFolder* const drop = tenant.drop.get();
  if (drop != nullptr) drop->stop();
  while (!tenant.publisher->is_idle() || (drop != nullptr && !drop->is_ended())) {
    for (const std::unique_ptr<Intake>& intake : tenant.intakes) intake->finish_late();
    rest(tenant);
    os::yield();
  }
}

void Server::end_connections() {
  for (const std::unique_ptr<net::EventLoop>& loop : loops_) loop->end_connections();
  const int64_t until = clock_.monotonic_ns() + int64_t{kStopMs} * 1'000'000;
  for (bool is_first = true;; is_first = false) {
    bool is_any_left = false;
    for (const std::unique_ptr<net::EventLoop>& loop : loops_) {
      if (loop->connection_count() != 0) loop->run_round(is_first ? 0 : kStopRoundMs);
      is_any_left = is_any_left || loop->connection_count() != 0;
    }
    if (!is_any_left || clock_.monotonic_ns() >= until) return;
  }
}

Queues Server::queues() const {
  Queues sum;
  for (const std::unique_ptr<Tenant>& tenant : tenants_) count_queues(tenant->intakes, &sum);
  return sum;
}

std::string Server::info(const Tenant& tenant) const {
  Queues queues;
  count_queues(tenant.intakes, &queues);
  return info_text(
      {*tenant.core, clock_, queues, started_ns_, options_.is_clock_of_events, options_.loops});
}

// Of numbers that any thread may read: no stage is asked to rest for it.
std::string Server::operator_info() const {
  OperatorSources from{clock_, started_ns_, options_.loops,
                       house_.at_the_door.load(std::memory_order_relaxed)};
  for (const std::unique_ptr<Tenant>& tenant : tenants_) {
    TenantFigures& figures = from.tenants.emplace_back(TenantFigures{tenant->name, {}, {}});
    count_queues(tenant->intakes, &figures.queues);
    if (tenant->core->log() != nullptr) figures.durable_lsn = tenant->core->durable_lsn();
  }
  return operator_info_text(from);
}

}  // namespace guerdon::server
