#include "engine/event/reversal.h"

#include <array>

#include "engine/base/varint.h"
#include "engine/event/command.h"
#include "engine/event/record_codec.h"
#include "engine/money/limits.h"

namespace guerdon::event {
namespace {

constexpr std::string_view kOwnSource = "guerdon";  // of what the engine writes itself

static_assert(kReversalBytesMax + 10 * base::kVarintBytesMax + 2 * (2 + kTextBytesMax) +
                      4 * (2 + kIdBytesMax) <
                  kRecordBytesMax,
              "a REVERSE with all its texts as long as may be");

void append_varint(uint64_t value, std::string* out) {
  std::array<char, base::kVarintBytesMax> bytes{};
  const char* const end = base::put_varint(bytes.data(), value);
  out->append(bytes.data(), static_cast<size_t>(end - bytes.data()));
}

// Numbers from [at, end); after one that is none, nothing but zeros.
class Numbers {
 public:
  explicit Numbers(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  uint64_t next(uint64_t most) {
    uint64_t value = 0;
    const char* const behind = is_sound_ ? base::get_varint(at_, end_, &value) : nullptr;
    is_sound_ = behind != nullptr && value <= most;
    if (!is_sound_) return 0;
    at_ = behind;
    return value;
  }
  bool is_sound() const { return is_sound_; }
  std::string_view rest() const { return {at_, static_cast<size_t>(end_ - at_)}; }

 private:
  const char* at_;
  const char* const end_;
  bool is_sound_ = true;
};

constexpr uint64_t kWhats = 3;  // of a deed

Deed get_deed(Numbers& numbers) {
  Deed deed;
  deed.role = static_cast<uint8_t>(numbers.next(kSlotsMax - 1));
  constexpr auto kLast = static_cast<uint64_t>(Deed::What::kGranted);
  const uint64_t number = numbers.next(kWhats * uint64_t{UINT32_MAX} + kLast);
  deed.what = static_cast<Deed::What>(number % kWhats);
  deed.number = static_cast<uint32_t>(number / kWhats);
  deed.amount = base::unzigzag(numbers.next(UINT64_MAX));
  deed.entry = static_cast<uint32_t>(numbers.next(UINT32_MAX));
  return deed;
}

bool is_whole(const Deed& deed) {
  const bool is_moved = deed.what == Deed::What::kMoved;
  const bool is_granted = deed.what == Deed::What::kGranted;
  const int64_t most = is_moved ? money::kMeasureMax : money::kBalanceMax;
  return deed.amount != 0 && deed.amount >= (is_granted ? 1 : -most) && deed.amount <= most &&
         (deed.what == Deed::What::kPosted || deed.entry == 0);
}

}  // namespace

bool put_reversal(const Schema& schema, const Batch& batch, uint32_t record, TimeMs at,
                  const Reversal& reversal, std::string* out) {
  if (reversal.deeds.size() > kDeedsMax) return false;
  const size_t before = out->size();
  append_varint(reversal.lsn, out);
  append_varint(reversal.object_lsn, out);
  append_varint(reversal.deeds.size(), out);
  for (const Deed& deed : reversal.deeds) {
    append_varint(deed.role, out);
    append_varint(deed.number * kWhats + static_cast<uint64_t>(deed.what), out);
    append_varint(base::zigzag(deed.amount), out);
    append_varint(deed.entry, out);
  }
  RecordWriter writer(schema);
  writer.begin(0);
  const size_t front = out->size();
  out->resize(front + kRecordBytesMax);
  const char* const end = writer.put_event(batch, record, at, out->data() + front);
  out->resize(static_cast<size_t>(end - out->data()));
  return out->size() - before <= kReversalBytesMax;
}

bool get_reversal(const Schema& schema, std::string_view bytes, Batch& batch, Reversal* reversal) {
  if (bytes.size() > kReversalBytesMax) return false;
  Numbers numbers(bytes);
  reversal->lsn = numbers.next(UINT64_MAX);
  reversal->object_lsn = numbers.next(UINT64_MAX);
  reversal->deeds.resize(numbers.next(kDeedsMax));
  for (Deed& deed : reversal->deeds) {
    deed = get_deed(numbers);
    if (!numbers.is_sound() || !is_whole(deed)) return false;
  }
  if (!numbers.is_sound() || reversal->lsn == 0) return false;
  RecordReader reader(schema, false);
  reader.begin(numbers.rest(), 0);
  const size_t records = batch.records.size();
  if (reader.next(batch) != RecordReader::Step::kEvent) {
    batch.records.resize(records);
    return false;
  }
  reversal->event = batch.records.back();
  reversal->at = reader.at();
  batch.records.pop_back();
  const bool has_object = reversal->event.object != kNoObject;
  return reader.is_at_end() && has_object == (reversal->object_lsn != 0);
}

bool add_reversal(const Schema& schema, const Record& command, Batch& batch) {
  const size_t values = command.values;  // the record may move when the event is read behind it
  const auto text = static_cast<size_t>(batch.values[values + slot_of(CommandField::kReverses)]);
  const std::string bytes(batch.view(batch.texts[text]));  // the batch grows meanwhile
  Reversal reversal;
  if (!get_reversal(schema, bytes, batch, &reversal)) return false;
  batch.values[values + kReversalNumber] = static_cast<int64_t>(batch.reversals.size());
  batch.reversals.push_back(std::move(reversal));
  return true;
}

const Reversal* find_reversal(const Batch& batch, const Record& command) {
  if ((command.present & bit_of(CommandField::kReverses)) == 0) return nullptr;
  return &batch.reversals[static_cast<size_t>(batch.values[command.values + kReversalNumber])];
}

bool give_reversal(const Schema& schema, std::string_view bytes, Record& command, Batch& batch) {
  batch.values[command.values + slot_of(CommandField::kReverses)] = batch.add_text(bytes);
  command.present |= bit_of(CommandField::kReverses);
  return add_reversal(schema, command, batch);
}

bool add_correction(const Schema& schema, uint64_t publication, std::string_view bytes,
                    Batch& batch) {
  constexpr auto kPublication = CommandField::kPublication;
  Record record;
  record.type = static_cast<uint16_t>(kCommandTypes + static_cast<uint8_t>(CommandKind::kCorrect));
  record.occurred_at = kWhenAdmitted;
  record.values = static_cast<uint32_t>(batch.values.size());
  record.has_key = false;
  record.present = bit_of(kPublication);
  batch.values.resize(batch.values.size() + kCommandValues);
  batch.values[record.values + slot_of(kPublication)] = static_cast<int64_t>(publication);
  if (!bytes.empty() && !give_reversal(schema, bytes, record, batch)) return false;
  batch.identities.push_back({batch.add_text(kOwnSource), batch.add_text("")});
  batch.records.push_back(record);
  return true;
}

}  // namespace guerdon::event
