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

// What all of a ranking win, or divide: often more, or fewer, minor units than their scores have.
void draft_for_all(Rng& rng, Draft& draft, const std::string& payee, bool has_goals) {
  const Unit& unit = draft.units[static_cast<size_t>(rng.below(draft.units.size()))];
  const int64_t amount =
      rng.chance(50) ? rng.small(1, 20) : std::max<int64_t>(1, rng.pick(common_amounts()));
  const std::string what = amount_literal(rng, unit, amount, true);
  if (has_goals && rng.chance(50)) {
    draft.line(1, "everyone who succeeded : credit " + payee + " " + what +
                      (rng.chance(20) ? " as bonus" : ""));
  } else {
    draft.line(1, "share " + what + " by score" +
                      (has_goals && rng.chance(40) ? " even if not succeeded" : ""));
  }
}

// Of goals a part, of a score a value.
void draft_least(Rng& rng, Draft& draft, const Measure& score, bool has_goals) {
  std::string least;
  if (has_goals) {
    least = std::to_string(rng.pick(std::vector<int>{1, 50, 100, 130, 1'000})) + "%";
  } else if (score.kind == Kind::kAmount) {
    least = amount_literal(rng, draft.units[static_cast<size_t>(score.unit)],
                           std::max<int64_t>(1, rng.pick(common_amounts())), true);
  } else {
    least = std::to_string(rng.small(1, 5));
  }
  draft.line(1, "at least " + least + " for any prize");
}

// Low ones: some reach them, some do not. Gives how many there are. `is_near`: such as a few events
// reach, so that a part of them decides.
int draft_goals(Rng& rng, Draft& draft, const Measure& first, const std::string& aggregate,
                bool is_near) {
  const std::string challenge = first.name.substr(0, first.name.find('.'));
  Measure goal = first;
  std::optional<std::string> text = aggregate;
  for (int g = 0; text; ++g) {
    const bool is_amount = goal.kind == Kind::kAmount;
    int64_t least = is_amount ? std::max<int64_t>(1, rng.pick(common_amounts())) : rng.small(1, 6);
    if (is_near) least = is_amount ? rng.between(20, 3'000) : rng.small(2, 12);
    // Each draw in a statement of its own: operands of + are drawn in any order.
    std::string line = "goal goal" + std::to_string(g) + " at least ";
    line += is_amount
                ? amount_literal(rng, draft.units[static_cast<size_t>(goal.unit)], least, true)
                : std::to_string(least);
    if (rng.chance(30)) {
      line += " weight " + std::to_string(rng.chance(10) ? 1'000 : rng.small(1, 3));
    }
    if (rng.chance(30)) line += " up to " + std::to_string(rng.small(1, 3)) + "00%";
    draft.line(1, line + " :" + text->substr(text->find('=') + 1));
    if (g > 0) {  // rules may read each; the first is the caller's
      goal.name = challenge + ".goal" + std::to_string(g);
      draft.measures.push_back(goal);
    }
    if (g == 2 || rng.chance(40)) return g + 1;
    goal = first;
    text = draft_aggregate(rng, draft, goal);
    if (!text) return g + 1;
  }
  return 0;
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
  // Goals by days need goals, days, and somebody who joins late: they are rare enough.
  const bool has_members = rng.chance(has_goals ? 60 : 25);
  const bool is_prorated = has_goals && has_members && score.period != "day" && rng.chance(70);
  std::vector<std::string> ties = {"share", "split", "earliest", "id"};
  static const std::vector<std::string> kRanks = {"1-1-3", "1-1-2", "1-2-3"};
  const std::string name = "challenge" + std::to_string(number);
  score.name = name + (has_goals ? ".goal0" : ".score");
  draft.line(0, "");
  draft.line(0, "challenge " + name + subject);
  if (has_goals) {
    const int goals = draft_goals(rng, draft, score, *aggregate, is_prorated);
    for (int i = 0; i < 2; ++i)
      ties.push_back("more goal" + std::to_string(rng.small(0, goals - 1)));
  } else {
    draft.line(1, "score" + aggregate->substr(aggregate->find('=') + 1));
  }
  const std::string payee = draft.attributes[static_cast<size_t>(score.owner)].name;
  const bool only_even = has_goals && rng.chance(20);
  const bool has_even = only_even || (has_goals && rng.chance(50));
  const bool even_first = rng.chance(30);
  const bool has_ranks = rng.chance(85);
  const bool all_first = !has_ranks || rng.chance(15);
  if (all_first) draft_for_all(rng, draft, payee, has_goals);
  if (has_ranks && has_even && even_first) draft_places(rng, draft, payee, true);
  if (has_ranks && !only_even) draft_places(rng, draft, payee, false);
  if (has_ranks && has_even && !even_first) draft_places(rng, draft, payee, true);
  if (rng.chance(25)) draft_for_all(rng, draft, payee, has_goals);
  if (rng.chance(25)) draft_least(rng, draft, score, has_goals);
  if (rng.chance(10)) draft.line(1, "owner \"u" + std::to_string(rng.small(1, 9)) + "\"");
  if (has_members) {
    Place place;
    place.owner = score.owner;
    // Who joins has a star (random_joiners.h).
    const bool is_by_star = is_prorated && rng.chance(80);
    draft.line(1, "among " + (is_by_star ? payee + "'s star"
                                         : *Terms(rng, draft, place).known_condition()));
    if (is_prorated) std::erase(ties, "earliest");
    if (is_prorated || rng.chance(40)) {
      draft.line(1, is_prorated ? "joiners prorated" : "joiners full");
    }
  }
  if (has_ranks && rng.chance(45)) {
    draft.line(1, rng.chance(80) ? "nobody rollover" : "nobody forfeits");
  }
  if (has_ranks || rng.chance(50)) draft.line(1, "ties " + rng.pick(ties));
  if (rng.chance(60)) draft.line(1, "ranks " + rng.pick(kRanks));
  draft.measures.push_back(score);
}

}  // namespace

void draft_challenges(Rng& rng, Draft& draft) {
  if (!rng.chance(draft.shape.challenges_percent)) return;
  for (int i = rng.small(1, 2); i > 0; --i) draft_challenge(rng, draft, i);
}

}  // namespace guerdon::generate
