#include "tests/law/isolate.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <new>

#include "engine/base/assert.h"

namespace guerdon::law {
namespace {

constexpr int kStatusFound = 1;

Progress* share(size_t count) {
  void* memory = mmap(nullptr, count * sizeof(Progress), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  GUERDON_ASSERT(memory != MAP_FAILED);
  auto* first = static_cast<Progress*>(memory);
  for (size_t i = 0; i < count; ++i) new (first + i) Progress();
  return first;
}

pid_t start(size_t i, const Body& body, Progress& progress) {
  std::fflush(nullptr);  // what is buffered would be written twice
  const pid_t child = fork();
  GUERDON_ASSERT(child >= 0);
  if (child != 0) return child;
  const bool is_ok = body(i, progress);
  std::exit(is_ok ? EXIT_SUCCESS : kStatusFound);
}

Ending ending_of(int status) {
  Ending ending;
  ending.is_ok = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
  ending.is_broken = !ending.is_ok && !(WIFEXITED(status) && WEXITSTATUS(status) == kStatusFound);
  return ending;
}

}  // namespace

void Progress::say(const std::string& found) {
  const size_t size = std::min(found.size(), kWordsMax - 1);
  std::memcpy(words, found.data(), size);
  words[size] = '\0';
}

void run_isolated(size_t bodies, size_t at_once, const Body& body, const Finished& finished) {
  GUERDON_ASSERT(bodies > 0 && at_once > 0);
  Progress* progress = share(bodies);
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
    finished(at->second, ending_of(status), progress[at->second]);
    running.erase(at);
  }
  munmap(progress, bodies * sizeof(Progress));
}

}  // namespace guerdon::law
