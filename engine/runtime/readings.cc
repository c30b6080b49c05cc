#include "engine/runtime/readings.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "engine/base/assert.h"
#include "engine/syntax/source.h"

namespace guerdon::runtime {

namespace {

using plan::TypeKind;

// What a value must look like to be read.
struct Reading {
  TypeKind kind = TypeKind::kCount;
  int decimals = 0;
  bool is_signed = false;
  bool operator==(const Reading&) const = default;
};

// Of one column of one event type: each way to read it, by the first plan that has it.
struct Column {
  std::string type;
  std::string name;
  std::vector<Reading> readings;
  std::string words;
};

bool is_free(const plan::Attribute& attribute) {
  return attribute.type.kind == TypeKind::kText || attribute.type.kind == TypeKind::kAccount;
}

Reading reading_of(const plan::Plan& plan, const plan::Attribute& attribute) {
  const bool is_amount = attribute.type.kind == TypeKind::kAmount;
  const int decimals = is_amount ? plan.units[static_cast<size_t>(attribute.type.unit)].scale : 0;
  return {attribute.type.kind, decimals, attribute.is_signed};
}

std::string phrase(const Reading& reading) {
  const std::string article = reading.is_signed ? "a signed " : "a ";
  switch (reading.kind) {
    case TypeKind::kAmount:
      return (reading.is_signed ? "a signed amount with " : "an amount with ") +
             std::to_string(reading.decimals) + (reading.decimals == 1 ? " decimal" : " decimals");
    case TypeKind::kCount:
      return article + "count";
    case TypeKind::kBool:
      return "a flag";
    default:
      GUERDON_UNREACHABLE();
  }
}

class Comparison {
 public:
  void add(const PlanText& text, const plan::Plan& plan) {
    const plan::SourceText source(text.name, text.text);
    for (const plan::EventType& event : plan.events) {
      for (const int index : event.attributes) {
        const plan::Attribute& attribute = plan.attributes[static_cast<size_t>(index)];
        if (is_free(attribute) || !attribute.is_sent()) continue;
        const int line = source.position(attribute.span.begin).line;
        add_reading(column_of(event.wire, attribute.wire), reading_of(plan, attribute), plan.name,
                    text.name + ":" + std::to_string(line));
      }
    }
  }

  std::vector<Disagreement> take() {
    std::vector<Disagreement> found;
    for (Column& column : columns_) {
      if (column.readings.size() < 2) continue;
      const auto flags =
          std::count_if(column.readings.begin(), column.readings.end(),
                        [](const Reading& reading) { return reading.kind == TypeKind::kBool; });
      found.push_back({std::move(column.type), std::move(column.name), std::move(column.words),
                       /*is_hopeless=*/flags > 0});
    }
    return found;
  }

 private:
  Column& column_of(const std::string& type, const std::string& name) {
    const auto [at, fresh] = index_.try_emplace({type, name}, columns_.size());
    if (fresh) columns_.push_back({type, name, {}, ""});
    return columns_[at->second];
  }

  static void add_reading(Column& column, const Reading& reading, const std::string& plan,
                          const std::string& place) {
    const auto& known = column.readings;
    if (std::find(known.begin(), known.end(), reading) != known.end()) return;
    column.words += column.readings.empty() ? "" : ", ";
    column.words += "plan " + plan + (column.readings.empty() ? " reads it as " : " as ");
    column.words += phrase(reading) + " (" + place + ")";
    column.readings.push_back(reading);
  }

  std::vector<Column> columns_;
  std::map<std::pair<std::string, std::string>, size_t> index_;  // by type and name
};

}  // namespace

std::string sentence_of(const Disagreement& disagreement) {
  return "plans disagree on column " + disagreement.column + " of " + disagreement.type + ": " +
         disagreement.readings;
}

std::vector<Disagreement> find_disagreements(const std::vector<PlanText>& texts,
                                             const std::vector<plan::Plan>& plans) {
  GUERDON_ASSERT(texts.size() == plans.size());
  Comparison comparison;
  for (size_t i = 0; i < plans.size(); ++i) comparison.add(texts[i], plans[i]);
  return comparison.take();
}

}  // namespace guerdon::runtime
