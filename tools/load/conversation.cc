#include "tools/load/conversation.h"

#include <array>

#include "engine/base/assert.h"
#include "tools/load/request_form.h"

namespace guerdon::load {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;
constexpr size_t kReadBytes = size_t{16} << 10;

}  // namespace

bool Conversation::connect(const Endpoint& endpoint, std::string* error) {
  socket_ = os::connect_to(endpoint.address, endpoint.port, error);
  if (!socket_.is_open()) return false;
  if (poller_.is_open() && poller_.add(socket_.fd(), 0, {.read = true})) return true;
  *error = "the system has no file handle left";
  return false;
}

std::span<const net::ReplyPart> Conversation::ask(std::initializer_list<std::string_view> words,
                                                  std::string* error) {
  GUERDON_ASSERT(socket_.is_open());
  std::string request;
  append_request(SendForm::kLines, words, &request);
  input_.clear();
  const int64_t until = clock_.monotonic_ns() + kSilenceMaxNs;
  if (send(request, until) && read_reply(until)) return reader_.parts();
  *error = "the server did not answer " + request.substr(0, request.size() - 1);
  if (!reader_.fault().empty()) error->append(": ").append(reader_.fault());
  return {};
}

bool Conversation::send(std::string_view bytes, int64_t until_ns) {
  while (!bytes.empty()) {
    const os::IoResult result = socket_.write(bytes);
    if (result.status == os::IoStatus::kBytes) {
      bytes.remove_prefix(result.bytes);
    } else if (result.status != os::IoStatus::kWouldBlock || !wait({.write = true}, until_ns)) {
      return false;
    }
  }
  return true;
}

bool Conversation::read_reply(int64_t until_ns) {
  std::array<char, kReadBytes> buffer;
  for (;;) {
    const os::IoResult result = socket_.read(buffer.data(), buffer.size());
    if (result.status == os::IoStatus::kBytes) {
      input_.append(buffer.data(), result.bytes);
      const net::ReplyReader::Step step = reader_.next(input_);
      if (step != net::ReplyReader::Step::kMore) return step == net::ReplyReader::Step::kReply;
    } else if (result.status != os::IoStatus::kWouldBlock || !wait({.read = true}, until_ns)) {
      return false;
    }
  }
}

// False where the time is over.
bool Conversation::wait(os::Interest interest, int64_t until_ns) {
  const int64_t left_ms = (until_ns - clock_.monotonic_ns()) / kNsPerMs;
  if (left_ms <= 0) return false;
  poller_.modify(socket_.fd(), 0, interest);
  poller_.wait(static_cast<int>(left_ms));
  return true;
}

}  // namespace guerdon::load
