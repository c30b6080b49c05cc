// Badges: how often one is given, and what follows a target.
#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

#include "engine/money/limits.h"
#include "engine/plan/check_effects.h"
#include "engine/plan/check_subjects.h"

namespace guerdon::plan {
namespace {

const tree::Target* target_named(const Checking& checking, const tree::Name& name) {
  const Binding* const found = checking.binding(name.text);
  if (found == nullptr || found->kind != BindingKind::kTarget) return nullptr;
  return checking.targets[static_cast<size_t>(found->index)].written;
}

bool grants(const tree::Rule& rule, const std::string& badge) {
  for (const tree::Effect& effect : rule.effects) {
    if (effect.is_grant && effect.badge.text == badge) return true;
  }
  return false;
}

void refuse_unknown_target(Checking& checking, const tree::Name& name) {
  const bool is_other =
      checking.binding(name.text) != nullptr || checking.attribute(name.text) >= 0;
  std::vector<std::string> known;
  for (const TargetState& target : checking.targets) known.push_back(target.written->name.text);
  checking.report(is_other ? kWrongKind : kUnknownName, name.span,
                  backquoted(name.text) + " is not a target",
                  did_you_mean(name.text, known,
                               "a badge follows one; what else gives it says so: `grant NAME to "
                               "account`"));
}

// Of a target that grants it itself, only that it takes back what it grants.
void check_own_grant(Checking& checking, const tree::Badge& badge, const tree::Target& target) {
  if (!target.rule.take_back) return;
  checking.report(kBadBadge, badge.follows->span,
                  "target " + target.name.text + " takes nothing back, so nothing can follow it",
                  "leave out `follows`, or the target's `take back nothing`");
}

// `T.reached`
tree::ExprPtr reached(const tree::Name& target) {
  auto condition = std::make_unique<tree::Expr>();
  condition->kind = tree::ExprKind::kName;
  condition->text = target.text;
  condition->column = "reached";
  condition->span = target.span;
  return condition;
}

// The account that the target is kept for; null: it has none, which is told.
const tree::Name* owner_of(const Checking& checking, const tree::Target& target) {
  for (const tree::Name& name : target.rule.subject.names) {
    const int index = checking.attribute(name.text);
    if (index >= 0 && checking.attribute_at(index).type.kind == TypeKind::kAccount) return &name;
  }
  return nullptr;
}

std::unique_ptr<tree::Rule> follower_of(const tree::Badge& badge, const tree::Target& target,
                                        const tree::Name& owner) {
  auto rule = std::make_unique<tree::Rule>();
  rule->name = badge.name;
  rule->subject = target.rule.subject;
  rule->from = target.rule.from;
  rule->until = target.rule.until;
  rule->when.push_back(reached(*badge.follows));
  if (target.at_most || target.achieved.may_fall()) rule->on_close = badge.follows->span;
  tree::Effect& effect = rule->effects.emplace_back();
  effect.is_grant = true;
  effect.badge = badge.name;
  effect.who = owner;
  effect.span = badge.follows->span;
  rule->span = badge.span;
  return rule;
}

void declare_follower(Checking& checking, BadgeState& state) {
  const tree::Badge& badge = *state.written;
  const tree::Target* const target = target_named(checking, *badge.follows);
  if (target == nullptr) return refuse_unknown_target(checking, *badge.follows);
  if (grants(target->rule, badge.name.text)) return check_own_grant(checking, badge, *target);
  const tree::Name* const owner = owner_of(checking, *target);
  if (owner == nullptr || checking.rules.size() >= size_t{kRulesMax}) return;
  state.follower = follower_of(badge, *target, *owner);
  state.rule = static_cast<int>(checking.rules.size());
  checking.rules.emplace_back().written = state.follower.get();
}

BadgeState& badge_of(Checking& checking, const tree::Effect& written) {
  return checking.badges[static_cast<size_t>(checking.binding(written.badge.text)->index)];
}

// `once ever`, `once per month`
std::string how_often(const Checking& checking, const BadgeState& badge) {
  if (badge.written->given_span) return checking.quoted(*badge.written->given_span);
  return "`given once ever`, which is meant where nothing is said";
}

// What stands below a badge of people who give it.
class PeopleCheck {
 public:
  PeopleCheck(Checking& checking, BadgeState& state)
      : checking_(checking), state_(state), written_(*state.written) {}

