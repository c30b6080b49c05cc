// Challenges: who competes, what is counted, and what ranks win.
#include <algorithm>
#include <string>
#include <utility>

#include "engine/money/limits.h"
#include "engine/plan/check_effects.h"
#include "engine/plan/check_state.h"
#include "engine/plan/check_terms.h"

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
  int64_t before = 0;
  for (size_t i = 0; i < written_.places.size(); ++i) {
    const tree::Place& place = written_.places[i];
    if (!check_place(i, before)) return false;
    before = place.last;
    challenge_.prizes.push_back({place.first, place.last, static_cast<int>(i)});
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
  settle_earned(checking_, state_.measure);
  if (!checking_.measure_is_sound[measure]) return;
  rule_.subject = checking_.plan.measures[measure].subject;
  const bool ties = check_ties();
  if (!check_subject() || !check_places() || !check_prizes() || !ties) return;
  checking_.plan.challenges.push_back(std::move(challenge_));
  checking_.plan.rules.push_back(std::move(rule_));
}

}  // namespace

// A name of two parts, so that nothing else can be called so.
Typed Typer::of_challenge(const tree::Expr& written, int challenge) {
  const ChallengeState& state = checking_.challenges[static_cast<size_t>(challenge)];
  if (written.column != "score") {
    checking_.report(kNoColumn, written.span, "a challenge has no " + backquoted(written.column),
                     "it has a score: `" + written.text + ".score`");
    return {};
  }
  tree::Expr name;
  name.kind = tree::ExprKind::kName;
  name.text = written.text + ".score";
  name.moment = written.moment;
  name.span = written.span;
  return measure(name, state.measure);
}

void check_challenges(Checking& checking) {
  for (ChallengeState& state : checking.challenges) ChallengeCheck(checking, state).check();
}

}  // namespace guerdon::plan
