#include "engine/drop/drop_folder.h"

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <utility>
#include <vector>

#include "engine/base/hash.h"
#include "engine/event/text_rules.h"

namespace guerdon::drop {

using os::DiskStatus;
using os::Folder;

namespace {

constexpr auto kBetweenRounds = std::chrono::milliseconds(250);
constexpr std::string_view kSent = ".csv";
constexpr std::string_view kCopy = ".copy";
constexpr std::string_view kGood = ".good";
constexpr size_t kTwoNamesMax = 4'096;
constexpr unsigned kOwnMode = 0600;
constexpr unsigned kReportMode = 0644;  // who may look at out/ may read them

std::string own_name(std::string_view name, unsigned starts, bool is_good) {
  return std::string(name) + "." + std::to_string(starts) + std::string(is_good ? kGood : kCopy);
}

// "goals.csv.1.copy". False: it is none of that form.
bool read_own_name(std::string_view own, std::string* name, unsigned* starts, bool* is_good) {
  *is_good = own.ends_with(kGood);
  if (!*is_good && !own.ends_with(kCopy)) return false;
  own.remove_suffix(kGood.size());
  const size_t point = own.rfind('.');
  if (point == std::string_view::npos) return false;
  const char* const end = own.data() + own.size();
  const auto [at, failed] = std::from_chars(own.data() + point + 1, end, *starts);
  *name = own.substr(0, point);
  return failed == std::errc() && at == end && name->ends_with(kSent);
}

FileFate refused(std::string sentence) {
  FileFate fate;
  fate.problems.push_back({0, std::move(sentence)});
  return fate;
}

std::string fault_of(const Folder::Item& item) {
  switch (item.kind) {
    case Folder::Kind::kFolder:
      return "it is a folder; send a file";
    case Folder::Kind::kLink:
      return "it is a link, and links are not followed; send the file itself";
    case Folder::Kind::kOther:
      return "it is a pipe, a socket or a device; send a file";
    case Folder::Kind::kFile:
      break;
  }
  if (item.names > 1) return "the file has a second name somewhere; send a copy of it";
  if (item.size <= kFileBytesMax) return "";
  return "the file has more than " + std::to_string(kFileBytesMax) +
         " bytes; send it in several pieces, each with the header";
}

// Of what was moved into taking/: a fault of the file, or empty where it is one of the disk.
std::string fault_of(DiskStatus read) {
  if (read.error == EACCES) return "the server may not read the file; send it with mode 644";
  Folder::Item item;
  item.kind = Folder::Kind::kFile;
  if (read.error == ELOOP) item.kind = Folder::Kind::kLink;
  if (read.error == EINVAL) item.kind = Folder::Kind::kOther;
  if (read.error == EMLINK) item.names = 2;
  if (read.error == EFBIG) item.size = kFileBytesMax + 1;
  return fault_of(item);
}

}  // namespace

// ---- Opening ------------------------------------------------------------------------------------

std::unique_ptr<DropFolder> DropFolder::open(const std::string& path, runtime::Core& core,
                                             AtRestOf at_rest, const os::Clock* wall,
                                             std::string* error) {
  std::unique_ptr<DropFolder> folder(new DropFolder(core, std::move(at_rest), wall));
  return folder->open_folders(path, error) ? std::move(folder) : nullptr;
}

bool DropFolder::open_folders(const std::string& path, std::string* error) {
  const std::unique_ptr<Folder> all = Folder::open(path, 0755, error);
  if (all == nullptr) return false;
  struct Wanted {
    std::unique_ptr<Folder>* folder;
    const char* name;
    unsigned mode;
  };
  for (const Wanted& each : {Wanted{&in_, "/in", 0770}, Wanted{&taking_, "/taking", 0700},
                             Wanted{&out_, "/out", 0755}, Wanted{&done_, "/done", 0700}}) {
    *each.folder = Folder::open(path + each.name, each.mode, error);
    if (*each.folder == nullptr) return false;
  }
  for (const Folder* own : {all.get(), taking_.get(), out_.get(), done_.get()}) {
    const std::string who = own->who_else_writes();
    if (who.empty()) continue;
    *error = "the folder " + own->path() + " may be written by " + who +
             "; only in/ may be, so that nobody changes what the server has taken. Take that right "
             "away (chmod go-w)";
    return false;
  }
  if (!in_->is_on_device_of(*taking_) || !done_->is_on_device_of(*taking_)) {
    *error = "in/, taking/ and done/ of " + path +
             " are not on one file system, and files are renamed from one into the other; put them "
             "on one";
    return false;
  }
  if (taking_->lock()) return true;
  *error = "another process has the folder " + path + "; stop it first";
  return false;
}

DropFolder::~DropFolder() { stop(); }

void DropFolder::start() {
  is_ended_.store(false, std::memory_order_relaxed);
  thread_ = os::Thread([this] { run(); });
}

void DropFolder::stop() {
  taker_.stop();
  const std::lock_guard lock(mutex_);
  woken_.notify_all();
}

// ---- Rounds -------------------------------------------------------------------------------------

void DropFolder::run() {
  while (!taker_.is_stopping()) {
    go_on_with_taken();
    take_from_in();
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, kBetweenRounds, [this] { return taker_.is_stopping(); });
  }
  give_back();
  is_ended_.store(true, std::memory_order_release);
}

