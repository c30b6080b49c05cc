// Challenges, whose scores other rules may read.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tests/generate/draft.h"
#include "tests/generate/random_terms.h"

namespace guerdon::generate {
namespace {

// Few accounts compete in a case, and often with few different scores: low ranks, and ties.
void draft_places(Rng& rng, Draft& draft, const std::string& payee, bool even_if_not_succeeded) {
  int64_t next = 1;
  for (int i = rng.small(1, 3); i > 0; --i) {
    const int64_t first = next + (rng.chance(20) ? 1 : 0);
    const int64_t last = first + (rng.chance(40) ? rng.small(1, 3) : 0);
    next = last + 1;
    const Unit& unit = draft.units[static_cast<size_t>(rng.below(draft.units.size()))];
    const int64_t amount = std::max<int64_t>(1, rng.pick(common_amounts()));
    draft.line(
        1, "rank " + std::to_string(first) + (last > first ? " to " + std::to_string(last) : "") +
               (even_if_not_succeeded ? " even if not succeeded" : "") + " : credit " + payee +
               " " + amount_literal(rng, unit, amount, true) + (rng.chance(20) ? " as bonus" : ""));
  }
}

// Low ones: some reach them, some do not.
void draft_goals(Rng& rng, Draft& draft, const Measure& first, const std::string& aggregate) {
  const std::string challenge = first.name.substr(0, first.name.find('.'));
  Measure goal = first;
  std::optional<std::string> text = aggregate;
  for (int g = 0; text; ++g) {
    const bool is_amount = goal.kind == Kind::kAmount;
    const int64_t least =
        is_amount ? std::max<int64_t>(1, rng.pick(common_amounts())) : rng.small(1, 6);
    draft.line(1, "goal goal" + std::to_string(g) + " at least " +
                      (is_amount ? amount_literal(rng, draft.units[static_cast<size_t>(goal.unit)],
                                                  least, true)
                                 : std::to_string(least)) +
                      (rng.chance(30)
                           ? " weight " + std::to_string(rng.chance(10) ? 1'000 : rng.small(1, 3))
                           : "") +
                      " :" + text->substr(text->find('=') + 1));
    if (g > 0) {  // rules may read each; the first is the caller's
      goal.name = challenge + ".goal" + std::to_string(g);
      draft.measures.push_back(goal);
    }
    if (g == 2 || rng.chance(40)) return;
    goal = first;
    text = draft_aggregate(rng, draft, goal);
  }
}

void draft_challenge(Rng& rng, Draft& draft, int number) {
  Measure score;
  std::string subject;
  for (int i = 0; i < 12 && (score.period.empty() || !score.keys.empty()); ++i) {
    score = {};
    subject = draft_subject(rng, draft, score);
  }
  if (score.period.empty() || !score.keys.empty()) return;
  const std::optional<std::string> aggregate = draft_aggregate(rng, draft, score);
  if (!aggregate) return;
  const bool has_goals = rng.chance(40);
  static const std::vector<std::string> kTies = {"share", "split", "earliest", "id"};
  static const std::vector<std::string> kRanks = {"1-1-3", "1-1-2", "1-2-3"};
  const std::string name = "challenge" + std::to_string(number);
  score.name = name + (has_goals ? ".goal0" : ".score");
  draft.line(0, "");
  draft.line(0, "challenge " + name + subject);
  if (has_goals) {
    draft_goals(rng, draft, score, *aggregate);
  } else {
    draft.line(1, "score" + aggregate->substr(aggregate->find('=') + 1));
  }
  const std::string payee = draft.attributes[static_cast<size_t>(score.owner)].name;
  const bool only_even = has_goals && rng.chance(20);
  const bool has_even = only_even || (has_goals && rng.chance(50));
  const bool even_first = rng.chance(30);
  if (has_even && even_first) draft_places(rng, draft, payee, true);
  if (!only_even) draft_places(rng, draft, payee, false);
  if (has_even && !even_first) draft_places(rng, draft, payee, true);
  draft.line(1, "ties " + rng.pick(kTies));
  if (rng.chance(60)) draft.line(1, "ranks " + rng.pick(kRanks));
  draft.measures.push_back(score);
}

}  // namespace

void draft_challenges(Rng& rng, Draft& draft) {
  if (!rng.chance(draft.shape.challenges_percent)) return;
  for (int i = rng.small(1, 2); i > 0; --i) draft_challenge(rng, draft, i);
}

}  // namespace guerdon::generate
