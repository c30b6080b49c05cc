#include "tests/law/request_run.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/assert.h"
#include "engine/base/timestamp.h"
#include "engine/feed/command_reader.h"
#include "engine/feed/event_reader.h"
#include "engine/ledger/entry.h"
#include "engine/runtime/core.h"
#include "engine/runtime/revisions.h"
#include "tests/generate/rng.h"
#include "tests/support/borrowed_disk.h"
#include "tests/support/crash_disk.h"

namespace guerdon::law {
namespace {

using support::BorrowedDisk;
using support::CrashDisk;

constexpr size_t kJobsMax = 4'096;  // of an assembly: many more than there are
constexpr int kCrashes = 3;         // of a run at most
constexpr uint64_t kCallsToCrash = 14;

// One life of an engine, on disks that outlive it.
class Life {
 public:
  Life(const RequestCase& drawn, const Variant& variant, CrashDisk& log, CrashDisk& book,
       RequestRun& seen)
      : drawn_(drawn), batch_(variant.batch), seen_(seen) {
    Options options;
    options.shards = variant.shards;
    options.workers = variant.workers;
    options.keys = variant.keys;
    options.segment_bytes = kSegmentBytesMin;
    if (variant.workers > 0) options.between_steps = random_yields(variant.shards);
    std::vector<PlanText> plans;
    for (const std::string& text : drawn.plans) plans.push_back({"a.plan", text});
    runtime::CoreHooks hooks;
    hooks.completed = [this](const pipeline::Job& job) { completed(job); };
    runtime::OpenFault fault;
    core_ = runtime::Core::open(
        options, plans, {std::make_unique<BorrowedDisk>(log), std::make_unique<BorrowedDisk>(book)},
        1, std::move(hooks), &fault);
    if (core_ == nullptr) std::fprintf(stderr, "%s\n", fault.sentence.c_str());
    GUERDON_ASSERT(core_ != nullptr);
    events_.emplace(core_->program().schema);
    commands_.emplace(core_->program().schema);
    core_->tail().set_sink(
        [this](const ledger::Entry& entry, const ledger::EntryLot*) { told_.push_back(entry); });
  }

  uint64_t opened_lsn() const { return core_->opened_lsn(); }

  // False: the disk is gone, with some of it.
  bool feed(size_t from, size_t to) {
    pipeline::Job* job = nullptr;
    const auto submit = [&] {
      if (job != nullptr) core_->assembly().submit(*job);
      job = nullptr;
    };
    size_t at = from;
    for (; at < to; ++at) {
      const bool looks_back = drawn_.requests[at].starts_with("REVERSE ");
      if (looks_back) {
        submit();
        core_->assembly().drain();
      }
      if (job == nullptr) {
        if (!core_->has_room()) break;
        job = &core_->assembly().take();
        GUERDON_ASSERT(job->slot < of_job_.size());
        of_job_[job->slot].clear();
      }
      take(at, *job);
      if (job->tick || job->batch.records.size() >= batch_) submit();
    }
    submit();
    core_->assembly().drain();
    return at == to && core_->flush();
  }

  bool write_snapshot() {
    std::string error;
    return core_->write_snapshot(&error);
  }

  // Appends the entries of this life.
  void tell_entries() {
    const plan::Program& program = core_->program();
    for (const ledger::Entry& e : told_) {
      std::string account = std::to_string(e.account);
      core_->shard_of(e.account).state().accounts().find_name(e.account, &account);
      const plan::WalletKind& wallet = program.wallets[e.wallet];
      seen_.entries.push_back(
          absl::StrCat("lsn ", e.lsn, " ", account, " n ", e.n, ": ", e.amount, " ", wallet.program,
                       "/", wallet.unit, " ", program.kinds[e.kind], " of ", e.clause, " period ",
                       e.period, " at ", e.effective, " ", std::string(ledger::note_name(e.note))));
      seen_.entry_lsns.push_back(e.lsn);
    }
    told_.clear();
  }

  void tell_state() {
    for (const Balance& one : core_->balances()) {
      seen_.balances.push_back(
          absl::StrCat(one.account, " ", one.program, "/", one.unit, " ", one.amount));
    }
    seen_.state_hash = core_->state_hash().to_hex();
    seen_.entries_hash = core_->entries_hash().to_hex();
    seen_.last =
        absl::StrCat("lsn ", core_->admission().last_lsn(), " clock ", core_->admission().clock());
    const plan::Program& program = core_->program();
    for (uint32_t i = 0; i < program.items.size(); ++i) {
      if (!program.items[i].stock) continue;
      absl::StrAppend(&seen_.last, " ", program.items[i].name, " ", core_->stock_of(i));
    }
    for (const Seal& seal : core_->seals()) {
      absl::StrAppend(&seen_.last, "\nseal ", seal.plan, " ", seal.each, " ", seal.period, " ",
                      seal.lsn, " ", seal.hash.to_hex());
    }
    seen_.broken = core_->audit().difference;
  }

