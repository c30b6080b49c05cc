#include "engine/runtime/disks.h"

namespace guerdon::runtime {

bool open_disks(const std::string& folder, bool has_book, Disks* disks, std::string* error) {
  disks->log = os::open_disk(folder, error);
  if (disks->log == nullptr || !has_book) return disks->log != nullptr;
  disks->book = os::open_disk(folder + "/" + std::string(kBookFolder), error);
  return disks->book != nullptr;
}

}  // namespace guerdon::runtime
