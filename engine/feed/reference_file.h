// Reference files: who is under whom (`org`), what is to be reached (`targets`), what one unit is
// worth in another (`rates`). CSV as a trace
// is (csv_row.h), with a header; columns that are not named here are ignored.
//
// A file is accepted whole or refused whole: with any problem the rows are not to be used. At most
// kProblemsMax problems are told, in order of line.
//
// Pure functions of the text; load_reference() is the only one that reads a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace guerdon::event {

inline constexpr size_t kProblemsMax = 20;
inline constexpr size_t kReferenceBytesMax = 64 * 1024 * 1024;

struct FileProblem {
  uint64_t line = 0;  // from 1, the header included
  std::string sentence;

  bool operator==(const FileProblem&) const = default;
};

// Columns agent,manager: of the relation `manager`, always. One row an agent; a manager need not
// have one. No chain of managers leads back to where it began. Or columns relation,child,parent and
// maybe from, until and vacant: what ORG is given (docs/protocol.md), a row each. Times are those
// of a trace; one that is left out is as ORG without it; vacant is yes, no or empty. No two rows of
// a child in one relation overlap. Names: as account names are (text_rules.h, kTextBytesMax).
struct OrgEdge {
  uint64_t line = 0;
  std::string agent;    // or child
  std::string manager;  // or parent; empty: at the top
  std::string relation = {};
  std::string from = {};   // empty: always
  std::string until = {};  // empty: for good
  std::string vacant = {};
};
bool read_org(std::string_view text, std::vector<OrgEdge>* edges,
              std::vector<FileProblem>* problems);

// Columns agent,month,target,currency or account,program,target,period,value. No field is empty.
// A value is a decimal from 0 to money::kAmountMax minor units of as many decimals as it has, at
// most money::kScaleMax. It stays text, to be read at the scale of the unit that the plan gives the
// target (money::parse_decimal). One row an (account, program, target, period).
struct TargetRow {
  uint64_t line = 0;
  std::string account;   // or agent
  std::string program;   // empty in the first form
  std::string target;    // its name in the plan; empty in the first form
  std::string period;    // 2019-03 (a month, the only kind in the first form), 2019-03-31,
                         // 2019-W13, 2019-Q1, 2019, 2019/20, 2019/20-Q1 or lifetime
  std::string currency;  // empty in the second form
  std::string value;
};
bool read_targets(std::string_view text, std::vector<TargetRow>* rows,
                  std::vector<FileProblem>* problems);

// The same, one row after the other, in the memory of one and some 50 bytes a row: for who reads a
// long file beside other work (engine/drop). One thread.
class TargetRows {
 public:
  // `finds_twice`: that there is one row an (account, program, target, period); for who knows that
  // already, it takes no memory a row. The text and *problems must outlive it.
  TargetRows(std::string_view text, bool finds_twice, std::vector<FileProblem>* problems);
  ~TargetRows();

  // False: it was the last, or as many problems are told as may be. Rows with a problem are left
  // out.
  bool next(TargetRow* row);

 private:
  class Reading;
  std::unique_ptr<Reading> reading_;
};

// Columns from,to,rate,effective and maybe until: what RATE is given (docs/protocol.md), a row
// each. Units are names, or program/unit; which there are is for the plans to say. A rate is a
// decimal or N/N, above 0. Times are those of a trace; `until` may be empty, and is behind
// `effective`. One row a (from, to, effective).
struct RateRow {
  uint64_t line = 0;
  std::string from;
  std::string to;
  std::string rate;
  std::string effective;
  std::string until;  // empty: to the end of its day
};
bool read_rates(std::string_view text, std::vector<RateRow>* rows,
                std::vector<FileProblem>* problems);

// The bytes of a reference file; compressed ones as what they hold, "-" is standard input. False,
// and a sentence that names the path, where it cannot be read or holds more than
// kReferenceBytesMax.
bool load_reference(const std::string& path, std::string* text, std::string* error);

}  // namespace guerdon::event
