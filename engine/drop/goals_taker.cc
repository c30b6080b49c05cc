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

void add_problem(uint64_t line, std::string sentence, FileFate* fate) {
  if (fate->problems.size() < event::kProblemsMax) {
    fate->problems.push_back({line, std::move(sentence)});
  }
}

// All of them hold.
void tell_applied(std::string_view text, FileFate* fate) {
  std::vector<event::FileProblem> none;  // it was read when it was checked
  event::TargetRows reading(text, false, &none);
  for (TargetRow row; reading.next(&row);) fate->lines.push_back(row.line);
  fate->rows = fate->lines.size();
  fate->became = Became::kApplied;
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
  // since they were read: the thread has others that wait for it. Where one of them can be no
  // record, none is: what is staged are the first rows of the file without a gap, so that a start
  // that goes on behind as many leaves out none.
  void fill(pipeline::Job& job, const os::Clock* wall) {
    job_ = &job;
    if (program_ != &core_.program()) [[unlikely]]
      read();
    has_faults_ =
        std::ranges::any_of(faults_, [](const std::string& fault) { return !fault.empty(); });
    if (has_faults_) return;
    std::swap(job.batch, batch_);
    if (wall != nullptr) job.at.assign(job.batch.records.size(), wall->wall_ms());
  }

  // Whether all of them are staged. REQUIRES: the job is complete, and still there.
  bool look(FileFate* fate) {
    bool is_whole = true;
    size_t record = 0;
    for (size_t i = 0; i < rows_.size(); ++i) {
      std::string fault = has_faults_ ? std::move(faults_[i]) : look(record++);
      if (fault.empty()) continue;
      is_whole = false;
      add_problem(rows_[i].line, std::move(fault), fate);
    }
    return is_whole;
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

  // Why the row is not staged; empty: it is.
  std::string look(size_t index) {
    const event::Record& record = job_->batch.records[index];
    last_lsn_ = std::max(last_lsn_, record.lsn);
    if (record.outcome == event::Outcome::kOk) return "";
    const runtime::Refused refused =
        runtime::explain_refusal(*program_, job_->batch, record, job_->results[index]);
    return std::string(refused.code) + " " + refused.sentence;
  }

  const runtime::Core& core_;
  runtime::GoalsOfFile& file_;
  const std::span<const TargetRow> rows_;
  const pipeline::Job* job_ = nullptr;
  const plan::Program* program_ = nullptr;  // that they were read by
  event::Batch batch_;
  std::vector<std::string> faults_;  // one a row; empty: it can be a record
  bool has_faults_ = false;          // then nothing was handed over
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

// A file that the log knows was good once.
bool GoalsTaker::check_by_plans(std::string_view text, FileFate* fate) {
  runtime::GoalsOfFile file(core_, text);
  if (look_up(file).is_committed) return true;
  std::vector<event::FileProblem> none;
  event::TargetRows reading(text, false, &none);
  for (TargetRow row; reading.next(&row) && !is_stopping();) {
    const base::TimeMs now = wall_ == nullptr ? base::kTimeMin : wall_->wall_ms();
    std::string fault = file.fault_of(row, now);
    if (!fault.empty()) add_problem(row.line, std::move(fault), fate);
    if (fate->problems.size() == event::kProblemsMax) break;
  }
  return fate->problems.empty();
}

GoalsTaker::Known GoalsTaker::look_up(const runtime::GoalsOfFile& file) {
  Known known;
  at_rest_(
      [&] {
        known = {file.is_committed(), file.staged_rows(), file.other_staged()};
        step_is_done();
      },
      {});
  wait_for_step();
  return known;
}

void GoalsTaker::apply(std::string_view text, FileFate* fate) {
  runtime::GoalsOfFile file(core_, text);
  fate->checksum = file.checksum();
  fate->became = Became::kStopped;
  const Known known = look_up(file);
  if (known.is_committed) return tell_applied(text, fate);
  if (!known.other.empty() && !give_up_file(known.other)) return;
  uint64_t rows = known.staged;
  if (stage(file, text, &rows, fate) && commit(file, rows, fate)) {
    tell_applied(text, fate);
    fate->fresh = fate->rows;
    return;
  }
  if (fate->problems.empty() || is_stopping()) return;
  // What no longer can be is told row by row, and not only what was come to.
  FileFate again;
  if (!check_by_plans(text, &again) && !again.problems.empty()) {
    fate->problems = std::move(again.problems);
  }
  if (!is_stopping() && give_up_file(file.checksum())) fate->became = Became::kRefused;
}

// The rows behind the first *rows; all of them are in *rows then. False: fate->problems, or it is
// to stop.
bool GoalsTaker::stage(runtime::GoalsOfFile& file, std::string_view text, uint64_t* rows,
                       FileFate* fate) {
  std::vector<event::FileProblem> none;
  event::TargetRows reading(text, false, &none);
  TargetRow passed;
  for (uint64_t row = 0; row < *rows && reading.next(&passed);) ++row;
  for (;;) {
    const Rows batch = next_rows(reading, event::kBatchRecordsMax);
    if (batch.empty()) return true;
    RowsOfJob next(core_, file, batch);
    bool is_whole = true;
    const bool is_taken = take([&](pipeline::Job& job) { next.fill(job, wall_); },
                               [&] { is_whole = next.look(fate); });
    if (!is_taken || !is_whole) return false;
    *rows += batch.size();
    pause(next.last_lsn());
  }
}

// The same.
bool GoalsTaker::commit(runtime::GoalsOfFile& file, uint64_t rows, FileFate* fate) {
  Answered answered;
  const auto put = [&](event::Batch& batch) { file.put_commit(rows, batch); };
  if (!take_one(put, &answered)) return false;
  if (!answered.refusal.empty()) {
    add_problem(0, std::move(answered.refusal), fate);
    return false;
  }
  return core_.wait_until_durable(answered.lsn);  // else the process is about to end
}

void GoalsTaker::give_up(std::string_view text, FileFate* fate) {
  runtime::GoalsOfFile file(core_, text);
  fate->checksum = file.checksum();
  const Known known = look_up(file);
  if (known.is_committed) return tell_applied(text, fate);
  if (known.staged > 0) (void)give_up_file(file.checksum());
}

bool GoalsTaker::give_up_staged() {
  runtime::GoalsOfFile none(core_, "");
  const Known known = look_up(none);
  return known.other.empty() || give_up_file(known.other);
}

bool GoalsTaker::give_up_file(const std::string& checksum) {
  runtime::GoalsOfFile any(core_, "");
  Answered answered;
  const auto put = [&](event::Batch& batch) { any.put_abort(checksum, batch); };
  return take_one(put, &answered) && core_.wait_until_durable(answered.lsn);
}

bool GoalsTaker::take_one(const std::function<void(event::Batch&)>& put, Answered* answered) {
  pipeline::Job* taken = nullptr;
  return take(
      [&](pipeline::Job& job) {
        taken = &job;
        put(job.batch);
        if (wall_ != nullptr) job.at.assign(job.batch.records.size(), wall_->wall_ms());
      },
      [&] {
        const event::Record& record = taken->batch.records.front();
        *answered = {record.outcome, record.lsn, ""};
        const bool is_done =
            record.outcome == event::Outcome::kOk || record.outcome == event::Outcome::kDuplicate;
        if (is_done) return;
        const runtime::Refused refused =
            runtime::explain_refusal(core_.program(), taken->batch, record, taken->results.front());
        answered->refusal = std::string(refused.code) + " " + refused.sentence;
      });
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
