// Challenges: who competes, what is counted, and what ranks win.
#include <algorithm>
#include <array>
#include <optional>
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
  bool check_place(const tree::Place& place, const tree::Place* before);
  bool may_stand(const tree::Place& place);
  bool check_goals();
  bool check_goal(size_t index);
  bool check_up_to(const tree::ChallengeGoal& written, int64_t* up_to);
  bool check_least();
  bool check_least_percent(const tree::Percent& written);
  bool check_prizes();
  bool check_prize(const tree::Effect& written, PrizeKind kind);
  bool check_nobody();
  bool check_prorated();
  bool check_among();
  bool check_owner();
  // What is written there, in what the measure counts, above 0; else `refused` is told.
  std::optional<int64_t> fixed(const tree::Expr& written, int measure, const std::string& refused,
                               const std::string& advice);

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
  const bool has_ranks =
      std::any_of(written_.places.begin(), written_.places.end(),
                  [](const tree::Place& place) { return place.kind == tree::Place::Kind::kRank; });
  challenge_.ties = written_.ties.value_or(tree::Ties::kId);
  if (written_.more) {
    const auto& goals = written_.goals;
    const auto goal = std::find_if(goals.begin(), goals.end(), [&](const auto& each) {
      return each.name.text == written_.more->text;
    });
    if (goal == goals.end()) {
      return refuse(written_.more->span,
                    "this challenge has no goal " + backquoted(written_.more->text),
                    goals.empty() ? "write `ties share`, `split`, `earliest` or `id`"
                                  : "it has " + backquoted(goals[0].name.text));
    }
    challenge_.more = static_cast<int>(goal - goals.begin());
  }
  if (written_.ties || !has_ranks) return true;
  checking_.report(
      kNoTies, written_.name.span, "a challenge with ranks must say what happens to ties",
      "write `ties share`: each gets the prize of the best of the ranks; `ties split`: "
      "they divide\nthe prizes of all of them; `ties earliest`: whose score was changed "
      "last at an earlier\ntime; `ties more GOAL`: who has more of one goal; `ties id`: by the "
      "names of accounts");
  return false;
}

// `before`: the ranks above it in the same ranking; null: there are none.
bool ChallengeCheck::check_place(const tree::Place& place, const tree::Place* before) {
  if (place.first < 1 || place.last > kRankMax) {
    return refuse(place.span, "ranks are numbers from 1 to " + std::to_string(kRankMax),
                  "the best has rank 1");
  }
  if (place.last < place.first) {
    return refuse(place.span, "these ranks end before they begin", "write `rank 2 to 3`");
  }
  if (before == nullptr || place.first > before->last) return true;
  const bool is_below = place.last < before->first;
  return refuse(place.span,
                is_below ? "these ranks come before those above them"
                         : "rank " + std::to_string(place.first) + " wins something already",
                "write the ranks upward, each once: `rank 1 : ...`, `rank 2 to 3 : ...`");
}

bool ChallengeCheck::check_places() {
  if (written_.places.size() > kEffectsPerRuleMax) {
    checking_.report(
        kTooMany, written_.name.span,
        "a challenge has at most " + std::to_string(kEffectsPerRuleMax) + " lines of what is won",
        "let several ranks win the same: `rank 4 to 10 : ...`");
    return false;
  }
  std::array<const tree::Place*, 2> before = {};  // of those who succeeded, and of all
  for (size_t i = 0; i < written_.places.size(); ++i) {
    const tree::Place& place = written_.places[i];
    if (!may_stand(place)) return false;
    if (place.kind == PrizeKind::kRank) {
      const tree::Place*& last = before[place.even_if_not_succeeded ? 1 : 0];
      if (!check_place(place, last)) return false;
      last = &place;
    }
    challenge_.prizes.push_back(
        {place.kind, place.first, place.last, static_cast<int>(i), place.even_if_not_succeeded});
  }
  return true;
}

// Where there are no goals nobody succeeds.
bool ChallengeCheck::may_stand(const tree::Place& place) {
  if (!written_.goals.empty()) return true;
  if (place.kind == PrizeKind::kEveryone) {
    return refuse(place.span, "this challenge has no goals in which one could succeed",
                  "write a `goal` in place of the score; or let each rank win the same: "
                  "`rank 1 to 10 : ...`");
  }
  if (!place.even_if_not_succeeded) return true;
  return refuse(place.span, "this challenge has no goals in which one could succeed",
                "leave out `even if not succeeded`: each who has a score may win");
}

