// The `plan` declaration and its settings.

#include <algorithm>
#include <utility>

#include "engine/base/civil.h"
#include "engine/syntax/parser_state.h"

namespace guerdon::plan {
tree::PlanHeader Parser::parse_plan_header() {
  tree::PlanHeader header;
  read_name(header.name, "the name of the plan") && read_version(header);
  end_line();
  read_block([&] { parse_setting(header); });
  return header;
}

bool Parser::read_version(tree::PlanHeader& header) {
  if (accept_word("version")) {
    header.version_span = last();
    if (!read_integer(header.version.emplace(), "the number of the version")) return false;
    header.version_span = join(header.version_span, last());
    if (*header.version < 1 || *header.version > tree::kVersionNumberMax) {
      return fail(kGrammar, last(),
                  "a version has a number from 1 to " + std::to_string(tree::kVersionNumberMax),
                  "number them as they come: the first is 1, and needs no number");
    }
  }
  return !accept_word("from") || read_date(header.from);
}

// `pin`, `split` or `retro`.
bool Parser::read_change(tree::ChangePolicy& change) {
  const auto& words = tree::kChangePolicyWords;
  const auto found = std::find_if(words.begin(), words.end(),
                                  [&](std::string_view word) { return at_word(word); });
  if (found == words.end()) return fail_expected("`pin`, `split` or `retro`");
  change = static_cast<tree::ChangePolicy>(found - words.begin());
  next();
  return true;
}

// `48 hours`
bool Parser::read_grace(tree::Setting& setting) {
  setting.kind = tree::SettingKind::kGrace;
  if (!read_integer(setting.number, "how long, such as `48 hours`")) return false;
  if (!at(TokenKind::kWord) || !is_duration(text())) {
    return fail_expected("minutes, hours, days, weeks or months", "such as `grace 48 hours`");
  }
  setting.text = std::string(text());
  next();
  return true;
}

// `correct`, `current` or `reject`.
bool Parser::read_late(tree::LatePolicy& late) {
  const auto& words = tree::kLatePolicyWords;
  const auto found = std::find_if(words.begin(), words.end(),
                                  [&](std::string_view word) { return at_word(word); });
  if (found == words.end()) return fail_expected("`correct`, `current` or `reject`");
  late = static_cast<tree::LatePolicy>(found - words.begin());
  next();
  return true;
}

void Parser::parse_setting(tree::PlanHeader& header) {
  tree::Setting setting;
  setting.span = here();
  if (read_setting(setting) && at_line_end()) {
    setting.span = join(setting.span, last());
    const auto same = [&](const tree::Setting& other) { return other.kind == setting.kind; };
    if (std::any_of(header.settings.begin(), header.settings.end(), same)) {
      fail(kGrammar, setting.span, "this setting is written twice", "leave one of the two");
    } else {
      header.settings.push_back(std::move(setting));
    }
  }
  end_line();
  refuse_block();
}

bool Parser::read_setting(tree::Setting& setting) {
  if (accept_word("zone")) return read_zone(setting);
  if (accept_word("program")) {
    setting.kind = tree::SettingKind::kProgram;
    tree::Name name;
    if (!read_name(name, "the name of the programme")) return false;
    setting.text = name.text;
    return true;
  }
  if (accept_word("round")) {
    setting.kind = tree::SettingKind::kRound;
    return read_rounding(setting.rounding);
  }
  if (accept_word("penalties")) return read_penalties(setting);
  if (accept_word("accounts")) return read_accounts(setting);
  if (accept_word("change")) {
    setting.kind = tree::SettingKind::kChange;
    return read_change(setting.change);
  }
  if (accept_word("grace")) return read_grace(setting);
  if (accept_word("late")) {
    setting.kind = tree::SettingKind::kLate;
    return read_late(setting.late);
  }
  if (at_word("week") || at_word("month") || at_word("year")) return read_starts(setting);
  refuse_clause(LaterPlace::kSetting, "a setting of a plan",
                {"zone", "program", "round", "penalties", "accounts", "change", "grace", "late",
                 "week", "month", "year"},
                "a plan has zone, program, round, penalties, accounts open, change, grace, late, "
                "week starts, month starts, year starts");
  return false;
}

// An IANA name is several tokens, `America/New_York`, `Etc/GMT+3`, with no space between them.
bool Parser::read_zone(tree::Setting& setting) {
  setting.kind = tree::SettingKind::kZone;
  if (!at(TokenKind::kWord)) return fail_expected("a time zone, such as Europe/London or UTC");
  Span span = here();
  next();
  while (!at_line_end() && here().begin == span.end) {
    const bool part = at(TokenKind::kWord) || at(TokenKind::kSlash) || at(TokenKind::kMinus) ||
                      at(TokenKind::kPlus) || at(TokenKind::kNumber);
    if (!part) break;
    span = join(span, here());
    next();
  }
  setting.text = std::string(source_.slice(span));
  return true;
}

bool Parser::read_penalties(tree::Setting& setting) {
  setting.kind = tree::SettingKind::kPenalties;
  if (!at_word("on") && !at_word("off")) return fail_expected("`on` or `off`");
  setting.number = at_word("on") ? 1 : 0;
  next();
  return true;
}

bool Parser::read_accounts(tree::Setting& setting) {
  setting.kind = tree::SettingKind::kAccounts;
  if (!expect_word("open")) return false;
  setting.number = at_word("on") ? 1 : 0;
  if (at_word("on")) return expect_words("on first credit");
  if (at_word("by")) return expect_words("by command");
  return fail_expected("`on first credit` or `by command`");
}

bool Parser::read_starts(tree::Setting& setting) {
  const bool week = at_word("week");
  const bool month = at_word("month");
  next();
  if (!expect_word("starts")) return false;
  if (month) {
    setting.kind = tree::SettingKind::kMonthStarts;
    if (!expect_word("day")) return false;
    if (!read_integer(setting.number, "a day of the month, 1 to 31")) return false;
    if (setting.number >= 1 && setting.number <= 31) return true;
    return fail(kGrammar, last(), "a month has no day " + std::to_string(setting.number),
                "write 1 to 31; 29 to 31 mean the last day of a shorter month");
  }
  setting.kind = week ? tree::SettingKind::kWeekStarts : tree::SettingKind::kYearStarts;
  if (week) return read_word_of(base::kWeekdayNames, "a day", 0, setting.number);
  return read_word_of(base::kMonthNames, "a month", 1, setting.number);
}

bool Parser::read_word_of(std::span<const std::string_view> words, std::string_view what,
                          int64_t first, int64_t& number) {
  const std::string expected =
      std::string(what) + ", " + std::string(words.front()) + " to " + std::string(words.back());
  if (!at(TokenKind::kWord)) return fail_expected(expected);
  const auto found = std::find(words.begin(), words.end(), text());
  if (found == words.end()) {
    return fail_expected(expected, did_you_mean(text(), {words.begin(), words.end()}));
  }
  number = first + (found - words.begin());
  next();
  return true;
}

}  // namespace guerdon::plan
