#include "tools/guerdon/replay/replay_notes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace guerdon::tools {

namespace {

// --json has all of them.
constexpr size_t kNamesShownMax = 8;
constexpr size_t kTypesShownMax = 5;
constexpr size_t kTracesShownMax = 5;

// "a, b, c and 4 more"
std::string listed(const std::vector<std::string>& names, size_t shown_max = kNamesShownMax) {
  std::string list;
  for (size_t i = 0; i < names.size() && i < shown_max; ++i) {
    list += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() <= shown_max) return list;
  return list + " and " + std::to_string(names.size() - shown_max) + " more";
}

// "name (detail)" of each.
std::vector<std::string> in_brackets(
    const std::vector<std::pair<std::string, std::string>>& details) {
  std::vector<std::string> names;
  names.reserve(details.size());
  for (const auto& [name, detail] : details) {
    names.push_back(std::string(name).append(" (").append(detail).append(")"));
  }
  return names;
}

std::string columns_note(const ReplayReport& report) {
  if (report.ignored_columns.empty()) return "";
  return "note: columns that no plan reads: " + listed(report.ignored_columns) + "\n";
}

// Of one trace: each attribute with the types that declare it.
std::string attributes_note(const std::vector<AbsentAttribute>& absent, const std::string& source) {
  std::vector<std::pair<std::string, std::string>> types_of;
  for (const AbsentAttribute& one : absent) {
    if (one.source != source) continue;
    const auto known = std::find_if(types_of.begin(), types_of.end(), [&](const auto& entry) {
      return entry.first == one.attribute;
    });
    if (known == types_of.end()) {
      types_of.emplace_back(one.attribute, one.type);
    } else {
      known->second += ", " + one.type;
    }
  }
  return "note: attributes without a column in " + source + ": " + listed(in_brackets(types_of)) +
         "\n";
}

std::string attributes_notes(const std::vector<AbsentAttribute>& absent) {
  std::vector<std::string> sources;
  for (const AbsentAttribute& one : absent) {
    if (std::find(sources.begin(), sources.end(), one.source) == sources.end()) {
      sources.push_back(one.source);
    }
  }
  std::string notes;
  for (size_t i = 0; i < sources.size() && i < kTracesShownMax; ++i) {
    notes += attributes_note(absent, sources[i]);
  }
  if (sources.size() <= kTracesShownMax) return notes;
  return notes + "note: and in " + std::to_string(sources.size() - kTracesShownMax) +
         " more traces\n";
}

// The most frequent first.
std::string types_note(const ReplayReport& report) {
  std::vector<std::pair<std::string, uint64_t>> types(report.ignored_types.begin(),
                                                      report.ignored_types.end());
  if (types.empty()) return "";
  std::stable_sort(types.begin(), types.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::pair<std::string, std::string>> counted;
  counted.reserve(types.size());
  for (const auto& [type, count] : types) counted.emplace_back(type, std::to_string(count));
  return "note: events of types that no plan declares: " +
         listed(in_brackets(counted), kTypesShownMax) + "\n";
}

}  // namespace

std::string replay_notes(const ReplayReport& report) {
  return columns_note(report) + attributes_notes(report.absent_attributes) + types_note(report);
}

}  // namespace guerdon::tools
