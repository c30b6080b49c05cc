// Implements include/guerdon/engine.h: feeds traces to the core and shows what comes of them.
#include "guerdon/engine.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/timestamp.h"
#include "engine/calendar/period.h"
#include "engine/feed/command_reader.h"
#include "engine/feed/event_reader.h"
#include "engine/feed/problem.h"
#include "engine/feed/trace_reader.h"
#include "engine/ledger/entry.h"
#include "engine/runtime/core.h"
#include "engine/runtime/open.h"
#include "engine/runtime/readings.h"
#include "engine/runtime/reference_rates.h"
#include "engine/runtime/refusals.h"
#include "engine/runtime/revisions.h"

namespace guerdon {

namespace {

bool is_reversal(const event::Record& record) {
  return event::is_command(record) && event::kind_of(record) == event::CommandKind::kReverse;
}

class EngineImpl : public Engine {
 public:
  // False: *error.
  bool open(const Options& options, const std::vector<PlanText>& plans, runtime::Disks disks,
            std::string* error, std::string* warnings);

  bool replay(const std::string& path, const ReplayHooks& hooks, std::string* error) override;
  bool replay_text(std::string_view csv, const std::string& source, const ReplayHooks& hooks,
                   std::string* error) override;
  bool request(const std::vector<std::string_view>& words, Answer* answer,
               std::string* error) override;
  bool table(std::string_view name, std::string_view csv, size_t* rows,
             std::vector<RowProblem>* problems, std::string* error) override;
  bool org(std::string_view csv, size_t* rows, std::vector<RowProblem>* problems,
           std::string* error) override;
  bool rates(std::string_view csv, size_t* rows, std::vector<RowProblem>* problems,
             std::string* error) override;
  bool targets(std::string_view csv, size_t* rows, std::vector<RowProblem>* problems,
               std::string* error) override;
  bool publish(const PlanText& plan, uint64_t* lsn, std::string* error,
               std::string* warnings) override;
  bool tick(int64_t time, std::string* error) override;
  int64_t clock() const override { return core_->admission().clock(); }
  void on_entry(std::function<void(const Entry&)> sink) override;
  Summary summary() const override { return core_->summary(); }
  std::vector<Balance> balances() const override { return core_->balances(); }
  std::string account_name(uint64_t account) const override;
  std::vector<std::string> ignored_columns() const override {
    return {ignored_columns_.begin(), ignored_columns_.end()};
  }
  std::vector<AbsentAttribute> absent_attributes() const override {
    return {absent_attributes_.begin(), absent_attributes_.end()};
  }
  std::map<std::string, uint64_t> ignored_types() const override { return ignored_types_; }
  Hash state_hash() const override { return core_->state_hash(); }
  Hash entries_hash() const override { return core_->entries_hash(); }
  std::vector<Seal> seals() const override { return core_->seals(); }
  std::string check_books() const override { return core_->audit().difference; }

 private:
  bool feed(event::TraceReader& reader, const ReplayHooks& hooks, std::string* error);
  bool is_writable(std::string* error);
  bool is_durable(std::string* error);
  void add_coverage(const event::TraceReader& reader);
  void completed(const pipeline::Job& job);
  bool read_request(const std::vector<std::string_view>& words, event::Batch& batch,
                    event::EventFault* fault);
  std::string refusal_sentence(const pipeline::Job& job, uint32_t index) const;
  Entry public_entry(const ledger::Entry& entry) const;

  void read_by_the_program();
  // All that is left of what versions correct; a warning where that is not to be had.
  void correct(std::string* warnings);

  const plan::Program& program() const { return core_->program(); }

  std::set<std::string> ignored_columns_;
  std::set<AbsentAttribute> absent_attributes_;
  std::map<std::string, uint64_t> ignored_types_;

  // While a trace is fed; read by `completed`, on the tail's thread.
  const event::TraceReader* reader_ = nullptr;
  const ReplayHooks* hooks_ = nullptr;
  // While a request is taken; the same.
  Answer* answer_ = nullptr;

  event::Source default_source_{"default"};
  std::optional<event::EventReader> events_;
  std::optional<event::CommandReader> commands_;

