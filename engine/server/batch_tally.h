// What became of the lines of one BATCH: filled in the order of the lines, answered once.
//
// Thread-safety: one thread at a time: the one that completes jobs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/net/reply.h"

namespace guerdon::server {

class BatchTally {
 public:
  void add_accepted(uint64_t lsn);
  void add_duplicate() { ++duplicates_; }
  // `code` and `sentence` as a single event's error has them.
  void add_error(uint32_t line, std::string_view code, std::string_view sentence);

  // accepted, duplicates, first_lsn, last_lsn (0 where none was accepted), errors.
  void write(net::ReplyWriter& reply) const;

 private:
  uint64_t accepted_ = 0;
  uint64_t duplicates_ = 0;
  uint64_t first_lsn_ = 0;
  uint64_t last_lsn_ = 0;
  std::vector<std::string> errors_;  // "3 CONFLICT word 3: ..."
};

}  // namespace guerdon::server
