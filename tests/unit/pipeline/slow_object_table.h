// The object table as slowly and plainly as it can be: ordered maps and a list in the order of the
// last touch.
#pragma once

#include <algorithm>
#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <vector>

#include "engine/pipeline/object_table.h"

namespace guerdon::pipeline::slow {

class ObjectTable {
 public:
  explicit ObjectTable(uint64_t capacity) : capacity_(capacity) {}

  event::Outcome check(const ObjectEvent& event, base::TimeMs at) const {
    const auto known = find(event.object);
    if (known == objects_.end()) {
      for (const base::TimeMs forgotten : forgotten_) {
        if (event.occurred_at <= forgotten) return event::Outcome::kTooOld;
      }
      return event::Outcome::kOk;
    }
    const base::TimeMs last = *std::max_element(known->occurred.begin(), known->occurred.end());
    if (at > last + kObjectWindow) return event::Outcome::kTooOld;
    const bool is_stale =
        event.version >= 0 && !known->versions.empty() && event.version <= known->versions.back();
    return is_stale ? event::Outcome::kStale : event::Outcome::kOk;
  }

  void apply(const ObjectEvent& event, uint64_t lsn,
             const std::map<std::string, std::string>& roles) {
    Object object;
    const auto known = find(event.object);
    if (known != objects_.end()) {
      object = *known;
      objects_.erase(known);
    }
    object.id = event.object;
    if (event.version >= 0) {
      const bool is_gap = !object.versions.empty() && event.version - object.versions.back() > 1;
      if (is_gap) ++gaps_;
      object.versions.push_back(event.version);
    }
    object.occurred.push_back(event.occurred_at);
    object.lsn = lsn;
    for (const auto& [role, account] : roles) object.roles[role] = account;
    objects_.push_back(object);
    if (objects_.size() <= capacity_) return;
    const std::vector<base::TimeMs>& occurred = objects_.front().occurred;
    forgotten_.insert(forgotten_.end(), occurred.begin(), occurred.end());
    objects_.pop_front();
  }

  // Of an object: role to account.
  std::map<std::string, std::string> roles(const base::Hash128& id) const {
    const auto known = find(id);
    return known == objects_.end() ? std::map<std::string, std::string>() : known->roles;
  }

  // A line an object, in the order of the last touch.
  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (const Object& object : objects_) {
      std::string line =
          object.id.to_hex() + " " +
          std::to_string(object.versions.empty() ? -1 : object.versions.back()) + " " +
          std::to_string(*std::max_element(object.occurred.begin(), object.occurred.end())) + " " +
          std::to_string(object.lsn);
      for (const auto& [role, account] : object.roles) line += " " + role + "=" + account;
      lines.push_back(line);
    }
    return lines;
  }
  uint64_t gaps() const { return gaps_; }

 private:
  struct Object {
    base::Hash128 id;
    std::vector<int64_t> versions;
    std::vector<base::TimeMs> occurred;
    uint64_t lsn = 0;
    std::map<std::string, std::string> roles;
  };

  std::list<Object>::const_iterator find(const base::Hash128& id) const {
    return std::find_if(objects_.begin(), objects_.end(),
                        [&](const Object& object) { return object.id == id; });
  }

  uint64_t capacity_;
  std::list<Object> objects_;
  std::vector<base::TimeMs> forgotten_;
  uint64_t gaps_ = 0;
};

}  // namespace guerdon::pipeline::slow
