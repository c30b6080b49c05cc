#include "tools/guerdon/export/export.h"

#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/base/hash.h"
#include "engine/book/book_scan.h"
#include "engine/bookkeeping/book_entries.h"
#include "engine/history/entry_words.h"
#include "engine/money/decimal.h"
#include "engine/runtime/core.h"
#include "tools/guerdon/export/table_writer.h"

namespace guerdon::tools {

namespace {

using Cell = TableWriter::Cell;
using Columns = std::vector<TableWriter::Column>;
using history::Column;

TableWriter::Format format_of(const ExportOptions& options) {
  return options.format == "csv" ? TableWriter::Format::kCsv : TableWriter::Format::kJsonLines;
}

ExitStatus finish(TableWriter& table) {
  return table.finish() ? ExitStatus::kDone
                        : refuse("export", ExitStatus::kEnvironment, "cannot write all of it");
}

Columns register_columns() {
  Columns columns = {{"account", Cell::kText}};
  for (size_t c = 0; c < history::kColumns.size(); ++c) {
    const auto column = static_cast<Column>(c);
    const bool is_number = column == Column::kId || column == Column::kLsn ||
                           column == Column::kAmount || column == Column::kBalance ||
                           column == Column::kEffect || column == Column::kLeft ||
                           column == Column::kHold;
    columns.push_back({history::kColumns[c], is_number ? Cell::kNumber : Cell::kText});
  }
  return columns;
}

// The balances grow from the first entry on.
class RegisterExport {
 public:
  RegisterExport(const runtime::Core& core, TableWriter& table) : core_(core), table_(table) {}

  void add(const book::BookEntry& entry) {
    int64_t& balance = balances_[{entry.account, entry.wallet}];
    if (bookkeeping::moves_balance(static_cast<ledger::Note>(entry.note))) balance += entry.amount;
    history::EntryWords words = history::words_of(core_.program(), entry, balance);
    line_.clear();
    line_.push_back(name_of(entry.account));
    for (std::string& word : words) line_.push_back(std::move(word));
    table_.write(line_);
  }

 private:
  // Of an entry behind what was read of the log: a running engine has made it meanwhile.
  const std::string& name_of(uint64_t account) {
    std::string& name = names_[account];
    const shard::AccountTable& accounts = core_.shard_of(account).state().accounts();
    if (name.empty()) (void)accounts.find_name(account, &name);
    return name;
  }

  const runtime::Core& core_;
  TableWriter& table_;
  absl::flat_hash_map<std::pair<uint64_t, uint16_t>, int64_t> balances_;
  absl::flat_hash_map<uint64_t, std::string> names_;
  std::vector<std::string> line_;
};

}  // namespace

ExitStatus export_register(const ExportOptions& options) {
  ExitStatus status = ExitStatus::kDone;
  std::string error;
  const std::unique_ptr<os::Disk> disk = open_book(options.folder, &error);
  if (disk == nullptr) return refuse("export", ExitStatus::kEnvironment, error);
  const std::unique_ptr<runtime::Core> core = read_data_folder("export", options.folder, &status);
  if (core == nullptr) return status;
  book::BookReader reader(*disk);
  if (!reader.open()) return refuse("export", ExitStatus::kDamage, reader.problem().sentence());
  TableWriter table(format_of(options), register_columns(), stdout);
  book::BookFilter filter;
  filter.last_lsn = core->admission().last_lsn();
  if (!options.account.empty()) filter.account = base::hash64(options.account);
  RegisterExport lines(*core, table);
  book::BookScan scan(reader, filter);
  book::BookScan::Step step = scan.next();
  for (; step == book::BookScan::Step::kEntry; step = scan.next()) lines.add(scan.entry().entry);
  if (step == book::BookScan::Step::kProblem) {
    return refuse("export", ExitStatus::kDamage, scan.problem().sentence());
  }
  note_short_book("export", *core, reader.entries());
  return finish(table);
}

ExitStatus export_balances(const ExportOptions& options) {
  ExitStatus status = ExitStatus::kDone;
  const std::unique_ptr<runtime::Core> core = read_data_folder("export", options.folder, &status);
  if (core == nullptr) return status;
  TableWriter table(format_of(options),
                    {{"account", Cell::kText},
                     {"program", Cell::kText},
                     {"unit", Cell::kText},
                     {"balance", Cell::kNumber}},
                    stdout);
  for (const Balance& balance : core->balances()) {
    if (!options.account.empty() && balance.account != options.account) continue;
    const std::string line[] = {balance.account, balance.program, balance.unit,
                                money::format_decimal(balance.amount, balance.scale)};
    table.write(line);
  }
  return finish(table);
}

}  // namespace guerdon::tools
