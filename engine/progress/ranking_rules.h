#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

// What a challenge says of ranks: which ones are shown, and what becomes of ties (semantics,
// section 6).

namespace guerdon::progress {

// Of four members, the first two of equal score:
enum class RankStyle : uint8_t {
  kSkips,    // 1-1-3-4
  kDense,    // 1-1-2-3
  kOrdinal,  // 1-2-3-4: equal ones in the order of the tie policy
};

// Who gets the prizes of the ranks that equal scores take up together. The first two leave them
// equal; the others put one before the other, so that there is one member for each prize. None of
// them changes a rank that is shown as 1-1-3 or 1-1-2: equal scores are equal there.
enum class TiePolicy : uint8_t {
  kShareFull,  // each the prize of the best of these ranks
  kSplit,      // their prizes added and divided, spare units by holder id
  kEarliest,   // first who held the final score first: by occurred_at, then LSN
  kMoreOf,     // first who has more of one goal
  kHolderId,   // by holder id
};

struct RankingRules {
  TiePolicy ties = TiePolicy::kShareFull;
  RankStyle ranks = RankStyle::kSkips;
};

// Is each place one member's?
bool breaks_ties(TiePolicy ties);

// The words of the plan language: "1-1-3", "1-1-2", "1-2-3"; "share", "split", "earliest", "more",
// "id".
std::string_view rank_style_name(RankStyle style);
std::optional<RankStyle> rank_style_named(std::string_view name);
std::string_view tie_policy_name(TiePolicy ties);
std::optional<TiePolicy> tie_policy_named(std::string_view name);

}  // namespace guerdon::progress
