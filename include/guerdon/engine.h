// Guerdon, embedded: plans and events in, exact balances and entries out.
//
//   guerdon::Options options;
//   options.shards = 4;
//   std::string error;
//   auto engine = guerdon::Engine::open(options, {{"cashback.plan", text}}, &error);
//   if (engine == nullptr) { ... `error` says what is wrong with which plan, line and column ... }
//   if (!engine->replay("orders.csv.gz", {}, &error)) { ... the file could not be read ... }
//   engine->tick(guerdon::next_month(engine->clock()), &error);
//   for (const guerdon::Balance& b : engine->balances()) { ... }
//
// What it is: a deterministic state machine over one ordered log. The same plans and the same
// events in the same order give the same entries, ids, balances and hashes, for any number of
// shards, any number of threads and any cutting into batches (docs/architecture.md).
//
// Ownership: the engine owns all its state; strings that are returned belong to the caller.
// Thread-safety: one thread calls an engine; the engine's own threads are its own business. All
// calls return when their effect is complete. What the engine calls (hooks, the entry sink) must
// not call the engine: it is in the middle of something, and with workers on another thread.
// Units: amounts are int64 in minor units of their unit's scale; times are milliseconds since
// 1970-01-01T00:00:00Z.
// Errors: what the world does wrong is a `false` or null with a sentence, or an outcome code that
// is counted; the engine stops the process only when it finds itself broken.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace guerdon {

inline constexpr uint32_t kShardsMax = 1024;
inline constexpr uint32_t kWorkersMax = 64;
inline constexpr uint32_t kBatchMax = 256;
inline constexpr uint64_t kKeysMax = 1'000'000'000;
inline constexpr uint64_t kObjectsMax = 1'000'000'000;

inline constexpr uint64_t kSegmentBytesMin = 4 << 20;
inline constexpr uint64_t kSegmentBytesMax = uint64_t{1} << 30;

struct Options {
  // Accounts are spread over so many shards. 1 to kShardsMax. Never changes a result.
  uint32_t shards = 1;
  // 0 to kWorkersMax. 0: one engine thread runs every stage (best on few cores). n: admission has a
  // thread, n threads share the shards, one puts the results together. Never changes a result.
  uint32_t workers = 0;
  // Events handed from stage to stage at once. 1 to kBatchMax. Never changes a result.
  uint32_t batch = 256;
  // Event ids that are remembered to recognise duplicates; the oldest are forgotten beyond. 1 to
  // kKeysMax. Part of the state: it changes which events are too old.
  uint64_t keys = 8'000'000;
  // Objects (orders, contracts) whose version and roles are remembered; those touched longest ago
  // are forgotten beyond. 1 to kObjectsMax. Part of the state, as `keys` are.
  uint64_t objects = 4'000'000;
  // How many accounts to expect in all: a hint, so that their index need not grow.
  uint64_t expected_accounts = 0;
  // Take the memory for `keys` and `expected_accounts` when the engine is opened, so that no event
  // waits for fresh pages.
  bool reserve_memory = false;
  // The folder of the engine's log; it is made where it is not there. What is in it is replayed
  // when the engine is opened; from then on replay() and tick() return when what they did is
  // durable; until then what is told of it runs ahead of the disk. Where they fail because a write
  // failed, the state in memory may not be on the disk: the engine takes no more; open it again.
  // Where they fail because the disk is full, what they did before is durable, and they may be
  // tried again. Empty: nothing is kept.
  std::string data;
  // Keep the register of all entries there, too, in the folder `book`.
  bool book = true;
  // Of a file of the log: a multiple of 4 KiB, kSegmentBytesMin to kSegmentBytesMax.
  uint64_t segment_bytes = uint64_t{64} << 20;
  // Called between the steps of the engine's threads, on whichever takes the step: tests let it
  // yield at random. Without workers it may read clock(), so that a replay can be paced. May be
  // empty.
  std::function<void()> between_steps;
};

struct PlanText {
  std::string name;  // what diagnostics call it: the file's name
  std::string text;
};

struct Balance {
  std::string account;
  std::string program;
  std::string unit;
  int scale = 0;
  int64_t amount = 0;  // minor units; not 0
};

// One line of the register. The texts stay valid as long as the engine.
struct Entry {
  uint64_t lsn = 0;
  uint64_t account = 0;      // a number for the account: Engine::account_name
  uint32_t n = 0;            // from 0 within (lsn, account): the three are the entry's id
  int64_t amount = 0;        // minor units of its unit, which has
  int scale = 0;             // so many decimals
  int64_t effective = 0;     // the event's own time
  std::string_view program;  // the wallet: account, program, unit
  std::string_view unit;     //
  std::string_view kind;     // earn, clawback, ...
  std::string_view plan;     // why: plan, rule, effect (from 0)
  std::string_view rule;     //
  int effect = 0;            //
  std::string_view note;     // "", "floor", "overflow"
};

