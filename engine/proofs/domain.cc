#include "engine/proofs/domain.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/money/limits.h"

namespace guerdon::plan {
namespace {

using tree::Comparison;

int64_t floor_of(money::Ratio value) {
  const int64_t whole = value.num / value.den;
  return value.num % value.den < 0 ? whole - 1 : whole;
}

int64_t ceiling_of(money::Ratio value) {
  const int64_t whole = value.num / value.den;
  return value.num % value.den > 0 ? whole + 1 : whole;
}

Comparison turned(Comparison comparison) {
  switch (comparison) {
    case Comparison::kLess:
      return Comparison::kGreater;
    case Comparison::kLessEqual:
      return Comparison::kGreaterEqual;
    case Comparison::kGreater:
      return Comparison::kLess;
    case Comparison::kGreaterEqual:
      return Comparison::kLessEqual;
    case Comparison::kEqual:
    case Comparison::kNotEqual:
      return comparison;
  }
  GUERDON_UNREACHABLE();
}

bool is_whole_number(Type type) {
  return type.kind == TypeKind::kAmount || type.kind == TypeKind::kCount;
}

}  // namespace

Values Domain::of(int attribute) const {
  const auto found = left_.find(attribute);
  if (found != left_.end()) return found->second;
  const Attribute& read = plan_.attributes[static_cast<size_t>(attribute)];
  Values values;
  values.high = read.type.kind == TypeKind::kAmount ? money::kAmountMax : money::kCountMax;
  if (read.is_signed) values.low = -values.high;
  return values;
}

Values& Domain::entry(int attribute) {
  return left_.try_emplace(attribute, of(attribute)).first->second;
}

void Domain::take_number(const Term& compare, bool attribute_first) {
  const Term& read = *compare.args[attribute_first ? 0 : 1];
  const money::Ratio bound = compare.args[attribute_first ? 1 : 0]->value;
  Values& values = entry(read.index);
  switch (attribute_first ? compare.comparison : turned(compare.comparison)) {
    case Comparison::kEqual:
      values.low = std::max(values.low, ceiling_of(bound));
      values.high = std::min(values.high, floor_of(bound));
      break;
    case Comparison::kNotEqual:
      break;
    case Comparison::kLess:
      values.high = std::min(values.high, ceiling_of(bound) - 1);
      break;
    case Comparison::kLessEqual:
      values.high = std::min(values.high, floor_of(bound));
      break;
    case Comparison::kGreater:
      values.low = std::max(values.low, floor_of(bound) + 1);
      break;
    case Comparison::kGreaterEqual:
      values.low = std::max(values.low, ceiling_of(bound));
      break;
  }
  if (values.low > values.high && emptied_by_ == nullptr) emptied_by_ = &compare;
}

void Domain::take_texts(int attribute, const std::set<std::string>& texts) {
  Values& values = entry(attribute);
  if (!values.texts) {
    values.texts = texts;
    return;
  }
  std::erase_if(*values.texts, [&](const std::string& text) { return !texts.contains(text); });
}

void Domain::take(const Term& conjunct) {
  if (conjunct.kind == TermKind::kAnd) {
    for (const TermPtr& arg : conjunct.args) take(*arg);
    return;
  }
  if (conjunct.kind != TermKind::kCompare && conjunct.kind != TermKind::kIn) return;
  const Term& first = *conjunct.args[0];
  const Term& second = *conjunct.args[1];
  if (conjunct.kind == TermKind::kCompare && is_whole_number(first.type)) {
    if (first.kind == TermKind::kAttribute && second.kind == TermKind::kNumber) {
      take_number(conjunct, true);
    } else if (first.kind == TermKind::kNumber && second.kind == TermKind::kAttribute) {
      take_number(conjunct, false);
    }
    return;
  }
  if (first.kind != TermKind::kAttribute || first.type.kind != TypeKind::kText) return;
  if (conjunct.kind == TermKind::kCompare &&
      (conjunct.comparison != Comparison::kEqual || second.kind != TermKind::kText)) {
    return;
  }
  std::set<std::string> texts;
  for (size_t i = 1; i < conjunct.args.size(); ++i) texts.insert(conjunct.args[i]->text);
  take_texts(first.index, texts);
  if (of(first.index).texts->empty() && emptied_by_ == nullptr) emptied_by_ = &conjunct;
}

void Domain::restrict_to(const Term* condition) {
  if (condition != nullptr) take(*condition);
}

Values values_of(const Plan& plan, const Rule& rule, int attribute) {
  Values all;
  bool is_first = true;
  for (const int event : rule.events) {
    Domain domain(plan);
    // Of an object, too: what its condition reads the event has brought, or it is not true.
    domain.restrict_to(plan.events[static_cast<size_t>(event)].when.get());
    domain.restrict_to(rule.when.get());
    const Values values = domain.of(attribute);
    all.low = is_first ? values.low : std::min(all.low, values.low);
    all.high = is_first ? values.high : std::max(all.high, values.high);
    is_first = false;
  }
  return all;
}

}  // namespace guerdon::plan
