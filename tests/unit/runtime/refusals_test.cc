// Each way in which the state refuses a command, and which field the sentence sends one to.
#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "guerdon/engine.h"

namespace guerdon {
namespace {

constexpr const char* kShopPlan = R"(plan shop
  accounts open by command

unit points, 0 decimals
unit GBP, 2 decimals
unit free, 0 decimals
unit VIP, 0 decimals

event earn
  account : account
  earned : points
  bonus : free

wallet points
  open on first credit

wallet GBP
  open on first credit

wallet free
  open on first credit

rule earning
  on earn
  credit account earned

rule extra
  on earn
  credit account bonus

item mug
  price 30 points
  stock 2

item day
  price 10 points
  gives 1 free
  at most 2 times per account

item pass
  price 1 points
  gives 1 VIP

item late
  price 1 points
  until 2026-01-01

holder
  trained : flag

item lathe
  price 1 points
  when account's trained

exchange points to GBP
  rate 1 point = 0.01 GBP

exchange free to VIP
  rate 1 free = 1 VIP

exchange points to free
  rate from file

badge kudo "Kudos"
  granted by anyone
  given each time
  at most once per granter per month
  credit receiver 1 VIP

badge medal "Medal"
  granted by "A"
  burn granter 60 points
  credit receiver 30 points from granter

badge plain "Plain"

budget pot = 50 points per month

badge paid "Paid"
  granted by anyone
  given each time
  credit receiver 30 points from budget pot
)";

// A has 100 points. Requests are parted by newlines; the last one is refused.
struct Row {
  std::string_view requests;
  std::string_view refused;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.requests; }

class RefusedByState : public testing::TestWithParam<Row> {
 protected:
  std::string ask(std::string_view request) {
    std::vector<std::string_view> words;
    while (!request.empty()) {
      const size_t end = std::min(request.find(' '), request.size());
      words.push_back(request.substr(0, end));
      request.remove_prefix(std::min(end + 1, request.size()));
    }
    Answer answer;
    std::string error;
    EXPECT_TRUE(engine_->request(words, &answer, &error)) << error;
    return answer.is_applied() ? "OK" : answer.code + " " + answer.sentence;
  }

