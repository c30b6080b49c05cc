// Challenges: who competes, what is counted, and what ranks win.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "engine/money/limits.h"
#include "engine/plan/check_effects.h"
#include "engine/plan/check_state.h"
#include "engine/plan/check_terms.h"
#include "engine/progress/attainment.h"

namespace guerdon::plan {
namespace {

constexpr int64_t kRankMax = 1'000;

class ChallengeCheck {
 public:
  ChallengeCheck(Checking& checking, ChallengeState& state)
      : checking_(checking), written_(*state.written), state_(state) {}

  // Adds the challenge, and the rule that has what is won. What is wrong is told.
  void check();

 private:
  bool refuse(Span span, std::string message, std::string advice) {
    checking_.report(kBadChallenge, span, std::move(message), std::move(advice));
    return false;
  }
  bool check_subject();
  bool check_ties();
  bool check_places();
  bool check_place(size_t index, int64_t before);
  bool check_goals();
  bool check_goal(size_t index);
  bool check_prizes();
  bool check_prize(const tree::Effect& written);

  Checking& checking_;
  const tree::Challenge& written_;
  ChallengeState& state_;
  Challenge challenge_;
  Rule rule_;
};

// One account against another, over a time that ends.
bool ChallengeCheck::check_subject() {
  const Span span = written_.score.subject.span;
  if (!rule_.subject.keys.empty()) {
    return refuse(span, "accounts compete, and this is kept for more than an account",
                  "name who competes and a period: `per account per month`");
  }
  if (rule_.subject.period != calendar::PeriodKind::kLifetime) return true;
  return refuse(span, "a challenge for life has no end at which somebody wins",
                "write a period behind it: `per account per month`");
}

bool ChallengeCheck::check_ties() {
  if (written_.ties) {
    challenge_.ties = *written_.ties;
    return true;
  }
  checking_.report(
      kNoTies, written_.name.span, "a challenge with ranks must say what happens to ties",
      "write `ties share`: each gets the prize of the best of the ranks; `ties split`: "
      "they divide\nthe prizes of all of them; `ties earliest`: whose score was changed "
      "last at an earlier\ntime; `ties id`: by the names of accounts");
  return false;
}

bool ChallengeCheck::check_place(size_t index, int64_t before) {
  const tree::Place& place = written_.places[index];
  if (place.first < 1 || place.last > kRankMax) {
    return refuse(place.span, "ranks are numbers from 1 to " + std::to_string(kRankMax),
                  "the best has rank 1");
  }
  if (place.last < place.first) {
    return refuse(place.span, "these ranks end before they begin", "write `rank 2 to 3`");
  }
  if (place.first > before) return true;
  const bool is_below = index > 0 && place.last < written_.places[index - 1].first;
  return refuse(place.span,
                is_below ? "these ranks come before those above them"
                         : "rank " + std::to_string(place.first) + " wins something already",
                "write the ranks upward, each once: `rank 1 : ...`, `rank 2 to 3 : ...`");
}

bool ChallengeCheck::check_places() {
  if (written_.places.size() > kEffectsPerRuleMax) {
    checking_.report(
        kTooMany, written_.name.span,
        "a challenge has at most " + std::to_string(kEffectsPerRuleMax) + " lines with ranks",
        "let several ranks win the same: `rank 4 to 10 : ...`");
    return false;
  }
  std::array<int64_t, 2> before = {0, 0};  // of those who succeeded, and of all
  for (size_t i = 0; i < written_.places.size(); ++i) {
    const tree::Place& place = written_.places[i];
    if (place.even_if_not_succeeded && written_.goals.empty()) {
      return refuse(place.span, "this challenge has no goals in which one could succeed",
                    "leave out `even if not succeeded`: each who has a score may win");
    }
    int64_t& last = before[place.even_if_not_succeeded ? 1 : 0];
    if (!check_place(i, last)) return false;
    last = place.last;
    challenge_.prizes.push_back(
        {place.first, place.last, static_cast<int>(i), place.even_if_not_succeeded});
  }
  return true;
}

// What is to be reached is a number of what is counted.
bool ChallengeCheck::check_goal(size_t index) {
  const tree::ChallengeGoal& written = written_.goals[index];
  const int number = state_.measure + static_cast<int>(index);
  const Measure& measure = checking_.plan.measures[static_cast<size_t>(number)];
  for (size_t i = 0; i < index; ++i) {
    if (written_.goals[i].name.text != written.name.text) continue;
    return refuse(written.name.span, "there is a goal of this name above", "give it another name");
  }
  if (written.weight < 1 || written.weight > progress::kGoalWeightMax) {
    return refuse(written.span, "a weight is from 1 to " + std::to_string(progress::kGoalWeightMax),
                  "leave it out where goals count alike");
  }
  Typed least = Typer(checking_, Scope()).value(*written.least);
  if (!least) return false;
  const Fit fit = Typer(checking_, Scope()).settle(least, measure.type);
  if (fit == Fit::kTold) return false;
  const Term& term = *least.term;
  const bool is_number = fit != Fit::kDiffers && term.kind == TermKind::kNumber &&
                         term.value.den == 1 && term.value.num > 0 &&
                         term.value.num <= money::kMeasureMax;
  if (!is_number) {
    return refuse(written.least->span,
                  "a goal of a challenge is a fixed number above 0, in what is counted",
                  "write it: `at least 10`; of an amount with its unit, `at least 1000.00 GBP`");
  }
  challenge_.goals.push_back({written.name.text, number, term.value.num, written.weight});
  return true;
}

bool ChallengeCheck::check_goals() {
  if (written_.goals.size() > size_t{kChallengeGoalsMax}) {
    checking_.report(kTooMany, written_.name.span,
                     "a challenge has at most " + std::to_string(kChallengeGoalsMax) + " goals",
                     "make it two challenges");
    return false;
  }
  for (size_t i = 0; i < written_.goals.size(); ++i) {
    if (!check_goal(i)) return false;
  }
  return true;
}

// What is won is fixed: nobody's event is there to be read.
bool ChallengeCheck::check_prize(const tree::Effect& written) {
  const bool is_plain = !written.by && !written.each_part && written.times.empty() &&
                        !written.adds_times && written.at_most == nullptr &&
                        written.limits.empty() && !written.rounding;
  if (!is_plain) {
    return refuse(written.span, "a rank wins a fixed amount, and nothing stands below it",
                  "write what it wins: `credit account 100 points`");
  }
  Scope scope;
  scope.reader = Reader::kEntitlement;
  scope.subject = &rule_.subject;
  if (!check_effect(checking_, written, written_.rule, rule_, scope, Scope(), rule_.effects)) {
    return false;
  }
  Effect& effect = rule_.effects.back();
  if (!written.kind) effect.kind = "prize";
  const bool is_fixed = effect.amount->kind == TermKind::kNumber && effect.amount->value.den == 1;
  const int64_t amount = effect.amount->value.num;
  if (is_fixed && amount > 0 && amount <= money::kAmountMax) return true;
  return refuse(effect.amount->span,
                is_fixed ? "a prize is more than nothing, and within what an amount may be"
                         : "a rank wins a fixed amount of whole minor units",
                "write what it wins: `credit account 100 points`");
}

bool ChallengeCheck::check_prizes() {
  bool sound = true;
  for (const tree::Effect& written : written_.rule.effects) {
    sound = check_prize(written) && sound;
  }
  return sound;
}

void ChallengeCheck::check() {
  challenge_.name = written_.name.text;
  challenge_.version = checking_.plan.version;
  challenge_.measure = state_.measure;
  challenge_.ranks = written_.ranks.value_or(tree::Ranks::kSkip);
  challenge_.span = written_.name.span;
  rule_.name = rule_.lineage = written_.name.text;
  rule_.version = checking_.plan.version;
  rule_.since = checking_.plan.from;
  rule_.is_settled = true;
  rule_.span = written_.name.span;
  rule_.whole = written_.rule.span;
  const auto measure = static_cast<size_t>(state_.measure);
  const size_t measures = std::max<size_t>(written_.goals.size(), 1);
  for (size_t m = measure; m < measure + measures; ++m) {
    settle_earned(checking_, static_cast<int>(m));
    if (!checking_.measure_is_sound[m]) return;
  }
  rule_.subject = checking_.plan.measures[measure].subject;
  const bool ties = check_ties();
  if (!check_subject() || !check_goals() || !check_places() || !check_prizes() || !ties) return;
  checking_.plan.challenges.push_back(std::move(challenge_));
  checking_.plan.rules.push_back(std::move(rule_));
}

}  // namespace

// A name of two parts, so that nothing else can be called so.
Typed Typer::of_challenge(const tree::Expr& written, int challenge) {
  const ChallengeState& state = checking_.challenges[static_cast<size_t>(challenge)];
  const std::vector<tree::ChallengeGoal>& goals = state.written->goals;
  const auto goal = std::find_if(goals.begin(), goals.end(), [&](const tree::ChallengeGoal& each) {
    return each.name.text == written.column;
  });
  const bool is_there = goals.empty() ? written.column == "score" : goal != goals.end();
  if (!is_there) {
    checking_.report(kNoColumn, written.span,
                     "challenge " + written.text + " has no " + backquoted(written.column),
                     goals.empty() ? "it has a score: `" + written.text + ".score`"
                                   : "it has its goals: `" + goals[0].achieved.name.text + "`");
    return {};
  }
  tree::Expr name;
  name.kind = tree::ExprKind::kName;
  name.text = written.text + "." + written.column;
  name.moment = written.moment;
  name.span = written.span;
  return measure(name, state.measure + static_cast<int>(goals.empty() ? 0 : goal - goals.begin()));
}

void check_challenges(Checking& checking) {
  for (ChallengeState& state : checking.challenges) ChallengeCheck(checking, state).check();
}

}  // namespace guerdon::plan
