#include "tests/durable/year_case.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/civil.h"
#include "engine/base/timestamp.h"
#include "engine/calendar/closing.h"
#include "engine/calendar/period.h"
#include "tests/generate/rng.h"
#include "tests/law/draw.h"

namespace guerdon::year {

namespace {

using base::kMsPerDay;
using base::TimeMs;
using generate::Rng;
using reference::Event;

// Judged and paid by quarter, month and day, of what is sold, and by sku; the best of a month wins.
constexpr const char* kField = R"(plan field
  zone America/New_York
  grace 48 hours
  penalties on

unit USD, 2 decimals
unit points, 0 decimals

event sale
  agent as "account" : account
  sku : text
  amount : USD
  qty : count

event refund
  agent as "account" : account
  sku : text
  amount : USD
  qty : count

measure pieces per agent per sku per month = sum of qty on sale less qty on refund
measure days per agent per day = number of sale

target quota per agent per month
  achieved sum of amount on sale less amount on refund
  goal from file otherwise 900.00 USD
  surplus carried up to 250.00 USD
  at 50% : credit agent 40 points
  at 100% : credit agent 60 points

target season per agent per quarter
  achieved number of sale
  goal from file
  at close : credit agent 250 points

streak steady per agent
  of quota reached 2 months running
  repeats
  credit agent 15 points as streak

rule missed per agent per month
  on close
  when quota.percent < 50
  debit agent 5 points as fine

rule shelf per agent per sku per month
  on close
  when pieces >= 4
  credit agent 3 points * max(0, min(pieces, 20)) as shelf
  at most 40 points

rule busy per agent per day
  on close
  when days >= 2
  credit agent 1 point as busy

rule spot
  on sale
  credit agent 1 point per full 100.00 USD of amount

challenge best per agent per month
  score sum of amount on sale
  at least 3500.00 for any prize
  rank 1 : credit agent 500 points
  rank 2 to 3 : credit agent 100 points
  ties split
  nobody rollover
)";

constexpr const char* kClub = R"(plan club
  zone Europe/Berlin
  late current

unit stars, 0 decimals

event visit
  guest as "account" : account
  nights : count

measure stays per guest per week = sum of nights on visit

rule weekly per guest per week
  on close
  credit guest 2 stars * stays as stay
  at most 20 stars

rule loyal per guest per month
  when stays_of_month >= 5
  credit guest 25 stars

measure stays_of_month per guest per month = sum of nights on visit
)";

constexpr const char* kTill = R"(plan till
  zone UTC
  late reject

unit pins, 0 decimals

event pay
  clerk as "account" : account
  amount : count

target takings per clerk per month
  achieved sum of amount on pay
  goal 40
  at close : credit clerk 10 pins

challenge month per clerk per month
  score sum of amount on pay
  rank 1 : credit clerk 7 pins
  share 50 pins by score
  ties earliest
)";

