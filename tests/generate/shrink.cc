#include "tests/generate/shrink.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

#include "engine/base/assert.h"
#include "engine/plan/checker.h"
#include "tests/generate/random_events.h"
#include "tests/generate/random_plan.h"

namespace guerdon::generate {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  size_t at = 0;
  while (at < text.size()) {
    const size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::string joined_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

size_t indent_of(const std::string& line) { return line.find_first_not_of(' '); }

// The line and what stands below it, deeper.
size_t block_end(const std::vector<std::string>& lines, size_t begin) {
  const size_t indent = indent_of(lines[begin]);
  size_t end = begin + 1;
  if (indent == std::string::npos) return end;
  while (end < lines.size() && indent_of(lines[end]) != std::string::npos &&
         indent_of(lines[end]) > indent) {
    ++end;
  }
  return end;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Of a number that begins there, with the decimals it has; `at` where none does.
size_t number_end(const std::string& text, size_t at) {
  const bool is_within =
      at > 0 && (std::isalnum(static_cast<unsigned char>(text[at - 1])) != 0 ||
                 text[at - 1] == '_' || text[at - 1] == '.' || text[at - 1] == '-');
  size_t end = at;
  while (end < text.size() && !is_within && (is_digit(text[end]) || text[end] == '_')) ++end;
  if (end > at && end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1])) {
    ++end;
    while (end < text.size() && is_digit(text[end])) ++end;
  }
  return end;
}

// 1, 10 and 100 with as many decimals, where that is shorter, or no longer and the number is not
// round; and the whole number. Nothing for what is no number, or is 0 or 1 already.
std::vector<std::string> rounder_numbers(const std::string& number) {
  if (number.empty() || !is_digit(number[0]) || number_end(number, 0) != number.size()) return {};
  const size_t point = number.find('.');
  const std::string whole = number.substr(0, point);
  const std::string decimals =
      point == std::string::npos ? "" : "." + std::string(number.size() - point - 1, '0');
  std::vector<std::string> rounder;
  for (const std::string first : {"1", "10", "100"}) {
    const bool is_round = number == first + decimals;
    if (is_round || first.size() > whole.size()) break;
    rounder.push_back(first + decimals);
  }
  const bool is_round = rounder.empty() || number == whole + decimals;
  if (!is_round) rounder.push_back(whole + decimals);
  return rounder;
}

class Shrinker {
 public:
  Shrinker(Case found, const Fails& fails, int tries)
      : best_(std::move(found)), fails_(fails), tries_left_(tries) {}

  Case run() {
    bool is_smaller = true;
    while (is_smaller && tries_left_ > 0) {
      is_smaller = drop_plans();
      is_smaller = start_with_versions() || is_smaller;
      is_smaller = drop_versions() || is_smaller;
      is_smaller = drop_events() || is_smaller;
      is_smaller = drop_everywhere() || is_smaller;
      for (size_t t = 0; t < texts_of(best_).size(); ++t) {
        is_smaller = drop_blocks(t) || is_smaller;
      }
      is_smaller = drop_values() || is_smaller;
      is_smaller = simplify_values() || is_smaller;
      for (size_t t = 0; t < texts_of(best_).size(); ++t) {
        is_smaller = simplify_text(t) || is_smaller;
      }
    }
    return best_;
  }

 private:
  bool accept(const Case& smaller) {
    if (tries_left_ <= 0) return false;
    --tries_left_;
    if (!fails_(smaller)) return false;
    best_ = smaller;
    return true;
  }

  // Of plans, then of versions.
  static std::vector<std::string*> texts_of(Case& found) {
    std::vector<std::string*> texts;
    for (std::string& text : found.plans) texts.push_back(&text);
    for (std::string& text : found.versions) texts.push_back(&text);
    return texts;
  }

  // A version in place of its plan, from the beginning.
  bool start_with_versions() {
    bool is_smaller = false;
    for (size_t v = best_.versions.size(); v-- > 0;) {
      const std::string& version = best_.versions[v];
      const size_t name_end = version.find(' ', std::string_view("plan ").size());
      const std::string header = version.substr(0, name_end) + "\n";  // without number and day
      const std::string text = header + version.substr(version.find('\n') + 1);
      for (size_t p = 0; p < best_.plans.size(); ++p) {
        if (!best_.plans[p].starts_with(header) || !loads(text)) continue;
        Case smaller = without_version(best_, v);
        smaller.plans[p] = text;
        if (!accept(smaller)) continue;
        is_smaller = true;
        break;
      }
    }
    return is_smaller;
  }

  bool drop_versions() {
    bool is_smaller = false;
    for (size_t v = best_.versions.size(); v-- > 0;) {
      is_smaller = accept(without_version(best_, v)) || is_smaller;
    }
    return is_smaller;
  }

  // Without what publishes it, too; the others keep their order.
  static Case without_version(Case smaller, size_t v) {
    smaller.versions.erase(smaller.versions.begin() + static_cast<std::ptrdiff_t>(v));
    std::erase_if(smaller.events, [&](const reference::Event& event) {
      return event.source == kPublishSource && event.id == std::to_string(v);
    });
    for (reference::Event& event : smaller.events) {
      if (event.source != kPublishSource) continue;
      const size_t number = std::stoul(event.id);
      if (number > v) event.id = std::to_string(number - 1);
    }
    return smaller;
  }

