#include "engine/accounts/account_state.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/accounts/wallets.h"
#include "engine/base/assert.h"

namespace guerdon::shard {

KeptSince::KeptSince(const plan::Program& program) : first_(program.clocks.size(), INT32_MIN) {
  for (const plan::Clock& clock : program.clocks) {
    closings_.emplace_back(clock.calendar, clock.rule, clock.grace);
    rules_.push_back(clock.rule);
  }
}

void KeptSince::find_first(plan::TimeMs at) {
  from_ = INT64_MIN;
  to_ = INT64_MAX;
  for (size_t i = 0; i < closings_.size(); ++i) {
    first_[i] = plan::first_kept(closings_[i].closed_at(at), rules_[i]);
    from_ = std::max(from_, closings_[i].last_deadline(at));
    to_ = std::min(to_, closings_[i].next_deadline(at));
  }
}

AccountState::AccountState(const plan::Program& program, uint64_t expected_accounts, bool reserve)
    : program_(&program),
      accounts_(program.block_cells, expected_accounts, reserve),
      kept_(program),
      closes_(program) {}

plan::DueCloses::Close AccountState::next_close(const BlockHeader& account) const {
  // Looked at alone.
  return closes_.next(
      AccountFrames(const_cast<AccountState&>(*this), const_cast<BlockHeader*>(&account)));
}

template <typename State, typename Account>
auto AccountState::find_in(State& state, Account& account, const plan::FrameKey& key)
    -> decltype(cells_of(&account)) {
  const plan::SubjectKind& subject = state.program_->subjects[key.subject];
  if (subject.is_inline()) {
    const auto cells = cells_of(&account) + subject.at;
    if (subject.clock == plan::kNoClock) return cells;
    const int64_t wanted = period_mark(key.period);
    if (*cells == wanted) return cells + 1;
    if (*cells < wanted) return nullptr;  // newer than all that was kept
  }
  const auto frame = state.kept_.find(account, key);
  return frame == nullptr ? nullptr : frame->cells();
}

int64_t* AccountState::find(BlockHeader& account, const plan::FrameKey& key) {
  return find_in(*this, account, key);
}

const int64_t* AccountState::find(const BlockHeader& account, const plan::FrameKey& key) const {
  return find_in(*this, account, key);
}

int64_t* AccountState::obtain(BlockHeader& account, const plan::FrameKey& key,
                              const KeptSince& since) {
  if (int64_t* cells = find(account, key)) return cells;
  const plan::SubjectKind& subject = program_->subjects[key.subject];
  if (subject.is_inline()) {
    GUERDON_ASSERT(subject.clock != plan::kNoClock);
    int64_t* cells = cells_of(&account) + subject.at;
    if (*cells < period_mark(key.period)) {
      move_aside(account, key.subject, since);
      *cells = period_mark(key.period);
      settle(account, since);
      return cells + 1;
    }
  }
  return kept_.add(account, key)->cells();
}

void AccountState::drop_if_gone(BlockHeader& account, const plan::FrameKey& key,
                                const KeptSince& since) {
  const KeptFrame* const frame = kept_.find(account, key);
  if (frame == nullptr) return;
  if (!since.is_gone(program_->subjects[key.subject], key.period, frame->cells())) return;
  drop(account, key);
}

BlockHeader& AccountState::copy(const AccountState& from, const BlockHeader& account,
                                const KeptSince& since) {
  BlockHeader& own = *accounts_.add(account.hash, from.accounts_.name(account));
  std::copy_n(cells_of(&account), program_->wallets.size(), cells_of(&own));
  from.wallets_.visit(account, [&](uint16_t wallet, const ledger::WalletState& state) {
    wallets_.obtain(own, wallet, spend_order_of(program_->wallets[wallet].rules)) = state;
  });
  std::vector<std::pair<plan::FrameKey, const int64_t*>> frames;
  from.visit_frames(account, since, [&](const plan::FrameKey& key, const int64_t* cells) {
    if (!since.is_gone(program_->subjects[key.subject], key.period, cells)) {
      frames.emplace_back(key, cells);
    }
  });
  std::stable_sort(frames.begin(), frames.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first.subject, b.first.period) < std::tie(b.first.subject, a.first.period);
  });
  for (const auto& [key, cells] : frames) {
    std::copy_n(cells, program_->subjects[key.subject].cells, restore(own, key));
  }
  from.staged_.visit(account, [&](const StagedGoals::File& file, const StagedGoal& goal) {
    if (file.is_committed()) staged_.restore(own, file, goal);
  });
  return own;
}

