// Challenges: at the deadline of a period all accounts with a score are put into one list, sorted,
// and paid by their place in it.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/assert.h"
#include "engine/calendar/period.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {
namespace {

// An event may have happened so long after the clock that it got.
constexpr TimeMs kAhead = 5 * 60 * 1'000;
constexpr int32_t kMostPassed = 1024;  // as many as seals are kept of

struct Competitor {
  std::string account;
  int64_t score = 0;
  bool has_succeeded = true;
  int64_t more = 0;
  TimeMs at = 0;
  uint64_t lsn = 0;
};

bool is_before(const Competitor& a, const Competitor& b, plan::tree::Ties ties) {
  if (a.score > b.score) return true;
  if (a.score < b.score) return false;
  if (ties == plan::tree::Ties::kEarliest) {
    if (a.at != b.at) return a.at < b.at;
    if (a.lsn != b.lsn) return a.lsn < b.lsn;
  }
  if (ties == plan::tree::Ties::kMore && a.more != b.more) return a.more > b.more;
  return a.account < b.account;
}

// So many times the amount, one by one.
int64_t added_up(int64_t amount, int64_t times) {
  int64_t sum = 0;
  for (; times > 0 && sum < money::kAmountMax; --times) sum += amount;
  return std::min(sum, money::kAmountMax);
}

// What one rank wins in the unit.
int64_t prize_of(const plan::Challenge& challenge, const plan::Rule& rule, int unit, int64_t rank,
                 int64_t times, size_t* effect) {
  for (const plan::Prize& prize : challenge.prizes) {
    const auto e = static_cast<size_t>(prize.effect);
    if (prize.kind != plan::PrizeKind::kRank) continue;
    if (rule.effects[e].unit != unit || rank < prize.first || rank > prize.last) continue;
    *effect = e;
    return added_up(rule.effects[e].amount->value.num, times);
  }
  return 0;
}

int64_t last_rank(const plan::Challenge& challenge) {
  int64_t last = 0;
  for (const plan::Prize& prize : challenge.prizes) {
    if (prize.kind == plan::PrizeKind::kRank) last = std::max(last, prize.last);
  }
  return last;
}

// With those prizes alone that are for who succeeded, or that are even for who has not.
plan::Challenge part_of(plan::Challenge challenge, bool even_if_not_succeeded) {
  std::erase_if(challenge.prizes, [&](const plan::Prize& prize) {
    return prize.even_if_not_succeeded != even_if_not_succeeded;
  });
  return challenge;
}

struct Won {
  size_t member = 0;
  size_t effect = 0;
  int64_t amount = 0;
};

// Of members [from, to), equal in score, that take up ranks [first, last].
void pay_equals(const plan::Challenge& challenge, const plan::Rule& rule, int unit, size_t from,
                size_t to, int64_t first, int64_t last, int64_t times, std::vector<Won>& won) {
  size_t effect = 0;
  if (challenge.ties == plan::tree::Ties::kShare) {
    const int64_t prize = prize_of(challenge, rule, unit, first, times, &effect);
    for (size_t m = from; m < to && prize > 0; ++m) won.push_back({m, effect, prize});
    return;
  }
  // Pooled, rank by rank; the entry is of the line of the best rank that wins something.
  base::Int128 pool = 0;
  for (int64_t rank = last; rank >= first; --rank) {
    size_t line = 0;
    const int64_t prize = prize_of(challenge, rule, unit, rank, times, &line);
    if (prize > 0) effect = line;
    pool += prize;
  }
  const auto count = static_cast<int64_t>(to - from);
  for (size_t m = from; m < to; ++m) {
    const bool gets_one_more = static_cast<int64_t>(m - from) < static_cast<int64_t>(pool % count);
    const auto amount = static_cast<int64_t>(pool / count) + (gets_one_more ? 1 : 0);
    if (amount > 0) won.push_back({m, effect, amount});
  }
}

std::vector<Won> won_by(const plan::Challenge& challenge, const plan::Rule& rule, int unit,
                        const std::vector<Competitor>& members, int64_t times) {
  std::vector<Won> won;
  const bool one_by_one =
      challenge.ties != plan::tree::Ties::kShare && challenge.ties != plan::tree::Ties::kSplit;
  int64_t scores = 0;  // different ones so far
  for (size_t from = 0; from < members.size();) {
    size_t to = from + 1;
    while (!one_by_one && to < members.size() && members[to].score == members[from].score) ++to;
    ++scores;
    int64_t first = static_cast<int64_t>(from) + 1;
    auto last = static_cast<int64_t>(to);
    if (!one_by_one && challenge.ranks == plan::tree::Ranks::kDense) first = last = scores;
    // Nothing is won beyond the last line.
    last = std::min(last, std::max(first, last_rank(challenge)));
    if (one_by_one) {
      size_t effect = 0;
      const int64_t prize = prize_of(challenge, rule, unit, first, times, &effect);
      if (prize > 0) won.push_back({from, effect, prize});
    } else {
      pay_equals(challenge, rule, unit, from, to, first, last, times, won);
    }
    from = to;
  }
  return won;
}

// What everyone wins, and the parts of what is shared. `members`: of the ranking, in its order.
void pay_all(const plan::Challenge& challenge, const plan::Rule& rule, int unit,
             const std::vector<Competitor>& members, int64_t times, std::vector<Won>& won) {
  base::Int128 scores = 0;
  for (const Competitor& each : members) scores += each.score;
  for (const plan::Prize& prize : challenge.prizes) {
    const auto e = static_cast<size_t>(prize.effect);
    if (prize.kind == plan::PrizeKind::kRank || rule.effects[e].unit != unit) continue;
    const bool is_shared = prize.kind == plan::PrizeKind::kShare;
    const int64_t amount = added_up(rule.effects[e].amount->value.num, is_shared ? times : 1);
    std::vector<int64_t> parts(members.size(), amount);
    if (is_shared) {
      base::Int128 paid = 0;
      for (size_t m = 0; m < members.size(); ++m) {
        parts[m] = static_cast<int64_t>(base::Int128{amount} * members[m].score / scores);
        paid += parts[m];
      }
      for (size_t m = 0; m < members.size() && paid < amount; ++m, ++paid) ++parts[m];
    }
    for (size_t m = 0; m < members.size(); ++m) {
      if (parts[m] > 0) won.push_back({m, e, parts[m]});
    }
  }
}

}  // namespace

