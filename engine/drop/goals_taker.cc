#include "engine/drop/goals_taker.h"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

#include "engine/runtime/refusals.h"

namespace guerdon::drop {

using event::TargetRow;

namespace {

// Rows that are looked up while all else waits.
constexpr size_t kLookedUpMax = 512;

void add_problem(uint64_t line, std::string sentence, FileFate* fate) {
  if (fate->problems.size() < event::kProblemsMax) {
    fate->problems.push_back({line, std::move(sentence)});
  }
}

// Puts rows into a job, and says what became of them.
class RowsOfJob {
 public:
  RowsOfJob(const runtime::Core& core, runtime::GoalsOfFile& file, std::span<const TargetRow> rows)
      : core_(core), file_(file), rows_(rows) {}

  // `wall`: null where the events say the time.
  void fill(pipeline::Job& job, const os::Clock* wall) {
    job_ = &job;
    program_ = &core_.program();
    faults_.clear();
    for (const TargetRow& row : rows_) {
      std::string fault;
      faults_.push_back(file_.put(row, job.batch, &fault) ? "" : std::move(fault));
    }
    if (wall != nullptr) job.at.assign(job.batch.records.size(), wall->wall_ms());
  }

  // REQUIRES: the job is complete, and still there.
  void look(FileFate* fate) {
    size_t record = 0;
    for (size_t i = 0; i < rows_.size(); ++i) {
      if (faults_[i].empty()) {
        look(rows_[i], record++, fate);
      } else if (!stands(rows_[i], fate)) {
        add_problem(rows_[i].line, std::move(faults_[i]), fate);
      }
    }
  }

  // Of those that were looked at.
  uint64_t last_lsn() const { return last_lsn_; }

 private:
  // A row that would be refused now may have been taken before, under other plans.
  bool stands(const TargetRow& row, FileFate* fate) {
    if (!file_.stands(row)) return false;
    fate->lines.push_back(row.line);
    return true;
  }

  void look(const TargetRow& row, size_t index, FileFate* fate) {
    const event::Record& record = job_->batch.records[index];
    last_lsn_ = std::max(last_lsn_, record.lsn);
    switch (record.outcome) {
      case event::Outcome::kOk:
        ++fate->fresh;
        [[fallthrough]];
      case event::Outcome::kDuplicate:
        fate->lines.push_back(row.line);
        return;
      default: {
        if (stands(row, fate)) return;
        const runtime::Refused refused =
            runtime::explain_refusal(*program_, job_->batch, record, job_->results[index]);
        add_problem(row.line, std::string(refused.code) + " " + refused.sentence, fate);
      }
    }
  }