// A 128-bit sum; equal contents have equal hashes.
struct Hash {
  uint64_t lo = 0;
  uint64_t hi = 0;
  bool operator==(const Hash&) const = default;
  std::string to_hex() const;
};

// What closing a period came to (docs/decisions/0046-seals.md).
struct Seal {
  std::string program;
  std::string plan;
  std::string each;       // "month", as plans write it behind `per`
  std::string period;     // "2026-03"
  int64_t from = 0;       // [from, until)
  int64_t until = 0;      //
  uint64_t lsn = 0;       // of the record with which all was done
  uint64_t accounts = 0;  // for which it was closed, in each role that pays then
  uint64_t entries = 0;   // that the close and its prizes made
  Hash hash;              // over what was attained, won and posted
  // The period was opened again, by the record `lsn`, and is not through again: there is no hash,
  // and nothing is counted.
  bool is_void = false;
  bool operator==(const Seal&) const = default;
};

struct Summary {
  uint64_t events = 0;      // rows that were read
  uint64_t accepted = 0;    // applied
  uint64_t ignored = 0;     // of a type that no plan declares
  uint64_t duplicates = 0;  // the same event again
  uint64_t refused = 0;     // with a code
  std::map<std::string, uint64_t> refused_by_code;
  uint64_t entries = 0;
  std::map<std::string, uint64_t> entries_by_kind;
  std::map<std::string, uint64_t> entries_by_note;  // only entries with a note
  uint64_t last_lsn = 0;
  uint64_t accounts = 0;     // that have a balance or a counter, or had one
  uint64_t kept_frames = 0;  // counters kept apart from their account: by sku, of older periods
  uint64_t state_bytes = 0;  // account blocks, index, names and kept frames
  uint64_t key_bytes = 0;    // the table of event ids
};

// A row that was not applied, for people: the place and what to change.
struct Refusal {
  std::string source;  // the trace
  uint64_t line = 0;
  std::string code;      // INVALID, CONFLICT, ...
  std::string sentence;  // begins with the code, names line and column
};

// A declared attribute for which a trace has no column, though events of its type came: it is
// missing in each of them.
struct AbsentAttribute {
  std::string source;     // the trace
  std::string type;       // of the events
  std::string attribute;  // the column that it would have
  auto operator<=>(const AbsentAttribute&) const = default;
};

struct ReplayProgress {
  uint64_t events = 0;
  uint64_t bytes_read = 0;   // of the file as it lies on disk
  uint64_t bytes_total = 0;  // 0 where that is not known (standard input)
};

struct ReplayHooks {
  std::function<void(const ReplayProgress&)> progress;  // now and then; may be empty
  std::function<void(const Refusal&)> refusal;          // in the order of the rows; may be empty
};

// What is wrong with a row of a reference file.
struct RowProblem {
  uint64_t line = 0;  // from 1, the header included
  std::string sentence;
};

// What became of one request.
struct Answer {
  std::string code;      // "OK", "DUP", or why it was not applied: "INVALID", "INSUFFICIENT", ...
  uint64_t lsn = 0;      // 0: it has none; of a duplicate the first one's
  uint32_t entries = 0;  // that it made; of a duplicate the first one's
  std::string sentence;  // where it was not applied: what is wrong, and what to write instead
  bool is_applied() const { return code == "OK" || code == "DUP"; }
};

class Engine {
 public:
  // Compiles the plans in their order and makes an empty engine. Null and, in `error`, the rendered
  // diagnostics or a sentence, when an option or a plan is wrong. Warnings go to `warnings` when it
  // is not null.
  static std::unique_ptr<Engine> open(const Options& options, const std::vector<PlanText>& plans,
                                      std::string* error, std::string* warnings = nullptr);
  virtual ~Engine() = default;

  // Reads a whole trace: a CSV file, plain, .gz or .zst; "-" is standard input. Its source is the
  // file's name without folder and endings; an event id is one event of a source. False with a
  // sentence when it cannot be opened, has a wrong header or breaks off; what was read before that
  // is applied and complete. Rows that are refused are counted and told to `hooks`.
  virtual bool replay(const std::string& path, const ReplayHooks& hooks, std::string* error) = 0;
  // The same from memory; `source` is the trace's name (event ids are unique within a source).
  virtual bool replay_text(std::string_view csv, const std::string& source,
                           const ReplayHooks& hooks, std::string* error) = 0;

