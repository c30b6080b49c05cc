#include "engine/history/rule_path.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/event/record_words.h"
#include "engine/history/derivation.h"
#include "engine/program/machine.h"

namespace guerdon::history {

namespace {

using plan::CodeAt;
using plan::Conjunct;
using plan::Op;
using plan::PathStep;
using plan::ReadInput;

bool comes_to(std::span<const PathStep> path, CodeAt at) {
  return std::any_of(path.begin(), path.end(), [&](const PathStep& step) { return step.at == at; });
}

// The code goes forward only, so these stand together.
bool is_before(const PathStep& step, CodeAt at) { return step.at < at; }

std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool is_space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!is_space) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  return line;
}

}  // namespace

RulePath::Steps RulePath::within(Steps path, CodeAt begin, CodeAt end) {
  const auto first = std::lower_bound(path.begin(), path.end(), begin, is_before);
  return {first, std::lower_bound(first, path.end(), end, is_before)};
}

const Conjunct* RulePath::first_false(Steps path, CodeAt begin) const {
  auto at = std::lower_bound(program_.conjuncts.begin(), program_.conjuncts.end(), begin,
                             [](const Conjunct& each, CodeAt place) { return each.begin < place; });
  GUERDON_ASSERT(at != program_.conjuncts.end() && at->begin == begin);
  while (comes_to(path, at->end)) {
    if (at->is_last) return nullptr;
    ++at;
  }
  return &*at;
}

Blocked RulePath::filtered() const {
  const Steps path = trace_.filter;
  const Conjunct* const conjunct = first_false(path, path.front().at);
  GUERDON_ASSERT(conjunct != nullptr);
  return by_conjunct("filter", *conjunct, path);
}

std::optional<Blocked> RulePath::blocked(const plan::ClauseCode& code) const {
  const Steps path = trace_.path;
  if (code.takes_back) return std::nullopt;
  if (op_of(path.front()) == Op::kObject && !comes_to(path, path.front().at + 1)) {
    return Blocked{"object", "the event is of no object, or its object is over", {}};
  }
  if (code.when != plan::kNowhere) {
    const Conjunct* const conjunct = first_false(path, code.when);
    if (conjunct != nullptr) return by_conjunct("condition", *conjunct, path);
  }
  for (const PathStep& step : path) {
    if (op_of(step) != Op::kUnlessWithin) continue;
    if (!comes_to(path, step.at + 1)) return outside(program_.code[step.at]);
  }
  return std::nullopt;
}

std::optional<Blocked> RulePath::not_reached(const plan::ClauseCode& code) const {
  if (code.own_when == plan::kNowhere || !comes_to(trace_.path, code.own_when)) return std::nullopt;
  const Conjunct* const conjunct = first_false(trace_.path, code.own_when);
  if (conjunct == nullptr) return std::nullopt;
  return by_conjunct("condition", *conjunct, trace_.path);
}

bool RulePath::is_asked(const plan::ClauseCode& code) const {
  const Steps own = within(trace_.path, code.amount, code.end);
  return std::any_of(own.begin(), own.end(), [&](const PathStep& step) {
    return op_of(step) == Op::kOwe || op_of(step) == Op::kTakeBack;
  });
}

bool RulePath::is_missing(const plan::ClauseCode& code) const {
  return code.missing != plan::kNowhere && comes_to(trace_.path, code.missing);
}

Blocked RulePath::missing_amount(const plan::ClauseCode& code) const {
  const CodeAt end = std::min(code.end, code.missing);
  std::optional<Blocked> found = lack(within(trace_.path, code.amount, end));
  if (found) return *found;
  return {"missing", "the amount has no value for events of this type", {}};
}

// ---- conditions ---------------------------------------------------------------------------------

plan::SourceText RulePath::source_of(const Conjunct& conjunct) const {
  return {plan_.name, plan_.versions[conjunct.version].text};
}

std::string RulePath::place_of(const Conjunct& conjunct) const {
  const plan::Position position = source_of(conjunct).position(conjunct.text.begin);
  return std::to_string(position.line) + ":" + std::to_string(position.column);
}

