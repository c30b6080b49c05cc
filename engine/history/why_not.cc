#include "engine/history/why_not.h"

#include <algorithm>
#include <charconv>

#include "engine/base/assert.h"
#include "engine/base/timestamp.h"
#include "engine/book/book_scan.h"
#include "engine/bookkeeping/book_entries.h"
#include "engine/calendar/period.h"
#include "engine/event/text_rules.h"
#include "engine/history/account_rerun.h"
#include "engine/history/derivation.h"
#include "engine/history/input_words.h"
#include "engine/history/log_record.h"
#include "engine/history/register_page.h"
#include "engine/history/rule_path.h"
#include "engine/ledger/entry.h"
#include "engine/money/decimal.h"

namespace guerdon::history {

namespace {

using base::Int128;

constexpr std::string_view kPlan = "plan=";

Reason reason(std::string_view what, std::string sentence) {
  Reason made;
  made.what = what;
  made.sentence = std::move(sentence);
  return made;
}

// Of one clause at the record that was run.
class WhyNot {
 public:
  WhyNot(const plan::Program& program, const WhyQuery& query, const Watched& seen,
         const AccountRerun& rerun, const event::RecordWords& record,
         std::span<const book::BookEntry> entries)
      : program_(program),
        query_(query),
        seen_(seen),
        trace_(seen.trace),
        clause_(program.clauses[seen.trace.clause]),
        rerun_(rerun),
        record_(record),
        entries_(entries),
        words_(program, seen.type, rerun, record) {}

  Reason find() const {
    const plan::ClauseCode* const code = code_of_event();
    if (code == nullptr) return not_of_rule();
    if (seen_.is_rejected) {
      return reason("late", "the event was refused: a period in which it would count was closed");
    }
    if (trace_.path.empty() && trace_.filter.empty() && !trace_.amount) return not_in_role(*code);
    const RulePath way(program_, clause_.plan, words_, rerun_.symbols(), trace_);
    if (trace_.is_filtered) return with_inputs(as_reason(way.filtered()));
    if (std::optional<Reason> waits = until_close()) return *std::move(waits);
    std::optional<Reason> instead;  // of what its amount is
    if (!has_left()) instead = short_of_amount(way, *code);
    if (trace_.amount) return of_amount(std::move(instead));
    return with_inputs(instead ? *std::move(instead) : of_effect(no_subject()));
  }

 private:
  // Its period was open when the event came.
  std::optional<Reason> until_close() const {
    if (!clause_.at_close || trace_.amount) return std::nullopt;
    const std::vector<plan::PathStep>& path = trace_.path;
    // Where it was closed, what stands next was come to.
    const auto waits = [&](const plan::PathStep& step) {
      const size_t next = static_cast<size_t>(&step - path.data()) + 1;
      return program_.code[step.at].op == plan::Op::kUnlessClosed &&
             (next == path.size() || path[next].at != step.at + 1);
    };
    if (std::none_of(path.begin(), path.end(), waits)) return std::nullopt;
    const int clock = program_.subjects[clause_.subject].clock;
    const plan::Clock& cut = program_.clocks[static_cast<size_t>(clock)];
    return reason("close", "it is paid when the " + calendar::period_phrase(cut.rule) +
                               " closes, and that was open when the event came");
  }

  const plan::ClauseCode* code_of_event() const {
    for (const plan::ClauseCode& code : program_.clause_codes) {
      if (code.clause == trace_.clause && code.type == seen_.type) return &code;
    }
    return nullptr;
  }

  // Whether the account had the role until the event: the rule was not asked, and nothing is owed.
  bool has_left() const { return trace_.path.empty(); }

  const std::string& type_name(uint16_t type) const { return program_.schema.type(type).wire; }

  Reason not_of_rule() const {
    std::string types;
    for (const plan::ClauseCode& code : program_.clause_codes) {
      if (code.clause != trace_.clause) continue;
      types += (types.empty() ? "" : ", ") + type_name(code.type);
    }
    if (types.empty()) {
      if (plan::challenge_of(program_, trace_.clause) != nullptr) {
        return reason("event", "no event pays this: a challenge pays when its period is closed");
      }
      return reason("event", clause_.at_close
                                 ? "no event pays this: it is paid when a period is closed"
                                 : "no event pays this: it follows what TARGET says");
    }
    return reason("event",
                  "the rule is not about " + type_name(seen_.type) + " but about " + types);
  }

