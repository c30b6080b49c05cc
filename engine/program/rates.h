// The rates at a position of the log: those that the plans name, and those that commands brought.
//
//   rates.set(exchange, from, until, rate);                 // RATE, at its place in the log
//   const Quote quote = rates.quote(points, usd, at);       // EXCHANGE, at its own
//   if (quote.fault != RateFault::kNone) ...
//
// Whoever takes the records in their order keeps one, and gives each record the rate that holds for
// it; so nothing that acts on accounts looks a rate up, and no rate is kept twice.
//
// Rates are in minor units (engine/money/exchange.h) and exact. The program must outlive it.
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/hash.h"
#include "engine/event/batch.h"
#include "engine/event/command.h"
#include "engine/money/ratio.h"
#include "engine/program/program.h"
#include "engine/snapshot/section_reader.h"
#include "engine/snapshot/snapshot_writer.h"

namespace guerdon::plan {

// Stretches of one exchange; a rate that would make more is refused.
inline constexpr size_t kRateStretchesMax = 100'000;

enum class RateFault : uint8_t {
  kNone = 0,
  kNoExchange,  // no plan says how the one becomes the other
  kNoRate,      // none is dated there, nor is the last one young enough
  kTooFine,     // the rates of two exchanges together are no number that can be kept
};

struct Quote {
  RateFault fault = RateFault::kNone;
  money::Ratio rate{1, 1};  // minor units of the one for a minor unit of the other
  TimeMs from = 0;          // since when it holds; of two rates, the later
  TimeMs until = 0;         // before `at`: it is the last one known
};

class Rates {
 public:
  explicit Rates(const Program& program);

  // The exchange of these wallets; nothing: there is none. One direction only.
  std::optional<uint32_t> find(uint16_t from, uint16_t to) const;

  // What a RATE says, and what it is answered: without an end it holds to the end of the day.
  event::CommandResult set(const event::Batch& batch, const event::CommandView& command);
  // False: there are as many as may be. REQUIRES: the exchange has its rates from outside;
  // from < until; rate above 0.
  bool set(uint32_t exchange, TimeMs from, TimeMs until, money::Ratio rate);

  // At the rate of one exchange. REQUIRES: at in [kTimeMin, kTimeEnd).
  Quote quote(uint32_t exchange, TimeMs at) const;
  // For showing: the exchange of the two, else by way of one further unit, the one of the lowest
  // number that has both exchanges.
  Quote quote_shown(uint16_t from, uint16_t to, TimeMs at) const;

  // Of the rates that commands brought: a sum, zero when there are none.
  base::Hash128 content_hash() const;
  // False: what was saved is none, and this is not to be used.
  void save(snapshot::SnapshotWriter& out) const;
  bool load(snapshot::SectionReader& in);
  bool has_any() const;  // that commands brought

 private:
  const Program& program_;
  std::vector<RateTable> tables_;  // by exchange; those of plans as they stand there
};

}  // namespace guerdon::plan
