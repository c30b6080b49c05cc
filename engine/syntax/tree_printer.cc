#include "engine/syntax/tree_printer.h"

#include <array>
#include <optional>

#include "engine/base/assert.h"
#include "engine/base/civil.h"

namespace guerdon::plan {

namespace {

using tree::Alias;
using tree::AttributeLine;
using tree::Cell;
using tree::CellKind;
using tree::Declaration;
using tree::Effect;
using tree::Event;
using tree::Exchange;
using tree::ExchangeLine;
using tree::ExchangeLineKind;
using tree::Expr;
using tree::ExprKind;
using tree::ExprPtr;
using tree::Flow;
using tree::Holder;
using tree::Item;
using tree::ItemLine;
using tree::ItemLineKind;
using tree::Let;
using tree::List;
using tree::Measure;
using tree::Moment;
using tree::Name;
using tree::Number;
using tree::NumberSuffix;
using tree::Param;
using tree::PeriodWord;
using tree::PlanHeader;
using tree::Row;
using tree::Rule;
using tree::Setting;
using tree::SettingKind;
using tree::Subject;
using tree::Table;
using tree::TakeBack;
using tree::Unit;
using tree::Wallet;
using tree::WalletLine;
using tree::WalletLineKind;

std::string print_maybe(const ExprPtr& expr) { return expr == nullptr ? "?" : print_expr(*expr); }

std::string print_rounding(money::Rounding rounding) {
  switch (rounding) {
    case money::Rounding::kDown:
      return "down";
    case money::Rounding::kUp:
      return "up";
    case money::Rounding::kHalfUp:
      return "half-up";
    case money::Rounding::kHalfEven:
      return "half-even";
  }
  GUERDON_UNREACHABLE();
}

std::string print_names(std::string_view head, const std::vector<Name>& names) {
  std::string out = "(" + std::string(head);
  for (const Name& name : names) out += " " + name.text;
  return out + ")";
}

std::string print_date(const std::optional<tree::Date>& date);

std::string print_subject(const Subject& subject) {
  if (subject.is_event()) return "";
  std::string out = print_names("per", subject.names);
  if (subject.above) {
    const tree::AboveSubject& above = *subject.above;
    const std::string up_to = above.up_to > 0 ? " up-to " + std::to_string(above.up_to) : "";
    out.insert(out.size() - 1,
               " (" + above.relation.text + " above " + above.who.text + up_to + ")");
  }
  if (subject.period == PeriodWord::kNone) return " " + out;
  out.pop_back();
  const std::string period(tree::period_word(subject.period));
  if (subject.last > 0) {
    return " " + out + " (last " + std::to_string(subject.last) + " " + period + "))";
  }
  if (!subject.from) return " " + out + " " + period + ")";
  return " " + out + " (" + std::to_string(subject.count) + " " + period + " from " +
         print_date(subject.from) + "))";
}

std::string print_aliases(const std::vector<Alias>& aliases) {
  std::string out = "(";
  for (const Alias& alias : aliases) {
    if (out.size() > 1) out += " ";
    out += alias.name.text;
    if (alias.wire) out += " as " + quote(*alias.wire);
  }
  return out + ")";
}

// Lines with the nesting in their indentation; a line's closing bracket follows its last child.
class Printer {
 public:
  void open(const std::string& text) {
    if (!out_.empty()) out_ += "\n";
    out_.append(depth_ * 2, ' ').append("(").append(text);
    ++depth_;
  }
  void close() {
    GUERDON_ASSERT(depth_ > 0);
    --depth_;
    out_ += ")";
  }
  void line(const std::string& text) {
    open(text);
    close();
  }
  std::string take() { return out_.empty() ? out_ : out_ + "\n"; }

