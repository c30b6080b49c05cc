// Proves of a table's rows that at most one fits best, and of its ranges that they leave no hole.
//
// A bound is seen as a place on a line on which the whole number n has place 2n and what lies
// between n and n + 1 has place 2n + 1. So `up to n` ends at 2n, `below n` at 2n - 1, `from n`
// begins at 2n, `above n` at 2n + 1; two rows touch when one begins a place after the other ends.
// Keys are whole (Typer::check_keys), so a gap of one odd place is no hole: `up to 9` and `from 10`
// are neighbours for a count.
#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/assert.h"
#include "engine/base/int128.h"
#include "engine/money/decimal.h"
#include "engine/plan/check_tables.h"

namespace guerdon::plan {
namespace {

using base::Int128;
using tree::CellKind;

constexpr Int128 kWithoutEnd = static_cast<Int128>(1) << 100;

bool is_upper(const Cell& cell) {
  return cell.kind == CellKind::kUpTo || cell.kind == CellKind::kBelow;
}

Int128 place_of(const Cell& cell) {
  const Int128 twice = Int128{cell.number} * 2;
  if (cell.kind == CellKind::kBelow) return twice - 1;
  return cell.kind == CellKind::kAbove ? twice + 1 : twice;
}

// The rows whose cells are equal but for the range.
struct RowGroup {
  std::vector<int> ranges;
  std::vector<int> singles;  // rows whose last cell is one value
  int any = -1;              // the row whose last cell is `any`
  Int128 gap_low = 1;        // places between its ranges that are no range's; from 1 to 0: none
  Int128 gap_high = 0;
  Int128 low = 0;  // places; what the ranges cover, once proved
  Int128 high = 0;
};

// Whether all these places are in ranges of the group.
bool covers(const RowGroup& group, Int128 low, Int128 high) {
  const bool meets_gap =
      group.gap_low <= group.gap_high && low <= group.gap_high && high >= group.gap_low;
  return !group.ranges.empty() && group.low <= low && group.high >= high && !meets_gap;
}

class RowProof {
 public:
  RowProof(Checking& checking, int index)
      : checking_(checking), table_(checking.table(index)), state_(checking.table_state(index)) {}

  bool prove();

 private:
  bool enter_rows();
  bool enter_row(int index);
  bool prove_ranges(RowGroup& group);
  bool prove_neighbours(RowGroup& group, int before, int after);
  bool prove_junction(RowGroup& group, int upper, int lower);
  bool has_fallback(const RowGroup& group) const;
  bool prove_no_tie();
  bool prove_no_tie(const std::string& first, const RowGroup& group);
  // Tables of more than two keys.
  struct Side;
  std::vector<Side> sides();
  bool prove_sides();
  bool refuse_pairs();
  bool prove_pair(const Side& a, const Side& b);
  bool is_decided(const Side& a, const Side& b) const;
  std::string names_of(const Row& row, size_t names) const;
  size_t equalities() const {
    return table_.keys.size() - (table_.keys.back().kind == KeyKind::kRange ? 1 : 0);
  }
  std::string whole_word(const std::string& prefix, const Cell& cell) const;
  bool report_tie(int index, int other, const std::string& advice);

  size_t last() const { return table_.keys.size() - 1; }
  const Row& row(int index) const { return table_.rows[static_cast<size_t>(index)]; }
  const Cell& range(int index) const { return row(index).cells[last()]; }
  std::string label(size_t key, const Cell& cell) const {
    const std::string value = print_key(checking_, table_, key, cell);
    const std::string words(tree::cell_words(cell.kind));
    return words.empty() || value.empty() ? words + value : words + " " + value;
  }
  std::string label(int index) const { return label(last(), range(index)); }
  Span cell_span(int index) const { return row(index).span; }

  // The cells before the last, as a word that differs when they differ.
  std::string prefix_of(const Row& row) const;
  std::string cell_word(const Cell& cell) const;

