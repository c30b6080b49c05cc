// What events look like on the wire, over all plans: types, and for each type its slots; and the
// wallets that commands name.
//
// A slot is one reading of one wire attribute. Plans that read `amount` alike (kind, scale, sign)
// share a slot; a plan that reads it otherwise gets one of its own, filled from the same text.
// Slots are numbered from 0 in the order in which plans declare them.
//
// Thread-safety: built by one thread, immutable afterwards.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace guerdon::event {

// kLines: the lines of an event, as a list (field.h). A type has one slot of it at most.
enum class FieldKind : uint8_t { kAmount, kCount, kText, kFlag, kAccount, kLines };

struct Field {
  std::string wire;  // attribute name on the wire, column name in a CSV trace
  FieldKind kind = FieldKind::kText;
  uint8_t scale = 0;  // kAmount: decimals
  bool is_signed = false;
  // 0: an event carries it. Else nobody sends it: admission fills in fact `fact` - 1 of the object
  // (plan::Program::facts).
  uint16_t fact = 0;
  // Empty: an event carries it. Else nobody sends it: it follows from the lines of the event as
  // this plan declares them (plan::LineSlots), and `wire` is what the plan calls it.
  std::string of_lines_of = {};

  // The same where it follows from a table from a file. Then it is in the log with what was sent.
  std::string of_table_of = {};

  // Empty: an event carries it. Else nobody sends it: it is who stands above another account by
  // this relation (plan::ClimbSlot), and is in the log as what a table says is.
  std::string of_relation = {};

  // Empty: an event carries it. Else nobody sends it, and it is not in the log: it is what a rule
  // of this plan credits at the event, which the shards find (plan::CreditedSlot).
  std::string of_credits_of = {};

  bool is_sent() const {
    return fact == 0 && of_lines_of.empty() && of_table_of.empty() && of_relation.empty() &&
           of_credits_of.empty();
  }
  bool is_found() const { return fact == 0 && !(of_table_of.empty() && of_relation.empty()); }
  bool is_logged() const { return is_sent() || is_found(); }
  bool operator==(const Field&) const = default;
};

inline constexpr int kSlotsMax = 64;         // a type; one bit each in Record::present
inline constexpr int kObjectNamesMax = 16;   // of a type
inline constexpr int kTypesMax = 4096;       //
inline constexpr int kTextBytesMax = 128;    // text values and account names
inline constexpr int kIdBytesMax = 64;       // event ids
inline constexpr uint16_t kNoType = 0xffff;  // a type that no plan declares

// One of the fields that each line of an event has: a text, a count or an amount.
struct LineField {
  FieldKind kind = FieldKind::kText;
  uint8_t scale = 0;  // kAmount: decimals
  bool is_signed = false;

  bool operator==(const LineField&) const = default;
};
using LineFields =
    std::vector<LineField>;  // 1 to kLineFieldsMax, in the order in which they are sent
inline constexpr int kLineFieldsMax = 16;
inline constexpr std::string_view kLinesWire = "lines";

struct TypeSchema {
  std::string wire;
  std::vector<Field> slots;
  std::vector<uint8_t> account_slots;  // those of kind kAccount, ascending
  std::vector<std::string> objects;    // what plans call its object
  bool has_versions = false;           // some plan wants its version, too
  // Ways in which plans read its lines, each another and all of as many fields. Lines are such as
  // all of them can read. None: it has no slot of kind kLines.
  std::vector<LineFields> lines = {};
};

// A wallet as a command names it: by its unit, and the program where several have that.
struct WalletName {
  std::string program;
  std::string unit;
  uint8_t scale = 0;
  bool wants_total = false;  // what is held of it is limited to a share of a total
  bool is_badge = false;     // it counts what was given of one, or a notice
  bool is_notice = false;    // how often the plan has told something
};

// A thing of the catalogue, and an exchange, as a command names them.
struct ItemName {
  std::string program;
  std::string item;
  bool has_stock = false;
};
struct ExchangeName {
  uint16_t from = 0;  // wallets
  uint16_t to = 0;
  bool from_file = false;
  bool show_only = false;
};

