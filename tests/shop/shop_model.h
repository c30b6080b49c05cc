// The slow twin of a shop: who has what, as plainly as can be, one request after the other. It
// knows no lots, shards, visits or batches; of ids it remembers as many as it is told to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/generate/rng.h"

namespace guerdon::shop {

class ShopModel {
 public:
  // Of the plan of shop_model_test.cc.
  explicit ShopModel(size_t keys);

  // The next request at random, and its answer. Some are sent again.
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

  enum class Kind : uint8_t {
    kEarn,
    kRedeem,
    kCancel,
    kStock,
    kRate,
    kSpend,  // of what was got by exchanges
    kExchange,
    kReturnExchange,
    kPayout,
    kPayoutOfAll,
    kReturnPayout,
  };
  struct Request {
    Kind kind = Kind::kEarn;
    std::string id;
    std::string account;
    size_t item = 0;
    int64_t number = 0;  // an amount, pieces, a rate
    std::string of;      // the id of an earlier one
  };

  // What can be taken back: one by each account and id.
  struct Spend {
    size_t item = 0;     // of a redemption
    int64_t amount = 0;  // what was charged, or pieces
    int64_t got = 0;     // of an exchange
    bool is_returned = false;
  };
  using Spends = std::map<std::string, Spend>;  // by account and id

  Request draw(generate::Rng& rng);
  Request draw_return(generate::Rng& rng, Kind kind, const Spends& spends);
  std::string text_of(const Request& request) const;
  std::string answer(const Request& request);
  std::string apply(const Request& request);

  std::string redeem(const Request& request);
  std::string cancel(const Request& request);
  std::string spend(const Request& request);
  std::string exchange(const Request& request);
  std::string return_exchange(const Request& request);
  std::string pay_out(const Request& request);
  std::string pay_out_all(const Request& request);
  std::string return_payout(const Request& request);

  int64_t& at(const std::string& account, const std::string& unit) {
    return content_[account + " " + unit];
  }

  const size_t keys_;
  std::vector<Item> items_;
  std::map<std::string, int64_t> content_;
  std::map<std::string, int64_t> had_;  // by account and item
  Spends spends_;
  Spends redemptions_;
  Spends exchanges_;
  Spends payouts_;
  int64_t rate_num_ = 0;  // euros for 100 points, in cents; 0: none
  int64_t number_ = 0;    // of the request
  std::vector<Request> sent_;
  std::map<std::string, std::string> answers_;  // by id, of those that are remembered
  std::deque<std::string> remembered_;          // from the oldest
};

}  // namespace guerdon::shop
