#include "engine/pipeline/admission.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/accounts/account_table.h"
#include "engine/base/hash.h"
#include "tests/unit/program/compiled.h"
#include "tests/unit/program/event_in_words.h"

namespace guerdon::pipeline {
namespace {

using event::LogKind;
using event::Outcome;
using plan::Event;
using plan::kDay;

constexpr const char* kRules = R"(
measure pieces per account per sku per day = sum of qty on sale
measure sold per agent = number of sale
rule one
  on sale
  when city = "Rome"
  credit account 1 point
)";

Event sale(const std::string& id, base::TimeMs occurred_at = 0) {
  Event event;
  event.id = id;
  event.occurred_at = occurred_at;
  event.texts["account"] = "anna";
  return event;
}

// Admission of one program, and its jobs in words.
class Gate {
 public:
  explicit Gate(uint32_t shards = 1, uint64_t keys = 1000, uint64_t objects = 1000,
                const char* rules = kRules)
      : program_(plan::compiled(plan::shop(rules))),
        shards_(shards),
        admission_(program_, shards, KeyTable(keys), ObjectTable(objects)) {}

  // What becomes of each event: "OK 2", "DUP 2", "TOOOLD". With `wall`, that is the engine time.
  std::vector<std::string> admit(const std::vector<Event>& events,
                                 std::optional<base::TimeMs> wall = std::nullopt) {
    start();
    for (const Event& event : events) add_record(program_, event, job_->batch);
    if (wall) job_->at.assign(events.size(), *wall);
    admission_.admit(*job_);
    std::vector<std::string> outcomes;
    for (const event::Record& record : job_->batch.records) {
      outcomes.emplace_back(event::outcome_word(record.outcome));
      if (record.lsn != 0) outcomes.back() += " " + std::to_string(record.lsn);
    }
    return outcomes;
  }
  std::string admit(const Event& event, std::optional<base::TimeMs> wall = std::nullopt) {
    return admit(std::vector{event}, wall).front();
  }

  void tick(base::TimeMs at) {
    start();
    job_->tick = at;
    admission_.admit(*job_);
  }

  // The log of the last job: "3 event 0 at 500" and so on.
  std::vector<std::string> log() const {
    std::vector<std::string> lines;
    for (const event::LogItem& item : job_->batch.log) {
      static const char* const names[] = {"",     "event", "tick",    "sweep",
                                          "plan", "pass",  "command", "settle"};
      const std::string what = names[static_cast<size_t>(item.kind)];
      lines.push_back(std::to_string(item.lsn) + " " + what + " " + std::to_string(item.record) +
                      " at " + std::to_string(item.at));
    }
    return lines;
  }

  void start() { job_ = std::make_unique<Job>(0, shards_); }

  const plan::Program& program() const { return program_; }
  const Admission& admission() const { return admission_; }
  Admission& admission() { return admission_; }
  Job& job() { return *job_; }

