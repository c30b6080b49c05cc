// What bounds a server, beside what the rooms below bound: requests and words
// (net/request_error.h), connections and buffers (net/event_loop.h), events (feed/event_reader.h),
// jobs (pipeline).
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/door/greeting.h"

namespace guerdon::server {

// Requests of one connection that are taken and not answered yet. Above it, the connection is not
// read until some are: its peer waits.
inline constexpr uint32_t kRequestsUnderWayMax = 1'024;
// Lines of one BATCH. More are refused before the first is read.
inline constexpr uint32_t kBatchLinesMax = 16'384;
// Answers that go through the stages together, whether or not events are among them.
inline constexpr size_t kLettersMax = 4'096;
// Targets that PROGRESS asks for in answers that go through the stages together, but for those of
// the last one: each may have a thousand rows.
inline constexpr size_t kProgressWantedMax = 16;
// Places that STANDINGS shows, and on each side of an account.
inline constexpr int64_t kPlacesShownMax = 1'000;
// Seals that SEALS shows.
inline constexpr int64_t kSealsShownMax = 1'000;
// Periods of a budget that BUDGETS shows.
inline constexpr int64_t kPoolsShownMax = 1'000;
// REPORTs of one tenant that are under way. Each keeps what it took of all accounts until it is
// answered, and the book's desk goes through all entries for it.
inline constexpr uint32_t kReportsUnderWayMax = 4;
// Bytes of answers known at once that go through the stages together.
inline constexpr size_t kTextsMax = size_t{1} << 20;
// Bytes of answers of one loop that are not durable yet, or were given to connections in this
// round. Above it, nothing is taken from any connection of the loop until half of it is free: all
// peers wait. The requests that are taken by then may add theirs.
inline constexpr size_t kGateBytesMax = size_t{64} << 20;
// Loops that move bytes between sockets and the stages, each on a thread of its own.
using door::kLoopsMax;
// When no record has come for so long, what is due by time is done without being asked for.
inline constexpr int kQuietMs = 1'000;
// Connections of one loop that SUBSCRIBE at a time: each new commit is looked through for each.
inline constexpr size_t kSubscribersMax = 16;
// Notices that go to a subscriber at once, and bytes that wait for it above which it gets no more:
// it is the book that waits for who is slow.
inline constexpr uint32_t kNoticesMax = 256;
inline constexpr size_t kNoticeBytesMax = size_t{1} << 20;

}  // namespace guerdon::server
