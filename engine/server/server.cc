#include "engine/server/server.h"

#include <cstdio>
#include <optional>
#include <utility>

#include "engine/base/assert.h"
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

}  // namespace

// ---- Opening ------------------------------------------------------------------------------------

std::unique_ptr<Server> Server::open(const ServerOptions& options, const Options& engine,
                                     const std::vector<PlanText>& plans, runtime::Disks disks,
                                     const os::Clock& clock, runtime::OpenFault* fault,
                                     std::string* warnings) {
  GUERDON_ASSERT(options.loops > 0 && (options.loops == 1 || engine.workers > 0));
  std::unique_ptr<Server> server(new Server(options, clock));
  Server* const it = server.get();
  runtime::CoreHooks hooks;
  // What a start does before anybody is listened to has no letters.
  hooks.completed = [it](const pipeline::Job& job) {
    if (it->is_open_) it->completed(job);
  };
  hooks.durable = [it] {
    if (!it->is_open_) return;
    for (const std::unique_ptr<Intake>& intake : it->intakes_) intake->wake_where_waiting();
  };
  hooks.failed = [it] {
    if (it->is_open_) end_process(it->core_->log_error());
  };
  server->core_ = runtime::Core::open(engine, plans, std::move(disks), options.loops,
                                      std::move(hooks), fault, warnings);
  if (server->core_ == nullptr || !server->listen(fault)) return nullptr;
  // Before it was open nobody was told.
  if (!server->core_->has_log_failed()) return server;
  *fault = {runtime::OpenFault::Kind::kDisk, server->core_->log_error()};
  return nullptr;
}

Server::Server(const ServerOptions& options, const os::Clock& clock)
    : options_(options),
      clock_(clock),
      started_ns_(clock.monotonic_ns()),
      quota_(options.limits.connections) {}

// The core first: until its threads have ended they tell intakes and loops what has become durable.
// All is answered by now: where its last seal fails, the log merely ends without it.
Server::~Server() {
  is_open_ = false;
  if (desk_ != nullptr) desk_->stop();
  drop_.reset();
  publisher_.reset();
  core_.reset();
}

bool Server::listen(runtime::OpenFault* fault) {
  fault->kind = runtime::OpenFault::Kind::kDisk;
  os::Listener first = os::Listener::open(options_.address, options_.port, &fault->sentence);
  if (!first.is_open()) return false;
  if (core_->book() != nullptr) {
    desk_ = std::make_unique<bookkeeping::BookDesk>(*core_->book());
  }
  shared_ = std::make_unique<Shared>(Shared{
      *core_, clock_, options_.is_clock_of_events, std::vector<Letters>(core_->assembly().jobs()),
      [this] { stop(); }, [this] { return info(); }, desk_.get(), options_.gate_bytes});
  net::LoopLimits limits = options_.limits;
  limits.quota = &quota_;
  if (options_.loops > 1) limits.accepts = 1;
  for (uint32_t i = 0; i < options_.loops; ++i) {
    os::Listener listener = i + 1 < options_.loops ? first.share() : std::move(first);
    Intake& intake = *intakes_.emplace_back(std::make_unique<Intake>(*shared_, i));
    limits.idle_ms = i == 0 && !options_.is_clock_of_events ? kQuietMs : -1;
    const bool is_shared = listener.is_open();
    if (is_shared) {
      loops_.push_back(std::make_unique<net::EventLoop>(std::move(listener), &intake, limits));
    }
    if (!is_shared || !loops_.back()->is_open()) {
      fault->sentence = "the system has no file handles left for the server's loops";
      return false;
    }
    intake.set_loop(loops_.back().get());
  }
  publisher_ = std::make_unique<Publisher>(*core_, options_.loops, [this] {
    for (const std::unique_ptr<net::EventLoop>& loop : loops_) loop->wake();
  });
  shared_->publisher = publisher_.get();
  if (!options_.drop.empty() && !open_drop(fault)) return false;
  is_open_ = true;
  return true;
}

bool Server::open_drop(runtime::OpenFault* fault) {
  drop_ = drop::DropFolder::open(options_.drop, *core_, intakes_.front()->at_rest(),
                                 options_.is_clock_of_events ? nullptr : &clock_, &fault->sentence);
  return drop_ != nullptr;
}

// ---- Running ------------------------------------------------------------------------------------

bool Server::take_table(std::string_view name, std::string_view text, size_t* rows, size_t* fresh,
                        std::vector<event::FileProblem>* problems, std::string* error) {
  return runtime::take_table(*core_, name, text, rows, fresh, problems, error);
}

bool Server::take_org(std::string_view text, size_t* rows, size_t* fresh,
                      std::vector<event::FileProblem>* problems, std::string* error) {
  return runtime::take_org(*core_, text, rows, fresh, problems, error);
}

bool Server::take_targets(std::string_view text, size_t* rows, size_t* fresh,
                          std::vector<event::FileProblem>* problems, std::string* error) {
  std::optional<base::TimeMs> now;
  if (!options_.is_clock_of_events) now = clock_.wall_ms();
  return runtime::take_targets(*core_, text, now, rows, fresh, problems, error);
}

bool Server::take_rates(std::string_view text, size_t* rows,
                        std::vector<event::FileProblem>* problems, std::string* error) {
  return runtime::take_rates(*core_, text, rows, problems, error);
}

void Server::run() {
  if (core_->admission().uncorrected() != nullptr) {
    Publisher::Request request;
    request.only_goes_on = true;
    request.at_rest = intakes_.front()->at_rest();
    (void)publisher_->push(std::move(request));
  }
  if (drop_ != nullptr) drop_->start();
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

void Server::completed(const pipeline::Job& job) {
  intakes_[shared_->letters[job.slot].origin]->completed(job);
}

// All that was taken is answered; peers that do not read, or do not end, get a second.
void Server::drain() {
  for (const std::unique_ptr<Intake>& intake : intakes_) intake->drain();
  core_->assembly().drain();
  if (!core_->flush()) end_process(core_->log_error());
  if (desk_ != nullptr) {
    desk_->drain();
    // What was looked up for a record is taken now, and is in the snapshot.
    for (const std::unique_ptr<Intake>& intake : intakes_) intake->finish_late();
    core_->assembly().drain();
    if (!core_->flush()) end_process(core_->log_error());
  }
  finish_steps();
  std::string error;
  if (core_->log() != nullptr && !core_->write_snapshot(&error)) {
    std::fprintf(stderr, "guerdon: no snapshot: %s; the next start replays the log\n",
                 error.c_str());
  }
  end_connections();
}

// The loops stand still for good; this thread takes the steps that are theirs.
void Server::finish_steps() {
  publisher_->end_loops();
  if (drop_ != nullptr) drop_->stop();
  while (!publisher_->is_idle() || (drop_ != nullptr && !drop_->is_ended())) {
    for (const std::unique_ptr<Intake>& intake : intakes_) intake->finish_late();
    core_->assembly().drain();
    if (!core_->flush()) end_process(core_->log_error());
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
  for (const std::unique_ptr<Intake>& intake : intakes_) {
    const Queues queues = intake->queues();
    sum.connections += queues.connections;
    sum.jobs += queues.jobs;
    sum.gate_mails += queues.gate_mails;
    sum.gate_bytes += queues.gate_bytes;
  }
  return sum;
}

std::string Server::info() const {
  return info_text(
      {*core_, clock_, queues(), started_ns_, options_.is_clock_of_events, options_.loops});
}

}  // namespace guerdon::server
