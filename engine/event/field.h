// Single values: text in, slot value out. What is wrong is a Reason; nothing is written then.
//
// Empty text never comes here: an empty field is a missing attribute. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/event/refusal.h"
#include "engine/event/schema.h"

namespace guerdon::event {

// A decimal, in minor units of field.scale. Finer than the scale is refused, not rounded.
std::optional<Reason> read_amount(std::string_view text, const Field& field, int64_t* value);

// [-]digits, at most money::kCountMax. Zeros may lead.
std::optional<Reason> read_count(std::string_view text, bool is_signed, int64_t* value);

// Exactly `true` or `false`.
std::optional<Reason> read_flag(std::string_view text, int64_t* value);

// Whether it may be a text, a name or an id: see text_rules.h.
std::optional<Reason> read_text(std::string_view text, int bytes_max);

}  // namespace guerdon::event