int64_t* AccountState::restore(BlockHeader& account, const plan::FrameKey& key) {
  const plan::SubjectKind& subject = program_->subjects[key.subject];
  if (subject.is_inline()) {
    int64_t* cells = cells_of(&account) + subject.at;
    if (subject.clock == plan::kNoClock) return cells;
    if (*cells == 0) {
      *cells = period_mark(key.period);
      return cells + 1;
    }
  }
  return kept_.add(account, key)->cells();
}

std::vector<calendar::Dated<int64_t>> AccountState::known(const BlockHeader& account,
                                                          uint32_t subject) const {
  std::vector<calendar::Dated<int64_t>> all;
  kept_.visit_known(account, [&](const KeptFrame& frame) {
    if (frame.key.subject != subject) return;
    const int64_t* cells = frame.cells();
    all.push_back({frame.key.keys[0], cells[plan::kKnownUntil], cells[plan::kKnownValue]});
  });
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
  return all;
}

const int64_t* AccountState::known(const BlockHeader& account, uint32_t subject,
                                   plan::TimeMs instant) const {
  const int64_t* value = nullptr;
  kept_.visit_known(account, [&](const KeptFrame& frame) {
    const bool holds = frame.key.subject == subject && frame.key.keys[0] <= instant &&
                       instant < frame.cells()[plan::kKnownUntil];
    if (holds) value = &frame.cells()[plan::kKnownValue];
  });
  return value;
}

bool AccountState::set_known(BlockHeader& account, uint32_t subject,
                             const calendar::Dated<int64_t>& value) {
  calendar::DatedList<int64_t> list(known(account, subject));
  list.set(value.from, value.until, value.value);
  if (list.size() > plan::kKnownMax) return false;
  forget_known(account, subject);
  for (const calendar::Dated<int64_t>& each : list.stretches()) {
    int64_t* cells = kept_.add(account, plan::FrameKey{subject, 0, {each.from}})->cells();
    cells[plan::kKnownValue] = each.value;
    cells[plan::kKnownUntil] = each.until;
  }
  return true;
}

// Empties the inline frame; what it held is kept apart if it can be needed again.
void AccountState::move_aside(BlockHeader& account, uint32_t number, const KeptSince& since) {
  const plan::SubjectKind& subject = program_->subjects[number];
  int64_t* cells = cells_of(&account) + subject.at;
  if (*cells == 0) return;
  const int32_t period = period_of_mark(*cells);
  const bool any =
      std::any_of(cells + 1, cells + 1 + subject.cells, [](int64_t cell) { return cell != 0; });
  if (any && !since.is_gone(subject, period)) {
    KeptFrame* frame = kept_.add(account, plan::FrameKey{number, period, {}});
    std::copy_n(cells + 1, subject.cells, frame->cells());
  }
  std::fill_n(cells, subject.cells + 1, 0);
}

void AccountState::settle(BlockHeader& account, const KeptSince& since) {
  for (const plan::SubjectKind& subject : program_->subjects) {
    if (!subject.is_inline() || subject.clock == plan::kNoClock) continue;
    int64_t* cells = cells_of(&account) + subject.at;
    if (*cells != 0 && since.is_gone(subject, period_of_mark(*cells))) {
      std::fill_n(cells, subject.cells + 1, 0);
    }
  }
  if (account.kept == 0) return;
  kept_.remove_if(account, [&](const KeptFrame& frame) {
    return since.is_gone(program_->subjects[frame.key.subject], frame.key.period, frame.cells());
  });
}

}  // namespace guerdon::shard
