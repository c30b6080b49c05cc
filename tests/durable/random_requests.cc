#include "tests/durable/random_requests.h"

#include <algorithm>

#include "engine/base/timestamp.h"
#include "engine/money/decimal.h"

namespace guerdon::requests {

using reference::Command;
using reference::Event;

namespace {

constexpr int kSentKept = 200;  // that may come again

struct WalletName {
  const char* name;
  int scale;
  bool wants_total;
};
constexpr WalletName kWallets[] = {
    {"GBP", 2, true}, {"market/points", 0, false}, {"miles", 0, false}, {"club/points", 0, false}};

constexpr const char* kMarket = R"(plan market
  zone Europe/Berlin
  accounts open by command
  penalties on

unit GBP, 2 decimals
unit points, 0 decimals
unit miles, 0 decimals

event purchase, cancel
  account : account
  total : GBP
  earned : points

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

rule earn
  on purchase
  credit account 5% of total
  credit account earned
  credit account 1 miles

rule lose
  on cancel
  burn account earned
  debit account 10% of total

measure bought per account per month = sum of earned on purchase less earned on cancel
measure cancels per account per week = number of cancel

rule of_month per account per month
  credit account 10% of bought

rule careless per account per week
  when cancels >= 2
  debit account 2.00 GBP
)";

constexpr const char* kClub = R"(plan club
  penalties on

unit points, 0 decimals

event purchase, cancel
  account : account
  earned : points

holder
  grade : count
  team : text

wallet points
  expire 5 days after earning
  warn 2 days before expiry
  spend oldest first
  short go down to -20 points

rule earn
  on purchase
  credit account earned

measure bought per account per month = sum of earned on purchase where account's team != "b"

rule by_grade
  on purchase
  when account's team in "a", "c"
  credit account account's grade * 1 points

rule of_month per account per month
  when has account's grade
  credit account 10% of bought

rule lose
  on cancel
  debit account earned

target of_file per account per month
  achieved sum of earned on purchase
  goal from file
  at 50%  : credit account 3 points
  at 100% : credit account 5 points
)";

}  // namespace

std::vector<std::string> plans() { return {kMarket, kClub}; }

std::vector<std::string> words_of(const Request& request) {
  std::vector<std::string> words;
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) words.push_back(name + "=" + value);
  };
  if (const auto* event = std::get_if<Event>(&request)) {
    words = {"EVENT", event->type, event->id};
    add("time", event->time);
    for (const auto& [name, value] : event->values) add(name, value);
    return words;
  }
  const auto& command = std::get<Command>(request);
  const size_t space = command.word.find(' ');
  words.push_back(command.word.substr(0, space));
  if (space != std::string::npos) words.push_back(command.word.substr(space + 1));
  add("id", command.id);
  add("time", command.time);
  for (const auto& [name, value] : command.values) add(name, value);
  return words;
}

std::string RequestWriter::account() { return "a" + std::to_string(rng_.below(6)); }

std::string RequestWriter::next_id() { return "i" + std::to_string(++ids_); }

std::string RequestWriter::amount(int scale, int most) {
  const int64_t minor = rng_.chance(5) ? 1 : rng_.between(1, most * money::power_of_ten(scale));
  return money::format_decimal(minor, scale);
}

