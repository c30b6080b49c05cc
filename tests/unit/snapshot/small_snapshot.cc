#include "tests/unit/snapshot/small_snapshot.h"

namespace guerdon::snapshot {

SnapshotHeader header_of(uint64_t lsn) {
  SnapshotHeader header;
  header.log = {11, 12};
  header.lsn = lsn;
  header.epoch = 3;
  header.chain.fill(7);
  header.clock = 1'000;
  header.created_at = 2'000;
  header.plans = {21, 22};
  return header;
}

std::string write(os::Disk& disk, uint64_t lsn, const Sections& sections,
                  std::string_view summary) {
  SnapshotWriter writer(disk, header_of(lsn));
  for (const auto& [section, bytes] : sections) {
    writer.begin_section(section);
    writer.put(bytes);
  }
  return writer.finish(summary) ? "" : writer.error();
}

Content read(os::Disk& disk, const std::string& name) {
  Content content;
  std::unique_ptr<os::DiskFile> file;
  const os::DiskStatus status = disk.open(name, &file);
  if (!status.ok()) {
    content.problem = {Fault::kDisk, name, 0, status.sentence()};
    return content;
  }
  SnapshotReader reader(std::move(file), name);
  if (reader.open()) {
    content.header = reader.header();
    while (reader.next() == SnapshotReader::Step::kBlock) {
      content.sections[reader.block().section] += reader.payload();
    }
    content.is_sound = reader.next() == SnapshotReader::Step::kEnd;
  }
  content.summary = reader.summary();
  content.problem = reader.problem();
  return content;
}

const Sections& small_sections() {
  static const Sections sections{{1, "plans"}, {2, std::string(5'000, 'x')}, {7, "the last one"}};
  return sections;
}

}  // namespace guerdon::snapshot
