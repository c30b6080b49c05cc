// Which records of a log were events of an object (an order, a contract), or took one back.
//
// Nothing of that is kept but in the log, so it is read from its beginning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/schema.h"
#include "engine/os/disk.h"

namespace guerdon::history {

// Records that are read; beyond that it is not done.
inline constexpr uint64_t kObjectRecordsMax = 5'000'000;
// ... and events of one object.
inline constexpr size_t kObjectEventsMax = 65'536;

// Their LSNs, ascending, up to last_lsn. False: *problem, a sentence; too_many: there are more
// records or events than are looked at.
struct ObjectEvents {
  std::vector<uint64_t> lsns;
  std::string problem;
  bool too_many = false;
};
bool find_object_events(os::Disk& log, const event::Schema& schema, std::string_view object,
                        uint64_t last_lsn, ObjectEvents* found);

}  // namespace guerdon::history
