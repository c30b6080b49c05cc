#include <cstdio>
#include <nlohmann/json.hpp>

#include "engine/event/record_words.h"
#include "tools/guerdon/disk/log_printer.h"
#include "tools/guerdon/disk/log_words.h"

namespace guerdon::tools {

namespace {

using Json = nlohmann::ordered_json;

// Null where there is none.
Json lsn(uint64_t lsn) { return lsn == 0 ? Json() : Json(lsn); }

class JsonPrinter final : public LogPrinter {
 public:
  void print_segment(const wal::LogReader::Segment& segment) override {
    const wal::SegmentHeader& header = segment.header;
    print({{"line", "segment"},
           {"file", segment.name},
           {"log", header.log.to_hex()},
           {"epoch", header.epoch},
           {"first_lsn", header.first_lsn},
           {"segment_bytes", header.segment_bytes},
           {"previous", hex(header.previous)},
           {"created_at", event::time_in_words(header.created_at)}});
  }

  void print_frame(uint64_t offset, const wal::FrameHeader& frame,
                   const wal::ChainHash& chain) override {
    print({{"line", "frame"},
           {"offset", offset},
           {"first_lsn", frame.first_lsn},
           {"records", frame.records},
           {"payload_bytes", frame.payload_bytes},
           {"bytes", wal::frame_bytes(frame.payload_bytes)},
           {"before_at", event::time_in_words(frame.before_at)},
           {"epoch", frame.epoch},
           {"plan_version", frame.plan_version},
           {"flags", frame.flags},
           {"digest_lsn", lsn(frame.digest.lsn)},
           {"digest", frame.digest.lsn == 0 ? Json() : Json(frame.digest.entries.to_hex())},
           {"hash", hex(chain)}});
  }

  void print_record(const LogRecord& record) override {
    Json object = {
        {"line", "record"}, {"lsn", record.lsn}, {"at", record.at}, {"kind", record.kind}};
    for (const auto& [name, value] : record.fields) object[name] = value;
    if (record.kind == "EVENT" || record.kind == "COMMAND") {
      object["attributes"] = Json::array();
      for (const auto& [name, value] : record.attributes) {
        object["attributes"].push_back({{"name", name}, {"value", value}});
      }
    }
    print(object);
  }

  void print_end(const LogTotals& totals) override {
    const wal::TornTail& torn = totals.torn;
    print({{"line", "end"},
           {"segments", totals.segments},
           {"frames", totals.frames},
           {"records", totals.records},
           {"bytes", totals.bytes},
           {"first_lsn", lsn(totals.first_lsn)},
           {"last_lsn", lsn(totals.last_lsn)},
           {"hash", hex(totals.chain)},
           {"torn_bytes", torn.bytes},
           {"torn_file", torn.bytes == 0 ? Json() : Json(torn.file)},
           {"torn_offset", torn.bytes == 0 ? Json() : Json(torn.offset)}});
  }

 private:
  static void print(const Json& object) {
    std::puts(object.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
  }
};

}  // namespace

std::unique_ptr<LogPrinter> json_log_printer() { return std::make_unique<JsonPrinter>(); }

}  // namespace guerdon::tools
