// The register: what is read from the book.
#include <memory>
#include <utility>

#include "engine/bookkeeping/book_entries.h"
#include "engine/history/entries_page.h"
#include "engine/history/explanation.h"
#include "engine/history/register_page.h"
#include "engine/history/register_query.h"
#include "engine/history/why_not.h"
#include "engine/server/command.h"
#include "engine/server/intake.h"

namespace guerdon::server {

namespace {

using bookkeeping::BookDesk;

// While all stages are at rest.
history::AccountNow account_now(const runtime::Core& core, const std::string& name, uint64_t hash) {
  const size_t wallets = core.program().wallets.size();
  history::AccountNow now;
  now.lsn = core.admission().last_lsn();
  now.balances.resize(wallets);
  const shard::Shard& shard = core.shard_of(hash);
  const shard::BlockHeader* const account = shard.state().accounts().find(hash, name);
  if (account == nullptr) return now;
  const event::TimeMs at = core.admission().clock();
  std::vector<ledger::Entry> due;
  const bool closes = shard.closed_copy(*account, at, &due) != nullptr;  // else its wallets know
  for (const ledger::Entry& entry : due) {
    if (!bookkeeping::moves_balance(entry.note)) continue;
    now.due.push_back({entry.wallet, entry.effective, entry.amount});
  }
  for (uint16_t w = 0; w < wallets; ++w) {
    now.balances[w] = shard::cells_of(account)[w];
    if (closes || !shard.wallets().is_due(*account, at)) continue;
    if (shard.state().wallets().find(*account, w) == nullptr) continue;
    for (const ledger::Leg& leg : shard.wallets().settled(*account, w, at).legs) {
      const bool is_entry = leg.receiver == ledger::Receiver::kWallet;
      if (is_entry) now.due.push_back({w, leg.effective, leg.amount});
    }
  }
  return now;
}

// Answers a query by `write`, which gets what write_register() does.
template <typename Query, typename Write>
void answer_from_book(Intake& intake, Query query, Write write) {
  const auto asked = std::make_shared<const Query>(std::move(query));
  Shared& shared = intake.shared();
  intake.take_late([&shared, asked, write]() -> LateAnswer {
    history::AccountNow now = account_now(shared.core, asked->account, asked->account_hash);
    return [&shared, asked, write, now = std::move(now)](const BookDesk::Reading& reading,
                                                         net::ReplyWriter& reply) mutable {
      if (reading.book == nullptr) {
        history::write_problem(reading.problem, reply);
        return Report();
      }
      now.newest = shared.desk->keeper().newest(asked->account_hash);
      write(shared.core.program(), *asked, std::move(now), *reading.book, reply);
      return Report();
    };
  });
}

// While all stages are at rest.
std::string name_of(const runtime::Core& core, uint64_t account) {
  std::string name;
  (void)core.shard_of(account).state().accounts().find_name(account, &name);
  return name;
}

}  // namespace

bool has_book(Intake& intake) {
  if (intake.shared().desk != nullptr) return true;
  intake.answer_error("NOBOOK", "no book is kept; start the server with --data and --book");
  return false;
}

void serve_entries(Intake& intake, Words words) {
  history::EntriesQuery query;
  const auto fault = history::read_query(intake.shared().core.program(), words, &query);
  if (fault) return intake.answer_error(fault->code, fault->sentence);
  if (!has_book(intake)) return;
  const runtime::Core& core = intake.shared().core;
  intake.take_late([&core, query = std::move(query)]() -> LateAnswer {
    return [&core, query](const BookDesk::Reading& reading, net::ReplyWriter& reply) {
      history::EntriesPage page;
      std::string problem = reading.problem;
      if (reading.book == nullptr ||
          !history::read_entries(query, *reading.book, &page, &problem)) {
        history::write_problem(problem, reply);
        return Report();
      }
      return Report([&core, page = std::move(page)](net::ReplyWriter& answer) {
        const auto name = [&core](uint64_t account) { return name_of(core, account); };
        history::write_entries(core.program(), page, name, answer);
      });
    };
  });
}

void serve_register(Intake& intake, Words words) {
  history::RegisterQuery query;
  const auto fault = history::read_query(intake.shared().core.program(), words, &query);
  if (fault) return intake.answer_error(fault->code, fault->sentence);
  if (!has_book(intake)) return;
  os::Disk& log = intake.shared().core.log_disk();
  const auto write = [&log](const plan::Program& program, const history::RegisterQuery& asked,
                            history::AccountNow now, book::BookReader& book,
                            net::ReplyWriter& reply) {
    history::write_register(program, log, asked, std::move(now), book, reply);
  };
  answer_from_book(intake, std::move(query), write);
}

void serve_explain(Intake& intake, Words words) {
  history::EntryQuery query;
  const auto fault = history::read_query(words, &query);
  if (fault) return intake.answer_error(fault->code, fault->sentence);
  if (!has_book(intake)) return;
  os::Disk& log = intake.shared().core.log_disk();
  const auto write = [&log](const plan::Program& program, const history::EntryQuery& asked,
                            history::AccountNow now, book::BookReader& book,
                            net::ReplyWriter& reply) {
    history::write_explanation(program, log, asked, std::move(now), book, reply);
  };
  answer_from_book(intake, std::move(query), write);
}

void serve_whynot(Intake& intake, Words words) {
  history::WhyQuery query;
  const auto fault = history::read_query(intake.shared().core.program(), words, &query);
  if (fault) return intake.answer_error(fault->code, fault->sentence);
  if (!has_book(intake)) return;
  os::Disk& log = intake.shared().core.log_disk();
  const auto write = [&log](const plan::Program& program, const history::WhyQuery& asked,
                            const history::AccountNow&, book::BookReader& book,
                            net::ReplyWriter& reply) {
    history::write_why_not(program, log, asked, book, reply);
  };
  answer_from_book(intake, std::move(query), write);
}

void serve_reverse(Intake& intake, Words words) {
  if (has_book(intake)) intake.take_reversal(words);
}

void serve_balance_at(Intake& intake, Words words) {
  history::BalanceQuery query;
  const auto fault = history::read_query(words, &query);
  if (fault) return intake.answer_error(fault->code, fault->sentence);
  if (has_book(intake)) answer_from_book(intake, std::move(query), history::write_balances_at);
}

}  // namespace guerdon::server
