#include "engine/feed/reference_file.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace guerdon::event {
namespace {

// "line: sentence" of every problem, one a line; empty where the file is accepted.
template <typename Row>
std::string problems_of(bool (*read)(std::string_view, std::vector<Row>*,
                                     std::vector<FileProblem>*),
                        std::string_view text) {
  std::vector<Row> rows;
  std::vector<FileProblem> problems;
  const bool is_accepted = read(text, &rows, &problems);
  EXPECT_EQ(is_accepted, problems.empty());
  std::string joined;
  for (const FileProblem& problem : problems) {
    joined += std::to_string(problem.line) + ": " + problem.sentence + "\n";
  }
  return joined;
}

std::string org(std::string_view text) { return problems_of<OrgEdge>(read_org, text); }
std::string targets(std::string_view text) { return problems_of<TargetRow>(read_targets, text); }

std::string rates(std::string_view text) { return problems_of<RateRow>(read_rates, text); }

// ---- org

TEST(OrgTest, ReadsItsTwoColumnsAndIgnoresOthers) {
  std::vector<OrgEdge> edges;
  std::vector<FileProblem> problems;
  ASSERT_TRUE(
      read_org("\xef\xbb\xbf"
               "agent,name,manager\r\n272,\"Jiang, Stephen\",277\r\n\r\n277,Brian,\r\n281,,999",
               &edges, &problems));
  ASSERT_EQ(edges.size(), 3u);
  EXPECT_EQ(edges[0].agent, "272");
  EXPECT_EQ(edges[0].manager, "277");
  EXPECT_EQ(edges[0].line, 2u);
  EXPECT_EQ(edges[1].manager, "");
  EXPECT_EQ(edges[1].line, 4u);
  EXPECT_EQ(edges[2].manager, "999");  // need not have a row
}

TEST(OrgTest, ReadsRelationsAndDates) {
  std::vector<OrgEdge> edges;
  std::vector<FileProblem> problems;
  ASSERT_TRUE(
      read_org("relation,child,parent,until,from,vacant\n"
               "manager,a,b,2026-03-01T00:00:00Z,,\n"
               "manager,a,c,,2026-03-01T00:00:00Z,yes\n"
               "leader,a,b,,,\n"
               "manager,b,,,,no\n",
               &edges, &problems));
  ASSERT_EQ(edges.size(), 4u);
  EXPECT_EQ(edges[0].relation, "manager");
  EXPECT_EQ(edges[0].until, "2026-03-01T00:00:00Z");
  EXPECT_EQ(edges[0].from, "");
  EXPECT_EQ(edges[1].agent, "a");
  EXPECT_EQ(edges[1].manager, "c");
  EXPECT_EQ(edges[1].from, "2026-03-01T00:00:00Z");
  EXPECT_EQ(edges[1].vacant, "yes");
  EXPECT_EQ(edges[3].manager, "");
}

TEST(OrgTest, RefusesEdgesByTheTable) {
  EXPECT_EQ(org("relation,child,parent\nmanager,a,b\nmanager,a,c\n"),
            "3: a has a manager in line 2 at that time already, and one at a time is all there may "
            "be; end one of them\n");
  EXPECT_EQ(org("relation,child,parent,until\nmanager,a,b,soon\n"),
            "2: soon is no time; write one such as 2026-03-01T00:00:00Z, or nothing\n");
  EXPECT_EQ(org("relation,child,parent,from,until\nmanager,a,b,2000,1000\n"),
            "2: the edge ends before it begins; write a later time under until\n");
  EXPECT_EQ(org("relation,child,parent,vacant\nmanager,a,b,maybe\n"),
            "2: maybe is neither yes nor no; write one of these under vacant, or nothing\n");
}

TEST(OrgTest, AFileWithoutRowsIsAccepted) { EXPECT_EQ(org("manager,agent\n"), ""); }

TEST(OrgTest, RefusesByTheTable) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "1: the first line is empty; it must be a header that names the columns\n"},
      {"agent,boss\n", "1: the header has no column manager; add it\n"},
      {"agent,manager\n,1\n", "2: column agent: the field is empty; fill it in\n"},
      {"agent,manager\n1,2\n1,3\n",
       "3: agent 1 has a row in line 2 already, and an agent has one manager; remove one of "
       "them\n"},
      {"agent,manager\n1,1\n",
       "2: agent 1 is below manager 1, who is below this agent; take one of them out of the "
       "circle\n"},
      {"agent,manager\n1,2\n2,3\n9,1\n3,1\n4,3\n",
       "5: agent 3 is below manager 1, who is below this agent; take one of them out of the "
       "circle\n"},
      {"agent,manager\na,b\nc,a\nb,c\n",
       "4: agent b is below manager c, who is below this agent; take one of them out of the "
       "circle\n"},
      {"agent,manager\n1,2,3\n",
       "2: the row has 3 fields and the header 2 columns; put a field that holds commas between "
       "double quotes\n"},
      {"agent,manager\n1,a\tb\n",
       "2: column manager: a\\x09b has a control character in it; write it without\n"},
  };
  for (const auto& [text, sentence] : cases) EXPECT_EQ(org(text), sentence) << text;
}

