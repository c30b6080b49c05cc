// What a shard keeps for its accounts: blocks, and apart from them frames and states of wallets.
//
// `find` changes nothing; `obtain` makes a frame that was not kept yet. An inline frame of
// a period holds the newest period that was written; when a newer one comes, it moves to the kept
// frames if it may still be needed, and what is too old is let go.
//
// Thread-safety: one thread at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/accounts/account_table.h"
#include "engine/accounts/kept_frames.h"
#include "engine/accounts/staged_goals.h"
#include "engine/accounts/wallet_states.h"
#include "engine/calendar/dated_list.h"
#include "engine/program/machine.h"
#include "engine/program/program.h"

namespace guerdon::shard {

// The oldest period that is still kept at the clock `at`, for each way of cutting time.
class KeptSince {
 public:
  explicit KeptSince(const plan::Program& program);

  void move_to(plan::TimeMs at) { move_to(at, at); }
  plan::TimeMs at() const { return at_; }
  // The same, where periods are kept as at an earlier instant (AccountState::settled_to).
  void move_to(plan::TimeMs at, plan::TimeMs periods_at) {
    at_ = at;
    if (periods_at < from_ || periods_at >= to_) [[unlikely]]
      find_first(periods_at);
  }
  // True when a frame of this subject and period is no longer kept.
  bool is_gone(const plan::SubjectKind& subject, int32_t period) const {
    return subject.clock != plan::kNoClock && period < first_[static_cast<size_t>(subject.clock)];
  }
  // True when what happened in it is late now, and it is kept all the same or is gone.
  bool is_closed(const plan::SubjectKind& subject, int32_t period) const {
    return subject.clock != plan::kNoClock &&
           period < first_[static_cast<size_t>(subject.clock)] + plan::kPeriodsKept;
  }
  // The same of a frame that is there: an object goes by its own time.
  bool is_gone(const plan::SubjectKind& subject, int32_t period, const int64_t* cells) const {
    if (subject.is_object) return plan::is_over(cells, at_);
    return is_gone(subject, period);
  }

 private:
  void find_first(plan::TimeMs at);

  std::vector<calendar::ClosingCursor> closings_;
  std::vector<calendar::PeriodRule> rules_;
  std::vector<int32_t> first_;
  plan::TimeMs at_ = 0;
  plan::TimeMs from_ = 0;  // the instants [from_, to_) for which first_ holds
  plan::TimeMs to_ = 0;
};

class AccountState {
 public:
  AccountState(const plan::Program& program, uint64_t expected_accounts, bool reserve = false);

  // Goes on under a program that was compiled from this one (compile_again).
  void adopt(const plan::Program& program) {
    program_ = &program;
    kept_.adopt(program);
    closes_ = plan::DueCloses(program);
    closes_.heed(reopened_);
  }
  // Which periods were opened again. It must outlive this; null: none.
  void heed(const plan::Reopenings* reopened) {
    reopened_ = reopened;
    closes_.heed(reopened);
  }

  AccountTable& accounts() { return accounts_; }
  const AccountTable& accounts() const { return accounts_; }
  const KeptFrames& kept() const { return kept_; }
  WalletStates& wallets() { return wallets_; }
  const WalletStates& wallets() const { return wallets_; }

  // Whether the period, which was closed, is open again.
  bool is_open_again(const plan::SubjectKind& subject, int32_t period, plan::TimeMs at) const {
    return subject.clock != plan::kNoClock &&
           plan::is_open_again(reopened_, static_cast<size_t>(subject.clock), period, at);
  }

  // Which of its periods is to be closed first.
  const plan::DueCloses& closes() const { return closes_; }
  plan::DueCloses::Close next_close(const BlockHeader& account) const;
  // The instant as of which its frames are kept at the clock `at`: no later than when the first
  // period is due that is not closed for it, and than the first COMMIT with a goal of it that is
  // not done, however far the clock is ahead.
  plan::TimeMs settled_to(const BlockHeader& account, plan::TimeMs at) const {
    const plan::TimeMs to = std::min(at, staged_.due_since(account));
    return closes_.empty() ? to : std::min(to, next_close(account).deadline);
  }

  // Rows of files of goals that wait.
  StagedGoals& staged() { return staged_; }
  const StagedGoals& staged() const { return staged_; }

  // The cells of a frame, or null when nothing was kept yet.
  int64_t* find(BlockHeader& account, const plan::FrameKey& key);
  const int64_t* find(const BlockHeader& account, const plan::FrameKey& key) const;
  // The same, made when new. `since` belongs to the record's clock.
  int64_t* obtain(BlockHeader& account, const plan::FrameKey& key, const KeptSince& since);

  // Lets go of this frame, which is kept apart, if it is there.
  void drop(BlockHeader& account, const plan::FrameKey& key) {
    kept_.remove_if(account, [&](const KeptFrame& frame) { return frame.key == key; });
  }
  // Lets go of this frame if it is there and no longer kept, though no sweep has come by.
  void drop_if_gone(BlockHeader& account, const plan::FrameKey& key, const KeptSince& since);

