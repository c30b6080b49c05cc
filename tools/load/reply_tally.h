// What a server's replies to requests come to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/net/reply_reader.h"
#include "tools/load/lane.h"

namespace guerdon::load {

inline constexpr size_t kSentencesMax = 5;  // of refusals that are kept

struct ReplyTally {
  uint64_t requests = 0;    // that were answered, in whatever way
  uint64_t accepted = 0;    // +OK
  uint64_t duplicates = 0;  // +DUP: known already, and so as safe
  uint64_t refused = 0;     // with a code, by event
  uint64_t entries = 0;     // made by the accepted; a batch's reply does not say
  std::map<std::string, uint64_t> refused_by_code;
  std::vector<std::string> sentences;  // the first: `EVENT order o-17: INVALID word 4 ...`

  uint64_t acknowledged() const { return accepted + duplicates; }
  uint64_t answered() const { return acknowledged() + refused; }

  // Counts one reply. `bytes` are those of the request, for naming its events. False where this is
  // no answer to such a request; then what was counted is good for nothing.
  bool take(std::span<const net::ReplyPart> reply, const Request& request, std::string_view bytes);

 private:
  bool take_status(std::string_view text, const Request& request);
  bool take_batch(std::span<const net::ReplyPart> reply, const Request& request,
                  std::string_view bytes);
  bool take_batch_error(std::string_view text, std::string_view bytes);
  void refuse(std::string_view text, uint64_t events, std::string_view bytes, uint64_t line);
};

}  // namespace guerdon::load
