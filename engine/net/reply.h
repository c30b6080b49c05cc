// Replies, appended to the output of a connection in the protocol of Redis (RESP).
//
//   what             RESP2                   RESP3
//   status           +OK 12 3 CR LF          the same
//   error            -CODE sentence CR LF    the same
//   integer          :7 CR LF                the same
//   bulk             $2 CR LF ab CR LF       the same
//   array header     *n CR LF                the same
//   null             $-1 CR LF               _ CR LF
//   boolean          :1 CR LF or :0          #t CR LF or #f
//   map header       *2n CR LF               %n CR LF
//   push header      *n CR LF                >n CR LF
//
// A status and an error are one line whatever they are given: control characters in their texts
// become \r, \n, \t or \xHH. A bulk is given as it is. An array or push header is followed by n
// replies, a map header by n keys and n values, by turns.
//
//   ReplyWriter reply(&output, Protocol::kResp3);
//   reply.status("OK", {12, 3});
//   reply.map_header(1);
//   reply.bulk("balance");
//   reply.integer(1530);
//
// Cost: some 10 ns a reply; nothing is allocated beyond the output's growth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace guerdon::net {

enum class Protocol : uint8_t { kResp2 = 2, kResp3 = 3 };

class ReplyWriter {
 public:
  // The output must outlive the writer.
  ReplyWriter(std::string* output, Protocol protocol) : out_(*output), protocol_(protocol) {}

  // `word` and numbers behind it, in decimal.
  void status(std::string_view word, std::initializer_list<uint64_t> numbers = {});
  // `code`: one upper-case word.
  void error(std::string_view code, std::string_view sentence);
  void integer(int64_t value);
  void bulk(std::string_view bytes);
  void null();
  void boolean(bool value);
  void array_header(size_t count);
  void map_header(size_t pairs);
  void push_header(size_t count);  // of what no request asked for just now

 private:
  void end_line() { out_.append("\r\n", 2); }
  void header(char type, size_t count);

  std::string& out_;
  const Protocol protocol_;
};

// Appends the decimal form.
void append_number(std::string* out, int64_t value);
void append_number(std::string* out, uint64_t value);

}  // namespace guerdon::net
