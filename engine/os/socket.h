#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// TCP sockets that never block: what cannot be done now is said, not waited for. Waiting is the
// Poller's (poller.h).

namespace guerdon::os {

enum class IoStatus : uint8_t {
  kBytes,       // so many bytes went through, at least one
  kWouldBlock,  // not now: wait for the poller
  kClosed,      // reading: the peer has sent all it will
  kError,       // the connection is gone
};

struct IoResult {
  IoStatus status = IoStatus::kError;
  size_t bytes = 0;
};

// One end of a connection; closed by its destructor. Movable. Delivers small writes at once
// (TCP_NODELAY). One thread at a time.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() { close(); }
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;

  bool is_open() const { return fd_ >= 0; }
  int fd() const { return fd_; }
  void close();
  // Closes at once with a reset, so that the peer gets an error instead of an end.
  void reset();

  // REQUIRES: is_open(), n > 0 or !bytes.empty().
  IoResult read(char* buffer, size_t n);
  IoResult write(std::string_view bytes);
  // The peer reads an end; reading here goes on.
  void shut_down_writing();

 private:
  int fd_ = -1;
};

// Where connections come in. One thread at a time.
class Listener {
 public:
  // `address`: an IPv4 address in dots, such as 127.0.0.1. Port 0 lets the system choose one that
  // is free. On failure is_open() is false and *error a sentence.
  static Listener open(const std::string& address, uint16_t port, std::string* error);

  // The same port, for another thread: each connection goes to one of them. Not open where the
  // process has no file handle left.
  Listener share() const;

  bool is_open() const { return socket_.is_open(); }
  int fd() const { return socket_.fd(); }
  uint16_t port() const { return port_; }

  enum class Accepted : uint8_t {
    kConnection,
    kNone,       // no one is waiting
    kNoHandles,  // someone is, but the process or the system has no file handle left
  };
  // A peer that has given up before it was accepted is passed over.
  Accepted accept(Socket* connection);

 private:
  Socket socket_;
  uint16_t port_ = 0;
};

// A connection to a listener; waits until it stands. On failure it is not open, and *error is a
// sentence.
Socket connect_to(const std::string& address, uint16_t port, std::string* error);

// The IPv4 address of a host, in dots: of a name such as localhost, or of an address, which it is.
// Asks the system, which may take its time. False with a sentence where there is none.
bool find_address(const std::string& host, std::string* address, std::string* error);

// Allows this process up to `wanted` open files and sockets, or as many as the system lets it;
// gives how many.
size_t raise_open_files(size_t wanted);

}  // namespace guerdon::os