// Each once, as the first version that has it says it.
std::vector<std::pair<size_t, const plan::Challenge*>> Engine::challenges() const {
  std::vector<std::pair<size_t, const plan::Challenge*>> all;
  for (const Family& family : families_) {
    const size_t begin = all.size();
    for (const size_t p : family.plans) {
      for (const plan::Challenge& challenge : plans_[p].challenges) {
        const bool is_known =
            std::any_of(all.begin() + static_cast<std::ptrdiff_t>(begin), all.end(),
                        [&](const auto& each) { return each.second->name == challenge.name; });
        if (!is_known) all.emplace_back(p, &challenge);
      }
    }
  }
  return all;
}

// What is kept of a measure, whoever it is of.
std::pair<Engine::Measured, Engine::Measured> Engine::all_of(const Id& measure) const {
  const auto [q, m] = measure;
  return {measures_.lower_bound({q, m, 0, "", {}, INT32_MIN}),
          measures_.lower_bound({q, m, 1, "", {}, INT32_MIN})};
}

// A score of a period that is closed, or was when the event came.
bool Engine::is_final(const Came& came, size_t p, size_t m, int32_t period) const {
  const plan::Measure& measure = plans_[p].measures[m];
  if (!measure.is_score) return false;
  const calendar::PeriodRule& rule = measure.subject.period;
  if (is_shut(family_number_[p], rule, period, *clock_)) return true;
  if (!came.again || !is_closed(plans_[p], rule, period, came.at)) return false;
  const auto again = came.again->find({family_number_[p], rule});
  return again == came.again->end() || again->second != period;
}

// Whom a challenge knows, in which period.
std::set<std::pair<std::string, int32_t>> Engine::members_of(
    size_t p, const plan::Challenge& challenge) const {
  std::set<std::pair<std::string, int32_t>> members;
  std::vector<int> measures = {challenge.measure};
  for (const plan::ChallengeGoal& goal : challenge.goals) measures.push_back(goal.measure);
  for (const int measure : measures) {
    const auto [from, to] = all_of(measure_id(p, measure));
    for (auto each = from; each != to; ++each) {
      members.emplace(std::get<std::string>(each->first), std::get<int32_t>(each->first));
    }
  }
  return members;
}

int64_t Engine::achieved(size_t p, int measure, const std::string& account, int32_t period) const {
  const auto [q, m] = measure_id(p, measure);
  const auto at = measures_.find({q, m, 0, account, {}, period});
  return at == measures_.end() ? 0 : at->second;
}

