#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/reference/engine.h"

// From a failing case to a small one that still fails.
// Source: A. Zeller, R. Hildebrandt, "Simplifying and isolating failure-inducing input", 2002.

namespace guerdon::generate {

// An event of this source is no event: it publishes the further version whose number is its id.
inline constexpr const char* kPublishSource = "publish";
// One of this source is a command, `type` its word: HOLDER, REVERSE, TABLE, REOPEN.
inline constexpr const char* kCommandSource = "command";

struct Case {
  std::vector<std::string> plans;          // texts
  std::vector<std::string> versions = {};  // further ones of some of them
  std::vector<reference::Event> events;
};

// True when the case still fails in the way that is being looked for. It is called only with plans
// and versions that all load, each by itself, and must not keep what it is given.
using Fails = std::function<bool(const Case&)>;

// Drops whole plans, versions, events, blocks and lines of plans and versions, and values of
// events, and makes numbers of all of them rounder, for as long as that leaves a failing case;
// calls `fails` at most `tries` times. A line that a plan and its versions have goes from all of
// them at once, or from one. REQUIRES: fails(found).
Case shrink(Case found, const Fails& fails, int tries = 3'000);

// The case as files are written: each plan after a line `==> NAME.plan <==`, then the trace.
std::string print_case(const Case& found);

}  // namespace guerdon::generate
