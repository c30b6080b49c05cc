#include "engine/plan/check_effects.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/money/decimal.h"
#include "engine/plan/bounds.h"
#include "engine/plan/check_tables.h"

namespace guerdon::plan {
namespace {

bool is_kind(std::string_view kind) {
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  return !kind.empty() && kind.size() <= kKindBytesMax && is_lower(kind.front()) &&
         std::all_of(kind.begin(), kind.end(),
                     [&](char c) { return is_lower(c) || (c >= '0' && c <= '9') || c == '_'; });
}

// "credited", and so on, of the account.
std::string_view participle(Verb verb) {
  switch (verb) {
    case Verb::kCredit:
      return "credited";
    case Verb::kDebit:
      return "debited";
    case Verb::kBurn:
      return "burnt from";
  }
  GUERDON_UNREACHABLE();
}

// The kind of its entries unless the plan names another.
std::string_view default_kind(Verb verb) {
  switch (verb) {
    case Verb::kCredit:
      return "earn";
    case Verb::kDebit:
      return "penalty";
    case Verb::kBurn:
      return "burn";
  }
  GUERDON_UNREACHABLE();
}

class EffectCheck {
 public:
  // `part` of a split; else 0. `above`: an attribute that stands above who is named, and `amount`
  // is what it gets; else below 0.
  EffectCheck(Checking& checking, const tree::Effect& written, size_t part, const Rule& rule,
              const Scope& scope, const Scope& amounts, int above = -1,
              const tree::Expr* amount = nullptr)
      : checking_(checking),
        written_(written),
        part_(part),
        rule_(rule),
        scope_(scope),
        typer_(checking, amounts),
        above_(above),
        amount_(amount != nullptr ? amount : written.amount.get()) {}

  bool check(const tree::Rule& written_rule);
  Effect take() { return std::move(effect_); }

 private:
  std::string verb() const { return std::string(tree::verb_word(written_.verb)); }
  bool check_verb();
  bool check_payee();
  bool check_payee_above();
  bool check_amount();
  bool check_plain_amount();
  bool check_grant();
  bool check_parts();
  bool check_choice();
  bool check_line();
  bool check_by();
  bool add_values(Term& choose);
  bool type_keys(std::vector<Typed>& keys, bool may_be_average = true);
  bool refuse_without_unit(const Typed& amount);
  bool check_times();
  bool check_factor(const tree::Times& written);
  bool check_at_most();
  bool check_kind();
  bool check_milestone();

