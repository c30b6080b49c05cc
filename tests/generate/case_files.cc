#include "tests/generate/case_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "engine/net/line_words.h"

namespace guerdon::generate {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTime = "time=";
constexpr std::string_view kId = "id=";

constexpr std::string_view kVersionEnd = ".version.plan";

std::string plan_path(const std::string& folder, size_t number) {
  return folder + "/" + std::to_string(number) + ".plan";
}

std::string version_path(const std::string& folder, size_t number) {
  return folder + "/" + std::to_string(number) + std::string(kVersionEnd);
}

// A word of a line, quoted where it has to be.
std::string word_of(const std::string& text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  bool is_plain = !text.empty();
  std::string quoted;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_control = byte < 0x20 || byte == 0x7f;
    is_plain = is_plain && !is_control && c != ' ' && c != '"';
    if (is_control) {
      quoted += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    } else {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
  }
  return is_plain ? text : "\"" + quoted + "\"";
}

std::string pair_of(const std::string& name, const std::string& value) {
  return " " + name + "=" + word_of(value);
}

std::string line_of(const reference::Event& event) {
  std::string line = "EVENT " + word_of(event.type) + " " + word_of(event.id);
  for (const auto& [name, value] : event.values) {
    if (!value.empty()) line += pair_of(name, value);
  }
  return line + pair_of("time", event.time);
}

std::string line_of_command(const reference::Event& command) {
  std::string line = command.type;
  for (const auto& [name, value] : command.values) line += pair_of(name, value);
  if (!command.id.empty()) line += pair_of("id", command.id);
  return command.time.empty() ? line : line + pair_of("time", command.time);
}

bool read_file(const std::string& path, std::string* text) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return false;
  text->assign(std::istreambuf_iterator<char>(in), {});
  return true;
}

// The words from `first` on: what an event or a command has.
bool read_values(const net::Words& words, size_t first, reference::Event* event) {
  for (size_t w = first; w < words.count; ++w) {
    const std::string_view word = words.views[w];
    const size_t equal = word.find('=');
    if (equal == std::string_view::npos) return false;
    if (word.starts_with(kTime)) {
      event->time = word.substr(kTime.size());
    } else if (event->source == kCommandSource && word.starts_with(kId)) {
      event->id = word.substr(kId.size());
    } else {
      event->values.emplace_back(word.substr(0, equal), word.substr(equal + 1));
    }
  }
  return true;
}

bool read_line(std::string_view line, const std::string& tick_source, std::string* source,
               Case* found) {
  net::Words words;
  std::string unescaped;
  if (net::cut_line(line, &unescaped, &words)) return false;
  if (words.count == 0) return true;
  const std::string_view command = words.views[0];
  if (command == "SOURCE" && words.count == 2) {
    *source = words.views[1];
    return true;
  }
  reference::Event& event = found->events.emplace_back();
  if (command == "PUBLISH" && words.count == 2 && words.views[1].ends_with(kVersionEnd)) {
    event.source = kPublishSource;
    event.id = words.views[1].substr(0, words.views[1].size() - kVersionEnd.size());
    return true;
  }
  if (command == "TICK" && words.count == 2) {
    event.source = tick_source;
    event.time = words.views[1];
    return true;
  }
  const bool is_event = command == "EVENT";
  if (is_event && words.count < 3) return false;
  static const std::vector<std::string_view> kCommands = {
      "ABORT", "CLOSE", "COMMIT", "HOLDER", "ORG", "REOPEN", "REVERSE", "STAGE", "TABLE", "TARGET"};
  const bool is_command = std::find(kCommands.begin(), kCommands.end(), command) != kCommands.end();
  if (!is_event && !is_command) return false;
  event.source = is_event ? *source : kCommandSource;
  event.type = words.views[is_event ? 1 : 0];
  if (is_event) event.id = words.views[2];
  return read_values(words, is_event ? 3 : 1, &event);
}

}  // namespace

std::string as_lines(const Case& found, const std::string& tick_source) {
  std::string text;
  std::string source;
  for (const reference::Event& event : found.events) {
    if (event.source == kPublishSource) {
      text += "PUBLISH " + event.id + std::string(kVersionEnd) + "\n";
      continue;
    }
    if (event.source == tick_source) {
      text += "TICK " + event.time + "\n";
      continue;
    }
    if (event.source == kCommandSource) {
      text += line_of_command(event) + "\n";
      continue;
    }
    if (event.source != source) text += "SOURCE " + event.source + "\n";
    source = event.source;
    text += line_of(event) + "\n";
  }
  return text;
}

bool write_files(const Case& found, const std::string& tick_source, const std::string& folder,
                 std::string* error) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  const auto write = [&](const std::string& path, const std::string& text) {
    std::ofstream out(path, std::ios::binary);
    out << text;
    out.close();
    if (!out) *error = path + " cannot be written";
    return static_cast<bool>(out);
  };
  for (size_t p = 0; p < found.plans.size(); ++p) {
    if (!write(plan_path(folder, p), found.plans[p])) return false;
  }
  for (size_t v = 0; v < found.versions.size(); ++v) {
    if (!write(version_path(folder, v), found.versions[v])) return false;
  }
  return write(folder + "/events.txt", as_lines(found, tick_source));
}

bool read_files(const std::string& folder, const std::string& tick_source, Case* found,
                std::string* error) {
  *found = {};
  std::string text;
  while (read_file(plan_path(folder, found->plans.size()), &text)) found->plans.push_back(text);
  while (read_file(version_path(folder, found->versions.size()), &text)) {
    found->versions.push_back(text);
  }
  const std::string path = folder + "/events.txt";
  if (found->plans.empty() || !read_file(path, &text)) {
    *error = folder + " has no 0.plan, or no events.txt";
    return false;
  }
  std::string source;
  size_t number = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const size_t size = std::min(rest.find('\n'), rest.size());
    ++number;
    if (!read_line(rest.substr(0, size), tick_source, &source, found)) {
      *error =
          path + ":" + std::to_string(number) +
          ": this is no SOURCE, EVENT, ABORT, CLOSE, COMMIT, HOLDER, ORG, REOPEN, REVERSE, STAGE, "
          "TABLE, "
          "TARGET, TICK or PUBLISH";
      return false;
    }
    rest.remove_prefix(std::min(size + 1, rest.size()));
  }
  return true;
}

}  // namespace guerdon::generate
