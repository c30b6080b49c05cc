#include "tests/law/rows.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "engine/compiler/compiler.h"
#include "engine/feed/command_reader.h"
#include "tests/generate/random_commands.h"
#include "tests/generate/random_rows.h"
#include "tests/law/draw.h"

namespace guerdon::law {

bool are_rows_read(const generate::Case& drawn) {
  const bool has_rows = std::any_of(drawn.events.begin(), drawn.events.end(), generate::is_row);
  if (!has_rows) return true;
  std::string error;
  const auto program = plan::compile(load_all(drawn.plans), &error);
  if (!program) return false;
  event::CommandReader reader(program->schema);
  event::Batch batch;
  const event::Source source("default");
  return std::all_of(drawn.events.begin(), drawn.events.end(), [&](const reference::Event& event) {
    if (!generate::is_row(event)) return true;
    const std::vector<std::string> words = generate::words_of(generate::command_of(event));
    const std::vector<std::string_view> views(words.begin(), words.end());
    batch.clear();
    return reader.read(views, source, batch);
  });
}

}  // namespace guerdon::law
