// BUDGETS: what was granted of what all accounts share, and what is left.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/calendar/period.h"
#include "engine/event/refusal.h"
#include "engine/event/text_rules.h"
#include "engine/money/decimal.h"
#include "engine/server/command.h"
#include "engine/server/intake.h"
#include "engine/server/limits.h"
#include "engine/server/named_words.h"

namespace guerdon::server {

namespace {

constexpr size_t kPoolsUsual = 10;

struct BudgetsQuery {
  std::string program;
  std::string budget;  // empty: any
  size_t top = kPoolsUsual;
};

enum BudgetField : size_t { kBudgetName, kBudgetTop, kBudgetFields };
constexpr std::array<std::string_view, kBudgetFields> kBudgetNames = {"budget", "top"};

std::optional<Fault> read_budgets(const plan::Program& program, Words words, BudgetsQuery* query) {
  NamedWords given(kBudgetNames);
  if (auto fault = given.read(words)) return fault;
  std::vector<std::string> programs;
  std::vector<std::string> budgets;
  for (const plan::LoadedPlan& plan : program.plans) add_once(plan.program, &programs);
  query->program = words[1];
  query->budget = given[kBudgetName].value;
  if (std::find(programs.begin(), programs.end(), query->program) == programs.end()) {
    return Fault{"UNKNOWN", "word 2, program: there is no program " +
                                event::printable(words[1], event::kExcerptShownMax) +
                                "; there is " + event::listed(programs)};
  }
  for (const plan::BudgetKind& kind : program.budgets) {
    if (program.plans[kind.plan].program == query->program) add_once(kind.name, &budgets);
  }
  const bool is_known = std::find(budgets.begin(), budgets.end(), query->budget) != budgets.end();
  if (given[kBudgetName] && !is_known) return given.unknown(kBudgetName, "budget", budgets);
  int64_t top = 0;
  if (!given[kBudgetTop]) return std::nullopt;
  if (auto fault = given.read_count(kBudgetTop, 1, kPoolsShownMax, &top)) return fault;
  query->top = static_cast<size_t>(top);
  return std::nullopt;
}

// Of one budget: that of the clock's period, and those of which something was granted.
struct PoolLine {
  int32_t period = 0;
  int64_t granted = 0;
};

std::vector<PoolLine> pools_of(const runtime::Core& core, uint32_t budget, size_t top) {
  const plan::Program& program = core.program();
  const plan::BudgetKind& kind = program.budgets[budget];
  int32_t now = 0;
  if (kind.clock >= 0) {
    const plan::Clock& clock = program.clocks[static_cast<size_t>(kind.clock)];
    now = calendar::period_at(clock.calendar, clock.rule, core.admission().clock()).index;
  }
  std::vector<PoolLine> lines{{now, core.budgets().granted(budget, now)}};
  core.budgets().visit([&](uint32_t number, int32_t period, int64_t granted) {
    if (number == budget && period != now) lines.push_back({period, granted});
  });
  std::sort(lines.begin(), lines.end(),
            [](const PoolLine& a, const PoolLine& b) { return a.period > b.period; });
  if (lines.size() > top) lines.resize(top);
  return lines;
}

void write_pool(const plan::Program& program, const plan::BudgetKind& kind, const PoolLine& pool,
                base::TimeMs clock_at, net::ReplyWriter& reply) {
  const auto pair = [&](std::string_view name, std::string_view value) {
    reply.bulk(name);
    reply.bulk(value);
  };
  const plan::WalletKind& wallet = program.wallets[kind.wallet];
  std::string label;
  base::TimeMs at = clock_at;
  if (kind.clock >= 0) {
    const plan::Clock& clock = program.clocks[static_cast<size_t>(kind.clock)];
    const calendar::Period period =
        calendar::period_of_index(clock.calendar, clock.rule, pool.period);
    label = calendar::period_label(clock.calendar, clock.rule, pool.period);
    at = std::clamp(clock_at, period.from, period.to - 1);
  }
  const int64_t most = plan::amount_at(kind.amounts, at).most;
  reply.map_header(7);
  pair("program", program.plans[kind.plan].program);
  pair("budget", kind.name);
  pair("period", label);
  pair("unit", wallet.unit);
  pair("amount", money::format_decimal(most, wallet.scale));
  pair("granted", money::format_decimal(pool.granted, wallet.scale));
  pair("left", money::format_decimal(std::max<int64_t>(most - pool.granted, 0), wallet.scale));
}

}  // namespace

void serve_budgets(Intake& intake, Words words) {
  const runtime::Core& core = intake.shared().core;
  BudgetsQuery query;
  const auto fault = read_budgets(core.program(), words, &query);
  if (fault) return intake.answer_error(fault->code, fault->sentence);
  intake.take_report([&core, query = std::move(query)](net::ReplyWriter& reply) {
    const plan::Program& program = core.program();
    std::vector<std::pair<uint32_t, PoolLine>> all;
    for (uint32_t b = 0; b < program.budgets.size(); ++b) {
      const plan::BudgetKind& kind = program.budgets[b];
      const bool is_meant = program.plans[kind.plan].program == query.program &&
                            (query.budget.empty() || kind.name == query.budget);
      if (!is_meant) continue;
      for (const PoolLine& line : pools_of(core, b, query.top)) all.emplace_back(b, line);
    }
    reply.array_header(all.size());
    for (const auto& [budget, pool] : all) {
      write_pool(program, program.budgets[budget], pool, core.admission().clock(), reply);
    }
  });
}

}  // namespace guerdon::server
