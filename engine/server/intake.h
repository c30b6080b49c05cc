// Requests in, answers out: one loop's side of the server.
//
// What a connection asks is taken into the job at hand, with a letter that says whom to answer; the
// job goes through the stages when it is full, at a barrier, and at the end of each round. The
// answers come back through the gate and are sent when they are durable. So a round that brought
// five hundred events is admitted, logged, applied and answered as two jobs.
//
// Order: the answers of a connection are in the order of its requests; what it asks later sees what
// it was answered before, and what anybody was.
// Bounds: server/limits.h. A connection with kRequestsUnderWayMax unanswered requests is throttled;
// above kGateBytesMax of answers that wait, any that sends something is, until half has gone.
//
// Where all jobs are under way the loop waits for one; not so where tenants share it: then the
// connections of the one whose jobs they are are held back until one comes back.
//
// Thread-safety: the loop's thread; completed() and job_came_back() the one that completes jobs.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/assert.h"
#include "engine/door/door.h"
#include "engine/feed/command_reader.h"
#include "engine/feed/event_reader.h"
#include "engine/net/event_loop.h"
#include "engine/os/clock.h"
#include "engine/pipeline/job.h"
#include "engine/runtime/core.h"
#include "engine/runtime/revisions.h"
#include "engine/server/command.h"
#include "engine/server/letters.h"
#include "engine/server/limits.h"
#include "engine/server/publisher.h"
#include "engine/server/reply_gate.h"
#include "engine/server/session.h"

namespace guerdon::server {

// What the intakes of a server share. All of it outlives them.
struct Shared {
  runtime::Core& core;
  const os::Clock& clock;
  bool is_clock_of_events = false;
  std::vector<Letters> letters;           // by slot of the job
  std::function<void()> shut_down;        // as SIGTERM does; empty: a tenant may not
  std::function<std::string()> info;      // while all stages are at rest
  bookkeeping::BookDesk* desk = nullptr;  // null: no book is kept
  size_t gate_bytes = kGateBytesMax;
  Publisher* publisher = nullptr;  // set before the first round
  std::string tenant = {};         // whose it all is; empty: of a server without tenants
  bool has_keys = false;           // connections have proved that they have one
  // At most kReportsUnderWayMax: a number alone.
  std::shared_ptr<std::atomic<uint32_t>> reports_under_way =
      std::make_shared<std::atomic<uint32_t>>(0);
};

// How much waits in a loop, as any thread sees it.
struct Queues {
  uint64_t connections = 0;
  uint64_t jobs = 0;  // submitted and not complete
  uint64_t gate_mails = 0;
  uint64_t gate_bytes = 0;
};

class Intake final : public door::Room {
 public:
  // `number`: of the loop, which is the feed that it fills jobs for. REQUIRES: below kLoopsMax.
  Intake(Shared& shared, uint32_t number);

  // Before the first round.
  void set_loop(net::EventLoop* loop) { loop_ = loop; }

  void on_open(net::Connection& connection) override;
  void on_arrival(net::Connection& connection, const door::Arrival& arrival) override;
  void on_input(net::Connection& connection) override;
  void on_input_end(net::Connection& connection) override;
  bool owes(const net::Connection& connection) const override;
  void on_close(net::Connection& connection) override;
  void on_round_end() override;

  // No more requests are taken: what comes in stays where it is.
  void drain() { is_draining_ = true; }
  // What the desk has found goes on its way. REQUIRES: the desk is drained, and the loop at rest.
  void finish_late() { deliver_late(shared_.core.durable_lsn()); }

  // A job whose letters came in here is complete.
  void completed(const pipeline::Job& job);
  // A job can be taken again.
  void job_came_back();
  // The durable LSN has risen. Any thread.
  void wake_where_waiting();
  // Any thread.
  Queues queues() const;

  // ---- For the commands, while one request is at hand

