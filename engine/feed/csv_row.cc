#include "engine/feed/csv_row.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/base/assert.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace guerdon::event {
namespace {

constexpr size_t kBlockBytes = 64;

// A bit for each of 64 bytes, the first in the low bit: is it a delimiter?
//
//   bytes  1 7 , a b c , " x , y " LF ...
//   mask   0 0 1 0 0 0 1 1 0 1 0 1 1  ...
#if defined(__SSE2__)

uint64_t delimiters_of_16(const char* p) {
  __m128i bytes;
  std::memcpy(&bytes, p, sizeof bytes);
  const __m128i comma = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(','));
  const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  const __m128i line_feed = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'));
  const __m128i any = _mm_or_si128(_mm_or_si128(comma, quote), line_feed);
  return static_cast<uint32_t>(_mm_movemask_epi8(any));
}

[[gnu::always_inline]] inline uint64_t delimiters_of_64(const char* p) {
  return delimiters_of_16(p) | delimiters_of_16(p + 16) << 16 | delimiters_of_16(p + 32) << 32 |
         delimiters_of_16(p + 48) << 48;
}

#else

uint64_t delimiters_of_64(const char* p) {
  uint64_t mask = 0;
  for (size_t i = 0; i < kBlockBytes; ++i) {
    const bool is_delimiter = p[i] == ',' || p[i] == '"' || p[i] == '\n';
    mask |= uint64_t{is_delimiter} << i;
  }
  return mask;
}

#endif

// The same for the n < 64 bytes at the end of a text: nothing behind them is read.
uint64_t delimiters_of_few(const char* p, size_t n) {
  char block[kBlockBytes] = {};
  std::memcpy(block, p, n);
  return delimiters_of_64(block);
}

uint32_t* write_positions(uint64_t mask, uint32_t base, uint32_t* out) {
  while (mask != 0) {
    *out++ = base + static_cast<uint32_t>(std::countr_zero(mask));
    mask &= mask - 1;  // the lowest bit is done
  }
  return out;
}

}  // namespace

CsvRows::CsvRows(size_t columns, uint64_t line) : columns_(columns), line_(line) {
  GUERDON_ASSERT(columns <= kColumnsMax);
  unescaped_.reserve(kRowBytesMax);
}

void CsvRows::begin(std::string_view text, bool last) {
  GUERDON_ASSERT(text.size() < UINT32_MAX - kBlockBytes);
  text_ = text.data();
  size_ = text.size();
  last_ = last;
  at_ = 0;
  index_from(0);
}

// ---- The index of delimiters

void CsvRows::index_from(size_t position) {
  indexed_ = position;
  next_ = count_ = 0;
}

// Indexes on until `wanted` delimiters wait, or the text ends.
void CsvRows::index_more(size_t wanted) {
  GUERDON_ASSERT(wanted <= kColumnsMax);
  std::copy(positions_.begin() + static_cast<std::ptrdiff_t>(next_),
            positions_.begin() + static_cast<std::ptrdiff_t>(count_), positions_.begin());
  count_ -= next_;
  next_ = 0;
  while (count_ < wanted && indexed_ < size_) {
    uint32_t* out = positions_.data() + count_;
    const size_t end = std::min(size_, indexed_ + kWindowBytes);
    while (indexed_ < end) {
      const size_t n = std::min(end - indexed_, kBlockBytes);
      const char* block = text_ + indexed_;
      const uint64_t mask =
          n == kBlockBytes ? delimiters_of_64(block) : delimiters_of_few(block, n);
      out = write_positions(mask, static_cast<uint32_t>(indexed_), out);
      indexed_ += n;
    }
    count_ = static_cast<size_t>(out - positions_.data());
  }
}

size_t CsvRows::take_delimiter() {
  if (next_ == count_) index_more(1);
  return next_ == count_ ? kNowhere : positions_[next_++];
}

// ---- Rows

CsvRows::Cut CsvRows::next() {
  if (skipping_ && !skip()) return Cut::kEnd;
  if (cut_usual()) return Cut::kRow;
  return cut_closely();
}

