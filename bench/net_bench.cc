// The parser of requests: nanoseconds a request, as they lie pipelined in a buffer.
//
//   net_bench --benchmark_min_time=2
//
// `usual`: event lines of about 100 bytes and nine words. `quoted`: the same with a quoted city.
// `array`: the words of `usual` as clients of Redis send them. `ping`: the shortest request.
// `write_replies`: one "+OK lsn entries" each. `loop`: `usual` over a loopback connection, 64 KiB a
// round, with the system calls of both ends on this thread.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "engine/net/event_loop.h"
#include "engine/net/reply.h"
#include "engine/net/request_parser.h"

namespace {

using guerdon::net::RequestParser;

constexpr int kRequests = 640;  // about 64 KiB: what a connection is read in one round

uint64_t next(uint64_t* state) {  // splitmix64
  uint64_t z = (*state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::string make_lines(const char* city_format) {
  std::string text;
  uint64_t state = 1;
  for (int i = 0; i < kRequests; ++i) {
    const auto draw = [&](uint64_t n) { return static_cast<unsigned>(next(&state) % n); };
    char city[32];
    std::snprintf(city, sizeof city, city_format, draw(50));
    char line[256];
    std::snprintf(line, sizeof line,
                  "EVENT purchase %010u account=customer-%07u time=17673%08u amount=%u.%02u "
                  "sku=article-%03u qty=%u city=%s\n",
                  draw(1'000'000'000), draw(1'000'000), draw(100'000'000), draw(999), draw(100),
                  draw(1000), 1 + draw(5), city);
    text += line;
  }
  return text;
}

std::string make_arrays(std::string_view lines) {
  RequestParser parser;
  std::string text;
  while (parser.next(lines) == RequestParser::Step::kRequest) {
    text += "*" + std::to_string(parser.words().size()) + "\r\n";
    for (const std::string_view word : parser.words()) {
      text += "$" + std::to_string(word.size()) + "\r\n";
      text += word;
      text += "\r\n";
    }
    lines.remove_prefix(parser.consumed());
  }
  return text;
}

void report(benchmark::State& state, const std::string& text) {
  state.SetItemsProcessed(state.iterations() * kRequests);
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
  state.counters["ns_request"] =
      benchmark::Counter(static_cast<double>(state.iterations() * kRequests) * 1e-9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["bytes_request"] = static_cast<double>(text.size()) / kRequests;
}

void cut_requests(benchmark::State& state, const std::string& text) {
  RequestParser parser("BATCH");
  for ([[maybe_unused]] auto _ : state) {
    std::string_view input = text;
    int requests = 0;
    while (parser.next(input) == RequestParser::Step::kRequest) {
      benchmark::DoNotOptimize(parser.words().data());
      input.remove_prefix(parser.consumed());
      ++requests;
    }
    if (requests != kRequests) state.SkipWithError("requests are missing");
  }
  report(state, text);
}

std::string make_pings() {
  std::string text;
  for (int i = 0; i < kRequests; ++i) text += "PING\r\n";
  return text;
}

void write_replies(benchmark::State& state) {
  std::string output;
  for ([[maybe_unused]] auto _ : state) {
    output.clear();
    guerdon::net::ReplyWriter reply(&output, guerdon::net::Protocol::kResp2);
    for (uint64_t lsn = 1'000'000; lsn < 1'000'000 + kRequests; ++lsn) reply.status("OK", {lsn, 3});
    benchmark::DoNotOptimize(output.data());
  }
  report(state, output);
}

// Answers each request with the same short reply.
class Answering final : public guerdon::net::Handler {
 public:
  void on_input(guerdon::net::Connection& connection) override {
    using guerdon::net::ReplyWriter;
    ReplyWriter reply(connection.output(), guerdon::net::Protocol::kResp2);
    while (parser_.next(connection.input()) == RequestParser::Step::kRequest) {
      reply.status("OK", {++requests, 3});
      connection.consume(parser_.consumed());
    }
    connection.consume(parser_.consumed());
  }

  uint64_t requests = 0;

 private:
  RequestParser parser_;
};

void loop(benchmark::State& state) {
  using guerdon::os::Listener;
  const std::string text = make_lines("city-%02u").substr(0, guerdon::net::kReadMax);
  const std::string lines = text.substr(0, text.rfind('\n') + 1);
  std::string error;
  Answering handler;
  guerdon::net::EventLoop event_loop(Listener::open("127.0.0.1", 0, &error), &handler);
  auto client = guerdon::os::connect_to("127.0.0.1", event_loop.port(), &error);
  if (!client.is_open()) return state.SkipWithError(error.c_str());
  std::string replies(size_t{64} << 10, ' ');
  for ([[maybe_unused]] auto _ : state) {
    std::string_view left = lines;
    while (!left.empty()) {
      left.remove_prefix(client.write(left).bytes);
      event_loop.run_round(0);
      benchmark::DoNotOptimize(client.read(replies.data(), replies.size()));
    }
  }
  const auto requests = static_cast<int64_t>(handler.requests);
  state.SetItemsProcessed(requests);
  state.counters["ns_request"] =
      benchmark::Counter(static_cast<double>(requests) * 1e-9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

BENCHMARK_CAPTURE(cut_requests, usual, make_lines("city-%02u"));
BENCHMARK_CAPTURE(cut_requests, quoted, make_lines("\"city, %02u\""));
BENCHMARK_CAPTURE(cut_requests, array, make_arrays(make_lines("city-%02u")));
BENCHMARK_CAPTURE(cut_requests, ping, make_pings());
BENCHMARK(write_replies);
BENCHMARK(loop);

}  // namespace

BENCHMARK_MAIN();