Blocked RulePath::by_conjunct(std::string_view what, const Conjunct& conjunct, Steps path) const {
  const std::string text = on_one_line(source_of(conjunct).slice(conjunct.text));
  const std::string place = place_of(conjunct);
  const Steps steps = within(path, conjunct.begin, conjunct.end);
  Blocked found{what, "`" + text + "` (" + place + ") is not true", {}};
  const std::optional<Blocked> lacking = lack(steps);
  if (lacking) {
    found.what = what == "filter" ? what : lacking->what;
    found.sentence += ": " + lacking->sentence;
    found.fields = lacking->fields;
  }
  found.fields.insert(found.fields.begin(), {{"at", place}, {"text", text}});
  add_sides(conjunct, steps, found);
  return found;
}

const plan::Comparison* RulePath::comparison_at(CodeAt at) const {
  const auto found =
      std::lower_bound(program_.comparisons.begin(), program_.comparisons.end(), at,
                       [](const plan::Comparison& each, CodeAt place) { return each.at < place; });
  return found != program_.comparisons.end() && found->at == at ? &*found : nullptr;
}

// Of each comparison that went elsewhere.
void RulePath::add_sides(const Conjunct& conjunct, Steps path, Blocked& found) const {
  std::vector<std::pair<const plan::Comparison*, const PathStep*>> made;
  for (size_t i = 0; i < path.size(); ++i) {
    const bool goes_on = i + 1 < path.size() && path[i + 1].at == path[i].at + 1;
    const plan::Comparison* const comparison = goes_on ? nullptr : comparison_at(path[i].at);
    if (comparison != nullptr) made.emplace_back(comparison, &path[i]);
  }
  const bool is_whole = made.size() == 1 && made[0].first->text == conjunct.text;
  for (size_t i = 0; i < made.size(); ++i) {
    const auto& [comparison, step] = made[i];
    const std::string number = is_whole ? "" : " " + std::to_string(i + 1);
    if (!is_whole) {
      found.fields.emplace_back("text" + number,
                                on_one_line(source_of(conjunct).slice(comparison->text)));
    }
    if (comparison->sides == plan::Comparison::Sides::kNone) continue;
    const base::Int128 left = comparison->is_swapped ? step->right : step->left;
    const base::Int128 right = comparison->is_swapped ? step->left : step->right;
    found.fields.emplace_back("left" + number, side(*comparison, true, left));
    if (!comparison->has_right) continue;
    found.fields.emplace_back("right" + number, side(*comparison, false, right));
    if (!is_whole) continue;
    found.sentence +=
        ": " + side(*comparison, true, left) + " against " + side(*comparison, false, right);
  }
}

std::string RulePath::side(const plan::Comparison& made, bool is_left, base::Int128 value) const {
  if (made.levels != plan::kNowhere) {
    return program_.table_words[made.levels].levels.at(static_cast<size_t>(value));
  }
  if (made.sides == plan::Comparison::Sides::kNumbers) {
    return exact_words(value, made.den, made.scale);
  }
  const uint8_t slot = is_left ? made.left : made.right;
  if (slot != UINT8_MAX) return words_.value_of_slot(slot, static_cast<int64_t>(value));
  const auto symbol = static_cast<int64_t>(value);
  return symbols_.is_interned(symbol)
             ? std::string(symbols_.text(static_cast<plan::Symbol>(symbol)))
             : "";
}

Blocked RulePath::outside(const plan::Instruction& within) const {
  const plan::Window& window = program_.windows[within.x];
  Blocked found{"window", "the rule does not hold then", {}};
  const bool has_begin = window.from != calendar::kTimeBeginning;
  const bool has_end = window.until != calendar::kTimeEternity;
  if (has_begin) found.fields.emplace_back("from", event::time_in_words(window.from));
  if (has_end) found.fields.emplace_back("until", event::time_in_words(window.until));
  found.sentence += ": it holds";
  if (has_begin) found.sentence += " from " + event::time_in_words(window.from) + " on";
  if (has_end) found.sentence += " until before " + event::time_in_words(window.until);
  return found;
}

