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
#include <array>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/base/int128.h"
#include "engine/base/planted.h"
#include "engine/calendar/period.h"
#include "engine/progress/prizes.h"
#include "engine/progress/standings.h"
#include "engine/shard/shard.h"

namespace guerdon::shard {
namespace {

using base::planted;
using base::PlantedBug;
using plan::PrizeKind;

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
          one.more,
          one.held_from,
          one.lsn,
          account.hash,
          std::string(board.contender(one).name),
          one.has_succeeded};
}

// The last rank that wins something; 0: there is no such prize. Of a pool all have a part, unless
// only what ranks win is asked for. What everyone wins each shard pays by itself.
uint32_t last_rank(const plan::ChallengeKind& challenge, bool even_if_not_succeeded,
                   bool of_ranks_alone = false) {
  uint32_t last = 0;
  for (const plan::ChallengeKind::Row& row : challenge.rows) {
    if (row.even_if_not_succeeded != even_if_not_succeeded) continue;
    if (row.kind == PrizeKind::kRank) last = std::max(last, row.last);
    if (of_ranks_alone) continue;
    if (row.kind == PrizeKind::kShare) last = UINT32_MAX;
  }
  return last;
}

// What a row pays in all. A badge is given once, however many periods nobody won it.
int64_t carried_amount(const plan::Program& program, const plan::ChallengeKind::Row& row,
                       const std::array<int64_t, 2>& times) {
  if (program.wallets[program.clauses[row.clause].wallet].badge) return row.amount;
  return progress::carried(row.amount, times[row.even_if_not_succeeded ? 1 : 0]);
}

// What it wins, and who does.
struct Win {
  const event::Contestant* winner = nullptr;
  size_t row = 0;  // of the challenge
  int64_t amount = 0;
};

// Who wins what of a challenge that needs all who can win, of whatever shard.
class Winners {
 public:
  // `times`: how often what each ranking wins is paid.
  Winners(const plan::Program& program, const plan::ChallengeKind& challenge,
          const std::vector<const event::Contestant*>& contestants, std::array<int64_t, 2> times)
      : program_(program), challenge_(challenge), contestants_(contestants), times_(times) {
    contenders_.reserve(contestants.size());
    for (const event::Contestant* const each : contestants) {
      contenders_.push_back({.name = each->name,
                             .score = each->score,
                             .more = each->more,
                             .held_from = each->held_from,
                             .lsn = each->lsn,
                             .has_succeeded = each->has_succeeded});
      if (planted(PlantedBug::kTieByHash)) hashes_.push_back(std::to_string(each->account));
    }
    for (size_t i = 0; i < hashes_.size(); ++i) contenders_[i].name = hashes_[i];
  }

  // `shares`: what is shared, too.
  std::vector<Win> find(bool shares = true) {
    std::map<uint16_t, std::vector<size_t>> by_wallet;
    for (size_t row = 0; row < challenge_.rows.size(); ++row) {
      const plan::ChallengeKind::Row& each = challenge_.rows[row];
      if (each.kind == PrizeKind::kRank) {
        by_wallet[program_.clauses[each.clause].wallet].push_back(row);
      } else if (each.kind == PrizeKind::kShare && shares) {
        share(row);
      }
    }
    for (const auto& [wallet, rows] : by_wallet) award(rows);
    return std::move(wins_);
  }

 private:
  // Ranks of one wallet are awarded together: those of another are nothing to them.
  void award(const std::vector<size_t>& rows) {
    std::vector<progress::Prize> prizes;
    for (const size_t row : rows) {
      const plan::ChallengeKind::Row& each = challenge_.rows[row];
      prizes.push_back({each.first, each.last, amount_of(each), each.even_if_not_succeeded});
    }
    for (const progress::Award& award : progress::award(contenders_, prizes, challenge_.rules)) {
      wins_.push_back({contestants_[award.contender], rows[award.prize], award.amount});
    }
  }

  int64_t amount_of(const plan::ChallengeKind::Row& row) const {
    return carried_amount(program_, row, times_);
  }

  void share(size_t row) {
    const plan::ChallengeKind::Row& each = challenge_.rows[row];
    for (const progress::Award& award : progress::share(
             contenders_, amount_of(each), each.even_if_not_succeeded, challenge_.rules)) {
      wins_.push_back({contestants_[award.contender], row, award.amount});
    }
  }

