#include "engine/syntax/later_words.h"

#include <array>

namespace guerdon::plan {
namespace {

using enum LaterPlace;

constexpr std::string_view kNothingYet = "there is nothing to write in its place yet";
constexpr std::string_view kVersion =
    "the first line says it, behind the name: `plan loyalty version 2 from 2026-03-01`";
constexpr std::string_view kDays =
    "below a rule a line of its own says when it holds: `from 2026-03-01 until 2026-06-01`";
constexpr std::string_view kMeasure = "declare a `measure` for it and write its name here";
constexpr std::string_view kReviewed =
    "`review at once` lets the level follow its measure; `review each year, to measure`, or\n"
    "`one down`, or `never down`, says how far it falls when a year is over";
constexpr std::string_view kMeasureOrLines =
    "declare a `measure` for it, and write its name here; in a rule, `highest of` and\n"
    "`lowest of` stand before `price over lines`";

constexpr auto kLaterWords = std::to_array<LaterWord>({
    {kDeclaration, "use", "use", "copy the declarations into this file"},

    {kSetting, "among", "among", "write the condition under `event`, after `when`"},
    {kSetting, "from", "from", kVersion},
    {kSetting, "tenant", "tenant", "`program` names whose plan this is"},

    {kAttribute, "currency", "currency of", "declare one event for each currency"},
    {kAttribute, "gross", "gross", kNothingYet},
    {kAttribute, "duration", "duration", "use a `count` of minutes or of days"},
    {kAttribute, "ratio", "ratio", "use a `count`, and divide it in the rule"},
    {kAttribute, "time", "time", kNothingYet},

    {kClause, "every", "every", "write `on` with an event"},
    {kClause, "review", "review when", kNothingYet},

    {kChallenge, "from", "from", "a version of the plan may bring a challenge, or leave it out"},
    {kChallenge, "in", "in group", kNothingYet},
    {kChallenge, "let", "let", "declare the `let` at the margin"},
    {kChallenge, "minimum", "minimum", "who has no score above 0 has no rank"},
    {kChallenge, "until", "until", "a version of the plan may bring a challenge, or leave it out"},
    {kChallenge, "was", "was", "a challenge keeps its name"},
    {kChallenge, "when", "when", "let the score count what is meant: `where ...` behind it"},

    {kLadder, "falls", "falls", kReviewed},
    {kLadder, "per", "review per", kReviewed},

    {kStreak, "from", "from", "a version of the plan may bring a streak, or leave it out"},
    {kStreak, "in", "in group", kNothingYet},
    {kStreak, "was", "was", "a streak keeps its name, by which it is counted"},

    {kBadge, "notify", "notify",
     "who is given it is told already: SUBSCRIBE has an entry of the kind `grant`"},

    {kRow, "level", "level", "look the measure up in a table of ranges"},

    {kOperand, "average", "`average of` inside an expression", kMeasure},
    {kOperand, "distinct", "`distinct` inside an expression", kMeasure},
    {kOperand, "entered", "entered by hand",
     "a target may achieve it: `achieved entered by hand`; TARGET says it"},
    {kOperand, "highest", "`highest of` inside an expression", kMeasureOrLines},
    {kOperand, "lowest", "`lowest of` inside an expression", kMeasureOrLines},
    {kOperand, "number", "`number of` inside an expression", kMeasure},
    {kOperand, "sum", "`sum of` inside an expression", kMeasure},

    {kOn, "credit", "on credit by", kNothingYet},

    {kLimit, "or", "or nothing", "leave it out: what is above the limit is cut off"},

    {kWallet, "extend", "extend on", "write a longer time after `expire`"},
    {kWallet, "notify", "notify",
     "what changes a balance is told already: SUBSCRIBE has each entry, and the balance now"},
    {kWallet, "pay", "pay out", kNothingYet},

    {kItem, "in", "in group", "write `at most` in each item"},

    {kBudget, "wait", "short wait",
     "what a budget does not have is lost, and not paid later: write `short pay what is left`\n"
     "or `short pay nothing`"},

    {kTail, "broken", "broken", kNothingYet},
    {kTail, "closed", "closed", kNothingYet},
    {kTail, "continued", "continued", kNothingYet},
    {kTail, "converted", "converted to", "credit each unit in a rule of its own"},
    {kTail, "differential", "differential", "it stands behind `each manager above seller`"},
    {kTail, "earned", "earned", kNothingYet},
    {kTail, "even", "even if not succeeded",
     "write it behind the rank: `rank 1 even if not succeeded : ...`"},
    {kTail, "falls", "falls", kNothingYet},
    {kTail, "file", "from file", "write the rows here"},
    {kTail, "from", "from", kDays},
    {kTail, "gross", "gross", kNothingYet},
    {kTail, "into", "into", "the unit of the amount chooses where it goes"},
    {kTail, "lost", "lost", kNothingYet},
    {kTail, "reached", "reached", "compare the measure before and after the event"},
    {kTail, "minimum", "minimum", "who has no score above 0 has no rank"},
    {kTail, "rises", "rises", "compare the measure before and after the event"},
    {kTail, "since", "elapsed since", "declare what you need as an attribute of the event"},
    {kTail, "until", "until", kDays},
    {kTail, "version", "version", kVersion},
    {kTail, "won", "won", kNothingYet},
});

}  // namespace

const LaterWord* later_word(LaterPlace place, std::string_view word) {
  for (const LaterWord& later : kLaterWords) {
    if (later.place == place && later.word == word) return &later;
  }
  return nullptr;
}

}  // namespace guerdon::plan
