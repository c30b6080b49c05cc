#include "tools/cli/session.h"

#include "tools/cli/request.h"
#include "tools/wire/greeting.h"

namespace guerdon::cli {
namespace {

constexpr std::string_view kHello = "HELLO 3 SETNAME guerdon-cli\n";

constexpr std::string_view kNotices =
    "SYNTAX here each request has one answer, and notices come unasked; SUBSCRIBE by redis-cli, or "
    "by a connection of your own";

}  // namespace

bool Session::open(std::string* error) {
  if (!conversation_.connect(endpoint_, error)) return false;
  std::string why;
  if (!wire::greet(conversation_, endpoint_, error)) return false;
  const std::optional<Answer> hello = ask(kHello, &why);
  if (hello && !hello->is_error()) return true;
  *error = hello ? "the server answers HELLO 3 with " + hello->text : why;
  return false;
}

std::optional<Answer> Session::ask(std::string_view request, std::string* why) {
  using wire::Answered;
  if (is_subscription(request)) {
    return Answer{net::ReplyKind::kError, 0, std::string(kNotices), {}};
  }
  switch (conversation_.ask(request)) {
    case Answered::kReply:
      break;
    case Answered::kGone:
      *why = "the server ended the connection and did not answer";
      return std::nullopt;
    case Answered::kBroken:
      *why = "what came is no answer: " + std::string(conversation_.fault());
      return std::nullopt;
    case Answered::kSilent:
    case Answered::kGivenUp:
      *why = "the answer was not waited for";
      return std::nullopt;
  }
  std::optional<Answer> answer = answer_of(conversation_.reply());
  if (!answer) {
    *why = "the answer is nested deeper than is read";
    conversation_.close();
  }
  return answer;
}

}  // namespace guerdon::cli