  std::unique_ptr<runtime::Core> core_;  // last: its threads use all of the above
};

bool EngineImpl::open(const Options& options, const std::vector<PlanText>& plans,
                      runtime::Disks disks, std::string* error, std::string* warnings) {
  runtime::OpenFault fault;
  runtime::CoreHooks hooks;
  hooks.completed = [this](const pipeline::Job& job) { completed(job); };
  core_ =
      runtime::Core::open(options, plans, std::move(disks), 1, std::move(hooks), &fault, warnings);
  *error = core_ == nullptr ? fault.sentence : "";
  if (core_ == nullptr) return false;
  read_by_the_program();
  correct(warnings);
  return true;
}

void EngineImpl::correct(std::string* warnings) {
  std::string error;
  if (runtime::correct_all(*core_, &error) || warnings == nullptr) return;
  *warnings += "what a version corrects is not all done: " + error + "; the next start goes on\n";
}

// What a request may say is what the plans declare now.
void EngineImpl::read_by_the_program() {
  events_.emplace(program().schema);
  commands_.emplace(program().schema);
}

// ---- feeding ------------------------------------------------------------------------------------

bool EngineImpl::is_writable(std::string* error) {
  if (core_->has_room()) return true;
  *error = core_->log_error();
  return false;
}

bool EngineImpl::is_durable(std::string* error) {
  if (core_->flush()) return true;
  *error = core_->log_error();
  return false;
}

bool EngineImpl::replay(const std::string& path, const ReplayHooks& hooks, std::string* error) {
  const std::unique_ptr<event::TraceReader> reader =
      event::TraceReader::open(path, program().schema, error);
  return reader != nullptr && feed(*reader, hooks, error);
}

bool EngineImpl::replay_text(std::string_view csv, const std::string& source,
                             const ReplayHooks& hooks, std::string* error) {
  const std::unique_ptr<event::TraceReader> reader =
      event::TraceReader::read_text(csv, source, program().schema, error);
  return reader != nullptr && feed(*reader, hooks, error);
}

bool EngineImpl::feed(event::TraceReader& reader, const ReplayHooks& hooks, std::string* error) {
  constexpr uint64_t kRowsBetweenProgress = 16'384;
  reader_ = &reader;
  hooks_ = &hooks;
  if (core_->log() != nullptr) reader.keep_identities();
  pipeline::Assembly& assembly = core_->assembly();
  uint64_t rows = 0;
  uint64_t told = 0;
  bool is_fed = false;
  while (!is_fed && is_writable(error)) {
    pipeline::Job& job = assembly.take();
    const size_t count = reader.fill(job.batch, core_->options().batch);
    assembly.submit(job);
    rows += count;
    const bool tell = rows - told >= kRowsBetweenProgress || count == 0;
    if (hooks.progress && tell) {
      told = rows;
      hooks.progress({rows, reader.bytes_read(), reader.bytes_total()});
    }
    is_fed = count == 0;
  }
  assembly.drain();
  reader_ = nullptr;
  hooks_ = nullptr;
  add_coverage(reader);
  if (!is_fed || !is_durable(error)) return false;
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
  if (answer_ != nullptr && !job.batch.records.empty()) {
    const event::Record& record = job.batch.records.front();
    answer_->code = event::outcome_word(record.outcome);
    answer_->lsn = record.lsn;
    answer_->entries = record.entries;
    const event::CommandResult result =
        job.results.empty() ? event::CommandResult{} : job.results.front();
    if (!answer_->is_applied()) {
      answer_->sentence = runtime::explain_refusal(program(), job.batch, record, result).sentence;
    }
  }
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
  const std::string& type = program().schema.type(refusal->type).wire;
  for (const runtime::Disagreement& found : core_->disagreements()) {
    if (found.column != columns[column - size_t{1}].name || found.type != type) continue;
    sentence += "; " + runtime::sentence_of(found);
  }
  return sentence;
}

bool EngineImpl::read_request(const std::vector<std::string_view>& words, event::Batch& batch,
                              event::EventFault* fault) {
  const std::string_view word = words.empty() ? "" : words.front();
  if (event::is_word(word, "EVENT")) {
    const bool is_read = events_->read(words, default_source_, clock(), batch);
    if (!is_read) *fault = events_->fault();
    return is_read;
  }
  if (event::CommandReader::reads(word)) {
    const bool is_read = commands_->read(words, default_source_, batch);
    if (!is_read) *fault = commands_->fault();
    return is_read;
  }
  *fault = event::fault_at(event::Outcome::kUnknown, 0, "",
                           "this is neither EVENT nor a command on wallets; docs/protocol.md lists "
                           "them");
  return false;
}

bool EngineImpl::request(const std::vector<std::string_view>& words, Answer* answer,
                         std::string* error) {
  *answer = Answer();
  if (!is_writable(error)) return false;
  pipeline::Job& job = core_->assembly().take();
  event::EventFault fault;
  bool is_read = read_request(words, job.batch, &fault);
  if (!is_read) {
    answer->code = event::outcome_word(fault.outcome);
    answer->sentence = fault.sentence;
  } else if (is_reversal(job.batch.records.back())) {
    if (const auto refused = runtime::complete_reversal(*core_, job.batch)) {
      answer->code = refused->code;
      answer->sentence = refused->sentence;
      job.batch.clear();
      is_read = false;
    }
  }
  answer_ = is_read ? answer : nullptr;
  core_->assembly().submit(job);
  core_->assembly().drain();
  answer_ = nullptr;
  return is_durable(error);
}

bool EngineImpl::rates(std::string_view csv, size_t* rows, std::vector<RowProblem>* problems,
                       std::string* error) {
  std::vector<event::FileProblem> found;
  const bool is_taken = runtime::take_rates(*core_, csv, rows, &found, error);
  problems->clear();
  for (event::FileProblem& each : found) {
    problems->push_back({each.line, std::move(each.sentence)});
  }
  return is_taken;
}

bool EngineImpl::org(std::string_view csv, size_t* rows, std::vector<RowProblem>* problems,
                     std::string* error) {
  std::vector<event::FileProblem> found;
  size_t fresh = 0;
  const bool is_taken = runtime::take_org(*core_, csv, rows, &fresh, &found, error);
  problems->clear();
  for (event::FileProblem& each : found) {
    problems->push_back({each.line, std::move(each.sentence)});
  }
  return is_taken;
}

bool EngineImpl::targets(std::string_view csv, size_t* rows, std::vector<RowProblem>* problems,
                         std::string* error) {
  std::vector<event::FileProblem> found;
  size_t fresh = 0;
  const bool is_taken =
      runtime::take_targets(*core_, csv, std::nullopt, rows, &fresh, &found, error);
  problems->clear();
  for (event::FileProblem& each : found) {
    problems->push_back({each.line, std::move(each.sentence)});
  }
  return is_taken;
}

bool EngineImpl::table(std::string_view name, std::string_view csv, size_t* rows,
                       std::vector<RowProblem>* problems, std::string* error) {
  std::vector<event::FileProblem> found;
  size_t fresh = 0;
  const bool is_taken = runtime::take_table(*core_, name, csv, rows, &fresh, &found, error);
  problems->clear();
  for (event::FileProblem& each : found) {
    problems->push_back({each.line, std::move(each.sentence)});
  }
  return is_taken;
}

bool EngineImpl::publish(const PlanText& plan, uint64_t* lsn, std::string* error,
                         std::string* warnings) {
  if (!is_writable(error)) return false;
  if (!core_->publish(plan, lsn, error, warnings)) return false;
  read_by_the_program();
  correct(warnings);
  return is_durable(error);
}

bool EngineImpl::tick(int64_t time, std::string* error) {
  if (!is_writable(error)) return false;
  pipeline::Job& job = core_->assembly().take();
  job.tick = std::min(time, base::kTimeEnd - 1);
  core_->assembly().submit(job);
  core_->assembly().drain();
  return is_durable(error);
}

// ---- entries ------------------------------------------------------------------------------------

Entry EngineImpl::public_entry(const ledger::Entry& entry) const {
  const plan::WalletKind& wallet = program().wallets[entry.wallet];
  Entry out;
  out.lsn = entry.lsn;
  out.account = entry.account;
  out.n = entry.n;
  out.amount = entry.amount;
  out.scale = wallet.scale;
  out.effective = entry.effective;
  out.program = wallet.program;
  out.unit = wallet.unit;
  out.kind = program().kinds[entry.kind];
  if (entry.is_of_rule()) {
    const plan::Clause& clause = program().clauses[entry.clause];
    out.plan = program().plans[static_cast<size_t>(clause.plan)].name;
    out.rule = clause.rule;
    out.effect = clause.effect;
  }
  out.note = ledger::note_name(entry.note);
  return out;
}

void EngineImpl::on_entry(std::function<void(const Entry&)> sink) {
  GUERDON_ASSERT(core_->admission().last_lsn() == core_->opened_lsn());
  core_->tail().set_sink(
      [this, sink = std::move(sink)](const ledger::Entry& entry, const ledger::EntryLot*) {
        sink(public_entry(entry));
      });
}

std::string EngineImpl::account_name(uint64_t account) const {
  std::string name;
  const bool found = core_->shard_of(account).state().accounts().find_name(account, &name);
  GUERDON_ASSERT(found);
  return name;
}

}  // namespace

std::string Hash::to_hex() const { return base::Hash128{lo, hi}.to_hex(); }

int64_t next_month(int64_t time) {
  return calendar::period_at(calendar::Calendar(), calendar::PeriodKind::kMonth, time).to;
}

std::unique_ptr<Engine> Engine::open(const Options& options, const std::vector<PlanText>& plans,
                                     std::string* error, std::string* warnings) {
  runtime::Disks disks;
  if (!options.data.empty()) {
    if (!runtime::open_disks(options.data, options.book, &disks, error)) return nullptr;
  }
  return runtime::open_engine(options, plans, std::move(disks), error, warnings);
}

std::unique_ptr<Engine> runtime::open_engine(const Options& options,
                                             const std::vector<PlanText>& plans, Disks disks,
                                             std::string* error, std::string* warnings) {
  auto engine = std::make_unique<EngineImpl>();
  if (!engine->open(options, plans, std::move(disks), error, warnings)) return nullptr;
  return engine;
}

}  // namespace guerdon
