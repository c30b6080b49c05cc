#include "engine/shard/due_work.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/planted.h"
#include "engine/calendar/period.h"

namespace guerdon::shard {

using base::planted;
using base::PlantedBug;
using plan::ClosingKind;
using plan::DueCloses;

uint64_t cause_of(const plan::Clause& clause, const plan::FrameKey& key) {
  uint64_t cause = clause.lineage + static_cast<uint64_t>(int64_t{key.period});
  for (const int64_t part : key.keys) {
    cause = (cause ^ cause >> 29) * 0x9e37'79b9'7f4a'7c15u + static_cast<uint64_t>(part);
  }
  return std::max<uint64_t>(cause, 1);  // 0 is none
}

DueWork::DueWork(const plan::Program& program, const plan::SymbolTexts& texts, AccountState& state,
                 Wallets& wallets, SealSums& seals)
    : program_(&program), texts_(texts), state_(state), wallets_(wallets), seals_(seals) {
  if (!program.closings.empty()) closer_.emplace(program);
}

void DueWork::adopt(const plan::Program& program) {
  program_ = &program;
  closer_.reset();
  if (!program.closings.empty()) closer_.emplace(program);
}

void DueWork::settle(BlockHeader& account, plan::TimeMs at, ledger::EntryWriter& entries) {
  if (state_.staged().is_due(account)) [[unlikely]]
    say_goals(account, at, entries);
  if (closer_) [[unlikely]]
    close_all(account, at, at, entries);
  wallets_.settle(account, at, entries);
}

// All whose deadlines are no later than `until`.
void DueWork::close_all(BlockHeader& account, plan::TimeMs until, plan::TimeMs at,
                        ledger::EntryWriter& entries) {
  while (true) {
    const DueCloses::Close due = state_.next_close(account);
    if (!due.is_due(until)) break;
    wallets_.settle(account, due.deadline, entries);
    close(account, due, planted(PlantedBug::kClosesAtRecord) ? at : due.deadline, entries);
  }
}

// Before each what was due by its COMMIT.
void DueWork::say_goals(BlockHeader& account, plan::TimeMs at, ledger::EntryWriter& entries) {
  while (true) {
    const plan::TimeMs since = state_.staged().due_since(account);
    if (since > at) return;
    if (closer_) close_all(account, since, at, entries);
    wallets_.settle(account, since, entries);
    std::optional<StagedGoals::Due> due = state_.staged().take_due(account);
    if (planted(PlantedBug::kStagedForgotten)) continue;
    if (planted(PlantedBug::kStagedAtRecord)) due->at = at;
    say_goal_(account, *due, entries);
  }
}

void DueWork::close_open(BlockHeader& account, plan::TimeMs at, ledger::EntryWriter& entries) {
  if (!closer_) return;
  std::vector<DueCloses::Close> open;
  for (size_t c = 0; c < program_->closings.size(); ++c) {
    const ClosingKind& closing = program_->closings[c];
    const int64_t* const cells = state_.find(account, {closing.subject, 0, {}});
    if (cells == nullptr || cells[closing.cell] == 0) continue;
    const plan::Clock& clock = program_->clocks[static_cast<size_t>(closing.clock)];
    const int32_t newest = calendar::period_at(clock.calendar, clock.rule, at).index;
    for (int32_t p = state_.closes().open_from(closing, cells[closing.cell]); p <= newest; ++p) {
      const plan::TimeMs deadline = state_.closes().due_of(c, p);
      if (deadline < base::kTimeEnd) open.push_back({c, p, deadline});  // else it is never closed
    }
  }
  std::stable_sort(open.begin(), open.end(), [](const auto& a, const auto& b) {
    return std::tie(a.deadline, a.closing) < std::tie(b.deadline, b.closing);
  });
  for (const DueCloses::Close& due : open) close(account, due, at, entries);
}

void DueWork::join(BlockHeader& account, uint32_t subject, uint32_t cell, plan::TimeMs at) {
  const ClosingKind::Read moved{subject, cell};
  for (const ClosingKind& closing : program_->closings) {
    if (!std::binary_search(closing.reads.begin(), closing.reads.end(), moved)) continue;
    const plan::FrameKey key{closing.subject, 0, {}};
    closer_->since.move_to(at);
    int64_t& mark = state_.obtain(account, key, closer_->since)[closing.cell];
    if (mark == 0) mark = state_.closes().mark_at(closing, at);
  }
}

// All that its rules ask; then it is done. Credits before debits, whatever rules they are of: so no
// penalty takes less for want of what the same close brings.
void DueWork::close(BlockHeader& account, const DueCloses::Close& due, plan::TimeMs as_of,
                    ledger::EntryWriter& entries) {
  const ClosingKind& closing = program_->closings[due.closing];
  closer_->since.move_to(due.deadline);
  const std::string_view name = state_.accounts().name(account);
  SealSum& seal = seals_.at(static_cast<uint32_t>(closing.clock), due.period);
  ++seal.accounts;
  seal.hash += sealed_close(name, program_->subjects[closing.subject].owner);
  const size_t before = entries.count();
  const plan::FrameKey through{closing.subject, 0, {}};
  if (const auto begin = state_.closes().begin_of(closing, due.period)) {
    const int64_t mark = state_.find(account, through)[closing.cell];
    if (plan::through_of(mark) == due.period) [[unlikely]]
      set_back(account, due);
    seal_measures(account, due, *begin, seal);
    const bool counts_late = planted(PlantedBug::kStreakCountedLate);
    if (!counts_late) count_streaks(account, due, *begin);
    review_levels(account, due, *begin);
    const bool has_debits = pay_all(account, due, *begin, false, as_of, entries);
    if (has_debits) pay_all(account, due, *begin, true, as_of, entries);
    if (counts_late) count_streaks(account, due, *begin);
    carry_surpluses(account, due, *begin);
  }
  add_entries(*program_, name, entries, before, seal);
  state_.find(account, through)[closing.cell] = state_.closes().mark_of(closing, due.period);
}

// The period was closed before, and opened again since: what that has counted and carried is taken
// back, so that it is closed as if it had been open all the time.
void DueWork::set_back(BlockHeader& account, const DueCloses::Close& due) {
  const ClosingKind& closing = program_->closings[due.closing];
  for (const ClosingKind::Rule& rule : closing.rules) {
    const uint32_t counted = rule.counted();
    if (counted == plan::kNowhere) continue;
    if (rule.count != plan::kNowhere && planted(PlantedBug::kStreakGoesOn)) continue;
    const plan::MeasureKind& kind = program_->measures[counted];
    const bool is_carried = rule.carried != plan::kNowhere;
    const int32_t period = is_carried ? state_.closes().next_of(closing, due.period) : 0;
    for (const DueCloses::Names& names : names_kept(account, kind.subject, period)) {
      int64_t* const cells = state_.find(account, {kind.subject, period, names});
      if (cells == nullptr) continue;
      if (!is_carried) {
        plan::count_back(kind, due.period, cells);
        continue;
      }
      const int64_t over = std::exchange(cells[kind.cell], 0);
      if (over == 0) continue;
      const plan::MeasureKind& achieved = program_->measures[rule.achieved];
      int64_t& opened =
          state_.obtain(account, {achieved.subject, period, names}, closer_->since)[achieved.cell];
      opened = plan::moved_by(opened, -over);
    }
  }
}

// Before anything is paid, so that what a streak pays finds it counted, whatever it is of.
void DueWork::count_streaks(BlockHeader& account, const DueCloses::Close& due, plan::TimeMs begin) {
  const ClosingKind& closing = program_->closings[due.closing];
  for (const ClosingKind::Rule& rule : closing.rules) {
    if (rule.count == plan::kNowhere) continue;
    const plan::MeasureKind& count = program_->measures[rule.count];
    for (const DueCloses::Names& names : names_of(account, rule, begin)) {
      const plan::FrameKey key{count.subject, 0, names};
      const int64_t* const cells = state_.find(account, key);
      const int64_t running = cells == nullptr ? 0 : cells[count.cell];
      const plan::EventView event{names.data(), (uint64_t{1} << rule.keys) - 1, begin,
                                  due.deadline};
      const int64_t now = closer_->machine.count_on(closing.roles[rule.role], rule, event,
                                                    AccountFrames(state_, &account), running);
      if (now == running) continue;
      plan::count_to(count, due.period, now, state_.obtain(account, key, closer_->since));
    }
  }
}

// Behind the streaks, and before anything is paid: so that what a close pays reads the level that
// it leaves.
void DueWork::review_levels(BlockHeader& account, const DueCloses::Close& due, plan::TimeMs begin) {
  const ClosingKind& closing = program_->closings[due.closing];
  for (const ClosingKind::Rule& rule : closing.rules) {
    if (rule.kept == plan::kNowhere) continue;
    const plan::MeasureKind& kept = program_->measures[rule.kept];
    for (const DueCloses::Names& names : names_of(account, rule, begin)) {
      const plan::EventView event{names.data(), (uint64_t{1} << rule.keys) - 1, begin,
                                  due.deadline};
      const AccountFrames frames(state_, &account);
      if (!closer_->machine.reviews(closing.roles[rule.role], rule, event, frames)) continue;
      const int64_t level = state_.closes().review(rule, frames, names, due);
      plan::count_to(kept, due.period, level,
                     state_.obtain(account, {kept.subject, 0, names}, closer_->since));
    }
  }
}

void DueWork::rise(BlockHeader& account, const plan::FrameKey& moved, uint32_t cell,
                   int64_t measured, plan::TimeMs at) {
  const AccountFrames frames(state_, &account);
  closer_->since.move_to(at);
  for (const ClosingKind& closing : program_->closings) {
    for (const ClosingKind::Rule& rule : closing.rules) {
      const auto level = state_.closes().rise(closing, rule, frames, moved, cell, measured, at);
      if (!level) continue;
      const plan::MeasureKind& kept = program_->measures[rule.kept];
      plan::rise_to(kept, *level,
                    state_.obtain(account, {kept.subject, 0, moved.keys}, closer_->since));
    }
  }
}

// Into the next period, in which it asks no rule.
void DueWork::carry_surpluses(BlockHeader& account, const DueCloses::Close& due,
                              plan::TimeMs begin) {
  const ClosingKind& closing = program_->closings[due.closing];
  for (const ClosingKind::Rule& rule : closing.rules) {
    if (rule.achieved == plan::kNowhere) continue;
    const plan::MeasureKind& achieved = program_->measures[rule.achieved];
    const plan::MeasureKind& carried = program_->measures[rule.carried];
    const int32_t next = state_.closes().next_of(closing, due.period);
    for (const DueCloses::Names& names : names_of(account, rule, begin)) {
      const int64_t* const cells = state_.find(account, {achieved.subject, due.period, names});
      if (cells == nullptr) continue;
      const plan::EventView event{names.data(), (uint64_t{1} << rule.keys) - 1, begin,
                                  due.deadline};
      const int64_t over =
          closer_->machine.left_over(closing.roles[rule.role], rule, event,
                                     AccountFrames(state_, &account), cells[achieved.cell]);
      if (over == 0) continue;
      int64_t& opened =
          state_.obtain(account, {achieved.subject, next, names}, closer_->since)[achieved.cell];
      opened = plan::moved_by(opened, over);
      state_.obtain(account, {carried.subject, next, names}, closer_->since)[carried.cell] = over;
    }
  }
}

// Each once, whichever rules of that period read it; those of further names that are not 0. What a
// version brings that begins later is not among them, so that it is nothing to the seal whether an
// account is closed before its publication or behind it.
void DueWork::seal_measures(const BlockHeader& account, const DueCloses::Close& due,
                            plan::TimeMs begin, SealSum& seal) const {
  const ClosingKind& closing = program_->closings[due.closing];
  const std::string_view name = state_.accounts().name(account);
  const std::string& role = program_->subjects[closing.subject].owner;
  std::vector<std::string> keys;
  const auto add = [&](const plan::SubjectKind& subject, uint32_t cell, const int64_t* cells) {
    if (cells == nullptr || cells[cell] == 0) return;
    seal.hash += sealed_measure(name, role, subject.labels[cell], keys, cells[cell]);
  };
  const auto is_read = [&](const ClosingKind::Read& read) {
    return std::any_of(closing.rules.begin(), closing.rules.end(),
                       [&](const ClosingKind::Rule& rule) {
                         return rule.acts.from <= begin && begin < rule.acts.until &&
                                std::binary_search(rule.reads.begin(), rule.reads.end(), read);
                       });
  };
  for (const ClosingKind::Read& read : closing.reads) {
    if (!is_read(read)) continue;
    const plan::SubjectKind& subject = program_->subjects[read.subject];
    const int32_t period = subject.clock == closing.clock
                               ? due.period
                               : state_.closes().period_within(subject.clock, begin);
    keys.clear();
    if (subject.keys.empty()) {
      add(subject, read.cell, std::as_const(state_).find(account, {read.subject, period, {}}));
      continue;
    }
    state_.kept().visit(account, [&](const KeptFrame& frame) {
      if (frame.key.subject != read.subject || frame.key.period != period) return;
      keys.clear();
      for (size_t k = 0; k < subject.keys.size(); ++k) {
        const int64_t key = frame.key.keys[k];
        keys.push_back(subject.key_is_text[k] ? texts_.symbol_text(static_cast<plan::Symbol>(key))
                                              : std::to_string(key));
      }
      add(subject, read.cell, frame.cells());
    });
  }
}

// Either the credits or the debits; whether there are others, too. What was paid is not asked for
// again, and moves nothing that is read here.
bool DueWork::pay_all(BlockHeader& account, const DueCloses::Close& due, plan::TimeMs begin,
                      bool debits, plan::TimeMs as_of, ledger::EntryWriter& entries) {
  const ClosingKind& closing = program_->closings[due.closing];
  plan::Machine& machine = closer_->machine;
  bool has_others = false;
  for (const ClosingKind::Rule& rule : closing.rules) {
    if (planted(PlantedBug::kCloseSkipsIdle) && is_idle(account, rule, begin)) continue;
    for (const DueCloses::Names& names : names_of(account, rule, begin)) {
      const plan::EventView event{names.data(), (uint64_t{1} << rule.keys) - 1, begin,
                                  due.deadline};
      machine.run_close(closing.roles[rule.role], rule.code, event,
                        AccountFrames(state_, &account));
      for (const plan::Ask& ask : machine.asks()) {
        if (!pay(account, ask, debits, as_of, entries)) has_others = true;
      }
    }
  }
  return has_others;
}

// For a planted bug only.
bool DueWork::is_idle(BlockHeader& account, const ClosingKind::Rule& rule,
                      plan::TimeMs begin) const {
  return rule.keys == 0 &&
         std::all_of(rule.reads.begin(), rule.reads.end(), [&](const ClosingKind::Read& read) {
           const int clock = program_->subjects[read.subject].clock;
           const int32_t period = state_.closes().period_within(clock, begin);
           return state_.find(account, {read.subject, period, {}}) == nullptr;
         });
}

// Of which there is a frame.
std::vector<DueCloses::Names> DueWork::names_kept(const BlockHeader& account, uint32_t subject,
                                                  int32_t period) const {
  if (program_->subjects[subject].keys.empty()) return {DueCloses::Names{}};
  std::vector<DueCloses::Names> found;
  state_.kept().visit(account, [&](const KeptFrame& frame) {
    if (frame.key.subject == subject && frame.key.period == period) found.push_back(frame.key.keys);
  });
  return found;
}

// Further names of which one of the measures is not 0, or something was posted: the period may have
// been closed before. Of a rule without any, none of them.
std::vector<DueCloses::Names> DueWork::names_of(BlockHeader& account, const ClosingKind::Rule& rule,
                                                plan::TimeMs begin) const {
  std::vector<DueCloses::Names> found;
  if (rule.keys == 0) {
    found.emplace_back();
    return found;
  }
  state_.kept().visit(account, [&](const KeptFrame& frame) {
    const plan::SubjectKind& subject = program_->subjects[frame.key.subject];
    const auto is_some = [&](const ClosingKind::Read& read) {
      return read.subject == frame.key.subject && frame.cells()[read.cell] != 0;
    };
    const bool is_asked = std::any_of(rule.reads.begin(), rule.reads.end(), is_some) ||
                          std::any_of(rule.posted.begin(), rule.posted.end(), is_some);
    if (!is_asked || frame.key.period != state_.closes().period_within(subject.clock, begin))
      return;
    found.push_back(frame.key.keys);
  });
  state_.closes().sort(rule, texts_, found);
  return found;
}

// False: it is to be paid in the other pass.
bool DueWork::pay(BlockHeader& account, const plan::Ask& ask, bool debits, plan::TimeMs as_of,
                  ledger::EntryWriter& entries) {
  const plan::Clause& clause = program_->clauses[ask.clause];
  plan::Machine& machine = closer_->machine;
  const plan::TouchedFrame& touched = machine.frames()[ask.frame];
  if (touched.cells == nullptr) {
    machine.set_cells(ask.frame, state_.obtain(account, touched.key, closer_->since));
  }
  auto* const cells = const_cast<int64_t*>(touched.cells);
  const int64_t amount = plan::posting_of(clause, ask.amount - cells[clause.posted]);
  if (amount != 0 && (amount < 0) != debits) return false;
  RulePosting posting{
      ask.clause, touched.key.period, amount, cause_of(clause, touched.key), {as_of, as_of}};
  cells[clause.posted] = ask.amount;
  int64_t* const taken = clause.taken == plan::kNowhere ? nullptr : &cells[clause.taken];
  if (taken != nullptr) {
    posting.amount = std::min(posting.amount, std::max<int64_t>(*taken - ask.amount, 0));
  }
  if (posting.amount == 0) return true;
  const int64_t covered = wallets_.post(account, posting, entries);
  if (taken != nullptr) *taken -= covered;
  return true;
}

}  // namespace guerdon::shard
