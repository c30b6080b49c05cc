// The numbers of a log as words.
#pragma once

#include <span>
#include <string>

#include "engine/wal/format.h"
#include "engine/wal/log_reader.h"

namespace guerdon::tools {

// Two digits a byte, in the order in which they lie.
std::string hex(std::span<const uint8_t> bytes);

// "seal, stopped in order"; empty for none. A flag of no name is its number.
std::string flags_in_words(uint32_t flags);

// "300 bytes torn at wal-….seg, 12288: ..."
std::string torn_in_words(const wal::TornTail& torn);

}  // namespace guerdon::tools
