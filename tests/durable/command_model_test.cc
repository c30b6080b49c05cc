// Commands and events, drawn at random, through whole engines of several shapes, stopped and
// crashed on the way, against the slow twin: the same answers, entries and balances, and one hash.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/bookkeeping/book_entries.h"
#include "engine/event/command.h"
#include "engine/feed/command_reader.h"
#include "engine/feed/event_reader.h"
#include "engine/ledger/entry.h"
#include "engine/plan/checker.h"
#include "engine/runtime/core.h"
#include "engine/runtime/revisions.h"
#include "tests/durable/random_requests.h"
#include "tests/reference/engine.h"
#include "tests/support/borrowed_disk.h"
#include "tests/support/crash_disk.h"
#include "tests/support/turns.h"

namespace guerdon {
namespace {

using base::TimeMs;
using requests::Request;
using support::CrashDisk;

std::vector<PlanText> plan_texts() {
  std::vector<PlanText> texts;
  for (const std::string& plan : requests::plans()) {
    texts.push_back({"plan" + std::to_string(texts.size()) + ".plan", plan});
  }
  return texts;
}

// What must come of the requests, by the slow twin.
struct Expected {
  std::vector<std::string> answers;  // "OK 7 2", "DUP 7 2", "INSUFFICIENT 8 150": code, LSN, number
  std::vector<uint64_t> lsns;        // that each took; 0: none
  std::vector<std::string> entries;
  std::map<reference::Wallet, int64_t> balances;
  uint64_t last_lsn = 0;
  uint64_t with_lots = 0;  // entries that name one
  uint64_t warned = 0;     // that tell of one that is about to expire
  uint64_t with_several = 0;
  uint64_t of_known = 0;  // of the rules that read what is known of accounts
};

std::string line_of(uint64_t lsn, const std::string& account, uint32_t n, int64_t amount,
                    std::string_view unit, std::string_view kind, int64_t effective,
                    std::string_view note) {
  std::string line = std::to_string(lsn) + " " + account + " " + std::to_string(n) + ": " +
                     std::to_string(amount) + " ";
  line.append(unit).append(" ").append(kind).append(" ").append(note);
  return line + " at " + std::to_string(effective);
}

// What the register shows of lots: "lot 17.0+1", and of a command's credit its dates.
// And what an entry of 0 tells.
std::string lot_words(uint64_t lsn, uint32_t n, uint32_t others, TimeMs matures, TimeMs expires,
                      int64_t about) {
  const std::string told = about == 0 ? "" : " about " + std::to_string(about);
  if (lsn == 0) return told;
  std::string words = " lot " + std::to_string(lsn) + "." + std::to_string(n);
  if (others != 0) words += "+" + std::to_string(others);
  if (matures != 0) words += " matures " + std::to_string(matures);
  if (expires != 0) words += " expires " + std::to_string(expires);
  return words + told;
}

Expected expect(const std::vector<Request>& requests) {
  std::vector<plan::Plan> plans;
  for (const PlanText& text : plan_texts()) {
    const plan::SourceText source(text.name, text.text);
    plan::Diagnostics diagnostics;
    std::optional<plan::Plan> plan = plan::load_plan(source, diagnostics);
    EXPECT_TRUE(plan) << plan::render(source, diagnostics);
    plans.push_back(std::move(*plan));
  }
  reference::Engine twin(std::move(plans));
  Expected expected;
  std::map<uint64_t, uint64_t> made;  // entries by LSN, without due work
  for (const Request& request : requests) {
    const uint64_t before = twin.last_lsn();
    const size_t entries = twin.entries().size();
    const reference::Result result =
        std::visit([&](const auto& drawn) { return twin.apply(drawn); }, request);
    const bool is_event = std::holds_alternative<reference::Event>(request);
    if (result.lsn > before) {
      uint64_t count = static_cast<uint64_t>(result.entries);
      for (size_t e = entries; is_event && e < twin.entries().size(); ++e) {
        if (twin.entries()[e].lsn == result.lsn && !twin.entries()[e].plan.empty()) ++count;
      }
      made[result.lsn] = count;
    }
    std::string answer = result.outcome == reference::Outcome::kAccepted    ? "OK"
                         : result.outcome == reference::Outcome::kDuplicate ? "DUP"
                         : result.outcome == reference::Outcome::kConflict  ? "CONFLICT"
                                                                            : result.code;
    const bool is_applied = answer == "OK" || answer == "DUP";
    const auto number = is_applied ? static_cast<int64_t>(made[result.lsn]) : result.amount;
    answer += " " + std::to_string(result.lsn) + " " + std::to_string(number);
    expected.answers.push_back(std::move(answer));
    expected.lsns.push_back(result.lsn > before ? result.lsn : 0);
  }
  for (size_t i = 0; i < twin.entries().size(); ++i) {
    const reference::Entry& e = twin.entries()[i];
    const reference::EntryLot& lot = twin.lots()[i];
    // A rule's credit that comes late has the plan's dates, whether or not they are past.
    const TimeMs matures = e.plan.empty() ? lot.matures_at : 0;
    const TimeMs expires = lot.expires_at == ledger::kNever ? 0 : lot.expires_at;
    expected.entries.push_back(line_of(e.lsn, e.account, static_cast<uint32_t>(e.n), e.amount,
                                       e.program + "/" + e.unit, e.kind, e.effective, e.note) +
                               lot_words(lot.lsn, lot.n, lot.others, matures, expires, lot.about));
  }
  for (const reference::Entry& entry : twin.entries()) {
    const bool reads_known = entry.rule == "by_grade" || entry.rule == "of_month";
    if (entry.plan == "club" && reads_known) ++expected.of_known;
  }
  for (const std::string& line : expected.entries) {
    if (line.find(" lot ") != std::string::npos) ++expected.with_lots;
    if (line.find('+') != std::string::npos) ++expected.with_several;
    if (line.find(" expiring ") != std::string::npos) ++expected.warned;
  }
  std::sort(expected.entries.begin(), expected.entries.end());
  expected.balances = twin.balances();
  expected.last_lsn = twin.last_lsn();
  return expected;
}

struct Shape {
  uint32_t shards = 1;
  uint32_t workers = 0;
  uint32_t batch = 1;
};

constexpr size_t kJobsMax = 256;  // more than an assembly has

// An engine on a disk, fed in jobs.
class Fed {
 public:
  Fed(const std::vector<Request>& requests, CrashDisk& disk, const Shape& shape)
      : requests_(requests), shape_(shape), answers_(requests.size()) {
    Options options;
    options.shards = shape.shards;
    options.workers = shape.workers;
    options.segment_bytes = kSegmentBytesMin;
    runtime::CoreHooks hooks;
    hooks.completed = [this](const pipeline::Job& job) { completed(job); };
    runtime::OpenFault fault;
    runtime::Disks disks(std::make_unique<support::BorrowedDisk>(disk));
    disks.book = std::make_unique<support::BorrowedDisk>(book_);  // made anew in each life
    core_ =
        runtime::Core::open(options, plan_texts(), std::move(disks), 1, std::move(hooks), &fault);
    if (core_ == nullptr) return;
    events_.emplace(core_->program().schema);
    commands_.emplace(core_->program().schema);
    core_->tail().set_sink([this](const ledger::Entry& entry, const ledger::EntryLot* lot) {
      entries_.push_back(entry);
      kept_.push_back(bookkeeping::book_entry_of(core_->program(), entry, lot));
    });
  }
  ~Fed() { core_.reset(); }

