#include "engine/history/derivation.h"

#include <algorithm>
#include <utility>

#include "engine/bookkeeping/book_entries.h"
#include "engine/calendar/period.h"
#include "engine/history/input_words.h"
#include "engine/ledger/entry.h"
#include "engine/money/decimal.h"
#include "engine/money/rounding.h"
#include "engine/progress/ranking_rules.h"

namespace guerdon::history {

namespace {

using base::Int128;

Int128 gcd(Int128 a, Int128 b) {
  while (b != 0) a = std::exchange(b, a % b);
  return a;
}

// How many an exact decimal over den has; below 0: none, or more than 18.
int decimals_of(Int128 den) {
  Int128 power = 1;
  for (int n = 0; n <= 18; ++n) {
    if (power % den == 0) return n;
    power *= 10;
  }
  return -1;
}

constexpr std::string_view kNotThisEntry = "what follows from the log is not this entry";

// Whether the entry can be what the wallet made of it: it may have taken less; more, or the other
// way, it cannot.
bool is_of(const book::BookEntry& entry, const plan::Clause& clause,
           const plan::ClauseTrace& trace) {
  if (!trace.amount) return false;
  const Int128 delta = trace.passed ? *trace.passed : asked_of(clause, trace) - trace.posted;
  const Int128 posted = clause.verb == plan::Verb::kCredit ? delta : -delta;
  return posted > 0 ? entry.amount > 0 && entry.amount <= posted
                    : entry.amount < 0 && entry.amount >= posted;
}

// Where the clause went another way after it had come to its basis, the two are not the amount.
bool makes_amount(const plan::ClauseTrace& trace, const plan::Clause& clause) {
  if (!trace.rate) return trace.basis && *trace.amount != 0;
  Int128 num = trace.basis->num;
  Int128 den = trace.basis->den;
  Int128 amount = trace.uncapped ? *trace.uncapped : *trace.amount;
  if (trace.base) amount = trace.base->num;
  const Int128 amount_den = trace.base ? trace.base->den : clause.den;
  bool is_too_large = false;
  if (trace.per) {
    is_too_large |= __builtin_mul_overflow(num, trace.per->den, &num);
    is_too_large |= __builtin_mul_overflow(den, trace.per->num, &den);
    num = is_too_large ? num : num / den;
    den = 1;
  }
  is_too_large |= __builtin_mul_overflow(num, trace.rate->num, &num);
  is_too_large |= __builtin_mul_overflow(den, trace.rate->den, &den);
  is_too_large |= __builtin_mul_overflow(num, amount_den, &num);
  is_too_large |= __builtin_mul_overflow(amount, den, &amount);
  return !is_too_large && num == amount;
}

std::string number_words(const plan::TracedNumber& number) {
  return exact_words(number.num, number.den, number.scale);
}

Share share_of(const plan::Program& program, const Watched& seen, const std::string& account,
               const plan::Symbols& symbols) {
  const plan::ClauseTrace& trace = seen.trace;
  const plan::Clause& clause = program.clauses[trace.clause];
  Share share;
  const bool is_event = clause.subject == plan::kNowhere && !trace.taken_back;
  if (is_event) {
    share.subject = "source=" + seen.source + " event=" + seen.id;
  } else {
    const plan::SubjectKind& subject =
        program
            .subjects[trace.taken_back ? program.measures[clause.earned].subject : clause.subject];
    share.subject = subject.owner + "=" + account;
    if (subject.is_object) share.subject += " object=" + seen.object;
    for (size_t k = 0; k < trace.keys.size() && !subject.is_object; ++k) {
      const std::string value =
          subject.key_is_text[k]
              ? std::string(symbols.text(static_cast<plan::Symbol>(trace.keys[k])))
              : std::to_string(trace.keys[k]);
      share.subject += " " + subject.keys[k] + "=" + value;
    }
  }
  if (!trace.basis || !makes_amount(trace, clause)) return share;
  share.basis = number_words(*trace.basis);
  if (trace.rate) share.rate = number_words(*trace.rate);
  if (trace.rate && trace.per) share.rate += " per " + number_words(*trace.per);
  return share;
}

class Words {
 public:
  Words(const plan::Program& program, const Watched& seen, const AccountRerun& rerun,
        const event::RecordWords& record)
      : program_(program),
        clause_(program.clauses[seen.trace.clause]),
        seen_(seen),
        trace_(seen.trace),
        rerun_(rerun),
        inputs_(program, seen.type, rerun, record) {}

