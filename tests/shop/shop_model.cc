#include "tests/shop/shop_model.h"

#include <algorithm>

namespace guerdon::shop {
namespace {

const std::vector<std::string> kAccounts = {"anna", "bert", "carl", "dora", "emil", "fred"};
constexpr size_t kSentAgain = 60;  // of the last so many one may come again

std::string refused(const char* code, int64_t amount) {
  return std::string(code) + " " + std::to_string(amount);
}

std::string name_of(const std::string& account, const std::string& id) {
  return account + " " + id;
}

}  // namespace

ShopModel::ShopModel(size_t keys)
    : keys_(keys),
      items_{{"lamp", 30, "", true, 0},
             {"day", 50, "free", true, 4},
             {"mug", 10, "", false, 6},
             {"pass", 20, "free", false, 0}} {
  content_["stock lamp"] = 3;
  content_["stock day"] = 2;
}

// ---- What each comes to

std::string ShopModel::redeem(const Request& request) {
  const Item& item = items_[request.item];
  const int64_t pieces = request.number;
  int64_t& had = had_[request.account + " " + item.name];
  if (item.most > 0 && had + pieces > item.most) {
    return refused("LIMIT", std::max<int64_t>(0, item.most - had));
  }
  const std::string name = name_of(request.account, request.id);
  if (redemptions_.contains(name)) return refused("CONFLICT", 0);
  int64_t& points = at(request.account, "points");
  if (item.price * pieces > points) return refused("INSUFFICIENT", points);
  int64_t& left = content_["stock " + item.name];
  if (item.has_stock && pieces > left) return refused("OUTOFSTOCK", left);
  points -= item.price * pieces;
  if (item.has_stock) left -= pieces;
  if (!item.gives.empty()) at(request.account, item.gives) += pieces;
  had += pieces;
  redemptions_[name] = {request.item, pieces, 0, false};
  return item.gives.empty() ? "OK 1" : "OK 2";
}

std::string ShopModel::cancel(const Request& request) {
  const auto found = redemptions_.find(name_of(request.account, request.of));
  if (found == redemptions_.end() || found->second.item != request.item) {
    return refused("UNKNOWN", 0);
  }
  Spend& redemption = found->second;
  const Item& item = items_[request.item];
  if (redemption.is_returned) return refused("VOIDED", 0);
  if (!item.gives.empty()) {
    int64_t& given = at(request.account, item.gives);
    if (redemption.amount > given) return refused("INSUFFICIENT", given);
    given -= redemption.amount;
  }
  at(request.account, "points") += item.price * redemption.amount;
  if (item.has_stock) content_["stock " + item.name] += redemption.amount;
  had_[request.account + " " + item.name] -= redemption.amount;
  redemption.is_returned = true;
  return item.gives.empty() ? "OK 1" : "OK 2";
}

std::string ShopModel::spend(const Request& request) {
  const std::string name = name_of(request.account, request.id);
  if (spends_.contains(name)) return refused("CONFLICT", 0);
  int64_t& euros = at(request.account, "EUR");
  if (request.number > euros) return refused("INSUFFICIENT", euros);
  euros -= request.number;
  spends_[name] = {0, request.number, 0, false};
  return "OK 1";
}

// The rate is so many cents for 100 points; 1 % is kept.
std::string ShopModel::exchange(const Request& request) {
  if (rate_num_ == 0) return refused("NORATE", 0);
  const int64_t paid = request.number * rate_num_ * 99 / 10'000;
  if (paid == 0) return refused("LIMIT", 1);
  const std::string name = name_of(request.account, request.id);
  if (exchanges_.contains(name)) return refused("CONFLICT", 0);
  int64_t& points = at(request.account, "points");
  if (request.number > points) return refused("INSUFFICIENT", points);
  points -= request.number;
  at(request.account, "EUR") += paid;
  exchanges_[name] = {0, request.number, paid, false};
  return "OK 2";
}

// At the rate that it had, whatever the rate is now.
std::string ShopModel::return_exchange(const Request& request) {
  const auto found = exchanges_.find(name_of(request.account, request.of));
  if (found == exchanges_.end()) return refused("UNKNOWN", 0);
  if (found->second.is_returned) return refused("VOIDED", 0);
  int64_t& euros = at(request.account, "EUR");
  if (found->second.got > euros) return refused("INSUFFICIENT", euros);
  euros -= found->second.got;
  at(request.account, "points") += found->second.amount;
  found->second.is_returned = true;
  return "OK 2";
}

std::string ShopModel::pay_out(const Request& request) {
  const std::string name = name_of(request.account, request.id);
  if (payouts_.contains(name)) return refused("CONFLICT", 0);
  int64_t& points = at(request.account, "points");
  if (request.number > points) return refused("INSUFFICIENT", points);
  points -= request.number;
  payouts_[name] = {0, request.number, 0, false};
  return "OK 1";
}

std::string ShopModel::pay_out_all(const Request& request) {
  int64_t paid = 0;
  for (const std::string& account : kAccounts) {
    int64_t& points = at(account, "points");
    const std::string name = name_of(account, request.id);
    if (points < request.number || payouts_.contains(name)) continue;
    payouts_[name] = {0, points, 0, false};
    points = 0;
    ++paid;
  }
  return "OK " + std::to_string(paid);
}

std::string ShopModel::return_payout(const Request& request) {
  const auto found = payouts_.find(name_of(request.account, request.of));
  if (found == payouts_.end()) return refused("UNKNOWN", 0);
  if (found->second.is_returned) return refused("VOIDED", 0);
  at(request.account, "points") += found->second.amount;
  found->second.is_returned = true;
  return "OK 1";
}

std::string ShopModel::apply(const Request& request) {
  switch (request.kind) {
    case Kind::kEarn:
      at(request.account, "points") += request.number;
      return "OK 1";
    case Kind::kRedeem:
      return redeem(request);
    case Kind::kCancel:
      return cancel(request);
    case Kind::kStock:
      content_["stock " + items_[request.item].name] += request.number;
      return "OK 0";
    case Kind::kRate:
      rate_num_ = request.number;
      return "OK 0";
    case Kind::kSpend:
      return spend(request);
    case Kind::kExchange:
      return exchange(request);
    case Kind::kReturnExchange:
      return return_exchange(request);
    case Kind::kPayout:
      return pay_out(request);
    case Kind::kPayoutOfAll:
      return pay_out_all(request);
    case Kind::kReturnPayout:
      return return_payout(request);
  }
  return "";
}

// One whose id is remembered is answered as the first time; else it is done, maybe once more.
std::string ShopModel::answer(const Request& request) {
  const auto known = answers_.find(request.id);
  if (known != answers_.end()) {
    const std::string& first = known->second;
    return first.starts_with("OK") ? "DUP" + first.substr(2) : first;
  }
  const std::string answer = apply(request);
  answers_[request.id] = answer;
  remembered_.push_back(request.id);
  if (remembered_.size() > keys_) {
    answers_.erase(remembered_.front());
    remembered_.pop_front();
  }
  return answer;
}

// ---- Drawing

// Mostly by who made it.
ShopModel::Request ShopModel::draw_return(generate::Rng& rng, Kind kind, const Spends& spends) {
  Request request;
  request.kind = kind;
  request.account = kAccounts[rng.below(kAccounts.size())];
  request.of = "none";
  if (spends.empty()) return request;
  auto one = spends.begin();
  std::advance(one, static_cast<std::ptrdiff_t>(rng.below(spends.size())));
  const size_t space = one->first.find(' ');
  request.of = one->first.substr(space + 1);
  request.item = one->second.item;
  if (rng.chance(90)) request.account = one->first.substr(0, space);
  return request;
}

ShopModel::Request ShopModel::draw(generate::Rng& rng) {
  const std::string& account = kAccounts[rng.below(kAccounts.size())];
  const size_t item = rng.below(items_.size());
  const uint64_t what = rng.below(100);
  if (what < 22) return {Kind::kEarn, "", account, 0, rng.between(1, 90), ""};
  if (what < 50) return {Kind::kRedeem, "", account, item, rng.between(1, 3), ""};
  if (what < 64) return draw_return(rng, Kind::kCancel, redemptions_);
  // The first two have a stock.
  if (what < 69) return {Kind::kStock, "", "", rng.below(2), rng.between(0, 2), ""};
  if (what < 72) return {Kind::kRate, "", "", 0, rng.between(1, rng.chance(25) ? 9 : 300), ""};
  if (what < 77) return {Kind::kSpend, "", account, 0, rng.between(1, 30), ""};
  if (what < 84) return {Kind::kExchange, "", account, 0, rng.between(1, 60), ""};
  if (what < 90) return draw_return(rng, Kind::kReturnExchange, exchanges_);
  if (what < 94) return {Kind::kPayout, "", account, 0, rng.between(1, 60), ""};
  if (what < 95) return {Kind::kPayoutOfAll, "", "", 0, rng.between(20, 90), ""};
  return draw_return(rng, Kind::kReturnPayout, payouts_);
}

std::string ShopModel::text_of(const Request& request) const {
  const std::string front = "account=" + request.account;
  const std::string of_item = "item=" + items_[request.item].name;
  const std::string number = std::to_string(request.number);
  const std::string id = " id=" + request.id;
  switch (request.kind) {
    case Kind::kEarn:
      return "EVENT earn " + request.id + " " + front + " earned=" + number;
    case Kind::kRedeem:
      return "REDEEM " + front + " " + of_item + " qty=" + number + id;
    case Kind::kCancel:
      return "UNREDEEM " + front + " " + of_item + " of=" + request.of + id;
    case Kind::kStock:
      return "ITEM " + of_item + " add=" + number + id;
    case Kind::kRate:
      return "RATE from=points to=EUR rate=" + number +
             "/10000 effective=2026-01-01T00:00:00Z until=2027-01-01T00:00:00Z" + id;
    case Kind::kSpend:
      return "SPEND " + front + " unit=EUR amount=0." + (request.number < 10 ? "0" : "") + number +
             id;
    case Kind::kExchange:
      return "EXCHANGE " + front + " unit=points to=EUR amount=" + number + id;
    case Kind::kReturnExchange:
      return "EXCHANGE RETURN " + front + " unit=points to=EUR of=" + request.of + id;
    case Kind::kPayout:
      return "PAYOUT " + front + " unit=points amount=" + number + id;
    case Kind::kPayoutOfAll:
      return "PAYOUT ALL unit=points min=" + number + id;
    case Kind::kReturnPayout:
      return "PAYOUT RETURN " + front + " unit=points of=" + request.of + id;
  }
  return "";
}

std::pair<std::string, std::string> ShopModel::next(generate::Rng& rng) {
  Request request;
  if (!sent_.empty() && rng.chance(10)) {
    request = sent_[sent_.size() - 1 - rng.below(std::min(sent_.size(), kSentAgain))];
  } else {
    request = draw(rng);
    request.id = "id" + std::to_string(++number_);
    sent_.push_back(request);
  }
  return {text_of(request), answer(request)};
}

}  // namespace guerdon::shop
