#include "engine/reports/report_writer.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/calendar/period.h"
#include "engine/money/decimal.h"
#include "engine/reports/share.h"

namespace guerdon::reports {

namespace {

using calendar::PeriodKind;

// A winner as it is shown.
struct ShownWinner {
  const WonPrize* prize = nullptr;
  const plan::ChallengeKind* challenge = nullptr;
  std::string account;
};

// `rank 1`, `rank 2 to 3`, or by what else a line is won.
std::string line_in_words(const plan::ChallengeKind& challenge, uint32_t clause) {
  for (const plan::ChallengeKind::Row& row : challenge.rows) {
    if (row.clause != clause) continue;
    if (row.kind == plan::PrizeKind::kShare) return "share by score";
    if (row.kind == plan::PrizeKind::kEveryone) return "everyone who succeeded";
    return "rank " + std::to_string(row.first) +
           (row.first == row.last ? "" : " to " + std::to_string(row.last));
  }
  return "";
}

class ReportWriter {
 public:
  ReportWriter(const runtime::Core& core, const ReportMaking& making, const PlanReport& report,
               net::ReplyWriter& reply)
      : core_(core),
        making_(making),
        program_(making.program()),
        report_(report),
        plan_(program_.plans[report.plan]),
        reply_(reply) {}

  void write() {
    reply_.map_header(kFields);
    write_period();
    write_adoption();
    write_units();
    write_targets();
    write_winners();
    write_badges();
    write_budgets();
    write_log();
    count("lsn", static_cast<int64_t>(making_.lsn()));
  }

 private:
  void write_period();
  void write_adoption();
  void write_units();
  void write_unit(const UnitFigures& unit);
  void write_kinds(const UnitFigures& unit, int scale);
  void write_liability(const UnitFigures& unit, int scale);
  void write_targets();
  void write_target(const TargetFigures& figures);
  void write_achieved(const TargetFigures& figures, const plan::TargetKind& target,
                      const calendar::Period& period);
  std::vector<ShownWinner> winners() const;
  void write_winners();
  void write_badges();
  void write_budgets();
  void write_log();

  bool is_shown(const plan::WalletKind& wallet) const {
    return making_.unit().empty() || wallet.unit == making_.unit();
  }
  const plan::Clock& clock_of(int clock) const {
    return program_.clocks[static_cast<size_t>(clock)];
  }

  void pair(std::string_view name, std::string_view value) {
    reply_.bulk(name);
    reply_.bulk(value);
  }
  void count(std::string_view name, int64_t value) {
    reply_.bulk(name);
    reply_.integer(value);
  }
  void count_or_nothing(std::string_view name, std::optional<int64_t> value) {
    reply_.bulk(name);
    value ? reply_.integer(*value) : reply_.null();
  }
  void amount(std::string_view name, Int128 value, int scale) {
    pair(name, money::format_decimal(value, scale));
  }
  void list(std::string_view name, size_t size) {
    reply_.bulk(name);
    reply_.array_header(size);
  }

  static constexpr size_t kFields = 24;

