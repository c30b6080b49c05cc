#include "engine/syntax/lexer.h"
#include "tests/unit/plan_hostile/hostile.h"

namespace guerdon::plan::hostile {

std::string head() {
  return "plan hostile\n"
         "unit money, 2 decimals\n"
         "event buy\n"
         "  a : account\n"
         "  x : money\n"
         "  n : count\n"
         "  t : text\n"
         "  u : text\n"
         "  f : flag\n";
}

std::string rule(const std::string& lines) {
  std::string text = head() + "rule r\n  on buy\n  ";
  for (const char c : lines) text += c == '\n' ? "\n  " : std::string(1, c);
  return text + "\n";
}

std::string rule_paying(const std::string& amount) { return rule("credit a " + amount); }

std::string repeated(const std::string& part, size_t bytes) {
  std::string text;
  while (text.size() + part.size() <= bytes) text += part;
  return text;
}

std::string numbered(const std::string& before, const std::function<std::string(size_t)>& write,
                     size_t count_max) {
  std::string text = before;
  for (size_t i = 0; i < count_max; ++i) {
    const std::string part = write(i);
    if (text.size() + part.size() > kPlanBytesMax) break;
    text += part;
  }
  return text;
}

Plans sizes() {
  const size_t rest = kPlanBytesMax - head().size();
  Plans plans = {
      {"nothing", ""},
      {"one line end", "\n"},
      {"a mebibyte of comments", head() + repeated("# nothing\n", rest)},
      {"a mebibyte and a byte", repeated("\n", kPlanBytesMax + 1)},
      {"ten mebibytes of rules", repeated("rule r\n  credit a 1\n", 10 * kPlanBytesMax)},
      {"a name of a mebibyte", head() + "let " + std::string(rest, 'n') + " = 1\n"},
      {"a text of a mebibyte", rule("credit a 1 money\nwhen t = \"" + std::string(rest, 't'))},
      {"a number of a mebibyte", head() + "let b = " + std::string(rest, '9')},
      {"a comment line of a mebibyte", head() + "#" + std::string(rest, 'c')},
      {"spaces for a mebibyte", head() + std::string(rest, ' ')},
      {"a rule far to the right", head() + "rule r\n" + std::string(1'000, ' ') + "on buy\n"},
      {"a mebibyte of declarations that do not begin", head() + repeated("rul r\n", rest)},
  };
  for (const char* part : {"(", ")", "-", "a ", "1 ", "\"", "not ", "min(", "a.", ",", "#", "é"}) {
    plans.push_back({"an amount of a mebibyte of " + std::string(part),
                     rule_paying(repeated(part, rest - 100))});
  }
  return plans;
}

}  // namespace guerdon::plan::hostile
