#include "engine/event/identity.h"

#include <algorithm>

#include "engine/event/schema.h"

namespace guerdon::event {
namespace {

bool is_strict(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

KeyHasher::KeyHasher(std::string_view source)
    : source_(base::HashBuilder().text("source").text(source).finish()) {}

bool is_source_name(std::string_view name) {
  return !name.empty() && name.size() <= kIdBytesMax &&
         std::all_of(name.begin(), name.end(), &is_strict);
}

std::string source_name(std::string_view path) {
  if (path == "-") return "stdin";
  std::string_view name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
  for (const std::string_view ending : {".gz", ".zst", ".csv"}) {
    if (name.size() > ending.size() && name.ends_with(ending)) name.remove_suffix(ending.size());
  }
  if (name.size() > kIdBytesMax) name.remove_prefix(name.size() - kIdBytesMax);
  if (name.empty()) return "_";
  std::string strict(name);
  for (char& c : strict) {
    if (!is_strict(c)) c = '_';
  }
  return strict.empty() ? "_" : strict;
}

}  // namespace guerdon::event