DiskStatus DropFolder::list_taking(std::map<std::string, Held>* held) const {
  std::vector<std::string> names;
  for (bool is_end = false; !is_end;) {
    const DiskStatus status = taking_->next(kNamesMax, &names, &is_end);
    if (!status.ok()) return status;
    for (const std::string& each : names) {
      std::string name;
      unsigned starts = 0;
      bool is_good = false;
      if (each.ends_with(kSent)) {
        (*held)[each].is_theirs = true;
      } else if (each.ends_with(os::kUnfinished)) {
        (void)taking_->remove(each);
      } else if (read_own_name(each, &name, &starts, &is_good)) {
        Held& of_name = (*held)[name];
        of_name.own = each;
        of_name.starts = starts;
        of_name.is_good = is_good;
      }
    }
  }
  return {};
}

void DropFolder::go_on_with_taken() {
  std::map<std::string, Held> held;
  if (!is_done(list_taking(&held), "list", taking_->path())) return;
  for (auto& [name, of_name] : held) {
    if (taker_.is_stopping()) return;
    work_on(name, std::move(of_name));
  }
}

void DropFolder::take_from_in() {
  std::vector<std::string> names;
  bool is_end = false;
  if (!is_done(in_->next(kNamesMax, &names, &is_end), "list", in_->path())) return;
  for (const std::string& name : names) {
    if (taker_.is_stopping()) return;
    if (name.ends_with(kSent) && !take_out(name)) break;
  }
  if (is_end) ++pass_;
}

// False: nothing more is taken in this round.
bool DropFolder::take_out(const std::string& name) {
  if (!is_file_name(name)) {
    refuse_in_place(name,
                    "a file is sent under a name of 1 to 128 of A-Z a-z 0-9 . _ -, neither a point "
                    "nor a hyphen first; rename it");
    return true;
  }
  Folder::Item item;
  const DiskStatus looked = in_->look(name, &item);
  if (looked.error == ENOENT) return true;
  if (!is_done(looked, "look at", name)) return true;
  if (is_being_renamed(name, item)) return true;
  if (std::string fault = fault_of(item); !fault.empty()) {
    refuse_in_place(name, std::move(fault));
    return true;
  }
  std::map<std::string, Held> held;
  if (!list_taking(&held).ok() || held.size() >= kTakingMax) return false;
  if (held.contains(name)) return true;  // the one before is not at its end
  const DiskStatus moved = in_->move(name, *taking_, name, false);
  if (moved.error == ENOENT) return true;
  if (moved.is_full()) return is_done(moved, "take", name);
  if (!moved.ok()) {
    refuse_in_place(name,
                    "it cannot be taken out of in/: " + moved.sentence() +
                        "; the server needs the right to write in in/, and no sticky bit there");
    return true;
  }
  Held taken;
  taken.is_theirs = true;
  work_on(name, taken);
  return true;
}

// ---- One file -----------------------------------------------------------------------------------

// What cannot be done now is tried again in the next round.
void DropFolder::work_on(const std::string& name, Held held) {
  if (held.own.empty() && !make_copy(name, &held)) return;
  if (held.is_theirs && !held.own.empty() &&
      !is_done(taking_->remove(name), "remove the original of", name)) {
    return;
  }
  if (!decided_.contains(name)) {
    if (!begin(name, &held)) return;
    decide(name, &held);
  }
  const auto found = decided_.find(name);
  if (found != decided_.end()) finish(name, held, found->second);
}

// True: there is a copy, or it is decided without one.
bool DropFolder::make_copy(const std::string& name, Held* held) {
  if (decided_.contains(name)) return true;
  std::string bytes;
  const DiskStatus read = taking_->read(name, kFileBytesMax, &bytes);
  if (!read.ok()) {
    std::string fault = fault_of(read);
    if (fault.empty()) return is_done(read, "read", name);
    decided_[name] = refused(std::move(fault));
    return true;
  }
  const std::string own = own_name(name, 1, false);
  if (!is_done(taking_->write(own, bytes, kOwnMode), "copy", name)) return false;
  held->own = own;
  held->starts = 1;
  begun_.insert(name);
  return true;
}

