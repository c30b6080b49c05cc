#include "engine/proofs/scale.h"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/base/assert.h"
#include "engine/money/limits.h"
#include "engine/money/ratio.h"
#include "engine/plan/bounds.h"

namespace guerdon::plan {
namespace {

using base::Int128;
using money::Ratio;
using tree::CellKind;

// slope * x + base from `from` on; the last reaches to the end.
struct Piece {
  int64_t from = 0;
  Ratio slope;
  Ratio base;
  bool pays = true;
};
using Pieces = std::vector<Piece>;
using Found = std::optional<Pieces>;

// Which row a basis falls in: from `from` on; -1: none.
struct Stretch {
  int64_t from = 0;
  int row = -1;
};

constexpr Int128 kSlopeMax = Int128{1} << 62;
constexpr Int128 kBaseMax = Int128{1} << 110;
static_assert(kSlopeMax * money::kMeasureMax < (Int128{1} << 125), "a value is exact in Int128");

bool is_upper(CellKind kind) { return kind == CellKind::kUpTo || kind == CellKind::kBelow; }

// The row `otherwise` stands for has the number after the last.
int otherwise_of(const Table& table) {
  return table.otherwise ? static_cast<int>(table.rows.size()) : -1;
}

std::vector<Stretch> stretches_of(const Table& table) {
  std::vector<Stretch> all;
  const auto add = [&](int64_t from, int row) {
    if (!all.empty() && all.back().from == from) all.pop_back();
    all.push_back({from, row});
  };
  int64_t next = 0;
  bool open = true;  // what begins at `next` is no row's yet
  for (size_t i = 0; i < table.rows.size(); ++i) {
    const Cell& cell = table.rows[i].cells[0];
    if (is_upper(cell.kind)) {
      const int64_t end = cell.kind == CellKind::kUpTo ? cell.number : cell.number - 1;
      if (end < next) continue;
      add(next, static_cast<int>(i));
      next = end + 1;
      continue;
    }
    const int64_t begin =
        std::max<int64_t>(cell.kind == CellKind::kAbove ? cell.number + 1 : cell.number, 0);
    if (open && begin > next) add(next, otherwise_of(table));
    open = false;
    add(begin, static_cast<int>(i));
  }
  if (open) add(next, otherwise_of(table));
  return all;
}

class ScaleFinder {
 public:
  ScaleFinder(const Plan& plan, const Term& basis)
      : plan_(plan), kind_(basis.kind), basis_(print_term(plan, basis)) {}

  Found of(const Term& term);
  bool is_graduated() const { return is_graduated_; }

 private:
  template <class Join>
  Found joined(const Found& a, const Found& b, Join join) const;
  Found sum(const Term& term, bool minus);
  Found product(const Term& term);
  Found lookup(const Term& term);
  Found in_row(const Term& term, int row, const std::vector<Ratio>& slopes) const;
  Found choice(const Term& term);
  Found parts(const Term& term);
  bool is_basis(const Term& term) const {
    return term.kind == kind_ && print_term(plan_, term) == basis_;
  }
  bool goes_by_basis(const Term& term) const {
    return table(term).keys.size() == 1 && table(term).keys[0].kind == KeyKind::kRange &&
           table(term).later.empty() && is_basis(*term.args[0]);
  }
  const Table& table(const Term& term) const {
    return plan_.tables[static_cast<size_t>(term.index)];
  }
  static const Row& row_of(const Table& table, int row) {
    const auto index = static_cast<size_t>(row);
    return index < table.rows.size() ? table.rows[index] : *table.otherwise;
  }

