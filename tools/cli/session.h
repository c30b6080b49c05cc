// A conversation that has agreed on RESP3, so that maps come as maps.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engine/os/clock.h"
#include "tools/cli/answer.h"
#include "tools/wire/conversation.h"

namespace guerdon::cli {

class Session {
 public:
  // The clock must outlive it. `is_given_up`: whether the answer that is waited for is still
  // wanted; may be empty.
  Session(const os::Clock& clock, wire::Endpoint endpoint, std::function<bool()> is_given_up)
      : endpoint_(std::move(endpoint)), conversation_(clock, {0, std::move(is_given_up)}) {}

  // A connection in the place of the one there was, if any. False with a sentence.
  bool open(std::string* error);
  bool is_open() const { return conversation_.is_open(); }
  // The server has ended the connection: it is closed, and what was not sent may be sent later.
  bool has_ended() { return conversation_.has_ended(); }

  // Sends a whole request, once. Nothing where no answer came; *why says what happened, and
  // whether the request was done is not known. The connection is then closed. REQUIRES: is_open().
  std::optional<Answer> ask(std::string_view request, std::string* why);

 private:
  const wire::Endpoint endpoint_;
  wire::Conversation conversation_;
};

// What to say of a request that got no answer.
inline constexpr std::string_view kOutcomeUnknown =
    "Whether the request was done is not known. It is not sent again by itself; if it has an id, "
    "sending it again with the same id is safe.";

}  // namespace guerdon::cli
