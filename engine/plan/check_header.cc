// `plan NAME` and the settings below it.
#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/assert.h"
#include "engine/calendar/zone.h"
#include "engine/plan/check_state.h"

namespace guerdon::plan {
namespace {

using tree::Setting;
using tree::SettingKind;

// For advice only; any zone of the machine's database is taken.
constexpr std::array<std::string_view, 64> kKnownZones = {
    "Africa/Cairo",        "Africa/Casablanca",   "Africa/Johannesburg", "Africa/Lagos",
    "Africa/Nairobi",      "America/Anchorage",   "America/Bogota",      "America/Buenos_Aires",
    "America/Chicago",     "America/Denver",      "America/Halifax",     "America/Lima",
    "America/Los_Angeles", "America/Mexico_City", "America/New_York",    "America/Phoenix",
    "America/Santiago",    "America/Sao_Paulo",   "America/Toronto",     "America/Vancouver",
    "Asia/Almaty",         "Asia/Baghdad",        "Asia/Bangkok",        "Asia/Dhaka",
    "Asia/Dubai",          "Asia/Ho_Chi_Minh",    "Asia/Hong_Kong",      "Asia/Jakarta",
    "Asia/Jerusalem",      "Asia/Karachi",        "Asia/Kathmandu",      "Asia/Kolkata",
    "Asia/Kuala_Lumpur",   "Asia/Manila",         "Asia/Novosibirsk",    "Asia/Riyadh",
    "Asia/Seoul",          "Asia/Shanghai",       "Asia/Singapore",      "Asia/Tashkent",
    "Asia/Tehran",         "Asia/Tokyo",          "Asia/Yekaterinburg",  "Atlantic/Reykjavik",
    "Australia/Adelaide",  "Australia/Brisbane",  "Australia/Perth",     "Australia/Sydney",
    "Europe/Amsterdam",    "Europe/Athens",       "Europe/Berlin",       "Europe/Brussels",
    "Europe/Istanbul",     "Europe/Kyiv",         "Europe/Lisbon",       "Europe/London",
    "Europe/Madrid",       "Europe/Moscow",       "Europe/Paris",        "Europe/Rome",
    "Europe/Stockholm",    "Europe/Warsaw",       "Pacific/Auckland",    "UTC"};

void set_zone(Checking& checking, const Setting& setting) {
  std::optional<calendar::Zone> zone = calendar::Zone::load(setting.text);
  if (!zone) {
    checking.report(kUnknownZone, setting.span, backquoted(setting.text) + " is not a time zone",
                    did_you_mean(setting.text, {kKnownZones.begin(), kKnownZones.end()},
                                 "zones have names such as `Europe/London` or `UTC`"));
    return;
  }
  checking.plan.calendar.zone = *std::move(zone);
}

void apply_setting(Checking& checking, const Setting& setting) {
  Plan& plan = checking.plan;
  switch (setting.kind) {
    case SettingKind::kZone:
      return set_zone(checking, setting);
    case SettingKind::kProgram:
      plan.program = setting.text;
      return;
    case SettingKind::kRound:
      checking.rounding = setting.rounding;
      return;
    case SettingKind::kWeekStarts:
      plan.calendar.week_start = static_cast<int>(setting.number);
      return;
    case SettingKind::kMonthStarts:
      plan.calendar.month_start_day = static_cast<int>(setting.number);
      return;
    case SettingKind::kYearStarts:
      plan.calendar.year_start_month = static_cast<int>(setting.number);
      return;
    case SettingKind::kPenalties:
      checking.penalties = setting.number != 0;
      return;
    case SettingKind::kAccounts:
      checking.opens_on_first_credit = setting.number != 0;
      return;
    case SettingKind::kChange:
      plan.change = change_of(setting.change);
      return;
    case SettingKind::kGrace:
      return check_grace(checking, setting);
    case SettingKind::kLate:
      plan.late = setting.late;
      return;
  }
  GUERDON_UNREACHABLE();
}

void check_settings(Checking& checking, const tree::PlanHeader& header) {
  checking.plan.name = header.name.text;
  checking.plan.program = header.name.text;
  for (const Setting& setting : header.settings) apply_setting(checking, setting);
  GUERDON_ASSERT(calendar::is_valid(checking.plan.calendar));
  check_version(checking, header);
}

}  // namespace

void check_header(Checking& checking) {
  const auto& all = checking.tree.declarations;
  const std::string advice = "the first line of a plan is `plan NAME`";
  if (all.empty()) return checking.report(kPlanHeader, {}, "this plan is empty", advice);
  const auto* header = std::get_if<tree::PlanHeader>(&all.front().what);
  if (header == nullptr) {
    return checking.report(kPlanHeader, all.front().span, "the plan has no name", advice);
  }
  check_settings(checking, *header);
  for (size_t i = 1; i < all.size(); ++i) {
    if (!std::holds_alternative<tree::PlanHeader>(all[i].what)) continue;
    checking.report(kPlanHeader, all[i].span, "a second `plan` line",
                    "a file holds one plan; the first `plan` is in line " +
                        std::to_string(checking.line_of(all.front().span)));
  }
}

}  // namespace guerdon::plan
