// The engine inside another program: what the README shows, whole.
//   embed PLAN TRACE
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "guerdon/engine.h"

namespace {

int fail(const std::string& error) {
  std::fprintf(stderr, "%s\n", error.c_str());
  return 1;
}

int run(const std::string& plan, const std::string& trace) {
  std::ifstream file(plan);
  const std::string text{std::istreambuf_iterator<char>(file), {}};

  guerdon::Options options;
  options.shards = 4;
  std::string error;
  auto engine = guerdon::Engine::open(options, {{plan, text}}, &error);
  if (engine == nullptr) return fail(error);

  uint64_t taken_back = 0;
  engine->on_entry([&](const guerdon::Entry& entry) { taken_back += entry.amount < 0 ? 1 : 0; });
  if (!engine->replay(trace, {}, &error)) return fail(error);
  if (!engine->tick(guerdon::next_month(engine->clock()), &error)) return fail(error);

  for (const guerdon::Balance& balance : engine->balances()) {
    std::printf("%s %s %s %lld\n", balance.account.c_str(), balance.program.c_str(),
                balance.unit.c_str(), static_cast<long long>(balance.amount));
  }
  std::printf("entries that take back: %llu\n", static_cast<unsigned long long>(taken_back));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return argc == 3 ? run(argv[1], argv[2]) : fail("usage: embed PLAN TRACE");
}
