#include "tools/cli/completion.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "tools/cli/usage_grammar.h"
#include "tools/cli/word_places.h"

namespace guerdon::cli {
namespace {

void offer(std::string_view candidate, std::string_view typed, std::vector<std::string>* to) {
  if (!begins_alike(candidate, typed)) return;
  if (std::find(to->begin(), to->end(), candidate) == to->end()) to->emplace_back(candidate);
}

void offer_commands(const CommandDocs& docs, std::string_view typed, std::vector<std::string>* to) {
  for (const CommandDoc& doc : docs) offer(doc.name, typed, to);
}

void offer_arguments(const CommandDoc& doc, const std::vector<std::string>& words,
                     std::string_view typed, std::vector<std::string>* to) {
  const UsageGrammar grammar(doc.usage);
  const std::vector<std::string> next = grammar.after(words);
  for (const std::string& word : next) {
    if (is_literal(word)) offer(word, typed, to);
  }
  const auto is_given = [&](std::string_view name) {
    return std::any_of(words.begin(), words.end(),
                       [&](const std::string& word) { return word.starts_with(name); });
  };
  for (const std::string& name : grammar.attributes()) {
    if (!is_given(name)) offer(name, typed, to);
  }
}

}  // namespace

Completion complete(const CommandDocs& docs, std::string_view line) {
  std::vector<std::string> words;
  for (const Place& place : word_places(line)) {
    words.emplace_back(line.substr(place.from, place.to - place.from));
  }
  std::string typed;
  if (!words.empty() && !line.ends_with(' ')) {
    typed = words.back();
    words.pop_back();
  }
  Completion completion;
  completion.typed = typed.size();
  if (words.empty()) {
    offer_commands(docs, typed, &completion.candidates);
    for (const std::string_view own : {kExit, kHelp, kQuit}) {
      const bool is_theirs = find_command(docs, own) != nullptr;
      if (!is_theirs) offer(own, typed, &completion.candidates);
    }
  } else if (is_alike(words.front(), kHelp)) {
    if (words.size() == 1) offer_commands(docs, typed, &completion.candidates);
  } else if (const CommandDoc* const doc = find_command(docs, words.front())) {
    offer_arguments(*doc, words, typed, &completion.candidates);
    completion.usage = doc->usage;
  }
  return completion;
}

std::string common_beginning(const std::vector<std::string>& candidates) {
  GUERDON_ASSERT(!candidates.empty());
  std::string common = candidates.front();
  for (const std::string& candidate : candidates) {
    const auto [mine, theirs] =
        std::mismatch(common.begin(), common.end(), candidate.begin(), candidate.end());
    common.erase(mine, common.end());
  }
  return common;
}

}  // namespace guerdon::cli
