// Engine::open with the disk passed in, for who puts another in its place.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/os/disk.h"
#include "guerdon/engine.h"

namespace guerdon::runtime {

// `disk` may be null: then nothing is kept. Options::data is not looked at.
std::unique_ptr<Engine> open_engine(const Options& options, const std::vector<PlanText>& plans,
                                    std::unique_ptr<os::Disk> disk, std::string* error,
                                    std::string* warnings = nullptr);

}  // namespace guerdon::runtime
