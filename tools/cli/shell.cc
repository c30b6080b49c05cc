#include "tools/cli/shell.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "tools/cli/answer_page.h"
#include "tools/cli/caret.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/request.h"
#include "tools/cli/terminal_text.h"
#include "tools/cli/usage_grammar.h"
#include "tools/cli/word_places.h"

namespace guerdon::cli {
namespace {

constexpr size_t kColumns = 80;  // where the terminal does not say

size_t terminal_columns() {
  winsize size = {};
  const bool is_known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : kColumns;
}

void print(const Block& block) {
  std::fputs(text_of(block).c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace

Shell::Shell(std::string name, bool has_colours, Session* session)
    : name_(std::move(name)),
      has_colours_(has_colours),
      session_(*session),
      editor_([this](std::string_view line) { return complete(docs_, line); }) {}

void Shell::run(HistoryFile* history) {
  const Interrupt interrupt;
  load_history(history);
  learn_commands();
  for (std::string line;;) {
    notice_end();
    const LineEditor::Read read = editor_.read(prompt(), &line);
    Interrupt::take();
    if (read == LineEditor::Read::kEnd) return;
    if (read == LineEditor::Read::kInterrupted || is_blank(line)) continue;
    editor_.remember(line);
    history->append(line);
    look_ = {has_colours_, terminal_columns()};
    if (!serve(line)) return;
  }
}

void Shell::load_history(HistoryFile* history) {
  std::vector<std::string> lines;
  std::string error;
  if (!history->load(&lines, &error)) say("What is typed is not kept: " + error + ".");
  for (const std::string& line : lines) editor_.remember(line);
}

std::string Shell::prompt() const {
  return session_.is_open() ? name_ + "> " : name_ + " (not connected)> ";
}

// Before the prompt, where it can be: then nobody types in vain.
void Shell::notice_end() {
  if (session_.is_open() && session_.has_ended()) say("The server has ended the connection.");
}

// False: the person has enough.
bool Shell::serve(const std::string& line) {
  std::vector<std::string_view> words;
  for (const Place& place : word_places(line)) {
    words.push_back(std::string_view(line).substr(place.from, place.to - place.from));
  }
  const bool is_single = words.size() == 1;
  if (is_single && (is_alike(words[0], kExit) || is_alike(words[0], kQuit))) return false;
  if (is_alike(words[0], kHelp)) {
    help(is_single ? "" : words[1]);
  } else {
    send(line);
  }
  return true;
}

void Shell::help(std::string_view topic) {
  if (topic.empty()) {
    print(help_page(docs_, look_));
    return say("help COMMAND says more; TAB completes; exit, or Ctrl-D, ends.");
  }
  if (const CommandDoc* const doc = find_command(docs_, topic)) {
    return print(help_page(*doc, look_));
  }
  say("The server has no command " + shown(topic) + "; help lists those it has.");
}

void Shell::send(const std::string& line) {
  const size_t indent = display_width(prompt());
  std::string request = line + "\n";
  if (!append_batch(lines_to_follow(line), &request)) return say("Dropped; nothing was sent.");
  if (!is_ready()) return;
  std::string why;
  const std::optional<Answer> answer = session_.ask(request, &why);
  if (answer) return show(*answer, line, indent);
  say("No answer: " + why + ". " + std::string(kOutcomeUnknown));
}

bool Shell::append_batch(size_t lines, std::string* request) {
  std::string line;
  for (size_t at = 1; at <= lines; ++at) {
    do {
      const std::string prompt = std::to_string(at) + " of " + std::to_string(lines) + "> ";
      if (editor_.read(prompt, &line) != LineEditor::Read::kLine) return false;
    } while (is_blank(line));
    request->append(line).append("\n");
  }
  return true;
}

// Whether the request may be sent. The prompt said whether there was a connection: who typed behind
// "not connected" knows that nothing of the old one holds.
bool Shell::is_ready() {
  if (session_.is_open() && session_.has_ended()) {
    say("The server has ended the connection; the request was not sent.");
    return false;
  }
  return session_.is_open() || connect();
}

bool Shell::connect() {
  std::string error;
  if (!session_.open(&error)) {
    say("Not connected: " + error + ".");
    return false;
  }
  say("Connected again. What was set for the old connection, such as its source, is gone.");
  learn_commands();
  return true;
}

// A server that does not tell its commands can be talked to all the same.
void Shell::learn_commands() {
  std::string why;
  const std::optional<Answer> answer = session_.ask("COMMAND DOCS\n", &why);
  docs_ = answer ? command_docs_of(*answer) : CommandDocs();
}

void Shell::show(const Answer& answer, const std::string& line, size_t indent) {
  Block page;
  if (answer.is_error()) {
    const auto place = place_of(error_words(answer).sentence, line);
    if (place) {
      for (const Line& under : carets(line, *place, indent, look_.columns)) {
        page.push_back(look_.red(under));
      }
    }
  }
  append(page_of(answer, look_), &page);
  print(page);
}

void Shell::say(std::string_view sentence) const {
  Block block;
  for (const std::string& line : wrapped(sentence, terminal_columns())) {
    block.push_back(line_of(line));
  }
  print(block);
}

}  // namespace guerdon::cli
