#include "tools/guerdon/colours.h"

#include "engine/os/environment.h"

namespace guerdon::tools {

// https://no-color.org: set to anything but nothing.
bool has_colours() {
  constexpr int kOutput = 1;
  return os::is_terminal(kOutput) && os::environment("NO_COLOR", "").empty() &&
         os::environment("TERM", "dumb") != "dumb";
}

}  // namespace guerdon::tools
