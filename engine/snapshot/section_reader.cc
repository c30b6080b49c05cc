#include "engine/snapshot/section_reader.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"
#include "engine/base/varint.h"

namespace guerdon::snapshot {

using Step = SnapshotReader::Step;

bool SectionReader::fail(Fault fault, std::string what) {
  return reader_.fail(fault, reader_.block_at(), std::move(what));
}

bool SectionReader::fail_to_take(std::string_view what) {
  return fail("section " + std::to_string(section_) + ": " + std::string(what));
}

// ---- Sections

bool SectionReader::is_next(uint32_t section) {
  GUERDON_ASSERT(rest_.empty());
  if (!is_ahead_) step_ = reader_.next();
  is_ahead_ = true;
  return step_ == Step::kBlock && reader_.block().section == section;
}

bool SectionReader::begin(uint32_t section) {
  const bool is_there = is_next(section);
  is_ahead_ = false;
  if (!is_there) {
    return fail("section " + std::to_string(section) + " is missing");
  }
  section_ = section;
  rest_ = reader_.payload();
  return true;
}

// More bytes of the section, if it has more.
bool SectionReader::fetch() {
  while (rest_.empty() && !is_ahead_) {
    step_ = reader_.next();
    is_ahead_ = step_ != Step::kBlock || reader_.block().section != section_;
    if (!is_ahead_) rest_ = reader_.payload();
  }
  return !rest_.empty();
}

bool SectionReader::skip() {
  while (fetch()) rest_ = {};
  return step_ != Step::kProblem;
}

bool SectionReader::end() {
  if (fetch()) return fail_to_take("more stands there than there should");
  return step_ != Step::kProblem;
}

bool SectionReader::finish() {
  GUERDON_ASSERT(rest_.empty());
  if (!is_ahead_) step_ = reader_.next();
  is_ahead_ = true;
  if (step_ == Step::kBlock) {
    return fail("section " + std::to_string(reader_.block().section) +
                " is not known to this version");
  }
  return step_ == Step::kEnd;
}

// ---- What stands in them

bool SectionReader::take_bytes(size_t count, std::string_view* bytes) {
  if (count <= rest_.size()) {
    *bytes = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return true;
  }
  across_.clear();
  while (across_.size() < count) {
    if (!fetch()) return fail_to_take("it ends too early");
    const size_t n = std::min(count - across_.size(), rest_.size());
    across_.append(rest_.substr(0, n));
    rest_.remove_prefix(n);
  }
  *bytes = across_;
  return true;
}

bool SectionReader::take_varint(uint64_t* value) {
  if (const char* behind = base::get_varint(rest_.data(), rest_.data() + rest_.size(), value)) {
    rest_.remove_prefix(static_cast<size_t>(behind - rest_.data()));
    return true;
  }
  // Over the end of a block, or none at all.
  std::string number;
  std::string_view byte;
  do {
    if (!take_bytes(1, &byte)) return false;
    number += byte;
  } while (static_cast<uint8_t>(byte.front()) >= 0x80 && number.size() < base::kVarintBytesMax);
  const char* const end = number.data() + number.size();
  return base::get_varint(number.data(), end, value) == end ||
         fail_to_take("what stands there is no number");
}

bool SectionReader::take_unsigned(uint64_t most, uint64_t* value) {
  if (!take_varint(value)) return false;
  return *value <= most || fail_to_take("a number is too large: " + std::to_string(*value));
}

bool SectionReader::take_signed(int64_t most, int64_t* value) {
  if (!take_signed(value)) return false;
  if (*value >= -most && *value <= most) return true;
  return fail_to_take("a number is out of range: " + std::to_string(*value));
}

bool SectionReader::take_signed(int64_t* value) {
  uint64_t folded = 0;
  if (!take_varint(&folded)) return false;
  *value = base::unzigzag(folded);
  return true;
}

bool SectionReader::take_word(uint64_t* value) {
  std::string_view bytes;
  if (!take_bytes(sizeof *value, &bytes)) return false;
  *value = base::load<uint64_t>(bytes.data());
  return true;
}

bool SectionReader::take_hash(base::Hash128* hash) {
  return take_word(&hash->lo) && take_word(&hash->hi);
}

bool SectionReader::take_wide(base::Int128* value) {
  uint64_t low = 0;
  uint64_t high = 0;
  if (!take_word(&low) || !take_word(&high)) return false;
  *value = static_cast<base::Int128>(base::UInt128{high} << 64 | low);
  return true;
}

bool SectionReader::take_text(size_t bytes_max, std::string_view* text) {
  uint64_t size = 0;
  return take_unsigned(bytes_max, &size) && take_bytes(static_cast<size_t>(size), text);
}

// Differing bytes need no sentence here: who asks knows what they stand for.
bool SectionReader::take_same(std::string_view bytes) {
  std::string_view found;
  while (!bytes.empty()) {
    if (!fetch()) return false;
    const size_t n = std::min(bytes.size(), rest_.size());
    found = rest_.substr(0, n);
    if (found != bytes.substr(0, n)) return false;
    rest_.remove_prefix(n);
    bytes.remove_prefix(n);
  }
  return true;
}

}  // namespace guerdon::snapshot
