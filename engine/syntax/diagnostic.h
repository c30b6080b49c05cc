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

struct Diagnostic {
  Severity severity = Severity::kError;
  int code = 0;  // 13 prints as E013; the list is in docs/plan-language-diagnostics.md
  Span span;
  std::string message;
  std::string advice;  // may be empty; may hold several lines
};

// Collects diagnostics in the order they are found. At most `kDiagnosticsMax` are kept: a plan with
// more is refused all the same, and the last line says how many were left out.
class Diagnostics {
 public:
  static constexpr int kDiagnosticsMax = 50;

  void error(int code, Span span, std::string message, std::string advice = "");
  void warning(int code, Span span, std::string message, std::string advice = "");

  bool has_errors() const { return errors_ > 0; }
  int errors() const { return errors_; }
  const std::vector<Diagnostic>& list() const { return list_; }
  int left_out() const { return left_out_; }

 private:
  void add(Diagnostic diagnostic);

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