// The score, and whether all goals are reached.
std::pair<int64_t, bool> Engine::score_of(size_t p, const plan::Challenge& challenge,
                                          const std::string& account, int32_t period,
                                          const Rational& part) const {
  if (challenge.goals.empty()) return {achieved(p, challenge.measure, account, period), true};
  Int128 points = 0;
  bool has_succeeded = true;
  for (const plan::ChallengeGoal& goal : challenge.goals) {
    const int64_t done = achieved(p, goal.measure, account, period);
    const Rational exact = Rational(goal.least) * part;
    Int128 least = exact.num() / exact.den();
    if (!exact.is_whole()) ++least;
    has_succeeded = has_succeeded && done >= least;
    if (done <= 0) continue;
    Int128 own = Int128{done} * 10'000 / least;
    if (goal.up_to > 0) own = std::min<Int128>(own, Int128{goal.up_to} * 100);
    points += own * goal.weight;
  }
  return {static_cast<int64_t>(std::min<Int128>(points, money::kMeasureMax)), has_succeeded};
}

Engine::SubjectKey Engine::scored_key(size_t p, const plan::Challenge& challenge,
                                      const std::string& account, int32_t period) const {
  const auto [q, m] = measure_id(p, challenge.measure);
  return {q, m, 0, account, {}, period};
}

// By what record a score was changed last. Called behind each record that can change one.
void Engine::note_scores(TimeMs occurred, uint64_t lsn) {
  for (const auto& [p, challenge] : challenges()) {
    for (const auto& [account, period] : members_of(p, *challenge)) {
      const int64_t score = score_of(p, *challenge, account, period, Rational(1)).first;
      Scored& scored = scored_[scored_key(p, *challenge, account, period)];
      if (scored.value == score) continue;
      scored = {score, occurred, lsn};
    }
  }
}

// Walks on from the clock, period by period.
void Engine::settle_challenges(TimeMs before, TimeMs until) {
  std::vector<std::tuple<TimeMs, size_t, int32_t>>
      due;  // deadline, number of the challenge, period
  const auto all = challenges();
  for (size_t c = 0; c < all.size(); ++c) {
    const auto [p, challenge] = all[c];
    const plan::Plan& plan = plans_[p];
    const calendar::PeriodRule& rule =
        plan.measures[static_cast<size_t>(challenge->measure)].subject.period;
    int32_t period = calendar::period_at(plan.calendar, rule, before).index;
    while (!is_closed(plan, rule, period - 1, before)) --period;
    const int32_t newest =
        calendar::period_at(plan.calendar, rule, std::min(before + kAhead, base::kTimeEnd - 1))
            .index;
    while (is_closed(plan, rule, period, before)) ++period;
    for (; period <= newest && is_closed(plan, rule, period, until); ++period) {
      if (!is_awarded(p, *challenge, period)) continue;
      due.emplace_back(deadline_of(plan, rule, period), c, period);
    }
    const auto again = reopened_.find({family_number_[p], rule});
    if (again == reopened_.end() || again->second.is_closed) continue;
    const auto& [number, lsn, closes, is_closed_by_command] = again->second;
    if (before < closes && closes <= until && is_awarded(p, *challenge, number)) {
      due.emplace_back(closes, c, number);
    }
  }
  std::sort(due.begin(), due.end());
  if (!due.empty()) ++last_lsn_;
  for (const auto& [p, challenge] : all) seal_passed(p, *challenge, before, until);
  for (const auto& [deadline, c, period] : due) {
    clock_ = deadline;
    const auto measure = static_cast<size_t>(all[c].second->measure);
    seal_settled(all[c].first, plans_[all[c].first].measures[measure].subject.period, period);
    award(all[c].first, *all[c].second, period, deadline);
  }
}

// Periods that nobody can have a score in, since the clock has jumped over all of them: the newest
// of them can be opened again, too.
void Engine::seal_passed(size_t p, const plan::Challenge& challenge, TimeMs before, TimeMs until) {
  const plan::Plan& plan = plans_[p];
  const calendar::PeriodRule& rule =
      plan.measures[static_cast<size_t>(challenge.measure)].subject.period;
  const auto number_at = [&](TimeMs at) {
    return calendar::period_at(plan.calendar, rule, std::min(at, base::kTimeEnd - 1)).index;
  };
  const int32_t first = number_at(before + kAhead);
  int32_t last = number_at(until);
  while (last > first && !is_closed(plan, rule, last, until)) --last;
  for (int32_t kept = 0; kept < kMostPassed && last > first; ++kept, --last) {
    if (is_awarded(p, challenge, last)) seal_settled(p, rule, last);
  }
}

size_t Engine::rule_of(size_t p, const plan::Challenge& challenge) const {
  const std::vector<plan::Rule>& rules = plans_[p].rules;
  const auto written = std::find_if(rules.begin(), rules.end(), [&](const auto& rule) {
    return rule.is_settled && rule.name == challenge.name;
  });
  return static_cast<size_t>(written - rules.begin());
}

