#include "tools/cli/line_editor.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cwchar>

#include "engine/base/assert.h"
#include "tools/cli/history_file.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/terminal_text.h"

namespace guerdon::cli {
namespace {

// Else libedit takes the bytes of a letter for letters of their own.
EditLine* open_editor() {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  return el_init("guerdon", stdin, stdout, stderr);
}

// Ctrl-C is held back as long as this is there.
class HeldInterrupts {
 public:
  HeldInterrupts() {
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    ::sigprocmask(SIG_BLOCK, &interrupt, &before_);
  }
  ~HeldInterrupts() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
  HeldInterrupts(const HeldInterrupts&) = delete;
  HeldInterrupts& operator=(const HeldInterrupts&) = delete;

 private:
  sigset_t before_;
};

// One letter of the terminal. Ctrl-C is let through while this waits and only then: come a moment
// before, it would be noted, and the wait for the next key would not end.
int read_key(EditLine* /*editor*/, wchar_t* key) {
  sigset_t none_held;
  ::sigprocmask(SIG_SETMASK, nullptr, &none_held);
  sigdelset(&none_held, SIGINT);
  std::mbstate_t state{};
  for (;;) {
    pollfd terminal{STDIN_FILENO, POLLIN, 0};
    if (::ppoll(&terminal, 1, nullptr, &none_held) < 0) {
      if (errno == EINTR && !Interrupt::has_come()) continue;  // the window has another size, say
      return -1;
    }
    char byte = 0;
    const ssize_t count = ::read(STDIN_FILENO, &byte, 1);
    if (count <= 0) return static_cast<int>(count);
    const size_t used = std::mbrtowc(key, &byte, 1, &state);
    if (used == static_cast<size_t>(-2)) continue;  // a part of one
    if (used == static_cast<size_t>(-1)) *key = static_cast<wchar_t>(static_cast<uint8_t>(byte));
    return 1;
  }
}

}  // namespace

LineEditor::LineEditor(std::function<Completion(std::string_view line)> complete)
    : complete_(std::move(complete)), history_(history_init()), editor_(open_editor()) {
  GUERDON_ASSERT(history_ != nullptr && editor_ != nullptr);
  HistEvent event;
  history(history_.get(), &event, H_SETSIZE, static_cast<int>(kHistoryLinesMax));
  history(history_.get(), &event, H_SETUNIQUE, 1);
  EditLine* const editor = editor_.get();
  el_set(editor, EL_CLIENTDATA, this);
  el_set(editor, EL_GETCFN, &read_key);
  el_set(editor, EL_PROMPT, &prompt_of);
  el_set(editor, EL_SIGNAL, 1);  // its terminal is as it was while the process is stopped
  el_set(editor, EL_HIST, &history, history_.get());
  el_set(editor, EL_EDITOR, "emacs");
  el_set(editor, EL_ADDFN, "guerdon-complete", "Complete a word", &complete_of);
  el_set(editor, EL_BIND, "^I", "guerdon-complete", nullptr);
  el_set(editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  el_source(editor, nullptr);
}

LineEditor::Read LineEditor::read(const std::string& prompt, std::string* line) {
  prompt_ = prompt;
  const HeldInterrupts held;
  int count = 0;
  const char* const text = el_gets(editor_.get(), &count);
  if (text == nullptr) {
    const bool was_interrupted = count < 0 && errno == EINTR;
    if (was_interrupted) el_reset(editor_.get());
    std::fputc('\n', stdout);
    return was_interrupted ? Read::kInterrupted : Read::kEnd;
  }
  line->assign(text, static_cast<size_t>(count));
  while (line->ends_with('\n') || line->ends_with('\r')) line->pop_back();
  return Read::kLine;
}

void LineEditor::remember(const std::string& line) {
  HistEvent event;
  history(history_.get(), &event, H_ENTER, line.c_str());
}

LineEditor& LineEditor::of(EditLine* editor) {
  void* self = nullptr;
  el_get(editor, EL_CLIENTDATA, &self);
  return *static_cast<LineEditor*>(self);
}

const char* LineEditor::prompt_of(EditLine* editor) { return of(editor).prompt_.c_str(); }

unsigned char LineEditor::complete_of(EditLine* editor, int /*key*/) {
  return of(editor).complete_line();
}

unsigned char LineEditor::complete_line() {
  const LineInfo* const info = el_line(editor_.get());
  const std::string_view line(info->buffer, static_cast<size_t>(info->cursor - info->buffer));
  const std::string_view behind(info->cursor, static_cast<size_t>(info->lastchar - info->cursor));
  const Completion completion = complete_(line);
  if (completion.candidates.empty()) return show(completion);
  const std::string_view typed = line.substr(line.size() - completion.typed);
  std::string word = common_beginning(completion.candidates);
  const bool is_whole = completion.candidates.size() == 1;
  if (is_whole && !word.ends_with('=') && !behind.starts_with(' ')) word.push_back(' ');
  const bool is_longer = word.size() > typed.size();
  if (!is_longer && !is_whole) return show(completion);
  if (completion.typed > 0) el_deletestr(editor_.get(), static_cast<int>(completion.typed));
  return el_insertstr(editor_.get(), word.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
}

// Below the line, which is then shown again.
unsigned char LineEditor::show(const Completion& completion) {
  std::string text;
  for (const std::string& candidate : completion.candidates) {
    text.append(text.empty() ? "" : "  ").append(candidate);
  }
  if (text.empty()) text = completion.usage;
  if (text.empty()) return CC_ERROR;
  std::fprintf(stdout, "\n%s\n", shown(text).c_str());
  return CC_REDISPLAY;
}

}  // namespace guerdon::cli
