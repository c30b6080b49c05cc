// Tables from files: every row that was ever said, looked through for each event.
#include <algorithm>

#include "engine/base/assert.h"
#include "engine/money/decimal.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {
namespace {

// A count by its number, whatever zeros stand before it. What is none may stand in an event whose
// type does not declare it; no row is for that.
std::string plain(const plan::Key& key, const std::string& text) {
  if (key.kind == plan::KeyKind::kText) return text;
  const std::string sign = text.starts_with('-') ? "-" : "";
  const size_t digit = text.find_first_not_of('0', sign.size());
  return digit == std::string::npos ? "0" : sign + text.substr(digit);
}

// In minor units, pieces or millionths.
std::string number(const plan::Plan& plan, const plan::Column& column, std::string text) {
  int scale = 0;
  if (column.type.kind == plan::TypeKind::kAmount) {
    scale = plan.units.at(static_cast<size_t>(column.type.unit)).scale;
  }
  if (column.type.kind == plan::TypeKind::kRatio) scale = 6;
  if (text.ends_with('%')) {
    text.pop_back();
    scale = 4;
  }
  int64_t value = 0;
  GUERDON_ASSERT(money::parse_decimal(text, scale, &value) == money::DecimalError::kNone);
  return std::to_string(value);
}

}  // namespace

Result Engine::set_row(const Command& command) {
  TableRow row{command.said("table"), command.said("column"), {}, {}, command.said("value")};
  for (const char* const word : {"key", "key2", "key3", "key4"}) {
    if (const std::string key = command.said(word); !key.empty()) row.keys.push_back(key);
  }
  const std::string from = command.said("effective");
  TimeMs instant = 0;
  if (!from.empty()) {
    GUERDON_ASSERT(base::parse_timestamp(from, &instant));
    row.from = instant;
  }
  rows_.push_back(std::move(row));
  return {Outcome::kAccepted, "", 0};
}

// Of the rows for these keys that hold already the one of the last instant; of two of one instant
// the one that was said last. "": there is none, or it says `none`.
std::string Engine::row_for(const plan::Plan& plan, const plan::TableAsk& ask,
                            const std::vector<std::string>& keys, TimeMs time) const {
  const plan::Table& table = plan.tables.at(static_cast<size_t>(ask.table));
  const plan::Column& column = table.columns.at(static_cast<size_t>(ask.column));
  const TableRow* best = nullptr;
  for (const TableRow& row : rows_) {
    const bool is_of_table = row.table == table.name || row.table == plan.name + "." + table.name;
    if (!is_of_table || row.column != column.name || (row.from && *row.from > time)) continue;
    bool fits = row.keys.size() == keys.size();
    for (size_t k = 0; fits && k < keys.size(); ++k) {
      fits = plain(table.keys[k], row.keys[k]) == plain(table.keys[k], keys[k]);
    }
    if (!fits) continue;
    const bool is_before = best != nullptr && best->from && (!row.from || *row.from < *best->from);
    if (!is_before) best = &row;
  }
  if (best == nullptr || best->value == "none") return "";
  return number(plan, column, best->value);
}

// What the event finds goes with it from here on, under a name that nobody sends.
void Engine::find_in_tables(Event& event, TimeMs time) const {
  for (const plan::Plan& plan : plans_) {
    for (const plan::Attribute& attribute : plan.attributes) {
      if (attribute.ask < 0) continue;
      const plan::TableAsk& ask = plan.asks.at(static_cast<size_t>(attribute.ask));
      std::vector<std::string> keys;
      for (const int key : ask.keys) {
        const std::string& wire = plan.attributes.at(static_cast<size_t>(key)).wire;
        const auto at = std::find_if(event.values.begin(), event.values.end(),
                                     [&](const auto& pair) { return pair.first == wire; });
        if (at != event.values.end() && !at->second.empty()) keys.push_back(at->second);
      }
      if (keys.size() != ask.keys.size()) continue;
      event.values.emplace_back(found_name(plan, attribute), row_for(plan, ask, keys, time));
    }
  }
}

std::string Engine::found_name(const plan::Plan& plan, const plan::Attribute& attribute) {
  return plan.name + "\n" + attribute.name;
}

// REQUIRES: find_in_tables() has been.
Value Engine::found(const plan::Plan& plan, const plan::Attribute& attribute, const Event& event) {
  const std::string name = found_name(plan, attribute);
  for (const auto& [known, value] : event.values) {
    if (known == name && !value.empty()) return Rational(std::stoll(value));
  }
  return Missing{};
}

}  // namespace guerdon::reference
