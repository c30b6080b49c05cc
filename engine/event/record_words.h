// An event or a command of a batch in words, for people: what it says under the names that it is
// sent with.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/event/batch.h"
#include "engine/event/schema.h"

namespace guerdon::event {

struct RecordWords {
  using Fields = std::vector<std::pair<std::string, std::string>>;

  // type, source, id, occurred_at; of a command its word instead of the type, and its id if it has
  // one.
  Fields fields;
  // In the order of the slots; where two plans read one in two ways, each reading. Fields of a
  // command's further legs have their number behind the name: `amount 2`.
  Fields attributes;
};

// Of the last record. REQUIRES: the parser, or the reader of a log, accepted it and left its
// identity; texts are as parsed.
RecordWords in_words(const Schema& schema, const Batch& batch);

// A value as it is written in a request. REQUIRES: no text and no account.
std::string number_in_words(const Field& field, int64_t value);

// A time of the engine, or its number where it is none.
std::string time_in_words(TimeMs time);

}  // namespace guerdon::event