TEST(OrgTest, FindsEachCircleOnceInOrderOfLine) {
  EXPECT_EQ(org("agent,manager\na,b\nb,a\nc,d\nx,a\nd,c\n"),
            "3: agent b is below manager a, who is below this agent; take one of them out of the "
            "circle\n"
            "6: agent d is below manager c, who is below this agent; take one of them out of the "
            "circle\n");
}

TEST(OrgTest, TellsAtMostTwentyProblems) {
  std::string text = "agent,manager\n";
  for (int i = 0; i < 100; ++i) text += "same,x\n";
  std::vector<OrgEdge> edges;
  std::vector<FileProblem> problems;
  EXPECT_FALSE(read_org(text, &edges, &problems));
  EXPECT_EQ(problems.size(), kProblemsMax);
  EXPECT_EQ(problems[0].line, 3u);
}

// A walk that began again at every row would take hours here.
TEST(OrgTest, ALongChainIsWalkedOnce) {
  std::string text = "agent,manager\n";
  for (int i = 0; i < 300'000; ++i) {
    text += std::to_string(i) + "," + std::to_string(i + 1) + "\n";
  }
  EXPECT_EQ(org(text), "");
}

// ---- targets

TEST(TargetsTest, ReadsTheMonthlyForm) {
  std::vector<TargetRow> rows;
  std::vector<FileProblem> problems;
  ASSERT_TRUE(read_targets("agent,month,target,currency\r\n272,2017-07,500000.00,USD\r\n", &rows,
                           &problems));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].line, 2u);
  EXPECT_EQ(rows[0].account, "272");
  EXPECT_EQ(rows[0].period, "2017-07");
  EXPECT_EQ(rows[0].value, "500000.00");
  EXPECT_EQ(rows[0].currency, "USD");
  EXPECT_EQ(rows[0].program + rows[0].target, "");
}

TEST(TargetsTest, ReadsTheGeneralForm) {
  std::vector<TargetRow> rows;
  std::vector<FileProblem> problems;
  ASSERT_TRUE(read_targets("value,period,target,program,account,note\n10,2019-Q1,quota,bonus,a,\n",
                           &rows, &problems));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].account, "a");
  EXPECT_EQ(rows[0].program, "bonus");
  EXPECT_EQ(rows[0].target, "quota");
  EXPECT_EQ(rows[0].period, "2019-Q1");
  EXPECT_EQ(rows[0].value, "10");
  EXPECT_EQ(rows[0].currency, "");
}

TEST(TargetsTest, KnowsMonths) {
  for (const char* month : {"2017-01", "2017-12", "1970-01", "2099-12"}) {
    EXPECT_EQ(targets(std::string("agent,month,target,currency\na,") + month + ",1,USD\n"), "");
  }
  for (const char* month : {"2017-00", "2017-13", "2017-1", "201-07", "2017/07", "1969-12",
                            "2100-01", "July", "2017-07-01", "2017-0x"}) {
    EXPECT_EQ(targets(std::string("agent,month,target,currency\na,") + month + ",1,USD\n"),
              std::string("2: ") + month + " is not a month; write it as 2019-03\n");
  }
}

