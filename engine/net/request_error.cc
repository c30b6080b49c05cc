#include "engine/net/request_error.h"

#include <array>

#include "engine/base/assert.h"

namespace guerdon::net {
namespace {

constexpr auto kSyntax = RequestCode::kSyntax;
constexpr auto kTooLong = RequestCode::kTooLong;

struct Entry {
  RequestFault fault;
  RequestCode code;
  bool closes;
  std::string_view text;  // "@" stands for what was found: a number, or a byte ...
  bool is_byte = false;   // ... shown as it is if it can be, as 0xNN otherwise
};

constexpr std::array<Entry, kRequestFaults> kEntries = {{
    {RequestFault::kLineTooLong, kTooLong, false,
     "the line has more than 65536 bytes and was skipped to its end; send it as several requests"},
    {RequestFault::kHttp, kSyntax, true,
     "this is HTTP, and the port speaks lines of words or RESP; the connection is closed"},
    {RequestFault::kControlCharacter, kSyntax, false,
     "control character @; within quotes write it as \\t, \\r, \\n or \\xHH", true},
    {RequestFault::kOpenQuote, kSyntax, false,
     "this quote is never closed; close it, or write \\\" for a quote inside"},
    {RequestFault::kTextAfterQuote, kSyntax, false,
     "text directly behind a closing quote; put a space between them, or the text into the quotes"},
    {RequestFault::kUnknownEscape, kSyntax, false,
     "\\ before @ is no escape; write \\\\ for a backslash; there are \\\" \\\\ \\n \\r \\t \\xHH",
     true},
    {RequestFault::kHexEscape, kSyntax, false,
     "\\x needs two hex digits behind it, as in \\x1f; write \\\\x for a backslash and an x"},
    {RequestFault::kTooManyWords, kTooLong, false,
     "a request has at most 64 words, and here the next one begins; quote values with spaces"},
    {RequestFault::kArrayTooManyWords, kTooLong, false,
     "the array has @ words, a request at most 64; it was skipped, send it as several requests"},
    {RequestFault::kArrayTooLong, kTooLong, false,
     "with this one the words have @ bytes, at most 65536 are allowed (1114112 where the command "
     "takes a long one); the request was skipped, send it as several requests"},
    {RequestFault::kBulkTooLong, kTooLong, false,
     "the bulk has @ bytes, at most 1048576 are allowed; the request was skipped, send it as "
     "several requests"},
    {RequestFault::kArrayCount, kSyntax, true,
     "behind the * of an array its number of words must stand, in digits, then CR LF; the "
     "connection is closed"},
    {RequestFault::kArrayCountRange, kSyntax, true,
     "an array may name at most 1048576 words; the connection is closed"},
    {RequestFault::kNotBulk, kSyntax, true,
     "a bulk string should begin here with $, not with @; the connection is closed", true},
    {RequestFault::kBulkLength, kSyntax, true,
     "behind the $ of a bulk string its length must stand, in digits, then CR LF; the connection "
     "is closed"},
    {RequestFault::kBulkNegative, kSyntax, true,
     "a bulk string of a request cannot have a negative length; send $0 for an empty word; the "
     "connection is closed"},
    {RequestFault::kBulkLengthRange, kSyntax, true,
     "a bulk string may name at most 536870912 bytes; the connection is closed"},
    {RequestFault::kBulkEnd, kSyntax, true,
     "no CR LF behind the bytes of this bulk string: its length is not that of its text; the "
     "connection is closed"},
}};

// The sentences name the limits in digits.
static_assert(kLineMax == 65536 && kWordsMax == 64 && kBulkMax == 1048576);
static_assert(kArrayMax == 65536 && kArrayMax + kBulkMax == 1114112);
static_assert(kCountMax == 1048576 && kBulkLengthMax == 536870912);

constexpr bool is_in_order() {
  for (size_t i = 0; i < kEntries.size(); ++i) {
    if (static_cast<size_t>(kEntries[i].fault) != i) return false;
  }
  return true;
}
static_assert(is_in_order());

const Entry& entry_of(RequestFault fault) {
  const auto index = static_cast<size_t>(fault);
  GUERDON_ASSERT(index < kEntries.size());
  return kEntries[index];
}

std::string shown_byte(uint64_t byte) {
  static constexpr char kDigits[] = "0123456789abcdef";
  if (byte > ' ' && byte < 0x7f) return {static_cast<char>(byte)};
  return {'0', 'x', kDigits[byte >> 4 & 15], kDigits[byte & 15]};
}

}  // namespace

RequestCode RequestError::code() const { return entry_of(fault).code; }

bool RequestError::closes() const { return entry_of(fault).closes; }

std::string_view code_word(RequestCode code) {
  return code == RequestCode::kSyntax ? "SYNTAX" : "TOOLONG";
}

std::string sentence_of(const RequestError& error) {
  const Entry& entry = entry_of(error.fault);
  std::string text;
  if (error.column != 0) text = "column " + std::to_string(error.column) + ": ";
  if (error.word != 0) text = "word " + std::to_string(error.word) + ": ";
  const size_t mark = entry.text.find('@');
  text += entry.text.substr(0, mark);
  if (mark == std::string_view::npos) return text;
  text += entry.is_byte ? shown_byte(error.found) : std::to_string(error.found);
  text += entry.text.substr(mark + 1);
  return text;
}

}  // namespace guerdon::net