  Checking& checking_;
  const tree::Effect& written_;
  const size_t part_;
  const Rule& rule_;
  const Scope& scope_;
  Typer typer_;
  const int above_;
  const tree::Expr* const amount_;
  Effect effect_;
};

// The word that begins the line.
Span verb_span(const tree::Effect& written) {
  const auto size = static_cast<uint32_t>(tree::verb_word(written.verb).size());
  return {written.span.begin, written.span.begin + size};
}

bool EffectCheck::check_verb() {
  if (written_.verb == Verb::kDebit && !checking_.penalties) {
    checking_.report(kPenaltiesOff, verb_span(written_), "this plan has not switched penalties on",
                     "add `penalties on` under `plan " + checking_.plan.name +
                         "`, if you really want to take from people");
    return false;
  }
  if (written_.verb == Verb::kBurn && !rule_.subject.is_event()) {
    checking_.report(kBadTrigger, verb_span(written_),
                     "a rule with `per` says what is owed at any time, and what is burnt is gone",
                     "burn at an event, in a rule with `on`; a `debit` can be owed");
    return false;
  }
  return true;
}

// Who stands above, or each of those for whom the rule is kept.
bool EffectCheck::check_payee_above() {
  effect_.payee = above_;
  if (above_ < 0) return false;  // told
  if (scope_.reader != Reader::kEntitlement || above_ == rule_.subject.owner) return true;
  checking_.report(kWrongPayee, written_.span,
                   "this rule is kept per " + checking_.attribute_at(rule_.subject.owner).name +
                       ", and pays who stands above",
                   "pay those above at an event or per object; or keep it `per manager above "
                   "seller per month`");
  return false;
}

bool EffectCheck::check_payee() {
  const tree::Name& who = written_.is_split ? written_.parts[part_].who : written_.who;
  const bool is_above =
      written_.is_split ? written_.parts[part_].above.has_value() : written_.above.has_value();
  if (is_above || above_ >= 0) return check_payee_above();
  const int index = checking_.attribute(who.text);
  const bool visible = index >= 0 && (scope_.reader == Reader::kEntitlement ||
                                      scope_.visible.test(static_cast<size_t>(index)));
  const bool is_told =
      checking_.broken_attributes.contains(who.text) || checking_.is_broken_object(rule_.subject);
  if (!visible && is_told) return false;
  if (!visible) {
    std::vector<std::string> known;
    for (size_t i = 0; i < checking_.plan.attributes.size() && checking_.wants_advice(); ++i) {
      const Attribute& other = checking_.plan.attributes[i];
      if (other.type.kind == TypeKind::kAccount) known.push_back(other.name);
    }
    checking_.report(
        kUnknownName, who.span, backquoted(who.text) + " is not an account known here",
        did_you_mean(who.text, known,
                     "name an attribute of type account that the events of the rule have"));
    return false;
  }
  if (checking_.attribute_at(index).type.kind != TypeKind::kAccount) {
    checking_.report(kWrongKind, who.span,
                     "only an account can be " + std::string(participle(written_.verb)) + ", and " +
                         backquoted(who.text) + " is none",
                     "name an attribute of type account");
    return false;
  }
  if (scope_.reader == Reader::kEntitlement && index != rule_.subject.owner) {
    checking_.report(kWrongPayee, who.span,
                     "this rule is kept per " + checking_.attribute_at(rule_.subject.owner).name +
                         " and " + verb() + "s " + who.text,
                     "a rule with `per` " + verb() + "s the account that it is kept for");
    return false;
  }
  effect_.payee = index;
  return true;
}

// The unit chooses the wallet; nothing is guessed.
bool EffectCheck::refuse_without_unit(const Typed& amount) {
  const std::string number(checking_.source.slice(amount.span));
  std::string advice = "declare a unit: `unit points, 0 decimals`";
  const std::vector<std::string> units = checking_.unit_names();
  if (!units.empty()) {
    if (amount.term->kind == TermKind::kNumber && amount.bare) {
      advice = "write `" + number + " " + units[0] + "`";
      if (units.size() > 1) advice += " or `" + number + " " + units[1] + "`";
    } else if (amount.type().kind == TypeKind::kCount) {
      advice = "write what each is worth: `1 " + units[0] + " * ...`";
    } else if (amount.type().kind == TypeKind::kRatio) {
      advice = "write of what it is taken: `" + number + " of ...`";
    } else {
      advice = verb() + " an amount, such as `1 " + units[0] + "`";
    }
    advice += ": the unit chooses the wallet";
  }
  checking_.report(kNoUnit, amount.span, "this " + verb() + " has no unit", advice);
  return false;
}

bool EffectCheck::check_plain_amount() {
  Typed amount = typer_.value(*amount_);
  if (!amount) return false;
  if (amount.bare || amount.type().kind != TypeKind::kAmount) return refuse_without_unit(amount);
  effect_.amount = std::move(amount.term);
  return true;
}

bool EffectCheck::type_keys(std::vector<Typed>& keys, bool may_be_average) {
  bool sound = true;
  for (const tree::ExprPtr& key : written_.keys) {
    keys.push_back(may_be_average ? typer_.asked_with(*key) : typer_.value(*key));
    sound = sound && keys.back();
  }
  return sound;
}

bool EffectCheck::check_parts() {
  std::vector<Typed> basis_and_top;
  if (!type_keys(basis_and_top, false)) return false;
  std::vector<Typed> keys;
  keys.push_back(std::move(basis_and_top[0]));
  const int table =
      add_inline_table(checking_, written_.rows, InlineValues::kFixed, keys, written_.span);
  if (table < 0) return false;
  basis_and_top[0] = std::move(keys[0]);
  Typed amount;
  amount.span = written_.span;
  amount.term = typer_.each_part(table, 0, written_.span, std::move(basis_and_top));
  if (!amount) return false;
  if (amount.type().kind != TypeKind::kAmount) return refuse_without_unit(amount);
  effect_.amount = std::move(amount.term);
  return true;
}

// One term a row, all amounts of one unit.
bool EffectCheck::add_values(Term& choose) {
  std::vector<Typed> values;
  bool sound = true;
  for (const tree::Row& row : written_.rows) {
    if (row.values.size() != 1) {
      checking_.report(kTableShape, row.span, "a row below `by` has one value");
      return false;
    }
    if (row.values[0] == nullptr) continue;
    values.push_back(typer_.value(*row.values[0]));
    sound = sound && values.back();
  }
  if (!sound) return false;
  if (values.empty()) {
    checking_.report(kValuesDiffer, written_.span, "every row says `none`, so this pays nothing",
                     "write an amount in one of them");
    return false;
  }
  size_t first = 0;
  size_t other = 0;
  const Fit fit = typer_.unify(values, &first, &other);
  if (fit == Fit::kTold) return false;
  for (const Typed& value : values) {
    if (value.bare || value.type().kind != TypeKind::kAmount) return refuse_without_unit(value);
  }
  if (fit == Fit::kDiffers) {
    checking_.report(kValuesDiffer, values[other].span,
                     checking_.quoted(values[other].span) + " is " +
                         checking_.type_phrase(values[other].type()) + ", the value in line " +
                         std::to_string(checking_.line_of(values[first].span)) + " " +
                         checking_.type_phrase(values[first].type()),
                     "one " + verb() + " has one wallet; write two " + verb() + "s");
    return false;
  }
  choose.type = values[0].type();
  size_t next = 0;
  for (const tree::Row& row : written_.rows) {
    choose.args.push_back(row.values[0] == nullptr ? nullptr : std::move(values[next++].term));
  }
  return true;
}

bool EffectCheck::check_choice() {
  std::vector<Typed> keys;
  if (!type_keys(keys)) return false;
  const int table =
      add_inline_table(checking_, written_.rows, InlineValues::kRowNumbers, keys, written_.span);
  if (table < 0 || !typer_.check_keys(table, written_.span, keys)) return false;
  checking_.table_state(table).must_fit = true;
  TermPtr choose = make_term(TermKind::kChoose, kCountType, written_.span);
  choose->index = table;
  for (Typed& key : keys) choose->args.push_back(std::move(key.term));
  if (!add_values(*choose)) return false;
  if (scope_.target >= 0 &&
      checking_.targets[static_cast<size_t>(scope_.target)].written->highest) {
    checking_.table(table).is_milestones = true;
    if (!check_highest(checking_, scope_.target, *choose)) return false;
  }
  effect_.amount = std::move(choose);
  return true;
}

// `by amount, interpolated`: a nameless table of fixed values that is looked up.
bool EffectCheck::check_line() {
  std::vector<Typed> keys;
  if (!type_keys(keys)) return false;
  const int table =
      add_inline_table(checking_, written_.rows, InlineValues::kInterpolated, keys, written_.span);
  if (table < 0 || !typer_.check_keys(table, written_.span, keys)) return false;
  checking_.table_state(table).must_fit = true;
  Typed amount;
  amount.span = written_.span;
  amount.term = make_term(TermKind::kLookup, checking_.table(table).columns[0].type, written_.span);
  amount.term->index = table;
  for (Typed& key : keys) amount.term->args.push_back(std::move(key.term));
  if (amount.type().kind != TypeKind::kAmount) return refuse_without_unit(amount);
  effect_.amount = std::move(amount.term);
  return true;
}

bool EffectCheck::check_by() {
  if (written_.each_part) return check_parts();
  return written_.is_interpolated ? check_line() : check_choice();
}

// One of the badge.
bool EffectCheck::check_grant() {
  const int unit = check_granted(checking_, written_);
  if (unit < 0) return false;
  effect_.amount = make_term(TermKind::kNumber, {TypeKind::kAmount, unit}, written_.badge.span);
  effect_.amount->value = {1, 1};
  return true;
}

bool EffectCheck::check_amount() {
  const bool sound = written_.is_grant ? check_grant()
                     : written_.by     ? check_by()
                                       : check_plain_amount();
  if (!sound) return false;
  GUERDON_ASSERT(effect_.amount->type.kind == TypeKind::kAmount);
  effect_.unit = effect_.amount->type.unit;
  const Unit& unit = checking_.unit(effect_.unit);
  if (written_.is_grant || !unit.badge) return true;
  checking_.report(kBadBadge, written_.span,
                   backquoted(unit.name) + " is a badge, which is granted",
                   "write `grant " + unit.name + " to " + written_.who.text + "`");
  return false;
}

bool EffectCheck::check_factor(const tree::Times& written) {
  Times times;
  times.span = written.span;
  Typed factor = typer_.number(*written.factor);
  if (!factor) return false;
  const TypeKind kind = factor.type().kind;
  if (kind != TypeKind::kRatio && kind != TypeKind::kCount) {
    checking_.report(
        kTypesDiffer, factor.span,
        checking_.quoted(factor.span) + " is " + checking_.type_phrase(factor.type()) +
            ", and what multiplies is a number: a ratio or a count",
        "write `times 2` or `times 3/2`; amounts are added by a `" + verb() + "` of their own");
    return false;
  }
  const std::optional<Bound> bound = bound_of(checking_.plan, *factor.term);
  if (bound && bound->low < 0) {
    checking_.report(
        kOutOfRange, factor.span,
        "a multiplier is not below 0, and this can be: " + checking_.quoted(factor.span),
        "keep it within `max(0, ...)`");
    return false;
  }
  times.factor = std::move(factor.term);
  if (written.when != nullptr) {
    times.when = typer_.condition(*written.when);
    if (times.when == nullptr) return false;
  }
  effect_.times.push_back(std::move(times));
  return true;
}

bool EffectCheck::check_times() {
  effect_.adds_times = written_.adds_times.value_or(false);
  if (written_.times.empty() && written_.adds_times) {
    checking_.report(kAtOdds, verb_span(written_), "nothing multiplies what this " + verb() + "s",
                     "write `times 2 when ...` below it, or leave out `multipliers`");
    return false;
  }
  if (written_.times.size() > kTimesPerEffectMax) {
    checking_.report(
        kTooMany, written_.times.back().span,
        "a " + verb() + " has at most " + std::to_string(kTimesPerEffectMax) + " multipliers",
        "let a table have what several of them say: `times factor for level`");
    return false;
  }
  bool sound = true;
  for (const tree::Times& each : written_.times) sound = check_factor(each) && sound;
  return sound;
}

bool EffectCheck::check_at_most() {
  if (written_.at_most == nullptr) return true;
  Typed cap = typer_.value(*written_.at_most);
  if (!cap) return false;
  const Type want = effect_.amount->type;
  const Fit fit = typer_.settle(cap, want);
  if (fit == Fit::kTold) return false;
  if (fit == Fit::kDiffers) {
    checking_.report(kTypesDiffer, cap.span,
                     checking_.quoted(cap.span) + " is " + checking_.type_phrase(cap.type()) +
                         ", and what it caps " + checking_.type_phrase(want),
                     "write the cap in " + checking_.unit(want.unit).name);
    return false;
  }
  effect_.at_most = std::move(cap.term);
  return true;
}

bool EffectCheck::check_kind() {
  const bool is_override =
      written_.above && written_.above->is_each && written_.verb == Verb::kCredit;
  effect_.kind = written_.is_notice  ? "notice"
                 : written_.is_grant ? "grant"
                 : is_override       ? "override"
                                     : default_kind(written_.verb);
  if (!written_.kind) return true;
  // By the last two a correction of what was paid at a close is told from that.
  const std::string& text = written_.kind->text;
  const bool is_reserved = text == "clawback" || text == "expire" || text == "expiring" ||
                           text == "timeout" || text == "notice" ||
                           (effect_.at_close && (text == "correct" || text == "reverse"));
  if (is_kind(text) && !is_reserved) {
    effect_.kind = text;
    return true;
  }
  checking_.report(kBadOutsideName, written_.kind->span,
                   backquoted(text) + (is_reserved ? " is what the engine calls an entry of its own"
                                                   : " cannot be a kind of entry"),
                   "a kind is a word of small letters, digits and `_`, at most " +
                       std::to_string(kKindBytesMax) + " of them, such as `bonus`");
  return false;
}

// REQUIRES: check_milestones().
bool EffectCheck::check_milestone() {
  if (written_.at_level) {
    // Its rule is called as the ladder is, or that and `.notices`.
    const int ladder = checking_.binding(rule_.name.substr(0, rule_.name.find('.')))->index;
    effect_.when = typer_.reached(ladder, *written_.at_level);
    return effect_.when != nullptr;
  }
  if (!written_.at) return true;
  effect_.when = typer_.reached(whole_percent(*written_.at), written_.at->span);
  return effect_.when != nullptr;
}

bool EffectCheck::check(const tree::Rule& written_rule) {
  effect_.verb = written_.verb;
  effect_.at_close = written_.at_close || written_rule.on_close;
  effect_.span = written_.span;
  effect_.rounding =
      written_.rounding ? *written_.rounding : written_rule.rounding.value_or(checking_.rounding);
  const bool verb = check_verb();
  const bool payee = check_payee();
  const bool kind = check_kind();
  if (!check_milestone() || !check_amount() || !check_times() || !check_at_most() || !verb ||
      !payee || !kind || !join_budget(checking_, written_, written_rule, rule_, effect_)) {
    return false;
  }
  if (written_.is_split) return share_out(checking_, written_, part_, scope_, effect_);
  if (written_.is_notice) return true;
  if (written_.is_grant) return limit_grant(checking_, written_, written_rule, rule_, effect_);
  return check_limits(checking_, written_, rule_, scope_, effect_);
}

}  // namespace

const Term* dated_in(const Plan& plan, const Term& term) {
  const bool asks_table = term.kind == TermKind::kLookup || term.kind == TermKind::kChoose ||
                          term.kind == TermKind::kEachPart || term.kind == TermKind::kInTable;
  const bool is_dated = term.kind == TermKind::kDated ||
                        (asks_table && !plan.tables[static_cast<size_t>(term.index)].later.empty());
  if (is_dated) return &term;
  for (const TermPtr& arg : term.args) {
    const Term* const found = arg == nullptr ? nullptr : dated_in(plan, *arg);
    if (found != nullptr) return found;
  }
  return nullptr;
}

namespace {

// The relation by which the rule's owner stands above; empty: he does not.
std::string_view owner_word(const Checking& checking, const Rule& rule) {
  if (rule.subject.owner < 0) return {};
  const int climb = checking.attribute_at(rule.subject.owner).climb;
  if (climb < 0) return {};
  const int relation = checking.plan.climbs[static_cast<size_t>(climb)].relation;
  return checking.plan.relations[static_cast<size_t>(relation)].name;
}

// One effect for each level. While it is checked, the relation's name stands for who is paid.
bool check_levels(Checking& checking, const tree::Effect& written, const tree::Rule& written_rule,
                  const Rule& rule, const Scope& scope, const Scope& amounts,
                  std::vector<Effect>& effects) {
  const tree::Above& above = *written.above;
  const std::vector<int64_t> levels = levels_of(checking, written);
  if (levels.empty()) return false;
  if (levels.size() > 1 && !written.limits.empty()) {
    checking.report(kNotInThisVersion, written.limits.front().span,
                    "a limit over more than one event is for one account, and several are paid",
                    "`at most` without `per` caps what each gets; or credit each level by itself");
    return false;
  }
  bool sound = true;
  for (size_t i = 0; i < levels.size(); ++i) {
    Scope own = amounts;
    own.above = check_above(checking, written.who, above, levels[i], rule, scope.visible);
    if (own.above < 0) return false;
    own.above_word = above.relation.text;
    checking.paid_above = own.above;
    checking.paid_above_word = own.above_word;
    const tree::Expr* const amount = above.rows.empty() ? nullptr : above.rows[i].amount.get();
    EffectCheck check(checking, written, 0, rule, scope, own, own.above, amount);
    sound = check.check(written_rule) && sound;
    checking.paid_above = -1;
    if (!sound) continue;
    effects.push_back(check.take());
    if (above.is_differential) {
      sound = less_below(checking, written, i, written_rule, own, effects.back());
    }
  }
  return sound;
}

}  // namespace

bool check_effect(Checking& checking, const tree::Effect& written, const tree::Rule& written_rule,
                  const Rule& rule, const Scope& scope, const Scope& amounts,
                  std::vector<Effect>& effects) {
  if (written.is_split && !check_parts_of(checking, written)) return false;
  if (written.above) {
    return check_levels(checking, written, written_rule, rule, scope, amounts, effects);
  }
  const bool is_owner = !written.is_split && checking.attribute(written.who.text) < 0 &&
                        owner_word(checking, rule) == written.who.text;
  bool sound = true;
  for (size_t part = 0; part < std::max<size_t>(written.parts.size(), 1); ++part) {
    int above = is_owner ? rule.subject.owner : -1;
    if (written.is_split && written.parts[part].above) {
      const tree::Part& whose = written.parts[part];
      above =
          check_above(checking, whose.who, *whose.above, whose.above->level, rule, scope.visible);
    }
    EffectCheck check(checking, written, part, rule, scope, amounts, above);
    sound = check.check(written_rule) && sound;
    if (sound) effects.push_back(check.take());
  }
  return sound;
}

}  // namespace guerdon::plan
