#include "engine/ledger/entry.h"

namespace guerdon::ledger {

std::string_view note_name(Note note) {
  switch (note) {
    case Note::kNone:
      return "";
    case Note::kFloor:
      return "floor";
    case Note::kOverflow:
      return "overflow";
  }
  return "";
}

}  // namespace guerdon::ledger
