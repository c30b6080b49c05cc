// Two measures are one when they print equally, so printing must tell different terms apart.

#include <gtest/gtest.h>

#include <map>

#include "tests/unit/plan/loaded.h"

namespace guerdon::plan {
namespace {

// The printed amounts of a rule with these credits.
std::vector<std::string> printed(const std::string& credits) {
  const Loaded loaded(
      shop("measure spent per account = sum of amount on sale\n\n"
           "table rate by basis\n  from 0 GBP : 1%\n\n"
           "table rate_b by basis\n  from 0 GBP : 1%\n\n"
           "rule r\n  on sale\n" +
           credits));
  EXPECT_TRUE(loaded.plan) << loaded.said();
  std::vector<std::string> terms;
  if (!loaded.plan) return terms;
  for (const Effect& effect : loaded.plan->rules[0].effects) {
    terms.push_back(print_term(*loaded.plan, *effect.amount));
  }
  return terms;
}

TEST(PrintTerm, ShowsTypesAndShape) {
  EXPECT_EQ(printed("  credit account 5% of amount\n"
                    "  credit account qty * 5 points\n"
                    "  credit account 200% of amount\n"
                    "  credit account 5% of 0.10 GBP\n"),
            (std::vector<std::string>{"(* 1/20 amount)", "(* qty points:5)", "(* 2/1 amount)",
                                      "GBP:1/2minor"}));
}

TEST(PrintTerm, DifferentTermsDiffer) {
  const std::vector<std::string> terms = printed(
      "  credit account 2 * amount\n"
      "  credit account 200% of amount\n"
      "  credit account amount - (fee - 1.00)\n"
      "  credit account amount - fee - 1.00\n"
      "  credit account (rate for spent before) of amount\n"
      "  credit account (rate for spent after) of amount\n"
      "  credit account (rate_b for spent after) of amount\n"
      "  credit account by amount\n    up to 5.00 : 1.00 GBP\n    otherwise : none\n"
      "  credit account by amount\n    below 5.00 : 1.00 GBP\n    otherwise : none\n"
      "  credit account by amount\n    below 5.00 : 1.00 GBP\n    otherwise : 0\n"
      "  credit account by sku\n    \"a\\\" b\" : 1.00 GBP\n    otherwise : 0\n"
      "  credit account by sku, city\n    \"a\", \"b\" : 1.00 GBP\n    otherwise : 0\n");
  std::map<std::string, size_t> places;
  for (size_t i = 0; i < terms.size(); ++i) {
    const auto [place, fresh] = places.insert({terms[i], i});
    EXPECT_TRUE(fresh) << i << " prints as " << place->second << ": " << terms[i];
  }
}

TEST(PrintTerm, EqualTermsOfDifferentWordingAreEqual) {
  const std::vector<std::string> terms = printed(
      "  credit account by amount\n    up to 5.00 : 5% of amount\n    otherwise : none\n"
      "  credit account by (amount)\n    up to 2 * 2.50 : 500 bp of amount\n"
      "    otherwise : none\n");
  ASSERT_EQ(terms.size(), 2u);
  EXPECT_EQ(terms[0], terms[1]);
}

}  // namespace
}  // namespace guerdon::plan
