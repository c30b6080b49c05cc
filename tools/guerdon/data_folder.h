// The data folder of an engine, as subcommands that look at it read it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/os/disk.h"
#include "engine/runtime/core.h"
#include "engine/runtime/read_folder.h"
#include "tools/guerdon/exit_status.h"

namespace guerdon::tools {

struct DataFolder {
  std::string path;
  uint64_t keys = 8'000'000;  // as given to the server that wrote it
  uint64_t objects = 4'000'000;
};

// Its state: the newest snapshot and the log behind it, of whose entries `told` is told. Nothing is
// changed or locked. Null: *status, and it was said why `guerdon <command>` ends so.
std::unique_ptr<runtime::Core> read_data_folder(const char* command, const DataFolder& folder,
                                                ExitStatus* status,
                                                const runtime::EntryTold& told = {});

// Its book, for looking only. Null: *error.
std::unique_ptr<os::Disk> open_book(const DataFolder& folder, std::string* error);

// Says on standard error, if that is so, that the book of which so many entries are there ends
// before the log.
void note_short_book(const char* command, const runtime::Core& core, uint64_t entries);

}  // namespace guerdon::tools