// ---- what is missing ----------------------------------------------------------------------------

std::optional<Blocked> RulePath::lack(Steps steps) const {
  if (steps.empty()) return std::nullopt;
  const plan::Instruction& last = program_.code[steps.back().at];
  const auto missing = [](const std::string& name, const std::string& sentence) {
    return Blocked{"missing", sentence, {{"missing", name}}};
  };
  switch (last.op) {
    case Op::kAttribute: {
      const std::string name = words_.name_of_slot(last.x);
      return missing(name, "the event has no " + name);
    }
    case Op::kHeld: {
      const std::string name = words_.name_of({.what = ReadInput::What::kKnown, .index = last.x});
      return missing(name, "of the account there is nothing " + name + " at that instant");
    }
    case Op::kBefore:
    case Op::kAfter:
    case Op::kRolled:
    case Op::kLast: {
      const bool is_rolled = last.op == Op::kRolled;
      const bool is_before = last.op == Op::kBefore || (is_rolled && last.y == 0);
      const auto what = is_before                            ? ReadInput::What::kMeasureBefore
                        : last.op == Op::kAfter || is_rolled ? ReadInput::What::kMeasureAfter
                                                             : ReadInput::What::kMeasureLast;
      const std::string name = words_.name_of({.what = what, .index = last.x});
      return missing(
          name, "the event does not name what " + name + " is kept for, or is too late for it");
    }
    case Op::kCaptured: {
      const auto what = last.y == 0                   ? ReadInput::What::kCapturedBefore
                        : last.y == plan::kLastPeriod ? ReadInput::What::kMeasureLast
                                                      : ReadInput::What::kCapturedAfter;
      const std::string name = words_.name_of({.what = what, .index = last.x});
      return missing(name, "the event at which it opened was too late for " + name);
    }
    case Op::kGoal:
      return no_goal();
    case Op::kSamples:
      return no_sample();
    case Op::kLookup:
    case Op::kAlong:
    case Op::kBranch:
      return no_row(last.x, steps);
    case Op::kJump:
    case Op::kEnd:
      break;  // maybe behind a branch
    default:
      return std::nullopt;
  }
  if (steps.size() < 2) return std::nullopt;
  const plan::Instruction& before = program_.code[steps[steps.size() - 2].at];
  return before.op == Op::kBranch ? std::optional(no_row(before.x, steps)) : std::nullopt;
}

// By percent none was chosen.
Blocked RulePath::below_milestones(int64_t first, Steps steps) const {
  const auto percent = std::find_if(steps.begin(), steps.end(), [&](const PathStep& step) {
    return op_of(step) == Op::kPercent || op_of(step) == Op::kPercentWithin;
  });
  if (percent == steps.end()) {
    const bool has_goal = std::any_of(steps.begin(), steps.end(), [&](const PathStep& step) {
      return op_of(step) == Op::kSamples;
    });
    return has_goal ? no_sample() : no_goal();
  }
  const auto branch = std::find_if(
      percent, steps.end(), [&](const PathStep& step) { return op_of(step) == Op::kBranch; });
  GUERDON_ASSERT(branch != steps.end());
  const std::string reached = std::to_string(static_cast<int64_t>(branch->left));
  return {"condition",
          "what is achieved is " + reached + " % of the goal, and the first milestone stands at " +
              std::to_string(first) + " %",
          {{"percent", reached}, {"first", std::to_string(first)}}};
}

Blocked RulePath::no_sample() {
  return {"missing", "there is no sample", {{"missing", "samples"}}};
}

Blocked RulePath::no_goal() { return {"missing", "there is no goal", {{"missing", "goal"}}}; }

Blocked RulePath::no_row(uint32_t table, Steps steps) const {
  const int64_t first = program_.table_words[table].first_milestone;
  if (first > 0) return below_milestones(first, steps);
  const std::string& name = program_.table_words[table].name;
  const std::string words = name.empty() ? "the rule's own table" : "table " + name;
  return {"no_row",
          words + " has no row for these keys, or its row says none",
          {{"table", name.empty() ? "rows" : name}}};
}

}  // namespace guerdon::history