 private:
  void take(size_t at, pipeline::Job& job) {
    const std::vector<std::string> words = words_of(drawn_.requests[at]);
    if (words[0] == "TICK") {
      int64_t time = 0;
      const bool is_time = base::parse_timestamp(words[1], &time);
      GUERDON_ASSERT(is_time);
      job.tick = time;
      tick_of_job_[job.slot] = at;
      return;
    }
    const std::vector<std::string_view> views(words.begin(), words.end());
    const bool is_read = words[0] == "EVENT" ? events_->read(views, source_, 0, job.batch)
                                             : commands_->read(views, source_, job.batch);
    if (is_read && words[0] == "REVERSE") {
      if (const auto fault = runtime::complete_reversal(*core_, job.batch)) {
        job.batch.clear();  // it is the only one
        seen_.answers[at] = absl::StrCat(std::string(fault->code), " ", fault->sentence);
        return;
      }
    }
    if (is_read) {
      of_job_[job.slot].push_back(at);
    } else {
      seen_.answers[at] =
          words[0] == "EVENT" ? events_->fault().sentence : commands_->fault().sentence;
    }
  }

  void completed(const pipeline::Job& job) {
    for (size_t i = 0; i < job.batch.records.size(); ++i) {
      const event::Record& record = job.batch.records[i];
      const std::string_view word = event::outcome_word(record.outcome);
      const bool is_applied = word == "OK" || word == "DUP";
      const int64_t number = is_applied            ? record.entries
                             : job.results.empty() ? 0
                                                   : job.results[i].amount;
      seen_.answers[of_job_[job.slot][i]] =
          absl::StrCat(std::string(word), " ", record.lsn, " ", number);
    }
    for (const event::LogItem& item : job.batch.log) {
      const bool is_record =
          item.kind == event::LogKind::kEvent || item.kind == event::LogKind::kCommand;
      if (is_record) seen_.lsns[of_job_[job.slot][item.record]] = item.lsn;
      if (item.kind == event::LogKind::kTick) seen_.lsns[tick_of_job_[job.slot]] = item.lsn;
    }
  }

