// Engine::open with the disk passed in, for who puts another in its place.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/runtime/disks.h"
#include "guerdon/engine.h"

namespace guerdon::runtime {

// `disks` may have none: then nothing is kept. Options::data and book are not looked at.
std::unique_ptr<Engine> open_engine(const Options& options, const std::vector<PlanText>& plans,
                                    Disks disks, std::string* error,
                                    std::string* warnings = nullptr);

}  // namespace guerdon::runtime
