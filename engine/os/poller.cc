#include "engine/os/poller.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>

#include "engine/base/assert.h"

namespace guerdon::os {
namespace {

epoll_event event_of(uint64_t token, Interest interest) {
  epoll_event event = {};
  if (interest.read) event.events |= EPOLLIN;
  if (interest.write) event.events |= EPOLLOUT;
  event.data.u64 = token;
  return event;
}

Ready ready_of(const epoll_event& event) {
  return {event.data.u64, (event.events & EPOLLIN) != 0, (event.events & EPOLLOUT) != 0,
          (event.events & (EPOLLERR | EPOLLHUP)) != 0};
}

}  // namespace

Poller::Poller() : fd_(::epoll_create1(EPOLL_CLOEXEC)) {}

Poller::~Poller() {
  if (fd_ >= 0) ::close(fd_);
}

// NOLINTBEGIN(readability-make-member-function-const): what the handle stands for changes

bool Poller::add(int fd, uint64_t token, Interest interest) {
  GUERDON_ASSERT(is_open() && fd >= 0);
  epoll_event event = event_of(token, interest);
  if (::epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &event) == 0) return true;
  GUERDON_ASSERT(errno == ENOMEM || errno == ENOSPC);
  return false;
}

void Poller::modify(int fd, uint64_t token, Interest interest) {
  control(EPOLL_CTL_MOD, fd, token, interest);
}

void Poller::remove(int fd) { control(EPOLL_CTL_DEL, fd, 0, {}); }

void Poller::control(int operation, int fd, uint64_t token, Interest interest) {
  epoll_event event = event_of(token, interest);
  const int done = ::epoll_ctl(fd_, operation, fd, &event);
  GUERDON_ASSERT(done == 0);
}

std::span<const Ready> Poller::wait(int timeout_ms) {
  GUERDON_ASSERT(is_open());
  std::array<epoll_event, kReadyMax> events;
  const int count = ::epoll_wait(fd_, events.data(), kReadyMax, timeout_ms);
  GUERDON_ASSERT(count >= 0 || errno == EINTR);
  if (count <= 0) return {};
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) ready_[i] = ready_of(events[i]);
  return {ready_.data(), static_cast<size_t>(count)};
}

Waker::Waker() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

Waker::~Waker() {
  if (fd_ >= 0) ::close(fd_);
}

void Waker::wake() {
  const uint64_t one = 1;
  ssize_t done;
  do {
    done = ::write(fd_, &one, sizeof one);
  } while (done < 0 && errno == EINTR);
  // Otherwise the counter is full, and so the poller is awake anyway.
  GUERDON_ASSERT(done == sizeof one || errno == EAGAIN);
}

void Waker::clear() {
  uint64_t count;
  ssize_t done;
  do {
    done = ::read(fd_, &count, sizeof count);
  } while (done < 0 && errno == EINTR);
  GUERDON_ASSERT(done == sizeof count || errno == EAGAIN);
}

// NOLINTEND(readability-make-member-function-const)

}  // namespace guerdon::os
