// From the text of a CSV trace to records in a batch.
//
//   CsvParser parser(schema, "online-retail");
//   if (!parser.set_header("event_id,time,type,account,amount", &error)) ...
//   while (...) consumed += parser.parse(text.substr(consumed), is_last, 256, batch);
//
// A row becomes one record, whatever is in it: accepted (kOk), kIgnored (a type the schema does not
// know; its time is read, nothing else), or refused with a Refusal beside it. The checks, in this
// order; the first that fails decides and is the record's Place:
//   1. the row: its length, its quotes, its number of fields (csv_row.h);
//   2. the fields from left to right: not empty where required (event_id, time, type), then what
//      the column itself demands, then each slot that reads it, in slot order (field.h).
// A type that the schema does not know moves step 2 to time and type alone.
//
// A refused record has its outcome and Place and nothing else. The payload counts every column but
// event_id, declared or not, where it is not empty (identity.h).
//
// Cost: measured per row in bench/event_bench.cc. Thread-safety: one thread at a time; the schema
// must outlive the parser and not change. Memory: see csv_row.h; nothing grows with the trace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/batch.h"
#include "engine/event/identity.h"
#include "engine/event/schema.h"
#include "engine/feed/column_reader.h"
#include "engine/feed/coverage.h"
#include "engine/feed/csv_layout.h"
#include "engine/feed/csv_row.h"

namespace guerdon::event {

class CsvParser {
 public:
  // `source` names where the events come from; with an id it makes the key (source_name()).
  CsvParser(const Schema& schema, std::string_view source);

  // Gives each record its identity, which a log needs. Before parse().
  void keep_identities() { keeps_identities_ = true; }

  // Once, before parse(). The line may have its line end and a byte order mark. False: a sentence.
  bool set_header(std::string_view line, std::string* error);

  // Parses whole rows from the front of `text` until max_records records were added to the batch or
  // no whole row is left, and returns how many bytes are done with. `last`: the text ends the
  // input, and its last row may lack its line end. Give the rest again, with more behind it.
  size_t parse(std::string_view text, bool last, size_t max_records, Batch& batch);

  const std::vector<CsvColumn>& columns() const { return layout_.columns(); }
  std::vector<std::string> ignored_columns() const { return layout_.ignored_columns(); }
  // Of the rows so far. REQUIRES: the header is set.
  const Coverage& coverage() const { return *coverage_; }

 private:
  // The field that a row is refused for.
  struct Fault {
    size_t column = 0;  // from 0
    FieldFault field;   // its text is in the row
    Reason reason = Reason::kEmpty;
  };

  // False where the row is to be refused; fault_ then says why.
  void read_row(Batch& batch);
  bool read_ignored(Record& record);
  bool read_fields(const TypeLayout& layout, Record& record, Batch& batch);
  bool fail(const TypeLayout& layout, const ColumnUse& use, Reason reason);

  uint16_t find_type(std::string_view wire);
  void make_room(Batch& batch) const;
  void add_identity(Batch& batch) const;
  void refuse_row(Batch& batch) const;
  void refuse_field(Record& record, Batch& batch) const;

  const Schema& schema_;
  const std::string source_;
  KeyHasher keys_;
  bool keeps_identities_ = false;
  CsvLayout layout_;
  std::optional<CsvRows> rows_;
  std::optional<Coverage> coverage_;

  Fault fault_;

  size_t values_used_ = 0;  // of Batch::values, within parse()

  // The type of the row before: most rows are like their neighbour.
  std::string last_type_wire_;
  uint16_t last_type_ = kNoType;
};

}  // namespace guerdon::event