  // Takes one request as docs/protocol.md has it, its words one by one: an EVENT, or a command on
  // wallets (ADJUST, HOLD, CAPTURE ...). Without `source=` it is from "default", without `time=` it
  // happens at the engine's time. REVERSE wants Options::data and the book. False with a sentence
  // where the log cannot be written; whatever else is wrong with it is in the answer.
  virtual bool request(const std::vector<std::string_view>& words, Answer* answer,
                       std::string* error) = 0;

  // Takes a file of rates as RATE commands (docs/protocol.md, "Rates by file"), the whole of it or
  // none. False: *problems, or if there is none, a sentence: the log cannot be written.
  virtual bool rates(std::string_view csv, size_t* rows, std::vector<RowProblem>* problems,
                     std::string* error) = 0;

  // Takes a file of goals (docs/protocol.md, "Goals by file"): all of it from one record of the log
  // on, or nothing, as rates() does.
  virtual bool targets(std::string_view csv, size_t* rows, std::vector<RowProblem>* problems,
                       std::string* error) = 0;

  // Takes a file of who stands above whom as ORG commands (docs/protocol.md, "Trees by file"), the
  // whole of it or nothing, as rates() does. Where no plan has a relation nothing is taken, and
  // *rows is 0.
  virtual bool org(std::string_view csv, size_t* rows, std::vector<RowProblem>* problems,
                   std::string* error) = 0;

  // Takes the file of a table that a plan declares `from file` (docs/protocol.md, "Tables by
  // file"), the whole of it or nothing, as rates() does. `name`: PLAN.TABLE, or TABLE where one
  // plan has it.
  virtual bool table(std::string_view name, std::string_view csv, size_t* rows,
                     std::vector<RowProblem>* problems, std::string* error) = 0;

  // Publishes a further version of a plan (docs/plan-language.md, "Versions"): from its record on
  // all goes by it, and what was admitted before stays as it is. A text that was published before,
  // a first version included, is not published again. *lsn is that of the record, or of the first
  // one's. What it corrects (`change retro`) is corrected by then; a warning where a disk refuses,
  // and the next open() goes on. False, and nothing has changed: diagnostics or a sentence.
  virtual bool publish(const PlanText& plan, uint64_t* lsn, std::string* error,
                       std::string* warnings = nullptr) = 0;

  // Moves the clock on to `time`, at most to the last instant of 2099; an earlier time leaves it
  // where it is. Takes an LSN. False with a sentence where the log cannot be written.
  virtual bool tick(int64_t time, std::string* error) = 0;
  // The engine's time: that of the last record, 0 before the first.
  virtual int64_t clock() const = 0;

  // Called for every entry, in the order (lsn, account, n), on the caller's thread or one of the
  // engine's. Set before the first event; what was replayed when the engine was opened is not told.
  virtual void on_entry(std::function<void(const Entry&)> sink) = 0;

  virtual Summary summary() const = 0;
  // Non-zero balances, sorted by account (bytes), program, unit.
  virtual std::vector<Balance> balances() const = 0;
  // The name of an account that has entries. REQUIRES: `account` came from an entry.
  virtual std::string account_name(uint64_t account) const = 0;
  // Columns of the traces so far that no plan reads.
  virtual std::vector<std::string> ignored_columns() const = 0;
  // Of the traces so far, sorted by source, type, attribute.
  virtual std::vector<AbsentAttribute> absent_attributes() const = 0;
  // Events by type that no plan declares; the names are for a person to read, odd bytes as \xNN and
  // long ones cut. Of a trace with very many such types the first ones; Summary::ignored counts
  // all.
  virtual std::map<std::string, uint64_t> ignored_types() const = 0;

  // Over balances, counters and reference data; says nothing of the way there.
  virtual Hash state_hash() const = 0;
  // Over all entries with their ids.
  virtual Hash entries_hash() const = 0;

  // Of all periods that are through, by plan, kind of period, and period; of each kind the newest
  // 1,024.
  virtual std::vector<Seal> seals() const = 0;

  // Empty when all postings sum to zero in every shard; else what does not. An engine for which
  // this is not empty has a bug.
  virtual std::string check_books() const = 0;
};

// The first instant of the month after the one that holds `time`, in UTC. REQUIRES: a time of an
// event or a clock, 1970 to 2099.
int64_t next_month(int64_t time);

}  // namespace guerdon
