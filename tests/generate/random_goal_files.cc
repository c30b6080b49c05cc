#include "tests/generate/random_goal_files.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "engine/base/timestamp.h"
#include "tests/generate/random_goals.h"
#include "tests/generate/shrink.h"

namespace guerdon::generate {
namespace {

using reference::Event;

bool is_command(const Event& event, const char* word) {
  return event.source == kCommandSource && event.type == word;
}

// That of the last event before the place; "": none of them has one.
std::string time_before(const std::vector<Event>& events, size_t place) {
  base::TimeMs time = 0;
  while (place > 0) {
    --place;
    if (base::parse_timestamp(events[place].time, &time)) return base::format_timestamp(time);
  }
  return "";
}

class Files {
 public:
  Files(Rng& rng, const std::vector<plan::Plan>& plans, std::vector<Event>& events)
      : rng_(rng), plans_(plans), events_(events) {}

  // Its rows are about events that came shortly before, most of them.
  void add() {
    name_ = "f" + std::to_string(++files_);
    size_t at = 1 + static_cast<size_t>(rng_.below(events_.size()));
    int rows = 0;
    for (int tries = rng_.chance(70) ? rng_.small(1, 5) : rng_.small(6, 16); tries > 0; --tries) {
      const size_t back = rng_.chance(85) ? std::min<size_t>(at, 20) : at;
      Event about = events_[at - 1 - static_cast<size_t>(rng_.below(back))];
      // Of a period that is open then, most of them: one row can make the whole file come late.
      if (rng_.chance(80)) about.time = time_before(events_, at);
      std::optional<Event> row;
      if (about.source != kCommandSource) row = random_goal(rng_, plans_, about);
      if (!row) continue;
      row->type = "STAGE";
      row->values.emplace_back("of", name_);
      row->time = time_before(events_, at);
      insert(at++, *std::move(row));
      ++rows;
      if (rng_.chance(20)) at = later(at, 4);
    }
    if (rows > 0) end(later(at, 12), rows);
  }

 private:
  size_t later(size_t at, size_t most) {
    return at + static_cast<size_t>(rng_.below(std::min(events_.size() - at, most) + 1));
  }

  void end(size_t at, int rows) {
    if (rng_.chance(8)) return insert(at, of_file("ABORT", at, 0));
    const int said = rng_.chance(5) ? rows + 1 : rows;
    insert(at, of_file("COMMIT", at, said));
    if (rng_.chance(10)) {
      ++at;
      insert(at, of_file("COMMIT", at, said));
    }
    // Where it was refused, the next is not to wait for it.
    if (rng_.chance(70)) insert(at + 1, of_file("ABORT", at + 1, 0));
  }

  Event of_file(const char* word, size_t at, int rows) {
    Event command;
    command.source = kCommandSource;
    command.type = word;
    command.values = {{"of", name_}};
    if (rows > 0) {
      command.values.emplace_back("qty", std::to_string(rows));
      command.id = name_;
    }
    if (rng_.chance(70)) command.time = time_before(events_, at);
    return command;
  }

  void insert(size_t at, Event event) {
    events_.insert(events_.begin() + static_cast<std::ptrdiff_t>(at), std::move(event));
  }

  Rng& rng_;
  const std::vector<plan::Plan>& plans_;
  std::vector<Event>& events_;
  std::string name_;
  int files_ = 0;
};

}  // namespace

bool is_of_file(const Event& event) {
  return is_command(event, "STAGE") || is_command(event, "COMMIT") || is_command(event, "ABORT");
}

void add_goal_files(Rng& rng, const std::vector<plan::Plan>& plans, std::vector<Event>& events) {
  Rng own = Rng(rng).split();
  if (events.empty()) return;
  Files files(own, plans, events);
  for (int count = own.chance(75) ? own.small(1, 8) : 0; count > 0; --count) files.add();
}

}  // namespace guerdon::generate
