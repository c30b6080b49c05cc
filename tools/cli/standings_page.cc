#include "tools/cli/standings_page.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "engine/base/int128.h"

namespace guerdon::cli {
namespace {

// What it shows of a place; of the answer in docs/protocol.md all but instants and LSN.
constexpr std::array<std::string_view, 9> kPlaceKeys = {
    "program", "challenge", "period", "state", "rank", "of", "account", "score", "unit"};
constexpr int64_t kBoldRanks = 3;

// In minor units: all of one challenge have the same decimals. No more digits than an amount has.
int64_t minor_units(std::string_view score) {
  constexpr size_t kDigitsMax = 18;
  int64_t units = 0;
  size_t digits = 0;
  for (const char c : score) {
    if (c < '0' || c > '9') continue;
    if (++digits > kDigitsMax) return 0;
    units = units * 10 + (c - '0');
  }
  return units;
}

Line heading(const Answer& place) {
  return line_of(text_under(place, "challenge") + " of " + text_under(place, "program") + ", " +
                 text_under(place, "period") + ", " + text_under(place, "state") + ": " +
                 text_under(place, "of") +
                 (text_under(place, "of") == "1" ? " has a score" : " have a score"));
}

Row place_row(const Answer& place, int64_t highest, const Look& look) {
  const bool is_bold = find_value(place, "rank")->number <= kBoldRanks;
  const Line account = line_of(text_under(place, "account"));
  const std::string unit = text_under(place, "unit");
  const int64_t score = minor_units(text_under(place, "score"));
  const auto percent = highest == 0 ? 0 : static_cast<int64_t>(base::Int128{score} * 100 / highest);
  return {{line_of(text_under(place, "rank"))},
          {is_bold ? look.bold(account) : account},
          {bar_of(percent)},
          {line_of(text_under(place, "score"))},
          {line_of(unit)}};
}

}  // namespace

bool is_standings(const Answer& answer) {
  const auto is_place = [](const Answer& place) {
    const auto has = [&](std::string_view key) { return find_value(place, key) != nullptr; };
    return place.is_map() && std::all_of(kPlaceKeys.begin(), kPlaceKeys.end(), has) &&
           find_value(place, "rank")->kind == net::ReplyKind::kInteger;
  };
  return answer.is_array() && !answer.items.empty() &&
         std::all_of(answer.items.begin(), answer.items.end(), is_place);
}

Block standings_page(const Answer& answer, const Look& look) {
  int64_t highest = 0;
  for (const Answer& place : answer.items) {
    highest = std::max(highest, minor_units(text_under(place, "score")));
  }
  std::vector<Row> rows;
  for (const Answer& place : answer.items) rows.push_back(place_row(place, highest, look));
  Block page = {heading(answer.items.front())};
  append(lay_out(rows, {true, false, false, true}), &page);
  return page;
}

}  // namespace guerdon::cli
