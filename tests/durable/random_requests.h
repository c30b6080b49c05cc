// Events and commands on wallets, drawn so that they meet: few accounts, holds and spends that are
// named again and again, retries, ids that come back with another content, clocks that jump.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "tests/generate/rng.h"
#include "tests/reference/engine.h"

namespace guerdon::requests {

// The plans that they are for: wallets with and without dates, of each way to fall short, opened by
// a credit and by a command, a unit that two programs have, and rules that read what is known of
// accounts.
std::vector<std::string> plans();

using Request = std::variant<reference::Event, reference::Command>;

// The words of the wire.
std::vector<std::string> words_of(const Request& request);

class RequestWriter {
 public:
  explicit RequestWriter(uint64_t seed) : rng_(seed) {}
  Request next();

 private:
  std::string account();
  std::string next_id();
  std::string amount(int scale, int most);
  reference::Event event();
  reference::Command reversal();
  reference::Command command();
  // The wallet that the command is of, or several.
  void add_wallets(reference::Command& command, bool wants_total, int most);
  void add_one_wallet(reference::Command& command, bool wants_total, int most);
  void make_known(reference::Command& command);
  void say_goal(reference::Command& command);
  std::string later();

  struct Made {
    std::string id;
    std::string account;
  };
  // One that was made before, or nearly.
  const Made& named();

  generate::Rng rng_;
  int64_t clock_ms_ = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
  int ids_ = 0;
  std::vector<Request> sent_;
  std::vector<Made> made_{{"none", "a0"}};
  std::vector<std::string> events_;  // ids
};

}  // namespace guerdon::requests
