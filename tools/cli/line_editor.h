// Lines that a person types at a terminal: editing, recalling, completion by TAB (libedit).
//
// Keys are those of Emacs, or what the user's ~/.editrc says. One at a time in a process.
#pragma once

#include <histedit.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "tools/cli/completion.h"

namespace guerdon::cli {

class LineEditor {
 public:
  // `complete`: what TAB may do, given the line up to the cursor.
  explicit LineEditor(std::function<Completion(std::string_view line)> complete);
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  enum class Read : uint8_t {
    kLine,         // a line, without its line end
    kInterrupted,  // Ctrl-C: the line was dropped
    kEnd,          // Ctrl-D on an empty line, or the terminal is gone
  };
  Read read(const std::string& prompt, std::string* line);

  // The line can be recalled.
  void remember(const std::string& line);

 private:
  struct Closer {
    void operator()(EditLine* editor) const { el_end(editor); }
    void operator()(History* history) const { history_end(history); }
  };

  static LineEditor& of(EditLine* editor);
  static const char* prompt_of(EditLine* editor);
  static unsigned char complete_of(EditLine* editor, int key);
  unsigned char complete_line();
  unsigned char show(const Completion& completion);

  const std::function<Completion(std::string_view line)> complete_;
  const std::unique_ptr<History, Closer> history_;
  const std::unique_ptr<EditLine, Closer> editor_;
  std::string prompt_;
};

}  // namespace guerdon::cli
