#include "engine/os/socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/base/assert.h"

namespace guerdon::os {
namespace {

constexpr int kBacklog = 1024;  // connections that stand but are not accepted yet

bool set_option(int fd, int level, int option) {
  const int on = 1;
  return ::setsockopt(fd, level, option, &on, sizeof on) == 0;
}

bool parse_address(const std::string& address, uint16_t port, sockaddr_in* out) {
  std::memset(out, 0, sizeof *out);
  out->sin_family = AF_INET;
  out->sin_port = htons(port);
  return ::inet_pton(AF_INET, address.c_str(), &out->sin_addr) == 1;
}

uint16_t port_of(int fd) {
  sockaddr_in address;
  socklen_t size = sizeof address;
  const int got = ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  GUERDON_ASSERT(got == 0);
  return ntohs(address.sin_port);
}

std::string failure(const char* what, const std::string& address, uint16_t port) {
  return std::string("cannot ") + what + " " + address + ":" + std::to_string(port) + ": " +
         std::strerror(errno);
}

IoResult result_of(ssize_t moved) {
  if (moved > 0) return {IoStatus::kBytes, static_cast<size_t>(moved)};
  if (moved == 0) return {IoStatus::kClosed, 0};
  const bool not_now = errno == EAGAIN || errno == EWOULDBLOCK;
  return {not_now ? IoStatus::kWouldBlock : IoStatus::kError, 0};
}

}  // namespace

// ---- Socket

Socket::Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void Socket::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void Socket::reset() {
  GUERDON_ASSERT(is_open());
  const linger at_once = {1, 0};
  (void)::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

// NOLINTBEGIN(readability-make-member-function-const): what the handle stands for changes

IoResult Socket::read(char* buffer, size_t n) {
  GUERDON_ASSERT(is_open() && n > 0);
  ssize_t got;
  do {
    got = ::recv(fd_, buffer, n, MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  return result_of(got);
}

IoResult Socket::write(std::string_view bytes) {
  GUERDON_ASSERT(is_open() && !bytes.empty());
  ssize_t sent;
  do {
    sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  return result_of(sent);
}

void Socket::shut_down_writing() { (void)::shutdown(fd_, SHUT_WR); }

// NOLINTEND(readability-make-member-function-const)

// ---- Listener

Listener Listener::open(const std::string& address, uint16_t port, std::string* error) {
  Listener listener;
  sockaddr_in where;
  if (!parse_address(address, port, &where)) {
    *error = "`" + address + "` is no IPv4 address; write four numbers, as in 127.0.0.1";
    return listener;
  }
  Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const bool is_listening =
      socket.is_open() &&
      // Else a restart would have to wait until the old connections are forgotten.
      set_option(socket.fd(), SOL_SOCKET, SO_REUSEADDR) &&
      ::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0 &&
      ::listen(socket.fd(), kBacklog) == 0;
  if (!is_listening) {
    *error = failure("listen on", address, port);
    return listener;
  }
  listener.port_ = port_of(socket.fd());
  listener.socket_ = std::move(socket);
  return listener;
}

Listener Listener::share() const {
  Listener listener;
  listener.socket_ = Socket(::fcntl(socket_.fd(), F_DUPFD_CLOEXEC, 0));
  listener.port_ = port_;
  return listener;
}

Listener::Accepted Listener::accept(Socket* connection) {
  GUERDON_ASSERT(is_open());
  for (;;) {
    const int fd = ::accept4(socket_.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      *connection = Socket(fd);
      (void)set_option(fd, IPPROTO_TCP, TCP_NODELAY);
      return Accepted::kConnection;
    }
    switch (errno) {
      case EINTR:
      case ECONNABORTED:
        continue;
      case EMFILE:
      case ENFILE:
      case ENOBUFS:
      case ENOMEM:
        return Accepted::kNoHandles;
      default:
        return Accepted::kNone;
    }
  }
}

// ---- Connecting

Socket connect_to(const std::string& address, uint16_t port, std::string* error) {
  sockaddr_in where;
  if (!parse_address(address, port, &where)) {
    *error = "`" + address + "` is no IPv4 address; write four numbers, as in 127.0.0.1";
    return {};
  }
  // Blocking while it connects; from then on every call says for itself that it does not wait.
  Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const bool is_connected =
      socket.is_open() &&
      ::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0;
  if (!is_connected) {
    *error = failure("connect to", address, port);
    return {};
  }
  (void)set_option(socket.fd(), IPPROTO_TCP, TCP_NODELAY);
  return socket;
}

bool find_address(const std::string& host, std::string* address, std::string* error) {
  addrinfo wanted = {};
  wanted.ai_family = AF_INET;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed = ::getaddrinfo(host.c_str(), nullptr, &wanted, &found);
  if (failed != 0) {
    *error = "cannot find the host " + host + ": " + ::gai_strerror(failed);
    return false;
  }
  sockaddr_in first;
  GUERDON_ASSERT(found->ai_addrlen == sizeof first);
  std::memcpy(&first, found->ai_addr, sizeof first);
  ::freeaddrinfo(found);
  char text[INET_ADDRSTRLEN];
  GUERDON_ASSERT(::inet_ntop(AF_INET, &first.sin_addr, text, sizeof text) != nullptr);
  *address = text;
  return true;
}

size_t raise_open_files(size_t wanted) {
  rlimit limit;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  if (limit.rlim_cur < wanted) {
    rlimit more = limit;
    more.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &more) == 0) limit = more;
  }
  return static_cast<size_t>(limit.rlim_cur);
}

}  // namespace guerdon::os
