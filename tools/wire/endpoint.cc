#include "tools/wire/endpoint.h"

#include <charconv>

namespace guerdon::wire {

bool read_endpoint(const std::string& text, std::string* host, uint16_t* port) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return false;
  *host = text.substr(0, colon);
  const char* const end = text.data() + text.size();
  const auto [behind, error] = std::from_chars(text.data() + colon + 1, end, *port);
  return error == std::errc() && behind == end && *port != 0;
}

}  // namespace guerdon::wire
