#include "tests/unit/ledger/wallet_story.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <string>

#include "engine/base/hash.h"
#include "engine/base/int128.h"

namespace guerdon::ledger {
namespace {

constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<int, 12> kDaysBefore{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
constexpr TimeMs kYear = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
constexpr TimeMs kMinute = 60'000;

// "1 Feb" or "1 Feb 10:30".
TimeMs read_date(std::istream& in) {
  int day = 0;
  std::string month;
  in >> day >> month;
  const auto found = std::find(kMonths.begin(), kMonths.end(), month);
  EXPECT_NE(found, kMonths.end()) << "no month: " << month;
  TimeMs at = kYear + (kDaysBefore[static_cast<size_t>(found - kMonths.begin())] + day - 1) *
                          base::kMsPerDay;
  in >> std::ws;
  const std::string clock = std::isdigit(in.peek()) != 0 ? (in >> month, month) : "";
  if (clock.size() == 5) at += (std::stoi(clock) * 60 + std::stoi(clock.substr(3))) * kMinute;
  return at;
}

std::string date_text(TimeMs at) {
  const int day = static_cast<int>((at - kYear) / base::kMsPerDay);
  const auto month = std::upper_bound(kDaysBefore.begin(), kDaysBefore.end(), day) - 1;
  const auto name = kMonths[static_cast<size_t>(month - kDaysBefore.begin())];
  std::string text = std::to_string(day - *month + 1) + " " + name;
  const int minute = static_cast<int>((at - kYear) % base::kMsPerDay / kMinute);
  if (minute == 0) return text;
  const std::string minutes = std::to_string(minute % 60);
  text += ' ' + std::to_string(100 + minute / 60).substr(1) + ':';
  return text + (minutes.size() == 1 ? "0" : "") + minutes;
}

std::string text_of(const Leg& leg) {
  std::string text = leg.amount > 0 ? "+" : "";
  text += std::to_string(leg.amount) + " " + std::string(kind_name(leg.kind));
  if (leg.kind == Kind::kExpiring) {
    text += " of " + std::to_string(leg.about) + " on " + date_text(leg.effective);
  }
  if (leg.receiver == Receiver::kSuspense) text += " to suspense";
  if (leg.receiver == Receiver::kDebt) text += leg.amount > 0 ? " to debt" : " from debt";
  const bool says_more = leg.note != Note::kNone && leg.note != Note::kDebt;
  return says_more ? text + " (" + std::string(note_name(leg.note)) + ")" : text;
}

std::string text_of(const Verdict& verdict) {
  std::string text(code_name(verdict.code));
  const bool has_amount = verdict.code == Code::kInsufficient || verdict.code == Code::kLimit ||
                          verdict.code == Code::kRemainder;
  return has_amount ? text + " " + std::to_string(verdict.amount) : text;
}

std::string text_of(const Lot& lot) {
  std::string text = std::to_string(lot.amount);
  if (lot.is_pending()) text += " from " + date_text(lot.matures_at);
  if (lot.expires_at != kNever) text += " until " + date_text(lot.expires_at);
  return text;
}

uint64_t id_of(const std::string& word) { return word.empty() ? 0 : base::hash64(word); }

class Story {
 public:
  explicit Story(const WalletRules& rules)
      : rules_(rules), state_(rules.order), wallet_(rules_, posted_, state_) {}

  void tell(const StoryRow& row) {
    SCOPED_TRACE(std::string(row.when) + " | " + row.asked);
    std::istringstream when(row.when);
    at_ = read_date(when);
    legs_.clear();
    wallet_.settle(at_, legs_);
    std::istringstream asked(row.asked);
    ask(asked);
    EXPECT_EQ(written(), row.written);
    EXPECT_EQ(there(), row.then);
    book();
  }

 private:
  struct Words {
    std::string id;
    int64_t amount = 0;
    std::map<std::string, TimeMs> dates;  // by "until", "from", "earned", "warns"
    std::string cause;
    int64_t at_most = money::kBalanceMax;

    TimeMs date(const char* word, TimeMs otherwise) const {
      const auto found = dates.find(word);
      return found == dates.end() ? otherwise : found->second;
    }
  };

  Words read(std::istream& in, bool has_id) {
    Words words;
    if (has_id) in >> words.id;
    in >> words.amount;
    in.clear();
    for (std::string word; in >> word;) {
      if (word == "for") {
        in >> words.cause;
      } else if (word == "at-most") {
        in >> words.at_most;
      } else {
        words.dates[word] = read_date(in);
      }
    }
    return words;
  }

  void ask(std::istream& in) {
    std::string verb;
    in >> verb;
    verdict_ = {};
    const bool of_rules = verb == "credit" || verb == "adjust" || verb == "clawback" ||
                          verb == "penalty" || verb == "burn";
    const Words words = read(in, !of_rules);
    ++lsn_;
    if (of_rules) {
      post(verb, words);
    } else if (!verb.empty()) {
      verdict_ = request(verb, words);
    }
  }

  void post(const std::string& verb, const Words& words) {
    const When when{at_, words.date("earned", at_)};
    if (verb == "credit" || verb == "adjust") {
      const Kind kind = verb == "adjust" ? Kind::kAdjust : Kind::kEarn;
      wallet_.credit({words.amount,
                      kind,
                      SystemAccount::kIssuance,
                      words.date("from", kAtOnce),
                      words.date("until", kNever),
                      {lsn_, 0},
                      id_of(words.cause),
                      kAsEffective,
                      words.date("warns", kNever)},
                     when, legs_);
      return;
    }
    Debit debit{words.amount, Kind::kClawback, SystemAccount::kIssuance, {lsn_, 0}, 0};
    debit.cause = id_of(words.cause);
    if (verb == "penalty") debit.kind = Kind::kPenalty;
    if (verb == "burn") debit.kind = Kind::kBurn;
    if (verb == "burn") {
      wallet_.burn(debit, when, legs_);
    } else {
      wallet_.debit(debit, when, legs_);
    }
  }

  Verdict request(const std::string& verb, const Words& words) {
    const When when{at_, at_};
    const uint64_t id = id_of(words.id);
    const TimeMs until = words.date("until", kNever);
    if (verb == "spend") return wallet_.spend({id, words.amount}, when, legs_);
    if (verb == "hold") return wallet_.hold({id, words.amount, words.at_most, until, lsn_}, when);
    if (verb == "capture") return wallet_.capture({id, words.amount}, when, legs_);
    if (verb == "void") return wallet_.release(id, when, legs_);
    if (verb == "refund") {
      const TimeMs warns = words.date("warns", kNever);
      return wallet_.refund({id, words.amount, SystemAccount::kRedemption, until, warns}, when,
                            legs_);
    }
    if (verb == "freeze") return wallet_.freeze();
    if (verb == "thaw") return wallet_.thaw();
    EXPECT_EQ(verb, "close") << "no such word";
    return wallet_.close();
  }

  std::string written() const {
    std::string text;
    for (const Leg& leg : legs_) text += (text.empty() ? "" : ", ") + text_of(leg);
    if (!verdict_.ok()) text += (text.empty() ? "" : ", ") + text_of(verdict_);
    return text;
  }

  std::string there() const {
    std::string text = std::to_string(posted_);
    const auto add = [&text](const char* word, int64_t amount, int64_t usual) {
      if (amount != usual) text += std::string(" ") + word + " " + std::to_string(amount);
    };
    add("available", state_.available(posted_), std::max<int64_t>(0, posted_));
    add("held", state_.held(), 0);
    add("pending", state_.unmatured(), 0);
    add("debt", state_.debt(), 0);
    if (state_.lots().empty()) return text;
    std::string lots;
    for (const Lot& lot : state_.lots().lots()) lots += (lots.empty() ? "" : ", ") + text_of(lot);
    const int64_t undated = state_.undated(posted_);
    return text + " = " + lots + (undated == 0 ? "" : ", " + std::to_string(undated));
  }

  void book() {
    for (const Leg& leg : legs_) {
      if (leg.receiver == Receiver::kWallet) booked_ += leg.amount;
      if (leg.receiver == Receiver::kDebt) owed_ -= leg.amount;
      EXPECT_EQ(leg.amount == 0, is_told(leg.kind));
    }
    EXPECT_TRUE(booked_ == posted_) << "the entries do not sum to the balance";
    EXPECT_TRUE(owed_ == state_.debt()) << "the account of debts is not what is owed";
    const char* const broken = state_.broken(posted_);
    EXPECT_EQ(broken, nullptr) << broken;
  }

  const WalletRules rules_;
  int64_t posted_ = 0;
  WalletState state_;
  Wallet wallet_;
  TimeMs at_ = 0;
  uint64_t lsn_ = 0;
  std::vector<Leg> legs_;
  Verdict verdict_;
  base::Int128 booked_ = 0;
  base::Int128 owed_ = 0;
};

}  // namespace

void tell(const WalletRules& rules, const std::vector<StoryRow>& rows) {
  Story story(rules);
  for (const StoryRow& row : rows) story.tell(row);
}

}  // namespace guerdon::ledger
