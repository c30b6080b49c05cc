// Sends prepared lanes over as many connections, on one thread, each as fast as replies allow.
//
// Lanes of a trace can be kept together: no connection is then sent an event that is `ahead` events
// or more behind one that is not answered yet. Else one would run days of the trace ahead of
// another, and what is late by so much may be counted otherwise (semantics: late events).
//
// Closed loop: the next request waits for a reply, so a server that stalls is asked less. It finds
// the highest throughput; its latencies are those at that throughput, with the queue that
// `pipeline` makes, and hide what an open loop would show.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/histogram.h"
#include "engine/os/clock.h"
#include "engine/os/poller.h"
#include "tools/load/lane.h"
#include "tools/load/loop_connection.h"
#include "tools/load/reply_tally.h"
#include "tools/wire/endpoint.h"

namespace guerdon::load {

// A server that answers nothing for so long, though it was asked, is given up.
inline constexpr int64_t kSilenceMaxNs = 60'000'000'000;

struct LoopProgress {
  uint64_t events = 0;  // answered
  uint64_t bytes = 0;   // of the requests that were answered
};

struct LoopResult {
  ReplyTally tally;
  base::Histogram latency_ns;  // a request
  int64_t elapsed_ns = 0;      // from the first byte sent to the last reply read
  int64_t cpu_ns = 0;          // what this process used of the processors meanwhile
  uint64_t bytes_received = 0;
  std::string broken;  // why not everything was answered; empty: it was

  uint64_t events_per_second() const;  // that were acknowledged
};

class ClosedLoop {
 public:
  // The clock and the lanes must outlive it.
  // `ahead` is that of the lanes' builder; 0: each goes as fast as it can.
  ClosedLoop(const os::Clock& clock, const std::vector<Lane>& lanes, uint32_t pipeline,
             uint32_t ahead = 0)
      : clock_(clock), lanes_(lanes), pipeline_(pipeline), ahead_(ahead) {}

  // A connection a lane, of the endpoint's tenant and key. False with a sentence where one cannot
  // be had.
  bool connect(const wire::Endpoint& endpoint, std::string* error);

  // Until everything is answered, a connection is gone, or nothing comes any more. Once, after
  // connect(). `progress` is called now and then.
  std::unique_ptr<LoopResult> run(const std::function<void(const LoopProgress&)>& progress);

 private:
  bool begin();
  bool run_round();
  bool serve(const os::Ready& ready);
  bool settle(size_t index);
  bool keep_together();
  bool fail(size_t index);

  const os::Clock& clock_;
  const std::vector<Lane>& lanes_;
  const uint32_t pipeline_;
  const uint32_t ahead_;
  os::Poller poller_;
  std::vector<std::unique_ptr<LoopConnection>> connections_;
  std::vector<bool> waits_to_write_;  // one a connection: what the poller was told
  size_t open_ = 0;                   // connections with requests that are not answered
  int64_t last_reply_ns_ = 0;
  uint64_t bytes_answered_ = 0;
  LoopResult* result_ = nullptr;  // while it runs
};

}  // namespace guerdon::load
