#include "engine/net/reply_reader.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "engine/base/assert.h"

namespace guerdon::net {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

bool has_text(ReplyKind kind) {
  return kind == ReplyKind::kStatus || kind == ReplyKind::kError || kind == ReplyKind::kBulk;
}

// The whole of the text.
bool read_number(std::string_view text, int64_t* number) {
  const char* const end = text.data() + text.size();
  const auto [behind, error] = std::from_chars(text.data(), end, *number);
  return error == std::errc() && behind == end;
}

}  // namespace

ReplyReader::Step ReplyReader::next(std::string_view input) {
  GUERDON_ASSERT(fault_.empty());
  if (wanted_ == 0) {
    parts_.clear();
    at_ = scanned_ = 0;
    wanted_ = 1;
  }
  while (wanted_ > 0) {
    const Step step = next_part(input);
    if (step != Step::kReply) return step;
  }
  // Only now: the input may have moved since the first parts were read.
  for (ReplyPart& part : parts_) {
    if (has_text(part.kind)) part.text = input.substr(part.from, static_cast<size_t>(part.number));
  }
  return Step::kReply;
}

ReplyReader::Step ReplyReader::next_part(std::string_view input) {
  if (at_ == input.size()) return Step::kMore;
  switch (input[at_]) {
    case '+':
      return next_text(ReplyKind::kStatus, input);
    case '-':
      return next_text(ReplyKind::kError, input);
    case ':':
      return next_integer(input);
    case '$':
      return next_bulk(input);
    case '*':
      return next_list(ReplyKind::kArray, input);
    case '%':
      return next_list(ReplyKind::kMap, input);
    case '_':
    case '#':
      return next_word(input);
    default:
      return broken("a reply begins with another byte than + - : $ * % _ or #");
  }
}

ReplyReader::Step ReplyReader::next_text(ReplyKind kind, std::string_view input) {
  std::string_view line;
  const Step step = next_line(input, &line);
  if (step != Step::kReply) return step;
  add({kind, static_cast<int64_t>(line.size()), at_ + 1, {}}, behind(line));
  return Step::kReply;
}

ReplyReader::Step ReplyReader::next_integer(std::string_view input) {
  std::string_view line;
  const Step step = next_line(input, &line);
  if (step != Step::kReply) return step;
  int64_t number = 0;
  if (!read_number(line, &number)) return broken("behind : stands something else than a number");
  add({ReplyKind::kInteger, number, 0, {}}, behind(line));
  return Step::kReply;
}

ReplyReader::Step ReplyReader::next_bulk(std::string_view input) {
  const size_t header = at_;
  int64_t length = 0;
  const Step step = next_length(input, kReplyBulkMax, &length);
  if (step != Step::kReply) return step;
  const size_t from = scanned_;  // behind the header
  if (length < 0) {
    add({}, from);
    return Step::kReply;
  }
  const auto size = static_cast<size_t>(length);
  if (input.size() - from < size + kLineEnd.size()) {
    scanned_ = header;
    return Step::kMore;
  }
  if (input.substr(from + size, kLineEnd.size()) != kLineEnd) {
    return broken("a bulk does not end with CR LF where its length says");
  }
  add({ReplyKind::kBulk, length, from, {}}, from + size + kLineEnd.size());
  return Step::kReply;
}

// Null or a boolean of RESP3: the line says all.
ReplyReader::Step ReplyReader::next_word(std::string_view input) {
  std::string_view line;
  const Step step = next_line(input, &line);
  if (step != Step::kReply) return step;
  const bool is_null = input[at_] == '_';
  const bool is_whole = is_null ? line.empty() : line == "t" || line == "f";
  if (!is_whole) return broken("behind _ stands something, or behind # neither t nor f");
  add({is_null ? ReplyKind::kNull : ReplyKind::kBoolean, line == "t" ? 1 : 0, 0, {}}, behind(line));
  return Step::kReply;
}

ReplyReader::Step ReplyReader::next_list(ReplyKind kind, std::string_view input) {
  int64_t count = 0;
  const Step step = next_length(input, kReplyPartsMax, &count);
  if (step != Step::kReply) return step;
  const bool is_map = kind == ReplyKind::kMap;
  if (is_map && count < 0) return broken("behind % stands something else than a number of pairs");
  const size_t inside = count < 0 ? 0 : static_cast<size_t>(count) * (is_map ? 2 : 1);
  if (parts_.size() + wanted_ + inside > kReplyPartsMax) {
    return broken("a reply has more than 1048576 parts");
  }
  wanted_ += inside;
  add({count < 0 ? ReplyKind::kNull : kind, std::max<int64_t>(count, 0), 0, {}}, scanned_);
  return Step::kReply;
}

// The line at at_ without its first byte and its end.
ReplyReader::Step ReplyReader::next_line(std::string_view input, std::string_view* line) {
  const void* const found = std::memchr(input.data() + scanned_, '\n', input.size() - scanned_);
  const size_t end = found == nullptr
                         ? input.size()
                         : static_cast<size_t>(static_cast<const char*>(found) - input.data());
  if (end - at_ > kReplyLineMax + kLineEnd.size()) return broken("a line is longer than 64 KiB");
  if (found == nullptr) {
    scanned_ = end;
    return Step::kMore;
  }
  if (end < at_ + 2 || input[end - 1] != '\r') return broken("a line ends with LF, not with CR LF");
  *line = input.substr(at_ + 1, end - at_ - 2);
  return Step::kReply;
}

// Of a bulk, an array or a map: its header, to scanned_. Null is -1.
ReplyReader::Step ReplyReader::next_length(std::string_view input, size_t max, int64_t* length) {
  std::string_view line;
  const Step step = next_line(input, &line);
  if (step != Step::kReply) return step;
  if (!read_number(line, length) || *length < -1) {
    return broken("behind $ * or % stands something else than a length");
  }
  if (*length > static_cast<int64_t>(max)) return broken("a length is greater than is read");
  scanned_ = behind(line);
  return Step::kReply;
}

void ReplyReader::add(const ReplyPart& part, size_t end) {
  parts_.push_back(part);
  --wanted_;
  at_ = scanned_ = end;
}

ReplyReader::Step ReplyReader::broken(std::string_view sentence) {
  fault_ = sentence;
  return Step::kBroken;
}

const ReplyPart* find_value(std::span<const ReplyPart> reply, std::string_view name) {
  for (size_t i = 1; i + 1 < reply.size(); ++i) {
    if (reply[i].kind == ReplyKind::kBulk && reply[i].text == name) return &reply[i + 1];
  }
  return nullptr;
}

}  // namespace guerdon::net
