#include "engine/syntax/diagnostic.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "engine/base/assert.h"

namespace guerdon::plan {
namespace {

// Longer lines are shown in part; a plan's own lines are shorter.
constexpr int kShownColumnsMax = 200;
constexpr int kShownColumnsBefore = 60;

std::string shown(std::string_view text, size_t at, CodePoint point) {
  if (point.valid && point.value == '\t') return "\u2192";
  if (!point.valid || is_hidden(point.value)) return "\uFFFD";
  return std::string(text.substr(at, point.bytes));
}

struct ShownLine {
  std::string text;
  std::string below;  // spaces and carets
};

// Columns [mark_begin, mark_end) get a caret; none if they are empty.
ShownLine show_line(std::string_view line, int mark_begin, int mark_end) {
  const int first =
      mark_begin > kShownColumnsMax - kShownColumnsBefore ? mark_begin - kShownColumnsBefore : 1;
  ShownLine result;
  if (first > 1) {
    result.text = "\u2026";
    result.below = " ";
  }
  int column = 1;
  size_t at = 0;
  while (at < line.size() && column < first + kShownColumnsMax) {
    const CodePoint point = code_point_at(line, at);
    if (column >= first) {
      result.text += shown(line, at, point);
      if (column < mark_end) result.below += column < mark_begin ? ' ' : '^';
    }
    at += point.bytes;
    ++column;
  }
  if (at < line.size()) result.text += "\u2026";
  // The end of a line can be meant as well: one column past its last character.
  if (column == mark_begin && mark_begin < mark_end) result.below += '^';
  return result;
}

std::string gutter(int line) {
  char text[16];
  std::snprintf(text, sizeof text, "%3d", line);
  return text;
}

void append_line(std::string& out, const std::string& gutter_text, char mark,
                 const std::string& text) {
  out += gutter_text;
  out += ' ';
  out += mark;
  if (!text.empty()) out += " " + text;
  out += '\n';
}

void append_place(std::string& out, const SourceText& source, Span span) {
  const Position begin = source.position(span.begin);
  Position end = source.position(std::max(span.begin, span.end));
  const bool several = end.line > begin.line;
  int mark_begin = begin.column;
  if (several) {
    append_line(out, gutter(begin.line), '|', show_line(source.line(begin.line), 0, 0).text);
    const std::string_view last = source.line(end.line);
    mark_begin = static_cast<int>(std::min(last.find_first_not_of(' '), last.size())) + 1;
  }
  const int mark_end = std::max(end.column, mark_begin + 1);
  const ShownLine line = show_line(source.line(end.line), mark_begin, mark_end);
  append_line(out, gutter(end.line), '|', line.text);
  append_line(out, std::string(gutter(end.line).size(), ' '), '|', line.below);
}

void append_advice(std::string& out, const std::string& advice, size_t gutter_width) {
  size_t begin = 0;
  char mark = '=';
  while (begin < advice.size()) {
    const size_t end = std::min(advice.find('\n', begin), advice.size());
    append_line(out, std::string(gutter_width, ' '), mark, advice.substr(begin, end - begin));
    mark = ' ';
    begin = end + 1;
  }
}

// Edit distance with swaps of neighbours, given up above `limit`.
int distance(std::string_view a, std::string_view b, int limit) {
  const int difference = static_cast<int>(a.size()) - static_cast<int>(b.size());
  if (difference > limit || -difference > limit) return limit + 1;
  std::vector<int> before_last(b.size() + 1);
  std::vector<int> last(b.size() + 1);
  std::vector<int> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<int>(i);
    int least = row[0];
    for (size_t j = 1; j <= b.size(); ++j) {
      const int change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({change, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
      least = std::min(least, row[j]);
    }
    if (least > limit) return limit + 1;
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

Severity severity_of(DiagnosticCode code) {
  switch (code) {
#define GUERDON_DIAGNOSTIC_SEVERITY(name, severity, number) \
  case DiagnosticCode::name:                                \
    return Severity::severity;
    // One case a code, from the one list. NOLINTNEXTLINE(bugprone-branch-clone)
    GUERDON_DIAGNOSTICS(GUERDON_DIAGNOSTIC_SEVERITY)
#undef GUERDON_DIAGNOSTIC_SEVERITY
  }
  GUERDON_UNREACHABLE();
}

std::string code_text(DiagnosticCode code) {
  const char letter = severity_of(code) == Severity::kError ? 'E' : 'W';
  char text[16];
  std::snprintf(text, sizeof text, "%c%03d", letter, static_cast<int>(code));
  return text;
}

void Diagnostics::report(DiagnosticCode code, Span span, std::string message, std::string advice) {
  if (severity_of(code) == Severity::kError) ++errors_;
  if (list_.size() >= static_cast<size_t>(kDiagnosticsMax)) {
    ++left_out_;
    return;
  }
  list_.push_back({code, span, std::move(message), std::move(advice)});
}

std::string render(const SourceText& source, const Diagnostic& diagnostic) {
  GUERDON_ASSERT(diagnostic.span.end <= source.text().size());
  const Position at = source.position(diagnostic.span.begin);
  const bool error = severity_of(diagnostic.code) == Severity::kError;
  std::string out = source.name() + ":" + std::to_string(at.line) + ":" +
                    std::to_string(at.column) + (error ? ": error " : ": warning ") +
                    code_text(diagnostic.code) + ": " + diagnostic.message + "\n";
  append_place(out, source, diagnostic.span);
  const Position last = source.position(std::max(diagnostic.span.begin, diagnostic.span.end));
  append_advice(out, diagnostic.advice, gutter(last.line).size());
  return out;
}

std::string render(const SourceText& source, const Diagnostics& diagnostics) {
  std::vector<const Diagnostic*> ordered;
  ordered.reserve(diagnostics.list().size());
  for (const Diagnostic& diagnostic : diagnostics.list()) ordered.push_back(&diagnostic);
  std::stable_sort(ordered.begin(), ordered.end(), [](const Diagnostic* a, const Diagnostic* b) {
    return a->span.begin < b->span.begin;
  });
  std::string out;
  for (const Diagnostic* diagnostic : ordered) {
    if (!out.empty()) out += '\n';
    out += render(source, *diagnostic);
  }
  if (diagnostics.left_out() > 0) {
    out += "\n" + source.name() + ": " + std::to_string(diagnostics.left_out()) +
           " more messages are not shown; mend these first\n";
  }
  return out;
}

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  // A third of the letters may be wrong, but of a short word only one.
  int limit = std::max(1, static_cast<int>(word.size()) / 3);
  std::string best;
  for (const std::string& candidate : known) {
    if (candidate.size() < 2 || word.size() < 2) continue;
    const int found = distance(word, candidate, limit);
    if (found > limit || (found == limit && !best.empty())) continue;
    best = candidate;
    limit = found;
  }
  return best;
}

std::string backquoted(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known,
                         std::string otherwise) {
  const std::string near = nearest(word, known);
  return near.empty() ? std::move(otherwise) : "did you mean " + backquoted(near) + "?";
}

}  // namespace guerdon::plan
