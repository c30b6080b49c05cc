// SEALS: what closing the periods of a program came to, and where in the log all of it was done.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/calendar/period.h"
#include "engine/event/refusal.h"
#include "engine/event/text_rules.h"
#include "engine/program/machine.h"
#include "engine/server/command.h"
#include "engine/server/intake.h"
#include "engine/server/limits.h"
#include "engine/server/named_words.h"
#include "guerdon/engine.h"

namespace guerdon::server {

namespace {

constexpr size_t kSealsUsual = 10;

struct SealsQuery {
  std::string program;
  std::string each;    // empty: of any kind
  std::string period;  // empty: any
  size_t top = kSealsUsual;
};

enum SealField : size_t { kSealEach, kSealPeriod, kSealTop, kSealFields };
constexpr std::array<std::string_view, kSealFields> kSealNames = {"each", "period", "top"};

// How the periods are cut that have seals in the program. Not out of SealDates, which belong to
// admission: a request is read beside that.
std::vector<const plan::Clock*> sealed_clocks(const plan::Program& program, std::string_view of) {
  std::vector<const plan::Clock*> all;
  for (const plan::SealedClock& each : plan::sealed_clocks(program)) {
    const plan::Clock& clock = program.clocks[each.clock];
    if (program.plans[static_cast<size_t>(clock.plan)].program == of) all.push_back(&clock);
  }
  return all;
}

// UNKNOWN, INVALID: no period of the program is called so. Where none has a seal nothing is wrong.
std::optional<Fault> check_periods(const plan::Program& program, const NamedWords& given,
                                   std::string_view of) {
  std::vector<std::string> kinds;
  std::vector<std::string> forms;
  bool is_known = !given[kSealPeriod];
  for (const plan::Clock* const clock : sealed_clocks(program, of)) {
    const std::string kind = calendar::period_kind_name(clock->rule);
    add_once(kind, &kinds);
    if (given[kSealEach] && given[kSealEach].value != kind) continue;
    add_once(calendar::example_label(clock->calendar, clock->rule), &forms);
    const std::string_view label = given[kSealPeriod].value;
    is_known = is_known || calendar::period_that_is(clock->calendar, clock->rule, label);
  }
  if (given[kSealEach] && forms.empty()) {
    return given.unknown(kSealEach, "seal each", kinds);
  }
  if (is_known || forms.empty()) return std::nullopt;
  return given.wrong(kSealPeriod, "INVALID",
                     event::printable(given[kSealPeriod].value, event::kExcerptShownMax) +
                         " is no period that has a seal; write one such as " +
                         event::listed(forms));
}

std::optional<Fault> read_seals(const plan::Program& program, Words words, SealsQuery* query) {
  NamedWords given(kSealNames);
  if (auto fault = given.read(words)) return fault;
  std::vector<std::string> programs;
  for (const plan::LoadedPlan& plan : program.plans) add_once(plan.program, &programs);
  query->program = words[1];
  if (std::find(programs.begin(), programs.end(), query->program) == programs.end()) {
    return Fault{"UNKNOWN", "word 2, program: there is no program " +
                                event::printable(words[1], event::kExcerptShownMax) +
                                "; there is " + event::listed(programs)};
  }
  if (auto fault = check_periods(program, given, query->program)) return fault;
  query->each = given[kSealEach].value;
  query->period = given[kSealPeriod].value;
  int64_t top = 0;
  if (!given[kSealTop]) return std::nullopt;
  if (auto fault = given.read_count(kSealTop, 1, kSealsShownMax, &top)) return fault;
  query->top = static_cast<size_t>(top);
  return std::nullopt;
}

// The newest first: of one record the later period.
std::vector<Seal> seals_for(const runtime::Core& core, const SealsQuery& query) {
  std::vector<Seal> seals = core.seals();
  std::erase_if(seals, [&](const Seal& seal) {
    return seal.program != query.program || (!query.each.empty() && seal.each != query.each) ||
           (!query.period.empty() && seal.period != query.period);
  });
  std::reverse(seals.begin(), seals.end());
  std::stable_sort(seals.begin(), seals.end(),
                   [](const Seal& a, const Seal& b) { return a.lsn > b.lsn; });
  if (seals.size() > query.top) seals.resize(query.top);
  return seals;
}

void write_seal(const Seal& seal, net::ReplyWriter& reply) {
  const auto pair = [&](std::string_view name, std::string_view value) {
    reply.bulk(name);
    reply.bulk(value);
  };
  const auto count = [&](std::string_view name, uint64_t value) {
    reply.bulk(name);
    reply.integer(static_cast<int64_t>(value));
  };
  reply.map_header(11);
  pair("program", seal.program);
  pair("plan", seal.plan);
  pair("each", seal.each);
  pair("period", seal.period);
  pair("from", base::format_timestamp(seal.from));
  pair("until", base::format_timestamp(seal.until));
  pair("state", seal.is_void ? "void" : "sealed");
  count("accounts", seal.accounts);
  count("entries", seal.entries);
  pair("hash", seal.is_void ? "" : seal.hash.to_hex());
  count("lsn", seal.lsn);
}

}  // namespace

void serve_seals(Intake& intake, Words words) {
  const runtime::Core& core = intake.shared().core;
  SealsQuery query;
  const auto fault = read_seals(core.program(), words, &query);
  if (fault) return intake.answer_error(fault->code, fault->sentence);
  intake.take_report([&core, query = std::move(query)](net::ReplyWriter& reply) {
    const std::vector<Seal> seals = seals_for(core, query);
    reply.array_header(seals.size());
    for (const Seal& seal : seals) write_seal(seal, reply);
  });
}

}  // namespace guerdon::server
