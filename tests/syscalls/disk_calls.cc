// Each promise of os::Disk once, with a line of text before it, so that a trace of the system's
// calls can be read step by step.
//   disk_calls FOLDER
#include <cstdio>
#include <string>

#include "engine/os/disk.h"

namespace {

using guerdon::os::DiskStatus;
using guerdon::os::kDiskBlock;

void say(const char* step) {
  std::printf("step %s\n", step);
  std::fflush(stdout);
}

bool done(DiskStatus status) {
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.sentence().c_str());
  return status.ok();
}

bool run(const std::string& folder) {
  say("open");
  std::string error;
  const std::unique_ptr<guerdon::os::Disk> disk = guerdon::os::open_disk(folder, &error);
  if (disk == nullptr) {
    std::fprintf(stderr, "%s\n", error.c_str());
    return false;
  }
  guerdon::os::DiskBuffer block;
  block.resize(kDiskBlock);
  block.data()[0] = std::byte{1};
  std::unique_ptr<guerdon::os::DiskFile> file;
  say("create_zeroed");
  if (!done(disk->create_zeroed("a.seg", 4 * kDiskBlock, &file))) return false;
  say("write_durably");
  if (!done(file->write_durably(kDiskBlock, {block.data(), kDiskBlock}))) return false;
  say("write_durably");
  if (!done(file->write_durably(2 * kDiskBlock, {block.data(), kDiskBlock}))) return false;
  say("sync");
  if (!done(file->sync())) return false;
  say("rename");
  if (!done(disk->rename("a.seg", "b.seg"))) return false;
  say("create_with");
  if (!done(disk->create_with("notes", {block.data(), 100}))) return false;
  say("remove");
  if (!done(disk->remove("notes"))) return false;
  say("end");
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: disk_calls FOLDER\n", stderr);
    return 2;
  }
  return run(argv[1]) ? 0 : 1;
}
