#include "engine/accounts/seals.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/calendar/period.h"
#include "engine/event/batch.h"
#include "engine/program/machine.h"

namespace guerdon::shard {

namespace {

constexpr int32_t kPeriodMax = 1 << 24;            // days of all time that there is are fewer
constexpr uint64_t kSweptMax = uint64_t{1} << 60;  // more slices than a log has

}  // namespace

base::Hash128 sealed_period(const plan::Program& program, uint32_t clock, int32_t period) {
  const plan::Clock& cut = program.clocks[clock];
  base::HashBuilder content;
  content.text("seal").text(program.plans[static_cast<size_t>(cut.plan)].name);
  content.text(calendar::period_kind_name(cut.rule));
  return content.text(calendar::period_label(cut.calendar, cut.rule, period)).finish();
}

base::Hash128 sealed_close(std::string_view account, std::string_view role) {
  return base::HashBuilder().text("closed").text(account).text(role).finish();
}

base::Hash128 sealed_measure(std::string_view account, std::string_view role,
                             std::string_view label, const std::vector<std::string>& keys,
                             int64_t value) {
  base::HashBuilder content;
  content.text("attained").text(account).text(role).text(label);
  for (const std::string& key : keys) content.text(key);
  return content.i64(value).finish();
}

base::Hash128 sealed_prize(std::string_view account, std::string_view challenge, int64_t score,
                           int effect, int64_t amount) {
  base::HashBuilder content;
  content.text("won").text(account).text(challenge).i64(score).i64(effect);
  return content.i64(amount).finish();
}

base::Hash128 sealed_entry(const plan::Program& program, std::string_view account,
                           const ledger::Entry& entry) {
  const plan::WalletKind& wallet = program.wallets[entry.wallet];
  base::HashBuilder content;
  content.text("entry").text(account).text(wallet.program).text(wallet.unit).i64(entry.amount);
  content.text(program.kinds[entry.kind]).text(ledger::note_name(entry.note));
  if (entry.is_of_rule()) {
    const plan::Clause& clause = program.clauses[entry.clause];
    content.text(clause.rule).i64(clause.effect);
  }
  return content.i64(entry.effective).finish();
}

void add_entries(const plan::Program& program, std::string_view account,
                 const ledger::EntryWriter& entries, size_t before, SealSum& seal) {
  for (size_t i = before; i < entries.count(); ++i) {
    ++seal.entries;
    seal.hash += sealed_entry(program, account, entries.all()[i]);
  }
}

// ---- SealSums -----------------------------------------------------------------------------------

// What is dropped is older than kSealsKept others that are closed.
SealSum& SealSums::at(uint32_t clock, int32_t period) {
  if (by_clock_.size() <= clock) by_clock_.resize(size_t{clock} + 1);
  std::map<int32_t, SealSum>& sums = by_clock_[clock];
  const auto [found, fresh] = sums.try_emplace(period);
  // One that is itself the oldest stays until the next comes.
  while (fresh && sums.size() > size_t{kSealsKept} && sums.begin() != found) {
    sums.erase(sums.begin());
  }
  return found->second;
}

const SealSum* SealSums::find(uint32_t clock, int32_t period) const {
  if (by_clock_.size() <= clock) return nullptr;
  const auto found = by_clock_[clock].find(period);
  return found == by_clock_[clock].end() ? nullptr : &found->second;
}

// ---- SealDates ----------------------------------------------------------------------------------

void SealDates::know(const plan::Program& program) {
  for (const auto& [clock, is_swept] : plan::sealed_clocks(program)) {
    const auto known = std::ranges::find(clocks_, clock, &Kept::clock);
    if (known == clocks_.end()) {
      const plan::Clock& cut = program.clocks[clock];
      clocks_.push_back({clock, {cut.calendar, cut.rule, cut.grace}, is_swept, {}, {}, {}, {}});
    } else if (is_swept && !known->is_swept) {
      known->is_swept = true;
      known->closed.reset();
    }
  }
}

void SealDates::adopt(const plan::Program& program, std::optional<base::TimeMs> at) {
  know(program);
  if (at) begin(*at);
}

void SealDates::begin(base::TimeMs at) {
  for (Kept& kept : clocks_) {
    if (!kept.closed) kept.closed = kept.closing.closed_at(at);
  }
}

base::TimeMs SealDates::next_deadline(base::TimeMs at) {
  base::TimeMs next = INT64_MAX;
  for (Kept& kept : clocks_) {
    next = std::min(next, kept.closing.next_deadline(at));
    const auto& again = kept.again;
    if (again && !again->is_closed && again->until > at) next = std::min(next, again->until);
  }
  return next;
}

void SealDates::close(base::TimeMs at) {
  for (Kept& kept : clocks_) {
    if (kept.again && kept.again->until <= at) wait_again(kept);
    const int32_t closed = kept.closing.closed_at(at);
    if (closed <= kept.closed.value_or(closed)) continue;
    const int32_t first = std::max(*kept.closed, closed - kSealsKept) + 1;
    kept.closed = closed;
    std::erase_if(kept.waiting,
                  [&](const Waiting& each) { return each.last <= closed - kSealsKept; });
    if (kept.is_swept) kept.waiting.push_back({first, closed, swept_ + event::kSlices});
  }
}

bool SealDates::has_seal(uint32_t clock, int32_t period) const {
  return std::ranges::any_of(clocks_, [&](const Kept& kept) {
    return kept.clock == clock && kept.through.contains(period);
  });
}

void SealDates::reopen(uint32_t clock, int32_t period, uint64_t lsn, base::TimeMs until) {
  for (Kept& kept : clocks_) {
    if (kept.clock != clock) continue;
    kept.through.erase(period);
    kept.again = Kept::Void{period, lsn, until, false};
  }
}

void SealDates::close_again(uint32_t clock) {
  for (Kept& kept : clocks_) {
    if (kept.clock == clock && kept.again) wait_again(kept);
  }
}

void SealDates::wait_again(Kept& kept) {
  if (std::exchange(kept.again->is_closed, true) || !kept.is_swept) return;
  const int32_t period = kept.again->period;
  kept.waiting.push_back({period, period, swept_ + event::kSlices});
}

void SealDates::settle(uint32_t clock, int32_t period, uint64_t lsn) {
  for (Kept& kept : clocks_) {
    if (kept.clock == clock && !kept.is_swept) note(kept, period, lsn);
  }
}

void SealDates::sweep(uint32_t slices, uint64_t lsn) {
  swept_ += slices;
  for (Kept& kept : clocks_) {
    // The oldest first: those behind wait for no fewer.
    while (!kept.waiting.empty() && kept.waiting.front().until <= swept_) {
      const Waiting done = kept.waiting.front();
      kept.waiting.erase(kept.waiting.begin());
      for (int32_t period = done.first; period <= done.last; ++period) note(kept, period, lsn);
    }
  }
}

void SealDates::note(Kept& kept, int32_t period, uint64_t lsn) {
  kept.through[period] = lsn;
  if (kept.again && kept.again->period == period) kept.again.reset();
  if (kept.through.size() > size_t{kSealsKept}) kept.through.erase(kept.through.begin());
}

int32_t SealDates::first_kept(const plan::Clock& clock, base::TimeMs at) {
  calendar::ClosingCursor closing(clock.calendar, clock.rule, clock.grace);
  return closing.closed_at(at) - kSealsKept + 1;
}

std::vector<SealDates::Date> SealDates::dates(base::TimeMs at) const {
  std::vector<Date> all;
  for (const Kept& kept : clocks_) {
    calendar::ClosingCursor closing = kept.closing;
    const int32_t last = closing.closed_at(at);
    for (const auto& [period, lsn] : kept.through) {
      if (period > last - kSealsKept && period <= last) all.push_back({kept.clock, period, lsn});
    }
    const auto& again = kept.again;
    if (again && again->period > last - kSealsKept) {
      all.push_back({kept.clock, again->period, again->lsn, true});
    }
  }
  std::sort(all.begin(), all.end(), [](const Date& a, const Date& b) {
    return std::tie(a.clock, a.period) < std::tie(b.clock, b.period);
  });
  return all;
}

std::vector<uint32_t> SealDates::clocks() const {
  std::vector<uint32_t> all;
  for (const Kept& kept : clocks_) all.push_back(kept.clock);
  return all;
}

void SealDates::save(snapshot::SnapshotWriter& out) const {
  out.put_unsigned(swept_);
  out.put_unsigned(clocks_.size());
  for (const Kept& kept : clocks_) {
    out.put_unsigned(kept.closed ? 1 : 0);
    if (kept.closed) out.put_signed(*kept.closed);
    out.put_unsigned(kept.waiting.size());
    for (const Waiting& waiting : kept.waiting) {
      out.put_signed(waiting.first);
      out.put_signed(waiting.last);
      out.put_unsigned(waiting.until);
    }
    out.put_unsigned(kept.through.size());
    for (const auto& [period, lsn] : kept.through) {
      out.put_signed(period);
      out.put_unsigned(lsn);
    }
    out.put_unsigned(kept.again ? 1 : 0);
    if (!kept.again) continue;
    out.put_signed(kept.again->period);
    out.put_unsigned(kept.again->lsn);
    out.put_signed(kept.again->until);
    out.put_unsigned(kept.again->is_closed ? 1 : 0);
  }
}

bool SealDates::load_void(snapshot::SectionReader& in, Kept& kept) {
  kept.again.reset();
  uint64_t is_there = 0;
  if (!in.take_unsigned(1, &is_there)) return false;
  if (is_there == 0) return true;
  int64_t period = 0;
  uint64_t is_closed = 0;
  Kept::Void again;
  if (!in.take_signed(kPeriodMax, &period) ||
      !in.take_unsigned(in.reader().header().lsn, &again.lsn) ||
      !in.take_signed(INT64_MAX, &again.until) || !in.take_unsigned(1, &is_closed)) {
    return false;
  }
  again.period = static_cast<int32_t>(period);
  again.is_closed = is_closed == 1;
  kept.again = again;
  return true;
}

bool SealDates::load(snapshot::SectionReader& in) {
  uint64_t clocks = 0;
  if (!in.take_unsigned(kSweptMax, &swept_) || !in.take_unsigned(clocks_.size(), &clocks)) {
    return false;
  }
  if (clocks != clocks_.size()) return in.fail("it has the seals of other clocks");
  for (Kept& kept : clocks_) {
    uint64_t has_begun = 0;
    int64_t closed = 0;
    if (!in.take_unsigned(1, &has_begun)) return false;
    if (has_begun == 1 && !in.take_signed(kPeriodMax, &closed)) return false;
    kept.closed.reset();
    if (has_begun == 1) kept.closed = static_cast<int32_t>(closed);
    if (!load_waiting(in, kept) || !load_through(in, kept) || !load_void(in, kept)) return false;
  }
  return true;
}

bool SealDates::load_waiting(snapshot::SectionReader& in, Kept& kept) {
  uint64_t count = 0;
  if (!in.take_unsigned(kSealsKept, &count)) return false;
  kept.waiting.clear();
  for (uint64_t i = 0; i < count; ++i) {
    int64_t first = 0;
    int64_t last = 0;
    uint64_t until = 0;
    if (!in.take_signed(kPeriodMax, &first) || !in.take_signed(kPeriodMax, &last) ||
        !in.take_unsigned(2 * kSweptMax, &until)) {
      return false;
    }
    if (first > last || last - first >= kSealsKept) return in.fail("periods that wait are none");
    kept.waiting.push_back({static_cast<int32_t>(first), static_cast<int32_t>(last), until});
  }
  return true;
}

bool SealDates::load_through(snapshot::SectionReader& in, Kept& kept) {
  uint64_t count = 0;
  if (!in.take_unsigned(kSealsKept, &count)) return false;
  kept.through.clear();
  for (uint64_t i = 0; i < count; ++i) {
    int64_t period = 0;
    uint64_t lsn = 0;
    if (!in.take_signed(kPeriodMax, &period) || !in.take_unsigned(in.reader().header().lsn, &lsn)) {
      return false;
    }
    kept.through[static_cast<int32_t>(period)] = lsn;
  }
  return true;
}

}  // namespace guerdon::shard
