#include "tools/guerdon/explain/explain.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/hash.h"
#include "engine/book/book_reader.h"
#include "engine/book/book_scan.h"
#include "engine/bookkeeping/book_entries.h"
#include "engine/history/derivation.h"
#include "engine/history/entry_words.h"
#include "engine/history/log_record.h"
#include "engine/history/why_not.h"
#include "engine/os/disk.h"
#include "engine/program/program.h"
#include "engine/runtime/read_folder.h"
#include "engine/runtime/verification.h"
#include "tools/guerdon/disk/log_records.h"
#include "tools/guerdon/tenant_folders.h"

namespace guerdon::tools {

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct EntryId {
  uint64_t lsn = 0;
  uint32_t n = 0;
};

std::optional<EntryId> read_id(std::string_view text) {
  EntryId id;
  const char* const end = text.data() + text.size();
  const auto whole = std::from_chars(text.data(), end, id.lsn);
  if (whole.ec != std::errc()) return std::nullopt;
  if (whole.ptr == end) return id;
  if (*whole.ptr != '.') return std::nullopt;
  const auto part = std::from_chars(whole.ptr + 1, end, id.n);
  if (part.ec != std::errc() || part.ptr != end) return std::nullopt;
  return id;
}

// Those of the account at a record, in their order. Nothing: *sentence.
std::optional<std::vector<book::BookEntry>> entries_at(os::Disk& disk, uint64_t account_hash,
                                                       uint64_t lsn, std::string* sentence) {
  book::BookReader reader(disk);
  if (!reader.open()) {
    *sentence = reader.problem().sentence();
    return std::nullopt;
  }
  std::vector<book::BookEntry> entries;
  book::BookScan scan(reader, {.first_lsn = lsn, .last_lsn = lsn, .account = account_hash});
  book::BookScan::Step step = scan.next();
  for (; step == book::BookScan::Step::kEntry; step = scan.next()) {
    entries.push_back(scan.entry().entry);
  }
  if (step == book::BookScan::Step::kEnd) return entries;
  *sentence = scan.problem().sentence();
  return std::nullopt;
}

void print(std::string_view name, std::string_view value) {
  std::printf("%-16.*s %.*s\n", static_cast<int>(name.size()), name.data(),
              static_cast<int>(value.size()), value.data());
}

void print_all(const char* title, const Fields& fields) {
  if (fields.empty()) return;
  std::printf("\n%s\n", title);
  for (const auto& [name, value] : fields) print("  " + name, value);
}

// Its balance is not looked for: that would need all entries behind it.
void print_entry(const plan::Program& program, const book::BookEntry& entry) {
  const history::EntryWords words = history::words_of(program, entry, 0);
  for (size_t c = 0; c < words.size(); ++c) {
    if (static_cast<history::Column>(c) == history::Column::kBalance || words[c].empty()) continue;
    print(history::kColumns[c], words[c]);
  }
}

void print_rule(const plan::Program& program, const book::BookEntry& entry) {
  if (!bookkeeping::is_of_rule(entry)) return;
  const plan::Clause& clause = program.clauses[bookkeeping::clause_of(entry)];
  const std::string text(program.plans[static_cast<size_t>(clause.plan)].words_of(clause));
  std::printf("\n%s\n", text.c_str());
}

// The sentence of what cannot be derived; "": nothing.
std::string problem_of(const history::Derivation& derived) {
  const auto found = std::find_if(derived.fields.begin(), derived.fields.end(),
                                  [](const auto& field) { return field.first == "problem"; });
  return found == derived.fields.end() ? "" : found->second;
}

ExitStatus explain_entry(const ExplainOptions& options, os::Disk& log, const plan::Program& program,
                         const book::BookEntry& entry, std::span<const book::BookEntry> beside) {
  event::RecordWords record;
  std::string error;
  if (!history::read_record(log, program.schema, entry.lsn, &record, &error)) {
    return refuse("explain", ExitStatus::kEnvironment, error);
  }
  const history::Derivation derived =
      history::derive(program, log, options.account, entry, beside, record);
  print_entry(program, entry);
  print_all("record", record.fields);
  print_all("attributes", record.attributes);
  print_rule(program, entry);
  print_all("derived", derived.fields);
  print_all("inputs", derived.inputs);
  const std::string problem = problem_of(derived);
  if (!options.proves || problem.empty()) return ExitStatus::kDone;
  return refuse("explain", ExitStatus::kNo, problem);
}

// False: *status says how it ends.
bool prove(const ExplainOptions& options, os::Disk& log, os::Disk& book, std::string* proved,
           ExitStatus* status) {
  Options engine;
  engine.shards = 1;
  engine.keys = options.keys;
  engine.objects = options.objects;
  runtime::Verified verified;
  runtime::OpenFault fault;
  if (runtime::verify_folder(log, &book, engine, &verified, &fault)) {
    *proved = "replaying " + std::to_string(verified.summary.last_lsn) +
              " records makes this entry, and each of the book's " +
              std::to_string(verified.book_entries);
    return true;
  }
  using Kind = runtime::OpenFault::Kind;
  const bool differs = fault.kind == Kind::kDamage || fault.kind == Kind::kPlan;
  *status = refuse("explain",
                   fault.kind == Kind::kOption ? ExitStatus::kUsage
                   : differs                   ? ExitStatus::kNo
                                               : ExitStatus::kEnvironment,
                   fault.sentence);
  return false;
}

ExitStatus explain_why_not(const ExplainOptions& options, os::Disk& log, os::Disk& book,
                           const plan::Program& program, uint64_t lsn) {
  history::WhyQuery query;
  const std::string number = std::to_string(lsn);
  const std::string plan = "plan=" + options.plan;
  std::vector<std::string_view> words = {"WHYNOT", options.account, number, options.why_not};
  if (!options.plan.empty()) words.push_back(plan);
  if (const auto fault = history::read_query(program, words, &query)) {
    return refuse("explain", ExitStatus::kUsage, fault->sentence);
  }
  std::string error;
  event::RecordWords record;
  const auto entries = entries_at(book, query.account_hash, lsn, &error);
  if (!entries || !history::read_record(log, program.schema, lsn, &record, &error)) {
    return refuse("explain", ExitStatus::kEnvironment, error);
  }
  print_all("record", record.fields);
  print_all("attributes", record.attributes);
  bool is_paid = false;
  for (const history::Reason& each : history::why_not(program, log, query, record, *entries)) {
    is_paid = is_paid || each.what == "paid";
    std::printf("\n%s\n", each.sentence.c_str());
    print("  reason", each.what);
    if (each.effect) print("  effect", std::to_string(*each.effect + 1));
    for (const auto& [name, value] : each.fields) print("  " + name, value);
    print_all("inputs", each.inputs);
  }
  return is_paid ? ExitStatus::kNo : ExitStatus::kDone;
}

}  // namespace

