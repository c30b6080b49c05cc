#include "tests/generate/draft.h"

namespace guerdon::generate {

// How the wallets of some units behave: dates that fall due between the events of a draw, orders,
// and what happens where too much is taken.
void draft_wallets(Rng& rng, Draft& draft) {
  static const std::vector<std::string> kMature = {"30 minutes", "6 hours", "20 hours"};
  static const std::vector<std::string> kExpire = {"24 hours", "2 days",   "3 days",
                                                   "2 weeks",  "2 months", "90 days"};
  static const std::vector<std::string> kWarn = {"10 minutes", "6 hours", "1 day"};
  static const std::vector<std::string> kOrders = {"oldest first", "earliest expiry first"};
  static const std::vector<std::string> kShort = {"take what is left", "take nothing",
                                                  "owe the rest"};
  for (const Unit& unit : draft.units) {
    if (!rng.chance(50)) continue;
    draft.line(0, "");
    draft.line(0, "wallet " + unit.name);
    draft.line(1, "spend " + rng.pick(kOrders));
    if (rng.chance(35)) draft.line(1, "mature " + rng.pick(kMature) + " after earning");
    if (rng.chance(65)) {
      const std::string tail = rng.chance(40) ? " at the end of the day" : "";
      draft.line(1, "expire " + rng.pick(kExpire) + " after earning" + tail);
      if (rng.chance(40)) draft.line(1, "warn " + rng.pick(kWarn) + " before expiry");
      if (rng.chance(25)) draft.line(1, "merge lots of one day");
    }
    if (rng.chance(40)) {
      draft.line(1, "short go down to -" +
                        amount_literal(rng, unit, rng.pick(common_amounts()) + 1, true));
    } else if (rng.chance(70)) {
      draft.line(1, "short " + rng.pick(kShort));
    }
  }
}

}  // namespace guerdon::generate