  void print(const PlanHeader& plan);
  void print(const Param& param) {
    std::string words = "param " + param.name.text + " " + print_maybe(param.value);
    for (const tree::DatedValue& later : param.later) {
      words += " (from " + print_date(later.from) + " " + print_maybe(later.value) + ")";
    }
    line(words);
  }
  void print(const Unit& unit);
  void print(const Event& event);
  void print(const Holder& holder);
  void print(const tree::Relation& relation) { line("relation " + print_aliases({relation.name})); }
  void print(const List& list);
  void print(const Let& let) { line("let " + let.name.text + " " + print_maybe(let.value)); }
  void print(const Table& table);
  void print(const Measure& measure);
  void print(const Rule& rule);
  void print(const Wallet& wallet);
  void print(const Item& item);
  void print(const Exchange& exchange);
  void print(const tree::Group& group);
  void print(const tree::Budget& budget);
  void print(const tree::Target& target);
  void print(const tree::Challenge& challenge);
  void print(const tree::Ladder& ladder);
  void print(const tree::Streak& streak);
  void print(const tree::Badge& badge);

 private:
  void print_clauses(const Rule& rule);
  void print_what_is_summed(const Measure& measure);
  void print(const Setting& setting);
  void print(const Row& row);
  void print(const Flow& flow, std::string_view how);
  void print(const Effect& effect);
  void print(const TakeBack& take_back);
  void print(const AttributeLine& attribute) {
    line("attribute " + print_aliases(attribute.names) + " " + attribute.type.text +
         (attribute.is_signed ? " signed" : "") + (attribute.is_versioned ? " versioned" : ""));
  }

