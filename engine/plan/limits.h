// How much one plan may hold. Beyond a limit there is a diagnostic that names it (E068), never a
// crash or a slow answer. Limits of the text itself (bytes, columns, depth of layout, digits) are
// the lexer's.
#pragma once

#include <cstddef>
#include <cstdint>

namespace guerdon::plan {

inline constexpr int kUnitsMax = 64;
inline constexpr int kEventsMax = 256;
inline constexpr int kAttributesMax = 256;  // different names in a plan
inline constexpr int kAttributesPerEventMax = 32;
// With what an event carries and its list they fit the slots of a type (event::kSlotsMax).
inline constexpr int kLineFoldsMax = 24;
inline constexpr int kTableAsksMax = 24;  // different look-ups in tables from files
inline constexpr int kClimbsMax = 32;     // different places above accounts of events
inline constexpr int kCreditedMax = 16;   // rules whose credits others go by
inline constexpr int kRelationsMax = 16;
inline constexpr int kLineAttributesMax = 16;  // of one event
inline constexpr int kHolderAttributesMax = 64;
inline constexpr int kMeasuresMax = 1'024;
inline constexpr int kChallengesMax = 64;
inline constexpr int kChallengeGoalsMax = 8;
inline constexpr int kLaddersMax = 64;
inline constexpr int kLevelsMax = 64;          // of one ladder
inline constexpr int64_t kValuesMax = 10'000;  // of one `distinct`
inline constexpr int kStreaksMax = 64;
inline constexpr int kRunningMax = 1'000;  // periods for which a streak pays
inline constexpr int kGroupsMax = 256;
inline constexpr int kBudgetsMax = 256;
inline constexpr int kRulesMax = 100'000;
inline constexpr int kItemsMax = 1'024;
inline constexpr int kExchangesMax = 256;
inline constexpr int kEffectsPerRuleMax = 16;

inline constexpr int kLinesPerEventMax = 256;
inline constexpr int kTableKeysMax = 4;
inline constexpr int kTableColumnsMax = 16;
inline constexpr int kTableRowsMax = 1'000'000;  // over all its days, unchanged ones for each

// On which one param or one table changes.
inline constexpr int kDaysMax = 64;

// Names used outside (`as "..."`, unit codes, programs) and texts that are compared with values.
inline constexpr int kWireBytesMax = 64;
inline constexpr int kTextBytesMax = 128;
inline constexpr int kKindBytesMax = 31;

// `param`, `let` and `list` are replaced by their meaning, so a short text can stand for a long
// term: `let b = a + a`, `let c = b + b` and so on doubles with each line. Counted are the nodes of
// the syntax tree that are visited for one expression, and inside such names for the whole plan.
inline constexpr int kExpressionNodesMax = 20'000;
inline constexpr int64_t kSubstitutedNodesMax = 1'000'000;

// Code is written for each event and each account that a rule credits, so few lines can stand for
// much of it. Counted over all plans that are loaded together; 20 bytes an instruction.
inline constexpr size_t kCodeMax = 8'000'000;

// How deep an expression may nest, names replaced: each stage after this one recurses over terms.
inline constexpr int kTermDepthMax = 64;

}  // namespace guerdon::plan
