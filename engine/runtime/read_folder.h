// An engine's folder, looked at: what an engine that opened it would know. Nothing is changed or
// locked; an engine may run meanwhile, and then this is how far its log was.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "engine/os/disk.h"
#include "engine/runtime/core.h"
#include "guerdon/engine.h"

namespace guerdon::runtime {

// The first version of each plan, as they stand before all other records. False: *fault.
bool read_log_plans(os::Disk& disk, std::vector<PlanText>* plans, OpenFault* fault);

// An entry that the log makes behind the snapshot, and its number among all that were ever made,
// from 1: those of the book have the same.
using EntryTold = std::function<void(uint64_t number, const ledger::Entry& entry)>;

// Under those plans: the newest snapshot that is whole, and the log behind it. `told` may be empty.
// Null: *fault.
std::unique_ptr<Core> read_folder(os::Disk& disk, const Options& options, OpenFault* fault,
                                  const EntryTold& told = {});

}  // namespace guerdon::runtime