  Derivation write(const std::string& account) {
    const bool is_entitlement = clause_.subject != plan::kNowhere;
    const Int128 asked = asked_of(clause_, trace_);
    Derivation told;
    const Share share = share_of(program_, seen_, account, rerun_.symbols());
    told.fields.emplace_back("subject", share.subject);
    if (!clause_.milestone.empty()) told.fields.emplace_back("milestone", clause_.milestone);
    if (!share.basis.empty()) told.fields.emplace_back("basis", share.basis);
    if (!share.rate.empty()) told.fields.emplace_back("rate", share.rate);
    add_base(told);
    if (trace_.taken_back) {
      add_taken_back(told);
    } else {
      told.fields.emplace_back("before_rounding", of_clause(*trace_.amount));
      told.fields.emplace_back("rounding", money::rounding_name(clause_.rounding));
    }
    if (trace_.cap) {
      told.fields.emplace_back("uncapped", of_clause(*trace_.uncapped));
      told.fields.emplace_back("at_most", of_clause(*trace_.cap));
    }
    if (is_entitlement) {
      told.fields.emplace_back("owed", of_wallet(asked));
      told.fields.emplace_back("posted_before", of_wallet(trace_.posted));
      const Int128 now = trace_.given ? Int128{*trace_.given} : asked;
      told.fields.emplace_back("delta", of_wallet(now - trace_.posted));
    }
    for (const plan::ReadInput& input : trace_.inputs) {
      told.inputs.emplace_back(inputs_.name_of(input), inputs_.value_of(input));
    }
    for (const auto& [place, factor] : trace_.factors) {
      told.inputs.emplace_back(clause_.times[place], number_words(factor));
    }
    if (trace_.given) add_group(told);
    add_limits(told);
    add_budget(told);
    return told;
  }

 private:
  // What it came to before its multipliers, and what these added or took.
  void add_base(Derivation& told) const {
    if (!trace_.base) return;
    const plan::TracedNumber& base = *trace_.base;
    const Int128 amount = trace_.uncapped ? *trace_.uncapped : *trace_.amount;
    // The clause's denominator is a multiple of the base's.
    const Int128 before = base.num * (clause_.den / base.den);
    told.fields.emplace_back("base", number_words(base));
    told.fields.emplace_back("bonus", of_clause(amount - before));
  }

  // What the rules of its group asked for, it among them, and what it was given.
  void add_group(Derivation& told) const {
    const plan::GroupKind& group = program_.groups[clause_.group];
    std::string words(plan::tree::stacking_word(group.how));
    if (group.up_to) words += " up to " + of_wallet(*group.up_to);
    told.fields.emplace_back("group", group.name + ": " + words);
    told.fields.emplace_back("given", of_wallet(*trace_.given));
    for (const plan::TracedShare& share : trace_.group) {
      told.inputs.emplace_back("group " + group.name + ", " + program_.clauses[share.clause].rule,
                               of_wallet(share.asked));
    }
  }

  void add_taken_back(Derivation& told) const {
    const plan::TakenBack& found = *trace_.taken_back;
    const plan::TakeBackKind& kind = program_.take_backs[clause_.take_back];
    const int of_value = program_.measures[kind.value].scale;
    const auto exact = found.earned * found.part - Int128{found.taken} * found.value;
    told.fields.emplace_back("returned", money::format_decimal(found.returned, of_value));
    if (kind.returned != plan::kNowhere) {
      told.fields.emplace_back("returned_in_all", money::format_decimal(found.part, of_value));
    }
    told.fields.emplace_back("value", money::format_decimal(found.value, of_value));
    told.fields.emplace_back("earned", of_wallet(found.earned));
    if (kind.returned != plan::kNowhere) {
      told.fields.emplace_back("taken_before", of_wallet(found.taken));
    }
    told.fields.emplace_back("before_rounding", found.value > 0
                                                    ? exact_words(-exact, found.value, scale())
                                                    : of_wallet(0));
    told.fields.emplace_back("rounding", money::rounding_name(money::Rounding::kDown));
  }

  int scale() const { return program_.wallets[clause_.wallet].scale; }
  std::string of_clause(Int128 amount) const { return exact_words(amount, clause_.den, scale()); }
  std::string of_wallet(Int128 amount) const { return money::format_decimal(amount, scale()); }

