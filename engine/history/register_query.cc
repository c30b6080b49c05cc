#include "engine/history/register_query.h"

#include <algorithm>
#include <charconv>

#include "engine/base/hash.h"
#include "engine/bookkeeping/book_entries.h"
#include "engine/event/field.h"
#include "engine/event/named.h"
#include "engine/event/text_rules.h"

namespace guerdon::history {

namespace {

constexpr size_t kShownMax = 64;

std::string shown(std::string_view word) {
  return word.empty() ? "an empty word" : event::printable(word, kShownMax);
}

// A word name=value at its place among the words, from 1.
struct Option {
  size_t word = 0;
  std::string_view name;
  std::string_view value;

  std::string place() const { return "word " + std::to_string(word) + ", " + std::string(name); }
  Fault wrong(std::string_view what) const {
    return {"INVALID", place() + ": " + shown(value) + " " + std::string(what)};
  }
  Fault unknown(std::string_view what) const {
    return {"UNKNOWN", place() + ": no plan has " + std::string(what) + " " + shown(value)};
  }
};

std::optional<Fault> read_time(const Option& option, base::TimeMs* time) {
  if (base::parse_timestamp(option.value, time)) return std::nullopt;
  return option.wrong(
      "is no time; write one such as 2026-03-01T00:00:00Z, or milliseconds since 1970");
}

std::optional<Fault> read_number(const Option& option, uint64_t most, uint64_t* number,
                                 uint64_t least = 1) {
  const char* const end = option.value.data() + option.value.size();
  const auto [at, failed] = std::from_chars(option.value.data(), end, *number);
  const bool is_read = failed == std::errc() && at == end;
  if (is_read && *number >= least && *number <= most) return std::nullopt;
  return option.wrong("is none of the numbers that it may be; write " + std::to_string(least) +
                      " to " + std::to_string(most));
}

Option option_of(std::span<const std::string_view> words, size_t at) {
  const size_t equals = words[at].find('=');
  if (equals == std::string_view::npos) return {at + 1, "", words[at]};
  return {at + 1, words[at].substr(0, equals), words[at].substr(equals + 1)};
}

Fault no_such_option(const Option& option, std::string_view usage) {
  const std::string_view word = option.name.empty() ? option.value : option.name;
  return {"SYNTAX", "word " + std::to_string(option.word) + ": " + shown(word) +
                        " is nothing that can be asked; write " + std::string(usage)};
}

// The options of REGISTER, one after the other.
class QueryReader {
 public:
  QueryReader(const plan::Program& program, std::string_view usage, RegisterQuery* query)
      : program_(program), usage_(usage), query_(*query) {}

  std::optional<Fault> read(const Option& option) {
    if (option.name == "unit" || option.name == "program") return read_wallet(option);
    if (option.name == "kind") return read_kind(option);
    if (option.name == "rule") return read_rule(option);
    if (option.name == "from") return read_time(option, &query_.from);
    if (option.name == "to") return read_time(option, &query_.to);
    if (option.name == "limit") return read_limit(option);
    return no_such_option(option, usage_);
  }

 private:
  // Of what passed until now.
  std::optional<Fault> read_wallet(const Option& option) {
    const bool is_unit = option.name == "unit";
    if (query_.wallets.empty()) query_.wallets.assign(program_.wallets.size(), true);
    bool is_known = false;
    for (size_t w = 0; w < program_.wallets.size(); ++w) {
      const plan::WalletKind& wallet = program_.wallets[w];
      const bool is_it = is_unit ? event::is_named(wallet.program, wallet.unit, option.value)
                                 : wallet.program == option.value;
      is_known = is_known || is_it;
      query_.wallets[w] = query_.wallets[w] && is_it;
    }
    if (is_known) return std::nullopt;
    return option.unknown(is_unit ? "the unit" : "the program");
  }

  std::optional<Fault> read_kind(const Option& option) {
    const auto found = std::find(program_.kinds.begin(), program_.kinds.end(), option.value);
    if (found == program_.kinds.end()) return option.unknown("entries of the kind");
    query_.kind = static_cast<uint8_t>(found - program_.kinds.begin());
    return std::nullopt;
  }

  std::optional<Fault> read_rule(const Option& option) {
    query_.clauses.assign(program_.clauses.size(), false);
    bool is_known = false;
    for (size_t c = 0; c < program_.clauses.size(); ++c) {
      query_.clauses[c] = program_.clauses[c].rule == option.value;
      is_known = is_known || query_.clauses[c];
    }
    return is_known ? std::nullopt : std::optional(option.unknown("the rule"));
  }

  std::optional<Fault> read_limit(const Option& option) {
    uint64_t limit = 0;
    if (std::optional<Fault> fault = read_number(option, kLinesMax, &limit)) return fault;
    query_.limit = static_cast<uint32_t>(limit);
    return std::nullopt;
  }

