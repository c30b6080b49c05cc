#include "engine/pipeline/checkpoint.h"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "engine/accounts/account_codec.h"
#include "engine/accounts/account_table.h"
#include "engine/base/assert.h"
#include "engine/base/planted.h"
#include "engine/calendar/closing.h"
#include "engine/money/limits.h"

namespace guerdon::pipeline {
namespace {

using snapshot::SectionReader;
using snapshot::SnapshotWriter;

constexpr uint64_t kAccountsMax = uint64_t{1} << 40;  // more than memory holds
constexpr uint64_t kStockMax = uint64_t{1} << 40;     // more than commands can bring
constexpr std::string_view kBookLine = "book ";
constexpr base::Int128 kTotalMax = base::Int128{1} << 120;  // more than all events can bring

uint32_t number(Section section) { return static_cast<uint32_t>(section); }

// An account where it lives.
struct Resident {
  const shard::AccountState* state;
  const shard::BlockHeader* account;

  std::tuple<uint64_t, std::string_view> order() const {
    return {account->hash, state->accounts().name(*account)};
  }
};

uint64_t accounts_in(const State& state) {
  uint64_t count = 0;
  for (const auto& shard : state.shards) count += shard->state().accounts().size();
  return count;
}

// Slices are the uppermost bits of the hash: in their order, and some at a time in order, all are.
void save_accounts(const State& state, SnapshotWriter& out) {
  out.put_unsigned(accounts_in(state));
  shard::AccountWriter accounts(state.program, state.admission.clock(), out);
  std::vector<Resident> slice;
  constexpr uint32_t kAtOnce = event::kSlicesAtOnce;
  for (uint32_t s = 0; s < shard::kSlices && !out.has_failed(); s += kAtOnce) {
    slice.clear();
    for (const auto& shard : state.shards) {
      const shard::AccountState& residents = shard->state();
      residents.accounts().visit_slices({s, kAtOnce}, [&](const shard::BlockHeader& account) {
        slice.push_back({&residents, &account});
      });
    }
    std::sort(slice.begin(), slice.end(),
              [](const Resident& a, const Resident& b) { return a.order() < b.order(); });
    for (const Resident& resident : slice) accounts.put(*resident.state, *resident.account);
  }
}

shard::SystemTotals system_totals(const State& state, uint16_t wallet) {
  shard::SystemTotals totals{};
  for (const auto& shard : state.shards) {
    for (size_t a = 0; a < totals.size(); ++a) totals[a] += shard->wallets().totals(wallet)[a];
  }
  return totals;
}

void save_system(const State& state, SnapshotWriter& out) {
  for (uint16_t w = 0; w < state.program.wallets.size(); ++w) {
    for (const base::Int128 total : system_totals(state, w)) out.put_wide(total);
  }
}

// ---- Loading

// The balances of all, by wallet kind, go to *balances.
bool load_accounts(const State& state, SectionReader& in, std::vector<base::Int128>* balances) {
  uint64_t count = 0;
  if (!in.take_unsigned(kAccountsMax, &count)) return false;
  shard::AccountReader accounts(state.program, state.admission.symbols(), state.admission.clock(),
                                in);
  const auto shards = static_cast<uint32_t>(state.shards.size());
  for (uint64_t i = 0; i < count; ++i) {
    if (!accounts.next()) return false;
    if (!state.shards[shard::shard_of(accounts.hash(), shards)]->load(accounts)) return false;
  }
  *balances = accounts.balances();
  return true;
}

// What the shards issued follows from the balances of their accounts, but for what went to or came
// from other system accounts: that is the first shard's.
bool load_system(const State& state, const std::vector<base::Int128>& balances, SectionReader& in) {
  for (uint16_t w = 0; w < state.program.wallets.size(); ++w) {
    // As unsigned numbers: what is no sum of postings may be of any size.
    auto sum = static_cast<base::UInt128>(balances[w]);
    bool is_in_range = true;
    for (size_t a = 0; a < ledger::kSystemAccounts; ++a) {
      const auto account = static_cast<ledger::SystemAccount>(a);
      base::Int128 total = 0;
      if (!in.take_wide(&total)) return false;
      sum += static_cast<base::UInt128>(total);
      is_in_range = is_in_range && total >= -kTotalMax && total <= kTotalMax;
      if (account == ledger::SystemAccount::kSuspense) is_in_range = is_in_range && total >= 0;
      if (account == ledger::SystemAccount::kIssuance || !is_in_range) continue;
      state.shards.front()->load_system(w, account, total);
    }
    if (sum != 0 || !is_in_range) {
      return in.fail("the postings in " + state.program.wallets[w].unit + " of " +
                     state.program.wallets[w].program + " do not sum to 0");
    }
  }
  return true;
}

// Its being there says that there were commands.
bool load_commands(const State& state, SectionReader& in) {
  if (!in.is_next(number(Section::kCommands))) return true;
  state.admission.note_commands();
  return in.begin(number(Section::kCommands)) &&
         state.tail.load_refusals(state.admission.keys(), in) && in.end();
}

// Where there was a command its section has those that keys remember.
bool load_late(const State& state, SectionReader& in) {
  if (!in.is_next(number(Section::kLate))) return true;
  return in.begin(number(Section::kLate)) &&
         state.tail.load_late(state.admission.keys(), state.admission.has_commands(), in) &&
         in.end();
}

// There is none in a snapshot that was written without a book.
bool load_book(const State& state, SectionReader& in) {
  if (!in.is_next(number(Section::kBook))) {
    return state.book == nullptr || in.fail("it was written without a book");
  }
  if (!in.begin(number(Section::kBook))) return false;
  return (state.book == nullptr ? in.skip() : state.book->load(in)) && in.end();
}

// Whether something of the catalogue and the exchanges is kept beside the accounts.
bool has_shop(const plan::Program& program) {
  return !program.budgets.empty() ||
         std::any_of(program.items.begin(), program.items.end(),
                     [](const plan::ItemKind& item) { return item.stock.has_value(); }) ||
         std::any_of(program.exchanges.begin(), program.exchanges.end(),
                     [](const plan::ExchangeKind& exchange) { return exchange.from_file; });
}

// Calls visit(item, shard) for each item with a stock and the shard that keeps it.
template <typename Visit>
void visit_stocks(const State& state, const Visit& visit) {
  for (uint32_t i = 0; i < state.program.items.size(); ++i) {
    for (const auto& shard : state.shards) {
      if (shard->has_stock_of(state.program.items[i])) visit(i, *shard);
    }
  }
}

// Pools of which something was granted: 0, or the budget and 1, its period and how much.
void save_budgets(const State& state, SnapshotWriter& out) {
  GUERDON_ASSERT(state.budgets != nullptr);
  state.budgets->visit([&](uint32_t budget, int32_t period, int64_t granted) {
    out.put_unsigned(uint64_t{budget} + 1);
    out.put_signed(period);
    out.put_unsigned(static_cast<uint64_t>(granted));
  });
  out.put_unsigned(0);
}

bool load_budgets(const State& state, SectionReader& in) {
  GUERDON_ASSERT(state.budgets != nullptr);
  std::pair<uint64_t, int64_t> last{0, 0};
  while (true) {
    uint64_t budget = 0;
    int64_t period = 0;
    uint64_t granted = 0;
    if (!in.take_unsigned(state.program.budgets.size(), &budget)) return false;
    if (budget == 0) return true;
    if (!in.take_signed(&period) || !in.take_unsigned(money::kBalanceMax, &granted)) return false;
    const bool is_one = period >= INT32_MIN && period <= INT32_MAX && granted > 0 &&
                        (last.first == 0 || last < std::pair(budget, period));
    if (!is_one) return in.fail("what was granted of a budget is out of order");
    last = {budget, period};
    state.budgets->load(static_cast<uint32_t>(budget - 1), static_cast<int32_t>(period),
                        static_cast<int64_t>(granted));
  }
}

void save_shop(const State& state, SnapshotWriter& out) {
  if (!has_shop(state.program)) return;
  out.begin_section(number(Section::kShop));
  state.admission.rates().save(out);
  visit_stocks(state, [&](uint32_t item, const shard::Shard& shard) {
    out.put_unsigned(static_cast<uint64_t>(shard.stock(item)));
  });
  if (!state.program.budgets.empty()) save_budgets(state, out);
}

void save_file_rows(const State& state, SnapshotWriter& out) {
  if (state.program.schema.tables().empty()) return;
  out.begin_section(number(Section::kFileRows));
  state.admission.file_rows().save(out);
}

// Of each clock those that are closed and can be kept, whether or not all is through: the last is
// that which is closed at the clock.
void save_seals(const State& state, SnapshotWriter& out) {
  const base::TimeMs at = state.admission.clock();
  const shard::SealDates& dates = state.admission.seals();
  if (dates.empty()) return;
  out.begin_section(number(Section::kSeals));
  dates.save(out);
  for (const uint32_t clock : dates.clocks()) {
    const int32_t first = shard::SealDates::first_kept(state.program.clocks[clock], at);
    for (int32_t period = first; period < first + shard::kSealsKept; ++period) {
      const shard::SealSum sum = shard::Shard::sealed(state.shards, clock, period);
      if (sum.is_empty()) continue;
      out.put_signed(period);
      out.put_hash(sum.hash);
      out.put_unsigned(sum.accounts);
      out.put_unsigned(sum.entries);
    }
    out.put_signed(first - 1);  // no further one
  }
}

bool load_seals(const State& state, SectionReader& in) {
  const shard::SealDates& dates = state.admission.seals();
  if (dates.empty()) return true;
  if (!in.begin(number(Section::kSeals)) || !state.admission.load_seals(in)) return false;
  for (const uint32_t clock : dates.clocks()) {
    const int32_t first =
        shard::SealDates::first_kept(state.program.clocks[clock], state.admission.clock());
    for (int64_t last = first - 1;;) {
      int64_t period = 0;
      shard::SealSum sum;
      if (!in.take_signed(&period)) return false;
      if (period == first - 1) break;
      if (period <= last || period >= first + shard::kSealsKept) {
        return in.fail("what a period came to that has no seal");
      }
      if (!in.take_hash(&sum.hash) || !in.take_unsigned(kAccountsMax, &sum.accounts) ||
          !in.take_unsigned(UINT64_MAX, &sum.entries)) {
        return false;
      }
      state.shards.front()->load_seal(clock, static_cast<int32_t>(period), sum);
      last = period;
    }
  }
  return in.end();
}

bool load_file_rows(const State& state, SectionReader& in) {
  if (state.program.schema.tables().empty()) return true;
  return in.begin(number(Section::kFileRows)) && state.admission.load_file_rows(in) && in.end();
}

void save_trees(const State& state, SnapshotWriter& out) {
  if (state.program.schema.relations().empty()) return;
  out.begin_section(number(Section::kTrees));
  state.admission.trees().save(out);
}

bool load_trees(const State& state, SectionReader& in) {
  if (state.program.schema.relations().empty()) return true;
  return in.begin(number(Section::kTrees)) && state.admission.load_trees(in) && in.end();
}

bool rolls_over(const plan::ChallengeKind& challenge) { return challenge.rolls_over; }

// All shards have the same. Of one that has ranked nothing yet there is nothing to tell.
void save_jackpots(const State& state, SnapshotWriter& out) {
  const std::vector<plan::ChallengeKind>& all = state.program.challenges;
  if (std::none_of(all.begin(), all.end(), rolls_over)) return;
  out.begin_section(number(Section::kJackpots));
  for (const plan::ChallengeKind& challenge : all) {
    if (!challenge.rolls_over) continue;
    const progress::Jackpot* const jackpot =
        base::planted(base::PlantedBug::kJackpotUnsaved)
            ? nullptr
            : state.shards.front()->jackpots().find(challenge.plan, challenge.name);
    out.put_unsigned(jackpot != nullptr ? 1 : 0);
    if (jackpot == nullptr) continue;
    for (const int32_t period : jackpot->won) out.put_signed(period);
    out.put_signed(jackpot->began);
    out.put_signed(jackpot->ranked);
    for (const int32_t period : jackpot->before) out.put_signed(period);
  }
}

// What the last period that was ranked has made of it.
bool load_ranked(SectionReader& in, int32_t closed, progress::Jackpot* jackpot) {
  for (int32_t* const period :
       {&jackpot->began, &jackpot->ranked, &jackpot->before[0], &jackpot->before[1]}) {
    int64_t read = 0;
    if (!in.take_signed(INT32_MAX, &read)) return false;
    *period = static_cast<int32_t>(read);
  }
  const bool is_sound =
      jackpot->began <= jackpot->ranked && jackpot->ranked <= closed &&
      std::ranges::all_of(jackpot->before, [&](int32_t won) { return won < jackpot->ranked; });
  return is_sound || in.fail("what a challenge carries over was not so before it was ranked last");
}

bool load_jackpots(const State& state, SectionReader& in) {
  const std::vector<plan::ChallengeKind>& all = state.program.challenges;
  if (std::none_of(all.begin(), all.end(), rolls_over)) return true;
  if (!in.begin(number(Section::kJackpots))) return false;
  for (const plan::ChallengeKind& challenge : all) {
    uint64_t is_there = 0;
    if (!challenge.rolls_over) continue;
    if (!in.take_unsigned(1, &is_there)) return false;
    if (is_there == 0) continue;
    progress::Jackpot jackpot;
    const plan::Clock& clock = state.program.clocks[static_cast<size_t>(challenge.clock)];
    calendar::ClosingCursor closing(clock.calendar, clock.rule, clock.grace);
    const int32_t closed = closing.closed_at(state.admission.clock());
    for (int32_t& period : jackpot.won) {
      int64_t won = 0;
      if (!in.take_signed(INT32_MAX, &won)) return false;
      if (won > closed) return in.fail("a challenge has won what it carries over ahead of time");
      period = static_cast<int32_t>(won);
    }
    if (!load_ranked(in, closed, &jackpot)) return false;
    for (const auto& shard : state.shards) {
      shard->load_jackpot(challenge.plan, challenge.name, jackpot);
    }
  }
  return in.end();
}

bool load_shop(const State& state, SectionReader& in) {
  if (!has_shop(state.program)) return true;
  if (!in.begin(number(Section::kShop)) || !state.admission.load_rates(in)) return false;
  bool is_read = true;
  visit_stocks(state, [&](uint32_t item, shard::Shard& shard) {
    uint64_t left = 0;
    is_read = is_read && in.take_unsigned(kStockMax, &left);
    shard.load_stock(item, static_cast<int64_t>(left));
  });
  if (is_read && !state.program.budgets.empty()) is_read = load_budgets(state, in);
  return is_read && in.end();
}

// Texts that versions of plans name are known by the same numbers there.
bool has_texts(const plan::Program& program, const plan::Symbols& symbols, SectionReader& in) {
  for (const plan::NumberedText& text : program.symbols.apart()) {
    if (symbols.is_interned(text.symbol) && symbols.text(text.symbol) == text.text) continue;
    return in.fail("a text of a plan has not the number that its version gives it");
  }
  return true;
}

// Before accounts come: of what is kept of each it says how far it is closed.
bool tell_reopened(const State& state) {
  for (const auto& shard : state.shards) shard->load_reopened(state.admission.reopened());
  return true;
}

bool load_state(const State& state, SectionReader& in);

bool load_all(const State& state, SectionReader& in) {
  if (!in.begin(number(Section::kPlans)) || !check_plans(state.program, in)) return false;
  const plan::Program* const program = load_versions(state, in);
  if (program == nullptr || !in.end()) return false;
  return load_state(
      {*program, state.admission, state.shards, state.tail, state.book, {}, state.budgets}, in);
}

bool load_state(const State& state, SectionReader& in) {
  std::vector<base::Int128> balances;
  return in.begin(number(Section::kLayout)) && check_layout(state.program, in) && in.end() &&
         in.begin(number(Section::kAdmission)) && state.admission.load(in) && in.end() &&
         tell_reopened(state) && has_texts(state.program, state.admission.symbols(), in) &&
         in.begin(number(Section::kKeys)) && state.admission.load_keys(in) && in.end() &&
         in.begin(number(Section::kTail)) && state.tail.load(state.admission.keys(), in) &&
         in.end() && in.begin(number(Section::kObjects)) && state.admission.load_objects(in) &&
         in.end() && load_staged(state, in) && in.begin(number(Section::kAccounts)) &&
         load_accounts(state, in, &balances) && in.end() && load_commands(state, in) &&
         load_book(state, in) && load_shop(state, in) && load_file_rows(state, in) &&
         load_late(state, in) && load_seals(state, in) && load_jackpots(state, in) &&
         load_trees(state, in) && in.begin(number(Section::kSystem)) &&
         load_system(state, balances, in) && in.end() && in.finish();
}

}  // namespace

std::string_view section_name(uint32_t section) {
  switch (static_cast<Section>(section)) {
    case Section::kPlans:
      return "plans";
    case Section::kLayout:
      return "layout";
    case Section::kAdmission:
      return "admission";
    case Section::kKeys:
      return "keys";
    case Section::kTail:
      return "tail";
    case Section::kObjects:
      return "objects";
    case Section::kStaged:
      return "staged";
    case Section::kAccounts:
      return "accounts";
    case Section::kCommands:
      return "commands";
    case Section::kBook:
      return "book";
    case Section::kShop:
      return "shop";
    case Section::kFileRows:
      return "tables";
    case Section::kLate:
      return "late";
    case Section::kSeals:
      return "seals";
    case Section::kJackpots:
      return "jackpots";
    case Section::kTrees:
      return "trees";
    case Section::kSystem:
      return "system";
  }
  return "";
}

snapshot::SnapshotHeader header_of(const State& state) {
  snapshot::SnapshotHeader header;
  header.lsn = state.admission.last_lsn();
  header.clock = state.admission.clock();
  header.plans = plans_hash(state.program);
  return header;
}

void save(const State& state, SnapshotWriter& out) {
  GUERDON_ASSERT(out.header().lsn == state.admission.last_lsn());
  GUERDON_ASSERT(out.header().clock == state.admission.clock());
  out.begin_section(number(Section::kPlans));
  save_plans(state.program, out);
  out.begin_section(number(Section::kLayout));
  save_layout(state.program, out);
  out.begin_section(number(Section::kAdmission));
  state.admission.save(out);
  out.begin_section(number(Section::kKeys));
  state.admission.keys().save(out);
  out.begin_section(number(Section::kTail));
  state.tail.save(state.admission.keys(), out);
  out.begin_section(number(Section::kObjects));
  state.admission.save_objects(out);
  save_staged(state, out);
  out.begin_section(number(Section::kAccounts));
  save_accounts(state, out);
  if (state.admission.has_commands()) {
    out.begin_section(number(Section::kCommands));
    state.tail.save_refusals(state.admission.keys(), out);
  }
  if (state.book != nullptr) {
    out.begin_section(number(Section::kBook));
    state.book->save(out);
  }
  save_shop(state, out);
  save_file_rows(state, out);
  const bool has_commands = state.admission.has_commands();
  if (state.tail.has_late(state.admission.keys(), has_commands)) {
    out.begin_section(number(Section::kLate));
    state.tail.save_late(state.admission.keys(), has_commands, out);
  }
  save_seals(state, out);
  save_jackpots(state, out);
  save_trees(state, out);
  out.begin_section(number(Section::kSystem));
  save_system(state, out);
}

std::string summary_of(const State& state) {
  std::string summary = "accounts " + std::to_string(accounts_in(state)) + "\nentries " +
                        std::to_string(state.tail.entries()) + "\n";
  if (state.book != nullptr) {
    summary += std::string(kBookLine) + std::to_string(state.tail.entries()) + "\n";
  }
  for (uint16_t w = 0; w < state.program.wallets.size(); ++w) {
    const plan::WalletKind& wallet = state.program.wallets[w];
    base::Int128 against = 0;
    for (const base::Int128 total : system_totals(state, w)) against += total;
    summary +=
        "balance " + base::to_string(-against) + " " + wallet.unit + " of " + wallet.program + "\n";
  }
  return summary;
}

std::optional<uint64_t> book_entries_of(std::string_view summary) {
  const size_t line = summary.find("\n" + std::string(kBookLine));
  if (line == std::string_view::npos) return std::nullopt;
  const char* const from = summary.data() + line + 1 + kBookLine.size();
  uint64_t entries = 0;
  const auto [end, failed] = std::from_chars(from, summary.data() + summary.size(), entries);
  if (failed != std::errc()) return std::nullopt;
  return entries;
}

bool load(snapshot::SnapshotReader& reader, const State& state, std::string* error) {
  SectionReader in(reader);
  const bool is_loaded = load_all(state, in);
  if (!is_loaded) *error = reader.problem().sentence();
  return is_loaded;
}

}  // namespace guerdon::pipeline
