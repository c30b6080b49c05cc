// Challenges: what is ranked when a period is closed, and where a score keeps when it was reached.
#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/compiler/plan_compiler.h"
#include "engine/progress/ranking_rules.h"

namespace guerdon::plan {
namespace {

progress::TiePolicy policy_of(tree::Ties ties) {
  switch (ties) {
    case tree::Ties::kShare:
      return progress::TiePolicy::kShareFull;
    case tree::Ties::kSplit:
      return progress::TiePolicy::kSplit;
    case tree::Ties::kEarliest:
      return progress::TiePolicy::kEarliest;
    case tree::Ties::kId:
      return progress::TiePolicy::kHolderId;
  }
  GUERDON_UNREACHABLE();
}

progress::RankStyle style_of(tree::Ranks ranks) {
  switch (ranks) {
    case tree::Ranks::kSkip:
      return progress::RankStyle::kSkips;
    case tree::Ranks::kDense:
      return progress::RankStyle::kDense;
    case tree::Ranks::kOrdinal:
      return progress::RankStyle::kOrdinal;
  }
  GUERDON_UNREACHABLE();
}

}  // namespace

// When it was reached are two cells in its frame, which a later program finds again by their
// labels.
uint32_t Compiler::score_number(const Measure& measure, uint32_t number, tree::Ties ties) {
  const MeasureKind& kind = program_.measures[number];
  ScoreCells score{.cell = kind.cell};
  if (ties == tree::Ties::kEarliest) {
    const uint32_t family = subjects_.at(measure.subject);
    const std::string label = program_.subjects[kind.subject].labels[kind.cell];
    const CellPlace held_from = place_cell(family, label + " held from");
    const CellPlace lsn = place_cell(family, label + " lsn");
    GUERDON_ASSERT(held_from.subject == kind.subject && lsn.subject == kind.subject);  // at once
    score.held_from = held_from.cell;
    score.lsn = lsn.cell;
  }
  std::vector<ScoreCells>& scores = program_.subjects[kind.subject].scores;
  const auto known = std::find(scores.begin(), scores.end(), score);
  if (known != scores.end()) return static_cast<uint32_t>(known - scores.begin());
  scores.push_back(score);
  return static_cast<uint32_t>(scores.size() - 1);
}

void Compiler::declare_challenges(const Plan& plan) {
  for (const Challenge& challenge : plan.challenges) {
    const auto rule = std::find_if(plan.rules.begin(), plan.rules.end(), [&](const Rule& each) {
      return each.is_settled && each.name == challenge.name;
    });
    GUERDON_ASSERT(rule != plan.rules.end());
    const auto r = static_cast<size_t>(rule - plan.rules.begin());
    const auto m = static_cast<size_t>(challenge.measure);
    ChallengeKind kind;
    kind.plan = static_cast<uint32_t>(plan_index_);
    kind.name = challenge.name;
    const Measure& score = plan.measures[m];
    if (score.type.kind == TypeKind::kAmount) {
      const Unit& unit = plan.units[static_cast<size_t>(score.type.unit)];
      kind.unit = unit.code;
      kind.scale = unit.scale;
    }
    kind.measure = names_.measures[m];
    kind.clock = program_.subjects[program_.measures[kind.measure].subject].clock;
    kind.rules = {policy_of(challenge.ties), style_of(challenge.ranks)};
    kind.score = score_number(score, kind.measure, challenge.ties);
    for (const Prize& prize : challenge.prizes) {
      const auto effect = static_cast<size_t>(prize.effect);
      kind.rows.push_back({static_cast<uint32_t>(prize.first), static_cast<uint32_t>(prize.last),
                           clause_[r][effect], rule->effects[effect].amount->value.num});
    }
    kind.since = rule->since;
    kind.before = rule->before;
    program_.challenges.push_back(std::move(kind));
  }
}

}  // namespace guerdon::plan
