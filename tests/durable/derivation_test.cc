// How a rule came to an entry, out of the log alone: for each entry that engines made of random
// plans and events, what follows is that entry.
#include "engine/history/derivation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <algorithm>

#include <map>

#include "engine/bookkeeping/book_entries.h"
#include "engine/feed/command_reader.h"
#include "engine/feed/event_reader.h"
#include "engine/history/account_rerun.h"
#include "engine/net/line_words.h"
#include "tests/durable/booked_core.h"
#include "tests/support/turns.h"

namespace guerdon::booked {
namespace {

using history::AccountRerun;
using history::Derivation;
using history::derive;
using history::exact_words;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr law::DrawShape kShape{.plans_max = 3, .events_min = 60, .events_max = 200};

std::string name_of(const runtime::Core& core, uint64_t account) {
  std::string name;
  EXPECT_TRUE(core.shard_of(account).state().accounts().find_name(account, &name));
  return name;
}

// What rules credited, as the tail has told it in place of a book.
history::CreditsAt credits_of(const std::vector<ledger::Entry>& told) {
  return [&told](uint64_t lsn, std::vector<history::Credit>* credits, std::string*) {
    credits->clear();
    for (const ledger::Entry& entry : told) {
      const bool is_it = entry.lsn == lsn && entry.is_of_rule() && entry.amount > 0;
      if (is_it) credits->push_back({entry.clause, entry.amount});
    }
    return true;
  };
}

// What the clause posts for the entry, by the rerun.
base::Int128 posted(const plan::Clause& clause, const plan::ClauseTrace& trace) {
  base::Int128 asked = money::divide_rounded(*trace.amount, clause.den, clause.rounding);
  if (clause.subject != plan::kNowhere) asked = std::max<base::Int128>(asked, 0);
  const base::Int128 delta = trace.passed ? *trace.passed : asked - trace.posted;
  return clause.verb == plan::Verb::kCredit ? delta : -delta;
}

bool is_plain(const plan::WalletRules& rules) {
  return !rules.mature && !rules.expire && rules.opens_on_first_credit &&
         rules.shortfall == plan::Shortfall::kTakeWhatIsLeft;
}

// Whether two rules stand in a group: few plans have that, so they are looked for.
bool has_mates(const std::vector<std::string>& plans) {
  constexpr std::string_view kInGroup = "\n  in group ";
  return std::any_of(plans.begin(), plans.end(), [&](const std::string& plan) {
    const size_t first = plan.find(kInGroup);
    return first != std::string::npos && plan.find(kInGroup, first + 1) != std::string::npos;
  });
}

TEST(DerivationTest, EachEntryFollowsFromTheLog) {
  uint64_t exact = 0;
  uint64_t owed = 0;
  uint64_t with_measures = 0;
  uint64_t owed_again = 0;
  uint64_t cut = 0;      // by a limit over more than the event
  uint64_t stacked = 0;  // with others of its group
  uint64_t at_close = 0;
  const uint64_t turns = support::part(50);
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    generate::Rng rng(seed);
    const generate::Case drawn = law::random_case(rng, kShape);
    if (seed > turns && !has_mates(drawn.plans)) continue;
    Folder folder = begun(drawn.plans);
    const auto core = open(folder, drawn.plans, {3}, false);
    std::vector<ledger::Entry> told;
    std::map<uint64_t, std::vector<book::BookEntry>> by_account;
    core->tail().set_sink([&](const ledger::Entry& entry, const ledger::EntryLot*) {
      told.push_back(entry);
      by_account[entry.account].push_back(bookkeeping::book_entry_of(core->program(), entry));
    });
    ASSERT_TRUE(feed(*core, drawn.events));
    EXPECT_EQ(core->audit().difference, "");  // what is owed is found again online, too
    owed_again += core->program().owed_again.size();
    for (size_t i = 0; i < told.size(); i += 1 + told.size() / 60) {
      const ledger::Entry& entry = told[i];
      if (!entry.is_of_rule()) continue;
      const plan::Clause& clause = core->program().clauses[entry.clause];
      if (plan::challenge_of(core->program(), entry.clause) != nullptr) continue;  // no event's
      AccountRerun rerun(core->program(), name_of(*core, entry.account), credits_of(told));
      std::vector<history::Watched> watched = {
          history::watch(core->program(), bookkeeping::book_entry_of(core->program(), entry),
                         by_account[entry.account])};
      ASSERT_TRUE(rerun.run(*folder.log, &watched)) << rerun.error();
      const plan::ClauseTrace& trace = watched[0].trace;
      ASSERT_TRUE(trace.amount) << entry.lsn << " " << clause.rule;
      const auto amount = posted(clause, trace);
      const bool is_from_budget = clause.budget != plan::kNowhere;  // which may have granted less
      if (entry.note != ledger::Note::kNone || clause.taken != plan::kNowhere || is_from_budget ||
          !is_plain(core->program().wallets[entry.wallet].rules)) {
        EXPECT_GE(amount < 0 ? -amount : amount, std::abs(entry.amount));
        continue;
      }
      ASSERT_EQ(base::to_string(amount), std::to_string(entry.amount)) << clause.rule;
      ++exact;
      if (watched[0].due) ++at_close;
      if (clause.subject != plan::kNowhere) ++owed;
      if (!trace.limits.empty() && *trace.passed != trace.limits.front().came) ++cut;
      if (trace.group.size() > 1) ++stacked;
      for (const plan::ReadInput& input : trace.inputs) {
        if (input.what == plan::ReadInput::What::kMeasureAfter) ++with_measures;
      }
    }
  }
  EXPECT_GT(exact, support::share(300));
  EXPECT_GT(owed, support::share(50));
  EXPECT_GT(with_measures, support::share(50));
  EXPECT_GT(owed_again, support::share(20));
  EXPECT_GT(cut, support::share(5));
  EXPECT_GT(stacked, support::share(5));
  EXPECT_GT(at_close, support::share(20));
}

// A page of the register is told what each entry alone is: one run over the log, or many.
TEST(DerivationTest, APageIsWhatItsEntriesAre) {
  uint64_t with_rates = 0;
  for (uint64_t seed = 100; seed < 148; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    generate::Rng rng(seed);
    const generate::Case drawn = law::random_case(rng, kShape);
    Folder folder = begun(drawn.plans);
    const auto core = open(folder, drawn.plans, {3}, false);
    std::map<uint64_t, std::vector<book::BookEntry>> by_account;
    std::vector<ledger::Entry> told;
    core->tail().set_sink([&](const ledger::Entry& entry, const ledger::EntryLot*) {
      told.push_back(entry);
      std::vector<book::BookEntry>& entries = by_account[entry.account];
      entries.insert(entries.begin(), bookkeeping::book_entry_of(core->program(), entry));
    });
    ASSERT_TRUE(feed(*core, drawn.events));
    for (const auto& [hash, entries] : by_account) {
      const std::string account = name_of(*core, hash);
      const std::vector<history::Share> page = history::derive_shares(
          core->program(), *folder.log, account, entries, entries, credits_of(told));
      ASSERT_EQ(page.size(), entries.size());
      for (size_t e = 0; e < entries.size(); e += 1 + entries.size() / 4) {
        const Derivation alone = derive(core->program(), *folder.log, account, entries[e], entries,
                                        {}, credits_of(told));
        Derivation::Fields shown;
        for (const auto& [name, value] : Derivation::Fields{{"problem", page[e].problem},
                                                            {"subject", page[e].subject},
                                                            {"basis", page[e].basis},
                                                            {"rate", page[e].rate}}) {
          if (!value.empty()) shown.emplace_back(name, value);
        }
        if (!page[e].rate.empty()) ++with_rates;
        Derivation::Fields expected;
        for (const auto& field : alone.fields) {
          const bool is_shown = field.first == "problem" || field.first == "subject" ||
                                field.first == "basis" || field.first == "rate";
          if (is_shown) expected.push_back(field);
        }
        EXPECT_EQ(shown, expected);
      }
    }
  }
  EXPECT_GT(with_rates, 20u);
}

// ---- In words -----------------------------------------------------------------------------------

constexpr const char* kOrders = R"(plan orders
unit GBP, 2 decimals
event placed, shipped
  agent, courier : account
  amount : GBP
  city : text
event returned
  agent : account
  amount : GBP
holder
  team : text
  grade : count
table tariff by city
  "Rome"    : 1.50 GBP
  otherwise : none
table tax by amount
  up to 5.00 : 2%
  above 5.00 : 10%
measure sold per agent per month = sum of amount on placed

# Remarks are of what comes next.
rule share
  on placed
  credit agent 7% of amount
  at most 5.00 GBP
rule carried
  on shipped
  credit courier tariff for city  # as agreed
rule by_grade
  on placed
  when agent's team = "north"
  credit agent agent's grade * 0.25 GBP
rule milestone per agent per month

