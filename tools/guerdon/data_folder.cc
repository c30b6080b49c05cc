#include "tools/guerdon/data_folder.h"

#include "engine/os/disk.h"
#include "engine/runtime/disks.h"
#include "tools/guerdon/open_status.h"
#include "tools/guerdon/tenant_folders.h"

namespace guerdon::tools {

std::unique_ptr<runtime::Core> read_data_folder(const char* command, const DataFolder& folder,
                                                ExitStatus* status,
                                                const runtime::EntryTold& told) {
  std::string error;
  const std::unique_ptr<os::Disk> disk = open_engine_folder(folder.path, &error);
  *status = ExitStatus::kEnvironment;
  if (disk == nullptr) {
    refuse(command, *status, error);
    return nullptr;
  }
  Options engine;
  engine.keys = folder.keys;
  engine.objects = folder.objects;
  runtime::OpenFault fault;
  std::unique_ptr<runtime::Core> core = runtime::read_folder(*disk, engine, &fault, told);
  *status = core != nullptr ? ExitStatus::kDone : status_of(fault.kind);
  if (core == nullptr) refuse(command, *status, fault.sentence);
  return core;
}

std::unique_ptr<os::Disk> open_book(const DataFolder& folder, std::string* error) {
  *error = refuse_tenants(folder.path);
  if (!error->empty()) return nullptr;
  std::unique_ptr<os::Disk> disk =
      os::open_disk_to_read(folder.path + "/" + std::string(runtime::kBookFolder), error);
  if (disk == nullptr) *error = "there is no book: " + *error;
  return disk;
}

void note_short_book(const char* command, const runtime::Core& core, uint64_t entries) {
  if (entries >= core.tail().entries()) return;
  refuse(command, ExitStatus::kDone,
         "the book ends before the log: " + std::to_string(entries) + " entries of " +
             std::to_string(core.tail().entries()) + " are here; the next start brings it up");
}

}  // namespace guerdon::tools