  std::string error_;
  std::unique_ptr<Engine> engine_ = Engine::open({}, {{"shop.plan", kShopPlan}}, &error_);
};

TEST_P(RefusedByState, NamesTheFieldToChange) {
  ASSERT_NE(engine_, nullptr) << error_;
  EXPECT_EQ(ask("EVENT earn e account=A earned=100 time=2026-03-01T10:00:00Z"), "OK");
  std::string_view rest = GetParam().requests;
  for (size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    EXPECT_EQ(ask(rest.substr(0, end)), "OK") << rest.substr(0, end);
    rest.remove_prefix(end + 1);
  }
  EXPECT_EQ(ask(rest), GetParam().refused);
}

// ---- More than there is

INSTANTIATE_TEST_SUITE_P(
    Insufficient, RefusedByState,
    testing::Values(
        Row{"SPEND account=A unit=points amount=101 id=1",
            "INSUFFICIENT amount: 100 is available of points; ask for no more"},
        Row{"HOLD account=A legs=points:1;GBP:0.50 id=1",
            "INSUFFICIENT legs: 0.00 is available of GBP; ask for no more"},
        Row{"PAYOUT account=A unit=points amount=101 id=1",
            "INSUFFICIENT amount: 100 is available of points; ask for no more"},
        Row{"REDEEM account=B item=mug id=1",
            "INSUFFICIENT item: 0 is available of points, and the price is more; redeem fewer, or "
            "when there is more"},
        Row{"SPEND account=A unit=points amount=50 id=1\nREDEEM account=A item=mug qty=2 id=2",
            "INSUFFICIENT qty: 50 is available of points, and the price is more; redeem fewer, or "
            "when there is more"},
        Row{"REDEEM account=A item=day id=1\nSPEND account=A unit=free amount=1 id=2\n"
            "UNREDEEM account=A item=day of=1",
            "INSUFFICIENT item: 0 is available of free, and what the item gave is taken back "
            "whole; ask when there is as much"},
        Row{"EXCHANGE account=A unit=points to=GBP amount=101 id=1",
            "INSUFFICIENT amount: 100 is available of points; ask for no more"},
        Row{"EXCHANGE account=A unit=points to=GBP get=1.01 id=1",
            "INSUFFICIENT get: 100 is available of points, and the price is more; ask for less"},
        Row{"EXCHANGE account=A unit=points to=GBP amount=100 id=1\n"
            "SPEND account=A unit=GBP amount=0.40 id=2\n"
            "EXCHANGE RETURN account=A unit=points to=GBP of=1",
            "INSUFFICIENT to: 0.60 is available of GBP, and what was got is taken back whole; ask "
            "when there is as much"}));

// ---- More than is allowed

INSTANTIATE_TEST_SUITE_P(
    Limit, RefusedByState,
    testing::Values(
        Row{"HOLD account=A unit=points amount=9 total=8 id=1",
            "LIMIT amount: at most 8 points for this purchase; ask for less"},
        Row{"SPEND account=A legs=points:9:8;GBP:0.50 id=1",
            "LIMIT legs: at most 8 points for this purchase; ask for less"},
        Row{"HOLD account=A unit=points amount=9 id=1\n"
            "CAPTURE account=A hold=1 unit=points amount=10",
            "LIMIT amount: at most 9 points, for that is held; ask for less"},
        Row{"SPEND account=A unit=points amount=9 id=1\n"
            "REFUND account=A of=1 unit=points amount=10 id=2",
            "LIMIT amount: at most 9 points, for that is spent and not given back; ask for less"},
        Row{"REDEEM account=A item=day qty=3 id=1",
            "LIMIT qty: 2 more are allowed; ask for no more"},
        Row{"REDEEM account=A item=day qty=2 id=1\nREDEEM account=A item=day id=2",
            "LIMIT item: 0 more are allowed; ask for no more"},
        Row{"ITEM item=mug add=999999998 id=1\nITEM item=mug add=1 id=2",
            "LIMIT add: 0 more can be counted; write no more"},
        Row{"EXCHANGE account=A unit=points to=free amount=1 id=1",
            "NORATE to: no rate of this exchange is dated now; send it with RATE, and this again "
            "under another id"},
        Row{"RATE from=points to=free rate=1/10 effective=2026-03-01T00:00:00Z id=1\n"
            "EXCHANGE account=A unit=points to=free amount=9 id=2",
            "LIMIT amount: what is got for it is less than the smallest amount there is; write "
            "more"},
        Row{"REDEEM account=A item=mug qty=3 id=1",
            "OUTOFSTOCK qty: 2 are left; ask for no more, or when ITEM has said that more came in"},
        Row{"ITEM item=mug stock=0\nREDEEM account=A item=mug id=1",
            "OUTOFSTOCK item: 0 are left; ask for no more, or when ITEM has said that more came "
            "in"}));

// ---- What was before

INSTANTIATE_TEST_SUITE_P(
    Earlier, RefusedByState,
    testing::Values(
        Row{"CAPTURE account=A hold=1",
            "UNKNOWN hold: this account has no hold by this id in the wallets asked for, or it was "
            "forgotten; name the id of a HOLD of the same source"},
        Row{"REFUND account=A of=1 unit=points amount=1 id=2",
            "UNKNOWN of: this wallet has no spend by this id, or it was forgotten; name the id of "
            "a HOLD or SPEND of the same source"},
        Row{"UNREDEEM account=A item=mug of=1",
            "UNKNOWN of: this account has no redemption of this item by this id, or it was "
            "forgotten; name the id of a REDEEM of the same source"},
        Row{"EXCHANGE RETURN account=A unit=points to=GBP of=1",
            "UNKNOWN of: this account has no exchange of these units by this id, or it was "
            "forgotten; name the id of an EXCHANGE of the same source"},
        Row{"PAYOUT RETURN account=A unit=points of=1",
            "UNKNOWN of: this wallet has no payout by this id, or it was forgotten; name the id of "
            "a PAYOUT of the same source"},
        Row{"HOLD account=A unit=points amount=9 id=1\nCAPTURE account=A hold=1\n"
            "VOID account=A hold=1",
            "CAPTURED hold: it was captured before, and that is done once"},
        Row{"HOLD account=A unit=points amount=9 id=1\nVOID account=A hold=1\n"
            "CAPTURE account=A hold=1",
            "VOIDED hold: it was given up before; what it held is free"},
        Row{"HOLD account=A unit=points amount=9 id=1\nVOID account=A hold=1\n"
            "REFUND account=A of=1 unit=points amount=1 id=2",
            "VOIDED of: it was a hold that was given up, so nothing of it was spent"},
        Row{"PAYOUT account=A unit=points amount=9 id=1\nPAYOUT RETURN account=A unit=points "
            "of=1\nPAYOUT RETURN account=A unit=points of=1",
            "VOIDED of: it was given back before"},
        Row{"HOLD account=A unit=points amount=9 id=1 for=1s\nVOID account=A hold=1 "
            "time=2026-03-01T10:00:01Z",
            "EXPIRED hold: its time was over before this; what it held is free again"},
        Row{"HOLD account=A unit=points amount=9 id=1 for=1s\nREFUND account=A of=1 unit=points "
            "amount=1 id=2 time=2026-03-01T10:00:01Z",
            "EXPIRED of: it was a hold whose time was over, so nothing of it was spent"},
        Row{"HOLD account=A unit=points amount=9 id=1 until=2026-03-01T09:00:00Z",
            "EXPIRED until: a hold ends after it begins; write a later time, or for=900s"},
        Row{"REDEEM account=A item=late id=1",
            "EXPIRED item: its plan says from when and until when it can be had, and now it "
            "cannot"},
        Row{"REDEEM account=A item=lathe id=1",
            "NOTELIGIBLE item: the plan has it for other accounts, by what is known of them; "
            "HOLDERS shows what is known of this one"},
        Row{"HOLDER account=A attribute=trained value=true\nREDEEM account=A item=lathe id=1\n"
            "HOLDER account=A attribute=trained value=false\nREDEEM account=A item=lathe id=2",
            "NOTELIGIBLE item: the plan has it for other accounts, by what is known of them; "
            "HOLDERS shows what is known of this one"}));

// ---- Which wallet

INSTANTIATE_TEST_SUITE_P(
    Wallet, RefusedByState,
    testing::Values(
        Row{"ADJUST account=A unit=VIP amount=1 reason=r actor=b id=1",
            "CLOSED unit: the wallet of VIP is closed, or was never opened; WALLET OPEN opens it"},
        Row{"SPEND account=A legs=points:1;VIP:1 id=1",
            "CLOSED legs: the wallet of VIP is closed, or was never opened; WALLET OPEN opens it"},
        Row{"REDEEM account=A item=pass id=1",
            "CLOSED item: the wallet of VIP is closed, or was never opened; WALLET OPEN opens it"},
        Row{"EVENT earn f account=A earned=1 bonus=3 time=2026-03-01T10:00:00Z\n"
            "EXCHANGE account=A unit=free to=VIP amount=1 id=1",
            "CLOSED to: the wallet of VIP is closed, or was never opened; WALLET OPEN opens it"},
        Row{"WALLET CLOSE account=A unit=points",
            "REMAINDER unit: 100 points is the balance, or something is held or owed; a wallet is "
            "closed when there is nothing left"}));

// ---- Badges

INSTANTIATE_TEST_SUITE_P(
    Badges, RefusedByState,
    testing::Values(
        Row{"GRANT by=B account=A badge=medal id=1",
            "NOPERM by: the plan lets others grant this badge; see its `granted by`"},
        Row{"GRANT by=A account=B badge=plain id=1",
            "NOPERM by: the plan lets others grant this badge; see its `granted by`"},
        Row{"SPEND account=A unit=points amount=11 id=1\nGRANT by=A account=B badge=medal id=2",
            "INSUFFICIENT by: 89 is available of points, and who grants this badge pays more; "
            "grant it when there is as much"},
        Row{"GRANT by=B account=A badge=paid id=1\nGRANT by=B account=C badge=paid id=2",
            "INSUFFICIENT badge: the budget pot has less left than the 30 points that come with "
            "this "
            "badge; grant it when there is as much (BUDGETS shows what is left)"},
        Row{"WALLET OPEN account=C unit=VIP\nGRANT by=A account=C badge=kudo id=1\n"
            "GRANT by=A account=C badge=kudo id=2",
            "LIMIT by: this account has granted the badge 1 time, and the plan lets nobody do so "
            "more often; grant it in the next period"},
        Row{"GRANT by=A account=C badge=medal id=1\n"
            "ADJUST account=A unit=points amount=90 reason=r actor=b id=2\n"
            "GRANT by=A account=C badge=medal id=3",
            "LIMIT account: it was given this badge, which is given once, or once in a period; "
            "thank it in another way"},
        Row{"GRANT by=A account=B badge=kudo id=1",
            "CLOSED badge: a wallet of VIP, of who grants it or of who gets it, is closed, or was "
            "never opened; WALLET OPEN opens it"}));

// ---- No room

INSTANTIATE_TEST_SUITE_P(
    Overflow, RefusedByState,
    testing::Values(Row{"EVENT earn f account=A earned=9900 time=2026-03-01T10:00:00Z\n"
                        "RATE from=points to=free rate=1000000000000000/1 "
                        "effective=2026-03-01T00:00:00Z id=1\n"
                        "EXCHANGE account=A unit=points to=free amount=10000 id=2",
                        "OVERFLOW amount: more than a wallet holds comes of it; write a smaller "
                        "one"}));

}  // namespace
}  // namespace guerdon
