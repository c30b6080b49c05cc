#include "engine/drop/drop_folder.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/hash.h"
#include "engine/base/timestamp.h"
#include "engine/event/text_rules.h"
#include "engine/os/clock.h"

namespace guerdon::drop {

using os::DiskStatus;
using os::Folder;

namespace {

constexpr auto kBetweenRounds = std::chrono::milliseconds(250);
constexpr std::string_view kSent = ".csv";
constexpr std::string_view kCopy = ".copy";
constexpr std::string_view kGood = ".good";
constexpr size_t kSeenMax = size_t{1} << 20;  // files beyond wait for those to be taken
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

// Of what cannot be read: a fault of the file, or empty where it is one of the disk.
std::string fault_of(DiskStatus read) {
  if (read.error == EACCES) return "the server may not read the file; change its mode to 644";
  Folder::Item item;
  item.kind = Folder::Kind::kFile;
  if (read.error == ELOOP) item.kind = Folder::Kind::kLink;
  if (read.error == EISDIR) item.kind = Folder::Kind::kFolder;
  if (read.error == EINVAL) item.kind = Folder::Kind::kOther;
  if (read.error == EMLINK) item.names = 2;
  if (read.error == EFBIG) item.size = kFileBytesMax + 1;
  return fault_of(item);
}

std::string unread(DiskStatus read) {
  return "the server cannot read the file: " + read.sentence() + "; send it again";
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
  *error =
      "another process has the folder " + path +
      ", or another tenant of this one; stop it first, or give each tenant a folder of its own";
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
  os::give_way();
  for (bool is_first = true; !taker_.is_stopping(); is_first = false) {
    if (is_first) give_up_lost();
    go_on_with_taken();
    take_from_in();
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, kBetweenRounds, [this] { return taker_.is_stopping(); });
  }
  give_back();
  is_ended_.store(true, std::memory_order_release);
}

DiskStatus DropFolder::list_taking(std::map<std::string, Held>* held) {
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
  forget_all_but(*held);
  return {};
}

// Another file may come under a name that is free again.
void DropFolder::forget_all_but(const std::map<std::string, Held>& held) {
  std::erase_if(begun_, [&](const std::string& name) { return !held.contains(name); });
  std::erase_if(decided_, [&](const auto& each) { return !held.contains(each.first); });
  std::erase_if(unread_, [&](const auto& each) { return !held.contains(each.first); });
}

// Copies are made in the order of their files.
std::vector<std::string> DropFolder::oldest_first(const std::map<std::string, Held>& held) const {
  std::vector<std::pair<int64_t, std::string>> names;
  for (const auto& [name, of_name] : held) {
    Folder::Item item;
    (void)taking_->look(of_name.own.empty() ? name : of_name.own, &item);
    names.emplace_back(item.changed_ns, name);
  }
  std::sort(names.begin(), names.end());
  std::vector<std::string> ordered;
  for (auto& each : names) ordered.push_back(std::move(each.second));
  return ordered;
}

// What an earlier start has staged, and no file of taking/ is there to go on with.
void DropFolder::give_up_lost() {
  std::map<std::string, Held> held;
  if (!list_taking(&held).ok()) return;
  const bool has_good =
      std::any_of(held.begin(), held.end(), [](const auto& each) { return each.second.is_good; });
  if (!has_good) (void)taker_.give_up_staged();
}

void DropFolder::go_on_with_taken() {
  std::map<std::string, Held> held;
  if (!is_done(list_taking(&held), "list", taking_->path())) return;
  for (const std::string& name : oldest_first(held)) {
    if (taker_.is_stopping()) return;
    work_on(name, std::move(held[name]));
  }
}

void DropFolder::take_from_in() {
  std::vector<std::string> names;
  bool is_end = false;
  if (!is_done(in_->next(kNamesMax, &names, &is_end), "list", in_->path())) return;
  std::vector<Sent> sent;
  for (const std::string& name : names) {
    Folder::Item item;
    if (name.ends_with(kSent) && may_be_taken(name, &item)) sent.push_back({name, item});
  }
  std::sort(sent.begin(), sent.end(), [](const Sent& a, const Sent& b) {
    return std::tie(a.item.changed_ns, a.name) < std::tie(b.item.changed_ns, b.name);
  });
  for (const Sent& each : sent) {
    if (taker_.is_stopping()) return;
    if (!take_out(each.name)) break;
  }
  if (is_end) end_pass();
}

void DropFolder::end_pass() {
  seen_before_ = std::exchange(seen_, {});
  if (!std::exchange(is_in_trouble_, false)) told_.clear();
}

// False: not now, or it is refused where it is.
bool DropFolder::may_be_taken(const std::string& name, Folder::Item* item) {
  if (!is_file_name(name)) {
    refuse_in_place(name,
                    "a file is sent under a name of 1 to 128 of A-Z a-z 0-9 . _ -, neither a point "
                    "nor a hyphen first; rename it");
    return false;
  }
  const DiskStatus looked = in_->look(name, item);
  if (looked.error == ENOENT || !is_done(looked, "look at", name)) return false;
  if (item->kind == Folder::Kind::kFile && !is_as_before(name, *item)) return false;
  std::string fault = fault_of(*item);
  if (fault.empty()) {
    const DiskStatus opened = in_->try_to_read(name);
    if (opened.error == ENOENT) return false;
    fault = fault_of(opened);
    if (fault.empty()) {
      if (is_done(opened, "read", name)) return true;
      fault = unread(opened);
    }
  }
  refuse_in_place(name, std::move(fault));
  return false;
}

// In the last pass. One that grows may be half of it. And a rename by SFTP, as its protocol has it,
// gives the file its new name and then takes the old one away, so two names are a fault only where
// they last.
bool DropFolder::is_as_before(const std::string& name, const Folder::Item& item) {
  const uint64_t seen = base::HashBuilder()
                            .text(name)
                            .u64(item.size)
                            .i64(item.changed_ns)
                            .u64(item.names)
                            .finish()
                            .lo;
  if (seen_.size() < kSeenMax) seen_.insert(seen);
  return seen_before_.contains(seen);
}

// False: nothing more is taken in this round.
bool DropFolder::take_out(const std::string& name) {
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
  (void)out_->remove(report_name_in_place(name));  // of what it took the place of
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
  if (found != decided_.end()) finish(name, held, &found->second);
}

// True: there is a copy, or it is decided without one.
bool DropFolder::make_copy(const std::string& name, Held* held) {
  if (decided_.contains(name)) return true;
  std::string bytes;
  const DiskStatus read = taking_->read(name, kFileBytesMax, &bytes);
  if (!read.ok()) {
    std::string fault = fault_in_time(name, read);
    return fault.empty() ? is_done(read, "read", name) : give_up(name, std::move(fault));
  }
  const std::string own = own_name(name, 1, false);
  if (!is_done(taking_->write(own, bytes, kOwnMode), "copy", name)) return false;
  held->own = own;
  held->starts = 1;
  begun_.insert(name);
  return true;
}

std::string DropFolder::fault_in_time(const std::string& name, DiskStatus read) {
  std::string fault = fault_of(read);
  if (fault.empty() && ++unread_[name] >= kUnreadMax) fault = unread(read);
  return fault;
}

// It was another thing when it was looked at in in/: there it goes back, and is refused or taken.
// True: in/ has another of that name by now, and it is decided here.
bool DropFolder::give_up(const std::string& name, std::string fault) {
  if (taking_->move(name, *in_, name, false).ok()) return false;
  decided_[name] = {refused(std::move(fault)), false};
  return true;
}

// Counts the starts, before the work that the process may not live to see the end of.
bool DropFolder::begin(const std::string& name, Held* held) {
  if (begun_.contains(name)) return true;
  if (held->starts >= kStartsMax) {
    std::string bytes;
    FileFate fate;
    if (!is_done(taking_->read(held->own, kFileBytesMax, &bytes), "read", held->own)) return false;
    if (held->is_good) taker_.give_up(bytes, &fate);
    if (taker_.is_stopping()) return false;
    if (fate.became == Became::kApplied) {  // it was, before the server ended
      decided_[name] = {std::move(fate), false};
      return true;
    }
    fate.became = Became::kSetAside;
    fate.checksum = base::hash128(bytes).to_hex();
    fate.problems = {{0, "the server ended " + std::to_string(kStartsMax) +
                             " times while it worked on this file; look at its log, and send the "
                             "file again"}};
    decided_[name] = {std::move(fate), false};
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
  if (fate.became != Became::kStopped) decided_[name] = {std::move(fate), false};
}

// The report says when, by the machine's clock, so that who waits for it can tell it from an older
// one.
void DropFolder::finish(const std::string& name, const Held& held, Decided* decided) {
  FileFate& fate = decided->fate;
  if (!decided->is_reported) fate.reported = base::format_timestamp(os::SystemClock().wall_ms());
  const std::string report = report_name(name);
  if (!decided->is_reported &&
      !is_done(out_->write(report, report_of(name, fate), kReportMode), "write", report)) {
    return;
  }
  decided->is_reported = true;
  if (!is_done(put_away(name, held, fate), "put away", name)) return;
  std::fprintf(stderr, "guerdon: %s/%s: %s\n", in_->path().c_str(), name.c_str(),
               summary_of(fate).c_str());
  decided_.erase(name);
  begun_.erase(name);
}

DiskStatus DropFolder::put_away(const std::string& name, const Held& held, const FileFate& fate) {
  if (held.own.empty()) return put_aside(name);
  if (fate.became == Became::kRefused) return taking_->remove(held.own);
  return taking_->move(held.own, *done_, fate.checksum + std::string(kSent), true);
}

// What is no file may be no sender's to lose, and a folder cannot be removed as long as something
// is in it; one that may not be written cannot be moved into another, either, but renamed.
DiskStatus DropFolder::put_aside(const std::string& name) {
  DiskStatus status{EEXIST};
  while (status.error == EEXIST) {
    const std::string aside = name + "." + std::to_string(++set_aside_) + ".refused";
    status = taking_->move(name, *done_, aside, false);
    if (status.ok() || status.error == EEXIST) continue;
    status = taking_->move(name, *taking_, aside, false);
  }
  return status;
}

// It stays where it is: to move or to remove what is no file of theirs may do harm. The same page
// is not written again in each pass.
void DropFolder::refuse_in_place(const std::string& name, std::string sentence) {
  const std::string page = report_of(name, refused(std::move(sentence)));
  const std::string report = report_name_in_place(name);
  std::string before;
  if (out_->read(report, page.size(), &before).ok() && before == page) return;
  (void)is_done(out_->write(report, page, kReportMode), "write", report);
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

// Tells what is wrong once, not in every round, until a pass went without.
bool DropFolder::is_done(DiskStatus status, std::string_view what, std::string_view name) {
  if (status.ok()) return true;
  is_in_trouble_ = true;
  std::string trouble = "cannot " + std::string(what) + " " +
                        event::printable(name, kNameShownMax) + ": " + status.sentence();
  if (told_.size() < kTakingMax && told_.insert(trouble).second) {
    std::fprintf(stderr, "guerdon: the folder of goals: %s; it is tried again\n", trouble.c_str());
  }
  return false;
}

}  // namespace guerdon::drop
