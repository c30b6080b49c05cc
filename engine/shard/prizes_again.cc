// Prizes of a period that is ranked once more: it was opened again, and is closed again.
//
// What each account has of each line of prizes is kept with the period, so what is posted is the
// difference. Who wins nothing any more is found among all accounts: a rank that was lost is on no
// board.
#include <algorithm>
#include <deque>
#include <memory>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/planted.h"
#include "engine/shard/shard.h"

namespace guerdon::shard {

bool Shard::is_ranked_again(const plan::ChallengeKind& challenge, int32_t period) const {
  return reopened_.newest(static_cast<size_t>(challenge.clock), period) != nullptr;
}

int64_t Shard::prize_posted(const BlockHeader& account, const plan::ChallengeKind::Row& row,
                            int32_t period) const {
  const int64_t* const cells = state_.find(account, {row.prizes, period, {}});
  return cells == nullptr ? 0 : cells[row.posted];
}

// Of a period that is no longer kept nothing is: it is not opened again.
void Shard::keep_prize(BlockHeader& account, const WonPrize& won) {
  const plan::ChallengeKind::Row& row = won.challenge->rows[won.row];
  const int32_t period = won.posting.period;
  if (since_.is_gone(program_->subjects[row.prizes], period)) return;
  state_.obtain(account, {row.prizes, period, {}}, since_)[row.posted] = won.amount;
}

// What is posted is what the account does not have yet. REQUIRES: the account is this shard's.
Shard::WonPrize Shard::won_prize(const plan::ChallengeKind& challenge,
                                 const event::SettledPeriod& settled,
                                 const event::Contestant& winner, size_t row,
                                 int64_t amount) const {
  const plan::ChallengeKind::Row& line = challenge.rows[row];
  const BlockHeader* const account = state_.accounts().find(winner.account, winner.name);
  GUERDON_ASSERT(account != nullptr);
  const int64_t posted = prize_posted(*account, line, settled.period);
  int64_t more = amount - posted;
  if (base::planted(base::PlantedBug::kPrizeStays)) more = std::max<int64_t>(more, 0);
  const uint64_t cause =
      cause_of(program_->clauses[line.clause], {line.prizes, settled.period, {}});
  return {&winner,
          &challenge,
          row,
          amount,
          {line.clause, settled.period, more, cause, {settled.deadline, settled.deadline}}};
}

// Those here who had won what they have not won now. They are put where they stay.
void Shard::add_lost(const plan::ChallengeKind& challenge, const event::SettledPeriod& settled,
                     std::deque<event::Contestant>& found, std::vector<WonPrize>& won) const {
  std::set<std::pair<std::string_view, uint32_t>> has;  // account, clause
  for (const WonPrize& one : won) {
    if (one.posting.period == settled.period) has.emplace(one.winner->name, one.posting.clause);
  }
  state_.accounts().visit_all([&](const BlockHeader& account) {
    const std::string_view name = state_.accounts().name(account);
    for (size_t row = 0; row < challenge.rows.size(); ++row) {
      const plan::ChallengeKind::Row& line = challenge.rows[row];
      if (prize_posted(account, line, settled.period) == 0) continue;
      if (has.contains({name, line.clause})) continue;
      event::Contestant& one = found.emplace_back();
      one.account = account.hash;
      one.name = name;
      won.push_back(won_prize(challenge, settled, one, row, 0));
    }
  });
}

std::vector<Shard::Prize> Shard::prizes_if_closed(std::span<const std::unique_ptr<Shard>> shards,
                                                  const plan::ChallengeKind& challenge,
                                                  int32_t period, std::string_view account,
                                                  progress::Jackpots& jackpots) {
  std::vector<Prize> prizes = won_if_closed(shards, challenge, period, account, jackpots);
  const uint64_t hash = base::hash64(account);
  const Shard& home = *shards[shard_of(hash, static_cast<uint32_t>(shards.size()))];
  const BlockHeader* const own = home.state_.accounts().find(hash, account);
  if (own == nullptr || !home.is_ranked_again(challenge, period)) return prizes;
  for (const plan::ChallengeKind::Row& row : challenge.rows) {
    const int64_t posted = home.prize_posted(*own, row, period);
    if (posted == 0) continue;
    const auto won = std::ranges::find(prizes, row.clause, &Prize::clause);
    if (won == prizes.end()) {
      prizes.push_back({row.clause, -posted});
    } else {
      won->amount -= posted;
    }
  }
  std::erase_if(prizes, [](const Prize& each) { return each.amount == 0; });
  return prizes;
}

}  // namespace guerdon::shard
