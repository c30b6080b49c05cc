// Why a rule did not pay, out of the log alone: for random plans and events what the slow twin says
// of the rule's conditions, and each reason by a plan that has it.
#include "engine/history/why_not.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "engine/bookkeeping/book_entries.h"
#include "engine/feed/event_reader.h"
#include "engine/history/log_record.h"
#include "engine/net/line_words.h"
#include "engine/syntax/source.h"
#include "tests/durable/booked_core.h"
#include "tests/reference/engine.h"

namespace guerdon::booked {
namespace {

using history::Reason;
using history::WhyQuery;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Pair;

// ---- Against the slow twin ----------------------------------------------------------------------

// What the twin says of a rule for one account at one event.
struct Looked {
  std::string first_false;                 // line:column of the first condition that is not true
  std::map<int, std::string> not_reached;  // by effect: the same of what it asks for itself
  bool is_in_window = true;
};
using Place = std::tuple<uint64_t, std::string, size_t, size_t>;  // LSN, account, plan, rule

void collect_conjuncts(const plan::Term& term, std::vector<const plan::Term*>* all) {
  if (term.kind != plan::TermKind::kAnd) return all->push_back(&term);
  for (const plan::TermPtr& arg : term.args) collect_conjuncts(*arg, all);
}

class Twin {
 public:
  explicit Twin(const generate::Case& drawn) : engine_(law::load_all(drawn.plans)) {
    for (const std::string& text : drawn.plans) sources_.emplace_back("drawn", text);
    engine_.observe([this](const std::string& account, size_t p, size_t r,
                           const reference::Scope& scope) { look(account, p, r, scope); });
    for (law::Step& step : law::steps_of(drawn.events)) {
      if (step.tick) engine_.tick(*step.tick);
      for (reference::Event& event : step.events) {
        std::sort(event.values.begin(), event.values.end());  // as the columns of a trace
        engine_.apply(event);
      }
    }
  }

  const std::map<Place, Looked>& looked() const { return looked_; }

 private:
  void look(const std::string& account, size_t p, size_t r, const reference::Scope& scope) {
    const plan::Rule& rule = scope.plan.rules[r];
    Looked looked;
    looked.is_in_window = scope.instant >= rule.from && scope.instant < rule.until;
    std::vector<const plan::Term*> conjuncts;
    if (rule.when) collect_conjuncts(*rule.when, &conjuncts);
    for (const plan::Term* each : conjuncts) {
      if (reference::is_true(reference::evaluate(scope, *each))) continue;
      const plan::Position at = sources_[p].position(each->span.begin);
      looked.first_false = std::to_string(at.line) + ":" + std::to_string(at.column);
      break;
    }
    for (size_t e = 0; e < rule.effects.size(); ++e) {
      const plan::Term* const when = rule.effects[e].when.get();
      if (when == nullptr || reference::is_true(reference::evaluate(scope, *when))) continue;
      const plan::Position at = sources_[p].position(when->span.begin);
      looked.not_reached[static_cast<int>(e)] =
          std::to_string(at.line) + ":" + std::to_string(at.column);
    }
    looked_[{engine_.last_lsn(), account, p, r}] = looked;
  }

  reference::Engine engine_;
  std::vector<plan::SourceText> sources_;
  std::map<Place, Looked> looked_;
};

std::string field_of(const Reason& reason, const std::string& name) {
  for (const auto& [field, value] : reason.fields) {
    if (field == name) return value;
  }
  return "";
}

// An engine that was fed, and what its tail told.
struct Fed {
  Folder folder;
  std::unique_ptr<runtime::Core> core;
  std::map<std::pair<uint64_t, uint64_t>, std::vector<book::BookEntry>> entries;

  void start(const std::vector<std::string>& plans) {
    folder = begun(plans);
    core = open(folder, plans, {3}, false);
    core->tail().set_sink([this](const ledger::Entry& entry, const ledger::EntryLot*) {
      entries[{entry.lsn, entry.account}].push_back(
          bookkeeping::book_entry_of(core->program(), entry));
    });
  }

  event::RecordWords record_of(uint64_t lsn) {
    event::RecordWords record;
    std::string error;
    EXPECT_TRUE(history::read_record(*folder.log, core->program().schema, lsn, &record, &error))
        << error;
    return record;
  }