 private:
  plan::Program program_;
  uint32_t shards_;
  Admission admission_;
  std::unique_ptr<Job> job_;
};

using Words = std::vector<std::string>;

// ---- the one order ------------------------------------------------------------------------------

TEST(AdmissionTest, ThePlanIsTheFirstRecordOfTheLog) {
  Gate gate;
  EXPECT_EQ(gate.admission().last_lsn(), 1u);
  EXPECT_EQ(gate.admit({sale("a"), sale("b")}), (Words{"OK 2", "OK 3"}));
  EXPECT_EQ(gate.admit(sale("c")), "OK 4");
  EXPECT_EQ(gate.admission().last_lsn(), 4u);
}

TEST(AdmissionTest, TheClockNeverFalls) {
  Gate gate;
  EXPECT_EQ(gate.admission().clock(), 0);
  gate.admit({sale("a", 500), sale("b", 300), sale("c", 700)});
  EXPECT_EQ(gate.log(), (Words{"2 event 0 at 500", "3 event 1 at 500", "4 event 2 at 700"}));
  gate.admit(sale("d", 0));
  EXPECT_EQ(gate.log(), Words{"5 event 0 at 700"});
  EXPECT_EQ(gate.admission().clock(), 700);
}

TEST(AdmissionTest, ATickMovesTheClockOnAndIsARecord) {
  Gate gate;
  gate.tick(900);
  EXPECT_EQ(gate.log(), Words{"2 tick 0 at 900"});
  gate.tick(100);
  EXPECT_EQ(gate.log(), Words{"3 tick 0 at 900"});
  gate.admit(sale("a", 500));
  EXPECT_EQ(gate.log(), Words{"4 event 0 at 900"});
}

TEST(AdmissionTest, ATickComesBehindTheEventsOfItsJob) {
  Gate gate;
  gate.start();
  add_record(gate.program(), sale("a", 5), gate.job().batch);
  gate.job().tick = 9;
  gate.admission().admit(gate.job());
  EXPECT_EQ(gate.log(), (Words{"2 event 0 at 5", "3 tick 0 at 9"}));
}

TEST(AdmissionTest, AnEventOfATypeThatNoPlanDeclaresMovesTheClockAndKeepsNoKey) {
  Gate gate;
  Event unknown = sale("a", 600);
  unknown.type = "weather";
  EXPECT_EQ(gate.admit({unknown, unknown}), (Words{"IGNORED", "IGNORED"}));
  EXPECT_EQ(gate.log(), (Words{"2 pass 0 at 600", "3 pass 0 at 600"}));
  EXPECT_EQ(gate.admit(sale("a", 100)), "OK 4");
  EXPECT_EQ(gate.log(), Words{"4 event 0 at 600"});
}

TEST(AdmissionTest, JobsAreNumberedAsTheyCome) {
  Gate gate;
  for (uint64_t number = 0; number < 3; ++number) {
    gate.admit(std::vector<Event>{});
    EXPECT_EQ(gate.job().number, number);
  }
}

constexpr const char* kChallenges = R"(
challenge daily per account per day
  score sum of qty on sale
  rank 1 : credit account 1 point
  ties share
challenge weekly per agent per week
  score number of sale
  rank 1 : credit agent 1 point
  ties id
)";

