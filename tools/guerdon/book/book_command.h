// `guerdon book inspect|verify`: what the book of an engine holds, and whether it is sound. Nothing
// is changed and nothing locked; the engine may run meanwhile.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/os/disk.h"
#include "tools/guerdon/exit_status.h"

namespace guerdon::tools {

struct BookInspectOptions {
  std::string folder = {};  // of a book, or of the engine that keeps one
  bool blocks = false;
  bool entries = false;
  bool json = false;  // an object a line
  uint64_t from_lsn = 1;
  uint64_t to_lsn = UINT64_MAX;
};

// Figures of the whole book, or its blocks or entries, on standard output. At damage it stops and
// says where: kDamage.
ExitStatus book_inspect(const BookInspectOptions& options);

// Reads all of a book and says in one line what it was. kNo, and the first problem, where it is
// damaged.
ExitStatus book_verify(const std::string& folder);

// That of the book in this folder: the folder itself, or `book` in it. Null: *error.
std::unique_ptr<os::Disk> open_book_folder(const std::string& folder, std::string* error);

}  // namespace guerdon::tools