// Mostly minutes on, now and then days; sometimes a little before.
std::string RequestWriter::later() {
  if (rng_.chance(2)) clock_ms_ += rng_.between(0, 6 * base::kMsPerDay);
  clock_ms_ += rng_.chance(30) ? 0 : rng_.between(0, 40 * 60'000);
  const int64_t before = rng_.chance(5) ? rng_.between(0, base::kMsPerDay) : 0;
  return base::format_timestamp(clock_ms_ - before);
}

const RequestWriter::Made& RequestWriter::named() {
  const size_t back = std::min<size_t>(made_.size(), rng_.chance(80) ? 6 : 60);
  return made_[made_.size() - 1 - rng_.below(back)];
}

Event RequestWriter::event() {
  Event event;
  event.source = "default";
  event.id = next_id();
  events_.push_back(event.id);
  event.type = rng_.chance(70) ? "purchase" : "cancel";
  event.time = later();
  event.values = {{"account", account()}};
  if (rng_.chance(80)) event.values.emplace_back("total", amount(2, 200));
  if (rng_.chance(80)) event.values.emplace_back("earned", amount(0, 60));
  return event;
}

void RequestWriter::add_one_wallet(Command& command, bool wants_total, int most) {
  const WalletName& wallet = kWallets[rng_.below(std::size(kWallets))];
  command.values.emplace_back("unit", wallet.name);
  if (most == 0) return;
  command.values.emplace_back("amount", amount(wallet.scale, most));
  if (wants_total && (wallet.wants_total || rng_.chance(20))) {
    command.values.emplace_back("total", amount(wallet.scale, 6 * most));
  }
}

void RequestWriter::add_wallets(Command& command, bool wants_total, int most) {
  if (rng_.chance(80)) return add_one_wallet(command, wants_total, most);
  std::string legs;
  for (const WalletName& wallet : kWallets) {
    if (rng_.chance(50)) continue;
    legs += (legs.empty() ? "" : ";") + std::string(wallet.name) + ":" + amount(wallet.scale, most);
    if (wants_total && wallet.wants_total) legs += ":" + amount(wallet.scale, 6 * most);
  }
  if (legs.empty()) return add_one_wallet(command, wants_total, most);
  command.values.emplace_back("legs", legs);
}

// Now and then for all time, so that it is never too much for long.
void RequestWriter::make_known(Command& command) {
  command.word = "HOLDER";
  const bool is_grade = rng_.chance(50);
  command.values.emplace_back("attribute", is_grade ? "grade" : "team");
  command.values.emplace_back(
      "value", is_grade ? std::to_string(rng_.below(4)) : std::string(1, "abcd"[rng_.below(4)]));
  if (rng_.chance(2)) {
    command.values.emplace_back("effective", "2000-01-01T00:00:00Z");
  } else if (rng_.chance(60)) {
    command.values.emplace_back("effective", later());
  }
  if (rng_.chance(70)) return;
  const int64_t until = clock_ms_ + 1 + rng_.between(0, 5 * base::kMsPerDay);
  command.values.emplace_back("until", base::format_timestamp(until));
}

// Of this month, one of before, or one ahead.
void RequestWriter::say_goal(Command& command) {
  command.word = "TARGET";
  command.values.emplace_back("target", "of_file");
  int64_t at = clock_ms_;
  if (rng_.chance(35)) at += rng_.between(-120, 60) * base::kMsPerDay;
  command.values.emplace_back("period", base::format_timestamp(at).substr(0, 7));
  command.values.emplace_back("value", rng_.chance(10) ? "none" : std::to_string(rng_.below(60)));
}

Command RequestWriter::command() {
  Command command;
  command.source = "default";
  command.id = next_id();
  if (!rng_.chance(10)) command.time = later();
  const Made made = named();
  command.values = {{"account", account()}};
  const auto of_made = [&](const char* field) {
    if (rng_.chance(95)) command.values = {{"account", made.account}};
    command.values.emplace_back(field, made.id);
    if (rng_.chance(20)) command.id = std::string(field) == "of" ? command.id : "";
  };
  switch (rng_.below(11)) {
    case 0:
    case 1:
    case 2:
      command.word = rng_.chance(60) ? "HOLD" : "SPEND";
      add_wallets(command, true, 30);
      if (command.word == "HOLD" && rng_.chance(40)) command.values.emplace_back("for", "90m");
      if (command.word == "HOLD" && rng_.chance(10)) command.values.emplace_back("until", later());
      made_.push_back({command.id, command.values[0].second});
      break;
    case 3:
    case 4:
      command.word = "CAPTURE";
      of_made("hold");
      if (rng_.chance(50)) add_wallets(command, false, 25);
      break;
    case 5:
      command.word = "VOID";
      of_made("hold");
      break;
    case 6:
      command.word = "REFUND";
      of_made("of");
      add_wallets(command, false, 10);
      break;
    case 10:
      rng_.chance(40) ? say_goal(command) : make_known(command);
      break;
    case 7:
      command.word = "WALLET ";
      command.word += rng_.chance(50)   ? "OPEN"
                      : rng_.chance(50) ? "THAW"
                      : rng_.chance(50) ? "FREEZE"
                                        : "CLOSE";
      add_one_wallet(command, false, 0);
      break;
    default:
      command.word = rng_.chance(60) ? "ADJUST" : "IMPORT";
      add_one_wallet(command, false, 80);
      if (rng_.chance(25)) command.values.back().second.insert(0, "-");
      if (rng_.chance(20))
        command.values.emplace_back("expires", rng_.chance(20) ? "never" : later());
      if (rng_.chance(10)) command.values.emplace_back("matures", later());
      if (command.word == "IMPORT" && rng_.chance(50))
        command.values.emplace_back("earned", later());
      if (command.word == "ADJUST") {
        command.values.emplace_back("reason", "drawn");
        command.values.emplace_back("actor", "nobody");
      }
  }
  return command;
}

// Mostly of one of the last events; also of what is none. Few: each is looked up in the whole log.
Command RequestWriter::reversal() {
  Command command;
  command.source = "default";
  command.word = "REVERSE";
  command.id = next_id();
  if (!rng_.chance(10)) command.time = later();
  const size_t back = std::min<size_t>(events_.size(), rng_.chance(80) ? 12 : 600);
  std::string id = events_[events_.size() - 1 - rng_.below(back)];
  if (rng_.chance(8)) id = "i" + std::to_string(rng_.below(static_cast<uint64_t>(2 * ids_)));
  command.values = {{"event", id}, {"reason", "wrong"}, {"actor", "nobody"}};
  if (rng_.chance(20)) command.values.emplace_back("event_source", "default");
  return command;
}

Request RequestWriter::next() {
  if (!sent_.empty() && rng_.chance(8)) {
    const size_t back = std::min<size_t>(sent_.size(), kSentKept);
    Request again = sent_[sent_.size() - 1 - rng_.below(back)];
    if (rng_.chance(20)) {
      if (auto* command = std::get_if<Command>(&again)) {
        command->values.emplace_back("actor", "somebody");
        const bool has_one = command->word == "ADJUST" || command->word == "REVERSE";
        if (has_one) command->values.pop_back();
      }
    }
    return again;
  }
  if (rng_.chance(35)) return sent_.emplace_back(event());
  if (!events_.empty() && rng_.chance(3)) return sent_.emplace_back(reversal());
  return sent_.emplace_back(command());
}

}  // namespace guerdon::requests