  std::string out_;
  size_t depth_ = 0;
};

void Printer::print(const Setting& setting) {
  switch (setting.kind) {
    case SettingKind::kZone:
      return line("zone " + quote(setting.text));
    case SettingKind::kProgram:
      return line("program " + setting.text);
    case SettingKind::kRound:
      return line("round " + print_rounding(setting.rounding));
    case SettingKind::kWeekStarts:
      return line("week-starts " +
                  std::string(base::kWeekdayNames[static_cast<size_t>(setting.number)]));
    case SettingKind::kMonthStarts:
      return line("month-starts " + std::to_string(setting.number));
    case SettingKind::kYearStarts:
      return line("year-starts " +
                  std::string(base::kMonthNames[static_cast<size_t>(setting.number - 1)]));
    case SettingKind::kPenalties:
      return line(setting.number != 0 ? "penalties on" : "penalties off");
    case SettingKind::kAccounts:
      return line(setting.number != 0 ? "accounts-open on-first-credit"
                                      : "accounts-open by-command");
    case SettingKind::kChange:
      return line("change " + std::string(change_policy_word(setting.change)));
    case SettingKind::kGrace:
      return line("grace " + std::to_string(setting.number) + " " + setting.text);
    case SettingKind::kLate:
      return line("late " + std::string(late_policy_word(setting.late)));
  }
}

void Printer::print(const PlanHeader& plan) {
  std::string head = "plan " + plan.name.text;
  if (plan.version) head += " version " + std::to_string(*plan.version);
  if (plan.from) head += " from " + print_date(plan.from);
  open(head);
  for (const Setting& setting : plan.settings) print(setting);
  close();
}

void Printer::print(const Unit& unit) {
  const std::string alias = unit.alias ? " as " + quote(*unit.alias) : "";
  line("unit " + unit.name.text + alias + " " + std::to_string(unit.decimals));
}

void Printer::print(const Event& event) {
  open("event " + print_aliases(event.types));
  for (const AttributeLine& attribute : event.attributes) print(attribute);
  if (event.has_lines) {
    open("lines");
    for (const AttributeLine& attribute : event.lines) print(attribute);
    close();
  }
  if (event.when != nullptr) line("when " + print_expr(*event.when));
  if (event.ignore_others) line("ignore-others");
  if (event.late) line("late " + std::string(late_policy_word(*event.late)));
  close();
}

void Printer::print(const Holder& holder) {
  open("holder");
  for (const AttributeLine& attribute : holder.attributes) print(attribute);
  close();
}

void Printer::print(const List& list) {
  std::string text = "list " + list.name.text;
  for (const ExprPtr& value : list.values) text += " " + print_maybe(value);
  line(text);
}

void Printer::print(const Row& row) {
  std::string text = row.otherwise ? "row otherwise" : "row";
  for (const Cell& cell : row.cells) {
    const std::string word = hyphenated(tree::cell_words(cell.kind));
    if (cell.kind == CellKind::kAny) {
      text += " " + word;
    } else if (cell.kind == CellKind::kEqual) {
      text += " " + print_maybe(cell.value);
    } else {
      text += " (" + word + " " + print_maybe(cell.value) + ")";
    }
  }
  text += " :";
  for (const ExprPtr& value : row.values) text += value ? " " + print_expr(*value) : " none";
  line(text);
}

void Printer::print(const Table& table) {
  std::string head = "table " + table.name.text + " " + print_names("by", table.keys);
  if (table.is_interpolated) head += " interpolated";
  if (!table.columns.empty()) head += " " + print_names("columns", table.columns);
  open(head);
  if (!table.file.empty()) {
    std::string from = "from-file";
    for (const tree::FileColumn& column : table.file) {
      from += " (" + column.type.text;
      from += (column.most != nullptr ? " at-most " + print_expr(*column.most) : "") + ")";
    }
    line(from);
  }
  for (const Row& row : table.rows) print(row);
  for (const tree::DatedRows& later : table.later) {
    open("from " + print_date(later.from));
    for (const Row& row : later.rows) print(row);
    close();
  }
  close();
}

void Printer::print(const Flow& flow, std::string_view how) {
  std::string text(flow.less ? "less" : how);
  if (flow.value != nullptr) text += " " + print_expr(*flow.value);
  line(text + " " + print_names("on", flow.events));
}

void Printer::print(const Measure& measure) {
  open("measure " + measure.name.text + print_subject(measure.subject));
  print_what_is_summed(measure);
  close();
}

void Printer::print_what_is_summed(const Measure& measure) {
  const std::string_view how = measure.is_number    ? "number"
                               : measure.is_average ? "average"
                               : measure.picks()    ? pick_word(measure.pick)
                                                    : "sum";
  if (measure.distinct && !measure.flows.empty()) {
    line("distinct " + measure.distinct->text + " " + print_names("on", measure.flows[0].events) +
         " up to " + std::to_string(measure.up_to));
  } else {
    for (const Flow& flow : measure.flows) print(flow, how);
  }
  if (measure.is_earned()) {
    line("earned " + measure.unit.text + " " + print_names("by", measure.earned_by));
  }
  if (measure.where != nullptr) line("where " + print_expr(*measure.where));
}

std::string print_date(const std::optional<tree::Date>& date) {
  if (!date) return "?";
  const auto two = [](int32_t part) { return (part < 10 ? "-0" : "-") + std::to_string(part); };
  return std::to_string(date->day.year) + two(date->day.month) + two(date->day.day);
}

std::string print_limit(const tree::Limit& limit) {
  std::string text = " (limit ";
  text +=
      limit.amount != nullptr ? print_expr(*limit.amount) : std::to_string(limit.times) + " times";
  text += print_subject(limit.per);
  return text + (limit.or_nothing ? " or-nothing)" : ")");
}

void Printer::print(const Effect& effect) {
  std::string head = effect.at ? "at " + print_number(effect.at->number) + " " : "";
  if (effect.at_close) head += "at-close ";
  if (effect.at_level) head += "at " + effect.at_level->text + " ";
  head += effect.is_notice  ? "notify " + quote(effect.badge.text)
          : effect.is_grant ? "grant " + effect.badge.text
                            : std::string(tree::verb_word(effect.verb));
  head += " " + (effect.above ? print_above(effect.who, *effect.above) : effect.who.text);
  if (effect.is_split) head = "split";
  if (effect.by) {
    head += effect.each_part ? " (by-each-part" : " (by";
    for (const ExprPtr& key : effect.keys) head += " " + print_maybe(key);
    head += effect.is_interpolated ? " interpolated)" : ")";
  } else if (!effect.is_grant && (effect.amount != nullptr || !effect.above)) {
    head += " " + print_maybe(effect.amount);
  }
  if (effect.rounding) head += " (rounded " + print_rounding(*effect.rounding) + ")";
  if (effect.kind) head += " (as " + effect.kind->text + ")";
  if (effect.budget) head += " (from-budget " + effect.budget->text + ")";
  if (effect.at_most != nullptr) head += " (at-most " + print_expr(*effect.at_most) + ")";
  for (const tree::Limit& limit : effect.limits) head += print_limit(limit);
  open(head);
  for (const Row& row : effect.rows) print(row);
  for (const tree::Part& part : effect.parts) {
    line("part " + (part.above ? print_above(part.who, *part.above) : part.who.text) + " " +
         print_maybe(part.weight));
  }
  for (const tree::Times& times : effect.times) {
    line("times " + print_maybe(times.factor) +
         (times.when != nullptr ? " when " + print_expr(*times.when) : ""));
  }
  if (effect.adds_times) line(*effect.adds_times ? "multipliers-add" : "multipliers-multiply");
  close();
}

void Printer::print(const tree::Group& group) {
  std::string text = "group " + group.name.text + " " + std::string(stacking_word(group.how));
  if (group.up_to != nullptr) text += " up-to " + print_expr(*group.up_to);
  line(text);
}

void Printer::print(const tree::Budget& budget) {
  std::string text = "budget " + budget.name.text + print_subject(budget.per);
  text += " " + print_maybe(budget.amount);
  if (budget.pays_nothing) text += *budget.pays_nothing ? " short-nothing" : " short-what-is-left";
  line(text);
}

void Printer::print(const Rule& rule) {
  open("rule " + rule.name.text + print_subject(rule.subject));
  print_clauses(rule);
  close();
}

void Printer::print_clauses(const Rule& rule) {
  if (!rule.on.empty()) {
    const std::string on = print_names("on", rule.on);
    line(on.substr(1, on.size() - 2));
  }
  if (rule.on_close) line("on-close");
  if (rule.group) {
    const bool has_priority = rule.priority > 0;
    line("in-group " + rule.group->text +
         (has_priority ? " priority " + std::to_string(rule.priority) : ""));
  }
  for (const ExprPtr& when : rule.when) line("when " + print_maybe(when));
  for (const Let& let : rule.lets) print(let);
  if (!rule.void_on.empty()) {
    const std::string names = print_names("void-on", rule.void_on);
    line(names.substr(1, names.size() - 2));
  }
  if (rule.from) {
    line("from " + print_date(rule.from) + (rule.until ? " until " + print_date(rule.until) : ""));
  }
  if (!rule.was.empty()) {
    const std::string names = print_names("was", rule.was);
    line(names.substr(1, names.size() - 2));
  }
  if (rule.change) line("change " + std::string(change_policy_word(*rule.change)));
  for (const Effect& effect : rule.effects) print(effect);
  if (rule.take_back) print(*rule.take_back);
  if (rule.rounding) line("round " + print_rounding(*rule.rounding));
}

void Printer::print(const tree::Target& target) {
  open("target " + target.name.text + print_subject(target.rule.subject));
  open("achieved");
  if (target.achieved.is_entered) line("entered-by-hand");
  if (!target.achieved.is_entered) print_what_is_summed(target.achieved);
  close();
  const std::string goal = target.at_most ? "goal at-most " : "goal ";
  if (!target.from_file) line(goal + print_maybe(target.goal));
  if (target.from_file) {
    line(goal + "from-file" +
         (target.goal != nullptr ? " otherwise " + print_expr(*target.goal) : ""));
  }
  for (const tree::Band& band : target.bands) {
    line("band " + band.name.text + (band.is_from ? " from " : " below ") +
         print_number(band.percent.number));
  }
  if (target.highest) line("milestones-highest");
  if (target.surplus) {
    line(target.carries == nullptr ? "surplus-dropped"
                                   : "surplus-carried-up-to " + print_expr(*target.carries));
  }
  print_clauses(target.rule);
  close();
}

std::string print_place(const tree::Place& place) {
  if (place.kind == tree::Place::Kind::kEveryone) return "everyone";
  if (place.kind == tree::Place::Kind::kShare) return "share-by-score";
  return "rank " + std::to_string(place.first) +
         (place.first == place.last ? "" : " to " + std::to_string(place.last));
}

void Printer::print(const tree::Challenge& challenge) {
  open("challenge " + challenge.name.text + print_subject(challenge.rule.subject));
  if (challenge.goals.empty()) {
    open("score");
    print_what_is_summed(challenge.score);
    close();
  }
  for (const tree::ChallengeGoal& goal : challenge.goals) {
    open("goal " + goal.name.text + " at least " + print_expr(*goal.least) +
         (goal.weight == 1 ? "" : " weight " + std::to_string(goal.weight)) +
         (goal.up_to ? " up-to " + print_number(goal.up_to->number) : ""));
    print_what_is_summed(goal.achieved);
    close();
  }
  for (size_t i = 0; i < challenge.places.size(); ++i) {
    const tree::Place& place = challenge.places[i];
    open(print_place(place) + (place.even_if_not_succeeded ? " even-if-not-succeeded" : ""));
    print(challenge.rule.effects[i]);
    close();
  }
  if (challenge.least) {
    line("at-least " + (challenge.least->percent ? print_number(challenge.least->percent->number)
                                                 : print_expr(*challenge.least->value)));
  }
  if (challenge.responsible) line("owner " + quote(challenge.responsible->text));
  if (challenge.among != nullptr) line("among " + print_expr(*challenge.among));
  if (challenge.joiners) line(challenge.prorated ? "joiners prorated" : "joiners full");
  if (challenge.nobody) line(challenge.rolls_over ? "nobody rollover" : "nobody forfeits");
  if (challenge.ties) {
    line("ties " + std::string(tree::tie_word(*challenge.ties)) +
         (challenge.more ? " " + challenge.more->text : ""));
  }
  if (challenge.ranks) line("ranks " + std::string(tree::ranks_word(*challenge.ranks)));
  close();
}

void Printer::print(const tree::Ladder& ladder) {
  open("ladder " + ladder.name.text + print_subject(ladder.rule.subject));
  if (ladder.of) {
    line("measure " + ladder.of->text);
  } else {
    open("measure");
    print_what_is_summed(ladder.measure);
    close();
  }
  for (const tree::Level& level : ladder.levels) {
    line("level " + level.name.text +
         (level.from != nullptr ? " from " + print_expr(*level.from) : ""));
  }
  const bool is_each = ladder.each != tree::PeriodWord::kNone;
  if (ladder.review) {
    line(is_each ? "review-each " + std::string(tree::period_word(ladder.each)) + " " +
                       std::string(tree::falls_word(ladder.falls))
                 : "review-at-once");
  }
  if (ladder.lowers) {
    line(ladder.lowers_at_review ? "refund-lowers-at-review" : "refund-lowers-at-once");
  }
  for (const Effect& effect : ladder.rule.effects) print(effect);
  for (const Effect& effect : ladder.told.effects) print(effect);
  close();
}

void Printer::print(const tree::Streak& streak) {
  open("streak " + streak.name.text + print_subject(streak.rule.subject));
  if (streak.of) {
    line("of " + streak.of->text + " reached " + std::to_string(streak.least) + " " +
         streak.period.text + " running");
  }
  if (streak.repeats) line("repeats");
  print_clauses(streak.rule);
  close();
}

void Printer::print(const tree::Badge& badge) {
  open("badge " + badge.name.text + " " + quote(badge.title) +
       (badge.level ? " " + badge.level->text : ""));
  if (badge.given_span) {
    static constexpr std::array<std::string_view, 3> kWords = {"once-ever", "once", "each-time"};
    line("given " + std::string(kWords[static_cast<size_t>(badge.given)]) +
         print_subject(badge.per));
  }
  if (badge.follows) line("follows " + badge.follows->text);
  if (badge.granted_span) {
    std::string by = badge.granters == tree::Granters::kAnyone ? " anyone"
                     : badge.granters == tree::Granters::kHolders
                         ? " holders " + badge.holders_of.text
                     : badge.granters == tree::Granters::kNobody ? " nobody"
                                                                 : "";
    for (const Name& name : badge.names) by += " " + quote(name.text);
    line("granted-by" + by);
  }
  if (badge.sent_span) {
    line("sent " + std::to_string(badge.sent_times) + " times" + print_subject(badge.sent_in));
  }
  if (badge.burn != nullptr) line("burn granter " + print_expr(*badge.burn));
  if (badge.credit != nullptr) {
    line("credit receiver " + print_expr(*badge.credit) +
         (badge.from_granter ? " from-granter" : "") +
         (badge.budget ? " from-budget " + badge.budget->text : ""));
  }
  close();
}

void Printer::print(const TakeBack& take_back) {
  std::string words = "take-back " + hyphenated(tree::take_back_words(take_back.way));
  if (take_back.value != nullptr) {
    words += " " + print_expr(*take_back.value) + " " + print_names("on", take_back.events) +
             print_subject(take_back.subject);
  }
  line(words);
}

// What stands behind the word of a wallet's line.
std::string print_wallet_rest(const WalletLine& line) {
  const std::string amount = line.amount == nullptr ? "" : " " + print_expr(*line.amount);
  switch (line.kind) {
    case WalletLineKind::kOpen:
      return " on-first-credit";
    case WalletLineKind::kMature:
    case WalletLineKind::kWarn:
      return amount;
    case WalletLineKind::kExpire:
      return amount + (line.end_of_day ? " end-of-day" : "");
    case WalletLineKind::kMerge:
      return " lots-of-one-day";
    case WalletLineKind::kSpend:
      return " " + hyphenated(tree::spend_order_words(line.order));
    case WalletLineKind::kReturns:
      return amount.empty() ? " keep-their-dates" : amount;
    case WalletLineKind::kHold:
      return (amount.empty() ? "" : " (at-most" + amount) +
             (line.of ? " of " + line.of->text : "") + (amount.empty() ? "" : ")") +
             (line.lives == nullptr ? "" : " (for " + print_expr(*line.lives) + ")");
    case WalletLineKind::kShort:
      return " " + hyphenated(tree::shortfall_words(line.shortfall)) + amount;
  }
  GUERDON_UNREACHABLE();
}

void Printer::print(const Wallet& wallet) {
  open("wallet " + wallet.unit.text);
  for (const WalletLine& each : wallet.lines) {
    line(std::string(tree::wallet_line_word(each.kind)) + print_wallet_rest(each));
  }
  close();
}

// What stands behind the word of an item's line.
std::string print_item_rest(const ItemLine& line) {
  switch (line.kind) {
    case ItemLineKind::kPrice:
    case ItemLineKind::kGives:
      return " " + print_maybe(line.amount);
    case ItemLineKind::kStock:
      return " " + std::to_string(line.number);
    case ItemLineKind::kAtMost:
      return "-most " + std::to_string(line.number) + print_subject(line.per);
    case ItemLineKind::kFrom:
      return " " + print_date(line.from) + (line.until ? " until " + print_date(line.until) : "");
    case ItemLineKind::kUntil:
      return " " + print_date(line.until);
    case ItemLineKind::kWhen:
      return " " + print_maybe(line.amount);
  }
  GUERDON_UNREACHABLE();
}

void Printer::print(const Item& item) {
  open("item " + item.name.text + (item.title ? " " + quote(*item.title) : ""));
  for (const ItemLine& each : item.lines) {
    line(std::string(tree::item_line_word(each.kind)) + print_item_rest(each));
  }
  close();
}

std::string print_rate(const ExchangeLine& line) {
  return " (= " + print_maybe(line.give) + " " + print_maybe(line.take) + ")";
}

std::string print_exchange_rest(const ExchangeLine& line) {
  switch (line.kind) {
    case ExchangeLineKind::kRate:
      return line.give == nullptr ? " from-file" : print_rate(line);
    case ExchangeLineKind::kFrom:
      return " " + print_date(line.from) + print_rate(line);
    case ExchangeLineKind::kSpread:
    case ExchangeLineKind::kStale:
      return " " + print_maybe(line.amount);
    case ExchangeLineKind::kShow:
      return "-only";
  }
  GUERDON_UNREACHABLE();
}

void Printer::print(const Exchange& exchange) {
  open("exchange " + exchange.from.text + " " + exchange.to.text);
  for (const ExchangeLine& each : exchange.lines) {
    line(std::string(tree::exchange_line_word(each.kind)) + print_exchange_rest(each));
  }
  close();
}

}  // namespace

std::string print_tree(const tree::Plan& plan) {
  Printer printer;
  for (const Declaration& declaration : plan.declarations) {
    std::visit([&](const auto& what) { printer.print(what); }, declaration.what);
  }
  return printer.take();
}

}  // namespace guerdon::plan
