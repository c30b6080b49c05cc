#include "engine/drop/report.h"

#include <algorithm>

#include "engine/base/hash.h"
#include "engine/event/text_rules.h"

namespace guerdon::drop {

namespace {

constexpr size_t kNameMax = 128;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

std::string_view word_of(Became became) {
  switch (became) {
    case Became::kApplied:
      return "applied";
    case Became::kRefused:
      return "refused, nothing was done";
    case Became::kSetAside:
      return "set aside, nothing was done";
    case Became::kStopped:
      break;
  }
  return "not at an end";
}

// "2-4 6"
std::string ranges_of(const std::vector<uint64_t>& lines) {
  std::string text;
  for (size_t i = 0; i < lines.size();) {
    size_t last = i;
    while (last + 1 < lines.size() && lines[last + 1] == lines[last] + 1) ++last;
    if (!text.empty()) text += ' ';
    text += std::to_string(lines[i]);
    if (last != i) text += "-" + std::to_string(lines[last]);
    i = last + 1;
  }
  return text.empty() ? "none" : text;
}

}  // namespace

bool is_file_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameMax && name.front() != '.' && name.front() != '-' &&
         std::all_of(name.begin(), name.end(), is_plain);
}

std::string summary_of(const FileFate& fate) {
  std::string text(word_of(fate.became));
  if (fate.became != Became::kApplied) return text;
  return text + ", " + std::to_string(fate.lines.size()) + " of " + std::to_string(fate.rows) +
         " goals, " + std::to_string(fate.fresh) + " new";
}

std::string report_name(std::string_view name) {
  if (is_file_name(name)) return std::string(name) + ".report";
  std::string plain(name.substr(0, kNameMax));
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return !is_plain(c); }, '_');
  return "_" + plain + "-" + base::hash128(name).to_hex() + ".report";
}

std::string report_name_in_place(std::string_view name) {
  return is_file_name(name) ? std::string(name) + ".in.report" : report_name(name);
}

std::string report_of(std::string_view name, const FileFate& fate) {
  std::string text = "file: " + event::printable(name, kNameShownMax) + "\n";
  if (!fate.checksum.empty()) text += "checksum: " + fate.checksum + "\n";
  if (!fate.reported.empty()) text += "reported: " + fate.reported + "\n";
  text.append("result: ").append(word_of(fate.became)).append("\n");
  if (fate.became == Became::kApplied) {
    text += "rows: " + std::to_string(fate.rows) + "\n";
    text += "rows_applied: " + std::to_string(fate.lines.size()) + "\n";
    text += "rows_new: " + std::to_string(fate.fresh) + "\n";
    text += "lines_applied: " + ranges_of(fate.lines) + "\n";
  }
  for (const event::FileProblem& problem : fate.problems) {
    if (problem.line != 0) text += "line " + std::to_string(problem.line) + ": ";
    text += problem.sentence + "\n";
  }
  if (fate.problems.size() == event::kProblemsMax) text += "... and maybe more lines\n";
  return text;
}

}  // namespace guerdon::drop
