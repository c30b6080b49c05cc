// What a start does with a log that was read to its end, before it believes it and before it
// appends:
//
//   1. What was on its way to the device when the engine stopped is made durable: reading it proves
//      only that memory holds it. Now the records that were read may be answered for.
//   2. What is torn is kept aside, for people to look at: "wal-….seg.torn". Nothing needs it, so a
//      full disk does without.
//   3. Superseded segments are removed. Each start that stops before its first frame is whole
//   leaves
//      one, and starts that fail one after the other would fill the disk with them.
//
// Nothing here changes what the log says: a stop in any step, and the next start finds the same
// records and does the same again.
//
// Thread-safety: one thread, the one that starts the engine.
#pragma once

#include "engine/os/disk.h"
#include "engine/wal/log_reader.h"

namespace guerdon::wal {

// REQUIRES: next() has said kEnd. An error: what was read must not be used; a start may try again.
// *is_kept: what was torn is kept aside, as far as something was.
os::DiskStatus settle(os::Disk& disk, const LogReader& log, bool* is_kept = nullptr);

// The second step alone. Takes the place of what an earlier start kept of this segment.
os::DiskStatus keep_aside(os::Disk& disk, const TornTail& torn);

}  // namespace guerdon::wal
