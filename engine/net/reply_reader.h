// The other end of reply.h: cuts the bytes that a server sends into replies, however they arrive.
//
//   reply = ("+" | "-") text CR LF | ":" number CR LF | "$" length CR LF bytes CR LF | "$-1" CR LF
//         | "*" count CR LF count*reply | "*-1" CR LF
//         | "%" count CR LF count*(reply reply) | "_" CR LF | "#" ("t" | "f") CR LF
//
// That is RESP2, and of RESP3 what reply.h writes, nested to any depth. A reply is given whole, as
// a flat list: an array is followed by what is in it, a map by its keys and values by turns. Every
// limit that is passed, and every byte that is no reply, is kBroken: framing is lost, and nothing
// behind it can be read.
//
//   ReplyReader reader;
//   for (;;) {                                 // input: what was not consumed, and more
//     const ReplyReader::Step step = reader.next(input);
//     if (step == ReplyReader::Step::kBroken) give_up(reader.fault());
//     if (step == ReplyReader::Step::kMore) break;  // keep the input, all of it
//     use(reader.parts());
//     input.remove_prefix(reader.consumed());
//   }
//
// The outcome depends on the bytes alone, not on how they were cut into inputs, and no byte is
// looked at again because more came, but for the header of a bulk that is not there whole.
//
// Cost: some 15 ns a status. Memory: 40 bytes a part of the greatest reply. Thread-safety: one
// thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace guerdon::net {

inline constexpr size_t kReplyLineMax = size_t{64} << 10;  // bytes before the line end
inline constexpr size_t kReplyBulkMax = size_t{64} << 20;  // bytes of one bulk
inline constexpr size_t kReplyPartsMax = size_t{1}
                                         << 20;  // of one reply, arrays and maps counted too

enum class ReplyKind : uint8_t { kStatus, kError, kInteger, kBulk, kNull, kArray, kMap, kBoolean };

struct ReplyPart {
  ReplyKind kind = ReplyKind::kNull;
  // kInteger: it; kBoolean: 0 or 1; kArray: how many replies are in it; kMap: how many pairs of
  // them; else bytes of text.
  int64_t number = 0;
  size_t from = 0;        // where the text begins, in the input
  std::string_view text;  // kStatus, kError: without sign and line end; kBulk: its bytes
};

class ReplyReader {
 public:
  enum class Step : uint8_t {
    kReply,   // parts(), consumed()
    kMore,    // the reply is not there whole; nothing is consumed
    kBroken,  // fault(); nothing may be asked any more
  };

  // `input` begins with the first byte that was not consumed. REQUIRES: no bytes that were given
  // with kMore are missing; fault() is empty.
  Step next(std::string_view input);

  // Of the reply just given, one part or more; its texts are views into the input.
  std::span<const ReplyPart> parts() const { return parts_; }
  size_t consumed() const { return at_; }

  // What is wrong, as a sentence; empty until then.
  std::string_view fault() const { return fault_; }

 private:
  Step next_part(std::string_view input);
  Step next_text(ReplyKind kind, std::string_view input);
  Step next_integer(std::string_view input);
  Step next_bulk(std::string_view input);
  Step next_word(std::string_view input);
  Step next_list(ReplyKind kind, std::string_view input);
  Step next_line(std::string_view input, std::string_view* line);
  Step next_length(std::string_view input, size_t max, int64_t* length);
  void add(const ReplyPart& part, size_t end);
  // Where the line ends that next_line() gave.
  size_t behind(std::string_view line) const { return at_ + line.size() + 3; }  // sign, CR LF
  Step broken(std::string_view sentence);

  std::vector<ReplyPart> parts_;
  size_t at_ = 0;       // where the next part begins
  size_t scanned_ = 0;  // no line end is in [at_, scanned_)
  size_t wanted_ = 0;   // parts that are still to come; 0: between replies
  std::string_view fault_;
};

// Of a reply that lists names and values by turns: the first value behind this name, with what is
// in it behind it. Null where there is none.
const ReplyPart* find_value(std::span<const ReplyPart> reply, std::string_view name);

}  // namespace guerdon::net
