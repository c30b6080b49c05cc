#include "tools/cli/report_page.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/cli/made_answer.h"
#include "tools/cli/answer_page.h"

namespace guerdon::cli {
namespace {

std::string text(const std::string& value) {
  return "$" + std::to_string(value.size()) + "\n" + value + "\n";
}
std::string pair(const std::string& key, const std::string& value) {
  return text(key) + text(value);
}
std::string count(const std::string& key, int value) {
  return text(key) + ":" + std::to_string(value) + "\n";
}
std::string map(const std::string& key, int pairs, const std::string& bytes) {
  return text(key) + "%" + std::to_string(pairs) + "\n" + bytes;
}
std::string list(const std::string& key, int items, const std::string& bytes) {
  return text(key) + "*" + std::to_string(items) + "\n" + bytes;
}

std::string unit(const std::string& change) {
  return "%12\n" + pair("unit", "GBP") + pair("credited", "56500.00") +
         pair("taken_back", "500.00") + pair("net", "56000.00") + pair("net_before", "50000.00") +
         pair("change", change) + pair("at_close", "0.00") + pair("breakage", "120.00") +
         pair("balance", "91300.00") + pair("owed", "0.00") +
         map("kinds", 2, pair("clawback", "-500.00") + pair("earn", "56500.00")) +
         map("liability", 4,
             pair("all", "91300.00") + pair("held", "0.00") + pair("never_expires", "90000.00") +
                 map("expires", 1, pair("2026-12", "1300.00")));
}

std::string target() {
  return "%10\n" + pair("target", "spend") + pair("role", "account") + pair("period", "2026-11") +
         pair("state", "open") + pair("whole", "yes") + count("rows", 30) +
         map("bands", 3, count("red", 15) + count("green", 15) + count("none", 0)) +
         pair("unit", "GBP") + pair("achieved", "560000.00") + count("cost_percent", 10);
}

// As REPORT answers in RESP3; `log`: what it says of late events and tables.
std::string report(int participants, const std::string& change, const std::string& log) {
  return "%18\n" + pair("program", "club") + pair("period", "2026-11") +
         pair("from", "2026-11-01T00:00:00Z") + pair("until", "2026-12-01T00:00:00Z") +
         pair("at", "2026-11-20T10:00:00Z") + pair("state", "open") + pair("before", "2026-10") +
         count("participants", participants) + count("active", participants == 0 ? 0 : 29) +
         pair("adoption", participants == 0 ? "nobody" : "94 %") + list("units", 1, unit(change)) +
         list("targets", 1, target()) + count("won", 1) +
         list("winners", 1,
              "%6\n" + pair("challenge", "best") + pair("period", "2026-11") +
                  pair("prize", "rank 1") + pair("account", "anna") + pair("amount", "100") +
                  pair("unit", "points")) +
         log + count("lsn", 1234);
}

std::string known_log() {
  return count("late_events", 2) + count("late_refused", 0) +
         map("unmatched", 1, count("price", 1));
}

TEST(ReportPageTest, WhatAManagerReads) {
  EXPECT_EQ(
      text_of(page_of(made_answer("*1\n" + report(31, "+12 %", known_log())), {})),
      "club, 2026-11, open: 29 of 31 active, 94 %\n"
      "2026-11-01T00:00:00Z to 2026-12-01T00:00:00Z, as of 2026-11-20T10:00:00Z, LSN 1234\n"
      "unit  credited  taken back       net   2026-10  change  at close  breakage   balance\n"
      "GBP   56500.00      500.00  56000.00  50000.00   +12 %      0.00    120.00  91300.00\n"
      "GBP  liability  91300.00          2026-12: 1300.00  never: 90000.00  held: 0.00  owed: "
      "0.00\n"
      "GBP  by kind    clawback -500.00  earn 56500.00\n"
      "spend    2026-11        red    [==========          ]  50 %  15\n"
      "account  open           green  [==========          ]  50 %  15\n"
      "         560000.00 GBP  none   [                    ]   0 %   0\n"
      "         cost 10 %\n"
      "won: 1\n"
      "best  2026-11  rank 1  anna  100  points\n"
      "late events: 2, refused 0\n"
      "no row in table price: 1 event\n");
}

TEST(ReportPageTest, ChangesAndBandsHaveColours) {
  const Look colours = {.has_colours = true};
  const auto page = [&](const std::string& change) {
    return text_of(page_of(made_answer("*1\n" + report(31, change, known_log())), colours));
  };
  EXPECT_NE(page("+12 %").find("\x1b[32m+12 %\x1b[0m"), std::string::npos);
  EXPECT_NE(page("-3 %").find("\x1b[31m-3 %\x1b[0m"), std::string::npos);
  EXPECT_NE(page("new").find("\x1b[31mred\x1b[0m"), std::string::npos);
}

TEST(ReportPageTest, NobodyAndALogThatIsNotThere) {
  const std::string unknown =
      text("late_events") + "_\n" + text("late_refused") + "_\n" + text("unmatched") + "_\n";
  const std::string page = text_of(page_of(made_answer("*1\n" + report(0, "none", unknown)), {}));
  EXPECT_EQ(page.find("club, 2026-11, open: nobody takes part\n"), 0) << page;
  EXPECT_NE(page.find("late events and unmatched keys: not known"), std::string::npos) << page;
}

TEST(ReportPageTest, WhatHasNotAllOfItIsATable) {
  EXPECT_TRUE(is_report(made_answer("*1\n" + report(31, "none", known_log()))));
  EXPECT_FALSE(is_report(made_answer("*0\n")));
  EXPECT_FALSE(is_report(made_answer("*1\n%1\n+program\n+club\n")));
}

}  // namespace
}  // namespace guerdon::cli
