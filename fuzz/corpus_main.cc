// The other half of a fuzz target: runs LLVMFuzzerTestOneInput over committed inputs, once each.
// Arguments are files or folders (read to the bottom, in order of path). The empty input is always
// tried first. An empty corpus is an error: a test that reads nothing proves nothing.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> list_inputs(const fs::path& root) {
  if (!fs::is_directory(root)) return {root};
  std::vector<fs::path> found;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root)) {
    if (entry.is_regular_file()) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool run_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    return false;
  }
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const std::vector<std::uint8_t> bytes(text.begin(), text.end());
  // Named first, flushed, so that a crash tells which input it was.
  std::printf("%s\n", path.c_str());
  std::fflush(stdout);
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint8_t nothing = 0;
  LLVMFuzzerTestOneInput(&nothing, 0);
  std::size_t inputs = 0;
  for (int i = 1; i < argc; ++i) {
    for (const fs::path& path : list_inputs(argv[i])) {
      if (!run_file(path)) return 1;
      ++inputs;
    }
  }
  std::printf("%zu inputs\n", inputs);
  if (inputs == 0)
    std::fprintf(stderr, "the corpus is empty; give a file or a folder with inputs\n");
  return inputs == 0 ? 1 : 0;
}
