#include "engine/drop/goals_taker.h"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

#include "engine/base/hash.h"
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

// The next rows of a file, at most `count`.
std::vector<TargetRow> next_rows(event::TargetRows& reading, size_t count) {
  std::vector<TargetRow> rows;
  for (TargetRow row; rows.size() < count && reading.next(&row);) rows.push_back(row);
  return rows;
}

// Puts rows into a job, and says what became of them.
class RowsOfJob {
 public:
  RowsOfJob(const runtime::Core& core, runtime::GoalsOfFile& file, std::span<const TargetRow> rows)
      : core_(core), file_(file), rows_(rows) {
    read();
  }

  // `wall`: null where the events say the time. Only handed over, unless a version was published
  // since they were read: the thread has others that wait for it.
  void fill(pipeline::Job& job, const os::Clock* wall) {
    job_ = &job;
    if (program_ != &core_.program()) [[unlikely]]
      read();
    std::swap(job.batch, batch_);
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
  void read() {
    program_ = &core_.program();
    batch_.clear();
    faults_.clear();
    for (const TargetRow& row : rows_) {
      std::string fault;
      faults_.push_back(file_.put(row, batch_, &fault) ? "" : std::move(fault));
    }
  }

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
  event::Batch batch_;
  std::vector<std::string> faults_;  // one a row; empty: it became a record
  uint64_t last_lsn_ = 0;
};

}  // namespace

// Whether the form of all rows is good; counts them.
bool GoalsTaker::read(std::string_view text, FileFate* fate) const {
  fate->rows = 0;
  event::TargetRows reading(text, true, &fate->problems);
  for (TargetRow row; reading.next(&row) && !is_stopping();) ++fate->rows;
  return fate->problems.empty();
}

bool GoalsTaker::check(std::string_view text, FileFate* fate) {
  fate->became = Became::kRefused;
  fate->checksum = base::hash128(text).to_hex();
  if (std::count(text.begin(), text.end(), '\n') > kLinesMax) {
    add_problem(0,
                "the file has more than " + std::to_string(kLinesMax) +
                    " lines; send it in several pieces, each with the header",
                fate);
    return false;
  }
  if (read(text, fate) && fate->rows == 0) {
    add_problem(1, "there is no row below the header; send one a goal", fate);
  }
  const bool is_good = fate->problems.empty() && check_by_plans(text, fate);
  if (is_stopping()) fate->became = Became::kStopped;
  return is_good && !is_stopping();
}

// Rows that the log knows were good once.
bool GoalsTaker::check_by_plans(std::string_view text, FileFate* fate) {
  runtime::GoalsOfFile file(core_, text);
  std::vector<event::FileProblem> none;
  event::TargetRows reading(text, false, &none);
  std::vector<Wrong> wrong;  // as far as the plans go
  for (TargetRow row; reading.next(&row) && !is_stopping();) {
    const base::TimeMs now = wall_ == nullptr ? base::kTimeMin : wall_->wall_ms();
    std::string fault = file.fault_of(row, now);
    if (fault.empty()) continue;
    wrong.push_back({row, std::move(fault)});
    if (wrong.size() < kLookedUpMax) continue;
    tell_wrong(file, &wrong, fate);
    if (fate->problems.size() == event::kProblemsMax) break;
  }
  if (!is_stopping()) tell_wrong(file, &wrong, fate);
  return fate->problems.empty();
}

void GoalsTaker::tell_wrong(runtime::GoalsOfFile& file, std::vector<Wrong>* rows, FileFate* fate) {
  if (rows->empty()) return;
  at_rest_(
      [&] {
        std::erase_if(*rows, [&](const Wrong& each) { return file.is_known(each.row); });
        step_is_done();
      },
      {});
  wait_for_step();
  for (Wrong& each : *rows) add_problem(each.row.line, std::move(each.fault), fate);
  rows->clear();
}

void GoalsTaker::apply(std::string_view text, FileFate* fate) {
  runtime::GoalsOfFile file(core_, text);
  fate->checksum = file.checksum();
  fate->became = Became::kStopped;
  std::vector<event::FileProblem> none;  // it was read when it was checked
  event::TargetRows reading(text, false, &none);
  uint64_t last_lsn = 0;
  for (;;) {
    const Rows rows = next_rows(reading, event::kBatchRecordsMax);
    if (rows.empty()) break;
    fate->rows += rows.size();
    RowsOfJob next(core_, file, rows);
    const bool is_taken =
        take([&](pipeline::Job& job) { next.fill(job, wall_); }, [&] { next.look(fate); });
    if (!is_taken) return;
    last_lsn = std::max(last_lsn, next.last_lsn());
    pause(last_lsn);
  }
  if (!core_.wait_until_durable(last_lsn)) return;  // the process is about to end
  const bool is_whole = none.empty() && fate->lines.size() == fate->rows;
  fate->became = is_whole ? Became::kApplied : Became::kPartly;
}

void GoalsTaker::look(std::string_view text, FileFate* fate) {
  runtime::GoalsOfFile file(core_, text);
  fate->checksum = file.checksum();
  std::vector<event::FileProblem> none;
  event::TargetRows reading(text, false, &none);
  for (;;) {
    const Rows rows = next_rows(reading, kLookedUpMax);
    if (rows.empty()) return;
    fate->rows += rows.size();
    at_rest_(
        [&] {
          for (const TargetRow& row : rows) {
            if (file.stands(row)) fate->lines.push_back(row.line);
          }
          step_is_done();
        },
        {});
    wait_for_step();
  }
}

// While the disk is full, or a version is published, it is tried again. False: it is to stop.
bool GoalsTaker::take(const std::function<void(pipeline::Job&)>& filling,
                      const std::function<void()>& step) {
  constexpr auto kAgain = std::chrono::milliseconds(100);
  for (;;) {
    if (is_stopping()) return false;
    bool is_taken = false;
    int64_t began = 0;
    at_rest_(
        [&] {
          if (is_taken) {
            step();
            took_ns_ = stopwatch_.monotonic_ns() - began;
          }
          step_is_done();
        },
        [&](pipeline::Job& job) {
          is_taken = true;
          began = stopwatch_.monotonic_ns();
          filling(job);
        });
    wait_for_step();
    if (is_taken) return true;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kAgain, [this] { return is_stopping(); });
  }
}

// Until what was taken is durable, and for three times as long as the stages had to do with it at
// least. Else the rows would fill one frame of the log after the other as far as a frame goes, and
// an event would wait until two of these are written. Looked at, rather than waited for: who sleeps
// on the log's own lock can hold up all that want it, where others have the processors.
void GoalsTaker::pause(uint64_t lsn) {
  constexpr int64_t kTimes = 3;
  constexpr int64_t kLongestNs = 100'000'000;
  constexpr auto kLook = std::chrono::microseconds(500);
  const int64_t until = stopwatch_.monotonic_ns() + std::min(kTimes * took_ns_, kLongestNs);
  std::unique_lock lock(mutex_);
  while (!is_stopping() && (stopwatch_.monotonic_ns() < until || core_.durable_lsn() < lsn)) {
    changed_.wait_for(lock, kLook);
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
  is_stopping_.store(true, std::memory_order_relaxed);
  changed_.notify_all();
}

}  // namespace guerdon::drop
