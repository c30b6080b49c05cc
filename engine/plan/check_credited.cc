// What a rule credits at an event, for who is paid by it at the same one: `sale_bonus.credited`
// (shop.h, Credited).
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/money/limits.h"
#include "engine/plan/bounds.h"
#include "engine/plan/check_state.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {
namespace {

constexpr std::string_view kCreditedColumn = "credited";
constexpr int kCheckedInsideMax = 16;  // so many rules wait for each other while they are checked

// Why nobody goes by what a rule credits, and what to write instead; nothing: others may.
struct WhyNotCredited {
  DiagnosticCode code = kNotInThisVersion;
  std::string reason;
  std::string advice;
};

std::optional<WhyNotCredited> why_not(const Checking& checking, const Rule& rule) {
  const std::string name = "rule " + rule.name;
  if (!rule.subject.is_event()) {
    return WhyNotCredited{kNotInThisVersion,
                          name +
                              " has a `per`: it says what is owed in all, and not what an event "
                              "is credited",
                          "name a rule with `on`; or let both go by the same measure"};
  }
  if (rule.effects.empty()) {
    return WhyNotCredited{kNotInThisVersion, name + " credits nothing", "name one that does"};
  }
  for (const Effect& effect : rule.effects) {
    const bool is_other_unit = effect.unit != rule.effects.front().unit;
    if (effect.verb == Verb::kCredit && !checking.unit(effect.unit).badge && !is_other_unit) {
      continue;
    }
    return WhyNotCredited{kNotInThisVersion,
                          name + (is_other_unit ? " pays in two units" : " does not only credit") +
                              ", and what it credits is one amount",
                          "write the credit that others go by as a rule of its own"};
  }
  const WalletRules& wallet = checking.plan.wallets[static_cast<size_t>(rule.effects.front().unit)];
  if (wallet.shortfall == Shortfall::kOweTheRest) {
    return WhyNotCredited{
        kAtOdds,
        "what is credited to somebody who owes pays that first, and no entry says "
        "what " +
            name + " credited",
        "let the wallet be `short` in another way, or go by what the event says"};
  }
  return std::nullopt;
}

int64_t most_of(const Plan& plan, const Rule& rule) {
  base::Int128 most = 0;
  for (const Effect& effect : rule.effects) {
    const std::optional<Bound> bound = posting_bound(plan, effect);
    if (bound) most += std::max<base::Int128>(bound->high, 0);  // else told
  }
  return static_cast<int64_t>(std::min<base::Int128>(most, money::kBalanceMax));
}

// The attribute that stands for it, entered where it is new into all events of the rule; -1: told.
int credited_attribute(Checking& checking, const Rule& rule, Span span) {
  Plan& plan = checking.plan;
  for (size_t a = 0; a < plan.attributes.size(); ++a) {
    const int known = plan.attributes[a].credited;
    if (known >= 0 && plan.credited[static_cast<size_t>(known)].rule == rule.name) {
      return static_cast<int>(a);
    }
  }
  if (plan.credited.size() == size_t{kCreditedMax} ||
      plan.attributes.size() == size_t{kAttributesMax}) {
    checking.report(kTooMany, span,
                    "others go by what at most " + std::to_string(kCreditedMax) +
                        " rules of a plan credit, and a plan has at most " +
                        std::to_string(kAttributesMax) + " attributes with these",
                    "let one rule credit what they go by");
    return -1;
  }
  Attribute attribute;
  attribute.name = rule.name + "." + std::string(kCreditedColumn);
  attribute.wire = attribute.name;
  attribute.type = {TypeKind::kAmount, rule.effects.front().unit};
  attribute.credited = static_cast<int>(plan.credited.size());
  attribute.span = span;
  const auto index = static_cast<int>(plan.attributes.size());
  plan.attributes.push_back(std::move(attribute));
  plan.credited.push_back({rule.name, rule.effects.front().unit, most_of(plan, rule)});
  for (const int event : rule.events) {
    const auto at = static_cast<size_t>(event);
    plan.events[at].attributes.push_back(index);
    checking.event_attributes[at].set(static_cast<size_t>(index));
  }
  return index;
}

// Which rules' credits it goes by: indexes into Plan::credited, each once.
std::vector<int> goes_by(const Plan& plan, const Rule& rule) {
  std::vector<int> found;
  visit_terms(rule, [&](const Term& term) {
    if (term.kind != TermKind::kAttribute) return;
    const int credited = plan.attributes[static_cast<size_t>(term.index)].credited;
    if (credited < 0 || std::find(found.begin(), found.end(), credited) != found.end()) return;
    found.push_back(credited);
  });
  return found;
}

// Whom at one event a rule pays by what others are credited.
struct Behind {
  int who = -1;    // attributes
  int whose = -1;  //
  const Rule* rule = nullptr;
};

std::vector<Behind> behind_at(const Plan& plan, int event) {
  std::vector<Behind> all;
  for (const Rule& rule : plan.rules) {
    if (std::find(rule.events.begin(), rule.events.end(), event) == rule.events.end()) continue;
    for (const int credited : goes_by(plan, rule)) {
      const std::string& name = plan.credited[static_cast<size_t>(credited)].rule;
      const auto read = std::find_if(plan.rules.begin(), plan.rules.end(),
                                     [&](const Rule& other) { return other.name == name; });
      if (read == plan.rules.end()) continue;  // it has a mistake, which is told
      for (const Effect& effect : rule.effects) {
        for (const Effect& other : read->effects) {
          all.push_back({effect.payee, other.payee, &rule});
        }
      }
    }
  }
  return all;
}

}  // namespace

