#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "engine/versions/merge_state.h"

namespace guerdon::plan {
namespace {

// What a rule pays and takes back goes on over its versions only where these are the same.
bool same_take_back(const Meanings& meanings, const Rule& last, const Rule& next) {
  if (last.take_back.has_value() != next.take_back.has_value()) return false;
  if (!last.take_back) return true;
  return meanings.of(*last.take_back) == meanings.of(*next.take_back) &&
         std::equal(last.effects.begin(), last.effects.end(), next.effects.begin(),
                    next.effects.end(), [](const Effect& x, const Effect& y) {
                      return x.payee == y.payee && x.unit == y.unit;
                    });
}

// What a limit counts is kept for a credit by its place in the rule, and for it by subject and
// kind; what it has let through follows from that and from its number.
bool same_limits(const Rule& last, const Rule& next) {
  if (!has_limits(last) && !has_limits(next)) return true;
  const auto pays_alike = [](const Effect& x, const Effect& y) {
    return x.verb == y.verb && x.payee == y.payee && x.unit == y.unit && x.kind == y.kind;
  };
  if (!std::equal(last.effects.begin(), last.effects.end(), next.effects.begin(),
                  next.effects.end(), pays_alike)) {
    return false;
  }
  using Kind = std::tuple<Subject, bool, bool>;
  for (size_t e = 0; e < last.effects.size(); ++e) {
    std::map<Kind, std::vector<int64_t>> known;
    std::map<Kind, size_t> found;
    for (const Limit& limit : last.effects[e].limits) {
      known[{limit.subject, limit.counts, limit.or_nothing}].push_back(limit.most);
    }
    for (const Limit& limit : next.effects[e].limits) {
      const Kind kind{limit.subject, limit.counts, limit.or_nothing};
      const size_t at = found[kind]++;
      if (at < known[kind].size() && known[kind][at] != limit.most) return false;
    }
  }
  return true;
}

std::set<int> payees_of(const Rule& rule) {
  std::set<int> payees;
  for (const Effect& effect : rule.effects) payees.insert(effect.payee);
  return payees;
}

bool is_for_life(const Rule& rule) {
  return rule.subject.owner >= 0 && rule.subject.period == calendar::PeriodKind::kLifetime;
}

class Policy {
 public:
  Policy(Merging& merging, const Rule* last, const Rule* next)
      : merging_(merging),
        last_(last),
        next_(next),
        rule_(next != nullptr ? *next : *last),
        span_(next != nullptr ? next->span : merging.header) {}

  bool allows();

 private:
  bool refuse(DiagnosticCode code, const std::string& message, std::string advice) {
    return merging_.refuse(code, span_, "rule " + rule_.name + " " + message, std::move(advice));
  }
  bool is_alike();
  bool may_follow();
  bool may_be_retro();
  bool is_at_border();
  Change change() const { return merging_.how(next_); }

  Merging& merging_;
  const Rule* last_;
  const Rule* next_;
  const Rule& rule_;
  Span span_;
};

// It is kept for the same, and for something that goes over from one version to the next.
bool Policy::is_alike() {
  if (last_->subject != next_->subject) {
    return refuse(kNotGoingOn, "is kept for something else than in the version before",
                  "what is kept for one is nothing to the other: give the new rule a new name");
  }
  if (!is_for_life(*next_)) return true;
  return refuse(kNotGoingOn,
                "is not as in the version before, and says what is owed for life: what one "
                "version owed cannot be told from what the other does",
                "leave it as it was; what is owed from now on is a new rule, with a measure of "
                "its own");
}

// What it has paid, let through and may take back is so in both versions.
bool Policy::may_follow() {
  if (next_->subject.is_object() && payees_of(*last_) != payees_of(*next_)) {
    return refuse(kNotGoingOn,
                  "is per order and pays others than the version before, and of an order that is "
                  "open those are paid by one version and these by the other",
                  "give the new rule a new name");
  }
  if (!same_limits(*last_, *next_)) {
    return refuse(
        kNotGoingOn,
        "has a limit of another number than the version before, or other credits beside "
        "one: what has been let through follows from it",
        "leave limits and what is credited as they were; or give the new rule a new name, "
        "and its limits begin anew");
  }
  if (same_take_back(merging_.meanings, *last_, *next_)) return true;
  return refuse(kNotGoingOn,
                "takes back in another way than the version before, or pays others, or in other "
                "units",
                "what one version earned the other has to take back: give the new rule a new name");
}

bool Policy::may_be_retro() {
  if (change() != Change::kRetro) return true;
  const std::optional<NoRetro> why = why_not_retro(merging_, last_, next_);
  return !why || refuse(kCannotBeRetro, "cannot be retro: " + why->reason, why->advice);
}

// A period is of one version: the one that holds at its first instant.
bool Policy::is_at_border() {
  const calendar::PeriodRule rule = rule_.subject.period;
  if (change() == Change::kPin || rule == calendar::PeriodKind::kLifetime) return true;
  const calendar::TimeMs from = merging_.next.from;
  if (calendar::period_at(merging_.plan.calendar, rule, from).from == from) return true;
  const std::string period = calendar::period_phrase(rule);
  const std::string word = last_ == nullptr ? "new" : next_ == nullptr ? "left out" : "changed";
  return refuse(kNotAtBorder,
                "is " + word + " and per " + calendar::period_kind_name(rule) + ", and no " +
                    period + " begins on the day of this version",
                next_ == nullptr
                    ? "let the version begin with a " + period +
                          "; or write `change pin` under "
                          "`plan`, and the " +
                          period + " that is open ends with the rule"
                    : "let the version begin with a " + period + "; or write `change pin` " +
                          (rule_.is_settled ? "under `plan`" : "below the rule") +
                          ", and it begins with the next one");
}

bool Policy::allows() {
  const bool goes_on = last_ != nullptr && next_ != nullptr;
  if (goes_on && !is_alike()) return false;
  if (!may_be_retro() || (goes_on && !may_follow())) return false;
  if (rule_.subject.is_event()) return true;
  if (rule_.subject.owner >= 0) return is_at_border();
  if (change() != Change::kSplit || !goes_on) return true;
  const std::string& object =
      merging_.plan.attributes[static_cast<size_t>(rule_.subject.object)].name;
  return refuse(
      kAtOdds, "is per " + object + ", and none of these is divided between versions",
      "write `change pin` below it: each " + object + " ends on the version under which it opened");
}

}  // namespace

bool may_change(Merging& merging, const Rule* last, const Rule* next) {
  return Policy(merging, last, next).allows();
}

}  // namespace guerdon::plan