  const plan::Program& program_;
  const plan::ChallengeKind& challenge_;
  const std::vector<const event::Contestant*>& contestants_;
  const std::array<int64_t, 2> times_;
  std::vector<progress::Contender> contenders_;
  std::vector<std::string> hashes_;  // for a planted bug only
  std::vector<Win> wins_;
};

}  // namespace

// By what is known of the account at this record: what came late is in it, and nobody's order
// shows.
std::optional<progress::Scored> Shard::ranked(const plan::ChallengeKind& challenge, int32_t period,
                                              const progress::Scored& one,
                                              plan::Machine& machine) const {
  if (!challenge.among) return one;
  const auto& account = *static_cast<const BlockHeader*>(one.who);
  const auto [days, of] = machine.days_taken(challenge, period, KnownOfAccount(state_, &account));
  if (days == 0) return std::nullopt;
  if (days == of) return one;
  const uint32_t subject = program_->measures[challenge.measure].subject;
  const plan::ScoreCells& score = program_->subjects[subject].scores[challenge.score];
  return leaderboards_.scored(plan::score_for_days(score, days, of), account,
                              state_.find(account, {subject, period, {}}));
}

progress::TakesPart Shard::taking_part(const plan::ChallengeKind& challenge, int32_t period) const {
  if (!challenge.among) return {};
  // One of its own: who reads a shard leaves its machine as it is.
  const auto machine = std::make_shared<plan::Machine>(*program_);
  return [this, &challenge, period, machine](const progress::Scored& one) {
    return ranked(challenge, period, one, *machine).has_value();
  };
}

const progress::Leaderboard* Shard::leaderboard(const plan::ChallengeKind& challenge,
                                                int32_t period, const Regard& regard,
                                                std::optional<progress::Leaderboard>* made) const {
  const plan::MeasureKind& measure = program_->measures[challenge.measure];
  const auto* const board = leaderboards_.find({measure.subject, challenge.score, period});
  if (board == nullptr || (!challenge.among && regard.is_all())) return board;
  made->emplace(leaderboards_, board->ties());
  plan::Machine machine(*program_);
  std::unique_ptr<Shard> beside;
  for (auto at = board->at(0); at.get() != nullptr; at.next()) {
    if (!is_meant(regard, *static_cast<const BlockHeader*>(at.get()->who), &beside)) continue;
    if (const auto one = ranked(challenge, period, *at.get(), machine)) (*made)->add(*one);
  }
  return &**made;
}

// Of goals by days the points of each are made anew, and so are those who have succeeded.
const progress::Leaderboard* Shard::ranking(const plan::ChallengeKind& challenge, int32_t period,
                                            bool even_if_not_succeeded,
                                            std::optional<progress::Leaderboard>* made) const {
  const uint32_t subject = program_->measures[challenge.measure].subject;
  const bool has_goals = !program_->subjects[subject].scores[challenge.score].goals.empty();
  if (!challenge.prorated) {
    return leaderboards_.find(
        {subject, challenge.score, period, has_goals && !even_if_not_succeeded});
  }
  const auto* const board = leaderboards_.find({subject, challenge.score, period});
  if (board == nullptr) return nullptr;
  made->emplace(leaderboards_, board->ties());
  plan::Machine machine(*program_);
  for (auto at = board->at(0); at.get() != nullptr; at.next()) {
    const auto one = ranked(challenge, period, *at.get(), machine);
    if (one && (one->has_succeeded || even_if_not_succeeded)) (*made)->add(*one);
  }
  return &**made;
}

progress::TakesPart Shard::taking_part_in_ranking(const plan::ChallengeKind& challenge,
                                                  int32_t period) const {
  return challenge.prorated ? progress::TakesPart() : taking_part(challenge, period);
}

bool Shard::has_scores(const plan::ChallengeKind& challenge, int32_t period) const {
  const uint32_t subject = program_->measures[challenge.measure].subject;
  const auto* const all = leaderboards_.find({subject, challenge.score, period});
  return all != nullptr && all->size() > 0;
}

