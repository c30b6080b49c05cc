// One shard: the state machine of the accounts that hash to it. The only place where they change.
//
// A shard takes the visits of its route, in log order. For each it *computes* (the machine: reads
// only) and then *applies* (writes that cannot fail: measures, wallets, entries). The accounts of
// the visits to come are asked for ahead, so that the rules run on memory that is near.
//
// Before a record acts on an account, what is due for it by then is done. Each posting is a
// balanced pair inside the shard (wallets.h), so every shard sums to zero by itself.
//
// Thread-safety: one thread at a time; the batch is only read.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/accounts/account_codec.h"
#include "engine/accounts/account_state.h"
#include "engine/accounts/answers.h"
#include "engine/accounts/budgets.h"
#include "engine/accounts/seals.h"
#include "engine/accounts/wallets.h"
#include "engine/base/hash.h"
#include "engine/event/batch.h"
#include "engine/event/handovers.h"
#include "engine/ledger/entry.h"
#include "engine/program/machine.h"
#include "engine/program/program.h"
#include "engine/program/symbols.h"
#include "engine/progress/contender.h"
#include "engine/progress/jackpots.h"
#include "engine/progress/leaderboard.h"
#include "engine/progress/standings.h"
#include "engine/shard/commands.h"
#include "engine/shard/due_work.h"
#include "engine/shard/leaderboards.h"
#include "engine/shard/visit.h"

namespace guerdon::shard {

class Shard {
 public:
  // `number` of `shards`; `expected` accounts in this shard (a hint for memory, which with
  // `reserve` is taken now). `texts`: of all symbols that records bring; it must outlive it.
  Shard(const plan::Program& program, const plan::SymbolTexts& texts, uint32_t number,
        uint32_t shards, uint64_t expected, bool reserve = false);

  // Goes on under a program that was compiled from this one (compile_again).
  void adopt(const plan::Program& program);

  // What the visits of a job read and write.
  struct Work {
    const event::Batch& batch;
    std::span<const Visit> visits;
    std::vector<ledger::Entry>& entries;
    Answers* answers = nullptr;
    std::span<event::CommandResult> results{};
    event::Handovers* handovers = nullptr;  // null: no visit depends on another
    // What entries have to do with lots (ledger/entry_lot.h), appended; null: it is not told.
    std::vector<ledger::EntryLot>* lots = nullptr;
    BudgetDesk* budgets = nullptr;  // null: no visit asks one
  };

  // Applies the visits from `at` on, in the order of the log and within one item by role, and
  // appends the entries they make. Gives the visit that waits for one of another shard
  // (handovers.h), or how many there are when all are done. A shard gets every visit to one of its
  // accounts, and every sweep. Question q is answered in answers->wallets[q * wallets ...],
  // the account's by wallet of the program, or in answers->lots[q] or answers->progress[q]. What
  // becomes of a command is written to results[its record]. REQUIRES: no visit to another's
  // account.
  size_t execute(const Work& work, size_t at = 0);

  // What the visits of a job, of this shard and of others, may ask budgets for: by turn. Reads the
  // events alone.
  std::vector<AskBound> bound_asks(const event::Batch& batch,
                                   std::span<const std::vector<Visit>> routes,
                                   const BudgetAsks& asks);

  const AccountState& state() const { return state_; }
  const Wallets& wallets() const { return wallets_; }
  const Commands& commands() const { return commands_; }
  // Whether the item has its stock here.
  bool has_stock_of(const plan::ItemKind& item) const;
  // Pieces that are left of it, and that again out of what was saved.
  int64_t stock(uint32_t item) const { return commands_.redemptions().left(item); }
  void load_stock(uint32_t item, int64_t left) { commands_.redemptions().load(item, left); }
  // What is known of an account in one regard, ascending. REQUIRES: it is this shard's.
  std::vector<calendar::Dated<int64_t>> known(std::string_view account, uint32_t subject) const;
  const plan::Machine::Counters& counters() const { return machine_.counters(); }

