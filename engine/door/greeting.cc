#include "engine/door/greeting.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/event/command.h"

namespace guerdon::door {

namespace {

constexpr std::string_view kTenantField = "tenant=";

Refusal misuse(size_t word) {
  return {"SYNTAX", "word " + std::to_string(word) + ": this is not how it goes on; write " +
                        std::string(kHelloUsage)};
}

bool names_tenant(std::string_view word) { return word.starts_with(kTenantField); }

// `*at`: of the first word, then of the first behind them.
std::optional<Refusal> read_protocol(Words words, size_t* at, Greeting* greeting) {
  if (words[*at] != "2" && words[*at] != "3") {
    // What clients of Redis look for when they ask for more than there is.
    return Refusal{"NOPROTO", "unsupported protocol version; write 2 or 3"};
  }
  greeting->protocol = words[*at] == "3" ? net::Protocol::kResp3 : net::Protocol::kResp2;
  ++*at;
  if (*at == words.size()) return std::nullopt;
  if (event::is_word(words[*at], "AUTH")) {
    return Refusal{"NOAUTH", "word " + std::to_string(*at + 1) +
                                 ": this server knows no users; leave AUTH out"};
  }
  if (!event::is_word(words[*at], "SETNAME")) return std::nullopt;
  if (*at + 1 == words.size()) return misuse(*at + 1);
  greeting->name = words[*at + 1];
  *at += 2;
  return check_client_name(*greeting->name, *at);
}

}  // namespace

std::optional<Refusal> read_greeting(Words words, Greeting* greeting) {
  GUERDON_ASSERT(!words.empty());
  size_t at = 1;
  if (at < words.size() && !names_tenant(words[at])) {
    if (std::optional<Refusal> refusal = read_protocol(words, &at, greeting)) return refusal;
  }
  if (at < words.size() && names_tenant(words[at])) {
    greeting->tenant = words[at].substr(kTenantField.size());
    greeting->tenant_word = ++at;
  }
  if (at < words.size()) return misuse(at + 1);
  return std::nullopt;
}

std::optional<Refusal> check_client_name(std::string_view name, size_t word) {
  const auto is_plain = [](char c) { return c > ' ' && c < 0x7f; };
  if (name.size() <= kClientNameMax && std::all_of(name.begin(), name.end(), is_plain)) {
    return std::nullopt;
  }
  return Refusal{"INVALID", "word " + std::to_string(word) + ": a connection's name is at most " +
                                std::to_string(kClientNameMax) +
                                " printable ASCII characters without spaces"};
}

void write_greeting(net::Protocol protocol, int64_t number, std::string_view tenant,
                    net::ReplyWriter& reply) {
  const auto pair = [&](std::string_view name, std::string_view value) {
    reply.bulk(name);
    reply.bulk(value);
  };
  reply.map_header(tenant.empty() ? 7 : 8);
  pair("server", "guerdon");
  pair("version", GUERDON_VERSION);
  reply.bulk("proto");
  reply.integer(static_cast<int64_t>(protocol));
  reply.bulk("id");
  reply.integer(number);
  pair("mode", "standalone");
  pair("role", "master");
  if (!tenant.empty()) pair("tenant", tenant);
  reply.bulk("modules");
  reply.array_header(0);
}

// The generation, six bits for the loop, twenty for the slot: positive for any of them.
int64_t connection_number(net::ConnectionId id, uint32_t loop) {
  constexpr int kSlotBits = 20;
  static_assert(uint64_t{UINT32_MAX} * kLoopsMax + (kLoopsMax - 1) <= INT64_MAX >> kSlotBits);
  GUERDON_ASSERT(loop < kLoopsMax);
  return (int64_t{id.generation} * kLoopsMax + loop) << kSlotBits | id.slot;
}

}  // namespace guerdon::door