  # kept: inside
  credit agent by sold
    below 150.00 : none
    otherwise    : 20.00 GBP

# What an amount may be a share of.
rule each_full
  on placed
  credit agent 0.10 GBP per full 3.00 GBP of amount
rule by_size
  on placed
  credit agent by amount
    below 50.00 : 5% of amount
    otherwise   : amount
rule parts
  on placed
  credit agent tax for each part of amount
rule least
  on placed
  credit agent max(1% of amount, 0.50 GBP)
rule returnable
  on placed
  credit agent 3% of amount
  take back in proportion to amount on returned per agent
rule at_rate
  on placed
  credit agent 2% of amount
  take back at the rate paid for amount on returned per agent
measure shipped_to per courier per city = sum of amount on shipped
rule by_city per courier per city
  credit courier 10% of shipped_to
rule monthly
  on placed
  credit agent 20% of amount
  at most 30.00 GBP per agent per month
  at most 2 times per agent
rule doubled
  on placed
  credit agent 10% of amount
    times 2 when amount > 100.00
    times 1/3
rule summed
  on placed
  credit agent 10% of amount
    times 2 when amount > 100.00
    times 3/2
    multipliers add
  at most 40.00
group offers : best
rule tenth
  on placed
  in group offers
  credit agent 10% of amount
rule flat
  on placed
  in group offers priority 1
  credit agent 2.00 GBP
group shared : all up to 3.00 GBP
rule a_month per agent per month
  in group shared
  credit agent 1% of sold
rule b_month per agent per month
  in group shared
  credit agent 2% of sold
)";

class OrdersTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = begun({kOrders});
    core_ = open(folder_, {kOrders}, {2}, false);
    core_->tail().set_sink(
        [this](const ledger::Entry& entry, const ledger::EntryLot*) { told_.push_back(entry); });
    pipeline::Job& job = core_->assembly().take();
    event::EventReader events(core_->program().schema);
    event::CommandReader commands(core_->program().schema);
    const event::Source source("till");
    for (const std::string line :
         {"HOLDER account=ann attribute=team value=south time=2026-02-01T00:00:00Z",
          "HOLDER account=bo attribute=team value=north time=2026-02-01T00:00:00Z",
          "HOLDER account=ann attribute=team value=north effective=2026-03-02T00:00:00Z "
          "time=2026-02-02T00:00:00Z",
          "HOLDER account=ann attribute=grade value=3 until=2026-04-01T00:00:00Z "
          "time=2026-02-03T00:00:00Z",
          "EVENT placed p-1 object=o-1 agent=ann courier=cy amount=10.01 time=2026-03-01T10:00:00Z",
          "EVENT placed p-2 object=o-2 agent=bo amount=99.00 time=2026-03-01T11:00:00Z",
          "EVENT shipped s-1 object=o-1 city=Rome amount=1.00 time=2026-03-02T10:00:00Z",
          "EVENT placed p-3 object=o-3 agent=ann amount=190.00 time=2026-03-02T11:00:00Z",
          "EVENT returned r-1 agent=ann amount=50.00 time=2026-03-03T10:00:00Z",
          "EVENT returned r-2 agent=ann amount=900.00 time=2026-03-03T11:00:00Z"}) {
      net::Words words;
      std::string unescaped;
      ASSERT_FALSE(net::cut_line(line, &unescaped, &words));
      const std::span<const std::string_view> views(words.views.data(), words.count);
      const bool is_read = line.starts_with("EVENT") ? events.read(views, source, 0, job.batch)
                                                     : commands.read(views, source, job.batch);
      ASSERT_TRUE(is_read) << line << ": " << events.fault().sentence << commands.fault().sentence;
    }
    core_->assembly().submit(job);
    core_->assembly().drain();
    ASSERT_TRUE(core_->flush());
  }

  Derivation told(const std::string& account, const std::string& rule, size_t number) {
    for (const ledger::Entry& entry : told_) {
      if (!entry.is_of_rule() || core_->program().clauses[entry.clause].rule != rule) continue;
      if (name_of(*core_, entry.account) != account || number-- > 0) continue;
      return derive(core_->program(), *folder_.log, account,
                    bookkeeping::book_entry_of(core_->program(), entry), {}, {});
    }
    ADD_FAILURE() << account << " has no such entry of " << rule;
    return {};
  }

  Folder folder_;
  std::unique_ptr<runtime::Core> core_;
  std::vector<ledger::Entry> told_;
};

