#include "engine/syntax/lexer_line.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/civil.h"

namespace guerdon::plan {
namespace {

// Those that timestamps have.
constexpr int32_t kYearMin = 1970;
constexpr int32_t kYearMax = 2099;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name_byte(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

// Signs of other languages and of word processors, with what they are called here.
struct WrongMark {
  std::string_view mark;
  std::string_view advice;
};
constexpr std::array kWrongMarks = {
    WrongMark{"==", "write `=`"},
    WrongMark{"<>", "write `!=`"},
    WrongMark{"=<", "write `<=`"},
    WrongMark{"=>", "write `>=`"},
    WrongMark{"&&", "write `and`"},
    WrongMark{"||", "write `or`"},
    WrongMark{"!", "write `not`, or `!=` for `is not`"},
    WrongMark{";", "a line holds one phrase; what belongs to it stands below it, indented"},
    WrongMark{"{", "what belongs to a line stands below it, indented"},
    WrongMark{"}", "what belongs to a line stands below it, indented"},
    WrongMark{"[", "write round brackets"},
    WrongMark{"]", "write round brackets"},
    WrongMark{"//", "a comment begins with `#`"},
    WrongMark{"\u00D7", "write `*`"},
    WrongMark{"\u00F7", "write `/`"},
    WrongMark{"\u2212", "write `-`"},
    WrongMark{"\u2013", "write `-`"},
    WrongMark{"\u2014", "write `-`"},
    WrongMark{"\u2260", "write `!=`"},
    WrongMark{"\u2264", "write `<=`"},
    WrongMark{"\u2265", "write `>=`"},
    WrongMark{"\u201C", "a text stands in straight double quotes: `\"`"},
    WrongMark{"\u201D", "a text stands in straight double quotes: `\"`"},
    WrongMark{"\u2018", "a text stands in straight double quotes: `\"`"},
    WrongMark{"\u2019", "a text stands in straight double quotes: `\"`"},
    WrongMark{"\u00A0", "this space does not break the line; write a plain one"},
    WrongMark{"$", "write the unit after the number: `5.00 USD`"},
    WrongMark{"\u20AC", "write the unit after the number: `5.00 EUR`"},
    WrongMark{"\u00A3", "write the unit after the number: `5.00 GBP`"},
};

struct Mark {
  std::string_view mark;
  TokenKind kind;
};
// Longer ones first.
constexpr std::array kMarks = {
    Mark{"!=", TokenKind::kNotEqual},     Mark{"<=", TokenKind::kLessEqual},
    Mark{">=", TokenKind::kGreaterEqual}, Mark{",", TokenKind::kComma},
    Mark{":", TokenKind::kColon},         Mark{"=", TokenKind::kEqual},
    Mark{"<", TokenKind::kLess},          Mark{">", TokenKind::kGreater},
    Mark{"+", TokenKind::kPlus},          Mark{"-", TokenKind::kMinus},
    Mark{"*", TokenKind::kStar},          Mark{"/", TokenKind::kSlash},
    Mark{"%", TokenKind::kPercent},       Mark{"(", TokenKind::kOpen},
    Mark{")", TokenKind::kClose},
};

// 1, 100000, 100_000: groups of three, or none.
bool groups_are_sound(std::string_view whole) {
  const size_t first = whole.find('_');
  if (first == std::string_view::npos) return true;
  if (first == 0 || first > 3 || (whole.size() - first) % 4 != 0) return false;
  for (size_t i = first; i < whole.size(); ++i) {
    if ((whole[i] == '_') != ((i - first) % 4 == 0)) return false;
  }
  return true;
}

// What a run of digits, letters, `_` and `.` should have been.
std::string number_advice(std::string_view run) {
  const size_t digits = std::min(run.find_first_not_of("0123456789_."), run.size());
  if (digits < run.size() && run[digits - 1] != '_' && run[digits - 1] != '.') {
    return "write a space between a number and its unit: `" + std::string(run.substr(0, digits)) +
           " " + std::string(run.substr(digits)) + "`; a text stands in double quotes";
  }
  if (run.ends_with('.')) return "write digits on both sides of the point, or no point";
  return "write 1200, 0.05 or 100_000.00: `_` parts the thousands, a point the decimals";
}

}  // namespace

void LineScanner::scan() {
  while (at_ < end_) {
    const uint32_t before = at_;
    scan_one();
    GUERDON_ASSERT(at_ > before);
  }
}

void LineScanner::scan_one() {
  const char c = peek();
  if (c == ' ' || c == '\t') {
    ++at_;
  } else if (c == '#') {
    scan_comment();
  } else if (c == '"') {
    scan_text();
  } else if (is_letter(c) || c == '_') {
    scan_word();
  } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
    scan_number();
  } else if (c == '\'') {
    scan_apostrophe();
  } else {
    scan_mark();
  }
}

void LineScanner::scan_comment() {
  const std::string_view text = slice({at_, end_});
  // Spaces and a CR at the end are not part of it.
  const size_t last = text.find_last_not_of(" \t\r");
  tokens_.push_back({TokenKind::kComment, {at_, at_ + static_cast<uint32_t>(last) + 1}});
  at_ = end_;
}

void LineScanner::scan_text() {
  uint32_t bytes = 1;
  while (peek(bytes) != '"') {
    if (at_ + bytes >= end_) {
      bad(kMalformed, bytes, "this text has no closing quote",
          "a text ends with `\"` on the same line");
      return;
    }
    if (peek(bytes) != '\\') {
      ++bytes;
      continue;
    }
    const char escaped = peek(bytes + 1);
    if (escaped != '"' && escaped != '\\') {
      const Span span{at_ + bytes, at_ + bytes + 1};
      if (!broken_) {
        diagnostics_.report(kMalformed, span, "in a text, `\\` stands only before `\"` and `\\`",
                            "write `\\\\` for the character itself");
      }
      broken_ = true;
      ++bytes;
      continue;
    }
    bytes += 2;
  }
  push(TokenKind::kText, bytes + 1);
}

bool LineScanner::check_word(Span span) {
  const std::string_view word = slice(span);
  size_t begin = 0;
  while (begin <= word.size()) {
    const size_t end = std::min(word.find('.', begin), word.size());
    const std::string_view part = word.substr(begin, end - begin);
    if (part.empty() || !is_letter(part[0])) {
      bad(kMalformed, span.end - span.begin, backquoted(word) + " is not a name",
          "a name begins with a letter and goes on with letters, digits and `_`; a point parts two "
          "names: `order.paid`");
      return false;
    }
    if (part.size() > size_t{kNameBytesMax}) {
      bad(kTextLimit, span.end - span.begin,
          "this name has " + std::to_string(part.size()) + " letters; " +
              std::to_string(kNameBytesMax) + " is the most",
          "");
      return false;
    }
    begin = end + 1;
  }
  return true;
}

void LineScanner::scan_word() {
  uint32_t bytes = 0;
  while (is_name_byte(peek(bytes)) || peek(bytes) == '.') ++bytes;
  if (check_word({at_, at_ + bytes})) push(TokenKind::kWord, bytes);
}

bool LineScanner::check_number(Span span) {
  const std::string_view run = slice(span);
  const uint32_t bytes = span.end - span.begin;
  const size_t point = std::min(run.find('.'), run.size());
  const std::string_view whole = run.substr(0, point);
  const std::string_view part = point < run.size() ? run.substr(point + 1) : std::string_view();
  const bool sound = !whole.empty() &&
                     whole.find_first_not_of("0123456789_") == std::string_view::npos &&
                     part.find_first_not_of("0123456789") == std::string_view::npos &&
                     (point == run.size() || !part.empty()) && groups_are_sound(whole);
  if (!sound) {
    bad(kMalformed, bytes, backquoted(run) + " is not a number", number_advice(run));
    return false;
  }
  if (whole.size() > 1 && whole[0] == '0') {
    bad(kMalformed, bytes, "a number does not begin with 0",
        "leave the 0 out, or write \"" + std::string(run) + "\" if it is a text");
    return false;
  }
  const auto digits = std::count_if(run.begin(), run.end(), is_digit);
  if (digits > kNumberDigitsMax || part.size() > size_t{kNumberDecimalsMax}) {
    bad(kTextLimit, bytes,
        "a number has at most " + std::to_string(kNumberDigitsMax) + " digits, " +
            std::to_string(kNumberDecimalsMax) + " of them after the point",
        "");
    return false;
  }
  return true;
}

bool LineScanner::scan_date_or_clock(uint32_t digits) {
  const auto two_digits_after = [this](uint32_t from, char mark) {
    return peek(from) == mark && is_digit(peek(from + 1)) && is_digit(peek(from + 2));
  };
  if (digits == 4 && two_digits_after(4, '-') && two_digits_after(7, '-')) {
    scan_date();
    return true;
  }
  const char after = peek(digits + 3);
  if (digits <= 2 && two_digits_after(digits, ':') && !is_name_byte(after) && after != '.' &&
      after != '%') {
    bad(kNotInThisVersion, digits + 3, "a time of day is not part of this version of the language",
        "if it is a row of a table, write spaces round the colon");
    return true;
  }
  return false;
}

// Ten bytes that look like one.
void LineScanner::scan_date() {
  constexpr uint32_t kBytes = 10;
  const base::CivilDay day = read_date(slice({at_, at_ + kBytes}));
  const bool is_day = day.month >= 1 && day.month <= 12 && day.day >= 1 &&
                      day.day <= base::days_in_month(day.year, day.month);
  if (!is_day || is_name_byte(peek(kBytes))) {
    bad(kMalformed, kBytes, "there is no such day",
        "a date is year, month and day: `2026-07-01`; round a subtraction write spaces");
  } else if (day.year < kYearMin || day.year > kYearMax) {
    bad(kMalformed, kBytes,
        "dates lie from " + std::to_string(kYearMin) + " to " + std::to_string(kYearMax),
        "round a subtraction write spaces");
  } else {
    push(TokenKind::kDate, kBytes);
  }
}

void LineScanner::scan_number() {
  uint32_t digits = 0;
  while (is_digit(peek(digits))) ++digits;
  if (scan_date_or_clock(digits)) return;
  uint32_t bytes = 0;
  while (is_name_byte(peek(bytes)) || peek(bytes) == '.') ++bytes;
  if (check_number({at_, at_ + bytes})) push(TokenKind::kNumber, bytes);
}

void LineScanner::scan_apostrophe() {
  const bool after_word =
      !tokens_.empty() && tokens_.back().kind == TokenKind::kWord && tokens_.back().span.end == at_;
  if (after_word && peek(1) == 's' && !is_name_byte(peek(2))) {
    push(TokenKind::kOwns, 2);
    return;
  }
  bad(kStrangeCharacter, 1, "`'` has no meaning here", "a text stands in double quotes: `\"`");
}

bool LineScanner::scan_wrong_mark() {
  const std::string_view rest = slice({at_, end_});
  for (const WrongMark& wrong : kWrongMarks) {
    if (!rest.starts_with(wrong.mark) || rest.starts_with("!=")) continue;
    const std::string shown = wrong.mark == "\u00A0" ? "this space" : backquoted(wrong.mark);
    bad(kStrangeCharacter, static_cast<uint32_t>(wrong.mark.size()), shown + " has no meaning here",
        std::string(wrong.advice));
    return true;
  }
  return false;
}

void LineScanner::scan_mark() {
  if (scan_wrong_mark()) return;
  const std::string_view rest = slice({at_, end_});
  for (const Mark& mark : kMarks) {
    if (!rest.starts_with(mark.mark)) continue;
    push(mark.kind, static_cast<uint32_t>(mark.mark.size()));
    return;
  }
  scan_stranger();
}

void LineScanner::scan_stranger() {
  const CodePoint point = code_point_at(source_.text(), at_);
  const std::string_view text = slice({at_, at_ + point.bytes});
  const bool in_name = !tokens_.empty() && tokens_.back().span.end == at_ && point.value >= 0x80;
  bad(kStrangeCharacter, point.bytes, backquoted(text) + " has no meaning here",
      in_name || point.value >= 0x80
          ? "a name has the letters a to z, digits and `_`; any other text stands in double quotes"
          : "");
}

void LineScanner::push(TokenKind kind, uint32_t bytes) {
  GUERDON_ASSERT(at_ + bytes <= end_);
  tokens_.push_back({broken_ ? TokenKind::kBad : kind, {at_, at_ + bytes}});
  at_ += bytes;
}

void LineScanner::bad(DiagnosticCode code, uint32_t bytes, std::string message,
                      std::string advice) {
  if (!broken_) {
    diagnostics_.report(code, {at_, at_ + bytes}, std::move(message), std::move(advice));
  }
  broken_ = true;
  push(TokenKind::kBad, bytes);
}

}  // namespace guerdon::plan
