#include "tests/unit/plan_hostile/hostile.h"

namespace guerdon::plan::hostile {
namespace {

std::string number(size_t i) { return std::to_string(i); }

std::string rule_number(size_t i) {
  return "rule r" + number(i) + "\n  on buy\n  credit a 1 money\n";
}

// So many in one line: `one, one, one`.
std::string row_of(const std::string& one, size_t count) {
  std::string text = one;
  for (size_t i = 1; i < count; ++i) text += ", " + one;
  return text;
}

Plans declarations() {
  const auto unit = [](size_t i) { return "unit u" + number(i) + ", 2 decimals\n"; };
  const auto event = [](size_t i) { return "event e" + number(i) + "\n  a : account\n"; };
  const auto attribute = [](size_t i) { return "  t" + number(i) + " : text\n"; };
  const auto new_attribute = [](size_t i) {
    return "event e" + number(i) + "\n  a : account\n  t" + number(i) + " : text\n";
  };
  const auto measure = [](size_t i) {
    return "measure m" + number(i) + " per a = sum of x on buy\n";
  };
  const std::string one_event = "plan p\nevent buy\n";
  Plans plans = {
      {"64 units", numbered("plan p\n", unit, 64)},
      {"65 units", numbered("plan p\n", unit, 65)},
      {"as many units as fit", numbered("plan p\n", unit)},
      {"256 events", numbered("plan p\n", event, 256)},
      {"as many events as fit", numbered("plan p\n", event)},
      {"32 attributes", numbered(one_event, attribute, 32)},
      {"33 attributes", numbered(one_event, attribute, 33)},
      {"as many attributes as fit", numbered(one_event, attribute)},
      {"257 names of attributes", numbered("plan p\n", new_attribute, 256)},
      {"1,024 measures", numbered(head(), measure, 1'024)},
      {"as many measures as fit", numbered(head(), measure)},
      {"as many params as fit",
       numbered(head(), [](size_t i) { return "param p" + number(i) + " = 1 money\n"; })},
      {"as many lets as fit",
       numbered(head(), [](size_t i) { return "let l" + number(i) + " = x\n"; })},
      {"as many lists as fit",
       numbered(head(), [](size_t i) { return "list l" + number(i) + " = 1, 2\n"; })},
      {"as many tables as fit",
       numbered(head(), [](size_t i) { return "table k" + number(i) + " by n\n  1 : 1%\n"; })},
      {"one name fifty thousand times", head() + repeated("let l = 1 money\n", 900'000)},
  };
  return plans;
}

// What each reads hangs on all of the group.
std::string readers_of_a_group(size_t count) {
  std::string text = head() + "group g : best\n";
  for (size_t i = 0; i < count; ++i) {
    text += "rule r" + number(i) + "\n  on buy\n  in group g\n  credit a 1 money\n";
  }
  text += "measure m per a = money earned by r0";
  for (size_t i = 1; i < 20; ++i) text += ", r" + number(i);
  text += "\n";
  for (size_t i = 0; i < count; ++i) {
    text += "rule s" + number(i) + " per a\n  credit a min(m, 5 money)\n";
  }
  return text;
}

Plans rules() {
  return {
      {"as many rules as fit", numbered(head(), rule_number)},
      {"a hundred thousand rules",
       [] {
         std::string text = head();
         for (size_t i = 0; i < 100'000; ++i) text += rule_number(i);
         return text;
       }()},
      {"readers of a group", readers_of_a_group(10'000)},
      {"a hundred thousand rules of a few bytes",
       [] {
         std::string text = head();
         for (size_t i = 0; i < 100'000; ++i) text += "rule r\n credit a 1\n";
         return text;
       }()},
      {"as many rules without a body as fit",
       numbered(head(), [](size_t i) { return "rule r" + number(i) + "\n"; })},
      {"16 credits", rule(repeated("credit a 1 money\n", 16 * 17))},
      {"17 credits", rule(repeated("credit a 1 money\n", 17 * 17))},
      {"fifty thousand credits", rule(repeated("credit a 1 money\n", 900'000))},
      {"forty thousand conditions", rule(repeated("when x > 1.00\n", 560'000) + "credit a x")},
      {"thirty thousand lets in a rule", rule([] {
         std::string lines;
         for (size_t i = 0; i < 30'000; ++i) lines += "let l" + number(i) + " = x\n";
         return lines + "credit a l29999";
       }())},
      {"thirty thousand times on", rule(repeated("on buy\n", 250'000) + "credit a x")},
      {"a rule on one event fifty times",
       head() + "rule r\n  on " + row_of("buy", 25) + "\n  credit a x\n"},
  };
}

Plans tables() {
  const std::string table = head() + "table k by t\n";
  const auto text_row = [](size_t i) { return "  \"" + number(i) + "\" : 1%\n"; };
  const auto range_row = [](size_t i) { return "  up to " + number(i + 1) + " money : 1%\n"; };
  const auto down_row = [](size_t i) { return "  up to " + number(999'999 - i) + " money : 1%\n"; };
  const auto tied_row = [](size_t i) {
    const std::string key = "\"" + number(i / 2) + "\"";
    return "  " + (i % 2 == 0 ? key + ", any" : "any, " + key) + " : 1%\n";
  };
  const auto group_row = [](size_t i) {
    return "  \"" + number(i / 4) + "\", up to " + number(1 + i % 4) + " money : 1%\n";
  };
  return {
      {"as many rows of texts as fit", numbered(table, text_row)},
      {"as many rows of ranges as fit",
       numbered(head() + "table k by x\n", range_row) + "  otherwise : 2%\n"},
      {"as many ranges as fit, downward", numbered(head() + "table k by x\n", down_row)},
      {"one row as often as fits", table + repeated("  \"a\" : 1%\n", 1'000'000)},
      {"as many ties as fit", numbered(head() + "table k by t, u\n", tied_row)},
      {"as many groups of ranges as fit", numbered(head() + "table k by t, x\n", group_row)},
      {"as many rows in a rule as fit",
       numbered(rule("credit a by t") + "",
                [](size_t i) { return "    \"" + number(i) + "\" : 1 money\n"; })},
      {"as many rows of terms in a rule as fit",
       numbered(rule("credit a by n") + "",
                [](size_t i) { return "    " + number(i) + " : min(x, 2% of x) + 1.00\n"; })},
      {"16 columns", head() + "table k by n : " + row_of("c", 16) + "\n  1 : " + row_of("1", 16)},
      {"40 columns", head() + "table k by n : " + row_of("c", 40) + "\n  1 : " + row_of("1", 40)},
      {"3 keys", head() + "table k by n, t, u\n  1, \"a\", \"b\" : 1%\n"},
      {"40 keys", head() + "table k by " + row_of("n", 40) + "\n  " + row_of("1", 40) + " : 1%\n"},
      {"a row of 70 values", head() + "table k by n\n  1 : " + row_of("1", 70) + "\n"},
      {"a list of 70 values", head() + "list l = " + row_of("\"a\"", 25) + "\n"},
      {"a subject of 60 names",
       head() + "measure m per a" + repeated(" per t", 140) + " = number of buy\n"},
      {"a sum over 40 events", head() + "measure m per a = number of " + row_of("buy", 25) + "\n"},
  };
}

}  // namespace

Plans counts() {
  Plans plans = declarations();
  for (Plans more : {rules(), tables()}) {
    for (Hostile& plan : more) plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace guerdon::plan::hostile
