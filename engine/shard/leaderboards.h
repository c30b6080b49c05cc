// The leaderboards of one shard: of each score that challenges rank, one for each period in which
// somebody here has a rank.
//
// Thread-safety: as the shard.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

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
  auto operator<=>(const BoardKey&) const = default;
};

class Leaderboards final : public progress::Names {
 public:
  Leaderboards(const plan::Program& program, const AccountState& state);
  Leaderboards(const Leaderboards&) = delete;
  Leaderboards& operator=(const Leaderboards&) = delete;

  // Goes on under a program that was compiled from this one, which the state has adopted: scores
  // that no challenge ranked before are looked for in all accounts.
  void adopt(const plan::Program& program);

  // As the account has it, whether or not that has a rank. `cells`: of a frame of the subject.
  progress::Scored scored(const plan::ScoreCells& score, const BlockHeader& account,
                          const int64_t* cells) const;
  // A score has moved. `since` belongs to the record's clock.
  void move(const BoardKey& key, const progress::Scored& from, const progress::Scored& to,
            const KeptSince& since);
  // An account that came with all it has.
  void enter(const BlockHeader& account) { enter(account, none_); }

  // Null: nobody here has a rank.
  const progress::Leaderboard* find(const BoardKey& key) const;

  std::string_view name(const void* account) const override;
  uint64_t bytes() const;

 private:
  // How many scores of each subject are ranked.
  using Known = std::vector<size_t>;

  using Boards = std::map<BoardKey, progress::Leaderboard>;

  void learn(const plan::Program& program);
  Boards::iterator add(const BoardKey& key);
  void forget(const KeptSince& since);
  // The scores behind these.
  void enter(const BlockHeader& account, const Known& from);

  const plan::Program* program_;
  const AccountState& state_;
  KeptSince always_;  // nothing is gone
  Known none_;
  Known known_;
  Boards boards_;
};

}  // namespace guerdon::shard
