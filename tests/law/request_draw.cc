#include "tests/law/request_draw.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "engine/base/timestamp.h"
#include "engine/money/decimal.h"
#include "tests/generate/rng.h"

namespace guerdon::law {
namespace {

constexpr int kRequestsMin = 90;
constexpr int kRequestsMax = 260;
constexpr size_t kSentAgain = 80;  // of the last so many one may come again
constexpr size_t kNamedBack = 4;   // and one may be named

constexpr const char* kMarket = R"(plan market
  zone Europe/Berlin
  accounts open by command
  penalties on

unit GBP, 2 decimals
unit points, 0 decimals
unit miles, 0 decimals
unit free, 0 decimals

relation manager

event purchase, cancel
  account : account
  total : GBP
  earned : points
  sku : text

table gift by sku : extra, share
  from file of points at most 60, ratio at most 50%

holder
  grade : count
  team : text

wallet GBP
  open on first credit
  hold at most 30% for 2 hours
  short owe the rest

wallet points
  open on first credit
  mature 1 day after earning
  expire 10 days after earning at the end of the day
  warn 3 days before expiry
  returns get 3 days of grace

wallet free
  open on first credit

rule earn
  on purchase
  credit account 5% of total
  credit account earned
  credit account 1 miles

budget bounties = 240 points per week
  short pay nothing

budget distances = 9 miles per day

budget thanks = 5 points per month

rule sorry
  on cancel
  credit account 1 points from budget thanks

rule bounty
  on purchase
  credit account earned from budget bounties
  credit account 2 miles from budget distances

rule overrides
  on purchase
  credit each manager above account
    level 1 : 2 points
    level 2 : 1 points
    vacant passes
  credit account's manager 1 miles from budget distances

measure sold_below per manager above account up to 3 levels per month = sum of total on purchase

rule team per manager above account up to 3 levels per month
  credit manager 1% of max(0, sold_below)
  at most 40.00 GBP

measure bought per account per month = sum of earned on purchase where account's team != "b"

rule by_grade
  on purchase
  when account's team in "a", "c"
  credit account account's grade * 1 points

budget monthly = 25 points per month

rule of_month per account per month
  when has account's grade
  credit account 10% of bought from budget monthly

challenge daily per account per day
  among account's team != "b"
  joiners full
  score sum of earned on purchase
  at least 150 for any prize
  share 7 free by score
  rank 1 : credit account 2 free
  ties earliest
  nobody rollover

rule gifted
  on purchase
  credit account gift.extra for sku
  credit account (gift.share for sku) of total

rule lose
  on cancel
  burn account earned
  debit account 10% of total

item lamp
  price 30 points
  stock 6

item day
  price 5.00 GBP
  gives 1 free
  stock 4
  at most 4 times per account per month

item pass
  price 1 free
  gives 2 miles
  at most 6 times per account

badge kudos "Kudos", bronze
  granted by anyone
  given each time
  at most 6 times per granter per month
  credit receiver 3 points from budget thanks
  burn granter 1 miles

badge star "Star", gold
  granted by "a1", "a2", "a3"
  given once per month

badge peer "Peer"
  granted by holders of star
  credit receiver 2.00 GBP from granter

exchange points to GBP
  rate from file
  spread 1%

exchange GBP to free
  rate 2.00 GBP = 1 free
)";

constexpr const char* kClub = R"(plan club
  penalties on

unit points, 0 decimals

event purchase, cancel
  account : account
  earned : points

wallet points
  expire 5 days after earning
  warn 2 days before expiry
  spend oldest first
  short go down to -20 points

rule earn
  on purchase
  credit account earned

rule lose
  on cancel
  debit account earned

item cap
  price 12 points
  stock 9
)";

struct WalletName {
  const char* name;
  int scale;
  bool wants_total;
};
constexpr std::array kWallets = {WalletName{"GBP", 2, true}, WalletName{"market/points", 0, false},
                                 WalletName{"miles", 0, false}, WalletName{"free", 0, false},
                                 WalletName{"club/points", 0, false}};
constexpr std::array kItems = {"lamp", "day", "pass", "cap"};
constexpr std::array kStocked = {"lamp", "day", "cap"};

// In a list the parts are drawn in their order; operands of + are not.
std::string joined(std::initializer_list<std::string> parts) {
  std::string text;
  for (const std::string& part : parts) text += part;
  return text;
}

constexpr uint64_t kAccounts = 7;
constexpr int kEdgesBefore = 5;  // that are said first

// What was made before, and can be named.
struct Made {
  std::string id;
  std::string account;
  std::string of;  // further fields that name it: "item=lamp", "unit=miles"
};

