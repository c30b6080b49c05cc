#include "engine/ledger/entry.h"

#include "engine/ledger/of_file.h"

namespace guerdon::ledger {

std::string_view note_name(Note note) {
  switch (note_alone(note)) {
    case Note::kNone:
      return "";
    case Note::kFloor:
      return "floor";
    case Note::kOverflow:
      return "overflow";
    case Note::kDebt:
      return "debt";
    case Note::kClosed:
      return "closed";
  }
  return "";
}

}  // namespace guerdon::ledger
