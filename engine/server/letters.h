// The answers that a job owes, in the order of the requests: whom, and where each comes from.
//
// They are filled on the loop's thread while the job is, and written out on the thread that
// completes it. Text that is known at once is kept as it will be sent; what depends on the job is
// looked up when that is complete.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/bookkeeping/book_desk.h"
#include "engine/net/connection.h"
#include "engine/net/reply.h"
#include "engine/pipeline/job.h"
#include "engine/server/batch_tally.h"

namespace guerdon::server {

// The words in front of an error, and the error.
struct Fault {
  std::string_view code;  // one of the documented list
  std::string sentence;
};

// Written when the job is complete and all stages are at rest: the job is a barrier.
using Report = std::function<void(net::ReplyWriter&)>;

// Puts a record into a job, whose answer is that of the request.
using Taking = std::function<void(pipeline::Job&)>;

// Puts records into a job, which nobody waits for.
using Filling = std::function<void(pipeline::Job&)>;

// Done when the job is complete, while it is there and all stages are at rest; nobody is answered
// by it.
using AtRest = std::function<void()>;

// What the server says of a disk that is full.
Fault no_space();

// What comes behind the desk's own answer; in place of it, where one of them is there.
struct Follow {
  Follow() = default;
  Follow(Report written) : report(std::move(written)) {}  // NOLINT: it is the answer
  Report report;
  Taking taking;
  bool is_due = false;  // the report is to be made even where nobody waits for it
  AtRest step;          // of what is under way: the answer comes later
  Filling filling;      // of its job
};

// Of what is read from the book. First, while all stages are at rest, it takes what it needs of the
// state; what it gives then is run later on the book's desk, and writes the answer. Or it gives a
// report that does, where the state is needed again, or a record to be taken.
using LateAnswer = std::function<Follow(const bookkeeping::BookDesk::Reading&, net::ReplyWriter&)>;
using LateReport = std::function<LateAnswer()>;

struct Letter {
  enum class Kind : uint8_t {
    kText,        // [index, index + size) of texts
    kEvent,       // record `index`
    kBalances,    // query `index`
    kWallets,     // query `index`, all that is known
    kBadges,      // query `index`, of balances: those that count badges
    kLots,        // query `index`, of the wallet `size`, or kAllWallets
    kProgress,    // query `index`
    kTick,        // of the job
    kReport,      // reports[index]
    kLate,        // late[index]: no answer in this mail, its own comes later; `size` kAsksAgain: is
                  // asked again where nobody can look it up; kTakesRecord: what is looked up for it
                  // is logged, and so looked up also where the server is being stopped
    kBatchLine,   // record `index` is line `size` of batch `batch`: no answer of its own
    kBatchFault,  // faults[index] is of line `size` of batch `batch`: no answer of its own
    kBatchEnd,    // the answer of batch `batch`
  };

  net::ConnectionId to;
  Kind kind = Kind::kText;
  net::Protocol protocol = net::Protocol::kResp2;
  uint16_t batch = 0;
  uint32_t index = 0;
  uint32_t size = 0;

  static constexpr uint32_t kAllWallets = UINT32_MAX;
  static constexpr uint32_t kAsksAgain = 1;
  static constexpr uint32_t kTakesRecord = 2;
};
static_assert(sizeof(Letter) == 20);

struct Letters {
  uint32_t origin = 0;  // the number of the loop they came in by
  std::vector<Letter> list;
  std::string texts;
  std::vector<Fault> faults;
  std::vector<Report> reports;
  std::vector<LateReport> late;
  std::vector<AtRest> steps;
  std::vector<std::shared_ptr<BatchTally>> batches;
  size_t progress_wanted = 0;  // targets that its questions want, over all

  void clear() {
    list.clear();
    texts.clear();
    faults.clear();
    reports.clear();
    late.clear();
    steps.clear();
    batches.clear();
    progress_wanted = 0;
  }
};

}  // namespace guerdon::server
