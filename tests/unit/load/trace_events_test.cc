#include "tools/load/trace_events.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/batch.h"
#include "engine/event/identity.h"
#include "engine/feed/event_reader.h"
#include "engine/feed/trace_reader.h"
#include "engine/net/request_parser.h"
#include "tools/load/request_form.h"

namespace guerdon::load {
namespace {

using event::FieldKind;

event::Schema shop_schema() {
  event::Schema schema;
  const uint16_t order = schema.add_type("order");
  schema.add_slot(order, {"account", FieldKind::kAccount, 0, false});
  schema.add_slot(order, {"amount", FieldKind::kAmount, 2, false});
  schema.add_slot(order, {"city", FieldKind::kText, 0, false});
  const uint16_t visit = schema.add_type("visit");
  schema.add_slot(visit, {"account", FieldKind::kAccount, 0, false});
  return schema;
}

// A file that is gone at the end.
class TemporaryTrace {
 public:
  explicit TemporaryTrace(const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              ("trace_events_test_" +
               std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
               ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".csv")) {
    std::FILE* const file = std::fopen(path_.c_str(), "wb");
    EXPECT_NE(file, nullptr);
    EXPECT_EQ(std::fwrite(text.data(), 1, text.size(), file), text.size());
    std::fclose(file);
  }
  ~TemporaryTrace() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

std::vector<std::string> lines_of(TraceEvents& trace) {
  std::vector<std::string> lines;
  WireEvent event;
  while (trace.next(&event)) append_event_line(event, &lines.emplace_back());
  return lines;
}

TEST(TraceEventsTest, WhatIsSentAndWhatIsLeftOut) {
  const TemporaryTrace file(
      "event_id,time,type,account,amount,city,colour\r\n"
      "1,2026-01-05T10:00:00Z,order,anna,12.50,\"New \"\"York\"\"\",red\r\n"
      "2,2026-01-06T10:00:00Z,order,,7,,blue\r\n"
      "3,2026-01-07T10:00:00Z,visit,bob,9.99,Paris,\r\n"
      "4,2026-03-01T10:00:00Z,survey,anna,,,\r\n"
      "5,2026-01-08T10:00:00Z,order\r\n"
      ",2026-01-08T10:00:00Z,order,anna,1,,\r\n"
      "7,,order,anna,1,,\r\n"
      "8,2026-01-08T10:00:00Z,order,anna,not a number,,");
  const event::Schema schema = shop_schema();
  std::string error;
  const auto trace = TraceEvents::open(file.path(), schema, &error);
  ASSERT_NE(trace, nullptr) << error;
  EXPECT_EQ(lines_of(*trace),
            (std::vector<std::string>{
                "EVENT order 1 time=2026-01-05T10:00:00Z account=anna amount=12.50 "
                "city=\"New \\\"York\\\"\"\n",
                "EVENT order 2 time=2026-01-06T10:00:00Z amount=7\n",
                "EVENT visit 3 time=2026-01-07T10:00:00Z account=bob\n",
                "EVENT order 8 time=2026-01-08T10:00:00Z account=anna amount=\"not a number\"\n"}));
  EXPECT_EQ(trace->error(), "");
  const TraceCounts& counts = trace->counts();
  EXPECT_EQ(counts.rows, 8u);
  EXPECT_EQ(counts.ignored, 1u);
  EXPECT_EQ(counts.ignored_types, (std::map<std::string, uint64_t>{{"survey", 1}}));
  EXPECT_EQ(counts.unsendable, 3u);
  EXPECT_EQ(base::format_timestamp(counts.last_time), "2026-03-01T10:00:00Z");
  EXPECT_EQ(trace->ignored_columns(), std::vector<std::string>{"colour"});
}

TEST(TraceEventsTest, WhatCannotBeOpened) {
  const event::Schema schema = shop_schema();
  std::string error;
  EXPECT_EQ(TraceEvents::open("/nowhere/orders.csv", schema, &error), nullptr);
  EXPECT_NE(error.find("/nowhere/orders.csv"), std::string::npos) << error;
  const TemporaryTrace file("id,time\n1,2\n");
  EXPECT_EQ(TraceEvents::open(file.path(), schema, &error), nullptr);
  EXPECT_NE(error.find("event_id"), std::string::npos) << error;
}

// Rows over many buffers, some quoted, with line feeds inside.
std::string long_trace(size_t rows) {
  std::string text = "event_id,time,type,account,amount,city\n";
  for (size_t i = 0; i < rows; ++i) {
    const std::string n = std::to_string(i);
    text += n + "," + std::to_string(1'767'225'600'000 + i) + "," +
            (i % 3 == 0 ? "visit" : "order") + ",account-" + std::to_string(i % 97) + "," +
            (i % 3 == 0 ? "" : n + ".25") + "," +
            (i % 5 == 0 && i % 3 != 0 ? "\"a \"\"long\"\" name, of " + n + "\"" : "") + "\n";
  }
  return text;
}

// The server's readers make of the requests what a replay makes of the rows.
TEST(TraceEventsTest, TheServerReadsTheRecordsOfAReplay) {
  constexpr size_t kRows = 60'000;  // several buffers
  const TemporaryTrace file(long_trace(kRows));
  const event::Schema schema = shop_schema();
  std::string error;
  const auto sent = TraceEvents::open(file.path(), schema, &error);
  const auto replayed = event::TraceReader::open(file.path(), schema, &error);
  ASSERT_TRUE(sent != nullptr && replayed != nullptr) << error;
  const event::Source source(event::source_name(file.path()));
  event::EventReader reader(schema);
  size_t rows = 0;
  for (event::Batch expected; replayed->fill(expected, event::kBatchRecordsMax) > 0;
       expected.clear()) {
    event::Batch batch;
    for (const event::Record& record : expected.records) {
      WireEvent event;
      ASSERT_TRUE(sent->next(&event));
      std::string line;
      append_event_line(event, &line);
      net::RequestParser parser;
      ASSERT_EQ(parser.next(line), net::RequestParser::Step::kRequest);
      ASSERT_TRUE(reader.read(parser.words(), source, 0, batch)) << reader.fault().sentence;
      const event::Record& got = batch.records.back();
      ASSERT_EQ(record.outcome, event::Outcome::kOk);
      EXPECT_EQ(got.key, record.key);
      EXPECT_EQ(got.payload, record.payload);
      EXPECT_EQ(got.type, record.type);
      EXPECT_EQ(got.present, record.present);
      EXPECT_EQ(got.occurred_at, record.occurred_at);
      ++rows;
    }
  }
  EXPECT_EQ(rows, kRows);
  EXPECT_EQ(sent->counts().rows, kRows);
}

}  // namespace
}  // namespace guerdon::load
