#include "engine/program/rates.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/assert.h"

namespace guerdon::plan {

namespace {

using event::CommandField;
using event::Outcome;

constexpr size_t kIndexFirst = 64;
constexpr std::array kKeys = {CommandField::kKey, CommandField::kKey2, CommandField::kKey3,
                              CommandField::kKey4};

// An entry of the index has a row's number plus one, and above it bits of the key; 0 is free. Of a
// row with other bits nothing is read: else each place that is passed would be a miss of the cache.
constexpr int kRowBits = 23;
constexpr uint32_t kRowMask = (uint32_t{1} << kRowBits) - 1;
static_assert(kFileRowsMax <= kRowMask, "each row's number plus one fits");

// `place` is of the key's lower half.
uint32_t tag_of(const base::Hash128& key) {
  return static_cast<uint32_t>(key.hi >> (32 + kRowBits)) << kRowBits;
}

uint32_t entry_of(uint32_t row, const base::Hash128& key) { return (row + 1) | tag_of(key); }

}  // namespace

// Where the key stands in the index, or would.
size_t FileRows::place_of(const base::Hash128& key) const {
  const size_t mask = index_.size() - 1;
  const uint32_t tag = tag_of(key);
  size_t place = key.lo & mask;
  while (index_[place] != 0) {
    const bool may_be = (index_[place] & ~kRowMask) == tag;
    if (may_be && rows_[(index_[place] & kRowMask) - 1].key == key) break;
    place = (place + 1) & mask;
  }
  return place;
}

// The key's row of the last instant; kNone: it has none.
uint32_t FileRows::first_of(const base::Hash128& key) const {
  if (index_.empty()) return kNone;
  const uint32_t entry = index_[place_of(key)];
  return entry == 0 ? kNone : (entry & kRowMask) - 1;
}

void FileRows::grow() {
  const std::vector<uint32_t> before =
      std::exchange(index_, std::vector<uint32_t>(std::max(kIndexFirst, index_.size() * 2)));
  for (const uint32_t entry : before) {
    if (entry != 0) index_[place_of(rows_[(entry & kRowMask) - 1].key)] = entry;
  }
}

base::Hash128 FileRows::content_of(const Row& row) const {
  return base::HashBuilder()
      .text("row")
      .u64(row.key.lo)
      .u64(row.key.hi)
      .i64(row.from)
      .i64(row.value)
      .finish();
}

bool FileRows::set(const base::Hash128& key, TimeMs from, int64_t value) {
  GUERDON_ASSERT(value >= 0 || value == event::kNoValue);
  if (keys_ * 2 >= index_.size()) grow();
  const uint32_t last = first_of(key);
  uint32_t later = kNone;  // the next one behind it
  uint32_t earlier = last;
  while (earlier != kNone && rows_[earlier].from > from) {
    later = std::exchange(earlier, rows_[earlier].older);
  }
  if (earlier != kNone && rows_[earlier].from == from) {
    Row& row = rows_[earlier];
    content_ -= content_of(row);
    row.value = value;
    content_ += content_of(row);
    return true;
  }
  if (rows_.size() == kFileRowsMax) return false;
  const auto number = static_cast<uint32_t>(rows_.size());
  if (later == kNone) {
    index_[place_of(key)] = entry_of(number, key);
  } else {
    rows_[later].older = number;
  }
  rows_.push_back({key, from, value, earlier});
  content_ += content_of(rows_.back());
  keys_ += last == kNone ? 1 : 0;
  return true;
}

std::optional<int64_t> FileRows::said(const base::Hash128& key, TimeMs from) const {
  uint32_t row = first_of(key);
  while (row != kNone && rows_[row].from > from) row = rows_[row].older;
  if (row == kNone || rows_[row].from != from) return std::nullopt;
  return rows_[row].value;
}

std::optional<int64_t> FileRows::find(const base::Hash128& key, TimeMs at) const {
  uint32_t row = first_of(key);
  while (row != kNone && rows_[row].from > at) row = rows_[row].older;
  if (row == kNone || rows_[row].value == event::kNoValue) return std::nullopt;
  return rows_[row].value;
}

void FileRows::ask(event::Batch& batch, event::Record& record) const {
  int64_t* const values = batch.values.data() + record.values;
  for (const TableAskSlot& ask : program_->asks[record.type]) {
    const event::FileTable& table = program_->schema.tables()[ask.table];
    event::TableKey key(table, ask.column);
    bool is_whole = true;
    for (size_t k = 0; k < ask.key_slots.size(); ++k) {
      const uint8_t slot = ask.key_slots[k];
      is_whole = is_whole && (record.present >> slot & 1) != 0;
      if (!is_whole) break;
      if (table.key_is_text[k]) {
        key.add_text(batch.view(batch.texts[static_cast<size_t>(values[slot])]));
      } else {
        key.add_count(values[slot]);
      }
    }
    record.present &= ~(uint64_t{1} << ask.slot);
    const std::optional<int64_t> found =
        is_whole ? find(key.finish(), record.occurred_at) : std::nullopt;
    if (!found) continue;
    values[ask.slot] = *found;
    record.present |= uint64_t{1} << ask.slot;
  }
}

// The reader of requests has refused what does not suit the table; a log may be another's.
event::CommandResult FileRows::set(const event::Batch& batch, const event::CommandView& command) {
  const auto text = [&](CommandField field) {
    return command.has(field) ? batch.view(command.text(field)) : std::string_view();
  };
  std::string error;
  const event::FileTable* const table =
      event::find_file_table(program_->schema.tables(), text(CommandField::kTable), &error);
  const std::optional<size_t> column =
      table != nullptr ? event::find_column(*table, text(CommandField::kColumn)) : std::nullopt;
  if (!column) return {0, 0, Outcome::kUnknown};
  std::array<std::string_view, kKeys.size()> keys;
  for (size_t k = 0; k < kKeys.size(); ++k) {
    keys[k] = text(kKeys[k]);
    if (command.has(kKeys[k]) != (k < table->keys.size())) return {0, 0, Outcome::kUnknown};
  }
  size_t bad = 0;
  int64_t value = 0;
  const std::optional<base::Hash128> key =
      event::key_of_row(*table, *column, std::span(keys).first(table->keys.size()), &bad);
  if (!key || !event::read_table_value(table->columns[*column], text(CommandField::kValue), &value,
                                       &error)) {
    return {0, 0, Outcome::kUnknown};
  }
  const bool is_dated = command.has(CommandField::kEffective);
  const bool has_room = set(*key, is_dated ? command[CommandField::kEffective] : kAlways, value);
  return {0, 0, has_room ? Outcome::kOk : Outcome::kLimit};
}

void FileRows::save(snapshot::SnapshotWriter& out) const {
  out.put_unsigned(rows_.size());
  for (const Row& row : rows_) {
    out.put_hash(row.key);
    out.put_unsigned(row.from == kAlways ? 0 : static_cast<uint64_t>(row.from) + 1);
    out.put_unsigned(static_cast<uint64_t>(row.value + 1));
  }
}

bool FileRows::load(snapshot::SectionReader& in) {
  uint64_t count = 0;
  if (!in.take_unsigned(kFileRowsMax, &count)) return false;
  for (uint64_t i = 0; i < count; ++i) {
    base::Hash128 key;
    uint64_t from = 0;
    uint64_t value = 0;
    if (!in.take_hash(&key) || !in.take_unsigned(base::kTimeEnd, &from) ||
        !in.take_unsigned(INT64_MAX, &value)) {
      return false;
    }
    const TimeMs since = from == 0 ? kAlways : static_cast<TimeMs>(from) - 1;
    (void)set(key, since, static_cast<int64_t>(value) - 1);
    if (rows_.size() != i + 1) return in.fail("a row of a table stands there twice");
  }
  return true;
}

}  // namespace guerdon::plan
