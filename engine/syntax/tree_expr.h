// Names, numbers and expressions of a plan as they are written, and rows of tables: tree.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/civil.h"
#include "engine/syntax/source.h"

namespace guerdon::plan::tree {

// A name as written, with its place.
struct Name {
  std::string text;
  Span span;
};

enum class NumberSuffix : uint8_t { kNone, kPercent, kBasisPoints, kUnit, kDuration };

// A literal number, exactly as written: 100_000.00 is mantissa 10000000 with 2 decimals.
struct Number {
  int64_t mantissa = 0;  // never negative; at most 18 digits
  int decimals = 0;      // digits after the point, 0 to 9
  NumberSuffix suffix = NumberSuffix::kNone;
  std::string unit;  // for kUnit: the unit's name as written (`points`, `GBP`); for kDuration: the
                     // step (`days`)
};

enum class ExprKind : uint8_t {
  kNumber,     // number
  kText,       // text: the value without quotes, escapes done
  kName,       // text: a name; `moment` says before/after if written; column: T.column
  kHeld,       // owner's text: what is known of the account that `owner` names
  kHas,        // args[0] is a kName or kHeld
  kNegate,     // - args[0]
  kNot,        // not args[0]
  kAnd,        // args[0] and args[1]
  kOr,         //
  kCompare,    // args[0] compare args[1]
  kIn,         // args[0] in args[1..]; a single kName may be a list or a table; negated: not in
  kAdd,        //
  kSubtract,   //
  kMultiply,   // *
  kDivide,     // /
  kOf,         // args[0] of args[1]: a ratio of something
  kPerFull,    // args[0] per full args[1] of args[2]
  kMin,        // min(args...)
  kMax,        // max(args...)
  kLookup,     // text[.column] for args[0..]; `otherwise`: the last arg is what else
  kEachPart,   // text for each part of args[0] [on top of args[1]]
  kChange,     // change: the increase (and so on) of args[0] since event args[1], kNames
  kOverLines,  // fold: of the kName args[0], but for kNumber, over the event's lines; then maybe a
               // last arg: `where`
};

enum class Comparison : uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };

enum class Moment : uint8_t { kNone, kBefore, kAfter, kLast };

// `increase of total since order.taken`, and so on.
enum class Change : uint8_t { kIncrease, kHighestIncrease, kDecrease };

constexpr std::string_view change_words(Change change) {
  switch (change) {
    case Change::kIncrease:
      return "increase";
    case Change::kHighestIncrease:
      return "highest increase";
    case Change::kDecrease:
      return "decrease";
  }
  return "";
}

// What is made of the lines of an event, each with its words.
#define GUERDON_FOLDS(X)    \
  X(kNumber, "number of")   \
  X(kSum, "sum of")         \
  X(kHighest, "highest of") \
  X(kLowest, "lowest of")

enum class Fold : uint8_t {
#define GUERDON_FOLD(fold, words) fold,
  GUERDON_FOLDS(GUERDON_FOLD)
#undef GUERDON_FOLD
};

inline constexpr auto kFoldWords = std::to_array<std::string_view>({
#define GUERDON_FOLD_WORDS(fold, words) words,
    GUERDON_FOLDS(GUERDON_FOLD_WORDS)
#undef GUERDON_FOLD_WORDS
});

constexpr std::string_view fold_words(Fold fold) { return kFoldWords[static_cast<size_t>(fold)]; }

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

struct Expr {
  ExprKind kind = ExprKind::kNumber;
  Span span;
  std::string text;
  std::string column;  // for kName and kLookup: the part after the point, or empty
  std::string owner;   // for kHeld
  Number number;
  Comparison comparison = Comparison::kEqual;
  Moment moment = Moment::kNone;
  Change change = Change::kIncrease;
  Fold fold = Fold::kNumber;
  bool all_lines = false;  // kOverLines: with those that have a flag
  bool negated = false;    // kIn: not in
  bool otherwise = false;  // kLookup: the last of args is the value when no row fits
  std::vector<ExprPtr> args;
};

// `2026-07-01`: a day that there is.
struct Date {
  base::CivilDay day{};
  Span span;
};

// ---- tables -------------------------------------------------------------------------------------

// Kinds of cells, each with the words before its value. Those of ranges say which side is in.
#define GUERDON_CELL_KINDS(X) \
  X(kAny, "any")              \
  X(kEqual, "")               \
  X(kUpTo, "up to")           \
  X(kBelow, "below")          \
  X(kFrom, "from")            \
  X(kAbove, "above")          \
  X(kAt, "at")

enum class CellKind : uint8_t {
#define GUERDON_CELL_KIND(kind, words) kind,
  GUERDON_CELL_KINDS(GUERDON_CELL_KIND)
#undef GUERDON_CELL_KIND
};

inline constexpr auto kCellWords = std::to_array<std::string_view>({
#define GUERDON_CELL_WORDS(kind, words) words,
    GUERDON_CELL_KINDS(GUERDON_CELL_WORDS)
#undef GUERDON_CELL_WORDS
});

constexpr std::string_view cell_words(CellKind kind) {
  return kCellWords[static_cast<size_t>(kind)];
}

constexpr bool is_range(CellKind kind) {
  return kind != CellKind::kAny && kind != CellKind::kEqual;
}

struct Cell {
  CellKind kind = CellKind::kAny;
  ExprPtr value;  // null for kAny
  Span span;
};

struct Row {
  bool otherwise = false;       // then `cells` is empty
  std::vector<Cell> cells;      // one a key
  std::vector<ExprPtr> values;  // one a column; null: `none`
  Span span;
};

}  // namespace guerdon::plan::tree