  // Which accounts are asked for: all, or those of whom, at an instant, something is known that
  // is_it(), or whose level is. (regards.cc)
  struct Regard {
    uint32_t known = plan::kNowhere;   // a subject that holds_known
    uint32_t ladder = plan::kNowhere;  // of Program::ladders: without further names
    plan::TimeMs at = 0;
    std::function<bool(int64_t)> is_it;
    bool is_all() const { return known == plan::kNowhere && ladder == plan::kNowhere; }
  };
  // Who of its accounts has a rank in this period of a challenge; null: none. Where the challenge
  // says who takes part, or not all are asked for, a board of these is made, in *made.
  const progress::Leaderboard* leaderboard(const plan::ChallengeKind& challenge, int32_t period,
                                           const Regard& regard,
                                           std::optional<progress::Leaderboard>* made) const;
  // What challenges carry over; the same in all shards, which see all rankings.
  const progress::Jackpots& jackpots() const { return jackpots_; }
  void load_jackpot(uint32_t plan, std::string_view challenge, const progress::Jackpot& jackpot) {
    jackpots_.load(plan, challenge, jackpot);
  }
  // The account as it stands there; nothing: it has no rank. REQUIRES: it is this shard's.
  std::optional<progress::Contender> contender(const plan::ChallengeKind& challenge, int32_t period,
                                               const Regard& regard,
                                               std::string_view account) const;
  // What closes of the accounts of all shards, and their prizes, have come to; and that again, out
  // of what was saved, in any one of them.
  static SealSum sealed(std::span<const std::unique_ptr<Shard>> shards, uint32_t clock,
                        int32_t period);
  void load_seal(uint32_t clock, int32_t period, const SealSum& sum) {
    seals_.at(clock, period) = sum;
  }

  // What would be posted to the account if the periods that are open at the clock `at` were over:
  // by rules that are asked then. REQUIRES: it is this shard's.
  std::vector<ledger::Entry> if_closed(std::string_view account, plan::TimeMs at) const;
  // What it would win, by the boards of all shards; of a period that was opened again, more than it
  // has, or less. `jackpots`: a copy of what is carried over,
  // which goes on by this period. REQUIRES: of one challenge periods ascend, from the first open
  // one on.
  struct Prize {
    uint32_t clause = 0;
    int64_t amount = 0;
  };
  static std::vector<Prize> prizes_if_closed(std::span<const std::unique_ptr<Shard>> shards,
                                             const plan::ChallengeKind& challenge, int32_t period,
                                             std::string_view account,
                                             progress::Jackpots& jackpots);

  // How far one of its accounts has come at the clock `at`: what a question for that is answered
  // with, as answer.wanted says. REQUIRES: all stages are at rest.
  void read_progress(uint64_t hash, std::string_view account, plan::TimeMs at, Progress& answer);

  // Which periods were opened again. The same in all shards, and in admission; once they have done
  // what that admitted.
  const plan::Reopenings& reopened() const { return reopened_; }
  void load_reopened(const plan::Reopenings& reopened) { reopened_ = reopened; }

  // What the leaderboards take.
  uint64_t leaderboard_bytes() const { return leaderboards_.bytes(); }

  // The sum of the hashes of all logical content at the clock `at`: non-zero balances, lots, holds,
  // debts, statuses and cells of frames that are kept, as they are once what is due at `at` is
  // done. `symbols` has the texts of keys.
  base::Hash128 content_hash(const plan::Symbols& symbols, plan::TimeMs at) const;
  // The system accounts by wallet, as they are once all that is due at `at` is done.
  std::vector<SystemTotals> settled_totals(plan::TimeMs at) const;

