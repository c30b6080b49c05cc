// What the server remembers of a connection.
//
// Thread-safety: the loop's thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

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

struct Session {
  net::RequestParser parser{"BATCH", "PLAN"};
  net::Protocol protocol = net::Protocol::kResp2;
  event::Source source{"default"};
  std::optional<OpenBatch> batch;
  std::string name;             // CLIENT SETNAME
  uint32_t under_way = 0;       // requests that are taken and not answered yet
  bool takes_more = true;       // else it ends once all is answered
  bool waits_for_book = false;  // nothing more is taken until a late answer has come
  bool is_held_back = false;    // by the bytes of everybody's answers: kGateBytesMax
};

}  // namespace guerdon::server
