#include "engine/feed/problem.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/event/text_rules.h"
#include "engine/money/decimal.h"
#include "engine/money/limits.h"

namespace guerdon::event {
namespace {

std::string number(uint64_t n) { return std::to_string(n); }

std::string counted(uint64_t n, std::string_view one) {
  return number(n) + " " + std::string(one) + (n == 1 ? "" : "s");
}

// "line 12, column amount"
std::string place_words(const Place& place, std::span<const CsvColumn> columns) {
  std::string words = "line " + number(place.line);
  if (place.column == 0) return words;
  const bool is_named = place.column <= columns.size();
  words += ", column ";
  words += is_named ? printable(columns[place.column - size_t{1}].name, kExcerptShownMax)
                    : number(place.column);
  return words;
}

// Of a list of lines.
std::string words_of_lines(const Refusal& refusal, const std::string& text) {
  const uint32_t limit = refusal.limit;
  switch (refusal.reason) {
    case Reason::kTooManyLines:
      return "there are more than " + number(limit) + " lines; send fewer";
    case Reason::kLineFields:
      return text + " has not the " + counted(limit, "field") +
             " of a line, with `:` between them and maybe flags behind; leave a missing field "
             "empty, but keep its colon";
    case Reason::kNotALineFlag:
      return text +
             " is no flag of a line; write reward, shipping or paid_with_points, with `+` "
             "between them";
    case Reason::kLinesTooLarge:
      return "the lines up to this one hold more together than one amount or count may be; send "
             "fewer, or smaller ones";
    default:
      GUERDON_UNREACHABLE();
  }
}

// What is wrong and what to change, about `text` as it is shown.
std::string words_of(const Refusal& refusal, const std::string& text) {
  const uint32_t limit = refusal.limit;
  switch (refusal.reason) {
    case Reason::kTooManyFields:
      return "the row has " + counted(refusal.bytes, "field") + " and the header " +
             counted(limit, "column") + "; put a field that holds commas between double quotes";
    case Reason::kTooFewFields:
      return "the row has " + counted(refusal.bytes, "field") + " and the header " +
             counted(limit, "column") + "; leave a missing field empty, but keep its comma";
    case Reason::kOpenQuote:
      return "the quote before " + text + " is never closed; end the field with a double quote";
    case Reason::kTextAfterQuote:
      return text + " goes on behind its closing quote; double each quote inside a quoted field";
    case Reason::kQuoteInside:
      return text +
             " has a quote inside; put the whole field between double quotes and double that one";
    case Reason::kRowTooLong:
      return "the row that begins " + text + " is longer than " + number(limit) +
             " bytes; shorten its fields, or close a quote that was left open";
    case Reason::kEmpty:
      return "the field is empty; fill it in";
    case Reason::kNotUtf8:
      return text + " is not UTF-8; write it in UTF-8";
    case Reason::kControlCharacter:
      return text + " has a control character in it; write it without";
    case Reason::kFieldTooLong:
      return text + " is " + counted(refusal.bytes, "byte") + " long; write at most " +
             number(limit);
    case Reason::kSecondObject:
      return text + " is a second object; an event speaks of one: let the plans' columns agree";
    case Reason::kTooManyLines:
    case Reason::kLineFields:
    case Reason::kNotALineFlag:
    case Reason::kLinesTooLarge:
      return words_of_lines(refusal, text);
    case Reason::kNotATime:
      return text +
             " is not a time from 1970 to 2099; write it as 2010-12-01T08:26:00Z or in "
             "milliseconds since 1970";
    case Reason::kNotANumber:
      return text + " is not a number; write digits, with a point before decimals, as in 12.50";
    case Reason::kTooManyDecimals:
      return text + " has more decimals than " + number(limit) + "; write " +
             (limit == 0 ? "a whole number" : "at most " + counted(limit, "decimal"));
    case Reason::kAmountTooLarge:
      return text + " is larger than an amount may be; write at most " +
             money::format_decimal(money::kAmountMax, static_cast<int>(limit));
    case Reason::kNotACount:
      return text + " is not a whole number; write digits alone";
    case Reason::kCountTooLarge:
      return text + " is larger than a count may be; write at most " +
             number(static_cast<uint64_t>(money::kCountMax));
    case Reason::kNegative:
      return text +
             " is below zero; write it without the minus, or declare the attribute signed in the "
             "plan";
    case Reason::kNotAFlag:
      return text + " is neither true nor false; write one of these two words";
    case Reason::kNotALength:
      return text + " is no length of time; write it as 900s, 15m, 2h or 30d";
  }
  GUERDON_UNREACHABLE();
}

}  // namespace

const Refusal* find_refusal(const Batch& batch, uint32_t index) {
  const auto found = std::lower_bound(
      batch.refusals.begin(), batch.refusals.end(), index,
      [](const Refusal& refusal, uint32_t wanted) { return refusal.record < wanted; });
  return found == batch.refusals.end() || found->record != index ? nullptr : &*found;
}

std::string explain(const Batch& batch, uint32_t index, std::span<const CsvColumn> columns) {
  GUERDON_ASSERT(index < batch.records.size());
  const Record& record = batch.records[index];
  const std::string sentence =
      std::string(outcome_word(record.outcome)) + " " + place_words(record.place, columns) + ": ";
  const Refusal* refusal = find_refusal(batch, index);
  if (refusal == nullptr) return sentence + std::string(outcome_phrase(record.outcome));
  return sentence + explain(*refusal, batch.view(batch.texts[refusal->excerpt]));
}

std::string explain(const Refusal& refusal, std::string_view text) {
  std::string place;
  if (refusal.line > 0) place = "line " + number(refusal.line);
  if (refusal.part > 0) place += ", field " + number(refusal.part);
  if (!place.empty()) place += " of the list: ";
  return place + words_of(refusal, printable(text, kExcerptShownMax));
}

}  // namespace guerdon::event
