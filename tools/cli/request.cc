#include "tools/cli/request.h"

#include <algorithm>
#include <charconv>

#include "engine/net/line_words.h"
#include "engine/net/reply.h"
#include "tools/cli/usage_grammar.h"

namespace guerdon::cli {
namespace {

constexpr size_t kBatchLinesMax = 16'384;  // the server's own limit

void append_header(char sign, size_t count, std::string* out) {
  out->push_back(sign);
  net::append_number(out, uint64_t{count});
  out->append("\r\n");
}

}  // namespace

bool is_blank(std::string_view line) { return net::is_blank_line(line); }

size_t lines_to_follow(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  std::string unescaped;
  net::Words words;
  if (net::cut_line(line, &unescaped, &words) || words.count != 2) return 0;
  constexpr std::string_view kBatch = "BATCH";
  const std::string_view name = words.views[0];
  const std::string_view number = words.views[1];
  if (name.size() != kBatch.size() || !begins_alike(kBatch, name)) return 0;
  size_t lines = 0;
  const char* const end = number.data() + number.size();
  const auto [behind, error] = std::from_chars(number.data(), end, lines);
  const bool is_number = error == std::errc() && behind == end;
  return is_number && lines <= kBatchLinesMax ? lines : 0;
}

bool is_subscription(std::string_view request) {
  std::string_view word = request;
  if (request.starts_with('*')) {  // *n CR LF $m CR LF, and the first word
    const size_t bulk = request.find('$');
    const size_t end = request.find('\n', bulk);
    if (end == std::string_view::npos) return false;
    word = request.substr(end + 1);
  }
  constexpr std::string_view kSubscribe = "SUBSCRIBE";
  word.remove_prefix(std::min(word.find_first_not_of(" \t"), word.size()));
  word = word.substr(0, word.find_first_of(" \t\r\n"));
  return word.size() == kSubscribe.size() && begins_alike(kSubscribe, word);
}

std::string array_of(std::span<const std::string> words) {
  std::string out;
  append_header('*', words.size(), &out);
  for (const std::string& word : words) {
    append_header('$', word.size(), &out);
    out.append(word).append("\r\n");
  }
  return out;
}

}  // namespace guerdon::cli