  // A block that a plan and its versions have alike: one of them without it is often no version.
  bool drop_everywhere() {
    bool is_smaller = false;
    for (size_t p = 0; p < best_.plans.size() && !best_.versions.empty(); ++p) {
      for (size_t at = lines_of(best_.plans[p]).size(); at-- > 1 && tries_left_ > 0;) {
        const std::vector<std::string> lines = lines_of(best_.plans[p]);
        const std::vector<std::string> block(
            lines.begin() + static_cast<std::ptrdiff_t>(at),
            lines.begin() + static_cast<std::ptrdiff_t>(block_end(lines, at)));
        Case smaller = best_;
        bool is_sound = true;
        for (std::string* const text : texts_of(smaller)) {
          *text = without(*text, block);
          is_sound = is_sound && loads(*text);
        }
        if (is_sound) is_smaller = accept(smaller) || is_smaller;
      }
    }
    return is_smaller;
  }

  // Without these lines where they stand together; or as it was.
  static std::string without(const std::string& text, const std::vector<std::string>& block) {
    std::vector<std::string> lines = lines_of(text);
    const auto at = std::search(lines.begin(), lines.end(), block.begin(), block.end());
    if (at == lines.end()) return text;
    lines.erase(at, at + static_cast<std::ptrdiff_t>(block.size()));
    return joined_lines(lines);
  }

  bool drop_plans() {
    bool is_smaller = false;
    for (size_t p = best_.plans.size(); p-- > 0 && best_.plans.size() > 1;) {
      Case smaller = best_;
      smaller.plans.erase(smaller.plans.begin() + static_cast<std::ptrdiff_t>(p));
      is_smaller = accept(smaller) || is_smaller;
    }
    return is_smaller;
  }

  // Runs of events, long ones first.
  bool drop_events() {
    bool is_smaller = false;
    for (size_t length = std::max<size_t>(best_.events.size() / 2, 1); length > 0; length /= 2) {
      for (size_t at = best_.events.size(); at > 0 && tries_left_ > 0;) {
        const size_t begin = at > length ? at - length : 0;
        Case smaller = best_;
        smaller.events.erase(smaller.events.begin() + static_cast<std::ptrdiff_t>(begin),
                             smaller.events.begin() + static_cast<std::ptrdiff_t>(at));
        is_smaller = accept(smaller) || is_smaller;
        at = begin;
      }
    }
    return is_smaller;
  }

  // From the end, so that what is declared stays until nobody uses it.
  bool drop_blocks(size_t t) {
    bool is_smaller = false;
    for (size_t at = lines_of(*texts_of(best_)[t]).size(); at-- > 1 && tries_left_ > 0;) {
      Case smaller = best_;
      std::string& text = *texts_of(smaller)[t];
      std::vector<std::string> lines = lines_of(text);
      const size_t end = block_end(lines, at);
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at),
                  lines.begin() + static_cast<std::ptrdiff_t>(end));
      text = joined_lines(lines);
      if (loads(text)) is_smaller = accept(smaller) || is_smaller;
    }
    return is_smaller;
  }

  bool drop_values() {
    bool is_smaller = false;
    for (size_t e = 0; e < best_.events.size(); ++e) {
      if (best_.events[e].source == kCommandSource) continue;  // it needs them all
      for (size_t v = best_.events[e].values.size(); v-- > 0 && tries_left_ > 0;) {
        Case smaller = best_;
        auto& values = smaller.events[e].values;
        values.erase(values.begin() + static_cast<std::ptrdiff_t>(v));
        is_smaller = accept(smaller) || is_smaller;
      }
    }
    return is_smaller;
  }

  // Numbers of events, round ones first; each becomes shorter, or as long and rounder.
  bool simplify_values() {
    bool is_smaller = false;
    for (size_t e = 0; e < best_.events.size(); ++e) {
      if (best_.events[e].source == kCommandSource) continue;
      for (size_t v = 0; v < best_.events[e].values.size(); ++v) {
        for (const std::string& rounder : rounder_numbers(best_.events[e].values[v].second)) {
          Case smaller = best_;
          smaller.events[e].values[v].second = rounder;
          if (!accept(smaller)) continue;
          is_smaller = true;
          break;
        }
      }
    }
    return is_smaller;
  }

  // Numbers of a plan.
  bool simplify_text(size_t t) {
    bool is_smaller = false;
    for (size_t at = 0; at < texts_of(best_)[t]->size() && tries_left_ > 0;) {
      const std::string text = *texts_of(best_)[t];
      const size_t end = number_end(text, at);
      if (end == at) {
        ++at;
        continue;
      }
      const std::string number = text.substr(at, end - at);
      for (const std::string& rounder : rounder_numbers(number)) {
        Case smaller = best_;
        std::string& simpler = *texts_of(smaller)[t];
        simpler.replace(at, number.size(), rounder);
        if (!loads(simpler) || !accept(smaller)) continue;
        is_smaller = true;
        break;
      }
      at = number_end(*texts_of(best_)[t], at);
    }
    return is_smaller;
  }

  Case best_;
  const Fails& fails_;
  int tries_left_;
};

}  // namespace

Case shrink(Case found, const Fails& fails, int tries) {
  GUERDON_ASSERT(tries >= 0);
  return Shrinker(std::move(found), fails, tries).run();
}

std::string print_case(const Case& found) {
  std::string text;
  for (size_t p = 0; p < found.plans.size(); ++p) {
    text += "==> " + std::to_string(p) + ".plan <==\n" + found.plans[p];
  }
  for (size_t v = 0; v < found.versions.size(); ++v) {
    text += "==> " + std::to_string(v) + ".version.plan <==\n" + found.versions[v];
  }
  return text + "==> trace.csv <==\n" + as_csv(found.events);
}

}  // namespace guerdon::generate
