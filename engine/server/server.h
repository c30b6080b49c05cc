// The server: sockets in front of the core.
//
//   auto server = Server::open(server_options, engine_options, plans, std::move(disks), clock,
//   hooks,
//                              &fault);
//   server->run();       // until stop(), a SHUTDOWN, or a write to the log that fails
//
// With one loop and no workers one thread does it all, from the socket through the stages and back
// (the log's writer has its own); else each loop has a thread and hands its jobs to the stages'.
//
// stop(): no request is taken any more; what was taken is applied, made durable and answered. Then
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
  std::string drop;                   // a folder for files of goals; empty: none
  net::LoopLimits limits;
};

class Server {
 public:
  // Recovers first; listens when that is done. Without disks nothing is kept. Null: *fault.
  static std::unique_ptr<Server> open(const ServerOptions& options, const Options& engine,
                                      const std::vector<PlanText>& plans, runtime::Disks disks,
                                      const os::Clock& clock, runtime::OpenFault* fault,
                                      std::string* warnings = nullptr);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  uint16_t port() const { return loops_.front()->port(); }
  const runtime::Core& core() const { return *core_; }
  // Of all loops together.
  Queues queues() const;

  // Rates of a reference file (runtime/reference_rates.h), durable. False: *problems, or if there
  // is none, *error. REQUIRES: before run().
  bool take_rates(std::string_view text, size_t* rows, std::vector<event::FileProblem>* problems,
                  std::string* error);
  // The same for goals, and for the rows of a table from a file (runtime/reference_rates.h).
  bool take_targets(std::string_view text, size_t* rows, size_t* fresh,
                    std::vector<event::FileProblem>* problems, std::string* error);
  bool take_org(std::string_view text, size_t* rows, size_t* fresh,
                std::vector<event::FileProblem>* problems, std::string* error);
  bool take_table(std::string_view name, std::string_view text, size_t* rows, size_t* fresh,
                  std::vector<event::FileProblem>* problems, std::string* error);

  void run();
  void stop();

 private:
  Server(const ServerOptions& options, const os::Clock& clock);
  bool listen(runtime::OpenFault* fault);
  void completed(const pipeline::Job& job);
  void drain();
  void finish_steps();
  bool open_drop(runtime::OpenFault* fault);
  void end_connections();
  std::string info() const;

  const ServerOptions options_;
  const os::Clock& clock_;
  const int64_t started_ns_;
  std::unique_ptr<runtime::Core> core_;
  net::ConnectionQuota quota_;                   // of all loops
  std::unique_ptr<bookkeeping::BookDesk> desk_;  // null: no book is kept
  std::unique_ptr<Shared> shared_;
  std::unique_ptr<Publisher> publisher_;
  std::vector<std::unique_ptr<Intake>> intakes_;
  std::vector<std::unique_ptr<net::EventLoop>> loops_;
  std::unique_ptr<drop::DropFolder> drop_;  // null: there is none
  std::atomic<bool> is_open_{false};        // intakes and loops are all there
};

}  // namespace guerdon::server