  std::vector<Reason> why(WhyQuery query) {
    query.account_hash = base::hash64(query.account);
    const auto credits = [this](uint64_t lsn, std::vector<history::Credit>* found, std::string*) {
      found->clear();
      for (auto at = entries.lower_bound({lsn, 0}); at != entries.end(); ++at) {
        if (at->first.first != lsn) break;
        for (const book::BookEntry& entry : at->second) {
          const bool is_it = bookkeeping::is_of_rule(entry) && entry.amount > 0;
          if (is_it) found->push_back({bookkeeping::clause_of(entry), entry.amount});
        }
      }
      return true;
    };
    return history::why_not(core->program(), *folder.log, query, record_of(query.lsn),
                            entries[{query.lsn, query.account_hash}], credits);
  }
};

struct Seen {
  std::map<std::string, int> reasons;  // how often each
};

// The clauses of the rule that have an entry there.
std::set<int> paid_effects(Fed& fed, const WhyQuery& query) {
  std::set<int> paid;
  for (const book::BookEntry& entry : fed.entries[{query.lsn, base::hash64(query.account)}]) {
    if (!bookkeeping::is_of_rule(entry)) continue;
    if (bookkeeping::is_of_close(fed.core->program(), entry)) continue;  // due before it came
    const uint32_t clause = bookkeeping::clause_of(entry);
    if (std::find(query.clauses.begin(), query.clauses.end(), clause) == query.clauses.end()) {
      continue;
    }
    paid.insert(fed.core->program().clauses[clause].effect);
  }
  return paid;
}

// `role`: what the rule is kept for, as events name it; "" where it is an event's.
void compare(Fed& fed, const WhyQuery& query, const std::string& role, const Looked* looked,
             Seen* seen) {
  const std::set<int> paid = paid_effects(fed, query);
  std::set<int> said;
  for (const Reason& each : fed.why(query)) {
    ++seen->reasons[std::string(each.what)];
    if (each.what == "paid" || each.what == "suspense") said.insert(each.effect.value());
    const std::string at = field_of(each, "at");
    const bool is_condition = !at.empty() && each.what != "filter";
    if (looked == nullptr) {
      // Of an event that is too late the twin does not even look.
      EXPECT_FALSE((is_condition && each.what != "missing") || each.what == "window")
          << each.what << ": " << each.sentence;
      continue;
    }
    // A milestone that is not reached, where all that the rule itself asks is true.
    std::string first_false = looked->first_false;
    if (first_false.empty() && each.effect) {
      const auto milestone = looked->not_reached.find(*each.effect);
      if (milestone != looked->not_reached.end()) first_false = milestone->second;
    }
    if (is_condition) {
      EXPECT_EQ(at, first_false) << each.sentence;
    }
    if (each.what == "window") {
      EXPECT_FALSE(looked->is_in_window);
    }
    const bool comes_to_amount = each.what == "zero" || each.what == "unchanged" ||
                                 each.what == "limit" || each.what == "wallet";
    // Who has the role no more is not asked for conditions: nothing is owed any more.
    const event::RecordWords::Fields named = fed.record_of(query.lsn).attributes;
    const bool has_role = std::any_of(named.begin(), named.end(), [&](const auto& field) {
      return field.first == role && field.second == query.account;
    });
    if (comes_to_amount && (role.empty() || has_role)) {
      EXPECT_TRUE(first_false.empty() && looked->is_in_window);
    }
    EXPECT_THAT(each.what, ::testing::AllOf(::testing::Ne("problem"), ::testing::Ne("record"),
                                            ::testing::Ne("filter"), ::testing::Ne("event")));
  }
  EXPECT_EQ(said, paid) << fed.core->program().clauses[query.clauses[0]].rule;
}

TEST(WhyNotTest, EachReasonIsWhatTheSlowTwinSays) {
  Seen seen;
  for (uint64_t seed = 200; seed < 232; ++seed) {
    generate::Rng rng(seed);
    const generate::Case drawn =
        law::random_case(rng, {.plans_max = 2, .events_min = 40, .events_max = 120});
    const Twin twin(drawn);
    Fed fed;
    fed.start(drawn.plans);
    ASSERT_TRUE(feed(*fed.core, drawn.events));
    const plan::Program& program = fed.core->program();
    std::map<std::pair<int, std::string>, std::vector<uint32_t>> rules;
    for (uint32_t c = 0; c < program.clauses.size(); ++c) {
      rules[{program.clauses[c].plan, program.clauses[c].rule}].push_back(c);
    }
    const std::vector<plan::Plan> plans = law::load_all(drawn.plans);
    for (size_t i = 0; i < 36 && !twin.looked().empty(); ++i) {
      // A place that the twin came to, and another rule there.
      auto place = twin.looked().begin();
      std::advance(place, static_cast<std::ptrdiff_t>(rng.below(twin.looked().size())));
      auto [lsn, account, p, r] = place->first;
      if (i % 4 == 0) r = rng.below(plans[p].rules.size());
      SCOPED_TRACE("seed " + std::to_string(seed) + " lsn " + std::to_string(lsn) + " " + account +
                   " " + plans[p].rules[r].name + "\n" + drawn.plans[p]);
      const auto looked = twin.looked().find({lsn, account, p, r});
      WhyQuery query;
      query.account = account;
      query.lsn = lsn;
      query.clauses = rules[{static_cast<int>(p), plans[p].rules[r].name}];
      if (query.clauses.empty()) continue;  // a surplus, which pays nothing and is not asked about
      const int owner = plans[p].rules[r].subject.owner;
      const std::string role =
          owner < 0 ? "" : plans[p].attributes[static_cast<size_t>(owner)].wire;
      compare(fed, query, role, looked == twin.looked().end() ? nullptr : &looked->second, &seen);
      if (HasFailure()) return;
    }
  }
  for (const char* reason : {"paid", "condition", "missing", "window", "zero", "unchanged", "limit",
                             "event", "role", "close"}) {
    EXPECT_GT(seen.reasons[reason], 2) << reason;
  }
}

// ---- Each reason --------------------------------------------------------------------------------

constexpr const char* kShop = R"(plan shop
  penalties on
unit GBP, 2 decimals
wallet GBP
  short take nothing
event sale
  agent, partner : account
  amount : GBP signed
  city, sku : text
  when amount > 0.00 GBP
event returned
  agent : account
  amount : GBP signed
event moved
  partner : account
holder
  team : text
table fee by city
  "Rome" : 1.00 GBP
  "Oslo" : none
measure sold per agent per month = sum of amount on sale
rule big
  on sale
  when sku != "gift" and (amount >= 100.00 GBP or city = "Rome")
  credit agent 1.00 GBP
rule large
  on sale
  when amount > 50.00 GBP
  credit agent 1.00 GBP
rule north
  on sale
  when agent's team = "north"
  credit agent 1.00 GBP
rule summer
  on sale
  from 2026-06-01 until 2026-09-01
  credit agent 1.00 GBP
rule by_city
  on sale
  credit agent fee for city
rule penny
  on sale
  credit agent 1% of amount
rule milestone per agent per month
  credit agent by sold
    below 40.00 : none
    otherwise   : 5.00 GBP
rule first
  on sale
  credit agent 2.00 GBP
  at most once per agent
rule penalty
  on sale
  when amount < 0.05 GBP
  debit agent 30.00 GBP
rule back
  on sale
  when amount > 1000.00 GBP
  credit agent 3% of amount
  take back in proportion to amount on returned per agent
rule share
  on sale
  credit partner 1% of amount
  credit agent 2% of amount
group offers : best
rule low
  on sale
  in group offers
  credit agent 1% of amount
rule high
  on sale
  in group offers
  credit agent 2% of amount
)";

class PlanTest : public ::testing::Test {
 protected:
  void feed(const std::string& plan, const std::vector<std::string>& lines) {
    fed_.start({plan});
    pipeline::Job& job = fed_.core->assembly().take();
    event::EventReader events(fed_.core->program().schema);
    const event::Source source("till");
    for (const std::string& line : lines) {
      net::Words words;
      std::string unescaped;
      ASSERT_FALSE(net::cut_line(line, &unescaped, &words));
      ASSERT_TRUE(events.read({words.views.data(), words.count}, source, 0, job.batch))
          << line << ": " << events.fault().sentence;
    }
    fed_.core->assembly().submit(job);
    fed_.core->assembly().drain();
    ASSERT_TRUE(fed_.core->flush());
  }

