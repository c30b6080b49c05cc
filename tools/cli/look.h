// Colours of a terminal, where there are any.
#pragma once

#include <string>

#include "tools/cli/table.h"

namespace guerdon::cli {

struct Look {
  bool has_colours = false;
  size_t columns = 80;  // of the terminal

  Line red(Line line) const { return coloured("\x1b[31m", std::move(line)); }
  Line bold(Line line) const { return coloured("\x1b[1m", std::move(line)); }

 private:
  Line coloured(const char* begin, Line line) const {
    if (has_colours && line.width > 0) line.text = begin + line.text + "\x1b[0m";
    return line;
  }
};

}  // namespace guerdon::cli
