// What one connection is to send: all its requests as bytes, made before anything is measured.
//
// Dealt by account, events of one account go to one connection, in their order; between accounts of
// different connections there is none. Events without an account are spread by their id. Dealt in
// turn, all lanes are equally long, whoever the events are of, and nothing keeps their order.
//
//   LaneBuilder builder(8, Deal::kAccount, SendForm::kBatch, 256);
//   builder.add_source("orders");
//   while (events.next(&event)) builder.add(event);
//   const std::vector<Lane> lanes = builder.finish();
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/load/request_form.h"

namespace guerdon::load {

inline constexpr uint32_t kConnectionsMax = 10'000;  // the server's own limit
inline constexpr uint32_t kBatchEventsMax = 16'384;  // likewise
inline constexpr uint32_t kPipelineMax = 1'000'000;

// Which lane an event goes to.
enum class Deal : uint8_t { kAccount, kTurn };

struct Request {
  uint32_t bytes = 0;
  uint32_t events = 0;  // 0: no event, but the name of a source
  // Of the first and the last event in it, counted from 1 over all lanes; of a source 0.
  uint32_t first = 0;
  uint32_t last = 0;
};

struct Lane {
  std::string bytes;  // the requests, one behind the other
  std::vector<Request> requests;
};

class LaneBuilder {
 public:
  // `ahead`: a batch ends where its next event is so many events behind its first, so that the loop
  // can keep its connections together (ClosedLoop); 0: it may hold any.
  // REQUIRES: 1 <= lanes <= kConnectionsMax, 1 <= batch <= kBatchEventsMax.
  LaneBuilder(uint32_t lanes, Deal deal, SendForm form, uint32_t batch, uint32_t ahead = 0);

  // From here on events come from this source, on every connection. REQUIRES: the name of one.
  void add_source(std::string_view name);
  void add(const WireEvent& event);
  // The builder is then used up.
  std::vector<Lane> finish();

 private:
  struct OpenBatch {
    std::string lines;
    Request request;
  };

  size_t lane_of(const WireEvent& event) const;
  void add_line(size_t lane, const WireEvent& event);
  void close_batch(size_t lane);
  void close(Lane& lane, size_t begun, Request request);

  const Deal deal_;
  const SendForm form_;
  const uint32_t batch_;
  const uint32_t ahead_;
  uint32_t events_ = 0;
  std::vector<Lane> lanes_;
  std::vector<OpenBatch> open_;  // one a lane
};

// `EVENT order o-17`: the first words of a request, for a person to read, or those of a line of a
// batch, counted from 1. `line` 0 is the request itself. Empty where there is none.
std::string event_name(std::string_view request, uint64_t line);

}  // namespace guerdon::load