  // One an effect; of the event, counted from 1.
  std::vector<Reason> all_why(const std::string& account, uint64_t number,
                              const std::string& rule) {
    WhyQuery query;
    const std::string lsn = std::to_string(number + 1);  // behind the plan
    const std::vector<std::string_view> words = {"WHYNOT", account, lsn, rule};
    EXPECT_FALSE(history::read_query(fed_.core->program(), words, &query));
    return fed_.why(query);
  }
  Reason why(const std::string& account, uint64_t number, const std::string& rule) {
    const std::vector<Reason> reasons = all_why(account, number, rule);
    EXPECT_FALSE(reasons.empty());
    return reasons.empty() ? Reason() : reasons.front();
  }

  Fed fed_;
};

class ShopTest : public PlanTest {
 protected:
  void SetUp() override {
    feed(kShop,
         {"EVENT sale s-1 agent=ann amount=40.00 city=Oslo sku=pen time=2026-03-01T10:00:00Z",
          "EVENT sale s-2 agent=ann partner=bo amount=0.00 time=2026-03-01T11:00:00Z",
          "EVENT sale s-3 agent=ann amount=0.01 sku=pen time=2026-03-01T12:00:00Z",
          "EVENT sale s-4 agent=dan partner=bo amount=120.00 city=Rome sku=gift "
          "time=2026-07-01T12:00:00Z",
          "EVENT returned r-1 agent=ann amount=5.00 time=2026-07-02T12:00:00Z",
          "EVENT sale s-5 agent=eve amount=0.01 city=Bonn time=2026-07-02T13:00:00Z"});
  }
};

struct Expected {
  const char* account;
  uint64_t event;
  const char* rule;
  const char* what;
  const char* sentence;  // a part of it
  const char* field = "";
  const char* value = "";
};

TEST_F(ShopTest, HasAReasonForEachRule) {
  for (const Expected& each : std::initializer_list<Expected>{
           {"ann", 1, "large", "condition",
            "`amount > 50.00 GBP` (28:8) is not true: 40.00 against 50.00", "left", "40.00"},
           {"ann", 1, "big", "condition", "`(amount >= 100.00 GBP or city = \"Rome\")`", "left 2",
            "Oslo"},
           {"dan", 4, "big", "condition", "`sku != \"gift\"`", "at", "24:8"},
           {"ann", 3, "big", "missing", "the event has no city", "left 1", "0.01"},
           {"eve", 6, "big", "missing", "the event has no sku", "missing", "sku"},
           {"ann", 1, "low", "group", "its group offers gives all to high", "chosen", "high"},
           {"ann", 1, "north", "missing", "nothing known team", "missing", "known team"},
           {"ann", 1, "summer", "window", "from 2026-06-01T00:00:00Z on", "until",
            "2026-09-01T00:00:00Z"},
           {"dan", 4, "summer", "paid", "it did pay: 1.00 GBP", "paid", "1.00 GBP"},
           {"ann", 1, "by_city", "no_row", "table fee has no row", "table", "fee"},
           {"eve", 6, "by_city", "no_row", "table fee has no row", "table", "fee"},
           {"ann", 3, "penny", "zero", "comes to 0", "before_rounding", "0.0001"},
           {"ann", 1, "milestone", "paid", "5.00 GBP", "owed", "5.00"},
           {"ann", 3, "milestone", "unchanged", "5.00 GBP, was posted before", "posted_before",
            "5.00"},
           {"eve", 6, "milestone", "no_row", "the rule's own table", "table", "rows"},
           {"ann", 3, "first", "limit", "`at most once per agent` left nothing", "limit",
            "at most once per agent"},
           {"ann", 3, "penalty", "wallet", "asked the wallet for -30.00 GBP", "asked_of_wallet",
            "-30.00 GBP"},
           {"ann", 2, "large", "filter",
            "`amount > 0.00 GBP` (10:8) is not true: 0.00 against 0.00", "right", "0.00"},
           {"ann", 5, "large", "event", "not about returned but about sale"},
           {"ann", 5, "back", "nothing_to_return", "nothing is left to take back", "value", "0.00"},
           {"bo", 4, "large", "role", "the event's agent is dan, not bo", "named", "dan"},
           {"ann", 6, "large", "role", "the event's agent is eve, not ann", "role", "agent"}}) {
    SCOPED_TRACE(std::string(each.account) + " " + std::to_string(each.event) + " " + each.rule);
    const Reason found = why(each.account, each.event, each.rule);
    EXPECT_EQ(found.what, each.what);
    EXPECT_THAT(found.sentence, HasSubstr(each.sentence));
    if (*each.field != '\0') {
      EXPECT_EQ(field_of(found, each.field), each.value);
    }
  }
}

TEST_F(ShopTest, TellsOfEachEffectApart) {
  WhyQuery query;
  const std::vector<std::string_view> words = {"WHYNOT", "dan", "5", "share", "plan=shop"};
  ASSERT_FALSE(history::read_query(fed_.core->program(), words, &query));
  const std::vector<Reason> reasons = fed_.why(query);
  ASSERT_EQ(reasons.size(), 2u);
  EXPECT_EQ(reasons[0].what, "role");
  EXPECT_EQ(reasons[1].what, "paid");
  EXPECT_EQ(reasons[1].effect, 1);
  EXPECT_THAT(reasons[1].inputs, Contains(Pair("amount", "120.00")));
}

TEST_F(ShopTest, WordsThatAreNone) {
  WhyQuery query;
  const auto code = [&](std::vector<std::string_view> words) {
    const auto fault = history::read_query(fed_.core->program(), words, &query);
    return fault ? std::string(fault->code) : "";
  };
  EXPECT_EQ(code({"WHYNOT", "ann", "x", "big"}), "INVALID");
  EXPECT_EQ(code({"WHYNOT", "ann", "2", "small"}), "UNKNOWN");
  EXPECT_EQ(code({"WHYNOT", "ann", "2", "big", "plan=other"}), "UNKNOWN");
  EXPECT_EQ(code({"WHYNOT", "ann", "2", "big", "program=shop"}), "SYNTAX");
  EXPECT_EQ(why("ann", 0, "big").what, "record");
}

// ---- Targets ------------------------------------------------------------------------------------

const char* const kClub = R"(plan club
unit GBP, 2 decimals
unit points, 0 decimals
event sale
  account : account
  amount : GBP
  sku : text
  qty : count
table quota by sku
  "pen" : 4
  "gift" : 0
target spend per account per month
  achieved sum of amount on sale
  goal 100.00
  when achieved < 500.00
  at 50%  : credit account 1 point
  at 100% : credit account 10 points
target pieces per account per sku per month
  achieved sum of qty on sale
  goal quota for sku
  at 100% : credit account 5 points
target best per account per sku per month
  achieved sum of qty on sale
  goal quota for sku
  milestones highest
  at 50%  : credit account 2 points
  at 100% : credit account 3 points
target told per account per month
  achieved number of sale
  goal from file
  at 100% : credit account 1 point
)";

