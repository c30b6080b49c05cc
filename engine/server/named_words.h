// The words of a request behind its own: name=value, in any order, each at most once. And how is
// said that one of them means nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/server/command.h"
#include "engine/server/letters.h"

namespace guerdon::server {

// For what is listed: each once.
void add_once(const std::string& name, std::vector<std::string>* names);

class NamedWords {
 public:
  struct Given {
    std::string_view value;  // not empty
    size_t word = 0;         // from 1; 0: it is left out
    explicit operator bool() const { return word != 0; }
  };

  // The names are not owned; fields are numbered as they are.
  explicit NamedWords(std::span<const std::string_view> names)
      : names_(names), given_(names.size()) {}

  // From the third word on, or from `first`, which counts from 0. SYNTAX, with the usage: another
  // name, no value, or a name twice.
  std::optional<Fault> read(Words words, size_t first = 2);
  // SYNTAX where both are given: of two that exclude each other.
  std::optional<Fault> exclude(Words words, size_t a, size_t b) const;

  const Given& operator[](size_t field) const { return given_[field]; }

  // "word 4, period: " and the sentence.
  Fault wrong(size_t field, std::string_view code, const std::string& sentence) const;
  // INVALID where it is no instant. REQUIRES: it is given.
  std::optional<Fault> read_instant(size_t field, base::TimeMs* at) const;
  // INVALID where it is no count from `least` to `most`. REQUIRES: it is given.
  std::optional<Fault> read_count(size_t field, int64_t least, int64_t most, int64_t* count) const;
  // UNKNOWN: no plan has that. `known`: what there is, each once.
  Fault unknown(size_t field, std::string_view what, const std::vector<std::string>& known) const;

 private:
  const std::span<const std::string_view> names_;
  std::vector<Given> given_;
};

}  // namespace guerdon::server
