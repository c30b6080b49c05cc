#include "engine/history/object_events.h"

#include "engine/event/reversal.h"
#include "engine/history/log_walk.h"

namespace guerdon::history {

namespace {

// The event that the record is, or that it takes back; null: neither.
const event::Record* event_of(const LogWalk& walk) {
  if (walk.step() == LogWalk::Step::kEvent) return &walk.batch().records.back();
  if (walk.step() != LogWalk::Step::kCommand) return nullptr;
  const event::Reversal* const reversal =
      event::find_reversal(walk.batch(), walk.batch().records.back());
  return reversal == nullptr ? nullptr : &reversal->event;
}

}  // namespace

bool find_object_events(os::Disk& log, const event::Schema& schema, std::string_view object,
                        uint64_t last_lsn, ObjectEvents* found) {
  const auto too_many = [&](uint64_t limit, const std::string& what) {
    found->too_many = true;
    found->problem = "there are more than " + std::to_string(limit) + " " + what;
    return false;
  };
  if (last_lsn > kObjectRecordsMax) return too_many(kObjectRecordsMax, "records");
  LogWalk walk(schema, log, 1, last_lsn);
  while (walk.next()) {
    const event::Record* const event = event_of(walk);
    if (event == nullptr || event->object == event::kNoObject) continue;
    if (walk.batch().view(walk.batch().texts[event->object]) != object) continue;
    if (found->lsns.size() == kObjectEventsMax) return too_many(kObjectEventsMax, "events of it");
    found->lsns.push_back(walk.lsn());
  }
  found->problem = walk.problem();
  return found->problem.empty();
}

}  // namespace guerdon::history
