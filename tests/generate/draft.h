#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/int128.h"
#include "tests/generate/random_plan.h"
#include "tests/generate/rng.h"

// A plan in the making: what was declared so far and may be used from here on. Only the generators
// of this folder use it.

namespace guerdon::generate {

using base::Int128;

enum class Kind : uint8_t { kFlag, kAmount, kCount, kRatio, kText, kAccount };

struct Unit {
  std::string name;
  int scale = 0;
};

struct Attribute {
  std::string name;
  std::string line;  // as declared: `customer as "account" : account`
  Kind kind = Kind::kText;
  int unit = -1;  // of an amount
  bool is_signed = false;
  std::vector<int> events = {};  // that carry it
  bool is_line = false;          // of each line, and of no event
  std::string fold = {};         // made of lines: how it begins; else empty. Its name is a `let`
};

// Anything with a value that is known by name: a param, a let. `top` / `den` bounds its magnitude
// in minor units, counts or parts of one.
struct Named {
  std::string name;
  Kind kind = Kind::kAmount;
  int unit = -1;
  Int128 top = 0;
  int64_t den = 1;
  bool is_dated = false;  // it changes on a day
};

struct Key {
  Kind kind = Kind::kText;
  int unit = -1;
  bool is_range = false;
  bool has_points = false;  // a range: the table is interpolated
};

struct Table {
  std::string name;
  std::vector<Key> keys;
  std::vector<Named> columns;  // one without a name, or several with
  bool has_otherwise = false;
  bool is_for_parts = false;
  bool is_dated = false;  // some of its rows change on a day
  bool is_from_file = false;
};

struct Measure {
  std::string name;
  int owner = -1;
  std::vector<int> keys;
  std::vector<int> events;
  Kind kind = Kind::kAmount;
  int unit = -1;
  std::string period;             // the word after `per`; empty: for life
  int behind = -1;                // the last group (GroupDraft::rank) whose rules it may hang on
  int layer = 0;                  // of what rules credit: one above theirs
  bool is_of_its_period = false;  // what is owed for another than its own may not read it
  bool is_picked = false;         // the highest, or lowest: no level goes by it
  bool may_fall = false;          // of what is achieved: paid at the end alone
  std::string average = {};       // kept for the same, and only compared; empty: there is none
  Kind average_kind = Kind::kAmount;
  int average_unit = -1;
  bool average_is_small = false;  // of values up to kSmall, and so between two of them
};
inline constexpr int kSmall = 12;

// Of all rules of a group, whatever each reads.
inline constexpr int kGroupLayer = 1;

// What a rule credits, for a measure that sums it.
struct Credited {
  int rule = -1;
  int layer = 0;  // of the rule: one above what it reads
  int payee = -1;
  int unit = -1;
  std::vector<int> keys;          // texts and counts that all its events name
  int behind = -1;                // as Measure::behind
  bool is_of_its_period = false;  // TARGET changes it: of no shorter period is there a sum of it
};

// Read wherever its measure may be.
struct Ladder {
  std::string name;
  int measure = -1;
  std::vector<std::string> levels;  // upward
  bool keeps_last = false;          // by the period before, too: not for what is owed
};

struct List {
  std::string name;
  Kind kind = Kind::kText;
};

struct Draft {
  PlanShape shape;
  bool has_penalties = false;
  bool has_objects = false;
  int month_day = 1;       // on which months start
  std::string own_period;  // `2 weeks from 2026-01-05`; empty: it counts in none such
  std::string own_part;    // the period beside a day that lies whole in one of these; or empty
  std::vector<Unit> units;
  std::vector<std::string> events;  // names inside the plan
  std::vector<int> object_events;   // that speak of an order
  std::vector<Attribute> attributes;
  std::vector<int> line_attributes;  // a text, a count, an amount; or empty
  std::vector<Named> params;
  std::vector<List> lists;
  std::vector<Table> tables;
  std::vector<Measure> measures;
  std::vector<Ladder> ladders;
  std::vector<Credited> credited;  // by the rules so far

