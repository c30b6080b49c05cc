// What a rule may post over more than one event: what was asked for, and what follows from it by
// the limit of the version that acts; or, where all or nothing goes, what was let through.
#include <algorithm>

#include "engine/base/assert.h"
#include "engine/money/limits.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {

namespace {

// What else a limit of an effect is known by, besides its period, in all versions of the rule.
std::string words_of(const plan::Plan& plan, const plan::Limit& limit) {
  std::string words = limit.counts ? "times" : limit.or_nothing ? "or nothing" : "amount";
  for (const int key : limit.subject.keys) {
    words += " per " + plan.attributes[static_cast<size_t>(key)].name;
  }
  return words + " per " + calendar::period_kind_name(limit.subject.period);
}

}  // namespace

Engine::SubjectKey Engine::opened_key(const Current& current, size_t p, size_t r, size_t e,
                                      const plan::Subject& subject,
                                      const std::string& account) const {
  const TimeMs opened =
      opened_.at(opening_of(current, p, r, plans_[p].rules[r].effects[e].payee, account));
  const int32_t period = calendar::period_at(plans_[p].calendar, subject.period, opened).index;
  return SubjectKey(p, r, e, account, {}, period);
}

// Nothing is changed until it is known that none of them refuses it.
Int128 Engine::through_limits(const Current& current, size_t p, size_t r, size_t e, Int128 before,
                              Int128* now, const std::string& account) {
  const std::vector<plan::Limit>& limits = plans_[p].rules[r].effects[e].limits;
  const Int128 wanted = *now;
  *now = before;
  if (wanted == before) return 0;
  std::vector<Limited*> kept;
  std::vector<Limited> becomes;
  for (size_t l = 0; l < limits.size(); ++l) {
    std::optional<SubjectKey> key = plans_[p].rules[r].subject.is_object()
                                        ? opened_key(current, p, r, e, limits[l].subject, account)
                                        : subject_of(current, p, r, e, limits[l].subject);
    if (!key) return 0;
    std::tie(std::get<0>(*key), std::get<1>(*key)) = version_of(p, r).lineage;
    kept.push_back(&limited_[{*key, words_of(plans_[p], limits[l])}]);
    becomes.push_back(*kept.back());
  }
  Int128 left = wanted - before;
  Int128 asked_for = wanted;
  for (size_t l = 0; l < limits.size(); ++l) {
    const plan::Limit& limit = limits[l];
    Limited& of = becomes[l];
    if (limit.counts) {
      if (before == 0 && of.asked == limit.most) return 0;
      if (before == 0) of.asked += 1;
      if (wanted == 0) of.asked = std::max<Int128>(of.asked - 1, 0);
    } else if (limit.or_nothing) {
      const Int128 all = of.posted + left;
      if (all > limit.most && left > 0) return 0;
      left = std::max<Int128>(all, 0) - of.posted;
      if (left == 0) return 0;
      of.posted += left;
      asked_for = before + left;
    } else {
      const Int128 most = money::kMeasureMax;
      const auto through = [&] {
        return std::min<Int128>(limit.most, std::max<Int128>(of.asked, 0));
      };
      const Int128 was = through();
      of.asked = std::min(std::max(of.asked + left, -most), most);
      left = through() - was;
    }
  }
  for (size_t l = 0; l < limits.size(); ++l) *kept[l] = becomes[l];
  *now = asked_for;
  return left;
}

Int128 Engine::run_limited(const Current& current, size_t p, size_t r, size_t e, Int128 amount) {
  const plan::Effect& effect = plans_[p].rules[r].effects[e];
  const Value& payee = current.readings[p].attributes.at(static_cast<size_t>(effect.payee));
  Int128 asked = amount;
  Int128 posted = through_limits(current, p, r, e, 0, &asked);
  Done::Paid paid{p, r, e, text_of(payee), asked, {}};
  if (effect.budget >= 0 && posted > 0) {
    paid.granted = grant(p, effect.budget, current.time, posted);
    posted = paid.granted->amount;
    if (posted == 0 && effect.limits.empty()) return 0;  // nothing came of it
  }
  if (asked != 0) doing_->asked[doing_role_].push_back(std::move(paid));
  return posted;
}

}  // namespace guerdon::reference
