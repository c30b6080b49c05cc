#pragma once

#include <memory>

#include "engine/os/byte_source.h"
#include "engine/os/stored_bytes.h"

// Decoders behind ByteSource; open_source() chooses. Input that ends inside a member or frame, or
// whose checksum is wrong, is an error. The check comes at the member's end: what was read before
// it has been handed out already, so a reader acts on the whole only after it has seen the end.

namespace guerdon::os {

std::unique_ptr<ByteSource> make_gzip_source(std::unique_ptr<StoredBytes> stored);
std::unique_ptr<ByteSource> make_zstd_source(std::unique_ptr<StoredBytes> stored);

}  // namespace guerdon::os
