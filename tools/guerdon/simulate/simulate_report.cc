#include "tools/guerdon/simulate/simulate_report.h"

#include <cstdio>

#include "tools/guerdon/colours.h"

namespace guerdon::tools {

void tell(const SimulateReport& report, bool is_json) {
  const std::string text =
      is_json ? to_json(report) : to_page(report, {.has_colours = has_colours()});
  std::fwrite(text.data(), 1, text.size(), stdout);
}

}  // namespace guerdon::tools
