#include "engine/server/named_words.h"

#include <algorithm>

#include "engine/event/field.h"
#include "engine/event/refusal.h"
#include "engine/event/text_rules.h"
#include "engine/syntax/diagnostic.h"

namespace guerdon::server {

namespace {

std::string excerpt(std::string_view word) {
  return event::printable(word, event::kExcerptShownMax);
}

Fault misuse_of(Words words, size_t word, const std::string& wrong) {
  return {"SYNTAX", "word " + std::to_string(word) + ": " + wrong + "; write " +
                        std::string(find_command(words[0])->usage)};
}

}  // namespace

void add_once(const std::string& name, std::vector<std::string>* names) {
  if (std::find(names->begin(), names->end(), name) == names->end()) names->push_back(name);
}

std::optional<Fault> NamedWords::read(Words words, size_t first) {
  for (size_t w = first; w < words.size(); ++w) {
    const std::string_view name = words[w].substr(0, words[w].find('='));
    const auto at = std::find(names_.begin(), names_.end(), name);
    if (at == names_.end() || words[w].size() <= name.size() + 1) {
      return misuse_of(words, w + 1, "this is not how it goes on");
    }
    Given& given = given_[static_cast<size_t>(at - names_.begin())];
    if (given) return misuse_of(words, w + 1, std::string(name) + " stands here twice");
    given = {words[w].substr(name.size() + 1), w + 1};
  }
  return std::nullopt;
}

std::optional<Fault> NamedWords::exclude(Words words, size_t a, size_t b) const {
  if (!given_[a] || !given_[b]) return std::nullopt;
  return misuse_of(words, std::max(given_[a].word, given_[b].word),
                   "of " + std::string(names_[a]) + " and " + std::string(names_[b]) +
                       " only one can say which");
}

Fault NamedWords::wrong(size_t field, std::string_view code, const std::string& sentence) const {
  return {code, "word " + std::to_string(given_[field].word) + ", " + std::string(names_[field]) +
                    ": " + sentence};
}

std::optional<Fault> NamedWords::read_instant(size_t field, base::TimeMs* at) const {
  if (base::parse_timestamp(given_[field].value, at)) return std::nullopt;
  return wrong(field, "INVALID",
               excerpt(given_[field].value) +
                   " is no time; write one such as 2026-03-01T00:00:00Z, or milliseconds since "
                   "1970");
}

std::optional<Fault> NamedWords::read_count(size_t field, int64_t least, int64_t most,
                                            int64_t* count) const {
  const auto reason = event::read_count(given_[field].value, false, count);
  if (!reason && *count >= least && *count <= most) return std::nullopt;
  return wrong(field, "INVALID",
               excerpt(given_[field].value) + " is none of the numbers that it may be; write " +
                   std::to_string(least) + " to " + std::to_string(most));
}

Fault NamedWords::unknown(size_t field, std::string_view what,
                          const std::vector<std::string>& known) const {
  const std::string_view value = given_[field].value;
  const std::string near = plan::nearest(value, known);
  const std::string advice =
      known.empty() ? "there is none"
      : near.empty()
          ? "there " + std::string(known.size() == 1 ? "is " : "are ") + event::listed(known)
          : "did you mean " + near + "?";
  return wrong(field, "UNKNOWN",
               "no plan has a " + std::string(what) + " " + excerpt(value) + "; " + advice);
}

}  // namespace guerdon::server
