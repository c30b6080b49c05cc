// W1: the workload for comparing with peers, as a deterministic stream of events.
//
// Events are drawn from a seeded splitmix64: account by Zipf(0.99) with ranks scattered over the
// accounts (or uniform), amount 1.00 to 1,000.00, sku 0-999, qty 1-5, city 0-49, all in one month.
// One event in a hundred is a second delivery of the one a thousand before, and must have no
// effect.
//
// The model beside it is the reference: rules R1 to R4 in plain arithmetic over arrays. A run
// counts only if its balances, entries and applied events are the model's.
//
// Zipf source: Gray et al., "Quickly generating billion-record synthetic databases", SIGMOD 1994.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/load/wire_event.h"

namespace guerdon::load {

struct W1Options {
  uint64_t events = 1'000'000;
  uint64_t accounts = 1'000'000;
  uint64_t seed = 1;
  bool zipf = true;  // else uniform
};

struct W1Event {
  uint64_t id = 0;
  uint64_t account = 0;
  int64_t amount = 0;  // minor units
  int sku = 0;
  int qty = 0;
  int city = 0;
  uint32_t second = 0;  // of the month
};

// What the rules must come to.
struct W1Model {
  int64_t balance_sum = 0;
  uint64_t entries = 0;
  uint64_t applied = 0;
};

class W1Stream {
 public:
  explicit W1Stream(const W1Options& options);
  W1Event next();

 private:
  uint64_t random();
  uint64_t draw_account();

  W1Options options_;
  uint64_t state_;
  double zeta_ = 0;
  double eta_ = 0;
  double alpha_ = 0;
  uint64_t made_ = 0;
  std::vector<W1Event> recent_;  // the last thousand
};

// An event's fields as they are written, in CSV and over the wire. The buffers are used again.
struct W1Text {
  std::string id;
  std::string time;     // 2026-01-31T23:59:59Z
  std::string account;  // a, then its number
  std::string amount;   // two decimals
  std::string sku;
  std::string qty;
  std::string city;
};
void write_text(const W1Event& event, W1Text* text);

inline constexpr const char* kW1Type = "order";
inline constexpr const char* kW1Source = "w1";

// One CSV row, with its line end. The header is kW1Header.
inline constexpr const char* kW1Header = "event_id,time,type,account,amount,sku,qty,city\n";
void append_csv(const W1Event& event, std::string& text);

// The stream as events over the wire.
class W1Events {
 public:
  explicit W1Events(const W1Options& options) : stream_(options), left_(options.events) {}
  // False at the end. The views are valid until the next call.
  bool next(WireEvent* event);
  // Of the event just given.
  const W1Event& event() const { return event_; }

 private:
  W1Stream stream_;
  uint64_t left_;
  W1Event event_;
  W1Text text_;
};

class W1Reference {
 public:
  explicit W1Reference(uint64_t accounts) : totals_(accounts), paid_(accounts) {}
  void apply(const W1Event& event);
  const W1Model& model() const { return model_; }

 private:
  std::vector<int64_t> totals_;
  std::vector<bool> paid_;
  std::vector<bool> seen_;
  W1Model model_;
};

}  // namespace guerdon::load