// What is said once in a plan, said otherwise.
std::string with(std::string text,
                 const std::vector<std::pair<std::string, std::string>>& changes) {
  for (const auto& [from, to] : changes) {
    const size_t at = text.find(from);
    GUERDON_ASSERT(at != std::string::npos);
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string field_of_may() {
  return with(kField, {{"plan field\n", "plan field version 2 from 2026-05-01\n"},
                       {"debit agent 5 points", "debit agent 8 points"},
                       {"when pieces >= 4", "when pieces >= 3"},
                       {"per full 100.00", "per full 80.00"}});
}

std::string field_of_september() {
  return with(field_of_may(), {{"version 2 from 2026-05-01", "version 3 from 2026-09-01"},
                               {"when days >= 2", "when days >= 1"},
                               {"credit agent 1 point as busy", "credit agent 2 points as busy"}});
}

std::string club_of_july() {
  return with(kClub, {{"plan club\n", "plan club version 2 from 2026-07-06\n"},
                      {"2 stars * stays", "3 stars * stays"}});
}

// The days on which versions are published, some before they hold.
struct Publication {
  TimeMs day = 0;
  int version = 0;  // of Case::versions
};

class Years {
 public:
  Years(uint64_t seed, int years)
      : rng_(seed),
        end_(base::days_from_civil(2026 + years, 1, 1) * kMsPerDay),
        plans_(law::load_all({kField, kClub})) {}

  generate::Case draw() {
    const std::vector<Publication> published = {
        {at(2026, 4, rng_.small(2, 28)), 0},
        {at(2026, 6, rng_.small(2, 28)), 1},
        {at(2026, 8, rng_.small(2, 28)), 2},
    };
    auto next = published.begin();
    for (TimeMs day = at(2026, 1, 1); day < end_; day += kMsPerDay) {
      now_ = day;
      for (; next != published.end() && next->day <= day; ++next) publish(next->version);
      // Some weeks nobody does anything.
      if (rng_.chance(4)) quiet_until_ = day + rng_.between(3, 12) * kMsPerDay;
      if (day < quiet_until_) continue;
      if (rng_.chance(12)) tick(day + rng_.between(0, kMsPerDay - 1));
      if (rng_.chance(20)) goal();
      if (rng_.chance(8)) reopen(day);
      if (to_close_ && rng_.chance(25)) close();
      for (int count = rng_.small(0, 6); count > 0; --count) event();
    }
    tick(end_ + 5 * kMsPerDay);
    drawn_.plans = {kField, kClub, kTill};
    drawn_.versions = {field_of_may(), club_of_july(), field_of_september()};
    return std::move(drawn_);
  }

 private:
  static TimeMs at(int year, int month, int day) {
    return base::days_from_civil(year, month, day) * kMsPerDay;
  }

  void add(Event event) { drawn_.events.push_back(std::move(event)); }

  void publish(int version) {
    Event event;
    event.source = generate::kPublishSource;
    event.id = std::to_string(version);
    add(event);
  }

  void tick(TimeMs time) {
    Event event;
    event.source = law::kTickSource;
    event.time = std::to_string(time);
    add(event);
  }

  std::string account() { return std::string(1, static_cast<char>('A' + rng_.below(12))); }

  // Of a quota mostly of this month or the one behind it: a file before the sales. Else of one that
  // has begun or is over.
  void goal() {
    const bool is_quota = rng_.chance(70);
    const TimeMs about = std::max(now_ + rng_.between(-80, 40) * kMsPerDay, at(2026, 1, 1));
    const base::CivilDay day = base::civil_from_days(about / kMsPerDay);
    std::string period = std::to_string(day.year);
    if (is_quota) {
      period += std::string(day.month < 10 ? "-0" : "-") + std::to_string(day.month);
    } else {
      period += "-Q" + std::to_string((day.month + 2) / 3);
    }
    Event said;
    said.source = generate::kCommandSource;
    said.type = "TARGET";
    said.time = base::format_timestamp(now_);
    const std::string value =
        is_quota ? std::to_string(rng_.small(1, 25)) + "00.00" : std::to_string(rng_.small(1, 30));
    said.values = {{"account", account()},
                   {"target", is_quota ? "field/quota" : "field/season"},
                   {"period", period},
                   {"value", rng_.chance(6) ? "none" : value}};
    add(said);
  }

  // The newest closed one, behind a tick; or the one before it, which may not be opened again.
  void reopen(TimeMs day) {
    const bool is_of_club = rng_.chance(40);
    const plan::Plan& plan = plans_[is_of_club ? 1 : 0];
    const calendar::PeriodRule rule =
        is_of_club ? calendar::PeriodKind::kWeek
                   : rng_.pick(std::vector<calendar::PeriodKind>{
                         calendar::PeriodKind::kQuarter, calendar::PeriodKind::kDay,
                         calendar::PeriodKind::kQuarter, calendar::PeriodKind::kMonth});
    now_ = std::max(now_, day);
    tick(now_);
    calendar::ClosingCursor closing(plan.calendar, rule, plan.grace);
    const int32_t period = closing.closed_at(now_) - (rng_.chance(15) ? 1 : 0);
    Event said;
    said.source = generate::kCommandSource;
    said.type = "REOPEN";
    said.id = "o" + std::to_string(++reopened_);
    said.time = base::format_timestamp(now_);
    said.values = {{"plan", plan.name},
                   {"each", calendar::period_kind_name(rule)},
                   {"period", calendar::period_label(plan.calendar, rule, period)},
                   {"reason", "late"}};
    add(said);
    to_close_ = said;
  }

  void close() {
    Event said = *std::exchange(to_close_, std::nullopt);
    said.type = "CLOSE";
    said.id.clear();
    said.time = base::format_timestamp(now_);
    add(said);
  }

  // One in seven comes late, some by more than is kept.
  void event() {
    now_ = std::min(now_ + rng_.between(0, 3 * 60) * 60'000, end_ - 1);
    const TimeMs late = rng_.chance(14) ? rng_.between(1, rng_.chance(80) ? 40 : 120) : 0;
    Event one;
    one.source = "year";
    one.id = "e" + std::to_string(++events_);
    one.time = base::format_timestamp(std::max(now_ - late * kMsPerDay, at(2026, 1, 1)));
    const int what = rng_.small(1, 10);
    const std::string name = account();
    static constexpr std::array kSkus = {"ale", "tea", "rye"};
    if (what <= 6) {
      one.type = what == 6 ? "refund" : "sale";
      one.values = {{"account", name},
                    {"sku", kSkus[rng_.below(kSkus.size())]},
                    {"amount", std::to_string(rng_.small(1, 400)) + ".50"},
                    {"qty", std::to_string(rng_.small(1, 4))}};
    } else if (what <= 8) {
      one.type = "visit";
      one.values = {{"account", name}, {"nights", std::to_string(rng_.small(1, 4))}};
    } else {
      one.type = "pay";
      one.values = {{"account", name}, {"amount", std::to_string(rng_.small(1, 20))}};
    }
    add(one);
    if (rng_.chance(3)) add(one);  // sent again
  }

  Rng rng_;
  const TimeMs end_;
  TimeMs now_ = 0;
  TimeMs quiet_until_ = 0;
  int events_ = 0;
  int reopened_ = 0;
  std::optional<Event> to_close_;  // the last REOPEN
  const std::vector<plan::Plan> plans_;
  generate::Case drawn_;
};

}  // namespace

generate::Case year_case(uint64_t seed, int years) { return Years(seed, years).draw(); }

std::vector<std::string> other_zones() {
  return {
      with(kTill,
           {{"plan till\n", "plan till version 2 from 2040-01-01\n"}, {"UTC", "Asia/Tokyo"}}),
      with(kClub,
           {{"plan club\n", "plan club version 3 from 2040-01-01\n"}, {"Europe/Berlin", "UTC"}}),
      with(kField, {{"plan field\n", "plan field version 4 from 2040-01-01\n"},
                    {"grace 48 hours", "grace 72 hours"}}),
  };
}

}  // namespace guerdon::year