  std::string text;
  void line(int depth, const std::string& words) {
    text.append(2 * static_cast<size_t>(depth), ' ').append(words) += '\n';
  }
};

// Days about which events come, ascending: `2026-02-01`.
const std::vector<std::string>& common_days();

// Values that plans and events have in common, so that conditions are met exactly at their bounds.
const std::vector<int64_t>& common_amounts();  // minor units
const std::vector<int64_t>& common_counts();
const std::vector<std::string>& common_texts();

// A literal amount, with its unit or bare: `1_000.00 GBP`, `30 points`.
std::string amount_literal(Rng& rng, const Unit& unit, int64_t minor, bool with_unit);
std::string count_literal(Rng& rng, int64_t count);
std::string text_literal(const std::string& text);

// A literal ratio, and its bound.
Named ratio_literal(Rng& rng);

// "a, b, c".
std::string joined(const std::vector<std::string>& words);

// The parts of random_plan.
void draft_header(Rng& rng, Draft& draft);
void draft_wallets(Rng& rng, Draft& draft);
void draft_events(Rng& rng, Draft& draft);
void draft_lines(Rng& rng, Draft& draft);
void draft_folds(Rng& rng, Draft& draft);
void draft_constants(Rng& rng, Draft& draft);
void draft_tables(Rng& rng, Draft& draft);
// One whose rows come from outside; its columns are what they are. False: no attribute can be a
// key.
bool draft_file_table(Rng& rng, Draft& draft, Table& table);
void draft_measures(Rng& rng, Draft& draft);
void draft_targets(Rng& rng, Draft& draft);
void draft_challenges(Rng& rng, Draft& draft);
void draft_ladders(const Rng& rng, Draft& draft);
void draft_rules(Rng& rng, Draft& draft);
void draft_badges(const Rng& rng, Draft& draft);
void draft_budgets(const Rng& rng, Draft& draft);
// A relation, and rules that pay who stands above. (random_trees.cc)
void draft_above(const Rng& rng, Draft& draft);
// Rules that go by what others credit at the same event. (random_credited.cc)
void draft_credited(const Rng& rng, Draft& draft);

// The measure's owner and keys; ` per account per sku per month`.
std::string draft_subject(Rng& rng, const Draft& draft, Measure& measure);
// What it is: ` = sum of amount on purchase less amount on refund`. Nothing: no event has it all.
std::optional<std::string> draft_aggregate(Rng& rng, const Draft& draft, Measure& measure);
// ` = distinct NAME on ...`, and behind its condition ` up to N` is to follow; nothing: there is no
// attribute for it.
std::optional<std::string> distinct_values(Rng& rng, const Draft& draft, Measure& measure);
// ` = highest of amount on ...`, or lowest; nothing: there is no attribute for it.
std::optional<std::string> picked_value(Rng& rng, const Draft& draft, Measure& measure);
// ` = average of amount on purchase where amount <= 12 points` of a sum; nothing: it is none. Says
// what is averaged, and whether it is small.
std::optional<std::string> averaged(Rng& rng, const Draft& draft, const std::string& aggregate,
                                    Measure& measure);

// The layer of rule `number` in what it credits, by the measures that its text names.
void note_layer(Draft& draft, int number, const std::string& text);
// `measure earned3 per account per month = points earned by rule1, rule3`, which the rules that
// are drafted behind it may read; or nothing.
void draft_earned(Rng& rng, Draft& draft, int number);

// For measures, rules and limits: the words behind `per`, or none for all time.
const std::vector<std::string>& periods();
std::string random_period(Rng& rng, const Draft& draft);

// What stands before the colons of a table's rows, `otherwise` among them.
struct Cells {
  std::vector<std::string> texts;
  bool is_open = false;  // ranges that do not reach up without end
  bool has_otherwise = false;
  bool is_for_parts = false;  // `for each part of` may ask it
};
Cells random_cells(Rng& rng, const Draft& draft, const std::vector<Key>& keys);

}  // namespace guerdon::generate
