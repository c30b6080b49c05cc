// How a rule came to an entry, in words: what is not stored, but follows from the log.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/book/book_entry.h"
#include "engine/event/record_words.h"
#include "engine/history/account_rerun.h"
#include "engine/os/disk.h"
#include "engine/program/program.h"

namespace guerdon::history {

struct Derivation {
  using Fields = std::vector<std::pair<std::string, std::string>>;

  // problem alone; or subject; basis and rate where the amount is a share of something;
  // before_rounding, rounding; uncapped and at_most where the effect has `at most`; owed,
  // posted_before and delta where the rule is an entitlement; asked, passed and maybe bound_by
  // where the effect has limits over more than the event; returned, value and earned where it takes
  // back, at the rate paid returned_in_all and taken_before, too. Of a prize subject, challenge,
  // period, score, rank (those that win so), prize, ties and ranks. Exact, in the wallet's unit, as
  // the plan says it: what a debit takes is above 0.
  Fields fields;
  // What the rule read until it came to the effect: `amount`, `known segment`, `turnover before`,
  // `rates.rate row 2`.
  Fields inputs;
};

// What a rerun is to see of the clause of an entry, at its record. `beside`: entries of the
// account, each once, among them all that closes paid at that record: of further names that were
// paid alike, these say which it is. REQUIRES: a rule made it.
Watched watch(const plan::Program& program, const book::BookEntry& entry,
              std::span<const book::BookEntry> beside);

// Nothing where no rule made the entry; of what was taken back, the event. `beside`: as above.
// `record`: that of the entry, in words. `credits_at`: as AccountRerun has it.
Derivation derive(const plan::Program& program, os::Disk& log, const std::string& account,
                  const book::BookEntry& entry, std::span<const book::BookEntry> beside,
                  const event::RecordWords& record, const CreditsAt& credits_at = {});

// The same of what a clause was seen to come to at a record, whatever was posted. REQUIRES: the
// rerun came to it last, and seen.trace.amount is there.
Derivation derivation_of(const Watched& seen, const AccountRerun& rerun,
                         const event::RecordWords& record, const std::string& account);

// What the clause asks for or owes, rounded as it is posted. REQUIRES: trace.amount.
base::Int128 asked_of(const plan::Clause& clause, const plan::ClauseTrace& trace);

// What an entry is a share of, in words: columns of the register. Empty is what it does not have.
struct Share {
  std::string subject;  // agent=ann city=Rome, or of a rule for each event source=till event=p-1
  std::string basis;    // 10.01
  std::string rate;     // 0.07, or 1 per 10.00
  std::string problem;  // a sentence: it cannot be told
};

// One for each entry, in their order, by one run over the log. `beside`: as above, for each.
// REQUIRES: entries of the account, the newest first.
std::vector<Share> derive_shares(const plan::Program& program, os::Disk& log,
                                 const std::string& account,
                                 std::span<const book::BookEntry> entries,
                                 std::span<const book::BookEntry> beside,
                                 const CreditsAt& credits_at = {});

// num / den minor units: "0.7007", or "1/3" where no decimal is exact. REQUIRES: den > 0.
std::string exact_words(base::Int128 num, base::Int128 den, int scale);

}  // namespace guerdon::history
