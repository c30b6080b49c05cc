// What is due for an account by time: what its wallets do, and what is paid when its periods close.
//
// In the order of the instants at which it was due: at one, first what wallets do (holds end, lots
// mature and expire), then periods are closed, in the order of Program::closings, then what files
// of goals say that were committed then. Whoever acts on an account does this first; so an event of
// an instant comes behind what was due then.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "engine/accounts/account_state.h"
#include "engine/accounts/seals.h"
#include "engine/accounts/wallets.h"
#include "engine/ledger/entry_writer.h"
#include "engine/program/machine.h"
#include "engine/program/program.h"
#include "engine/program/symbols.h"

namespace guerdon::shard {

// Which of a rule's subjects this is: what that earned, a clawback of it takes back first.
uint64_t cause_of(const plan::Clause& clause, const plan::FrameKey& key);

class DueWork {
 public:
  // All must outlive it. `texts`: of further names. `seals`: what closes come to is added there.
  DueWork(const plan::Program& program, const plan::SymbolTexts& texts, AccountState& state,
          Wallets& wallets, SealSums& seals);

  // Does what a row of a file says, as of its COMMIT.
  using SayGoal =
      std::function<void(BlockHeader&, const StagedGoals::Due&, ledger::EntryWriter& entries)>;
  void say_goals_by(SayGoal say) { say_goal_ = std::move(say); }

  // Goes on under a program that was compiled from this one (compile_again).
  void adopt(const plan::Program& program);

  bool is_due(const BlockHeader& account, plan::TimeMs at) const {
    return wallets_.is_due(account, at) || has_closes(account, at);
  }
  // Does what is due at the clock `at`.
  void settle(BlockHeader& account, plan::TimeMs at, ledger::EntryWriter& entries);

  // Closes what has begun by the clock `at` and is open, as if all of that were over; in the order
  // of the deadlines. Of a copy. REQUIRES: what is due at `at` is done.
  void close_open(BlockHeader& account, plan::TimeMs at, ledger::EntryWriter& entries);

  // Whether a period is to be closed for it, or a goal of a file that is committed waits.
  bool has_closes(const BlockHeader& account, plan::TimeMs at) const {
    return (closer_ && state_.next_close(account).is_due(at)) || state_.staged().is_due(account);
  }

  // The record at hand, of the clock `at`, has moved this measure of the account: from now on it
  // may be a member. `subject`: of the frame.
  void note_move(BlockHeader& account, uint32_t subject, uint32_t cell, plan::TimeMs at) {
    if (closer_) [[unlikely]]
      join(account, subject, cell, at);
  }

  // The record at hand has moved measures to what they are now: levels that go by one may rise.
  bool has_risers() const { return closer_ && state_.closes().has_risers(); }
  void rise(BlockHeader& account, const plan::FrameKey& moved, uint32_t cell, int64_t measured,
            plan::TimeMs at);

 private:
  // Of plans that pay when a period is closed.
  struct Closer {
    explicit Closer(const plan::Program& program) : machine(program), since(program) {}
    plan::Machine machine;
    KeptSince since;
  };

  void join(BlockHeader& account, uint32_t subject, uint32_t cell, plan::TimeMs at);
  void close_all(BlockHeader& account, plan::TimeMs until, plan::TimeMs at,
                 ledger::EntryWriter& entries);
  void say_goals(BlockHeader& account, plan::TimeMs at, ledger::EntryWriter& entries);
  void close(BlockHeader& account, const plan::DueCloses::Close& due, plan::TimeMs as_of,
             ledger::EntryWriter& entries);
  void set_back(BlockHeader& account, const plan::DueCloses::Close& due);
  void count_streaks(BlockHeader& account, const plan::DueCloses::Close& due, plan::TimeMs begin);
  void review_levels(BlockHeader& account, const plan::DueCloses::Close& due, plan::TimeMs begin);
  void carry_surpluses(BlockHeader& account, const plan::DueCloses::Close& due, plan::TimeMs begin);
  void seal_measures(const BlockHeader& account, const plan::DueCloses::Close& due,
                     plan::TimeMs begin, SealSum& seal) const;
  bool is_idle(BlockHeader& account, const plan::ClosingKind::Rule& rule, plan::TimeMs begin) const;
  std::vector<plan::DueCloses::Names> names_of(BlockHeader& account,
                                               const plan::ClosingKind::Rule& rule,
                                               plan::TimeMs begin) const;
  std::vector<plan::DueCloses::Names> names_kept(const BlockHeader& account, uint32_t subject,
                                                 int32_t period) const;
  bool pay_all(BlockHeader& account, const plan::DueCloses::Close& due, plan::TimeMs begin,
               bool debits, plan::TimeMs as_of, ledger::EntryWriter& entries);
  bool pay(BlockHeader& account, const plan::Ask& ask, bool debits, plan::TimeMs as_of,
           ledger::EntryWriter& entries);

  const plan::Program* program_;
  const plan::SymbolTexts& texts_;
  AccountState& state_;
  Wallets& wallets_;
  SealSums& seals_;
  SayGoal say_goal_;
  std::optional<Closer> closer_;
};

}  // namespace guerdon::shard
