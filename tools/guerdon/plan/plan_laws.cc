// `guerdon plan check --laws`: laws of a plan's rules, tried on a trace (proofs/laws.h).
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "engine/base/assert.h"
#include "engine/base/csv_cell.h"
#include "engine/feed/csv_row.h"
#include "engine/os/byte_source.h"
#include "engine/plan/checker.h"
#include "engine/proofs/laws.h"
#include "tools/guerdon/plan/plan_command.h"
#include "tools/guerdon/plan/plan_files.h"

namespace guerdon::tools {

namespace {

using plan::LawEvent;
using Events = std::vector<LawEvent>;

// Of a trace that is tried; what is behind them is left out, and that is said.
constexpr size_t kEventsMax = 20'000;
constexpr size_t kTraceBytesMax = size_t{64} << 20;
constexpr uint64_t kSeed = 1;

// Up to the last line that ends within kTraceBytesMax; `is_cut`: there is more.
bool read_text(const std::string& path, std::string* text, bool* is_cut, std::string* error) {
  const std::unique_ptr<os::ByteSource> source = os::open_source(path, error);
  if (source == nullptr) return false;
  std::vector<char> buffer(size_t{1} << 16);
  std::ptrdiff_t count = 0;
  while (text->size() <= kTraceBytesMax &&
         (count = source->read(buffer.data(), buffer.size())) > 0) {
    text->append(buffer.data(), static_cast<size_t>(count));
  }
  if (count < 0) *error = source->error();
  *is_cut = text->size() > kTraceBytesMax;
  if (*is_cut) text->resize(text->rfind('\n', kTraceBytesMax - 1) + 1);
  return count >= 0;
}

// Rows that are refused as such are passed over: no engine takes them either.
bool read_events(const std::string& text, Events* events, bool* is_cut, std::string* error) {
  event::CsvRows rows(event::CsvRows::kAnyNumber, 1);
  rows.begin(text, true);
  std::vector<std::string> names;
  for (event::CsvRows::Cut cut = rows.next(); cut != event::CsvRows::Cut::kEnd; cut = rows.next()) {
    if (cut == event::CsvRows::Cut::kRefused) continue;
    const std::span<const std::string_view> fields(rows.fields(), rows.field_count());
    if (names.empty()) {
      names.assign(fields.begin(), fields.end());
      continue;
    }
    if (fields.size() != names.size()) continue;
    if (events->size() == kEventsMax) {
      *is_cut = true;
      return true;
    }
    LawEvent& event = events->emplace_back();
    for (size_t f = 0; f < fields.size(); ++f) {
      const std::string value(fields[f]);
      if (names[f] == "event_id") {
        event.id = value;
      } else if (names[f] == "time") {
        event.time = value;
      } else if (names[f] == "type") {
        event.type = value;
      } else if (!value.empty()) {
        event.values[names[f]] = value;
      }
    }
  }
  if (!events->empty()) return true;
  *error = "the trace has no events; it begins with a line like event_id,time,type,account,amount";
  return false;
}

std::string as_csv(const Events& events) {
  std::map<std::string, size_t> columns;
  for (const LawEvent& event : events) {
    for (const auto& [name, value] : event.values) columns.emplace(name, 0);
  }
  std::string text = "event_id,time,type";
  for (const auto& [name, place] : columns) text += "," + base::csv_cell(name);
  text += "\n";
  for (const LawEvent& event : events) {
    text += base::csv_cell(event.id) + "," + base::csv_cell(event.time) + "," +
            base::csv_cell(event.type);
    for (const auto& [name, place] : columns) {
      const auto value = event.values.find(name);
      text += "," + (value == event.values.end() ? "" : base::csv_cell(value->second));
    }
    text += "\n";
  }
  return text;
}

// Whether the engine reads the trace: what is wrong with its header is told as `replay` does.
bool is_readable(const PlanText& text, const std::string& csv, std::string* error) {
  const std::unique_ptr<Engine> engine = Engine::open({}, {text}, error);
  return engine != nullptr && engine->replay_text(csv, "trace", {}, error);
}

plan::Payments pay(const PlanText& text, const Events& events) {
  std::string error;
  const std::unique_ptr<Engine> engine = Engine::open({}, {text}, &error);
  GUERDON_ASSERT(engine != nullptr);  // it was checked
  struct Posted {
    int64_t sum = 0;
    bool took = false;
  };
  std::map<std::tuple<uint64_t, std::string, int>, Posted> posted;
  std::set<uint64_t> noted;
  engine->on_entry([&](const Entry& entry) {
    if (!entry.note.empty()) noted.insert(entry.account);
    if (entry.rule.empty()) return;
    Posted& one = posted[{entry.account, std::string(entry.rule), entry.effect}];
    plan::add_posted(entry.amount, &one.sum);
    one.took |= entry.amount < 0;
  });
  const bool is_read = engine->replay_text(as_csv(events), "trace", {}, &error);
  GUERDON_ASSERT(is_read);
  plan::Payments paid;
  paid.refused = engine->summary().refused;
  for (const uint64_t account : noted) paid.noted.insert(engine->account_name(account));
  for (const auto& [what, one] : posted) {
    const auto& [account, rule, effect] = what;
    const plan::Payments::Key key{engine->account_name(account), rule, effect};
    paid.sums[key] = one.sum;
    if (one.took) paid.took.insert(key);
  }
  return paid;
}

// False: a law is broken, and that is told.
bool keeps_laws(const PlanText& text, const Events& events) {
  plan::Diagnostics diagnostics;
  const std::optional<plan::Plan> loaded =
      plan::load_plan(plan::SourceText(text.name, text.text), diagnostics);
  GUERDON_ASSERT(loaded.has_value());
  plan::LawTally tally;
  const auto pays = [&](const Events& some) { return pay(text, some); };
  const auto broken = plan::broken_law(*loaded, events, pays, kSeed, &tally);
  if (!broken && tally.order + tally.split + tally.cancel == 0) {
    std::printf(
        "%s: no law could be tried: no rule of it keeps one, or no event of the trace fits\n",
        text.name.c_str());
    return true;
  }
  if (!broken) {
    std::printf("%s: laws hold: order of %llu events, split of %llu, cancel of %llu\n",
                text.name.c_str(), static_cast<unsigned long long>(tally.order),
                static_cast<unsigned long long>(tally.split),
                static_cast<unsigned long long>(tally.cancel));
    return true;
  }
  std::printf("%s: the law of %s does not hold: %s\n\none way\n%s\nthe other\n%s",
              text.name.c_str(), broken->law.c_str(), broken->sentence.c_str(),
              as_csv(broken->one).c_str(), as_csv(broken->other).c_str());
  return false;
}

}  // namespace

ExitStatus plan_check_laws(const std::vector<std::string>& files, const std::string& trace) {
  const ExitStatus checked = plan_check(files);
  if (checked != ExitStatus::kDone) return checked;
  std::vector<PlanText> plans;
  std::string csv;
  std::string error;
  Events events;
  if (!read_plans(files, &plans)) return ExitStatus::kEnvironment;
  bool is_cut = false;
  if (!read_text(trace, &csv, &is_cut, &error)) {
    return refuse("plan check", ExitStatus::kEnvironment, error);
  }
  if (!is_readable(plans.front(), csv, &error)) {
    return refuse("plan check", ExitStatus::kNo, error);
  }
  if (!read_events(csv, &events, &is_cut, &error))
    return refuse("plan check", ExitStatus::kNo, error);
  if (is_cut) {
    std::fprintf(stderr, "guerdon plan check: the first %zu events of the trace are tried\n",
                 events.size());
  }
  ExitStatus status = ExitStatus::kDone;
  for (const PlanText& plan : plans) {
    if (!keeps_laws(plan, events)) status = ExitStatus::kNo;
  }
  return status;
}

}  // namespace guerdon::tools
