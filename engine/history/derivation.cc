#include "engine/history/derivation.h"

#include <algorithm>
#include <utility>

#include "engine/bookkeeping/book_entries.h"
#include "engine/history/account_rerun.h"
#include "engine/ledger/entry.h"
#include "engine/money/decimal.h"
#include "engine/money/rounding.h"

namespace guerdon::history {

namespace {

using base::Int128;
using plan::ReadInput;

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

// What the clause asks for or owes, rounded as it is posted.
Int128 asked_of(const plan::Clause& clause, const plan::ClauseTrace& trace) {
  const Int128 asked = money::divide_rounded(*trace.amount, clause.den, clause.rounding);
  return clause.subject == plan::kNowhere ? asked : std::max<Int128>(asked, 0);
}

// Whether the entry can be what the wallet made of it: it may have taken less; more, or the other
// way, it cannot.
bool is_of(const book::BookEntry& entry, const plan::Clause& clause,
           const plan::ClauseTrace& trace) {
  if (!trace.amount) return false;
  const Int128 delta = asked_of(clause, trace) - trace.posted;
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
  bool is_too_large = false;
  if (trace.per) {
    is_too_large |= __builtin_mul_overflow(num, trace.per->den, &num);
    is_too_large |= __builtin_mul_overflow(den, trace.per->num, &den);
    num = is_too_large ? num : num / den;
    den = 1;
  }
  is_too_large |= __builtin_mul_overflow(num, trace.rate->num, &num);
  is_too_large |= __builtin_mul_overflow(den, trace.rate->den, &den);
  is_too_large |= __builtin_mul_overflow(num, clause.den, &num);
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
  if (clause.subject == plan::kNowhere) {
    share.subject = "source=" + seen.source + " event=" + seen.id;
  } else {
    const plan::SubjectKind& subject = program.subjects[clause.subject];
    share.subject = subject.owner + "=" + account;
    for (size_t k = 0; k < trace.keys.size(); ++k) {
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
        record_(record) {}

  Derivation write(const std::string& account) {
    const bool is_entitlement = clause_.subject != plan::kNowhere;
    const Int128 asked = asked_of(clause_, trace_);
    Derivation told;
    const Share share = share_of(program_, seen_, account, rerun_.symbols());
    told.fields.emplace_back("subject", share.subject);
    if (!share.basis.empty()) told.fields.emplace_back("basis", share.basis);
    if (!share.rate.empty()) told.fields.emplace_back("rate", share.rate);
    told.fields.emplace_back("before_rounding", of_clause(*trace_.amount));
    told.fields.emplace_back("rounding", money::rounding_name(clause_.rounding));
    if (trace_.cap) {
      told.fields.emplace_back("uncapped", of_clause(*trace_.uncapped));
      told.fields.emplace_back("at_most", of_clause(*trace_.cap));
    }
    if (is_entitlement) {
      told.fields.emplace_back("owed", of_wallet(asked));
      told.fields.emplace_back("posted_before", of_wallet(trace_.posted));
      told.fields.emplace_back("delta", of_wallet(asked - trace_.posted));
    }
    for (const ReadInput& input : trace_.inputs) {
      told.inputs.emplace_back(name_of(input), input.is_missing ? "" : value_of(input));
    }
    return told;
  }

 private:
  int scale() const { return program_.wallets[clause_.wallet].scale; }
  std::string of_clause(Int128 amount) const { return exact_words(amount, clause_.den, scale()); }
  std::string of_wallet(Int128 amount) const { return money::format_decimal(amount, scale()); }

  const event::Field& field_of(const ReadInput& input) const {
    return program_.schema.type(seen_.type).slots[input.index];
  }

  std::string name_of(const ReadInput& input) const {
    switch (input.what) {
      case ReadInput::What::kAttribute:
        return field_of(input).wire;
      case ReadInput::What::kKnown:
        return "known " + known_field(input).wire;
      case ReadInput::What::kMeasureBefore:
      case ReadInput::What::kMeasureAfter: {
        const plan::MeasureKind& measure = program_.measures[input.index];
        const bool is_before = input.what == ReadInput::What::kMeasureBefore;
        return program_.subjects[measure.subject].labels[measure.cell] +
               (is_before ? " before" : " after");
      }
      case ReadInput::What::kCell:
      case ReadInput::What::kRow:
        break;
    }
    const plan::TableWords& table = program_.table_words[input.index];
    std::string name = table.name.empty() ? "rows" : table.name;
    if (input.what == ReadInput::What::kRow) return name;
    const plan::TableWords::Column& column = table.columns[input.column];
    if (!column.name.empty()) name += "." + column.name;
    if (input.row < 0) return name;
    return name + " row " + std::to_string(input.row + 1);
  }

  std::string value_of(const ReadInput& input) const {
    switch (input.what) {
      case ReadInput::What::kAttribute:
        return attribute(input);
      case ReadInput::What::kKnown:
        return known_in_words(known_field(input), static_cast<int64_t>(input.value));
      case ReadInput::What::kMeasureBefore:
      case ReadInput::What::kMeasureAfter:
        return money::format_decimal(input.value, program_.measures[input.index].scale);
      case ReadInput::What::kRow:
        return input.row < 0 ? "" : "row " + std::to_string(input.row + 1);
      case ReadInput::What::kCell:
        break;
    }
    return exact_words(input.value, program_.tables[input.index].den(input.column),
                       program_.table_words[input.index].columns[input.column].scale);
  }

  const event::Field& known_field(const ReadInput& input) const {
    const auto kind =
        std::find_if(program_.known.begin(), program_.known.end(),
                     [&](const plan::KnownKind& each) { return each.subject == input.index; });
    GUERDON_ASSERT(kind != program_.known.end());
    return kind->field;
  }
  std::string known_in_words(const event::Field& field, int64_t value) const {
    if (field.kind != event::FieldKind::kText) return event::number_in_words(field, value);
    return std::string(rerun_.symbols().text(static_cast<plan::Symbol>(value)));
  }

  // As it was sent; what the object had before is not in the record.
  std::string attribute(const ReadInput& input) const {
    const event::Field& field = field_of(input);
    const auto sent =
        std::find_if(record_.attributes.begin(), record_.attributes.end(),
                     [&](const auto& attribute) { return attribute.first == field.wire; });
    if (sent != record_.attributes.end()) return sent->second;
    const bool is_account = field.kind == event::FieldKind::kAccount;
    return is_account ? rerun_.text_of(static_cast<int64_t>(input.value)) : "";
  }

  const plan::Program& program_;
  const plan::Clause& clause_;
  const Watched& seen_;
  const plan::ClauseTrace& trace_;
  const AccountRerun& rerun_;
  const event::RecordWords& record_;
};

// The LSN of the event that the record takes back; "": it is no REVERSE.
std::string reversed_by(const event::RecordWords& record) {
  const auto is_command = [](const auto& field) { return field.first == "command"; };
  if (std::none_of(record.fields.begin(), record.fields.end(), is_command)) return "";
  const auto reverses = [](const auto& attribute) { return attribute.first == "reverses"; };
  const auto found = std::find_if(record.attributes.begin(), record.attributes.end(), reverses);
  return found == record.attributes.end() ? "" : found->second;
}

// By a REVERSE, which is no event: nothing was worked out there but a difference.
bool is_taken_back(const book::BookEntry& entry) {
  return entry.kind == static_cast<uint8_t>(ledger::Kind::kReverse);
}

}  // namespace

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
                  const book::BookEntry& entry, const event::RecordWords& record) {
  Derivation told;
  if (!bookkeeping::is_of_rule(entry)) return told;
  if (const std::string lsn = reversed_by(record); !lsn.empty()) {
    told.fields = {{"reverses", lsn}};
    return told;
  }
  std::vector<Watched> watched(1);
  watched[0].lsn = entry.lsn;
  watched[0].trace.clause = bookkeeping::clause_of(entry);
  AccountRerun rerun(program, account);
  if (!rerun.run(log, &watched)) {
    told.fields = {{"problem", rerun.error()}};
    return told;
  }
  if (!is_of(entry, program.clauses[watched[0].trace.clause], watched[0].trace)) {
    told.fields = {{"problem", std::string(kNotThisEntry)}};
    return told;
  }
  return Words(program, watched[0], rerun, record).write(account);
}

std::vector<Share> derive_shares(const plan::Program& program, os::Disk& log,
                                 const std::string& account,
                                 std::span<const book::BookEntry> entries) {
  std::vector<Share> shares(entries.size());
  std::vector<Watched> watched;
  std::vector<size_t> places;
  for (size_t e = entries.size(); e-- > 0;) {
    if (!bookkeeping::is_of_rule(entries[e]) || is_taken_back(entries[e])) continue;
    Watched& one = watched.emplace_back();
    one.lsn = entries[e].lsn;
    one.trace.clause = bookkeeping::clause_of(entries[e]);
    places.push_back(e);
  }
  if (watched.empty()) return shares;
  AccountRerun rerun(program, account);
  const bool is_run = rerun.run(log, &watched);
  for (size_t w = 0; w < watched.size(); ++w) {
    Share& share = shares[places[w]];
    const plan::Clause& clause = program.clauses[watched[w].trace.clause];
    if (!is_run) {
      share.problem = rerun.error();
    } else if (!is_of(entries[places[w]], clause, watched[w].trace)) {
      share.problem = kNotThisEntry;
    } else {
      share = share_of(program, watched[w], account, rerun.symbols());
    }
  }
  return shares;
}

}  // namespace guerdon::history
