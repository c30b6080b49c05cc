#include "engine/net/line_words.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "engine/base/assert.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace guerdon::net {
namespace {

constexpr size_t kBlockBytes = 64;

// A bit for each of 64 bytes, the first in the low bit: a space, a quote or a control character?
//
//   bytes  P I N G   a = " x   y " CR LF ...
//   mask   0 0 0 0 1 0 0 1 0 1 0 1 1  1  ...
#if defined(__SSE2__)

uint64_t delimiters_of_16(const char* p) {
  __m128i bytes;
  std::memcpy(&bytes, p, sizeof bytes);
  const __m128i space = _mm_set1_epi8(' ');
  const __m128i up_to_space = _mm_cmpeq_epi8(_mm_min_epu8(bytes, space), bytes);
  const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  const __m128i erase = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f));
  const __m128i any = _mm_or_si128(_mm_or_si128(up_to_space, quote), erase);
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
    const bool is_delimiter = p[i] == ' ' || p[i] == '"' || is_control(p[i]);
    mask |= uint64_t{is_delimiter} << i;
  }
  return mask;
}

#endif

// The same for the n < 64 bytes at the end of a text: nothing behind them is read, and nothing
// there is a delimiter.
uint64_t delimiters_of_few(const char* p, size_t n) {
  char block[kBlockBytes];
  std::memset(block, 'x', sizeof block);
  std::memcpy(block, p, n);
  return delimiters_of_64(block);
}

uint64_t delimiters_of(const char* p, size_t n) {
  return n == kBlockBytes ? delimiters_of_64(p) : delimiters_of_few(p, n);
}

// The line end that begins here, in bytes: 0 if none does.
size_t line_end_at(std::string_view text, size_t at) {
  if (text[at] == '\n') return 1;
  const bool has_both = text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
  return has_both ? 2 : 0;
}

// -1 for what is no hex digit.
int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

RequestError fault_at(RequestFault fault, size_t at, char found = 0) {
  return {fault, static_cast<uint32_t>(at + 1), 0, static_cast<unsigned char>(found)};
}

// By the masks: few delimiters are no spaces or quotes.
std::optional<RequestError> find_control(std::string_view line) {
  for (size_t block = 0; block < line.size(); block += kBlockBytes) {
    const size_t n = std::min(line.size() - block, kBlockBytes);
    for (uint64_t mask = delimiters_of(line.data() + block, n); mask != 0; mask &= mask - 1) {
      const size_t at = block + static_cast<size_t>(std::countr_zero(mask));
      if (is_control(line[at])) return fault_at(RequestFault::kControlCharacter, at, line[at]);
    }
  }
  return std::nullopt;
}

// One line at a closer look: a step a function, each moves at_ on or gives the fault.
class Cutter {
 public:
  Cutter(std::string_view line, std::string* unescaped, Words* words)
      : line_(line), unescaped_(*unescaped), words_(*words) {
    unescaped_.clear();
    unescaped_.reserve(line.size());  // views into it stay: no word is longer than in the line
    words_.count = 0;
  }

  std::optional<RequestError> cut() {
    std::optional<RequestError> error;
    for (skip_spaces(); at_ < line_.size() && !error; skip_spaces()) {
      if (words_.count == kWordsMax) return fault_at(RequestFault::kTooManyWords, at_);
      error = cut_word();
    }
    return error;
  }

 private:
  void skip_spaces() {
    while (at_ < line_.size() && line_[at_] == ' ') ++at_;
  }

  // Where the first of the two is from at_ on, or the line's end. Words are short: a loop is
  // soonest.
  size_t find(char a, char b) const {
    size_t at = at_;
    while (at < line_.size() && line_[at] != a && line_[at] != b) ++at;
    return at;
  }

  std::optional<RequestError> cut_word() {
    const size_t from = at_;
    at_ = find(' ', '"');
    const std::string_view front = line_.substr(from, at_ - from);
    if (at_ < line_.size() && line_[at_] == '"') return cut_quoted(front);
    put(front);
    return std::nullopt;
  }

  // at_ is the opening quote. `front` is what stands before it in the word.
  std::optional<RequestError> cut_quoted(std::string_view front) {
    const size_t open = at_++;
    const size_t begin = unescaped_.size();
    unescaped_.append(front);
    for (;;) {
      const size_t stop = find('"', '\\');
      if (stop == line_.size()) return fault_at(RequestFault::kOpenQuote, open);
      unescaped_.append(line_.substr(at_, stop - at_));
      at_ = stop;
      if (line_[stop] == '"') break;
      if (stop + 1 == line_.size()) return fault_at(RequestFault::kOpenQuote, open);
      if (const auto error = unescape()) return error;
    }
    ++at_;
    if (at_ < line_.size() && line_[at_] != ' ') {
      return fault_at(RequestFault::kTextAfterQuote, at_);
    }
    GUERDON_ASSERT(unescaped_.size() <= line_.size());
    put(std::string_view(unescaped_).substr(begin));
    return std::nullopt;
  }

  // at_ is a backslash, which is not the last byte.
  std::optional<RequestError> unescape() {
    const char letter = line_[at_ + 1];
    if (letter == 'x') return unescape_hex();
    constexpr std::string_view kLetters = "\"\\nrt";
    constexpr std::string_view kBytes = "\"\\\n\r\t";
    const size_t which = kLetters.find(letter);
    if (which == std::string_view::npos) {
      return fault_at(RequestFault::kUnknownEscape, at_, letter);
    }
    unescaped_.push_back(kBytes[which]);
    at_ += 2;
    return std::nullopt;
  }

  std::optional<RequestError> unescape_hex() {
    const std::string_view digits = line_.substr(at_ + 2, 2);
    const int high = digits.size() == 2 ? hex_value(digits[0]) : -1;
    const int low = digits.size() == 2 ? hex_value(digits[1]) : -1;
    if (high < 0 || low < 0) return fault_at(RequestFault::kHexEscape, at_);
    unescaped_.push_back(static_cast<char>(high * 16 + low));
    at_ += 4;
    return std::nullopt;
  }

  void put(std::string_view word) { words_.views[words_.count++] = word; }

  const std::string_view line_;
  std::string& unescaped_;
  Words& words_;
  size_t at_ = 0;
};

}  // namespace

size_t cut_usual_line(std::string_view text, Words* words) {
  const char* const p = text.data();
  size_t count = 0;
  size_t from = 0;
  for (size_t block = 0; block < text.size(); block += kBlockBytes) {
    const size_t n = std::min(text.size() - block, kBlockBytes);
    uint64_t mask =
        n == kBlockBytes ? delimiters_of_64(p + block) : delimiters_of_few(p + block, n);
    for (; mask != 0; mask &= mask - 1) {
      const size_t to = block + static_cast<size_t>(std::countr_zero(mask));
      words->views[count] = {p + from, to - from};
      count += to != from ? 1 : 0;  // between two spaces there is no word
      from = to + 1;
      if (p[to] != ' ') {
        words->count = count;
        const size_t end = count <= kWordsMax ? line_end_at(text, to) : 0;
        return end == 0 ? 0 : to + end;
      }
      if (count > kWordsMax) return 0;
    }
  }
  return 0;
}

bool is_blank_line(std::string_view line) {
  if (line.size() > kLineMax) return false;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line.find_first_not_of(' ') == std::string_view::npos;
}

std::optional<RequestError> cut_line(std::string_view line, std::string* unescaped, Words* words) {
  if (const auto error = find_control(line)) return error;
  return Cutter(line, unescaped, words).cut();
}

}  // namespace guerdon::net
