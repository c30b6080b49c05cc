#include "tools/guerdon/book/book_command.h"

#include <cstdio>

#include "engine/base/hash.h"
#include "engine/base/timestamp.h"
#include "engine/book/book_reader.h"
#include "engine/book/book_scan.h"
#include "engine/book/verify.h"
#include "engine/runtime/disks.h"
#include "tools/guerdon/tenant_folders.h"

namespace guerdon::tools {

namespace {

using book::BookScan;

bool is_of_disk(const book::Problem& problem) {
  return problem.fault == book::Fault::kDisk || problem.fault == book::Fault::kNewer;
}

// "12 entries"
std::string counted(uint64_t n, const char* one, const char* more) {
  return std::to_string(n) + " " + (n == 1 ? one : more);
}

// Bytes an entry, to a hundredth.
std::string share(uint64_t bytes, uint64_t entries) {
  if (entries == 0) return "0";
  const uint64_t hundredths = bytes * 100 / entries;
  const std::string fraction = std::to_string(hundredths % 100);
  return std::to_string(hundredths / 100) + "." + (fraction.size() == 1 ? "0" : "") + fraction;
}

std::string hex_of(uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

std::string time_of(base::TimeMs at) { return base::format_timestamp(at); }

// A line or an object a thing, of names and values; the values are numbers and times.
class Line {
 public:
  explicit Line(bool is_json) : is_json_(is_json) {}

  Line& number(const char* name, const std::string& value) { return add(name, value, ""); }
  Line& number(const char* name, uint64_t value) { return number(name, std::to_string(value)); }
  Line& text(const char* name, const std::string& value) { return add(name, value, "\""); }
  void print() const { std::puts(is_json_ ? ("{" + text_ + "}").c_str() : text_.c_str()); }

 private:
  Line& add(const char* name, const std::string& value, const char* quote) {
    if (!text_.empty()) text_ += is_json_ ? "," : "  ";
    text_ += is_json_ ? "\"" + std::string(name) + "\":" + quote + value + quote
                      : std::string(name) + " " + value;
    return *this;
  }

  const bool is_json_;
  std::string text_;
};

void print_entry(const book::PlacedEntry& placed, bool is_json) {
  const book::BookEntry& entry = placed.entry;
  Line line(is_json);
  line.number("lsn", entry.lsn).text("account", hex_of(entry.account));
  line.number("n", entry.n).number("amount", std::to_string(entry.amount));
  line.number("wallet", entry.wallet).number("kind", entry.kind).number("clause", entry.clause);
  line.number("period", std::to_string(entry.period)).number("note", entry.note);
  line.text("effective", time_of(entry.effective));
  if (entry.matures_at != 0) line.text("matures", time_of(entry.matures_at));
  if (entry.expires_at != 0) line.text("expires", time_of(entry.expires_at));
  if (entry.about != 0) line.number("about", std::to_string(entry.about));
  if (entry.lot_lsn != 0) {
    line.number("lot_lsn", entry.lot_lsn).number("lot_n", entry.lot_n);
    if (entry.other_lots != 0) line.number("other_lots", entry.other_lots);
  }
  line.number("position", placed.position).number("previous", placed.previous);
  line.print();
}

void print_block(const book::BlockHeader& header, const book::BookShape& shape, bool is_json) {
  Line line(is_json);
  line.number("block", header.number);
  line.text("file", book::segment_name(shape.segment_of(header.number)));
  line.number("offset", shape.offset_of(header.number)).number("entries", header.entries);
  line.number("bytes", header.used).number("first_lsn", header.first_lsn);
  line.number("last_lsn", header.last_lsn);
  line.text("effective_from", time_of(header.effective_min));
  line.text("effective_to", time_of(header.effective_max)).print();
}

void print_figures(const book::BookReader& reader, bool is_json) {
  const uint64_t bytes = reader.blocks() * book::kBlockBytes;
  Line line(is_json);
  line.text("log", reader.shape().log.to_hex()).number("blocks", reader.blocks());
  line.number("entries", reader.entries()).number("last_lsn", reader.last_lsn());
  line.number("bytes", bytes).number("bytes_an_entry", share(bytes, reader.entries()));
  line.number("segment_bytes", reader.shape().segment_bytes).print();
}

// With `blocks` alone, a line of the first entry of each is enough: its block is that of the scan.
ExitStatus inspect(const BookInspectOptions& options, book::BookReader& reader) {
  BookScan scan(reader, {.first_lsn = options.from_lsn, .last_lsn = options.to_lsn});
  uint64_t shown = UINT64_MAX;
  BookScan::Step step = scan.next();
  for (; step == BookScan::Step::kEntry; step = scan.next()) {
    const uint64_t block = book::block_of(scan.entry().position);
    if (options.blocks && block != shown) print_block(scan.header(), reader.shape(), options.json);
    shown = block;
    if (options.entries) print_entry(scan.entry(), options.json);
  }
  if (step == BookScan::Step::kEnd) return ExitStatus::kDone;
  const book::Problem& problem = scan.problem();
  return refuse("book inspect",
                is_of_disk(problem) ? ExitStatus::kEnvironment : ExitStatus::kDamage,
                problem.sentence());
}

}  // namespace

std::unique_ptr<os::Disk> open_book_folder(const std::string& folder, std::string* error) {
  std::string none;
  std::unique_ptr<os::Disk> inner =
      os::open_disk_to_read(folder + "/" + std::string(runtime::kBookFolder), &none);
  return inner != nullptr ? std::move(inner) : open_engine_folder(folder, error);
}

ExitStatus book_inspect(const BookInspectOptions& options) {
  std::string error;
  const std::unique_ptr<os::Disk> disk = open_book_folder(options.folder, &error);
  if (disk == nullptr) return refuse("book inspect", ExitStatus::kEnvironment, error);
  book::BookReader reader(*disk);
  if (!reader.open()) {
    return refuse("book inspect",
                  is_of_disk(reader.problem()) ? ExitStatus::kEnvironment : ExitStatus::kDamage,
                  reader.problem().sentence());
  }
  if (reader.blocks() == 0) {
    return refuse("book inspect", ExitStatus::kEnvironment,
                  "there is no book in " + options.folder);
  }
  if (options.blocks || options.entries) return inspect(options, reader);
  print_figures(reader, options.json);
  return ExitStatus::kDone;
}

ExitStatus book_verify(const std::string& folder) {
  std::string error;
  const std::unique_ptr<os::Disk> disk = open_book_folder(folder, &error);
  if (disk == nullptr) return refuse("book verify", ExitStatus::kEnvironment, error);
  const book::VerifyReport report = book::verify(*disk);
  if (!report.is_sound()) {
    return refuse("book verify",
                  is_of_disk(report.problem) ? ExitStatus::kEnvironment : ExitStatus::kNo,
                  folder + ": " + report.problem.sentence());
  }
  if (report.entries == 0) {
    return refuse("book verify", ExitStatus::kEnvironment, "there is no book in " + folder);
  }
  std::string line = "ok: " + counted(report.segments, "segment", "segments") + ", " +
                     counted(report.blocks, "block", "blocks") + ", " +
                     counted(report.entries, "entry", "entries") + " of " +
                     counted(report.accounts, "account", "accounts") + ", LSN " +
                     std::to_string(report.first_lsn) + " to " + std::to_string(report.last_lsn) +
                     ", " + share(report.bytes, report.entries) + " bytes an entry";
  if (report.torn_bytes != 0) {
    line += "; " + std::to_string(report.torn_bytes) + " bytes behind the end are what a stop left";
  }
  std::puts(line.c_str());
  return ExitStatus::kDone;
}

}  // namespace guerdon::tools