bool Engine::is_awarded(size_t p, const plan::Challenge& challenge, int32_t period) const {
  const size_t r = rule_of(p, challenge);
  const calendar::PeriodRule& rule = plans_[p].rules[r].subject.period;
  return acts(p, r, calendar::period_of_index(plans_[p].calendar, rule, period).from);
}

// How often what is won is paid: once, and once for each period since one was won.
int64_t Engine::carried_over(size_t p, const plan::Challenge& challenge, int32_t period, bool even,
                             bool is_won, bool has_score) {
  if (!challenge.rolls_over) return 1;
  Unwon& unwon = unwon_[{p, challenge.name, even}];
  // A period that is ranked once more finds what there was before it.
  const auto [last, is_first] = unwon_before_.try_emplace({p, challenge.name, even}, period, unwon);
  if (!is_first && last->second.first == period) unwon = last->second.second;
  last->second = {period, unwon};
  if (!unwon.ranked && !has_score) return 1;
  // Periods that were passed over, between those that were ranked, were not won.
  unwon.periods += unwon.ranked ? period - *unwon.ranked : 1;
  unwon.ranked = period;
  const int64_t times = unwon.periods;
  if (is_won) unwon.periods = 0;
  return times;
}

// As it is known of the account now. Of how many days of all its goals are; nothing: it does not
// take part.
std::optional<Rational> Engine::takes_part(size_t p, const plan::Challenge& challenge,
                                           const std::string& account, int32_t period) const {
  const plan::Plan& plan = plans_[p];
  const plan::Rule& rule = plan.rules[rule_of(p, challenge)];
  const calendar::Period bounds =
      calendar::period_of_index(plan.calendar, rule.subject.period, period);
  const std::vector<Value> nothing(plan.attributes.size());
  const auto is_so = [&](TimeMs at) {
    const Scope scope{plan, nothing, nullptr,
                      [&](const plan::Term& held) { return known_of(account, p, held, at); }, at};
    return holds(scope, rule.when);
  };
  if (!is_so(bounds.to - 1)) return std::nullopt;
  if (is_so(bounds.from)) return Rational(1);
  if (!challenge.joiners) return std::nullopt;
  if (!challenge.prorated) return Rational(1);
  // All days, each by its last instant.
  std::vector<bool> days;
  const TimeMs first = std::max(bounds.from, base::kTimeMin);
  const int32_t known = calendar::period_at(plan.calendar, calendar::PeriodKind::kDay, first).index;
  for (int32_t d = bounds.from < first ? known - 12'000 : known;; ++d) {
    const calendar::Period day =
        calendar::period_of_index(plan.calendar, calendar::PeriodKind::kDay, d);
    if (day.from >= bounds.to) break;
    if (day.from < bounds.from || day.from == day.to) continue;
    days.push_back(is_so(day.to - 1));
  }
  const auto joined = std::find(days.begin(), days.end(), true);
  return Rational(days.end() - joined) / Rational(static_cast<int64_t>(days.size()));
}

