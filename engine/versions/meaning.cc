#include "engine/versions/meaning.h"

#include <algorithm>
#include <concepts>
#include <utility>

namespace guerdon::plan {
namespace {

// Writes parts one behind the other. Each ends with a mark, and a text begins with its length, so
// that no two lists of parts are written alike.
class Writer {
 public:
  Writer& add(std::integral auto number) {
    text_ += std::to_string(static_cast<int64_t>(number)) + ",";
    return *this;
  }
  template <typename Enum>
  requires std::is_enum_v<Enum> Writer& add(Enum value) { return add(static_cast<int64_t>(value)); }
  Writer& add(std::string_view text) {
    add(text.size());
    text_ += text;
    return *this;
  }
  Writer& add(money::Ratio value) { return add(value.num).add(value.den); }
  Writer& add(Type type) { return add(type.kind).add(type.unit); }
  Writer& add(const std::vector<int>& numbers) {
    add(numbers.size());
    for (const int number : numbers) add(number);
    return *this;
  }
  Writer& add(const Subject& subject) {
    add(subject.owner).add(subject.keys).add(subject.object);
    add(subject.period.kind).add(subject.period.count).add(subject.period.origin);
    return add(subject.period.last);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

// Events go together in whichever order they are written.
std::vector<int> ascending(std::vector<int> events) {
  std::sort(events.begin(), events.end());
  return events;
}

void add(Writer& writer, const Meanings& meanings, const TermPtr& term) {
  writer.add(term == nullptr ? std::string() : meanings.of(*term));
}

void add(Writer& writer, const Row& row, const Table& table) {
  for (size_t k = 0; k < row.cells.size(); ++k) {
    writer.add(row.cells[k].kind);
    if (row.cells[k].kind == tree::CellKind::kAny) continue;
    if (table.keys[k].kind == KeyKind::kText) {
      writer.add(std::string_view(row.cells[k].text));
    } else {
      writer.add(row.cells[k].number);
    }
  }
  for (const std::optional<money::Ratio>& value : row.values) {
    writer.add(value.has_value());
    if (value) writer.add(*value);
  }
}

void add(Writer& writer, const Meanings& meanings, const Effect& effect) {
  writer.add(effect.verb).add(effect.payee).add(effect.unit).add(effect.adds_times);
  writer.add(effect.at_close);
  writer.add(effect.rounding).add(std::string_view(effect.kind));
  add(writer, meanings, effect.when);
  add(writer, meanings, effect.amount);
  add(writer, meanings, effect.at_most);
  writer.add(effect.times.size());
  for (const Times& times : effect.times) {
    add(writer, meanings, times.factor);
    add(writer, meanings, times.when);
  }
  writer.add(effect.limits.size());
  for (const Limit& limit : effect.limits) {
    writer.add(limit.subject).add(limit.counts).add(limit.or_nothing).add(limit.most);
  }
  writer.add(effect.budget);
}

}  // namespace

std::vector<std::string> lineages_of(const Plan& plan, const Measure& measure) {
  std::vector<std::string> lineages;
  for (const int rule : measure.earned_by) {
    lineages.push_back(plan.rules[static_cast<size_t>(rule)].lineage);
  }
  std::sort(lineages.begin(), lineages.end());
  lineages.erase(std::unique(lineages.begin(), lineages.end()), lineages.end());
  return lineages;
}

Meanings::Meanings(const Plan& plan) : plan_(plan) {
  // In the order in which they read each other; `later` of a table stands behind it.
  first_table_.assign(plan.tables.size(), -1);
  for (const bool is_dated : {false, true}) {
    for (size_t t = 0; t < plan.tables.size(); ++t) {
      if (plan.tables[t].later.empty() == is_dated) continue;
      const auto index = static_cast<int>(t);
      first_table_[t] = tables_.try_emplace(of(plan.tables[t]), index).first->second;
    }
  }
  for (size_t a = 0; a < plan.attributes.size(); ++a) {
    first_attribute_.push_back(static_cast<int>(a));
    const int fold = plan.attributes[a].fold;
    if (fold < 0) continue;
    std::string meaning = of(plan.folds[static_cast<size_t>(fold)]);
    first_attribute_[a] = folds_.try_emplace(std::move(meaning), first_attribute_[a]).first->second;
  }
  for (size_t m = 0; m < plan.measures.size(); ++m) {
    const auto index = static_cast<int>(m);
    first_measure_.push_back(
        measures_.try_emplace(of(plan.measures[m], lineages_of(plan, plan.measures[m])), index)
            .first->second);
  }
}

void Meanings::note_table() {
  const auto index = static_cast<int>(plan_.tables.size()) - 1;
  first_table_.push_back(tables_.try_emplace(of(plan_.tables.back()), index).first->second);
}

void Meanings::note_attribute() {
  const auto index = static_cast<int>(plan_.attributes.size()) - 1;
  first_attribute_.push_back(index);
  const int fold = plan_.attributes.back().fold;
  if (fold >= 0) folds_.try_emplace(of(plan_.folds[static_cast<size_t>(fold)]), index);
}

void Meanings::note_measure(const std::vector<std::string>& lineages) {
  const auto index = static_cast<int>(plan_.measures.size()) - 1;
  first_measure_.push_back(
      measures_.try_emplace(of(plan_.measures.back(), lineages), index).first->second);
}

std::string Meanings::of(const Term& term) const {
  Writer writer;
  writer.add(term.kind).add(term.type);
  int index = term.index;
  switch (term.kind) {
    case TermKind::kAttribute:
    case TermKind::kHas:
    case TermKind::kFirst:
    case TermKind::kHighest:
      index = first_attribute_[static_cast<size_t>(index)];
      break;
    case TermKind::kMeasure:
      index = first_measure_[static_cast<size_t>(index)];
      break;
    case TermKind::kLookup:
    case TermKind::kChoose:
    case TermKind::kEachPart:
    case TermKind::kInTable:
      index = first_table_[static_cast<size_t>(index)];
      break;
    default:
      break;
  }
  writer.add(index).add(term.owner).add(term.event).add(term.column).add(term.has_else);
  writer.add(term.rounding).add(term.moment).add(term.comparison).add(term.value);
  writer.add(term.kind == TermKind::kDuration ? calendar::duration_text(term.duration) : "");
  writer.add(std::string_view(term.text));
  writer.add(term.from.size());
  for (const calendar::TimeMs from : term.from) writer.add(from);
  writer.add(term.args.size());
  for (const TermPtr& arg : term.args) add(writer, *this, arg);
  return writer.take();
}

std::string Meanings::of(const LineFold& fold) const {
  Writer writer;
  writer.add(fold.fold).add(fold.value).add(fold.all_lines).add(fold.rounding);
  add(writer, *this, fold.where);
  add(writer, *this, fold.amount);
  return writer.take();
}

std::string Meanings::of(const Table& table) const {
  Writer writer;
  writer.add(table.is_from_file).add(table.is_interpolated).add(table.keys.size());
  for (const Key& key : table.keys) writer.add(key.kind).add(key.type);
  writer.add(table.columns.size());
  for (const Column& column : table.columns) writer.add(column.type).add(column.most);
  // What it says otherwise is in the terms.
  if (table.is_from_file) return writer.add(std::string_view(table.name)).take();
  // What levels are called is seen.
  writer.add(std::string_view(table.levels.empty() ? "" : table.name)).add(table.levels.size());
  for (const std::string& level : table.levels) writer.add(std::string_view(level));
  writer.add(table.rows.size());
  for (const Row& row : table.rows) add(writer, row, table);
  writer.add(table.otherwise.has_value());
  if (table.otherwise) add(writer, *table.otherwise, table);
  writer.add(table.later.size());
  for (const TableVersion& later : table.later) {
    writer.add(later.from).add(first_table_[static_cast<size_t>(later.table)]);
  }
  return writer.take();
}

std::string Meanings::of(const EventType& event) const {
  Writer writer;
  writer.add(std::string_view(event.wire)).add(event.lines).add(event.object);
  writer.add(event.is_versioned).add(event.ignore_others).add(event.late);
  add(writer, *this, event.when);
  return writer.take();
}

std::string Meanings::of(const Measure& measure, const std::vector<std::string>& lineages) const {
  Writer writer;
  writer.add(measure.subject).add(measure.type).add(measure.flows.size());
  for (const Flow& flow : measure.flows) {
    writer.add(ascending(flow.events)).add(flow.less);
    add(writer, *this, flow.value);
  }
  add(writer, *this, measure.where);
  writer.add(lineages.size());
  for (const std::string& lineage : lineages) writer.add(std::string_view(lineage));
  // What is said is said of a target by its name.
  writer.add(std::string_view(measure.is_told ? measure.name : ""));
  // A score stands still when others do not, and has one challenge.
  writer.add(std::string_view(measure.is_score ? measure.name : ""));
  writer.add(measure.is_of_average);
  writer.add(measure.distinct).add(measure.values_max).add(measure.counted_in);
  writer.add(measure.pick).add(measure.samples);
  // What closing periods moves is of one streak or target.
  const bool is_counted = measure.is_streak || measure.is_carried || measure.is_opened;
  writer.add(std::string_view(is_counted ? measure.name : ""));
  return writer.take();
}

std::string Meanings::of(const Rule& rule) const {
  Writer writer;
  writer.add(rule.subject).add(rule.priority).add(rule.from).add(rule.until).add(rule.keeps);
  writer.add(rule.is_settled);
  writer.add(rule.counts.has_value());
  if (rule.counts) {
    writer.add(std::string_view(rule.counts->target)).add(rule.counts->most);
    add(writer, *this, rule.counts->goal);
    if (rule.counts->is_review()) {
      writer.add(first_measure_[static_cast<size_t>(rule.counts->reviewed)]);
      writer.add(first_table_[static_cast<size_t>(rule.counts->table)]);
      writer.add(rule.counts->falls).add(rule.counts->rises);
    }
    // No effect of a surplus reads these.
    for (const int measure : {rule.counts->measure, rule.counts->achieved}) {
      writer.add(measure < 0 ? measure : first_measure_[static_cast<size_t>(measure)]);
    }
  }
  writer.add(rule.subject.is_event() ? ascending(rule.events) : std::vector<int>());
  add(writer, *this, rule.when);
  writer.add(rule.effects.size());
  for (const Effect& effect : rule.effects) add(writer, *this, effect);
  writer.add(rule.take_back ? of(*rule.take_back) : std::string());
  return writer.take();
}

std::string Meanings::of(const TakeBack& take_back) const {
  Writer writer;
  writer.add(take_back.way).add(ascending(take_back.events)).add(take_back.subject);
  add(writer, *this, take_back.value);
  return writer.take();
}

}  // namespace guerdon::plan