class Writer {
 public:
  explicit Writer(uint64_t seed) : rng_(seed), of_trees_(generate::Rng(seed).split()) {}

  // What accounts begin with.
  std::vector<std::string> begin() {
    std::vector<std::string> requests = {
        joined({"RATE from=market/points to=GBP rate=9/100 effective=", later(), time()})};
    for (uint64_t number = 0; number < kAccounts; ++number) {
      const std::string account = "a" + std::to_string(number);
      requests.push_back(joined({"WALLET OPEN account=", account, " unit=miles", time()}));
      for (const WalletName& of : kWallets) {
        if (rng_.chance(30)) continue;
        requests.push_back(joined({"IMPORT account=", account, " unit=", of.name,
                                   " amount=", amount(of.scale, 150), " id=", next_id(), time()}));
      }
    }
    for (int i = 0; i < kEdgesBefore; ++i) requests.push_back(edge());
    return requests;
  }

  std::string next() {
    if (of_trees_.chance(5)) return edge();
    if (!sent_.empty() && rng_.chance(8)) {
      const size_t back = std::min(sent_.size(), kSentAgain);
      return sent_[sent_.size() - 1 - rng_.below(back)];
    }
    return sent_.emplace_back(draw());
  }

 private:
  using Family = std::vector<Made>;

  std::string draw() {
    const uint64_t what = rng_.below(106);
    if (what < 3) return "TICK " + later();
    if (what < 28) return event();
    if (what < 32) return reversal();
    if (what < 42) return by_hand();
    if (what < 62) return hold_or_spend();
    if (what < 67) return status();
    if (what < 82) return redemption();
    if (what < 92) return exchange();
    if (what < 95) return known();
    if (what < 97) return row();
    if (rng_.chance(60)) return grant();
    return payout();
  }