  // The account of another state as it is at the instant of `since`, as one that was saved and
  // loaded would be, but for rows of files that are not committed. REQUIRES: it is not here.
  BlockHeader& copy(const AccountState& from, const BlockHeader& account, const KeptSince& since);

  // A frame of zeros, as of an account that was saved. REQUIRES: the newest frame of a subject
  // comes first; not there yet.
  int64_t* restore(BlockHeader& account, const plan::FrameKey& key);

  // What is known of the account in one regard (a subject that holds_known), ascending; and the
  // value that is, at an instant, or null.
  std::vector<calendar::Dated<int64_t>> known(const BlockHeader& account, uint32_t subject) const;
  const int64_t* known(const BlockHeader& account, uint32_t subject, plan::TimeMs instant) const;
  // From then on, until then. False: there would be more than kKnownMax stretches.
  bool set_known(BlockHeader& account, uint32_t subject, const calendar::Dated<int64_t>& value);

  // Nothing of it any more.
  void forget_known(BlockHeader& account, uint32_t subject) {
    kept_.remove_if(account, [&](const KeptFrame& frame) { return frame.key.subject == subject; });
  }

  // Does what is due for the account: lets go of frames of periods that are over for good.
  void settle(BlockHeader& account, const KeptSince& since);

  // Calls visit(FrameKey, cells) for every frame of the account that is kept at `since`. REQUIRES:
  // that is no later than settled_to().
  template <typename Visit>
  void visit_frames(const BlockHeader& account, const KeptSince& since, Visit visit) const;

 private:
  template <typename State, typename Account>
  static auto find_in(State& state, Account& account, const plan::FrameKey& key)
      -> decltype(cells_of(&account));
  void move_aside(BlockHeader& account, uint32_t number, const KeptSince& since);

  const plan::Program* program_;
  AccountTable accounts_;
  KeptFrames kept_;
  WalletStates wallets_;
  StagedGoals staged_;
  plan::DueCloses closes_;
  const plan::Reopenings* reopened_ = nullptr;
};

// The kept frames of one account, or of none, as the machine reads them.
class AccountFrames : public plan::Frames {
 public:
  AccountFrames(AccountState& state, BlockHeader* account) : state_(state), account_(account) {}
  const int64_t* find(const plan::FrameKey& key) const override {
    return account_ == nullptr ? nullptr : state_.find(*account_, key);
  }
  const int64_t* find_unless_over(const plan::FrameKey& key, plan::TimeMs at) const override {
    const int64_t* const cells = find(key);
    if (cells == nullptr || !plan::is_over(cells, at)) return cells;
    state_.drop(*account_, key);
    return nullptr;
  }
  void visit(uint32_t subject, int32_t period, const See& see) const override {
    if (account_ == nullptr) return;
    state_.kept().visit(*account_, [&](const KeptFrame& frame) {
      if (frame.key.subject == subject && frame.key.period == period) see(frame.key, frame.cells());
    });
  }
  const int64_t* known(uint32_t subject, plan::TimeMs instant) const override {
    return account_ == nullptr ? nullptr : state_.known(*account_, subject, instant);
  }

 private:
  AccountState& state_;
  BlockHeader* account_;
};

// What is known of an account alone: conditions of items, and of who takes part, read nothing else.
class KnownOfAccount : public plan::Frames {
 public:
  KnownOfAccount(const AccountState& state, const BlockHeader* account)
      : state_(state), account_(account) {}
  const int64_t* find(const plan::FrameKey&) const override { return nullptr; }
  const int64_t* known(uint32_t subject, plan::TimeMs instant) const override {
    return account_ == nullptr ? nullptr : state_.known(*account_, subject, instant);
  }

 private:
  const AccountState& state_;
  const BlockHeader* const account_;
};

template <typename Visit>
void AccountState::visit_frames(const BlockHeader& account, const KeptSince& since,
                                Visit visit) const {
  for (uint32_t s = 0; s < program_->subjects.size(); ++s) {
    const plan::SubjectKind& subject = program_->subjects[s];
    if (!subject.is_inline()) continue;
    const int64_t* cells = cells_of(&account) + subject.at;
    plan::FrameKey key{s, 0, {}};
    if (subject.clock != plan::kNoClock) {
      if (*cells == 0) continue;
      key.period = period_of_mark(*cells++);
      if (since.is_gone(subject, key.period)) continue;
    }
    visit(key, cells);
  }
  kept_.visit(account, [&](const KeptFrame& frame) {
    if (!since.is_gone(program_->subjects[frame.key.subject], frame.key.period, frame.cells())) {
      visit(frame.key, frame.cells());
    }
  });
}

}  // namespace guerdon::shard
