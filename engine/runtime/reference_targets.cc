#include <array>
#include <span>

#include "engine/base/hash.h"
#include "engine/event/command.h"
#include "engine/event/named.h"
#include "engine/event/text_rules.h"
#include "engine/feed/command_reader.h"
#include "engine/program/machine.h"
#include "engine/runtime/reference_rates.h"

namespace guerdon::runtime {

namespace {

using event::GoalName;
using event::Outcome;
using event::TargetRow;

class GoalsOfFile {
 public:
  GoalsOfFile(Core& core, std::string_view text, std::vector<event::FileProblem>* problems)
      : core_(core),
        problems_(*problems),
        reader_(core.program().schema),
        source_("targets"),
        file_(base::hash128(text).to_hex()) {}

  // Takes those off that were taken before: what was said since stands, though it be of a period
  // that nothing is kept of any more.
  void leave_out_known(std::vector<TargetRow>& rows) const {
    const event::KeyHasher& keys = source_.keys();
    std::erase_if(rows, [&](const TargetRow& row) {
      size_t place = 0;
      return core_.admission().keys().find(keys.key(id_of(row)), &place) != nullptr;
    });
  }

  // Whether each row would be taken.
  bool try_all(const std::vector<TargetRow>& rows) {
    event::Batch batch;
    for (const TargetRow& row : rows) {
      if (problems_.size() == event::kProblemsMax) break;
      batch.clear();
      std::string fault = fault_of_target(row);
      if (fault.empty() && !read(row, batch)) fault = without_word(reader_.fault().sentence);
      if (fault.empty() && is_over(batch)) {
        fault = "period " + event::printable(row.period, kShownOfFile) +
                " is over for good, and nothing is kept of it";
      }
      if (!fault.empty()) problems_.push_back({row.line, std::move(fault)});
    }
    return problems_.empty();
  }

  // False: *error; the rest is taken when the file is given again.
  bool take_all(std::span<const TargetRow> rows, std::string* error) {
    while (!rows.empty()) {
      if (!core_.has_room()) {
        *error = core_.log_error();
        return false;
      }
      const uint64_t before = taken();
      const size_t count = std::min<size_t>(rows.size(), event::kBatchRecordsMax);
      pipeline::Job& job = core_.assembly().take();
      for (const TargetRow& row : rows.first(count)) (void)read(row, job.batch);
      core_.assembly().submit(job);
      core_.assembly().drain();
      if (taken() != before + count) {
        *error = "not all goals were set: a TARGET that could be read was refused";
        return false;
      }
      rows = rows.subspan(count);
    }
    return true;
  }

 private:
  std::string id_of(const TargetRow& row) const { return file_ + "-" + std::to_string(row.line); }

  // Records so far that were done.
  uint64_t taken() const { return core_.admission().outcomes()[static_cast<size_t>(Outcome::kOk)]; }

  // That the row speaks of; null: *fault. A row of the first form names none: it is the only one
  // in its currency.
  const GoalName* target_of(const TargetRow& row, std::string* fault) const {
    const std::vector<GoalName>& goals = core_.program().schema.goals();
    if (!row.target.empty()) {
      const event::Named named = event::find_goal(core_.program().schema, row.target, row.program);
      if (named.is_one()) return &goals[named.number];
      *fault = named.sentence;
      return nullptr;
    }
    const GoalName* found = nullptr;
    for (const GoalName& each : goals) {
      if (each.unit != row.currency) continue;
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

  std::string fault_of_target(const TargetRow& row) const {
    std::string fault;
    const GoalName* const goal = target_of(row, &fault);
    if (goal != nullptr && !goal->keys.empty()) {
      return "target " + goal->target + " is kept per " + goal->keys.front() +
             ", too, which a file cannot say; send TARGET for each";
    }
    return fault;
  }

  bool read(const TargetRow& row, event::Batch& batch) {
    std::string fault;
    const GoalName& goal = *target_of(row, &fault);
    const std::array<std::string, 6> words = {"TARGET",
                                              "account=" + row.account,
                                              "target=" + goal.program + "/" + goal.target,
                                              "period=" + row.period,
                                              "value=" + row.value,
                                              "id=" + id_of(row)};
    std::array<std::string_view, 6> views;
    std::copy(words.begin(), words.end(), views.begin());
    return reader_.read(views, source_, batch);
  }

  bool is_over(const event::Batch& batch) const {
    const event::CommandView command(batch, batch.records.back());
    const plan::Program& program = core_.program();
    const auto number = static_cast<size_t>(command[event::CommandField::kGoal]);
    const uint32_t subject = program.measures[program.goals[number].measure].subject;
    const auto clock = static_cast<size_t>(program.subjects[subject].clock);
    const base::TimeMs now = std::max(core_.admission().clock(), base::kTimeMin);
    const auto period = static_cast<int32_t>(command.derived(event::kGoalPeriod));
    return plan::CountedPeriods(program).is_gone(clock, period, now);
  }

  // Of `word 2, from: ...` what stands behind the comma: a row has no words.
  static std::string without_word(const std::string& sentence) {
    const size_t comma = sentence.find(", ");
    const bool has_word = sentence.starts_with("word ") && comma != std::string::npos;
    return has_word ? sentence.substr(comma + 2) : sentence;
  }

  Core& core_;
  std::vector<event::FileProblem>& problems_;
  event::CommandReader reader_;
  const event::Source source_;
  const std::string file_;
};

}  // namespace

bool take_targets(Core& core, std::string_view text, size_t* rows, size_t* fresh,
                  std::vector<event::FileProblem>* problems, std::string* error) {
  std::vector<TargetRow> read;
  if (!event::read_targets(text, &read, problems)) return false;
  *rows = read.size();
  GoalsOfFile file(core, text, problems);
  file.leave_out_known(read);
  *fresh = read.size();
  if (!file.try_all(read)) return false;
  if (!file.take_all(read, error)) return false;
  if (core.flush()) return true;
  *error = core.log_error();
  return false;
}

}  // namespace guerdon::runtime
