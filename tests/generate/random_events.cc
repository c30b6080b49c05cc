#include "tests/generate/random_events.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/base/timestamp.h"
#include "engine/calendar/duration.h"
#include "engine/calendar/period.h"
#include "engine/money/decimal.h"
#include "engine/money/limits.h"

namespace guerdon::generate {
namespace {

using base::TimeMs;
using reference::Event;

// How the plans read one attribute of one type.
struct Reading {
  plan::TypeKind kind = plan::TypeKind::kText;
  int scale = 0;  // the least of an amount's
  bool is_signed = true;
};

// Everything random events are drawn from.
struct Stock {
  std::map<std::string, std::map<std::string, Reading>> types;  // by wire name
  std::map<std::string, std::vector<Reading>> lines;            // what each line of a type has
  std::vector<std::string> type_names;
  std::map<std::string, std::string> objects;  // what the types call theirs
  std::set<std::string> versioned;             // types that send versions of it
  std::vector<int64_t> numbers;                // that the plans name, and their neighbours
  std::vector<std::string> texts;
  bool is_rich = false;  // mostly the largest numbers: measures and wallets fill up
};

void note_number(Stock& stock, int64_t number) {
  for (const int64_t near : {number - 1, number, number + 1}) {
    if (near > -money::kAmountMax && near <= money::kAmountMax) stock.numbers.push_back(near);
  }
}

void note_term(Stock& stock, const plan::Term& term) {
  if (term.kind == plan::TermKind::kNumber) note_number(stock, term.value.num / term.value.den);
  if (term.kind == plan::TermKind::kText) stock.texts.push_back(term.text);
  for (const plan::TermPtr& arg : term.args) {
    if (arg != nullptr) note_term(stock, *arg);
  }
}

void note_term(Stock& stock, const plan::TermPtr& term) {
  if (term != nullptr) note_term(stock, *term);
}

// The narrower of two ways to read the same.
void narrow(Reading& reading, const Reading& other) {
  reading.scale = std::min(reading.scale, other.scale);
  reading.is_signed = reading.is_signed && other.is_signed;
}

Reading reading_of(const plan::Plan& plan, int attribute) {
  const plan::Attribute& read = plan.attributes[static_cast<size_t>(attribute)];
  const bool is_amount = read.type.kind == plan::TypeKind::kAmount;
  const int scale = is_amount ? plan.units[static_cast<size_t>(read.type.unit)].scale : 0;
  return {read.type.kind, scale, read.is_signed};
}

void note_lines(Stock& stock, const plan::Plan& plan, const plan::EventType& type) {
  std::vector<Reading>& lines = stock.lines[type.wire];
  for (size_t i = 0; i < type.lines.size(); ++i) {
    const Reading reading = reading_of(plan, type.lines[i]);
    if (lines.size() == i) lines.push_back(reading);
    narrow(lines[i], reading);
  }
}

void note_tables(Stock& stock, const plan::Plan& plan) {
  for (const plan::Table& table : plan.tables) {
    for (const plan::Row& row : table.rows) {
      for (const plan::Cell& cell : row.cells) {
        if (cell.kind == plan::tree::CellKind::kAny) continue;
        if (!cell.text.empty()) stock.texts.push_back(cell.text);
        note_number(stock, cell.number);
      }
    }
  }
}

void note_plan(Stock& stock, const plan::Plan& plan) {
  for (const plan::EventType& type : plan.events) {
    note_term(stock, type.when);
    if (type.object >= 0) {
      stock.objects[type.wire] = plan.attributes[static_cast<size_t>(type.object)].wire;
      if (type.is_versioned) stock.versioned.insert(type.wire);
    }
    std::map<std::string, Reading>& readings = stock.types[type.wire];
    for (const int a : type.attributes) {
      const plan::Attribute& attribute = plan.attributes[static_cast<size_t>(a)];
      if (!attribute.is_sent()) continue;
      const Reading reading = reading_of(plan, a);
      narrow(readings.try_emplace(attribute.wire, reading).first->second, reading);
    }
    note_lines(stock, plan, type);
  }
  for (const plan::LineFold& fold : plan.folds) note_term(stock, fold.where);
  note_tables(stock, plan);
  for (const plan::Measure& measure : plan.measures) note_term(stock, measure.where);
  for (const plan::Rule& rule : plan.rules) {
    note_term(stock, rule.when);
    for (const plan::Effect& effect : rule.effects) {
      note_term(stock, effect.when);
      note_term(stock, effect.amount);
      note_term(stock, effect.at_most);
      for (const plan::Times& times : effect.times) {
        note_term(stock, times.factor);
        note_term(stock, times.when);
      }
    }
  }
}

Stock make_stock(const std::vector<plan::Plan>& plans) {
  Stock stock;
  stock.texts = {"A", "Lyon", "sku 7"};
  for (const int64_t number : {int64_t{0}, int64_t{1}, int64_t{1'000}, money::kAmountMax}) {
    note_number(stock, number);
  }
  for (const plan::Plan& plan : plans) note_plan(stock, plan);
  for (const auto& [name, readings] : stock.types) stock.type_names.push_back(name);
  return stock;
}

// ---- values -------------------------------------------------------------------------------------

std::string random_amount(Rng& rng, const Stock& stock, const Reading& reading) {
  int64_t minor = rng.chance(70) ? rng.pick(stock.numbers) : rng.between(0, 5'000);
  if (rng.chance(stock.is_rich ? 80 : 2)) minor = money::kAmountMax;
  if (reading.is_signed && rng.chance(25)) minor = -minor;
  if (!reading.is_signed) minor = std::abs(minor);
  return money::format_decimal(minor, reading.scale);
}

std::string random_count(Rng& rng, const Stock& stock, const Reading& reading) {
  int64_t count = rng.chance(50) ? rng.between(0, 12) : rng.pick(stock.numbers);
  count = std::min(std::abs(count), money::kCountMax);
  if (stock.is_rich && rng.chance(80)) count = money::kCountMax;
  if (reading.is_signed && rng.chance(25)) count = -count;
  return std::to_string(count);
}

std::string random_account(Rng& rng) {
  static const std::vector<std::string> kAccounts = {"A", "A", "B", "C", "Ö 1", "d\"q,\""};
  return rng.pick(kAccounts);
}

std::string random_value(Rng& rng, const Stock& stock, const Reading& reading) {
  switch (reading.kind) {
    case plan::TypeKind::kAmount:
      return random_amount(rng, stock, reading);
    case plan::TypeKind::kCount:
      return random_count(rng, stock, reading);
    case plan::TypeKind::kBool:
      return rng.chance(50) ? "true" : "false";
    case plan::TypeKind::kAccount:
      return random_account(rng);
    default:
      return rng.pick(stock.texts);
  }
}

// As any value, but seldom so large that two of them are too much.
std::string random_field(Rng& rng, const Stock& stock, const Reading& field) {
  if (field.kind == plan::TypeKind::kText || rng.chance(5)) return random_value(rng, stock, field);
  const bool is_amount = field.kind == plan::TypeKind::kAmount;
  int64_t number = rng.between(0, is_amount ? 5'000 : 12);
  const int64_t common = rng.pick(stock.numbers);
  if (rng.chance(50) && common < 1'000'000 && common > -1'000'000) number = common;
  number = field.is_signed && rng.chance(25) ? -std::abs(number) : std::abs(number);
  return is_amount ? money::format_decimal(number, field.scale) : std::to_string(number);
}

// Mostly a few lines; seldom as many as can be, or one more.
std::string random_list(Rng& rng, const Stock& stock, const std::vector<Reading>& fields) {
  static const std::vector<std::string> kFlags = {"reward", "shipping", "paid_with_points",
                                                  "shipping+reward", ""};
  size_t count = static_cast<size_t>(rng.between(0, 4));
  if (rng.chance(1)) count = 256 + static_cast<size_t>(rng.below(2));
  if (count == 0) return ";";
  std::string list;
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) list += ";";
    for (size_t field = 0; field < fields.size(); ++field) {
      if (field > 0) list += ":";
      if (!rng.chance(15)) list += random_field(rng, stock, fields[field]);
    }
    if (rng.chance(20)) list += ":" + rng.pick(kFlags);
  }
  return rng.chance(10) ? list + ";" : list;
}

std::string wrong_list(Rng& rng) {
  static const std::vector<std::string> kLists = {"A:1",
                                                  "A:1:1:reward:1",
                                                  "A:1:1:gift",
                                                  "A:1:1:reward+",
                                                  "A:1:1;;A:1:1",
                                                  ";;",
                                                  "A:x:1",
                                                  "A:1:0.00001",
                                                  "A:1000000000:1;A:1:1",
                                                  "A:1000000001:1",
                                                  std::string(129, 'x') + ":1:1",
                                                  std::string("\x01:1:1", 5)};
  return rng.pick(kLists);
}

std::string wrong_value(Rng& rng, const Reading& reading) {
  static const std::vector<std::string> kAmounts = {"x",
                                                    "1.",
                                                    ".5",
                                                    "+5",
                                                    "1e3",
                                                    "-1",
                                                    "0.00001",
                                                    "1,5",
                                                    "99999999999999999",
                                                    " 1",
                                                    "123456789012345678901234567890"};
  static const std::vector<std::string> kCounts = {"x",  "1.0", "1000000001",
                                                   "-1", "+1",  "99999999999999999999999"};
  static const std::vector<std::string> kFlags = {"yes", "TRUE", "1", "0"};
  static const std::vector<std::string> kTexts = {
      std::string("\x01", 1), "a\x7f", "\xc3", "\xed\xa0\x80", "a\xc2\x85", std::string(129, 'x')};
  switch (reading.kind) {
    case plan::TypeKind::kAmount:
      return rng.pick(kAmounts);
    case plan::TypeKind::kCount:
      return rng.pick(kCounts);
    case plan::TypeKind::kBool:
      return rng.pick(kFlags);
    default:
      return rng.pick(kTexts);
  }
}

// ---- time ---------------------------------------------------------------------------------------

// Where the rules of a plan begin to hold, or end to; or where all of a version do.
std::vector<TimeMs> edges_of(const plan::Plan& plan) {
  std::vector<TimeMs> edges;
  if (plan.version > 1) return {plan.from};
  for (const plan::Rule& rule : plan.rules) {
    if (rule.from > base::kTimeMin) edges.push_back(rule.from);
    if (rule.until < base::kTimeEnd) edges.push_back(rule.until);
  }
  return edges;
}

std::vector<calendar::PeriodRule> counted_periods(const plan::Plan& plan) {
  std::vector<calendar::PeriodRule> rules;
  for (const plan::Measure& measure : plan.measures) rules.push_back(measure.subject.period);
  std::erase_if(rules, [](const calendar::PeriodRule& rule) { return !rule.is_counted(); });
  return rules;
}

// An end of a period of some plan, or that of its grace, or of days for which a rule holds, or an
// instant beside it.
TimeMs beside_a_period_end(Rng& rng, const std::vector<plan::Plan>& plans, TimeMs now) {
  using calendar::PeriodKind;
  static const std::vector<PeriodKind> kKinds = {PeriodKind::kDay,     PeriodKind::kWeek,
                                                 PeriodKind::kMonth,   PeriodKind::kMonth,
                                                 PeriodKind::kQuarter, PeriodKind::kYear};
  const plan::Plan& plan = plans[static_cast<size_t>(rng.below(plans.size()))];
  const std::vector<calendar::PeriodRule> counted = counted_periods(plan);
  const bool is_own = !counted.empty() && rng.chance(30);
  const calendar::PeriodRule rule = is_own ? rng.pick(counted) : rng.pick(kKinds);
  TimeMs end = calendar::period_at(plan.calendar, rule, now).to;
  for (const TimeMs edge : edges_of(plan)) {
    if (edge >= now && edge < now + 40 * base::kMsPerDay && rng.chance(40)) end = edge;
  }
  if (plan.grace.count > 0 && end < base::kTimeEnd && rng.chance(50)) {
    end = calendar::after(plan.calendar.zone, end, plan.grace);
  }
  return end + rng.between(-1, 1);
}

TimeMs next_time(Rng& rng, const std::vector<plan::Plan>& plans, TimeMs now) {
  const uint64_t die = rng.below(100);
  TimeMs time = now + rng.between(0, 3'600'000);
  if (die < 12) time = now;
  if (die >= 80) time = now + rng.between(0, 2 * base::kMsPerDay);
  if (die >= 88) time = beside_a_period_end(rng, plans, now);
  if (die >= 97) time = now + rng.between(0, 120) * base::kMsPerDay;
  if (die >= 99) time = now + rng.between(0, 800) * base::kMsPerDay;
  return std::min(time, base::kTimeEnd - 1);
}

std::vector<calendar::PeriodRule> own_periods(const plan::Plan& plan) {
  std::vector<calendar::PeriodRule> rules = {calendar::PeriodKind::kDay};
  const auto add = [&](const calendar::PeriodRule& rule) {
    if (rule != calendar::PeriodKind::kLifetime) rules.push_back(rule);
  };
  for (const plan::Measure& measure : plan.measures) add(measure.subject.period);
  for (const plan::Rule& rule : plan.rules) add(rule.subject.period);
  return rules;
}

// In one of the periods that ended last, at its end: its grace may be over just now, or not yet.
TimeMs just_over(Rng& rng, const std::vector<plan::Plan>& plans, TimeMs now) {
  const plan::Plan& plan = plans[static_cast<size_t>(rng.below(plans.size()))];
  const calendar::PeriodRule rule = rng.pick(own_periods(plan));
  TimeMs end = now;
  for (uint64_t back = rng.below(4) + 1; back > 0 && end > base::kTimeMin; --back) {
    end = calendar::period_at(plan.calendar, rule, end).from - 1;
  }
  return std::max(base::kTimeMin, end - rng.between(0, 2));
}

TimeMs late_time(Rng& rng, const std::vector<plan::Plan>& plans, TimeMs now) {
  if (rng.chance(20)) return just_over(rng, plans, now);
  const TimeMs back =
      rng.chance(60) ? rng.between(0, 5 * base::kMsPerDay) : rng.between(0, 400) * base::kMsPerDay;
  return std::max(base::kTimeMin, now - back);
}

std::string time_text(Rng& rng, TimeMs time) {
  if (rng.chance(10)) return std::to_string(time);
  std::string text = base::format_timestamp(time);
  if (rng.chance(10)) {  // the same instant seven hours to the east
    const TimeMs local = time + 7 * 3'600'000;
    if (local < base::kTimeEnd) text = base::format_timestamp(local);
    if (local < base::kTimeEnd) text = text.substr(0, text.size() - 1) + "+07:00";
  }
  return text;
}

// ---- events -------------------------------------------------------------------------------------

// One of a few orders, in versions that mostly rise.
void add_object(Rng& rng, const Stock& stock, size_t number, Event& event) {
  const auto object = stock.objects.find(event.type);
  if (object == stock.objects.end() || rng.chance(10)) return;
  event.values.emplace_back(object->second, "o" + std::to_string(rng.below(6)));
  if (!stock.versioned.contains(event.type) || rng.chance(25)) return;
  const auto version = static_cast<int64_t>(number) - (rng.chance(8) ? rng.between(0, 20) : 0);
  event.values.emplace_back("version", std::to_string(std::max<int64_t>(version, 0)));
}

Event random_event(Rng& rng, const Stock& stock, size_t number) {
  Event event;
  event.source = "crm";
  event.id = std::to_string(number);
  event.type = rng.pick(stock.type_names);
  for (const auto& [name, reading] : stock.types.at(event.type)) {
    if (rng.chance(reading.kind == plan::TypeKind::kAccount ? 15 : 12)) {
      if (rng.chance(50)) event.values.emplace_back(name, "");
      continue;
    }
    event.values.emplace_back(name, random_value(rng, stock, reading));
  }
  const std::vector<Reading>& fields = stock.lines.at(event.type);
  if (!fields.empty() && rng.chance(80)) {
    event.values.emplace_back("lines", random_list(rng, stock, fields));
  }
  add_object(rng, stock, number, event);
  return event;
}

void spoil(Rng& rng, const Stock& stock, Event& event) {
  static const std::vector<std::string> kTimes = {
      "",   "yesterday",           "2024-02-30T00:00:00Z", "2100-01-01T00:00:00Z",
      "-1", "2024-01-01T24:00:00Z"};
  static const std::vector<std::string> kIds = {"", "a\tb", "\xff", std::string(65, 'i')};
  switch (rng.below(5)) {
    case 0:
      event.time = rng.pick(kTimes);
      return;
    case 1:
      event.id = rng.pick(kIds);
      return;
    case 2:
      event.type = rng.chance(50) ? "mystery" : event.type + "x";
      return;
    default:
      break;
  }
  if (event.values.empty()) return;
  auto& [name, value] = event.values[static_cast<size_t>(rng.below(event.values.size()))];
  const auto& readings = stock.types.at(event.type);
  if (readings.contains(name)) value = wrong_value(rng, readings.at(name));
  if (name == "lines") value = wrong_list(rng);
}

// The same event once more, or another one under its id.
Event repeated(Rng& rng, const Stock& stock, const std::vector<Event>& events) {
  Event event = events[static_cast<size_t>(rng.below(events.size()))];
  const bool is_known = stock.types.contains(event.type);
  if (rng.chance(50)) std::reverse(event.values.begin(), event.values.end());
  if (rng.chance(40) && is_known && !event.values.empty()) {
    auto& [name, value] = event.values[static_cast<size_t>(rng.below(event.values.size()))];
    const auto& readings = stock.types.at(event.type);
    if (readings.contains(name)) value = random_value(rng, stock, readings.at(name));
  }
  return event;
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

std::string value_of(const Event& event, const std::string& name) {
  for (const auto& [given, value] : event.values) {
    if (given == name) return value;
  }
  return "";
}

std::vector<Event> random_events(Rng& rng, const std::vector<plan::Plan>& plans, size_t count,
                                 const EventShape& shape) {
  Stock stock = make_stock(plans);
  stock.is_rich = rng.chance(6);
  std::vector<Event> events;
  // Somewhere in 1970 or from 2008 to 2043; now and then close to the end of all time.
  TimeMs now = rng.chance(5) ? rng.between(0, 40 * base::kMsPerDay)
                             : rng.between(1'200'000'000'000, 2'300'000'000'000);
  for (const plan::Plan& plan : plans) {
    const std::vector<TimeMs> edges = edges_of(plan);
    if (edges.empty() || !rng.chance(60)) continue;
    now = rng.pick(edges);
    now -= rng.between(0, base::kMsPerDay);
  }
  if (rng.chance(3)) now = base::kTimeEnd - 60 * base::kMsPerDay;
  for (size_t i = 0; i < count; ++i) {
    if (shape.has_faults && !events.empty() && rng.chance(6)) {
      events.push_back(repeated(rng, stock, events));
      continue;
    }
    Event event = random_event(rng, stock, i + 1);
    now = next_time(rng, plans, now);
    event.time = time_text(rng, rng.chance(8) ? late_time(rng, plans, now) : now);
    if (shape.has_faults && rng.chance(6)) spoil(rng, stock, event);
    events.push_back(event);
  }
  for (Event& event : events) {
    if (shape.has_two_sources && rng.chance(10)) event.source = "shop";
  }
  return events;
}

std::string as_csv(const std::vector<Event>& events) {
  std::set<std::string> names;
  for (const Event& event : events) {
    for (const auto& [name, value] : event.values) names.insert(name);
  }
  const bool has_sources = std::any_of(events.begin(), events.end(), [&](const Event& event) {
    return event.source != events.front().source;
  });
  std::string text = has_sources ? "event_id,time,type,source" : "event_id,time,type";
  for (const std::string& name : names) text += "," + csv_field(name);
  text += "\n";
  for (const Event& event : events) {
    text += csv_field(event.id) + "," + csv_field(event.time) + "," + csv_field(event.type);
    if (has_sources) text += "," + csv_field(event.source);
    for (const std::string& name : names) text += "," + csv_field(value_of(event, name));
    text += "\n";
  }
  return text;
}

}  // namespace guerdon::generate
