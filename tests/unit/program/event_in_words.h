// Events as a test writes them down, and the records that the parser and admission make of them.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "engine/event/batch.h"
#include "engine/program/program.h"

namespace guerdon::plan {

inline constexpr base::TimeMs kDay = 86'400'000;

// What is not set is missing. Amounts are minor units; flags 0 or 1; texts are accounts too.
struct Event {
  std::string type = "sale";
  std::map<std::string, int64_t> numbers;
  std::map<std::string, std::string> texts;
  base::TimeMs occurred_at = 0;
  base::TimeMs at = 0;  // the clock
  std::string id;       // of the key; what it says is the payload
  std::string object;   // empty: none
  int64_t version = event::kNoVersion;
};

// Adds the record as the parser leaves it: texts are indexes into the batch's. A type that no plan
// declares is ignored. Returns its index.
uint32_t add_record(const Program& program, const Event& event, event::Batch& batch);

// Texts that are not accounts become symbols, as admission does it.
void resolve_texts(const Program& program, const event::Record& record, event::Batch& batch,
                   Symbols& symbols);

}  // namespace guerdon::plan
