// Any bytes as those of a connection at the door: where they are cut does not show, one room at the
// most hears of them, and where keys are asked for none does: nobody guesses a proof.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/hash.h"
#include "engine/door/door.h"

namespace {

namespace door = guerdon::door;
namespace net = guerdon::net;

constexpr std::string_view kKeys =
    "till writer acme 00112233445566778899aabbccddeeff\n"
    "boss operator - ffeeddccbbaa99887766554433221100\n";

class HearingRoom final : public door::Room {
 public:
  void on_arrival(net::Connection&, const door::Arrival& arrival) override {
    heard += "arrival " + arrival.name + "\n";
  }
  void on_input(net::Connection& connection) override {
    heard += connection.input();
    connection.consume(connection.input().size());
  }

  std::string heard;
};

struct Outcome {
  std::string said;
  std::string acme;
  std::string beta;
  bool is_ended = false;

  bool operator==(const Outcome&) const = default;
};

// `cuts`: ascending places in the text.
Outcome talk(std::string_view text, const std::vector<size_t>& cuts, bool has_keys) {
  std::string error;
  static const std::optional<door::Keys> keys = door::Keys::read(kKeys, &error);
  uint64_t random = 0;
  door::House house;
  house.tenants = {"acme", "beta"};
  house.keys = has_keys ? &*keys : nullptr;
  house.random = [&random] { return ++random; };
  house.info = [] { return std::string("info"); };
  house.shut_down = [] {};
  HearingRoom acme;
  HearingRoom beta;
  door::Door at(house, {&acme, &beta}, 0);
  std::vector<net::ConnectionId> changed;
  net::Connection connection({0, 1}, &changed);
  at.on_open(connection);
  Outcome outcome;
  size_t from = 0;
  for (size_t i = 0; i <= cuts.size() && !connection.is_closing(); ++i) {
    const size_t end = i < cuts.size() ? cuts[i] : text.size();
    const std::string piece(text.substr(from, end - from));
    from = end;
    connection.receive(piece);
    at.on_input(connection);
    connection.keep_rest();
  }
  outcome.said = connection.to_send().waiting();
  outcome.acme = acme.heard;
  outcome.beta = beta.heard;
  outcome.is_ended = connection.is_closing();
  return outcome;
}

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

std::vector<size_t> some_cuts(std::string_view text) {
  std::vector<size_t> cuts;
  uint64_t state = guerdon::base::hash64(text);
  for (size_t at = 0; at < text.size(); at += 1 + state % 40) {
    state = state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
    state ^= state >> 29;
    if (at != 0) cuts.push_back(at);
  }
  return cuts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + std::min(size, door::kDoorInputMax));
  std::vector<size_t> each_byte;
  for (size_t at = 1; at < text.size(); ++at) each_byte.push_back(at);
  for (const bool has_keys : {false, true}) {
    const Outcome whole = talk(text, {}, has_keys);
    demand(whole == talk(text, each_byte, has_keys), "byte by byte it is another");
    demand(whole == talk(text, some_cuts(text), has_keys), "in pieces it is another");
    demand(whole.acme.empty() || whole.beta.empty(), "two rooms heard of it");
    demand(!has_keys || (whole.acme.empty() && whole.beta.empty()), "it came in without a key");
  }
  return 0;
}
