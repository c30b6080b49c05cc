#include "tests/unit/plan_hostile/hostile.h"

namespace guerdon::plan::hostile {
namespace {

std::string range_table(const std::string& rows) { return head() + "table k by x\n" + rows; }

std::string setting(const std::string& line) { return "plan p\n  " + line + "\n"; }

void add_wallets(Plans& plans) {
  for (const char* line :
       {"expire 999999999999999999 days after earning", "expire 36500 days after earning",
        "expire 52560000 minutes after earning",
        "expire 100 years after earning at the end of the day", "expire 0 days after earning",
        "mature 0.5 hours after earning", "hold at most 999999999999999999%",
        "hold at most 0.000000001% of x for 1 minute", "hold at most 0%", "hold at most 1/2",
        "short go down to -46_116_860_184_273_879.04", "short go down to -999999999999999999",
        "short go down to -0.00", "short go down to - - -0.01",
        "short go down to 1/3 of -0.01 money"}) {
    plans.push_back({"wallet " + std::string(line), head() + "wallet money\n  " + line + "\n"});
  }
}

}  // namespace

Plans numbers() {
  Plans plans;
  for (const char* amount : {"10_000_000_000_000.00 money",
                             "9_999_999_999_999.99 money",
                             "10_000_000_000_000.01 money",
                             "46_116_860_184_273_879.04 money",
                             "92_233_720_368_547_758.07 money",
                             "999999999999999999 money",
                             "0.001 money",
                             "0.00 money",
                             "-1.00 money",
                             "1000000000 money",
                             "99999999999999999999 money",
                             "0.0000000001 money",
                             "1e9 money",
                             "0x10 money",
                             "1.5 money * n",
                             "999999999999999999% of x",
                             "0.000000001% of x",
                             "0% of x",
                             "1/999999999999999999 of x",
                             "999999999999999999/1 of x",
                             "1/0 of x",
                             "0/0 of x",
                             "1 money per full 0 of n",
                             "1 money per full 0.5 of n",
                             "1 money per full 1 of n",
                             "1 money per full 999999999999999999 of n",
                             "x * n",
                             "x * n * n",
                             "x * x",
                             "n * 1 bp",
                             "max(x, 10_000_000_000_000.00) * 1000000000",
                             "min(x, 0.01) * 1000000000",
                             "- x * n",
                             "x - 999_999_999.99 money",
                             "100000% of x",
                             "99999999999 bp of x"}) {
    plans.push_back({"credit " + std::string(amount), rule_paying(amount)});
  }
  add_wallets(plans);
  for (const char* rows :
       {"  up to 999999999999999999 : 1%\n  otherwise : 2%\n",
        "  up to 10_000_000_000_000.00 : 1%\n  above 10_000_000_000_000.00 : 2%\n",
        "  up to 0 : 1%\n  up to 0 : 2%\n  otherwise : 2%\n",
        "  below 0 : 1%\n  from 0 : 999999999999999999%\n", "  from 5 : 1%\n  up to 4 : 2%\n",
        "  up to -1 : 1%\n  otherwise : 1%\n", "  up to 1.00 : 1%\n  from 1.01 : 2%\n",
        "  any : 1%\n", "  otherwise : 1%\n", "  1.00 : 1%\n"}) {
    plans.push_back({"rows " + std::string(rows), range_table(rows)});
  }
  for (const char* line : {"month starts day 0", "month starts day 32", "month starts day 31",
                           "month starts day 999999999999999999", "zone Mars/Olympus",
                           "zone UTC+99", "zone ../../etc/passwd", "week starts never",
                           "year starts 13", "round away", "program p.p.p"}) {
    plans.push_back({"setting " + std::string(line), setting(line)});
  }
  for (const char* decimals : {"0", "9", "10", "18", "999999999999999999", "-1", "1.5"}) {
    plans.push_back({"decimals " + std::string(decimals),
                     "plan p\nunit money, " + std::string(decimals) + " decimals\n"});
  }
  return plans;
}

}  // namespace guerdon::plan::hostile
