#include "tests/law/isolate.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <new>

#include "engine/base/assert.h"

namespace guerdon::law {
namespace {

constexpr int kStatusFound = 10;  // 1 is what a sanitizer ends with

Progress* share(size_t count, unsigned seconds) {
  void* memory = mmap(nullptr, count * sizeof(Progress), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  GUERDON_ASSERT(memory != MAP_FAILED);
  auto* first = static_cast<Progress*>(memory);
  for (size_t i = 0; i < count; ++i) (new (first + i) Progress())->seconds = seconds;
  return first;
}

// What a process ignores or blocks is inherited, from whoever started this one, too.
void as_by_default(int signal_number) {
  std::signal(signal_number, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal_number);
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

// A parent that is killed would leave a child that goes on with nobody to tell, and that keeps the
// pipe open from which somebody reads what the parent had to say.
void end_with(pid_t parent) {
  const int status = prctl(PR_SET_PDEATHSIG, SIGKILL);
  GUERDON_ASSERT(status == 0);
  if (getppid() != parent) _exit(EXIT_FAILURE);  // it ended before that
}

pid_t start(size_t i, const Body& body, Progress& progress) {
  std::fflush(nullptr);  // what is buffered would be written twice
  const pid_t parent = getpid();
  const pid_t child = fork();
  GUERDON_ASSERT(child >= 0);
  if (child != 0) return child;
  end_with(parent);
  as_by_default(SIGALRM);
  alarm(progress.seconds);
  const bool is_ok = body(i, progress);
  std::exit(is_ok ? EXIT_SUCCESS : kStatusFound);
}

Ending ending_of(int status, unsigned seconds) {
  if (WIFEXITED(status)) {
    if (WEXITSTATUS(status) == EXIT_SUCCESS) return {Ended::kWell, ""};
    if (WEXITSTATUS(status) == kStatusFound) return {Ended::kFound, ""};
    return {Ended::kStopped, "it left with status " + std::to_string(WEXITSTATUS(status))};
  }
  switch (WTERMSIG(status)) {
    case SIGALRM:
      return {Ended::kHung, "it hung: no end after " + std::to_string(seconds) + " s"};
    case SIGABRT:
      return {Ended::kStopped, "an assertion of the engine"};
    default:
      return {Ended::kStopped, "it was ended by signal " + std::to_string(WTERMSIG(status))};
  }
}

}  // namespace

// The kernel's own timer: it ends a process whose threads all wait for each other.
void Progress::begin(uint64_t seed_of_draw) {
  seed = seed_of_draw;
  alarm(seconds);
}

void Progress::say(const std::string& found) {
  const size_t size = std::min(found.size(), kWordsMax - 1);
  std::memcpy(words, found.data(), size);
  words[size] = '\0';
}

void run_isolated(size_t bodies, size_t at_once, const Body& body, const Finished& finished,
                  unsigned seconds) {
  GUERDON_ASSERT(bodies > 0 && at_once > 0 && seconds > 0);
  as_by_default(SIGCHLD);  // ignored, it would let no child be waited for
  Progress* progress = share(bodies, seconds);
  std::map<pid_t, size_t> running;
  for (size_t next = 0; next < bodies || !running.empty();) {
    while (next < bodies && running.size() < at_once) {
      running[start(next, body, progress[next])] = next;
      ++next;
    }
    int status = 0;
    const pid_t ended = wait(&status);
    const auto at = running.find(ended);
    GUERDON_ASSERT(at != running.end());
    finished(at->second, ending_of(status, seconds), progress[at->second]);
    running.erase(at);
  }
  munmap(progress, bodies * sizeof(Progress));
}

}  // namespace guerdon::law