  Checking& checking_;
  const Table& table_;
  TableState& state_;
  // By prefix. A table without ranges has one group for each prefix, with the last cells in
  // `rows_`.
  absl::flat_hash_map<std::string, RowGroup> groups_;
  std::vector<std::string> order_;                 // prefixes as they come: messages have one order
  absl::flat_hash_map<std::string, int> singles_;  // whole rows without ranges
};

std::string RowProof::cell_word(const Cell& cell) const {
  if (cell.kind == CellKind::kAny) return "*";
  return cell.text.empty() ? std::to_string(cell.number) : "\"" + cell.text;
}

std::string RowProof::prefix_of(const Row& row) const {
  if (last() <= 1) return last() == 0 ? "" : cell_word(row.cells[0]);
  return names_of(row, (size_t{1} << last()) - 1);
}

// The cells of these keys (a bit for each), as a word that differs when they differ.
std::string RowProof::names_of(const Row& row, size_t names) const {
  std::string word;
  for (size_t k = 0; k < row.cells.size(); ++k) {
    if ((names >> k & 1) == 0) continue;
    const std::string cell = cell_word(row.cells[k]);
    word += std::to_string(cell.size()) + ":" + cell + ",";
  }
  return word;
}

// The length comes first, so that ("a", "b,c") and ("a,b", "c") stay apart.
std::string RowProof::whole_word(const std::string& prefix, const Cell& cell) const {
  return std::to_string(prefix.size()) + ":" + prefix + "," + cell_word(cell);
}

bool RowProof::enter_row(int index) {
  const std::string prefix = prefix_of(row(index));
  const auto [place, fresh] = groups_.try_emplace(prefix);
  if (fresh) order_.push_back(prefix);
  RowGroup& group = place->second;
  const Cell& cell = range(index);
  if (tree::is_range(cell.kind)) {
    group.ranges.push_back(index);
    return true;
  }
  if (cell.kind == CellKind::kAny) {
    group.any = index;
  } else {
    group.singles.push_back(index);
  }
  const auto [single, is_new] = singles_.insert({whole_word(prefix, cell), index});
  return is_new || report_tie(index, single->second, "leave one of them out");
}

bool RowProof::enter_rows() {
  bool sound = true;
  for (size_t i = 0; i < table_.rows.size(); ++i) {
    sound = enter_row(static_cast<int>(i)) && sound;
  }
  return sound;
}

bool RowProof::report_tie(int index, int other, const std::string& advice) {
  std::string keys;
  for (size_t k = 0; k < table_.keys.size(); ++k) {
    const Cell& mine = row(index).cells[k];
    const Cell& cell = mine.kind == CellKind::kAny ? row(other).cells[k] : mine;
    if (k > 0) keys += ", ";
    keys += label(k, cell);
  }
  if (table_.keys.size() > 1) keys = "(" + keys + ")";
  checking_.report(
      kTwoRowsFit, cell_span(index), "two rows fit " + keys + " equally well",
      "the other is in line " + std::to_string(checking_.line_of(row(other).span)) + "; " + advice);
  return false;
}

// ---- ranges -------------------------------------------------------------------------------------

// Whether a key that no range of the group reaches has a row all the same.
bool RowProof::has_fallback(const RowGroup& group) const {
  if (table_.otherwise || group.any >= 0) return true;
  if (last() == 0) return false;
  std::string all = "*";
  for (size_t k = 0; k < last() && last() > 1; ++k) all = k == 0 ? "1:*," : all + "1:*,";
  return groups_.contains(all) && &groups_.at(all) != &group;
}

bool RowProof::prove_junction(RowGroup& group, int upper, int lower) {
  const Int128 end = place_of(range(upper));
  const Int128 begin = place_of(range(lower));
  if (begin <= end) return report_tie(lower, upper, "let one end where the other begins");
  if (begin == end + 1) return true;
  state_.has_hole = true;  // in parts, even what lies between 9 and 10 has to be someone's
  const bool between_whole_numbers = begin == end + 2 && end % 2 == 0;
  if (between_whole_numbers) return true;
  group.gap_low = end + 1;
  group.gap_high = begin - 1;
  if (has_fallback(group)) return true;
  const std::string low = print_key(checking_, table_, last(), range(upper));
  const std::string high = print_key(checking_, table_, last(), range(lower));
  checking_.report(
      kHole, cell_span(lower),
      "rows leave a hole: " + (low == high
                                   ? low + " itself has no row"
                                   : "what lies between " + low + " and " + high + " has no row"),
      "write `up to " + low + "` in line " + std::to_string(checking_.line_of(cell_span(upper))) +
          (low == high ? ", or `from " : " and `above ") + low + "` in line " +
          std::to_string(checking_.line_of(cell_span(lower))));
  return false;
}

bool RowProof::prove_neighbours(RowGroup& group, int before, int after) {
  const bool upper_before = is_upper(range(before));
  const bool upper_after = is_upper(range(after));
  if (upper_before && !upper_after) return prove_junction(group, before, after);
  if (!upper_before && upper_after) {
    checking_.report(
        kNotAscending, cell_span(after),
        backquoted(label(after)) + " comes after " + backquoted(label(before)),
        "first come upper bounds (`up to`, `below`), then lower ones (`from`, `above`)");
    return false;
  }
  if (place_of(range(before)) < place_of(range(after))) return true;
  checking_.report(kNotAscending, cell_span(after),
                   backquoted(label(after)) + " comes after " + backquoted(label(before)),
                   "rows of ranges go upward");
  return false;
}

bool RowProof::prove_ranges(RowGroup& group) {
  if (group.ranges.empty()) return true;
  for (size_t i = 1; i < group.ranges.size(); ++i) {
    if (!prove_neighbours(group, group.ranges[i - 1], group.ranges[i])) return false;
  }
  const int first = group.ranges.front();
  const int final = group.ranges.back();
  // A first upper bound rules what is below 0 too: there it pays nothing.
  group.low = is_upper(range(first)) ? -kWithoutEnd : place_of(range(first));
  group.high = is_upper(range(final)) ? place_of(range(final)) : kWithoutEnd;
  if (!is_upper(range(first)) && range(first).number > 0) state_.begins_above_0 = true;
  if (group.high == kWithoutEnd || has_fallback(group)) return true;
  const std::string bound = print_key(checking_, table_, last(), range(final));
  checking_.report(kHole, cell_span(final),
                   "rows leave a hole: nothing covers what is above " + bound,
                   "add `otherwise : ...` as the last row; `otherwise : none` pays nothing there");
  return false;
}

// ---- ties between rows with as many `any` -------------------------------------------------------

// (first, any) and (any, second) both fit (first, second); only a row of that name decides. Each
// pair that passes has a row of its own, so no more pairs are looked at than there are rows.
bool RowProof::prove_no_tie(const std::string& first, const RowGroup& group) {
  const RowGroup& wide = groups_.at("*");
  if (!wide.ranges.empty()) {
    return covers(group, wide.low, wide.high) ||
           report_tie(group.any, wide.ranges.front(), "add rows for both keys that decide");
  }
  for (const int other : wide.singles) {
    if (singles_.contains(whole_word(first, range(other)))) continue;
    return report_tie(std::max(other, group.any), std::min(other, group.any),
                      "add a row for both keys that decides");
  }
  return true;
}

// What of a table of more than two keys may tie with another: the rows of ranges of a group, its
// row that says `any`, or, without ranges, one row.
struct RowProof::Side {
  int row = -1;      // the first of it
  size_t named = 0;  // keys of equality that are not `any`, a bit for each
  int names = 0;     // how many cells are not `any`, a range included
  bool is_range = false;
  Int128 low = -kWithoutEnd;  // places that it fits
  Int128 high = kWithoutEnd;
};

std::vector<RowProof::Side> RowProof::sides() {
  std::vector<Side> all;
  const auto add = [&](int index) -> Side& {
    Side& side = all.emplace_back();
    side.row = index;
    for (size_t k = 0; k < equalities(); ++k) {
      if (row(index).cells[k].kind == CellKind::kAny) continue;
      side.named |= size_t{1} << k;
      ++side.names;
    }
    return side;
  };
  if (equalities() == table_.keys.size()) {
    for (size_t i = 0; i < table_.rows.size(); ++i) add(static_cast<int>(i));
    return all;
  }
  for (const std::string& prefix : order_) {
    const RowGroup& group = groups_.at(prefix);
    if (group.any >= 0) add(group.any);
    if (group.ranges.empty()) continue;
    Side& side = add(group.ranges.front());
    side.is_range = true;
    ++side.names;
    side.low = group.low;
    side.high = group.high;
  }
  return all;
}

// Whether what fits both is one row's that names more.
bool RowProof::is_decided(const Side& a, const Side& b) const {
  Row meet;
  for (size_t k = 0; k < table_.keys.size(); ++k) {
    const Cell& mine = row(a.row).cells[k];
    meet.cells.push_back(k < equalities() && mine.kind == CellKind::kAny ? row(b.row).cells[k]
                                                                         : mine);
  }
  if (equalities() == table_.keys.size()) {
    const std::string prefix = prefix_of(meet);
    return singles_.contains(whole_word(prefix, meet.cells.back()));
  }
  const Int128 low = std::max(a.low, b.low);
  const Int128 high = std::min(a.high, b.high);
  if (low > high) return true;  // nothing fits both
  const auto found = groups_.find(prefix_of(meet));
  if (found == groups_.end()) return false;
  const RowGroup& group = found->second;
  int names = 0;
  for (size_t k = 0; k < equalities(); ++k) names += meet.cells[k].kind != CellKind::kAny ? 1 : 0;
  // A missing key is in no range, and two rows that say `any` both fit it.
  const bool both_say_any = !a.is_range && !b.is_range;
  return (!both_say_any && covers(group, low, high)) || (group.any >= 0 && names > a.names);
}

bool RowProof::prove_pair(const Side& a, const Side& b) {
  if (is_decided(a, b)) return true;
  return report_tie(std::max(a.row, b.row), std::min(a.row, b.row),
                    "add a row for all these keys that decides");
}

// Pairs of sides that name as many keys, but not the same ones: those whose common names are equal
// are looked at. Each of these has a row of its own that decides, so there are not many more of
// them than rows; but for ranges that do not meet, of which there may be a limited number.
bool RowProof::prove_sides() {
  constexpr size_t kPairsMax = 10'000'000;
  std::vector<Side> all = sides();
  std::map<std::pair<size_t, int>, std::vector<const Side*>> kinds;
  for (const Side& side : all) kinds[{side.named, side.names}].push_back(&side);
  size_t pairs = 0;
  for (auto one = kinds.begin(); one != kinds.end(); ++one) {
    for (auto two = std::next(one); two != kinds.end(); ++two) {
      if (one->first.second != two->first.second) continue;
      const size_t common = one->first.first & two->first.first;
      absl::flat_hash_map<std::string, std::vector<const Side*>> by_names;
      for (const Side* side : one->second) {
        by_names[names_of(row(side->row), common)].push_back(side);
      }
      for (const Side* side : two->second) {
        const auto found = by_names.find(names_of(row(side->row), common));
        if (found == by_names.end()) continue;
        pairs += found->second.size();
        if (pairs > kPairsMax) return refuse_pairs();
        for (const Side* other : found->second) {
          if (!prove_pair(*other, *side)) return false;
        }
      }
    }
  }
  return true;
}

bool RowProof::refuse_pairs() {
  checking_.report(kTooMany, table_.span,
                   "too many rows of this table may fit one key, as `any` stands in different keys",
                   "let `any` stand in the last keys, or make it two tables");
  return false;
}

bool RowProof::prove_no_tie() {
  if (table_.keys.size() > 2) return prove_sides();
  if (last() == 0 || !groups_.contains("*")) return true;
  for (const std::string& first : order_) {
    const RowGroup& group = groups_.at(first);
    if (first == "*" || group.any < 0) continue;
    if (!prove_no_tie(first, group)) return false;
  }
  return true;
}

bool RowProof::prove() {
  GUERDON_ASSERT(!table_.keys.empty());
  if (!enter_rows()) return false;
  bool sound = true;
  for (const std::string& prefix : order_) sound = prove_ranges(groups_.at(prefix)) && sound;
  return sound && prove_no_tie();
}

}  // namespace

std::string print_key(const Checking& checking, const Table& table, size_t key, const Cell& cell) {
  if (cell.kind == CellKind::kAny) return "";
  if (table.keys[key].kind == KeyKind::kText) return "\"" + cell.text + "\"";
  if (!cell.text.empty()) return cell.text;  // a level
  const Type type = table.keys[key].type;
  const int scale = type.kind == TypeKind::kAmount ? checking.unit(type.unit).scale : 0;
  return money::format_decimal(cell.number, scale);
}

bool prove_rows(Checking& checking, int table) { return RowProof(checking, table).prove(); }

}  // namespace guerdon::plan
