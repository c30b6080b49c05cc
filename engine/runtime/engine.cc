// Implements include/guerdon/engine.h: compiles the plans, makes the stages, assembles them.
#include "guerdon/engine.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/timestamp.h"
#include "engine/calendar/period.h"
#include "engine/feed/problem.h"
#include "engine/feed/trace_reader.h"
#include "engine/ledger/entry.h"
#include "engine/os/disk.h"
#include "engine/pipeline/assembly.h"
#include "engine/pipeline/log_replay.h"
#include "engine/plan/checker.h"
#include "engine/program/compiler.h"
#include "engine/runtime/engine_log.h"
#include "engine/runtime/open.h"
#include "engine/runtime/readings.h"
#include "engine/shard/shard.h"

namespace guerdon {

namespace {

static_assert(kBatchMax == event::kBatchRecordsMax && kKeysMax <= pipeline::KeyTable::kCapacityMax);

Hash public_hash(const base::Hash128& hash) { return {hash.lo, hash.hi}; }

std::string wrong_option(const Options& options) {
  if (options.shards < 1 || options.shards > kShardsMax) {
    return "shards must be 1 to " + std::to_string(kShardsMax);
  }
  if (options.workers > kWorkersMax) {
    return "workers must be 0 to " + std::to_string(kWorkersMax);
  }
  if (options.batch < 1 || options.batch > kBatchMax) {
    return "a batch must be 1 to " + std::to_string(kBatchMax) + " events";
  }
  if (options.keys < 1 || options.keys > kKeysMax) {
    return "keys to remember must be 1 to " + std::to_string(kKeysMax);
  }
  if (options.segment_bytes < kSegmentBytesMin || options.segment_bytes > kSegmentBytesMax ||
      options.segment_bytes % os::kDiskBlock != 0) {
    return "a file of the log must have " + std::to_string(kSegmentBytesMin) + " to " +
           std::to_string(kSegmentBytesMax) + " bytes, a multiple of " +
           std::to_string(os::kDiskBlock);
  }
  return "";
}

class EngineImpl : public Engine {
 public:
  EngineImpl(const Options& options, plan::Program program,
             std::vector<runtime::Disagreement> disagreements);
  ~EngineImpl() override;

  // Replays the log that is there and goes on with it.
  bool recover(std::unique_ptr<os::Disk> disk, std::string* error);

  bool replay(const std::string& path, const ReplayHooks& hooks, std::string* error) override;
  bool replay_text(std::string_view csv, const std::string& source, const ReplayHooks& hooks,
                   std::string* error) override;
  bool tick(int64_t time, std::string* error) override;
  int64_t clock() const override { return admission_.clock(); }
  void on_entry(std::function<void(const Entry&)> sink) override;
  Summary summary() const override;
  std::vector<Balance> balances() const override;
  std::string account_name(uint64_t account) const override;
  std::vector<std::string> ignored_columns() const override {
    return {ignored_columns_.begin(), ignored_columns_.end()};
  }
  std::vector<AbsentAttribute> absent_attributes() const override {
    return {absent_attributes_.begin(), absent_attributes_.end()};
  }
  std::map<std::string, uint64_t> ignored_types() const override { return ignored_types_; }
  Hash state_hash() const override;
  Hash entries_hash() const override { return public_hash(tail_.entries_hash()); }
  std::string check_books() const override;

 private:
  bool feed(event::TraceReader& reader, const ReplayHooks& hooks, std::string* error);
  bool is_writable(std::string* error);
  bool admitted(const pipeline::Job& job);
  bool has_failed(std::string* error) const;
  void add_coverage(const event::TraceReader& reader);
  void completed(const pipeline::Job& job);
  std::string refusal_sentence(const pipeline::Job& job, uint32_t index) const;
  Entry public_entry(const ledger::Entry& entry) const;