TEST(TargetsTest, KnowsPeriods) {
  for (const char* period : {"2019", "2019-Q1", "2019-Q4", "2019-03", "2019-03-31", "2019-W01",
                             "2019-W53", "2019/20", "2019/20-Q2", "lifetime"}) {
    EXPECT_EQ(targets(std::string("account,program,target,period,value\na,p,t,") + period + ",1\n"),
              "");
  }
  for (const char* period : {"2019-Q5", "2019-Q0", "2019-W00", "2019-W54", "2019-02-29", "19",
                             "2019-", "2019/2", "2019/20-W1", "always", "2019-Q"}) {
    EXPECT_NE(targets(std::string("account,program,target,period,value\na,p,t,") + period + ",1\n"),
              "")
        << period;
  }
}

TEST(TargetsTest, KnowsValues) {
  const std::pair<const char*, const char*> cases[] = {
      {"0", ""},
      {"-0", ""},
      {"1000000000000000", ""},
      {"1.123456789", ""},
      {"-1", "-1 is below zero; a target is zero or more"},
      {"1000000000000001", "1000000000000001 is larger than an amount may be"},
      {"10000000000000.001", "10000000000000.001 is larger than an amount may be"},
      {"1.1234567891", "1.1234567891 has more decimals than any unit; write at most 9"},
      {"1.", "1. is not a number; write digits, with a point before decimals, as in 12.50"},
      {"ten", "ten is not a number; write digits, with a point before decimals, as in 12.50"},
  };
  for (const auto& [value, sentence] : cases) {
    const std::string expected = *sentence == '\0' ? "" : "2: " + std::string(sentence) + "\n";
    EXPECT_EQ(targets(std::string("agent,month,target,currency\na,2017-07,") + value + ",USD\n"),
              expected);
  }
}

TEST(TargetsTest, RefusesTheWholeFileByTheTable) {
  const std::pair<const char*, const char*> cases[] = {
      {"agent,target\n",
       "1: the header has no column account; add it\n1: the header has no column program; add it\n"
       "1: the header has no column period; add it\n1: the header has no column value; add it\n"},
      {"agent,month,target,currency\na,2017-07,1,USD\nb,2017-07,1,USD\na,2017-07,2,EUR\n",
       "4: a has a target for 2017-07 in line 2 already; remove one of them\n"},
      {"agent,month,target,currency\na,2017-07,,USD\nb,2017-17,1,USD\n",
       "2: column target: the field is empty; fill it in\n"
       "3: 2017-17 is not a month; write it as 2019-03\n"},
  };
  for (const auto& [text, sentences] : cases) EXPECT_EQ(targets(text), sentences) << text;
}

TEST(TargetsTest, ReadsRowByRowAsAll) {
  const std::string text =
      "account,program,target,period,value\na,p,t,2019,1\nb,p,t,2019,x\nc,p,t,2019,3\n"
      "a,p,t,2019,4\na,p,t,2019-Q1,5\n";
  for (const bool finds_twice : {true, false}) {
    std::vector<FileProblem> problems;
    TargetRows reading(text, finds_twice, &problems);
    std::string read;
    for (TargetRow row; reading.next(&row);) {
      read += std::to_string(row.line) + row.account + row.period + row.value + row.currency + " ";
    }
    EXPECT_EQ(read,
              finds_twice ? "2a20191 4c20193 6a2019-Q15 " : "2a20191 4c20193 5a20194 6a2019-Q15 ");
    EXPECT_EQ(problems.size(), finds_twice ? 2u : 1u);
  }
}

// Whatever is wrong with them.
TEST(TargetsTest, TellsTheFirstLinesWhereTooManyAreWrong) {
  std::string text = "agent,month,target,currency\n";
  for (size_t i = 0; i < kProblemsMax; ++i) text += "a,2017-17,1,USD\na,,1,USD\n";
  std::vector<TargetRow> rows;
  std::vector<FileProblem> problems;
  EXPECT_FALSE(read_targets(text, &rows, &problems));
  ASSERT_EQ(problems.size(), kProblemsMax);
  for (size_t i = 0; i < kProblemsMax; ++i) EXPECT_EQ(problems[i].line, i + 2);
}

