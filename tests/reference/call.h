// A command under way: who it is of, and what it has made so far. Only the parts of the reference
// engine that do commands use it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/reference/engine.h"

namespace guerdon::reference {

struct Engine::Call {
  const Command& command;
  std::string account;
  ledger::When when;
  uint64_t id = 0;  // of the hold or spend that it makes or names
  TimeMs until = ledger::kNever;
  std::vector<Leg> legs;
  std::vector<std::pair<Wallet, std::vector<ledger::Leg>>> made;

  std::string value(const std::string& name) const {
    for (const auto& [known, value] : command.values) {
      if (known == name) return value;
    }
    return "";
  }
  bool is(const std::string& word) const { return command.word == word; }
};

}  // namespace guerdon::reference
