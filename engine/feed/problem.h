// The sentence for what was not accepted: which row, which column, what is wrong, what to change.
//
//   INVALID line 12, column amount: 500.005 has more decimals than 2; write at most 2 decimals
//
// Made at the edge, for a person to read; programs go by the code in front. Shown text is cut at 64
// bytes, and control characters in it are escaped, so that a sentence is one line and harms no
// terminal.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/event/batch.h"
#include "engine/event/refusal.h"
#include "engine/feed/csv_layout.h"

namespace guerdon::event {

// For a record of this batch that is not kOk, refused by the parser or by a later stage (then the
// phrase of its outcome is all there is to say). `columns`: CsvParser::columns(), or empty.
// REQUIRES: index < batch.records.size().
std::string explain(const Batch& batch, uint32_t index, std::span<const CsvColumn> columns);

// What is kept of a refused record; null for one that a later stage refused.
const Refusal* find_refusal(const Batch& batch, uint32_t index);

// Only what is wrong and what to change, about a field that begins with `text`.
std::string explain(const Refusal& refusal, std::string_view text);

}  // namespace guerdon::event
