#include "tools/cli/command_docs.h"

#include <algorithm>

#include "tools/cli/terminal_text.h"
#include "tools/cli/usage_grammar.h"

namespace guerdon::cli {
namespace {

constexpr size_t kSummaryMin = 30;  // columns; a terminal that has less folds lines by itself

std::string text_behind(const Answer& map, std::string_view key) {
  const Answer* const value = find_value(map, key);
  return value == nullptr ? "" : value->text;
}

Block wrapped_block(const std::string& text, size_t width) {
  Block block;
  for (const std::string& line : wrapped(shown(text), width)) block.push_back(line_of(line));
  return block;
}

}  // namespace

CommandDocs command_docs_of(const Answer& answer) {
  CommandDocs docs;
  if (!answer.is_map()) return docs;
  for (size_t i = 0; i + 1 < answer.items.size(); i += 2) {
    const Answer& about = answer.items[i + 1];
    docs.push_back(
        {answer.items[i].text, text_behind(about, "usage"), text_behind(about, "summary")});
  }
  return docs;
}

const CommandDoc* find_command(const CommandDocs& docs, std::string_view name) {
  const auto found = std::find_if(docs.begin(), docs.end(), [&](const CommandDoc& doc) {
    return doc.name.size() == name.size() && begins_alike(doc.name, name);
  });
  return found == docs.end() ? nullptr : &*found;
}

Block help_page(const CommandDocs& docs, const Look& look) {
  size_t name_width = 0;
  for (const CommandDoc& doc : docs) name_width = std::max(name_width, doc.name.size());
  const size_t left = look.columns > name_width + 3 ? look.columns - name_width - 3 : 0;
  std::vector<Row> rows;
  for (const CommandDoc& doc : docs) {
    rows.push_back(
        {{look.bold(line_of(doc.name))}, wrapped_block(doc.summary, std::max(left, kSummaryMin))});
  }
  return lay_out(rows);
}

Block help_page(const CommandDoc& doc, const Look& look) {
  Block page = {look.bold(line_of(doc.usage.empty() ? doc.name : doc.usage))};
  const size_t width = std::max(look.columns > 3 ? look.columns - 3 : 0, kSummaryMin);
  const std::vector<Row> rows = {{{line_of("")}, wrapped_block(doc.summary, width)}};
  append(lay_out(rows), &page);
  return page;
}

}  // namespace guerdon::cli
