#include "tools/wire/greeting.h"

#include <optional>
#include <string_view>

#include "engine/door/keys.h"
#include "engine/os/file.h"

namespace guerdon::wire {

namespace {

// The text of its answer where that is none of an error.
std::optional<std::string> ask(Conversation& conversation, const std::string& request,
                               std::string_view command, std::string* error) {
  if (conversation.ask(request + "\n") != Answered::kReply) {
    *error = "the server did not answer " + std::string(command);
    return std::nullopt;
  }
  const net::ReplyPart& first = conversation.reply().front();
  if (first.kind != net::ReplyKind::kError) return std::string(first.text);
  *error = "the server refuses " + std::string(command) + ": " + std::string(first.text);
  return std::nullopt;
}

bool authenticate(Conversation& conversation, const Endpoint& endpoint, std::string* error) {
  constexpr std::string_view kChallenge = "PROVE ";
  const std::string request = "AUTH " + endpoint.key;
  std::optional<std::string> asked = ask(conversation, request, "AUTH", error);
  if (!asked) return false;
  if (!asked->starts_with(kChallenge)) {
    *error = "the server answers AUTH with " + *asked;
    return false;
  }
  const std::string proof =
      door::prove(endpoint.secret, std::string_view(*asked).substr(kChallenge.size()));
  return ask(conversation, request + " " + proof, "AUTH", error).has_value();
}

}  // namespace

bool greet(Conversation& conversation, const Endpoint& endpoint, std::string* error) {
  if (!endpoint.key.empty() && !authenticate(conversation, endpoint, error)) return false;
  if (endpoint.tenant.empty()) return true;
  return ask(conversation, "HELLO 2 tenant=" + endpoint.tenant, "HELLO", error).has_value();
}

bool read_key(const std::string& path, Endpoint* endpoint, std::string* error) {
  std::string text;
  if (!os::read_private_file(path, door::kKeysBytesMax, &text, error)) return false;
  std::string wrong;
  const std::optional<door::Keys> keys = door::Keys::read(text, &wrong);
  if (!keys || keys->all().size() != 1) {
    *error = path + (keys ? " has several keys; write the one to be used into a file of its own"
                          : ", " + wrong);
    return false;
  }
  endpoint->key = keys->all().front().id;
  endpoint->secret = keys->all().front().secret;
  return true;
}

}  // namespace guerdon::wire
