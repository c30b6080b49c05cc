// What `guerdon plan simulate` was asked for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace guerdon::tools {

inline constexpr uint64_t kTopMax = 1'000'000;

struct SimulateOptions {
  std::vector<std::string> plans;
  std::vector<std::string> against;             // empty: nothing is paid before
  std::vector<std::string> traces;              // one after the other
  std::string data;                             // or an engine's folder, and one plan
  uint64_t keys = 8'000'000;                    // as given to the server that wrote it
  uint64_t objects = 4'000'000;                 //
  std::vector<std::string> references;          // KIND=FILE, of both sides
  std::vector<std::string> plan_references;     // of the new side alone
  std::vector<std::string> against_references;  // of the old side alone
  uint64_t top = 10;                            // accounts that are shown up, and down
  bool json = false;
};

}  // namespace guerdon::tools
