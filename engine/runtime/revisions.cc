#include "engine/runtime/revisions.h"

#include <utility>

#include "engine/base/assert.h"
#include "engine/event/command.h"
#include "engine/event/identity.h"
#include "engine/event/reversal.h"

namespace guerdon::runtime {

using event::CommandField;

AskedReversal look_up(const Core& core, const event::Batch& batch, const event::Record& record) {
  const event::CommandView command(batch, record);
  const auto index = static_cast<size_t>(&record - batch.records.data());
  const event::Text& source = command.has(CommandField::kFromSource)
                                  ? command.text(CommandField::kFromSource)
                                  : batch.texts[batch.identities[index].source];
  AskedReversal asked;
  asked.event.key =
      event::KeyHasher(batch.view(source)).key(batch.view(command.text(CommandField::kEvent)));
  const pipeline::KeyTable& keys = core.admission().keys();
  size_t place = 0;
  asked.is_known = keys.find(record.key, &place) != nullptr;
  asked.may_be_forgotten = keys.floor() > base::kTimeMin;
  const pipeline::SeenKey* const seen = keys.find(asked.event.key, &place);
  if (seen == nullptr) return asked;
  asked.is_found = true;
  asked.event.lsn = seen->lsn;
  asked.event.last_lsn = core.admission().last_lsn();
  asked.event.objects_forgotten = core.admission().objects().floor() > base::kTimeMin;
  return asked;
}

std::optional<history::Fault> find_reversal(const plan::Program& program, os::Disk& log,
                                            book::BookReader& book, const AskedReversal& asked,
                                            std::string* bytes) {
  if (asked.is_known) return std::nullopt;
  if (!asked.is_found) return history::unknown_event(asked.may_be_forgotten);
  return history::build_reversal(program, log, book, asked.event, bytes);
}

std::optional<history::Fault> complete_reversal(Core& core, event::Batch& batch) {
  event::Record& record = batch.records.back();
  const AskedReversal asked = look_up(core, batch, record);
  if (asked.is_known) return std::nullopt;
  if (!asked.is_found) return history::unknown_event(asked.may_be_forgotten);
  if (core.log() == nullptr || core.book() == nullptr) {
    return history::Fault{"NOBOOK",
                          "no book is kept, and what the event did is found there; open the engine "
                          "with a folder for its data and with its book"};
  }
  if (!core.flush()) return history::Fault{"INTERNAL", core.log_error()};
  if (core.book()->settle() != book::Append::kDone) {
    return history::Fault{"INTERNAL", core.book()->problem().sentence()};
  }
  book::BookReader reader(core.book()->disk());
  if (!reader.open()) return history::Fault{"INTERNAL", reader.problem().sentence()};
  std::string bytes;
  if (auto fault = find_reversal(core.program(), core.log_disk(), reader, asked, &bytes)) {
    return fault;
  }
  const bool is_given = event::give_reversal(core.program().schema, bytes, record, batch);
  GUERDON_ASSERT(is_given);
  return std::nullopt;
}

// ---- What a version corrects ----------------------------------------------------------------

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
  builder_.emplace(core_.program(), core_.log_disk(), *book_, version_, stop_);
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
      if (!core.has_room()) {
        *error = core.log_error();
        return false;
      }
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
