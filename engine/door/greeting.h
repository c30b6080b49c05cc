// HELLO: what a connection says of itself, and what it is told. The same at the door and behind it.
//
//   HELLO                                    what is this server?
//   HELLO 3 SETNAME till tenant=acme         maps as maps; called till; of tenant acme
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/net/connection.h"
#include "engine/net/reply.h"

namespace guerdon::door {

using Words = std::span<const std::string_view>;

inline constexpr std::string_view kHelloUsage = "HELLO [2 | 3 [SETNAME name]] [tenant=NAME]";
inline constexpr std::string_view kAuthUsage = "AUTH key [proof]";
inline constexpr std::string_view kNoKeys = "this server knows no keys; leave AUTH out";
inline constexpr std::string_view kHasKey =
    "this connection has said who it is, and stays so; open one of its own for another key";
// The most words of any of its forms, those that are refused by name included.
inline constexpr size_t kHelloWordsMax = 8;
// What a client calls itself.
inline constexpr size_t kClientNameMax = 64;

struct Refusal {
  std::string code;
  std::string sentence;
};

struct Greeting {
  net::Protocol protocol = net::Protocol::kResp2;  // stays as it is where none is named
  std::optional<std::string_view> name = {};
  std::string_view tenant = {};  // while the request stays
  size_t tenant_word = 0;        // from 1; 0: none is named
};

// Why the words are none, the first that is wrong; nothing: all is in *greeting.
std::optional<Refusal> read_greeting(Words words, Greeting* greeting);

// Why this can be no connection's name.
std::optional<Refusal> check_client_name(std::string_view name, size_t word);

// `number`: of the connection. `tenant`: empty where it has none.
void write_greeting(net::Protocol protocol, int64_t number, std::string_view tenant,
                    net::ReplyWriter& reply);

// Of a connection, for people and clients; never twice at the same time. REQUIRES: loop < 64.
inline constexpr uint32_t kLoopsMax = 64;
int64_t connection_number(net::ConnectionId id, uint32_t loop);

}  // namespace guerdon::door