  // What it asked its budget for: what that granted is the entry. What was left then is not known
  // here, for it goes by what others asked.
  void add_budget(Derivation& told) const {
    if (clause_.budget == plan::kNowhere || !trace_.passed || *trace_.passed <= 0) return;
    told.fields.emplace_back("budget", program_.budgets[clause_.budget].name);
    told.fields.emplace_back("asked_of_budget", of_wallet(*trace_.passed));
  }

  // What came to the limits over more than the event, what they left of it, and the last that cut.
  void add_limits(Derivation& told) const {
    if (trace_.limits.empty()) return;
    const std::string* binding = nullptr;
    for (const plan::TracedLimit& step : trace_.limits) {
      const plan::LimitKind& limit = clause_.limits[step.limit];
      const int decimals = limit.counts ? 0 : scale();
      told.inputs.emplace_back(limit.words + ", before",
                               money::format_decimal(step.asked_before, decimals));
      if (step.passed != step.came) binding = &limit.words;
    }
    told.fields.emplace_back("asked", of_wallet(trace_.limits.front().came));
    told.fields.emplace_back("passed", of_wallet(*trace_.passed));
    if (binding != nullptr) told.fields.emplace_back("bound_by", *binding);
  }

  const plan::Program& program_;
  const plan::Clause& clause_;
  const Watched& seen_;
  const plan::ClauseTrace& trace_;
  const AccountRerun& rerun_;
  const InputWords inputs_;
};

// What its budget granted is the entry, and where that is less than was asked for it is what cut.
// Of a fall the entry is what it gets back: what it had granted above what is owed now.
void tell_grant(const plan::Program& program, const Watched& seen, const book::BookEntry& entry,
                Derivation* told) {
  const plan::Clause& clause = program.clauses[seen.trace.clause];
  if (clause.budget == plan::kNowhere) return;
  const bool is_asked = seen.trace.passed.value_or(0) > 0;
  if (!is_asked && (clause.granted == plan::kNowhere || entry.amount >= 0)) return;
  if (!is_asked) told->fields.emplace_back("budget", program.budgets[clause.budget].name);
  const int scale = program.wallets[clause.wallet].scale;
  told->fields.emplace_back("granted", money::format_decimal(entry.amount, scale));
  if (!is_asked || entry.amount == *seen.trace.passed) return;
  std::erase_if(told->fields, [](const auto& field) { return field.first == "bound_by"; });
  told->fields.emplace_back("bound_by", "budget " + program.budgets[clause.budget].name);
}

// `best.invoices`: `12 of 10`.
void tell_goals(const plan::Program& program, uint32_t subject, const plan::ScoreCells& score,
                const std::vector<int64_t>& cells, Derivation* told) {
  for (const plan::ScoreCells::Goal& goal : score.goals) {
    const auto measure = std::ranges::find_if(program.measures, [&](const plan::MeasureKind& each) {
      return each.subject == subject && each.cell == goal.cell;
    });
    told->fields.emplace_back(program.subjects[subject].labels[goal.cell],
                              money::format_decimal(cells[goal.cell], measure->scale) + " of " +
                                  money::format_decimal(goal.least, measure->scale));
  }
}

// `2 to 3`, or by what else a line is won.
std::string place_words(const plan::ChallengeKind::Row& row) {
  if (row.kind == plan::PrizeKind::kEveryone) return "everyone who succeeded";
  if (row.kind == plan::PrizeKind::kShare) return "share by score";
  return row.first == row.last ? std::to_string(row.first)
                               : std::to_string(row.first) + " to " + std::to_string(row.last);
}

// One account alone cannot be ranked: its score follows from the log, what it won is the entry.
Derivation derive_prize(const plan::Program& program, os::Disk& log, const std::string& account,
                        const book::BookEntry& entry, const plan::ChallengeKind& challenge,
                        const CreditsAt& credits_at) {
  const plan::MeasureKind& measure = program.measures[challenge.measure];
  const plan::SubjectKind& subject = program.subjects[measure.subject];
  const plan::Clock& clock = program.clocks[static_cast<size_t>(challenge.clock)];
  Derivation told;
  AccountRerun rerun(program, account, credits_at);
  const auto cells = rerun.cells_at(log, entry.lsn, measure.subject, entry.period);
  if (!cells) {
    told.fields = {{"problem", rerun.error()}};
    return told;
  }
  const auto [days, of] = rerun.days_taken(challenge, entry.period);
  const plan::ScoreCells& whole = subject.scores[challenge.score];
  const plan::ScoreCells kind = plan::score_for_days(whole, std::max<int64_t>(days, 1), of);
  const int64_t score = kind.value(cells->data());
  // What is taken back was won when the period was closed first.
  if (score <= 0 && entry.amount > 0) {
    told.fields = {{"problem", std::string(kNotThisEntry)}};
    return told;
  }
  told.fields.emplace_back("subject", subject.owner + "=" + account);
  told.fields.emplace_back("challenge", challenge.name);
  told.fields.emplace_back("period",
                           calendar::period_label(clock.calendar, clock.rule, entry.period));
  told.fields.emplace_back("score", money::format_decimal(score, challenge.scale));
  tell_goals(program, measure.subject, kind, *cells, &told);
  if (days < of) {
    told.fields.emplace_back("days", std::to_string(days) + " of " + std::to_string(of));
  }
  for (const plan::ChallengeKind::Row& row : challenge.rows) {
    if (row.clause != bookkeeping::clause_of(entry)) continue;
    told.fields.emplace_back("rank", place_words(row));
    if (row.even_if_not_succeeded) told.fields.back().second += " even if not succeeded";
    told.fields.emplace_back(
        "prize", money::format_decimal(row.amount, program.wallets[entry.wallet].scale));
    // What is divided says nothing of how much it was, nor does what a debt or a bound has cut.
    const bool owes = program.wallets[entry.wallet].rules.shortfall == plan::Shortfall::kOweTheRest;
    const bool is_whole = row.kind == plan::PrizeKind::kRank &&
                          challenge.rules.ties != progress::TiePolicy::kSplit && !owes &&
                          entry.amount % row.amount == 0;
    if (challenge.rolls_over && is_whole && entry.amount > 0) {
      told.fields.emplace_back("carried", std::to_string(entry.amount / row.amount - 1));
    }
  }
  if (challenge.enough > 0) {
    told.fields.emplace_back("enough", money::format_decimal(challenge.enough, challenge.scale));
  }
  told.fields.emplace_back("ties", progress::tie_policy_name(challenge.rules.ties));
  told.fields.emplace_back("ranks", progress::rank_style_name(challenge.rules.ranks));
  return told;
}

// `reverses` or `corrects`, and the LSN of the event that the record takes back or corrects;
// nothing: it is neither a REVERSE nor a CORRECT.
std::optional<std::pair<std::string, std::string>> revised_by(const event::RecordWords& record) {
  const auto is_command = [](const auto& field) { return field.first == "command"; };
  if (std::none_of(record.fields.begin(), record.fields.end(), is_command)) return std::nullopt;
  for (const auto& attribute : record.attributes) {
    if (attribute.first == "reverses" || attribute.first == "corrects") return attribute;
  }
  return std::nullopt;
}

bool is_reversed(const book::BookEntry& entry) {
  return entry.kind == static_cast<uint8_t>(ledger::Kind::kReverse);
}

bool is_revised(const book::BookEntry& entry) {
  return is_reversed(entry) || entry.kind == static_cast<uint8_t>(ledger::Kind::kCorrect);
}

}  // namespace

Watched watch(const plan::Program& program, const book::BookEntry& entry,
              std::span<const book::BookEntry> beside) {
  Watched watched;
  watched.lsn = entry.lsn;
  watched.trace.clause = bookkeeping::clause_of(entry);
  watched.paid = entry.amount;
  watched.period = entry.period;
  if (bookkeeping::is_of_file(entry)) {
    watched.committed = entry.effective;
    return watched;
  }
  if (!bookkeeping::is_of_close(program, entry)) return watched;
  watched.due = entry.effective;
  const plan::Clause& clause = program.clauses[watched.trace.clause];
  for (const book::BookEntry& other : beside) {
    const bool is_alike_it =
        other.lsn == entry.lsn && other.n != entry.n && other.clause == entry.clause &&
        other.effective == entry.effective && other.period == entry.period &&
        bookkeeping::is_of_close(program, other) && !bookkeeping::is_of_file(other) &&
        is_alike(program, clause, other.amount, entry.amount);
    if (is_alike_it) ++(other.n < entry.n ? watched.alike_before : watched.alike_behind);
  }
  return watched;
}

Int128 asked_of(const plan::Clause& clause, const plan::ClauseTrace& trace) {
  const Int128 asked = money::divide_rounded(*trace.amount, clause.den, clause.rounding);
  return clause.subject == plan::kNowhere ? asked : std::max<Int128>(asked, 0);
}

Derivation derivation_of(const Watched& seen, const AccountRerun& rerun,
                         const event::RecordWords& record, const std::string& account) {
  return Words(*seen.program, seen, rerun, record).write(account);
}

std::string exact_words(Int128 num, Int128 den, int scale) {
  den *= money::power_of_ten(scale);
  const Int128 common = std::max<Int128>(1, gcd(num < 0 ? -num : num, den));
  num /= common;
  den /= common;
  const int decimals = decimals_of(den);
  if (decimals < 0) {
    return base::to_string(num) + "/" + base::to_string(den);
  }
  const auto shown = static_cast<size_t>(std::max(decimals, scale));
  const Int128 magnitude = num < 0 ? -num : num;
  Int128 power = 1;
  for (size_t n = 0; n < shown; ++n) power *= 10;
  std::string words = (num < 0 ? "-" : "") + base::to_string(magnitude / den);
  if (shown == 0) return words;
  const std::string fraction = base::to_string(magnitude % den * (power / den));
  return words + "." + std::string(shown - fraction.size(), '0') + fraction;
}

Derivation derive(const plan::Program& program, os::Disk& log, const std::string& account,
                  const book::BookEntry& entry, std::span<const book::BookEntry> beside,
                  const event::RecordWords& record, const CreditsAt& credits_at) {
  Derivation told;
  if (!bookkeeping::is_of_rule(entry)) return told;
  // What is due comes first, whatever the record is.
  const bool is_due = bookkeeping::is_of_close(program, entry) || !is_revised(entry);
  const auto revised = is_due ? std::nullopt : revised_by(record);
  if (revised) {
    told.fields = {*revised};
    return told;
  }
  const uint32_t clause = bookkeeping::clause_of(entry);
  if (const plan::ChallengeKind* const challenge = plan::challenge_of(program, clause)) {
    return derive_prize(program, log, account, entry, *challenge, credits_at);
  }
  std::vector<Watched> watched = {watch(program, entry, beside)};
  AccountRerun rerun(program, account, credits_at);
  if (!rerun.run(log, &watched)) {
    told.fields = {{"problem", rerun.error()}};
    return told;
  }
  const Watched& seen = watched.front();
  if (seen.program == nullptr ||
      !is_of(entry, seen.program->clauses[seen.trace.clause], seen.trace)) {
    told.fields = {{"problem", std::string(kNotThisEntry)}};
    return told;
  }
  told = derivation_of(seen, rerun, record, account);
  tell_grant(*seen.program, seen, entry, &told);
  return told;
}

std::vector<Share> derive_shares(const plan::Program& program, os::Disk& log,
                                 const std::string& account,
                                 std::span<const book::BookEntry> entries,
                                 std::span<const book::BookEntry> beside,
                                 const CreditsAt& credits_at) {
  std::vector<Share> shares(entries.size());
  std::vector<Watched> watched;
  std::vector<size_t> places;
  for (size_t e = entries.size(); e-- > 0;) {
    if (!bookkeeping::is_of_rule(entries[e]) || is_reversed(entries[e])) continue;
    const plan::ChallengeKind* const challenge =
        plan::challenge_of(program, bookkeeping::clause_of(entries[e]));
    if (challenge != nullptr) {
      const plan::MeasureKind& measure = program.measures[challenge->measure];
      shares[e].subject = program.subjects[measure.subject].owner + "=" + account;
      continue;
    }
    watched.push_back(watch(program, entries[e], beside));
    places.push_back(e);
  }
  if (watched.empty()) return shares;
  AccountRerun rerun(program, account, credits_at);
  const bool is_run = rerun.run(log, &watched);
  for (size_t w = 0; w < watched.size(); ++w) {
    Share& share = shares[places[w]];
    if (!is_run) {
      share.problem = rerun.error();
      continue;
    }
    const Watched& seen = watched[w];
    // A CORRECT works nothing out but a difference.
    if (seen.type == event::kNoType && seen.is_of_record()) continue;
    if (seen.program != nullptr &&
        is_of(entries[places[w]], seen.program->clauses[seen.trace.clause], seen.trace)) {
      share = share_of(*seen.program, seen, account, rerun.symbols());
    } else {
      share.problem = kNotThisEntry;
    }
  }
  return shares;
}

}  // namespace guerdon::history