// ---- rates

TEST(RatesTest, ReadsItsColumnsAndTheEndWhereThereIsOne) {
  std::vector<RateRow> rows;
  std::vector<FileProblem> problems;
  ASSERT_TRUE(read_rates("effective,from,to,rate,note\n2026-03-01T00:00:00Z,USD,VND,25450/1,x\n",
                         &rows, &problems));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].line, 2u);
  EXPECT_EQ(rows[0].from + rows[0].to + rows[0].rate, "USDVND25450/1");
  EXPECT_EQ(rows[0].effective, "2026-03-01T00:00:00Z");
  EXPECT_EQ(rows[0].until, "");
  ASSERT_TRUE(read_rates("from,to,rate,effective,until\na/USD,EUR,0.92,0,1000\na/USD,EUR,0.93,5,\n",
                         &rows, &problems));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].from, "a/USD");
  EXPECT_EQ(rows[0].until, "1000");
  EXPECT_EQ(rows[1].until, "");
}

TEST(RatesTest, RefusesTheWholeFileByTheTable) {
  const std::string header = "from,to,rate,effective,until\n";
  const std::pair<const char*, const char*> cases[] = {
      {"USD,EUR,0,0,\nUSD,EUR,x,1,\nUSD,EUR,-1,2,\nUSD,EUR,1/0,3,\n",
       "2: 0 is no rate; write a number above 0 such as 1.25 or 4/3, of at most 15 digits\n"
       "3: x is no rate; write a number above 0 such as 1.25 or 4/3, of at most 15 digits\n"
       "4: -1 is no rate; write a number above 0 such as 1.25 or 4/3, of at most 15 digits\n"
       "5: 1/0 is no rate; write a number above 0 such as 1.25 or 4/3, of at most 15 digits\n"},
      {"USD,EUR,1,soon,\n",
       "2: soon is no time; write one such as 2026-03-01T00:00:00Z, or milliseconds since 1970\n"},
      {"USD,EUR,1,5,x\n",
       "2: x is no time; write one such as 2026-03-01T00:00:00Z, or nothing for the end of the "
       "day\n"},
      {"USD,EUR,1,5,5\n", "2: the rate ends before it begins; write a later time under until\n"},
      {"USD,EUR,1,5,\nEUR,USD,1,5,\nUSD,EUR,2,1970-01-01T00:00:00.005Z,\n",
       "4: line 2 has a rate of USD in EUR from the same time already; remove one of them\n"},
      {"USD,,1,5,\n", "2: column to: the field is empty; fill it in\n"},
  };
  for (const auto& [text, sentences] : cases) EXPECT_EQ(rates(header + text), sentences) << text;
  EXPECT_EQ(rates("from,to,rate\n"), "1: the header has no column effective; add it\n");
}

// ---- Files

TEST(LoadReferenceTest, SaysWhichFileCannotBeRead) {
  std::string text;
  std::string error;
  EXPECT_FALSE(load_reference("no/such/org.csv", &text, &error));
  EXPECT_NE(error.find("no/such/org.csv"), std::string::npos) << error;
}

TEST(LoadReferenceTest, ReadsThePublicOnes) {
  const char* folder = std::getenv("GUERDON_TRACES");
  if (folder == nullptr) GTEST_SKIP() << "GUERDON_TRACES is not set";
  std::string text;
  std::string error;
  std::vector<FileProblem> problems;
  std::vector<OrgEdge> edges;
  ASSERT_TRUE(load_reference(std::string(folder) + "/adventureworks-agents.csv", &text, &error));
  EXPECT_TRUE(read_org(text, &edges, &problems));
  EXPECT_EQ(edges.size(), 18u);
  std::vector<TargetRow> rows;
  ASSERT_TRUE(load_reference(std::string(folder) + "/adventureworks-quotas.csv", &text, &error));
  EXPECT_TRUE(read_targets(text, &rows, &problems));
  EXPECT_EQ(rows.size(), 809u);
}

}  // namespace
}  // namespace guerdon::event
