#include "tools/load/request_form.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/net/reply.h"

namespace guerdon::load {
namespace {

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

// Whether a word says this without quotes.
bool is_plain(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return c == ' ' || c == '"' || is_control(c); });
}

void append_escaped(char c, std::string* out) {
  static constexpr char kDigits[] = "0123456789abcdef";
  constexpr std::string_view kNamed = "\n\r\t";
  if (c == '"' || c == '\\') {
    out->append({'\\', c});
  } else if (!is_control(c)) {
    out->push_back(c);
  } else if (const size_t which = kNamed.find(c); which != std::string_view::npos) {
    out->append({'\\', "nrt"[which]});
  } else {
    const auto byte = static_cast<unsigned char>(c);
    out->append({'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]});
  }
}

void append_quoted(std::string_view text, std::string* out) {
  out->push_back('"');
  for (const char c : text) append_escaped(c, out);
  out->push_back('"');
}

void append_word(std::string_view text, std::string* out) {
  if (is_plain(text)) {
    out->append(text);
  } else {
    append_quoted(text, out);
  }
}

void append_attribute(const WireAttribute& attribute, std::string* out) {
  if (is_plain(attribute.name)) {
    out->append(attribute.name).push_back('=');
    append_word(attribute.value, out);
  } else {  // quotes end a word, so they go around all of it
    append_quoted(std::string(attribute.name) + "=" + std::string(attribute.value), out);
  }
}

void append_header(char sign, size_t count, std::string* out) {
  out->push_back(sign);
  net::append_number(out, uint64_t{count});
  out->append("\r\n");
}

void append_bulk(std::string_view text, std::string* out) {
  append_header('$', text.size(), out);
  out->append(text).append("\r\n");
}

}  // namespace

void append_event_line(const WireEvent& event, std::string* out) {
  GUERDON_ASSERT(!event.type.empty() && !event.id.empty());
  out->append("EVENT ");
  append_word(event.type, out);
  out->push_back(' ');
  append_word(event.id, out);
  for (const WireAttribute& attribute : event.attributes) {
    out->push_back(' ');
    append_attribute(attribute, out);
  }
  out->push_back('\n');
}

void append_event_array(const WireEvent& event, std::string* out) {
  append_header('*', 3 + event.attributes.size(), out);
  append_bulk("EVENT", out);
  append_bulk(event.type, out);
  append_bulk(event.id, out);
  for (const WireAttribute& attribute : event.attributes) {
    append_header('$', attribute.name.size() + 1 + attribute.value.size(), out);
    out->append(attribute.name).append("=").append(attribute.value).append("\r\n");
  }
}

void append_request(SendForm form, std::initializer_list<std::string_view> words,
                    std::string* out) {
  GUERDON_ASSERT(std::all_of(words.begin(), words.end(), is_plain));
  if (form == SendForm::kResp) {
    append_header('*', words.size(), out);
    for (const std::string_view word : words) append_bulk(word, out);
    return;
  }
  const char* between = "";
  for (const std::string_view word : words) {
    out->append(between).append(word);
    between = " ";
  }
  out->push_back('\n');
}

}  // namespace guerdon::load