TEST(AdmissionTest, ASettleComesBeforeTheRecordThatClosesAPeriod) {
  Gate gate(3, 1000, 1000, kChallenges);
  // Day 4 of 1970 is a Monday. Nothing is settled before the first record.
  gate.admit({sale("a", 4 * kDay), sale("b", 5 * kDay - 1), sale("c", 5 * kDay)});
  EXPECT_EQ(gate.log(), (Words{"2 event 0 at 345600000", "3 event 1 at 431999999",
                               "4 settle 1 at 432000000", "5 event 2 at 432000000"}));
  EXPECT_EQ(gate.job().batch.records[2].lsn, 5u);
  ASSERT_EQ(gate.job().batch.settled.size(), 1u);
  EXPECT_EQ(gate.job().batch.settled[0].item, 2u);
  EXPECT_EQ(gate.job().batch.settled[0].deadline, 5 * kDay);
  for (const std::vector<shard::Visit>& route : gate.job().routes) {
    const auto first = std::find_if(route.begin(), route.end(),
                                    [](const shard::Visit& visit) { return visit.item == 2; });
    ASSERT_GE(route.end() - first, 2);
    EXPECT_EQ(first[0].role, shard::Visit::kCollect);
    EXPECT_EQ(first[1].role, shard::Visit::kAward);
  }
  // Years on: the day and the week that were open, and nothing of what lies between.
  gate.tick(2'000 * kDay);
  EXPECT_EQ(gate.log(), (Words{"6 settle 2 at 950400000", "7 tick 0 at 172800000000"}));
  EXPECT_EQ(gate.job().batch.settled[0].deadline, 6 * kDay);
  EXPECT_EQ(gate.job().batch.settled[1].deadline, 11 * kDay);
  // A duplicate moves no clock, and so it settles nothing.
  EXPECT_EQ(gate.admit(sale("a", 4 * kDay)), "DUP 2");
  EXPECT_EQ(gate.log(), Words{});
}

TEST(AdmissionTest, WhatMayHaveHappenedAheadOfTheClockIsSettledToo) {
  Gate gate(1, 1000, 1000, kChallenges);
  // Five minutes ahead of the wall at the most: of the next day already.
  gate.admit(sale("a", 5 * kDay + 1'000), 5 * kDay - 1'000);
  gate.tick(9 * kDay);
  EXPECT_EQ(gate.log(), (Words{"3 settle 2 at 518400000", "4 tick 0 at 777600000"}));
}

TEST(AdmissionTest, ASweepFollowsTheRecordAfterWhichItIsDueAndGoesToEveryShard) {
  Gate gate(3);
  std::vector<Event> events{sale("first", 100 * kDay), sale("next", 101 * kDay)};
  for (int i = 0; i < 40; ++i) events.push_back(sale(std::to_string(i), 101 * kDay));
  gate.admit(events);
  ASSERT_EQ(gate.job().batch.log.size(), events.size() + 1);
  const event::LogItem& sweep = gate.job().batch.log[34];
  EXPECT_EQ(sweep.kind, LogKind::kSweep);
  EXPECT_EQ(sweep.record, 0u);
  EXPECT_EQ(sweep.lsn, 36u);
  EXPECT_EQ(gate.job().batch.records[34].lsn, 37u);
  for (const std::vector<shard::Visit>& route : gate.job().routes) {
    EXPECT_EQ(std::count_if(route.begin(), route.end(),
                            [](const shard::Visit& visit) {
                              return visit.item == 34 && visit.role == shard::Visit::kSweep;
                            }),
              1);
    EXPECT_TRUE(std::is_sorted(route.begin(), route.end(),
                               [](const auto& a, const auto& b) { return a.item < b.item; }));
  }
}

// ---- what came before ---------------------------------------------------------------------------

TEST(AdmissionTest, TheSameEventAgainIsADuplicateInTheSameBatchAndLater) {
  Gate gate;
  EXPECT_EQ(gate.admit({sale("a", 500), sale("a", 500)}), (Words{"OK 2", "DUP 2"}));
  EXPECT_EQ(gate.admit(sale("a", 500)), "DUP 2");
  EXPECT_TRUE(gate.job().batch.log.empty());
  EXPECT_EQ(gate.admission().last_lsn(), 2u);
}

TEST(AdmissionTest, AnotherContentUnderTheSameIdIsAConflictAndDoesNothing) {
  Gate gate;
  gate.admit(sale("a", 500));
  Event other = sale("a", 900);
  EXPECT_EQ(gate.admit(other), "CONFLICT");
  EXPECT_EQ(gate.admission().clock(), 500);
  EXPECT_EQ(gate.admission().last_lsn(), 2u);
  EXPECT_EQ(gate.admit(sale("a", 500)), "DUP 2");  // the first stays the one
}

TEST(AdmissionTest, WhatMayHaveBeenForgottenIsTooOldAndKeepsNoKey) {
  Gate gate(1, 2);
  gate.admit({sale("a", 500), sale("b", 600), sale("c", 700)});  // `a` is forgotten
  EXPECT_EQ(gate.admit(sale("d", 500)), "TOOOLD");               // it may be what was forgotten
  EXPECT_EQ(gate.admission().keys().size(), 2u);
  EXPECT_EQ(gate.admit(sale("e", 501)), "OK 5");
  EXPECT_EQ(gate.admit(sale("d", 500)), "TOOOLD");
}

TEST(AdmissionTest, AKnownKeyIsAnsweredBeforeItsAgeIsLookedAt) {
  Gate gate(1, 2);
  gate.admit({sale("a", 900), sale("b", 100), sale("c", 950)});
  ASSERT_EQ(gate.admission().keys().floor(), 901);
  EXPECT_EQ(gate.admit(sale("b", 100)), "DUP 3");
  EXPECT_EQ(gate.admit(sale("b", 101)), "CONFLICT");
}

TEST(AdmissionTest, WhatTheParserRefusedLeavesNoTrace) {
  Gate gate;
  gate.start();
  add_record(gate.program(), sale("a", 500), gate.job().batch);
  gate.job().batch.records[0].outcome = Outcome::kInvalid;
  gate.admission().admit(gate.job());
  EXPECT_EQ(gate.job().batch.records[0].outcome, Outcome::kInvalid);
  EXPECT_EQ(gate.job().batch.records[0].lsn, 0u);
  EXPECT_TRUE(gate.job().batch.log.empty());
  EXPECT_EQ(gate.admission().clock(), 0);
  EXPECT_EQ(gate.admit(sale("a", 400)), "OK 2");  // mended and sent again
}

TEST(AdmissionTest, CountsWhatBecameOfEachRecord) {
  Gate gate(1, 2);
  Event unknown = sale("x");
  unknown.type = "weather";
  gate.admit({sale("a", 5), sale("a", 5), sale("a", 6), unknown, sale("b", 9), sale("c", 9)});
  gate.admit(sale("d", 1));
  const auto& outcomes = gate.admission().outcomes();
  const auto count = [&](Outcome outcome) { return outcomes[static_cast<size_t>(outcome)]; };
  EXPECT_EQ(count(Outcome::kOk), 3u);
  EXPECT_EQ(count(Outcome::kDuplicate), 1u);
  EXPECT_EQ(count(Outcome::kConflict), 1u);
  EXPECT_EQ(count(Outcome::kIgnored), 1u);
  EXPECT_EQ(count(Outcome::kTooOld), 1u);
  EXPECT_EQ(count(Outcome::kInvalid), 0u);
}

// ---- the wall clock -----------------------------------------------------------------------------

TEST(AdmissionTest, AheadOfTheWallClockByMoreThanTheSkewIsTheFuture) {
  Gate gate;
  EXPECT_EQ(gate.admit(sale("a", 1'000 + kSkewMax), 1'000), "OK 2");
  EXPECT_EQ(gate.admission().clock(), 1'000) << "the clock is the wall's";
  EXPECT_EQ(gate.admit(sale("b", 1'001 + kSkewMax), 1'000), "FUTURE");
  EXPECT_EQ(gate.admit(sale("b", 1'001 + kSkewMax), 1'001), "OK 3") << "no trace was left";
  EXPECT_EQ(gate.admit(sale("c", 1'001 + kSkewMax), 900), "OK 4") << "the clock does not fall";
  EXPECT_EQ(gate.admit(sale("a", 1'000 + kSkewMax), 0), "DUP 2") << "a known key comes first";
}

TEST(AdmissionTest, WhereEventsAreTheClockThereIsNoFuture) {
  Gate gate;
  EXPECT_EQ(gate.admit({sale("a", 5), sale("b", 1'000 * kDay)}), (Words{"OK 2", "OK 3"}));
}

// ---- objects ------------------------------------------------------------------------------------

Event sale_of(const std::string& id, const std::string& object, int64_t version,
              base::TimeMs occurred_at = 0) {
  Event event = sale(id, occurred_at);
  event.texts.clear();
  event.object = object;
  event.version = version;
  return event;
}

// Rows of: id, object, version, occurred on day -> outcome.
TEST(AdmissionTest, EventsOfAnObjectComeInTheOrderOfItsVersions) {
  constexpr int64_t kNone = event::kNoVersion;
  Gate gate;
  const struct {
    const char* id;
    const char* object;
    int64_t version;
    int day;
    const char* outcome;
  } rows[] = {
      {"a", "o1", 1, 0, "OK 2"},       {"b", "o1", 1, 0, "STALE"},
      {"b", "o1", 3, 0, "OK 3"},  // the id was not used up; version 2 is left out
      {"c", "o1", 2, 1, "STALE"},      {"a", "o1", 1, 0, "DUP 2"},
      {"a", "o1", 9, 0, "CONFLICT"},   {"d", "o2", 1, 1, "OK 4"},
      {"e", "o1", kNone, 2, "OK 5"},   {"f", "o1", 3, 2, "STALE"},
      {"g", "o1", 4, 182, "OK 6"},     {"h", "o2", 2, 182, "TOOOLD"},
      {"i", "o3", kNone, 182, "OK 7"}, {"j", "o3", 0, 0, "OK 8"},
      {"k", "o1", 5, 363, "TOOOLD"},   {"l", "o1", 5, 100, "OK 9"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(gate.admit(sale_of(row.id, row.object, row.version, row.day * kDay)), row.outcome)
        << row.id;
  }
  EXPECT_EQ(gate.admission().objects().gaps(), 1u);
  EXPECT_EQ(gate.admission().clock(), 182 * kDay) << "what is refused does not move it";
}

TEST(AdmissionTest, TheEngineTimeDecidesWhetherAnObjectIsClosed) {
  Gate gate;
  gate.admit(sale_of("a", "o1", 1, 0), 0);
  EXPECT_EQ(gate.admit(sale_of("b", "o1", 2, 5), kObjectWindow + 1), "TOOOLD");
  EXPECT_EQ(gate.admit(sale_of("b", "o1", 2, 5), kObjectWindow), "OK 3");
  EXPECT_EQ(gate.admit(sale_of("c", "o1", 1, kObjectWindow + kSkewMax + 1), 5), "FUTURE")
      << "before the version is looked at";
}

TEST(AdmissionTest, ObjectsAreForgottenInTheOrderOfTheLog) {
  Gate gate(1, 1000, 2);
  gate.admit({sale_of("a", "o1", 1, 500), sale_of("b", "o2", 1, 600), sale_of("c", "o1", 2, 550)});
  gate.admit(sale_of("d", "o3", 1, 700));  // o2 is forgotten
  EXPECT_EQ(gate.admit(sale_of("e", "o2", 1, 600)), "TOOOLD");
  EXPECT_EQ(gate.admit(sale_of("f", "o1", 3, 10)), "OK 6");
  EXPECT_EQ(gate.admit(sale_of("g", "o2", 1, 601)), "OK 7");
  EXPECT_EQ(gate.admit(sale("h", 10)), "OK 8") << "without an object it may be as old as its key";
}

// ---- symbols ------------------------------------------------------------------------------------

int64_t value_of(Gate& gate, uint32_t record, const std::string& wire) {
  const event::Batch& batch = gate.job().batch;
  return batch.values[batch.records[record].values + slot_of(gate.program(), "sale", wire)];
}

Event sale_in(const std::string& id, const std::string& sku, const std::string& city) {
  Event event = sale(id);
  event.texts["sku"] = sku;
  event.texts["city"] = city;
  return event;
}

TEST(AdmissionTest, TextsWhoseIdentityMattersAreNumberedAsTheyComeOthersOnlyWherePlansNameThem) {
  Gate gate;
  gate.admit(
      {sale_in("a", "tea", "Rome"), sale_in("b", "cup", "Oslo"), sale_in("c", "tea", "tea")});
  const int64_t tea = value_of(gate, 0, "sku");
  EXPECT_EQ(value_of(gate, 1, "sku"), tea + 1);
  EXPECT_EQ(value_of(gate, 2, "sku"), tea);
  EXPECT_EQ(gate.admission().symbols().text(static_cast<plan::Symbol>(tea)), "tea");
  EXPECT_EQ(gate.admission().symbols().text(static_cast<plan::Symbol>(value_of(gate, 0, "city"))),
            "Rome");
  EXPECT_EQ(value_of(gate, 1, "city"), plan::kOtherSymbol);
  // That it is known by now as a sku would tell which of two events came first.
  EXPECT_EQ(value_of(gate, 2, "city"), plan::kOtherSymbol);
}

TEST(AdmissionTest, WhatIsNotAdmittedTeachesNoSymbol) {
  Gate gate;
  gate.admit(sale_in("a", "tea", "Rome"));
  const size_t known = gate.admission().symbols().size();
  EXPECT_EQ(gate.admit(sale_in("a", "cup", "Rome")), "CONFLICT");
  EXPECT_EQ(gate.admission().symbols().size(), known);
}

// ---- roles of objects ---------------------------------------------------------------------------

// "anna", or "" where the event has no such role.
std::string role_in(Gate& gate, uint32_t record, const std::string& wire) {
  const event::Batch& batch = gate.job().batch;
  const uint8_t slot = slot_of(gate.program(), "sale", wire);
  if ((batch.records[record].present >> slot & 1) == 0) return "";
  return std::string(batch.view(batch.texts[static_cast<size_t>(value_of(gate, record, wire))]));
}

TEST(AdmissionTest, RolesThatAnEventLeavesOutAreThoseThatItsObjectHad) {
  Gate gate;
  std::vector<Event> events;
  const auto add = [&](const std::string& object, const std::string& account,
                       const std::string& agent) {
    Event& event = events.emplace_back(sale_of(std::to_string(events.size()), object, -1));
    if (!account.empty()) event.texts["account"] = account;
    if (!agent.empty()) event.texts["agent"] = agent;
  };
  add("o1", "anna", "");
  add("o1", "", "bert");
  add("o1", "", "");
  add("o2", "", "");
  add("o1", "", "carl");
  add("o1", "", "");
  add("", "", "");
  gate.admit(events);
  const char* const accounts[] = {"anna", "anna", "anna", "", "anna", "anna", ""};
  const char* const agents[] = {"", "bert", "bert", "", "carl", "carl", ""};
  for (uint32_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(role_in(gate, i, "account"), accounts[i]) << i;
    EXPECT_EQ(role_in(gate, i, "agent"), agents[i]) << i;
  }
  gate.admit(sale_of("later", "o1", -1));
  EXPECT_EQ(role_in(gate, 0, "agent"), "carl") << "in another batch, too";
  EXPECT_EQ(gate.job().routes[0].size(), 2u) << "routes see them";
}

TEST(AdmissionTest, ARecordedRoleIsThereForWhoReadsItAsATextToo) {
  const plan::Program program =
      plan::compiled({plan::shop("rule one\n  on sale\n  credit account 1 point\n"),
                      "plan other\n\nunit points, 0 decimals\n\nevent sale\n  account : account\n  "
                      "agent : text\n\n"
                      "rule two\n  on sale\n  when agent = \"bert\"\n  credit account 1 point\n"});
  Admission admission(program, 1, KeyTable(10));
  Job job(0, 1);
  Event first = sale_of("a", "o1", 1);
  first.texts["agent"] = "bert";
  add_record(program, first, job.batch);
  add_record(program, sale_of("b", "o1", 2), job.batch);
  admission.admit(job);
  const event::Record* const records = job.batch.records.data();
  int readings = 0;
  const std::vector<event::Field>& slots = program.schema.type(records[0].type).slots;
  for (size_t slot = 0; slot < slots.size(); ++slot) {
    if (slots[slot].wire != "agent") continue;
    ++readings;
    EXPECT_EQ(records[1].present >> slot & 1, 1u);
    if (slots[slot].kind != event::FieldKind::kText) continue;
    EXPECT_EQ(job.batch.values[records[1].values + slot],
              job.batch.values[records[0].values + slot]);
  }
  EXPECT_EQ(readings, 2);
}

TEST(AdmissionTest, ARefusedEventRecordsNoRoles) {
  Gate gate;
  gate.admit(sale_of("a", "o1", 5));
  Event stale = sale_of("b", "o1", 5);
  stale.texts["account"] = "anna";
  EXPECT_EQ(gate.admit(stale), "STALE");
  gate.admit(sale_of("c", "o1", 6));
  EXPECT_EQ(role_in(gate, 0, "account"), "");
}

TEST(AdmissionTest, OneAccountInAGivenAndInARecordedRoleIsOneText) {
  Gate gate;
  Event first = sale_of("a", "o1", 1);
  first.texts["account"] = "anna";
  Event second = sale_of("b", "o1", 2);
  second.texts["agent"] = "anna";
  gate.admit({first, second});
  EXPECT_EQ(value_of(gate, 1, "agent"), value_of(gate, 1, "account"));
}

// ---- routes -------------------------------------------------------------------------------------

TEST(AdmissionTest, ARouteNamesEachShardOfAnAccountOnceInTheOrderOfTheLog) {
  constexpr uint32_t kShards = 4;
  Gate gate(kShards);
  std::vector<Event> events;
  std::vector<std::set<uint32_t>> expected;
  const auto shard_of = [](const std::string& name) {
    return shard::shard_of(base::hash64(name), kShards);
  };
  for (int i = 0; i < 100; ++i) {
    Event event = sale(std::to_string(i));
    const std::string account = "account " + std::to_string(i % 13);
    const std::string agent = "agent " + std::to_string(i % 7);
    event.texts["account"] = account;
    if (i % 3 != 0) event.texts["agent"] = i % 5 == 0 ? account : agent;
    if (i % 17 == 0) event.texts.erase("account");
    expected.emplace_back();
    for (const auto& [role, name] : event.texts) expected.back().insert(shard_of(name));
    events.push_back(event);
  }
  gate.admit(events);
  std::vector<std::set<uint32_t>> routed(100);
  for (uint32_t s = 0; s < kShards; ++s) {
    std::set<std::pair<uint32_t, uint32_t>> seen;  // item, role
    for (const shard::Visit& visit : gate.job().routes[s]) {
      routed[visit.item].insert(s);
      EXPECT_TRUE(seen.empty() || *seen.rbegin() < std::pair(visit.item, visit.role));
      seen.emplace(visit.item, visit.role);
    }
  }
  EXPECT_EQ(routed, expected);
}

TEST(AdmissionTest, RefusedAndIgnoredRecordsAndTicksGoNowhere) {
  Gate gate(2);
  Event unknown = sale("x");
  unknown.type = "weather";
  gate.admit({sale("a"), sale("a"), unknown});
  size_t items = 0;
  for (const std::vector<shard::Visit>& route : gate.job().routes) items += route.size();
  EXPECT_EQ(items, 1u);
  gate.tick(500);
  for (const std::vector<shard::Visit>& route : gate.job().routes) EXPECT_TRUE(route.empty());
}

TEST(AdmissionTest, OneAccountInTwoRolesIsOneText) {
  Gate gate;
  Event same = sale("a");
  same.texts["agent"] = "anna";
  Event other = sale("b");
  other.texts["agent"] = "bert";
  gate.admit({same, other});
  EXPECT_EQ(value_of(gate, 0, "agent"), value_of(gate, 0, "account"));
  EXPECT_NE(value_of(gate, 1, "agent"), value_of(gate, 1, "account"));
}

}  // namespace
}  // namespace guerdon::pipeline
