// A person at a terminal: a prompt, an answer, a prompt.
//
// A request is sent once. Where the connection was found ended before, it was not sent; where no
// answer came, whether it was done is not known. Both are said, and the prompt shows that there is
// no connection. The next request makes one: who types it has read that nothing of the old one
// holds, its source above all. So no request is carried over from one connection to another.
#pragma once

#include <string>

#include "tools/cli/command_docs.h"
#include "tools/cli/history_file.h"
#include "tools/cli/line_editor.h"
#include "tools/cli/look.h"
#include "tools/cli/session.h"

namespace guerdon::cli {

class Shell {
 public:
  // `name`: HOST:PORT, for the prompt. The session must outlive it.
  Shell(std::string name, bool has_colours, Session* session);

  // Until the person has enough of it. REQUIRES: the session is open.
  void run(HistoryFile* history);

 private:
  void load_history(HistoryFile* history);
  std::string prompt() const;
  void notice_end();
  bool serve(const std::string& line);
  void help(std::string_view topic);
  void send(const std::string& line);
  bool append_batch(size_t lines, std::string* request);
  bool is_ready();
  bool connect();
  void learn_commands();
  void show(const Answer& answer, const std::string& line, size_t indent);
  void say(std::string_view sentence) const;

  const std::string name_;
  const bool has_colours_;
  Session& session_;
  CommandDocs docs_;
  LineEditor editor_;
  Look look_;
};

}  // namespace guerdon::cli
