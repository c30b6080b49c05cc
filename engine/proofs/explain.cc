// Each construct of a plan is one function here. Titles stand at the margin, what belongs to one
// is indented below it.
#include "engine/proofs/explain.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "engine/base/assert.h"
#include "engine/base/civil.h"
#include "engine/base/timestamp.h"
#include "engine/proofs/explain_terms.h"
#include "engine/proofs/rule_facts.h"

namespace guerdon::plan {
namespace {

constexpr size_t kRowsShown = 12;

class Explainer {
 public:
  explicit Explainer(const Plan& plan) : plan_(plan), words_(plan) {}

  std::string text();

 private:
  void title(const std::string& line) { text_ += "\n" + line + "\n"; }
  void line(const std::string& line) { text_ += "  " + line + "\n"; }
  void row(const std::string& line) { text_ += "    " + line + "\n"; }

  void header();
  void late_events();
  void wallet(size_t unit);
  void table(const Table& table);
  void badge(const Unit& unit);
  void ladder(const Table& table);
  void table_rows(const Table& table);
  void measure(const Measure& measure);
  void target(const Target& target);
  void challenge(const Rule& rule);
  void streak(const Rule& rule);
  void goal_of(const ChallengeGoal& goal);
  void prizes(const Rule& rule, const Challenge& challenge, bool even_if_not_succeeded);
  void terms_of(const Rule& rule, const Challenge& challenge);
  void rule(const Rule& rule);
  void effect(const Rule& rule, const Effect& effect);
  void limit(const Rule& rule, const Effect& effect, const Limit& limit);
  void lineage(const Rule& rule);
  void window(const Rule& rule);
  void take_back(const Rule& rule);
  void group(const Rule& rule);
  void rows_of(const Effect& effect, const std::string& deed);
  void aftermath(const Rule& rule);
  void facts(const Rule& rule);
  void item(const Item& item);
  void exchange(const Exchange& exchange);
  std::string event(int index) const;
  std::string events(const std::vector<int>& all) const;
  const Unit& unit(int index) const { return plan_.units[static_cast<size_t>(index)]; }
  const std::string& attribute(int index) const {
    return plan_.attributes[static_cast<size_t>(index)].name;
  }

