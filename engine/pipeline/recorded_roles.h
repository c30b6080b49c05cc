// The accounts that the events of one object named in their roles.
//
// A role is a small number that whoever keeps these gives it; an account is its name. All of them
// stand in one string, one behind the other:
//
//   entry := role (4 bytes) | size of the name (1 byte) | name
//
// so that the ordinary object with two or three roles takes one piece of memory.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"
#include "engine/event/schema.h"

namespace guerdon::pipeline {

using Role = uint32_t;

class RecordedRoles {
 public:
  // Nothing when no event named one. Valid until the next record().
  std::optional<std::string_view> find(Role role) const {
    const size_t at = place_of(role);
    if (at == entries_.size()) return std::nullopt;
    return name_at(at);
  }

  // In place of the one before, if there was one. REQUIRES: 1 to kTextBytesMax bytes.
  void record(Role role, std::string_view account) {
    GUERDON_ASSERT(!account.empty() && account.size() <= event::kTextBytesMax);
    const size_t at = place_of(role);
    if (at != entries_.size()) {
      if (name_at(at) == account) return;
      entries_.erase(at, kFront + name_at(at).size());
    }
    char front[kFront];
    std::memcpy(front, &role, sizeof role);
    front[sizeof role] = static_cast<char>(account.size());
    entries_.append(front, kFront).append(account);
  }

  // Nobody has it any more.
  void erase(Role role) {
    const size_t at = place_of(role);
    if (at != entries_.size()) entries_.erase(at, kFront + name_at(at).size());
  }

  // visit(role, name) of each, in the order in which they were recorded last.
  template <typename Visit>
  void visit(const Visit& visit) const {
    for (size_t at = 0; at < entries_.size(); at = next(at)) visit(role_at(at), name_at(at));
  }

 private:
  static constexpr size_t kFront = sizeof(Role) + 1;
  static_assert(event::kTextBytesMax <= UINT8_MAX, "its size takes one byte");

  Role role_at(size_t at) const {
    return static_cast<Role>(base::load<Role>(entries_.data() + at));
  }
  std::string_view name_at(size_t at) const {
    const auto size = static_cast<uint8_t>(entries_[at + sizeof(Role)]);
    return std::string_view(entries_).substr(at + kFront, size);
  }
  size_t next(size_t at) const { return at + kFront + name_at(at).size(); }
  size_t place_of(Role role) const {
    size_t at = 0;
    while (at < entries_.size() && role_at(at) != role) at = next(at);
    return at;
  }

  std::string entries_;
};

}  // namespace guerdon::pipeline
