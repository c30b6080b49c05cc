// What the CSV tests and the fuzz target share: a schema with every kind of slot, headers, and the
// parser's result in the form of its slow twin.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/batch.h"
#include "engine/event/schema.h"
#include "engine/feed/csv_layout.h"
#include "tests/unit/feed/slow_csv.h"

namespace guerdon::event {

inline constexpr std::string_view kSource = "shop";

// purchase: each kind, two readings of amount, two of city. cancel: signed values. odd: reads the
// columns that the engine reads itself.
Schema example_schema();

// 0: the usual one, as in the traces. 1: only what is required. 2: another order, undeclared ones.
std::span<const std::string_view> example_headers();

// The names in a header without quotes.
std::vector<std::string> split_names(std::string_view header);

slow::Event event_of(const Batch& batch, size_t index, const Schema& schema);

// The parser's events of `text`, given whole.
std::vector<slow::Event> parse_whole(const Schema& schema, std::string_view header,
                                     std::string_view text);

// The same, given in pieces that end at `cuts` (ascending, within the text) and in batches of at
// most max_records. Each piece is a copy of its own, so that a reader of what lies behind is found
// by the address sanitizer.
std::vector<slow::Event> parse_in_pieces(const Schema& schema, std::string_view header,
                                         std::string_view text, std::span<const size_t> cuts,
                                         size_t max_records);

// For messages of failed comparisons.
std::string to_string(const slow::Event& event);

}  // namespace guerdon::event
