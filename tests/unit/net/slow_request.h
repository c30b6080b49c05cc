// The slow twin of request_parser.h: the whole input at once, one state machine a byte, a string
// for every word, and each rule of the pages written out once more.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/net/request_error.h"

namespace guerdon::net::slow {

// A request, or an error in its place.
struct Outcome {
  bool is_error = false;
  bool is_array = false;           // of a request
  std::vector<std::string> words;  // of a request
  RequestError error;

  bool operator==(const Outcome&) const = default;
};

std::vector<Outcome> read_requests(std::string_view bytes, std::string_view long_word);

// For messages of failed comparisons.
std::string to_string(const Outcome& outcome);

}  // namespace guerdon::net::slow
