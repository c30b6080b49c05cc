#include "engine/os/terminal.h"

#include <unistd.h>

namespace guerdon::os {

bool is_terminal(int fd) { return isatty(fd) == 1; }

}  // namespace guerdon::os
