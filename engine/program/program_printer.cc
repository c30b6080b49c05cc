// The printed form of a program and its verifier: both walk the operand letters of opcodes.h.
#include <algorithm>
#include <functional>
#include <string>
#include <tuple>

#include "engine/base/int128.h"
#include "engine/base/timestamp.h"
#include "engine/program/program.h"
#include "engine/progress/attainment.h"

namespace guerdon::plan {

namespace {

constexpr std::string_view kOpNames[] = {
#define GUERDON_OPCODE_TEXT(name, operands) #name,
    GUERDON_OPCODES(GUERDON_OPCODE_TEXT)
#undef GUERDON_OPCODE_TEXT
};

constexpr std::string_view kOpOperands[] = {
#define GUERDON_OPCODE_OPERANDS(name, operands) operands,
    GUERDON_OPCODES(GUERDON_OPCODE_OPERANDS)
#undef GUERDON_OPCODE_OPERANDS
};

std::string operand(const Program& program, const Instruction& i, char letter) {
  switch (letter) {
    case 'A':
      return "r" + std::to_string(i.a);
    case 'B':
      return "r" + std::to_string(i.b);
    case 'C':
      return "r" + std::to_string(i.c);
    case 'x':
      return "#" + base::to_string(program.constants[i.x]);
    case 'K':
      return "over #" + base::to_string(program.constants[i.target]);
    case 'V':
      return "or #" + base::to_string(program.constants[i.target]);
    case 'J':
      return "-> " + std::to_string(i.target);
    case 'u':
      return "column " + std::to_string(i.y);
    case 'b':
      return "branches " + std::to_string(i.z);
    case 'N':
      return "none -> " + std::to_string(i.z);
    case 's':
      return "slot " + std::to_string(i.x);
    case 'h':
      return "known " + std::to_string(i.x);
    case 'p':
      if (i.y == kAtOpening) return "at the opening";
      return i.y == kAtEvent ? "at the event" : "at clock " + std::to_string(i.y);
    case 'y':
      return "of clock " + std::to_string(i.y);
    case 'm':
      return "measure " + std::to_string(i.x);
    case 't':
      return "table " + std::to_string(i.x);
    case 'i':
      return "set " + std::to_string(i.x);
    case 'q':
      return "share " + std::to_string(i.x);
    case 'w': {
      const Window& window = program.windows[i.x];
      const bool is_open = window.until >= base::kTimeEnd;
      return base::format_timestamp(window.from) + " to " +
             (is_open ? "ever" : base::format_timestamp(window.until));
    }
    case 'l':
      return "below layer " + std::to_string(i.x);
    case 'o':
      return i.y == 0 ? "before" : i.y == kLastPeriod ? "last" : "after";
    case 'e':
      return "cell " + std::to_string(i.z);
    case 'c':
      return "clause " + std::to_string(i.x);
    case 'k':
      return "take back " + std::to_string(i.x);
    default:
      return "?";
  }
}

std::string slot_name(const event::TypeSchema& type, uint8_t slot) {
  return slot == kNoSlot ? "" : type.slots[slot].wire;
}

std::string index_line(const Index& index, const event::TypeSchema& type) {
  std::string line;
  for (const Index::Shape& shape : index.shapes()) {
    if (!line.empty()) line += ", ";
    line += std::to_string(shape.entries);
    if (shape.first == kNoSlot) {
      line += " always";
    } else {
      line += " by " + slot_name(type, shape.first);
      if (shape.second != kNoSlot) line += " and " + slot_name(type, shape.second);
    }
    if (shape.thresholds > 0) line += " (" + std::to_string(shape.thresholds) + " by threshold)";
  }
  return line.empty() ? "none" : line;
}

std::string wallet_amount(int64_t amount, uint16_t wallet) {
  return std::to_string(amount) + " of wallet " + std::to_string(wallet);
}

std::string item_line(const ItemKind& item) {
  std::string line = item.name + " " + wallet_amount(item.price, item.wallet);
  if (item.gives > 0) line += " gives " + wallet_amount(item.gives, item.gives_wallet);
  if (item.stock) line += " stock " + std::to_string(*item.stock);
  for (const ItemCounter& limit : item.limits) {
    line += " at most " + std::to_string(limit.times) + " in cell " + std::to_string(limit.cell) +
            " of subject " + std::to_string(limit.subject);
  }
  if (item.when) line += " when " + std::to_string(*item.when);
  return line;
}

std::string exchange_line(const ExchangeKind& exchange) {
  return "wallet " + std::to_string(exchange.from_wallet) + " to wallet " +
         std::to_string(exchange.to_wallet) + ", " + std::to_string(exchange.rates.size()) +
         (exchange.from_file ? " rates and those that come" : " rates") +
         (exchange.show_only ? ", show only" : "");
}

bool is_of_object(const Program& program, const Clause& clause) {
  return clause.subject < program.subjects.size() && program.subjects[clause.subject].is_object;
}

bool clause_fits(const Program& program, const Clause& clause, Op op) {
  if (op == Op::kObject || op == Op::kOpen) return is_of_object(program, clause);
  const bool takes_back = op == Op::kEarn || op == Op::kTakeBack;
  return (clause.subject != kNowhere) == (op == Op::kOwe) &&
         (clause.take_back != kNowhere) == takes_back;
}

bool share_is_sound(const ShareKind& share) {
  return share.which < share.of && share.of <= size_t{kEffectsPerRuleMax} && share.den > 0;
}

// The frame is that of the object at hand, for the account whose measure it is, and nothing else is
// kept in the cell.
bool captured_is_sound(const Program& program, const Instruction& i, uint32_t at) {
  while (at > 0 && program.code[at].op != Op::kObject) --at;
  const uint32_t of = program.code[at].x;
  if (program.code[at].op != Op::kObject || of >= program.clauses.size()) return false;
  const uint32_t subject = program.clauses[of].subject;
  if (subject >= program.subjects.size() || i.x >= program.measures.size()) return false;
  const SubjectKind& object = program.subjects[subject];
  const SubjectKind& read = program.subjects[program.measures[i.x].subject];
  if (object.owner != read.owner || i.z <= kSeenCell || i.z >= object.cells) return false;
  return std::none_of(program.clauses.begin(), program.clauses.end(), [&](const Clause& clause) {
    return clause.subject == subject &&
           (clause.posted == i.z || clause.opened == i.z || clause.taken == i.z);
  });
}

// Of one that goes on for all time there is no period before.
bool has_period(const Program& program, uint32_t measure) {
  if (measure >= program.measures.size()) return false;
  const uint32_t subject = program.measures[measure].subject;
  return subject < program.subjects.size() && program.subjects[subject].clock != kNoClock;
}

bool operand_is_sound(const Program& program, const Instruction& i, uint32_t at, char letter) {
  switch (letter) {
    case 'A':
      return i.a < kRegisters;
    case 'B':
      return i.b < kRegisters;
    case 'C':
      return i.c < kRegisters;
    case 'x':
      return i.x < program.constants.size();
    case 'K':
    case 'V':
      return i.target < program.constants.size();
    case 'J':
      return i.target > at && i.target < program.code.size();
    case 'N':
      return i.z > at && i.z < program.code.size();
    case 'u':
      return i.x < program.tables.size() && i.y < program.tables[i.x].column_count();
    case 'b': {
      if (i.z >= program.branches.size()) return false;
      const std::vector<CodeAt>& branches = program.branches[i.z];
      for (const CodeAt to : branches) {
        if (to <= at || to >= program.code.size()) return false;
      }
      return branches.size() == static_cast<size_t>(program.tables[i.x].row_count()) + 1;
    }
    case 's':
      return i.x < static_cast<uint32_t>(event::kSlotsMax);
    case 'h':
      return i.x < program.subjects.size() && program.subjects[i.x].holds_known;
    case 'p':
      return i.y == kAtEvent || i.y == kAtOpening || i.y < program.clocks.size();
    case 'y':
      return i.y < program.clocks.size();
    case 'm':
      return i.x < program.measures.size() && (i.op != Op::kLast || has_period(program, i.x)) &&
             (i.op != Op::kRolled || (program.measures[i.x].last > 0 && has_period(program, i.x)));
    case 't':  // a look-up reads as many registers as the table has keys
      return i.x < program.tables.size() && i.b + program.tables[i.x].key_count() <= kRegisters;
    case 'i':
      return i.x < program.sets.size();
    case 'w':
      return i.x < program.windows.size();
    case 'q':
      return i.x < program.shares.size() && share_is_sound(program.shares[i.x]) &&
             i.b + program.shares[i.x].of <= kRegisters;
    case 'l':
      return i.x < static_cast<uint32_t>(kLayersMax);
    case 'o':
      return i.y <= 1 || (i.y == kLastPeriod && has_period(program, i.x));
    case 'e':
      return captured_is_sound(program, i, at);
    case 'c':
      return i.x < program.clauses.size() && clause_fits(program, program.clauses[i.x], i.op);
    case 'k':
      return i.x < program.take_backs.size();
    default:
      return false;
  }
}

bool instruction_is_sound(const Program& program, uint32_t at) {
  const Instruction& i = program.code[at];
  if (static_cast<int>(i.op) >= kOps) return false;
  const std::string_view letters = op_operands(i.op);
  return std::all_of(letters.begin(), letters.end(),
                     [&](char letter) { return operand_is_sound(program, i, at, letter); });
}

bool limit_is_sound(const Program& program, const LimitKind& limit) {
  return limit.subject < program.subjects.size() &&
         limit.cell < program.subjects[limit.subject].cells && limit.most > 0 &&
         (limit.opened_clock == kNoClock) != program.subjects[limit.subject].is_of_openings &&
         limit.opened_clock < static_cast<int>(program.clocks.size());
}

// At events alone, and without what else would change what comes to the budget.
bool owes_from_budget_soundly(const Program& program, const Clause& clause) {
  return clause.subject < program.subjects.size() &&
         clause.granted < program.subjects[clause.subject].cells && clause.limits.empty() &&
         clause.group == kNowhere && !clause.keeps && !clause.at_close;
}

// A burn is never owed: it stands in one-shot rules.
bool clause_is_sound(const Program& program, const Clause& clause) {
  if (clause.wallet >= program.wallets.size() || clause.kind >= program.kinds.size()) return false;
  if (static_cast<size_t>(clause.verb) >= tree::kVerbWords.size() || clause.den <= 0) return false;
  if (clause.limits.size() > size_t{kLimitsPerEffectMax} ||
      !std::all_of(clause.limits.begin(), clause.limits.end(),
                   [&](const LimitKind& limit) { return limit_is_sound(program, limit); })) {
    return false;
  }
  if (clause.group != kNowhere && clause.group >= program.groups.size()) return false;
  const bool may_have_granted = clause.budget != kNowhere && clause.subject != kNowhere;
  if (clause.granted != kNowhere && !may_have_granted) return false;
  if (clause.budget != kNowhere) {
    const bool is_plain = clause.verb == Verb::kCredit && clause.feeds.empty();
    if (clause.budget >= program.budgets.size() || !is_plain) return false;
    if (clause.subject != kNowhere && !owes_from_budget_soundly(program, clause)) return false;
  }
  if (!std::all_of(clause.feeds.begin(), clause.feeds.end(), [&](uint32_t measure) {
        return measure < program.measures.size() && program.measures[measure].is_earned;
      })) {
    return false;
  }
  if (clause.take_back != kNowhere) {
    return clause.take_back < program.take_backs.size() && clause.subject == kNowhere &&
           clause.earned < program.measures.size() &&
           (program.take_backs[clause.take_back].returned == kNowhere ||
            clause.taken_back < program.measures.size());
  }
  if (clause.subject == kNowhere) return true;
  if (is_of_object(program, clause) && clause.opened >= program.subjects[clause.subject].cells) {
    return false;
  }
  return clause.subject < program.subjects.size() &&
         clause.posted < program.subjects[clause.subject].cells && clause.verb != Verb::kBurn &&
         (clause.verb != Verb::kDebit || clause.taken < program.subjects[clause.subject].cells);
}

bool take_back_is_sound(const Program& program, const TakeBackKind& take_back) {
  const auto is_measure = [&](uint32_t m) { return m < program.measures.size(); };
  return is_measure(take_back.value) &&
         (take_back.returned == kNowhere || is_measure(take_back.returned));
}

bool wallet_is_sound(const Program& program, const WalletKind& wallet) {
  return wallet.plan < program.plans.size() && is_sound(wallet.rules);
}

bool item_is_sound(const Program& program, const ItemKind& item) {
  const auto counts = [&](const ItemCounter& limit) {
    return limit.times > 0 && limit.subject < program.subjects.size() &&
           program.subjects[limit.subject].is_inline() &&
           limit.cell < program.subjects[limit.subject].cells;
  };
  return item.wallet < program.wallets.size() && item.gives_wallet < program.wallets.size() &&
         item.price > 0 && item.gives >= 0 && item.from < item.until &&
         (!item.when || *item.when < program.code.size()) &&
         std::all_of(item.limits.begin(), item.limits.end(), counts);
}

bool badge_is_sound(const Program& program, const BadgeKind& badge) {
  const auto counts = [&](const std::optional<ItemCounter>& limit) {
    return !limit || (limit->times > 0 && limit->subject < program.subjects.size() &&
                      program.subjects[limit->subject].is_inline() &&
                      limit->cell < program.subjects[limit->subject].cells);
  };
  const auto pays = [&](const GrantPart& part) {
    return part.wallet < program.wallets.size() && part.amount >= 0;
  };
  return badge.wallet < program.wallets.size() && badge.holders_of < program.wallets.size() &&
         counts(badge.sent) && counts(badge.given) && pays(badge.burn) && pays(badge.credit) &&
         (!badge.budget || (*badge.budget < program.budgets.size() &&
                            program.budgets[*badge.budget].wallet == badge.credit.wallet)) &&
         std::is_sorted(badge.names.begin(), badge.names.end());
}

bool exchange_is_sound(const Program& program, const ExchangeKind& exchange) {
  return exchange.from_wallet < program.wallets.size() &&
         exchange.to_wallet < program.wallets.size() &&
         exchange.from_wallet != exchange.to_wallet && exchange.spread.num >= 0 &&
         (exchange.show_only || (exchange.subject < program.subjects.size() &&
                                 program.subjects[exchange.subject].cells == 2)) &&
         exchange.spread.num < exchange.spread.den;
}

// What counts the values of another measure is kept alike, but for what they are.
bool measure_is_sound(const Program& program, const MeasureKind& measure) {
  if (measure.subject >= program.subjects.size()) return false;
  const SubjectKind& subject = program.subjects[measure.subject];
  if (measure.cell >= subject.cells) return false;
  if (measure.before != kNowhere && measure.before >= subject.cells) return false;
  if (measure.counted_in == kNowhere) return true;
  const bool picks = measure.pick != tree::Pick::kNone;
  if (measure.counted_in >= program.measures.size() || (measure.values_max > 0) == picks)
    return false;
  if (picks && (measure.samples >= program.measures.size() ||
                measure.value_key >= subject.keys.size() || subject.key_is_text[measure.value_key]))
    return false;
  const MeasureKind& count = program.measures[measure.counted_in];
  if (!count.is_of_values || count.subject >= program.subjects.size()) return false;
  const SubjectKind& counted = program.subjects[count.subject];
  return count.values_max == measure.values_max && count.pick == measure.pick &&
         counted.owner == subject.owner && counted.clock == subject.clock &&
         counted.keys.size() + 1 == subject.keys.size();
}

bool target_is_sound(const Program& program, const TargetKind& target) {
  const auto has_measure = [&](uint32_t measure) { return measure < program.measures.size(); };
  if (!has_measure(target.measure)) return false;
  const auto kept_for = [&](uint32_t measure) {
    const SubjectKind& subject = program.subjects[program.measures[measure].subject];
    return std::tie(subject.owner, subject.keys, subject.key_is_text, subject.clock);
  };
  const auto is_alike = [&](uint32_t measure) {
    return measure == kNowhere ||
           (has_measure(measure) && kept_for(measure) == kept_for(target.measure));
  };
  const bool has_samples = target.samples != kNowhere || (!target.is_average && !target.at_most);
  const auto rises = [](const auto& list, auto of) {
    const auto fall = std::ranges::adjacent_find(list, std::ranges::greater_equal(), of);
    return fall == list.end();
  };
  const bool has_milestones =
      rises(target.milestones, std::identity()) &&
      (target.milestones.empty() ||
       (target.milestones.front() >= 1 && target.milestones.back() <= progress::kMilestoneMax));
  const bool has_bands = !target.bands.empty() && rises(target.bands, &progress::Band::below) &&
                         target.bands.back().below == progress::Band::kNoEnd;
  return is_alike(target.told) && is_alike(target.samples) && has_samples && has_milestones &&
         has_bands && target.plan < program.plans.size() && target.goal < program.code.size() &&
         program.subjects[program.measures[target.measure].subject].clock != kNoClock;
}

std::string lines_of(const LineReading& reading, const event::TypeSchema& type) {
  std::string lines;
  for (const LineFoldSlot& fold : reading.folds) {
    lines += "  slot " + std::to_string(fold.slot) + " " + std::string(tree::fold_words(fold.fold));
    if (fold.fold != tree::Fold::kNumber) lines += " field " + std::to_string(fold.field);
    lines += fold.all_lines ? " all lines" : " lines";
    if (fold.where != kNowhere) lines += " where " + std::to_string(fold.where);
    lines += ": " + type.slots[fold.slot].wire + "\n";
  }
  return lines;
}

bool lines_are_sound(const Program& program, size_t type) {
  const LineSlots& lines = program.lines[type];
  const event::TypeSchema& schema = program.schema.type(static_cast<uint16_t>(type));
  if (lines.readings.empty()) return true;
  if (lines.slot >= schema.slots.size()) return false;
  return std::all_of(lines.readings.begin(), lines.readings.end(), [&](const LineReading& reading) {
    return reading.number < schema.lines.size() &&
           std::all_of(reading.folds.begin(), reading.folds.end(), [&](const LineFoldSlot& fold) {
             return fold.slot < schema.slots.size() && fold.slot != lines.slot &&
                    fold.field < schema.lines[reading.number].size() &&
                    (fold.where == kNowhere || fold.where < program.code.size());
           });
  });
}

// What becomes of late events of a type, where that is not the usual.
std::string late_lines(const Program& program, const EventProgram& event) {
  std::string lines;
  for (const int clock : event.rejects) {
    const calendar::PeriodRule& rule = program.clocks[static_cast<size_t>(clock)].rule;
    lines += "  late: refused when its " + calendar::period_phrase(rule) + " is closed\n";
  }
  for (const CountsNow& now : event.counts_now) {
    for (const int clock : now.clocks) {
      const calendar::PeriodRule& rule = program.clocks[static_cast<size_t>(clock)].rule;
      lines += "  late: counts now in plan " + program.plans[static_cast<size_t>(now.plan)].name +
               " when its " + calendar::period_phrase(rule) + " is closed\n";
    }
  }
  return lines;
}

bool late_is_sound(const Program& program, const EventProgram& event) {
  const auto is_clock = [&](int clock) {
    return clock >= 0 && static_cast<size_t>(clock) < program.clocks.size();
  };
  const auto is_sound = [&](const CountsNow& now) {
    return now.plan >= 0 && static_cast<size_t>(now.plan) < program.plans.size() &&
           std::all_of(now.clocks.begin(), now.clocks.end(), is_clock);
  };
  return std::all_of(event.rejects.begin(), event.rejects.end(), is_clock) &&
         std::all_of(event.counts_now.begin(), event.counts_now.end(), is_sound);
}

bool asks_are_sound(const Program& program, const EventProgram& event) {
  return std::all_of(event.roles.begin(), event.roles.end(), [&](const RoleProgram& role) {
    return std::all_of(role.asks.begin(), role.asks.end(), [&](const RoleAsk& ask) {
      return ask.clause < program.clauses.size() &&
             program.clauses[ask.clause].budget != kNowhere && ask.most < program.code.size() &&
             ask.den > 0;
    });
  });
}

std::string asks_lines(const Program& program, const RoleProgram& role) {
  std::string lines;
  for (const RoleAsk& ask : role.asks) {
    lines += "    asks: clause " + std::to_string(ask.clause) + " of budget " +
             program.budgets[program.clauses[ask.clause].budget].name;
    if (program.clauses[ask.clause].granted != kNowhere) {
      lines += ", for what is owed\n";
      continue;
    }
    lines += std::string(", ") + (ask.is_exact ? "exactly" : "at most") + " what is at " +
             std::to_string(ask.most) + " over " + std::to_string(ask.den);
    for (uint32_t slot = 0; slot < event::kSlotsMax; ++slot) {
      if ((ask.needs >> slot & 1) != 0) lines += ", needs slot " + std::to_string(slot);
    }
    lines += "\n";
  }
  return lines;
}

std::string row_words(const ChallengeKind::Row& row) {
  if (row.kind == PrizeKind::kEveryone) return "everyone";
  if (row.kind == PrizeKind::kShare) return "share";
  return "rank " + std::to_string(row.first) + " to " + std::to_string(row.last);
}

std::string challenge_line(const Program& program, const ChallengeKind& challenge) {
  std::string line = "challenge " + challenge.name + ": m" + std::to_string(challenge.measure) +
                     ", clock " + std::to_string(challenge.clock) + ", ties " +
                     std::string(progress::tie_policy_name(challenge.rules.ties)) + ", ranks " +
                     std::string(progress::rank_style_name(challenge.rules.ranks));
  const uint32_t subject = program.measures[challenge.measure].subject;
  const ScoreCells& score = program.subjects[subject].scores[challenge.score];
  if (score.has_times()) {
    line += ", held from cell " + std::to_string(score.held_from) + ", lsn cell " +
            std::to_string(score.lsn);
  }
  for (const ScoreCells::Goal& goal : score.goals) {
    line += ", goal cell " + std::to_string(goal.cell) + " at least " + std::to_string(goal.least) +
            " weight " + std::to_string(goal.weight) +
            (goal.most < money::kMeasureMax ? " most " + std::to_string(goal.most) : "");
  }
  if (score.has_more()) line += ", more of cell " + std::to_string(score.more);
  if (challenge.enough > 0) line += ", enough " + std::to_string(challenge.enough);
  if (challenge.rolls_over) line += ", rolls over";
  if (challenge.among) {
    line += ", among " + std::to_string(*challenge.among) + (challenge.joiners ? " joiners" : "") +
            (challenge.prorated ? " prorated" : "");
  }
  if (!challenge.responsible.empty()) line += ", owner " + challenge.responsible;
  for (const ChallengeKind::Row& row : challenge.rows) {
    line += ", " + row_words(row) + (row.even_if_not_succeeded ? " even if not succeeded" : "") +
            ": clause " + std::to_string(row.clause) + " " + std::to_string(row.amount);
  }
  return line + "\n";
}

bool challenge_is_sound(const Program& program, const ChallengeKind& challenge) {
  if (challenge.measure >= program.measures.size()) return false;
  const MeasureKind& measure = program.measures[challenge.measure];
  const SubjectKind& subject = program.subjects[measure.subject];
  const bool has_score = challenge.score < subject.scores.size() &&
                         subject.scores[challenge.score].cell == measure.cell;
  if (challenge.among && *challenge.among >= program.code.size()) return false;
  return measure.is_frozen && has_score && subject.clock == challenge.clock &&
         challenge.clock >= 0 && !challenge.rows.empty() &&
         std::all_of(challenge.rows.begin(), challenge.rows.end(), [&](const auto& row) {
           return row.clause < program.clauses.size() && row.first <= row.last && row.amount > 0 &&
                  row.prizes < program.subjects.size() &&
                  program.subjects[row.prizes].clock == challenge.clock &&
                  row.posted < program.subjects[row.prizes].cells;
         });
}

// Its cells are its own.
bool subject_is_sound(const SubjectKind& subject) {
  return std::all_of(subject.scores.begin(), subject.scores.end(), [&](const ScoreCells& score) {
    const bool has_goals =
        std::all_of(score.goals.begin(), score.goals.end(), [&](const ScoreCells::Goal& goal) {
          return goal.cell < subject.cells && goal.least > 0 && goal.weight > 0 && goal.most > 0;
        });
    if (score.cell >= subject.cells || !has_goals) return false;
    if (score.has_more() && score.more >= subject.cells) return false;
    return !score.has_times() ||
           (score.held_from < subject.cells && score.lsn < subject.cells &&
            subject.labels[score.held_from] == subject.labels[score.cell] + " held from" &&
            subject.labels[score.lsn] == subject.labels[score.cell] + " lsn");
  });
}

// The first that is not sound, as words; "" when all are.
template <typename Parts, typename IsSound>
std::string first_unsound(std::string_view what, const Parts& parts, IsSound is_sound) {
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!is_sound(i)) return std::string(what) + " " + std::to_string(i);
  }
  return "";
}

}  // namespace