  const runtime::Core& core_;
  runtime::GoalsOfFile& file_;
  const std::span<const TargetRow> rows_;
  const pipeline::Job* job_ = nullptr;
  const plan::Program* program_ = nullptr;  // that they were read by
  std::vector<std::string> faults_;         // one a row; empty: it became a record
  uint64_t last_lsn_ = 0;
};

}  // namespace

bool GoalsTaker::read(std::string_view text, Rows* rows, FileFate* fate) const {
  const bool is_read = event::read_targets(text, rows, &fate->problems);
  fate->rows = rows->size();
  return is_read;
}

bool GoalsTaker::check(std::string_view text, FileFate* fate) {
  Rows rows;
  runtime::GoalsOfFile file(core_, text);
  fate->became = Became::kRefused;
  fate->checksum = file.checksum();
  if (std::count(text.begin(), text.end(), '\n') > kLinesMax) {
    add_problem(0,
                "the file has more than " + std::to_string(kLinesMax) +
                    " lines; send it in several pieces, each with the header",
                fate);
    return false;
  }
  if (!read(text, &rows, fate)) return false;
  if (rows.empty()) {
    add_problem(1, "there is no row below the header; send one a goal", fate);
    return false;
  }
  std::vector<Wrong> wrong;  // as far as the plans go; known rows were good once
  for (const TargetRow& row : rows) {
    if (is_stopping()) {
      fate->became = Became::kStopped;
      return false;
    }
    const base::TimeMs now = wall_ == nullptr ? base::kTimeMin : wall_->wall_ms();
    std::string fault = file.fault_of(row, now);
    if (!fault.empty()) wrong.push_back({&row, std::move(fault)});
    const bool is_last = &row == &rows.back();
    if (wrong.size() < kLookedUpMax && !is_last) continue;
    drop_known(file, &wrong);
    for (Wrong& each : wrong) add_problem(each.row->line, std::move(each.fault), fate);
    wrong.clear();
    if (fate->problems.size() == event::kProblemsMax) break;
  }
  return fate->problems.empty();
}

void GoalsTaker::drop_known(runtime::GoalsOfFile& file, std::vector<Wrong>* rows) {
  if (rows->empty()) return;
  at_rest_(
      [&] {
        std::erase_if(*rows, [&](const Wrong& each) { return file.is_known(*each.row); });
        step_is_done();
      },
      {});
  wait_for_step();
}

void GoalsTaker::apply(std::string_view text, FileFate* fate) {
  Rows rows;
  runtime::GoalsOfFile file(core_, text);
  fate->checksum = file.checksum();
  fate->became = Became::kStopped;
  const bool is_read = read(text, &rows, fate);  // it was when it was checked
  uint64_t last_lsn = 0;
  for (std::span<const TargetRow> left = rows; !left.empty();) {
    const size_t count = std::min<size_t>(left.size(), event::kBatchRecordsMax);
    RowsOfJob next(core_, file, left.first(count));
    const bool is_taken =
        take([&](pipeline::Job& job) { next.fill(job, wall_); }, [&] { next.look(fate); });
    if (!is_taken) return;
    last_lsn = std::max(last_lsn, next.last_lsn());
    left = left.subspan(count);
  }
  if (!core_.wait_until_durable(last_lsn)) return;  // the process is about to end
  const bool is_whole = is_read && fate->lines.size() == rows.size();
  fate->became = is_whole ? Became::kApplied : Became::kPartly;
}

void GoalsTaker::look(std::string_view text, FileFate* fate) {
  Rows rows;
  runtime::GoalsOfFile file(core_, text);
  fate->checksum = file.checksum();
  (void)read(text, &rows, fate);
  for (std::span<const TargetRow> left = rows; !left.empty();) {
    const size_t count = std::min(left.size(), kLookedUpMax);
    at_rest_(
        [&] {
          for (const TargetRow& row : left.first(count)) {
            if (file.stands(row)) fate->lines.push_back(row.line);
          }
          step_is_done();
        },
        {});
    wait_for_step();
    left = left.subspan(count);
  }
}

// While the disk is full, or a version is published, it is tried again. False: it is to stop.
bool GoalsTaker::take(std::function<void(pipeline::Job&)> filling,
                      const std::function<void()>& step) {
  constexpr auto kAgain = std::chrono::milliseconds(100);
  for (;;) {
    if (is_stopping()) return false;
    bool is_taken = false;
    at_rest_(
        [&] {
          if (is_taken) step();
          step_is_done();
        },
        [&](pipeline::Job& job) {
          is_taken = true;
          filling(job);
        });
    wait_for_step();
    if (is_taken) return true;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kAgain, [this] { return is_stopping_; });
  }
}

void GoalsTaker::wait_for_step() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return is_step_done_; });
  is_step_done_ = false;
}

// What the step was made of may be gone behind it.
void GoalsTaker::step_is_done() {
  const std::lock_guard lock(mutex_);
  is_step_done_ = true;
  changed_.notify_all();
}

void GoalsTaker::stop() {
  const std::lock_guard lock(mutex_);
  is_stopping_ = true;
  changed_.notify_all();
}

bool GoalsTaker::is_stopping() const {
  const std::lock_guard lock(mutex_);
  return is_stopping_;
}

}  // namespace guerdon::drop
