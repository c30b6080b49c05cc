// Reports of random plans and events: no shard, thread, batch or start shows, and their sums are
// those of the balances, period behind period.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/book/book_reader.h"
#include "engine/net/reply.h"
#include "engine/reports/report_making.h"
#include "engine/reports/report_query.h"
#include "engine/reports/report_writer.h"
#include "tests/durable/booked_core.h"
#include "tests/support/turns.h"

namespace guerdon::booked {
namespace {

using calendar::PeriodKind;
using reports::PlanReport;
using reports::ReportMaking;
using reports::ReportQuery;
using reports::UnitFigures;

constexpr law::DrawShape kReported{.plans_max = 3, .events_min = 60, .events_max = 250};
constexpr Setting kReportSettings[] = {{1, 256, 0}, {2, 1, 0}, {7, 16, 0}, {7, 3, 3}};

ReportQuery query_of(const plan::Program& program, PeriodKind each) {
  ReportQuery query;
  query.each = each;
  for (uint32_t p = 0; p < program.plans.size(); ++p) query.plans.push_back(p);
  return query;
}

// REQUIRES: the core is at rest.
std::unique_ptr<ReportMaking> made(runtime::Core& core, Folder& folder, const ReportQuery& query) {
  auto making = std::make_unique<ReportMaking>(core, query);
  EXPECT_EQ(core.book()->settle(), book::Append::kDone);
  book::BookReader reader(*folder.book);
  EXPECT_TRUE(reader.open());
  const auto fault = making->read(reader, core.log_disk());
  EXPECT_FALSE(fault) << fault->sentence;
  return making;
}

std::string answer_of(runtime::Core& core, Folder& folder) {
  std::string bytes;
  net::ReplyWriter reply(&bytes, net::Protocol::kResp3);
  for (const PeriodKind each : {PeriodKind::kDay, PeriodKind::kMonth, PeriodKind::kYear}) {
    const auto making = made(core, folder, query_of(core.program(), each));
    reports::write_reports(core, *making, reply);
  }
  return bytes;
}

// By program and unit.
std::map<std::pair<std::string, std::string>, base::Int128> sums_of(const runtime::Core& core) {
  std::map<std::pair<std::string, std::string>, base::Int128> sums;
  for (const Balance& balance : core.balances()) {
    sums[{balance.program, balance.unit}] += balance.amount;
  }
  return sums;
}

void expect_now(const runtime::Core& core, const PlanReport& report) {
  const auto sums = sums_of(core);
  EXPECT_LE(report.active.size(), report.participants.size());
  for (const uint64_t account : report.active) EXPECT_TRUE(report.participants.contains(account));
  for (const UnitFigures& unit : report.units) {
    const plan::WalletKind& wallet = core.program().wallets[unit.wallet];
    const auto sum = sums.find({wallet.program, wallet.unit});
    EXPECT_TRUE(unit.balance == (sum == sums.end() ? 0 : sum->second)) << wallet.unit;
    EXPECT_TRUE(unit.liability() >= unit.balance) << wallet.unit;
    EXPECT_TRUE(unit.liability() - unit.owed <= unit.balance) << wallet.unit;
  }
}

// What moved in a period is what its end has more than its beginning.
void expect_behind(const PlanReport& report, const PlanReport& before) {
  ASSERT_EQ(report.period.before, before.period.label);
  ASSERT_EQ(report.units.size(), before.units.size());
  for (size_t u = 0; u < report.units.size(); ++u) {
    base::Int128 moved = 0;
    for (const auto& [kind, sum] : report.units[u].by_kind) moved += sum;
    EXPECT_TRUE(moved == report.units[u].balance - before.units[u].balance) << report.period.label;
    EXPECT_TRUE(report.units[u].before == before.units[u].net()) << report.period.label;
  }
}

TEST(ReportTest, NoShardShowsAndNoStart) {
  uint64_t paid = 0;
  for (uint64_t seed = 1; seed <= support::part(24); ++seed) {
    generate::Rng rng(seed);
    const generate::Case drawn = law::random_case(rng, kReported);
    const Folder start = begun(drawn.plans);
    std::string expected;
    for (const Setting& setting : kReportSettings) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", shards " + std::to_string(setting.shards));
      Folder folder = start.copy();
      {
        const auto core = open(folder, drawn.plans, setting);
        ASSERT_TRUE(feed(*core, drawn.events));
        const std::string answer = answer_of(*core, folder);
        if (expected.empty()) expected = answer;
        ASSERT_EQ(answer, expected);
        std::string error;
        if (seed % 2 == 0) {
          ASSERT_TRUE(core->write_snapshot(&error)) << error;
        }
      }
      const auto again = open(folder, drawn.plans, kReportSettings[seed % 4]);
      ASSERT_EQ(answer_of(*again, folder), expected) << "started again";
      paid += again->tail().entries();
    }
  }
  EXPECT_GT(paid, support::share(1'000));
}

TEST(ReportTest, SumsAreThoseOfBalances) {
  uint64_t moved = 0;
  for (uint64_t seed = 101; seed <= 100 + support::part(24); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    generate::Rng rng(seed);
    const generate::Case drawn = law::random_case(rng, kReported);
    Folder folder = begun(drawn.plans);
    const auto core = open(folder, drawn.plans, {2});
    ASSERT_TRUE(feed(*core, drawn.events));
    for (const PeriodKind each : {PeriodKind::kDay, PeriodKind::kWeek, PeriodKind::kMonth}) {
      const auto now = made(*core, folder, query_of(core->program(), each));
      for (const PlanReport& report : now->reports()) {
        expect_now(*core, report);
        ReportQuery query;
        query.plans = {report.plan};
        query.each = each;
        query.period = report.period.before;
        const auto before = made(*core, folder, query);
        expect_behind(report, before->reports().front());
        for (const UnitFigures& unit : report.units) moved += unit.by_kind.size();
      }
    }
  }
  EXPECT_GT(moved, support::share(100));
}

}  // namespace
}  // namespace guerdon::booked
