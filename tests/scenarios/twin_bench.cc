#include "tests/scenarios/twin_bench.h"

#include <gtest/gtest.h>

#include "engine/plan/checker.h"

namespace guerdon::scenario {

namespace {

std::vector<plan::Plan> checked(const std::vector<PlanText>& texts) {
  std::vector<plan::Plan> plans;
  for (const PlanText& text : texts) {
    const plan::SourceText source(text.name, text.text);
    plan::Diagnostics diagnostics;
    std::optional<plan::Plan> plan = plan::load_plan(source, diagnostics);
    EXPECT_TRUE(plan.has_value()) << plan::render(source, diagnostics);
    if (plan) plans.push_back(std::move(*plan));
  }
  return plans;
}

reference::Event reference_event(const Table& table, const Row& row) {
  reference::Event event;
  event.source = "scenario";
  for (const std::string& column : table.columns) {
    const std::string& value = row.cells.at(column);
    if (column == "id") {
      event.id = value;
    } else if (column == "type") {
      event.type = value;
    } else if (column == "time") {
      event.time = value;
    } else {
      event.values.emplace_back(column, value);
    }
  }
  return event;
}

reference::Command reference_command(const Table& table, const Row& row) {
  reference::Command command;
  command.source = "default";
  for (const std::string& column : table.columns) {
    const std::string& value = row.cells.at(column);
    if (column == "command") {
      command.word = value;
    } else if (column == "id") {
      command.id = value;
    } else if (column == "time") {
      command.time = value;
    } else if (column == "source") {
      if (!value.empty()) command.source = value;
    } else {
      command.values.emplace_back(column, value);
    }
  }
  return command;
}

// As the engine answers: "" where it was applied. What was refused is so again.
std::string word_of(const reference::Result& result) {
  switch (result.outcome) {
    case reference::Outcome::kDuplicate:
      return result.code.empty() ? "DUP" : result.code;
    case reference::Outcome::kConflict:
      return "CONFLICT";
    default:
      return result.code;
  }
}

}  // namespace

TwinBench::TwinBench(const Scenario& scenario) : engine_(checked(scenario.plans)) {}

void TwinBench::publish(const std::string& text) {
  std::vector<plan::Plan> plans = checked({{"version.plan", text}});
  ASSERT_EQ(plans.size(), 1u);
  engine_.publish(std::move(plans.front()));
}

std::string TwinBench::feed(const Table& table, const Row& row) {
  written_ = engine_.entries().size();
  if (const std::optional<base::TimeMs> tick = tick_of(row)) {
    engine_.tick(*tick);
    return "";
  }
  if (table.is_of_commands) return word_of(engine_.apply(reference_command(table, row)));
  const reference::Result result = engine_.apply(reference_event(table, row));
  return result.outcome == reference::Outcome::kIgnored ? "IGNORED" : word_of(result);
}

std::vector<std::string> TwinBench::items(const std::vector<Unit>& units) const {
  std::vector<std::string> items;
  for (size_t e = written_; e < engine_.entries().size(); ++e) {
    const reference::Entry& entry = engine_.entries()[e];
    const Item item{entry.account, amount_text(entry.amount, entry.unit, units), entry.unit,
                    entry.kind, entry.note};
    items.push_back(item.text());
  }
  return items;
}

}  // namespace guerdon::scenario
