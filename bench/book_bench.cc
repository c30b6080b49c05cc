// The book of entries on a disk: what appending, walking and scanning cost.
//
//   book_bench FOLDER [--entries N] [--accounts N] [--walks N] [--page N]
//
// Makes a book of N entries (an account each drawn from --accounts, some of one event for one
// account, every second one with a validity), then walks accounts back and scans it all. Prints one
// JSON object. Walks read past the system's page cache where the file system takes that, so they
// cost what the device does; `again`: the same accounts once more, from the reader's own cache.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/base/histogram.h"
#include "engine/book/book_reader.h"
#include "engine/book/book_scan.h"
#include "engine/book/book_writer.h"
#include "engine/book/verify.h"
#include "engine/os/clock.h"
#include "engine/os/disk.h"
#include "engine/os/memory.h"

namespace guerdon::book {
namespace {

using nlohmann::json;

struct Options {
  std::string folder;
  uint64_t entries = 1'000'000;
  uint64_t accounts = 10'000;
  int walks = 300;
  size_t page = 20;
};

uint64_t mix(uint64_t z) {  // the finish of splitmix64
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

constexpr TimeMs kBegin = 1'772'000'000'000;
constexpr TimeMs kBetweenEvents = 6;

// Entries as an engine makes them: one to three an event, ten thousand events a minute.
class Stream {
 public:
  explicit Stream(uint64_t accounts) : accounts_(accounts) {}

  // Which account the entry is of.
  uint64_t next(BookEntry* entry) {
    if (left_ == 0) {
      ++entry_.lsn;
      account_ = draw() % accounts_;
      left_ = 1 + draw() % 3;
      entry_.n = 0;
    } else {
      ++entry_.n;
    }
    --left_;
    const uint64_t bits = draw();
    entry_.account = mix(account_ + 1);
    entry_.amount = static_cast<int64_t>(bits % 20'000) - 1'000;
    entry_.effective = kBegin + static_cast<TimeMs>(entry_.lsn) * kBetweenEvents -
                       static_cast<TimeMs>(bits % 3'000);
    entry_.clause = static_cast<uint32_t>(bits >> 16 & 0xff);
    entry_.period = 675;
    entry_.wallet = static_cast<uint16_t>(bits >> 24 & 3);
    entry_.kind = static_cast<uint8_t>(bits >> 26 & 3);
    entry_.expires_at = (bits >> 28 & 1) == 0 ? 0 : entry_.effective + 365 * base::kMsPerDay;
    *entry = entry_;
    return account_;
  }

 private:
  uint64_t draw() { return mix(state_ += 0x9e3779b97f4a7c15); }

  const uint64_t accounts_;
  uint64_t state_ = 1;
  BookEntry entry_;
  uint64_t account_ = 0;
  uint64_t left_ = 0;
};

const os::SystemClock& clock_of_system() {
  static const os::SystemClock kClock;
  return kClock;
}

class Watch {
 public:
  double seconds() const {
    return static_cast<double>(clock_of_system().monotonic_ns() - began_) / 1e9;
  }
  uint64_t ns() const { return static_cast<uint64_t>(clock_of_system().monotonic_ns() - began_); }

 private:
  int64_t began_ = clock_of_system().monotonic_ns();
};

[[noreturn]] void stop(const std::string& why) {
  std::cerr << "book_bench: " << why << '\n';
  std::exit(3);
}

json latency(const base::Histogram& ns) {
  return {{"p50_us", ns.quantile(500'000) / 1'000},
          {"p99_us", ns.quantile(990'000) / 1'000},
          {"max_us", ns.max() / 1'000}};
}

// The accounts' newest positions: the caller's state.
json append(os::Disk& disk, const Options& options, std::vector<Position>* heads) {
  BookWriter book(disk, {});
  if (!book.open({})) stop(book.problem().sentence());
  Stream stream(options.accounts);
  BookEntry entry;
  const Watch watch;
  for (uint64_t i = 0; i < options.entries; ++i) {
    const uint64_t account = stream.next(&entry);
    if (book.append(entry, &(*heads)[account]) != Append::kDone) stop(book.problem().sentence());
  }
  if (book.flush() != Append::kDone) stop(book.problem().sentence());
  const double seconds = watch.seconds();
  return {{"seconds", seconds},
          {"entries_a_second", static_cast<double>(options.entries) / seconds},
          {"bytes_an_entry",
           static_cast<double>(book.position()) / static_cast<double>(options.entries)}};
}

// Encoding alone: the blocks go nowhere.
json encode(const Options& options) {
  std::vector<std::byte> bytes(kBlockBytes);
  std::vector<Position> heads(options.accounts);
  BlockBuilder block;
  block.begin(bytes, {}, 0, 0);
  Stream stream(options.accounts);
  BookEntry entry;
  const Watch watch;
  for (uint64_t i = 0; i < options.entries; ++i) {
    Position& newest = heads[stream.next(&entry)];
    Position at = block.position();
    if (!block.add(entry, newest)) {
      block.close(kFull);
      block.begin(bytes, {}, block.number() + 1, block.entries());
      at = block.position();
      (void)block.add(entry, newest);
    }
    newest = at;
  }
  return {{"entries_a_second", static_cast<double>(options.entries) / watch.seconds()}};
}

// What an append that stands there already costs: a start that derives it all again.
json compare(os::Disk& disk, const Options& options) {
  BookWriter book(disk, {});
  if (!book.open({})) stop(book.problem().sentence());
  std::vector<Position> heads(options.accounts);
  Stream stream(options.accounts);
  BookEntry entry;
  const Watch watch;
  while (book.is_behind()) {
    const uint64_t account = stream.next(&entry);
    if (book.append(entry, &heads[account]) != Append::kDone) stop(book.problem().sentence());
  }
  return {{"entries_a_second", static_cast<double>(book.entries()) / watch.seconds()}};
}

json walk(os::Disk& disk, const Options& options, const std::vector<Position>& heads,
          size_t limit) {
  BookReader reader(disk);
  if (!reader.open()) stop(reader.problem().sentence());
  const uint64_t resident = os::rss_bytes();
  base::Histogram first;
  base::Histogram again;
  uint64_t entries = 0;
  uint64_t blocks = 0;
  WalkPage page;
  for (int i = 0; i < options.walks; ++i) {
    const uint64_t account = mix(static_cast<uint64_t>(i) + 77) % options.accounts;
    if (heads[account] == kNoPosition) continue;
    for (base::Histogram* histogram : {&first, &again}) {
      const uint64_t before = reader.blocks_read();
      const Watch watch;
      if (!reader.walk(mix(account + 1), heads[account], limit, &page)) {
        stop(reader.problem().sentence());
      }
      histogram->record(watch.ns());
      if (histogram != &first) continue;
      entries += page.entries.size();
      blocks += reader.blocks_read() - before;
    }
  }
  const auto walks = static_cast<double>(first.count());
  return {{"limit", limit},
          {"entries_a_walk", static_cast<double>(entries) / walks},
          {"blocks_a_walk", static_cast<double>(blocks) / walks},
          {"first", latency(first)},
          {"again", latency(again)},
          {"memory_bytes", os::rss_bytes() - std::min(resident, os::rss_bytes())}};
}

json scan(os::Disk& disk, const BookFilter& filter) {
  BookReader reader(disk);
  if (!reader.open()) stop(reader.problem().sentence());
  const Watch watch;
  BookScan scan(reader, filter);
  uint64_t found = 0;
  while (scan.next() == BookScan::Step::kEntry) ++found;
  if (!scan.problem().is_none()) stop(scan.problem().sentence());
  const double seconds = watch.seconds();
  return {{"found", found},
          {"blocks_opened", scan.blocks_opened()},
          {"blocks_skipped", scan.blocks_skipped()},
          {"entries_a_second", static_cast<double>(reader.entries()) / seconds}};
}

json find(os::Disk& disk) {
  BookReader reader(disk);
  const Watch opening;
  if (!reader.open()) stop(reader.problem().sentence());
  const double open_ms = opening.seconds() * 1e3;
  base::Histogram ns;
  for (uint64_t i = 0; i < 200; ++i) {
    uint64_t block = 0;
    const Watch watch;
    if (!reader.find(mix(i) % reader.last_lsn(), &block)) stop(reader.problem().sentence());
    ns.record(watch.ns());
  }
  return {{"open_ms", open_ms}, {"find", latency(ns)}};
}

json prove(os::Disk& disk) {
  const Watch watch;
  const VerifyReport report = verify(disk);
  if (!report.is_sound()) stop(report.problem.sentence());
  return {{"entries_a_second", static_cast<double>(report.entries) / watch.seconds()}};
}

void remove_book(os::Disk& disk) {
  std::vector<std::string> names;
  (void)disk.list(&names);
  for (const std::string& name : names) {
    if (number_of_name(name) || name == TailGuard::kName) (void)disk.remove(name);
  }
}

int run(const Options& options) {
  std::string error;
  const std::unique_ptr<os::Disk> disk = os::open_disk(options.folder, &error);
  if (disk == nullptr) stop(error);
  remove_book(*disk);
  std::vector<Position> heads(options.accounts);
  json report{{"entries", options.entries}, {"accounts", options.accounts}};
  report["encode"] = encode(options);
  report["append"] = append(*disk, options, &heads);
  report["walk_100"] = walk(*disk, options, heads, 100);
  report["walk_page"] = walk(*disk, options, heads, options.page);
  report["open_and_find"] = find(*disk);
  report["scan_all"] = scan(*disk, {});
  report["scan_kind"] = scan(*disk, {.kind = 2});
  // A minute of effective time, in the middle: ten thousand events.
  const TimeMs middle = kBegin + static_cast<TimeMs>(options.entries / 4) * kBetweenEvents;
  report["scan_minute"] = scan(*disk, {.effective_from = middle, .effective_to = middle + 60'000});
  report["compare"] = compare(*disk, options);
  report["verify"] = prove(*disk);
  remove_book(*disk);
  std::cout << report.dump(2) << '\n';
  return 0;
}

}  // namespace
}  // namespace guerdon::book

int main(int argc, char** argv) {
  guerdon::book::Options options;
  CLI::App app("the book of entries on a disk");
  app.add_option("folder", options.folder)->required();
  app.add_option("--entries", options.entries);
  app.add_option("--accounts", options.accounts);
  app.add_option("--walks", options.walks);
  app.add_option("--page", options.page);
  CLI11_PARSE(app, argc, argv);
  return guerdon::book::run(options);
}
