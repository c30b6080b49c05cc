#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

// Waiting for many sockets at once (epoll, level-triggered: what is not dealt with is told again),
// and being woken by another thread.

namespace guerdon::os {

// What to wait for. With neither, only that the connection is gone is told.
struct Interest {
  bool read = false;
  bool write = false;

  bool operator==(const Interest&) const = default;
};

struct Ready {
  uint64_t token = 0;
  bool read = false;   // bytes, or the peer's end
  bool write = false;  // room
  bool gone = false;   // broken, or closed in both directions
};

// One thread at a time. File descriptors that are closed leave by themselves.
class Poller {
 public:
  static constexpr size_t kReadyMax = 512;  // of one wait(); the rest comes with the next

  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // False where the system has none left.
  bool is_open() const { return fd_ >= 0; }

  // `token` comes back with what is ready. False where the system refuses (no memory, its limit).
  // REQUIRES: is_open(); the descriptor is open, and not there yet.
  bool add(int fd, uint64_t token, Interest interest);
  // REQUIRES: the descriptor is there.
  void modify(int fd, uint64_t token, Interest interest);
  void remove(int fd);

  // Waits until something is ready or the time is over; negative waits for ever, 0 not at all. The
  // span is valid until the next call, and empty where time is over or a signal came.
  std::span<const Ready> wait(int timeout_ms);

 private:
  void control(int operation, int fd, uint64_t token, Interest interest);

  int fd_ = -1;
  std::array<Ready, kReadyMax> ready_;
};

// Makes a poller's wait() return. wake() may be called by any thread, also before wait(): it is
// then ready at once. Any number of wakes before clear() are one.
class Waker {
 public:
  Waker();
  ~Waker();
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;

  // False where the system has no descriptor left.
  bool is_open() const { return fd_ >= 0; }
  int fd() const { return fd_; }  // for Poller::add, to read
  void wake();
  void clear();

 private:
  int fd_ = -1;
};

}  // namespace guerdon::os
