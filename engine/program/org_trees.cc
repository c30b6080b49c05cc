#include "engine/program/rates.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/planted.h"

namespace guerdon::plan {

using base::planted;
using base::PlantedBug;
using event::CommandField;
using event::Outcome;

uint32_t OrgTrees::Tree::find(std::string_view name) const {
  const auto at = by_name.find(name);
  return at == by_name.end() ? kNobody : at->second;
}

uint32_t OrgTrees::Tree::obtain(std::string_view name) {
  const auto [at, is_new] =
      by_name.try_emplace(std::string(name), static_cast<uint32_t>(accounts.size()));
  if (is_new) accounts.emplace_back().name = name;
  return at->second;
}

const OrgTrees::Tree* OrgTrees::tree_of(uint32_t relation) const {
  return relation < trees_.size() ? &trees_[relation] : nullptr;
}

// ---- What is said

std::optional<OrgEdge> OrgTrees::edge_of(const event::Batch& batch,
                                         const event::CommandView& command) const {
  const auto text = [&](CommandField field) {
    return command.has(field) ? batch.view(command.text(field)) : std::string_view();
  };
  const std::vector<std::string>& names = program_->schema.relations();
  const auto name = std::find(names.begin(), names.end(), text(CommandField::kTable));
  if (name == names.end()) return std::nullopt;
  OrgEdge edge;
  edge.relation = static_cast<uint32_t>(name - names.begin());
  edge.child = text(CommandField::kAccount);
  edge.parent = text(CommandField::kBy);
  edge.is_vacant = text(CommandField::kValue) == "yes";
  edge.is_dated = command.has(CommandField::kEffective);
  if (edge.is_dated) edge.from = command[CommandField::kEffective];
  if (command.has(CommandField::kUntil)) {
    edge.until = std::min(command[CommandField::kUntil], base::kTimeEnd);
  }
  return edge;
}

event::CommandResult OrgTrees::may_set(const event::Batch& batch,
                                       const event::CommandView& command) const {
  const std::optional<OrgEdge> edge = edge_of(batch, command);
  if (!edge) return {0, 0, Outcome::kUnknown};
  const Fault fault = fault_of(*edge);
  const auto amount = static_cast<int64_t>(fault);
  switch (fault) {
    case Fault::kNone:
      return {};
    case Fault::kSecondParent:
    case Fault::kCycle:
      return {amount, 0, Outcome::kInvalid};
    case Fault::kBackwards:
      return {amount, 0, Outcome::kExpired};
    case Fault::kFull:
    case Fault::kTooDeep:
      return {amount, 0, Outcome::kLimit};
  }
  GUERDON_UNREACHABLE();
}

void OrgTrees::set(const event::Batch& batch, const event::CommandView& command) {
  const std::optional<OrgEdge> edge = edge_of(batch, command);
  GUERDON_ASSERT(edge.has_value());
  set(*edge);
}

// Without a date it holds always, so all that was said before is of the same time.
bool OrgTrees::has_other_parent(const Tree& tree, const OrgEdge& edge) const {
  const uint32_t child = tree.find(edge.child);
  if (edge.is_dated || child == kNobody) return false;
  const auto& edges = tree.accounts[child].edges.stretches();
  return std::any_of(edges.begin(), edges.end(), [&](const calendar::Dated<Edge>& each) {
    if (each.from >= edge.until || each.until <= edge.from) return false;
    return each.value.parent != kNobody && tree.accounts[each.value.parent].name != edge.parent;
  });
}

// Up from the parent, through each stretch of those above that lies within the edge's own.
OrgTrees::Fault OrgTrees::fault_of_cycle(const Tree& tree, const OrgEdge& edge) const {
  struct Place {
    uint32_t account;
    TimeMs from;
    TimeMs until;
  };
  const uint32_t child = tree.find(edge.child);
  const uint32_t parent = tree.find(edge.parent);
  if (child == kNobody || parent == kNobody) return Fault::kNone;  // nobody stands there yet
  std::vector<Place> open = {{parent, edge.from, edge.until}};
  for (size_t steps = 0; !open.empty(); ++steps) {
    if (steps == kOrgStepsMax) return Fault::kTooDeep;
    const Place place = open.back();
    open.pop_back();
    for (const calendar::Dated<Edge>& each : tree.accounts[place.account].edges.stretches()) {
      const TimeMs from = std::max(each.from, place.from);
      const TimeMs until = std::min(each.until, place.until);
      if (from >= until || each.value.parent == kNobody) continue;
      if (each.value.parent == child) return Fault::kCycle;
      open.push_back({each.value.parent, from, until});
    }
  }
  return Fault::kNone;
}

// Tried where it may be so: an edge that takes the place of others makes room.
bool OrgTrees::has_too_many(const Tree& tree, const OrgEdge& edge) const {
  const uint32_t child = tree.find(edge.child);
  if (child == kNobody || tree.accounts[child].edges.size() + 2 <= kOrgStretchesMax) return false;
  calendar::DatedList<Edge> trial = tree.accounts[child].edges;
  Edge made;
  if (!edge.parent.empty()) {
    // Whoever was not named yet is another than all that were.
    const uint32_t known = tree.find(edge.parent);
    made.parent = known == kNobody ? static_cast<uint32_t>(tree.accounts.size()) : known;
  }
  made.is_vacant = edge.is_vacant;
  trial.set(edge.from, edge.until, made);
  return trial.size() > kOrgStretchesMax;
}

OrgTrees::Fault OrgTrees::fault_of(const OrgEdge& edge) const {
  if (edge.from >= edge.until) return Fault::kBackwards;
  if (edge.child == edge.parent) return Fault::kCycle;
  // One more makes two more of one at most.
  if (stretches_ + 2 > kOrgEdgesMax) return Fault::kFull;
  const Tree* const tree = tree_of(edge.relation);
  if (tree == nullptr) return Fault::kNone;
  if (has_too_many(*tree, edge)) return Fault::kFull;
  if (has_other_parent(*tree, edge)) return Fault::kSecondParent;
  return edge.parent.empty() ? Fault::kNone : fault_of_cycle(*tree, edge);
}

void OrgTrees::set(const OrgEdge& edge) {
  if (edge.relation >= trees_.size()) trees_.resize(edge.relation + size_t{1});
  Tree& tree = trees_[edge.relation];
  Edge made;
  if (!edge.parent.empty()) made.parent = tree.obtain(edge.parent);
  made.is_vacant = edge.is_vacant;
  calendar::DatedList<Edge>& edges = tree.accounts[tree.obtain(edge.child)].edges;
  stretches_ -= edges.size();
  edges.set(edge.from, edge.until, made);
  stretches_ += edges.size();
}

bool OrgTrees::says(const OrgEdge& edge) const {
  const Tree* const tree = tree_of(edge.relation);
  const uint32_t child = tree == nullptr ? kNobody : tree->find(edge.child);
  if (child == kNobody) return false;
  const calendar::Dated<Edge>* const held = tree->accounts[child].edges.at(edge.from);
  if (held == nullptr) return false;
  if (edge.until < base::kTimeEnd && held->until < edge.until) return false;
  const std::string_view parent = held->value.parent == kNobody
                                      ? std::string_view()
                                      : std::string_view(tree->accounts[held->value.parent].name);
  return parent == edge.parent && held->value.is_vacant == edge.is_vacant;
}

// ---- What is found

std::optional<std::string_view> OrgTrees::above(uint32_t relation, std::string_view account,
                                                int level, bool passes, TimeMs at) const {
  const Tree* const tree = tree_of(relation);
  uint32_t here = tree == nullptr ? kNobody : tree->find(account);
  const bool passes_all = passes || planted(PlantedBug::kVacantPassedUp);
  for (int passed = 0; here != kNobody && passed < kOrgPassedMax; ++passed) {
    const calendar::Dated<Edge>* edge = tree->accounts[here].edges.at(at);
    if (edge == nullptr || edge->value.parent == kNobody) return std::nullopt;
    here = edge->value.parent;
    const calendar::Dated<Edge>* const own = tree->accounts[here].edges.at(at);
    const bool is_vacant = own != nullptr && own->value.is_vacant;
    if (is_vacant && passes_all) continue;
    if (--level > 0) continue;
    if (is_vacant) return std::nullopt;
    return tree->accounts[here].name;
  }
  return std::nullopt;
}

std::vector<calendar::Dated<OrgTrees::Stretch>> OrgTrees::stretches(
    uint32_t relation, std::string_view account) const {
  std::vector<calendar::Dated<Stretch>> all;
  const Tree* const tree = tree_of(relation);
  const uint32_t here = tree == nullptr ? kNobody : tree->find(account);
  if (here == kNobody) return all;
  for (const calendar::Dated<Edge>& each : tree->accounts[here].edges.stretches()) {
    const uint32_t parent = each.value.parent;
    all.push_back({each.from,
                   each.until,
                   {parent == kNobody ? "" : tree->accounts[parent].name, each.value.is_vacant}});
  }
  return all;
}

void OrgTrees::climb(event::Batch& batch, event::Record& record, TimeMs at,
                     const AccountAt& account_at, const StoodAt& stood) const {
  for (const ClimbSlot& climb : program_->climbs[record.type]) {
    record.present &= ~(uint64_t{1} << climb.slot);
    const std::optional<std::string_view> below = account_at(climb.below);
    if (!below) continue;
    const std::optional<Stood> known =
        climb.stands && stood ? stood(climb) : std::optional<Stood>();
    const std::optional<std::string_view> found =
        known && known->below == *below
            ? known->above
            : above(climb.relation, *below, climb.level, climb.passes, at);
    if (!found) continue;
    const std::string name(*found);  // it may be a view of what grows
    batch.values[record.values + climb.slot] = batch.add_text(name);
    record.present |= uint64_t{1} << climb.slot;
  }
}

// ---- As content

base::Hash128 OrgTrees::content_hash() const {
  base::Hash128 sum;
  for (size_t r = 0; r < trees_.size(); ++r) {
    const Tree& tree = trees_[r];
    for (const Account& account : tree.accounts) {
      for (const calendar::Dated<Edge>& each : account.edges.stretches()) {
        base::HashBuilder content;
        content.text("org").text(program_->schema.relations()[r]).text(account.name);
        content.text(each.value.parent == kNobody ? "" : tree.accounts[each.value.parent].name);
        sum += content.u32(each.value.is_vacant ? 1 : 0).i64(each.from).i64(each.until).finish();
      }
    }
  }
  return sum;
}

void OrgTrees::save(snapshot::SnapshotWriter& out) const {
  out.put_unsigned(trees_.size());
  for (const Tree& tree : trees_) {
    out.put_unsigned(tree.accounts.size());
    for (const Account& account : tree.accounts) out.put_text(account.name);
    for (const Account& account : tree.accounts) {
      out.put_unsigned(account.edges.size());
      for (const calendar::Dated<Edge>& each : account.edges.stretches()) {
        out.put_unsigned(static_cast<uint64_t>(each.from));
        out.put_unsigned(static_cast<uint64_t>(each.until));
        out.put_unsigned(each.value.parent == kNobody ? 0 : each.value.parent + uint64_t{1});
        out.put_unsigned(each.value.is_vacant ? 1 : 0);
      }
    }
  }
}

bool OrgTrees::load(snapshot::SectionReader& in) {
  uint64_t relations = 0;
  if (!in.take_unsigned(program_->schema.relations().size(), &relations)) return false;
  trees_.resize(relations);
  for (Tree& tree : trees_) {
    uint64_t accounts = 0;
    if (!in.take_unsigned(2 * kOrgEdgesMax, &accounts)) return false;
    for (uint64_t a = 0; a < accounts; ++a) {
      std::string_view name;
      if (!in.take_text(event::kTextBytesMax, &name)) return false;
      if (tree.obtain(name) != a) return in.fail("an account stands in a tree twice");
    }
    for (Account& account : tree.accounts) {
      uint64_t count = 0;
      if (!in.take_unsigned(kOrgStretchesMax, &count)) return false;
      TimeMs last = base::kTimeMin;
      for (uint64_t s = 0; s < count; ++s) {
        uint64_t from = 0;
        uint64_t until = 0;
        uint64_t parent = 0;
        uint64_t vacant = 0;
        if (!in.take_unsigned(static_cast<uint64_t>(base::kTimeEnd), &from) ||
            !in.take_unsigned(static_cast<uint64_t>(base::kTimeEnd), &until) ||
            !in.take_unsigned(accounts, &parent) || !in.take_unsigned(1, &vacant)) {
          return false;
        }
        const auto begin = static_cast<TimeMs>(from);
        const auto end = static_cast<TimeMs>(until);
        if (begin < last || begin >= end) return in.fail("edges of a tree that overlap");
        last = end;
        const Edge edge{parent == 0 ? kNobody : static_cast<uint32_t>(parent - 1), vacant != 0};
        account.edges.set(begin, end, edge);
      }
      if (account.edges.size() != count) return in.fail("edges of a tree that are one");
      stretches_ += count;
    }
  }
  return true;
}

}  // namespace guerdon::plan
