#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/base/timestamp.h"
#include "engine/event/command.h"
#include "engine/event/named.h"
#include "engine/event/record_codec.h"
#include "engine/event/text_rules.h"
#include "engine/feed/command_reader.h"
#include "engine/program/machine.h"
#include "engine/runtime/reference_rates.h"

namespace guerdon::runtime {

namespace {

using event::GoalName;
using event::Outcome;
using event::TargetRow;
using StagedName = const pipeline::StagedFile*;

// Records so far that were done.
uint64_t taken_so_far(const Core& core) {
  return core.admission().outcomes()[static_cast<size_t>(Outcome::kOk)];
}

// A job of so many records that `fill` makes, as of `now` if that is given. False: *error, and not
// all of them were taken.
template <typename Fill>
bool take_job(Core& core, size_t records, std::optional<base::TimeMs> now, const Fill& fill,
              std::string* error) {
  if (!core.has_room()) {
    *error = core.log_error();
    return false;
  }
  const uint64_t before = taken_so_far(core);
  pipeline::Job& job = core.assembly().take();
  fill(job.batch);
  if (now) job.at.assign(job.batch.records.size(), *now);
  core.assembly().submit(job);
  core.assembly().drain();
  if (taken_so_far(core) == before + records) return true;
  *error = "no goals were set: a row that could be read was refused";
  return false;
}

// What was staged before: by a start that ended amid it.
bool give_up_staged(Core& core, GoalsOfFile& file, std::optional<base::TimeMs> now,
                    std::string* error) {
  const StagedName staged = core.admission().staged_file();
  if (staged == nullptr) return true;
  const std::string name = staged->name;
  return take_job(
      core, 1, now, [&](event::Batch& batch) { file.put_abort(name, batch); }, error);
}

bool take_goals(Core& core, GoalsOfFile& file, std::span<const TargetRow> rows,
                std::optional<base::TimeMs> now, std::string* error) {
  if (!give_up_staged(core, file, now, error)) return false;
  const size_t all = rows.size();
  while (!rows.empty()) {
    const size_t count = std::min<size_t>(rows.size(), event::kBatchRecordsMax);
    const auto stage = [&](event::Batch& batch) {
      std::string fault;
      for (const TargetRow& row : rows.first(count)) (void)file.put(row, batch, &fault);
    };
    if (!take_job(core, count, now, stage, error)) return false;
    rows = rows.subspan(count);
  }
  const auto commit = [&](event::Batch& batch) { file.put_commit(all, batch); };
  return take_job(core, 1, now, commit, error);
}

}  // namespace

GoalsOfFile::GoalsOfFile(const Core& core, std::string_view text)
    : core_(core), checksum_(base::hash128(text).to_hex()), source_(event::kFilesSource) {}

bool GoalsOfFile::is_committed() const {
  size_t place = 0;
  return core_.admission().keys().find(source_.keys().key(checksum_), &place) != nullptr;
}

uint64_t GoalsOfFile::staged_rows() const {
  const StagedName staged = core_.admission().staged_file();
  return staged == nullptr || staged->name != checksum_ ? 0 : staged->rows;
}

std::string GoalsOfFile::other_staged() const {
  const StagedName staged = core_.admission().staged_file();
  return staged == nullptr || staged->name == checksum_ ? "" : staged->name;
}

void GoalsOfFile::read_by_the_program() {
  const plan::Program& program = core_.program();
  if (program_ == &program) return;
  program_ = &program;
  reader_.emplace(program.schema);
  periods_.emplace(program);
}

// That the row speaks of; null: *fault. A row of the first form names none: it is the only one in
// its currency.
const GoalName* GoalsOfFile::target_of(const TargetRow& row, std::string* fault) const {
  const std::vector<GoalName>& goals = program_->schema.goals();
  if (!row.target.empty()) {
    const event::Named named = event::find_goal(program_->schema, row.target, row.program);
    if (named.is_one()) return &goals[named.number];
    *fault = named.sentence;
    return nullptr;
  }
  const GoalName* found = nullptr;
  for (const GoalName& each : goals) {
    const bool is_goal = each.target.find('.') == std::string::npos;  // else it is achieved
    if (!is_goal || each.unit != row.currency) continue;
    if (found != nullptr) {
      *fault = found->target + " and " + each.target + " both have goals in " + row.currency +
               "; write the columns account,program,target,period,value";
      return nullptr;
    }
    found = &each;
  }
  if (found == nullptr) {
    *fault = "no plan has a target with `goal from file` in " +
             event::printable(row.currency, kShownOfFile);
  }
  return found;
}

bool GoalsOfFile::put(const TargetRow& row, event::Batch& batch, std::string* fault) {
  read_by_the_program();
  const GoalName* const goal = target_of(row, fault);
  if (goal == nullptr) return false;
  if (!goal->keys.empty()) {
    *fault = "target " + goal->target + " is kept per " + goal->keys.front() +
             ", too, which a file cannot say; send TARGET for each";
    return false;
  }
  const std::array<std::string, 6> words = {"STAGE",
                                            "account=" + row.account,
                                            "target=" + goal->program + "/" + goal->target,
                                            "period=" + row.period,
                                            "value=" + row.value,
                                            "of=" + checksum_};
  std::array<std::string_view, 6> views;
  std::copy(words.begin(), words.end(), views.begin());
  if (reader_->read(views, source_, batch)) return true;
  *fault = without_word(reader_->fault().sentence);
  return false;
}

void GoalsOfFile::put_words(const std::vector<std::string>& words, event::Batch& batch) {
  read_by_the_program();
  const std::vector<std::string_view> views(words.begin(), words.end());
  const bool is_read = reader_->read(views, source_, batch);
  GUERDON_ASSERT(is_read);
}

void GoalsOfFile::put_commit(uint64_t rows, event::Batch& batch) {
  put_words({"COMMIT", "of=" + checksum_, "qty=" + std::to_string(rows), "id=" + checksum_}, batch);
}

void GoalsOfFile::put_abort(const std::string& checksum, event::Batch& batch) {
  put_words({"ABORT", "of=" + checksum}, batch);
}

std::string GoalsOfFile::fault_of(const TargetRow& row, base::TimeMs now) {
  std::string fault;
  tried_.clear();
  if (!put(row, tried_, &fault)) return fault;
  const base::TimeMs at = std::max(now, core_.clock());
  const std::string period = "period " + event::printable(row.period, kShownOfFile);
  if (is_over(tried_, at)) return period + " is over for good, and nothing is kept of it";
  if (is_ahead(tried_, at)) {
    return period + " has not begun when the engine's time is " +
           base::format_timestamp(std::max(at, base::kTimeMin)) +
           ", and what is achieved is entered when it has; leave it out, and send it then";
  }
  return fault;
}

// As its COMMIT would be refused (pipeline/admission_goals.cc).
bool GoalsOfFile::is_ahead(const event::Batch& batch, base::TimeMs now) const {
  const event::CommandView command(batch, batch.records.back());
  const auto number = static_cast<size_t>(command[event::CommandField::kGoal]);
  const plan::GoalKind& goal = program_->goals[number];
  const uint32_t subject = program_->measures[goal.measure].subject;
  const auto clock = static_cast<size_t>(program_->subjects[subject].clock);
  const auto period = static_cast<int32_t>(command.derived(event::kGoalPeriod));
  return goal.is_entered && !plan::goal_instant(program_->clocks[clock], period, now);
}

bool GoalsOfFile::is_over(const event::Batch& batch, base::TimeMs now) {
  const event::CommandView command(batch, batch.records.back());
  const plan::Program& program = *program_;
  const auto number = static_cast<size_t>(command[event::CommandField::kGoal]);
  const uint32_t subject = program.measures[program.goals[number].measure].subject;
  const auto clock = static_cast<size_t>(program.subjects[subject].clock);
  const auto period = static_cast<int32_t>(command.derived(event::kGoalPeriod));
  return periods_->is_gone(clock, period, std::max(now, base::kTimeMin));
}

bool take_targets(Core& core, std::string_view text, std::optional<base::TimeMs> now, size_t* rows,
                  size_t* fresh, std::vector<event::FileProblem>* problems, std::string* error) {
  std::vector<TargetRow> read;
  if (!event::read_targets(text, &read, problems)) return false;
  *rows = read.size();
  GoalsOfFile file(core, text);
  // What was said since stands, though it be of a period that nothing is kept of any more.
  *fresh = 0;
  // Of no rows there is nothing to commit.
  if (file.is_committed() || read.empty()) return true;
  *fresh = read.size();
  for (const TargetRow& row : read) {
    if (problems->size() == event::kProblemsMax) break;
    std::string fault = file.fault_of(row, now.value_or(base::kTimeMin));
    if (!fault.empty()) problems->push_back({row.line, std::move(fault)});
  }
  if (!problems->empty() || !take_goals(core, file, read, now, error)) return false;
  if (core.flush()) return true;
  *error = core.log_error();
  return false;
}

}  // namespace guerdon::runtime
