// Which rules may be `retro`: those that come to the same whichever order events are looked at
// again in, and of which all that they ask is still known.
//
// What a rule per order owes follows from what is known of the order and from when the rule opened
// for it. Both are kept, the first for what rules of the first version read, the second for rules
// that were there; so nothing is to be known of the events that made them.
#include <algorithm>
#include <set>
#include <utility>

#include "engine/plan/bounds.h"
#include "engine/versions/merge_state.h"

namespace guerdon::plan {
namespace {

using Why = std::optional<NoRetro>;

template <typename Found>
const Term* find_term(const Rule& rule, const Found& is_it) {
  const Term* found = nullptr;
  visit_terms(rule, [&](const Term& term) {
    if (found == nullptr && is_it(term)) found = &term;
  });
  return found;
}

bool is_measure(const Term& term) { return term.kind == TermKind::kMeasure; }

class Retro {
 public:
  Retro(const Merging& merging, const Rule* last, const Rule* next)
      : merging_(merging),
        plan_(merging.plan),
        last_(last),
        next_(next),
        rule_(next != nullptr ? *next : *last) {}

  Why why_not() const;

 private:
  // The rules of before and of now that there are.
  template <typename Is>
  bool one_is(const Is& is) const {
    return (last_ != nullptr && is(*last_)) || (next_ != nullptr && is(*next_));
  }
  Why no(std::string reason) const { return NoRetro{std::move(reason), forward()}; }

  Why why_not_summed() const;
  Why why_not_credited() const;
  Why why_not_at_once() const;
  Why why_not_alike() const;
  Why why_not_of_event() const;
  int new_attribute() const;
  Why why_not_of_order() const;
  Why why_not_opened_alike() const;
  Why why_not_known() const;
  Why why_not_of_period() const;
  Why why_not_measure(const Measure& measure, size_t index) const;

  std::string forward() const;
  const std::string& name_of(int attribute) const {
    return plan_.attributes[static_cast<size_t>(attribute)].name;
  }
  std::string subject() const;
  // Those for which it owes: `each order`.
  std::string order() const { return "each " + name_of(rule_.subject.object); }