int Engine::award(size_t p, const plan::Challenge& challenge, int32_t period, TimeMs deadline) {
  const plan::Plan& plan = plans_[p];
  const size_t r = rule_of(p, challenge);
  const plan::Rule& rule = plan.rules[r];
  std::vector<Competitor> members;
  bool has_score = false;
  for (const auto& [account, of_period] : members_of(p, challenge)) {
    if (of_period != period) continue;
    if (score_of(p, challenge, account, period, Rational(1)).first <= 0) continue;
    has_score = true;
    const std::optional<Rational> part = takes_part(p, challenge, account, period);
    if (!part) continue;
    const auto [score, has_succeeded] = score_of(p, challenge, account, period, *part);
    if (score < challenge.enough) continue;
    const Scored& scored = scored_.at(scored_key(p, challenge, account, period));
    int64_t more = 0;
    if (challenge.more >= 0) {
      const plan::ChallengeGoal& goal = challenge.goals[static_cast<size_t>(challenge.more)];
      more = achieved(p, goal.measure, account, period);
    }
    members.push_back({account, score, has_succeeded, more, scored.at, scored.lsn});
  }
  std::sort(members.begin(), members.end(), [&](const Competitor& a, const Competitor& b) {
    return is_before(a, b, challenge.ties);
  });
  std::vector<Competitor> succeeded = members;
  std::erase_if(succeeded, [](const Competitor& each) { return !each.has_succeeded; });
  const std::array<int64_t, 2> times = {
      carried_over(p, challenge, period, false, !succeeded.empty(), has_score),
      carried_over(p, challenge, period, true, !members.empty(), has_score)};
  // Wallet by wallet, as the first version has the units; as the lines stand in the plan, where one
  // wins by several.
  std::map<std::tuple<size_t, size_t, std::string>, int64_t> wins;
  size_t place = 0;
  for (const plan::Unit& unit : plans_[family_of(p).plans.front()].units) {
    const auto own = std::find_if(plan.units.begin(), plan.units.end(),
                                  [&](const auto& each) { return each.code == unit.code; });
    const auto index = static_cast<int>(own - plan.units.begin());
    const bool is_badge = own != plan.units.end() && own->badge.has_value();  // it is given once
    ++place;
    for (const bool even : {false, true}) {
      const std::vector<Competitor>& ranked = even ? members : succeeded;
      const int64_t often = is_badge ? 1 : times[even ? 1 : 0];
      std::vector<Won> all = won_by(part_of(challenge, even), rule, index, ranked, often);
      pay_all(part_of(challenge, even), rule, index, ranked, often, all);
      for (const Won& won : all) {
        wins[{place, won.effect, ranked[won.member].account}] += won.amount;
      }
    }
    // What was won when the period was closed before, and is not now.
    for (const auto& [prize, had] : prized_) {
      const auto& [of, r_of, effect, account, in] = prize;
      const bool is_its =
          of == p && r_of == r && in == period && rule.effects[effect].unit == index;
      if (is_its) wins.try_emplace({place, effect, account}, 0);
    }
  }
  return post_won(p, challenge, period, deadline, wins);
}

// What each has more than before; then what it has less.
int Engine::post_won(size_t p, const plan::Challenge& challenge, int32_t period, TimeMs deadline,
                     const std::map<std::tuple<size_t, size_t, std::string>, int64_t>& wins) {
  const size_t r = rule_of(p, challenge);
  const SealClock clock(family_number_[p], plans_[p].rules[r].subject.period);
  int entries = 0;
  for (const bool debits : {false, true}) {
    for (const auto& [prize, amount] : wins) {
      const auto& [place, effect, account] = prize;
      int64_t& had = prized_[{p, r, effect, account, period}];
      const int64_t more = amount - had;
      if (more != 0 && (more < 0) == debits) {
        settle(account);
        const size_t before = entries_.size();
        post_prize(p, r, effect, account, more, period, deadline);
        had = amount;
        seal_entries(clock, period, before);
        entries += static_cast<int>(
            std::count_if(entries_.begin() + static_cast<std::ptrdiff_t>(before), entries_.end(),
                          [](const Entry& entry) { return !entry.plan.empty(); }));
      }
      if (debits || amount == 0) continue;
      base::HashBuilder content;
      content.text("won").text(account).text(challenge.name);
      const std::optional<Rational> part = takes_part(p, challenge, account, period);
      content.i64(score_of(p, challenge, account, period, part.value_or(Rational(1))).first);
      content.i64(static_cast<int64_t>(effect)).i64(amount);
      sealed_[{clock, period}].hash += content.finish();
    }
  }
  return entries;
}

void Engine::post_prize(size_t p, size_t r, size_t e, const std::string& account, int64_t amount,
                        int32_t period, TimeMs deadline) {
  const plan::Plan& plan = plans_[p];
  const auto unit = static_cast<size_t>(plan.rules[r].effects[e].unit);
  const plan::WalletRules& rules = plan.wallets.at(unit);
  const Wallet key(account, plan.program, plan.units.at(unit).code);
  const ledger::Origin origin{last_lsn_, static_cast<uint32_t>(entries_of_[{last_lsn_, account}])};
  const uint64_t cause = cause_of(p, r, e, {}, period);
  std::vector<ledger::Leg> legs;
  if (amount > 0) {
    ledger::Credit credit;
    credit.amount = amount;
    credit.origin = origin;
    credit.cause = cause;
    credit.matures_at = plan::matures_at(rules, plan.calendar.zone, deadline);
    credit.expires_at = plan::expires_at(rules, plan.calendar.zone, deadline);
    credit.warns_at = warns_at(rules, plan, deadline, credit.expires_at);
    wallet_of(key, rules).credit(credit, {deadline, deadline}, legs);
  } else {
    ledger::Debit debit;
    debit.amount = -amount;
    debit.origin = origin;
    debit.cause = cause;
    wallet_of(key, rules).debit(debit, {deadline, deadline}, legs);
  }
  const Asked asked{p, r, e, account, amount, cause};
  write(key, legs, &asked);
}

}  // namespace guerdon::reference
