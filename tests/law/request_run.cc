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
#include "tests/support/borrowed_disk.h"
#include "tests/support/crash_disk.h"

namespace guerdon::law {
namespace {

using support::BorrowedDisk;
using support::CrashDisk;

constexpr size_t kJobsMax = 4'096;  // of an assembly: many more than there are

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

  void feed(size_t from, size_t to) {
    pipeline::Job* job = nullptr;
    const auto submit = [&] {
      if (job != nullptr) core_->assembly().submit(*job);
      job = nullptr;
    };
    for (size_t at = from; at < to; ++at) {
      const bool looks_back = drawn_.requests[at].starts_with("REVERSE ");
      if (looks_back) {
        submit();
        core_->assembly().drain();
      }
      if (job == nullptr) {
        GUERDON_ASSERT(core_->has_room());
        job = &core_->assembly().take();
        GUERDON_ASSERT(job->slot < of_job_.size());
        of_job_[job->slot].clear();
      }
      take(at, *job);
      if (job->tick || job->batch.records.size() >= batch_) submit();
    }
    submit();
    core_->assembly().drain();
    const bool is_durable = core_->flush();
    GUERDON_ASSERT(is_durable);
  }

  void write_snapshot() {
    std::string error;
    const bool is_written = core_->write_snapshot(&error);
    if (!is_written) std::fprintf(stderr, "%s\n", error.c_str());
    GUERDON_ASSERT(is_written);
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
  }

  const RequestCase& drawn_;
  const uint32_t batch_;
  RequestRun& seen_;
  event::Source source_{"default"};
  // By slot: the number of each record's request. Its own size stays: another thread looks.
  std::vector<std::vector<size_t>> of_job_ = std::vector<std::vector<size_t>>(kJobsMax);
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
  if (shards_after_stop == 0) return text;
  return absl::StrCat(text, ", stopped, then ", shards_after_stop, " shards");
}

RequestRun run(const RequestCase& drawn, const RequestVariant& variant) {
  RequestRun seen;
  const size_t count = drawn.requests.size();
  seen.answers.assign(count, "");
  const std::unique_ptr<CrashDisk> log = begun(drawn.plans).copy();
  CrashDisk book;
  size_t from = 0;
  Variant engine = variant.engine;
  if (variant.shards_after_stop > 0) {
    Life first(drawn, engine, *log, book, seen);
    first.feed(0, count / 4);
    first.write_snapshot();
    first.feed(count / 4, count / 2);
    first.tell_entries();
    from = count / 2;
    engine.shards = variant.shards_after_stop;
  }
  {
    Life last(drawn, engine, *log, book, seen);
    last.feed(from, count);
    last.tell_entries();
    last.tell_state();
  }
  for (const auto& [name, content] : book.files()) {
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
