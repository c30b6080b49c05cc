#include "tests/unit/net/slow_request.h"

#include <cctype>
#include <cstdint>
#include <optional>

namespace guerdon::net::slow {
namespace {

Outcome request_of(std::vector<std::string> words, bool is_array) {
  return {false, is_array, std::move(words), {}};
}

std::string in_lower_case(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool begins_as_http(std::string_view line) {
  std::string word;
  for (const char c : line) {
    if (c == ' ' && !word.empty()) break;
    if (c != ' ') word += c;
  }
  word = in_lower_case(word);
  for (const char* method :
       {"get", "post", "put", "head", "options", "delete", "connect", "patch", "trace"}) {
    if (word == method) return true;
  }
  return word.rfind("host:", 0) == 0;
}

// ---- A line

class Line {
 public:
  explicit Line(std::string_view line) : line_(line) {}

  // Nothing for a blank line.
  std::optional<Outcome> read() {
    for (size_t i = 0; i < line_.size(); ++i) {
      const auto byte = static_cast<unsigned char>(line_[i]);
      if (byte < 0x20 || byte == 0x7f) return wrong(RequestFault::kControlCharacter, i, byte);
    }
    for (size_t i = 0; i < line_.size(); ++i) {
      if (auto outcome = take(i, line_[i])) return outcome;
    }
    return end();
  }

 private:
  enum class State { kBetween, kPlain, kQuoted, kBackslash, kFirstHex, kSecondHex, kBehindQuote };

  std::optional<Outcome> take(size_t at, char c) {
    switch (state_) {
      case State::kBetween:
        return c == ' ' ? std::nullopt : begin_word(at, c);
      case State::kPlain:
        return take_plain(at, c);
      case State::kQuoted:
        return take_quoted(at, c);
      case State::kBackslash:
        return take_letter(c);
      case State::kFirstHex:
      case State::kSecondHex:
        return take_hex(c);
      case State::kBehindQuote:
        if (c != ' ') return wrong(RequestFault::kTextAfterQuote, at);
        state_ = State::kBetween;
        return std::nullopt;
    }
    return std::nullopt;
  }

  std::optional<Outcome> begin_word(size_t at, char c) {
    if (words_.size() == 64) return wrong(RequestFault::kTooManyWords, at);
    words_.emplace_back();
    state_ = State::kPlain;
    return take_plain(at, c);
  }

  std::optional<Outcome> take_plain(size_t at, char c) {
    if (c == ' ') {
      state_ = State::kBetween;
    } else if (c == '"') {
      quote_ = at;
      state_ = State::kQuoted;
    } else {
      words_.back() += c;
    }
    return std::nullopt;
  }

  std::optional<Outcome> take_quoted(size_t at, char c) {
    if (c == '"') {
      state_ = State::kBehindQuote;
    } else if (c == '\\') {
      backslash_ = at;
      state_ = State::kBackslash;
    } else {
      words_.back() += c;
    }
    return std::nullopt;
  }

  std::optional<Outcome> take_letter(char c) {
    state_ = State::kQuoted;
    switch (c) {
      case '"':
      case '\\':
        words_.back() += c;
        return std::nullopt;
      case 'n':
        words_.back() += '\n';
        return std::nullopt;
      case 'r':
        words_.back() += '\r';
        return std::nullopt;
      case 't':
        words_.back() += '\t';
        return std::nullopt;
      case 'x':
        hex_.clear();
        state_ = State::kFirstHex;
        return std::nullopt;
      default:
        return wrong(RequestFault::kUnknownEscape, backslash_, static_cast<unsigned char>(c));
    }
  }

  std::optional<Outcome> take_hex(char c) {
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) {
      return wrong(RequestFault::kHexEscape, backslash_);
    }
    hex_ += c;
    state_ = State::kSecondHex;
    if (hex_.size() == 2) {
      words_.back() += static_cast<char>(std::stoi(hex_, nullptr, 16));
      state_ = State::kQuoted;
    }
    return std::nullopt;
  }

  std::optional<Outcome> end() {
    if (state_ == State::kQuoted || state_ == State::kBackslash) {
      return wrong(RequestFault::kOpenQuote, quote_);
    }
    if (state_ == State::kFirstHex || state_ == State::kSecondHex) {
      return wrong(RequestFault::kHexEscape, backslash_);
    }
    if (words_.empty()) return std::nullopt;
    return request_of(words_, false);
  }

  static Outcome wrong(RequestFault fault, size_t at, unsigned found = 0) {
    return {true, false, {}, {fault, static_cast<uint32_t>(at + 1), 0, found}};
  }

  std::string_view line_;
  State state_ = State::kBetween;
  size_t quote_ = 0;
  size_t backslash_ = 0;
  std::string hex_;
  std::vector<std::string> words_;
};

// ---- The connection

class Connection {
 public:
  Connection(std::string_view bytes, std::string_view long_word)
      : bytes_(bytes), long_word_(in_lower_case(long_word)) {}

  std::vector<Outcome> read() {
    while (at_ < bytes_.size() && !is_closed_) {
      if (bytes_[at_] == '*') {
        read_array();
      } else {
        read_line();
      }
    }
    return outcomes_;
  }

 private:
  void stop() { at_ = bytes_.size(); }  // the bytes end here: nothing more is sure

  void refuse(RequestFault fault, size_t word, uint64_t found, bool closes) {
    outcomes_.push_back({true, false, {}, {fault, 0, static_cast<uint32_t>(word), found}});
    is_closed_ = closes;
  }

