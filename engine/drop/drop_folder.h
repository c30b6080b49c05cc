// A folder into which others put files of goals, beside a server that goes on meanwhile
// (docs/decisions/0040-drop-folder.md).
//
//   FOLDER/in/goals.csv          renamed to that by who sent it, once it is whole
//   FOLDER/taking/goals.csv      taken out of their hands: nothing else is done with it but to copy
//   FOLDER/taking/goals.csv.1.copy   the server's own; from here on nothing else is read
//   FOLDER/taking/goals.csv.1.good   every row is good: from here on it is applied to its end
//   FOLDER/out/goals.csv.report  what became of it
//   FOLDER/out/goals.csv.in.report   why it stays in in/
//   FOLDER/done/CHECKSUM.csv     the copy, once the report is written
//   FOLDER/done/goals.csv.1.refused  what turned out to be no file, and in/ has another of that
//   name
//
// The number is that of the starts that have begun to work on it. All that is known of a file is in
// its name and in the log, so a start goes on where the one before was killed.
//
// A round goes through all that is in taking/, then through the next kNamesMax names of in/, the
// oldest file first: what cannot be taken is passed by, and however much of it there is, each name
// has its turn. A pass is as many rounds as go through all of in/ once.
//
// Thread-safety: open() and start() one thread; stop() and is_ended() any.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "engine/drop/goals_taker.h"
#include "engine/drop/report.h"
#include "engine/os/folder.h"
#include "engine/os/thread.h"

namespace guerdon::drop {

// Bytes of a file; more are refused.
inline constexpr size_t kFileBytesMax = size_t{64} << 20;
// Names of in/ that are looked at in a round.
inline constexpr size_t kNamesMax = 256;
// Files in taking/, above which none is taken out of in/: those wait for something.
inline constexpr size_t kTakingMax = 64;
// Starts that begin to work on a file; the next sets it aside.
inline constexpr unsigned kStartsMax = 3;
// Rounds in which what was taken cannot be read; then it is taken no more.
inline constexpr unsigned kUnreadMax = 40;

class DropFolder {
 public:
  // Makes what is missing in the folder `path`. Null: *error says what to change. The core, the
  // clock and what `at_rest` asks must outlive it.
  static std::unique_ptr<DropFolder> open(const std::string& path, runtime::Core& core,
                                          AtRestOf at_rest, const os::Clock* wall,
                                          std::string* error);
  ~DropFolder();

  void start();
  // Begins no further step. What is under way still wants its step taken, until is_ended().
  void stop();
  bool is_ended() const { return is_ended_.load(std::memory_order_acquire); }

 private:
  // What taking/ has of a file.
  struct Held {
    bool is_theirs = false;
    std::string own;  // the name of the copy; empty: there is none
    unsigned starts = 0;
    bool is_good = false;
  };
  struct Decided {
    FileFate fate;
    bool is_reported = false;
  };
  struct Sent {
    std::string name;
    os::Folder::Item item;
  };

  DropFolder(runtime::Core& core, AtRestOf at_rest, const os::Clock* wall)
      : taker_(core, std::move(at_rest), wall) {}
  bool open_folders(const std::string& path, std::string* error);

  void run();
  void give_up_lost();
  void go_on_with_taken();
  void take_from_in();
  bool may_be_taken(const std::string& name, os::Folder::Item* item);
  bool is_as_before(const std::string& name, const os::Folder::Item& item);
  void end_pass();
  bool take_out(const std::string& name);
  os::DiskStatus list_taking(std::map<std::string, Held>* held);
  void forget_all_but(const std::map<std::string, Held>& held);
  std::vector<std::string> oldest_first(const std::map<std::string, Held>& held) const;
  void work_on(const std::string& name, Held held);
  bool make_copy(const std::string& name, Held* held);
  bool give_up(const std::string& name, std::string fault);
  std::string fault_in_time(const std::string& name, os::DiskStatus read);
  bool begin(const std::string& name, Held* held);
  bool rename_own(const std::string& name, unsigned starts, bool is_good, Held* held);
  void decide(const std::string& name, Held* held);
  void finish(const std::string& name, const Held& held, Decided* decided);
  os::DiskStatus put_away(const std::string& name, const Held& held, const FileFate& fate);
  os::DiskStatus put_aside(const std::string& name);
  void refuse_in_place(const std::string& name, std::string sentence);
  void give_back();
  bool is_done(os::DiskStatus status, std::string_view what, std::string_view name);

  GoalsTaker taker_;
  std::unique_ptr<os::Folder> in_;
  std::unique_ptr<os::Folder> taking_;
  std::unique_ptr<os::Folder> out_;
  std::unique_ptr<os::Folder> done_;
  // Of names that taking/ has.
  std::set<std::string> begun_;             // by this process
  std::map<std::string, Decided> decided_;  // they are to be put away yet
  std::map<std::string, unsigned> unread_;  // rounds
  // Files as they were in this pass, and in the one before: hashes of their names, sizes and so on.
  absl::flat_hash_set<uint64_t> seen_;
  absl::flat_hash_set<uint64_t> seen_before_;
  std::set<std::string> told_;  // troubles
  bool is_in_trouble_ = false;  // in this pass
  uint64_t set_aside_ = 0;      // names that were tried for them
  std::mutex mutex_;
  std::condition_variable woken_;
  std::atomic<bool> is_ended_{true};
  os::Thread thread_;  // last: it uses all of the above
};

}  // namespace guerdon::drop
