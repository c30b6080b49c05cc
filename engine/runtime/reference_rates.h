// A reference file of rates (feed/reference_file.h) as RATE commands of the log, one a row.
//
// All of them are taken or none: each row is tried first, against the plans and the rates there
// are. A row's id is made of the whole file and its line, under the source `rates`. So a file that
// was taken before changes nothing, as long as its ids are remembered: also what was set since
// stays. One in which a byte is another is set anew, every row of it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/named.h"
#include "engine/feed/command_reader.h"
#include "engine/feed/reference_file.h"
#include "engine/program/machine.h"
#include "engine/runtime/core.h"

namespace guerdon::runtime {

// Of a word of a file so many bytes are shown.
inline constexpr size_t kShownOfFile = 64;

// Of a fault `word 2, from: ...` what stands behind the comma: a row of a file has no words.
std::string without_word(const std::string& sentence);

// Durable when it returns. False: *problems, and nothing is done; or *error, where the log takes no
// more of them: the first rows may stand then, and the same file sets the others another time. How
// many rows there were is in *rows. REQUIRES: nobody else sends the engine records meanwhile.
bool take_rates(Core& core, std::string_view text, size_t* rows,
                std::vector<event::FileProblem>* problems, std::string* error);

// ---- goals (reference_targets.cc)
//
// A file of goals (feed/reference_file.h): a STAGE of the log for each row, and one COMMIT, with
// which all of them hold; so all or none. A row of the first form speaks of the one target with
// `goal from file` that is in its currency. A file that was taken before changes nothing, as long
// as its COMMIT is remembered: what others say, and what was said since, stands. *fresh: rows that
// hold from now on. What another start had staged, and not committed, is given up first. `now`: the
// engine's time, where the wall says it: rows are judged, and taken, as a TARGET that comes then.
// False: *problems or *error, and nothing holds. REQUIRES: as take_rates().
bool take_targets(Core& core, std::string_view text, std::optional<base::TimeMs> now, size_t* rows,
                  size_t* fresh, std::vector<event::FileProblem>* problems, std::string* error);

// Row by row, for who takes such a file beside all else that goes on (engine/drop): by the program
// of each call. One thread at a time.
class GoalsOfFile {
 public:
  // The core must outlive it, the text need not.
  GoalsOfFile(const Core& core, std::string_view text);

  // Of the whole file: by this it is known.
  const std::string& checksum() const { return checksum_; }

  // REQUIRES, for all three: all stages are at rest.
  // Whether its COMMIT came before.
  bool is_committed() const;
  // How many of its rows are staged.
  uint64_t staged_rows() const;
  // The checksum of another file that is staged; empty: none is.
  std::string other_staged() const;

  // Why the row would be refused, were the engine's time `now` or its own if that is later; empty:
  // it would be taken. Any thread.
  std::string fault_of(const event::TargetRow& row, base::TimeMs now);
  // Its STAGE becomes the last record of the batch. False: *fault, and nothing is added.
  bool put(const event::TargetRow& row, event::Batch& batch, std::string* fault);
  // The same of its COMMIT, and of the ABORT of a file.
  void put_commit(uint64_t rows, event::Batch& batch);
  void put_abort(const std::string& checksum, event::Batch& batch);

 private:
  void read_by_the_program();
  void put_words(const std::vector<std::string>& words, event::Batch& batch);
  const event::GoalName* target_of(const event::TargetRow& row, std::string* fault) const;
  bool is_over(const event::Batch& batch, base::TimeMs now);
  bool is_ahead(const event::Batch& batch, base::TimeMs now) const;

  const Core& core_;
  const std::string checksum_;
  const event::Source source_;
  const plan::Program* program_ = nullptr;  // that it reads by
  std::optional<event::CommandReader> reader_;
  std::optional<plan::CountedPeriods> periods_;
  event::Batch tried_;
};

// ---- trees (reference_org.cc)
//
// A file of edges (feed/reference_file.h) as ORG commands of the log, one a row, as goals are: all
// of them or none, by ids under the source `org`. Each row is tried behind those above it, on the
// trees as they stand. *fresh: rows that were not taken before; what was said since stands. Where
// no plan has a relation nothing is taken, and *rows is 0. REQUIRES: as take_rates().
bool take_org(Core& core, std::string_view text, size_t* rows, size_t* fresh,
              std::vector<event::FileProblem>* problems, std::string* error);

// ---- tables (reference_tables.cc)
//
// A file with the rows of a table that a plan declares `from file`, as TABLE commands of the log,
// one a value.
//
// CSV with a header, as a trace (feed/csv_row.h): a column for each key and each column of the
// table, by their names, `value` where the table has one without a name; and maybe `from`, the
// instant from which on the row holds. Columns that are not named here are ignored. An empty `from`
// is for all time before the first instant; an empty value says nothing; `none` takes a row out.
//
// The file is read twice: once to see that all of it can be taken, and only then for what it says.
// What stands already is not sent again, so the same file another time is nothing new, and one that
// was changed in a few rows is a few commands. Rows that it does not have stay.
//
// Memory beside the rows themselves: about 50 bytes a value, while the file is taken.
//
// Durable when it returns. *rows: of the file; *fresh: values that were new. False: *problems, and
// nothing is done; or *error, where the log takes no more of them: the first rows may stand then,
// and the same file sets the others another time. REQUIRES: nobody else sends the engine records
// meanwhile.
bool take_table(Core& core, std::string_view table, std::string_view text, size_t* rows,
                size_t* fresh, std::vector<event::FileProblem>* problems, std::string* error);

}  // namespace guerdon::runtime
