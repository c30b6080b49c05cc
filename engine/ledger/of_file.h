// The mark of entries that goals of a file made (docs/decisions/0040-drop-folder.md).
//
// They are due work: effective at the COMMIT of the file, they stand at whichever record touched
// the account next. Nothing else tells them from what that record did, for they are of the same
// rules. So a bit of the note says it, beside what the wallet's policy did. The name of a note
// (note_name) is that of the rest.
#pragma once

#include <cstdint>

#include "engine/ledger/entry.h"

namespace guerdon::ledger {

inline constexpr uint8_t kOfFileBit = 128;
static_assert(kNotes <= kOfFileBit);

constexpr bool is_of_file(Note note) { return (static_cast<uint8_t>(note) & kOfFileBit) != 0; }
constexpr Note of_file(Note note) {
  return static_cast<Note>(static_cast<uint8_t>(note) | kOfFileBit);
}
// Without the mark.
constexpr Note note_alone(Note note) {
  return static_cast<Note>(static_cast<uint8_t>(note) & ~kOfFileBit);
}

}  // namespace guerdon::ledger
