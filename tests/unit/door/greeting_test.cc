#include "engine/door/greeting.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/door/tenant_name.h"

namespace guerdon::door {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const size_t end = std::min(line.find(' '), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

std::string code_of(std::string_view line) {
  Greeting greeting;
  const std::optional<Refusal> refusal = read_greeting(words_of(line), &greeting);
  return refusal ? refusal->code : "";
}

TEST(Greeting, EachOfItsForms) {
  Greeting greeting{net::Protocol::kResp3};
  EXPECT_FALSE(read_greeting(words_of("HELLO"), &greeting));
  EXPECT_EQ(greeting.protocol, net::Protocol::kResp3) << "stays as it was";
  EXPECT_EQ(greeting.tenant_word, 0U);
  EXPECT_FALSE(read_greeting(words_of("HELLO tenant=acme"), &greeting));
  EXPECT_EQ(greeting.protocol, net::Protocol::kResp3);
  EXPECT_EQ(greeting.tenant, "acme");
  EXPECT_EQ(greeting.tenant_word, 2U);
  Greeting whole;
  EXPECT_FALSE(read_greeting(words_of("hello 3 setname till tenant=acme"), &whole));
  EXPECT_EQ(whole.protocol, net::Protocol::kResp3);
  EXPECT_EQ(whole.name, "till");
  EXPECT_EQ(whole.tenant, "acme");
  EXPECT_EQ(whole.tenant_word, 5U);
}

TEST(Greeting, WhatIsNone) {
  EXPECT_EQ(code_of("HELLO 4"), "NOPROTO");
  EXPECT_EQ(code_of("HELLO 3 AUTH default secret"), "NOAUTH");
  EXPECT_EQ(code_of("HELLO 3 NAME x"), "SYNTAX");
  EXPECT_EQ(code_of("HELLO 3 SETNAME"), "SYNTAX");
  EXPECT_EQ(code_of("HELLO 3 SETNAME x y"), "SYNTAX");
  EXPECT_EQ(code_of("HELLO tenant=acme 3"), "SYNTAX");
  EXPECT_EQ(code_of("HELLO tenant=acme tenant=beta"), "SYNTAX");
  EXPECT_EQ(code_of("HELLO 2 SETNAME " + std::string(65, 'x')), "INVALID");
}

TEST(TenantName, WhatIsOne) {
  for (const std::string_view name : {"a", "acme", "0", "acme-2_b"}) {
    EXPECT_TRUE(is_tenant_name(name)) << name;
  }
  for (const std::string_view name : {"", "-a", "_a", "Acme", "a.b", "a/b", "a b", "\xc3\xa9"}) {
    EXPECT_FALSE(is_tenant_name(name)) << name;
  }
  EXPECT_TRUE(is_tenant_name(std::string(kTenantNameMax, 'a')));
  EXPECT_FALSE(is_tenant_name(std::string(kTenantNameMax + 1, 'a')));
}

TEST(ConnectionNumber, IsOfOneConnection) {
  EXPECT_NE(connection_number({1, 1}, 0), connection_number({1, 1}, 1));
  EXPECT_NE(connection_number({1, 1}, 0), connection_number({1, 2}, 0));
  EXPECT_NE(connection_number({1, 1}, 0), connection_number({2, 1}, 0));
  EXPECT_GT(connection_number({9'999, UINT32_MAX}, kLoopsMax - 1), 0);
}

}  // namespace
}  // namespace guerdon::door
