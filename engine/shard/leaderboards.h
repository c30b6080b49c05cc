// The leaderboards of one shard: of each score that challenges rank, one for each period that is
// kept and in which somebody here has a rank.
//
// Thread-safety: as the shard.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "engine/accounts/account_state.h"
#include "engine/accounts/account_table.h"
#include "engine/program/machine.h"
#include "engine/program/program.h"
#include "engine/progress/leaderboard.h"

namespace guerdon::shard {

// Which one: one of the scores of a subject, in a period.
struct BoardKey {
  uint32_t subject = 0;
  uint32_t score = 0;  // of SubjectKind::scores
  int32_t period = 0;
  bool of_succeeded = false;  // of those alone who have reached all goals; where there are goals
  auto operator<=>(const BoardKey&) const = default;
};

class Leaderboards final : public progress::Names {
 public:
  Leaderboards(const plan::Program& program, const AccountState& state);
  Leaderboards(const Leaderboards&) = delete;
  Leaderboards& operator=(const Leaderboards&) = delete;

  // Goes on under a program that was compiled from this one.
  void adopt(const plan::Program& program);

  // As the account has it, whether or not that has a rank. `cells`: of a frame of the subject.
  progress::Scored scored(const plan::ScoreCells& score, const BlockHeader& account,
                          const int64_t* cells) const;
  // A score, or whether all goals are reached, has changed. `key`: of all. `since` belongs to the
  // record's clock.
  void move(const BoardKey& key, const progress::Scored& from, const progress::Scored& to,
            const KeptSince& since);
  // An account that came with all it has.
  void enter(const BlockHeader& account);
  // Lets go of the boards of periods of which no frames are kept.
  void forget(const KeptSince& since);

  // Null: nobody here has a rank.
  const progress::Leaderboard* find(const BoardKey& key) const;

  std::string_view name(const void* account) const override;
  uint64_t bytes() const;
  // What is not as in the frames that are kept at the clock; empty: nothing. Makes all boards anew.
  std::string difference(plan::TimeMs clock) const;

 private:
  using Boards = std::map<BoardKey, progress::Leaderboard>;

  Boards::iterator add(const BoardKey& key);
  void move(const BoardKey& key, const progress::Scored* from, const progress::Scored* to,
            const KeptSince& since);

  const plan::Program* program_ = nullptr;
  const AccountState& state_;
  KeptSince always_;  // nothing is gone
  bool any_ = false;  // the program ranks something
  Boards boards_;
};

}  // namespace guerdon::shard
