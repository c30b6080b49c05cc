// Tables whose rows come from outside: what a plan declares of them. The rows: random_rows.h.
#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "tests/generate/draft.h"
#include "tests/generate/random_terms.h"

namespace guerdon::generate {
namespace {

constexpr int64_t kMillion = 1'000'000;
constexpr int kKeysMax = 4;

bool is_sent(const Attribute& attribute) { return !attribute.is_line && attribute.fold.empty(); }

// `GBP at most 1_000.00`, `count`, `ratio at most 30%`; sets what it comes to.
std::string column_words(Rng& rng, const Draft& draft, Named& column) {
  const bool is_bounded = rng.chance(60);
  if (column.kind == Kind::kRatio) {
    column.den = kMillion;
    column.top = 100 * kMillion;
    if (!is_bounded) return "ratio";
    const int64_t percent = rng.small(1, 300);
    column.top = percent * 10'000;
    return "ratio at most " + std::to_string(percent) + "%";
  }
  if (column.kind == Kind::kCount) {
    column.top = common_counts().back();
    if (!is_bounded) return "count";
    const int64_t most = std::max<int64_t>(1, rng.pick(common_counts()));
    column.top = most;
    return "count at most " + count_literal(rng, most);
  }
  const Unit& unit = draft.units[static_cast<size_t>(column.unit)];
  column.top = common_amounts().back();
  if (!is_bounded) return unit.name;
  const int64_t most = std::max<int64_t>(1, rng.pick(common_amounts()));
  column.top = most;
  return unit.name + " at most " + amount_literal(rng, unit, most, true);
}

std::string constant_of(Rng& rng, const Draft& draft, const Named& column) {
  if (column.kind == Kind::kRatio) return std::to_string(rng.small(0, 20)) + "%";
  if (column.kind == Kind::kCount) return std::to_string(rng.small(0, 3));
  return amount_literal(rng, draft.units[static_cast<size_t>(column.unit)], rng.small(0, 3'000),
                        true);
}

// An `otherwise` says of each column what holds, or `none`.
void draft_otherwise(Rng& rng, Draft& draft, const Table& table) {
  std::vector<std::string> values;
  for (const Named& column : table.columns) {
    const bool is_none = rng.chance(25);
    values.push_back(is_none ? "none" : constant_of(rng, draft, column));
  }
  draft.line(1, "otherwise : " + joined(values));
}

}  // namespace

bool draft_file_table(Rng& rng, Draft& draft, Table& table) {
  std::vector<int> candidates;
  for (size_t a = 0; a < draft.attributes.size(); ++a) {
    const Attribute& attribute = draft.attributes[a];
    const bool is_key = attribute.kind == Kind::kText || attribute.kind == Kind::kCount;
    if (is_key && is_sent(attribute)) candidates.push_back(static_cast<int>(a));
  }
  if (candidates.empty()) return false;
  table.is_from_file = true;
  std::vector<std::string> keys;
  // Beyond one mostly as many as may be: few plans have attributes for four.
  const int wanted = rng.chance(35) ? 1 : std::min(rng.small(2, 6), kKeysMax);
  while (static_cast<int>(keys.size()) < wanted && !candidates.empty()) {
    const auto at = static_cast<size_t>(rng.below(candidates.size()));
    const Attribute& attribute = draft.attributes[static_cast<size_t>(candidates[at])];
    candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(at));
    table.keys.push_back({.kind = attribute.kind});
    keys.push_back(attribute.name);
  }
  std::vector<std::string> names;
  std::vector<std::string> columns;
  for (Named& column : table.columns) {
    if (!column.name.empty()) names.push_back(column.name);
    columns.push_back(column_words(rng, draft, column));
  }
  draft.line(0, "");
  draft.line(0, "table " + table.name + " by " + joined(keys) +
                    (names.empty() ? "" : " : " + joined(names)));
  draft.line(1, "from file of " + joined(columns));
  table.has_otherwise = rng.chance(35);
  if (table.has_otherwise) draft_otherwise(rng, draft, table);
  return true;
}

// Attributes as one event brings them: not computed, not made of lines. Where the place is about an
// object, it is an event of that.
std::optional<std::vector<std::string>> Terms::keys_as_sent(const Table& table) {
  std::vector<std::string> names;
  std::vector<int> events = draft_.object_events;
  if (place_.since.empty()) {
    events.resize(draft_.events.size());
    std::iota(events.begin(), events.end(), 0);
  }
  for (const Key& key : table.keys) {
    std::vector<const Attribute*> fitting;
    for (const int a : place_.attributes) {
      const Attribute& attribute = draft_.attributes[static_cast<size_t>(a)];
      if (attribute.kind == key.kind && is_sent(attribute)) fitting.push_back(&attribute);
    }
    if (fitting.empty()) return std::nullopt;
    const Attribute& chosen = *rng_.pick(fitting);
    std::erase_if(events, [&](int event) {
      return std::find(chosen.events.begin(), chosen.events.end(), event) == chosen.events.end();
    });
    names.push_back(chosen.name);
  }
  if (events.empty()) return std::nullopt;
  return names;
}

// In a column that has such values, where there is one.
std::optional<Phrase> Terms::lookup_in_files(Kind kind, int unit, int depth) {
  std::vector<std::pair<const Table*, size_t>> fitting;
  for (const Table& table : draft_.tables) {
    for (size_t c = 0; c < table.columns.size() && table.is_from_file; ++c) {
      const Named& column = table.columns[c];
      const bool fits = column.kind == kind && (kind != Kind::kAmount || column.unit == unit);
      if (fits) fitting.emplace_back(&table, c);
    }
  }
  if (fitting.empty()) return std::nullopt;
  const auto [table, column] = rng_.pick(fitting);
  return lookup_in(*table, column, kind, unit, depth);
}

}  // namespace guerdon::generate
