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
    case tree::Ties::kMore:
      return progress::TiePolicy::kMoreOf;
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
uint32_t Compiler::score_number(const Plan& plan, const Challenge& challenge) {
  const auto cell_of = [&](int measure) {
    return program_.measures[names_.measures[static_cast<size_t>(measure)]].cell;
  };
  const auto first = static_cast<size_t>(challenge.measure);
  const uint32_t subject = program_.measures[names_.measures[first]].subject;
  ScoreCells score;
  score.cell = cell_of(challenge.measure);
  for (const ChallengeGoal& goal : challenge.goals) {
    const auto m = static_cast<size_t>(goal.measure);
    GUERDON_ASSERT(program_.measures[names_.measures[m]].subject == subject);  // at once
    score.goals.push_back({cell_of(goal.measure), goal.least, goal.weight});
    if (goal.up_to > 0) score.goals.back().most = goal.up_to * (progress::kGoalPoints / 100);
  }
  if (challenge.more >= 0) score.more = score.goals[static_cast<size_t>(challenge.more)].cell;
  if (challenge.ties == tree::Ties::kEarliest) {
    const uint32_t family = subjects_.at(plan.measures[first].subject);
    const std::string label = program_.subjects[subject].labels[score.cell];
    const CellPlace held_from = place_cell(family, label + " held from");
    const CellPlace lsn = place_cell(family, label + " lsn");
    GUERDON_ASSERT(held_from.subject == subject && lsn.subject == subject);  // at once
    score.held_from = held_from.cell;
    score.lsn = lsn.cell;
  }
  std::vector<ScoreCells>& scores = program_.subjects[subject].scores;
  const auto known = std::find(scores.begin(), scores.end(), score);
  if (known != scores.end()) return static_cast<uint32_t>(known - scores.begin());
  scores.push_back(score);
  return static_cast<uint32_t>(scores.size() - 1);
}

// Apart from the scores, which all have.
uint32_t Compiler::prizes_number(const ChallengeKind& challenge) {
  SubjectKind kind;
  kind.plan = plan_index_;
  kind.owner = program_.subjects[program_.measures[challenge.measure].subject].owner;
  kind.keys = {"prizes won"};
  kind.key_is_text = {false};
  kind.clock = challenge.clock;
  return family_of(std::move(kind));
}

void Compiler::declare_ladders(const Plan& plan) {
  const auto number = [this](int measure) {
    return measure < 0 ? kNowhere : names_.measures[static_cast<size_t>(measure)];
  };
  for (const Ladder& ladder : plan.ladders) {
    program_.ladders.push_back({static_cast<uint32_t>(plan_index_),
                                ladder.name,
                                names_.tables[static_cast<size_t>(ladder.table)],
                                number(ladder.measure),
                                number(ladder.kept),
                                ladder.keeps_last,
                                {ladder.from, ladder.before}});
  }
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
    if (challenge.goals.empty() && score.type.kind == TypeKind::kAmount) {
      const Unit& unit = plan.units[static_cast<size_t>(score.type.unit)];
      kind.unit = unit.code;
      kind.scale = unit.scale;
    }
    kind.measure = names_.measures[m];
    kind.clock = program_.subjects[program_.measures[kind.measure].subject].clock;
    kind.rules = {policy_of(challenge.ties), style_of(challenge.ranks)};
    kind.score = score_number(plan, challenge);
    kind.enough = challenge.enough;
    kind.rolls_over = challenge.rolls_over;
    kind.joiners = challenge.joiners;
    kind.prorated = challenge.prorated;
    if (rule->when != nullptr) kind.among = filter_code(*rule->when);
    kind.responsible = challenge.responsible;
    const uint32_t prizes = prizes_number(kind);
    for (const Prize& prize : challenge.prizes) {
      const auto effect = static_cast<size_t>(prize.effect);
      const CellPlace place =
          place_cell(prizes, rule->lineage + "/" + std::to_string(effect) + " prize");
      kind.rows.push_back({prize.kind, static_cast<uint32_t>(prize.first),
                           static_cast<uint32_t>(prize.last), clause_[r][effect],
                           rule->effects[effect].amount->value.num, prize.even_if_not_succeeded,
                           place.subject, place.cell});
    }
    kind.since = rule->since;
    kind.before = rule->before;
    program_.challenges.push_back(std::move(kind));
  }
}

}  // namespace guerdon::plan
