#include "tests/shop/shop_model.h"

#include <algorithm>

namespace guerdon::shop {
namespace {

const std::vector<std::string> kAccounts = {"anna", "bert", "carl", "dora", "emil", "fred"};

std::string refused(const char* code, int64_t amount) {
  return std::string(code) + " " + std::to_string(amount);
}

}  // namespace

ShopModel::ShopModel()
    : items_{{"lamp", 30, "", true, 0},
             {"day", 50, "free", true, 4},
             {"mug", 10, "", false, 6},
             {"pass", 20, "free", false, 0}} {
  content_["stock lamp"] = 3;
  content_["stock day"] = 2;
}

std::string ShopModel::redeem(const std::string& id, const std::string& account, size_t number,
                              int64_t pieces) {
  const Item& item = items_[number];
  int64_t& had = had_[account + " " + item.name];
  if (item.most > 0 && had + pieces > item.most) {
    return refused("LIMIT", std::max<int64_t>(0, item.most - had));
  }
  int64_t& points = at(account, "points");
  if (item.price * pieces > points) return refused("INSUFFICIENT", points);
  int64_t& left = content_["stock " + item.name];
  if (item.has_stock && pieces > left) return refused("OUTOFSTOCK", left);
  points -= item.price * pieces;
  if (item.has_stock) left -= pieces;
  if (!item.gives.empty()) at(account, item.gives) += pieces;
  had += pieces;
  redemptions_[id] = {account, number, pieces, false};
  return item.gives.empty() ? "OK 1" : "OK 2";
}

std::string ShopModel::cancel(Redemption& redemption, const std::string& account, size_t number) {
  if (redemption.account != account || redemption.item != number) return refused("UNKNOWN", 0);
  const Item& item = items_[number];
  if (redemption.is_cancelled) return refused("VOIDED", 0);
  if (!item.gives.empty()) {
    int64_t& given = at(account, item.gives);
    if (redemption.pieces > given) return refused("INSUFFICIENT", given);
    given -= redemption.pieces;
  }
  at(account, "points") += item.price * redemption.pieces;
  if (item.has_stock) content_["stock " + item.name] += redemption.pieces;
  had_[account + " " + item.name] -= redemption.pieces;
  redemption.is_cancelled = true;
  return item.gives.empty() ? "OK 1" : "OK 2";
}

// The rate is so many cents for 100 points; 1 % is kept.
std::string ShopModel::exchange(const std::string& account, int64_t amount) {
  if (rate_num_ == 0) return refused("NORATE", 0);
  const int64_t paid = amount * rate_num_ * 99 / 10'000;
  if (paid == 0) return refused("LIMIT", 1);
  int64_t& points = at(account, "points");
  if (amount > points) return refused("INSUFFICIENT", points);
  points -= amount;
  at(account, "EUR") += paid;
  return "OK 2";
}

std::pair<std::string, std::string> ShopModel::next(generate::Rng& rng) {
  const std::string id = "id" + std::to_string(++number_);
  const std::string& account = kAccounts[rng.below(kAccounts.size())];
  const size_t item = rng.below(items_.size());
  const std::string of_item = " item=" + items_[item].name;
  const std::string front = "account=" + account;
  const uint64_t what = rng.below(100);
  if (what < 20) {
    const int64_t earned = rng.between(1, 90);
    at(account, "points") += earned;
    return {"EVENT earn " + id + " " + front + " earned=" + std::to_string(earned), "OK 1"};
  }
  if (what < 60) {
    const int64_t pieces = rng.between(1, 3);
    return {"REDEEM " + front + of_item + " qty=" + std::to_string(pieces) + " id=" + id,
            redeem(id, account, item, pieces)};
  }
  if (what < 80 && !redemptions_.empty()) {
    auto one = redemptions_.begin();
    std::advance(one, static_cast<std::ptrdiff_t>(rng.below(redemptions_.size())));
    Redemption& redemption = one->second;
    // Mostly by who redeemed it.
    const std::string& by = rng.chance(90) ? redemption.account : account;
    const std::string request = "UNREDEEM account=" + by + " item=" + items_[redemption.item].name +
                                " of=" + one->first + " id=" + id;
    return {request, cancel(redemption, by, redemption.item)};
  }
  if (what < 85) {
    const size_t stocked = rng.below(2);  // the first two have a stock
    const int64_t added = rng.between(0, 2);
    content_["stock " + items_[stocked].name] += added;
    return {"ITEM item=" + items_[stocked].name + " add=" + std::to_string(added) + " id=" + id,
            "OK 0"};
  }
  if (what < 88) {
    rate_num_ = rng.between(1, 300);
    return {"RATE from=points to=EUR rate=" + std::to_string(rate_num_) +
                "/10000 effective=2026-01-01T00:00:00Z until=2027-01-01T00:00:00Z id=" + id,
            "OK 0"};
  }
  const int64_t amount = rng.between(1, 60);
  return {
      "EXCHANGE " + front + " unit=points to=EUR amount=" + std::to_string(amount) + " id=" + id,
      exchange(account, amount)};
}

}  // namespace guerdon::shop
