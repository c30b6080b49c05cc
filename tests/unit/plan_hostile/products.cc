#include "tests/unit/plan_hostile/hostile.h"

namespace guerdon::plan::hostile {
namespace {

std::string number(size_t i) { return std::to_string(i); }

// `count` events with an account and an amount; `names` in one line.
std::string many_events(size_t count, std::string* names) {
  std::string text = "plan hostile\nunit money, 2 decimals\n";
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) *names += ",";
    const std::string name{i < 26 ? 'z' : 'y', static_cast<char>('a' + i % 26)};
    *names += name;
    text += "event " + name + "\n  who : account\n  x : money\n";
  }
  return text;
}

std::string rules_on_many_events() {
  std::string names;
  const std::string before = many_events(45, &names);
  return numbered(before, [&](size_t i) {
    return "rule r" + number(i) + "\n on " + names + "\n credit who x\n";
  });
}

std::string owed_by_many_events() {
  std::string names;
  const std::string before =
      many_events(40, &names) + "measure m per who = number of " + names + "\n";
  return numbered(before, [&](size_t i) {
    return "rule r" + number(i) + " per who\n when m>0\n credit who 1 money\n";
  });
}

// One line of a list holds few texts; a table holds many.
std::string table_of(const std::string& name, size_t count) {
  std::string text = "table " + name + " by t\n";
  for (size_t i = 0; i < count; ++i) text += "  \"" + number(i) + "\" : 1%\n";
  return text + "  otherwise : none\n";
}

// As many unknown names as known ones: each may be near to any.
std::string unknown_names() {
  const std::string tail = "_of_a_rather_long_name_that_is_like_the_others";
  const std::string known = numbered(
      head(), [&](size_t i) { return "let known" + number(i) + tail + " = x\n"; }, 8'000);
  return numbered(
      known, [&](size_t i) { return "let l" + number(i) + " = knowm" + number(i) + tail + "\n"; });
}

// Rates whose common denominator is a product of primes.
std::string denominators() {
  std::string text = head() + "table k by n\n";
  int row = 0;
  for (const int prime : {7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71}) {
    text += "  " + number(static_cast<size_t>(++row)) + " : 1/" +
            number(static_cast<size_t>(prime)) + "\n";
  }
  return text + "rule r\n  on buy\n  credit a (k for n) of x\n";
}

// A condition that doubles eight times, for each of 36 events and 16 accounts.
std::string long_conditions_everywhere() {
  std::string names;
  many_events(36, &names);
  std::string text = "plan hostile\nunit money, 2 decimals\nevent " + names + "\n";
  std::string credits;
  for (size_t i = 0; i < 16; ++i) {
    text += "  k" + number(i) + " : account\n";
    credits += "  credit k" + number(i) + " 1 money\n";
  }
  text += "  x : money\nlet c0 = x = 1 or x = 2 or x = 3 or x = 4 or x = 5 or x = 6\n";
  for (size_t i = 1; i <= 8; ++i) {
    const std::string before = "c" + number(i - 1);
    text += "let c" + number(i) + " = " + before + " or " + before + "\n";
  }
  for (size_t i = 0; i < 100; ++i) {
    text += "rule r" + number(i) + "\n  on " + names + "\n  when c8\n" + credits;
  }
  return text;
}

// A condition on what most of the events lack: there it is a chain of jumps, as long as it is.
std::string long_conditions_on_nothing() {
  std::string names;
  many_events(45, &names);
  std::string text =
      "plan hostile\nunit money, 2 decimals\nevent first\n  who : account\n  n : count\nevent " +
      names + "\n  who : account\nlet c0 = n = 1 or n = 2 or n = 3 or n = 4 or n = 5 or n = 6\n";
  for (size_t i = 1; i <= 9; ++i) {
    const std::string before = "c" + number(i - 1);
    text += "let c" + number(i) + " = " + before + " or " + before + "\n";
  }
  for (size_t i = 0; i < 4; ++i) {
    text += "rule r" + number(i) + "\n  on first, " + names + "\n  when c9\n  credit who 1 money\n";
  }
  return text;
}

}  // namespace

Plans products() {
  const auto in_table = [](size_t i) {
    return "rule r" + number(i) + "\n  on buy\n  when t in k and u in k\n  credit a x\n";
  };
  const auto one_column = [](size_t i) {
    return "rule r" + number(i) + "\n  on buy\n  credit a (k for t) of x\n";
  };
  const auto inline_rows = [](size_t i) {
    return "rule r" + number(i) +
           "\n  on buy\n  credit a by x\n    up to 1.00 : 1% of x\n    otherwise : x\n";
  };
  const auto owed = [](size_t i) { return "rule r" + number(i) + " per a\n  credit a 1% of m\n"; };
  const auto own_text = [](size_t i) {
    return "rule r" + number(i) + "\n  on buy\n  when t = \"" + number(i) + "\"\n  credit a x\n";
  };
  const std::string measure = "measure m per a = sum of x on buy\n";
  return {
      {"every rule on forty-five events", rules_on_many_events()},
      {"every entitlement moved by forty events", owed_by_many_events()},
      {"every rule in a table of 5,000", numbered(head() + table_of("k", 5'000), in_table)},
      {"every rule in a table of 16", numbered(head() + table_of("k", 16), in_table)},
      {"every rule looks up a table of 20,000",
       numbered(head() + table_of("k", 20'000), one_column)},
      {"every rule has a table of its own", numbered(head(), inline_rows)},
      {"every rule is owed for life", numbered(head() + measure, owed)},
      {"every rule has a text of its own", numbered(head(), own_text)},
      {"every name is unknown and near", unknown_names()},
      {"denominators without a common one", denominators()},
      {"conditions on sums of sums", rule("when x + x + x + x + x + x + x + x > x * n * n\n"
                                          "credit a x * n * n * n * n * n * n * n * n")},
      {"ratios of ratios", rule_paying("1/999999937 of (1/999999929 of (1/999999893 of x))")},
      {"ratios up to the limit", rule_paying("1/999999937 of (1/999999929 of x)")},
      {"a product of constants", rule_paying("999999999 * 999999999 * 999999999 * 1 money")},
      {"a long condition for every event and account", long_conditions_everywhere()},
      {"a long condition on what events lack", long_conditions_on_nothing()},
      {"steps within steps", rule_paying("1 money per full 1 of (1 money per full 1 of n)")},
  };
}

}  // namespace guerdon::plan::hostile
