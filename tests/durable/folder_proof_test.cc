// What `guerdon verify` says of a folder in which one thing is not as it should be: each in its
// turn, in a snapshot that is whole (its checks are right, what it holds is not), in the log, and
// in the book. Each is found in this process, and by the program itself, which ends with status 1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "engine/base/hash.h"
#include "engine/book/block.h"
#include "engine/event/named.h"
#include "engine/feed/command_reader.h"
#include "engine/feed/event_reader.h"
#include "engine/net/line_words.h"
#include "engine/program/rates.h"
#include "engine/runtime/core.h"
#include "engine/runtime/revisions.h"
#include "engine/runtime/verification.h"
#include "engine/snapshot/format.h"
#include "tests/support/borrowed_disk.h"
#include "tests/support/crash_disk.h"

namespace guerdon {
namespace {

using runtime::Core;
using support::CrashDisk;
using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr const char* kPlan = R"(plan shop
  penalties on
unit points, 0 decimals
unit RUB, 2 decimals
unit cup, 0 decimals
event sale, fine
  account : account
  amount  : RUB
  sku     : text
table price by sku
  from file of RUB
holder
  trained, retired : flag
wallet points
  expire 90 days after earning
wallet RUB
  short owe the rest
measure spent per account per month = sum of amount on sale
rule full_roubles
  on sale
  credit account 1 point per full 1.00 RUB of amount
rule share
  on sale
  credit account 10% of amount
rule milestone per account per month
  credit account by spent
    below 50.00 : none
    otherwise   : 100 points
rule dear
  on sale
  when price for sku >= 5.00
  credit account 1 cup
rule fined
  on fine
  debit account amount
item mug "A mug"
  price 10 points
  gives 1 cup
  stock 5
exchange points to RUB
  rate from file
)";

// Weeks in which nobody has enough, each with a seal, and a month that pays at its end.
constexpr const char* kClosedPlan = R"(plan shop
unit points, 0 decimals
event sale
  account : account
  qty     : count
measure sold per account per month = sum of qty on sale
rule monthly per account per month
  on close
  credit account 1 point * sold
challenge weekly per account per week
  score sum of qty on sale
  at least 100 for any prize
  rank 1 : credit account 5 points
  ties id
  nobody rollover
)";

constexpr const char* kClosedRequests[] = {
    "EVENT sale 1 account=anna qty=3 time=2026-03-03T10:00:00Z",
    "EVENT sale 2 account=bert qty=4 time=2026-03-11T10:00:00Z",
    "EVENT sale 3 account=anna qty=5 time=2026-04-02T10:00:00Z",
};

// Of all accounts together: one for good, that is used up, and one a month.
constexpr const char* kBudgetPlan = R"(plan shop
unit points, 0 decimals
event sale
  account : account
  asked   : points
budget pot = 100 points
budget jar = 50 points per month
rule of_pot
  on sale
  credit account min(asked, 1000 points) from budget pot
rule of_jar
  on sale
  credit account min(asked, 20 points) from budget jar
)";

constexpr const char* kBudgetRequests[] = {
    "EVENT sale 1 account=anna asked=60 time=2026-03-03T10:00:00Z",
    "EVENT sale 2 account=bert asked=30 time=2026-03-11T10:00:00Z",
    "EVENT sale 3 account=anna asked=70 time=2026-04-02T10:00:00Z",
};

constexpr uint16_t kPoints = 0;
constexpr uint16_t kRub = 1;
constexpr uint16_t kCup = 2;

constexpr const char* kRequests[] = {
    "EVENT sale 1 object=o-1 account=anna amount=100.00 time=2026-03-01T10:00:00Z",
    "EVENT sale 2 account=bert amount=50.00 time=2026-03-01T11:00:00Z",
    "EVENT sale 3 account=anna amount=30.00 time=2026-03-02T11:00:00Z",
    "EVENT fine 4 account=bert amount=7.50 time=2026-03-02T12:00:00Z",
    "HOLD account=anna unit=points amount=40 id=h-1 for=1000h time=2026-03-02T13:00:00Z",
    "SPEND account=anna unit=points amount=100000 id=s-1 time=2026-03-02T13:01:00Z",
    "REDEEM account=anna item=mug id=r-1 time=2026-03-02T13:02:00Z",
    ("RATE from=points to=RUB rate=0.5 effective=2026-03-01T00:00:00Z id=fx-1 "
     "time=2026-03-02T13:03:00Z"),
    "TABLE table=price key=A value=5.00 time=2026-03-02T13:03:30Z",
    "WALLET FREEZE account=bert unit=points time=2026-03-02T13:04:00Z",
    "HOLDER account=anna attribute=trained value=false time=2026-03-02T13:05:00Z",
};

