#include "tools/load/lane.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace guerdon::load {
namespace {

// Each request of a lane with its number of events: "1 EVENT order 7 account=a\n".
std::vector<std::string> requests_of(const Lane& lane) {
  std::vector<std::string> requests;
  size_t at = 0;
  for (const Request& request : lane.requests) {
    requests.push_back(std::to_string(request.events) + " " + lane.bytes.substr(at, request.bytes));
    at += request.bytes;
  }
  EXPECT_EQ(at, lane.bytes.size());
  return requests;
}

void add(LaneBuilder& builder, const std::string& id, const std::string& account) {
  WireEvent event = {"order", id, account, {}};
  if (!account.empty()) event.attributes.push_back({"account", account});
  builder.add(event);
}

TEST(LaneTest, ARequestALine) {
  LaneBuilder builder(1, Deal::kAccount, SendForm::kLines, 256);
  builder.add_source("shop");
  add(builder, "1", "a");
  add(builder, "2", "");
  EXPECT_EQ(requests_of(builder.finish().front()),
            (std::vector<std::string>{"0 SOURCE shop\n", "1 EVENT order 1 account=a\n",
                                      "1 EVENT order 2\n"}));
}

TEST(LaneTest, BatchesAreFullButForTheLastOfASource) {
  LaneBuilder builder(1, Deal::kAccount, SendForm::kBatch, 2);
  builder.add_source("one");
  for (const char* id : {"1", "2", "3"}) add(builder, id, "");
  builder.add_source("two");
  add(builder, "4", "");
  EXPECT_EQ(requests_of(builder.finish().front()),
            (std::vector<std::string>{"0 SOURCE one\n", "2 BATCH 2\nEVENT order 1\nEVENT order 2\n",
                                      "1 BATCH 1\nEVENT order 3\n", "0 SOURCE two\n",
                                      "1 BATCH 1\nEVENT order 4\n"}));
}

TEST(LaneTest, AnAccountKeepsToOneLaneInOrder) {
  LaneBuilder builder(7, Deal::kAccount, SendForm::kLines, 1);
  for (int i = 0; i < 1'000; ++i) add(builder, std::to_string(i), "a" + std::to_string(i % 50));
  std::map<std::string, size_t> lane_of;
  std::map<std::string, int> last_of;
  size_t events = 0;
  const std::vector<Lane> lanes = builder.finish();
  for (size_t lane = 0; lane < lanes.size(); ++lane) {
    EXPECT_GT(lanes[lane].requests.size(), 0u) << "50 accounts reach every lane";
    for (const std::string& request : requests_of(lanes[lane])) {
      const std::string account = request.substr(request.find('='));
      const int id = std::stoi(request.substr(request.find("order ") + 6));
      EXPECT_EQ(lane_of.emplace(account, lane).first->second, lane);
      EXPECT_GT(id, last_of.emplace(account, -1).first->second);
      last_of[account] = id;
      ++events;
    }
  }
  EXPECT_EQ(events, 1'000u);
}

TEST(LaneTest, EventsWithoutAnAccountAreSpread) {
  LaneBuilder builder(4, Deal::kAccount, SendForm::kResp, 1);
  for (int i = 0; i < 100; ++i) add(builder, std::to_string(i), "");
  for (const Lane& lane : builder.finish()) EXPECT_GT(lane.requests.size(), 5u);
}

TEST(LaneTest, DealtInTurnLanesAreEquallyLongWhoeverTheEventsAreOf) {
  LaneBuilder builder(4, Deal::kTurn, SendForm::kLines, 1);
  for (int i = 0; i < 102; ++i) add(builder, std::to_string(i), "a");
  const std::vector<Lane> lanes = builder.finish();
  size_t events = 0;
  for (const Lane& lane : lanes) {
    EXPECT_GE(lane.requests.size(), 25u);
    EXPECT_LE(lane.requests.size(), 26u);
    for (size_t i = 1; i < lane.requests.size(); ++i) {
      EXPECT_EQ(lane.requests[i].first, lane.requests[i - 1].first + 4);
    }
    events += lane.requests.size();
  }
  EXPECT_EQ(events, 102u);
}

TEST(LaneTest, NamesOfEvents) {
  EXPECT_EQ(event_name("EVENT order 7 account=a\n", 0), "EVENT order 7");
  EXPECT_EQ(event_name("*3\r\n$5\r\nEVENT\r\n$5\r\norder\r\n$1\r\n7\r\n", 0), "EVENT order 7");
  const std::string batch = "BATCH 2\nEVENT order 7 sku=x\nEVENT order \"8 9\"\n";
  EXPECT_EQ(event_name(batch, 0), "BATCH 2");
  EXPECT_EQ(event_name(batch, 1), "EVENT order 7");
  EXPECT_EQ(event_name(batch, 2), "EVENT order 8 9");
  EXPECT_EQ(event_name(batch, 3), "");
}

}  // namespace
}  // namespace guerdon::load
