#pragma once

#include <cstdint>
#include <string>
#include <vector>

// Requests that the laws are tried on: events, commands on wallets, a catalogue, exchanges,
// payouts, ticks, drawn so that they meet: few accounts, ids that come again, clocks that jump.

namespace guerdon::law {

struct RequestCase {
  std::vector<std::string> plans;     // texts
  std::vector<std::string> requests;  // as a client sends them: "HOLD account=a0 ..."
};

// The case of one seed: the same on every machine.
RequestCase requests_of_seed(uint64_t seed);

// Its words; of what stands between no spaces.
std::vector<std::string> words_of(const std::string& request);

}  // namespace guerdon::law
