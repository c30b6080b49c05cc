#include "engine/os/memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "engine/base/assert.h"

namespace guerdon::os {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;

size_t whole_pages(size_t bytes) {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}

// The line "<name>:  <number> kB" of /proc/self/status, in bytes; 0 where there is none.
uint64_t status_bytes(std::string_view name) {
  std::FILE* file = std::fopen("/proc/self/status", "re");
  if (file == nullptr) return 0;
  char line[256];
  uint64_t bytes = 0;
  while (bytes == 0 && std::fgets(line, sizeof line, file) != nullptr) {
    if (std::strncmp(line, name.data(), name.size()) == 0 && line[name.size()] == ':')
      bytes = std::strtoull(line + name.size() + 1, nullptr, 10) * 1024;
  }
  std::fclose(file);
  return bytes;
}

}  // namespace

uint64_t peak_rss_bytes() { return status_bytes("VmHWM"); }
uint64_t rss_bytes() { return status_bytes("VmRSS"); }

std::byte* map_pages(size_t bytes) {
  GUERDON_ASSERT(bytes > 0);
  const size_t length = whole_pages(bytes);
  void* pages = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) {
    std::fprintf(stderr, "guerdon: the system refused %zu bytes of memory: %s; give it more\n",
                 length, std::strerror(errno));
    std::abort();
  }
  // Advice only: where huge pages are switched off the table still works, more slowly.
  if (length >= kHugePage) (void)madvise(pages, length, MADV_HUGEPAGE);
  return static_cast<std::byte*>(pages);
}

void unmap_pages(std::byte* pages, size_t bytes) {
  const int result = munmap(pages, whole_pages(bytes));
  GUERDON_ASSERT(result == 0);
}

base::PageSource huge_pages() { return {&map_pages, &unmap_pages}; }

base::PageSource pages_for(size_t bytes) {
  return bytes >= kHugePage ? huge_pages() : base::heap_pages();
}

}  // namespace guerdon::os