class TargetTest : public PlanTest {
 protected:
  void SetUp() override {
    feed(kClub, {"EVENT sale s-1 account=ann amount=49.99 sku=pen qty=1 time=2026-03-01T10:00:00Z",
                 "EVENT sale s-2 account=ann amount=10.00 sku=pen qty=1 time=2026-03-02T10:00:00Z",
                 "EVENT sale s-3 account=ann amount=500.00 sku=gift qty=5 "
                 "time=2026-03-03T10:00:00Z",
                 "EVENT sale s-4 account=ann amount=1.00 sku=cap qty=5 time=2026-03-04T10:00:00Z"});
  }
};

TEST_F(TargetTest, HasAReasonForEachMilestone) {
  for (const Expected& each : std::initializer_list<Expected>{
           {"ann", 1, "spend", "condition", "`at 50%` (16:3) is not true: 49.99 against 50.00",
            "right", "50.00"},
           {"ann", 3, "spend", "paid", "it took: 1 points"},
           {"ann", 4, "spend", "condition", "`achieved < 500.00`", "left", "560.99"},
           {"ann", 1, "pieces", "condition", "`at 100%` (21:3) is not true: 1 against 4", "left",
            "1"},
           {"ann", 3, "pieces", "missing", "there is no goal", "missing", "goal"},
           {"ann", 4, "pieces", "no_row", "table quota has no row", "table", "quota"},
           {"ann", 1, "best", "condition",
            "what is achieved is 25 % of the goal, and the first milestone stands at 50 %",
            "percent", "25"},
           {"ann", 2, "best", "paid", "it did pay: 2 points"},
           {"ann", 3, "best", "missing", "there is no goal", "missing", "goal"},
           {"ann", 4, "best", "missing", "there is no goal", "missing", "goal"},
           {"ann", 1, "told", "missing", "there is no goal", "missing", "goal"}}) {
    const Reason reason = why(each.account, each.event, each.rule);
    EXPECT_EQ(reason.what, each.what) << each.rule << " at " << each.event << reason.sentence;
    EXPECT_THAT(reason.sentence, HasSubstr(each.sentence)) << each.rule << " at " << each.event;
    if (*each.field == '\0') continue;
    EXPECT_EQ(field_of(reason, each.field), each.value) << each.rule << " at " << each.event;
  }
}

