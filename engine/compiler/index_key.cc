#include "engine/compiler/index_key.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace guerdon::plan {

namespace {

using base::Int128;

// The slot of a term that is an attribute of this event type; kNoSlot for any other term.
uint8_t slot_of(const Term& term, const Names& names) {
  if (term.kind != TermKind::kAttribute) return kNoSlot;
  const int slot = names.slot_of(term);
  return slot < 0 ? kNoSlot : static_cast<uint8_t>(slot);
}

// A text literal as its symbol, a whole number as itself.
std::optional<int64_t> literal(const Term& term, Program& program) {
  if (term.kind == TermKind::kText) return program.symbols.intern(term.text);
  if (term.kind == TermKind::kNumber && term.value.den == 1) return term.value.num;
  return std::nullopt;
}

std::optional<Equality> values_of(uint8_t slot, const Term& term, size_t from, Program& program) {
  Equality equality{slot, {}};
  for (size_t i = from; i < term.args.size(); ++i) {
    const std::optional<int64_t> value = literal(*term.args[i], program);
    if (!value) return std::nullopt;
    equality.values.push_back(*value);
  }
  std::sort(equality.values.begin(), equality.values.end());
  equality.values.erase(std::unique(equality.values.begin(), equality.values.end()),
                        equality.values.end());
  return equality;
}

std::optional<Equality> equality_of(const Term& term, const Names& names, Program& program) {
  if (term.kind != TermKind::kCompare && term.kind != TermKind::kIn &&
      term.kind != TermKind::kInTable) {
    return std::nullopt;
  }
  const uint8_t slot = slot_of(*term.args[0], names);
  if (slot == kNoSlot) return std::nullopt;
  if (term.kind == TermKind::kIn) return values_of(slot, term, 1, program);
  if (term.kind == TermKind::kInTable) {
    if (!names.plan->tables[static_cast<size_t>(term.index)].later.empty()) return std::nullopt;
    const Lookup& table = program.tables[names.tables[static_cast<size_t>(term.index)]];
    // A large table is left to the code; listing its keys for every rule would take long.
    if (static_cast<size_t>(table.row_count()) > kIndexFanOutMax) return std::nullopt;
    Equality equality{slot, table.first_keys()};
    if (equality.values.empty()) return std::nullopt;
    return equality;
  }
  if (term.comparison != tree::Comparison::kEqual) return std::nullopt;
  return values_of(slot, term, 1, program);
}

// attribute < n is attribute <= n - 1 when n is whole; n between two whole numbers rounds down.
std::optional<Threshold> threshold_of(const Term& term, const Names& names) {
  if (term.kind != TermKind::kCompare || !term.args[0]->type.is_number()) return std::nullopt;
  const uint8_t slot = slot_of(*term.args[0], names);
  if (slot == kNoSlot || term.args[1]->kind != TermKind::kNumber) return std::nullopt;
  const money::Ratio bound = term.args[1]->value;
  if (bound.den != 1) return std::nullopt;
  switch (term.comparison) {
    case tree::Comparison::kLess:
      return Threshold{slot, false, bound.num - 1};
    case tree::Comparison::kLessEqual:
      return Threshold{slot, false, bound.num};
    case tree::Comparison::kGreater:
      return Threshold{slot, true, bound.num + 1};
    case tree::Comparison::kGreaterEqual:
      return Threshold{slot, true, bound.num};
    default:
      return std::nullopt;
  }
}

void collect_conjuncts(const Term& term, std::vector<const Term*>& conjuncts) {
  if (term.kind != TermKind::kAnd) {
    conjuncts.push_back(&term);
    return;
  }
  for (const TermPtr& arg : term.args) collect_conjuncts(*arg, conjuncts);
}

}  // namespace

IndexKey index_key(const Term* condition, const Names& names, Program& program) {
  IndexKey key;
  if (condition == nullptr) return key;
  std::vector<const Term*> conjuncts;
  collect_conjuncts(*condition, conjuncts);
  std::vector<Equality> equalities;
  for (const Term* conjunct : conjuncts) {
    if (std::optional<Equality> equality = equality_of(*conjunct, names, program)) {
      equalities.push_back(std::move(*equality));
    } else if (key.threshold.slot == kNoSlot) {
      if (const std::optional<Threshold> found = threshold_of(*conjunct, names)) {
        key.threshold = *found;
      }
    }
  }
  // The most selective first: the fewest values.
  std::stable_sort(equalities.begin(), equalities.end(), [](const Equality& a, const Equality& b) {
    return a.values.size() < b.values.size();
  });
  size_t fan_out = 1;
  for (Equality& equality : equalities) {
    if (key.equalities.size() == 2 || fan_out * equality.values.size() > kIndexFanOutMax) break;
    if (key.equalities.size() == 1 && key.equalities[0].slot == equality.slot) continue;
    fan_out *= equality.values.size();
    key.equalities.push_back(std::move(equality));
  }
  std::sort(key.equalities.begin(), key.equalities.end(),
            [](const Equality& a, const Equality& b) { return a.slot < b.slot; });
  return key;
}

}  // namespace guerdon::plan
