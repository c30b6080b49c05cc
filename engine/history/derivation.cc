#include "engine/history/derivation.h"

#include <algorithm>
#include <utility>

#include "engine/bookkeeping/book_entries.h"
#include "engine/history/account_rerun.h"
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

class Words {
 public:
  Words(const plan::Program& program, const plan::ClauseTrace& trace, const AccountRerun& rerun,
        const event::RecordWords& record)
      : program_(program),
        clause_(program.clauses[trace.clause]),
        trace_(trace),
        rerun_(rerun),
        record_(record) {}

  Derivation write(const book::BookEntry& entry) {
    const bool is_entitlement = clause_.subject != plan::kNowhere;
    Int128 asked = money::divide_rounded(*trace_.amount, clause_.den, clause_.rounding);
    if (is_entitlement) asked = std::max<Int128>(asked, 0);
    const Int128 delta = asked - trace_.posted;
    const Int128 posted = clause_.verb == plan::Verb::kCredit ? delta : -delta;
    // The wallet may have taken less; more, or the other way, it cannot.
    const bool is_it = posted > 0 ? entry.amount > 0 && entry.amount <= posted
                                  : entry.amount < 0 && entry.amount >= posted;
    Derivation told;
    if (!is_it) {
      told.fields = {{"problem", "what follows from the log is not this entry"}};
      return told;
    }
    told.fields.emplace_back("before_rounding", of_clause(*trace_.amount));
    told.fields.emplace_back("rounding", money::rounding_name(clause_.rounding));
    if (trace_.cap) {
      told.fields.emplace_back("uncapped", of_clause(*trace_.uncapped));
      told.fields.emplace_back("at_most", of_clause(*trace_.cap));
    }
    if (is_entitlement) {
      told.fields.emplace_back("owed", of_wallet(asked));
      told.fields.emplace_back("posted_before", of_wallet(trace_.posted));
      told.fields.emplace_back("delta", of_wallet(delta));
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
    return program_.schema.type(rerun_.type()).slots[input.index];
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
  plan::ClauseTrace trace;
  trace.clause = bookkeeping::clause_of(entry);
  AccountRerun rerun(program, account);
  if (!rerun.run(log, entry.lsn, &trace)) {
    told.fields = {{"problem", rerun.error()}};
    return told;
  }
  if (!trace.amount) {
    told.fields = {{"problem", "what follows from the log is not this entry"}};
    return told;
  }
  return Words(program, trace, rerun, record).write(entry);
}

}  // namespace guerdon::history
