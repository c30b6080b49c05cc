#include "engine/shard/grants.h"

#include <algorithm>
#include <string>

#include "engine/base/assert.h"
#include "engine/base/planted.h"

namespace guerdon::shard {

using event::CommandField;
using event::CommandResult;
using event::Outcome;
using ledger::Kind;
using ledger::Leg;
using ledger::SystemAccount;
using ledger::Wallet;

namespace {

// Across shards a refusal by the account says a wallet, or that it has been given the badge.
event::Handover handed_over(const CommandResult& result) {
  const bool is_given = result.outcome == Outcome::kLimit;
  return {is_given ? result.amount : int64_t{result.wallet}, static_cast<uint8_t>(result.outcome)};
}

CommandResult result_of(const event::Handover& answer, uint16_t badge) {
  const auto outcome = static_cast<Outcome>(answer.code);
  if (outcome == Outcome::kOk) return {};
  if (outcome == Outcome::kLimit) return {answer.amount, badge, outcome};
  return {0, static_cast<uint16_t>(answer.amount), outcome};
}

// The pool of the period in which the log has the command.
plan::Draw draw_of(const plan::Program& program, const plan::BadgeKind& badge, ledger::TimeMs at) {
  const plan::BudgetKind& budget = program.budgets[*badge.budget];
  plan::Draw draw{*badge.budget, 0, badge.credit.amount, plan::kNowhere};
  if (budget.clock != plan::kNoClock) {
    const plan::Clock& clock = program.clocks[static_cast<size_t>(budget.clock)];
    draw.period = calendar::period_at(clock.calendar, clock.rule, at).index;
  }
  return draw;
}

}  // namespace

// Null: people do not grant it.
const plan::BadgeKind* Grants::badge_of(const AccountCommand& call) const {
  const int64_t wallet = call.command()[CommandField::kBadge];
  for (const plan::BadgeKind& badge : books_.program->badges) {
    if (badge.wallet == wallet) return &badge;
  }
  return nullptr;
}

// ---- Who gives it -------------------------------------------------------------------------------

bool Grants::is_granter(const AccountCommand& call, const plan::BadgeKind& badge) const {
  switch (badge.granters) {
    case plan::Granters::kNobody:
      return false;
    case plan::Granters::kAnyone:
      return true;
    case plan::Granters::kHolders:
      return call.account() != nullptr && cells_of(call.account())[badge.holders_of] > 0;
    case plan::Granters::kListed:
      return std::binary_search(badge.names.begin(), badge.names.end(),
                                std::string(call.account_name()));
  }
  GUERDON_UNREACHABLE();
}

// What is burnt and what is given away may be of one wallet.
CommandResult Grants::may_pay(const AccountCommand& call, const plan::BadgeKind& badge) const {
  const int64_t given = badge.from_granter ? badge.credit.amount : 0;
  const bool is_one =
      badge.burn.amount > 0 && given > 0 && badge.burn.wallet == badge.credit.wallet;
  const auto has = [&](uint16_t wallet, int64_t amount) -> CommandResult {
    if (amount == 0) return {};
    return call.ask(wallet, [&](const Wallet& asked) {
      return shard::result_of(asked.may_take_back(amount), wallet);
    });
  };
  const CommandResult burnt = has(badge.burn.wallet, badge.burn.amount + (is_one ? given : 0));
  if (is_refused(burnt) || is_one) return burnt;
  return has(badge.credit.wallet, given);
}

CommandResult Grants::may_grant(const AccountCommand& call) const {
  const auto wallet = static_cast<uint16_t>(call.command()[CommandField::kBadge]);
  const plan::BadgeKind* const badge = badge_of(call);
  if (badge == nullptr || !is_granter(call, *badge)) return {0, wallet, Outcome::kNoPerm};
  if (badge->sent && call.counted(*badge->sent) >= badge->sent->times) {
    return {badge->sent->times, wallet, Outcome::kLimit};
  }
  return may_pay(call, *badge);
}

void Grants::pay(AccountCommand& call, const plan::BadgeKind& badge, const KeptSince& since) {
  const auto take = [&](const plan::GrantPart& part, Kind kind) {
    const ledger::Debit debit{part.amount, kind, SystemAccount::kIssuance, call.next(), 0, {}};
    if (part.amount > 0) call.burn(part.wallet, debit);
  };
  take(badge.burn, Kind::kBurn);
  if (badge.from_granter) take(badge.credit, Kind::kGrant);
  if (badge.sent) call.count(*badge.sent, call.at(), 1, since);
}

// ---- Who is given it ----------------------------------------------------------------------------

// Of now, whatever time the sender says: a person grants when the log has it.
ledger::Credit Grants::credit_of(const AccountCommand& call, uint16_t wallet,
                                 int64_t amount) const {
  ledger::Credit credit =
      call.credit_of(wallet, amount, Kind::kGrant, SystemAccount::kIssuance, call.at());
  credit.earned_at = call.at();
  return credit;
}

CommandResult Grants::may_be_credited(const AccountCommand& call, uint16_t wallet,
                                      int64_t amount) const {
  if (call.ask(wallet, [](const Wallet& asked) { return asked.is_shut(); })) {
    return {0, wallet, Outcome::kClosed};
  }
  return call.may_credit(wallet, credit_of(call, wallet, amount));
}

CommandResult Grants::may_be_given(const AccountCommand& call, const plan::BadgeKind& badge) const {
  if (badge.given && call.counted(*badge.given) > 0) return {0, badge.wallet, Outcome::kLimit};
  const CommandResult given = may_be_credited(call, badge.wallet, 1);
  if (is_refused(given) || badge.credit.amount == 0) return given;
  return may_be_credited(call, badge.credit.wallet, badge.credit.amount);
}

// Whole, or not at all, however the budget is `short`. How much is left is not told: of visits that
// get nothing whatever others draw, nobody knows (accounts/budgets.h).
CommandResult Grants::may_draw(const AccountCommand& call, const plan::BadgeKind& badge,
                               const GrantFunds& funds) const {
  if (!badge.budget || funds.pools == nullptr) return {};
  const plan::Draw draw = draw_of(*books_.program, badge, call.at());
  const int64_t granted = funds.pools->granted(draw.budget, draw.period);
  if (granted < 0) return {};  // it cannot bind
  const plan::BudgetKind& budget = books_.program->budgets[draw.budget];
  const int64_t most = plan::amount_at(budget.amounts, call.at()).most;
  if (base::planted(base::PlantedBug::kBadgeOverBudget)) return {};
  if (draw.amount <= most - granted) return {};
  return {0, badge.wallet, Outcome::kInsufficient};
}

bool Grants::give(AccountCommand& call, const DependentVisit& at) {
  const event::Handover* const asked = at.handovers->find(at.visit.item, 0);
  if (asked == nullptr) return false;
  if (static_cast<Outcome>(asked->code) != Outcome::kOk) {
    at.handovers->release(at.visit.item, 1, *asked);
    return true;
  }
  const plan::BadgeKind& badge = *badge_of(call);
  CommandResult may = may_be_given(call, badge);
  if (!is_refused(may)) may = may_draw(call, badge, at.funds);
  if (!is_refused(may)) {
    if (badge.budget && at.funds.draws != nullptr) {
      at.funds.draws->push_back(draw_of(*books_.program, badge, call.at()));
    }
    call.credit(badge.wallet, credit_of(call, badge.wallet, 1));
    if (badge.credit.amount > 0) {
      call.credit(badge.credit.wallet, credit_of(call, badge.credit.wallet, badge.credit.amount));
    }
    if (badge.given) call.count(*badge.given, call.at(), 1, at.since);
  }
  at.handovers->release(at.visit.item, 1, handed_over(may));
  return true;
}

bool Grants::grant(AccountCommand& call, const DependentVisit& at) {
  if (at.visit.role == Visit::kReceives) return give(call, at);
  if (at.visit.role == Visit::kCommand) {
    at.result = may_grant(call);
    at.handovers->release(at.visit.item, 0, {0, static_cast<uint8_t>(at.result.outcome)});
    return true;
  }
  const event::Handover* const answer = at.handovers->find(at.visit.item, 1);
  // Who grants does not wait for the answer, and pays nothing.
  if (answer == nullptr && base::planted(base::PlantedBug::kPaysForNothing)) return true;
  if (answer == nullptr) return false;
  if (is_refused(at.result)) return true;
  const plan::BadgeKind& badge = *badge_of(call);
  at.result = result_of(*answer, badge.wallet);
  if (!is_refused(at.result)) pay(call, badge, at.since);
  return true;
}

}  // namespace guerdon::shard
