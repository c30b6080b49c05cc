// COMMAND: what clients of Redis ask to learn what they may send.
#include <vector>

#include "engine/server/command.h"
#include "engine/server/intake.h"

namespace guerdon::server {

namespace {

// As in Redis: a positive number where the words are fixed, else minus the fewest.
int64_t arity_of(const Command& command) {
  const auto least = static_cast<int64_t>(command.words_min);
  return command.words_min == command.words_max ? least : -least;
}

std::vector<std::string_view> flags_of(const Command& command) {
  std::vector<std::string_view> flags;
  if ((command.flags & kWrite) != 0) flags.emplace_back("write");
  if ((command.flags & kRead) != 0) flags.emplace_back("readonly");
  if ((command.flags & kBarrier) != 0) flags.emplace_back("slow");
  if ((command.flags & kConnection) != 0) flags.emplace_back("fast");
  if ((command.flags & kAdmin) != 0) flags.emplace_back("admin");
  return flags;
}

// Name, arity, flags; first, last and step of keys, of which there are none.
void write_info(const Command* command, net::ReplyWriter& reply) {
  if (command == nullptr) return reply.null();
  reply.array_header(6);
  reply.bulk(command->name);
  reply.integer(arity_of(*command));
  const std::vector<std::string_view> flags = flags_of(*command);
  reply.array_header(flags.size());
  for (const std::string_view flag : flags) reply.bulk(flag);
  for (int i = 0; i < 3; ++i) reply.integer(0);
}

void write_docs(const Command& command, net::ReplyWriter& reply) {
  reply.bulk(command.name);
  reply.map_header(2);
  reply.bulk("summary");
  reply.bulk(command.summary);
  reply.bulk("usage");
  reply.bulk(command.usage);
}

// Those that are named and there, or all.
std::vector<const Command*> chosen(Words names) {
  std::vector<const Command*> rows;
  for (const Command& command : commands()) {
    if (names.empty()) rows.push_back(&command);
  }
  for (const std::string_view name : names) rows.push_back(find_command(name));
  return rows;
}

void write_all_info(Words names, net::ReplyWriter& reply) {
  const std::vector<const Command*> rows = chosen(names);
  reply.array_header(rows.size());
  for (const Command* row : rows) write_info(row, reply);
}

void write_all_docs(Words names, net::ReplyWriter& reply) {
  std::vector<const Command*> rows = chosen(names);
  std::erase(rows, nullptr);
  reply.map_header(rows.size());
  for (const Command* row : rows) write_docs(*row, reply);
}

}  // namespace

void serve_command(Intake& intake, Words words) {
  const std::string_view what = words.size() == 1 ? "INFO" : words[1];
  const Words names = words.subspan(words.size() == 1 ? 1 : 2);
  if (is_word(what, "COUNT") && names.empty()) {
    return intake.answer(
        [](net::ReplyWriter& reply) { reply.integer(static_cast<int64_t>(commands().size())); });
  }
  if (is_word(what, "LIST") && names.empty()) {
    return intake.answer([](net::ReplyWriter& reply) {
      reply.array_header(commands().size());
      for (const Command& command : commands()) reply.bulk(command.name);
    });
  }
  if (is_word(what, "INFO")) {
    return intake.answer([&](net::ReplyWriter& reply) { write_all_info(names, reply); });
  }
  if (is_word(what, "DOCS")) {
    return intake.answer([&](net::ReplyWriter& reply) { write_all_docs(names, reply); });
  }
  answer_misuse(intake, *find_command("COMMAND"), 2, "this is not how it goes on");
}

}  // namespace guerdon::server