  Reason not_in_role(const plan::ClauseCode& code) const {
    const std::string role = words_.name_of_slot(code.slot);
    Reason made = reason("role", "the event names nobody as " + role);
    made.fields = {{"role", role}};
    for (const auto& [name, value] : record_.attributes) {
      if (name != role) continue;
      made.sentence = "the event's " + role + " is " + value + ", not " + query_.account;
      made.fields.emplace_back("named", value);
    }
    return made;
  }

  // Why it did not come to an amount, or to one of a missing value.
  std::optional<Reason> short_of_amount(const RulePath& way, const plan::ClauseCode& code) const {
    if (std::optional<Blocked> blocked = way.blocked(code)) return as_reason(*std::move(blocked));
    if (std::optional<Blocked> own = way.not_reached(code)) {
      return of_effect(as_reason(*std::move(own)));
    }
    if (way.is_missing(code) || (!trace_.amount && !way.is_asked(code))) {
      return of_effect(as_reason(way.missing_amount(code)));
    }
    return std::nullopt;
  }

  static Reason as_reason(Blocked blocked) {
    Reason made = reason(blocked.what, std::move(blocked.sentence));
    made.fields = std::move(blocked.fields);
    return made;
  }
  Reason of_effect(Reason made) const {
    made.effect = clause_.effect;
    return made;
  }
  Reason with_inputs(Reason made) const {
    for (const plan::ReadInput& input : trace_.inputs) {
      made.inputs.emplace_back(words_.name_of(input), words_.value_of(input));
    }
    return made;
  }

  Reason no_subject() const {
    return reason("subject",
                  "the event does not name what the rule is kept for, or is too late for it");
  }

  std::string of_wallet(Int128 amount) const {
    const plan::WalletKind& wallet = program_.wallets[clause_.wallet];
    return money::format_decimal(amount, wallet.scale) + " " + wallet.unit;
  }

  // What the rule asks of the wallet: above 0 for a credit that pays.
  Int128 delta() const {
    if (trace_.passed) return *trace_.passed;
    const Int128 asked = asked_of(clause_, trace_);
    const bool makes_nothing = clause_.verb == plan::Verb::kBurn && asked < 0;
    return makes_nothing ? 0 : asked - trace_.posted;
  }

  Reason of_amount(std::optional<Reason> instead) const {
    const bool is_owed = clause_.subject != plan::kNowhere;
    const bool is_less = is_owed && asked_of(clause_, trace_) < trace_.posted;
    Reason found;
    if (is_less && clause_.keeps && !has_left()) {
      found = reason("kept", "the rule takes nothing back: what it has paid, " +
                                 of_wallet(trace_.posted) + ", stays");
    } else if (delta() != 0) {
      found = of_wallet_entries();
    } else if (instead) {
      return with_inputs(*std::move(instead));
    } else {
      found = nothing_asked(is_owed);
    }
    return told(of_effect(std::move(found)));
  }

  Reason told(Reason made) const {
    Derivation derived = derivation_of(seen_, rerun_, record_, query_.account);
    for (auto& field : derived.fields) made.fields.push_back(std::move(field));
    made.inputs = std::move(derived.inputs);
    return made;
  }

  // It asked for something.
  Reason of_wallet_entries() const {
    Int128 sum = 0;
    bool is_there = false;
    ledger::Note note = ledger::Note::kNone;
    for (const book::BookEntry& entry : entries_) {
      const bool is_own = bookkeeping::is_of_rule(entry) &&
                          bookkeeping::clause_of(entry) == trace_.clause &&
                          !bookkeeping::is_due_before(program_, entry);
      if (!is_own) continue;
      is_there = true;
      sum += entry.amount;
      note = static_cast<ledger::Note>(entry.note);
    }
    const bool is_closed = note == ledger::Note::kClosed;
    if (is_closed || note == ledger::Note::kOverflow) {
      Reason held = reason("suspense", of_wallet(sum) + " went to suspense: the wallet " +
                                           (is_closed ? "is not open" : "can hold no more"));
      held.fields = {{"suspense", of_wallet(sum)}};
      return held;
    }
    if (is_there) {
      Reason paid =
          reason("paid", sum < 0 ? "it took: " + of_wallet(-sum) : "it did pay: " + of_wallet(sum));
      paid.fields = {{"paid", of_wallet(sum)}};
      return paid;
    }
    if (clause_.budget != plan::kNowhere && delta() > 0) return of_budget();
    if (clause_.granted != plan::kNowhere) return of_ungranted();
    const bool is_credit = clause_.verb == plan::Verb::kCredit;
    const Int128 amount = is_credit ? delta() : -delta();
    Reason nothing = reason("wallet", "the rule asked the wallet for " + of_wallet(amount) +
                                          ", and the wallet had nothing to give");
    nothing.fields = {{"asked_of_wallet", of_wallet(amount)}};
    return nothing;
  }