  // Fills the unit's badge. What is wrong is told.
  void check();

 private:
  bool refuse(Span span, std::string message, std::string advice) {
    checking_.report(kBadBadge, span, std::move(message), std::move(advice));
    return false;
  }
  bool is_asked_in_vain();
  bool check_names();
  bool check_sent();
  bool check_amount(const tree::Expr& written, std::optional<GrantAmount>& amount);
  bool check_credit();

  Checking& checking_;
  BadgeState& state_;
  const tree::Badge& written_;
  Badge badge_;
};

// Nobody grants it, and a line says how that is done.
bool PeopleCheck::is_asked_in_vain() {
  if (written_.granters != tree::Granters::kNobody) return false;
  const Span* const line = written_.sent_span           ? &*written_.sent_span
                           : written_.burn != nullptr   ? &written_.burn->span
                           : written_.credit != nullptr ? &written_.credit->span
                                                        : nullptr;
  if (line == nullptr) return false;
  refuse(*line,
         "nobody grants badge " + written_.name.text + ", and this says what becomes of that",
         "write `granted by anyone`, or who may");
  return true;
}

bool PeopleCheck::check_names() {
  badge_.granters = written_.granters;
  for (const tree::Name& name : written_.names) {
    const bool is_sound = !name.text.empty() && name.text.size() <= size_t{kTextBytesMax};
    if (!is_sound) {
      return refuse(name.span,
                    "the name of an account has 1 to " + std::to_string(kTextBytesMax) + " bytes",
                    "write who may grant it: `granted by \"anna\"`");
    }
    if (std::find(badge_.names.begin(), badge_.names.end(), name.text) != badge_.names.end()) {
      return refuse(name.span, backquoted(name.text) + " stands here twice", "write it once");
    }
    badge_.names.push_back(name.text);
  }
  std::sort(badge_.names.begin(), badge_.names.end());
  if (written_.granters != tree::Granters::kHolders) return true;
  badge_.holders_of = written_.holders_of.text;
  tree::Effect of;
  of.badge = written_.holders_of;
  return check_granted(checking_, of) >= 0;
}

bool PeopleCheck::check_sent() {
  if (!written_.sent_span) return true;
  if (written_.sent_times < 1 || written_.sent_times > money::kCountMax) {
    return refuse(*written_.sent_span,
                  "this is at least 1 and at most " + std::to_string(money::kCountMax) + " times",
                  "write `granted by nobody` where nobody is to grant it");
  }
  const std::optional<calendar::PeriodRule> period = check_period(checking_, written_.sent_in);
  if (!period) return false;
  badge_.sent = SendLimit{written_.sent_times, *period};
  return true;
}

bool PeopleCheck::check_amount(const tree::Expr& written, std::optional<GrantAmount>& amount) {
  const Scope constants;
  const Typed value = Typer(checking_, constants).value(written);
  if (!value) return false;
  const bool is_amount = !value.bare && value.type().kind == TypeKind::kAmount &&
                         value.term->kind == TermKind::kNumber && value.term->value.den == 1 &&
                         value.term->value.num > 0 && value.term->value.num <= money::kAmountMax;
  if (!is_amount) {
    return refuse(written.span, "this is a fixed amount above 0, in whole minor units",
                  "write it with its unit: `10 points`");
  }
  amount.emplace().unit = checking_.unit(value.type().unit).name;
  amount->amount = value.term->value.num;
  return true;
}

bool PeopleCheck::check_credit() {
  if (written_.credit == nullptr) return true;
  if (!check_amount(*written_.credit, badge_.credit)) return false;
  badge_.credit->from_granter = written_.from_granter;
  if (!written_.budget) return true;
  const std::vector<Unit>& units = checking_.plan.units;
  const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& each) {
    return each.name == badge_.credit->unit;
  });
  badge_.credit->budget = written_.budget->text;
  return join_budget_of_badge(checking_, *written_.budget, static_cast<int>(unit - units.begin()));
}