// A table whose rows come from a file, as commands and files name it. A value of a column is a
// whole number: minor units of an amount, pieces, or millionths of a ratio.
inline constexpr int kTableKeyFieldsMax = 4;
struct FileTable {
  struct Column {
    std::string name;   // empty: the only one
    uint8_t scale = 0;  // decimals of an amount; of a ratio as a fraction of one: six
    bool is_ratio = false;
    int64_t most = 0;  // values are from 0 to this
  };
  std::string plan;
  std::string name;
  std::vector<std::string> keys;
  std::vector<bool> key_is_text;  // else a count
  std::vector<Column> columns;
};

// A goal that TARGET says, as a command names it: by its target, and the program where several have
// that. Values are whole: minor units of an amount, or pieces.
inline constexpr size_t kGoalKeysMax = 3;
struct GoalName {
  std::string program;
  std::string target;
  std::string unit;               // of an amount; empty: a count
  uint8_t scale = 0;              // of an amount
  std::vector<std::string> keys;  // further names; at most kGoalKeysMax
  std::vector<bool> key_is_text;  // else a count
  std::string period;             // what a period is called: `2026-02`, say
  // The index of a period by its name in the plan's calendar; nothing: there is none.
  std::function<std::optional<int32_t>(std::string_view)> period_of;
  // Indices [first, second) of periods of which it is asked, ascending: in others no version of the
  // plan has it. The log may have some of these, from when it was asked.
  std::vector<std::pair<int32_t, int32_t>> asked_of;
};

class Schema {
 public:
  // In the order of their numbers.
  void add_wallet(WalletName wallet) { wallets_.push_back(std::move(wallet)); }
  const std::vector<WalletName>& wallets() const { return wallets_; }
  void add_item(ItemName item) { items_.push_back(std::move(item)); }
  const std::vector<ItemName>& items() const { return items_; }
  void add_exchange(ExchangeName exchange) { exchanges_.push_back(exchange); }
  const std::vector<ExchangeName>& exchanges() const { return exchanges_; }

  // Tables whose rows come from a file; in the order of their numbers.
  void add_table(FileTable table) { tables_.push_back(std::move(table)); }
  const std::vector<FileTable>& tables() const { return tables_; }

  // Relations that ORG says, by their names; a name that is there already stays one. Its number.
  uint32_t add_relation(std::string_view name) {
    const auto at = std::find(relations_.begin(), relations_.end(), name);
    if (at != relations_.end()) return static_cast<uint32_t>(at - relations_.begin());
    relations_.emplace_back(name);
    return static_cast<uint32_t>(relations_.size() - 1);
  }
  const std::vector<std::string>& relations() const { return relations_; }

  // Goals that TARGET says; in the order of their numbers. One that is there stays the same goal.
  void set_goal(size_t number, GoalName goal) {
    goals_.resize(std::max(goals_.size(), number + 1));
    goals_[number] = std::move(goal);
  }
  const std::vector<GoalName>& goals() const { return goals_; }

  // What is known of accounts; in the order of their numbers.
  void add_known(Field field) { known_.push_back(std::move(field)); }
  const std::vector<Field>& known() const { return known_; }

  // The type's number; made when new. Nothing is lost when it was there: REQUIRES size < kTypesMax.
  uint16_t add_type(std::string_view wire);
  // The slot of this reading; made when new. Returns -1 when the type has kSlotsMax already.
  int add_slot(uint16_t type, const Field& field);

  // The number of this reading of its lines, made when new. Nothing: others have another number of
  // fields, or there is no slot left for lines.
  std::optional<size_t> add_lines(uint16_t type, const LineFields& fields);

  // A name for the object of this type, in a trace and in requests. False: it has kObjectNamesMax.
  bool add_object(uint16_t type, std::string_view wire, bool has_versions);

  // kNoType when there is none.
  uint16_t find_type(std::string_view wire) const;
  const TypeSchema& type(uint16_t index) const { return types_[index]; }
  int size() const { return static_cast<int>(types_.size()); }

 private:
  std::vector<WalletName> wallets_;
  std::vector<ItemName> items_;
  std::vector<ExchangeName> exchanges_;
  std::vector<FileTable> tables_;
  std::vector<Field> known_;
  std::vector<std::string> relations_;
  std::vector<GoalName> goals_;
  std::vector<TypeSchema> types_;
  absl::flat_hash_map<std::string, uint16_t> by_wire_;
};

}  // namespace guerdon::event
