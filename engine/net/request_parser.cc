#include "engine/net/request_parser.h"

#include <algorithm>

#include "engine/base/assert.h"

namespace guerdon::net {
namespace {

constexpr size_t kHeaderDigitsMax = 9;  // of a number in a header
constexpr std::string_view kNullArray = "*-1\r\n";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

// Whatever the case of ASCII letters.
bool is_same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

// A browser can be made to send requests anywhere; what is in their bodies must not be obeyed. So
// the connection ends at the first line of HTTP, as with Redis.
bool is_http(std::string_view word) {
  static constexpr std::string_view kMethods[] = {"get",    "post",    "put",   "head", "options",
                                                  "delete", "connect", "patch", "trace"};
  static constexpr std::string_view kFirstLetters = "cdghopt";  // the usual word goes no further
  if (word.size() < 3 || kFirstLetters.find(lower(word[0])) == std::string_view::npos) return false;
  if (is_same_word(word.substr(0, 5), "host:")) return true;
  return std::any_of(std::begin(kMethods), std::end(kMethods),
                     [&](std::string_view method) { return is_same_word(word, method); });
}

// As it stands, before quotes are looked at.
std::string_view first_word(std::string_view line) {
  const size_t from = std::min(line.find_first_not_of(' '), line.size());
  return line.substr(from, line.find(' ', from) - from);
}

enum class Read : uint8_t { kDone, kMore, kWrong, kOutOfRange };

// Digits and CR LF behind the first byte of the text.
Read read_number(std::string_view text, size_t* number, size_t* bytes) {
  size_t at = 1;
  *number = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    if (at > kHeaderDigitsMax) return Read::kOutOfRange;
    *number = *number * 10 + static_cast<size_t>(text[at] - '0');
  }
  if (at == text.size()) return Read::kMore;
  if (at == 1 || text[at] != '\r') return Read::kWrong;
  if (at + 1 == text.size()) return Read::kMore;
  *bytes = at + 2;
  return text[at + 1] == '\n' ? Read::kDone : Read::kWrong;
}

}  // namespace

RequestParser::Step RequestParser::next(std::string_view input) {
  GUERDON_ASSERT(input.size() >= scanned_ && input.size() < size_t{1} << 31);
  input_ = input;
  at_ = 0;
  for (;;) {
    before_ = at_;
    switch (go_on()) {
      case Progress::kRequest:
        return Step::kRequest;
      case Progress::kError:
        return Step::kError;
      case Progress::kMore:
        GUERDON_ASSERT(input_.size() - at_ <= kPendingMax);
        return Step::kMore;
      case Progress::kBlank:
        break;
    }
  }
}

RequestParser::Progress RequestParser::go_on() {
  if (state_ == State::kClosed) at_ = input_.size();
  if (at_ == input_.size()) return Progress::kMore;
  switch (state_) {
    case State::kBetween:
      return input_[at_] == '*' ? begin_array() : next_line();
    case State::kArray:
      return next_bulks();
    case State::kSkipLine:
      return skip_line();
    case State::kSkipArray:
      return skip_array();
    case State::kClosed:
      break;
  }
  GUERDON_UNREACHABLE();
}

RequestParser::Progress RequestParser::fail(const RequestError& error) {
  error_ = error;
  if (error.closes()) {
    state_ = State::kClosed;
    scanned_ = 0;
    at_ = input_.size();
  }
  return Progress::kError;
}

// ---- Lines

RequestParser::Progress RequestParser::next_line() {
  const std::string_view text = rest().substr(0, kLineMax + 1);
  is_array_ = false;
  if (scanned_ == 0) {
    const size_t bytes = cut_usual_line(text, &words_);
    if (bytes != 0) {
      at_ += bytes;
      if (words_.count == 0) return Progress::kBlank;
      return is_http(words_.views[0]) ? fail({RequestFault::kHttp}) : Progress::kRequest;
    }
  }
  const size_t end = text.find('\n', scanned_);
  if (end != std::string_view::npos) {
    scanned_ = 0;
    at_ += end + 1;
    return cut_closely(text.substr(0, end));
  }
  if (text.size() > kLineMax) return refuse_long_line(text);
  scanned_ = text.size();
  return Progress::kMore;
}

// The line, without its line feed.
RequestParser::Progress RequestParser::cut_closely(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (is_http(first_word(line))) return fail({RequestFault::kHttp});
  if (const auto error = cut_line(line, &unescaped_, &words_)) return fail(*error);
  return words_.count == 0 ? Progress::kBlank : Progress::kRequest;
}

RequestParser::Progress RequestParser::refuse_long_line(std::string_view front) {
  if (is_http(first_word(front))) return fail({RequestFault::kHttp});
  state_ = State::kSkipLine;
  scanned_ = 0;
  at_ += front.size();
  return fail({RequestFault::kLineTooLong});
}

RequestParser::Progress RequestParser::skip_line() {
  const size_t end = rest().find('\n');
  if (end == std::string_view::npos) {
    at_ = input_.size();
    return Progress::kMore;
  }
  at_ += end + 1;
  state_ = State::kBetween;
  return Progress::kBlank;
}

// ---- Arrays

