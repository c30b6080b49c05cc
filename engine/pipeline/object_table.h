// What is known of each object (an order, a contract): the version applied last, when its last
// event occurred, the accounts that its events named in their roles, and what rules per object read
// of it (object_facts.h).
//
// An object is known by the 128-bit hash of its id, over all sources. Objects are kept in the order
// in which events touched them, at most `capacity`; beyond that the one touched longest ago is
// forgotten, and the floor rises to just above the latest occurred_at of any object that was. An
// event of an unknown object below the floor may be a late one of a forgotten object, so it is
// refused instead of guessed at, as with keys (key_table.h).
//
// Order of the checks; the first that fails decides:
//   1. an unknown object: below the floor                                      -> TOOOLD
//   2. a known one: its latest occurred_at more than kObjectWindow before
//      the engine time of the record, so that it is closed                     -> TOOOLD
//   3. the event and an event before it have versions: not above the last      -> STALE
// An event without a version is not compared, and the last version stays. A version that leaves
// some out is applied, since it is the newer state, and counted in gaps().
// The first version of an object may be any.
//
// Part of the state machine: all of it follows from the log.
//
// Cost: a hash look-up to check, one more to apply.
// Memory: about 200 bytes an object with two or three roles of ordinary names, 800 MB for
// kObjectsDefault of them, and 16 bytes more for each fact; taken as objects come, and then kept.
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/base/hash.h"
#include "engine/base/timestamp.h"
#include "engine/event/batch.h"
#include "engine/event/outcome.h"
#include "engine/pipeline/recorded_roles.h"
#include "engine/program/object_facts.h"
#include "engine/program/symbols.h"
#include "engine/snapshot/section_reader.h"
#include "engine/snapshot/snapshot_writer.h"

namespace guerdon::pipeline {

inline constexpr uint64_t kObjectsDefault = 4'000'000;
using plan::kObjectWindow;

struct KnownObject {
  base::Hash128 id;
  int64_t version = event::kNoVersion;   // the last that an event had
  base::TimeMs occurred_at = INT64_MIN;  // the latest of its events
  uint64_t lsn = 0;                      // of its last event
};

// What an event says of its object.
struct ObjectEvent {
  base::Hash128 object;
  int64_t version = event::kNoVersion;
  base::TimeMs occurred_at = 0;
};

class ObjectTable {
 public:
  static constexpr uint64_t kCapacityMax = UINT32_MAX - 1;

  // REQUIRES: 0 < capacity <= kCapacityMax.
  explicit ObjectTable(uint64_t capacity = kObjectsDefault);

  // The number of the role with this name on the wire; new where it is. The number is this table's
  // own and shows nowhere else.
  Role role(std::string_view wire);

  // kOk, kTooOld or kStale; `at` is the engine time that the event would get. Changes nothing.
  event::Outcome check(const ObjectEvent& event, base::TimeMs at) const;

  // LSN of the last event of the object; 0: it is not known.
  uint64_t last_lsn(const base::Hash128& id) const;

  // What is known of the object, to be read and recorded until the next apply(). REQUIRES: check()
  // gave kOk, and nothing was applied since.
  struct Content {
    RecordedRoles& roles;
    plan::RecordedFacts& facts;
  };
  Content apply(const ObjectEvent& event, uint64_t lsn);

  // The roles that are recorded of it; null: it is not known. Valid until the next apply().
  const RecordedRoles* roles_of(const base::Hash128& id) const {
    const auto at = by_id_.find(id);
    return at == by_id_.end() ? nullptr : &nodes_[at->second].roles;
  }

  // A copy of what is known of it; nothing is, where it is not known.
  struct Copy {
    RecordedRoles roles;
    plan::RecordedFacts facts;
  };
  Copy copy_of(const base::Hash128& id) const;

  // What the numbers and values of facts stand for.
  struct Facts {
    const std::vector<plan::ObjectFact>& all;  // by number
    const plan::Symbols& symbols;
  };

  // Sum over the objects of H("object", id, version, the number of roles, each role and account in
  // the order of the roles' names), and of H("fact", id, plan, ...) of each fact. When and in which
  // order they were touched does not show in it.
  base::Hash128 content_hash(const Facts& facts) const;

  // All that is known, in the order of the log, and that again. REQUIRES, for load: it knows no
  // object. False: the section is none that was saved; the table is not to be used then.
  void save(const Facts& facts, snapshot::SnapshotWriter& out) const;
  bool load(uint64_t last_lsn, const Facts& facts, snapshot::SectionReader& in);

  // (name on the wire, account), in the order of those names.
  using NamedRole = std::pair<std::string_view, std::string_view>;

  // visit(const KnownObject&, std::span<const NamedRole>, const plan::RecordedFacts&), the one
  // touched longest ago first.
  template <typename Visit>
  void for_each(const Visit& visit) const;

  // Unknown objects whose events occurred before this may have been forgotten.
  base::TimeMs floor() const { return floor_; }
  uint64_t gaps() const { return gaps_; }
  uint64_t size() const { return by_id_.size(); }
  uint64_t capacity() const { return capacity_; }
  // All but what roles with long names take beside their object.
  uint64_t bytes() const;

 private:
  using Place = uint32_t;  // in nodes_
  static constexpr Place kEnds = 0;

  struct Node {
    KnownObject object;
    RecordedRoles roles;
    plan::RecordedFacts facts;
    Place before = kEnds;
    Place after = kEnds;
  };
  struct HashOfId {
    size_t operator()(const base::Hash128& id) const { return id.lo; }
  };

  bool load_object(uint64_t last_lsn, const Facts& facts, snapshot::SectionReader& in);
  static bool load_facts(const Facts& facts, snapshot::SectionReader& in,
                         plan::RecordedFacts& loaded);
  Node& add_node(const base::Hash128& id);
  Place forget_oldest();  // where it was
  void link_last(Place place);
  void unlink(Place place);
  std::vector<NamedRole> named_roles(const RecordedRoles& roles) const;

  uint64_t capacity_;
  // A ring: behind nodes_[kEnds], which is no object, comes the one touched longest ago; before it
  // the one touched last.
  std::deque<Node> nodes_;
  absl::flat_hash_map<base::Hash128, Place, HashOfId> by_id_;
  std::vector<std::string> role_names_;  // by role
  absl::flat_hash_map<std::string, Role> role_by_name_;
  base::TimeMs floor_ = INT64_MIN;
  uint64_t gaps_ = 0;
};

template <typename Visit>
void ObjectTable::for_each(const Visit& visit) const {
  for (Place at = nodes_[kEnds].after; at != kEnds; at = nodes_[at].after) {
    visit(nodes_[at].object, std::span<const NamedRole>(named_roles(nodes_[at].roles)),
          nodes_[at].facts);
  }
}

}  // namespace guerdon::pipeline
