#include "engine/runtime/verification.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "engine/base/int128.h"
#include "engine/bookkeeping/book_entries.h"
#include "engine/pipeline/checkpoint.h"
#include "engine/runtime/audit.h"
#include "engine/runtime/book_comparison.h"
#include "engine/runtime/read_folder.h"
#include "engine/runtime/snapshots.h"
#include "engine/snapshot/snapshot_reader.h"

namespace guerdon::runtime {

namespace {

using Kind = OpenFault::Kind;

bool refuse(OpenFault* fault, Kind kind, std::string sentence) {
  *fault = {kind, std::move(sentence)};
  return false;
}

class Verification {
 public:
  Verification(os::Disk& disk, os::Disk* book, const Options& options, Verified* verified,
               OpenFault* fault)
      : disk_(disk), options_(options), verified_(*verified), fault_(fault), log_(disk) {
    if (book != nullptr) book_.emplace(*book);
  }

  bool run() {
    if (!read_log_plans(disk_, &plans_, fault_) || !list_snapshots() || !open_core(&core_))
      return false;
    if (!log_.open(1)) return refuse(fault_, fault_of(log_.problem()));
    if (book_ && !book_->open(log_.end().log)) return refuse_book();
    core_->tail().set_sink([this](const ledger::Entry& entry, const ledger::EntryLot* lot) {
      add_granted(entry);
      if (book_) book_->compare(bookkeeping::book_entry_of(core_->program(), entry, lot));
    });
    for (const uint64_t lsn : verified_.snapshots) {
      if (!replay_to(lsn) || !check_snapshot(lsn)) return false;
    }
    if (!replay_to(UINT64_MAX)) return false;
    const shard::Audit found = core_->audit();
    if (!found.difference.empty()) return refuse(fault_, Kind::kDamage, found.difference);
    if (!check_granted()) return false;
    if (book_ && !book_->end()) return refuse_book();
    tell();
    verified_.books = audit_text(core_->program(), found);
    return true;
  }

 private:
  // What budgets have granted is what entries have brought, less what was taken back of it. What a
  // rule took of an amount below 0, and what REVERSE gave back of that, no budget was asked for.
  void add_granted(const ledger::Entry& entry) {
    if (!entry.is_of_rule()) return add_given(entry);
    const plan::Clause& clause = core_->program().clauses[entry.clause];
    if (clause.budget == plan::kNowhere) return;
    granted_.resize(core_->program().budgets.size());
    constexpr auto kReverse = static_cast<uint8_t>(ledger::Kind::kReverse);
    Granted& sum = granted_[clause.budget];
    sum.is_known = sum.is_known && clause.kind != kReverse;  // a plan may call its own entries so
    const bool goes_back = entry.kind == kReverse;
    const bool is_owed = clause.subject != plan::kNowhere;  // it goes up and down
    if (is_owed || (entry.amount < 0) == goes_back) sum.amount += entry.amount;
  }

  // A badge that somebody granted, and with it what its budget pays.
  void add_given(const ledger::Entry& entry) {
    if (entry.kind != static_cast<uint8_t>(ledger::Kind::kGrant) || entry.amount <= 0) return;
    const plan::Program& program = core_->program();
    for (const plan::BadgeKind& badge : program.badges) {
      if (badge.wallet != entry.wallet || !badge.budget) continue;
      granted_.resize(program.budgets.size());
      granted_[*badge.budget].amount += badge.credit.amount;
    }
  }

  bool check_granted() {
    std::vector<base::Int128> kept(core_->program().budgets.size());
    core_->budgets().visit(
        [&](uint32_t budget, int32_t, int64_t amount) { kept[budget] += amount; });
    granted_.resize(kept.size());
    for (size_t b = 0; b < kept.size(); ++b) {
      if (!granted_[b].is_known || granted_[b].amount == kept[b]) continue;
      return refuse(fault_, Kind::kDamage,
                    "budget " + core_->program().budgets[b].name + " has granted " +
                        base::to_string(kept[b]) + ", and its entries come to " +
                        base::to_string(granted_[b].amount));
    }
    return true;
  }

  bool list_snapshots() {
    const os::DiskStatus status = list_snapshot_lsns(disk_, &verified_.snapshots);
    if (!status.ok()) {
      return refuse(fault_, Kind::kDisk, "cannot list the folder: " + status.sentence());
    }
    std::reverse(verified_.snapshots.begin(), verified_.snapshots.end());
    return true;
  }

  bool open_core(std::unique_ptr<Core>* core) {
    *core = Core::open(options_, plans_, nullptr, 1, {}, fault_);
    return *core != nullptr;
  }

  bool replay_to(uint64_t lsn) {
    pipeline::LogFault found;
    if (!core_->replay_log(log_, lsn, &found)) return refuse(fault_, found);
    if (lsn == UINT64_MAX || core_->admission().last_lsn() == lsn) return true;
    return refuse(
        fault_, Kind::kDamage,
        "there is a snapshot at LSN " + std::to_string(lsn) + ", where no frame of the log ends");
  }

