#pragma once

namespace guerdon::os {

// Whether a person is likely to look at this file descriptor.
bool is_terminal(int fd);

}  // namespace guerdon::os
