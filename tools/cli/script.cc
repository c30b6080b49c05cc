#include "tools/cli/script.h"

#include <cstdlib>

#include "tools/cli/answer_json.h"
#include "tools/cli/answer_page.h"
#include "tools/cli/request.h"

namespace guerdon::cli {
namespace {

Ended refuse(const std::string& sentence) {
  std::fflush(stdout);
  std::fprintf(stderr, "guerdon cli: %s\n", sentence.c_str());
  return Ended::kGone;
}

// At once, so that who reads the answers from a pipe may wait for each.
void print(const Answer& answer, const ScriptOptions& options) {
  const std::string text =
      options.json ? json_line(answer) + "\n" : text_of(page_of(answer, options.look));
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

// `where`: "" or "line 7: ".
Ended ask(const std::string& request, const std::string& where, const ScriptOptions& options,
          Session* session) {
  std::string why;
  const std::optional<Answer> answer = session->ask(request, &why);
  if (!answer) return refuse(where + why + ". " + std::string(kOutcomeUnknown));
  print(*answer, options);
  return answer->is_error() ? Ended::kErrors : Ended::kDone;
}

// Lines of a file, with their numbers. The last may have no line end.
class Lines {
 public:
  explicit Lines(std::FILE* file) : file_(file) {}
  ~Lines() { std::free(buffer_); }  // NOLINT: getline() has allocated it
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;

  // The next that is not blank, without its line end. False at the end.
  bool next(std::string* line) {
    do {
      const ssize_t size = ::getline(&buffer_, &room_, file_);
      if (size < 0) return false;
      ++number_;
      line->assign(buffer_, static_cast<size_t>(size));
      if (line->ends_with('\n')) line->pop_back();
    } while (is_blank(*line));
    return true;
  }

  std::string place() const { return "line " + std::to_string(number_) + ": "; }

 private:
  std::FILE* const file_;
  char* buffer_ = nullptr;
  size_t room_ = 0;
  uint64_t number_ = 0;
};

// The lines of a batch behind its first. False where the file ends before.
bool append_batch(size_t count, Lines* lines, std::string* request) {
  std::string line;
  for (; count > 0; --count) {
    if (!lines->next(&line)) return false;
    request->append(line).append("\n");
  }
  return true;
}

}  // namespace

Ended run_script(std::FILE* from, const ScriptOptions& options, Session* session) {
  Lines lines(from);
  Ended ended = Ended::kDone;
  for (std::string line; lines.next(&line);) {
    const std::string where = lines.place();
    std::string request = line + "\n";
    if (!append_batch(lines_to_follow(line), &lines, &request)) {
      return refuse(where + "the file ends before all lines of this batch; it was not sent");
    }
    if (!session->is_open() || session->has_ended()) {
      return refuse(where + "the server has ended the connection; from here on nothing was sent");
    }
    const Ended one = ask(request, where, options, session);
    if (one == Ended::kGone) return one;
    if (one == Ended::kErrors) ended = one;
  }
  return ended;
}

Ended run_words(std::span<const std::string> words, const ScriptOptions& options,
                Session* session) {
  return ask(array_of(words), "", options, session);
}

}  // namespace guerdon::cli