  Shared& shared() { return shared_; }
  // Whose request it is. REQUIRES: one is at hand.
  Session& session() {
    GUERDON_ASSERT(at_hand_.session != nullptr);
    return *at_hand_.session;
  }
  // Engine time by the wall, the same for a whole round.
  event::TimeMs now();

  // The answer, at once: what `write` writes, or an error.
  template <typename Write>
  void answer(Write write);
  // Of the connection, for people and clients; never twice at the same time.
  int64_t connection_number() const;

  void answer_error(std::string_view code, std::string_view sentence);
  void answer_ok();

  // An event or a command of the log, as the words of the request say.
  void take_event(std::span<const std::string_view> words);
  void take_balances(std::string_view account);
  void take_badges(std::string_view account);
  void take_wallets(std::string_view account);
  // Balances, and what they are in this unit.
  void take_balances_in(std::string_view account, uint16_t wallet);
  // `unit`: empty for all.
  // `warned_at`: only those that are in their notice time then (Query::warned_at).
  void take_lots(std::string_view account, std::optional<uint16_t> wallet,
                 std::optional<event::TimeMs> warned_at = std::nullopt);
  // REQUIRES: something is wanted.
  void take_progress(std::string_view account, std::vector<shard::ProgressWanted> wanted);
  void take_tick(event::TimeMs time);
  // Answered when everything before it is applied, while nothing is at work.
  void take_report(Report report);
  // What an event would come to, as the words of its request say: DRYRUN.
  void take_rehearsal(std::span<const std::string_view> words);
  // Answered from the book, some time after that; until then the connection is not read, and all
  // others go on. REQUIRES: there is a desk.
  // `size`: of its letter, Letter::kAsksAgain, kTakesRecord or nothing.
  void take_late(LateReport report, uint32_t size = 0);
  // What is posted from a place on, as it becomes durable, until the connection ends or says
  // UNSUBSCRIBE. REQUIRES: there is a desk.
  void take_subscription(std::span<const std::string_view> words);
  void end_subscription();
  // A REVERSE, which looks into log and book first, as such an answer does. REQUIRES: the same.
  void take_reversal(std::span<const std::string_view> words);
  // A further version of a plan, published while all others go on; until it is, the connection is
  // not read. `is_dry`: what that would come to is answered instead.
  void take_publication(std::string_view text, bool is_dry);
  // What has a job of this loop of its own; any thread, while the loop is there.
  Publisher::AtRestOf at_rest();
  // Lines of a BATCH: `text` is all of them.
  void take_batch(std::string_view text);
  // The next `lines` requests are its lines.
  void open_batch(uint32_t lines);
  // After the answer to this request the connection ends.
  void end_after_answer();

 private:
  // What the desk has written.
  struct LateMail {
    uint64_t lsn = 0;  // sent once this one is durable
    net::ConnectionId to;
    net::Protocol protocol = net::Protocol::kResp2;
    std::string bytes;
    Follow follow;  // where the answer comes of that instead
  };

  // The request that is dealt with.
  struct AtHand {
    net::Connection* connection = nullptr;
    Session* session = nullptr;
  };
  struct BatchLine {
    uint16_t batch = 0;  // of the letters of the job at hand
    uint32_t line = 0;
  };

  void take_request(net::RequestParser::Step step);
  void take_command(std::span<const std::string_view> words);
  void take_batch_request(net::RequestParser::Step step);
  void take_line(std::string_view line, const std::shared_ptr<BatchTally>& tally, uint32_t* number);
  void take_batch_words(std::span<const std::string_view> words,
                        const std::shared_ptr<BatchTally>& tally, uint32_t number);
  void take_batch_fault(Fault fault, const std::shared_ptr<BatchTally>& tally, uint32_t number);
  void end_batch(const std::shared_ptr<BatchTally>& tally);
  std::optional<Fault> read_record(std::span<const std::string_view> words, uint32_t* record);

