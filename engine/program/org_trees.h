// Who stands above whom at a position of the log: the edges of all relations, as ORG said them
// (plan/relations.h), and what events find in them.
//
//   trees.set(batch, command);                   // ORG, at its place in the log
//   trees.climb(batch, record, at, ...);         // gives an event who stands above its accounts
//   trees.above(manager, "anna", 2, false, at);  // one of them
//
// Whoever takes the records in their order keeps one; what it finds goes with the event, so shards
// and whoever reads the log need no tree. An edge holds in a stretch of time, and one that is said
// later holds in its time whatever was said before (DatedList). Two things are refused, and nothing
// changes then: a cycle at any instant, and a second parent for good: an edge without `effective`
// where another parent holds.
//
// Cost: a look-up is one of a hash table and a search in the account's own edges a level. A new
// edge walks up from the parent through all stretches that lie in its own.
// Memory: about 100 bytes an account; kOrgEdgesMax stretches at most, kOrgStretchesMax an account.
// The program must outlive it. Thread-safety: one thread at a time; const calls share it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/base/hash.h"
#include "engine/calendar/dated_list.h"
#include "engine/event/batch.h"
#include "engine/event/command.h"
#include "engine/program/program.h"
#include "engine/snapshot/section_reader.h"
#include "engine/snapshot/snapshot_writer.h"

namespace guerdon::plan {

inline constexpr size_t kOrgEdgesMax = 4'000'000;  // stretches, over all relations
inline constexpr size_t kOrgStretchesMax = 128;    // of one account in one relation
inline constexpr size_t kOrgStepsMax = 100'000;    // of a walk that looks for a cycle
inline constexpr int kOrgPassedMax = 64;           // accounts that one climb goes by

// What an ORG says.
struct OrgEdge {
  uint32_t relation = 0;  // of Schema::relations
  std::string_view child;
  std::string_view parent;  // empty: nobody stands above
  bool is_vacant = false;
  bool is_dated = false;  // else it holds always, and changes nothing that was dated
  TimeMs from = base::kTimeMin;
  TimeMs until = base::kTimeEnd;
};

class OrgTrees {
 public:
  enum class Fault : uint8_t {
    kNone = 0,
    kSecondParent,  // another stands above it then
    kCycle,         // it would stand above itself
    kBackwards,     // it ends before it begins
    kFull,          // kOrgEdgesMax or kOrgStretchesMax
    kTooDeep,       // kOrgStepsMax
  };

  // One stretch of an account: from when until when who is above it.
  struct Stretch {
    std::string parent;  // empty: nobody
    bool is_vacant = false;
    friend bool operator==(const Stretch&, const Stretch&) = default;
  };

  explicit OrgTrees(const Program& program) : program_(&program) {}

  // Goes on under a program that was compiled from this one (compile_again).
  void adopt(const Program& program) { program_ = &program; }

  // What the command says. Its relation is one of the program's, or nothing: a log may be another's.
  std::optional<OrgEdge> edge_of(const event::Batch& batch, const event::CommandView& command) const;
  // What becomes of it: INVALID, LIMIT, EXPIRED or UNKNOWN, amount being the Fault.
  event::CommandResult may_set(const event::Batch& batch, const event::CommandView& command) const;
  // REQUIRES: may_set().
  void set(const event::Batch& batch, const event::CommandView& command);

  Fault fault_of(const OrgEdge& edge) const;
  // REQUIRES: no fault.
  void set(const OrgEdge& edge);
  // Whether all of it is so already.
  bool says(const OrgEdge& edge) const;

  // Who stands so many levels above; nothing: nobody, or the post is vacant and not passed by.
  std::optional<std::string_view> above(uint32_t relation, std::string_view account, int level,
                                        bool passes, TimeMs at) const;
  // What is said of the account, ascending.
  std::vector<calendar::Dated<Stretch>> stretches(uint32_t relation,
                                                  std::string_view account) const;

  // What is known of the object of the event: who had the slot below when it was found, and whom it
  // found, nothing being nobody. Nothing: it was not found yet.
  struct Stood {
    std::string_view below;
    std::optional<std::string_view> above;
  };
  using StoodAt = std::function<std::optional<Stood>(const ClimbSlot&)>;
  // The account in a slot of the event: sent, or known of its object. Nothing: none.
  using AccountAt = std::function<std::optional<std::string_view>(uint8_t slot)>;

  // Lays who stands above at this instant into the event's slots, and takes out what it does not
  // find. `stood`: empty where nothing is known of its object, or there is none.
  void climb(event::Batch& batch, event::Record& record, TimeMs at, const AccountAt& account_at,
             const StoodAt& stood) const;

  size_t size() const { return stretches_; }
  base::Hash128 content_hash() const;  // zero when nothing was said
  // False: what was saved is none, and this is not to be used.
  void save(snapshot::SnapshotWriter& out) const;
  bool load(snapshot::SectionReader& in);

 private:
  static constexpr uint32_t kNobody = UINT32_MAX;

  struct Edge {
    uint32_t parent = kNobody;  // of Tree::accounts
    bool is_vacant = false;
    friend bool operator==(const Edge&, const Edge&) = default;
  };
  struct Account {
    std::string name;
    calendar::DatedList<Edge> edges;
  };
  struct HashOfName {
    using is_transparent = void;
    size_t operator()(std::string_view name) const { return base::hash64(name); }
  };
  struct Tree {
    std::vector<Account> accounts;
    absl::flat_hash_map<std::string, uint32_t, HashOfName, std::equal_to<>> by_name;

    uint32_t find(std::string_view name) const;
    uint32_t obtain(std::string_view name);
  };

  const Tree* tree_of(uint32_t relation) const;
  Fault fault_of_cycle(const Tree& tree, const OrgEdge& edge) const;
  bool has_other_parent(const Tree& tree, const OrgEdge& edge) const;

  const Program* program_;
  std::vector<Tree> trees_;  // by relation; of those that were spoken of
  size_t stretches_ = 0;
};

}  // namespace guerdon::plan
