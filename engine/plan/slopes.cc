// Straight lines between the points of a table.
#include <string>

#include "absl/container/flat_hash_map.h"
#include "engine/base/assert.h"
#include "engine/plan/bounds.h"

namespace guerdon::plan {
namespace {

// The cells before the point, as a word that differs when they differ.
std::string group_word(const Row& row) {
  std::string word;
  for (size_t k = 0; k + 1 < row.cells.size(); ++k) {
    const Cell& cell = row.cells[k];
    word += std::to_string(static_cast<int>(cell.kind)) + ":" + std::to_string(cell.text.size()) +
            ":" + cell.text + ":" + std::to_string(cell.number) + ",";
  }
  return word;
}

std::optional<money::Ratio> slope_between(const Row& from, const Row& to, size_t column) {
  const money::Ratio begin = from.values[column].value_or(money::Ratio{});
  const money::Ratio end = to.values[column].value_or(money::Ratio{});
  int64_t length = 0;
  if (__builtin_sub_overflow(to.cells.back().number, from.cells.back().number, &length)) {
    return std::nullopt;
  }
  GUERDON_ASSERT(length > 0);  // the checker: points ascend
  const std::optional<money::Ratio> rise = money::subtract(end, begin);
  return rise ? money::multiply(*rise, {1, length}) : std::nullopt;
}

}  // namespace

std::optional<std::vector<money::Ratio>> slopes_of(const Table& table, size_t column) {
  std::vector<money::Ratio> slopes;
  if (!table.is_interpolated) return slopes;
  slopes.resize(table.rows.size());
  absl::flat_hash_map<std::string, size_t> before;  // by group: its last point so far
  for (size_t i = 0; i < table.rows.size(); ++i) {
    const Row& row = table.rows[i];
    if (row.cells.back().kind != tree::CellKind::kAt) continue;
    const auto [place, is_first] = before.try_emplace(group_word(row), i);
    if (is_first) continue;
    const std::optional<money::Ratio> slope = slope_between(table.rows[place->second], row, column);
    if (!slope) return std::nullopt;
    slopes[place->second] = *slope;
    place->second = i;
  }
  return slopes;
}

}  // namespace guerdon::plan
