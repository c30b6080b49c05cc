#include "engine/runtime/corrections.h"

#include <utility>

#include "engine/base/assert.h"
#include "engine/event/reversal.h"

namespace guerdon::runtime {

bool Corrections::look() {
  const plan::Published* const version = core_.admission().uncorrected();
  if (version != nullptr) version_ = {version->lsn, core_.admission().corrected_to(version->lsn)};
  return version != nullptr;
}

bool Corrections::begin(std::string* error) {
  if (!core_.can_correct()) {
    *error = "what the version that was published at LSN " + std::to_string(version_.lsn) +
             " corrects is read from the book, and none is kept; open the engine with its book";
    return false;
  }
  if (!core_.flush()) {
    *error = core_.log_error();
    return false;
  }
  if (core_.book()->settle() != book::Append::kDone) {
    *error = core_.book()->problem().sentence();
    return false;
  }
  builder_.reset();
  book_.emplace(core_.book()->disk());
  if (!book_->open()) {
    *error = book_->problem().sentence();
    return false;
  }
  builder_.emplace(core_.program(), core_.log_disk(), *book_, version_);
  is_last_ = false;
  return true;
}

bool Corrections::read(std::string* error) {
  next_.clear();
  if (is_last_) return false;
  std::string bytes;
  while (next_.size() < kAtOnce && builder_->next(&bytes)) next_.push_back(std::move(bytes));
  if (!builder_->problem().empty()) {
    *error = builder_->problem();
    return false;
  }
  is_last_ = next_.size() < kAtOnce;
  return true;
}

void Corrections::put(event::Batch& batch) {
  const event::Schema& schema = core_.program().schema;
  for (const std::string& bytes : next_) {
    const bool is_added = event::add_correction(schema, version_.lsn, bytes, batch);
    GUERDON_ASSERT(is_added);
  }
  if (!is_last_) return;
  const bool is_added = event::add_correction(schema, version_.lsn, "", batch);
  GUERDON_ASSERT(is_added);
}

bool correct_all(Core& core, std::string* error) {
  error->clear();
  Corrections corrections(core);
  while (corrections.look()) {
    if (!corrections.begin(error)) return false;
    while (corrections.read(error)) {
      pipeline::Job& job = core.assembly().take();
      corrections.put(job.batch);
      core.assembly().submit(job);
      core.assembly().drain();
    }
    if (!error->empty()) return false;
  }
  return true;
}

}  // namespace guerdon::runtime