bool Typer::may_read_credited(const tree::Expr& written) {
  if (written.moment != tree::Moment::kNone) {
    checking_.report(kMisplacedMoment, written.span,
                     "what a rule credits at an event has no before and after",
                     "leave the word out");
    return false;
  }
  if (written.column != kCreditedColumn) {
    checking_.report(kNoColumn, written.span,
                     "rule " + written.text + " has no " + backquoted(written.column),
                     "what it credits at the event is `" + written.text + ".credited`");
    return false;
  }
  if (scope_.reader == Reader::kOneShot && !constant_) return true;
  const bool is_owed = scope_.reader == Reader::kEntitlement || scope_.reader == Reader::kObject;
  checking_.report(
      kNotInThisVersion, written.span,
      checking_.quoted(written.span) + " is what an event is credited, and " +
          (is_owed ? "a rule with `per` says what is owed in all" : "here is no rule with `on`"),
      "read it in what a rule with `on` pays, or asks with `when`");
  return false;
}

Typed Typer::credited(const tree::Expr& written, int rule) {
  if (scope_.reader == Reader::kUnused) return {};
  if (!may_read_credited(written)) return {};
  if (checking_.crediting == kCheckedInsideMax) {
    checking_.report(kTooMany, written.span,
                     "at most " + std::to_string(kCreditedDepthMax) +
                         " rules stand one behind the other that go by what the one before credits",
                     "let this one go by an earlier one");
    return {};
  }
  ++checking_.crediting;
  const int paid_above = std::exchange(checking_.paid_above, -1);
  const std::string_view paid_above_word = checking_.paid_above_word;
  check_rule(checking_, rule);
  checking_.paid_above = paid_above;
  checking_.paid_above_word = paid_above_word;
  --checking_.crediting;
  const RuleState& state = checking_.rules[static_cast<size_t>(rule)];
  if (state.stage == RuleState::Stage::kBegun) {
    checking_.report(kCircle, written.span,
                     "rule " + written.text + " hangs on what this pays, and this on what rule " +
                         written.text + " credits",
                     "let one of them go by what the event says");
    return {};
  }
  if (!state.rule) return {};  // told
  if (std::optional<WhyNotCredited> why = why_not(checking_, *state.rule)) {
    checking_.report(why->code, written.span, std::move(why->reason), std::move(why->advice));
    return {};
  }
  for (size_t event = 0; event < checking_.plan.events.size(); ++event) {
    const std::vector<int>& events = state.rule->events;
    const bool is_run =
        std::find(events.begin(), events.end(), static_cast<int>(event)) != events.end();
    if (!scope_.events.test(event) || is_run) continue;
    checking_.report(
        kNotNamedByEvent, written.span,
        "rule " + written.text + " credits nothing at event " + checking_.plan.events[event].name,
        "leave that event out of `on`, or write it into that of rule " + written.text);
    return {};
  }
  const int index = credited_attribute(checking_, *state.rule, written.span);
  if (index < 0) return {};
  Typed typed{make_term(TermKind::kAttribute, checking_.attribute_at(index).type, written.span),
              false,
              0,
              {}};
  typed.term->index = index;
  return typed;
}

bool check_credited(Checking& checking, const Rule& rule, RuleState& state) {
  if (checking.plan.credited.empty()) return true;
  bool is_sound = true;
  if (rule.take_back) {
    visit_terms(*rule.take_back->value, [&](const Term& term) {
      const bool reads =
          term.kind == TermKind::kAttribute && checking.attribute_at(term.index).credited >= 0;
      if (!reads || !is_sound) return;
      is_sound = false;
      checking.report(kNotInThisVersion, term.span,
                      "what is taken back is in proportion to what events say, and not to what a "
                      "rule credits",
                      "name an attribute that both events have");
    });
  }
  for (const int credited : goes_by(checking.plan, rule)) {
    const int read =
        checking.rule_named(checking.plan.credited[static_cast<size_t>(credited)].rule);
    const RuleState& before = checking.rules[static_cast<size_t>(read)];
    state.behind = std::max(state.behind, before.behind + 1);
  }
  if (state.behind < kCreditedDepthMax) return is_sound;
  checking.report(kTooMany, rule.span,
                  "at most " + std::to_string(kCreditedDepthMax) +
                      " rules stand one behind the other that go by what the one before credits",
                  "let this one go by an earlier one");
  return false;
}

// Who stands behind nobody that is left is taken, and so is who has nobody behind him, until a
// circle is left.
void check_credited_order(Checking& checking) {
  const Plan& plan = checking.plan;
  if (plan.credited.empty()) return;
  for (size_t event = 0; event < plan.events.size(); ++event) {
    std::vector<Behind> left = behind_at(plan, static_cast<int>(event));
    for (size_t before = left.size() + 1; before != left.size();) {
      before = left.size();
      const std::vector<Behind> all = left;
      std::erase_if(left, [&](const Behind& one) {
        const auto is_first = [&](const Behind& other) { return other.who == one.whose; };
        const auto is_last = [&](const Behind& other) { return other.whose == one.who; };
        return std::none_of(all.begin(), all.end(), is_first) ||
               std::none_of(all.begin(), all.end(), is_last);
      });
    }
    if (left.empty()) continue;
    const Behind& first = left.front();
    const std::string& who = checking.attribute_at(first.who).name;
    const bool is_own = first.who == first.whose;
    checking.report(
        kCircle, first.rule->span,
        "at event " + plan.events[event].name + " rule " + first.rule->name + " pays `" + who +
            "` by what " +
            (is_own ? "the same one is credited, which is known when all its rules have run"
                    : "`" + checking.attribute_at(first.whose).name +
                          "` is credited, and that hangs in the end on what `" + who + "` is"),
        "let it go by what the event says, or pay somebody else");
    return;
  }
}

}  // namespace guerdon::plan
