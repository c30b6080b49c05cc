// The bytes of a connection, cut into requests: words, however the bytes arrive.
//
//   request = line (LF | CR LF) | array        chosen by the first byte: * begins an array
//   array   = "*" count CR LF count*bulk       RESP, as every client library of Redis sends it
//   bulk    = "$" length CR LF bytes CR LF
//
// What a line may hold: line_words.h; the limits: request_error.h. Blank lines, *0 and *-1 are
// skipped. What is refused, and where reading goes on:
//   * a line of more than kLineMax bytes is answered once, when that is sure, and skipped to its
//     line end without being kept;
//   * a line that is wrong in itself ends with its line end;
//   * an array with too many words or too long is answered once, when its headers say so, and the
//     rest of it is skipped without being kept;
//   * an array with wrong headers, or a line that begins as HTTP does (a method, or Host:, whatever
//     the case, even if the line is too long), ends the connection: error().closes(), and all bytes
//     behind it are swallowed.
// The outcome depends on the bytes alone, not on how they were cut into inputs: what is sure is
// said, what depends on bytes to come is not.
//
//   RequestParser parser("BATCH");              // the word that may have a bulk of kBulkMax bytes
//   for (;;) {                                  // input: what was not consumed, and more
//     const RequestParser::Step step = parser.next(input);
//     if (step == RequestParser::Step::kRequest) answer(parser.words());
//     if (step == RequestParser::Step::kError) refuse(parser.error());
//     input.remove_prefix(parser.consumed());
//     if (step == RequestParser::Step::kMore) break;  // keep the input that is left
//   }
//
// Cost: about 40 ns for a line of 120 bytes and eight words, 230 with quotes. Each byte is looked
// at a bounded number of times, whatever the cuts. Memory: 2 KiB, and at most kLineMax once a line
// had quotes. Thread-safety: one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/net/line_words.h"
#include "engine/net/request_error.h"

namespace guerdon::net {

class RequestParser {
 public:
  enum class Step : uint8_t {
    kRequest,  // words(), is_array()
    kError,    // error(); the next request can be asked for
    kMore,     // no whole request is left in this input
  };

  // The most bytes that next() leaves unconsumed with kMore: an array with its headers.
  static constexpr size_t kHeaderMax = 16;  // "*" or "$", 9 digits, twice CR LF
  static constexpr size_t kPendingMax = kBulkMax + kArrayMax + (kWordsMax + 1) * kHeaderMax;

  // `long_word`: the first word (whatever its case) of an array that may have words of up to
  // kBulkMax bytes and kBulkMax + kArrayMax together; it must stay. Empty: there is none. The same
  // for the other.
  explicit RequestParser(std::string_view long_word = {}, std::string_view other_long_word = {})
      : long_words_{long_word, other_long_word} {}
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  // The next request of the connection. `input` begins with the first byte that was not consumed.
  // REQUIRES: no bytes that were given with kMore and not consumed are missing;
  // input.size() < 2^31.
  Step next(std::string_view input);

  // Bytes of the input just given that need not be given again.
  size_t consumed() const { return at_; }
  // Of these, those in front of the request just given: who consumes no more than that is given it
  // again.
  size_t before() const { return before_; }

  // Of the request just given: one word or more. Views into the input or into the parser, valid
  // until the next call and while the input stays.
  std::span<const std::string_view> words() const { return {words_.views.data(), words_.count}; }
  bool is_array() const { return is_array_; }

  const RequestError& error() const { return error_; }

  // Since an error that closes: every byte is consumed, nothing comes any more.
  bool is_closed() const { return state_ == State::kClosed; }

 private:
  enum class State : uint8_t { kBetween, kArray, kSkipLine, kSkipArray, kClosed };
  enum class Progress : uint8_t { kRequest, kError, kMore, kBlank };
  struct Header {
    size_t bytes = 0;   // of the header
    size_t length = 0;  // what it says
  };
  struct Bulk {  // where its bytes are, from the array's first byte
    uint32_t from;
    uint32_t size;
  };

  Progress go_on();
  Progress next_line();
  Progress cut_closely(std::string_view line);
  Progress refuse_long_line(std::string_view front);
  Progress skip_line();

  Progress begin_array();
  Progress next_bulks();
  Progress finish_array();
  Progress refuse_array(RequestFault fault, uint64_t found);
  Progress skip_array();
  std::optional<Progress> read_bulk_header(std::string_view text, Header* header);
  std::optional<Progress> check_bulk_end(std::string_view text);

  Progress fail(const RequestError& error);
  Progress fail_word(RequestFault fault, uint64_t found = 0);

  std::string_view rest() const { return input_.substr(at_); }

  // Constant.
  bool is_long_word(std::string_view word) const;

  const std::array<std::string_view, 2> long_words_;

  // The input.
  std::string_view input_;
  size_t at_ = 0;      // the first byte that is not consumed
  size_t before_ = 0;  // what at_ was when the last of it was begun

  // From input to input.
  State state_ = State::kBetween;
  size_t scanned_ = 0;  // bytes from at_ that need no second look

  // The array.
  size_t count_ = 0;       // of its words
  size_t done_ = 0;        // of them, read or skipped
  size_t bytes_ = 0;       // of the words read
  size_t bytes_max_ = 0;   // that they may have
  size_t bytes_left_ = 0;  // of the word that is skipped,
  bool in_bulk_ = false;   // ... if there is one: never but while an array is skipped
  std::array<Bulk, kWordsMax> bulks_;

  // The outcome.
  bool is_array_ = false;
  RequestError error_;
  Words words_;
  std::string unescaped_;
};

}  // namespace guerdon::net
