// Streaks: of which target they are, and what they count.
#include <string>
#include <utility>

#include "engine/plan/check_state.h"
#include "engine/plan/check_subjects.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {
namespace {

class StreakCheck {
 public:
  StreakCheck(Checking& checking, StreakState& state)
      : checking_(checking), state_(state), written_(*state.written) {}

  // Finds the target. What is wrong is told.
  void check();

 private:
  bool refuse(Span span, std::string message, std::string advice) {
    checking_.report(kBadStreak, span, std::move(message), std::move(advice));
    return false;
  }
  int find_target();
  bool is_kept_alike(const Subject& achieved);
  bool is_long_enough();
  bool is_called_so(const calendar::PeriodRule& period);

  Checking& checking_;
  StreakState& state_;
  const tree::Streak& written_;
};

// -1: told.
int StreakCheck::find_target() {
  const tree::Name& name = *written_.of;
  const Binding* const found = checking_.binding(name.text);
  if (found != nullptr && found->kind == BindingKind::kTarget) return found->index;
  std::vector<std::string> known;
  for (const TargetState& each : checking_.targets) known.push_back(each.written->name.text);
  const bool is_other = found != nullptr || checking_.attribute(name.text) >= 0;
  checking_.report(is_other ? kWrongKind : kUnknownName, name.span,
                   backquoted(name.text) + " is not a target",
                   did_you_mean(name.text, known, "a streak counts how often one is reached"));
  return -1;
}

// The names are those of the target, and the period is its own.
bool StreakCheck::is_kept_alike(const Subject& achieved) {
  const tree::Subject& subject = written_.rule.subject;
  if (subject.period != tree::PeriodWord::kNone) {
    return refuse(subject.span, "a streak goes on over the periods of its target",
                  "leave the period out: `per` and the names alone");
  }
  const std::optional<Subject> kept = check_subject(checking_, subject, "a streak is kept");
  if (!kept) return false;
  if (kept->owner == achieved.owner && kept->keys == achieved.keys) return true;
  return refuse(subject.span,
                "streak " + written_.name.text + " is not kept for what target " +
                    written_.of->text + " is kept for",
                "write the same names behind `per`, in the same order");
}

bool StreakCheck::is_long_enough() {
  if (written_.least >= 2 && written_.least <= kRunningMax) return true;
  return refuse(written_.least_span,
                "a streak pays for 2 to " + std::to_string(kRunningMax) + " periods running",
                written_.least == 1 ? "what each period pays stands in the target: `at close : ...`"
                                    : "write such as `3 " + written_.period.text + " running`");
}

bool StreakCheck::is_called_so(const calendar::PeriodRule& period) {
  const std::string word =
      period.is_counted() ? "periods" : calendar::period_kind_name(period) + "s";
  if (written_.period.text == word) return true;
  return refuse(written_.period.span,
                "target " + written_.of->text + " is kept per " +
                    calendar::period_kind_name(period) + ", and these are " + written_.period.text,
                "write `" + std::to_string(written_.least) + " " + word + " running`");
}

void StreakCheck::check() {
  const int target = find_target();
  if (target < 0) return;
  const TargetState& of = checking_.targets[static_cast<size_t>(target)];
  if (!of.is_sound) return;
  const Subject& achieved = checking_.plan.measures[static_cast<size_t>(of.measure)].subject;
  const bool is_alike = is_kept_alike(achieved);
  const bool is_counted = is_long_enough() && is_called_so(achieved.period);
  if (is_alike && is_counted) state_.target = target;
}

// `n`, or a multiple of it.
TermPtr so_many(const StreakState& state, const Measure& measure) {
  const tree::Streak& written = *state.written;
  const auto term = [&](TermKind kind) { return make_term(kind, kCountType, written.least_span); };
  const auto number = [&] {
    TermPtr least = term(TermKind::kNumber);
    least->value = {written.least, 1};
    return least;
  };
  const auto running = [&] {
    TermPtr read = make_term(TermKind::kMeasure, measure.type, written.least_span);
    read->index = state.measure;
    read->moment = tree::Moment::kAfter;
    return read;
  };
  TermPtr many = number();
  if (written.repeats) {
    TermPtr whole = term(TermKind::kPerFull);
    whole->args.push_back(std::move(many));
    whole->args.push_back(number());
    whole->args.push_back(running());
    many = std::move(whole);
  }
  TermPtr is_it = make_term(TermKind::kCompare, kConditionType, written.least_span);
  is_it->comparison = tree::Comparison::kEqual;
  is_it->args.push_back(running());
  is_it->args.push_back(std::move(many));
  return is_it;
}

}  // namespace

void check_streaks(Checking& checking) {
  for (StreakState& state : checking.streaks) StreakCheck(checking, state).check();
}

bool count_streak(Checking& checking, int streak, Rule& rule, std::vector<TermPtr>& conditions) {
  const StreakState& state = checking.streaks[static_cast<size_t>(streak)];
  const tree::Streak& written = *state.written;
  Scope scope;
  scope.reader = Reader::kEntitlement;
  scope.subject = &rule.subject;
  scope.target = state.target;
  Typer typer(checking, scope);
  Counting counts;
  counts.target = written.of->text;
  counts.measure = state.measure;
  counts.least = written.least;
  counts.repeats = written.repeats.has_value();
  counts.goal = typer.goal_of(state.target);
  counts.reached = typer.reached(100, written.of->span);
  TermPtr when = typer.reached(100, written.of->span);
  if (counts.goal == nullptr || counts.reached == nullptr || when == nullptr) return false;
  conditions.push_back(std::move(when));
  conditions.push_back(so_many(state, checking.plan.measures[static_cast<size_t>(state.measure)]));
  rule.counts = std::move(counts);
  const tree::Rule& target = checking.targets[static_cast<size_t>(state.target)].written->rule;
  if (target.from) rule.from = checking.instant_of(*target.from);
  if (target.until) rule.until = checking.instant_of(*target.until);
  return true;
}

}  // namespace guerdon::plan
