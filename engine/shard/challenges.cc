// A SETTLE: challenges of periods that are closed are ranked over all shards, and prizes posted.
//
//   each shard   collect   its accounts that can win  ──▶  slot of the shard
//   each shard   award     all slots  ──▶  one ranking  ──▶  entries of its own accounts
//
// The ranking is a function of the set of contestants, so every shard finds the same one.
//
// The frames of the periods are there. What is let go of at the clock c is of a period that is
// closed at c; and whatever is closed at c was settled before the first record with that clock.
#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/assert.h"
#include "engine/base/planted.h"
#include "engine/calendar/period.h"
#include "engine/progress/prizes.h"
#include "engine/progress/standings.h"
#include "engine/shard/shard.h"

namespace guerdon::shard {
namespace {

using base::planted;
using base::PlantedBug;

// One challenge and period that are ranked together.
struct Ranked {
  const event::SettledPeriod* settled = nullptr;
  const plan::ChallengeKind* challenge = nullptr;
};

// In the order in which prizes are posted: deadlines, then as the plans have them.
std::vector<Ranked> ranked_by(const plan::Program& program, const event::Batch& batch,
                              uint32_t item) {
  std::vector<Ranked> all;
  for (const event::SettledPeriod& settled : batch.settled) {
    if (settled.item != item) continue;
    for (const plan::ChallengeKind& challenge : program.challenges) {
      if (challenge.clock == static_cast<int>(settled.clock) &&
          plan::acts_in(program, challenge, settled.period)) {
        all.push_back({&settled, &challenge});
      }
    }
  }
  std::sort(all.begin(), all.end(), [](const Ranked& a, const Ranked& b) {
    return std::tuple(a.settled->deadline, a.challenge, a.settled->period) <
           std::tuple(b.settled->deadline, b.challenge, b.settled->period);
  });
  return all;
}

event::Contestant contestant_of(const progress::Leaderboard& board, const progress::Scored& one,
                                uint32_t list) {
  const auto& account = *static_cast<const BlockHeader*>(one.who);
  return {list,
          one.score,
          one.held_from,
          one.lsn,
          account.hash,
          std::string(board.contender(one).name),
          one.has_succeeded};
}

// The last rank that wins something; 0: there is no such prize.
uint32_t last_rank(const plan::ChallengeKind& challenge, bool even_if_not_succeeded) {
  uint32_t last = 0;
  for (const plan::ChallengeKind::Row& row : challenge.rows) {
    if (row.even_if_not_succeeded == even_if_not_succeeded) last = std::max(last, row.last);
  }
  return last;
}

// What it wins, and who does.
struct Win {
  const event::Contestant* winner = nullptr;
  uint32_t clause = 0;
  int64_t amount = 0;
};

// Prizes of one wallet are awarded together: those of another are nothing to them.
void award_wallet(const plan::ChallengeKind& challenge, const std::vector<size_t>& rows,
                  const std::vector<const event::Contestant*>& contestants,
                  std::vector<Win>& wins) {
  std::vector<std::string> hashes;  // for a planted bug only
  std::vector<progress::Contender> contenders;
  contenders.reserve(contestants.size());
  for (const event::Contestant* const each : contestants) {
    contenders.push_back({.name = each->name,
                          .score = each->score,
                          .held_from = each->held_from,
                          .lsn = each->lsn,
                          .has_succeeded = each->has_succeeded});
    if (planted(PlantedBug::kTieByHash)) hashes.push_back(std::to_string(each->account));
  }
  for (size_t i = 0; i < hashes.size(); ++i) contenders[i].name = hashes[i];
  std::vector<progress::Prize> prizes;
  for (const size_t row : rows) {
    prizes.push_back({challenge.rows[row].first, challenge.rows[row].last,
                      challenge.rows[row].amount, challenge.rows[row].even_if_not_succeeded});
  }
  for (const progress::Award& award : progress::award(contenders, prizes, challenge.rules)) {
    wins.push_back(
        {contestants[award.contender], challenge.rows[rows[award.prize]].clause, award.amount});
  }
}

std::vector<Win> wins_of(const plan::Program& program, const plan::ChallengeKind& challenge,
                         const std::vector<const event::Contestant*>& contestants) {
  std::map<uint16_t, std::vector<size_t>> by_wallet;
  for (size_t row = 0; row < challenge.rows.size(); ++row) {
    by_wallet[program.clauses[challenge.rows[row].clause].wallet].push_back(row);
  }
  std::vector<Win> wins;
  for (const auto& [wallet, rows] : by_wallet) award_wallet(challenge, rows, contestants, wins);
  return wins;
}

}  // namespace

const progress::Leaderboard* Shard::leaderboard(const plan::ChallengeKind& challenge,
                                                int32_t period) const {
  const plan::MeasureKind& measure = program_->measures[challenge.measure];
  return leaderboards_.find({measure.subject, challenge.score, period});
}

// Who can win something. One that can win in both rankings is in the list once.
void Shard::add_winners(const plan::ChallengeKind& challenge, int32_t period, uint32_t list,
                        std::vector<event::Contestant>* found) const {
  const plan::MeasureKind& measure = program_->measures[challenge.measure];
  const plan::SubjectKind& subject = program_->subjects[measure.subject];
  const bool has_goals = !subject.scores[challenge.score].goals.empty();
  const size_t begin = found->size();
  for (const bool even : {false, true}) {
    const uint32_t last = last_rank(challenge, even);
    const auto* const board =
        leaderboards_.find({measure.subject, challenge.score, period, has_goals && !even});
    if (last == 0 || board == nullptr) continue;
    for (const progress::Scored& one : progress::who_can_win(*board, challenge.rules, last)) {
      found->push_back(contestant_of(*board, one, list));
    }
  }
  const auto from = found->begin() + static_cast<std::ptrdiff_t>(begin);
  std::sort(from, found->end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  found->erase(std::unique(from, found->end(),
                           [](const auto& a, const auto& b) { return a.name == b.name; }),
               found->end());
}

std::optional<progress::Contender> Shard::contender(const plan::ChallengeKind& challenge,
                                                    int32_t period,
                                                    std::string_view account) const {
  const BlockHeader* const own = state_.accounts().find(base::hash64(account), account);
  if (own == nullptr) return std::nullopt;
  const uint32_t subject = program_->measures[challenge.measure].subject;
  const int64_t* const cells = state_.find(*own, {subject, period, {}});
  if (cells == nullptr) return std::nullopt;
  const plan::ScoreCells& score = program_->subjects[subject].scores[challenge.score];
  const progress::Scored one = leaderboards_.scored(score, *own, cells);
  if (!progress::has_rank(one.score)) return std::nullopt;
  const progress::Leaderboard* const board = leaderboard(challenge, period);
  GUERDON_ASSERT(board != nullptr);  // it has a rank
  return board->contender(one);
}

void Shard::collect(const Work& work, const Visit& visit) {
  GUERDON_ASSERT(work.handovers != nullptr);
  const std::vector<Ranked> lists = ranked_by(*program_, work.batch, visit.item);
  std::vector<event::Contestant> found;
  for (uint32_t list = 0; list < lists.size(); ++list) {
    add_winners(*lists[list].challenge, lists[list].settled->period, list, &found);
  }
  work.handovers->release(visit.item, number_, {}, std::move(found));
}

// All that the visits before it have found, list by list.
bool Shard::award(const Work& work, const Visit& visit) {
  for (uint32_t shard = 0; shard < shards_; ++shard) {
    if (work.handovers->find(visit.item, shard) == nullptr) return false;
  }
  const event::LogItem& item = work.batch.log[visit.item];
  const std::vector<Ranked> lists = ranked_by(*program_, work.batch, visit.item);
  std::vector<std::vector<const event::Contestant*>> contestants(lists.size());
  for (uint32_t shard = 0; shard < shards_; ++shard) {
    if (planted(PlantedBug::kPrizeByShard) && shard != number_) continue;
    for (const event::Contestant& each : work.handovers->contestants(visit.item, shard)) {
      contestants[each.list].push_back(&each);
    }
  }
  // Those of one account together, in the order of the lists: a list may have all accounts in it.
  std::vector<WonPrize> won;
  for (size_t list = 0; list < lists.size(); ++list) {
    const event::SettledPeriod& settled = *lists[list].settled;
    for (const Win& win : wins_of(*program_, *lists[list].challenge, contestants[list])) {
      if (shard_of(win.winner->account, shards_) != number_) continue;
      won.push_back({win.winner,
                     {win.clause,
                      settled.period,
                      win.amount,
                      program_->clauses[win.clause].lineage,
                      {settled.deadline, settled.deadline}}});
    }
  }
  const auto name_of = [](const WonPrize& one) { return std::string_view(one.winner->name); };
  std::ranges::stable_sort(won, {}, name_of);
  for (auto from = won.begin(); from != won.end();) {
    const auto to = std::find_if(
        from, won.end(), [&](const WonPrize& one) { return name_of(one) != name_of(*from); });
    post_prizes({from, to}, item, work.entries);
    from = to;
  }
  return true;
}

// Of one account. What was due for it by the deadline comes first. A SETTLE comes to each account
// once, so nothing has been made for it by this record.
void Shard::post_prizes(std::span<const WonPrize> won, const event::LogItem& item,
                        std::vector<ledger::Entry>& entries) {
  const event::Contestant& winner = *won.front().winner;
  BlockHeader* const account = state_.accounts().find(winner.account, winner.name);
  GUERDON_ASSERT(account != nullptr);
  ledger::EntryWriter writer(entries, item.lsn, entry_account(*account), 0);
  for (const WonPrize& one : won) {
    const plan::TimeMs at = one.posting.when.at;
    if (due_.is_due(*account, at)) due_.settle(*account, at, writer);
    wallets_.post(*account, one.posting, writer);
  }
}

}  // namespace guerdon::shard