TEST_F(OrdersTest, TheAmountBeforeRoundingAndTheLimit) {
  EXPECT_THAT(told("ann", "share", 0).fields,
              ElementsAre(Pair("subject", "source=till event=p-1"), Pair("basis", "10.01"),
                          Pair("rate", "0.07"), Pair("before_rounding", "0.7007"),
                          Pair("rounding", "toward_zero"), Pair("uncapped", "0.7007"),
                          Pair("at_most", "5.00")));
  EXPECT_THAT(told("ann", "share", 1).fields,
              ElementsAre(Pair("subject", "source=till event=p-3"), Pair("basis", "190.00"),
                          Pair("rate", "0.07"), Pair("before_rounding", "5.00"),
                          Pair("rounding", "toward_zero"), Pair("uncapped", "13.30"),
                          Pair("at_most", "5.00")));
}

TEST_F(OrdersTest, WhatALimitHadBeenAskedForAndWhatItLeft) {
  const Derivation first = told("ann", "monthly", 0);
  EXPECT_THAT(first.fields, Contains(Pair("passed", "2.00")));
  EXPECT_THAT(first.fields, ::testing::Not(Contains(Pair("bound_by", ::testing::_))));
  const Derivation cut = told("ann", "monthly", 1);
  EXPECT_THAT(
      cut.fields,
      ElementsAre(Pair("subject", "source=till event=p-3"), Pair("basis", "190.00"),
                  Pair("rate", "0.2"), Pair("before_rounding", "38.00"),
                  Pair("rounding", "toward_zero"), Pair("asked", "38.00"), Pair("passed", "28.00"),
                  Pair("bound_by", "at most 30.00 GBP per agent per month")));
  EXPECT_THAT(
      cut.inputs,
      ElementsAre(Pair("amount", ::testing::_), Pair("at most 2 times per agent, before", "1"),
                  Pair("at most 30.00 GBP per agent per month, before", "2.00")));
}

TEST_F(OrdersTest, WhatWasMultipliedAndByWhat) {
  const Derivation once = told("ann", "doubled", 0);
  EXPECT_THAT(once.fields,
              ElementsAre(Pair("subject", "source=till event=p-1"), Pair("basis", "10.01"),
                          Pair("rate", "0.1"), Pair("base", "1.001"), Pair("bonus", "-1001/1500"),
                          Pair("before_rounding", "1001/3000"), Pair("rounding", "toward_zero")));
  EXPECT_THAT(once.inputs, ElementsAre(Pair("amount", ::testing::_), Pair("times 1/3", "1/3")));
  const Derivation twice = told("ann", "summed", 1);
  EXPECT_THAT(twice.fields,
              ElementsAre(Pair("subject", "source=till event=p-3"), Pair("basis", "190.00"),
                          Pair("rate", "0.1"), Pair("base", "19.00"), Pair("bonus", "28.50"),
                          Pair("before_rounding", "40.00"), Pair("rounding", "toward_zero"),
                          Pair("uncapped", "47.50"), Pair("at_most", "40.00")));
  EXPECT_THAT(twice.inputs,
              ElementsAre(Pair("amount", ::testing::_), Pair("times 2 when amount > 100.00", "2"),
                          Pair("times 3/2", "1.5")));
}

