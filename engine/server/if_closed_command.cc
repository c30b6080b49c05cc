// IFCLOSED: what would be paid to an account if the periods that are open were over now.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/calendar/period.h"
#include "engine/money/decimal.h"
#include "engine/server/command.h"
#include "engine/server/intake.h"
#include "engine/server/named_words.h"

namespace guerdon::server {

namespace {

struct IfClosedQuery {
  std::string account;
  std::string program;  // empty: of all
};

constexpr std::array<std::string_view, 1> kIfClosedNames = {"program"};

std::optional<Fault> read_if_closed(const plan::Program& program, Words words,
                                    IfClosedQuery* query) {
  NamedWords given(kIfClosedNames);
  if (auto fault = given.read(words)) return fault;
  query->account = words[1];
  if (!given[0]) return std::nullopt;
  query->program = given[0].value;
  std::vector<std::string> programs;
  for (const plan::LoadedPlan& plan : program.plans) add_once(plan.program, &programs);
  const bool is_known =
      std::find(programs.begin(), programs.end(), query->program) != programs.end();
  return is_known ? std::nullopt : std::optional(given.unknown(0, "program", programs));
}

void write_if_closed(const runtime::Core& core, const runtime::Core::IfClosed& one,
                     net::ReplyWriter& reply) {
  const plan::Program& program = core.program();
  const plan::Clause& clause = program.clauses[one.clause];
  const plan::WalletKind& wallet = program.wallets[clause.wallet];
  const plan::Clock& clock = program.clocks[static_cast<size_t>(one.clock)];
  const auto pair = [&](std::string_view name, std::string_view value) {
    reply.bulk(name);
    reply.bulk(value);
  };
  reply.map_header(10);
  pair("program", wallet.program);
  pair("plan", program.plans[static_cast<size_t>(clause.plan)].name);
  pair("rule", clause.rule);
  pair("effect", std::to_string(clause.effect));
  pair("each", calendar::period_kind_name(clock.rule));
  pair("period", calendar::period_label(clock.calendar, clock.rule, one.period));
  pair("closes", base::format_timestamp(one.deadline));
  pair("amount", money::format_decimal(one.amount, wallet.scale));
  pair("unit", wallet.unit);
  reply.bulk("lsn");
  reply.integer(static_cast<int64_t>(core.admission().last_lsn()));
}

}  // namespace

void serve_if_closed(Intake& intake, Words words) {
  if (!is_account(intake, words)) return;
  const runtime::Core& core = intake.shared().core;
  IfClosedQuery query;
  const auto fault = read_if_closed(core.program(), words, &query);
  if (fault) return intake.answer_error(fault->code, fault->sentence);
  intake.take_report([&core, query = std::move(query)](net::ReplyWriter& reply) {
    const std::vector<runtime::Core::IfClosed> all = core.if_closed(query.account, query.program);
    reply.array_header(all.size());
    for (const runtime::Core::IfClosed& one : all) write_if_closed(core, one, reply);
  });
}

}  // namespace guerdon::server
