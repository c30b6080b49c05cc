#include "engine/net/connection.h"

#include "engine/base/assert.h"

namespace guerdon::net {

void Connection::consume(size_t n) {
  GUERDON_ASSERT(n <= input_.size());
  input_.remove_prefix(n);
}

void Connection::set_throttled(bool is_throttled) {
  if (is_throttled_ == is_throttled) return;
  is_throttled_ = is_throttled;
  mark();
}

void Connection::close_when_flushed() {
  is_closing_ = true;
  mark();
}

void Connection::mark() {
  if (is_marked_) return;
  is_marked_ = true;
  changed_->push_back(id_);
}

void Connection::receive(std::string_view bytes) {
  GUERDON_ASSERT(input_.size() == rest_.size());
  if (rest_.empty()) {
    input_ = bytes;  // the usual case: nothing is copied
    return;
  }
  rest_.append(bytes);
  input_ = rest_;
}

size_t Connection::keep_rest() {
  const bool is_in_rest = !rest_.empty();
  if (!is_in_rest) {
    rest_.assign(input_);
  } else {
    rest_.erase(0, rest_.size() - input_.size());
  }
  if (rest_.empty() && rest_.capacity() > kLittle) std::string().swap(rest_);
  input_ = rest_;
  return rest_.size();
}

}  // namespace guerdon::net
