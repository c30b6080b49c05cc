#include "tests/unit/reference/scenario.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <sstream>

#include "engine/plan/checker.h"

namespace guerdon::reference {

plan::Plan load(const std::string& text) {
  const plan::SourceText source("scenario.plan", text);
  plan::Diagnostics diagnostics;
  std::optional<plan::Plan> loaded = plan::load_plan(source, diagnostics);
  if (!loaded) {
    ADD_FAILURE() << plan::render(source, diagnostics);
    std::abort();  // there is nothing to go on with
  }
  return *std::move(loaded);
}

Event event_of(const std::string& words) {
  static int calls = 0;
  Event event;
  event.source = "test";
  event.id = "call " + std::to_string(++calls);
  std::istringstream in(words);
  in >> event.time >> event.type;
  if (event.time.find('T') == std::string::npos) event.time += "T12:00:00Z";
  for (std::string pair; in >> pair;) {
    const size_t equal = pair.find('=');
    const std::string name = pair.substr(0, equal);
    const std::string value = pair.substr(equal + 1);
    if (name == "id") {
      event.id = value;
    } else {
      event.values.emplace_back(name, value);
    }
  }
  return event;
}

std::string entries_at(const Engine& engine, uint64_t lsn) {
  std::string text;
  for (const Entry& entry : engine.entries()) {
    if (entry.lsn != lsn) continue;
    if (!text.empty()) text += "; ";
    text += entry.account + (entry.amount > 0 ? " +" : " ") + std::to_string(entry.amount);
    if (entry.kind != "earn") text += " " + entry.kind;
    if (!entry.note.empty()) text += " (" + entry.note + ")";
  }
  return text;
}

void run(Engine& engine, const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    const Result result = engine.apply(event_of(step.event));
    ASSERT_EQ(result.outcome, Outcome::kAccepted) << step.event;
    EXPECT_EQ(entries_at(engine, result.lsn), step.entries) << step.event;
  }
}

std::string balances_of(const Engine& engine) {
  std::map<std::string, int64_t> sums;
  for (const auto& [wallet, balance] : engine.balances()) sums[std::get<0>(wallet)] += balance;
  std::string text;
  for (const auto& [account, sum] : sums) {
    text += (text.empty() ? "" : ", ") + account + " " + std::to_string(sum);
  }
  return text;
}

}  // namespace guerdon::reference
