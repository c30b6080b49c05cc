// What a request means by a name: a wallet by its unit, a thing of the catalogue by its item, and
// of which program, where several have one of that name; what is known of accounts by its
// attribute; a table from a file, its columns, and the keys of its rows.
//
//   const Named wallet = find_wallet(schema, "club/points");
//   const Named same = find_wallet(schema, "points", "club");  // unit=points program=club
//   if (!wallet.is_one()) ...  // wallet.outcome and wallet.sentence say what to write instead
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/hash.h"
#include "engine/event/outcome.h"
#include "engine/event/schema.h"

namespace guerdon::event {

struct Named {
  uint32_t number = 0;             // in Schema::wallets, Schema::items or Schema::known
  Outcome outcome = Outcome::kOk;  // kUnknown: none has the name; kInvalid: several have it
  std::string sentence;            // then: what is wrong and what to change

  bool is_one() const { return outcome == Outcome::kOk; }
  uint16_t wallet() const { return static_cast<uint16_t>(number); }
};

// `unit` is the name of one, or program/unit. `program`: whose, as far as that is known; else
// empty.
Named find_wallet(const Schema& schema, std::string_view unit, std::string_view program = {});
// The same of an item.
Named find_item(const Schema& schema, std::string_view item, std::string_view program = {});
// The same of a target whose goals TARGET says.
Named find_goal(const Schema& schema, std::string_view target, std::string_view program = {});
// Whether `wanted`, a name or program/name, may mean this one: for filters, which several may pass.
bool is_named(std::string_view program, std::string_view name, std::string_view wanted);

// What is known of accounts has one name outside, whichever plans read it.
Named find_known(const Schema& schema, std::string_view attribute);

// "points, GBP": each name of a unit once.
std::string units_of(const Schema& schema);

// ---- tables from files (file_table.cc)
//
// Keys are compared as bytes, those that are counts as numbers.

inline constexpr int64_t kNoValue = -1;  // of a row that says `none`

// A decimal, of a ratio also one with `%`; or `none`. False: *error says what to write.
bool read_table_value(const FileTable::Column& column, std::string_view text, int64_t* value,
                      std::string* error);
std::string table_value_in_words(const FileTable::Column& column, int64_t value);

// One cell of a row, as it stands in a request or a file. Nothing: a count that is none.
std::optional<int64_t> read_table_count(std::string_view text);

// What a value is kept under: the column of the table, and the keys one after the other.
class TableKey {
 public:
  TableKey(const FileTable& table, size_t column) {
    hash_.text(table.plan).text(table.name).text(table.columns[column].name);
  }
  void add_text(std::string_view text) { hash_.text(text); }
  void add_count(int64_t count) { hash_.i64(count); }
  base::Hash128 finish() { return hash_.finish(); }

 private:
  base::HashBuilder hash_;
};

// Of keys as they are written. Nothing: *bad is the first that is no count.
std::optional<base::Hash128> key_of_row(const FileTable& table, size_t column,
                                        std::span<const std::string_view> keys, size_t* bad);

// The table of this name, `PLAN.TABLE`, or `TABLE` where one plan has it; null: *error says why.
const FileTable* find_file_table(std::span<const FileTable> tables, std::string_view name,
                                 std::string* error);
std::optional<size_t> find_column(const FileTable& table, std::string_view name);

}  // namespace guerdon::event
