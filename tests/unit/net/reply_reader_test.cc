#include "engine/net/reply_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "engine/net/reply.h"

namespace guerdon::net {
namespace {

// One reply as text: status(OK 1 2), error(...), int(7), bulk(ab), null, true, [a, b], {key,
// value}.
std::string shown(std::span<const ReplyPart> parts, size_t* at) {
  const ReplyPart& part = parts[(*at)++];
  switch (part.kind) {
    case ReplyKind::kStatus:
      return "status(" + std::string(part.text) + ")";
    case ReplyKind::kError:
      return "error(" + std::string(part.text) + ")";
    case ReplyKind::kInteger:
      return "int(" + std::to_string(part.number) + ")";
    case ReplyKind::kBulk:
      return "bulk(" + std::string(part.text) + ")";
    case ReplyKind::kNull:
      return "null";
    case ReplyKind::kBoolean:
      return part.number == 1 ? "true" : "false";
    case ReplyKind::kArray:
    case ReplyKind::kMap:
      break;
  }
  const bool is_map = part.kind == ReplyKind::kMap;
  std::string list;
  for (int64_t i = 0; i < part.number * (is_map ? 2 : 1); ++i) {
    list += (i == 0 ? "" : ", ") + shown(parts, at);
  }
  return is_map ? "{" + list + "}" : "[" + list + "]";
}

// All replies of a text that arrives in pieces of so many bytes, each in memory of its own; at the
// end what is wrong, if anything.
std::string read_in_pieces(std::string_view text, size_t piece) {
  ReplyReader reader;
  std::string all;
  std::string kept;
  while (!text.empty()) {
    const std::string input = kept + std::string(text.substr(0, piece));
    text.remove_prefix(std::min(piece, text.size()));
    std::string_view rest = input;
    ReplyReader::Step step = reader.next(rest);
    for (; step == ReplyReader::Step::kReply; step = reader.next(rest)) {
      size_t at = 0;
      all += shown(reader.parts(), &at) + "\n";
      EXPECT_EQ(at, reader.parts().size());
      rest.remove_prefix(reader.consumed());
    }
    if (step == ReplyReader::Step::kBroken) return all + "broken: " + std::string(reader.fault());
    kept = rest;
  }
  return all + (kept.empty() ? "" : "more");
}

// The same for every cut.
std::string read(std::string_view text) {
  const std::string whole = read_in_pieces(text, text.size());
  for (size_t piece = 1; piece < text.size(); ++piece) {
    EXPECT_EQ(read_in_pieces(text, piece), whole) << "pieces of " << piece;
  }
  return whole;
}

TEST(ReplyReaderTest, OneOfEachKind) {
  EXPECT_EQ(read("+OK 12 3\r\n"), "status(OK 12 3)\n");
  EXPECT_EQ(read("+\r\n"), "status()\n");
  EXPECT_EQ(read("-INVALID word 3: no\r\n"), "error(INVALID word 3: no)\n");
  EXPECT_EQ(read(":-9223372036854775808\r\n"), "int(-9223372036854775808)\n");
  EXPECT_EQ(read("$4\r\na\r\nb\r\n"), "bulk(a\r\nb)\n");
  EXPECT_EQ(read("$0\r\n\r\n"), "bulk()\n");
  EXPECT_EQ(read("$-1\r\n*-1\r\n"), "null\nnull\n");
  EXPECT_EQ(read("*0\r\n"), "[]\n");
}

TEST(ReplyReaderTest, RepliesBehindEachOther) {
  EXPECT_EQ(read("+OK 1 0\r\n-BUSY later retry-after=1000\r\n+DUP 1 0\r\n+PO"),
            "status(OK 1 0)\nerror(BUSY later retry-after=1000)\nstatus(DUP 1 0)\nmore");
}

TEST(ReplyReaderTest, ArraysInArrays) {
  EXPECT_EQ(read("*3\r\n*2\r\n:1\r\n*0\r\n$1\r\nx\r\n*1\r\n*1\r\n+OK\r\n:7\r\n"),
            "[[int(1), []], bulk(x), [[status(OK)]]]\nint(7)\n");
}

TEST(ReplyReaderTest, WhatResp3Adds) {
  EXPECT_EQ(read("_\r\n#t\r\n#f\r\n%0\r\n"), "null\ntrue\nfalse\n{}\n");
  EXPECT_EQ(read("%2\r\n+a\r\n*2\r\n:1\r\n_\r\n$1\r\nb\r\n%1\r\n+c\r\n#t\r\n+OK\r\n"),
            "{status(a), [int(1), null], bulk(b), {status(c), true}}\nstatus(OK)\n");
}

TEST(ReplyReaderTest, WhatTheWriterWritesInResp3) {
  std::string text;
  ReplyWriter reply(&text, Protocol::kResp3);
  reply.map_header(2);
  reply.bulk("lsn");
  reply.integer(5);
  reply.bulk("errors");
  reply.array_header(2);
  reply.null();
  reply.boolean(false);
  EXPECT_EQ(read(text), "{bulk(lsn), int(5), bulk(errors), [null, false]}\n");
}

TEST(ReplyReaderTest, WhatTheWriterWrites) {
  std::string text;
  ReplyWriter reply(&text, Protocol::kResp2);
  reply.array_header(4);
  reply.bulk("errors");
  reply.array_header(1);
  reply.bulk("3 INVALID word 4: \"no\"\n");
  reply.integer(-5);
  reply.null();
  reply.status("OK", {12, 0});
  reply.error("BUSY", "a\r\nb");
  reply.boolean(true);
  EXPECT_EQ(read(text),
            "[bulk(errors), [bulk(3 INVALID word 4: \"no\"\n)], int(-5), null]\n"
            "status(OK 12 0)\nerror(BUSY a\\r\\nb)\nint(1)\n");
}

TEST(ReplyReaderTest, WhatIsNoReply) {
  const std::vector<std::string_view> broken = {
      "HTTP/1.1 400 Bad Request\r\n",
      "\r\n",
      "+OK\n",
      "\n",
      ":\r\n",
      ":1x\r\n",
      ":9223372036854775808\r\n",
      "$x\r\n",
      "$-2\r\n",
      "$2\r\nabc\r\n",
      "$2\r\nab\n\n",
      "*-2\r\n",
      "*1\r\nx",
      "*2\r\n:1\r\n+OK\n",
      "%-1\r\n",
      "%x\r\n",
      "_ \r\n",
      "#\r\n",
      "#true\r\n",
      "~1\r\n",
  };
  for (const std::string_view text : broken) {
    EXPECT_NE(read(text).find("broken: "), std::string::npos) << text;
  }
  EXPECT_EQ(read("+OK\r\n+OK\n"), "status(OK)\nbroken: a line ends with LF, not with CR LF");
}

TEST(ReplyReaderTest, EachLimitIsReachedAndNotPassed) {
  const std::string line(kReplyLineMax, 'x');
  EXPECT_EQ(read_in_pieces("+" + line + "\r\n", 1'000), "status(" + line + ")\n");
  EXPECT_NE(read_in_pieces("+" + line + "xx\r\n", 1'000).find("broken"), std::string::npos);
  EXPECT_NE(read_in_pieces("+" + line + line, 1'000).find("broken"), std::string::npos);
  const std::string bulk = "$" + std::to_string(kReplyBulkMax);
  EXPECT_EQ(read_in_pieces(bulk + "\r\nabc", 100), "more");
  EXPECT_NE(read_in_pieces("$" + std::to_string(kReplyBulkMax + 1) + "\r\n", 100).find("broken"),
            std::string::npos);
  EXPECT_NE(read_in_pieces("*" + std::to_string(kReplyPartsMax) + "\r\n", 100).find("broken"),
            std::string::npos);
  EXPECT_NE(read_in_pieces("%" + std::to_string(kReplyPartsMax / 2) + "\r\n", 100).find("broken"),
            std::string::npos);
  EXPECT_EQ(read_in_pieces("*" + std::to_string(kReplyPartsMax - 1) + "\r\n:1\r\n", 100), "more");
}

TEST(ReplyReaderTest, ManyPartsInOneReply) {
  std::string text = "*30000\r\n";
  for (int i = 0; i < 30'000; ++i) text += "$5\r\nabcde\r\n";
  const std::string whole = read_in_pieces(text, text.size());
  EXPECT_EQ(read_in_pieces(text, 4'099), whole);
  EXPECT_EQ(whole.size(), 30'000 * std::string_view("bulk(abcde), ").size() + 1);
}

}  // namespace
}  // namespace guerdon::net
