#include "tests/durable/line_client.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <charconv>

namespace guerdon {

LineClient::LineClient(uint16_t port) {
  std::string error;
  socket_ = os::connect_to("127.0.0.1", port, &error);
  EXPECT_TRUE(socket_.is_open()) << error;
}

void LineClient::send(std::string_view text) {
  while (!text.empty()) {
    const os::IoResult result = socket_.write(text);
    if (result.status == os::IoStatus::kBytes) {
      text.remove_prefix(result.bytes);
      continue;
    }
    ASSERT_EQ(result.status, os::IoStatus::kWouldBlock) << "the connection is gone";
    pollfd writable{socket_.fd(), POLLOUT, 0};
    ASSERT_EQ(::poll(&writable, 1, kLongMs), 1) << "nobody reads";
  }
}

std::optional<std::string> LineClient::reply(int wait_ms) {
  for (;;) {
    const size_t end = in_.find("\r\n");
    if (end != std::string::npos) {
      std::string line = in_.substr(0, end);
      in_.erase(0, end + 2);
      return line;
    }
    if (has_ended_ || !wait(wait_ms)) return std::nullopt;
  }
}

bool LineClient::is_silent(int wait_ms) { return in_.empty() && !wait(wait_ms); }

bool LineClient::wait(int wait_ms) {
  pollfd readable{socket_.fd(), POLLIN, 0};
  if (::poll(&readable, 1, wait_ms) <= 0) return false;
  char bytes[4096];
  const os::IoResult result = socket_.read(bytes, sizeof bytes);
  if (result.status == os::IoStatus::kBytes) in_.append(bytes, result.bytes);
  has_ended_ = result.status == os::IoStatus::kClosed || result.status == os::IoStatus::kError;
  return true;
}

uint64_t LineClient::lsn_of(std::string_view reply) {
  const size_t space = reply.find(' ');
  if (!reply.starts_with('+') || space == std::string_view::npos) return 0;
  uint64_t lsn = 0;
  std::from_chars(reply.data() + space + 1, reply.data() + reply.size(), lsn);
  return lsn;
}

}  // namespace guerdon