  uint32_t add_query(std::string_view account, pipeline::Query::What what);
  bool has_job();
  pipeline::Job& job();
  pipeline::Job& begin(pipeline::Job& job);
  Letters& letters() { return shared_.letters[job().slot]; }
  bool is_full() const;
  // Of the job at hand, whether or not it is full now.
  Letter& add_letter(Letter::Kind kind);
  uint16_t batch_number(const std::shared_ptr<BatchTally>& tally);
  void submit();
  void submit_if_full();
  bool is_job_empty() { return job_ == nullptr || letters().list.empty(); }
  void deliver();
  void deliver(const Mail& mail);
  void ask_desk(const pipeline::Job& job, uint64_t lsn);
  void push_late(LateMail mail);
  void put_off(const Letter& letter, uint64_t lsn, std::string_view why);
  void deliver_late(uint64_t durable_lsn);
  void deliver(LateMail& mail);
  void begin_job_for(const LateMail& mail);
  Follow read_reversal(const runtime::AskedReversal& asked,
                       const bookkeeping::BookDesk::Reading& reading,
                       const std::vector<std::string>& words, const event::Source& source,
                       const Publisher::Reversal& reversal, net::ReplyWriter& reply);
  void take_report_of(LateMail& mail);
  void take_record_of(LateMail& mail);
  void take_step_of(LateMail& mail);
  void read_by_the_program();
  void count_answers(net::Connection& connection, uint32_t answers);
  void throttle(net::Connection& connection, const Session& session);
  void tick_where_due();
  void push_notices();
  bool ask_for_notices(net::ConnectionId id, uint64_t durable_lsn);
  void take_notices(std::shared_ptr<Subscription> subscription);
  bool is_gate_full() const { return gate_.bytes() + delivered_ > shared_.gate_bytes; }
  void hold_back();
  void leave_request();
  void let_go_on();

  Shared& shared_;
  const uint32_t number_;
  const bool shares_loop_;  // with other tenants, and does not run the stages
  net::EventLoop* loop_ = nullptr;
  const plan::Program* program_ = nullptr;  // that these two read by
  std::optional<event::EventReader> events_;
  std::optional<event::CommandReader> commands_;
  std::vector<std::unique_ptr<Session>> sessions_;  // by slot of the connection
  ReplyGate gate_;
  std::mutex late_mutex_;         // guards it
  std::vector<LateMail> late_;    // from the desk's thread
  pipeline::Job* job_ = nullptr;  // null: none is being filled
  bool is_writable_ = false;      // of the job at hand: there is room in the log
  bool is_draining_ = false;
  std::vector<net::ConnectionId> subscribers_;
  std::atomic<bool> has_subscribers_{false};
  size_t delivered_ = 0;                      // bytes of answers, in this round
  std::vector<net::ConnectionId> held_back_;  // hold_back()
  bool is_left_ = false;                      // the request at hand stays in the input
  // No job was free when one was asked for. Read and written at once by both sides, which orders
  // them: who asks again behind setting it finds the job that came back before, or is woken.
  std::atomic<bool> wants_job_{false};
  std::atomic<uint64_t> connections_{0};  // these two are numbers alone
  std::atomic<uint64_t> jobs_under_way_{0};
  event::TimeMs now_ = 0;     // of this round; 0: not asked yet
  event::TimeMs ticked_ = 0;  // by tick_where_due()
  AtHand at_hand_;
  std::string unescaped_;  // of a line of a batch
};

template <typename Write>
void Intake::answer(Write write) {
  submit_if_full();
  std::string& texts = letters().texts;
  const size_t from = texts.size();
  net::ReplyWriter reply(&texts, session().protocol);
  write(reply);
  Letter& letter = add_letter(Letter::Kind::kText);
  letter.index = static_cast<uint32_t>(from);
  letter.size = static_cast<uint32_t>(texts.size() - from);
}

}  // namespace guerdon::server