  const Plan& plan_;
  Sentences words_;
  std::string text_;
};

std::string_view rounding_words(money::Rounding rounding) {
  switch (rounding) {
    case money::Rounding::kDown:
      return "rounded down";
    case money::Rounding::kUp:
      return "rounded up";
    case money::Rounding::kHalfUp:
      return "rounded to the nearest, a half up";
    case money::Rounding::kHalfEven:
      return "rounded to the nearest, a half to the even one";
  }
  GUERDON_UNREACHABLE();
}

std::string_view verb_phrase(Verb verb) {
  switch (verb) {
    case Verb::kCredit:
      return "pays";
    case Verb::kDebit:
      return "takes from";
    case Verb::kBurn:
      return "burns, of what is there, from";
  }
  GUERDON_UNREACHABLE();
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

bool counts_weeks(const Plan& plan) {
  const auto is_weekly = [](const auto& kept) {
    return kept.subject.period == calendar::PeriodKind::kWeek;
  };
  const auto is_limited_weekly = [&](const Effect& effect) {
    return std::any_of(effect.limits.begin(), effect.limits.end(), is_weekly);
  };
  return std::any_of(plan.measures.begin(), plan.measures.end(), is_weekly) ||
         std::any_of(plan.rules.begin(), plan.rules.end(),
                     [&](const Rule& rule) {
                       return is_weekly(rule) || std::any_of(rule.effects.begin(),
                                                             rule.effects.end(), is_limited_weekly);
                     }) ||
         std::any_of(plan.items.begin(), plan.items.end(), [](const Item& item) {
           return std::any_of(item.limits.begin(), item.limits.end(), [](const ItemLimit& limit) {
             return limit.period == calendar::PeriodKind::kWeek;
           });
         });
}

void Explainer::header() {
  const calendar::Calendar& calendar = plan_.calendar;
  text_ += "Plan " + plan_.name;
  if (plan_.version != 1) {
    text_ += ", version " + std::to_string(plan_.version) + ", from " +
             base::format_timestamp(plan_.from);
  }
  text_ += ". Days, months and years are counted in " + std::string(calendar.zone.name()) + ".";
  if (plan_.program != plan_.name) text_ += " Its wallets are those of " + plan_.program + ".";
  if (calendar.week_start != 0 || counts_weeks(plan_)) {
    text_ += " A week starts on " +
             std::string(base::kWeekdayNames[static_cast<size_t>(calendar.week_start)]) + ".";
  }
  if (calendar.month_start_day != 1) {
    text_ += " A month starts on day " + std::to_string(calendar.month_start_day) + ".";
  }
  if (calendar.year_start_month != 1) {
    text_ += " A year starts in month " + std::to_string(calendar.year_start_month) + ".";
  }
  if (plan_.grace.count > 0) {
    text_ += " A period is closed " + calendar::duration_text(plan_.grace) + " after its end.";
  }
  text_ += "\n";
  late_events();
}

// Those that do not correct their own periods, which is usual.
void Explainer::late_events() {
  for (const tree::LatePolicy policy : {tree::LatePolicy::kCurrent, tree::LatePolicy::kReject}) {
    std::string types;
    for (const EventType& type : plan_.events) {
      if (type.late == policy) types += (types.empty() ? "" : ", ") + type.name;
    }
    if (types.empty()) continue;
    text_ += "What comes when one of its periods is closed, of " + types +
             (policy == tree::LatePolicy::kCurrent ? ", counts in the present ones.\n"
                                                   : ", is refused.\n");
  }
}

// ---- wallets, tables, measures ------------------------------------------------------------------

std::string_view shortfall_sentence(Shortfall shortfall) {
  switch (shortfall) {
    case Shortfall::kTakeWhatIsLeft:
      return "Where a debit finds too little, it takes what is left, and the rest is forgiven.";
    case Shortfall::kOweTheRest:
      return "Where a debit finds too little, the rest is owed and kept from later credits.";
    case Shortfall::kTakeNothing:
      return "Where a debit finds too little, nothing is taken.";
    case Shortfall::kGoDownTo:
      return "A debit may take the balance below zero, down to ";
  }
  GUERDON_UNREACHABLE();
}

void Explainer::wallet(size_t index) {
  const WalletRules& rules = plan_.wallets[index];
  const auto unit = static_cast<int>(index);
  if (rules == WalletRules()) {
    title("Wallet of " + this->unit(unit).code + ": what is earned can be spent at once and never");
    line("expires. " + std::string(shortfall_sentence(rules.shortfall)));
    return;
  }
  title("Wallet of " + this->unit(unit).code);
  line(rules.mature
           ? "What is earned can be spent " + calendar::duration_text(*rules.mature) + " later."
           : "What is earned can be spent at once.");
  if (rules.expire) {
    line("It expires " + calendar::duration_text(*rules.expire) + " after it is earned" +
         (rules.expire_at_end_of_day ? ", at the end of that day." : "."));
    line(rules.spend == SpendOrder::kEarliestExpiry ? "What expires first is spent first."
                                                    : "What was earned first is spent first.");
  } else {
    line("It never expires.");
  }
  if (rules.warn) line("A notice comes " + calendar::duration_text(*rules.warn) + " before.");
  if (rules.merges_lots_of_one_day) line("What has the same days of both is kept as one.");
  if (rules.grace) {
    line("What is given back after it has expired lives for another " +
         calendar::duration_text(*rules.grace) + ".");
  }
  if (rules.hold.share) {
    line("A hold takes at most " + words_.number(*rules.hold.share, {TypeKind::kRatio, -1}) +
         " of " +
         (rules.hold.of.empty() ? "the total that whoever asks for it names" : rules.hold.of) +
         ".");
  }
  if (rules.hold.lives) {
    line("A hold lives for " + calendar::duration_text(*rules.hold.lives) + ".");
  }
  std::string shortfall(shortfall_sentence(rules.shortfall));
  if (rules.shortfall == Shortfall::kGoDownTo) shortfall += words_.amount(rules.floor, unit) + ".";
  line(shortfall);
  if (!rules.opens_on_first_credit) line("It is opened by a command; until then nothing comes in.");
}

// What it is, and who may give it to another.
void Explainer::badge(const Unit& unit) {
  const Badge& badge = *unit.badge;
  if (badge.is_notice) return;
  title("Badge " + unit.code + badge.shown());
  if (badge.granters == tree::Granters::kNobody) return line("Rules alone give it.");
  std::string who = badge.granters == tree::Granters::kAnyone    ? "Anyone"
                    : badge.granters == tree::Granters::kHolders ? "Who has " + badge.holders_of
                                                                 : "";
  for (const std::string& name : badge.names) who += (who.empty() ? "" : ", ") + name;
  line(who + " may give it to another account (GRANT).");
  const auto each = [](const calendar::PeriodRule& period) {
    const bool for_life = period == calendar::PeriodKind::kLifetime;
    return for_life ? std::string(" ever") : " a " + calendar::period_phrase(period);
  };
  if (badge.sent) {
    line("At most " + std::to_string(badge.sent->times) +
         (badge.sent->times == 1 ? " time" : " times") + each(badge.sent->period) + " each.");
  }
  const auto amount = [&](const GrantAmount& part) {
    const auto found = std::find_if(plan_.units.begin(), plan_.units.end(),
                                    [&](const Unit& other) { return other.name == part.unit; });
    return words_.amount(part.amount, static_cast<int>(found - plan_.units.begin()));
  };
  if (badge.burn) line("Who gives it pays " + amount(*badge.burn) + ", which are burnt.");
  if (badge.credit) {
    line("Who is given it gets " + amount(*badge.credit) +
         (badge.credit->from_granter     ? " from who gives it."
          : badge.credit->budget.empty() ? "."
                                         : " from budget " + badge.credit->budget +
                                               ", which has as much left, or it is not given."));
  }
  line(badge.given_in ? "An account is given it once" + each(*badge.given_in) + "."
                      : "An account may be given it many times.");
}

// From the bottom up.
void Explainer::ladder(const Table& table) {
  title("Ladder " + table.name);
  for (const std::string& each : words_.ladder(table)) line(each);
}

void Explainer::table(const Table& table) {
  if (!table.levels.empty()) return ladder(table);
  std::string keys;
  for (const Key& key : table.keys) {
    keys += (keys.empty() ? "" : " and ") + (key.name.empty() ? "a number" : key.name);
  }
  title("Table " + table.name + ", by " + keys);
  table_rows(table);
  for (const TableVersion& later : table.later) {
    line("From " + base::format_timestamp(later.from) + " on:");
    table_rows(plan_.tables[static_cast<size_t>(later.table)]);
  }
}

void Explainer::table_rows(const Table& table) {
  const auto show = [&](const Row& each) {
    std::string values;
    for (size_t c = 0; c < each.values.size(); ++c) {
      const Column& column = table.columns[c];
      values += (c > 0 ? ", " : "") + (column.name.empty() ? "" : column.name + " ") +
                (each.values[c] ? words_.number(*each.values[c], column.type) : "nothing");
    }
    line(words_.cells(table, each) + ": " + values);
  };
  for (size_t i = 0; i < table.rows.size() && i < kRowsShown; ++i) show(table.rows[i]);
  if (table.rows.size() > kRowsShown) {
    line("... and " + std::to_string(table.rows.size() - kRowsShown) + " more rows");
  }
  if (table.otherwise) {
    show(*table.otherwise);
  } else {
    line("Without a row there is no value, and what needs it does not apply.");
  }
}

void Explainer::measure(const Measure& measure) {
  if (measure.counted_in >= 0) return;  // the one that counts them says it
  title("Measure " + measure.name + ", for each " + words_.subject(measure.subject));
  for (const Flow& flow : measure.flows) {
    if (measure.is_distinct()) {
      line("counts how many values " + attribute(measure.distinct) + " has in " +
           events(flow.events) + ", up to " + std::to_string(measure.values_max));
      continue;
    }
    line((measure.is_picked() ? "keeps the " + std::string(pick_word(measure.pick)) + " "
                              : std::string(flow.less ? "takes away " : "adds ")) +
         (flow.value != nullptr ? words_.term(*flow.value) : "1") + " for " + events(flow.events));
  }
  if (measure.is_earned()) {
    std::string rules;
    for (const int rule : measure.earned_by) {
      rules += (rules.empty() ? "" : ", ") + plan_.rules[static_cast<size_t>(rule)].name;
    }
    line("adds what is credited in " + plan_.units[static_cast<size_t>(measure.type.unit)].name +
         " by: " + rules);
    line("takes away what they take back");
  }
  if (measure.is_told) {
    line("is what TARGET says " +
         std::string(measure.is_entered ? "is achieved" : "of the account") +
         "; 0 where nothing was said");
  }
  if (measure.is_carried) line("is what the period before has left over, which it opens with");
  if (measure.is_streak) line(words_.moved_by_closes(measure));
  if (measure.where != nullptr) line("where " + words_.condition(*measure.where));
  const bool is_said = measure.is_told || measure.is_carried || measure.subject.period.is_rolling();
  if (measure.subject.period != calendar::PeriodKind::kLifetime && !is_said) {
    line("Each " + calendar::period_phrase(measure.subject.period) +
         (measure.is_opened     ? " starts at what the one before has left over."
          : measure.is_picked() ? " starts again without one."
                                : " starts again at 0."));
  }
}

void Explainer::target(const Target& target) {
  const Measure& achieved = plan_.measures[static_cast<size_t>(target.measure)];
  title("Target " + target.name + ", for each " + words_.subject(achieved.subject));
  if (target.before != calendar::kTimeEternity) {
    line("It ends before " + base::format_timestamp(target.before) + ".");
  }
  line("What is achieved is " + std::string(target.is_average ? "the average of " : "") +
       achieved.name + (target.at_most ? "; the goal is at most " : "; the goal is ") +
       words_.term(*target.goal) + ".");
  if (target.at_most) line("Without a sample it is not reached.");
  if (target.carried >= 0) {
    line("What is above the goal when the " + calendar::period_phrase(achieved.subject.period) +
         " is closed, up to " + words_.number({target.most_carried, 1}, achieved.type) + ",");
    line("opens the next one, and is final.");
  }
  if (target.goal->kind == TermKind::kGoal && !target.is_told()) {
    line("Where that has no value, or 0, there is no goal, and nothing is reached.");
  }
  std::string bands;
  for (const Band& band : target.bands) {
    bands += (bands.empty() ? "It is shown as " : ", ") + band.name;
    bands += band.below == Band::kNoEnd ? " from there on."
                                        : " below " + std::to_string(band.below) + " %";
  }
  if (!bands.empty()) line(bands);
}

// ---- rules --------------------------------------------------------------------------------------

std::string Explainer::event(int index) const {
  const EventType& type = plan_.events[static_cast<size_t>(index)];
  return type.name + (type.when != nullptr ? " (" + words_.condition(*type.when) + ")" : "");
}

std::string Explainer::events(const std::vector<int>& all) const {
  if (all.empty()) return "what TARGET says";
  std::string text = "every ";
  for (size_t i = 0; i < all.size(); ++i) text += (i > 0 ? " or " : "") + event(all[i]);
  return text;
}

// One row of `by` a line.
void Explainer::rows_of(const Effect& effect, const std::string& deed) {
  const Term& amount = *effect.amount;
  const Table& table = plan_.tables[static_cast<size_t>(amount.index)];
  const size_t keys = table.keys.size();
  std::string by;
  for (size_t k = 0; k < keys; ++k) by += (k > 0 ? ", " : "") + words_.term(*amount.args[k]);
  line(deed + ", by " + by + ":");
  for (size_t i = keys; i < amount.args.size(); ++i) {
    const size_t index = i - keys;
    const Row& each = index < table.rows.size() ? table.rows[index] : *table.otherwise;
    row(words_.cells(table, each) + ": " +
        (amount.args[i] != nullptr ? words_.term(*amount.args[i]) : "nothing"));
  }
}

void Explainer::effect(const Rule& rule, const Effect& effect) {
  std::string deed = std::string(verb_phrase(effect.verb)) + " " + attribute(effect.payee);
  if (!rule.subject.is_event()) {
    deed = effect.verb == Verb::kCredit ? attribute(effect.payee) + " is owed in all"
                                        : attribute(effect.payee) + " owes in all";
  }
  const Unit& paid = unit(effect.unit);
  if (paid.badge) {
    deed = rule.subject.is_event() ? "gives " + attribute(effect.payee)
                                   : attribute(effect.payee) + " is to have";
  }
  deed += paid.badge ? " the " + paid.badge->word() + " " + paid.code : ", in " + paid.code;
  if (effect.when != nullptr) deed = "while " + words_.condition(*effect.when) + ", " + deed;
  if (effect.at_close) {
    deed = "when the " + calendar::period_phrase(rule.subject.period) + " is closed, " + deed;
  }
  if (paid.badge) {
    line(deed + paid.badge->shown());
  } else if (effect.amount->kind == TermKind::kChoose) {
    rows_of(effect, deed);
  } else {
    line(deed + ": " + words_.term(*effect.amount));
  }
  for (const Times& times : effect.times) {
    row("times " + words_.term(*times.factor) +
        (times.when != nullptr ? " if " + words_.condition(*times.when) : ""));
  }
  if (effect.adds_times) row("what these are above 1 is added up, and multiplies once");
  if (effect.at_most != nullptr) row("at most " + words_.term(*effect.at_most));
  row((paid.badge ? "" : std::string(rounding_words(effect.rounding)) + "; ") +
      "entries of the kind " + effect.kind);
  for (const Limit& each : effect.limits) limit(rule, effect, each);
  if (effect.budget < 0) return;
  row(words_.budget(effect.budget));
  if (!rule.subject.is_event()) row("where less is owed, no more than it granted is taken back");
}

void Explainer::limit(const Rule& rule, const Effect& effect, const Limit& limit) {
  const std::string most = limit.counts
                               ? std::to_string(limit.most) + (limit.most == 1 ? " time" : " times")
                               : words_.amount(limit.most, effect.unit);
  row("at most " + most + " for each " + words_.subject(limit.subject) +
      (limit.or_nothing ? ", and of what is above it nothing" : "") +
      (rule.subject.is_object() && limit.subject.period != calendar::PeriodKind::kLifetime
           ? ", of those that opened in it"
           : ""));
}

// In the order in which they are taken.
void Explainer::group(const Rule& rule) {
  if (rule.group < 0) return;
  const Group& group = plan_.groups[static_cast<size_t>(rule.group)];
  std::string others;
  for (const Rule* mate : rules_of(plan_, rule.group)) {
    others += (others.empty() ? "" : ", then ") + mate->name;
  }
  line("In group " + group.name + ": " + others + ".");
  switch (group.how) {
    case tree::Stacking::kBest:
      return line("Of those that ask for something, the one that asks for most is paid alone.");
    case tree::Stacking::kFirst:
      return line("The first that asks for something is paid alone.");
    case tree::Stacking::kAll:
      if (group.up_to) {
        return line("Together they are paid at most " + words_.amount(*group.up_to, group.unit) +
                    ", in this order.");
      }
      return line("All are paid.");
  }
  GUERDON_UNREACHABLE();
}

// What a rule was called, and when this version of it acts: of a plan alone the plan says it.
void Explainer::lineage(const Rule& rule) {
  std::string names;
  for (const std::string& name : rule.was) names += (names.empty() ? "" : ", ") + name;
  if (!names.empty()) line("It goes on from " + names + ".");
  if (plan_.versions.size() < 2) return;
  line("As version " + std::to_string(rule.version) + " says it.");
  // By the version of this day.
  const auto is_corrected = [&](calendar::TimeMs day) {
    return std::any_of(plan_.versions.begin(), plan_.versions.end(), [&](const PlanVersion& each) {
      return each.from == day &&
             std::binary_search(each.corrects.begin(), each.corrects.end(), rule.lineage);
    });
  };
  if (rule.since != calendar::kTimeBeginning) {
    line("It begins at " + base::format_timestamp(rule.since) +
         (is_corrected(rule.since) ? ", and corrects what was since then." : "."));
  }
  if (rule.before != calendar::kTimeEternity) {
    line("It ends before " + base::format_timestamp(rule.before) +
         (is_corrected(rule.before) ? ", and what it paid since then is corrected." : "."));
  }
}

void Explainer::window(const Rule& rule) {
  if (rule.from != calendar::kTimeBeginning) {
    line("From " + base::format_timestamp(rule.from) + ".");
  }
  if (rule.until != calendar::kTimeEternity) {
    line("Until before " + base::format_timestamp(rule.until) + ".");
  }
}

void Explainer::take_back(const Rule& rule) {
  if (rule.keeps) line("What was owed once stays: nothing is taken back.");
  if (!rule.take_back) return;
  const TakeBack& back = *rule.take_back;
  const bool in_proportion = back.way == tree::TakeBackWay::kInProportion;
  line("For " + events(back.events) + ", of what it paid for the same " +
       words_.subject(back.subject) + ", it takes back");
  line((in_proportion ? "the share that is returned, rounded down, "
                      : "at the rate paid, rounded down, ") +
       words_.term(*back.value) + " being what is returned.");
}

void Explainer::aftermath(const Rule& rule) {
  if (rule.subject.is_event()) {
    line(rule.take_back ? "Each event pays once."
                        : "Each event pays once. No later event takes it back.");
    return;
  }
  if (rule.subject.is_object()) {
    const std::string& object = attribute(rule.subject.object);
    line("Known of the " + object + " is what its events said last. Who has the role now is paid;");
    line(
        "who had it before is owed nothing. It opens when it is owed for first: that instant says");
    line("what is known of the account, and what its measures were.");
  }
  const auto closes = [](const Effect& effect) { return effect.at_close; };
  if (std::all_of(rule.effects.begin(), rule.effects.end(), closes)) {
    if (rule.subject.keys.empty()) {
      line("It is asked once, of all for whom something was ever counted, or said by TARGET, that");
      line("a rule for the end of such a period reads, also without events then, and again after");
    } else {
      line("It is asked once, for those of which something that it reads is not 0, be it what");
      line("TARGET said, and again after");
    }
    line(events(rule.events) + " that comes late for it, when the difference is posted;");
  } else {
    line("After " + events(rule.events) + " it is looked at again, and the difference is posted;");
    if (std::any_of(rule.effects.begin(), rule.effects.end(), closes)) {
      line("what is owed when the " + calendar::period_phrase(rule.subject.period) +
           " is closed waits until then;");
    }
  }
  const auto does = [&](Verb verb) {
    return std::any_of(rule.effects.begin(), rule.effects.end(),
                       [&](const Effect& effect) { return effect.verb == verb; });
  };
  if (!rule.keeps && does(Verb::kCredit)) line("what a credit takes back is a clawback.");
  if (does(Verb::kDebit)) line("what a debit took, and is owed no longer, is given back.");
  if (rule.subject.period != calendar::PeriodKind::kLifetime) {
    line("Each " + calendar::period_phrase(rule.subject.period) + " stands for itself.");
  }
}

void Explainer::facts(const Rule& rule) {
  const RuleFacts facts = facts_of(plan_, rule);
  std::string largest;
  for (size_t i = 0; i < rule.effects.size(); ++i) {
    largest += (i > 0 ? ", " : "") + words_.amount(facts.largest[i], rule.effects[i].unit);
  }
  std::string order = "Not order-sensitive.";
  if (!facts.order_because.empty()) {
    order = "Order-sensitive:";
    for (const std::string& because : facts.order_because) {
      order += (because == facts.order_because[0] ? " " : ", ") + because;
    }
    order += ".";
  }
  line("At most " + std::to_string(facts.entries_max) +
       (facts.entries_max == 1 ? " entry" : " entries") +
       (rule.counts ? " a period" : " an event") + ", of at most " + largest + ". Keeps " +
       std::to_string(facts.kept_bytes) + " bytes" +
       (rule.subject.is_event() ? "" : " for each " + words_.subject(rule.subject)) + ".");
  line("Layer " + std::to_string(facts.layer) + ". " + order);
}

namespace {

// `more`: the goal of kMore.
std::string ties_in_words(tree::Ties ties, const std::string& more) {
  switch (ties) {
    case tree::Ties::kShare:
      return "Of equal scores each wins what the best of their ranks wins.";
    case tree::Ties::kSplit:
      return "Equal scores divide what their ranks win; what is left over goes by their names.";
    case tree::Ties::kEarliest:
      return "Of equal scores the one that was changed last at an earlier time comes first.";
    case tree::Ties::kMore:
      return "Of equal scores the one with more of " + more + " comes first, then by their names.";
    case tree::Ties::kId:
      return "Equal scores go by their names.";
  }
  GUERDON_UNREACHABLE();
}

}  // namespace

void Explainer::goal_of(const ChallengeGoal& goal) {
  const Measure& measure = plan_.measures[static_cast<size_t>(goal.measure)];
  row(measure.name + " at least " + words_.number({goal.least, 1}, measure.type) +
      (goal.weight == 1 ? "" : ", " + std::to_string(goal.weight) + " times") +
      (goal.up_to == 0 ? "" : "; no more than " + std::to_string(goal.up_to) + " % of it count"));
}

void Explainer::prizes(const Rule& rule, const Challenge& challenge, bool even_if_not_succeeded) {
  for (const Prize& prize : challenge.prizes) {
    if (prize.even_if_not_succeeded != even_if_not_succeeded) continue;
    const Effect& effect = rule.effects[static_cast<size_t>(prize.effect)];
    const std::string what = words_.term(*effect.amount) + "; an entry of the kind " + effect.kind;
    const bool is_one = prize.first == prize.last;
    if (prize.kind == PrizeKind::kEveryone) {
      row("each of them wins " + what);
    } else if (prize.kind == PrizeKind::kShare) {
      row("all of them divide " + what);
      row("  each gets the part that its score is of all their scores, rounded down; what is left");
      row("  over goes one by one to the first of them");
    } else {
      row((is_one ? "rank " : "each of the ranks ") + std::to_string(prize.first) +
          (is_one ? "" : " to " + std::to_string(prize.last)) + " wins " + what);
    }
  }
}

// Who answers for it, and the least score.
void Explainer::terms_of(const Rule& rule, const Challenge& challenge) {
  if (rule.when != nullptr) {
    const std::string period = calendar::period_phrase(rule.subject.period);
    line("Those take part of whom it is known, " +
         std::string(challenge.joiners ? "" : "when the " + period + " begins and ") + "when the " +
         period + " ends: " + words_.condition(*rule.when) + "." +
         (challenge.prorated ? " Goals are in proportion to the days left." : ""));
  }
  if (!challenge.responsible.empty()) line("Who answers for it: " + challenge.responsible + ".");
  if (challenge.enough == 0) return;
  const Type points = {TypeKind::kCount, -1};
  const Type& type = challenge.goals.empty()
                         ? plan_.measures[static_cast<size_t>(challenge.measure)].type
                         : points;
  line("Who has less than " + words_.number({challenge.enough, 1}, type) +
       (challenge.goals.empty() ? "" : " points") + " wins nothing, and stands in nobody's way.");
}

// What ranks win, of a rule that no event runs.
void Explainer::challenge(const Rule& rule) {
  const auto one = std::find_if(plan_.challenges.begin(), plan_.challenges.end(),
                                [&](const Challenge& each) { return each.name == rule.name; });
  GUERDON_ASSERT(one != plan_.challenges.end());
  title("Challenge " + rule.name + ", for each " + words_.subject(rule.subject));
  lineage(rule);
  terms_of(rule, *one);
  const std::string period = calendar::period_phrase(rule.subject.period);
  if (one->goals.empty()) {
    line("When a " + period + " is closed, all whose " +
         plan_.measures[static_cast<size_t>(one->measure)].name + " is above 0 are ranked:");
  } else {
    line("Its score is points: 10,000 for each goal, in proportion for less and for more.");
    for (const ChallengeGoal& goal : one->goals) goal_of(goal);
  }
  const auto is_even = [](const Prize& each) { return each.even_if_not_succeeded; };
  if (!one->goals.empty() && !std::all_of(one->prizes.begin(), one->prizes.end(), is_even)) {
    line("When a " + period + " is closed, those who have reached " +
         (one->goals.size() == 1 ? "it" : "all of them") + " are ranked by their points:");
  }
  prizes(rule, *one, false);
  if (std::any_of(one->prizes.begin(), one->prizes.end(), is_even)) {
    line("When a " + period + " is closed, all who have points are ranked, succeeded or not:");
  }
  prizes(rule, *one, true);
  if (one->rolls_over) {
    line("Where nobody is ranked, what ranks win and what is divided is won once more in the next");
    line("  " + period + " in which somebody is.");
  }
  line(ties_in_words(one->ties,
                     one->more < 0 ? "" : one->goals[static_cast<size_t>(one->more)].name));
  line("Ranks are shown as " + std::string(tree::ranks_word(one->ranks)) + ".");
  line("Then scores and prizes are final: what comes later changes neither.");
}

// What is paid for so many periods running, of a rule that no event runs.
void Explainer::streak(const Rule& rule) {
  const Counting& counts = *rule.counts;
  const std::string period = calendar::period_phrase(rule.subject.period);
  const std::string least = std::to_string(counts.least);
  title("Streak " + rule.name + ", for each " +
        words_.subject(plan_.measures[static_cast<size_t>(counts.measure)].subject));
  words_.speak_of(rule);
  lineage(rule);
  window(rule);
  line("When a " + period + " is closed in which target " + counts.target + " was reached, it is");
  line("one more running; where it was missed, 0. One without a goal changes nothing.");
  line(counts.repeats ? "It pays at " + least + " running, and at each multiple of that:"
                      : "It pays when " + least + " are running, once in a run:");
  std::string when;
  for (size_t i = 2; i < rule.when->args.size(); ++i) {  // behind what is counted
    when += (when.empty() ? "" : " and ") + words_.condition(*rule.when->args[i]);
  }
  if (!when.empty()) line("but only if " + when + ":");
  for (const Effect& each : rule.effects) effect(rule, each);
  line("Then both are final: what comes late for a closed period changes neither.");
  for (const std::string& step : words_.steps(rule)) line(step);
  facts(rule);
}

void Explainer::rule(const Rule& rule) {
  if (rule.is_settled) return challenge(rule);
  if (rule.counts && !rule.counts->is_streak()) return;  // the target or the ladder says it
  if (rule.counts) return streak(rule);
  title("Rule " + rule.name);
  words_.speak_of(rule);
  const std::string when = rule.when != nullptr ? words_.condition(*rule.when) : "";
  if (rule.subject.is_event()) {
    line("For " + events(rule.events) + (when.empty() ? "" : ", if " + when) + ":");
  } else {
    line("For each " + words_.subject(rule.subject) +
         (when.empty() ? "" : ", while " + when + " (else nothing)") + ":");
  }
  lineage(rule);
  window(rule);
  for (const Effect& each : rule.effects) effect(rule, each);
  group(rule);
  aftermath(rule);
  take_back(rule);
  for (const std::string& step : words_.steps(rule)) line(step);
  facts(rule);
}

// ---- the shop -----------------------------------------------------------------------------------

void Explainer::item(const Item& item) {
  title("Item " + item.name + (item.title.empty() ? "" : ", " + item.title));
  line("Costs " + words_.amount(item.price, item.price_unit) + ".");
  if (item.gives > 0) line("Gives " + words_.amount(item.gives, item.gives_unit) + ".");
  line(item.stock ? "There are " + std::to_string(*item.stock) + " to begin with."
                  : "It never runs out.");
  for (const ItemLimit& limit : item.limits) {
    const bool for_life = limit.period == calendar::PeriodKind::kLifetime;
    line("At most " + std::to_string(limit.times) + " for an account" +
         (for_life ? "." : " a " + calendar::period_phrase(limit.period) + "."));
  }
  if (item.from != calendar::kTimeBeginning) {
    line("From " + base::format_timestamp(item.from) + ".");
  }
  if (item.until != calendar::kTimeEternity) {
    line("Until before " + base::format_timestamp(item.until) + ".");
  }
  if (item.when) line(capital(words_.condition(*item.when)) + ".");
}

void Explainer::exchange(const Exchange& exchange) {
  title("Exchange of " + unit(exchange.from_unit).code + " to " + unit(exchange.to_unit).code);
  if (exchange.from_file) line("Its rates come by command, each for its time.");
  for (const RateFrom& rate : exchange.rates) {
    // Minor units for one minor unit, as so many of the one for so many of the other.
    line(words_.amount(rate.rate.num, exchange.to_unit) + " for " +
         words_.amount(rate.rate.den, exchange.from_unit) +
         (rate.from == calendar::kTimeBeginning ? ""
                                                : ", from " + base::format_timestamp(rate.from)) +
         ".");
  }
  if (exchange.spread.num > 0) {
    line("Of what is got, " + words_.number(exchange.spread, {TypeKind::kRatio, -1}) + " is kept.");
  }
  if (exchange.stale) {
    line("The last rate is taken for " + calendar::duration_text(*exchange.stale) +
         " after its time.");
  }
  if (exchange.show_only) line("Balances are shown in it; nothing is exchanged.");
}

std::string Explainer::text() {
  header();
  for (size_t i = 0; i < plan_.wallets.size(); ++i) {
    plan_.units[i].badge ? badge(plan_.units[i]) : wallet(i);
  }
  std::set<int> versions;  // shown with their table
  for (const Table& each : plan_.tables) {
    for (const TableVersion& later : each.later) versions.insert(later.table);
  }
  for (size_t i = 0; i < plan_.tables.size(); ++i) {
    const Table& each = plan_.tables[i];
    if (!each.name.empty() && !versions.contains(static_cast<int>(i))) table(each);
  }
  for (const Measure& each : plan_.measures) measure(each);
  for (const Target& each : plan_.targets) {
    if (!each.is_entry) target(each);
  }
  for (const Rule& each : plan_.rules) rule(each);
  for (const Item& each : plan_.items) item(each);
  for (const Exchange& each : plan_.exchanges) exchange(each);
  return std::move(text_);
}

}  // namespace

std::string explain(const Plan& plan) { return Explainer(plan).text(); }

}  // namespace guerdon::plan
