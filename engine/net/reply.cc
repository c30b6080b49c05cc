#include "engine/net/reply.h"

#include <charconv>

#include "engine/base/assert.h"
#include "engine/net/line_words.h"

namespace guerdon::net {
namespace {

constexpr size_t kDigitsMax = 20;  // and a sign has room where there are 19

template <typename Number>
void append_decimal(std::string* out, Number value) {
  char digits[kDigitsMax];
  const auto [end, error] = std::to_chars(digits, digits + kDigitsMax, value);
  GUERDON_ASSERT(error == std::errc());
  out->append(digits, static_cast<size_t>(end - digits));
}

void append_escaped(std::string* out, char c) {
  static constexpr char kDigits[] = "0123456789abcdef";
  constexpr std::string_view kControls = "\r\n\t";
  const size_t which = kControls.find(c);
  if (which != std::string_view::npos) {
    out->append({'\\', "rnt"[which]});
  } else {
    const auto byte = static_cast<unsigned char>(c);
    out->append({'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]});
  }
}

// As one line: a reply whose text holds a line end would be two.
void append_line(std::string* out, std::string_view text) {
  size_t from = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!is_control(text[i])) continue;
    out->append(text.substr(from, i - from));
    append_escaped(out, text[i]);
    from = i + 1;
  }
  out->append(text.substr(from));
}

}  // namespace

void append_number(std::string* out, int64_t value) { append_decimal(out, value); }
void append_number(std::string* out, uint64_t value) { append_decimal(out, value); }

void ReplyWriter::status(std::string_view word, std::initializer_list<uint64_t> numbers) {
  out_.push_back('+');
  append_line(&out_, word);
  for (const uint64_t number : numbers) {
    out_.push_back(' ');
    append_number(&out_, number);
  }
  end_line();
}

void ReplyWriter::error(std::string_view code, std::string_view sentence) {
  GUERDON_ASSERT(!code.empty() &&
                 code.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos);
  out_.push_back('-');
  out_.append(code);
  out_.push_back(' ');
  append_line(&out_, sentence);
  end_line();
}

void ReplyWriter::integer(int64_t value) {
  out_.push_back(':');
  append_number(&out_, value);
  end_line();
}

void ReplyWriter::bulk(std::string_view bytes) {
  header('$', bytes.size());
  out_.append(bytes);
  end_line();
}

void ReplyWriter::null() { out_.append(protocol_ == Protocol::kResp3 ? "_\r\n" : "$-1\r\n"); }

void ReplyWriter::boolean(bool value) {
  if (protocol_ == Protocol::kResp3) {
    out_.append(value ? "#t\r\n" : "#f\r\n");
  } else {
    integer(value ? 1 : 0);
  }
}

void ReplyWriter::array_header(size_t count) { header('*', count); }

void ReplyWriter::map_header(size_t pairs) {
  const bool has_maps = protocol_ == Protocol::kResp3;
  header(has_maps ? '%' : '*', has_maps ? pairs : 2 * pairs);
}

void ReplyWriter::push_header(size_t count) {
  header(protocol_ == Protocol::kResp3 ? '>' : '*', count);
}

void ReplyWriter::header(char type, size_t count) {
  out_.push_back(type);
  append_number(&out_, uint64_t{count});
  end_line();
}

}  // namespace guerdon::net
