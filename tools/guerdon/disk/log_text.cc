#include <cstdio>

#include "engine/event/record_words.h"
#include "tools/guerdon/disk/log_printer.h"
#include "tools/guerdon/disk/log_words.h"

namespace guerdon::tools {

namespace {

constexpr size_t kHashBytesShown = 8;

std::string number(uint64_t n) { return std::to_string(n); }

std::string records_in_words(const wal::FrameHeader& frame) {
  if (frame.records == 0) return "no record behind LSN " + number(frame.first_lsn - 1);
  const uint64_t last = frame.first_lsn + frame.records - 1;
  return "LSN " + number(frame.first_lsn) + (frame.records == 1 ? "" : " to " + number(last)) +
         ", clock before it " + event::time_in_words(frame.before_at);
}

std::string digest_in_words(const wal::Digest& digest) {
  return ", entries to LSN " + number(digest.lsn) + " " + digest.entries.to_hex();
}

class TextPrinter final : public LogPrinter {
 public:
  void print_segment(const wal::LogReader::Segment& segment) override {
    const wal::SegmentHeader& header = segment.header;
    print(segment.name + ": epoch " + number(header.epoch) + ", from LSN " +
          number(header.first_lsn) + ", " + number(header.segment_bytes) + " bytes, made " +
          event::time_in_words(header.created_at) + ", log " + header.log.to_hex());
  }

  void print_frame(uint64_t offset, const wal::FrameHeader& frame,
                   const wal::ChainHash& chain) override {
    const std::string flags = flags_in_words(frame.flags);
    std::string line = "  at " + number(offset) + ": " + records_in_words(frame) + ", " +
                       number(wal::frame_bytes(frame.payload_bytes)) + " bytes, plan version " +
                       number(frame.plan_version) + ", hash " +
                       hex(std::span(chain).first(kHashBytesShown));
    if (frame.digest.lsn != 0) line += digest_in_words(frame.digest);
    if (!flags.empty()) line += ", " + flags;
    print(line);
  }

  void print_record(const LogRecord& record) override {
    std::string line = "    LSN " + number(record.lsn) + " " + record.at + " " + record.kind;
    for (const auto& [name, value] : record.fields) line += " " + name + "=" + value;
    for (const auto& [name, value] : record.attributes) line += " " + name + "=" + value;
    print(line);
  }

  void print_end(const LogTotals& totals) override {
    if (totals.torn.bytes != 0) print(torn_in_words(totals.torn));
    print("segments " + number(totals.segments) + ", frames " + number(totals.frames) +
          ", records " + number(totals.records) + ", bytes " + number(totals.bytes) +
          (totals.records == 0
               ? ""
               : ", LSN " + number(totals.first_lsn) + " to " + number(totals.last_lsn)));
  }

 private:
  static void print(const std::string& line) { std::puts(line.c_str()); }
};

}  // namespace

std::unique_ptr<LogPrinter> text_log_printer() { return std::make_unique<TextPrinter>(); }

}  // namespace guerdon::tools
