#include "tests/unit/syntax/front_end.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include "engine/syntax/format.h"
#include "engine/syntax/tree_printer.h"

namespace guerdon::plan {

FrontEnd::FrontEnd(std::string text, std::string name)
    : source(std::move(name), std::move(text)),
      tokens(lex(source, diagnostics)),
      tree(parse(source, tokens, diagnostics)) {}

std::string FrontEnd::printed() const { return print_tree(tree); }

std::string FrontEnd::formatted() const { return format_plan(source, tree); }

std::string FrontEnd::codes() const { return codes_of(source, diagnostics); }

std::string codes_of(const SourceText& source, const Diagnostics& diagnostics) {
  std::vector<std::pair<int, std::string>> found;
  for (const Diagnostic& diagnostic : diagnostics.list()) {
    found.emplace_back(source.position(diagnostic.span.begin).line, code_text(diagnostic.code));
  }
  std::sort(found.begin(), found.end());
  std::string out;
  for (const auto& [line, code] : found) {
    if (!out.empty()) out += ' ';
    out += std::to_string(line) + ":" + code;
  }
  return out;
}

std::string expected_codes(const SourceText& source) {
  std::string out;
  for (int line = 1; line <= source.lines(); ++line) {
    const std::string_view text = source.line(line);
    const size_t at = text.find(kMark);
    if (at == std::string_view::npos) continue;
    if (!out.empty()) out += ' ';
    out += std::to_string(line) + ":" + std::string(text.substr(at + kMark.size(), 4));
  }
  return out;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << "cannot read " << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<std::filesystem::path> plans_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> plans;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".plan") plans.push_back(entry.path());
  }
  EXPECT_FALSE(plans.empty()) << "no plans in " << folder;
  std::sort(plans.begin(), plans.end());
  return plans;
}

std::vector<size_t> cuts_of(std::string_view text) {
  const auto kind_of = [&](size_t i) {
    const auto c = static_cast<unsigned char>(text[i]);
    return std::isalnum(c) != 0 || c == '_' ? 'a' : std::isspace(c) != 0 ? ' ' : '.';
  };
  std::vector<size_t> cuts;
  for (size_t size = 0; size <= text.size(); ++size) {
    const bool is_inside = size > 0 && size < text.size() && kind_of(size) == kind_of(size - 1);
    const bool is_begun = size > 0 && (size == 1 || kind_of(size - 1) != kind_of(size - 2));
    if (!is_inside || is_begun) cuts.push_back(size);
  }
  return cuts;
}

void expect_golden(const std::string& text, const std::filesystem::path& path) {
  if (std::getenv("GUERDON_GOLDEN_WRITE") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  ASSERT_TRUE(std::filesystem::exists(path))
      << path << " is missing; run the test once with GUERDON_GOLDEN_WRITE=1 and read the file";
  EXPECT_EQ(text, read_file(path)) << path;
}

}  // namespace guerdon::plan