  // Others had it by then: or it has less than was asked for, and pays nothing then.
  Reason of_budget() const {
    const std::string& budget = program_.budgets[clause_.budget].name;
    return reason("budget", "the rule asked budget " + budget + " for " + of_wallet(delta()) +
                                ", and that granted nothing");
  }

  // Less is owed than before.
  Reason of_ungranted() const {
    const std::string& budget = program_.budgets[clause_.budget].name;
    return reason("not_granted", "the rule owes " + of_wallet(-delta()) +
                                     " less, and of that budget " + budget +
                                     " had granted nothing, or the wallet had nothing to give");
  }

  Reason nothing_asked(bool is_owed) const {
    if (trace_.taken_back) {
      return reason("nothing_to_return", "of what the rule paid, nothing is left to take back");
    }
    if (trace_.given == 0 && asked_of(clause_, trace_) != 0) return of_group();
    const Int128 now = trace_.given ? Int128{*trace_.given} : asked_of(clause_, trace_);
    if (!clause_.limits.empty() && now != trace_.posted) return of_limits();
    if (is_owed) {
      return reason("unchanged", "what is owed in all, " + of_wallet(trace_.posted) +
                                     ", was posted before this event");
    }
    return reason("zero", "the amount comes to 0");
  }

  Reason of_group() const {
    const std::string& group = program_.groups[clause_.group].name;
    std::string others;
    for (const plan::TracedShare& share : trace_.group) {
      if (share.given == 0) continue;
      others += (others.empty() ? "" : ", ") + program_.clauses[share.clause].rule;
    }
    Reason made = reason("group", "its group " + group + " gives all to " + others);
    made.fields = {{"group", group}, {"chosen", others}};
    return made;
  }

  Reason of_limits() const {
    if (trace_.limits.empty()) {
      return reason("subject", "the event does not name what a limit is kept for, or is too late");
    }
    const plan::TracedLimit& last = trace_.limits.back();
    const std::string& limit = clause_.limits[last.limit].words;
    Reason made = reason("limit", "`" + limit + "` left nothing");
    made.fields = {{"limit", limit}};
    return made;
  }