  void read_line() {
    std::string line;
    size_t at = at_;
    while (at < bytes_.size() && bytes_[at] != '\n') line += bytes_[at++];
    const bool has_end = at < bytes_.size();
    at_ = has_end ? at + 1 : at;
    if (line.size() > 65536) {
      const bool is_http = begins_as_http(line.substr(0, 65537));
      refuse(is_http ? RequestFault::kHttp : RequestFault::kLineTooLong, 0, 0, is_http);
      return;
    }
    if (!has_end) return stop();
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (begins_as_http(line)) return refuse(RequestFault::kHttp, 0, 0, true);
    if (const auto outcome = Line(line).read()) outcomes_.push_back(*outcome);
  }

  // Digits and CR LF. Nothing where the bytes end or something is wrong: then that has been said.
  std::optional<uint64_t> read_number(size_t word, RequestFault wrong, RequestFault too_large,
                                      uint64_t max) {
    uint64_t number = 0;
    int digits = 0;
    for (;; ++at_) {
      if (at_ == bytes_.size()) return std::nullopt;
      const char c = bytes_[at_];
      if (c < '0' || c > '9') break;
      number = number * 10 + static_cast<uint64_t>(c - '0');
      if (++digits > 9) return refuse_number(too_large, word);
    }
    if (digits == 0) return refuse_number(wrong, word);
    for (const char expected : {'\r', '\n'}) {
      if (at_ == bytes_.size()) return std::nullopt;
      if (bytes_[at_++] != expected) return refuse_number(wrong, word);
    }
    if (number > max) return refuse_number(too_large, word);
    return number;
  }

  std::optional<uint64_t> refuse_number(RequestFault fault, size_t word) {
    refuse(fault, word, 0, true);
    return std::nullopt;
  }

  bool read_null_array() {
    for (const char expected : {'-', '1', '\r', '\n'}) {
      if (at_ == bytes_.size()) return false;
      if (bytes_[at_++] != expected) {
        refuse(RequestFault::kArrayCount, 0, 0, true);
        return false;
      }
    }
    return true;
  }

  void read_array() {
    ++at_;
    if (at_ < bytes_.size() && bytes_[at_] == '-') {
      read_null_array();
      return;
    }
    const auto count =
        read_number(0, RequestFault::kArrayCount, RequestFault::kArrayCountRange, 1048576);
    if (!count) return is_closed_ ? void() : stop();
    bool is_refused = *count > 64;
    if (is_refused) refuse(RequestFault::kArrayTooManyWords, 0, *count, false);
    std::vector<std::string> words;
    uint64_t bytes = 0;
    for (size_t word = 1; word <= *count; ++word) {
      const auto length = read_bulk_header(word);
      if (!length) return is_closed_ ? void() : stop();
      if (!is_refused) is_refused = refuse_long(words, word, *length, bytes + *length);
      bytes += *length;
      std::string text;
      if (!read_bulk(word, *length, &text)) return is_closed_ ? void() : stop();
      words.push_back(text);
    }
    if (!is_refused && *count != 0) outcomes_.push_back(request_of(words, true));
  }

  bool refuse_long(const std::vector<std::string>& words, size_t word, uint64_t length,
                   uint64_t bytes) {
    const bool may_be_long =
        !words.empty() && !long_word_.empty() && in_lower_case(words[0]) == long_word_;
    if (may_be_long && length > 1048576) {
      refuse(RequestFault::kBulkTooLong, word, length, false);
      return true;
    }
    if (bytes <= (may_be_long ? 65536 + 1048576 : 65536)) return false;
    refuse(RequestFault::kArrayTooLong, word, bytes, false);
    return true;
  }

  std::optional<uint64_t> read_bulk_header(size_t word) {
    if (at_ == bytes_.size()) return std::nullopt;
    const char first = bytes_[at_++];
    if (first != '$') {
      refuse(RequestFault::kNotBulk, word, static_cast<unsigned char>(first), true);
      return std::nullopt;
    }
    if (at_ < bytes_.size() && bytes_[at_] == '-') {
      return refuse_number(RequestFault::kBulkNegative, word);
    }
    return read_number(word, RequestFault::kBulkLength, RequestFault::kBulkLengthRange, 536870912);
  }

  bool read_bulk(size_t word, uint64_t length, std::string* text) {
    for (uint64_t i = 0; i < length; ++i) {
      if (at_ == bytes_.size()) return false;
      *text += bytes_[at_++];
    }
    for (const char expected : {'\r', '\n'}) {
      if (at_ == bytes_.size()) return false;
      if (bytes_[at_++] == expected) continue;
      refuse(RequestFault::kBulkEnd, word, 0, true);
      return false;
    }
    return true;
  }

  std::string_view bytes_;
  std::string long_word_;
  size_t at_ = 0;
  bool is_closed_ = false;
  std::vector<Outcome> outcomes_;
};

}  // namespace

std::vector<Outcome> read_requests(std::string_view bytes, std::string_view long_word) {
  return Connection(bytes, long_word).read();
}

std::string to_string(const Outcome& outcome) {
  if (outcome.is_error) {
    return std::string(code_word(outcome.error.code())) +
           (outcome.error.closes() ? " closes " : " ") + sentence_of(outcome.error);
  }
  std::string text = outcome.is_array ? "array" : "line";
  for (const std::string& word : outcome.words) text += " [" + word + "]";
  return text;
}

}  // namespace guerdon::net::slow
