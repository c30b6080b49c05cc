// The front end of the plan language in one call, and the plans that its tests read.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/syntax/diagnostic.h"
#include "engine/syntax/lexer.h"
#include "engine/syntax/parser.h"
#include "engine/syntax/source.h"
#include "engine/syntax/tree.h"

namespace guerdon::plan {

// A text, its tokens, its tree and what was said about it.
struct FrontEnd {
  explicit FrontEnd(std::string text, std::string name = "test.plan");

  SourceText source;
  Diagnostics diagnostics;
  std::vector<Token> tokens;
  tree::Plan tree;

  bool ok() const { return !diagnostics.has_errors(); }
  std::string said() const { return render(source, diagnostics); }
  std::string printed() const;    // print_tree
  std::string formatted() const;  // format_plan; REQUIRES: ok()
  std::string codes() const;      // codes_of
};

// "2:E004 7:W033": the line and code of each diagnostic, in the order of lines.
std::string codes_of(const SourceText& source, const Diagnostics& diagnostics);

// What a plan's line says is found there begins with this, `# expect: W080`.
inline constexpr std::string_view kMark = "# expect: ";

// "12:W080 31:E010": what the marks of a plan's lines say.
std::string expected_codes(const SourceText& source);

inline const std::filesystem::path kGoldenFolder = "tests/golden/plan/syntax";

std::string read_file(const std::filesystem::path& path);

// The plans of a folder, in order of name. An empty folder is a failure.
std::vector<std::filesystem::path> plans_in(const std::filesystem::path& folder);

// Where to cut a text off so that each of its words is left out, is broken off behind its first
// letter, and is there: sizes, ascending. The parser's tests cut at every byte; what is checked
// behind it is the same wherever else in a word the cut is.
std::vector<size_t> cuts_of(std::string_view text);

// Compares with the file, whose absence is a failure. With GUERDON_GOLDEN_WRITE set, the file is
// written instead.
void expect_golden(const std::string& text, const std::filesystem::path& path);

}  // namespace guerdon::plan
