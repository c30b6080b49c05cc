// What a connection says first: who it is, and whose.
#pragma once

#include <string>

#include "tools/wire/conversation.h"

namespace guerdon::wire {

// Proves by the endpoint's key that it has it; says the tenant, if there is one. False with a
// sentence: the server did not answer, or refuses. REQUIRES: is_open().
bool greet(Conversation& conversation, const Endpoint& endpoint, std::string* error);

// Reads a key out of a file of its own, a line as the server's file has it (door/keys.h), into the
// endpoint. False with a sentence.
bool read_key(const std::string& path, Endpoint* endpoint, std::string* error);

}  // namespace guerdon::wire
