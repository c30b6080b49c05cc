#include "tools/cli/badges_page.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace guerdon::cli {
namespace {

constexpr std::array<std::string_view, 5> kBadgeKeys = {"program", "badge", "name", "level",
                                                        "times"};

Row badge_row(const Answer& badge, const Look& look) {
  const std::string level = text_under(badge, "level");
  const std::string times = text_under(badge, "times");
  return {{look.bold(line_of(text_under(badge, "name")))},
          {look.metal(level, line_of(level))},
          {line_of(times == "1" ? "" : times + " times")},
          {line_of(text_under(badge, "badge") + " of " + text_under(badge, "program"))}};
}

}  // namespace

bool is_badges(const Answer& answer) {
  const auto is_badge = [](const Answer& badge) {
    const auto has = [&](std::string_view key) { return find_value(badge, key) != nullptr; };
    return badge.is_map() && std::all_of(kBadgeKeys.begin(), kBadgeKeys.end(), has) &&
           find_value(badge, "times")->kind == net::ReplyKind::kInteger;
  };
  return answer.is_array() && !answer.items.empty() &&
         std::all_of(answer.items.begin(), answer.items.end(), is_badge);
}

Block badges_page(const Answer& answer, const Look& look) {
  std::vector<Row> rows;
  for (const Answer& badge : answer.items) rows.push_back(badge_row(badge, look));
  return lay_out(rows, {false, false, true, false});
}

}  // namespace guerdon::cli