TEST_F(OrdersTest, WhatTheRulesOfAGroupAskedFor) {
  const Derivation first = told("ann", "flat", 0);
  EXPECT_THAT(first.fields,
              ElementsAre(Pair("subject", "source=till event=p-1"), Pair("before_rounding", "2.00"),
                          Pair("rounding", "toward_zero"), Pair("group", "offers: best"),
                          Pair("given", "2.00")));
  EXPECT_THAT(first.inputs,
              ElementsAre(Pair("group offers, flat", "2.00"), Pair("group offers, tenth", "1.00")));
  EXPECT_THAT(told("ann", "tenth", 0).fields, Contains(Pair("given", "19.00")));
  // 2.00 of 200.01, and of 4.00 what is left of 3.00; 0.20 had been given before.
  const Derivation cut = told("ann", "b_month", 1);
  EXPECT_THAT(
      cut.fields,
      ElementsAre(Pair("subject", "agent=ann"), Pair("basis", "200.01"), Pair("rate", "0.02"),
                  Pair("before_rounding", "4.0002"), Pair("rounding", "toward_zero"),
                  Pair("owed", "4.00"), Pair("posted_before", "0.20"), Pair("delta", "0.80"),
                  Pair("group", "shared: all up to 3.00"), Pair("given", "1.00")));
  EXPECT_THAT(cut.inputs,
              ElementsAre(Pair("sold after", "200.01"), Pair("group shared, a_month", "2.00"),
                          Pair("group shared, b_month", "4.00")));
}

TEST_F(OrdersTest, WhatIsOwedAndWhatWasPostedBefore) {
  const Derivation milestone = told("ann", "milestone", 0);
  EXPECT_THAT(milestone.fields,
              ElementsAre(Pair("subject", "agent=ann"), Pair("before_rounding", "20.00"),
                          Pair("rounding", "toward_zero"), Pair("owed", "20.00"),
                          Pair("posted_before", "0.00"), Pair("delta", "20.00")));
  EXPECT_THAT(milestone.inputs, ElementsAre(Pair("sold after", "200.01"), Pair("rows", "row 2")));
}

// 0.30 on 10.01 and 5.70 on 190.00, of which 50.00 and then more than the rest come back.
TEST_F(OrdersTest, WhatIsTakenBackAndOfWhat) {
  EXPECT_THAT(told("ann", "returnable", 2).fields,
              ElementsAre(Pair("subject", "agent=ann"), Pair("returned", "50.00"),
                          Pair("value", "200.01"), Pair("earned", "6.00"),
                          Pair("before_rounding", "-10000/6667"), Pair("rounding", "toward_zero")));
  EXPECT_THAT(told("ann", "returnable", 3).fields,
              ElementsAre(Pair("subject", "agent=ann"), Pair("returned", "900.00"),
                          Pair("value", "150.01"), Pair("earned", "4.51"),
                          Pair("before_rounding", "-4.51"), Pair("rounding", "toward_zero")));
  EXPECT_THAT(told("ann", "at_rate", 3).fields,
              ElementsAre(Pair("subject", "agent=ann"), Pair("returned", "900.00"),
                          Pair("returned_in_all", "200.01"), Pair("value", "200.01"),
                          Pair("earned", "4.00"), Pair("taken_before", "0.99"),
                          Pair("before_rounding", "-3.01"), Pair("rounding", "toward_zero")));
}

TEST_F(OrdersTest, WhatTheAmountIsAShareOf) {
  struct Expected {
    const char* account;
    const char* rule;
    size_t number;
    const char* subject;
    const char* basis;
    const char* rate;
  };
  for (const Expected& each : std::initializer_list<Expected>{
           {"ann", "share", 0, "source=till event=p-1", "10.01", "0.07"},
           {"ann", "by_size", 0, "source=till event=p-1", "10.01", "0.05"},
           {"ann", "by_size", 1, "source=till event=p-3", "190.00", "1"},
           {"ann", "each_full", 0, "source=till event=p-1", "10.01", "0.10 per 3.00"},
           {"ann", "parts", 0, "source=till event=p-1", "10.01", ""},
           {"ann", "least", 0, "source=till event=p-1", "", ""},
           {"cy", "carried", 0, "source=till event=s-1", "", ""},
           {"cy", "by_city", 0, "courier=cy city=Rome", "1.00", "0.1"},
           {"ann", "by_grade", 0, "source=till event=p-3", "3", "0.25"},
           {"ann", "milestone", 0, "agent=ann", "", ""}}) {
    SCOPED_TRACE(std::string(each.rule) + " of " + each.account);
    const Derivation::Fields fields = told(each.account, each.rule, each.number).fields;
    const auto shown = [&](const std::string& name) -> std::string {
      for (const auto& [field, value] : fields) {
        if (field == name) return value;
      }
      return "";
    };
    EXPECT_EQ(shown("subject"), each.subject);
    EXPECT_EQ(shown("basis"), each.basis);
    EXPECT_EQ(shown("rate"), each.rate);
  }
}