  const plan::Program& program_;
  const WhyQuery& query_;
  const Watched& seen_;
  const plan::ClauseTrace& trace_;
  const plan::Clause& clause_;
  const AccountRerun& rerun_;
  const event::RecordWords& record_;
  const std::span<const book::BookEntry> entries_;
  const InputWords words_;
};

bool is_event(const event::RecordWords& record) {
  return std::find(record.fields.begin(), record.fields.end(),
                   std::pair<std::string, std::string>("record", "event")) != record.fields.end();
}

}  // namespace

std::optional<Fault> read_query(const plan::Program& program,
                                std::span<const std::string_view> words, WhyQuery* query) {
  if (std::optional<Fault> fault = read_account(words[1], &query->account, &query->account_hash)) {
    return fault;
  }
  const char* const end = words[2].data() + words[2].size();
  const auto [at, failed] = std::from_chars(words[2].data(), end, query->lsn);
  if (failed != std::errc() || at != end) {
    return Fault{"INVALID",
                 "word 3: it is no LSN; write the one that the event was answered, such as 17"};
  }
  std::string_view plan;
  if (words.size() > 4) {
    if (!words[4].starts_with(kPlan) || words[4].size() == kPlan.size()) {
      return Fault{"SYNTAX",
                   "word 5: this is not how it goes on; write WHYNOT account lsn rule [plan=NAME]"};
    }
    plan = words[4].substr(kPlan.size());
  }
  std::optional<int> found;
  for (uint32_t c = 0; c < program.clauses.size(); ++c) {
    const plan::Clause& clause = program.clauses[c];
    const std::string& of = program.plans[static_cast<size_t>(clause.plan)].name;
    if (clause.rule != words[3] || (!plan.empty() && of != plan)) continue;
    if (found && *found != clause.plan) {
      return Fault{"INVALID", "word 4: several plans have the rule " +
                                  event::printable(words[3], event::kExcerptShownMax) +
                                  "; say whose it is with plan=NAME"};
    }
    found = clause.plan;
    query->clauses.push_back(c);
  }
  if (found) return std::nullopt;
  return Fault{"UNKNOWN",
               "word 4: no plan" +
                   (plan.empty() ? "" : " " + event::printable(plan, event::kExcerptShownMax)) +
                   " has the rule " + event::printable(words[3], event::kExcerptShownMax)};
}

std::vector<Reason> why_not(const plan::Program& program, os::Disk& log, const WhyQuery& query,
                            const event::RecordWords& record,
                            std::span<const book::BookEntry> entries, const CreditsAt& credits_at) {
  if (!is_event(record)) {
    return {reason("record", "LSN " + std::to_string(query.lsn) + " is no event")};
  }
  std::vector<Watched> watched;
  for (const uint32_t clause : query.clauses) {
    Watched& one = watched.emplace_back();
    one.lsn = query.lsn;
    one.asks_why = true;
    one.trace.clause = clause;
  }
  AccountRerun rerun(program, query.account, credits_at);
  if (!rerun.run(log, &watched)) return {reason("problem", rerun.error())};
  std::vector<Reason> reasons;
  for (const Watched& seen : watched) {
    // Numbers of clauses stay, and one that came later was no rule then.
    Reason found = seen.trace.clause < seen.program->clauses.size()
                       ? WhyNot(*seen.program, query, seen, rerun, record, entries).find()
                       : reason("rule", "the rule came with a later version of its plan");
    const bool is_told =
        !found.effect && std::any_of(reasons.begin(), reasons.end(), [&](const Reason& other) {
          return other.sentence == found.sentence;
        });
    if (!is_told) reasons.push_back(std::move(found));
  }
  return reasons;
}

namespace {

void write_fields(const Reason::Fields& fields, net::ReplyWriter& reply) {
  for (const auto& [name, value] : fields) {
    reply.bulk(name);
    reply.bulk(value);
  }
}

void write_map(std::string_view name, const Reason::Fields& fields, net::ReplyWriter& reply) {
  reply.bulk(name);
  reply.map_header(fields.size());
  write_fields(fields, reply);
}

// Nothing: a problem, which is answered.
std::optional<std::vector<book::BookEntry>> entries_at(book::BookReader& book,
                                                       const WhyQuery& query,
                                                       net::ReplyWriter& reply) {
  if (!book.refresh()) {
    write_problem(book.problem().sentence(), reply);
    return std::nullopt;
  }
  std::vector<book::BookEntry> entries;
  book::BookScan scan(
      book, {.first_lsn = query.lsn, .last_lsn = query.lsn, .account = query.account_hash});
  book::BookScan::Step step = scan.next();
  for (; step == book::BookScan::Step::kEntry; step = scan.next()) {
    entries.push_back(scan.entry().entry);
  }
  if (step == book::BookScan::Step::kEnd) return entries;
  write_problem(scan.problem().sentence(), reply);
  return std::nullopt;
}

}  // namespace

void write_why_not(const plan::Program& program, os::Disk& log, const WhyQuery& query,
                   book::BookReader& book, net::ReplyWriter& reply) {
  const auto entries = entries_at(book, query, reply);
  if (!entries) return;
  event::RecordWords record;
  std::string error;
  if (!read_record(log, program.schema, query.lsn, &record, &error)) {
    reply.error("UNKNOWN", "word 3: " + error);
    return;
  }
  CreditsOfBook credits(program, book);
  const std::vector<Reason> reasons =
      why_not(program, log, query, record, *entries, credits.asked());
  const plan::Clause& clause = program.clauses[query.clauses.front()];
  reply.map_header(3);
  reply.bulk("record");
  reply.map_header(record.fields.size() + 1);
  write_fields(record.fields, reply);
  write_map("attributes", record.attributes, reply);
  reply.bulk("text");
  reply.bulk(program.plans[static_cast<size_t>(clause.plan)].words_of(clause));
  reply.bulk("reasons");
  reply.array_header(reasons.size());
  for (const Reason& each : reasons) {
    reply.map_header(each.fields.size() + (each.effect ? 4 : 3));
    reply.bulk("reason");
    reply.bulk(each.what);
    reply.bulk("sentence");
    reply.bulk(each.sentence);
    if (each.effect) {
      reply.bulk("effect");
      reply.bulk(std::to_string(*each.effect + 1));
    }
    write_fields(each.fields, reply);
    write_map("inputs", each.inputs, reply);
  }
}

}  // namespace guerdon::history
