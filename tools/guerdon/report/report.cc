#include "tools/guerdon/report/report.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string_view>

#include "engine/base/assert.h"
#include "engine/book/book_reader.h"
#include "engine/net/reply.h"
#include "engine/net/reply_reader.h"
#include "engine/os/disk.h"
#include "engine/reports/report_making.h"
#include "engine/reports/report_query.h"
#include "engine/reports/report_writer.h"
#include "engine/runtime/core.h"
#include "tools/cli/answer.h"
#include "tools/cli/answer_json.h"
#include "tools/cli/look.h"
#include "tools/cli/report_page.h"
#include "tools/guerdon/colours.h"
#include "tools/guerdon/report/report_csv.h"
#include "tools/guerdon/tenant_folders.h"

namespace guerdon::tools {

namespace {

constexpr reports::ReportBounds kAllOfIt{UINT64_MAX, UINT64_MAX};

std::string_view option_of(reports::QueryFault::Word word) {
  using Word = reports::QueryFault::Word;
  switch (word) {
    case Word::kProgram:
      return "--program";
    case Word::kEach:
      return "--each";
    case Word::kPeriod:
      return "--period";
    case Word::kUnit:
      return "--unit";
  }
  return "";
}

// As the server answers it.
cli::Answer answer_of(const runtime::Core& core, const reports::ReportMaking& making) {
  std::string bytes;
  net::ReplyWriter reply(&bytes, net::Protocol::kResp3);
  reports::write_reports(core, making, reply);
  net::ReplyReader reader;
  const net::ReplyReader::Step step = reader.next(bytes);
  GUERDON_ASSERT(step == net::ReplyReader::Step::kReply);
  std::optional<cli::Answer> answer = cli::answer_of(reader.parts());
  GUERDON_ASSERT(answer.has_value());
  return *std::move(answer);
}

// The state, and the entries that the log has made behind the first `kept`, which the book has: a
// server that runs, or was killed, has written less of the book than of the log.
std::unique_ptr<runtime::Core> read_behind(const ReportOptions& options, uint64_t kept,
                                           reports::LaterEntries* later, ExitStatus* status) {
  uint64_t first = 0;  // that the log has made behind the snapshot; 0: none
  std::unique_ptr<runtime::Core> core = read_data_folder(
      "report", options.folder, status, [&](uint64_t number, const ledger::Entry& entry) {
        if (first == 0) first = number;
        if (number > kept) later->entries.push_back(entry);
      });
  if (core == nullptr) return nullptr;
  later->before = std::max(kept, first == 0 ? core->tail().entries() : first - 1);
  return core;
}

void print_text(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

ExitStatus write(const ReportOptions& options, const cli::Answer& answer) {
  if (options.format == "csv") {
    return write_report_csv(answer, stdout)
               ? ExitStatus::kDone
               : refuse("report", ExitStatus::kEnvironment, "cannot write all of it");
  }
  if (options.format == "json") {
    print_text(cli::json_line(answer) + "\n");
  } else {
    cli::Look look;
    look.has_colours = has_colours();
    print_text(cli::text_of(cli::report_page(answer, look)));
  }
  return ExitStatus::kDone;
}

}  // namespace

ExitStatus report(const ReportOptions& options) {
  std::string error;
  const std::unique_ptr<os::Disk> log = open_engine_folder(options.folder.path, &error);
  if (log == nullptr) return refuse("report", ExitStatus::kEnvironment, error);
  const std::unique_ptr<os::Disk> disk = open_book(options.folder, &error);
  if (disk == nullptr) return refuse("report", ExitStatus::kEnvironment, error);
  book::BookReader book(*disk);
  if (!book.open()) return refuse("report", ExitStatus::kDamage, book.problem().sentence());
  ExitStatus status = ExitStatus::kDone;
  reports::LaterEntries later;
  const std::unique_ptr<runtime::Core> core = read_behind(options, book.entries(), &later, &status);
  if (core == nullptr) return status;
  reports::ReportQuery query;
  const reports::ReportWords words = {options.program, options.each, options.period, options.unit};
  if (const auto fault = reports::read_report(core->program(), words, &query)) {
    return refuse("report", ExitStatus::kUsage,
                  std::string(option_of(fault->word)) + ": " + fault->sentence);
  }
  reports::ReportMaking making(*core, query);
  if (const auto fault = making.read(book, *log, kAllOfIt, later)) {
    return refuse("report", ExitStatus::kDamage, fault->sentence);
  }
  if (book.entries() < later.before) {
    return refuse("report", ExitStatus::kNo,
                  "the book ends " + std::to_string(later.before - book.entries()) +
                      " entries before the newest snapshot, and without them no figure is right; "
                      "ask a server that has been started on this folder: it brings the book up");
  }
  if (!making.log_problem().empty()) {
    refuse("report", ExitStatus::kDone,
           "late events and unmatched keys are left out: " + making.log_problem());
  }
  return write(options, answer_of(*core, making));
}

}  // namespace guerdon::tools
