// The parser of CSV traces: nanoseconds a row, text to records in a batch of 256.
//
//   event_bench --benchmark_min_time=2
//
// `usual`: rows of about 100 bytes and eight columns, as in workload W1. `quoted`: the same with a
// quoted city. `ignored`: the same with a type that no plan declares. `rows`: cutting alone.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "engine/event/batch.h"
#include "engine/event/schema.h"
#include "engine/feed/csv_parser.h"
#include "engine/feed/csv_row.h"

namespace {

using guerdon::event::Batch;
using guerdon::event::CsvParser;
using guerdon::event::CsvRows;
using guerdon::event::FieldKind;
using guerdon::event::Schema;

constexpr std::string_view kHeader = "event_id,time,type,account,amount,sku,qty,city";
constexpr int kRows = 4096;  // about 400 KB: the text stays in the second-level cache

uint64_t next(uint64_t* state) {  // splitmix64
  uint64_t z = (*state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::string make_rows(const char* type, const char* city_format) {
  std::string text;
  uint64_t state = 1;
  for (int i = 0; i < kRows; ++i) {
    const auto amount = static_cast<unsigned>(100 + next(&state) % 99'901);
    const auto second = static_cast<unsigned>(next(&state) % 86'400);
    char city[32];
    std::snprintf(city, sizeof city, city_format, static_cast<unsigned>(next(&state) % 50));
    char row[256];
    std::snprintf(
        row, sizeof row,
        "%016llu,2026-03-%02uT%02u:%02u:%02uZ,%s,customer-%07u,%u.%02u,article-%03u,%u,%s\n",
        static_cast<unsigned long long>(next(&state) % 10'000'000'000'000'000),
        1 + static_cast<unsigned>(next(&state) % 31), second / 3600, second / 60 % 60, second % 60,
        type, static_cast<unsigned>(next(&state) % 1'000'000), amount / 100, amount % 100,
        static_cast<unsigned>(next(&state) % 1000), static_cast<unsigned>(1 + next(&state) % 5),
        city);
    text += row;
  }
  return text;
}

Schema make_schema() {
  Schema schema;
  const uint16_t purchase = schema.add_type("purchase");
  schema.add_slot(purchase, {"account", FieldKind::kAccount, 0, false});
  schema.add_slot(purchase, {"amount", FieldKind::kAmount, 2, false});
  schema.add_slot(purchase, {"sku", FieldKind::kText, 0, false});
  schema.add_slot(purchase, {"qty", FieldKind::kCount, 0, false});
  schema.add_slot(purchase, {"city", FieldKind::kText, 0, false});
  return schema;
}

void report(benchmark::State& state, const std::string& text) {
  state.SetItemsProcessed(state.iterations() * kRows);
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
  state.counters["ns_row"] =
      benchmark::Counter(static_cast<double>(state.iterations() * kRows) * 1e-9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["bytes_row"] = static_cast<double>(text.size()) / kRows;
}

void parse_rows(benchmark::State& state, const char* type, const char* city_format) {
  const Schema schema = make_schema();
  const std::string text = make_rows(type, city_format);
  std::string error;
  CsvParser parser(schema, "bench");
  if (!parser.set_header(kHeader, &error)) state.SkipWithError(error.c_str());
  Batch batch;
  for ([[maybe_unused]] auto _ : state) {
    size_t at = 0;
    while (at < text.size()) {
      batch.clear();
      at += parser.parse(std::string_view(text).substr(at), true, 256, batch);
      benchmark::DoNotOptimize(batch.records.data());
    }
  }
  report(state, text);
}

void cut_rows(benchmark::State& state) {
  const std::string text = make_rows("purchase", "city-%02u");
  CsvRows rows(8, 2);
  for ([[maybe_unused]] auto _ : state) {
    rows.begin(text, true);
    while (rows.next() == CsvRows::Cut::kRow) benchmark::DoNotOptimize(rows.fields());
  }
  report(state, text);
}

BENCHMARK_CAPTURE(parse_rows, usual, "purchase", "city-%02u");
BENCHMARK_CAPTURE(parse_rows, quoted, "purchase", "\"city, %02u\"");
BENCHMARK_CAPTURE(parse_rows, ignored, "nothing", "city-%02u");
BENCHMARK(cut_rows);

}  // namespace

BENCHMARK_MAIN();
