#include "engine/runtime/read_folder.h"

#include <algorithm>
#include <string>

#include "engine/base/bytes.h"
#include "engine/event/record_codec.h"
#include "engine/runtime/snapshots.h"

namespace guerdon::runtime {

namespace {

bool load(Core& core, os::Disk& disk, OpenFault* fault, const EntryTold& told) {
  FoundSnapshots found;
  pipeline::LogFault problem;
  if (!find_snapshot(disk, &found, &problem)) return refuse(fault, problem);
  uint64_t from = 1;
  if (found.newest != nullptr) {
    std::string error;
    from = std::max<uint64_t>(found.newest->header().lsn, 1);
    if (!core.load_snapshot(*found.newest, &error)) {
      return refuse(fault, fault_of(found.newest->problem()));
    }
  }
  wal::LogReader log(disk);
  if (!log.open(from)) return refuse(fault, fault_of(log.problem()));
  if (told) {
    core.tail().set_sink([&told, number = core.tail().entries()](const ledger::Entry& entry,
                                                                 const ledger::EntryLot*) mutable {
      told(++number, entry);
    });
  }
  const bool is_done = core.replay_log(log, UINT64_MAX, &problem) || refuse(fault, problem);
  core.tail().set_sink({});
  return is_done;
}

}  // namespace

bool read_log_plans(os::Disk& disk, std::vector<PlanText>* plans, OpenFault* fault) {
  wal::LogReader log(disk);
  if (!log.open(1)) return refuse(fault, fault_of(log.problem()));
  const event::Schema none;
  event::RecordReader records(none);
  event::Batch batch;
  while (log.next() == wal::LogReader::Step::kFrame) {
    records.begin(base::text_of(log.payload()), log.header().before_at);
    while (records.next(batch) == event::RecordReader::Step::kPlan) {
      const event::PlanRecord& plan = records.plan();
      if (std::any_of(plans->begin(), plans->end(),
                      [&](const PlanText& before) { return before.name == plan.name; })) {
        return true;  // a version: of those, the log says where they were published
      }
      plans->push_back({std::string(plan.name), std::string(plan.text)});
    }
    if (!records.is_at_end()) break;
  }
  if (!log.problem().what.empty()) return refuse(fault, fault_of(log.problem()));
  if (!plans->empty()) return true;
  *fault = {OpenFault::Kind::kDisk, "there is no log in this folder, or none with plans"};
  return false;
}

std::unique_ptr<Core> read_folder(os::Disk& disk, const Options& options, OpenFault* fault,
                                  const EntryTold& told) {
  std::vector<PlanText> plans;
  if (!read_log_plans(disk, &plans, fault)) return nullptr;
  std::unique_ptr<Core> core = Core::open(options, plans, nullptr, 1, {}, fault);
  if (core == nullptr || !load(*core, disk, fault, told)) return nullptr;
  return core;
}

}  // namespace guerdon::runtime