  const RequestCase& drawn_;
  const uint32_t batch_;
  RequestRun& seen_;
  event::Source source_{"default"};
  // By slot: the number of each record's request. Its own size stays: another thread looks.
  std::vector<std::vector<size_t>> of_job_ = std::vector<std::vector<size_t>>(kJobsMax);
  std::vector<size_t> tick_of_job_ = std::vector<size_t>(kJobsMax);
  std::vector<ledger::Entry> told_;
  std::optional<event::EventReader> events_;
  std::optional<event::CommandReader> commands_;
  std::unique_ptr<runtime::Core> core_;  // last: its threads use the rest
};

// A log that has the plans and nothing else. A book begins with the name of its log, which is drawn
// when that is begun: so all runs go on from one.
const CrashDisk& begun(const std::vector<std::string>& plans) {
  static std::map<std::vector<std::string>, std::unique_ptr<CrashDisk>> known;
  std::unique_ptr<CrashDisk>& log = known[plans];
  if (log == nullptr) {
    log = std::make_unique<CrashDisk>();
    CrashDisk book;
    RequestRun nothing;
    Life({plans, {}}, Variant(), *log, book, nothing);
  }
  return *log;
}

// From request `from` on, and all of it is durable.
void must_feed(Life& life, size_t from, size_t to) {
  const bool is_durable = life.feed(from, to);
  GUERDON_ASSERT(is_durable);
}

// Where a run that was cut off goes on: behind the last LSN that is there. What was told of behind
// it has not been.
size_t go_on_behind(uint64_t lsn, RequestRun& seen) {
  size_t next = 0;
  for (size_t i = 0; i < seen.lsns.size(); ++i) {
    if (seen.lsns[i] != 0 && seen.lsns[i] <= lsn) next = i + 1;
  }
  while (!seen.entry_lsns.empty() && seen.entry_lsns.back() > lsn) {
    seen.entry_lsns.pop_back();
    seen.entries.pop_back();
  }
  return next;
}

// In one go, or stopped half-way.
void run_with_stops(const RequestCase& drawn, const RequestVariant& variant, CrashDisk& log,
                    CrashDisk& book, RequestRun& seen) {
  const size_t count = drawn.requests.size();
  size_t from = 0;
  Variant engine = variant.engine;
  if (variant.shards_after_stop > 0) {
    Life first(drawn, engine, log, book, seen);
    must_feed(first, 0, count / 4);
    const bool is_written = first.write_snapshot();
    GUERDON_ASSERT(is_written);
    must_feed(first, count / 4, count / 2);
    first.tell_entries();
    from = count / 2;
    engine.shards = variant.shards_after_stop;
  }
  Life last(drawn, engine, log, book, seen);
  must_feed(last, from, count);
  last.tell_entries();
  last.tell_state();
}

// Up to kCrashes lives that end in a crash, in some of them behind a snapshot, and one that gets
// through.
void run_with_crashes(const RequestCase& drawn, const RequestVariant& variant,
                      std::unique_ptr<CrashDisk> log, std::unique_ptr<CrashDisk>* book,
                      RequestRun& seen) {
  generate::Rng rng(variant.crashes);
  Variant engine = variant.engine;
  const size_t count = drawn.requests.size();
  for (int lives = 0;; ++lives) {
    {
      Life life(drawn, engine, *log, **book, seen);
      const size_t next = go_on_behind(life.opened_lsn(), seen);
      if (lives < kCrashes) log->crash_in_call(log->calls() + 1 + rng.below(kCallsToCrash));
      const size_t middle = rng.chance(30) ? next + rng.below(count - next + 1) : next;
      bool is_through = middle == next || (life.feed(next, middle) && life.write_snapshot());
      if (is_through) is_through = life.feed(middle, count);
      life.tell_entries();
      if (!log->has_crashed()) {
        GUERDON_ASSERT(is_through);
        return life.tell_state();
      }
    }
    ++seen.crashed;
    log = log->after_crash(rng);
    *book = (*book)->after_crash(rng);
    engine.shards = rng.pick(std::vector<uint32_t>{1, 2, 7, 16});
  }
}

std::string first_of(const std::string& what, const std::vector<std::string>& expected,
                     const std::vector<std::string>& actual) {
  for (size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
    const std::string& before = i < expected.size() ? expected[i] : "nothing";
    const std::string& now = i < actual.size() ? actual[i] : "nothing";
    if (before != now) return absl::StrCat(what, " ", i, ": \"", now, "\", not \"", before, "\"");
  }
  return "";
}

}  // namespace

std::string RequestVariant::text() const {
  std::string text = engine.text();
  if (crashes != 0) return absl::StrCat(text, ", crashes of seed ", crashes);
  if (shards_after_stop == 0) return text;
  return absl::StrCat(text, ", stopped, then ", shards_after_stop, " shards");
}

RequestRun run(const RequestCase& drawn, const RequestVariant& variant) {
  RequestRun seen;
  const size_t count = drawn.requests.size();
  seen.answers.assign(count, "");
  seen.lsns.assign(count, 0);
  std::unique_ptr<CrashDisk> log = begun(drawn.plans).copy();
  auto book = std::make_unique<CrashDisk>();
  if (variant.crashes != 0) {
    run_with_crashes(drawn, variant, std::move(log), &book, seen);
  } else {
    run_with_stops(drawn, variant, *log, *book, seen);
  }
  for (const auto& [name, content] : book->files()) {
    if (!name.ends_with(".seg")) continue;
    const auto* const bytes = reinterpret_cast<const char*>(content.bytes.data());
    seen.book.emplace(name, std::string(bytes, content.bytes.size()));
  }
  return seen;
}

std::string difference(const RequestCase& drawn, const RequestRun& expected,
                       const RequestRun& actual) {
  if (!actual.broken.empty()) return actual.broken;
  for (size_t i = 0; i < drawn.requests.size(); ++i) {
    if (expected.answers[i] == actual.answers[i]) continue;
    return absl::StrCat("request ", i, ", ", drawn.requests[i], ": \"", actual.answers[i],
                        "\", not \"", expected.answers[i], "\"");
  }
  std::string found = first_of("entry", expected.entries, actual.entries);
  if (found.empty()) found = first_of("balance", expected.balances, actual.balances);
  if (found.empty()) found = first_of("at the end", {expected.last}, {actual.last});
  if (found.empty() && expected.state_hash != actual.state_hash) found = "state_hash differs";
  if (found.empty() && expected.entries_hash != actual.entries_hash) found = "entries_hash differs";
  if (found.empty() && expected.book != actual.book) found = "the bytes of the book differ";
  return found;
}

}  // namespace guerdon::law
