#include "tests/unit/wal/small_log.h"

#include <algorithm>
#include <cstring>

#include "engine/base/assert.h"
#include "engine/wal/settle.h"

namespace guerdon::wal {

namespace {

LogPosition end_of(os::Disk& disk, os::DiskStatus* settled) {
  LogReader reader(disk);
  GUERDON_ASSERT(reader.open(1));
  while (reader.next() == LogReader::Step::kFrame) {
  }
  GUERDON_ASSERT(reader.problem().what.empty());
  *settled = settle(disk, reader);
  LogPosition end = reader.end();
  if (end.epoch == 0) end.log = {0x1122334455667788, 0x99aabbccddeeff00};
  return end;
}

}  // namespace

Writer::Writer(os::Disk& disk)
    : spares_(disk, kSmallSegment),
      log_(disk, spares_, end_of(disk, &settled_), 1'000),
      buffer_(payload_max(kSmallSegment)) {
  if (settled_.ok()) settled_ = spares_.remove_old();
}

Append Writer::write(const std::vector<std::string>& records, uint32_t flags) {
  if (!settled_.ok()) return Append::kFailed;
  buffer_.clear();
  for (const std::string& record : records) {
    std::memcpy(buffer_.end(), record.data(), record.size());
    buffer_.extend(record.size());
  }
  FrameFields fields;
  fields.records = static_cast<uint32_t>(records.size());
  fields.before_at = static_cast<int64_t>(log_.end().next_lsn);
  fields.flags = flags;
  (void)spares_.refill(2);  // a disk that refuses shows in append()
  return log_.append(buffer_, fields);
}

Content read_log(os::Disk& disk, uint64_t first_lsn) {
  Content content;
  LogReader reader(disk);
  if (reader.open(first_lsn)) {
    while ((content.ended = reader.next()) == LogReader::Step::kFrame) {
      std::string_view payload(
          static_cast<const char*>(static_cast<const void*>(reader.payload().data())),
          reader.payload().size());
      for (uint32_t i = 0; i < reader.header().records; ++i) {
        const size_t end = payload.find('\n') + 1;
        content.records.emplace_back(payload.substr(0, end));
        payload.remove_prefix(end);
      }
      GUERDON_ASSERT(payload.empty());
    }
  }
  content.end = reader.end();
  content.torn = reader.torn();
  content.problem = reader.problem();
  return content;
}

std::vector<std::string> some_records(size_t first, size_t count) {
  std::vector<std::string> records;
  for (size_t i = first; i < first + count; ++i) {
    const size_t size = i % 10 == 9 ? 9'000 : 20 + i * 37 % 200;
    records.push_back(std::to_string(i) + std::string(size, static_cast<char>('a' + i % 26)) +
                      "\n");
  }
  return records;
}

}  // namespace guerdon::wal