  const Plan& plan_;
  const TermKind kind_;
  const std::string basis_;
  bool is_graduated_ = false;
};

// What `pieces` says from `from` to before `end`, added to `to`.
void add_between(const Pieces& pieces, int64_t from, int64_t end, Pieces& to) {
  for (size_t i = 0; i < pieces.size(); ++i) {
    const int64_t next = i + 1 < pieces.size() ? pieces[i + 1].from : INT64_MAX;
    if (next <= from || pieces[i].from >= end) continue;
    to.push_back(pieces[i]);
    to.back().from = std::max(pieces[i].from, from);
  }
}

Pieces constant(Ratio value) { return {{0, {}, value, true}}; }
Pieces nothing() { return {{0, {}, {}, false}}; }

template <class Join>
Found ScaleFinder::joined(const Found& a, const Found& b, Join join) const {
  if (!a || !b) return std::nullopt;
  Pieces result;
  size_t i = 0;
  size_t j = 0;
  while (true) {
    const Piece& left = (*a)[i];
    const Piece& right = (*b)[j];
    std::optional<std::pair<Ratio, Ratio>> line = join(left, right);
    if (!line) return std::nullopt;
    result.push_back(
        {std::max(left.from, right.from), line->first, line->second, left.pays && right.pays});
    const int64_t next_left = i + 1 < a->size() ? (*a)[i + 1].from : INT64_MAX;
    const int64_t next_right = j + 1 < b->size() ? (*b)[j + 1].from : INT64_MAX;
    if (next_left == INT64_MAX && next_right == INT64_MAX) return result;
    if (next_left <= next_right) ++i;
    if (next_right <= next_left) ++j;
  }
}

std::optional<std::pair<Ratio, Ratio>> line(std::optional<Ratio> slope, std::optional<Ratio> base) {
  if (!slope || !base) return std::nullopt;
  return std::pair(*slope, *base);
}

Found ScaleFinder::sum(const Term& term, bool minus) {
  return joined(of(*term.args[0]), of(*term.args[1]), [&](const Piece& a, const Piece& b) {
    const auto combine = minus ? money::subtract : money::add;
    return line(combine(a.slope, b.slope), combine(a.base, b.base));
  });
}

// At most one side may rise with the basis.
Found ScaleFinder::product(const Term& term) {
  return joined(of(*term.args[0]), of(*term.args[1]), [](const Piece& a, const Piece& b) {
    if (a.slope.num != 0 && b.slope.num != 0) return line(std::nullopt, std::nullopt);
    const Piece& rising = a.slope.num != 0 ? a : b;
    const Piece& other = a.slope.num != 0 ? b : a;
    return line(money::multiply(rising.slope, other.base),
                money::multiply(rising.base, other.base));
  });
}

Found ScaleFinder::lookup(const Term& term) {
  if (!goes_by_basis(term)) return std::nullopt;
  const Found otherwise = term.has_else ? of(*term.args.back()) : Found(nothing());
  if (!otherwise) return std::nullopt;
  const std::vector<Stretch> stretches = stretches_of(table(term));
  const auto slopes = slopes_of(table(term), static_cast<size_t>(term.column));
  if (!slopes) return std::nullopt;
  Pieces result;
  for (size_t i = 0; i < stretches.size(); ++i) {
    const int64_t end = i + 1 < stretches.size() ? stretches[i + 1].from : INT64_MAX;
    if (stretches[i].row < 0) {
      add_between(*otherwise, stretches[i].from, end, result);
      continue;
    }
    const Found pieces = in_row(term, stretches[i].row, *slopes);
    if (!pieces) return std::nullopt;
    add_between(*pieces, stretches[i].from, end, result);
  }
  return result;
}

// The value of the row, or the line that begins at its point.
Found ScaleFinder::in_row(const Term& term, int row, const std::vector<Ratio>& slopes) const {
  const Table& table = this->table(term);
  const std::optional<Ratio>& value = row_of(table, row).values[static_cast<size_t>(term.column)];
  if (!value) return nothing();
  const auto index = static_cast<size_t>(row);
  if (index >= slopes.size()) return constant(*value);  // `otherwise`, or there are no lines
  const Ratio slope = slopes[index];
  const std::optional<Ratio> before =
      money::multiply(slope, {table.rows[index].cells[0].number, 1});
  const std::optional<Ratio> base = before ? money::subtract(*value, *before) : std::nullopt;
  if (!base) return std::nullopt;
  return Pieces{{0, slope, *base, true}};
}

Found ScaleFinder::choice(const Term& term) {
  if (!goes_by_basis(term)) return std::nullopt;
  const std::vector<Stretch> stretches = stretches_of(table(term));
  Pieces result;
  for (size_t i = 0; i < stretches.size(); ++i) {
    const int64_t end = i + 1 < stretches.size() ? stretches[i + 1].from : INT64_MAX;
    const Term* arm =
        stretches[i].row < 0 ? nullptr : term.args[static_cast<size_t>(stretches[i].row) + 1].get();
    const Found pieces = arm != nullptr ? of(*arm) : Found(nothing());
    if (!pieces) return std::nullopt;
    add_between(*pieces, stretches[i].from, end, result);
  }
  return result;
}

// Cut at the bounds, whatever their word. What is added at a bound is where the part before ended.
Found ScaleFinder::parts(const Term& term) {
  if (!goes_by_basis(term) || term.args.size() > 1) return std::nullopt;
  is_graduated_ = true;
  const Table& table = this->table(term);
  const auto value_of = [&](int row) -> Ratio {
    if (row < 0) return {};
    return row_of(table, row).values[static_cast<size_t>(term.column)].value_or(Ratio{});
  };
  std::vector<std::pair<int64_t, Ratio>> cuts;  // from where, at what rate
  int64_t next = 0;
  bool open = true;
  bool has_upper = false;
  for (size_t i = 0; i < table.rows.size(); ++i) {
    const Cell& cell = table.rows[i].cells[0];
    const auto row = static_cast<int>(i);
    if (is_upper(cell.kind)) {
      has_upper = true;
      if (cell.number <= next) continue;
      cuts.emplace_back(next, value_of(row));
      next = cell.number;
      continue;
    }
    const int64_t begin = std::max<int64_t>(cell.number, 0);
    if (open && begin > next) {
      cuts.emplace_back(next, has_upper ? value_of(otherwise_of(table)) : Ratio{});
    }
    open = false;
    if (!cuts.empty() && cuts.back().first == begin) cuts.pop_back();
    cuts.emplace_back(begin, value_of(row));
  }
  if (open) cuts.emplace_back(next, value_of(otherwise_of(table)));
  Pieces result;
  std::optional<Ratio> base = Ratio{};
  Ratio before;
  for (const auto& [from, rate] : cuts) {
    // base + before * from = new base + rate * from.
    const std::optional<Ratio> step = money::subtract(before, rate);
    const std::optional<Ratio> jump = step ? money::multiply(*step, {from, 1}) : std::nullopt;
    base = jump ? money::add(*base, *jump) : std::nullopt;
    if (!base) return std::nullopt;
    result.push_back({from, rate, *base, true});
    before = rate;
  }
  return result;
}

Found ScaleFinder::of(const Term& term) {
  if (is_basis(term)) return Pieces{{0, {1, 1}, {}, true}};
  switch (term.kind) {
    case TermKind::kNumber:
      return constant(term.value);
    case TermKind::kAdd:
      return sum(term, false);
    case TermKind::kSubtract:
      return sum(term, true);
    case TermKind::kNegate: {
      Found pieces = of(*term.args[0]);
      if (!pieces) return std::nullopt;
      for (Piece& piece : *pieces) {
        piece.slope = money::negate(piece.slope);
        piece.base = money::negate(piece.base);
      }
      return pieces;
    }
    case TermKind::kMultiply:
      return product(term);
    case TermKind::kLookup:
      return lookup(term);
    case TermKind::kChoose:
      return choice(term);
    case TermKind::kEachPart:
      return parts(term);
    default:
      return std::nullopt;
  }
}

// The first number that rows of ranges go by.
const Term* basis_of(const Plan& plan, const Term& term) {
  const bool reads_table = term.kind == TermKind::kLookup || term.kind == TermKind::kChoose ||
                           term.kind == TermKind::kEachPart;
  if (reads_table) {
    const Table& table = plan.tables[static_cast<size_t>(term.index)];
    if (table.keys.size() == 1 && table.keys[0].kind == KeyKind::kRange) return term.args[0].get();
  }
  for (const TermPtr& arg : term.args) {
    const Term* found = arg != nullptr ? basis_of(plan, *arg) : nullptr;
    if (found != nullptr) return found;
  }
  return nullptr;
}

// Over one denominator; false where that is too large.
bool put_over_one_den(const Pieces& pieces, Scale& scale) {
  for (const Piece& piece : pieces) {
    for (const Ratio& each : {piece.slope, piece.base}) {
      const std::optional<int64_t> den = money::lcm_checked(scale.den, each.den);
      if (!den) return false;
      scale.den = *den;
    }
  }
  for (const Piece& piece : pieces) {
    const Int128 slope = Int128{piece.slope.num} * (scale.den / piece.slope.den);
    const Int128 base = Int128{piece.base.num} * (scale.den / piece.base.den);
    if (slope > kSlopeMax || slope < -kSlopeMax || base > kBaseMax || base < -kBaseMax)
      return false;
    scale.pieces.push_back({piece.from, slope, base, piece.pays});
  }
  return true;
}

}  // namespace

const ScalePiece& Scale::piece_at(int64_t x) const {
  GUERDON_ASSERT(x >= 0 && !pieces.empty() && pieces.front().from == 0);
  const auto after = std::upper_bound(pieces.begin(), pieces.end(), x,
                                      [](int64_t at, const ScalePiece& p) { return at < p.from; });
  return *(after - 1);
}

base::Int128 Scale::at(int64_t x) const {
  GUERDON_ASSERT(x <= high);
  const ScalePiece& piece = piece_at(x);
  return piece.pays ? piece.slope * x + piece.base : 0;
}

std::optional<Scale> scale_of(const Plan& plan, const Term& amount) {
  Scale scale;
  scale.basis = basis_of(plan, amount);
  if (scale.basis == nullptr) return std::nullopt;
  ScaleFinder finder(plan, *scale.basis);
  const Found pieces = finder.of(amount);
  if (!pieces || !put_over_one_den(*pieces, scale)) return std::nullopt;
  scale.is_graduated = finder.is_graduated();
  scale.high = scale.basis->type.kind == TypeKind::kAmount ? money::kAmountMax : money::kCountMax;
  return scale;
}

std::optional<money::Ratio> constant_of(const Term& term) {
  if (term.kind == TermKind::kNumber) return term.value;
  if (term.kind == TermKind::kNegate) {
    const std::optional<Ratio> arg = constant_of(*term.args[0]);
    return arg ? std::optional(money::negate(*arg)) : std::nullopt;
  }
  const bool is_joined = term.kind == TermKind::kAdd || term.kind == TermKind::kSubtract ||
                         term.kind == TermKind::kMultiply;
  if (!is_joined) return std::nullopt;
  const std::optional<Ratio> a = constant_of(*term.args[0]);
  const std::optional<Ratio> b = constant_of(*term.args[1]);
  if (!a || !b) return std::nullopt;
  if (term.kind == TermKind::kMultiply) return money::multiply(*a, *b);
  return term.kind == TermKind::kAdd ? money::add(*a, *b) : money::subtract(*a, *b);
}

}  // namespace guerdon::plan
