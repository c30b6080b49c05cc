#include "engine/progress/ranking_rules.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "engine/base/assert.h"

namespace guerdon::progress {
namespace {

constexpr std::array<std::string_view, 3> kStyles = {"1-1-3", "1-1-2", "1-2-3"};
constexpr std::array<std::string_view, 5> kPolicies = {"share", "split", "earliest", "more", "id"};

template <class Word, size_t n>
std::string_view name_of(const std::array<std::string_view, n>& names, Word word) {
  const auto index = static_cast<size_t>(word);
  GUERDON_ASSERT(index < n);
  return names[index];
}

template <class Word, size_t n>
std::optional<Word> named(const std::array<std::string_view, n>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Word>(found - names.begin());
}

}  // namespace

bool breaks_ties(TiePolicy ties) {
  return ties != TiePolicy::kShareFull && ties != TiePolicy::kSplit;
}

std::string_view rank_style_name(RankStyle style) { return name_of(kStyles, style); }
std::optional<RankStyle> rank_style_named(std::string_view name) {
  return named<RankStyle>(kStyles, name);
}
std::string_view tie_policy_name(TiePolicy ties) { return name_of(kPolicies, ties); }
std::optional<TiePolicy> tie_policy_named(std::string_view name) {
  return named<TiePolicy>(kPolicies, name);
}

}  // namespace guerdon::progress
