// Names that the plans and the traces of a replay do not share: of something mistyped these lines
// are the only sign.
#pragma once

#include <string>

#include "tools/guerdon/replay/replay_report.h"

namespace guerdon::tools {

// One line a kind and trace, each with a few names; empty where all names are shared.
std::string replay_notes(const ReplayReport& report);

}  // namespace guerdon::tools
