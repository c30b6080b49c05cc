#include "engine/server/reply_gate.h"

#include <utility>

namespace guerdon::server {

std::unique_ptr<Mail> ReplyGate::take() {
  const std::lock_guard lock(mutex_);
  if (free_.empty()) return std::make_unique<Mail>();
  std::unique_ptr<Mail> mail = std::move(free_.back());
  free_.pop_back();
  return mail;
}

void ReplyGate::push(std::unique_ptr<Mail> mail) {
  const std::lock_guard lock(mutex_);
  bytes_.fetch_add(mail->bytes.size(), std::memory_order_relaxed);
  mails_.push_back(std::move(mail));
  waiting_.store(mails_.size());
}

std::unique_ptr<Mail> ReplyGate::next(uint64_t durable_lsn) {
  const std::lock_guard lock(mutex_);
  if (mails_.empty() || mails_.front()->lsn > durable_lsn) return nullptr;
  std::unique_ptr<Mail> mail = std::move(mails_.front());
  mails_.pop_front();
  bytes_.fetch_sub(mail->bytes.size(), std::memory_order_relaxed);
  waiting_.store(mails_.size());
  return mail;
}

void ReplyGate::give_back(std::unique_ptr<Mail> mail) {
  if (mail->bytes.capacity() > kBytesKept) return;
  mail->pieces.clear();
  mail->bytes.clear();
  const std::lock_guard lock(mutex_);
  if (free_.size() < kFreeMax) free_.push_back(std::move(mail));
}

}  // namespace guerdon::server
