#include "tests/generate/random_goal_files.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "engine/base/timestamp.h"
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
  Files(Rng& rng, std::vector<Event>& events) : rng_(rng), events_(events) {}

  // A file has the next rows; then it is committed, and the next begins.
  void add() {
    for (size_t at = 0; at < events_.size(); ++at) {
      if (!is_command(events_[at], "TARGET") || rng_.chance(20)) continue;
      if (rows_ == 0) begin();
      events_[at].type = "STAGE";
      events_[at].values.emplace_back("of", rng_.chance(3) ? "another" : name_);
      ++rows_;
      if (rows_ < wanted_) continue;
      at += static_cast<size_t>(rng_.below(std::min<size_t>(events_.size() - at, 12)));
      at = end(at + 1);
    }
    if (rows_ > 0) end(events_.size());
  }

 private:
  void begin() {
    name_ = "f" + std::to_string(++files_);
    wanted_ = rng_.chance(70) ? rng_.small(1, 4) : rng_.small(5, 20);
  }

  // Rows of it that stand between are staged, too, or are no file's any more. The place behind it.
  size_t end(size_t at) {
    const int rows = rng_.chance(5) ? rows_ + 1 : rows_;
    rows_ = 0;
    if (rng_.chance(8)) return insert(at, "ABORT", 0);
    at = insert(at, "COMMIT", rows);
    if (rng_.chance(10)) at = insert(at, "COMMIT", rows);
    // Where it was refused, the next is not to wait for it.
    return rng_.chance(70) ? insert(at, "ABORT", 0) : at;
  }

  size_t insert(size_t at, const char* word, int rows) {
    Event command;
    command.source = kCommandSource;
    command.type = word;
    command.values = {{"of", name_}};
    if (rows > 0) {
      command.values.emplace_back("qty", std::to_string(rows));
      command.id = name_;
    }
    if (rng_.chance(70)) command.time = time_before(events_, at);
    events_.insert(events_.begin() + static_cast<std::ptrdiff_t>(at), command);
    return at + 1;
  }

  Rng& rng_;
  std::vector<Event>& events_;
  std::string name_;
  int files_ = 0;
  int rows_ = 0;
  int wanted_ = 0;
};

}  // namespace

bool is_of_file(const Event& event) {
  return is_command(event, "STAGE") || is_command(event, "COMMIT") || is_command(event, "ABORT");
}

void add_goal_files(Rng& rng, std::vector<Event>& events) {
  Rng own = Rng(rng).split();
  if (own.chance(45)) Files(own, events).add();
}

}  // namespace guerdon::generate
