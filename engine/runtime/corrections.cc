#include "engine/runtime/corrections.h"

#include <utility>

#include "engine/base/assert.h"
#include "engine/event/reversal.h"

namespace guerdon::runtime {

bool Corrections::begin(std::string* error) {
  const plan::Published* const version = core_.admission().uncorrected();
  if (version == nullptr) return false;
  GUERDON_ASSERT(core_.can_correct());
  if (!core_.flush()) {
    *error = core_.log_error();
    return false;
  }
  if (core_.book()->settle() != book::Append::kDone) {
    *error = core_.book()->problem().sentence();
    return false;
  }
  publication_ = version->lsn;
  builder_.reset();
  book_.emplace(core_.book()->disk());
  if (!book_->open()) {
    *error = book_->problem().sentence();
    return false;
  }
  builder_.emplace(core_.program(), core_.log_disk(), *book_,
                   history::CorrectionBuilder::Version{
                       publication_, core_.admission().corrected_to(publication_)});
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
    const bool is_added = event::add_correction(schema, publication_, bytes, batch);
    GUERDON_ASSERT(is_added);
  }
  if (!is_last_) return;
  const bool is_added = event::add_correction(schema, publication_, "", batch);
  GUERDON_ASSERT(is_added);
}

bool correct_all(Core& core, std::string* error) {
  error->clear();
  Corrections corrections(core);
  while (corrections.begin(error)) {
    while (corrections.read(error)) {
      pipeline::Job& job = core.assembly().take();
      corrections.put(job.batch);
      core.assembly().submit(job);
      core.assembly().drain();
    }
    if (!error->empty()) return false;
  }
  return error->empty();
}

}  // namespace guerdon::runtime
