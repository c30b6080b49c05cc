// What became of a file of goals, and the page that says so to who sent it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feed/reference_file.h"

namespace guerdon::drop {

// Bytes of a name that are shown to people.
inline constexpr size_t kNameShownMax = 255;

enum class Became : uint8_t {
  kApplied,   // all rows
  kRefused,   // nothing was done
  kSetAside,  // the server ended over it again and again; nothing was done
  kStopped,   // it is not at an end: the next start goes on
};

struct FileFate {
  Became became = Became::kRefused;
  std::string checksum;  // of its bytes; empty where they were not read
  std::string reported;  // when; empty of what stays in in/
  size_t rows = 0;
  size_t fresh = 0;                          // rows that hold from now on
  std::vector<uint64_t> lines;               // of rows that hold, ascending: all or none
  std::vector<event::FileProblem> problems;  // at most event::kProblemsMax; line 0: of the file
};

// Lines `name: value`, and `line N: sentence` for each problem. `name`: as it was sent.
std::string report_of(std::string_view name, const FileFate& fate);
// "applied, 3 goals, 1 of them new"
std::string summary_of(const FileFate& fate);
// "goals.csv.report"; another, of letters that any file system takes, where `name` is no name that
// may be sent.
std::string report_name(std::string_view name);
// "goals.csv.in.report", of what stays in in/: no file that is taken has a report of that name.
std::string report_name_in_place(std::string_view name);

// Whether a file may be sent under this name: 1 to 128 of A-Z a-z 0-9 . _ -, neither a point nor a
// hyphen first. That it ends in `.csv` is another matter.
bool is_file_name(std::string_view name);

}  // namespace guerdon::drop