TEST_F(TargetTest, TellsItsMilestonesApart) {
  const std::vector<Reason> reasons = all_why("ann", 2, "spend");
  ASSERT_EQ(reasons.size(), 2u);
  EXPECT_EQ(reasons[0].what, "paid");
  EXPECT_EQ(field_of(reasons[0], "milestone"), "at 50%");
  EXPECT_EQ(reasons[1].what, "condition");
  EXPECT_EQ(reasons[1].effect, 1);
  EXPECT_THAT(reasons[1].sentence, HasSubstr("59.99 against 100.00"));
}

// ---- Levels -------------------------------------------------------------------------------------

TEST_F(PlanTest, CallsLevelsByTheirNames) {
  feed(R"(plan club
unit points, 0 decimals
event sale
  account : account
  amount : points
ladder status per account per year
  measure sum of amount on sale
  level bronze
  level silver from 500
  level gold from 2000
  review each year, to measure
  refund lowers at once
  at gold : credit account 10 points
rule highest_alone
  on sale
  when gold = status
  credit account 1 point
rule some
  on sale
  when status after in bronze, gold
  credit account 1 point
)",
       {"EVENT sale s-1 account=ann amount=600 time=2026-03-01T10:00:00Z",
        "EVENT sale s-2 account=ann amount=1 time=2027-03-02T10:00:00Z"});
  EXPECT_THAT(why("ann", 1, "highest_alone").sentence, HasSubstr("gold against bronze"));
  const Reason kept = why("ann", 2, "highest_alone");
  EXPECT_THAT(kept.sentence, HasSubstr("gold against silver"));
  EXPECT_THAT(kept.inputs, Contains(Pair("status.measure of the period before", "600")));
  EXPECT_THAT(kept.inputs, Contains(Pair("status row 1", "silver")));
  EXPECT_EQ(field_of(why("ann", 2, "some"), "left"), "silver");
  // What was kept is not paid for once more.
  EXPECT_THAT(why("ann", 2, "status").sentence,
              HasSubstr("`at gold` (13:3) is not true: bronze against gold"));
}

// ---- Who is named no more -----------------------------------------------------------------------

TEST_F(PlanTest, WhatARuleKeepsGoesWithTheRole) {
  feed(R"(plan hand
unit GBP, 2 decimals
wallet GBP
  short go down to -100.00 GBP
event paid
  agent : account
  the_order as "order" : object
  amount : GBP
rule bonus per the_order
  when amount >= 10.00 GBP
  credit agent 5.00 GBP
  take back nothing
)",
       {"EVENT paid p-1 order=o-1 agent=ann amount=20.00 time=2026-03-01T10:00:00Z",
        "EVENT paid p-2 order=o-1 agent=ann amount=1.00 time=2026-03-01T11:00:00Z",
        "EVENT paid p-3 order=o-1 agent=bo amount=10.00 time=2026-03-01T12:00:00Z"});
  EXPECT_EQ(why("ann", 2, "bonus").what, "kept");
  const Reason left = why("ann", 3, "bonus");
  EXPECT_EQ(left.what, "paid");
  EXPECT_THAT(left.sentence, HasSubstr("it took: 5.00 GBP"));
  EXPECT_EQ(why("bo", 3, "bonus").what, "paid");
}

}  // namespace
}  // namespace guerdon::booked