// Counts the starts, before the work that the process may not live to see the end of.
bool DropFolder::begin(const std::string& name, Held* held) {
  if (begun_.contains(name)) return true;
  if (held->starts >= kStartsMax) {
    std::string bytes;
    FileFate fate;
    if (!is_done(taking_->read(held->own, kFileBytesMax, &bytes), "read", held->own)) return false;
    if (held->is_good) taker_.look(bytes, &fate);
    fate.became = Became::kSetAside;
    fate.checksum = base::hash128(bytes).to_hex();
    fate.problems = {{0, "the server ended " + std::to_string(kStartsMax) +
                             " times while it worked on this file; look at its log, and send the "
                             "file again"}};
    decided_[name] = std::move(fate);
    return true;
  }
  if (!rename_own(name, held->starts + 1, held->is_good, held)) return false;
  begun_.insert(name);
  return true;
}

bool DropFolder::rename_own(const std::string& name, unsigned starts, bool is_good, Held* held) {
  std::string renamed = own_name(name, starts, is_good);
  if (!is_done(taking_->move(held->own, *taking_, renamed, false), "rename", held->own)) {
    return false;
  }
  *held = {false, std::move(renamed), starts, is_good};
  return true;
}

void DropFolder::decide(const std::string& name, Held* held) {
  if (decided_.contains(name)) return;
  std::string bytes;
  FileFate fate;
  if (!is_done(taking_->read(held->own, kFileBytesMax, &bytes), "read", held->own)) return;
  if (!held->is_good && taker_.check(bytes, &fate) && !rename_own(name, held->starts, true, held)) {
    return;
  }
  if (held->is_good) {
    fate = {};
    taker_.apply(bytes, &fate);
  }
  if (fate.became != Became::kStopped) decided_[name] = std::move(fate);
}

void DropFolder::finish(const std::string& name, const Held& held, const FileFate& fate) {
  if (!write_report(name, fate)) return;
  const bool is_kept = fate.became != Became::kRefused && !fate.checksum.empty();
  const DiskStatus status =
      is_kept ? taking_->move(held.own, *done_, fate.checksum + std::string(kSent), true)
              : taking_->remove(held.own.empty() ? name : held.own);
  if (!is_done(status, "put away", name)) return;
  std::fprintf(stderr, "guerdon: %s/%s: %s\n", in_->path().c_str(), name.c_str(),
               summary_of(fate).c_str());
  decided_.erase(name);
  begun_.erase(name);
}

// The same page is not written again.
bool DropFolder::write_report(const std::string& name, const FileFate& fate) {
  const std::string page = report_of(name, fate);
  const std::string report = report_name(name);
  std::string before;
  if (out_->read(report, page.size(), &before).ok() && before == page) return true;
  return is_done(out_->write(report, page, kReportMode), "write", report);
}

// A rename by SFTP, as its protocol has it, gives the file its new name and then takes the old one
// away. So two names are a fault where they are there in the next pass, too.
bool DropFolder::is_being_renamed(const std::string& name, const Folder::Item& item) {
  if (item.kind != Folder::Kind::kFile || item.names <= 1) return false;
  if (two_names_.size() >= kTwoNamesMax) two_names_.clear();
  const uint64_t before = std::exchange(two_names_[name], pass_);
  return before + 1 != pass_;
}

// It stays where it is: to move or to remove what is no file of theirs may do harm.
void DropFolder::refuse_in_place(const std::string& name, std::string sentence) {
  (void)write_report(name, refused(std::move(sentence)));
}

// In order, so it does not count as a start that ended over it.
void DropFolder::give_back() {
  std::map<std::string, Held> held;
  (void)list_taking(&held);
  for (auto& [name, of_name] : held) {
    if (begun_.contains(name) && !of_name.own.empty()) {
      (void)rename_own(name, 0, of_name.is_good, &of_name);
    }
  }
}

// Tells what is wrong once, not in every round.
bool DropFolder::is_done(DiskStatus status, std::string_view what, std::string_view name) {
  if (status.ok()) return true;
  std::string trouble = "cannot " + std::string(what) + " " +
                        event::printable(name, kNameShownMax) + ": " + status.sentence();
  if (told_.size() < kTakingMax && told_.insert(trouble).second) {
    std::fprintf(stderr, "guerdon: the folder of goals: %s; it is tried again\n", trouble.c_str());
  }
  return false;
}

}  // namespace guerdon::drop
