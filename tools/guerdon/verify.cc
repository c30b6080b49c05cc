#include <memory>

#include "tools/guerdon/subcommands.h"

namespace guerdon::tools {

void add_verify(CLI::App&, Subcommands&) {}

}  // namespace guerdon::tools
