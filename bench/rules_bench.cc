// Rules only: what one event costs when there are many rules.
//
//   rules_that_exist/N    N rules for the event type, ten of which name the event's product
//   rules_that_fire/N     1,000 rules, N of which name the event's product
//   thresholds/N          N rules `when amount > bound`, ten of which hold
//   scan/N                as rules_that_exist, but with conditions that no index can use
//
// The event, its account's state and the code stay in cache: this is the machine and its index
// alone.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include "engine/base/hash.h"
#include "engine/compiler/compiler.h"
#include "engine/plan/checker.h"
#include "engine/program/machine.h"

namespace guerdon::plan {

namespace {

constexpr int kFiring = 10;
constexpr int kAmount = 1'000'000;  // of the event, minor units

class NothingKept : public Frames {
 public:
  const int64_t* find(const FrameKey&) const override { return nullptr; }
  const int64_t* known(uint32_t, TimeMs) const override { return nullptr; }
};

std::string head() {
  return "plan bench\nunit money, 2 decimals\nevent order\n  account : account\n"
         "  amount : money\n  sku : text\n";
}

std::string rule(int number, const std::string& when) {
  return "rule r" + std::to_string(number) + "\n  on order\n  when " + when +
         "\n  credit account 5% of amount\n";
}

// `rules` rules over products p0, p1 ...; `firing` of them name p0.
std::string by_product(int rules, int firing, bool indexed) {
  std::string text = head();
  for (int i = 0; i < rules; ++i) {
    const std::string product = "\"p" + std::to_string(i < firing ? 0 : i) + "\"";
    text += rule(i, indexed ? "sku = " + product : "not sku != " + product);
  }
  return text;
}

std::string by_threshold(int rules, int holding) {
  std::string text = head();
  for (int i = 0; i < rules; ++i) {
    const int bound = i < holding ? i : kAmount + i;
    text += rule(i, "amount > " + std::to_string(bound / 100) + "." +
                        std::to_string(bound % 100 / 10) + std::to_string(bound % 10));
  }
  return text;
}

Program program_of(const std::string& text) {
  const SourceText source("bench", text);
  Diagnostics diagnostics;
  std::optional<Plan> plan = load_plan(source, diagnostics);
  std::string error = render(source, diagnostics);
  std::vector<Plan> plans;
  if (plan) plans.push_back(std::move(*plan));
  std::optional<Program> program = compile(plans, &error);
  if (plans.empty() || !program) {
    std::cerr << error;
    std::exit(1);
  }
  return std::move(*program);
}

void run(benchmark::State& state, const std::string& text, size_t fires) {
  const Program program = program_of(text);
  Machine machine(program);
  const NothingKept frames;
  const RoleProgram& role = program.events[0].roles[0];
  const int64_t values[] = {0, kAmount, program.symbols.find("p0", base::hash64("p0"))};
  const EventView event{values, 0b111, 0, 0};
  for ([[maybe_unused]] auto _ : state) {
    machine.run(role, event, frames);
    benchmark::DoNotOptimize(machine.asks().data());
  }
  if (machine.asks().size() != fires) state.SkipWithError("another number of rules fired");
  state.counters["fired"] = static_cast<double>(machine.asks().size());
}

void rules_that_exist(benchmark::State& state) {
  run(state, by_product(static_cast<int>(state.range(0)), kFiring, true), kFiring);
}
void rules_that_fire(benchmark::State& state) {
  const auto firing = static_cast<size_t>(state.range(0));
  run(state, by_product(1'000, static_cast<int>(firing), true), firing);
}
void thresholds(benchmark::State& state) {
  run(state, by_threshold(static_cast<int>(state.range(0)), kFiring), kFiring);
}
void scan(benchmark::State& state) {
  run(state, by_product(static_cast<int>(state.range(0)), kFiring, false), kFiring);
}

BENCHMARK(rules_that_exist)->Arg(10)->Arg(100)->Arg(1'000)->Arg(10'000);
BENCHMARK(rules_that_fire)->Arg(1)->Arg(10)->Arg(100)->Arg(1'000);
BENCHMARK(thresholds)->Arg(10)->Arg(100)->Arg(1'000)->Arg(10'000);
BENCHMARK(scan)->Arg(10)->Arg(100)->Arg(1'000);

}  // namespace

}  // namespace guerdon::plan

BENCHMARK_MAIN();
