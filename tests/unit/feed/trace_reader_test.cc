#include "engine/feed/trace_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "tests/unit/feed/csv_cases.h"

namespace guerdon::event {
namespace {

// Bytes in memory, given at most `piece` at a time; breaks off with an error if told to.
class MemorySource final : public os::ByteSource {
 public:
  MemorySource(std::string bytes, size_t piece, bool breaks = false)
      : bytes_(std::move(bytes)), piece_(piece), breaks_(breaks) {}

  std::ptrdiff_t read(char* buffer, size_t n) override {
    const size_t count = std::min({n, piece_, bytes_.size() - at_});
    if (count == 0) return breaks_ ? -1 : 0;
    bytes_.copy(buffer, count, at_);
    at_ += count;
    return static_cast<std::ptrdiff_t>(count);
  }
  uint64_t consumed() const override { return at_; }
  std::string_view error() const override {
    return breaks_ && at_ == bytes_.size() ? "memory: ends in the middle" : "";
  }

 private:
  std::string bytes_;
  size_t piece_;
  bool breaks_;
  size_t at_ = 0;
};

std::unique_ptr<TraceReader> read_text(const Schema& schema, std::string text, size_t piece,
                                       bool breaks = false, std::string* error = nullptr) {
  std::string ignored;
  return TraceReader::read(std::make_unique<MemorySource>(std::move(text), piece, breaks),
                           "folder/some trace.csv", schema, error == nullptr ? &ignored : error);
}

std::string make_trace(size_t rows) {
  std::string text(example_headers()[0]);
  text += "\r\n";
  for (size_t i = 0; i < rows; ++i) {
    text += std::to_string(i) + ",2010-12-01T08:26:00Z,purchase,account" + std::to_string(i % 7) +
            ",12.50,\"sku, " + std::to_string(i) + "\",1,\r\n";
  }
  return text;
}

TEST(TraceReaderTest, GivesFullBatchesHoweverTheBytesCome) {
  const Schema schema = example_schema();
  for (const size_t piece : {size_t{1}, size_t{100}, size_t{65'536}, size_t{1} << 30}) {
    const auto trace = read_text(schema, make_trace(1000), piece);
    ASSERT_NE(trace, nullptr);
    Batch batch;
    size_t rows = 0;
    for (const size_t expected : {256u, 256u, 256u, 232u, 0u, 0u}) {
      batch.clear();
      ASSERT_EQ(trace->fill(batch, kBatchRecordsMax), expected);
      ASSERT_EQ(batch.records.size(), expected);
      for (const Record& record : batch.records) {
        ASSERT_EQ(record.outcome, Outcome::kOk);
        ASSERT_EQ(record.place.line, rows + 2);
        ++rows;
      }
    }
    EXPECT_EQ(trace->error(), "");
    EXPECT_EQ(trace->source(), "some_trace");
    EXPECT_EQ(trace->bytes_read(), make_trace(1000).size());
  }
}

TEST(TraceReaderTest, RowsAcrossTheBufferAreWhole) {
  const Schema schema = example_schema();
  const size_t rows = 3 * TraceReader::kBufferBytes / 60;
  const auto trace = read_text(schema, make_trace(rows), size_t{1} << 30);
  Batch batch;
  size_t accepted = 0;
  while (trace->fill(batch, kBatchRecordsMax) > 0) {
    for (const Record& record : batch.records) accepted += record.outcome == Outcome::kOk ? 1 : 0;
    batch.clear();
  }
  EXPECT_EQ(accepted, rows);
}

TEST(TraceReaderTest, ARowWithoutEndDoesNotFillTheMemory) {
  const Schema schema = example_schema();
  std::string text = make_trace(1) + "\"" + std::string(5 * TraceReader::kBufferBytes, 'x');
  const auto trace = read_text(schema, text + "\"\r\n" + "5,0,odd,,,,,\r\n", 70'000);
  Batch batch;
  EXPECT_EQ(trace->fill(batch, kBatchRecordsMax), 3u);
  EXPECT_EQ(batch.records[1].outcome, Outcome::kTooLong);
  EXPECT_EQ(batch.records[2].outcome, Outcome::kOk);
  EXPECT_EQ(batch.records[2].place.line, 4u);
}

// What a trace came to: an outcome and a line a record.
std::string outcomes_of(TraceReader& trace) {
  std::string outcomes;
  Batch batch;
  while (trace.fill(batch, 100) > 0) {
    for (const Record& record : batch.records) {
      outcomes += outcome_word(record.outcome);
      outcomes += " " + std::to_string(record.place.line) + "\n";
    }
    batch.clear();
  }
  return outcomes;
}

TEST(TraceReaderTest, ATextInMemoryIsReadLikeASource) {
  const Schema schema = example_schema();
  const std::string large = make_trace(3 * TraceReader::kBufferBytes / 60);
  const std::string endless = make_trace(1) + std::string(3 * TraceReader::kBufferBytes, 'x');
  for (const std::string& text :
       {make_trace(0), large, large.substr(0, large.size() - 2), endless, endless + "\r\n5,0,o\n",
        make_trace(2) + "\"" + std::string(2 * TraceReader::kBufferBytes, '\n')}) {
    std::string error;
    const auto copied = read_text(schema, text, 10'000);
    const auto borrowed = TraceReader::read_text(text, "folder/some trace.csv", schema, &error);
    ASSERT_NE(borrowed, nullptr) << error;
    EXPECT_EQ(outcomes_of(*borrowed), outcomes_of(*copied));
    EXPECT_EQ(borrowed->source(), "some_trace");
    EXPECT_EQ(borrowed->bytes_read(), text.size());
    EXPECT_EQ(borrowed->bytes_total(), text.size());
  }
  std::string error;
  for (const std::string& text : {std::string(), std::string(3 << 20, 'x')}) {
    std::string same;
    EXPECT_EQ(TraceReader::read_text(text, "folder/some trace.csv", schema, &error), nullptr);
    EXPECT_EQ(read_text(schema, text, 10'000, false, &same), nullptr);
    EXPECT_EQ(error, same);
  }
}

TEST(TraceReaderTest, ABrokenSourceGivesItsWholeRowsAndThenItsError) {
  const Schema schema = example_schema();
  std::string text = make_trace(300);
  text.resize(text.size() - 5);
  const auto trace = read_text(schema, text, 1000, /*breaks=*/true);
  ASSERT_NE(trace, nullptr);
  Batch batch;
  EXPECT_EQ(trace->fill(batch, 256), 256u);
  EXPECT_EQ(trace->fill(batch, 256), 43u);  // the row that was cut off is not taken for a row
  EXPECT_EQ(trace->fill(batch, 256), 0u);
  EXPECT_EQ(trace->error(), "memory: ends in the middle");
}

TEST(TraceReaderTest, RefusesAHeaderThatIsNone) {
  const Schema schema = example_schema();
  std::string error;
  EXPECT_EQ(read_text(schema, "", 10, false, &error), nullptr);
  EXPECT_EQ(error.substr(0, 45), "folder/some trace.csv: the first line is empt");
  EXPECT_EQ(read_text(schema, std::string(3 << 20, 'x'), 1 << 20, false, &error), nullptr);
  EXPECT_NE(error.find("longer than"), std::string::npos) << error;
  EXPECT_EQ(read_text(schema, "event_id,ti", 4, true, &error), nullptr);
  EXPECT_EQ(error, "memory: ends in the middle");
  ASSERT_NE(read_text(schema, "event_id,time,type", 4, false, &error), nullptr);
}

TEST(TraceReaderTest, OpensAFileAndSaysWhenItCannot) {
  const Schema schema = example_schema();
  std::string error;
  EXPECT_EQ(TraceReader::open("no/such/trace.csv", schema, &error), nullptr);
  EXPECT_NE(error.find("no/such/trace.csv"), std::string::npos) << error;

  const std::string path = testing::TempDir() + "/trace_reader_test.csv";
  const std::string text = make_trace(10);
  std::ofstream(path, std::ios::binary) << text;
  const auto trace = TraceReader::open(path, schema, &error);
  ASSERT_NE(trace, nullptr) << error;
  Batch batch;
  EXPECT_EQ(trace->fill(batch, 256), 10u);
  EXPECT_EQ(trace->bytes_total(), text.size());
  EXPECT_EQ(trace->bytes_read(), text.size());
  EXPECT_EQ(trace->source(), "trace_reader_test");
  std::filesystem::remove(path);
}

// ---- The public traces, where GUERDON_TRACES names their folder.

Schema trace_schema() {
  Schema schema;
  for (const char* type : {"purchase", "cancel", "adjust", "bad_debt"}) {
    const uint16_t index = schema.add_type(type);
    schema.add_slot(index, {"account", FieldKind::kAccount, 0, false});
    schema.add_slot(index, {"amount", FieldKind::kAmount, 2, false});
    schema.add_slot(index, {"qty", FieldKind::kCount, 0, false});
    schema.add_slot(index, {"sku", FieldKind::kText, 0, false});
    schema.add_slot(index, {"description", FieldKind::kText, 0, false});
  }
  return schema;
}

struct Totals {
  size_t rows = 0;
  size_t refused = 0;
  size_t with_account = 0;
  int64_t purchased = 0;
};

Totals read_trace(const std::string& file) {
  const Schema schema = trace_schema();
  std::string error;
  const auto trace =
      TraceReader::open(std::string(std::getenv("GUERDON_TRACES")) + "/" + file, schema, &error);
  EXPECT_NE(trace, nullptr) << error;
  Totals totals;
  Batch batch;
  while (trace != nullptr && trace->fill(batch, kBatchRecordsMax) > 0) {
    for (const Record& record : batch.records) {
      ++totals.rows;
      totals.refused += record.outcome == Outcome::kOk ? 0 : 1;
      totals.with_account += record.present & 1;
      if (record.outcome == Outcome::kOk && record.type == 0) {
        totals.purchased += batch.values[record.values + 1];
      }
    }
    batch.clear();
  }
  EXPECT_EQ(trace->error(), "");
  EXPECT_EQ(trace->bytes_read(), trace->bytes_total());
  return totals;
}

TEST(PublicTracesTest, OnlineRetail) {
  if (std::getenv("GUERDON_TRACES") == nullptr) GTEST_SKIP() << "GUERDON_TRACES is not set";
  const Totals totals = read_trace("online-retail.csv.gz");
  EXPECT_EQ(totals.rows, 541'909u);
  EXPECT_EQ(totals.refused, 0u);
  EXPECT_EQ(totals.with_account, 406'829u);
}

TEST(PublicTracesTest, AdventureWorks) {
  if (std::getenv("GUERDON_TRACES") == nullptr) GTEST_SKIP() << "GUERDON_TRACES is not set";
  const Totals totals = read_trace("adventureworks.csv.gz");
  EXPECT_EQ(totals.rows, 57'851u);
  EXPECT_EQ(totals.refused, 0u);
  EXPECT_EQ(totals.purchased, 7'754'857'020);
}

}  // namespace
}  // namespace guerdon::event