void PeopleCheck::check() {
  if (is_asked_in_vain() || !check_names() || !check_sent()) return;
  if (written_.burn != nullptr && !check_amount(*written_.burn, badge_.burn)) return;
  if (!check_credit()) return;
  Badge& badge = *checking_.plan.units[static_cast<size_t>(state_.unit)].badge;
  badge_.title = badge.title;
  badge_.level = badge.level;
  if (badge_.granters != tree::Granters::kNobody) badge_.given_in = state_.per;
  badge = std::move(badge_);
  const bool by_people = badge.granters != tree::Granters::kNobody;
  if (by_people && written_.follows) {
    refuse(written_.follows->span,
           "a badge that people grant does not follow a target: each would not know of the other",
           "make it two badges");
  }
}

class GrantLimit {
 public:
  GrantLimit(Checking& checking, const tree::Effect& written, BadgeState& badge)
      : checking_(checking), written_(written), badge_(badge) {}

  bool check(const tree::Rule& written_rule, const Rule& rule, Effect& effect);

 private:
  bool refuse(std::string message, std::string advice) {
    checking_.report(kBadBadge, written_.span, std::move(message), std::move(advice));
    return false;
  }
  const std::string& name() const { return badge_.written->name.text; }
  bool is_only_place();
  bool may_be_limited(const tree::Rule& written_rule, const Rule& rule, const Effect& effect);

  Checking& checking_;
  const tree::Effect& written_;
  BadgeState& badge_;
};

// Two rules would each give it once.
bool GrantLimit::is_only_place() {
  if (!badge_.granted || *badge_.granted == written_.span) {
    badge_.granted = written_.span;
    return true;
  }
  return refuse("badge " + name() + " is granted in line " +
                    std::to_string(checking_.line_of(*badge_.granted)) + ", too, and neither " +
                    "knows of the other; it has " + how_often(checking_, badge_),
                "write `given each time`, or let one rule grant it");
}

bool GrantLimit::may_be_limited(const tree::Rule& written_rule, const Rule& rule,
                                const Effect& effect) {
  const std::string period = calendar::period_kind_name(rule.subject.period);
  const std::string advice = rule.subject.period.is_counted()
                                 ? "write `given each time`"
                                 : "write `given once per " + period + "`, or `given each time`";
  if (effect.at_close || rule.is_settled) {
    return refuse("what is given when a period is closed does not look at other periods; badge " +
                      name() + " has " + how_often(checking_, badge_),
                  advice);
  }
  const bool is_for_life = rule.subject.period == calendar::PeriodKind::kLifetime;
  if (written_rule.take_back) {
    return refuse("what takes nothing back does not look at " +
                      std::string(is_for_life ? "more than its own" : "other periods") +
                      "; badge " + name() + " has " + how_often(checking_, badge_),
                  is_for_life ? "write `given each time`" : advice);
  }
  if (rule.subject.owner < 0) return true;
  if (covers(checking_.plan.calendar, *badge_.per, rule.subject.period)) return true;
  return refuse("badge " + name() + " may be given again while this goes on; it has " +
                    how_often(checking_, badge_),
                advice);
}

bool GrantLimit::check(const tree::Rule& written_rule, const Rule& rule, Effect& effect) {
  if (written_.at_most != nullptr || !written_.limits.empty()) {
    const Span span =
        written_.at_most != nullptr ? written_.at_most->span : written_.limits.front().span;
    checking_.report(kBadBadge, span, "how often a badge is given stands where it is declared",
                     "leave this line out, and write it there: `given once per month`");
    return false;
  }
  if (!badge_.per) return true;
  if (badge_.written->granters != tree::Granters::kNobody) {
    return refuse("badge " + name() +
                      " is granted by people, and this does not know of them; it has " +
                      how_often(checking_, badge_),
                  "write `given each time`, or make it two badges");
  }
  if (!is_only_place()) return false;
  // What is owed of an account alone is one in its period, whatever happens.
  const Subject& subject = rule.subject;
  const bool is_of_account = subject.owner >= 0 && subject.keys.empty();
  if (is_of_account && covers(checking_.plan.calendar, subject.period, *badge_.per)) return true;
  if (!may_be_limited(written_rule, rule, effect)) return false;
  Limit limit;
  limit.subject.owner = effect.payee;
  limit.subject.period = *badge_.per;
  limit.most = 1;
  // By these words WHYNOT and EXPLAIN call it.
  limit.span = badge_.written->given_span.value_or(written_.span);
  effect.limits.push_back(std::move(limit));
  return true;
}

