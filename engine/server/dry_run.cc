// DRYRUN: what an event would do, in the place in the log at which it is asked.
#include <algorithm>
#include <memory>
#include <string>

#include "engine/bookkeeping/book_entries.h"
#include "engine/history/entry_words.h"
#include "engine/runtime/refusals.h"
#include "engine/server/command.h"
#include "engine/server/intake.h"

namespace guerdon::server {

namespace {

// As a line of ENTRIES.
void write_entry(const plan::Program& program, const runtime::Rehearsed& made,
                 const ledger::Entry& entry, net::ReplyWriter& reply) {
  const auto lot = std::find_if(made.lots.begin(), made.lots.end(),
                                [&](const auto& each) { return ledger::is_of(each, entry); });
  const book::BookEntry kept =
      bookkeeping::book_entry_of(program, entry, lot == made.lots.end() ? nullptr : &*lot);
  const history::EntryWords words = history::words_of(program, kept, 0);
  reply.map_header(words.size());
  const auto name = std::find_if(made.names.begin(), made.names.end(),
                                 [&](const auto& each) { return each.first == entry.account; });
  reply.bulk("account");
  reply.bulk(name == made.names.end() ? "" : name->second);
  for (size_t c = 0; c < words.size(); ++c) {
    if (static_cast<history::Column>(c) == history::Column::kBalance) continue;
    reply.bulk(history::kColumns[c]);
    reply.bulk(words[c]);
  }
}

void write_rehearsed(const plan::Program& program, const event::Batch& batch,
                     const runtime::Rehearsed& made, net::ReplyWriter& reply) {
  const bool is_duplicate = made.outcome == event::Outcome::kDuplicate;
  if (made.outcome != event::Outcome::kOk && !is_duplicate) {
    const runtime::Refused refused =
        runtime::explain_refusal(program, batch, batch.records[0], event::CommandResult());
    return reply.error(refused.code, refused.sentence);
  }
  // What falls due before it comes is not its own: it would come with any event of the account.
  const auto is_own = [&](const ledger::Entry& entry) {
    const bool is_due = ledger::is_of_file(entry.note) || plan::is_of_due_work(program, entry);
    return entry.is_of_rule() && !is_due;
  };
  const auto own =
      static_cast<size_t>(std::count_if(made.entries.begin(), made.entries.end(), is_own));
  reply.map_header(4);
  reply.bulk("outcome");
  reply.bulk(is_duplicate ? "DUP" : "OK");
  reply.bulk("lsn");
  reply.integer(static_cast<int64_t>(made.lsn));
  reply.bulk("entries");
  reply.array_header(own);
  for (const ledger::Entry& entry : made.entries) {
    if (is_own(entry)) write_entry(program, made, entry, reply);
  }
  reply.bulk("due");
  reply.array_header(made.entries.size() - own);
  for (const ledger::Entry& entry : made.entries) {
    if (!is_own(entry)) write_entry(program, made, entry, reply);
  }
}

}  // namespace

void serve_dry_run(Intake& intake, Words words) {
  if (!is_word(words[1], "EVENT")) {
    return answer_misuse(intake, *find_command(words[0]), 2, "only an event can be tried");
  }
  intake.take_rehearsal(words.subspan(1));
}

void Intake::take_rehearsal(std::span<const std::string_view> words) {
  const auto batch = std::make_shared<event::Batch>();
  read_by_the_program();
  if (!events_->read(words, session().source, now(), *batch)) {
    const event::EventFault& fault = events_->fault();
    return answer_error(event::outcome_word(fault.outcome), fault.sentence);
  }
  std::optional<event::TimeMs> at;
  if (!shared_.is_clock_of_events) at = now();
  const runtime::Core& core = shared_.core;
  take_report([&core, batch, at](net::ReplyWriter& reply) {
    const runtime::Rehearsed made = core.rehearse(*batch, at);
    write_rehearsed(core.program(), *batch, made, reply);
  });
}

}  // namespace guerdon::server
