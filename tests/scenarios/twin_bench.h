#pragma once

#include <string>
#include <vector>

#include "tests/reference/engine.h"
#include "tests/scenarios/cells.h"
#include "tests/scenarios/scenario.h"

// A scenario on the slow twin.

namespace guerdon::scenario {

class TwinBench {
 public:
  explicit TwinBench(const Scenario& scenario);

  void publish(const std::string& text);
  // One row, and what became of it, as the engine answers: "" where it was applied.
  std::string feed(const Table& table, const Row& row);
  // What the last row wrote.
  std::vector<std::string> items(const std::vector<Unit>& units) const;
  const reference::Engine& engine() const { return engine_; }
  size_t written() const { return engine_.entries().size() - written_; }

 private:
  reference::Engine engine_;
  size_t written_ = 0;
};

}  // namespace guerdon::scenario
