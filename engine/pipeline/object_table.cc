#include "engine/pipeline/object_table.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/pipeline/other_capacity.h"

namespace guerdon::pipeline {

using event::Outcome;

namespace {

constexpr uint64_t kRolesMax = UINT16_MAX;  // of an object, over all types and plans

bool has_versions(int64_t last, int64_t next) {
  return last != event::kNoVersion && next != event::kNoVersion;
}

}  // namespace

ObjectTable::ObjectTable(uint64_t capacity) : capacity_(capacity), nodes_(1) {
  GUERDON_ASSERT(capacity > 0 && capacity <= kCapacityMax);
}

Role ObjectTable::role(std::string_view wire) {
  const auto [at, is_new] =
      role_by_name_.try_emplace(std::string(wire), static_cast<Role>(role_names_.size()));
  if (is_new) role_names_.emplace_back(wire);
  return at->second;
}

Outcome ObjectTable::check(const ObjectEvent& event, base::TimeMs at) const {
  const auto found = by_id_.find(event.object);
  if (found == by_id_.end()) return event.occurred_at < floor_ ? Outcome::kTooOld : Outcome::kOk;
  const KnownObject& known = nodes_[found->second].object;
  if (at - known.occurred_at > kObjectWindow) return Outcome::kTooOld;
  if (has_versions(known.version, event.version) && event.version <= known.version) {
    return Outcome::kStale;
  }
  return Outcome::kOk;
}

uint64_t ObjectTable::last_lsn(const base::Hash128& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? 0 : nodes_[found->second].object.lsn;
}

ObjectTable::Content ObjectTable::apply(const ObjectEvent& event, uint64_t lsn) {
  const auto found = by_id_.find(event.object);
  Node& node = found == by_id_.end() ? add_node(event.object) : nodes_[found->second];
  if (found != by_id_.end()) {
    unlink(found->second);
    link_last(found->second);
  }
  KnownObject& known = node.object;
  if (has_versions(known.version, event.version)) {
    GUERDON_ASSERT(event.version > known.version);
    if (event.version > known.version + 1) ++gaps_;
  }
  if (event.version != event::kNoVersion) known.version = event.version;
  known.occurred_at = std::max(known.occurred_at, event.occurred_at);
  known.lsn = lsn;
  return {node.roles, node.facts};
}

ObjectTable::Copy ObjectTable::copy_of(const base::Hash128& id) const {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return {};
  const Node& node = nodes_[found->second];
  return {node.roles, node.facts};
}

// ---- The ring

ObjectTable::Node& ObjectTable::add_node(const base::Hash128& id) {
  const bool is_full = size() == capacity_;
  const Place place = is_full ? forget_oldest() : static_cast<Place>(nodes_.size());
  if (!is_full) nodes_.emplace_back();
  by_id_.emplace(id, place);
  link_last(place);
  nodes_[place].object.id = id;
  return nodes_[place];
}

ObjectTable::Place ObjectTable::forget_oldest() {
  const Place oldest = nodes_[kEnds].after;
  GUERDON_ASSERT(oldest != kEnds);
  const KnownObject& object = nodes_[oldest].object;
  floor_ = std::max(floor_, object.occurred_at + 1);
  by_id_.erase(object.id);
  unlink(oldest);
  nodes_[oldest] = {};
  return oldest;
}

void ObjectTable::link_last(Place place) {
  const Place last = nodes_[kEnds].before;
  nodes_[place].before = last;
  nodes_[place].after = kEnds;
  nodes_[last].after = place;
  nodes_[kEnds].before = place;
}

void ObjectTable::unlink(Place place) {
  const Node& node = nodes_[place];
  nodes_[node.before].after = node.after;
  nodes_[node.after].before = node.before;
}

// ---- What is known

std::vector<ObjectTable::NamedRole> ObjectTable::named_roles(const RecordedRoles& roles) const {
  std::vector<NamedRole> named;
  roles.visit(
      [&](Role role, std::string_view account) { named.emplace_back(role_names_[role], account); });
  std::sort(named.begin(), named.end());
  return named;
}

namespace {

void add_fact(base::HashBuilder& content, const ObjectTable::Facts& facts, uint16_t number,
              int64_t value) {
  const plan::ObjectFact& fact = facts.all[number];
  content.i64(fact.plan).u32(static_cast<uint32_t>(fact.what));
  content.text(fact.field.wire).text(fact.event);
  if (fact.is_text() && value != plan::kOtherSymbol) {
    content.text(facts.symbols.text(static_cast<plan::Symbol>(value)));
  } else {
    content.i64(value);
  }
}

}  // namespace

base::Hash128 ObjectTable::content_hash(const Facts& facts) const {
  base::Hash128 sum;
  base::HashBuilder content;
  const auto add = [&](const KnownObject& object, std::span<const NamedRole> roles,
                       const plan::RecordedFacts& recorded) {
    content.text("object").u64(object.id.lo).u64(object.id.hi).i64(object.version);
    content.u64(roles.size());
    for (const auto& [name, account] : roles) content.text(name).text(account);
    sum += content.finish();
    for (const auto& [number, value] : recorded.all()) {
      content.text("fact").u64(object.id.lo).u64(object.id.hi);
      add_fact(content, facts, number, value);
      sum += content.finish();
    }
  };
  for_each(add);
  return sum;
}

uint64_t ObjectTable::bytes() const {
  constexpr size_t kSlot = sizeof(std::pair<base::Hash128, Place>) + 1;
  return nodes_.size() * sizeof(Node) + by_id_.capacity() * kSlot;
}

// ---- Snapshots

void ObjectTable::save(const Facts& facts, snapshot::SnapshotWriter& out) const {
  out.put_unsigned(capacity_);
  out.put_signed(floor_);
  out.put_unsigned(gaps_);
  out.put_unsigned(size());
  const auto put = [&](const KnownObject& object, std::span<const NamedRole> roles,
                       const plan::RecordedFacts& recorded) {
    out.put_hash(object.id);
    out.put_signed(object.version);
    out.put_signed(object.occurred_at);
    out.put_unsigned(object.lsn);
    out.put_unsigned(roles.size());
    for (const auto& [name, account] : roles) {
      out.put_text(name);
      out.put_text(account);
    }
    if (facts.all.empty()) return;
    out.put_unsigned(recorded.all().size());
    for (const auto& [number, value] : recorded.all()) {
      out.put_unsigned(number);
      out.put_signed(value);
    }
  };
  for_each(put);
}

bool ObjectTable::load(uint64_t last_lsn, const Facts& facts, snapshot::SectionReader& in) {
  GUERDON_ASSERT(size() == 0);
  uint64_t capacity = 0;
  base::TimeMs floor = 0;
  uint64_t gaps = 0;
  uint64_t count = 0;
  if (!in.take_unsigned(kCapacityMax, &capacity)) return false;
  if (capacity != capacity_) {
    return in.fail(snapshot::Fault::kOptions,
                   other_capacity(capacity, capacity_, "objects", "--objects"));
  }
  if (!in.take_signed(&floor) || !in.take_unsigned(UINT64_MAX, &gaps) ||
      !in.take_unsigned(capacity_, &count)) {
    return false;
  }
  for (uint64_t i = 0; i < count; ++i) {
    if (!load_object(last_lsn, facts, in)) return false;
  }
  floor_ = floor;
  gaps_ = gaps;
  return true;
}

bool ObjectTable::load_object(uint64_t last_lsn, const Facts& facts, snapshot::SectionReader& in) {
  KnownObject object;
  uint64_t roles = 0;
  if (!in.take_hash(&object.id) || !in.take_signed(&object.version) ||
      !in.take_signed(base::kTimeEnd, &object.occurred_at) ||
      !in.take_unsigned(last_lsn, &object.lsn) || !in.take_unsigned(kRolesMax, &roles)) {
    return false;
  }
  if (object.version < event::kNoVersion || by_id_.contains(object.id)) {
    return in.fail("an object stands there twice, or has a version that is none");
  }
  Node& node = add_node(object.id);
  node.object = object;
  for (uint64_t i = 0; i < roles; ++i) {
    std::string_view text;
    if (!in.take_text(event::kTextBytesMax, &text)) return false;
    const Role named = role(text);
    if (!in.take_text(event::kTextBytesMax, &text)) return false;
    if (text.empty()) return in.fail("a role of an object names nobody");
    node.roles.record(named, text);
  }
  return facts.all.empty() || load_facts(facts, in, node.facts);
}

bool ObjectTable::load_facts(const Facts& facts, snapshot::SectionReader& in,
                             plan::RecordedFacts& loaded) {
  uint64_t count = 0;
  if (!in.take_unsigned(facts.all.size(), &count)) return false;
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t number = 0;
    int64_t value = 0;
    if (!in.take_unsigned(UINT64_MAX, &number) || !in.take_signed(&value)) return false;
    if (number >= facts.all.size() || (i > 0 && number <= loaded.all().back().first)) {
      return in.fail("a fact of an object stands there twice, or is none");
    }
    const bool is_other = value == plan::kOtherSymbol;
    if (facts.all[number].is_text() && !is_other && !facts.symbols.is_interned(value)) {
      return in.fail("a fact of an object is no text value");
    }
    loaded.set(static_cast<uint16_t>(number), value);
  }
  return true;
}

}  // namespace guerdon::pipeline
