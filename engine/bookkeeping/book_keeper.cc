#include "engine/bookkeeping/book_keeper.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/base/assert.h"
#include "engine/bookkeeping/book_entries.h"
#include "engine/bookkeeping/entry_order.h"

namespace guerdon::bookkeeping {

using book::Append;
using book::Position;

namespace {

// Accounts come in any order, so their places are never near at hand: they are asked for so many
// entries before.
constexpr size_t kAhead = 16;

constexpr uint64_t kTurnsUnflushedMax = 100;  // a second, as long as turns are kGatherMs

std::chrono::milliseconds ms(int count) { return std::chrono::milliseconds(count); }

}  // namespace

BookKeeper::BookKeeper(std::unique_ptr<os::Disk> disk, const plan::Program& program,
                       uint64_t segment_bytes)
    : disk_(std::move(disk)), program_(&program), segment_bytes_(segment_bytes) {
  GUERDON_ASSERT(disk_ != nullptr && book::is_segment_size(segment_bytes));
}

BookKeeper::~BookKeeper() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

bool BookKeeper::open(const book::LogId& log, const book::StatePoint& state) {
  GUERDON_ASSERT(!is_open());
  auto writer = std::make_unique<book::BookWriter>(*disk_, book::BookShape{log, segment_bytes_});
  if (!writer->open(state)) {
    const std::lock_guard lock(mutex_);
    problem_ = writer->problem();
    return false;
  }
  writer_ = std::move(writer);
  problem_ = {};
  note_figures();
  thread_ = os::Thread([this] { run(); });
  return true;
}

void BookKeeper::give_up(std::string why) {
  const std::lock_guard lock(mutex_);
  if (!why.empty()) {
    problem_ = {};
    problem_.fault = book::Fault::kMissing;
    problem_.what = std::move(why);
  }
  is_given_up_ = true;
  drop_waiting();
  room_.notify_all();
  settled_.notify_all();
}

void BookKeeper::drop_waiting() {
  waiting_.clear();
  waiting_lots_.clear();
}

void BookKeeper::end_replay() {
  if (!is_open() || settle() != Append::kDone) return;
  // Nothing is taken now, so the thread leaves the writer alone.
  if (writer_->cut() == Append::kDone) return note_figures();
  const std::lock_guard lock(mutex_);
  problem_ = writer_->problem();
  is_given_up_ = true;
}

// ---- The tail's side ----------------------------------------------------------------------------

void BookKeeper::take(std::span<const std::vector<ledger::Entry>> job,
                      std::span<const std::vector<ledger::EntryLot>> lots) {
  size_t count = 0;
  for (const std::vector<ledger::Entry>& entries : job) count += entries.size();
  if (count == 0) return;
  Lock lock(mutex_);
  const auto has_room = [&] { return waiting_.empty() || waiting_.size() + count <= kBehindMax; };
  room_.wait(lock, [&] { return is_given_up_ || is_full_ || has_room(); });
  if (!is_given_up_ && !has_room()) {
    is_given_up_ = true;  // problem_ says that the disk is full
    drop_waiting();
  }
  if (is_given_up_) return;
  for (const std::vector<ledger::Entry>& entries : job) {
    waiting_.insert(waiting_.end(), entries.begin(), entries.end());
  }
  for (const std::vector<ledger::EntryLot>& beside : lots) {
    waiting_lots_.insert(waiting_lots_.end(), beside.begin(), beside.end());
  }
  if (!std::exchange(is_idle_, false) && waiting_.size() < kWakeAt) return;
  lock.unlock();
  wake_.notify_one();
}

// ---- The thread ---------------------------------------------------------------------------------

void BookKeeper::run() {
  Lock lock(mutex_);
  for (bool is_last = false; !is_last;) {
    gather(lock);
    is_last = is_closing_;
    work(lock);
  }
  is_given_up_ = true;  // nobody writes it any more
  settled_.notify_all();
}

// Waits for entries, and then a little for more of them: to wake a thread costs as much as dozens
// of events do.
void BookKeeper::gather(Lock& lock) {
  const auto has_to_go_on = [this] { return asked_ != answered_ || is_closing_; };
  if (is_full_) {
    wake_.wait_for(lock, ms(kRetryMs), [this] { return is_closing_; });
    gone_unflushed_ = kTurnsUnflushedMax;
    return;
  }
  if (waiting_.empty() && !has_to_go_on()) {
    is_idle_ = true;
    const auto has_work = [&] { return !is_idle_ || has_to_go_on(); };
    if (gone_unflushed_ == 0) {
      wake_.wait(lock, has_work);
    } else if (!wake_.wait_for(lock, ms(kIdleMs), has_work)) {
      gone_unflushed_ = kTurnsUnflushedMax;
    }
    is_idle_ = false;
  }
  if (waiting_.empty()) return;
  wake_.wait_for(lock, ms(kGatherMs), [&] { return waiting_.size() >= kWakeAt || has_to_go_on(); });
}

void BookKeeper::work(Lock& lock) {
  work_.clear();
  work_lots_.clear();
  std::swap(work_, waiting_);
  std::swap(work_lots_, waiting_lots_);
  in_work_ = work_.size();
  const uint64_t asked = asked_;
  const bool is_given_up = is_given_up_;
  const bool is_asked = asked != answered_ || is_closing_;
  lock.unlock();
  room_.notify_all();
  if (!is_given_up) {
    put_down();
    ++gone_unflushed_;
    if (is_asked || gone_unflushed_ >= kTurnsUnflushedMax) {
      if (flush_with_patience() == Append::kFailed) note_failure();
      gone_unflushed_ = 0;
    }
    note_figures();
  }
  lock.lock();
  in_work_ = 0;
  answered_ = asked;
  settled_.notify_all();
}

void BookKeeper::put_down() {
  put_in_order(work_);
  put_in_order(work_lots_);
  LotsBeside lots(work_lots_);
  const std::lock_guard newest_lock(newest_mutex_);
  for (size_t i = 0; i < work_.size(); ++i) {
    if (i + kAhead < work_.size()) newest_.prefetch(work_[i + kAhead].account);
    const ledger::Entry& entry = work_[i];
    Position& newest = newest_.place(entry.account);
    const book::BookEntry kept = book_entry_of(*program_, entry, lots.of(entry));
    if (append_with_patience(kept, &newest) == Append::kDone) continue;
    return note_failure();
  }
  GUERDON_ASSERT(lots.is_done());
}

Append BookKeeper::append_with_patience(const book::BookEntry& entry, Position* newest) {
  Append done = writer_->append(entry, newest);
  if (done != Append::kFull) [[likely]]
    return done;
  while (done == Append::kFull && wait_for_room()) done = writer_->append(entry, newest);
  if (done == Append::kDone) note_room();
  return done;
}

Append BookKeeper::flush_with_patience() {
  const Append done = writer_->flush();
  const std::lock_guard lock(mutex_);
  is_full_ = done == Append::kFull;
  if (is_full_) problem_ = writer_->problem();
  return done;
}

// False: not any more. Who settles meanwhile is told that the disk is full.
bool BookKeeper::wait_for_room() {
  Lock lock(mutex_);
  is_full_ = true;
  problem_ = writer_->problem();
  answered_ = asked_;
  room_.notify_all();
  settled_.notify_all();
  const auto is_over = [this] { return is_closing_ || is_given_up_; };
  return !wake_.wait_for(lock, ms(kRetryMs), is_over);
}

void BookKeeper::note_room() {
  const std::lock_guard lock(mutex_);
  is_full_ = false;
}

void BookKeeper::note_failure() {
  const std::lock_guard lock(mutex_);
  problem_ = writer_->problem();
  is_given_up_ = true;
  drop_waiting();
  room_.notify_all();
}

void BookKeeper::note_figures() {
  Figures now;
  now.entries = writer_->entries();
  now.durable = writer_->durable_entries();
  now.bytes = writer_->position();
  {
    const std::lock_guard newest_lock(newest_mutex_);
    now.accounts = newest_.size();
    now.memory = newest_.bytes();
  }
  const std::lock_guard lock(mutex_);
  figures_ = now;
  if (now.durable == now.entries) durable_end_ = now.bytes;
}

// ---- Any thread ---------------------------------------------------------------------------------

Append BookKeeper::settle() {
  Lock lock(mutex_);
  if (is_given_up_ || !is_open()) return Append::kFailed;
  const uint64_t mine = ++asked_;
  wake_.notify_one();
  settled_.wait(lock, [&] { return answered_ >= mine || is_given_up_; });
  if (is_given_up_) return Append::kFailed;
  return is_full_ ? Append::kFull : Append::kDone;
}

bool BookKeeper::is_given_up() const {
  const std::lock_guard lock(mutex_);
  return is_given_up_;
}

book::Problem BookKeeper::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

Position BookKeeper::newest(uint64_t account) {
  Position newest = book::kNoPosition;
  {
    const std::lock_guard newest_lock(newest_mutex_);
    newest = newest_.find(account);
  }
  Lock lock(mutex_);
  const bool is_on_disk = newest == book::kNoPosition || newest < durable_end_;
  lock.unlock();
  if (!is_on_disk) (void)settle();
  return newest;
}

BookKeeper::Figures BookKeeper::figures() const {
  const std::lock_guard lock(mutex_);
  Figures now = figures_;
  now.waiting = waiting_.size() + in_work_;
  now.is_full = is_full_;
  return now;
}

// ---- Snapshots ----------------------------------------------------------------------------------

void BookKeeper::save(snapshot::SnapshotWriter& out) const {
  const std::lock_guard newest_lock(newest_mutex_);
  std::vector<std::pair<uint64_t, Position>> sorted;
  sorted.reserve(newest_.size());
  newest_.visit_all(
      [&](uint64_t account, Position position) { sorted.emplace_back(account, position); });
  std::sort(sorted.begin(), sorted.end());
  out.put_unsigned(sorted.size());
  for (const auto& [account, position] : sorted) {
    out.put_word(account);
    out.put_unsigned(position);
  }
}

bool BookKeeper::load(snapshot::SectionReader& in) {
  const std::lock_guard newest_lock(newest_mutex_);
  GUERDON_ASSERT(is_open() && newest_.size() == 0);
  uint64_t count = 0;
  if (!in.take_unsigned(writer_->entries(), &count)) return false;
  uint64_t before = 0;
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t account = 0;
    uint64_t position = 0;
    if (!in.take_word(&account) || !in.take_unsigned(writer_->position(), &position)) return false;
    if (position == book::kNoPosition || (i > 0 && account <= before)) {
      return in.fail("the accounts of the book are not in their order");
    }
    newest_.place(account) = position;
    before = account;
  }
  return true;
}

}  // namespace guerdon::bookkeeping