  const Merging& merging_;
  const Plan& plan_;
  const Rule* last_;
  const Rule* next_;
  const Rule& rule_;
};

// What to write where a rule can only be otherwise from a day on that is to come.
std::string Retro::forward() const {
  if (next_ == nullptr) {
    return "write `change retro` below the rules that are to be corrected and not under `plan`: "
           "this one ends on a day that is to come, and ADJUST takes back what it has paid";
  }
  return std::string("write `change ") + (rule_.subject.is_object() ? "pin" : "split") +
         "` below it: it holds from a day on that is to come, and ADJUST corrects what has been "
         "paid";
}

std::string Retro::subject() const {
  if (rule_.subject.is_object()) return "per " + name_of(rule_.subject.object);
  std::string text = "per " + name_of(rule_.subject.owner);
  for (const int key : rule_.subject.keys) text += " per " + name_of(key);
  if (rule_.subject.period == calendar::PeriodKind::kLifetime) return text;
  return text + " per " + calendar::period_kind_name(rule_.subject.period);
}

// Else what reads the measure would be another, too.
Why Retro::why_not_summed() const {
  for (size_t m = 0; m < merging_.earned.size(); ++m) {
    const std::vector<std::string>& lineages = merging_.earned[m];
    if (std::find(lineages.begin(), lineages.end(), rule_.lineage) == lineages.end()) continue;
    return no(backquoted(plan_.measures[m].name) +
              " sums what it credits, and what was paid by that would change, too");
  }
  return std::nullopt;
}

// What others got at an event was told when it came, and is not kept.
Why Retro::why_not_credited() const {
  for (const Credited& credited : plan_.credited) {
    if (credited.rule != rule_.lineage) continue;
    return no("others are paid by what it credits, and what they were paid would change, too");
  }
  const auto goes_by = [&](const Rule& rule) { return goes_by_others(plan_, rule); };
  if (!one_is(goes_by)) return std::nullopt;
  return no("it pays by what another rule credits at the same event, and that is not kept");
}

// What goes by the order in which events came.
Why Retro::why_not_at_once() const {
  if (one_is(has_limits)) {
    return no(
        "it has a limit over more than one event, and what that lets through goes by the "
        "order in which they came");
  }
  if (one_is(has_budget)) {
    return no(
        "it is paid from a budget, and what that grants goes by the order in which all ask of it");
  }
  if (one_is([](const Rule& rule) { return rule.group >= 0; })) {
    return no("it is in a group, the rules of which are taken together");
  }
  if (one_is([](const Rule& rule) { return rule.take_back.has_value(); })) {
    return no("it takes back what it paid, and what it took would be another, too");
  }
  if (rule_.subject.owner >= 0) return std::nullopt;
  for (const Rule* const rule : {last_, next_}) {
    const Term* const read = rule == nullptr ? nullptr : find_term(*rule, is_measure);
    if (read == nullptr) continue;
    return no("it reads " + backquoted(plan_.measures[static_cast<size_t>(read->index)].name) +
              ", and what that was at each event is not kept");
  }
  return std::nullopt;
}

// Both versions post into the same sums.
Why Retro::why_not_alike() const {
  if (last_ == nullptr || next_ == nullptr) return std::nullopt;
  const auto alike = [](const Effect& x, const Effect& y) {
    return x.verb == y.verb && x.payee == y.payee && x.unit == y.unit;
  };
  if (std::equal(last_->effects.begin(), last_->effects.end(), next_->effects.begin(),
                 next_->effects.end(), alike)) {
    return std::nullopt;
  }
  return no(
      "it does not credit and take line by line as the version before did, the same accounts "
      "in the same units");
}

// What a measure is now has to be what it would have been.
Why Retro::why_not_measure(const Measure& measure, size_t index) const {
  if (measure.subject != rule_.subject) {
    return no("it reads " + backquoted(measure.name) + ", which is not kept " + subject() +
              " as the rule is, and may have gone on since");
  }
  if (measure.is_opened) {
    return no("it reads " + backquoted(measure.name) +
              ", which opens with what a closed period has left over");
  }
  const auto declared =
      std::find_if(plan_.versions.begin(), plan_.versions.end(),
                   [&](const PlanVersion& version) { return version.number == measure.version; });
  const bool is_new = declared == plan_.versions.end();
  // The day of a version that corrects all may have been over.
  if (is_new || (declared != plan_.versions.begin() && declared->corrects_all)) {
    return no(
        "it reads " + backquoted(measure.name) + ", which counts from the publication of " +
        (is_new ? std::string("this version") : "version " + std::to_string(declared->number)) +
        " on");
  }
  for (const std::string& lineage : merging_.earned[index]) {
    const auto feeds = [&](const Rule& rule) {
      return rule.lineage == lineage && !rule.subject.is_event();
    };
    const auto feeder = std::find_if(plan_.rules.begin(), plan_.rules.end(), feeds);
    if (feeder == plan_.rules.end()) continue;
    return no("it reads " + backquoted(measure.name) + ", which sums what rule " + feeder->name +
              " credits, and that is no rule with `on`");
  }
  return std::nullopt;
}

// What was posted is what is in the register: what became of a debt is not. And events of before
// have what was asked of them then.
Why Retro::why_not_of_event() const {
  const auto may_owe = [&](const Rule& rule) {
    return std::any_of(rule.effects.begin(), rule.effects.end(), [&](const Effect& effect) {
      return plan_.wallets[static_cast<size_t>(effect.unit)].shortfall == Shortfall::kOweTheRest;
    });
  };
  if (one_is(may_owe)) {
    return no(
        "it posts to a wallet that may owe the rest, and what an entry paid off of a debt is "
        "not told apart");
  }
  for (const int event : next_ == nullptr ? std::vector<int>() : next_->events) {
    const EventType& type = plan_.events[static_cast<size_t>(event)];
    if (type.version != merging_.next.version) continue;
    return no("it is on " + type.name +
              ", which this version declares: what was sent before is not kept for it");
  }
  const auto takes = [](const Rule& rule) {
    return std::any_of(rule.effects.begin(), rule.effects.end(),
                       [](const Effect& effect) { return effect.verb != Verb::kCredit; });
  };
  if (one_is(takes)) {
    return no("it debits or burns, and what was not there to be taken is not told apart");
  }
  const int unknown = next_ == nullptr ? -1 : new_attribute();
  if (unknown < 0) return std::nullopt;
  return no("it reads or pays `" + name_of(unknown) +
            "`, which this version declares: events of before do not have it");
}

// One that an event of the rule did not have before this version; below 0: there is none.
int Retro::new_attribute() const {
  std::set<int> asked;
  visit_terms(*next_, [&](const Term& term) {
    const bool reads = term.kind == TermKind::kAttribute || term.kind == TermKind::kHas;
    if (reads) asked.insert(term.index);
  });
  for (const Effect& effect : next_->effects) asked.insert(effect.payee);
  for (const int attribute : asked) {
    if (contains(merging_.new_attributes, attribute)) return attribute;
  }
  return -1;
}

// The order is asked as it stands, for those for whom the rule has opened.
Why Retro::why_not_of_order() const {
  if (one_is([](const Rule& rule) { return rule.keeps; })) {
    return no("it takes nothing back, and what stays goes by all that " + order() +
              " has been meanwhile");
  }
  const auto takes = [](const Rule& rule) {
    return std::any_of(rule.effects.begin(), rule.effects.end(),
                       [](const Effect& effect) { return effect.verb != Verb::kCredit; });
  };
  if (one_is(takes)) return no("it debits, and what was not there to be taken is not told apart");
  for (const EventType& type : plan_.events) {
    if (type.object != rule_.subject.object) continue;
    if (type.when != nullptr) {
      return no(type.name + " has a `when`, and what " + order() +
                " was at the last event that counts is not kept");
    }
    if (next_ == nullptr || type.version != merging_.next.version) continue;
    return no("this version declares " + type.name +
              ", and what was sent before is not kept for it");
  }
  if (next_ == nullptr) return std::nullopt;
  if (Why why = why_not_opened_alike()) return why;
  if (Why why = why_not_alike()) return why;
  return why_not_known();
}

// When it opened is kept, and not when it would have.
Why Retro::why_not_opened_alike() const {
  const std::string reason = ", and for which " + name_of(rule_.subject.object) +
                             " it would have opened before this version, and when, is not kept";
  if (last_ == nullptr || last_->before != calendar::kTimeEternity) return no("it is new" + reason);
  const auto when_of = [&](const Rule& rule) {
    return rule.when == nullptr ? std::string() : merging_.meanings.of(*rule.when);
  };
  if (when_of(*last_) != when_of(*next_)) {
    return no("its `when` is another than in the version before" + reason);
  }
  if (last_->from == next_->from && last_->until == next_->until) return std::nullopt;
  return no("the days on which it holds are others than in the version before" + reason);
}

namespace {

// What the rule asks of its order, and of which events.
using Fact = std::tuple<TermKind, int, int>;

std::set<Fact> facts_of(const Rule& rule) {
  std::set<Fact> facts;
  visit_terms(rule, [&](const Term& term) {
    switch (term.kind) {
      case TermKind::kAttribute:
      case TermKind::kHas:
        facts.emplace(TermKind::kAttribute, term.index, -1);
        break;
      case TermKind::kFirst:
      case TermKind::kHighest:
        facts.emplace(TermKind::kAttribute, term.index, -1);
        [[fallthrough]];
      case TermKind::kCame:
        facts.emplace(term.kind, term.index, term.event);
        break;
      default:
        break;
    }
  });
  for (const Effect& effect : rule.effects) facts.emplace(TermKind::kAttribute, effect.payee, -1);
  return facts;
}

}  // namespace

// What is kept of an order is what rules read. What those of a later version began to read, orders
// that were there then had said before.
Why Retro::why_not_known() const {
  std::set<Fact> known;
  for (const Rule& rule : plan_.rules) {
    const bool is_first = rule.version == plan_.versions.front().number;
    if (is_first && rule.subject.object == rule_.subject.object) known.merge(facts_of(rule));
  }
  for (const auto& [kind, index, event] : facts_of(*next_)) {
    if (known.contains({kind, index, event})) continue;
    const bool is_of_lines =
        kind == TermKind::kAttribute && plan_.attributes[static_cast<size_t>(index)].fold >= 0;
    return no("it asks of " +
              (kind != TermKind::kAttribute ? plan_.events[static_cast<size_t>(event)].name
               : is_of_lines                ? std::string("lines")
                                            : backquoted(name_of(index))) +
              " what no rule per " + name_of(rule_.subject.object) +
              " of the first version did: what was said of that before is not kept");
  }
  const int unknown = new_attribute();
  if (unknown < 0) return std::nullopt;
  return no("it reads or pays " + backquoted(name_of(unknown)) +
            ", which this version gives to an event that did not have it");
}

Why Retro::why_not_of_period() const {
  if (next_ == nullptr) {
    return no("it is left out and " + subject() + ", and what it has paid stays");
  }
  if (one_is([](const Rule& rule) { return rule.keeps; })) {
    return no(
        "it takes nothing back, and what a REVERSE would take of what stays is not told apart");
  }
  const auto counts_now = [&](int event) {
    return plan_.events[static_cast<size_t>(event)].late == tree::LatePolicy::kCurrent;
  };
  if (std::any_of(next_->events.begin(), next_->events.end(), counts_now)) {
    return no("late events of it count in another period than their own (`late current`)");
  }
  const auto is_run = [&](int event) { return contains(next_->events, event); };
  if (last_ != nullptr && !std::all_of(last_->events.begin(), last_->events.end(), is_run)) {
    return no("it does not follow some of the events that the version before followed");
  }
  std::set<int> read;
  visit_terms(*next_, [&](const Term& term) {
    if (is_measure(term)) read.insert(term.index);
  });
  for (const int index : read) {
    const auto at = static_cast<size_t>(index);
    Why why = why_not_measure(plan_.measures[at], at);
    if (why) return why;
  }
  return std::nullopt;
}

Why Retro::why_not() const {
  if (rule_.is_settled) {
    return NoRetro{"it is a challenge, and what that has awarded is final",
                   "write `change retro` below the rules that are to be corrected, and not under "
                   "`plan`"};
  }
  const auto closes = [](const Rule& rule) {
    return rule.counts || std::any_of(rule.effects.begin(), rule.effects.end(),
                                      [](const Effect& effect) { return effect.at_close; });
  };
  if (one_is(closes)) return no("it pays when a period is closed, and a closed one stays as it is");
  const auto pays_above = [&](const Rule& rule) {
    return std::any_of(rule.effects.begin(), rule.effects.end(), [&](const Effect& effect) {
      return plan_.attributes[static_cast<size_t>(effect.payee)].climb >= 0;
    });
  };
  if (one_is(pays_above)) {
    return no("it pays who stands above, and events of before did not look for all of them");
  }
  if (Why why = why_not_summed()) return why;
  if (Why why = why_not_credited()) return why;
  if (Why why = why_not_at_once()) return why;
  if (rule_.subject.is_event()) return why_not_of_event();
  if (rule_.subject.is_object()) return why_not_of_order();
  if (Why why = why_not_alike()) return why;
  if (rule_.subject.period != calendar::PeriodKind::kLifetime) return why_not_of_period();
  return no("it is " + subject() + ", for life, and what it owes cannot be told by day");
}

}  // namespace

std::optional<NoRetro> why_not_retro(const Merging& merging, const Rule* last, const Rule* next) {
  return Retro(merging, last, next).why_not();
}

}  // namespace guerdon::plan