  const Options options_;
  const plan::Program program_;
  const std::vector<runtime::Disagreement> disagreements_;
  std::optional<runtime::EngineLog> log_;
  std::atomic<bool> log_failed_{false};
  uint64_t opened_lsn_;                        // up to which the log was replayed
  pipeline::LogReplay* log_replay_ = nullptr;  // while the log is replayed
  pipeline::Admission admission_;
  std::vector<std::unique_ptr<shard::Shard>> shards_;
  pipeline::Tail tail_;
  std::set<std::string> ignored_columns_;
  std::set<AbsentAttribute> absent_attributes_;
  std::map<std::string, uint64_t> ignored_types_;

  // While a trace is fed; read by `completed`, on the tail's thread.
  const event::TraceReader* reader_ = nullptr;
  const ReplayHooks* hooks_ = nullptr;

  std::unique_ptr<pipeline::Assembly> assembly_;  // last: its threads use all of the above
};

EngineImpl::EngineImpl(const Options& options, plan::Program program,
                       std::vector<runtime::Disagreement> disagreements)
    : options_(options),
      program_(std::move(program)),
      disagreements_(std::move(disagreements)),
      opened_lsn_(program_.plans.size()),
      admission_(program_, options.shards,
                 pipeline::KeyTable(options.keys, options.reserve_memory)),
      tail_(program_, options.reserve_memory ? options.keys : 0) {
  for (uint32_t s = 0; s < options.shards; ++s) {
    shards_.push_back(std::make_unique<shard::Shard>(program_, s, options.shards,
                                                     options.expected_accounts / options.shards));
  }
  pipeline::Stages stages{admission_,
                          shards_,
                          tail_,
                          [this](const pipeline::Job& job) { return admitted(job); },
                          [this](const pipeline::Job& job) { completed(job); },
                          options.between_steps};
  assembly_ = options.workers == 0 ? pipeline::make_fused(std::move(stages))
                                   : pipeline::make_threaded(std::move(stages), options.workers);
}

// ---- the log ------------------------------------------------------------------------------------

bool EngineImpl::recover(std::unique_ptr<os::Disk> disk, std::string* error) {
  log_.emplace(std::move(disk), options_.segment_bytes);
  pipeline::LogReplay log_replay(program_, *assembly_, tail_);
  log_replay_ = &log_replay;
  const bool is_done = log_->recover(program_, log_replay);
  log_replay_ = nullptr;
  *error = log_->fault().sentence;
  admission_.keep_log();
  opened_lsn_ = admission_.last_lsn();
  return is_done;
}

// Stopped in order: the stages first, then the log.
EngineImpl::~EngineImpl() {
  assembly_.reset();
  if (log_ && !log_failed_) log_->close();
}

// On the thread that admits: nothing is applied before it is durable.
bool EngineImpl::admitted(const pipeline::Job& job) {
  if (log_replay_ != nullptr) {
    log_replay_->check(job);
    return true;
  }
  if (!log_) return true;
  if (log_failed_) return false;
  wal::Digest digest;
  // Where the stages have threads, the entries of the jobs before are not all there yet.
  if (options_.workers == 0) digest = {job.first_lsn - 1, tail_.entries_hash()};
  log_failed_ = !log_->append(job, digest);
  return !log_failed_;
}

bool EngineImpl::has_failed(std::string* error) const {
  if (!log_failed_) return false;
  *error = log_->error();
  return true;
}

bool EngineImpl::is_writable(std::string* error) {
  if (!log_) return true;
  // Jobs that are admitted later may be under way.
  const size_t jobs = options_.workers == 0 ? 1 : pipeline::kJobsUnderWay + 1;
  if (!log_failed_ && log_->has_room(jobs)) return true;
  *error = log_->error();
  return false;
}

// ---- feeding ------------------------------------------------------------------------------------

bool EngineImpl::replay(const std::string& path, const ReplayHooks& hooks, std::string* error) {
  const std::unique_ptr<event::TraceReader> reader =
      event::TraceReader::open(path, program_.schema, error);
  return reader != nullptr && feed(*reader, hooks, error);
}

bool EngineImpl::replay_text(std::string_view csv, const std::string& source,
                             const ReplayHooks& hooks, std::string* error) {
  const std::unique_ptr<event::TraceReader> reader =
      event::TraceReader::read_text(csv, source, program_.schema, error);
  return reader != nullptr && feed(*reader, hooks, error);
}

bool EngineImpl::feed(event::TraceReader& reader, const ReplayHooks& hooks, std::string* error) {
  constexpr uint64_t kRowsBetweenProgress = 16'384;
  reader_ = &reader;
  hooks_ = &hooks;
  if (log_) reader.keep_identities();
  uint64_t rows = 0;
  uint64_t told = 0;
  bool is_fed = false;
  while (!is_fed && is_writable(error)) {
    pipeline::Job& job = assembly_->take();
    const size_t count = reader.fill(job.batch, options_.batch);
    assembly_->submit(job);
    rows += count;
    const bool tell = rows - told >= kRowsBetweenProgress || count == 0;
    if (hooks.progress && tell) {
      told = rows;
      hooks.progress({rows, reader.bytes_read(), reader.bytes_total()});
    }
    is_fed = count == 0;
  }
  assembly_->drain();
  reader_ = nullptr;
  hooks_ = nullptr;
  add_coverage(reader);
  if (!is_fed || has_failed(error)) return false;
  *error = reader.error();
  return error->empty();
}

void EngineImpl::add_coverage(const event::TraceReader& reader) {
  for (std::string& column : reader.ignored_columns()) ignored_columns_.insert(std::move(column));
  for (const auto& [type, count] : reader.coverage().ignored_types()) ignored_types_[type] += count;
  for (event::AbsentAttribute& absent : reader.coverage().absent_attributes()) {
    absent_attributes_.insert({reader.source(), std::move(absent.type), std::move(absent.name)});
  }
}

void EngineImpl::completed(const pipeline::Job& job) {
  if (hooks_ == nullptr || !hooks_->refusal) return;
  for (uint32_t i = 0; i < job.batch.records.size(); ++i) {
    const event::Record& record = job.batch.records[i];
    if (record.outcome == event::Outcome::kOk || record.outcome == event::Outcome::kIgnored ||
        record.outcome == event::Outcome::kDuplicate) {
      continue;
    }
    hooks_->refusal({reader_->source(), record.place.line,
                     std::string(event::outcome_word(record.outcome)), refusal_sentence(job, i)});
  }
}

// A value that not every plan can read is refused for all: then it says which plan reads what.
std::string EngineImpl::refusal_sentence(const pipeline::Job& job, uint32_t index) const {
  const event::Record& record = job.batch.records[index];
  const std::vector<event::CsvColumn>& columns = reader_->columns();
  std::string sentence = event::explain(job.batch, index, columns);
  const uint16_t column = record.place.column;
  const bool is_value =
      (record.outcome == event::Outcome::kInvalid || record.outcome == event::Outcome::kOverflow) &&
      column >= 1 && column <= columns.size();
  if (!is_value) return sentence;
  const event::Refusal* refusal = event::find_refusal(job.batch, index);
  if (refusal == nullptr || refusal->type == event::kNoType) return sentence;
  const std::string& type = program_.schema.type(refusal->type).wire;
  for (const runtime::Disagreement& found : disagreements_) {
    if (found.column != columns[column - size_t{1}].name || found.type != type) continue;
    sentence += "; " + runtime::sentence_of(found);
  }
  return sentence;
}

bool EngineImpl::tick(int64_t time, std::string* error) {
  if (!is_writable(error)) return false;
  pipeline::Job& job = assembly_->take();
  job.tick = std::min(time, base::kTimeEnd - 1);
  assembly_->submit(job);
  assembly_->drain();
  return !has_failed(error);
}

// ---- entries ------------------------------------------------------------------------------------

Entry EngineImpl::public_entry(const ledger::Entry& entry) const {
  const plan::Clause& clause = program_.clauses[entry.clause];
  const plan::WalletKind& wallet = program_.wallets[entry.wallet];
  Entry out;
  out.lsn = entry.lsn;
  out.account = entry.account;
  out.n = entry.n;
  out.amount = entry.amount;
  out.effective = entry.effective;
  out.program = wallet.program;
  out.unit = wallet.unit;
  out.kind = program_.kinds[entry.kind];
  out.plan = program_.plans[static_cast<size_t>(clause.plan)].name;
  out.rule = clause.rule;
  out.effect = clause.effect;
  out.note = ledger::note_name(entry.note);
  return out;
}

void EngineImpl::on_entry(std::function<void(const Entry&)> sink) {
  GUERDON_ASSERT(admission_.last_lsn() == opened_lsn_);
  tail_.set_sink(
      [this, sink = std::move(sink)](const ledger::Entry& entry) { sink(public_entry(entry)); });
}

std::string EngineImpl::account_name(uint64_t account) const {
  std::string name;
  const shard::AccountTable& accounts =
      shards_[shard::shard_of(account, options_.shards)]->state().accounts();
  const bool found = accounts.find_name(account, &name);
  GUERDON_ASSERT(found);
  return name;
}

// ---- reading ------------------------------------------------------------------------------------

Summary EngineImpl::summary() const {
  Summary s;
  const auto& outcomes = admission_.outcomes();
  for (size_t i = 0; i < outcomes.size(); ++i) {
    s.events += outcomes[i];
    switch (static_cast<event::Outcome>(i)) {
      case event::Outcome::kOk:
        s.accepted = outcomes[i];
        break;
      case event::Outcome::kIgnored:
        s.ignored = outcomes[i];
        break;
      case event::Outcome::kDuplicate:
        s.duplicates = outcomes[i];
        break;
      default:
        s.refused += outcomes[i];
        if (outcomes[i] > 0) {
          s.refused_by_code.emplace(event::outcome_word(static_cast<event::Outcome>(i)),
                                    outcomes[i]);
        }
    }
  }
  s.entries = tail_.entries();
  for (size_t k = 0; k < tail_.by_kind().size(); ++k) {
    if (tail_.by_kind()[k] > 0) s.entries_by_kind.emplace(program_.kinds[k], tail_.by_kind()[k]);
  }
  for (size_t n = 1; n < tail_.by_note().size(); ++n) {
    if (tail_.by_note()[n] == 0) continue;
    s.entries_by_note.emplace(ledger::note_name(static_cast<ledger::Note>(n)), tail_.by_note()[n]);
  }
  s.last_lsn = admission_.last_lsn();
  s.key_bytes = admission_.keys().bytes();
  for (const auto& shard : shards_) {
    const shard::AccountState& state = shard->state();
    s.accounts += state.accounts().size();
    s.kept_frames += state.kept().size();
    s.state_bytes += state.accounts().bytes() + state.kept().bytes();
  }
  return s;
}

std::vector<Balance> EngineImpl::balances() const {
  std::vector<Balance> balances;
  for (const auto& shard : shards_) {
    const shard::AccountTable& accounts = shard->state().accounts();
    accounts.visit_all([&](const shard::BlockHeader& account) {
      for (size_t w = 0; w < program_.wallets.size(); ++w) {
        const int64_t amount = shard::cells_of(&account)[w];
        if (amount == 0) continue;
        const plan::WalletKind& wallet = program_.wallets[w];
        balances.push_back({std::string(accounts.name(account)), wallet.program, wallet.unit,
                            wallet.scale, amount});
      }
    });
  }
  std::sort(balances.begin(), balances.end(), [](const Balance& a, const Balance& b) {
    return std::tie(a.account, a.program, a.unit) < std::tie(b.account, b.program, b.unit);
  });
  return balances;
}

// Logical content of all shards, reference data (the plans), and the system accounts as totals.
Hash EngineImpl::state_hash() const {
  base::Hash128 sum;
  for (const auto& shard : shards_) {
    sum += shard->content_hash(admission_.symbols(), admission_.clock());
  }
  sum += admission_.objects().content_hash();
  base::HashBuilder content;
  for (const plan::LoadedPlan& plan : program_.plans) {
    sum += content.text("plan").text(plan.name).text(plan.text).text(plan.zone).finish();
  }
  for (size_t w = 0; w < program_.wallets.size(); ++w) {
    base::Int128 issuance = 0;
    base::Int128 suspense = 0;
    for (const auto& shard : shards_) {
      issuance += shard->system().issuance[w];
      suspense += shard->system().suspense[w];
    }
    if (issuance == 0 && suspense == 0) continue;
    content.text("system").text(program_.wallets[w].program).text(program_.wallets[w].unit);
    content.text(base::to_string(issuance)).text(base::to_string(suspense));
    sum += content.finish();
  }
  return public_hash(sum);
}

std::string EngineImpl::check_books() const {
  for (size_t s = 0; s < shards_.size(); ++s) {
    const std::vector<base::Int128> imbalance = shards_[s]->imbalance();
    for (size_t w = 0; w < imbalance.size(); ++w) {
      if (imbalance[w] == 0) continue;
      return "shard " + std::to_string(s) + ": the postings in " + program_.wallets[w].unit +
             " of " + program_.wallets[w].program + " sum to " + base::to_string(imbalance[w]) +
             ", not to 0";
    }
  }
  return "";
}

// ---- opening ------------------------------------------------------------------------------------

std::optional<plan::Plan> load(const PlanText& text, std::string* error, std::string* warnings) {
  const plan::SourceText source(text.name, text.text);
  plan::Diagnostics diagnostics;
  std::optional<plan::Plan> plan = plan::load_plan(source, diagnostics);
  if (!plan) {
    *error = plan::render(source, diagnostics);
  } else if (warnings != nullptr) {
    *warnings += plan::render(source, diagnostics);
  }
  return plan;
}

}  // namespace

std::string Hash::to_hex() const { return base::Hash128{lo, hi}.to_hex(); }

int64_t next_month(int64_t time) {
  return calendar::period_at(calendar::Calendar(), calendar::PeriodKind::kMonth, time).to;
}

std::unique_ptr<Engine> Engine::open(const Options& options, const std::vector<PlanText>& plans,
                                     std::string* error, std::string* warnings) {
  std::unique_ptr<os::Disk> disk;
  if (!options.data.empty()) {
    disk = os::open_disk(options.data, error);
    if (disk == nullptr) return nullptr;
  }
  return runtime::open_engine(options, plans, std::move(disk), error, warnings);
}

std::unique_ptr<Engine> runtime::open_engine(const Options& options,
                                             const std::vector<PlanText>& plans,
                                             std::unique_ptr<os::Disk> disk, std::string* error,
                                             std::string* warnings) {
  *error = wrong_option(options);
  if (!error->empty()) return nullptr;
  std::vector<plan::Plan> checked;
  for (const PlanText& text : plans) {
    std::optional<plan::Plan> plan = load(text, error, warnings);
    if (!plan) return nullptr;
    checked.push_back(std::move(*plan));
  }
  std::optional<plan::Program> program = plan::compile(checked, error);
  if (!program) return nullptr;
  std::vector<runtime::Disagreement> disagreements = runtime::find_disagreements(plans, checked);
  for (const runtime::Disagreement& found : disagreements) {
    if (!found.is_hopeless) continue;
    *error = runtime::sentence_of(found) +
             "; no value is both, so give one of them another name outside, with `as`";
    return nullptr;
  }
  auto engine =
      std::make_unique<EngineImpl>(options, std::move(*program), std::move(disagreements));
  if (disk != nullptr && !engine->recover(std::move(disk), error)) return nullptr;
  return engine;
}

}  // namespace guerdon
