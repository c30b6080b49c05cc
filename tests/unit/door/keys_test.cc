#include "engine/door/keys.h"

#include <gtest/gtest.h>

#include <string>

namespace guerdon::door {
namespace {

const std::string kSecret = "00112233445566778899aabbccddeeff";

std::string error_of(const std::string& text) {
  std::string error;
  return Keys::read(text, &error) ? "" : error;
}

TEST(Keys, AreReadLineByLine) {
  std::string error;
  const auto keys =
      Keys::read("# tills\n\ntill-7  writer\tacme " + kSecret + "\r\nboss operator - " + kSecret +
                     kSecret + "\nback reader - " + kSecret,
                 &error);
  ASSERT_TRUE(keys) << error;
  ASSERT_EQ(keys->all().size(), 3U);
  const Key* const till = keys->find("till-7");
  ASSERT_NE(till, nullptr);
  EXPECT_EQ(till->role, Role::kWriter);
  EXPECT_EQ(till->tenant, "acme");
  EXPECT_EQ(till->secret.size(), 16U);
  EXPECT_EQ(till->secret[1], '\x11');
  EXPECT_EQ(keys->find("boss")->role, Role::kOperator);
  EXPECT_EQ(keys->find("back")->tenant, "");
  EXPECT_EQ(keys->find("nobody"), nullptr);
}

TEST(Keys, WhatIsNone) {
  EXPECT_EQ(error_of("# none\n"), "there is no key in it");
  EXPECT_TRUE(error_of("a writer acme\n").starts_with("line 1: write four words"));
  EXPECT_TRUE(error_of("a owner acme " + kSecret).starts_with("line 1: a role is"));
  EXPECT_TRUE(error_of("a b writer - " + kSecret).starts_with("line 1: write four words"));
  EXPECT_TRUE(error_of("a! writer - " + kSecret).starts_with("line 1: a key's name"));
  EXPECT_TRUE(error_of("a writer Acme " + kSecret).starts_with("line 1: a tenant is"));
  EXPECT_TRUE(error_of("a operator acme " + kSecret).starts_with("line 1: an operator is"));
  const std::string key = "a writer - " + kSecret + "\n";
  EXPECT_TRUE(error_of(key + key).starts_with("line 2: there is a key a already"));
}

TEST(Keys, NoSentenceHasASecret) {
  for (const std::string secret : {"0011223344556677", "00112233445566778899aabbccddeefg",
                                   "00112233445566778899aabbccddeeff0"}) {
    const std::string error = error_of("a writer - " + secret);
    EXPECT_TRUE(error.starts_with("line 1: a secret is 32 to 128")) << error;
    EXPECT_EQ(error.find(secret), std::string::npos);
  }
}

// RFC 4231, test case 2.
TEST(Proof, IsHmacSha256) {
  constexpr std::string_view kRight =
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
  EXPECT_EQ(prove("Jefe", "what do ya want for nothing?"), kRight);
  EXPECT_TRUE(is_proof("Jefe", "what do ya want for nothing?", kRight));
  EXPECT_FALSE(is_proof("Jefe", "what do ya want for nothing!", kRight));
  EXPECT_FALSE(is_proof("Jeff", "what do ya want for nothing?", kRight));
  EXPECT_FALSE(is_proof("Jefe", "what do ya want for nothing?", kRight.substr(1)));
  EXPECT_FALSE(is_proof("Jefe", "what do ya want for nothing?", ""));
}

}  // namespace
}  // namespace guerdon::door