  std::string account() { return "a" + std::to_string(rng_.below(kAccounts)); }
  std::string next_id() { return "i" + std::to_string(++ids_); }
  const WalletName& wallet() { return kWallets[rng_.below(kWallets.size())]; }
  std::string amount(int scale, int most) {
    const int64_t minor = rng_.chance(5) ? 1 : rng_.between(1, most * money::power_of_ten(scale));
    return money::format_decimal(minor, scale);
  }
  // Mostly minutes on, now and then days; sometimes a little before.
  std::string later() {
    if (rng_.chance(4)) clock_ms_ += rng_.between(0, 9 * base::kMsPerDay);
    clock_ms_ += rng_.chance(30) ? 0 : rng_.between(0, 40 * 60'000);
    const int64_t before = rng_.chance(5) ? rng_.between(0, base::kMsPerDay) : 0;
    return base::format_timestamp(clock_ms_ - before);
  }
  // One in ten brings no time of its own.
  std::string time() { return rng_.chance(10) ? "" : " time=" + later(); }
  std::string id_or_none(int percent) { return rng_.chance(percent) ? " id=" + next_id() : ""; }

  std::string event() {
    events_.push_back(next_id());
    std::string text = joined({rng_.chance(75) ? "EVENT purchase " : "EVENT cancel ",
                               events_.back(), " account=", account(), " time=", later()});
    if (rng_.chance(40)) text += " object=o" + std::to_string(rng_.below(6));
    if (rng_.chance(80)) text += " total=" + amount(2, 2'000);
    if (rng_.chance(80)) text += " earned=" + amount(0, 120);
    if (rng_.chance(70)) text += " sku=" + sku();
    return text;
  }

  // Mostly of one of the last events; also of what is none.
  std::string reversal() {
    std::string id = "i" + std::to_string(rng_.below(2 * static_cast<uint64_t>(ids_) + 1));
    if (!events_.empty() && !rng_.chance(8)) {
      const size_t back = std::min<size_t>(events_.size(), rng_.chance(80) ? 8 : events_.size());
      id = events_[events_.size() - 1 - rng_.below(back)];
    }
    return joined({"REVERSE event=", id, " id=", next_id(), " reason=wrong actor=nobody",
                   rng_.chance(20) ? " event_source=default" : "", time()});
  }

  std::string by_hand() {
    const WalletName& of = wallet();
    const bool is_adjust = rng_.chance(60);
    std::string text = joined({is_adjust ? "ADJUST" : "IMPORT", " account=", account(),
                               " unit=", of.name, " amount=", rng_.chance(25) ? "-" : "",
                               amount(of.scale, 80), " id=", next_id(), time()});
    if (rng_.chance(20)) text += " expires=" + (rng_.chance(20) ? "never" : later());
    if (rng_.chance(10)) text += " matures=" + later();
    if (is_adjust) return text + " reason=drawn actor=nobody";
    return rng_.chance(50) ? text + " earned=" + later() : text;
  }

  // " unit=... amount=...", or legs over several wallets; *first: the unit of one of them.
  std::string wallets(bool wants_total, int most, std::string* first) {
    if (rng_.chance(75)) {
      const WalletName& of = wallet();
      *first = std::string("unit=") + of.name;
      std::string text = joined({" unit=", of.name, " amount=", amount(of.scale, most)});
      if (wants_total && of.wants_total) text += " total=" + amount(of.scale, 6 * most);
      return text;
    }
    std::string legs;
    for (const WalletName& of : kWallets) {
      if (rng_.chance(60)) continue;
      *first = std::string("unit=") + of.name;
      legs += joined({legs.empty() ? "" : ";", of.name, ":", amount(of.scale, most)});
      if (wants_total && of.wants_total) legs += ":" + amount(of.scale, 6 * most);
    }
    return legs.empty() ? wallets(wants_total, most, first) : " legs=" + legs;
  }

  // One of the last of its family, mostly with its own account.
  Made named(const Family& family) {
    if (family.empty() || rng_.chance(3)) return {"none", account(), ""};
    Made made = family[family.size() - 1 - rng_.below(std::min(family.size(), kNamedBack))];
    if (rng_.chance(4)) made.account = account();
    return made;
  }

  std::string hold_or_spend() {
    const uint64_t what = rng_.below(10);
    if (what < 5) {
      Made made{next_id(), account(), ""};
      const std::string asked = wallets(true, 12, &made.of);
      const std::string text = joined(
          {what < 3 ? "HOLD" : "SPEND", " account=", made.account, asked, " id=", made.id, time()});
      holds_.push_back(std::move(made));
      return what < 3 && rng_.chance(40) ? text + " for=90m" : text;
    }
    const Made made = named(holds_);
    const std::string front = " account=" + made.account;
    const std::string part = joined({" ", made.of.empty() ? "unit=miles" : made.of,
                                     " amount=", std::to_string(rng_.below(5) + 1)});
    if (what < 7) {
      return joined({"CAPTURE", front, " hold=", made.id, rng_.chance(40) ? part : "",
                     id_or_none(70), time()});
    }
    if (what < 8) return joined({"VOID", front, " hold=", made.id, id_or_none(70), time()});
    return joined({"REFUND", front, " of=", made.id, part, " id=", next_id(), time()});
  }

  std::string status() {
    const char* const verbs[] = {"OPEN", "OPEN", "THAW", "THAW", "FREEZE", "CLOSE"};
    return joined(
        {"WALLET ", verbs[rng_.below(6)], " account=", account(), " unit=", wallet().name, time()});
  }

  std::string redemption() {
    const uint64_t what = rng_.below(10);
    if (what < 1) {
      return joined({"ITEM item=", kStocked[rng_.below(kStocked.size())],
                     rng_.chance(30) ? " stock=" : " add=", std::to_string(rng_.below(5)),
                     " id=", next_id(), time()});
    }
    if (what < 7) {
      const Made made{next_id(), account(),
                      std::string("item=") + kItems[rng_.below(kItems.size())]};
      redemptions_.push_back(made);
      const std::string pieces = rng_.chance(40) ? " qty=" + std::to_string(rng_.below(3) + 1) : "";
      return joined(
          {"REDEEM account=", made.account, " ", made.of, pieces, " id=", made.id, time()});
    }
    const Made made = named(redemptions_);
    return joined({"UNREDEEM account=", made.account, " ", made.of.empty() ? "item=lamp" : made.of,
                   " of=", made.id, id_or_none(60), time()});
  }

  std::string exchange() {
    const uint64_t what = rng_.below(10);
    if (what < 2) {
      return joined({"RATE from=market/points to=GBP rate=", std::to_string(rng_.below(300) + 1),
                     "/1000 effective=", later(), id_or_none(70), time()});
    }
    if (what < 7) {
      const bool is_of_points = rng_.chance(60);
      const Made made{next_id(), account(),
                      is_of_points ? "unit=market/points to=GBP" : "unit=GBP to=free"};
      exchanges_.push_back(made);
      const bool is_amount = rng_.chance(70);
      const int scale = is_of_points == is_amount ? 0 : 2;
      return joined({"EXCHANGE account=", made.account, " ", made.of,
                     is_amount ? " amount=" : " get=", amount(scale, is_amount ? 20 : 3),
                     " id=", made.id, time()});
    }
    const Made made = named(exchanges_);
    return joined({"EXCHANGE RETURN account=", made.account, " ",
                   made.of.empty() ? "unit=GBP to=free" : made.of, " of=", made.id, id_or_none(60),
                   time()});
  }

  std::string known() {
    const bool is_grade = rng_.chance(50);
    std::string text =
        joined({"HOLDER account=", account(),
                is_grade ? " attribute=grade value=" : " attribute=team value=",
                is_grade ? std::to_string(rng_.below(4)) : std::string(1, "abcd"[rng_.below(4)]),
                id_or_none(70), time()});
    if (rng_.chance(60)) text += " effective=" + later();
    if (rng_.chance(70)) return text;
    const int64_t until = clock_ms_ + 1 + rng_.between(0, 5 * base::kMsPerDay);
    return text + " until=" + base::format_timestamp(until);
  }

  std::string sku() { return "s" + std::to_string(rng_.below(4)); }

  // Of a table from a file.
  std::string row() {
    const bool is_extra = rng_.chance(60);
    std::string text = joined(
        {"TABLE table=gift key=", sku(), is_extra ? " column=extra value=" : " column=share value=",
         rng_.chance(15) ? "none" : std::to_string(rng_.below(40)) + (is_extra ? "" : "%"),
         id_or_none(60), time()});
    return rng_.chance(50) ? text + " effective=" + later() : text;
  }

  // Seldom to oneself, which is no request.
  std::string grant() {
    const char* const badges[] = {"kudos", "kudos", "star", "peer"};
    const std::string by = account();
    std::string to = account();
    if (to == by && !rng_.chance(3)) to = by == "a0" ? "a1" : "a0";
    return joined({"GRANT by=", by, " account=", to, " badge=", badges[rng_.below(4)],
                   " id=", next_id(), rng_.chance(30) ? " comment=thanks" : "", time()});
  }

  // Who stands above whom; some of it goes round, or names a second parent, and is refused.
  std::string edge() {
    const char* const chiefs[] = {"boss", "chief", "a0", "a1", "a2"};
    std::string text = joined({"ORG account=a", std::to_string(of_trees_.below(kAccounts)),
                               " relation=manager id=e", std::to_string(++edges_),
                               " time=", base::format_timestamp(clock_ms_)});
    if (!of_trees_.chance(10)) text += joined({" parent=", chiefs[of_trees_.below(5)]});
    if (of_trees_.chance(15)) text += " vacant=yes";
    if (of_trees_.chance(50)) return text;
    const int64_t from = clock_ms_ - of_trees_.between(-1, 3) * base::kMsPerDay;
    return text + " effective=" + base::format_timestamp(from);
  }

  std::string payout() {
    const WalletName& of = wallet();
    const std::string unit = std::string("unit=") + of.name;
    const uint64_t what = rng_.below(10);
    if (what < 1) {
      const std::string id = next_id();
      for (int i = 0; i < 3; ++i) payouts_.push_back({id, account(), unit});
      return joined({"PAYOUT ALL ", unit, " id=", id,
                     rng_.chance(60) ? " min=" + amount(of.scale, 40) : "", time()});
    }
    if (what < 6) {
      const Made made{next_id(), account(), unit};
      payouts_.push_back(made);
      return joined({"PAYOUT account=", made.account, " ", unit, " amount=", amount(of.scale, 10),
                     " id=", made.id, time()});
    }
    const Made made = named(payouts_);
    return joined({"PAYOUT RETURN account=", made.account, " ", made.of.empty() ? unit : made.of,
                   " of=", made.id, id_or_none(60), time()});
  }

  generate::Rng rng_;
  generate::Rng of_trees_;  // what else is drawn is the same without them
  int edges_ = 0;
  int64_t clock_ms_ = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
  int ids_ = 0;
  std::vector<std::string> sent_;
  std::vector<std::string> events_;
  Family holds_;  // and spends
  Family redemptions_;
  Family exchanges_;
  Family payouts_;
};

}  // namespace

RequestCase requests_of_seed(uint64_t seed) {
  generate::Rng rng(seed);
  RequestCase drawn{{kMarket, kClub}, {}};
  const auto count = static_cast<size_t>(rng.small(kRequestsMin, kRequestsMax));
  Writer writer(rng.next());
  drawn.requests = writer.begin();
  while (drawn.requests.size() < count) {
    drawn.requests.push_back(writer.next());
  }
  return drawn;
}

std::vector<std::string> words_of(const std::string& request) {
  std::vector<std::string> words;
  for (size_t at = 0; at < request.size();) {
    const size_t end = std::min(request.find(' ', at), request.size());
    words.push_back(request.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

}  // namespace guerdon::law
