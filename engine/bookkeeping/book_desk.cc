#include "engine/bookkeeping/book_desk.h"

#include <atomic>
#include <memory>
#include <utility>

namespace guerdon::bookkeeping {

BookDesk::BookDesk(BookKeeper& keeper)
    : keeper_(keeper), reader_(keeper.disk()), tasks_(kWaitingMax), thread_([this] { run(); }) {}

void BookDesk::stop() {
  tasks_.close();
  thread_.join();
}

bool BookDesk::push(Task task) { return os::BlockingQueue<Task>::Producer(tasks_).try_push(task); }

void BookDesk::drain() {
  // Shared: who is told may be gone before the telling is.
  const auto is_done = std::make_shared<std::atomic<bool>>(false);
  const bool is_taken = os::BlockingQueue<Task>::Producer(tasks_).push([is_done](const Reading&) {
    is_done->store(true, std::memory_order_release);
    is_done->notify_one();
  });
  if (is_taken) is_done->wait(false, std::memory_order_acquire);
}

void BookDesk::run() {
  for (Task task; tasks_.pop(&task); task = nullptr) task(reading());
}

// What was asked for is on the disk when this returns.
BookDesk::Reading BookDesk::reading() {
  if (keeper_.settle() != book::Append::kDone) return {nullptr, keeper_.problem().sentence()};
  const bool is_new = !is_open_ || reader_.blocks() == 0;
  is_open_ = is_new ? reader_.open() : is_open_;
  if (!is_open_) return {nullptr, reader_.problem().sentence()};
  return {&reader_, ""};
}

}  // namespace guerdon::bookkeeping
