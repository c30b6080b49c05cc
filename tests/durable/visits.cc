#include "tests/durable/visits.h"

#include <gtest/gtest.h>

#include "engine/runtime/open.h"
#include "tests/support/borrowed_disk.h"

namespace guerdon::visits {

namespace {

constexpr std::string_view kRules = R"(

unit points, 0 decimals

event visit
  account : account
  guide : account

measure seen per account per month = number of visit

rule each_visit
  on visit
  credit account 1 points
  credit guide 2 points

rule often per account per month
  credit account by seen
    below 5 : none
    otherwise : 10 points
)";

}  // namespace

std::string plan_text(std::string_view zone) {
  return "plan visits\n  zone " + std::string(zone) + std::string(kRules);
}

std::unique_ptr<Engine> try_open(support::CrashDisk* disk, const Setting& setting,
                                 std::string* error) {
  Options options;
  options.shards = setting.shards;
  options.workers = setting.workers;
  options.keys = setting.keys;
  options.segment_bytes = kSegmentBytesMin;
  std::unique_ptr<os::Disk> borrowed;
  if (disk != nullptr) borrowed = std::make_unique<support::BorrowedDisk>(*disk);
  return runtime::open_engine(options, {{"visits.plan", plan_text("UTC")}}, std::move(borrowed),
                              error);
}

std::unique_ptr<Engine> must_open(support::CrashDisk* disk, const Setting& setting) {
  std::string error;
  std::unique_ptr<Engine> engine = try_open(disk, setting, &error);
  EXPECT_NE(engine, nullptr) << error;
  return engine;
}

bool send(Engine& engine, uint64_t number, std::string* error) {
  const uint64_t draw = number * 2'654'435'761 % 1'000'003;
  const auto hour = static_cast<int64_t>(3 * number + draw % 5 - (draw % 7 == 0 ? 70 : 0));
  const int64_t time = kBeginMs + std::max<int64_t>(hour, 0) * kHourMs;
  const std::string csv = "event_id,time,type,account,guide\nv" + std::to_string(number) + "," +
                          std::to_string(time) + ",visit,guest-" + std::to_string(draw % 17) +
                          ",guide-" + std::to_string(draw % 3) + "\n";
  return engine.replay_text(csv, "visits.csv", {}, error);
}

bool send_all(Engine& engine, uint64_t from, uint64_t to, std::string* error) {
  for (uint64_t number = from; number < to; ++number) {
    if (!send(engine, number, error)) return false;
  }
  return true;
}

std::string seen(const Engine& engine) {
  const Summary summary = engine.summary();
  std::string text = "state " + engine.state_hash().to_hex() + " entries " +
                     engine.entries_hash().to_hex() + " clock " + std::to_string(engine.clock()) +
                     " lsn " + std::to_string(summary.last_lsn) + " entries " +
                     std::to_string(summary.entries) + "\n";
  for (const Balance& balance : engine.balances()) {
    text += balance.account + " " + balance.unit + " " + std::to_string(balance.amount) + "\n";
  }
  return text + engine.check_books();
}

}  // namespace guerdon::visits