  const runtime::Core& core_;
  const ReportMaking& making_;
  const plan::Program& program_;
  const PlanReport& report_;
  const plan::LoadedPlan& plan_;
  net::ReplyWriter& reply_;
};

void ReportWriter::write_period() {
  const ReportedPeriod& period = report_.period;
  pair("program", plan_.program);
  pair("plan", plan_.name);
  pair("each", period.each);
  pair("period", period.label);
  pair("from", base::format_timestamp(period.from));
  pair("until", base::format_timestamp(period.until));
  pair("state", making_.at() < period.until ? "open" : "over");
  pair("before", period.before);
  pair("at", base::format_timestamp(making_.at()));
}

// Who has a credit is a participant.
void ReportWriter::write_adoption() {
  const size_t participants = report_.participants.size();
  const std::optional<int64_t> percent = share_percent(report_.active.size(), participants);
  count("participants", static_cast<int64_t>(participants));
  count("active", static_cast<int64_t>(report_.active.size()));
  count_or_nothing("adoption_percent", percent);
  pair("adoption", share_in_words(percent));
}

void ReportWriter::write_units() {
  const auto is_asked_for = [&](const UnitFigures& unit) {
    return is_shown(program_.wallets[unit.wallet]);
  };
  list("units", static_cast<size_t>(
                    std::count_if(report_.units.begin(), report_.units.end(), is_asked_for)));
  for (const UnitFigures& unit : report_.units) {
    if (is_asked_for(unit)) write_unit(unit);
  }
}

void ReportWriter::write_unit(const UnitFigures& unit) {
  const plan::WalletKind& wallet = program_.wallets[unit.wallet];
  const Change change = change_from(unit.before, unit.net());
  const auto expired = unit.by_kind.find(static_cast<uint8_t>(ledger::Kind::kExpire));
  reply_.map_header(13);
  pair("unit", wallet.unit);
  amount("credited", unit.credited, wallet.scale);
  amount("taken_back", unit.taken_back, wallet.scale);
  amount("net", unit.net(), wallet.scale);
  amount("net_before", unit.before, wallet.scale);
  count_or_nothing("change_percent", change.percent);
  pair("change", change.words);
  amount("at_close", unit.at_close, wallet.scale);
  amount("breakage", expired == unit.by_kind.end() ? 0 : -expired->second, wallet.scale);
  amount("balance", unit.balance, wallet.scale);
  amount("owed", unit.owed, wallet.scale);
  write_kinds(unit, wallet.scale);
  write_liability(unit, wallet.scale);
}

void ReportWriter::write_kinds(const UnitFigures& unit, int scale) {
  reply_.bulk("kinds");
  reply_.map_header(unit.by_kind.size());
  for (const auto& [kind, sum] : unit.by_kind) amount(program_.kinds[kind], sum, scale);
}

// Months as the plan's calendar has them; what never expires, and what holds have set aside.
void ReportWriter::write_liability(const UnitFigures& unit, int scale) {
  reply_.bulk("liability");
  reply_.map_header(4);
  amount("all", unit.liability(), scale);
  amount("held", unit.held, scale);
  amount("never_expires", unit.undated, scale);
  reply_.bulk("expires");
  reply_.map_header(unit.expiring.size());
  for (const auto& [month, sum] : unit.expiring) {
    amount(calendar::period_label(plan_.calendar, PeriodKind::kMonth, month), sum, scale);
  }
}

void ReportWriter::write_targets() {
  list("targets", report_.targets.size());
  for (const TargetFigures& figures : report_.targets) write_target(figures);
  count("targets_gone", static_cast<int64_t>(report_.targets_gone));
}

void ReportWriter::write_target(const TargetFigures& figures) {
  const plan::TargetKind& target = program_.targets[figures.target];
  const plan::SubjectKind& subject = program_.subjects[program_.measures[target.measure].subject];
  const plan::Clock& clock = clock_of(subject.clock);
  uint64_t rows = figures.in_none;
  for (const uint64_t in_band : figures.in_band) rows += in_band;
  reply_.map_header(10);
  pair("target", target.name);
  pair("role", subject.owner);
  pair("period", calendar::period_label(clock.calendar, clock.rule, figures.period));
  pair("state", figures.is_closed ? "closed" : "open");
  pair("whole", figures.is_too_much ? "no" : "yes");
  count("rows", static_cast<int64_t>(rows));
  reply_.bulk("bands");
  reply_.map_header(target.bands.size() + 1);
  for (size_t b = 0; b < target.bands.size(); ++b) {
    count(target.bands[b].name, static_cast<int64_t>(figures.in_band[b]));
  }
  count("none", static_cast<int64_t>(figures.in_none));
  write_achieved(figures, target,
                 calendar::period_of_index(clock.calendar, clock.rule, figures.period));
}

// What the program paid in that unit is of the report's period, so only a target of just that is
// one that it was paid for. Means and what is picked of samples add up to nothing.
void ReportWriter::write_achieved(const TargetFigures& figures, const plan::TargetKind& target,
                                  const calendar::Period& period) {
  const bool is_sum = !target.is_average && !target.is_picked && !figures.is_too_much;
  const auto paid =
      std::find_if(report_.units.begin(), report_.units.end(), [&](const UnitFigures& unit) {
        return !target.unit.empty() && program_.wallets[unit.wallet].unit == target.unit;
      });
  const bool is_paid_for = is_sum && paid != report_.units.end() &&
                           period.from == report_.period.from && period.to == report_.period.until;
  pair("unit", target.unit);
  reply_.bulk("achieved");
  is_sum ? reply_.bulk(money::format_decimal(figures.achieved, target.scale)) : reply_.null();
  count_or_nothing("cost_percent",
                   is_paid_for ? cost_percent(paid->net(), figures.achieved) : std::nullopt);
}

// By challenge, period, what was won (the most first), and name.
std::vector<ShownWinner> ReportWriter::winners() const {
  std::vector<ShownWinner> all;
  for (const WonPrize& prize : report_.winners) {
    if (!is_shown(program_.wallets[program_.clauses[prize.clause].wallet])) continue;
    ShownWinner& winner = all.emplace_back();
    winner.prize = &prize;
    winner.challenge = plan::challenge_of(program_, prize.clause);
    (void)core_.shard_of(prize.account)
        .state()
        .accounts()
        .find_name(prize.account, &winner.account);
  }
  const auto place = [](const ShownWinner& winner) {
    const WonPrize& prize = *winner.prize;
    return std::tuple(winner.challenge, prize.period, prize.clause, -prize.amount,
                      std::string_view(winner.account));
  };
  std::sort(all.begin(), all.end(),
            [&](const ShownWinner& a, const ShownWinner& b) { return place(a) < place(b); });
  return all;
}

void ReportWriter::write_winners() {
  const std::vector<ShownWinner> all = winners();
  count("won", static_cast<int64_t>(all.size()));
  const size_t shown = std::min(all.size(), kWinnersShownMax);
  list("winners", shown);
  for (size_t w = 0; w < shown; ++w) {
    const WonPrize& prize = *all[w].prize;
    const plan::ChallengeKind& challenge = *all[w].challenge;
    const plan::Clock& clock = clock_of(challenge.clock);
    const plan::WalletKind& wallet = program_.wallets[program_.clauses[prize.clause].wallet];
    reply_.map_header(6);
    pair("challenge", challenge.name);
    pair("period", calendar::period_label(clock.calendar, clock.rule, prize.period));
    pair("prize", line_in_words(challenge, prize.clause));
    pair("account", all[w].account);
    amount("amount", prize.amount, wallet.scale);
    pair("unit", wallet.unit);
  }
}

void ReportWriter::write_badges() {
  const auto is_there = [](const BadgeFigures& badge) {
    return badge.given != 0 || badge.taken_back != 0;
  };
  list("badges",
       static_cast<size_t>(std::count_if(report_.badges.begin(), report_.badges.end(), is_there)));
  for (const BadgeFigures& badge : report_.badges) {
    if (!is_there(badge)) continue;
    const plan::WalletKind& wallet = program_.wallets[badge.wallet];
    reply_.map_header(4);
    pair("badge", wallet.unit);
    pair("title", wallet.badge->title);
    amount("given", badge.given, 0);
    amount("taken_back", badge.taken_back, 0);
  }
}

void ReportWriter::write_budgets() {
  list("budgets", report_.budgets.size());
  for (const BudgetFigures& budget : report_.budgets) {
    reply_.map_header(6);
    pair("budget", budget.budget);
    pair("period", budget.period);
    pair("unit", budget.unit);
    amount("limit", budget.limit, budget.scale);
    amount("used", budget.used, budget.scale);
    amount("left", std::max<Int128>(budget.limit - budget.used, 0), budget.scale);
  }
}

// Nulls where the log was not read so far.
void ReportWriter::write_log() {
  const std::optional<LogFigures>& log = report_.log;
  const auto figure = [](uint64_t number) { return std::optional(static_cast<int64_t>(number)); };
  count_or_nothing("late_events", log ? figure(log->late) : std::nullopt);
  count_or_nothing("late_refused", log ? figure(log->refused) : std::nullopt);
  reply_.bulk("unmatched");
  if (!log) return reply_.null();
  reply_.map_header(log->unmatched.size());
  for (const auto& [table, events] : log->unmatched) {
    count(program_.schema.tables()[table].name, static_cast<int64_t>(events));
  }
}

}  // namespace

void write_reports(const runtime::Core& core, const ReportMaking& making, net::ReplyWriter& reply) {
  reply.array_header(making.reports().size());
  for (const PlanReport& report : making.reports()) {
    ReportWriter(core, making, report, reply).write();
  }
}

}  // namespace guerdon::reports
