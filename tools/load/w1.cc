#include "tools/load/w1.h"

#include <cmath>
#include <cstdio>

namespace guerdon::load {

namespace {

constexpr double kTheta = 0.99;
constexpr uint64_t kRecent = 1'000;
constexpr uint64_t kSecondsOfMonth = 31 * 86'400;

uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

double zeta(uint64_t n) {
  double sum = 0;
  for (uint64_t i = 1; i <= n; ++i) sum += 1.0 / std::pow(static_cast<double>(i), kTheta);
  return sum;
}

}  // namespace

W1Stream::W1Stream(const W1Options& options) : options_(options), state_(options.seed) {
  recent_.resize(kRecent);
  if (!options.zipf) return;
  const auto n = static_cast<double>(options.accounts);
  zeta_ = zeta(options.accounts);
  alpha_ = 1.0 / (1.0 - kTheta);
  eta_ = (1.0 - std::pow(2.0 / n, 1.0 - kTheta)) / (1.0 - zeta(2) / zeta_);
}

uint64_t W1Stream::random() { return mix(state_ += 0x9e3779b97f4a7c15u); }

uint64_t W1Stream::draw_account() {
  if (!options_.zipf) return random() % options_.accounts;
  const double u = static_cast<double>(random() >> 11) * 0x1.0p-53;
  const double uz = u * zeta_;
  uint64_t rank = 0;
  if (uz >= 1.0 + std::pow(0.5, kTheta)) {
    rank = static_cast<uint64_t>(static_cast<double>(options_.accounts) *
                                 std::pow(eta_ * u - eta_ + 1.0, alpha_));
  } else if (uz >= 1.0) {
    rank = 1;
  }
  return mix(rank + 0x5bd1e995u) % options_.accounts;  // scattered
}

W1Event W1Stream::next() {
  const uint64_t at = made_++;
  if (at >= kRecent && random() % 100 == 0) return recent_[at % kRecent];
  W1Event event;
  event.id = at + 1;
  event.account = draw_account();
  event.amount = static_cast<int64_t>(100 + random() % 99'901);
  event.sku = static_cast<int>(random() % 1'000);
  event.qty = static_cast<int>(1 + random() % 5);
  event.city = static_cast<int>(random() % 50);
  event.second = static_cast<uint32_t>(at * kSecondsOfMonth / options_.events);
  recent_[at % kRecent] = event;
  return event;
}

void write_text(const W1Event& event, W1Text* text) {
  const uint32_t second = event.second;
  char time[32];
  std::snprintf(time, sizeof time, "2026-01-%02uT%02u:%02u:%02uZ", second / 86'400 + 1,
                second / 3'600 % 24, second / 60 % 60, second % 60);
  text->id = std::to_string(event.id);
  text->time = time;
  text->account = "a" + std::to_string(event.account);
  const int64_t cents = event.amount % 100;
  text->amount = std::to_string(event.amount / 100) + (cents < 10 ? ".0" : ".");
  text->amount += std::to_string(cents);
  text->sku = std::to_string(event.sku);
  text->qty = std::to_string(event.qty);
  text->city = std::to_string(event.city);
}

void append_csv(const W1Event& event, std::string& text) {
  W1Text fields;
  write_text(event, &fields);
  for (const std::string* field : {&fields.id, &fields.time}) text.append(*field).push_back(',');
  text.append(kW1Type);
  for (const std::string* field :
       {&fields.account, &fields.amount, &fields.sku, &fields.qty, &fields.city}) {
    text.append(",").append(*field);
  }
  text.push_back('\n');
}

bool W1Events::next(WireEvent* event) {
  if (left_ == 0) return false;
  --left_;
  event_ = stream_.next();
  write_text(event_, &text_);
  event->type = kW1Type;
  event->id = text_.id;
  event->account = text_.account;
  event->attributes.assign({{"time", text_.time},
                            {"account", text_.account},
                            {"amount", text_.amount},
                            {"sku", text_.sku},
                            {"qty", text_.qty},
                            {"city", text_.city}});
  return true;
}

void W1Reference::apply(const W1Event& event) {
  if (seen_.size() <= event.id) seen_.resize(event.id * 2 + 1);
  if (seen_[event.id]) return;
  seen_[event.id] = true;
  ++model_.applied;
  const auto pay = [&](int64_t amount) {
    if (amount == 0) return;
    model_.balance_sum += amount;
    ++model_.entries;
  };
  pay(event.amount * (event.amount <= 50'000 ? 5 : 7) / 100);  // R1
  if (event.sku % 50 == 7) pay(100);                           // R2
  int64_t& total = totals_[event.account];
  total += event.amount;
  if (total >= 1'000'000 && !paid_[event.account]) {  // R3
    paid_[event.account] = true;
    pay(5'000);
  }
  if (event.city % 5 != 0) pay(event.city * 10);  // R4
}

}  // namespace guerdon::load