// Who can win something, or only by a rank. One that can win in both rankings is in the list once.
// Where prizes roll over, somebody without a name says that nobody can win, and somebody has a
// score.
void Shard::add_winners(const plan::ChallengeKind& challenge, int32_t period, uint32_t list,
                        bool of_ranks_alone, std::vector<event::Contestant>* found) const {
  const size_t begin = found->size();
  const progress::TakesPart takes_part = taking_part_in_ranking(challenge, period);
  for (const bool even : {false, true}) {
    const uint32_t last = last_rank(challenge, even, of_ranks_alone);
    if (last == 0) continue;
    std::optional<progress::Leaderboard> made;
    const auto* const board = ranking(challenge, period, even, &made);
    if (board == nullptr) continue;
    for (const progress::Scored& one :
         progress::who_can_win(*board, challenge.rules, last, challenge.enough, takes_part)) {
      found->push_back(contestant_of(*board, one, list));
    }
  }
  const bool is_carried = challenge.rolls_over && !of_ranks_alone && found->size() == begin;
  if (is_carried && has_scores(challenge, period)) found->emplace_back().list = list;
  const auto from = found->begin() + static_cast<std::ptrdiff_t>(begin);
  std::sort(from, found->end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  found->erase(std::unique(from, found->end(),
                           [](const auto& a, const auto& b) { return a.name == b.name; }),
               found->end());
}

// Those here who have succeeded, where everyone of them wins something.
void Shard::add_succeeded(const plan::ChallengeKind& challenge, int32_t period,
                          std::deque<event::Contestant>& found) const {
  const bool pays = std::any_of(
      challenge.rows.begin(), challenge.rows.end(),
      [](const plan::ChallengeKind::Row& row) { return row.kind == PrizeKind::kEveryone; });
  std::optional<progress::Leaderboard> made;
  const auto* const board = pays ? ranking(challenge, period, false, &made) : nullptr;
  if (board == nullptr) return;
  const progress::TakesPart takes_part = taking_part_in_ranking(challenge, period);
  for (const progress::Scored& one :
       progress::who_can_win(*board, challenge.rules, UINT32_MAX, challenge.enough, takes_part)) {
    found.push_back(contestant_of(*board, one, 0));
  }
}

std::optional<progress::Contender> Shard::contender(const plan::ChallengeKind& challenge,
                                                    int32_t period, const Regard& regard,
                                                    std::string_view account) const {
  const BlockHeader* const own = state_.accounts().find(base::hash64(account), account);
  if (own == nullptr) return std::nullopt;
  const uint32_t subject = program_->measures[challenge.measure].subject;
  const int64_t* const cells = state_.find(*own, {subject, period, {}});
  if (cells == nullptr) return std::nullopt;
  const plan::ScoreCells& score = program_->subjects[subject].scores[challenge.score];
  const progress::Scored one = leaderboards_.scored(score, *own, cells);
  if (!progress::has_rank(one.score)) return std::nullopt;
  std::unique_ptr<Shard> beside;
  if (!is_meant(regard, *own, &beside)) return std::nullopt;
  plan::Machine machine(*program_);
  const auto shown = ranked(challenge, period, one, machine);
  if (!shown) return std::nullopt;
  const auto* const board = leaderboards_.find({subject, challenge.score, period});
  GUERDON_ASSERT(board != nullptr);  // it has a rank
  return board->contender(*shown);
}

// Whether somebody here can win in the ranking. Looks at the best of it, and at who does not take
// part before them.
bool Shard::has_winner(const plan::ChallengeKind& challenge, int32_t period, bool even) const {
  std::optional<progress::Leaderboard> made;
  const auto* const board = ranking(challenge, period, even, &made);
  if (board == nullptr) return false;
  const progress::TakesPart takes_part = taking_part_in_ranking(challenge, period);
  for (auto at = board->at(0); at.get() != nullptr; at.next()) {
    if (at.get()->score < challenge.enough) return false;
    if (!takes_part || takes_part(*at.get())) return true;
  }
  return false;
}

// What progress::share gives one of them, by sums over all and without a list. REQUIRES: it is in
// the ranking.
int64_t Shard::part_if_closed(std::span<const std::unique_ptr<Shard>> shards,
                              const plan::ChallengeKind& challenge, int32_t period, bool even,
                              const progress::Contender& own, int64_t pool) {
  const auto visit = [&](const auto& each) {
    for (const auto& shard : shards) {
      std::optional<progress::Leaderboard> made;
      const auto* const board = shard->ranking(challenge, period, even, &made);
      if (board == nullptr) continue;
      const progress::TakesPart takes_part = shard->taking_part_in_ranking(challenge, period);
      for (auto at = board->at(0); at.get() != nullptr; at.next()) {
        const progress::Scored& one = *at.get();
        if (one.score < challenge.enough) break;
        if (!takes_part || takes_part(one)) each(*board, one);
      }
    }
  };
  base::Int128 scores = 0;
  visit([&](const progress::Leaderboard&, const progress::Scored& one) { scores += one.score; });
  const auto part = [&](int64_t score) {
    return static_cast<int64_t>(base::Int128{pool} * score / scores);
  };
  int64_t left = pool;
  int64_t before = 0;  // how many get what is left over before it does
  visit([&](const progress::Leaderboard& board, const progress::Scored& one) {
    left -= part(one.score);
    const bool is_before =
        one.score != own.score
            ? one.score > own.score
            : progress::comes_before(board.contender(one), own, challenge.rules.ties);
    if (is_before) ++before;
  });
  return part(own.score) + (before < left ? 1 : 0);
}

// Of ranks as many are looked at as win something; else nobody's place but the account's.
std::vector<Shard::Prize> Shard::won_if_closed(std::span<const std::unique_ptr<Shard>> shards,
                                               const plan::ChallengeKind& challenge, int32_t period,
                                               std::string_view account,
                                               progress::Jackpots& jackpots) {
  const auto any = [&](const auto& is_so) {
    return std::any_of(shards.begin(), shards.end(),
                       [&](const auto& each) { return is_so(*each); });
  };
  Times times = {1, 1};
  if (shards.front()->is_ranked_again(challenge, period)) {
    jackpots.set_back(challenge.plan, challenge.name, period);
  }
  if (challenge.rolls_over) {
    std::array<bool, 2> is_won = {};
    for (const bool even : {false, true}) {
      is_won[even ? 1 : 0] =
          any([&](const Shard& each) { return each.has_winner(challenge, period, even); });
    }
    const bool has_score =
        any([&](const Shard& each) { return each.has_scores(challenge, period); });
    times = carry_over(challenge, period, is_won, has_score, jackpots);
  }
  const auto count = static_cast<uint32_t>(shards.size());
  const Shard& home = *shards[shard_of(base::hash64(account), count)];
  const std::optional<progress::Contender> own =
      home.contender(challenge, period, Regard(), account);
  std::vector<Prize> prizes;
  if (!own || own->score < challenge.enough) return prizes;
  std::vector<event::Contestant> found;
  for (const auto& shard : shards) shard->add_winners(challenge, period, 0, true, &found);
  std::vector<const event::Contestant*> contestants;
  for (const event::Contestant& each : found) contestants.push_back(&each);
  const plan::Program& program = *home.program_;
  for (const Win& win : Winners(program, challenge, contestants, times).find(false)) {
    if (win.winner->name != account) continue;
    prizes.push_back({challenge.rows[win.row].clause, win.amount});
  }
  for (const plan::ChallengeKind::Row& row : challenge.rows) {
    const bool is_in = row.even_if_not_succeeded || own->has_succeeded;
    if (!is_in || row.kind == PrizeKind::kRank) continue;
    const int64_t amount = carried_amount(program, row, times);
    const int64_t won =
        row.kind == PrizeKind::kEveryone
            ? row.amount
            : part_if_closed(shards, challenge, period, row.even_if_not_succeeded, *own, amount);
    if (won > 0) prizes.push_back({row.clause, won});
  }
  return prizes;
}

void Shard::collect(const Work& work, const Visit& visit) {
  GUERDON_ASSERT(work.handovers != nullptr);
  const std::vector<Ranked> lists = ranked_by(*program_, work.batch, visit.item);
  std::vector<event::Contestant> found;
  for (uint32_t list = 0; list < lists.size(); ++list) {
    add_winners(*lists[list].challenge, lists[list].settled->period, list, false, &found);
  }
  work.handovers->release(visit.item, number_, {}, std::move(found));
}

// All shards come to the same: each sees all who can win.
Shard::Times Shard::carry_over(const plan::ChallengeKind& challenge, int32_t period,
                               const std::array<bool, 2>& is_won, bool has_score,
                               progress::Jackpots& jackpots) {
  Times times = {1, 1};
  if (!challenge.rolls_over) return times;
  if (!has_score && jackpots.find(challenge.plan, challenge.name) == nullptr) return times;
  progress::Jackpot& jackpot = jackpots.of(challenge.plan, challenge.name, period);
  for (size_t ranking = 0; ranking < times.size(); ++ranking) {
    if (last_rank(challenge, ranking == 1) == 0) continue;  // nothing is won, and not all were seen
    times[ranking] = jackpot.times(ranking, period);
    if (is_won[ranking] && !planted(PlantedBug::kJackpotWonAgain)) jackpot.won[ranking] = period;
  }
  return times;
}

// What is won here: by ranks, which are those of all shards, and by everyone who succeeded. The
// latter are put where they stay.
void Shard::add_won(const plan::ChallengeKind& challenge, const event::SettledPeriod& settled,
                    std::vector<const event::Contestant*>& contestants,
                    std::deque<event::Contestant>& succeeded, std::vector<WonPrize>& won) {
  const auto nameless = [](const event::Contestant* each) { return each->name.empty(); };
  const bool has_score = !contestants.empty();
  std::erase_if(contestants, nameless);
  const std::array<bool, 2> is_won = {
      std::any_of(contestants.begin(), contestants.end(),
                  [](const event::Contestant* each) { return each->has_succeeded; }),
      !contestants.empty()};
  if (is_ranked_again(challenge, settled.period)) {
    jackpots_.set_back(challenge.plan, challenge.name, settled.period);
  }
  const Times times = carry_over(challenge, settled.period, is_won, has_score, jackpots_);
  std::vector<Win> wins = Winners(*program_, challenge, contestants, times).find();
  std::erase_if(wins,
                [&](const Win& win) { return shard_of(win.winner->account, shards_) != number_; });
  const size_t begin = succeeded.size();
  add_succeeded(challenge, settled.period, succeeded);
  for (size_t row = 0; row < challenge.rows.size(); ++row) {
    if (challenge.rows[row].kind != PrizeKind::kEveryone) continue;
    for (size_t i = begin; i < succeeded.size(); ++i) {
      wins.push_back({&succeeded[i], row, challenge.rows[row].amount});
    }
  }
  const size_t from = won.size();
  for (const Win& win : wins) {
    won.push_back(won_prize(challenge, settled, *win.winner, win.row, win.amount));
  }
  if (is_ranked_again(challenge, settled.period)) add_lost(challenge, settled, succeeded, won);
  // Credits before debits; wallet by wallet, in each as the lines stand in the plan.
  const auto key = [&](const WonPrize& one) {
    return std::tuple(std::string_view(one.winner->name), one.posting.amount < 0,
                      program_->clauses[one.posting.clause].wallet, one.row);
  };
  std::ranges::sort(won.begin() + static_cast<std::ptrdiff_t>(from), won.end(), {}, key);
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
  std::deque<event::Contestant> succeeded;
  for (size_t list = 0; list < lists.size(); ++list) {
    add_won(*lists[list].challenge, *lists[list].settled, contestants[list], succeeded, won);
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
  since_.move_to(item.at);
  for (const WonPrize& one : won) {
    const auto clock = static_cast<uint32_t>(one.challenge->clock);
    SealSum& seal = seals_.at(clock, one.posting.period);
    if (one.amount > 0) {
      seal.hash += sealed_prize(winner.name, one.challenge->name, one.winner->score,
                                program_->clauses[one.posting.clause].effect, one.amount);
    }
    if (one.posting.amount == 0) continue;  // it has that
    const plan::TimeMs at = one.posting.when.at;
    if (due_.is_due(*account, at)) due_.settle(*account, at, writer);
    const size_t before = writer.count();
    wallets_.post(*account, one.posting, writer);
    keep_prize(*account, one);
    add_entries(*program_, winner.name, writer, before, seal);
  }
}

}  // namespace guerdon::shard
