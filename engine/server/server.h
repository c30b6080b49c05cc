// The server: sockets in front of the core.
//
//   auto server = Server::open(server_options, engine_options, plans, std::move(disks), clock,
//   hooks,
//                              &fault);
//   server->run();       // until stop(), a SHUTDOWN, or a write to the log that fails
//
// Tenants: each has a core of its own, with its log, book, clock and LSNs, and an intake in each
// loop; what all have together are the loops and their connections. A door (door/door.h) lets a
// connection into the intakes of the tenant that it names, and no other. A server without tenants
// has one core, and no door.
//
// With one loop and no workers one thread does it all, from the socket through the stages and back
// (the log's writer has its own); else each loop has a thread and hands its jobs to the stages'.
//
// What fails, fails for all: where a log cannot be written the process ends (below), whoever's it
// is.
//
// stop(): no request is taken any more; what was taken is applied, made durable and answered, but
// for questions that wait for the book: they are told to come again. A REVERSE is no question. Then
// the connections are ended so that a peer that reads gets every answer, and an end without error.
//
// A failed write to the log ends the process at once: what is in memory is ahead of what is on the
// disk, so not even a read may be answered from it.
//
// Thread-safety: stop(), port() and queues() any thread; run() once, by one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/door/door.h"
#include "engine/drop/drop_folder.h"
#include "engine/feed/reference_file.h"
#include "engine/net/event_loop.h"
#include "engine/os/clock.h"
#include "engine/os/disk.h"
#include "engine/os/thread.h"
#include "engine/runtime/core.h"
#include "engine/server/intake.h"
#include "guerdon/engine.h"

namespace guerdon::server {

struct ServerOptions {
  std::string address = "127.0.0.1";  // IPv4, of the loopback network
  uint16_t port = 0;                  // 0: one that is free
  uint32_t loops = 1;                 // 1 to kLoopsMax; more than one want workers
  bool is_clock_of_events = false;    // else the wall's
  size_t gate_bytes = kGateBytesMax;  // of a loop's answers that are not durable yet
  net::LoopLimits limits;
  // Who may come in; null: everybody. It must outlive the server.
  const door::Keys* keys = nullptr;
};

struct TenantOptions {
  std::string name;  // empty: of a server without tenants, whose only one it is
  Options engine;
  std::vector<PlanText> plans;
  runtime::Disks disks;
  std::string drop;  // a folder for files of goals; empty: none
};

class Server {
 public:
  // Recovers first; listens when that is done. Without disks nothing is kept. Null: *fault.
  static std::unique_ptr<Server> open(const ServerOptions& options, const Options& engine,
                                      const std::vector<PlanText>& plans, runtime::Disks disks,
                                      const os::Clock& clock, runtime::OpenFault* fault,
                                      std::string* warnings = nullptr);
  // REQUIRES: one that has no name, or 1 to door::kTenantsMax with different names.
  static std::unique_ptr<Server> open(const ServerOptions& options,
                                      std::vector<TenantOptions> tenants, const os::Clock& clock,
                                      runtime::OpenFault* fault, std::string* warnings = nullptr);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  uint16_t port() const { return loops_.front()->port(); }
  // `tenant`: its place among those that it was opened with.
  const runtime::Core& core(size_t tenant = 0) const { return *tenants_[tenant]->core; }
  // Of all loops and tenants together.
  Queues queues() const;

  // Rates of a reference file (runtime/reference_rates.h), durable. False: *problems, or if there
  // is none, *error. REQUIRES: before run().
  bool take_rates(size_t tenant, std::string_view text, size_t* rows,
                  std::vector<event::FileProblem>* problems, std::string* error);
  // The same for goals, and for the rows of a table from a file (runtime/reference_rates.h).
  bool take_targets(size_t tenant, std::string_view text, size_t* rows, size_t* fresh,
                    std::vector<event::FileProblem>* problems, std::string* error);
  bool take_org(size_t tenant, std::string_view text, size_t* rows, size_t* fresh,
                std::vector<event::FileProblem>* problems, std::string* error);
  bool take_table(size_t tenant, std::string_view name, std::string_view text, size_t* rows,
                  size_t* fresh, std::vector<event::FileProblem>* problems, std::string* error);

  void run();
  void stop();

 private:
  // A core, and what answers for it.
  struct Tenant {
    std::string name;
    std::string drop_folder;
    std::unique_ptr<runtime::Core> core;
    std::unique_ptr<bookkeeping::BookDesk> desk;  // null: no book is kept
    std::unique_ptr<Shared> shared;
    std::unique_ptr<Publisher> publisher;
    std::vector<std::unique_ptr<Intake>> intakes;  // by loop
    std::unique_ptr<drop::DropFolder> drop;        // null: there is none
  };

  Server(const ServerOptions& options, const os::Clock& clock);
  bool add_tenant(TenantOptions options, runtime::OpenFault* fault, std::string* warnings);
  bool has_tenants() const { return !tenants_.front()->name.empty(); }
  bool has_door() const { return has_tenants() || options_.keys != nullptr; }
  bool listen(runtime::OpenFault* fault);
  void share(Tenant& tenant);
  bool open_loop(uint32_t number, os::Listener listener, net::LoopLimits limits);
  bool open_publisher(Tenant& tenant, runtime::OpenFault* fault);
  net::Handler* handler_of(uint32_t loop);
  void completed(Tenant& tenant, const pipeline::Job& job);
  void drain();
  void drain(Tenant& tenant);
  void rest(Tenant& tenant);
  void finish_steps(Tenant& tenant);
  void end_connections();
  std::string info(const Tenant& tenant) const;
  std::string operator_info() const;

  const ServerOptions options_;
  const os::Clock& clock_;
  const int64_t started_ns_;
  net::ConnectionQuota quota_;  // of all loops
  std::vector<std::unique_ptr<Tenant>> tenants_;
  door::House house_;                               // these two where there is a door
  std::vector<std::unique_ptr<door::Door>> doors_;  // by loop
  std::vector<std::unique_ptr<net::EventLoop>> loops_;
  std::atomic<bool> is_open_{false};  // intakes and loops are all there
};

}  // namespace guerdon::server
