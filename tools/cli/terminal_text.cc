#include "tools/cli/terminal_text.h"

#include <clocale>
#include <cwchar>

#include <algorithm>

namespace guerdon::cli {
namespace {

// The C library knows the widths, but tells them of the locale at hand only. What the server sends
// is UTF-8 whatever the user's locale is.
class Utf8 {
 public:
  Utf8() : before_(::uselocale(locale())) {}
  ~Utf8() { ::uselocale(before_); }
  Utf8(const Utf8&) = delete;
  Utf8& operator=(const Utf8&) = delete;

 private:
  static locale_t locale() {
    static const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return utf8;
  }

  const locale_t before_;
};

struct Character {
  size_t bytes = 1;
  int width = -1;  // -1: it cannot be shown
};

// The character at the front. REQUIRES: !text.empty(), within an Utf8.
Character front(std::string_view text) {
  std::mbstate_t state = {};
  wchar_t code = 0;
  const size_t bytes = std::mbrtowc(&code, text.data(), text.size(), &state);
  const bool is_whole = bytes > 0 && bytes <= text.size();
  return is_whole ? Character{bytes, ::wcwidth(code)} : Character{};
}

void append_escaped(std::string_view bytes, std::string* out) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out->append({'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]});
  }
}

}  // namespace

std::string shown(std::string_view text) {
  const Utf8 utf8;
  std::string out;
  while (!text.empty()) {
    const Character c = front(text);
    const std::string_view bytes = text.substr(0, c.bytes);
    if (c.width < 0) {
      append_escaped(bytes, &out);
    } else {
      out.append(bytes);
    }
    text.remove_prefix(c.bytes);
  }
  return out;
}

size_t display_width(std::string_view text) {
  const Utf8 utf8;
  size_t width = 0;
  while (!text.empty()) {
    const Character c = front(text);
    width += static_cast<size_t>(std::max(c.width, 0));
    text.remove_prefix(c.bytes);
  }
  return width;
}

std::vector<std::string> wrapped(std::string_view text, size_t width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!lines.back().empty() && display_width(lines.back()) + 1 + display_width(word) > width) {
      lines.emplace_back();
    }
    lines.back().append(lines.back().empty() ? "" : " ").append(word);
  }
  return lines;
}

}  // namespace guerdon::cli
