#include "tests/generate/random_rows.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "engine/base/timestamp.h"
#include "engine/money/decimal.h"
#include "tests/generate/draft.h"
#include "tests/generate/random_events.h"
#include "tests/generate/random_goal_files.h"
#include "tests/generate/shrink.h"

namespace guerdon::generate {
namespace {

using base::TimeMs;
using reference::Event;

constexpr const char* kCommand = "TABLE";
constexpr std::array kKeyWords = {"key", "key2", "key3", "key4"};
constexpr size_t kCountDigitsMax = 9;

// A look-up of some plan.
struct Asked {
  const plan::Plan* plan = nullptr;
  const plan::TableAsk* ask = nullptr;
  const plan::Table& table() const { return plan->tables[static_cast<size_t>(ask->table)]; }
  const plan::Column& column() const { return table().columns[static_cast<size_t>(ask->column)]; }
};

struct Drawn {
  const Asked* asked = nullptr;
  Event row;
};

std::vector<Asked> all_asked(const std::vector<plan::Plan>& plans) {
  std::vector<Asked> all;
  std::set<std::string> names;
  for (const plan::Plan& plan : plans) {
    if (!names.insert(plan.name).second) continue;  // a further version
    for (const plan::TableAsk& ask : plan.asks) all.push_back({&plan, &ask});
  }
  return all;
}

bool is_key(const plan::Key& key, const std::string& text) {
  if (text.empty()) return false;
  if (key.kind == plan::KeyKind::kText) {
    const std::vector<std::string>& common = common_texts();
    return std::find(common.begin(), common.end(), text) != common.end() ||
           (text.size() < 32 &&
            std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; }));
  }
  return text.size() <= kCountDigitsMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string random_key(Rng& rng, const plan::Key& key) {
  if (key.kind == plan::KeyKind::kText) return rng.pick(common_texts());
  return std::to_string(rng.small(0, 12));
}

// Those that some event brings, nearly always.
std::vector<std::string> random_keys(Rng& rng, const Asked& asked,
                                     const std::vector<Event>& events) {
  const plan::Table& table = asked.table();
  std::vector<std::string> keys;
  for (int tries = rng.chance(90) ? 40 : 0; tries > 0 && keys.empty(); --tries) {
    const Event& event = events[static_cast<size_t>(rng.below(events.size()))];
    for (size_t k = 0; k < table.keys.size(); ++k) {
      const auto attribute = static_cast<size_t>(asked.ask->keys[k]);
      keys.push_back(value_of(event, asked.plan->attributes[attribute].wire));
      if (is_key(table.keys[k], keys.back())) continue;
      keys.clear();
      break;
    }
  }
  for (size_t k = keys.size(); k < table.keys.size(); ++k) {
    keys.push_back(random_key(rng, table.keys[k]));
  }
  for (size_t k = 0; k < table.keys.size(); ++k) {
    const bool is_count = table.keys[k].kind != plan::KeyKind::kText;
    if (is_count && rng.chance(15)) keys[k].insert(0, 1, '0');  // the same count
  }
  return keys;
}

std::string random_value(Rng& rng, const plan::Plan& plan, const plan::Column& column) {
  if (rng.chance(10)) return "none";
  int64_t value = rng.chance(50) ? rng.pick(common_amounts()) : rng.between(0, 5'000);
  if (column.type.kind == plan::TypeKind::kRatio) value = rng.between(0, 400'000);
  value = rng.chance(5) ? column.most : std::min(value, column.most);
  if (column.type.kind == plan::TypeKind::kCount) return std::to_string(value);
  if (column.type.kind == plan::TypeKind::kRatio) {
    const bool is_percent = rng.chance(50);
    return is_percent ? money::format_decimal(value, 4) + "%" : money::format_decimal(value, 6);
  }
  return money::format_decimal(value, plan.units[static_cast<size_t>(column.type.unit)].scale);
}

// About the time of some event; or nothing.
std::optional<TimeMs> random_instant(Rng& rng, const std::vector<Event>& events) {
  const Event& event = events[static_cast<size_t>(rng.below(events.size()))];
  TimeMs time = 0;
  if (!base::parse_timestamp(event.time, &time)) return std::nullopt;
  time += rng.chance(30) ? 0 : rng.between(-20, 5) * base::kMsPerDay;
  return std::clamp(time, base::kTimeMin, base::kTimeEnd - 1);
}

Event random_row(Rng& rng, const Asked& asked, const std::vector<Event>& events) {
  Event row;
  row.source = kCommandSource;
  row.type = kCommand;
  const plan::Table& table = asked.table();
  row.values.emplace_back("table", asked.plan->name + "." + table.name);
  const std::vector<std::string> keys = random_keys(rng, asked, events);
  for (size_t k = 0; k < keys.size(); ++k) row.values.emplace_back(kKeyWords[k], keys[k]);
  const plan::Column& column = asked.column();
  if (!column.name.empty()) row.values.emplace_back("column", column.name);
  row.values.emplace_back("value", random_value(rng, *asked.plan, column));
  if (!rng.chance(45)) return row;
  if (const std::optional<TimeMs> from = random_instant(rng, events)) {
    row.values.emplace_back("effective", base::format_timestamp(*from));
  }
  return row;
}

// What a row of before says, said otherwise. By value: `before` may be of a list that grows.
Drawn with_other_value(Rng& rng, Drawn before) {
  for (auto& [name, value] : before.row.values) {
    if (name == "value") value = random_value(rng, *before.asked->plan, before.asked->column());
  }
  return before;
}

// That of the last event before it which has one; "": there is none.
std::string time_at(const std::vector<Event>& events, size_t place) {
  TimeMs time = 0;
  while (place > 0) {
    --place;
    if (base::parse_timestamp(events[place].time, &time)) return base::format_timestamp(time);
  }
  return "";
}

}  // namespace

bool is_row(const Event& event) {
  return event.source == kCommandSource &&
         (event.type == kCommand || event.type == "TARGET" || is_of_file(event));
}

void add_rows(Rng& rng, const std::vector<plan::Plan>& plans, std::vector<Event>& events) {
  const std::vector<Asked> all = all_asked(plans);
  if (all.empty() || events.empty()) return;
  const std::vector<Event> sent = events;
  std::vector<Drawn> rows;
  const int most = rng.chance(60) ? 80 : 15;
  for (int wanted = rng.small(2, most); wanted > 0; --wanted) {
    if (!rows.empty() && rng.chance(20)) {
      const Drawn& before = rng.pick(rows);
      rows.push_back(with_other_value(rng, before));
      continue;
    }
    const Asked& asked = rng.pick(all);
    rows.push_back({&asked, random_row(rng, asked, sent)});
  }
  for (auto& [asked, row] : rows) {
    const bool is_first = rng.chance(40);
    const size_t place = is_first ? 0 : static_cast<size_t>(rng.below(events.size() + 1));
    if (rng.chance(80)) row.time = time_at(events, place);
    events.insert(events.begin() + static_cast<std::ptrdiff_t>(place), row);
  }
}

}  // namespace guerdon::generate