std::string_view op_name(Op op) { return kOpNames[static_cast<size_t>(op)].substr(1); }
std::string_view op_operands(Op op) { return kOpOperands[static_cast<size_t>(op)]; }

bool verify(const Program& program, std::string* problem) {
  std::string unsound = first_unsound("wallet", program.wallets, [&](size_t i) {
    return wallet_is_sound(program, program.wallets[i]);
  });
  if (unsound.empty()) {
    unsound = first_unsound("subject", program.subjects,
                            [&](size_t i) { return subject_is_sound(program.subjects[i]); });
  }
  if (unsound.empty()) {
    unsound = first_unsound("measure", program.measures, [&](size_t i) {
      return measure_is_sound(program, program.measures[i]);
    });
  }
  if (unsound.empty()) {
    unsound = first_unsound("clause", program.clauses,
                            [&](size_t i) { return clause_is_sound(program, program.clauses[i]); });
  }
  if (unsound.empty()) {
    unsound = first_unsound("take back", program.take_backs, [&](size_t i) {
      return take_back_is_sound(program, program.take_backs[i]);
    });
  }
  if (unsound.empty()) {
    unsound = first_unsound("badge", program.badges,
                            [&](size_t i) { return badge_is_sound(program, program.badges[i]); });
  }
  if (unsound.empty()) {
    unsound = first_unsound("item", program.items,
                            [&](size_t i) { return item_is_sound(program, program.items[i]); });
  }
  if (unsound.empty()) {
    unsound = first_unsound("exchange", program.exchanges, [&](size_t i) {
      return exchange_is_sound(program, program.exchanges[i]);
    });
  }
  if (unsound.empty()) {
    unsound = first_unsound("target", program.targets,
                            [&](size_t i) { return target_is_sound(program, program.targets[i]); });
  }
  if (unsound.empty()) {
    unsound = first_unsound("the lines of event type", program.lines,
                            [&](size_t i) { return lines_are_sound(program, i); });
  }
  if (unsound.empty()) {
    unsound = first_unsound("what is late of event type", program.events,
                            [&](size_t i) { return late_is_sound(program, program.events[i]); });
  }
  if (unsound.empty()) {
    unsound = first_unsound("what budgets are asked by event type", program.events,
                            [&](size_t i) { return asks_are_sound(program, program.events[i]); });
  }
  if (unsound.empty()) {
    unsound = first_unsound("challenge", program.challenges, [&](size_t i) {
      return challenge_is_sound(program, program.challenges[i]);
    });
  }
  if (unsound.empty()) {
    unsound = first_unsound("instruction", program.code, [&](size_t i) {
      return instruction_is_sound(program, static_cast<uint32_t>(i));
    });
  }
  if (!unsound.empty()) {
    *problem = unsound + " is not sound, or names something that is not there";
    return false;
  }
  const bool ends = program.code.empty() || program.code.back().op == Op::kEnd ||
                    program.code.back().op == Op::kNo;
  if (!ends) *problem = "the code does not end";
  return ends;
}

