#include "tools/guerdon/disk/log_words.h"

namespace guerdon::tools {

std::string hex(std::span<const uint8_t> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0xf];
  }
  return text;
}

std::string flags_in_words(uint32_t flags) {
  std::string words;
  for (uint32_t bit = 1; bit != 0; bit <<= 1) {
    if ((flags & bit) == 0) continue;
    if (!words.empty()) words += ", ";
    words += bit == wal::kSeal    ? "seal"
             : bit == wal::kClean ? "stopped in order"
                                  : "flag " + std::to_string(bit);
  }
  return words;
}

std::string torn_in_words(const wal::TornTail& torn) {
  return std::to_string(torn.bytes) + " bytes torn at " + torn.file + ", " +
         std::to_string(torn.offset) +
         ": on their way when writing stopped, or damaged since; the next start keeps them aside";
}

}  // namespace guerdon::tools