  bool check_snapshot(uint64_t lsn) {
    const std::string name = snapshot::snapshot_name(lsn);
    std::unique_ptr<os::DiskFile> file;
    const os::DiskStatus status = disk_.open(name, &file);
    if (!status.ok()) {
      return refuse(fault_, Kind::kDisk, "cannot read " + name + ": " + status.sentence());
    }
    snapshot::SnapshotReader reader(std::move(file), name);
    std::unique_ptr<Core> other;
    if (!open_core(&other)) return false;
    std::string error;
    if (!reader.open() || !other->load_snapshot(reader, &error)) {
      return refuse(fault_, fault_of(reader.problem()));
    }
    bool is_of_log = false;
    if (!find_in_log(reader.header(), &is_of_log)) return false;
    if (!is_of_log) {
      return refuse(fault_, Kind::kDamage,
                    name + ": it is of another log; no frame here has its chain");
    }
    if (!reaches(reader, name)) return false;
    const std::string_view part = part_that_differs(*other);
    if (part.empty()) return true;
    return refuse(
        fault_, Kind::kDamage,
        name + ": " + std::string(part) + " that it holds is not that which the log gives");
  }

  // Whether the book has all entries that the snapshot stands for: it was flushed before. False:
  // *fault_.
  bool reaches(const snapshot::SnapshotReader& reader, const std::string& name) {
    const auto kept = pipeline::book_entries_of(reader.summary());
    if (!book_ || !kept || book_->entries() >= *kept || !book_->problem().is_none()) return true;
    return refuse(fault_, Kind::kDamage,
                  "the book: it ends behind " + std::to_string(book_->entries()) +
                      " entries, and " + name + " knows of " + std::to_string(*kept) +
                      "; take it away, and a start derives it again");
  }

  // Of what a snapshot holds: empty where all of it is what the log gives.
  std::string_view part_that_differs(const Core& held) const {
    const pipeline::Admission& admission = held.admission();
    const pipeline::Admission& given = core_->admission();
    if (held.state_hash() != core_->state_hash()) return "the state";
    if (held.entries_hash() != core_->entries_hash()) return "the sum of the entries";
    if (admission.clock() != given.clock()) return "the time";
    if (held.seals() != core_->seals()) return "the seals";
    const bool has_same_keys = admission.keys().floor() == given.keys().floor() &&
                               admission.keys().content_hash() == given.keys().content_hash();
    if (!has_same_keys) return "the table of ids";
    const bool has_same_answers =
        held.tail().answers_hash(admission.keys()) == core_->tail().answers_hash(given.keys());
    return has_same_answers ? "" : "the table of answers to ids";
  }

  bool refuse_book() {
    const bool is_of_disk = book_->problem().fault == book::Fault::kDisk;
    return refuse(fault_, is_of_disk ? Kind::kDisk : Kind::kDamage,
                  "the book: " + book_->problem().sentence());
  }

  // Whether a frame of this log, the one with the snapshot's last record or a seal behind it, is
  // that which the header names. False: *fault_.
  bool find_in_log(const snapshot::SnapshotHeader& wanted, bool* is_found) {
    wal::LogReader log(disk_);
    if (!log.open(wanted.lsn)) return refuse(fault_, fault_of(log.problem()));
    while (!*is_found && log.next() == wal::LogReader::Step::kFrame) {
      const wal::LogPosition& end = log.end();
      if (end.next_lsn > wanted.lsn + 1) break;
      *is_found =
          end.next_lsn == wanted.lsn + 1 && end.log == wanted.log && end.chain == wanted.chain;
    }
    return log.problem().what.empty() || refuse(fault_, fault_of(log.problem()));
  }

  void tell() {
    for (const PlanText& plan : plans_) verified_.plans.push_back(plan.name);
    verified_.summary = core_->summary();
    verified_.clock = core_->admission().clock();
    verified_.state_hash = core_->state_hash();
    verified_.entries_hash = core_->entries_hash();
    verified_.torn = log_.torn();
    verified_.has_book = book_.has_value();
    if (book_) verified_.book_entries = book_->entries();
  }

  os::Disk& disk_;
  const Options& options_;
  Verified& verified_;
  OpenFault* const fault_;
  wal::LogReader log_;
  std::vector<PlanText> plans_;
  std::optional<BookComparison> book_;
  std::unique_ptr<Core> core_;
  struct Granted {
    base::Int128 amount = 0;
    bool is_known = true;
  };
  std::vector<Granted> granted_;  // by budget, by entries
};

}  // namespace

bool verify_folder(os::Disk& disk, os::Disk* book, const Options& options, Verified* verified,
                   OpenFault* fault) {
  return Verification(disk, book, options, verified, fault).run();
}

}  // namespace guerdon::runtime
