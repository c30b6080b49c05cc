// The counters of an account audited: what is kept for it, subject by subject and period by period,
// against itself and against what the plans make of it.
//
//   CounterAudit audit(program, clock);
//   const std::string difference = audit.of(account, state);  // empty: all agrees
//
// Looked at in each frame that is kept:
//   * a measure is within the bounds of one, and not below 0 where nothing takes from it
//   * what an entitlement has posted is what its rule owes for the measures that are kept, where
//     the rule reads those of its own subject alone and nothing that is known of the account; of a
//     rule that was never asked it is 0
//   * what a rule's limit counts or has let through is what it may, where that is all it keeps
//   * what was taken for a debit is from 0 to what was posted for it
//   * no more of an item was redeemed than the plan lets an account have in the period
// Whether a measure is the sum of its events stands in the log alone (runtime/verification.h).
//
// Thread-safety: one thread at a time, while the shard is at rest.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/accounts/account_state.h"
#include "engine/program/machine.h"
#include "engine/program/program.h"

namespace guerdon::shard {

class CounterAudit {
 public:
  // The program must outlive it. `clock`: engine time.
  CounterAudit(const plan::Program& program, plan::TimeMs clock);

  // The first difference, without the account's name.
  std::string of(const BlockHeader& account, const AccountState& state);

 private:
  // A cell that the plans bound.
  struct Bound {
    uint32_t cell = 0;
    int64_t least = 0;
    int64_t most = 0;
  };
  struct Taken {
    uint32_t cell = 0;
    uint32_t posted = 0;
  };
  struct Subject {
    std::vector<Bound> bounds;
    std::vector<Bound> closes;  // up to where periods are closed: a mark, or 0
    std::vector<Taken> taken;
    std::vector<const plan::OwedAgain*> owed;
  };

  std::string of_frame(const plan::FrameKey& key, const int64_t* cells);
  std::string of_owed(const plan::OwedAgain& owed, const plan::FrameKey& key, const int64_t* cells);
  bool was_never_asked(const plan::OwedAgain& owed, const int64_t* cells) const;
  std::string name_of(const plan::FrameKey& key, uint32_t cell) const;

  const plan::Program& program_;
  const plan::TimeMs clock_;
  KeptSince since_;
  plan::Machine machine_;
  std::vector<Subject> subjects_;
  std::array<int64_t, event::kSlotsMax> values_{};  // of the event that is made up
};

}  // namespace guerdon::shard
