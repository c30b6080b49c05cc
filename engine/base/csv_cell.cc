#include "engine/base/csv_cell.h"

namespace guerdon::base {

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string cell = "\"";
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + '"';
}

std::string guarded_csv_cell(std::string_view text) {
  constexpr std::string_view kFormulas = "=+-@\t\r";
  const bool looks_like_one =
      !text.empty() && kFormulas.find(text.front()) != std::string_view::npos;
  return csv_cell(looks_like_one ? "'" + std::string(text) : std::string(text));
}

}  // namespace guerdon::base
