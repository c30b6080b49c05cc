// The source of the commands that the engine itself makes of a file of goals
// (docs/decisions/0040-drop-folder.md). It is no source's name, so no request can have it: else an
// id that is a file's checksum could be taken before the file comes, which would never be applied.
#pragma once

#include <string_view>

#include "engine/event/identity.h"

namespace guerdon::event {

inline constexpr std::string_view kFilesSource = "*targets";

// Whether the log may have it.
inline bool is_logged_source(std::string_view name) {
  return is_source_name(name) || name == kFilesSource;
}

}  // namespace guerdon::event
