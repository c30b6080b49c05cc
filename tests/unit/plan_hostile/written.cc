#include "tests/unit/plan_hostile/hostile.h"

namespace guerdon::plan::hostile {

Plans written() {
  std::string every_byte;
  for (int i = 0; i < 256; ++i) every_byte += static_cast<char>(i);
  const std::string names[] = {std::string(63, 'n'), std::string(64, 'n')};
  const std::string wires[] = {std::string(64, 'w'), std::string(65, 'w')};
  Plans plans = {
      {"NUL bytes", std::string(1'000, '\0')},
      {"NUL in a text", rule("when t = \"" + std::string(1, '\0') + "\"\ncredit a x")},
      {"no UTF-8 in a text", rule("when t = \"\xC3\x28\"\ncredit a x")},
      {"half a character at the end", head() + "# \xE2\x82"},
      {"surrogates", head() + "# \xED\xA0\x80\n"},
      {"every byte", every_byte + every_byte},
      {"a byte order mark", "\xEF\xBB\xBF" + head()},
      {"carriage returns alone", "plan p\runit money, 2 decimals\r"},
      {"tabs", "plan p\n\tzone UTC\n"},
      {"hidden characters", head() + "let l\xE2\x80\x8B = 1 money\n"},
      {"text that turns around", head() + "# \xE2\x80\xAE\n"},
      {"quotes of a word processor", rule("when t = \xE2\x80\x9C"
                                          "A\xE2\x80\x9D\ncredit a x")},
      {"an open quote at the end", head() + "rule r\n  when t = \""},
      {"a backslash at the end", head() + "rule r\n  when t = \"\\"},
      {"two plans in one", head() + head()},
      {"a rule before the plan", "rule r\n  on buy\n  credit a x\n" + head()},
      {"reserved words as names", head() + "let above = 1\nlet per = 2\nrule otherwise\n  on on\n"},
      {"a rule named as a measure", rule_paying("x") + "measure r per a = number of buy\n"},
      {"a name of 63 letters", head() + "let " + names[0] + " = x\n"},
      {"a name of 64 letters", head() + "let " + names[1] + " = x\n"},
      {"a wire name of 64 bytes", "plan p\nevent e as \"" + wires[0] + "\"\n  a : account\n"},
      {"a wire name of 65 bytes", "plan p\nevent e as \"" + wires[1] + "\"\n  a : account\n"},
      {"a text of 128 bytes", rule("when t = \"" + std::string(128, 't') + "\"\ncredit a x")},
      {"a text of 129 bytes", rule("when t = \"" + std::string(129, 't') + "\"\ncredit a x")},
      {"commas alone", head() + ",,,,,,,,\n,,,,\n"},
      {"colons alone", head() + "table k by n\n  : : : :\n"},
      {"nothing after the equals", head() + "let l =\nparam p =\nlist q =\nmeasure m per a =\n"},
      {"a program of another language", "{\"rules\": [{\"when\": \"amount > 5\"}]}\n"},
      {"a spreadsheet", "date;customer;amount\n2024-01-01;17;12,50\n"},
      {"a web page", "<!DOCTYPE html><html><body><script>alert(1)</script></body></html>\n"},
  };
  return plans;
}

}  // namespace guerdon::plan::hostile
