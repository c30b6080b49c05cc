// What a durable write costs on the disk of a folder: 16 KiB each, one behind the other, as the log
// writes. Prints JSON; stands beside every figure of the server.
//
// usage: disk_probe FOLDER [WRITES]
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "engine/base/histogram.h"
#include "engine/os/clock.h"
#include "engine/os/disk.h"

namespace guerdon {
namespace {

constexpr size_t kWriteBytes = size_t{16} << 10;
constexpr uint64_t kFileBytes = uint64_t{16} << 20;
constexpr const char* kFile = "disk-probe.seg";

int probe(const std::string& folder, int writes) {
  std::string error;
  const std::unique_ptr<os::Disk> disk = os::open_disk(folder, &error);
  if (disk == nullptr) {
    std::fprintf(stderr, "disk_probe: %s\n", error.c_str());
    return 3;
  }
  std::unique_ptr<os::DiskFile> file;
  os::DiskStatus status = disk->create_zeroed(kFile, kFileBytes, &file);
  os::DiskBuffer buffer;
  buffer.resize(kWriteBytes);
  const os::SystemClock clock;
  base::Histogram latency_ns;
  for (int i = 0; i < writes && status.ok(); ++i) {
    const uint64_t at = static_cast<uint64_t>(i) * kWriteBytes % kFileBytes;
    const int64_t began = clock.monotonic_ns();
    status = file->write_durably(at, {buffer.data(), buffer.size()});
    latency_ns.record(static_cast<uint64_t>(clock.monotonic_ns() - began));
  }
  file.reset();
  (void)disk->remove(kFile);
  if (!status.ok()) {
    std::fprintf(stderr, "disk_probe: %s\n", status.sentence().c_str());
    return 3;
  }
  const auto us = [&](uint32_t millionths) {
    return static_cast<unsigned long long>(latency_ns.quantile(millionths) / 1'000);
  };
  std::printf("{\"writes\": %d, \"bytes\": %zu, \"p50_us\": %llu, \"p99_us\": %llu}\n", writes,
              kWriteBytes, us(500'000), us(990'000));
  return 0;
}

}  // namespace
}  // namespace guerdon

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: disk_probe FOLDER [WRITES]\n", stderr);
    return 2;
  }
  return guerdon::probe(argv[1], argc > 2 ? std::atoi(argv[2]) : 2'000);
}
