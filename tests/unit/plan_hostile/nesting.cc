#include "tests/unit/plan_hostile/hostile.h"

namespace guerdon::plan::hostile {
namespace {

std::string nested(const std::string& open, const std::string& inside, const std::string& close,
                   size_t depth) {
  std::string text;
  for (size_t i = 0; i < depth; ++i) text += open;
  text += inside;
  for (size_t i = 0; i < depth; ++i) text += close;
  return text;
}

// let l0 = FIRST, then each next one made of the one before.
std::string chain(const std::string& first, size_t length,
                  const std::function<std::string(const std::string&)>& next) {
  const auto line = [&](size_t i) {
    const std::string before = "l" + std::to_string(i - 1);
    return "let l" + std::to_string(i) + " = " + (i == 0 ? first : next(before)) + "\n";
  };
  return numbered(head(), line, length);
}

std::string paying_last(const std::string& chained, size_t length) {
  return chained + "rule r\n  on buy\n  credit a l" + std::to_string(length - 1) + "\n";
}

}  // namespace

Plans nesting() {
  Plans plans;
  for (const size_t depth : {size_t{63}, size_t{64}, size_t{65}, size_t{10'000}}) {
    const std::string words = std::to_string(depth) + " deep";
    plans.push_back({"brackets " + words, rule_paying(nested("(", "1 money", ")", depth))});
    plans.push_back({"min " + words, rule_paying(nested("min(x, ", "x", ")", depth))});
    plans.push_back({"minus " + words, rule_paying(nested("- ", "x", "", depth))});
    plans.push_back(
        {"not " + words, rule("credit a 1 money\nwhen " + nested("not ", "f", "", depth))});
  }
  const auto twice = [](const std::string& l) { return l + " + " + l; };
  const auto once = [](const std::string& l) { return l + " + x"; };
  const auto both = [](const std::string& l) { return l + " and " + l; };
  const auto lookup = [](const std::string& l) { return "rates for " + l; };
  plans.push_back({"forty doubling lets", paying_last(chain("x", 40, twice), 40)});
  plans.push_back({"a thousand doubling lets", paying_last(chain("x", 1'000, twice), 1'000)});
  plans.push_back({"twelve doubling lets", paying_last(chain("x", 12, twice), 12)});
  plans.push_back({"forty doubling conditions",
                   chain("f", 40, both) + "rule r\n  on buy\n  when l39\n  credit a 1 money\n"});
  plans.push_back({"a chain of twenty lets", paying_last(chain("x", 20, once), 20)});
  plans.push_back({"a chain of seventy lets", paying_last(chain("x", 70, once), 70)});
  plans.push_back({"a chain of thirty thousand", paying_last(chain("x", 30'000, once), 30'000)});
  plans.push_back({"look-ups of look-ups", "plan p\n" + chain("n", 70, lookup)});
  plans.push_back({"a let of itself", head() + "let l = l + 1\n"});
  plans.push_back({"two lets of each other", head() + "let k = l + 1\nlet l = k + 1\n"});
  plans.push_back({"a circle of thirty thousand",
                   chain("l29999", 30'000, once) + "rule r\n  on buy\n  credit a l5\n"});
  plans.push_back({"a list of itself", head() + "list l = l\n"});
  plans.push_back({"a table of itself", head() + "table k by n\n  1 : k for 1\n"});
  plans.push_back({"a measure of itself", head() + "measure m per a = sum of m on buy\n"});
  plans.push_back({"doubling params", [] {
                     std::string text = head() + "param p0 = 1 money\n";
                     for (int i = 1; i < 80; ++i) {
                       const std::string before = "p" + std::to_string(i - 1);
                       text +=
                           "param p" + std::to_string(i) + " = " + before + " + " + before + "\n";
                     }
                     return text + "rule r\n  on buy\n  credit a p79\n";
                   }()});
  std::string stairs = head();
  for (size_t depth = 0; depth < 1'000; ++depth) stairs += std::string(depth, ' ') + "rule r\n";
  plans.push_back({"a thousand steps of layout", stairs});
  return plans;
}

}  // namespace guerdon::plan::hostile