std::optional<int64_t> ChallengeCheck::fixed(const tree::Expr& written, int measure,
                                             const std::string& refused,
                                             const std::string& advice) {
  const Type& type = checking_.plan.measures[static_cast<size_t>(measure)].type;
  Typed value = Typer(checking_, Scope()).value(written);
  if (!value) return std::nullopt;
  const Fit fit = Typer(checking_, Scope()).settle(value, type);
  if (fit == Fit::kTold) return std::nullopt;
  const Term& term = *value.term;
  const bool is_number = fit != Fit::kDiffers && term.kind == TermKind::kNumber &&
                         term.value.den == 1 && term.value.num > 0 &&
                         term.value.num <= money::kMeasureMax;
  if (is_number) return term.value.num;
  refuse(written.span, refused, advice);
  return std::nullopt;
}

// What is to be reached is a number of what is counted.
bool ChallengeCheck::check_goal(size_t index) {
  const tree::ChallengeGoal& written = written_.goals[index];
  const int number = state_.measure + static_cast<int>(index);
  for (size_t i = 0; i < index; ++i) {
    if (written_.goals[i].name.text != written.name.text) continue;
    return refuse(written.name.span, "there is a goal of this name above", "give it another name");
  }
  if (written.weight < 1 || written.weight > progress::kGoalWeightMax) {
    return refuse(written.span, "a weight is from 1 to " + std::to_string(progress::kGoalWeightMax),
                  "leave it out where goals count alike");
  }
  const auto least = fixed(
      *written.least, number, "a goal of a challenge is a fixed number above 0, in what is counted",
      "write it: `at least 10`; of an amount with its unit, `at least 1000.00 GBP`");
  int64_t up_to = 0;
  if (!least || !check_up_to(written, &up_to)) return false;
  challenge_.goals.push_back({written.name.text, number, *least, written.weight, up_to});
  return true;
}

// Who has reached a goal has all of its points.
bool ChallengeCheck::check_up_to(const tree::ChallengeGoal& written, int64_t* up_to) {
  if (!written.up_to) return true;
  const std::optional<int64_t> percent = check_percent(checking_, *written.up_to, kBadChallenge);
  if (!percent) return false;
  *up_to = *percent;
  return *percent >= 100 ||
         refuse(written.up_to->span, "a goal that is reached counts whole, so no less than 100 %",
                "write such as `up to 200%`");
}

bool ChallengeCheck::check_least_percent(const tree::Percent& written) {
  if (challenge_.goals.empty()) {
    return refuse(written.span, "a score has no goals of which this could be a part",
                  "write a score: `at least 100.00 GBP for any prize`");
  }
  const std::optional<int64_t> percent = check_percent(checking_, written, kBadChallenge);
  if (!percent) return false;
  int64_t weights = 0;
  for (const ChallengeGoal& goal : challenge_.goals) weights += goal.weight;
  challenge_.enough = *percent * weights * (progress::kGoalPoints / 100);
  return true;
}

bool ChallengeCheck::check_least() {
  if (!written_.least) return true;
  if (written_.least->percent) return check_least_percent(*written_.least->percent);
  if (!challenge_.goals.empty()) {
    return refuse(written_.least->span,
                  "the score of goals is points, and no number of what is counted",
                  "write a part of all goals: `at least 100% for any prize`");
  }
  const auto least = fixed(*written_.least->value, state_.measure,
                           "the least score is a fixed number above 0, in what is counted",
                           "write it: `at least 10 for any prize`; of an amount with its unit");
  challenge_.enough = least.value_or(0);
  return least.has_value();
}

bool reads_known(const Term& term) {
  return term.kind == TermKind::kHeld || term.kind == TermKind::kHasHeld ||
         std::any_of(term.args.begin(), term.args.end(),
                     [](const TermPtr& each) { return reads_known(*each); });
}

// When the points that one has by smaller goals were changed last nobody keeps.
bool ChallengeCheck::check_prorated() {
  if (!written_.prorated) return true;
  if (written_.goals.empty()) {
    return refuse(*written_.joiners, "there are no goals that could be smaller for who joins late",
                  "write `joiners full`; or a `goal` in place of the score");
  }
  if (challenge_.ties != tree::Ties::kEarliest) return true;
  checking_.report(kNotInThisVersion, *written_.joiners,
                   "who was first is not known of points by smaller goals in this version of the "
                   "language",
                   "write other `ties`, or `joiners full`");
  return false;
}

