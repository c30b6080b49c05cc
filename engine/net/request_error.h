// What can be wrong with a request before anybody knows what it asks for: its framing, its quotes,
// its length. Values, not sentences: the sentence is made at the edge, by sentence_of().
//
// An error that closes means that framing is lost (or that the peer speaks HTTP): no byte behind it
// can be read safely, so the connection ends with the reply. After every other error the next
// request is read as if nothing had been.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace guerdon::net {

// Bytes of a line before its line feed; a carriage return counts.
inline constexpr size_t kLineMax = size_t{64} << 10;
// Words of a request: command, type, id, 32 fields, and as many again to spare.
inline constexpr size_t kWordsMax = 64;
// Bytes of all the words of an array together. A line cannot have more either.
inline constexpr size_t kArrayMax = size_t{64} << 10;
// Bytes of one word of an array whose first word is the one that may be long.
inline constexpr size_t kBulkMax = size_t{1} << 20;
// Above these no client means what it says, and skipping would go on for ever. Redis' own limits.
inline constexpr size_t kCountMax = size_t{1} << 20;         // words, in the header of an array
inline constexpr size_t kBulkLengthMax = size_t{512} << 20;  // bytes, in the header of a bulk

enum class RequestFault : uint8_t {
  // Of a line.
  kLineTooLong,       // more than kLineMax bytes; skipped to its end
  kHttp,              // begins as a request of HTTP does
  kControlCharacter,  // `found`: the byte
  kOpenQuote,         // never closed; the column is that of the quote
  kTextAfterQuote,    // behind a closing quote, within the word
  kUnknownEscape,     // `found`: the byte behind the backslash, whose column it is
  kHexEscape,         // \x without two hex digits; the column is that of the backslash
  kTooManyWords,      // the column is that of the first word that is one too many
  // Of an array of bulk strings whose framing is whole: it is skipped.
  kArrayTooManyWords,  // `found`: how many
  kArrayTooLong,       // `found`: bytes up to and with this word
  kBulkTooLong,        // `found`: bytes
  // Of an array, framing lost.
  kArrayCount,       // behind *: something else than digits CR LF
  kArrayCountRange,  // more than kCountMax
  kNotBulk,          // `found`: the byte where a $ should be
  kBulkLength,       // behind $: something else than digits CR LF
  kBulkNegative,     // a null bulk is nothing to say in a request
  kBulkLengthRange,  // more than kBulkLengthMax
  kBulkEnd,          // no CR LF behind the bytes of a bulk
};
inline constexpr size_t kRequestFaults = static_cast<size_t>(RequestFault::kBulkEnd) + 1;

// The code of the reply.
enum class RequestCode : uint8_t { kSyntax, kTooLong };

struct RequestError {
  RequestFault fault = RequestFault::kLineTooLong;
  uint32_t column = 0;  // of a line, in bytes from 1; 0: the line as a whole, or an array
  uint32_t word = 0;    // of an array, from 1; 0: the array as a whole, or a line
  uint64_t found = 0;   // see RequestFault

  RequestCode code() const;
  bool closes() const;

  bool operator==(const RequestError&) const = default;
};

// SYNTAX, TOOLONG.
std::string_view code_word(RequestCode code);

// Where it is, what is wrong and what to write instead, in ASCII without control characters:
//   column 17: this quote is never closed; close it, or write \" for a quote inside
std::string sentence_of(const RequestError& error);

}  // namespace guerdon::net