ExitStatus explain(const ExplainOptions& options) {
  const std::optional<EntryId> id = read_id(options.entry);
  if (!id) {
    return refuse("explain", ExitStatus::kUsage,
                  "ENTRY is no id of an entry; write such as 17 or 17.1");
  }
  std::string error;
  const std::unique_ptr<os::Disk> log = open_engine_folder(options.folder, &error);
  if (log == nullptr) return refuse("explain", ExitStatus::kEnvironment, error);
  const std::unique_ptr<os::Disk> book =
      os::open_disk_to_read(options.folder + "/" + std::string(runtime::kBookFolder), &error);
  if (book == nullptr) return refuse("explain", ExitStatus::kEnvironment, error);
  const std::unique_ptr<LogRecords> records = LogRecords::open(*log, &error);
  if (records == nullptr || !records->read_to_end(&error)) {
    return refuse("explain", ExitStatus::kEnvironment, error);
  }
  const plan::Program& program = records->program();
  std::string proved;
  ExitStatus status = ExitStatus::kDone;
  if (options.proves && !prove(options, *log, *book, &proved, &status)) return status;
  if (!options.why_not.empty()) return explain_why_not(options, *log, *book, program, id->lsn);
  const auto entries = entries_at(*book, base::hash64(options.account), id->lsn, &error);
  if (!entries) return refuse("explain", ExitStatus::kNo, error);
  const auto entry = std::find_if(entries->begin(), entries->end(),
                                  [&](const auto& each) { return each.n == id->n; });
  if (entry == entries->end()) {
    return refuse("explain", ExitStatus::kNo,
                  options.account + " has no entry " + options.entry +
                      "; REGISTER and `guerdon export` show those it has");
  }
  status = explain_entry(options, *log, program, *entry, *entries);
  if (status == ExitStatus::kDone && options.proves) print_all("proved", {{"by", proved}});
  return status;
}

}  // namespace guerdon::tools