  // Adds a row of a file of goals that waits, out of what was saved. REQUIRES: the account is this
  // shard's.
  void load_staged(std::string_view account, const StagedGoals::File& file, const StagedGoal& goal);
  // Adds the account that the reader stands at. REQUIRES: it is this shard's, and new.
  // False: what was saved is no account, and the shard is not to be used.
  bool load(AccountReader& accounts);
  // Adds an account of another shard as it is at the clock `at`, if that has it. REQUIRES: it is
  // this shard's, and not here yet.
  void copy(const Shard& from, uint64_t hash, std::string_view account, plan::TimeMs at);
  // Whether the leaderboards are those of the scores (Leaderboards::difference).
  std::string leaderboard_difference(plan::TimeMs clock) const {
    return leaderboards_.difference(clock);
  }
  // A shard with this account alone, as it is once what is due at `at` is done; the entries of that
  // are added to `due`. Null: no period is to be closed for it, and its wallets know what is due.
  std::unique_ptr<Shard> closed_copy(const BlockHeader& account, plan::TimeMs at,
                                     std::vector<ledger::Entry>* due = nullptr) const;
  // The same of all accounts for which there is one. Null: of none.
  std::unique_ptr<Shard> closed_copies(plan::TimeMs at,
                                       std::vector<ledger::Entry>* due = nullptr) const;
  // What a system account held over all shards is this one's from now on.
  void load_system(uint16_t wallet, ledger::SystemAccount account, base::Int128 amount);

 private:
  // How far ahead of the visit at hand memory is asked for: first the account's place in the index,
  // then, when that has come, its block.
  static constexpr size_t kIndexAhead = 16;
  static constexpr size_t kBlockAhead = 8;

