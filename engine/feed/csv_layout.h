// What to do with each column of a CSV trace: its header laid against the schema, once.
//
// For each event type there is a list of columns with the slots that read them, so that a row is
// read in one walk from left to right, without looking up a name.
//
// Thread-safety: immutable once built.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/schema.h"

namespace guerdon::event {

// What is done with a column's fields in the rows of one type. Nearly every column has one purpose,
// which its use then holds by itself; kSeveral stands for any other combination.
enum class Purpose : uint8_t {
  kNone,  // no more than the payload
  kId,
  kTime,
  kType,
  kObject,  // may be empty, as the next
  kVersion,
  kAmount,
  kCount,
  kFlag,
  kText,  // also accounts
  kLines,
  kSeveral,  // `engine`, then readers
};

struct CsvColumn {
  std::string name;
  uint64_t name_hash = 0;           // base::hash64
  Purpose engine = Purpose::kNone;  // kId to kVersion: what the engine itself reads here
};

// One slot that reads a column.
struct SlotReader {
  Purpose purpose = Purpose::kText;  // kAmount to kLines
  uint8_t slot = 0;
  uint8_t scale = 0;
  bool is_signed = false;
};

struct ColumnUse {
  uint64_t name_hash = 0;  // CsvColumn::name_hash
  uint64_t slots = 0;      // a bit for each slot that reads it: Record::present
  Purpose purpose = Purpose::kNone;
  Purpose engine = Purpose::kNone;  // CsvColumn::engine, or what the type has there
  bool may_be_empty() const { return engine == Purpose::kNone || engine >= Purpose::kObject; }
  bool keeps_text = false;    // one of the readers is of purpose kText
  SlotReader reader;          // the only one, where purpose is kAmount to kLines
  uint16_t first_reader = 0;  // [first_reader, end_reader) of TypeLayout::readers: all of them
  uint16_t end_reader = 0;
};

struct TypeLayout {
  std::vector<ColumnUse> columns;  // one a column of the header
  std::vector<SlotReader> readers;
  std::vector<LineFields> lines;  // TypeSchema::lines
  size_t slots = 0;
};

// Which slots of the type read which of these columns.
TypeLayout lay_out(const TypeSchema& type, const std::vector<CsvColumn>& columns);

class CsvLayout {
 public:
  // Reads the header line (with or without its line end and a UTF-8 byte order mark) and lays it
  // against the schema. Needs event_id, time and type; names at most once, not empty, at most
  // kColumnsMax of them. On failure: a sentence in *error, and the layout is not to be used.
  bool build(const Schema& schema, std::string_view header, std::string* error);

  const std::vector<CsvColumn>& columns() const { return columns_; }
  const TypeLayout& type(uint16_t index) const { return types_[index]; }
  size_t id_column() const { return id_; }
  size_t time_column() const { return time_; }
  size_t type_column() const { return type_; }

  size_t slots_max() const { return slots_max_; }  // of any type

  // Columns that neither the engine nor a slot of any type reads, in their order.
  std::vector<std::string> ignored_columns() const;

 private:
  bool read_names(std::string_view header, std::string* error);
  bool find_required(std::string* error);

  std::vector<CsvColumn> columns_;
  std::vector<TypeLayout> types_;
  size_t id_ = 0;
  size_t time_ = 0;
  size_t type_ = 0;
  size_t slots_max_ = 0;
};

// The names in a header line; also of the reference files. On failure: false, and a sentence.
bool read_header(std::string_view line, std::vector<std::string>* names, std::string* error);

}  // namespace guerdon::event