// The unit that counts a notice; -1: there is none.
int notice_of(const Checking& checking, const std::string& word) {
  const std::vector<Unit>& units = checking.plan.units;
  const auto at = std::find_if(units.begin(), units.end(), [&](const Unit& unit) {
    return unit.badge && unit.badge->is_notice && unit.name == word;
  });
  return at == units.end() ? -1 : static_cast<int>(at - units.begin());
}

void declare_notice(Checking& checking, const tree::Name& word) {
  if (notice_of(checking, word.text) >= 0) return;
  if (!check_outside_name(checking, word.text, word.span)) return;
  std::vector<Unit>& units = checking.plan.units;
  for (const Unit& other : units) {
    if (other.name != word.text && other.code != word.text) continue;
    checking.report(kDeclaredTwice, word.span,
                    backquoted(word.text) + " is a " + (other.badge ? "badge" : "unit") +
                        " of this plan, and an entry of it would not tell which is meant",
                    "tell it in another word");
    return;
  }
  if (units.size() == size_t{kUnitsMax}) {
    checking.report(
        kTooMany, word.span,
        "a plan holds at most " + std::to_string(kUnitsMax) + " units, badges and notices",
        "tell several things in one word: the rule of the entry says which it was");
    return;
  }
  Unit& counted = units.emplace_back();
  counted.name = counted.code = word.text;
  counted.badge.emplace().is_notice = true;
}

void declare_notices_of(Checking& checking, const tree::Rule& rule) {
  for (const tree::Effect& effect : rule.effects) {
    if (effect.is_notice) declare_notice(checking, effect.badge);
  }
}

}  // namespace

void declare_notices(Checking& checking) {
  for (const tree::Declaration& declaration : checking.tree.declarations) {
    const auto& what = declaration.what;
    if (const auto* rule = std::get_if<tree::Rule>(&what)) declare_notices_of(checking, *rule);
    if (const auto* target = std::get_if<tree::Target>(&what)) {
      declare_notices_of(checking, target->rule);
    }
    if (const auto* ladder = std::get_if<tree::Ladder>(&what)) {
      declare_notices_of(checking, ladder->told);
    }
    if (const auto* challenge = std::get_if<tree::Challenge>(&what)) {
      declare_notices_of(checking, challenge->rule);
    }
    if (const auto* streak = std::get_if<tree::Streak>(&what)) {
      declare_notices_of(checking, streak->rule);
    }
  }
}

void declare_followers(Checking& checking) {
  for (BadgeState& state : checking.badges) {
    if (state.written->follows) declare_follower(checking, state);
  }
}

void check_badges(Checking& checking) {
  for (BadgeState& state : checking.badges) {
    if (state.written->given != tree::Given::kEachTime) {
      state.per = calendar::PeriodRule(calendar::PeriodKind::kLifetime);
    }
    if (state.written->given == tree::Given::kOncePer) {
      const std::optional<calendar::PeriodRule> period = check_period(checking, state.written->per);
      if (period) state.per = period;
    }
    PeopleCheck(checking, state).check();
  }
}

int check_granted(Checking& checking, const tree::Effect& written) {
  if (written.is_notice) return notice_of(checking, written.badge.text);
  const Binding* const found = checking.binding(written.badge.text);
  if (found != nullptr && found->kind == BindingKind::kBadge) {
    return badge_of(checking, written).unit;
  }
  const bool is_other = found != nullptr || checking.attribute(written.badge.text) >= 0;
  std::vector<std::string> known;
  for (const BadgeState& badge : checking.badges) known.push_back(badge.written->name.text);
  checking.report(is_other ? kWrongKind : kUnknownName, written.badge.span,
                  backquoted(written.badge.text) + " is not a badge",
                  did_you_mean(written.badge.text, known,
                               "declare it: `badge " + written.badge.text + " \"...\"`"));
  return -1;
}

bool limit_grant(Checking& checking, const tree::Effect& written, const tree::Rule& written_rule,
                 const Rule& rule, Effect& effect) {
  return GrantLimit(checking, written, badge_of(checking, written))
      .check(written_rule, rule, effect);
}

}  // namespace guerdon::plan
