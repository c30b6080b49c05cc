#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/os/disk.h"

namespace guerdon::support {

// Another disk, which must outlive it, for who wants to own one.
class BorrowedDisk : public os::Disk {
 public:
  explicit BorrowedDisk(os::Disk& disk) : disk_(disk) {}

  os::DiskStatus list(std::vector<std::string>* names) override { return disk_.list(names); }
  os::DiskStatus open(std::string_view name, std::unique_ptr<os::DiskFile>* file) override {
    return disk_.open(name, file);
  }
  os::DiskStatus create_zeroed(std::string_view name, uint64_t size,
                               std::unique_ptr<os::DiskFile>* file) override {
    return disk_.create_zeroed(name, size, file);
  }
  os::DiskStatus create_with(std::string_view name, std::span<const std::byte> content) override {
    return disk_.create_with(name, content);
  }
  os::DiskStatus begin(std::string_view name, std::unique_ptr<os::NewFile>* file) override {
    return disk_.begin(name, file);
  }
  os::DiskStatus rename(std::string_view from, std::string_view to) override {
    return disk_.rename(from, to);
  }
  os::DiskStatus remove(std::string_view name) override { return disk_.remove(name); }

 private:
  os::Disk& disk_;
};

}  // namespace guerdon::support