  void prefetch_index(const event::Batch& batch, const Visit& visit) const;
  void prefetch_block(const event::Batch& batch, const Visit& visit) const;
  void run_visit(const event::Batch& batch, const Visit& visit,
                 std::vector<ledger::Entry>& entries);
  bool in_turn(const Work& work, size_t visit);  // false: it waits for another shard
  // What others are credited at the event (credited.cc). False: the same.
  bool take_credited(const Work& work, const Visit& visit);
  void tell_credited(const Work& work, const Visit& visit);
  bool grant_in_turn(const Work& work, size_t visit);
  void bound_asks_of(const event::Batch& batch, const Visit& visit, uint32_t turn,
                     std::vector<AskBound>* bounds);
  void bound_back(const event::Batch& batch, const Visit& visit, uint32_t turn,
                  std::vector<AskBound>* bounds);
  void bound_grant(const event::Batch& batch, const Visit& visit, uint32_t turn,
                   std::vector<AskBound>* bounds);
  void run(const event::Batch& batch, const Visit& visit, std::vector<ledger::Entry>& entries);
  // When an object may come again that was forgotten: what was kept of it and is over is nothing.
  void drop_over(BlockHeader& account, const plan::RoleProgram& role, const base::Hash128& object);
  // What is owed to who had a role of the object before.
  void leave(const event::Batch& batch, const Visit& visit, std::vector<ledger::Entry>& entries);
  // A REVERSE or a CORRECT.
  void revise(const event::Batch& batch, const Visit& visit, std::vector<ledger::Entry>& entries);
  void take_back(const event::Batch& batch, const Visit& visit,
                 std::vector<ledger::Entry>& entries);
  void correct(const event::Batch& batch, const Visit& visit, std::vector<ledger::Entry>& entries);
  void post_corrections(BlockHeader& account, const event::LogItem& item,
                        const event::Reversal& reversal, uint32_t role,
                        std::vector<ledger::Entry>& entries);
  ledger::Origin corrected_by(const event::Reversal& reversal, uint32_t role,
                              const plan::Clause& clause) const;
  // A TARGET or a STAGE (goal_command.cc). `account`: null where there is none.
  event::CommandResult set_goal(const Work& work, const Visit& visit, BlockHeader* account);
  void commit_goals(const event::LogItem& item, std::vector<ledger::Entry>& entries);
  void say_goal(BlockHeader& account, const StagedGoals::Due& due, ledger::EntryWriter& entries);
  void owe_for_goal(BlockHeader& account, const StagedGoal& goal, plan::TimeMs asked_at,
                    const event::LogItem& item, ledger::EntryWriter& entries);
  void sweep(const event::LogItem& item, std::vector<ledger::Entry>& entries);
  // A command that is for all accounts.
  void act_everywhere(const event::Batch& batch, const event::LogItem& item,
                      std::vector<ledger::Entry>& entries);
  // Who may win in a ranking, of all or of who succeeded; null: nobody. Where goals go by days, a
  // board of those who take part is made, in *made.
  const progress::Leaderboard* ranking(const plan::ChallengeKind& challenge, int32_t period,
                                       bool even_if_not_succeeded,
                                       std::optional<progress::Leaderboard>* made) const;
  // Which of those on it; empty: all.
  progress::TakesPart taking_part_in_ranking(const plan::ChallengeKind& challenge,
                                             int32_t period) const;
  // Whether anybody has a score, who takes part or not.
  bool has_scores(const plan::ChallengeKind& challenge, int32_t period) const;
  void add_winners(const plan::ChallengeKind& challenge, int32_t period, uint32_t list,
                   bool of_ranks_alone, std::vector<event::Contestant>* found) const;
  bool has_winner(const plan::ChallengeKind& challenge, int32_t period, bool even) const;
  static int64_t part_if_closed(std::span<const std::unique_ptr<Shard>> shards,
                                const plan::ChallengeKind& challenge, int32_t period, bool even,
                                const progress::Contender& own, int64_t pool);
  // As it is ranked there; nothing: it does not take part. The machine is one that may be used.
  std::optional<progress::Scored> ranked(const plan::ChallengeKind& challenge, int32_t period,
                                         const progress::Scored& one, plan::Machine& machine) const;
  int64_t level_of(const plan::LadderKind& ladder, const BlockHeader& account,
                   plan::TimeMs at) const;
  // `beside`: for copies of those whose reviews wait; made when there is one, and used again.
  bool is_meant(const Regard& regard, const BlockHeader& account,
                std::unique_ptr<Shard>* beside) const;
  // Who of a leaderboard takes part; empty: all do.
  progress::TakesPart taking_part(const plan::ChallengeKind& challenge, int32_t period) const;
  struct WonPrize {
    const event::Contestant* winner = nullptr;
    const plan::ChallengeKind* challenge = nullptr;
    size_t row = 0;       // of the challenge
    int64_t amount = 0;   // in all; 0: it has lost it
    RulePosting posting;  // of what is more, or less, than the account has of it
  };
  void add_succeeded(const plan::ChallengeKind& challenge, int32_t period,
                     std::deque<event::Contestant>& found) const;
  // How often what each ranking wins is paid: of who succeeded, and of all.
  using Times = std::array<int64_t, 2>;
  static Times carry_over(const plan::ChallengeKind& challenge, int32_t period,
                          const std::array<bool, 2>& is_won, bool has_score,
                          progress::Jackpots& jackpots);
  void add_won(const plan::ChallengeKind& challenge, const event::SettledPeriod& settled,
               std::vector<const event::Contestant*>& contestants,
               std::deque<event::Contestant>& succeeded, std::vector<WonPrize>& won);
  static std::vector<Prize> won_if_closed(std::span<const std::unique_ptr<Shard>> shards,
                                          const plan::ChallengeKind& challenge, int32_t period,
                                          std::string_view account, progress::Jackpots& jackpots);
  // Of a period that is ranked once more (prizes_again.cc).
  bool is_ranked_again(const plan::ChallengeKind& challenge, int32_t period) const;
  int64_t prize_posted(const BlockHeader& account, const plan::ChallengeKind::Row& row,
                       int32_t period) const;
  void keep_prize(BlockHeader& account, const WonPrize& won);
  WonPrize won_prize(const plan::ChallengeKind& challenge, const event::SettledPeriod& settled,
                     const event::Contestant& winner, size_t row, int64_t amount) const;
  void add_lost(const plan::ChallengeKind& challenge, const event::SettledPeriod& settled,
                std::deque<event::Contestant>& found, std::vector<WonPrize>& won) const;
  // The two visits of a SETTLE, or of a CLOSE (challenges.cc). False: it waits for another shard.
  void collect(const Work& work, const Visit& visit);
  bool award(const Work& work, const Visit& visit);
  void post_prizes(std::span<const WonPrize> won, const event::LogItem& item,
                   std::vector<ledger::Entry>& entries);
  void answer(const event::Batch& batch, const Visit& visit, Answers& answers);
  // A question for progress (progress_answer.cc).
  void answer_progress(const event::Batch& batch, const Visit& visit, Progress& answer);
  // False: it waits for another visit of the command. `funds`: of a GRANT that a budget pays.
  bool command(const Work& work, const Visit& visit, GrantFunds funds = {});
  void apply(BlockHeader& account, const event::LogItem& item, plan::TimeMs effective,
             std::vector<ledger::Entry>& entries);
  void pay_asked(BlockHeader& account, ledger::When when, ledger::EntryWriter& entries);
  // Posts what the ask comes to, if that is a debit or is none, as is wanted here.
  enum class Paid : uint8_t { kAsNew, kTakenBack, kCorrected };
  template <Paid kHow = Paid::kAsNew>
  void pay(BlockHeader& account, const plan::Ask& ask, bool debits, ledger::When when,
           ledger::EntryWriter& entries);
  int64_t undone_of(const event::Deed& deed) const;
  void undo(BlockHeader& account, const event::Reversal& reversal, const event::Deed& deed,
            ledger::When when, ledger::EntryWriter& entries);
  // Behind what the item has made for the account before.
  ledger::EntryWriter writer_for(const BlockHeader& account, const event::LogItem& item,
                                 std::vector<ledger::Entry>& entries) const;
  uint64_t entry_account(const BlockHeader& account) const;
  BlockHeader* copy_alone(const Shard& from, uint64_t hash, std::string_view account,
                          plan::TimeMs at);
  void copy_closed(const Shard& from, const BlockHeader& account, plan::TimeMs at,
                   std::vector<ledger::Entry>& entries);
  base::Hash128 account_hash(const BlockHeader& account, const plan::Symbols& symbols,
                             plan::TimeMs at, KeptSince& since) const;
  base::Hash128 staged_hash(const plan::Symbols& symbols) const;
  int64_t* writable(BlockHeader& account, uint32_t frame);
  // What the machine moved, by this record.
  void write_moves(BlockHeader& account, const event::LogItem& item, plan::TimeMs occurred_at);

  // A score that the machine moved, as it was before the record.
  struct MovedScore {
    BoardKey board;
    int64_t* cells = nullptr;
    progress::Scored from;
  };
  void note_score(const BlockHeader& account, const BoardKey& board, int64_t* cells);

  const plan::Program* program_;
  const plan::SymbolTexts& texts_;
  const uint32_t number_;
  const uint32_t shards_;
  plan::Reopenings reopened_;
  AccountState state_;
  plan::Machine machine_;
  KeptSince since_;
  Wallets wallets_;
  SealSums seals_;
  DueWork due_;
  Commands commands_;
  Leaderboards leaderboards_;
  progress::Jackpots jackpots_;
  std::vector<MovedScore> moved_scores_;
  std::vector<int64_t> credited_values_;  // the event of a role that asks for it, with that
  uint64_t credited_present_ = 0;
  plan::TimeMs seen_ = 0;  // for a planted bug only
};

}  // namespace guerdon::shard
