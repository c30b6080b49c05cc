// What the plan compiler says about a plan: one mistake, one message, with advice.
//
// A diagnostic names the place (a span of the source), a code that documentation and tests can rely
// on (`E013`, `W033`), a sentence that says what is wrong, and advice that says what to write
// instead. `render` prints it with the line and carets:
//
//   cashback.plan:11:18: error E012: 500.005 has more decimals than GBP, which has 2
//    11 |   when amount >= 500.005
//       |                  ^^^^^^^
//       = write at most 2 decimals
//
// Later stages run only on what earlier ones accepted, so one mistake is told once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/syntax/source.h"

namespace guerdon::plan {

enum class Severity : uint8_t { kError, kWarning };

// All that can be said, by all stages: name, severity, number. What each means and what to write
// instead is in docs/plan-language-diagnostics.md. A number is never given to another mistake.
#define GUERDON_DIAGNOSTICS(X)      \
  X(kTab, kError, 1)                \
  X(kMisplacedLine, kError, 2)      \
  X(kNotADeclaration, kError, 3)    \
  X(kNotAClause, kError, 4)         \
  X(kNotInThisVersion, kError, 5)   \
  X(kStrangeCharacter, kError, 6)   \
  X(kMalformed, kError, 7)          \
  X(kGrammar, kError, 8)            \
  X(kTextLimit, kError, 9)          \
  X(kUnknownName, kError, 10)       \
  X(kNoUnit, kError, 11)            \
  X(kTooManyDecimals, kError, 12)   \
  X(kTypesDiffer, kError, 13)       \
  X(kNotComparable, kError, 14)     \
  X(kWrongKind, kError, 15)         \
  X(kTooLarge, kError, 16)          \
  X(kDeclaredOtherwise, kError, 17) \
  X(kNotConstant, kError, 19)       \
  X(kMovedByEvent, kError, 20)      \
  X(kNotOfSubject, kError, 21)      \
  X(kBadSubject, kError, 22)        \
  X(kBadTrigger, kError, 23)        \
  X(kWrongPayee, kError, 24)        \
  X(kMisplacedMoment, kError, 25)   \
  X(kMeasureNotWhole, kError, 26)   \
  X(kNotNamedByEvent, kError, 27)   \
  X(kReadsNoMeasure, kError, 28)    \
  X(kReadsMeasure, kError, 29)      \
  X(kHole, kError, 30)              \
  X(kNotAscending, kError, 31)      \
  X(kTwoRowsFit, kError, 32)        \
  X(kNoOtherwise, kWarning, 33)     \
  X(kDividesByNothing, kError, 34)  \
  X(kTableShape, kError, 35)        \
  X(kValuesDiffer, kError, 36)      \
  X(kKeyDiffers, kError, 37)        \
  X(kNoColumn, kError, 38)          \
  X(kNotForParts, kError, 39)       \
  X(kPenaltiesOff, kError, 40)      \
  X(kNoTies, kError, 41)            \
  X(kAtOdds, kError, 42)            \
  X(kCannotBeRetro, kError, 43)     \
  X(kLineage, kError, 44)           \
  X(kNotNext, kError, 45)           \
  X(kSettled, kError, 46)           \
  X(kNotGoingOn, kError, 47)        \
  X(kBadTarget, kError, 48)         \
  X(kBadBands, kError, 49)          \
  X(kNotAtClose, kError, 53)        \
  X(kBadGrace, kError, 54)          \
  X(kBadChallenge, kError, 55)      \
  X(kBadLadder, kError, 58)         \
  X(kBadStreak, kError, 59)         \
  X(kBadBadge, kError, 61)          \
  X(kDeclaredTwice, kError, 62)     \
  X(kNotAtBorder, kError, 63)       \
  X(kPlanHeader, kError, 64)        \
  X(kUnknownZone, kError, 65)       \
  X(kOutOfRange, kError, 66)        \
  X(kCircle, kError, 67)            \
  X(kTooMany, kError, 68)           \
  X(kBadOutsideName, kError, 69)    \
  X(kOverflow, kError, 70)          \
  X(kCliff, kWarning, 80)           \
  X(kNeverTrue, kWarning, 81)       \
  X(kNoRules, kWarning, 82)         \
  X(kRowNeverFits, kWarning, 83)    \
  X(kUnknownIsOut, kWarning, 84)    \
  X(kLateForNothing, kWarning, 86)  \
  X(kLateApart, kWarning, 87)

enum class DiagnosticCode : uint16_t {
#define GUERDON_DIAGNOSTIC_CODE(name, severity, number) name = number,
  GUERDON_DIAGNOSTICS(GUERDON_DIAGNOSTIC_CODE)
#undef GUERDON_DIAGNOSTIC_CODE
};

inline constexpr DiagnosticCode kDiagnosticCodes[] = {
#define GUERDON_DIAGNOSTIC_CODE(name, severity, number) DiagnosticCode::name,
    GUERDON_DIAGNOSTICS(GUERDON_DIAGNOSTIC_CODE)
#undef GUERDON_DIAGNOSTIC_CODE
};

Severity severity_of(DiagnosticCode code);

// "E013", "W033".
std::string code_text(DiagnosticCode code);

struct Diagnostic {
  DiagnosticCode code = DiagnosticCode::kGrammar;
  Span span;
  std::string message;
  std::string advice;  // may be empty; may hold several lines
};

// Collects diagnostics in the order they are found. At most `kDiagnosticsMax` are kept: a plan with
// more is refused all the same, and the last line says how many were left out.
class Diagnostics {
 public:
  static constexpr int kDiagnosticsMax = 50;

  void report(DiagnosticCode code, Span span, std::string message, std::string advice = "");

  bool has_errors() const { return errors_ > 0; }
  int errors() const { return errors_; }
  const std::vector<Diagnostic>& list() const { return list_; }
  int left_out() const { return left_out_; }

 private:
  std::vector<Diagnostic> list_;
  int errors_ = 0;
  int left_out_ = 0;
};

// One diagnostic as people read it; see the top of this file. Of a span over several lines the
// first and the last are shown, the carets under the last. Of a long line the part around the span
// is shown. Characters that do not print are shown as one that does.
std::string render(const SourceText& source, const Diagnostic& diagnostic);

// All of them, in the order of their places in the text, an empty line between two.
std::string render(const SourceText& source, const Diagnostics& diagnostics);

// The nearest of `known` to `word` by edit distance, or "" when none is near: for "did you mean".
// Of two that are equally near, the first.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

// How a message shows what stands in a plan: `amount`.
std::string backquoted(std::string_view text);

// "did you mean `amount`?", or `otherwise` when nothing known is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known,
                         std::string otherwise = "");

}  // namespace guerdon::plan
