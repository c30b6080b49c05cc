#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/guerdon/exit_status.h"

namespace guerdon::tools {

struct ServeOptions {
  std::vector<std::string> plans;         // FILE, or TENANT=FILE; one at least
  std::vector<std::string> references;    // KIND=FILE, or TENANT:KIND=FILE
  std::string data;                       // a folder; may be empty where nothing is kept
  std::vector<std::string> drop;          // a folder for files of goals: DIR, or TENANT=DIR
  bool book = true;                       // keep the register, too
  std::string auth;                       // a file of keys; empty: everybody comes in
  std::string listen = "127.0.0.1:7411";  // HOST:PORT; port 0 is one that is free
  uint32_t shards = 1;
  std::string threads;                // "" or net=N,shards=M
  std::string clock = "wall";         // wall or events
  std::string durability = "always";  // always or none
  uint64_t keys = 8'000'000;
  uint64_t objects = 4'000'000;
  uint64_t accounts = 0;  // to expect
  uint64_t segment_mib = 64;
  bool reserve = false;  // memory, at the start
};

// Runs a server until it is asked to stop. Once it listens it says where on standard output, in a
// line `guerdon: listening on HOST:PORT`; all else goes to standard error.
ExitStatus serve(const ServeOptions& options);

}  // namespace guerdon::tools