  bool is_open() const { return core_ != nullptr; }
  runtime::Core& core() { return *core_; }

  // From request `from` on, up to `to`; false where the disk is gone.
  bool feed(size_t from, size_t to) {
    while (from < to && core_->has_room()) {
      if (looks_back(from)) core_->assembly().drain();
      pipeline::Job& job = core_->assembly().take();
      of_job_.at(job.slot).clear();
      for (size_t end = std::min(to, from + shape_.batch); from < end; ++from) {
        if (looks_back(from) && !job.batch.records.empty()) break;
        read(from, job);
        if (looks_back(from)) end = from + 1;  // what it was told is of what is done
      }
      core_->assembly().submit(job);
    }
    core_->assembly().drain();
    return from == to && core_->flush();
  }

  const std::vector<std::string>& answers() const { return answers_; }
  std::vector<std::string> entries() {
    std::vector<std::string> lines;
    for (size_t i = 0; i < entries_.size(); ++i) {
      const ledger::Entry& e = entries_[i];
      std::string account;
      EXPECT_TRUE(core_->shard_of(e.account).state().accounts().find_name(e.account, &account));
      const plan::WalletKind& wallet = core_->program().wallets[e.wallet];
      lines.push_back(line_of(e.lsn, account, e.n, e.amount, wallet.program + "/" + wallet.unit,
                              core_->program().kinds[e.kind], e.effective,
                              ledger::note_name(e.note)) +
                      lot_words(kept_[i]));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }
  std::map<reference::Wallet, int64_t> balances() const {
    std::map<reference::Wallet, int64_t> balances;
    for (const Balance& one : core_->balances()) {
      balances[{one.account, one.program, one.unit}] = one.amount;
    }
    return balances;
  }
  std::string hashes() const {
    return core_->state_hash().to_hex() + " " + core_->entries_hash().to_hex();
  }

 private:
  static std::string lot_words(const book::BookEntry& kept) {
    const bool is_own = bookkeeping::makes_lot(kept);
    return guerdon::lot_words(is_own ? kept.lsn : kept.lot_lsn, is_own ? kept.n : kept.lot_n,
                              kept.other_lots, bookkeeping::is_of_rule(kept) ? 0 : kept.matures_at,
                              kept.expires_at, kept.about);
  }
  void read(size_t number, pipeline::Job& job) {
    const std::vector<std::string> words = requests::words_of(requests_[number]);
    const std::vector<std::string_view> views(words.begin(), words.end());
    const bool is_read = words[0] == "EVENT" ? events_->read(views, source_, 0, job.batch)
                                             : commands_->read(views, source_, job.batch);
    ASSERT_TRUE(is_read) << words[0] << ": " << commands_->fault().sentence;
    if (looks_back(number) && !complete(number, job)) return;
    of_job_[job.slot].push_back(number);
  }

  bool looks_back(size_t number) const {
    const auto* const command = std::get_if<reference::Command>(&requests_[number]);
    return command != nullptr && command->word == "REVERSE";
  }
  // The job has nothing else, and all before it is done. False: it is answered.
  bool complete(size_t number, pipeline::Job& job) {
    const auto fault = runtime::complete_reversal(*core_, job.batch);
    if (!fault) return true;
    job.batch.clear();
    answers_[number] = std::string(fault->code) + " 0 0";
    return false;
  }

  void completed(const pipeline::Job& job) {
    for (size_t i = 0; i < job.batch.records.size(); ++i) {
      const event::Record& record = job.batch.records[i];
      const std::string word(event::outcome_word(record.outcome));
      const bool is_applied = word == "OK" || word == "DUP";
      const int64_t number = is_applied            ? record.entries
                             : job.results.empty() ? 0
                                                   : job.results[i].amount;
      const uint64_t lsn = word == "CONFLICT" ? 0 : record.lsn;
      answers_[of_job_[job.slot][i]] =
          word + " " + std::to_string(lsn) + " " + std::to_string(number);
    }
  }

  const std::vector<Request>& requests_;
  const Shape shape_;
  event::Source source_{"default"};
  std::vector<std::string> answers_;
  // By slot: the number of each record's request. As long as it will ever be from the start, since
  // the thread that finishes jobs reads it, too.
  std::vector<std::vector<size_t>> of_job_ = std::vector<std::vector<size_t>>(kJobsMax);
  std::vector<ledger::Entry> entries_;
  std::vector<book::BookEntry> kept_;  // beside them: what a book has of each
  CrashDisk book_;
  std::unique_ptr<runtime::Core> core_;
  std::optional<event::EventReader> events_;
  std::optional<event::CommandReader> commands_;
};

std::vector<Request> draw(uint64_t seed, size_t count) {
  requests::RequestWriter writer(seed);
  std::vector<Request> requests;
  while (requests.size() < count) requests.push_back(writer.next());
  return requests;
}

constexpr Shape kShapes[] = {{1, 0, 1}, {1, 0, 256}, {2, 0, 7}, {7, 0, 64}, {2, 2, 13}, {7, 3, 64}};
constexpr size_t kSteps = 2'000;

class CommandModel : public testing::TestWithParam<uint64_t> {};

TEST_P(CommandModel, WholeRunsAgreeWithTheTwin) {
  const std::vector<Request> requests = draw(GetParam(), kSteps);
  const Expected expected = expect(requests);
  std::string hashes;
  for (const Shape& shape : kShapes) {
    SCOPED_TRACE(std::to_string(shape.shards) + " shards, batches of " +
                 std::to_string(shape.batch) + ", workers " + std::to_string(shape.workers));
    CrashDisk disk;
    Fed fed(requests, disk, shape);
    ASSERT_TRUE(fed.is_open());
    ASSERT_TRUE(fed.feed(0, requests.size()));
    for (size_t i = 0; i < requests.size(); ++i) {
      std::string words;
      for (const std::string& word : requests::words_of(requests[i])) words += word + " ";
      ASSERT_EQ(fed.answers()[i], expected.answers[i]) << i << ": " << words;
    }
    EXPECT_EQ(fed.entries(), expected.entries);
    EXPECT_EQ(fed.balances(), expected.balances);
    EXPECT_EQ(fed.core().admission().last_lsn(), expected.last_lsn);
    EXPECT_EQ(fed.core().audit().difference, "");
    if (hashes.empty()) hashes = fed.hashes();
    EXPECT_EQ(fed.hashes(), hashes);
  }
}

// Where a run that was cut off goes on: behind the last LSN that is there.
size_t next_of(const Expected& expected, uint64_t lsn) {
  size_t next = 0;
  for (size_t i = 0; i < expected.lsns.size(); ++i) {
    if (expected.lsns[i] != 0 && expected.lsns[i] <= lsn) next = i + 1;
  }
  return next;
}

// One life of an engine on the disk, which crashes in it or not. Returns the disk as it is after
// it; *next is the first request that is not known to be taken.
std::unique_ptr<CrashDisk> live(const std::vector<Request>& requests, const Expected& expected,
                                CrashDisk& disk, generate::Rng& rng, size_t* next,
                                std::string* hashes) {
  Fed fed(requests, disk, kShapes[rng.below(std::size(kShapes))]);
  EXPECT_TRUE(fed.is_open());
  if (!fed.is_open()) return nullptr;
  *next = next_of(expected, fed.core().opened_lsn());
  const size_t to = std::min(requests.size(), *next + 1 + rng.below(500));
  const bool will_crash = rng.chance(50);
  if (will_crash) disk.crash_in_call(disk.calls() + 1 + rng.below(40));
  const bool is_fed = fed.feed(*next, to);
  if (disk.has_crashed()) return disk.after_crash(rng);
  EXPECT_TRUE(is_fed);
  for (size_t i = *next; i < to; ++i) EXPECT_EQ(fed.answers()[i], expected.answers[i]) << i;
  *next = to;
  if (will_crash) return disk.copy();  // the call at which it would has not come
  std::string error;
  if (rng.chance(40)) {
    EXPECT_TRUE(fed.core().write_snapshot(&error)) << error;
  }
  if (to < requests.size()) return disk.copy();
  EXPECT_EQ(fed.balances(), expected.balances);
  EXPECT_EQ(fed.core().admission().last_lsn(), expected.last_lsn);
  *hashes = fed.hashes();
  return disk.copy();
}

TEST_P(CommandModel, StopsAndCrashesDoNotShow) {
  const std::vector<Request> requests = draw(GetParam(), kSteps);
  const Expected expected = expect(requests);
  generate::Rng rng(GetParam());
  auto disk = std::make_unique<CrashDisk>();
  size_t next = 0;
  std::string hashes;
  int lives = 0;
  while (hashes.empty()) {
    disk = live(requests, expected, *disk, rng, &next, &hashes);
    ASSERT_NE(disk, nullptr) << "life " << lives;
    ASSERT_LT(++lives, 1'000);
  }
  EXPECT_GT(lives, 2);
  CrashDisk whole_disk;
  Fed whole(requests, whole_disk, kShapes[1]);
  ASSERT_TRUE(whole.feed(0, requests.size()));
  EXPECT_EQ(hashes, whole.hashes());
}

TEST(CommandModelDraw, MeetsLots) {
  const Expected expected = expect(draw(1, kSteps));
  EXPECT_GT(expected.with_lots, 100u);
  EXPECT_GT(expected.with_several, 10u);
  EXPECT_GT(expected.of_known, 100u);
  EXPECT_GT(expected.warned, 50u);
}

// What was drawn meets each way in which a wallet can refuse.
TEST(CommandModelDraw, MeetsEveryRefusal) {
  std::map<std::string, int> seen;
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    for (const std::string& answer : expect(draw(seed, kSteps)).answers) {
      ++seen[answer.substr(0, answer.find(' '))];
    }
  }
  for (const char* const code : {"OK", "DUP", "CONFLICT", "INSUFFICIENT", "LIMIT", "CAPTURED",
                                 "VOIDED", "EXPIRED", "UNKNOWN", "CLOSED", "REMAINDER"}) {
    EXPECT_GT(seen[code], 10) << code;
  }
}

TEST(CommandModelDraw, TakesBackAndRefusesTo) {
  std::map<std::string, int> seen;
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    const std::vector<Request> requests = draw(seed, kSteps);
    const Expected expected = expect(requests);
    for (size_t i = 0; i < requests.size(); ++i) {
      const auto* const command = std::get_if<reference::Command>(&requests[i]);
      if (command == nullptr || command->word != "REVERSE") continue;
      const std::string& answer = expected.answers[i];
      ++seen[answer.substr(0, answer.find(' '))];
    }
  }
  EXPECT_GT(seen["OK"], 100);
  for (const char* const code : {"CONFLICT", "DUP", "INVALID", "LATE", "UNKNOWN"}) {
    EXPECT_GT(seen[code], 3) << code;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, CommandModel,
                         testing::Range<uint64_t>(1, 1 + support::longer("GUERDON_MODEL_SEEDS",
                                                                         support::part(10))));

}  // namespace
}  // namespace guerdon