namespace {

// Whom others go by, and who comes when.
std::string credited_lines(const EventProgram& type, const event::TypeSchema& schema) {
  std::string lines;
  const auto names = [&](const std::vector<uint32_t>& roles) {
    std::string all;
    for (const uint32_t role : roles) {
      all += (all.empty() ? "" : ", ") + schema.slots[type.roles[role].slot].wire;
    }
    return all;
  };
  for (const CreditedSlot& each : type.credited) {
    lines += "  " + schema.slots[each.slot].wire + ": of " + names(each.tellers) + ", for " +
             names(each.askers) + "\n";
  }
  if (!type.turns.empty()) lines += "  turns: " + names(type.turns) + "\n";
  return lines;
}

}  // namespace

std::string print_program(const Program& program) {
  std::string out;
  for (size_t t = 0; t < program.events.size(); ++t) {
    const event::TypeSchema& type = program.schema.type(static_cast<uint16_t>(t));
    out += "event " + type.wire + "\n";
    out += late_lines(program, program.events[t]);
    out += credited_lines(program.events[t], type);
    for (const LineReading& reading : program.lines[t].readings) out += lines_of(reading, type);
    for (const RoleProgram& role : program.events[t].roles) {
      out += "  role " + type.slots[role.slot].wire + "\n";
      for (const PlanPart& part : role.parts) {
        if (part.filter != kNowhere) out += "    filter at " + std::to_string(part.filter) + "\n";
        out += "    measures: " + index_line(part.measures, type) + "\n";
        out += "    rules: " + index_line(part.rules, type) + "\n";
      }
      out += asks_lines(program, role);
    }
  }
  for (size_t w = 0; w < program.wallets.size(); ++w) {
    const WalletKind& wallet = program.wallets[w];
    const std::string rules = print_wallet_rules(wallet.rules);
    if (rules.empty()) continue;
    out += "wallet " + std::to_string(w) + ": " + wallet.program + " " + wallet.unit + " " + rules +
           "\n";
  }
  for (size_t c = 0; c < program.clauses.size(); ++c) {
    const Clause& clause = program.clauses[c];
    const WalletKind& wallet = program.wallets[clause.wallet];
    out += "clause " + std::to_string(c) + ": " + clause.rule + "/" +
           std::to_string(clause.effect) + " " + std::string(tree::verb_word(clause.verb)) + " " +
           program.kinds[clause.kind] + " " + wallet.program + " " + wallet.unit + " over " +
           base::to_string(clause.den) + " rounded " +
           std::string(money::rounding_name(clause.rounding));
    if (clause.group != kNowhere) {
      const GroupKind& group = program.groups[clause.group];
      out += ", place " + std::to_string(clause.place) + " in " + group.name + ": " +
             std::string(stacking_word(group.how));
      if (group.up_to) out += " up to " + std::to_string(*group.up_to);
    }
    for (const LimitKind& limit : clause.limits) {
      out += ", " + limit.words + ": cell " + std::to_string(limit.cell) + " of subject " +
             std::to_string(limit.subject);
    }
    if (clause.budget != kNowhere) out += ", from budget " + program.budgets[clause.budget].name;
    for (const uint32_t measure : clause.feeds) out += ", feeds m" + std::to_string(measure);
    out += "\n";
  }
  for (const ChallengeKind& challenge : program.challenges)
    out += challenge_line(program, challenge);
  for (size_t i = 0; i < program.items.size(); ++i) {
    out += "item " + std::to_string(i) + ": " + item_line(program.items[i]) + "\n";
  }
  for (size_t i = 0; i < program.exchanges.size(); ++i) {
    out += "exchange " + std::to_string(i) + ": " + exchange_line(program.exchanges[i]) + "\n";
  }
  for (size_t i = 0; i < program.targets.size(); ++i) {
    const TargetKind& target = program.targets[i];
    out += "target " + std::to_string(i) + ": " + target.name + " measure " +
           std::to_string(target.measure) + ", goal at " + std::to_string(target.goal) + "\n";
  }
  for (size_t at = 0; at < program.code.size(); ++at) {
    const Instruction& i = program.code[at];
    std::string line = std::to_string(at);
    line.insert(0, line.size() < 5 ? 5 - line.size() : 0, ' ');
    line += "  " + std::string(op_name(i.op));
    for (const char letter : op_operands(i.op)) line += " " + operand(program, i, letter);
    out += line + "\n";
  }
  return out;
}

}  // namespace guerdon::plan
