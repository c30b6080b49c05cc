#include "engine/reports/report_query.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/assert.h"
#include "engine/event/refusal.h"
#include "engine/event/text_rules.h"

namespace guerdon::reports {

namespace {

using calendar::PeriodKind;
using Word = QueryFault::Word;

// In the order in which a name is looked for: where weeks are named by their first day, that is a
// day unless `each` says otherwise.
constexpr std::array kKinds = {PeriodKind::kMonth, PeriodKind::kDay, PeriodKind::kWeek,
                               PeriodKind::kQuarter, PeriodKind::kYear};

struct FoundPeriod {
  PeriodKind kind = PeriodKind::kMonth;
  int32_t index = 0;
};

std::string excerpt(std::string_view word) {
  return event::printable(word, event::kExcerptShownMax);
}

void add_name(const std::string& name, std::vector<std::string>* names) {
  if (std::find(names->begin(), names->end(), name) == names->end()) names->push_back(name);
}

std::optional<FoundPeriod> find_period(const calendar::Calendar& calendar,
                                       const ReportQuery& query) {
  for (const PeriodKind kind : kKinds) {
    if (query.each && *query.each != kind) continue;
    const auto index = calendar::period_that_is(calendar, kind, query.period);
    if (index) return FoundPeriod{kind, *index};
  }
  return std::nullopt;
}

std::optional<QueryFault> find_plans(const plan::Program& program, std::string_view wanted,
                                     ReportQuery* query) {
  std::vector<std::string> names;
  for (uint32_t p = 0; p < program.plans.size(); ++p) {
    add_name(program.plans[p].program, &names);
    if (wanted.empty() || program.plans[p].program == wanted) query->plans.push_back(p);
  }
  if (!query->plans.empty()) return std::nullopt;
  return QueryFault{
      Word::kProgram, "UNKNOWN",
      "there is no program " + excerpt(wanted) + "; there is " + event::listed(names)};
}

std::optional<QueryFault> find_kind(std::string_view wanted, ReportQuery* query) {
  if (wanted.empty()) return std::nullopt;
  std::vector<std::string> names;
  for (const PeriodKind kind : kKinds) {
    names.push_back(calendar::period_kind_name(kind));
    if (names.back() == wanted) query->each = kind;
  }
  if (query->each) return std::nullopt;
  return QueryFault{
      Word::kEach, "INVALID",
      "no report is made each " + excerpt(wanted) + "; write one of " + event::listed(names)};
}

std::optional<QueryFault> check_period(const plan::Program& program, const ReportQuery& query) {
  if (query.period.empty()) return std::nullopt;
  for (const uint32_t p : query.plans) {
    const plan::LoadedPlan& plan = program.plans[p];
    if (find_period(plan.calendar, query)) continue;
    std::vector<std::string> forms;
    for (const PeriodKind kind : kKinds) {
      if (query.each && *query.each != kind) continue;
      add_name(calendar::example_label(plan.calendar, kind), &forms);
    }
    return QueryFault{Word::kPeriod, "INVALID",
                      excerpt(query.period) + " is no period of program " + plan.program +
                          "; write one such as " + event::listed(forms)};
  }
  return std::nullopt;
}

std::optional<QueryFault> check_unit(const plan::Program& program, const ReportQuery& query) {
  if (query.unit.empty()) return std::nullopt;
  std::vector<std::string> names;
  for (const plan::WalletKind& wallet : program.wallets) {
    const bool is_asked_for =
        std::find(query.plans.begin(), query.plans.end(), wallet.plan) != query.plans.end();
    if (is_asked_for && !wallet.badge) add_name(wallet.unit, &names);
  }
  if (std::find(names.begin(), names.end(), query.unit) != names.end()) return std::nullopt;
  return QueryFault{Word::kUnit, "UNKNOWN",
                    "no plan has a unit " + excerpt(query.unit) + "; there is " +
                        (names.empty() ? std::string("none") : event::listed(names))};
}

}  // namespace

std::optional<QueryFault> read_report(const plan::Program& program, const ReportWords& words,
                                      ReportQuery* query) {
  if (auto fault = find_plans(program, words.program, query)) return fault;
  if (auto fault = find_kind(words.each, query)) return fault;
  query->period = words.period;
  query->unit = words.unit;
  if (auto fault = check_period(program, *query)) return fault;
  return check_unit(program, *query);
}

ReportedPeriod reported_period(const plan::LoadedPlan& plan, const ReportQuery& query,
                               base::TimeMs at) {
  FoundPeriod found{query.each.value_or(PeriodKind::kMonth), 0};
  if (query.period.empty()) {
    found.index = calendar::period_at(plan.calendar, found.kind, at).index;
  } else {
    const std::optional<FoundPeriod> named = find_period(plan.calendar, query);
    GUERDON_ASSERT(named.has_value());
    found = *named;
  }
  const calendar::Period period = calendar::period_of_index(plan.calendar, found.kind, found.index);
  const calendar::Period before =
      calendar::period_of_index(plan.calendar, found.kind, found.index - 1);
  return {calendar::period_kind_name(found.kind),
          calendar::period_label(plan.calendar, found.kind, found.index),
          std::max(period.from, base::kTimeMin),
          period.to,
          calendar::period_label(plan.calendar, found.kind, before.index),
          std::max(before.from, base::kTimeMin)};
}

}  // namespace guerdon::reports
