// The slow twin of a shop: who has what, as plainly as can be, one request after the other. It
// knows no lots, shards, legs or batches.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/generate/rng.h"

namespace guerdon::shop {

class ShopModel {
 public:
  // Of the plan of shop_model_test.cc.
  ShopModel();

  // The next request at random, and its answer.
  std::pair<std::string, std::string> next(generate::Rng& rng);

  // "A points" -> 200, of all that are not 0; "stock lamp" -> 3.
  const std::map<std::string, int64_t>& content() const { return content_; }

 private:
  struct Item {
    std::string name;
    int64_t price = 0;
    std::string gives;  // empty: nothing
    bool has_stock = false;
    int64_t most = 0;  // for an account in its life; 0: no limit
  };
  struct Redemption {
    std::string account;
    size_t item = 0;
    int64_t pieces = 0;
    bool is_cancelled = false;
  };

  std::string redeem(const std::string& id, const std::string& account, size_t item,
                     int64_t pieces);
  std::string cancel(Redemption& redemption, const std::string& account, size_t item);
  std::string exchange(const std::string& account, int64_t amount);
  int64_t& at(const std::string& account, const std::string& unit) {
    return content_[account + " " + unit];
  }

  std::vector<Item> items_;
  std::map<std::string, int64_t> content_;
  std::map<std::string, int64_t> had_;             // by account and item
  std::map<std::string, Redemption> redemptions_;  // by id
  int64_t rate_num_ = 0;                           // euros for 100 points, in cents; 0: none
  int64_t number_ = 0;                             // of the request
};

}  // namespace guerdon::shop
