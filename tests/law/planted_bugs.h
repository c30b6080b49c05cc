#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

// How soon the harness finds the bugs that are planted (engine/base/planted.h): what its silence on
// the product is worth.

namespace guerdon::law {

struct PlantedHunt {
  std::string name = "all";  // or the name of one
  uint64_t draws = 200;      // not found within so many: a failure
  uint64_t seed = 1;
  size_t at_once = 1;
  std::string recorded;  // the table that says where each was found, empty: none
  bool write = false;    // writes the table instead
};

// Prints the table. False when a bug was not found, or the name is none's.
bool hunt(const PlantedHunt& wanted);

}  // namespace guerdon::law
