#include "tools/guerdon/disk/verify.h"

#include <cstdio>
#include <memory>

#include "engine/base/timestamp.h"
#include "engine/os/disk.h"
#include "engine/runtime/verification.h"
#include "tools/guerdon/tenant_folders.h"

namespace guerdon::tools {

namespace {

void print(const char* name, const std::string& value) {
  std::printf("%-14s %s\n", name, value.c_str());
}

void print_report(const runtime::Verified& verified) {
  for (const std::string& plan : verified.plans) print("plan", plan);
  print("records", std::to_string(verified.summary.last_lsn) + ", chain and checks sound");
  print("events", std::to_string(verified.summary.accepted) + " accepted");
  print("entries", std::to_string(verified.summary.entries) + ", each digest as the log says");
  print("accounts", std::to_string(verified.summary.accounts) + ", books balanced");
  if (verified.has_book) {
    print("book", std::to_string(verified.book_entries) + " entries, each as the log gives it");
  }
  for (const uint64_t lsn : verified.snapshots) {
    print("snapshot", "at LSN " + std::to_string(lsn) + " holds what the log gives");
  }
  if (verified.torn.bytes != 0) {
    print("torn", std::to_string(verified.torn.bytes) + " bytes at the end of " +
                      verified.torn.file + ", of a frame that was never acknowledged");
  }
  std::fputs(verified.books.c_str(), stdout);
  print("engine time", base::format_timestamp(verified.clock));
  print("state_hash", verified.state_hash.to_hex());
  print("entries_hash", verified.entries_hash.to_hex());
  std::puts("ok");
}

}  // namespace

ExitStatus verify(const VerifyOptions& options) {
  std::string error;
  const std::unique_ptr<os::Disk> disk = open_engine_folder(options.folder, &error);
  if (disk == nullptr) return refuse("verify", ExitStatus::kEnvironment, error);
  std::string none;  // not each engine keeps one
  const std::unique_ptr<os::Disk> book =
      os::open_disk_to_read(options.folder + "/" + std::string(runtime::kBookFolder), &none);
  Options engine;
  engine.shards = options.shards;
  engine.keys = options.keys;
  engine.objects = options.objects;
  runtime::Verified verified;
  runtime::OpenFault fault;
  if (runtime::verify_folder(*disk, book.get(), engine, &verified, &fault)) {
    print_report(verified);
    return ExitStatus::kDone;
  }
  if (fault.kind == runtime::OpenFault::Kind::kOption) {
    return refuse("verify", ExitStatus::kUsage, fault.sentence);
  }
  const bool is_difference = fault.kind == runtime::OpenFault::Kind::kDamage ||
                             fault.kind == runtime::OpenFault::Kind::kPlan;
  return refuse("verify", is_difference ? ExitStatus::kNo : ExitStatus::kEnvironment,
                fault.sentence);
}

}  // namespace guerdon::tools
