#include "tests/reference/lines.h"

#include <map>
#include <set>

#include "engine/base/assert.h"
#include "engine/money/limits.h"
#include "tests/reference/evaluate.h"
#include "tests/reference/wire.h"

namespace guerdon::reference {
namespace {

constexpr size_t kLinesMax = 256;
constexpr size_t kListBytesMax = 6 * 1024;

struct OneLine {
  std::vector<Value> attributes;  // one an attribute of the plan
  bool has_flag = false;
};

std::vector<std::string> cut(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::string read_flags(const std::string& text, OneLine* line) {
  static const std::set<std::string> kFlags = {"reward", "shipping", "paid_with_points"};
  if (text.empty()) return "";
  for (const std::string& flag : cut(text, '+')) {
    if (!kFlags.contains(flag)) return "INVALID";
  }
  line->has_flag = true;
  return "";
}

std::string read_line(const plan::Plan& plan, const plan::EventType& type, const std::string& text,
                      OneLine* line) {
  const std::vector<std::string> parts = cut(text, ':');
  const size_t fields = type.lines.size();
  if (text.empty() || parts.size() < fields || parts.size() > fields + 1) return "INVALID";
  line->attributes.resize(plan.attributes.size());
  for (size_t i = 0; i < fields; ++i) {
    const auto index = static_cast<size_t>(type.lines[i]);
    if (parts[i].empty()) continue;
    const std::string code =
        parse_value(plan, plan.attributes[index], parts[i], &line->attributes[index]);
    if (!code.empty()) return code;
  }
  return parts.size() == fields ? "" : read_flags(parts.back(), line);
}

// What the lines hold together of each number.
bool add_up(const plan::Plan& plan, const OneLine& line, std::map<size_t, Rational>* sums) {
  for (size_t a = 0; a < line.attributes.size(); ++a) {
    const plan::Attribute& attribute = plan.attributes[a];
    if (!attribute.type.is_number() || is_missing(line.attributes[a])) continue;
    const Rational value = number_of(line.attributes[a]);
    Rational& sum = (*sums)[a];
    sum = value < Rational(0) ? sum - value : sum + value;
    const bool is_amount = attribute.type.kind == plan::TypeKind::kAmount;
    if (Rational(is_amount ? money::kAmountMax : money::kCountMax) < sum) return false;
  }
  return true;
}

Value fold_of(const plan::Plan& plan, const plan::LineFold& fold, base::TimeMs time,
              const std::vector<OneLine>& lines) {
  Rational count;
  Rational sum;
  Value lowest;
  Value highest;
  for (const OneLine& line : lines) {
    if (line.has_flag && !fold.all_lines) continue;
    const Scope scope{plan, line.attributes, nullptr, nullptr, time};
    if (!holds(scope, fold.where)) continue;
    count = count + Rational(1);
    if (fold.amount != nullptr) {
      const Value worth = evaluate(scope, *fold.amount);
      if (!is_missing(worth)) sum = sum + Rational(number_of(worth).round(fold.rounding));
    }
    if (fold.value < 0) continue;
    const Value& value = line.attributes[static_cast<size_t>(fold.value)];
    if (is_missing(value)) continue;
    sum = sum + number_of(value);
    if (is_missing(lowest) || number_of(value) < number_of(lowest)) lowest = value;
    if (is_missing(highest) || number_of(highest) < number_of(value)) highest = value;
  }
  switch (fold.fold) {
    case plan::tree::Fold::kNumber:
      return count;
    case plan::tree::Fold::kSum:
      return sum;
    case plan::tree::Fold::kHighest:
      return highest;
    case plan::tree::Fold::kLowest:
      return lowest;
  }
  GUERDON_UNREACHABLE();
}

}  // namespace

std::string fold_lines(const plan::Plan& plan, const plan::EventType& type, const std::string& list,
                       base::TimeMs time, std::vector<Value>* attributes) {
  if (list.size() > kListBytesMax) return "TOOLONG";
  std::vector<std::string> texts = cut(list, ';');
  if (list == ";") texts.clear();
  if (!texts.empty() && texts.back().empty()) texts.pop_back();
  std::vector<OneLine> lines;
  std::map<size_t, Rational> sums;
  for (const std::string& text : texts) {
    if (lines.size() == kLinesMax) return "LIMIT";
    OneLine line;
    const std::string code = read_line(plan, type, text, &line);
    if (!code.empty()) return code;
    if (!add_up(plan, line, &sums)) return "OVERFLOW";
    lines.push_back(std::move(line));
  }
  for (const int a : type.attributes) {
    const int fold = plan.attributes[static_cast<size_t>(a)].fold;
    if (fold < 0) continue;
    (*attributes)[static_cast<size_t>(a)] =
        fold_of(plan, plan.folds[static_cast<size_t>(fold)], time, lines);
  }
  return "";
}

}  // namespace guerdon::reference
