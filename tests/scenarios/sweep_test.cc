// What is over is let go of, also where periods end faster than a sweep of all accounts takes.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "engine/base/timestamp.h"
#include "guerdon/engine.h"

namespace guerdon {

namespace {

constexpr const char* kPlan = R"(plan daily

unit points, 0 decimals

event visit
  account : account
  place : text

measure visits per account per place per day = number of visit

rule second_visit
  on visit
  when visits after = 2
  credit account 1 points
)";

constexpr int kVisitsADay = 100;

// On each day a hundred accounts that are never seen again, each with a counter of its own.
std::string days(int count) {
  std::string csv = "event_id,time,type,account,place\n";
  for (int i = 0; i < count * kVisitsADay; ++i) {
    const std::string number = std::to_string(i);
    const base::TimeMs day = i / kVisitsADay * base::kMsPerDay;
    csv.append(number).append(",").append(std::to_string(day));
    csv.append(",visit,A").append(number).append(",here\n");
  }
  return csv;
}

TEST(SweepTest, CountersOfPastPeriodsGoAlsoWhenNoSweepEverGetsThrough) {
  std::string error;
  const std::unique_ptr<Engine> engine = Engine::open({}, {{"daily.plan", kPlan}}, &error);
  ASSERT_NE(engine, nullptr) << error;
  // A day has a hundred records, a sweep takes 64 times 32: about 22 days for each account's turn.
  ASSERT_TRUE(engine->replay_text(days(200), "visits", {}, &error)) << error;
  EXPECT_EQ(engine->summary().accepted, 200u * kVisitsADay);
  EXPECT_LT(engine->summary().kept_frames, 30u * kVisitsADay);
}

}  // namespace

}  // namespace guerdon
