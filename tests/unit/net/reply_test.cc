#include "engine/net/reply.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace guerdon::net {
namespace {

// What `write` appends, behind what is there already.
template <typename Write>
std::string written(Protocol protocol, Write write) {
  std::string out = "before";
  ReplyWriter reply(&out, protocol);
  write(reply);
  EXPECT_EQ(out.rfind("before", 0), 0u);
  return out.substr(6);
}

template <typename Write>
std::string written(Write write) {
  std::string text = written(Protocol::kResp2, write);
  EXPECT_EQ(written(Protocol::kResp3, write), text);
  return text;
}

TEST(ReplyTest, AStatusIsAWordAndNumbers) {
  EXPECT_EQ(written([](ReplyWriter& reply) { reply.status("OK"); }), "+OK\r\n");
  EXPECT_EQ(written([](ReplyWriter& reply) {
              reply.status("OK", {12, 0, UINT64_MAX});
            }),
            "+OK 12 0 18446744073709551615\r\n");
}

TEST(ReplyTest, AnErrorIsACodeAndASentence) {
  EXPECT_EQ(written([](ReplyWriter& reply) { reply.error("SYNTAX", "column 3: a \\\" is open"); }),
            "-SYNTAX column 3: a \\\" is open\r\n");
}

TEST(ReplyTest, IntegersOfAllSizes) {
  for (const int64_t value :
       {int64_t{0}, int64_t{-1}, int64_t{9}, int64_t{10}, int64_t{1'530},
        std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()}) {
    EXPECT_EQ(written([&](ReplyWriter& reply) { reply.integer(value); }),
              ":" + std::to_string(value) + "\r\n");
  }
}

TEST(ReplyTest, ABulkIsGivenAsItIs) {
  EXPECT_EQ(written([](ReplyWriter& reply) { reply.bulk(""); }), "$0\r\n\r\n");
  const std::string bytes("a\r\n\0\x01", 5);
  EXPECT_EQ(written([&](ReplyWriter& reply) { reply.bulk(bytes); }), "$5\r\n" + bytes + "\r\n");
}

TEST(ReplyTest, WhatDiffersByProtocol) {
  const auto null = [](ReplyWriter& reply) { reply.null(); };
  EXPECT_EQ(written(Protocol::kResp2, null), "$-1\r\n");
  EXPECT_EQ(written(Protocol::kResp3, null), "_\r\n");
  const auto booleans = [](ReplyWriter& reply) {
    reply.boolean(true);
    reply.boolean(false);
  };
  EXPECT_EQ(written(Protocol::kResp2, booleans), ":1\r\n:0\r\n");
  EXPECT_EQ(written(Protocol::kResp3, booleans), "#t\r\n#f\r\n");
  const auto headers = [](ReplyWriter& reply) {
    reply.array_header(3);
    reply.map_header(2);
  };
  EXPECT_EQ(written(Protocol::kResp2, headers), "*3\r\n*4\r\n");
  EXPECT_EQ(written(Protocol::kResp3, headers), "*3\r\n%2\r\n");
}

TEST(ReplyTest, AStatusAndAnErrorAreOneLineWhateverTheyAreGiven) {
  EXPECT_EQ(written([](ReplyWriter& reply) { reply.error("INVALID", "a\r\nb\tc"); }),
            "-INVALID a\\r\\nb\\tc\r\n");
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = {'a', static_cast<char>(byte), 'b'};
    for (const std::string& line :
         {written([&](ReplyWriter& reply) { reply.error("INVALID", text); }),
          written([&](ReplyWriter& reply) { reply.status(text); })}) {
      EXPECT_EQ(line.find('\r'), line.size() - 2) << byte;
      EXPECT_EQ(line.find('\n'), line.size() - 1) << byte;
      EXPECT_EQ(line.find('\0'), std::string::npos) << byte;
      const bool is_printed = byte >= 0x20 && byte != 0x7f;
      EXPECT_EQ(line.find(text) != std::string::npos, is_printed) << byte;
    }
  }
  EXPECT_EQ(written([](ReplyWriter& reply) { reply.status("\x1b\x7f"); }), "+\\x1b\\x7f\r\n");
}

TEST(ReplyDeathTest, ACodeIsOneUpperCaseWord) {
  EXPECT_DEATH(written([](ReplyWriter& reply) { reply.error("NO WORD", "a"); }), "code");
  EXPECT_DEATH(written([](ReplyWriter& reply) { reply.error("", "a"); }), "code");
}

}  // namespace
}  // namespace guerdon::net
