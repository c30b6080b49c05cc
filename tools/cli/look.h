// Colours of a terminal, where there are any.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "tools/cli/table.h"

namespace guerdon::cli {

struct Look {
  bool has_colours = false;
  size_t columns = 80;  // of the terminal

  Line red(Line line) const { return coloured("\x1b[31m", std::move(line)); }
  Line bold(Line line) const { return coloured("\x1b[1m", std::move(line)); }
  // In the colour that it is called by; others as they are.
  Line band(std::string_view name, Line line) const {
    constexpr std::pair<std::string_view, const char*> kColours[] = {
        {"red", "\x1b[31m"},   {"orange", "\x1b[33m"}, {"yellow", "\x1b[93m"},
        {"green", "\x1b[32m"}, {"blue", "\x1b[34m"},
    };
    return called(kColours, name, std::move(line));
  }
  // The same, of a badge: gold, silver, bronze.
  Line metal(std::string_view name, Line line) const {
    constexpr std::pair<std::string_view, const char*> kColours[] = {
        {"gold", "\x1b[93m"}, {"silver", "\x1b[97m"}, {"bronze", "\x1b[33m"}};
    return called(kColours, name, std::move(line));
  }

 private:
  template <typename Colours>
  Line called(const Colours& colours, std::string_view name, Line line) const {
    for (const auto& [colour, begin] : colours) {
      if (name == colour) return coloured(begin, std::move(line));
    }
    return line;
  }
  Line coloured(const char* begin, Line line) const {
    if (has_colours && line.width > 0) line.text = begin + line.text + "\x1b[0m";
    return line;
  }
};

}  // namespace guerdon::cli