Options some_options() {
  Options options;
  options.shards = 3;
  options.keys = 10'000;
  options.objects = 50;
  options.segment_bytes = kSegmentBytesMin;
  return options;
}

void write_files(const CrashDisk& disk, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (const auto& [name, content] : disk.files()) {
    std::ofstream file(folder / name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(content.bytes.data()),
               static_cast<std::streamsize>(content.bytes.size()));
    ASSERT_TRUE(file.good()) << folder / name;
  }
}

struct Said {
  int status = -1;
  std::string text;  // of both streams
};

Said run(const std::string& command) {
  Said said;
  std::FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return said;
  char bytes[4'096];
  while (const size_t count = std::fread(bytes, 1, sizeof bytes, pipe)) {
    said.text.append(bytes, count);
  }
  const int ended = pclose(pipe);
  said.status = WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
  return said;
}

struct Folder {
  CrashDisk log;
  CrashDisk book;
  const char* plan = kPlan;

  std::unique_ptr<Core> open() {
    runtime::Disks disks(std::make_unique<support::BorrowedDisk>(log));
    disks.book = std::make_unique<support::BorrowedDisk>(book);
    disks.book_segment_bytes = 5 * book::kBlockBytes;
    runtime::OpenFault fault;
    auto core = Core::open(some_options(), {{"shop.plan", plan}}, std::move(disks), 1, {}, &fault);
    EXPECT_NE(core, nullptr) << fault.sentence;
    return core;
  }

  // `guerdon verify` of the same files in a folder of the machine.
  Said said_by_program() const {
    std::string folder = (std::filesystem::temp_directory_path() / "folder_proof_XXXXXX").string();
    EXPECT_NE(mkdtemp(folder.data()), nullptr) << folder;
    write_files(log, folder);
    write_files(book, std::filesystem::path(folder) / runtime::kBookFolder);
    const Options options = some_options();
    const Said said =
        run(std::string(GUERDON_PROGRAM) + " verify " + folder + " --shards " +
            std::to_string(options.shards) + " --keys " + std::to_string(options.keys) +
            " --objects " + std::to_string(options.objects));
    std::filesystem::remove_all(folder);
    return said;
  }

  // Empty: all is proved. The program says the same.
  std::string found() {
    const std::string sentence = found_here();
    const Said said = said_by_program();
    EXPECT_EQ(said.status, sentence.empty() ? 0 : 1) << said.text;
    if (sentence.empty()) {
      EXPECT_THAT(said.text, EndsWith("ok\n"));
    } else {
      EXPECT_EQ(said.text, "guerdon verify: " + sentence + "\n");
    }
    return sentence;
  }

 private:
  std::string found_here() {
    runtime::Verified verified;
    runtime::OpenFault fault;
    if (verify_folder(log, &book, some_options(), &verified, &fault)) {
      EXPECT_FALSE(verified.snapshots.empty());
      EXPECT_TRUE(verified.has_book);
      EXPECT_GT(verified.book_entries, 5u);
      return "";
    }
    EXPECT_EQ(fault.kind, runtime::OpenFault::Kind::kDamage);
    return fault.sentence;
  }
};

void send(Core& core, std::span<const char* const> requests) {
  event::EventReader events(core.program().schema);
  event::CommandReader commands(core.program().schema);
  const event::Source source("till");
  pipeline::Job& job = core.assembly().take();
  for (const std::string line : requests) {
    net::Words words;
    std::string unescaped;
    ASSERT_FALSE(net::cut_line(line, &unescaped, &words));
    const std::span<const std::string_view> views(words.views.data(), words.count);
    const bool is_read = line.starts_with("EVENT") ? events.read(views, source, 0, job.batch)
                                                   : commands.read(views, source, job.batch);
    ASSERT_TRUE(is_read) << line << ": " << commands.fault().sentence;
  }
  core.assembly().submit(job);
  core.assembly().drain();
  ASSERT_TRUE(core.flush());
}

// Nobody but the stages may change it: that is what is tampered with.
class Tampered {
 public:
  explicit Tampered(Core& core) : core_(core) {}

  int64_t& balance(const std::string& account, uint16_t wallet) {
    return shard::cells_of(block(account))[wallet];
  }
  ledger::WalletState& state(const std::string& account, uint16_t wallet) {
    return *state_of(account).wallets().find(*block(account), wallet);
  }
  // Of the first frame that has a cell of this label.
  int64_t& cell(const std::string& account, const std::string& label) {
    int64_t* found = nullptr;
    shard::KeptSince since(core_.program());
    since.move_to(core_.admission().clock());
    state_of(account).visit_frames(
        *block(account), since, [&](const plan::FrameKey& key, const int64_t* cells) {
          const std::vector<std::string>& labels = core_.program().subjects[key.subject].labels;
          for (size_t c = 0; c < labels.size() && found == nullptr; ++c) {
            if (labels[c] == label) found = const_cast<int64_t*>(&cells[c]);
          }
        });
    EXPECT_NE(found, nullptr) << label;
    return *found;
  }
  // What is known of the one is said of the other.
  void know_of(const std::string& account, size_t one, size_t other) {
    const std::vector<plan::KnownKind>& kinds = core_.program().known;
    shard::AccountState& state = state_of(account);
    const auto known = state.known(*block(account), kinds[one].subject);
    for (const auto& stretch : known) {
      EXPECT_TRUE(state.set_known(*block(account), kinds[other].subject, stretch));
    }
    state.forget_known(*block(account), kinds[one].subject);
  }
  pipeline::Admission& admission() { return const_cast<pipeline::Admission&>(core_.admission()); }
  pipeline::KeyTable& keys() { return const_cast<pipeline::KeyTable&>(core_.admission().keys()); }
  pipeline::ObjectTable& objects() {
    return const_cast<pipeline::ObjectTable&>(core_.admission().objects());
  }
  plan::FileRows& file_rows() { return const_cast<plan::FileRows&>(core_.admission().file_rows()); }
  // Of the one table.
  base::Hash128 key_of_row(std::string_view key) const {
    size_t bad = 0;
    return *event::key_of_row(core_.program().schema.tables()[0], 0, std::span(&key, 1), &bad);
  }
  plan::Rates& rates() { return const_cast<plan::Rates&>(core_.admission().rates()); }
  pipeline::Tail& tail() { return core_.tail(); }
  shard::SealDates& seals() { return const_cast<shard::SealDates&>(core_.admission().seals()); }
  // So much more was granted of a pool: of the budget's first one, or of so many periods behind it.
  void grant(uint32_t budget, int64_t more, int32_t later = 0) {
    std::vector<int32_t> periods;
    core_.budgets().visit([&](uint32_t of, int32_t period, int64_t) {
      if (of == budget) periods.push_back(period);
    });
    ASSERT_FALSE(periods.empty());
    const_cast<shard::Budgets&>(core_.budgets()).load(budget, periods.front() + later, more);
  }
  // The first that is through, and of challenges alone.
  shard::SealDates::Date first_week() const {
    const std::vector<shard::SealDates::Date> all =
        core_.admission().seals().dates(core_.admission().clock());
    const auto clock = static_cast<uint32_t>(core_.program().challenges[0].clock);
    const auto week =
        std::find_if(all.begin(), all.end(), [&](const auto& date) { return date.clock == clock; });
    EXPECT_NE(week, all.end());
    return *week;
  }
  // All of them: a hash has one.
  std::set<shard::Shard*> shards() const {
    std::set<shard::Shard*> all;
    for (uint64_t hash = 0; hash < 1'000; ++hash) {
      all.insert(const_cast<shard::Shard*>(&core_.shard_of(base::hash64(std::to_string(hash)))));
    }
    return all;
  }
  // That keeps the stock.
  shard::Shard& shop() {
    const uint64_t home = core_.program().items[0].home;
    return const_cast<shard::Shard&>(core_.shard_of(home));
  }
  // Of the nth key, from the oldest.
  uint32_t place(size_t n) {
    std::vector<uint32_t> places;
    keys().visit_places([&](uint32_t place) { places.push_back(place); });
    return places.at(n);
  }

 private:
  shard::AccountState& state_of(const std::string& account) {
    return const_cast<shard::AccountState&>(core_.shard_of(base::hash64(account)).state());
  }
  shard::BlockHeader* block(const std::string& account) {
    return state_of(account).accounts().find(base::hash64(account), account);
  }

  Core& core_;
};

// A wallet elsewhere, whose balance does not move with what is done to the state.
void do_beside(ledger::WalletState& state, ledger::Shortage shortage,
               const std::function<void(ledger::Wallet&, std::vector<ledger::Leg>&)>& change) {
  int64_t elsewhere = 1'000'000;
  ledger::WalletRules rules;
  rules.shortage = shortage;
  std::vector<ledger::Leg> legs;
  ledger::Wallet wallet(rules, elsewhere, state);
  change(wallet, legs);
}

struct Row {
  const char* name;
  std::function<void(Tampered&)> tamper;
  const char* found;
};

const std::vector<Row> kRows = {
    {"Conservation", [](Tampered& t) { ++t.balance("anna", kRub); }, "do not sum to 0"},
    {"BalanceMovedToAnother",
     [](Tampered& t) {
       --t.balance("anna", kCup);
       ++t.balance("bert", kCup);
     },
     "the state that it holds"},
    {"LotsAboveTheBalance",
     [](Tampered& t) {
       do_beside(t.state("anna", kPoints), ledger::Shortage::kClamp,
                 [](ledger::Wallet& wallet, std::vector<ledger::Leg>& legs) {
                   wallet.credit({.amount = 5'000, .expires_at = base::kTimeEnd - 1}, {}, legs);
                 });
     },
     "what a wallet has beside its balance is broken"},
    {"HoldsAboveTheBalance",
     [](Tampered& t) {
       do_beside(t.state("anna", kPoints), ledger::Shortage::kClamp,
                 [](ledger::Wallet& wallet, std::vector<ledger::Leg>&) {
                   ASSERT_TRUE(wallet.hold({.id = 1, .amount = 9'000}, {}).ok());
                 });
     },
     "what a wallet has beside its balance is broken"},
    {"AHoldThatNobodyMade",
     [](Tampered& t) {
       do_beside(t.state("anna", kPoints), ledger::Shortage::kClamp,
                 [](ledger::Wallet& wallet, std::vector<ledger::Leg>&) {
                   ASSERT_TRUE(wallet.hold({.id = 1, .amount = 1}, {}).ok());
                 });
     },
     "the state that it holds"},
    {"ADebtThatNobodyLent",
     [](Tampered& t) {
       do_beside(t.state("bert", kRub), ledger::Shortage::kCarry,
                 [](ledger::Wallet& wallet, std::vector<ledger::Leg>& legs) {
                   wallet.debit({.amount = 1'000'001}, {}, legs);
                 });
     },
     "the state that it holds"},
    {"ACounter", [](Tampered& t) { ++t.cell("anna", "spent"); }, "the state that it holds"},
    {"WhatAnEntitlementHasPosted", [](Tampered& t) { --t.cell("anna", "milestone/0 posted"); },
     "the state that it holds"},
    {"WhatIsKnown", [](Tampered& t) { t.cell("anna", "known trained") = 1; },
     "the state that it holds"},
    // Nothing but of what it is known: both are false, from then on and for ever.
    {"OfWhatItIsKnown", [](Tampered& t) { t.know_of("anna", 0, 1); }, "the state that it holds"},
    {"TheStock", [](Tampered& t) { t.shop().load_stock(0, 5); }, "the state that it holds"},
    {"ARate",
     [](Tampered& t) {
       ASSERT_TRUE(t.rates().set(0, 0, 1'000, {1, 3}));
     },
     "the state that it holds"},
    {"ARowOfATable",
     [](Tampered& t) { ASSERT_TRUE(t.file_rows().set(t.key_of_row("A"), plan::kAlways, 501)); },
     "the state that it holds"},
    {"ARowThatNobodySaid",
     [](Tampered& t) { ASSERT_TRUE(t.file_rows().set(t.key_of_row("B"), plan::kAlways, 1)); },
     "the state that it holds"},
    {"AnObject",
     [](Tampered& t) {
       t.objects().apply({base::hash128("o-1"), 7, 0}, 2);
     },
     "the state that it holds"},
    {"AnIdThatNeverCame",
     [](Tampered& t) {
       size_t place = 0;
       ASSERT_EQ(t.keys().find({1, 2}, &place), nullptr);
       t.tail().set_entries_of_key(t.keys().add({{1, 2}, 3, 10, 1'772'000'000'000}, place), 0);
     },
     "the table of ids"},
    {"WhatAnIdIsAnswered",
     [](Tampered& t) {
       const uint32_t first = t.place(0);
       t.tail().set_entries_of_key(first, t.tail().entries_of_key(first) + 1);
     },
     "the table of answers to ids"},
    {"ARefusalThatIsNotRemembered", [](Tampered& t) { t.tail().set_entries_of_key(t.place(5), 0); },
     "the table of answers to ids"},
};

class FolderProof : public testing::TestWithParam<size_t> {};

TEST_P(FolderProof, WhatASnapshotHoldsIsWhatTheLogGives) {
  const Row& row = kRows[GetParam()];
  Folder folder;
  {
    const auto core = folder.open();
    send(*core, kRequests);
    ASSERT_EQ(core->audit().difference, "");
    Tampered tampered(*core);
    row.tamper(tampered);
    std::string error;
    ASSERT_TRUE(core->write_snapshot(&error)) << error;
  }
  EXPECT_THAT(folder.found(), HasSubstr(row.found)) << row.name;
}

INSTANTIATE_TEST_SUITE_P(Each, FolderProof, testing::Range<size_t>(0, kRows.size()),
                         [](const auto& of) { return std::string(kRows[of.param].name); });

// ---- What closing periods came to ---------------------------------------------------------------

const std::vector<Row> kClosedRows = {
    {"WhenASealWas",
     [](Tampered& t) {
       const shard::SealDates::Date week = t.first_week();
       t.seals().settle(week.clock, week.period, week.lsn - 1);
     },
     "the seals"},
    {"WhatASealIsOf",
     [](Tampered& t) {
       const shard::SealDates::Date week = t.first_week();
       (*t.shards().begin())->load_seal(week.clock, week.period, {{}, 0, 1});
     },
     "the seals"},
    {"TheHashOfASeal",
     [](Tampered& t) {
       const shard::SealDates::Date week = t.first_week();
       (*t.shards().begin())->load_seal(week.clock, week.period, {{1, 0}, 0, 0});
     },
     "the seals"},
    {"AJackpot",
     [](Tampered& t) {
       for (shard::Shard* const shard : t.shards()) {
         progress::Jackpot jackpot = *shard->jackpots().find(0, "weekly");
         --jackpot.won[0];
         shard->load_jackpot(0, "weekly", jackpot);
       }
     },
     "the state that it holds"},
};

class ClosedFolderProof : public testing::TestWithParam<size_t> {};

TEST_P(ClosedFolderProof, WhatASnapshotHoldsIsWhatTheLogGives) {
  const Row& row = kClosedRows[GetParam()];
  Folder folder;
  folder.plan = kClosedPlan;
  {
    const auto core = folder.open();
    send(*core, kClosedRequests);
    Tampered tampered(*core);
    row.tamper(tampered);
    std::string error;
    ASSERT_TRUE(core->write_snapshot(&error)) << error;
  }
  EXPECT_THAT(folder.found(), HasSubstr(row.found)) << row.name;
}

INSTANTIATE_TEST_SUITE_P(Each, ClosedFolderProof, testing::Range<size_t>(0, kClosedRows.size()),
                         [](const auto& of) { return std::string(kClosedRows[of.param].name); });

// ---- What budgets have granted ------------------------------------------------------------------

constexpr uint32_t kPot = 0;
constexpr uint32_t kJar = 1;

const std::vector<Row> kBudgetRows = {
    {"MoreOfAPool", [](Tampered& t) { t.grant(kJar, 1); }, "the state that it holds"},
    {"LessOfAPool", [](Tampered& t) { t.grant(kPot, -1); }, "the state that it holds"},
    {"OfAnotherMonth",
     [](Tampered& t) {
       t.grant(kJar, -1);
       t.grant(kJar, 1, 1);
     },
     "the state that it holds"},
    {"OfAMonthInWhichNobodyAsked", [](Tampered& t) { t.grant(kJar, 1, 7); },
     "the state that it holds"},
    {"OfAnotherBudget",
     [](Tampered& t) {
       t.grant(kPot, -1);
       t.grant(kJar, 1);
     },
     "the state that it holds"},
};

class BudgetFolderProof : public testing::TestWithParam<size_t> {};

TEST_P(BudgetFolderProof, WhatASnapshotHoldsIsWhatTheLogGives) {
  const Row& row = kBudgetRows[GetParam()];
  Folder folder;
  folder.plan = kBudgetPlan;
  {
    const auto core = folder.open();
    send(*core, kBudgetRequests);
    Tampered tampered(*core);
    row.tamper(tampered);
    std::string error;
    ASSERT_TRUE(core->write_snapshot(&error)) << error;
  }
  EXPECT_THAT(folder.found(), HasSubstr(row.found)) << row.name;
}

INSTANTIATE_TEST_SUITE_P(Each, BudgetFolderProof, testing::Range<size_t>(0, kBudgetRows.size()),
                         [](const auto& of) { return std::string(kBudgetRows[of.param].name); });

// Of the first sale.
void send_reversal(Core& core) {
  event::CommandReader commands(core.program().schema);
  constexpr std::string_view kWords[] = {"REVERSE",      "event=1", "reason=wrong",
                                         "actor=nobody", "id=r-1",  "time=2026-04-03T10:00:00Z"};
  pipeline::Job& job = core.assembly().take();
  ASSERT_TRUE(commands.read(kWords, event::Source("till"), job.batch)) << commands.fault().sentence;
  ASSERT_FALSE(runtime::complete_reversal(core, job.batch));
  core.assembly().submit(job);
  core.assembly().drain();
  ASSERT_TRUE(core.flush());
}

TEST(FolderProofOfBudgets, WhatIsTakenBackIsNotGrantedAnyMore) {
  Folder folder;
  folder.plan = kBudgetPlan;
  {
    const auto core = folder.open();
    send(*core, kBudgetRequests);
    send_reversal(*core);
    std::string error;
    ASSERT_TRUE(core->write_snapshot(&error)) << error;
  }
  EXPECT_EQ(folder.found(), "");
}

// ---- What an event found in a table -------------------------------------------------------------

constexpr const char* kFirstOfA[] = {
    "EVENT sale a-1 account=dee amount=1.00 sku=A time=2026-03-02T14:00:00Z"};
constexpr const char* kSecondOfA[] = {
    "EVENT sale a-2 account=dee amount=1.00 sku=A time=2026-03-02T14:00:00Z"};

// The log has it, and both prices pay the same: no entry shows that one was never said.
TEST(FolderProofOfTables, WhatAnEventFoundIsWhatTheRowsSay) {
  Folder folder;
  {
    const auto core = folder.open();
    send(*core, kRequests);
    send(*core, kFirstOfA);
    std::string error;
    ASSERT_TRUE(core->write_snapshot(&error)) << error;
  }
  EXPECT_EQ(folder.found(), "");
  uint64_t lsn = 0;
  {
    const auto core = folder.open();
    Tampered tampered(*core);
    ASSERT_EQ(tampered.file_rows().said(tampered.key_of_row("A"), plan::kAlways), 500);
    ASSERT_TRUE(tampered.file_rows().set(tampered.key_of_row("A"), plan::kAlways, 700));
    send(*core, kSecondOfA);
    lsn = core->admission().last_lsn();
    EXPECT_EQ(tampered.balance("dee", kCup), 2);
  }
  EXPECT_THAT(folder.found(), HasSubstr("LSN " + std::to_string(lsn) + ": the log says otherwise"));
}

// ---- The log, the book, and nothing at all ------------------------------------------------------

class FolderProofTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto core = folder_.open();
    send(*core, kRequests);
    // So many that the book has several segments.
    for (int i = 0; i < 40; ++i) {
      std::vector<std::string> lines;
      std::vector<const char*> requests;
      for (int j = 0; j < 100; ++j) {
        lines.push_back("EVENT sale m-" + std::to_string(i * 100 + j) +
                        " account=cy amount=70.00 time=2026-03-03T10:00:00Z");
      }
      for (const std::string& line : lines) requests.push_back(line.c_str());
      send(*core, requests);
    }
    std::string error;
    ASSERT_TRUE(core->write_snapshot(&error)) << error;
    EXPECT_GT(folder_.book.files().size(), 2u);
    EXPECT_GT(core->tail().entries(), 8'000u);
  }
  std::byte* first_of(CrashDisk& disk, std::string_view begins, size_t offset) {
    for (const auto& [name, content] : disk.files()) {
      if (name.starts_with(begins)) return &disk.bytes(name)[offset];
    }
    ADD_FAILURE() << begins;
    return nullptr;
  }

  Folder folder_;
};

TEST_F(FolderProofTest, ASoundOneIsProved) { EXPECT_EQ(folder_.found(), ""); }

TEST_F(FolderProofTest, AByteOfAFrame) {
  *first_of(folder_.log, "wal-", os::kDiskBlock + 100) ^= std::byte{1};
  EXPECT_THAT(folder_.found(), HasSubstr("wal-"));
}

TEST_F(FolderProofTest, AByteOfASnapshot) {
  *first_of(folder_.log, "snap-", os::kDiskBlock + 100) ^= std::byte{1};
  EXPECT_THAT(folder_.found(), HasSubstr("snap-"));
}

TEST_F(FolderProofTest, AByteOfTheBook) {
  *first_of(folder_.book, "book-", book::kBlockBytes + 200) ^= std::byte{1};
  EXPECT_THAT(folder_.found(), HasSubstr("the book: book-00000000.seg"));
}

// Each request is a frame of its own, so that the log has several segments.
TEST_F(FolderProofTest, ASegmentOfTheLogThatIsMissing) {
  {
    const auto core = folder_.open();
    for (int i = 0; i < 2'500; ++i) {
      const std::string line = "EVENT fine f-" + std::to_string(i) +
                               " account=dee amount=0.01 time=2026-03-04T10:00:00Z";
      const char* const requests[] = {line.c_str()};
      send(*core, requests);
    }
  }
  EXPECT_EQ(folder_.found(), "");
  std::vector<std::string> segments;
  for (const auto& [name, content] : folder_.log.files()) {
    if (name.starts_with("wal-")) segments.push_back(name);
  }
  ASSERT_GE(segments.size(), 3u);
  ASSERT_TRUE(folder_.log.remove(segments[1]).ok());
  EXPECT_THAT(folder_.found(), HasSubstr("wal-"));
}

// Damage at its end looks like what a crash leaves, but the snapshot knows how far it went.
TEST_F(FolderProofTest, TheEndOfTheBook) {
  std::string last;
  for (const auto& [name, content] : folder_.book.files()) {
    if (name.ends_with(".seg")) last = name;
  }
  folder_.book.bytes(last)[book::kBlockBytes + 200] ^= std::byte{1};
  EXPECT_THAT(folder_.found(), HasSubstr("the book: it ends behind"));
}

// Its checks are right, one entry is another's.
TEST_F(FolderProofTest, AnEntryOfTheBook) {
  std::byte* const block = first_of(folder_.book, "book-", book::kBlockBytes);
  const std::span<std::byte> bytes(block, book::kBlockBytes);
  book::BlockHeader header;
  std::memcpy(&header, block, sizeof header);
  const book::BlockView view(bytes, header);
  std::vector<book::PlacedEntry> entries;
  for (book::Position at = view.first(); at < view.end();) {
    ASSERT_TRUE(view.get(at, &entries.emplace_back(), &at));
  }
  ++entries.back().entry.amount;
  book::BlockBuilder again;
  again.begin(bytes, header.log, header.number, header.entries_before);
  for (const book::PlacedEntry& placed : entries) {
    ASSERT_TRUE(again.add(placed.entry, placed.previous));
  }
  again.close(header.flags);
  EXPECT_THAT(folder_.found(), HasSubstr("is not the one that stands there"));
}

}  // namespace
}  // namespace guerdon
