#include "engine/shard/due_work.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/planted.h"

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
                 Wallets& wallets)
    : program_(&program), texts_(texts), state_(state), wallets_(wallets) {
  if (!program.closings.empty()) closer_.emplace(program);
}

void DueWork::adopt(const plan::Program& program) {
  program_ = &program;
  closer_.reset();
  if (!program.closings.empty()) closer_.emplace(program);
}

void DueWork::settle(BlockHeader& account, plan::TimeMs at, ledger::EntryWriter& entries) {
  if (closer_) [[unlikely]] {
    while (true) {
      const DueCloses::Close due = state_.next_close(account);
      if (!due.is_due(at)) break;
      wallets_.settle(account, due.deadline, entries);
      close(account, due, planted(PlantedBug::kClosesAtRecord) ? at : due.deadline, entries);
    }
  }
  wallets_.settle(account, at, entries);
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
  if (const auto begin = state_.closes().begin_of(closing, due.period)) {
    const bool has_debits = pay_all(account, due, *begin, false, as_of, entries);
    if (has_debits) pay_all(account, due, *begin, true, as_of, entries);
  }
  const plan::FrameKey through{closing.subject, 0, {}};
  state_.find(account, through)[closing.cell] = plan::through_mark(due.period);
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

// Further names of which one of the measures is not 0; of a rule without any, none of them.
std::vector<DueCloses::Names> DueWork::names_of(BlockHeader& account, const ClosingKind::Rule& rule,
                                                plan::TimeMs begin) const {
  std::vector<DueCloses::Names> found;
  if (rule.keys == 0) {
    found.emplace_back();
    return found;
  }
  state_.kept().visit(account, [&](const KeptFrame& frame) {
    const plan::SubjectKind& subject = program_->subjects[frame.key.subject];
    const bool is_read =
        std::any_of(rule.reads.begin(), rule.reads.end(), [&](const ClosingKind::Read& read) {
          return read.subject == frame.key.subject && frame.cells()[read.cell] != 0;
        });
    if (!is_read || frame.key.period != state_.closes().period_within(subject.clock, begin)) return;
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
