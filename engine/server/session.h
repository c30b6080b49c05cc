// What the server remembers of a connection.
//
// Thread-safety: the loop's thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/door/keys.h"
#include "engine/feed/event_reader.h"
#include "engine/net/reply.h"
#include "engine/net/request_parser.h"
#include "engine/server/batch_tally.h"

namespace guerdon::server {

// A BATCH whose lines are the requests that follow.
struct OpenBatch {
  std::shared_ptr<BatchTally> tally;
  uint32_t lines_left = 0;
  uint32_t line = 0;  // of the last one read, from 1
};

// A BATCH whose lines are in the request itself, and not all taken yet: it is still in the input.
struct HalfBatch {
  std::shared_ptr<BatchTally> tally;
  size_t taken = 0;     // bytes of the lines
  uint32_t number = 0;  // of the last line
};

// What a connection has SUBSCRIBEd to. While a request of the connection is under way, a desk's
// thread may have it; else the loop.
struct Subscription {
  std::vector<std::string> words;  // of the request: read again at each asking
  uint64_t after = 0;              // the place behind which it goes on
  uint64_t asked_lsn = 0;          // what was durable when it was asked for last
  bool has_begun = false;          // its answer has been written
  bool has_more = false;           // there is more behind the last page
  bool is_over = false;            // it cannot go on, and that has been said
  bool has_rested = false;         // since the last page the connection's own requests had a turn
};

struct Session {
  net::RequestParser parser{"BATCH", "PLAN"};
  net::Protocol protocol = net::Protocol::kResp2;
  event::Source source{"default"};
  std::optional<OpenBatch> batch;
  std::optional<HalfBatch> half_batch;
  std::string name;                            // CLIENT SETNAME
  door::Role role = door::Role::kAdmin;        // of its key; without keys everybody's
  std::shared_ptr<Subscription> subscription;  // null: there is none
  uint32_t under_way = 0;                      // requests that are taken and not answered yet
  bool takes_more = true;                      // else it ends once all is answered
  bool waits_for_book = false;                 // nothing more is taken until a late answer has come
  bool is_held_back = false;                   // what it sends waits: Intake::hold_back()
  bool waits_for_version = false;              // of these: its REVERSE, until there is another
};

}  // namespace guerdon::server
