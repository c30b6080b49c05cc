// A field of a CSV file that people open (RFC 4180).
#pragma once

#include <string>
#include <string_view>

namespace guerdon::base {

// The text as a field: in quotes where it has a comma, a quote or a line end.
std::string csv_cell(std::string_view text);

// The same for a text that somebody else chose: one that a spreadsheet would take for a formula
// (it begins with = + - @, a tab or a carriage return) gets an apostrophe in front. Not for
// numbers.
std::string guarded_csv_cell(std::string_view text);

}  // namespace guerdon::base
