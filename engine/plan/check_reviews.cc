// Reviews of levels: what goes with which measure, and the rules that do them.
#include <string>
#include <utility>

#include "engine/plan/check_state.h"
#include "engine/plan/check_subjects.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {

bool check_reviews(Checking& checking, const LadderState& state) {
  const tree::Ladder& written = *state.written;
  if (written.each == tree::PeriodWord::kNone) return true;
  const auto refuse = [&](Span span, std::string message, std::string advice) {
    checking.report(kBadLadder, span, std::move(message), std::move(advice));
    return false;
  };
  const std::string word(tree::period_word(written.each));
  const calendar::PeriodRule& period =
      checking.plan.measures[static_cast<size_t>(state.measure)].subject.period;
  const bool is_for_life = period == calendar::PeriodKind::kLifetime;
  if (is_for_life && !written.lowers_at_review) {
    return refuse(*written.lowers,
                  "what is measured for all time is lowered by a refund alone, and then there is "
                  "nothing to review",
                  "write `refund lowers at review`; or `review at once`, and not this line");
  }
  if (!is_for_life && calendar::period_kind_name(period) != word) {
    return refuse(*written.review,
                  "a level that is looked at each " + word + " goes by what is measured per " +
                      word + ", or for all time",
                  "keep the measure per account per " + word +
                      ", or per account; or write `review "
                      "at once`");
  }
  const calendar::Duration& grace = checking.plan.grace;
  if (written.has_reviews() && grace.step == calendar::Step::kMonth) {
    checking.report(kNotAtClose, *written.review,
                    "what is reviewed when a period is closed waits for no grace in months in this "
                    "version of the language",
                    "write `grace 30 days`");
    return false;
  }
  // Else an account would have nothing of the period before until that is reviewed.
  if (written.has_reviews() && !written.lowers_at_review && grace.count > 0) {
    checking.report(kNotAtClose, *written.lowers,
                    "a level that a refund lowers at once, and a review by no more than it says, "
                    "waits for no grace in this version of the language",
                    "write `refund lowers at review`, or leave out the `grace` of the plan");
    return false;
  }
  return true;
}

void add_reviews(Checking& checking) {
  for (const LadderState& state : checking.ladders) {
    if (state.measure < 0 || state.table < 0) continue;
    const tree::Ladder& written = *state.written;
    const bool keeps_last = written.each != tree::PeriodWord::kNone && state.kept < 0;
    checking.plan.ladders.push_back(
        {written.name.text, state.table, state.measure, state.kept, keeps_last});
    if (state.kept < 0) continue;
    const Measure& of = checking.plan.measures[static_cast<size_t>(state.measure)];
    Rule rule;
    rule.name = rule.lineage = written.name.text + ".review";
    rule.version = checking.plan.version;
    rule.since = checking.plan.from;
    if (written.rule.change) rule.change = change_of(*written.rule.change);
    rule.subject = of.subject;
    rule.subject.period = period_kind(written.each);
    rule.span = written.rule.span;
    rule.whole = written.rule.span;
    Counting counts;
    counts.target = written.name.text;
    counts.measure = state.kept;
    counts.goal = make_term(TermKind::kNumber, kCountType, written.name.span);
    counts.goal->value = {1, 1};
    counts.reviewed = state.measure;
    counts.table = state.table;
    counts.falls = written.falls;
    counts.rises = written.lowers_at_review;
    rule.counts = std::move(counts);
    checking.plan.rules.push_back(std::move(rule));
  }
}

}  // namespace guerdon::plan
