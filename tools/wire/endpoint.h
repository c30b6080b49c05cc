// Where a server is.
#pragma once

#include <cstdint>
#include <string>

namespace guerdon::wire {

struct Endpoint {
  std::string address;  // IPv4, in dots
  uint16_t port = 0;
  std::string tenant = {};  // whose connections are to be; empty: nobody's in particular
  std::string key = {};     // by which they come in; empty: by none
  std::string secret = {};  // its bytes
};

// `HOST:PORT`, the port 1 to 65535. False where it reads otherwise.
bool read_endpoint(const std::string& text, std::string* host, uint16_t* port);

}  // namespace guerdon::wire
