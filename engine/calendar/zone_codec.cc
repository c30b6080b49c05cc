// Zone::encode and Zone::decode; the grammar is in zone.h.

#include <cstring>

#include "engine/base/assert.h"
#include "engine/calendar/zone.h"
#include "engine/calendar/zone_limits.h"

namespace guerdon::calendar {
namespace {

constexpr std::string_view kMagic = "GZ1\n";

template <class Integer>
void put(std::string* out, Integer value) {
  out->append(reinterpret_cast<const char*>(&value),
              sizeof value);  // little-endian, see base/hash.h
}

void put_text(std::string* out, std::string_view text) {
  put(out, static_cast<uint16_t>(text.size()));
  out->append(text);
}

// Takes values off the front of bytes; once it has failed it gives zeros.
class Taker {
 public:
  explicit Taker(std::string_view bytes) : rest_(bytes) {}

  template <class Integer>
  Integer take() {
    Integer value = 0;
    if (rest_.size() < sizeof value) {
      fail();
      return value;
    }
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return value;
  }

  std::string take_text() {
    const size_t size = take<uint16_t>();
    if (rest_.size() < size) fail();
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(text.size());
    return text;
  }

  bool failed() const { return failed_; }
  size_t left() const { return rest_.size(); }

 private:
  void fail() {
    failed_ = true;
    rest_ = {};
  }

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace

bool is_well_formed(const std::vector<Zone::Transition>& transitions) {
  if (transitions.empty() || transitions.front().utc_from != INT64_MIN) return false;
  for (size_t i = 0; i < transitions.size(); ++i) {
    const Zone::Transition& it = transitions[i];
    if (it.offset_seconds < -kOffsetSecondsMax || it.offset_seconds > kOffsetSecondsMax)
      return false;
    if (i == 0) continue;
    if (it.utc_from < kTableFrom || it.utc_from >= kTableEnd) return false;
    if (it.utc_from <= transitions[i - 1].utc_from) return false;
    if (it.offset_seconds == transitions[i - 1].offset_seconds) return false;
  }
  return true;
}

std::string Zone::encode() const {
  GUERDON_ASSERT(name_.size() <= kNameBytesMax && version_.size() <= kNameBytesMax);
  std::string bytes(kMagic);
  put_text(&bytes, name_);
  put_text(&bytes, version_);
  put(&bytes, static_cast<uint32_t>(transitions_.size()));
  for (const Transition& it : transitions_) {
    put(&bytes, it.utc_from);
    put(&bytes, it.offset_seconds);
  }
  return bytes;
}

std::string Zone::encode_rules() const {
  Zone rules = *this;
  rules.version_ = utc().version_;
  return rules.encode();
}

std::optional<Zone> Zone::decode(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) return std::nullopt;
  Taker taker(bytes.substr(kMagic.size()));
  Zone zone;
  zone.name_ = taker.take_text();
  zone.version_ = taker.take_text();
  if (zone.name_.empty() || zone.name_.size() > kNameBytesMax) return std::nullopt;
  if (zone.version_.empty() || zone.version_.size() > kNameBytesMax) return std::nullopt;
  const size_t count = taker.take<uint32_t>();
  constexpr size_t kTransitionBytes = 12;
  // Looked at before anything is reserved: a count that lies costs nothing.
  if (taker.failed() || taker.left() != count * kTransitionBytes) return std::nullopt;
  zone.transitions_.assign(count, {});
  for (Transition& it : zone.transitions_) {
    it.utc_from = taker.take<int64_t>();
    it.offset_seconds = taker.take<int32_t>();
  }
  if (taker.failed() || !is_well_formed(zone.transitions_)) return std::nullopt;
  return zone;
}

}  // namespace guerdon::calendar