  const plan::Program& program_;
  const std::string_view usage_;
  RegisterQuery& query_;
};

constexpr std::string_view kRegisterUsage =
    "REGISTER account [unit=U] [program=P] [kind=K] [rule=R] [object=ID] [from=TIME] [to=TIME] "
    "[derived=yes] [limit=N] [before=PLACE]";
constexpr std::string_view kEntriesUsage =
    "ENTRIES [unit=U] [program=P] [kind=K] [rule=R] [from=TIME] [to=TIME] [limit=N] "
    "[after=PLACE]";

constexpr std::string_view kSubscribeUsage =
    "SUBSCRIBE [account=NAME] [unit=U] [program=P] [kind=K] [rule=R] [after=PLACE]";

std::optional<Fault> read_place(const Option& option, std::string* place) {
  *place = option.value;
  return place->empty() ? std::optional(option.wrong("is no place")) : std::nullopt;
}

std::optional<Fault> read_object(const Option& option, std::string* object) {
  *object = option.value;
  const bool is_id = !object->empty() && !event::read_text(option.value, event::kIdBytesMax);
  if (is_id) return std::nullopt;
  return option.wrong("is no id of an object; write 1 to " + std::to_string(event::kIdBytesMax) +
                      " bytes of text without control characters");
}

std::optional<Fault> read_account_of(const Option& option, RegisterQuery* query) {
  if (option.value.empty() || event::read_text(option.value, event::kTextBytesMax)) {
    return option.wrong("is no name of an account; write 1 to " +
                        std::to_string(event::kTextBytesMax) +
                        " bytes of text without control characters");
  }
  query->account = option.value;
  query->account_hash = base::hash64(option.value);
  return std::nullopt;
}

std::optional<Fault> read_yes(const Option& option, bool* is_yes) {
  *is_yes = option.value == "yes";
  return *is_yes ? std::nullopt
                 : std::optional(option.wrong("is not yes; write yes, or leave it out"));
}

}  // namespace

std::optional<Fault> read_account(std::string_view word, std::string* account, uint64_t* hash) {
  if (word.empty() || event::read_text(word, event::kTextBytesMax)) {
    return Fault{"INVALID", "word 2: " + shown(word) + " is no name of an account; write 1 to " +
                                std::to_string(event::kTextBytesMax) +
                                " bytes of text without control characters"};
  }
  *account = word;
  *hash = base::hash64(word);
  return std::nullopt;
}

bool RegisterQuery::passes(const book::BookEntry& entry) const {
  if (!wallets.empty() && !wallets[entry.wallet]) return false;
  if (kind && entry.kind != *kind) return false;
  if (entry.effective < from || entry.effective >= to) return false;
  if (clauses.empty()) return true;
  const uint32_t clause = bookkeeping::clause_of(entry);
  return clause < clauses.size() && clauses[clause];
}

std::optional<Fault> read_query(const plan::Program& program,
                                std::span<const std::string_view> words, RegisterQuery* query) {
  if (std::optional<Fault> fault = read_account(words[1], &query->account, &query->account_hash)) {
    return fault;
  }
  QueryReader reader(program, kRegisterUsage, query);
  for (size_t at = 2; at < words.size(); ++at) {
    const Option option = option_of(words, at);
    std::optional<Fault> fault;
    if (option.name == "before") {
      fault = read_place(option, &query->before);
    } else if (option.name == "object") {
      fault = read_object(option, &query->object);
    } else if (option.name == "derived") {
      fault = read_yes(option, &query->is_derived);
    } else {
      fault = reader.read(option);
    }
    if (fault) return fault;
  }
  return std::nullopt;
}

std::optional<Fault> read_query(const plan::Program& program,
                                std::span<const std::string_view> words, EntriesQuery* query) {
  QueryReader reader(program, kEntriesUsage, &query->filter);
  for (size_t at = 1; at < words.size(); ++at) {
    const Option option = option_of(words, at);
    std::optional<Fault> fault = option.name == "after"
                                     ? read_number(option, INT64_MAX, &query->after)
                                     : reader.read(option);
    if (fault) return fault;
  }
  return std::nullopt;
}

std::optional<Fault> read_subscription(const plan::Program& program,
                                       std::span<const std::string_view> words, EntriesQuery* query,
                                       bool* has_place) {
  QueryReader reader(program, kSubscribeUsage, &query->filter);
  *has_place = false;
  for (size_t at = 1; at < words.size(); ++at) {
    const Option option = option_of(words, at);
    std::optional<Fault> fault;
    if (option.name == "after") {
      *has_place = true;
      fault = read_number(option, INT64_MAX, &query->after, 0);
    } else if (option.name == "account") {
      fault = read_account_of(option, &query->filter);
    } else if (option.name == "from" || option.name == "to" || option.name == "limit") {
      fault = no_such_option(option, kSubscribeUsage);
    } else {
      fault = reader.read(option);
    }
    if (fault) return fault;
  }
  return std::nullopt;
}

std::optional<Fault> read_query(std::span<const std::string_view> words, BalanceQuery* query) {
  if (std::optional<Fault> fault = read_account(words[1], &query->account, &query->account_hash)) {
    return fault;
  }
  for (size_t at = 2; at < words.size(); ++at) {
    const Option option = option_of(words, at);
    std::optional<Fault> fault;
    if (option.name == "time") {
      fault = read_time(option, &query->time.emplace());
    } else if (option.name == "lsn") {
      fault = read_number(option, INT64_MAX, &query->lsn);
    } else {
      fault = no_such_option(option, "BALANCEAT account [time=TIME] [lsn=N]");
    }
    if (fault) return fault;
  }
  return std::nullopt;
}

}  // namespace guerdon::history