RequestParser::Progress RequestParser::begin_array() {
  const std::string_view text = rest();
  if (text.size() > 1 && text[1] == '-') {
    const size_t shared = std::min(text.size(), kNullArray.size());
    if (text.substr(0, shared) != kNullArray.substr(0, shared)) {
      return fail({RequestFault::kArrayCount});
    }
    if (shared < kNullArray.size()) return Progress::kMore;
    at_ += shared;
    return Progress::kBlank;
  }
  Header header;
  const Read read = read_number(text, &header.length, &header.bytes);
  if (read == Read::kMore) return Progress::kMore;
  if (read == Read::kWrong) return fail({RequestFault::kArrayCount});
  if (read == Read::kOutOfRange || header.length > kCountMax) {
    return fail({RequestFault::kArrayCountRange});
  }
  scanned_ = header.bytes;
  count_ = header.length;
  done_ = bytes_ = 0;
  bytes_max_ = kArrayMax;
  if (count_ > kWordsMax) return refuse_array(RequestFault::kArrayTooManyWords, count_);
  state_ = State::kArray;
  return count_ == 0 ? finish_array() : next_bulks();
}

// Reads bulks as long as they are there whole.
RequestParser::Progress RequestParser::next_bulks() {
  for (; done_ < count_; ++done_) {
    const std::string_view text = rest().substr(scanned_);
    Header header;
    if (const auto stop = read_bulk_header(text, &header)) return *stop;
    if (bytes_max_ > kArrayMax && header.length > kBulkMax) {
      return refuse_array(RequestFault::kBulkTooLong, header.length);
    }
    if (bytes_ + header.length > bytes_max_) {
      return refuse_array(RequestFault::kArrayTooLong, bytes_ + header.length);
    }
    const size_t end = header.bytes + header.length;
    if (text.size() <= end) return Progress::kMore;
    if (const auto stop = check_bulk_end(text.substr(end))) return *stop;
    bulks_[done_] = {static_cast<uint32_t>(scanned_ + header.bytes),
                     static_cast<uint32_t>(header.length)};
    if (done_ == 0 && is_long_word(text.substr(header.bytes, header.length))) {
      bytes_max_ = kArrayMax + kBulkMax;
    }
    bytes_ += header.length;
    scanned_ += end + 2;
  }
  return finish_array();
}

bool RequestParser::is_long_word(std::string_view word) const {
  return !word.empty() &&
         std::any_of(long_words_.begin(), long_words_.end(),
                     [&](std::string_view one) { return is_same_word(word, one); });
}

RequestParser::Progress RequestParser::finish_array() {
  for (size_t i = 0; i < count_; ++i) {
    words_.views[i] = rest().substr(bulks_[i].from, bulks_[i].size);
  }
  words_.count = count_;
  is_array_ = true;
  at_ += scanned_;
  scanned_ = 0;
  state_ = State::kBetween;
  return count_ == 0 ? Progress::kBlank : Progress::kRequest;
}

// What was read of the array is let go; the rest will be, from the word that is one too many or too
// long.
RequestParser::Progress RequestParser::refuse_array(RequestFault fault, uint64_t found) {
  at_ += scanned_;
  scanned_ = 0;
  state_ = State::kSkipArray;
  if (fault == RequestFault::kArrayTooManyWords) return fail({fault, 0, 0, found});
  return fail_word(fault, found);
}

RequestParser::Progress RequestParser::skip_array() {
  while (done_ < count_) {
    if (!in_bulk_) {
      Header header;
      if (const auto stop = read_bulk_header(rest(), &header)) return *stop;
      at_ += header.bytes;
      bytes_left_ = header.length;
      in_bulk_ = true;
    }
    const size_t skipped = std::min(bytes_left_, rest().size());
    at_ += skipped;
    bytes_left_ -= skipped;
    if (rest().empty()) return Progress::kMore;
    if (const auto stop = check_bulk_end(rest())) return *stop;
    at_ += 2;
    in_bulk_ = false;
    ++done_;
  }
  state_ = State::kBetween;
  return Progress::kBlank;
}

// The header of a bulk at the front of the text, or why there is none.
std::optional<RequestParser::Progress> RequestParser::read_bulk_header(std::string_view text,
                                                                       Header* header) {
  if (text.empty()) return Progress::kMore;
  if (text[0] != '$') {
    return fail_word(RequestFault::kNotBulk, static_cast<unsigned char>(text[0]));
  }
  if (text.size() > 1 && text[1] == '-') return fail_word(RequestFault::kBulkNegative);
  switch (read_number(text, &header->length, &header->bytes)) {
    case Read::kMore:
      return Progress::kMore;
    case Read::kWrong:
      return fail_word(RequestFault::kBulkLength);
    case Read::kOutOfRange:
      return fail_word(RequestFault::kBulkLengthRange);
    case Read::kDone:
      break;
  }
  if (header->length > kBulkLengthMax) return fail_word(RequestFault::kBulkLengthRange);
  return std::nullopt;
}

// The CR LF behind a bulk at the front of the text, or why there is none. REQUIRES: !text.empty().
std::optional<RequestParser::Progress> RequestParser::check_bulk_end(std::string_view text) {
  if (text[0] != '\r') return fail_word(RequestFault::kBulkEnd);
  if (text.size() == 1) return Progress::kMore;
  if (text[1] != '\n') return fail_word(RequestFault::kBulkEnd);
  return std::nullopt;
}

RequestParser::Progress RequestParser::fail_word(RequestFault fault, uint64_t found) {
  return fail({fault, 0, static_cast<uint32_t>(done_ + 1), found});
}

}  // namespace guerdon::net