// The row at at_, if its delimiters are just the commas between its fields and a line feed.
bool CsvRows::cut_usual() {
  if (count_ - next_ < columns_) index_more(columns_);
  if (columns_ == kAnyNumber || count_ - next_ < columns_) return false;
  const uint32_t* const positions = positions_.data() + next_;
  const char* const text = text_;
  const size_t commas = columns_ - 1;
  size_t from = at_;
  int unexpected = 0;
  for (size_t i = 0; i < commas; ++i) {
    const size_t to = positions[i];
    unexpected |= text[to] ^ ',';
    fields_[i] = std::string_view(text + from, to - from);
    from = to + 1;
  }
  const size_t end = positions[commas];
  unexpected |= text[end] ^ '\n';
  if (unexpected != 0 || end - at_ > kRowBytesMax) return false;
  const bool has_return = end > from && text[end - 1] == '\r';
  fields_[commas] = std::string_view(text + from, end - from - (has_return ? 1 : 0));
  if (columns_ == 1 && fields_[0].empty()) return false;  // a blank line
  next_ += columns_;
  field_count_ = columns_;
  row_line_ = line_++;
  at_ = end + 1;
  return true;
}

CsvRows::Cut CsvRows::cut_closely() {
  while (at_ < size_) {
    row_line_ = line_;
    limit_ = at_ + kRowBytesMax;
    field_count_ = lines_within_ = 0;
    first_line_end_ = kNowhere;
    unescaped_.clear();
    size_t end = at_;
    Step step = Step::kField;
    while (step == Step::kField) step = cut_field(&end);
    const bool is_blank =
        step == Step::kRowEnd && field_count_ == 1 && fields_[0].empty() && text_[at_] != '"';
    if (!is_blank) return finish(step, end);
    ++line_;
    at_ = end;
  }
  return Cut::kEnd;
}

CsvRows::Cut CsvRows::finish(Step step, size_t end) {
  switch (step) {
    case Step::kRowEnd:
      line_ += lines_within_ + 1;
      at_ = end;
      return check_count();
    case Step::kBroken:
      return finish_broken();
    case Step::kTooLong:
      return finish_too_long();
    case Step::kMore:
      index_from(at_);
      return Cut::kEnd;
    case Step::kField:
      break;
  }
  GUERDON_UNREACHABLE();
}

CsvRows::Cut CsvRows::check_count() {
  if (columns_ == kAnyNumber ? field_count_ <= kColumnsMax : field_count_ == columns_) {
    return Cut::kRow;
  }
  const size_t wanted = columns_ == kAnyNumber ? kColumnsMax : columns_;
  const bool many = field_count_ > wanted;
  // The first column without a field, or the first field without a column.
  const size_t column = std::min(field_count_, wanted) + 1;
  fault_ = {many ? Reason::kTooManyFields : Reason::kTooFewFields,
            static_cast<uint16_t>(column),
            {},
            static_cast<uint32_t>(field_count_),
            static_cast<uint32_t>(wanted)};
  return Cut::kRefused;
}

// Ends the row with its first line. Where that end is not there yet, nothing is decided.
CsvRows::Cut CsvRows::finish_broken() {
  size_t end = first_line_end_;
  if (end == kNowhere) {
    const size_t rest = std::min(size_ - at_, kRowBytesMax + 1);
    const size_t found = std::string_view(text_ + at_, rest).find('\n');
    if (found == std::string_view::npos) {
      const Step step = end_of_text(at_ + rest);
      if (step != Step::kRowEnd) return finish(step, 0);
      end = size_ - 1;
    } else {
      end = at_ + found;
    }
  }
  ++line_;
  at_ = end + 1;
  index_from(at_);
  return Cut::kRefused;
}

CsvRows::Cut CsvRows::finish_too_long() {
  fault_ = {Reason::kRowTooLong, 0, std::string_view(text_ + at_, kExcerptKeptMax), 0,
            static_cast<uint32_t>(kRowBytesMax)};
  GUERDON_ASSERT(!in_quotes_);
  skipping_ = true;
  index_from(at_);
  return Cut::kRefused;
}

// Goes on to the end of a row that is too long; false when the text ends before it.
bool CsvRows::skip() {
  for (size_t position = take_delimiter(); position != kNowhere; position = take_delimiter()) {
    if (text_[position] == '"') in_quotes_ = !in_quotes_;
    if (text_[position] != '\n') continue;
    ++line_;
    if (in_quotes_) continue;
    at_ = position + 1;
    skipping_ = false;
    return true;
  }
  at_ = size_;
  return false;
}

