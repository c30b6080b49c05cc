// Cuts CSV text (RFC 4180) into rows and fields.
//
//   row   = field *("," field) (LF | CRLF); the last row of the input may lack its line end
//   field = *(any byte but , " LF) | DQUOTE *(any byte but " | DQUOTE DQUOTE) DQUOTE
//
// Blank lines are skipped. What is refused, and where cutting goes on:
//   * more than kRowBytesMax bytes (a CR before the LF counts): the row is skipped as a whole, that
//     is to the first line end at which an even number of quotes has gone by;
//   * broken quotes (one that is never closed, text behind a closing one, one inside a field that
//     does not begin with one): nothing behind the fault is sure, so the row is taken to end with
//     its first line, and the next line is read as a row. A stray quote costs one line.
//   * another number of fields than the header's: the row, whole.
// The outcome depends on the bytes alone, not on how they were cut into texts.
//
// How: a stage finds the delimiters (comma, quote, line feed) of 64 bytes at a time and writes down
// their positions; the next takes a row whose delimiters are the expected commas and a line feed as
// it stands, and only else looks closer.
// Source: the two stages of simdjson (G. Langdale, D. Lemire, "Parsing gigabytes of JSON per
// second", 2019).
//
// Memory: about 80 KiB each, fixed. Thread-safety: one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/event/refusal.h"

namespace guerdon::event {

inline constexpr size_t kRowBytesMax = 64 * 1024;  // a row, without its line feed
inline constexpr size_t kColumnsMax = 256;

// What is wrong with a row as a whole.
struct RowFault {
  Reason reason = Reason::kRowTooLong;
  uint16_t column = 0;    // from 1; 0: the row
  std::string_view near;  // the field up to the fault; the row's beginning
  uint32_t bytes = 0;     // see refusal.h
  uint32_t limit = 0;
};

class CsvRows {
 public:
  enum class Cut : uint8_t {
    kRow,      // fields(), field_count()
    kRefused,  // fault()
    kEnd,      // no whole row is left in this text
  };
  static constexpr size_t kAnyNumber = 0;

  // `columns`: how many fields a row must have. REQUIRES: columns <= kColumnsMax.
  // `line`: number of the first line that will be given.
  CsvRows(size_t columns, uint64_t line);
  CsvRows(const CsvRows&) = delete;
  CsvRows& operator=(const CsvRows&) = delete;

  // The text to cut next: what the one before did not consume, and more. `last`: it ends the input.
  // It must stay as it is while rows are cut from it. REQUIRES: text.size() < 2^32 - 64.
  void begin(std::string_view text, bool last);

  Cut next();

  // Of the row just cut. Quotes are taken away; views stay valid until the next call.
  const std::string_view* fields() const { return fields_.data(); }
  size_t field_count() const { return field_count_; }
  const RowFault& fault() const { return fault_; }
  uint64_t line() const { return row_line_; }

  // Bytes of the text that need not be given again.
  size_t consumed() const { return at_; }

 private:
  enum class Step : uint8_t { kField, kRowEnd, kBroken, kTooLong, kMore };
  static constexpr size_t kNowhere = ~size_t{0};
  static constexpr size_t kWindowBytes = 1024;  // indexed at once

  bool cut_usual();
  Cut cut_closely();
  Step cut_field(size_t* at);
  Step cut_plain_field(size_t* at);
  Step cut_quoted_field(size_t* at);
  Step end_quoted_field(size_t quote, size_t* at);
  Step end_of_text(size_t position) const;
  Step broken(Reason reason, size_t fault_at);
  Cut finish(Step step, size_t end);
  Cut finish_broken();
  Cut finish_too_long();
  Cut check_count();
  bool skip();

  void put_field(size_t from, size_t to);
  std::string_view unescape(size_t from, size_t to);

  void index_from(size_t position);
  void index_more(size_t wanted);
  size_t take_delimiter();

  // Constant.
  const size_t columns_;

  // From text to text.
  uint64_t line_;           // number of the line at at_
  bool skipping_ = false;   // within a row that is too long ...
  bool in_quotes_ = false;  // ... after an odd number of quotes

  // The text.
  const char* text_ = nullptr;
  size_t size_ = 0;
  bool last_ = false;
  size_t at_ = 0;  // the first byte that is not consumed: a row's beginning, unless skipping_

  // Delimiters of [.., indexed_): those not taken yet are positions_[next_..count_).
  size_t indexed_ = 0;
  size_t next_ = 0;
  size_t count_ = 0;
  std::array<uint32_t, kColumnsMax + kWindowBytes> positions_;

  // The row.
  uint64_t row_line_ = 0;
  size_t limit_ = 0;       // the last position at which its line feed may be
  size_t field_from_ = 0;  // of the field that is being cut
  size_t field_count_ = 0;
  size_t lines_within_ = 0;    // line feeds inside quotes
  size_t first_line_end_ = 0;  // the first of them, or kNowhere
  RowFault fault_;
  std::array<std::string_view, kColumnsMax> fields_;
  std::string unescaped_;  // fields with doubled quotes; never reallocated within a row
};

}  // namespace guerdon::event