bool ChallengeCheck::check_among() {
  challenge_.joiners = written_.joiners.has_value();
  challenge_.prorated = written_.prorated;
  if (written_.among == nullptr) {
    return !written_.joiners ||
           refuse(
               *written_.joiners, "all take part from the beginning, where no line says who does",
               "leave the line out, or write who takes part: `among account's team = \"north\"`");
  }
  if (!check_prorated()) return false;
  Scope scope;
  scope.reader = Reader::kItem;
  scope.subject = &rule_.subject;
  rule_.when = Typer(checking_, scope).condition(*written_.among);
  if (rule_.when == nullptr) return false;
  return reads_known(*rule_.when) ||
         refuse(written_.among->span,
                "this is the same for all accounts, whatever is known of them",
                "write what is known of who takes part: `among account's team = \"north\"`");
}

bool ChallengeCheck::check_nobody() {
  challenge_.rolls_over = written_.rolls_over;
  bool is_carried = false;
  std::string given;  // the first that is: a badge, or a notice
  for (size_t i = 0; i < written_.places.size(); ++i) {
    if (written_.places[i].kind == PrizeKind::kEveryone) continue;
    const tree::Effect& effect = written_.rule.effects[i];
    if (!effect.is_grant) is_carried = true;
    if (effect.is_grant && given.empty()) given = effect.is_notice ? "notice" : "badge";
  }
  return is_carried || !written_.rolls_over ||
         refuse(
             *written_.nobody,
             (given.empty() ? "what everyone wins is for each" : "a " + given + " is given once") +
                 ", so that there is nothing to carry over",
             "leave the line out, or write " +
                 std::string(given.empty() ? "what a rank wins" : "points that a rank wins") +
                 ", or what is shared");
}

bool ChallengeCheck::check_owner() {
  if (!written_.responsible) return true;
  challenge_.responsible = written_.responsible->text;
  if (!challenge_.responsible.empty() && challenge_.responsible.size() <= size_t{kTextBytesMax}) {
    return true;
  }
  return refuse(
      written_.responsible->span,
      "who answers for a challenge is a text of 1 to " + std::to_string(kTextBytesMax) + " bytes",
      "write a name, or leave the line out");
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
bool ChallengeCheck::check_prize(const tree::Effect& written, PrizeKind kind) {
  const std::string who = kind == PrizeKind::kRank       ? "a rank wins"
                          : kind == PrizeKind::kEveryone ? "everyone wins"
                                                         : "what is shared is";
  const bool is_plain = !written.by && !written.each_part && written.times.empty() &&
                        !written.adds_times && written.at_most == nullptr &&
                        written.limits.empty() && !written.rounding;
  if (!is_plain) {
    return refuse(written.span, who + " a fixed amount, and nothing stands below it",
                  "write what it wins: `credit account 100 points`");
  }
  Scope scope;
  scope.reader = Reader::kEntitlement;
  scope.subject = &rule_.subject;
  if (!check_effect(checking_, written, written_.rule, rule_, scope, Scope(), rule_.effects)) {
    return false;
  }
  Effect& effect = rule_.effects.back();
  if (!written.kind && !written.is_grant) effect.kind = "prize";
  if (written.is_grant && challenge_.ties == tree::Ties::kSplit) {
    const std::string what = written.is_notice ? "notice" : "badge";
    return refuse(
        written.span, "those who tie divide what their ranks win, and a " + what + " is whole",
        "write `ties share`: each of them gets the " + what + "; or `ties earliest`, `ties id`");
  }
  const bool is_fixed = effect.amount->kind == TermKind::kNumber && effect.amount->value.den == 1;
  const int64_t amount = effect.amount->value.num;
  if (is_fixed && amount > 0 && amount <= money::kAmountMax) return true;
  return refuse(effect.amount->span,
                is_fixed ? "a prize is more than nothing, and within what an amount may be"
                         : who + " a fixed amount of whole minor units",
                kind == PrizeKind::kShare ? "write it: `share 10_000 points by score`"
                                          : "write what it wins: `credit account 100 points`");
}

bool ChallengeCheck::check_prizes() {
  bool sound = true;
  for (size_t i = 0; i < written_.rule.effects.size(); ++i) {
    sound = check_prize(written_.rule.effects[i], written_.places[i].kind) && sound;
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
  if (!check_subject() || !check_goals() || !check_least() || !check_places() || !check_prizes() ||
      !check_nobody() || !check_among() || !check_owner() || !ties) {
    return;
  }
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