// ---- Fields of a row that needs a closer look. *at is where the field begins, then where the next
// one does; at the row's end, where the next row does.

CsvRows::Step CsvRows::cut_field(size_t* at) {
  field_from_ = *at;
  const bool is_quoted = *at < size_ && text_[*at] == '"';
  return is_quoted ? cut_quoted_field(at) : cut_plain_field(at);
}

CsvRows::Step CsvRows::cut_plain_field(size_t* at) {
  const size_t from = *at;
  size_t to = take_delimiter();
  if (to == kNowhere) {
    const Step step = end_of_text(size_);
    if (step != Step::kRowEnd) return step;
    to = size_;
  }
  if (to > limit_) return Step::kTooLong;
  if (to < size_ && text_[to] == '"') return broken(Reason::kQuoteInside, to);
  const bool goes_on = to < size_ && text_[to] == ',';
  const bool has_return = !goes_on && to > from && text_[to - 1] == '\r';
  put_field(from, has_return ? to - 1 : to);
  *at = std::min(to + 1, size_);
  return goes_on ? Step::kField : Step::kRowEnd;
}

CsvRows::Step CsvRows::cut_quoted_field(size_t* at) {
  const size_t opening = take_delimiter();
  GUERDON_ASSERT(opening == *at);
  bool has_doubled = false;
  for (;;) {
    const size_t position = take_delimiter();
    if (position == kNowhere) {
      const Step step = end_of_text(size_);
      return step == Step::kRowEnd ? broken(Reason::kOpenQuote, size_ - 1) : step;
    }
    if (position > limit_) return Step::kTooLong;  // as it would be at the end of the quotes
    if (text_[position] == '\n') {
      if (lines_within_++ == 0) first_line_end_ = position;
    }
    if (text_[position] != '"') continue;
    if (position + 1 < size_ && text_[position + 1] == '"') {
      has_doubled = true;
      take_delimiter();
      continue;
    }
    const Step step = end_quoted_field(position, at);
    if (step == Step::kField || step == Step::kRowEnd) {
      const size_t index = field_count_;
      put_field(opening + 1, position);
      if (has_doubled && index < kColumnsMax) fields_[index] = unescape(opening + 1, position);
    }
    return step;
  }
}

// What follows the closing quote: a comma, a line end, or the end of the input.
CsvRows::Step CsvRows::end_quoted_field(size_t quote, size_t* at) {
  size_t position = quote + 1;
  for (const bool may_return : {true, false}) {
    if (position > limit_ || position == size_) {
      *at = size_;
      return end_of_text(position);
    }
    if (!may_return || text_[position] != '\r') break;
    ++position;
  }
  const bool after_return = position == quote + 2;
  const bool goes_on = text_[position] == ',' && !after_return;
  if (!goes_on && text_[position] != '\n') return broken(Reason::kTextAfterQuote, position);
  take_delimiter();
  *at = position + 1;
  return goes_on ? Step::kField : Step::kRowEnd;
}

// The row is not decided by the bytes before `position`, and there are no more of them that count.
CsvRows::Step CsvRows::end_of_text(size_t position) const {
  if (position > limit_) return Step::kTooLong;
  return last_ ? Step::kRowEnd : Step::kMore;
}

CsvRows::Step CsvRows::broken(Reason reason, size_t fault_at) {
  GUERDON_ASSERT(fault_at <= limit_);
  const size_t column = std::min(field_count_, kColumnsMax) + 1;
  const size_t shown = std::min<size_t>(fault_at + 1 - field_from_, kExcerptKeptMax);
  fault_ = {reason, static_cast<uint16_t>(column), std::string_view(text_ + field_from_, shown), 0,
            0};
  return Step::kBroken;
}

void CsvRows::put_field(size_t from, size_t to) {
  if (field_count_ < kColumnsMax) fields_[field_count_] = std::string_view(text_ + from, to - from);
  ++field_count_;
}

// The text between quotes, its doubled quotes made single.
std::string_view CsvRows::unescape(size_t from, size_t to) {
  const size_t begin = unescaped_.size();
  for (size_t i = from; i < to; ++i) {
    unescaped_.push_back(text_[i]);
    if (text_[i] == '"') ++i;
  }
  GUERDON_ASSERT(unescaped_.size() <= kRowBytesMax);
  return std::string_view(unescaped_).substr(begin);
}

}  // namespace guerdon::event
