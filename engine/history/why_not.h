// The answer to WHYNOT: what a rule made of an event for an account, and why it was nothing.
//
// It follows from the log and the plan's text: the account's events are run again up to the record
// (account_rerun.h), and at it the rule itself, whether or not the index of the machine finds it,
// with the way that its code took noted. The first condition in the order of the text that is not
// true is the reason.
//
// Thread-safety: one thread at a time, the reader's.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/book/book_entry.h"
#include "engine/book/book_reader.h"
#include "engine/event/record_words.h"
#include "engine/history/account_rerun.h"
#include "engine/history/register_query.h"
#include "engine/net/reply.h"
#include "engine/os/disk.h"
#include "engine/program/program.h"

namespace guerdon::history {

struct WhyQuery {
  std::string account;
  uint64_t account_hash = 0;
  uint64_t lsn = 0;
  std::vector<uint32_t> clauses;  // of one rule
};

// WHYNOT account lsn rule [plan=NAME].
std::optional<Fault> read_query(const plan::Program& program,
                                std::span<const std::string_view> words, WhyQuery* query);

// One of a rule; where its effects have different ones, one of each.
struct Reason {
  using Fields = std::vector<std::pair<std::string, std::string>>;

  // What it is, first that the event did not come to the rule: problem, record, event, role,
  // filter, object; then that the rule did not apply: condition, missing, window; then what its
  // amount came to: no_row, missing, subject, zero, unchanged, kept, nothing_to_return, group,
  // limit; wallet, suspense; and paid.
  std::string_view what;
  std::string sentence;
  std::optional<int> effect;  // from 0; nothing: of the whole rule
  Fields fields;
  Fields inputs;  // what the rule read
};

// `record`: that of the LSN (log_record.h); `entries`: all that the account has of it;
// `credits_at`: as AccountRerun has it.
std::vector<Reason> why_not(const plan::Program& program, os::Disk& log, const WhyQuery& query,
                            const event::RecordWords& record,
                            std::span<const book::BookEntry> entries,
                            const CreditsAt& credits_at = {});

// A map: `record`, `text`: the lines of the rule in its plan, `reasons`.
void write_why_not(const plan::Program& program, os::Disk& log, const WhyQuery& query,
                   book::BookReader& book, net::ReplyWriter& reply);

}  // namespace guerdon::history
