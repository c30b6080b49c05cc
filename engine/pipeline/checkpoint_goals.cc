// Rows of files of goals that wait, in a snapshot: of the file that is staged, and of those whose
// COMMIT has not come to all accounts.
//
//   staged  := files: count (name | LSN of the COMMIT, 0: none | its clock) ... |
//              accounts: count (name | rows: count row ...) ...
//   row     := file | goal | period | further keys | what it says
//
// Files stand in the order of their COMMITs, the one that has none last; accounts in that of (hash,
// name); rows in that in which they were staged. Nothing says which shard they were in. It stands
// before the accounts: what is kept of one goes by the first row that is to be done.
#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/event/schema.h"
#include "engine/money/limits.h"
#include "engine/pipeline/checkpoint.h"

namespace guerdon::pipeline {

namespace {

using shard::StagedGoal;
using shard::StagedGoals;

constexpr uint64_t kFilesMax = uint64_t{1} << 32;
constexpr uint64_t kRowsMax = uint64_t{1} << 40;

struct Waiting {
  const shard::AccountState* state;
  const shard::BlockHeader* account;

  std::tuple<uint64_t, std::string_view> order() const {
    return {account->hash, state->accounts().name(*account)};
  }
};

// By its COMMIT; what has none is the last.
uint64_t order_of(uint64_t lsn) { return lsn == 0 ? UINT64_MAX : lsn; }

using Files = std::map<uint64_t, StagedGoals::File>;

std::vector<Waiting> all_waiting(const State& state, Files* files) {
  std::vector<Waiting> waiting;
  for (const auto& shard : state.shards) {
    const shard::AccountState& residents = shard->state();
    if (residents.staged().is_empty()) continue;
    residents.accounts().visit_all([&](const shard::BlockHeader& account) {
      bool has_rows = false;
      residents.staged().visit(account, [&](const StagedGoals::File& file, const StagedGoal&) {
        has_rows = true;
        files->try_emplace(order_of(file.lsn), file);
      });
      if (has_rows) waiting.push_back({&residents, &account});
    });
  }
  std::sort(waiting.begin(), waiting.end(),
            [](const Waiting& a, const Waiting& b) { return a.order() < b.order(); });
  return waiting;
}

void save_row(const plan::Program& program, const StagedGoal& row, snapshot::SnapshotWriter& out) {
  out.put_unsigned(row.goal);
  out.put_signed(row.key.period);
  for (size_t k = 0; k < program.subjects[row.key.subject].keys.size(); ++k) {
    out.put_signed(row.key.keys[k]);
  }
  out.put_signed(row.said);
}

bool load_row(const State& state, snapshot::SectionReader& in, StagedGoal* row) {
  const plan::Program& program = state.program;
  uint64_t goal = 0;
  int64_t period = 0;
  if (!in.take_unsigned(UINT32_MAX, &goal) || !in.take_signed(INT32_MAX, &period)) return false;
  if (goal >= program.goals.size()) return in.fail("a goal of a file is none");
  row->goal = static_cast<uint32_t>(goal);
  row->key = {
      program.measures[program.goals[goal].measure].subject, static_cast<int32_t>(period), {}};
  const plan::SubjectKind& subject = program.subjects[row->key.subject];
  for (size_t k = 0; k < subject.keys.size(); ++k) {
    if (!in.take_signed(&row->key.keys[k])) return false;
    if (subject.key_is_text[k] && !state.admission.symbols().is_interned(row->key.keys[k])) {
      return in.fail("a key of a goal of a file is no text value");
    }
  }
  if (!in.take_signed(money::kMeasureMax, &row->said)) return false;
  return row->said >= 0 || in.fail("a goal of a file is below zero");
}

bool load_files(const State& state, snapshot::SectionReader& in,
                std::vector<StagedGoals::File>* files) {
  uint64_t count = 0;
  if (!in.take_unsigned(kFilesMax, &count)) return false;
  uint64_t last = 0;
  for (uint64_t i = 0; i < count; ++i) {
    std::string_view name;
    StagedGoals::File file;
    if (!in.take_text(event::kIdBytesMax, &name)) return false;
    file.name = name;
    if (!in.take_unsigned(state.admission.last_lsn(), &file.lsn) || !in.take_signed(&file.at)) {
      return false;
    }
    const bool is_sound = file.is_committed() ? file.at <= state.admission.clock()
                                              : file.at == INT64_MAX && i + 1 == count;
    if (!is_sound || order_of(file.lsn) <= last) return in.fail("a file of goals is none");
    last = order_of(file.lsn);
    files->push_back(std::move(file));
  }
  return true;
}

bool load_rows(const State& state, snapshot::SectionReader& in,
               const std::vector<StagedGoals::File>& files, uint64_t* staged) {
  uint64_t accounts = 0;
  if (!in.take_unsigned(kRowsMax, &accounts)) return false;
  for (uint64_t a = 0; a < accounts; ++a) {
    std::string_view text;
    uint64_t rows = 0;
    if (!in.take_text(event::kTextBytesMax, &text)) return false;
    const std::string name(text);
    if (name.empty() || !in.take_unsigned(kRowsMax, &rows)) return false;
    shard::Shard& home = *state.shards[shard::shard_of(base::hash64(name),
                                                       static_cast<uint32_t>(state.shards.size()))];
    uint64_t last = 0;
    for (uint64_t r = 0; r < rows; ++r) {
      uint64_t file = 0;
      StagedGoal row;
      if (!in.take_unsigned(UINT32_MAX, &file) || !load_row(state, in, &row)) return false;
      if (file < last || file >= files.size()) return in.fail("a goal is of no file");
      last = file;
      if (!files[file].is_committed()) ++*staged;
      home.load_staged(name, files[file], row);
    }
  }
  return true;
}

}  // namespace

void save_staged(const State& state, snapshot::SnapshotWriter& out) {
  Files files;
  const std::vector<Waiting> waiting = all_waiting(state, &files);
  if (waiting.empty()) return;
  out.begin_section(static_cast<uint32_t>(Section::kStaged));
  out.put_unsigned(files.size());
  for (const auto& [order, file] : files) {
    out.put_text(file.name);
    out.put_unsigned(file.lsn);
    out.put_signed(file.at);
  }
  out.put_unsigned(waiting.size());
  for (const Waiting& each : waiting) {
    const StagedGoals& staged = each.state->staged();
    uint64_t rows = 0;
    staged.visit(*each.account, [&](const StagedGoals::File&, const StagedGoal&) { ++rows; });
    out.put_text(each.state->accounts().name(*each.account));
    out.put_unsigned(rows);
    staged.visit(*each.account, [&](const StagedGoals::File& file, const StagedGoal& row) {
      const auto place = std::distance(files.begin(), files.find(order_of(file.lsn)));
      out.put_unsigned(static_cast<uint64_t>(place));
      save_row(state.program, row, out);
    });
  }
}

bool load_staged(const State& state, snapshot::SectionReader& in) {
  const auto section = static_cast<uint32_t>(Section::kStaged);
  const StagedFile* const wanted = state.admission.staged_file();
  if (!in.is_next(section)) {
    return wanted == nullptr || in.fail("the rows of the file that is staged are missing");
  }
  std::vector<StagedGoals::File> files;
  uint64_t staged = 0;
  if (!in.begin(section) || !load_files(state, in, &files)) return false;
  if (!load_rows(state, in, files, &staged)) return false;
  const bool is_staged = !files.empty() && !files.back().is_committed();
  const bool is_it =
      is_staged == (wanted != nullptr) &&
      (wanted == nullptr || (wanted->name == files.back().name && wanted->rows == staged));
  return is_it ? in.end() : in.fail("the file of goals that is staged is another");
}

}  // namespace guerdon::pipeline
