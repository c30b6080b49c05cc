#include "engine/book/entry_codec.h"

#include <cstring>
#include <limits>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"

namespace guerdon::book {
namespace {

using base::get_varint;
using base::put_varint;

// Differences of any two numbers fit, since both ways go round 2^64.
uint64_t folded_difference(int64_t value, int64_t from) {
  return base::zigzag(
      static_cast<int64_t>(static_cast<uint64_t>(value) - static_cast<uint64_t>(from)));
}
int64_t value_of(uint64_t folded, int64_t from) {
  return static_cast<int64_t>(static_cast<uint64_t>(base::unzigzag(folded)) +
                              static_cast<uint64_t>(from));
}

uint8_t flags_of(const BookEntry& entry, uint64_t link, const EntryBase& base) {
  unsigned flags = 0;
  if (entry.n != 0) flags |= kHasN;
  if (entry.period != base.period) flags |= kHasPeriod;
  if (entry.note != 0) flags |= kHasNote;
  if (entry.matures_at != 0) flags |= kMatures;
  if (entry.expires_at != 0) flags |= kExpires;
  if (link != 0) flags |= kHasLink;
  if (entry.lot_lsn != 0) flags |= kHasLot;
  if (entry.other_lots != 0) flags |= kHasOtherLots;
  return static_cast<uint8_t>(flags);
}

// Takes bytes from the front; once something is not there, there are no more.
class Bytes {
 public:
  Bytes(const char* at, const char* end) : at_(at), end_(end) {}

  // Most numbers of an entry are below 128.
  uint64_t varint() {
    if (at_ != end_ && static_cast<uint8_t>(*at_) < 0x80) return static_cast<uint8_t>(*at_++);
    return long_varint();
  }
  template <typename Number>
  Number narrow() {
    const uint64_t value = varint();
    refuse_unless(value <= std::numeric_limits<Number>::max());
    return static_cast<Number>(value);
  }
  uint8_t byte() {
    refuse_unless(at_ != end_);
    return at_ == end_ ? uint8_t{0} : static_cast<uint8_t>(*at_++);
  }
  uint64_t word() {
    refuse_unless(end_ - at_ >= 8);
    if (at_ == end_) return 0;
    const uint64_t word = base::load<uint64_t>(at_);
    at_ += sizeof word;
    return word;
  }
  // What stands there is not what a writer would have written.
  void refuse_unless(bool is_right) {
    if (is_right) [[likely]]
      return;
    is_refused_ = true;
    at_ = end_;
  }
  const char* behind() const { return is_refused_ ? nullptr : at_; }

 private:
  uint64_t long_varint() {
    uint64_t value = 0;
    const char* const behind = get_varint(at_, end_, &value);
    refuse_unless(behind != nullptr);
    if (behind != nullptr) at_ = behind;
    return value;
  }

  const char* at_;
  const char* const end_;
  bool is_refused_ = false;
};

int32_t get_period(Bytes& bytes, int32_t from) {
  const int64_t period = value_of(bytes.varint(), from);
  bytes.refuse_unless(period >= std::numeric_limits<int32_t>::min() &&
                      period <= std::numeric_limits<int32_t>::max() && period != from);
  return static_cast<int32_t>(period);
}

TimeMs get_instant(Bytes& bytes, TimeMs from) {
  const TimeMs instant = value_of(bytes.varint(), from);
  bytes.refuse_unless(instant != 0);
  return instant;
}

}  // namespace

char* put_entry(char* out, const BookEntry& entry, uint64_t link, const EntryBase& base) {
  GUERDON_ASSERT(entry.lsn >= base.lsn && (entry.about == 0 || entry.amount == 0));
  const uint8_t flags = flags_of(entry, link, base);
  *out++ = static_cast<char>(flags);
  out = put_varint(out, entry.lsn - base.lsn);
  std::memcpy(out, &entry.account, sizeof entry.account);
  out += sizeof entry.account;
  out = put_varint(out, base::zigzag(entry.amount));
  if (entry.amount == 0) out = put_varint(out, base::zigzag(entry.about));
  out = put_varint(out, entry.wallet);
  *out++ = static_cast<char>(entry.kind);
  out = put_varint(out, entry.clause);
  out = put_varint(out, folded_difference(entry.effective, base.effective));
  if ((flags & kHasN) != 0) out = put_varint(out, entry.n);
  if ((flags & kHasPeriod) != 0)
    out = put_varint(out, folded_difference(entry.period, base.period));
  if ((flags & kHasNote) != 0) *out++ = static_cast<char>(entry.note);
  if ((flags & kMatures) != 0) {
    out = put_varint(out, folded_difference(entry.matures_at, entry.effective));
  }
  if ((flags & kExpires) != 0) {
    out = put_varint(out, folded_difference(entry.expires_at, entry.effective));
  }
  if ((flags & kHasLink) != 0) out = put_varint(out, link);
  if ((flags & kHasLot) != 0) {
    out = put_varint(out, entry.lsn - entry.lot_lsn);
    out = put_varint(out, entry.lot_n);
  }
  if ((flags & kHasOtherLots) != 0) out = put_varint(out, entry.other_lots);
  return out;
}

const char* get_entry(const char* at, const char* end, const EntryBase& base, BookEntry* entry,
                      uint64_t* link) {
  Bytes bytes(at, end);
  const uint8_t flags = bytes.byte();
  const auto has = [flags](EntryFlag flag) { return (flags & flag) != 0; };
  const uint64_t lsn = bytes.varint();
  bytes.refuse_unless(lsn <= std::numeric_limits<uint64_t>::max() - base.lsn);
  entry->lsn = base.lsn + lsn;
  entry->account = bytes.word();
  entry->amount = base::unzigzag(bytes.varint());
  entry->about = entry->amount == 0 ? base::unzigzag(bytes.varint()) : 0;
  entry->wallet = bytes.narrow<uint16_t>();
  entry->kind = bytes.byte();
  entry->clause = bytes.narrow<uint32_t>();
  entry->effective = value_of(bytes.varint(), base.effective);
  entry->n = has(kHasN) ? bytes.narrow<uint32_t>() : 0;
  entry->period = has(kHasPeriod) ? get_period(bytes, base.period) : base.period;
  entry->note = has(kHasNote) ? bytes.byte() : uint8_t{0};
  entry->matures_at = has(kMatures) ? get_instant(bytes, entry->effective) : 0;
  entry->expires_at = has(kExpires) ? get_instant(bytes, entry->effective) : 0;
  *link = has(kHasLink) ? bytes.varint() : 0;
  entry->lot_lsn = has(kHasLot) ? entry->lsn - bytes.varint() : 0;
  entry->lot_n = has(kHasLot) ? bytes.narrow<uint32_t>() : 0;
  entry->other_lots = has(kHasOtherLots) ? bytes.narrow<uint32_t>() : 0;
  // What has a flag is not what it would be without.
  bytes.refuse_unless(has(kHasN) == (entry->n != 0) && has(kHasNote) == (entry->note != 0) &&
                      has(kHasLink) == (*link != 0) && has(kHasLot) == (entry->lot_lsn != 0) &&
                      has(kHasOtherLots) == (entry->other_lots != 0));
  return bytes.behind();
}

}  // namespace guerdon::book