// The courier was named by the order's first event.
TEST_F(OrdersTest, AnAccountThatTheObjectNamedBefore) {
  const Derivation carried = told("cy", "carried", 0);
  EXPECT_THAT(carried.fields, Contains(Pair("before_rounding", "1.50")));
  EXPECT_THAT(carried.inputs, Contains(Pair("tariff row 1", "1.50")));
}

TEST_F(OrdersTest, WhatWasKnownOfTheAccountThen) {
  const Derivation by_grade = told("ann", "by_grade", 0);
  EXPECT_THAT(by_grade.fields, Contains(Pair("before_rounding", "0.75")));
  EXPECT_THAT(by_grade.inputs, ElementsAre(Pair("known team", "north"), Pair("known grade", "3")));
}

TEST_F(OrdersTest, WhatDoesNotFollowIsSaid) {
  ledger::Entry entry = told_.front();
  ASSERT_TRUE(entry.is_of_rule());
  entry.amount += 1'000'000;
  const auto derived = [&](const ledger::Entry& one) {
    return derive(core_->program(), *folder_.log, name_of(*core_, told_.front().account),
                  bookkeeping::book_entry_of(core_->program(), one), {}, {})
        .fields;
  };
  EXPECT_THAT(derived(entry), ElementsAre(Pair("problem", HasSubstr("is not this entry"))));
  entry.lsn = core_->admission().last_lsn() + 1;
  EXPECT_THAT(derived(entry), ElementsAre(Pair("problem", HasSubstr("the log ends before LSN"))));
  entry.lsn = AccountRerun::kRecordsMax + 1;
  EXPECT_THAT(derived(entry), ElementsAre(Pair("problem", HasSubstr("more than 5000000"))));
  entry.clause = ledger::kOfCommand;
  EXPECT_THAT(derived(entry), ElementsAre());
}

TEST_F(OrdersTest, ARuleIsItsLinesInThePlan) {
  const auto lines_of = [&](const std::string& rule) {
    for (const plan::Clause& clause : core_->program().clauses) {
      if (clause.rule != rule) continue;
      return std::string(kOrders).substr(clause.lines.begin, clause.lines.end - clause.lines.begin);
    }
    return std::string();
  };
  EXPECT_EQ(lines_of("share"),
            "rule share\n  on placed\n  credit agent 7% of amount\n  at most 5.00 GBP\n");
  EXPECT_EQ(lines_of("carried"),
            "rule carried\n  on shipped\n  credit courier tariff for city  # as agreed\n");
  EXPECT_EQ(lines_of("milestone"),
            "rule milestone per agent per month\n\n  # kept: inside\n  credit agent by sold\n"
            "    below 150.00 : none\n    otherwise    : 20.00 GBP\n");
}

TEST(ExactWordsTest, AreDecimalsWhereTheyAreExact) {
  EXPECT_EQ(exact_words(7007, 100, 2), "0.7007");
  EXPECT_EQ(exact_words(-7007, 100, 2), "-0.7007");
  EXPECT_EQ(exact_words(500, 1, 2), "5.00");
  EXPECT_EQ(exact_words(5, 1, 0), "5");
  EXPECT_EQ(exact_words(1, 2, 0), "0.5");
  EXPECT_EQ(exact_words(0, 7, 2), "0.00");
  EXPECT_EQ(exact_words(100, 3, 2), "1/3");
  EXPECT_EQ(exact_words(-1, 3, 0), "-1/3");
  EXPECT_EQ(exact_words(INT64_MAX, 1, 9), "9223372036.854775807");
  EXPECT_EQ(exact_words(base::Int128{INT64_MAX} * 1'000'000'000, 1'000'000'000, 9),
            "9223372036.854775807");
}

}  // namespace
}  // namespace guerdon::booked
