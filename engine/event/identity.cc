#include "engine/event/identity.h"

#include <cstring>

#include "engine/base/assert.h"
#include "engine/event/schema.h"

namespace guerdon::event {
namespace {

constexpr size_t kLengthBytes = sizeof(uint64_t);

void put_length(char* at, uint64_t length) { std::memcpy(at, &length, kLengthBytes); }

bool is_strict(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

KeyHasher::KeyHasher(std::string_view source)
    : content_(kLengthBytes + source.size() + kLengthBytes + kIdBytesMax, '\0'),
      id_at_(kLengthBytes + source.size() + kLengthBytes) {
  put_length(content_.data(), source.size());
  source.copy(content_.data() + kLengthBytes, source.size());
}

base::Hash128 KeyHasher::key(std::string_view id) {
  GUERDON_ASSERT(id.size() <= kIdBytesMax);
  put_length(content_.data() + id_at_ - kLengthBytes, id.size());
  std::memcpy(content_.data() + id_at_, id.data(), id.size());
  return base::hash128(std::string_view(content_.data(), id_at_ + id.size()));
}

std::string source_name(std::string_view path) {
  if (path == "-") return "stdin";
  std::string_view name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
  for (const std::string_view ending : {".gz", ".zst", ".csv"}) {
    if (name.size() > ending.size() && name.ends_with(ending)) name.remove_suffix(ending.size());
  }
  std::string strict(name);
  for (char& c : strict) {
    if (!is_strict(c)) c = '_';
  }
  return strict.empty() ? "_" : strict;
}

}  // namespace guerdon::event
