// Reference data at a position of the log: rates, those that the plans name and those that commands
// brought; the rows of tables from files (FileRows), and who stands above whom (OrgTrees, below).
//
//   rates.set(exchange, from, until, rate);                 // RATE, at its place in the log
//   const Quote quote = rates.quote(points, usd, at);       // EXCHANGE, at its own
//   if (quote.fault != RateFault::kNone) ...
//
// Whoever takes the records in their order keeps one, and gives each record the rate that holds for
// it; so nothing that acts on accounts looks a rate up, and no rate is kept twice.
//
// Rates are in minor units (engine/money/exchange.h) and exact. The program must outlive it.
// Thread-safety: one thread at a time.
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
#include "engine/event/named.h"
#include "engine/money/ratio.h"
#include "engine/program/program.h"
#include "engine/snapshot/section_reader.h"
#include "engine/snapshot/snapshot_writer.h"

namespace guerdon::plan {

// Stretches of one exchange; a rate that would make more is refused.
inline constexpr size_t kRateStretchesMax = 100'000;

enum class RateFault : uint8_t {
  kNone = 0,
  kNoExchange,  // no plan says how the one becomes the other
  kNoRate,      // none is dated there, nor is the last one young enough
  kTooFine,     // the rates of two exchanges together are no number that can be kept
};

struct Quote {
  RateFault fault = RateFault::kNone;
  money::Ratio rate{1, 1};  // minor units of the one for a minor unit of the other
  TimeMs from = 0;          // since when it holds; of two rates, the later
  TimeMs until = 0;         // before `at`: it is the last one known
};

class Rates {
 public:
  explicit Rates(const Program& program);

  // Goes on under a program that was compiled from this one (compile_again): of the same exchanges.
  void adopt(const Program& program) { program_ = &program; }

  // The exchange of these wallets; nothing: there is none. One direction only.
  std::optional<uint32_t> find(uint16_t from, uint16_t to) const;

  // What a RATE says, and what it is answered: without an end it holds to the end of the day.
  event::CommandResult set(const event::Batch& batch, const event::CommandView& command);
  // False: there are as many as may be. REQUIRES: the exchange has its rates from outside;
  // from < until; rate above 0.
  bool set(uint32_t exchange, TimeMs from, TimeMs until, money::Ratio rate);

  // At the rate of one exchange. REQUIRES: at in [kTimeMin, kTimeEnd).
  Quote quote(uint32_t exchange, TimeMs at) const;
  // For showing: the exchange of the two, else by way of one further unit, the one of the lowest
  // number that has both exchanges.
  Quote quote_shown(uint16_t from, uint16_t to, TimeMs at) const;

  // Of the rates that commands brought: a sum, zero when there are none.
  base::Hash128 content_hash() const;
  // False: what was saved is none, and this is not to be used.
  void save(snapshot::SnapshotWriter& out) const;
  bool load(snapshot::SectionReader& in);
  bool has_any() const;  // that commands brought

 private:
  const Program* program_;
  std::vector<RateTable> tables_;  // by exchange; those of plans as they stand there
};

// The rows of tables from files at a position of the log, and what events find in them
// (checked.h, TableAsk).
//
//   rows.set(batch, command);      // TABLE, at its place in the log
//   rows.ask(batch, record);       // gives an event what it finds, before its texts are symbols
//
// Whoever takes the records in their order keeps one. A row is one value: of a column, for keys,
// from an instant on. Keys are kept by their hash of 128 bits alone (event/named.h), so a row
// takes 40 bytes whatever its keys, and up to 16 of an index of powers of two. Nothing is
// forgotten: what a row said at an earlier instant is asked by events that come late.
//
// Memory: kFileRowsMax rows at most, over all tables; the next is refused.
// The program must outlive it. Thread-safety: one thread at a time; const calls share it.
inline constexpr size_t kFileRowsMax = 8'000'000;
inline constexpr TimeMs kAlways = INT64_MIN;  // of a row without an instant: before all that have

class FileRows {
 public:
  explicit FileRows(const Program& program) : program_(&program) {}

  // Goes on under a program that was compiled from this one (compile_again).
  void adopt(const Program& program) { program_ = &program; }

  // What a TABLE says, and what it is answered.
  event::CommandResult set(const event::Batch& batch, const event::CommandView& command);
  // Replaces what was said of the key from the same instant. False: there are as many as may be.
  // REQUIRES: value is event::kNoValue, or from 0 on.
  bool set(const base::Hash128& key, TimeMs from, int64_t value);
  // What was said of the key from this very instant on.
  std::optional<int64_t> said(const base::Hash128& key, TimeMs from) const;
  // What holds; nothing: no row does, or one that says `none`.
  std::optional<int64_t> find(const base::Hash128& key, TimeMs at) const;

  // Lays what an event finds into its slots, and takes out what it does not. REQUIRES: its texts
  // are those of the batch.
  void ask(event::Batch& batch, event::Record& record) const;

  size_t size() const { return rows_.size(); }
  base::Hash128 content_hash() const { return content_; }  // zero when there are none
  // In the order in which they were set first. False: what was saved is none, and this is not to be
  // used.
  void save(snapshot::SnapshotWriter& out) const;
  bool load(snapshot::SectionReader& in);

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  struct Row {
    base::Hash128 key;
    TimeMs from = 0;
    int64_t value = 0;
    uint32_t older = kNone;  // of the same key, with the next lower instant
  };

  size_t place_of(const base::Hash128& key) const;
  uint32_t first_of(const base::Hash128& key) const;
  void grow();
  base::Hash128 content_of(const Row& row) const;

  const Program* program_;
  std::vector<Row> rows_;
  // Open addressing, at most half full: of a key the row of the last instant (file_rows.cc).
  std::vector<uint32_t> index_;
  size_t keys_ = 0;
  base::Hash128 content_;
};

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
  bool is_dated = false;  // else it holds always, instead of all that was said before
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

  // What the command says. Its relation is one of the program's, or nothing: a log may be
  // another's.
  std::optional<OrgEdge> edge_of(const event::Batch& batch,
                                 const event::CommandView& command) const;
  // What becomes of it: INVALID, LIMIT, EXPIRED or UNKNOWN, amount being the Fault.
  event::CommandResult may_set(const event::Batch& batch, const event::CommandView& command) const;
  // REQUIRES: may_set().
  void set(const event::Batch& batch, const event::CommandView& command);

  Fault fault_of(const OrgEdge& edge) const;
  // REQUIRES: no fault.
  void set(const OrgEdge& edge);
  // Whether it is so from its first instant on: what was said later of its time stands. One that
  // ends is so up to there.
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
  bool has_too_many(const Tree& tree, const OrgEdge& edge) const;

  const Program* program_;
  std::vector<Tree> trees_;  // by relation; of those that were spoken of
  size_t stretches_ = 0;
};

}  // namespace guerdon::plan
