// What a table says of a snapshot that was written with another capacity. What is forgotten, and so
// what is answered, follows from the capacity: it is part of the state.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace guerdon::pipeline {

inline std::string other_capacity(uint64_t written, uint64_t given, std::string_view what,
                                  std::string_view option) {
  return "it was written by an engine that remembers " + std::to_string(written) + " " +
         std::string(what) + ", not " + std::to_string(given) + "; give " + std::string(option) +
         " " + std::to_string(written) +
         ", or move the snap-*.snap files out of the folder, so that the whole log is replayed";
}

}  // namespace guerdon::pipeline
