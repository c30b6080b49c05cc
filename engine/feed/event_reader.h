// One event of a request, from its words to a record in a batch.
//
//   EVENT order o-17 account=anna amount=125.50 time=2026-03-01T10:00:00Z source=shop
//
// The type and the id stand first; then name=value, in any order, each name once: the attributes of
// the type, and the engine's own: `time` (else the time of arrival), `source` (else the
// connection's), `object` (the id of the order or whatever it is that the event says the state of;
// 1 to kIdBytesMax bytes; a plan may have a name of its own for it) and `version` of that (a
// count). A plan may declare attributes by these names, too, and reads the same text. A value that
// is empty is a missing one. What is read, and how, is the same as for a row of a trace, so both
// give one event the same key and the same payload; but in a trace the object has the name that a
// plan gives it, and a column `version` is its version only where a plan wants that.
//
// The checks, in this order; the first that fails decides, nothing is added to the batch, and
// fault() says which word is wrong: the command has a type and an id; a plan declares the type; the
// id; then word by word, and of too many attributes the first that is one too many; a version has
// its object.
//
// Thread-safety: one thread at a time; the schema must outlive it and not change.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/event/batch.h"
#include "engine/event/schema.h"
#include "engine/feed/csv_layout.h"
#include "engine/feed/source.h"

namespace guerdon::event {

// Attributes that one request gives an event, besides the engine's own.
inline constexpr size_t kGivenAttributesMax = 32;

class EventReader {
 public:
  explicit EventReader(const Schema& schema);

  // `words` are the whole request, the command among them; they are not kept. True: a record, its
  // values, texts and identity were added.
  bool read(std::span<const std::string_view> words, const Source& source, TimeMs arrival,
            Batch& batch);

  // Why read() gave false.
  const EventFault& fault() const { return fault_; }

 private:
  static constexpr size_t kColumnsOfTypeMax = kSlotsMax + kObjectNamesMax + 6;

  // A column that is expected to come next: its name and '=', up to eight bytes, as a word.
  struct Expected {
    uint64_t front = 0;
    size_t size = SIZE_MAX;  // of name and '='
    size_t column = 0;
  };
  struct KnownType {
    std::vector<CsvColumn> columns;  // type, event_id, the engine's own, then the attributes
    TypeLayout layout;
    absl::flat_hash_map<uint64_t, size_t> by_name;  // by the hash of it
    std::vector<Expected> order;  // the column that each attribute of the last event was
  };
  // The event at hand.
  struct Reading {
    KnownType& type;
    const Source* source;
    std::bitset<kColumnsOfTypeMax> seen;
    Record record;
    size_t given = 0;         // attributes
    size_t version_word = 0;  // where it is given
  };

  static KnownType make_type(const TypeSchema& type);
  bool read_words(std::span<const std::string_view> words, Reading& reading, Batch& batch);
  bool read_attribute(size_t word, std::string_view text, Reading& reading, Batch& batch);
  bool read_unexpected(size_t word, std::string_view text, Reading& reading, Batch& batch);
  bool read_given(size_t word, size_t column, std::string_view value, Reading& reading,
                  Batch& batch);
  bool read_column(size_t word, size_t column, std::string_view value, Reading& reading,
                   Batch& batch);
  bool read_source(size_t word, std::string_view value, Reading& reading);
  uint16_t find_type(std::string_view name);
  static bool is_expected(const KnownType& type, size_t attribute, std::string_view text);
  static void expect(KnownType& type, size_t attribute, size_t column);
  static std::optional<size_t> find_column(const KnownType& type, std::string_view name);
  static uint32_t add_source(const Source& source, Batch& batch);

  bool fail(Outcome outcome, size_t word, std::string_view name, std::string_view sentence);
  bool fail(Reason reason, size_t word, std::string_view value, const KnownType& type,
            size_t column);
  bool fail_one_more(bool is_twice, size_t word, std::string_view name);
  bool fail_unknown(size_t word, std::string_view name, const KnownType& type);

  const Schema& schema_;
  std::vector<KnownType> types_;
  uint16_t last_type_ = kNoType;
  std::optional<Source> other_;  // the last that an event named itself
  EventFault fault_;
};

}  // namespace guerdon::event
