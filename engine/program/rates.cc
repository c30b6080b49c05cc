#include "engine/program/rates.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/calendar/duration.h"
#include "engine/money/exchange.h"

namespace guerdon::plan {

Rates::Rates(const Program& program) : program_(&program) {
  for (const ExchangeKind& exchange : program.exchanges) tables_.push_back(exchange.rates);
}

std::optional<uint32_t> Rates::find(uint16_t from, uint16_t to) const {
  const std::vector<ExchangeKind>& all = program_->exchanges;
  const auto found = std::find_if(all.begin(), all.end(), [&](const ExchangeKind& exchange) {
    return exchange.from_wallet == from && exchange.to_wallet == to;
  });
  if (found == all.end()) return std::nullopt;
  return static_cast<uint32_t>(found - all.begin());
}

bool Rates::set(uint32_t exchange, TimeMs from, TimeMs until, money::Ratio rate) {
  GUERDON_ASSERT(exchange < tables_.size() && program_->exchanges[exchange].from_file);
  GUERDON_ASSERT(rate.num > 0 && rate.den > 0);
  // One more makes two at most.
  if (tables_[exchange].size() + 2 > kRateStretchesMax) return false;
  tables_[exchange].set(from, until, rate);
  return true;
}

event::CommandResult Rates::set(const event::Batch& batch, const event::CommandView& command) {
  using event::CommandField;
  using event::Outcome;
  const auto from = static_cast<uint16_t>(command[CommandField::kFrom]);
  const auto to = static_cast<uint16_t>(command[CommandField::kTo]);
  const std::optional<uint32_t> exchange = find(from, to);
  const std::optional<money::Ratio> rate =
      money::parse_rate(batch.view(command.text(CommandField::kRate)));
  if (!exchange || !program_->exchanges[*exchange].from_file || !rate) {
    return {0, to, Outcome::kUnknown};
  }
  const std::optional<money::Ratio> minor =
      money::minor_rate(*rate, program_->wallets[from].scale, program_->wallets[to].scale);
  if (!minor) return {0, to, Outcome::kOverflow};
  const TimeMs since = command[CommandField::kEffective];
  const ExchangeKind& kind = program_->exchanges[*exchange];
  const TimeMs until =
      command.has(CommandField::kUntil)
          ? command[CommandField::kUntil]
          : calendar::end_of_day(program_->plans[static_cast<size_t>(kind.plan)].calendar.zone,
                                 since);
  const bool has_room = set(*exchange, since, std::min(until, base::kTimeEnd), *minor);
  return {0, to, has_room ? Outcome::kOk : Outcome::kLimit};
}

Quote Rates::quote(uint32_t exchange, TimeMs at) const {
  GUERDON_ASSERT(exchange < tables_.size());
  const ExchangeKind& kind = program_->exchanges[exchange];
  const calendar::Dated<money::Ratio>* found = tables_[exchange].at(at);
  if (found == nullptr && kind.stale) {
    const calendar::Zone& zone = program_->plans[static_cast<size_t>(kind.plan)].calendar.zone;
    found = tables_[exchange].last_before(at);
    if (found != nullptr && after(zone, found->until, *kind.stale) <= at) found = nullptr;
  }
  if (found == nullptr) return {RateFault::kNoRate, {1, 1}, 0, 0};
  return {RateFault::kNone, found->value, found->from, found->until};
}

Quote Rates::quote_shown(uint16_t from, uint16_t to, TimeMs at) const {
  if (const std::optional<uint32_t> direct = find(from, to)) return quote(*direct, at);
  for (uint16_t by = 0; by < program_->wallets.size(); ++by) {
    const std::optional<uint32_t> first = find(from, by);
    const std::optional<uint32_t> second = find(by, to);
    if (!first || !second) continue;
    const Quote left = quote(*first, at);
    const Quote right = quote(*second, at);
    if (left.fault != RateFault::kNone) return left;
    if (right.fault != RateFault::kNone) return right;
    const std::optional<money::Ratio> both = money::multiply(left.rate, right.rate);
    if (!both) return {RateFault::kTooFine, {1, 1}, 0, 0};
    return {RateFault::kNone, *both, std::max(left.from, right.from),
            std::min(left.until, right.until)};
  }
  return {RateFault::kNoExchange, {1, 1}, 0, 0};
}

bool Rates::has_any() const {
  for (size_t e = 0; e < tables_.size(); ++e) {
    if (program_->exchanges[e].from_file && tables_[e].size() > 0) return true;
  }
  return false;
}

base::Hash128 Rates::content_hash() const {
  base::Hash128 sum;
  base::HashBuilder content;
  for (size_t e = 0; e < tables_.size(); ++e) {
    const ExchangeKind& kind = program_->exchanges[e];
    if (!kind.from_file) continue;
    for (const calendar::Dated<money::Ratio>& rate : tables_[e].stretches()) {
      content.text("rate").text(program_->wallets[kind.from_wallet].program);
      content.text(program_->wallets[kind.from_wallet].unit);
      content.text(program_->wallets[kind.to_wallet].unit).i64(rate.from).i64(rate.until);
      sum += content.i64(rate.value.num).i64(rate.value.den).finish();
    }
  }
  return sum;
}

void Rates::save(snapshot::SnapshotWriter& out) const {
  for (size_t e = 0; e < tables_.size(); ++e) {
    if (!program_->exchanges[e].from_file) continue;
    out.put_unsigned(tables_[e].size());
    for (const calendar::Dated<money::Ratio>& rate : tables_[e].stretches()) {
      out.put_unsigned(static_cast<uint64_t>(rate.from));
      out.put_unsigned(static_cast<uint64_t>(rate.until));
      out.put_unsigned(static_cast<uint64_t>(rate.value.num));
      out.put_unsigned(static_cast<uint64_t>(rate.value.den));
    }
  }
}

bool Rates::load(snapshot::SectionReader& in) {
  for (size_t e = 0; e < tables_.size(); ++e) {
    if (!program_->exchanges[e].from_file) continue;
    uint64_t count = 0;
    if (!in.take_unsigned(kRateStretchesMax, &count)) return false;
    uint64_t end = 0;  // of the one before
    for (uint64_t i = 0; i < count; ++i) {
      uint64_t from = 0;
      uint64_t until = 0;
      uint64_t num = 0;
      uint64_t den = 0;
      if (!in.take_unsigned(base::kTimeEnd, &from) || !in.take_unsigned(base::kTimeEnd, &until) ||
          !in.take_unsigned(INT64_MAX, &num) || !in.take_unsigned(INT64_MAX, &den)) {
        return false;
      }
      if (from < end || until <= from || num == 0 || den == 0) {
        return in.fail("a rate is none, or stands where another does");
      }
      end = until;
      tables_[e].set(static_cast<TimeMs>(from), static_cast<TimeMs>(until),
                     money::make_ratio(static_cast<int64_t>(num), static_cast<int64_t>(den)));
    }
  }
  return true;
}

}  // namespace guerdon::plan
