#include "engine/event/outcome.h"

#include <array>
#include <cstddef>

#include "engine/base/assert.h"

namespace guerdon::event {
namespace {

struct Wording {
  std::string_view word;
  std::string_view phrase;
};

constexpr std::array<Wording, kOutcomes> kWordings{{
#define GUERDON_OUTCOME_WORDING(name, word, phrase) {word, phrase},
    GUERDON_OUTCOMES(GUERDON_OUTCOME_WORDING)
#undef GUERDON_OUTCOME_WORDING
}};

const Wording& wording(Outcome outcome) {
  const auto index = static_cast<size_t>(outcome);
  GUERDON_ASSERT(index < kWordings.size());
  return kWordings[index];
}

}  // namespace

std::string_view outcome_word(Outcome outcome) { return wording(outcome).word; }
std::string_view outcome_phrase(Outcome outcome) { return wording(outcome).phrase; }

}  // namespace guerdon::event
