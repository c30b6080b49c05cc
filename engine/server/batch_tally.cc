#include "engine/server/batch_tally.h"

namespace guerdon::server {

void BatchTally::add_accepted(uint64_t lsn) {
  if (accepted_++ == 0) first_lsn_ = lsn;
  last_lsn_ = lsn;
}

void BatchTally::add_error(uint32_t line, std::string_view code, std::string_view sentence) {
  std::string& error = errors_.emplace_back(std::to_string(line));
  error.append(" ").append(code).append(" ").append(sentence);
}

void BatchTally::write(net::ReplyWriter& reply) const {
  const auto number = [&](std::string_view name, uint64_t value) {
    reply.bulk(name);
    reply.integer(static_cast<int64_t>(value));
  };
  reply.map_header(5);
  number("accepted", accepted_);
  number("duplicates", duplicates_);
  number("first_lsn", first_lsn_);
  number("last_lsn", last_lsn_);
  reply.bulk("errors");
  reply.array_header(errors_.size());
  for (const std::string& error : errors_) reply.bulk(error);
}

}  // namespace guerdon::server
