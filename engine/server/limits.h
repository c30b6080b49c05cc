// What bounds a server, beside what the rooms below bound: requests and words
// (net/request_error.h), connections and buffers (net/event_loop.h), events (feed/event_reader.h),
// jobs (pipeline).
#pragma once

#include <cstddef>
#include <cstdint>

namespace guerdon::server {

// Requests of one connection that are taken and not answered yet. Above it, the connection is not
// read until some are: its peer waits.
inline constexpr uint32_t kRequestsUnderWayMax = 1'024;
// Lines of one BATCH. More are refused before the first is read.
inline constexpr uint32_t kBatchLinesMax = 16'384;
// Answers that go through the stages together, whether or not events are among them.
inline constexpr size_t kLettersMax = 4'096;
// After so long an event may be ahead of the wall clock; above it, FUTURE (pipeline/admission.h).
// What a client calls itself: CLIENT SETNAME.
inline constexpr size_t kClientNameMax = 64;

}  // namespace guerdon::server
