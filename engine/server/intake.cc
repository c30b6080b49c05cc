#include "engine/server/intake.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/base/assert.h"
#include "engine/net/line_words.h"
#include "engine/server/mail_writer.h"

namespace guerdon::server {

using Step = net::RequestParser::Step;

Intake::Intake(Shared& shared, uint32_t number)
    : shared_(shared),
      number_(number),
      shares_loop_(!shared.tenant.empty() && shared.core.options().workers > 0) {
  GUERDON_ASSERT(number < kLoopsMax);
  read_by_the_program();
}

// A loop holds still while a version is published, so none comes in the middle of a request.
void Intake::read_by_the_program() {
  const plan::Program& program = shared_.core.program();
  if (program_ == &program) [[likely]]
    return;
  program_ = &program;
  events_.emplace(program.schema);
  commands_.emplace(program.schema);
}

// ---- Connections --------------------------------------------------------------------------------

void Intake::on_open(net::Connection& connection) {
  const uint32_t slot = connection.id().slot;
  if (slot >= sessions_.size()) sessions_.resize(slot + size_t{1});
  sessions_[slot] = std::make_unique<Session>();
  connections_.fetch_add(1, std::memory_order_relaxed);
}

void Intake::on_arrival(net::Connection& connection, const door::Arrival& arrival) {
  on_open(connection);
  Session& session = *sessions_[connection.id().slot];
  session.protocol = arrival.protocol;
  session.name = arrival.name;
  session.role = arrival.role;
}

void Intake::on_close(net::Connection& connection) {
  sessions_[connection.id().slot].reset();
  connections_.fetch_sub(1, std::memory_order_relaxed);
}

void Intake::on_input(net::Connection& connection) {
  Session& session = *sessions_[connection.id().slot];
  at_hand_ = {&connection, &session};
  const std::string_view input = connection.input();
  size_t used = 0;
  while (session.takes_more && !session.waits_for_book && !connection.is_paused() &&
         !is_draining_) {
    if (is_gate_full() || shared_.publisher->is_holding() || !has_job()) {
      hold_back();
      break;
    }
    const Step step = session.parser.next(input.substr(used));
    if (step != Step::kMore) take_request(step);
    used += is_left_ ? session.parser.before() : session.parser.consumed();
    if (std::exchange(is_left_, false) || step == Step::kMore) break;
  }
  connection.consume(session.takes_more ? used : input.size());
  at_hand_ = {};
}

void Intake::on_input_end(net::Connection& connection) {
  Session& session = *sessions_[connection.id().slot];
  session.takes_more = false;
  if (session.under_way == 0) connection.close_when_flushed();
}

bool Intake::owes(const net::Connection& connection) const {
  return sessions_[connection.id().slot]->under_way != 0;
}

// The words of the request are good until the parser is asked for the next.
void Intake::take_request(Step step) {
  if (session().batch) return take_batch_request(step);
  if (step == Step::kRequest) return take_command(session().parser.words());
  const net::RequestError& error = session().parser.error();
  answer_error(net::code_word(error.code()), net::sentence_of(error));
  if (error.closes()) end_after_answer();
}

void Intake::take_command(std::span<const std::string_view> words) {
  const Command* const command = find_command(words[0]);
  if (command == nullptr) return answer_unknown_command(*this, words[0]);
  if (words.size() < command->words_min) {
    return answer_misuse(*this, *command, words.size() + 1, "a word is missing");
  }
  if (words.size() > command->words_max) {
    return answer_misuse(*this, *command, command->words_max + 1, "this word is one too many");
  }
  if (session().role != door::Role::kAdmin) [[unlikely]] {
    if (const std::optional<Fault> fault = check_role(*command, words, session().role)) {
      return answer_error(fault->code, fault->sentence);
    }
  }
  command->handler(*this, words);
}

void Intake::end_after_answer() {
  session().takes_more = false;
  at_hand_.connection->set_throttled(true);
}

// ---- Answers ------------------------------------------------------------------------------------

void Intake::answer_error(std::string_view code, std::string_view sentence) {
  answer([&](net::ReplyWriter& reply) { reply.error(code, sentence); });
}

int64_t Intake::connection_number() const {
  return door::connection_number(at_hand_.connection->id(), number_);
}

void Intake::answer_ok() {
  answer([](net::ReplyWriter& reply) { reply.status("OK"); });
}

Letter& Intake::add_letter(Letter::Kind kind) {
  Letter& letter = letters().list.emplace_back();
  letter.to = at_hand_.connection->id();
  letter.kind = kind;
  letter.protocol = session().protocol;
  const bool is_answer = kind != Letter::Kind::kBatchLine && kind != Letter::Kind::kBatchFault;
  if (is_answer && ++session().under_way >= kRequestsUnderWayMax) {
    at_hand_.connection->set_throttled(true);
  }
  return letter;
}

// ---- The job at hand ----------------------------------------------------------------------------

// Whether something can go into the job at hand, or into the next, without anybody waiting for
// that. Where nobody else has the loop, or it has ended, job() waits.
bool Intake::has_job() {
  if (!shares_loop_ || is_draining_ || (job_ != nullptr && !is_full())) return true;
  pipeline::Assembly& assembly = shared_.core.assembly();
  pipeline::Job* next = assembly.try_take(number_);
  if (next == nullptr) {
    wants_job_.exchange(true);
    next = assembly.try_take(number_);
    if (next != nullptr) wants_job_.store(false);
  }
  if (job_ != nullptr) {
    job_->is_followed = next != nullptr;  // at the end of the round, if by nothing
    submit();
  }
  if (next == nullptr) return false;
  begin(*next);
  return true;
}

void Intake::job_came_back() {
  if (wants_job_.exchange(false)) loop_->wake();
}

pipeline::Job& Intake::job() {
  return job_ != nullptr ? *job_ : begin(shared_.core.assembly().take(number_));
}

pipeline::Job& Intake::begin(pipeline::Job& job) {
  // What is taken after a failure of the log never becomes durable, so nobody is answered: it is
  // not refused as for a full disk.
  is_writable_ = shared_.core.has_room() || shared_.core.has_log_failed();
  job_ = &job;
  Letters& letters = shared_.letters[job_->slot];
  letters.clear();
  letters.origin = number_;
  return *job_;
}

bool Intake::is_full() const {
  if (job_ == nullptr) return false;
  const Letters& letters = shared_.letters[job_->slot];
  return job_->batch.records.size() >= shared_.core.options().batch ||
         letters.list.size() >= kLettersMax || letters.texts.size() >= kTextsMax ||
         letters.progress_wanted >= kProgressWantedMax;
}

// Called where something goes into the job at hand, so there will be one.
void Intake::submit_if_full() {
  if (!is_full()) return;
  job_->is_followed = true;
  submit();
}

// Where one thread does it all, the job is complete now: what may be sent goes to its connections
// at once, so that their own limits hold within a round too.
void Intake::submit() {
  jobs_under_way_.fetch_add(1, std::memory_order_relaxed);
  shared_.core.assembly().submit(*std::exchange(job_, nullptr), number_);
  if (shared_.core.options().workers == 0) deliver();
}

event::TimeMs Intake::now() {
  if (now_ == 0) now_ = shared_.clock.wall_ms();
  return now_;
}

// ---- Round by round -----------------------------------------------------------------------------

void Intake::on_round_end() {
  if (job_ != nullptr) submit();
  if (number_ == 0 && !shared_.is_clock_of_events) tick_where_due();
  now_ = 0;
  deliver();
  if (!subscribers_.empty()) [[unlikely]]
    push_notices();
  if (job_ != nullptr) submit();  // one that nothing came into
  delivered_ = 0;                 // the loop sends them now
  if (shared_.publisher->is_holding()) [[unlikely]]
    return shared_.publisher->stand(number_);
  if (gate_.bytes() <= shared_.gate_bytes / 2 && !wants_job_.load()) let_go_on();
}

// Where no record has come for a while, what is due by time is done all the same; up to the end of
// time.
void Intake::tick_where_due() {
  const event::TimeMs told = shared_.core.clock();
  const bool is_quiet = now() - told >= kQuietMs && told >= ticked_;
  if (told == 0 || !is_quiet || told >= base::kTimeEnd - 1) return;
  if (now() < shared_.core.due_at()) return;
  if (shared_.publisher->is_holding() || !shared_.core.has_room() || !has_job()) return;
  ticked_ = std::min(now(), base::kTimeEnd - 1);
  job().tick = ticked_;
  submit();
}

// The connection at hand; until let_go_on().
void Intake::hold_back() {
  if (!std::exchange(session().is_held_back, true)) {
    held_back_.push_back(at_hand_.connection->id());
  }
  throttle(*at_hand_.connection, session());
}

// It is taken when the connection goes on, and nothing of it has been.
void Intake::leave_request() {
  is_left_ = true;
  hold_back();
}

void Intake::let_go_on() {
  const bool may_reverse = !shared_.publisher->is_holding_reversals();
  std::erase_if(held_back_, [&](net::ConnectionId id) {
    net::Connection* const connection = loop_->find(id);
    if (connection == nullptr) return true;
    Session& session = *sessions_[id.slot];
    if (session.waits_for_version && !may_reverse) return false;
    session.is_held_back = session.waits_for_version = false;
    throttle(*connection, session);
    return true;
  });
}

void Intake::throttle(net::Connection& connection, const Session& session) {
  connection.set_throttled(!session.takes_more || session.is_held_back || session.waits_for_book ||
                           session.under_way >= kRequestsUnderWayMax);
}

void Intake::completed(const pipeline::Job& job) {
  for (const AtRest& step : shared_.letters[job.slot].steps) step();
  std::unique_ptr<Mail> mail = gate_.take();
  write_mail(shared_.core.program(), shared_.core.admission(), job, shared_.letters[job.slot],
             mail.get());
  shared_.letters[job.slot].reports.clear();  // and what they hold, before anybody is answered
  // A version that was published behind it: only where all is at rest can there be one.
  if (job.is_barrier) mail->lsn = std::max(mail->lsn, shared_.core.admission().last_lsn());
  const uint64_t lsn = mail->lsn;
  gate_.push(std::move(mail));
  if (!shared_.letters[job.slot].late.empty()) [[unlikely]]
    ask_desk(job, lsn);
  jobs_under_way_.fetch_sub(1, std::memory_order_relaxed);
  // Where one thread does it all, it looks itself at the end of the round.
  const bool is_other_thread = shared_.core.options().workers != 0;
  if (is_other_thread && shared_.core.durable_lsn() >= lsn) loop_->wake();
}

void Intake::wake_where_waiting() {
  if (gate_.is_waiting() || has_subscribers_.load(std::memory_order_relaxed)) loop_->wake();
}

Queues Intake::queues() const {
  return {connections_.load(std::memory_order_relaxed),
          jobs_under_way_.load(std::memory_order_relaxed), gate_.mails(), gate_.bytes()};
}

// A late answer comes behind all mails of its job and before: those have passed the gate by then.
void Intake::deliver() {
  const uint64_t durable_lsn = shared_.core.durable_lsn();
  while (std::unique_ptr<Mail> mail = gate_.next(durable_lsn)) {
    deliver(*mail);
    gate_.give_back(std::move(mail));
  }
  deliver_late(durable_lsn);
}

// Those of a connection that is gone are dropped.
void Intake::deliver(const Mail& mail) {
  delivered_ += mail.bytes.size();
  size_t from = 0;
  for (const MailPiece& piece : mail.pieces) {
    const size_t size = piece.end - std::exchange(from, piece.end);
    net::Connection* const connection = loop_->find(piece.to);
    if (connection == nullptr) continue;
    connection->output()->append(mail.bytes, piece.end - size, size);
    count_answers(*connection, piece.answers);
  }
}

void Intake::count_answers(net::Connection& connection, uint32_t answers) {
  Session& session = *sessions_[connection.id().slot];
  GUERDON_ASSERT(session.under_way >= answers);
  session.under_way -= answers;
  throttle(connection, session);
  if (!session.takes_more && session.under_way == 0) connection.close_when_flushed();
}

// ---- Answers from the book ----------------------------------------------------------------------

// All stages are at rest: the job is a barrier.
void Intake::ask_desk(const pipeline::Job& job, uint64_t lsn) {
  GUERDON_ASSERT(job.is_barrier);
  const Letters& letters = shared_.letters[job.slot];
  for (const Letter& letter : letters.list) {
    if (letter.kind != Letter::Kind::kLate) continue;
    const LateAnswer answer = letters.late[letter.index]();
    const auto write = [this, answer, lsn, letter](const bookkeeping::BookDesk::Reading& reading) {
      if (shared_.desk->is_ending() && letter.size != Letter::kTakesRecord) {
        return put_off(letter, lsn, "the server is being stopped; ask again when it is back");
      }
      LateMail mail{lsn, letter.to, letter.protocol, {}, {}};
      net::ReplyWriter reply(&mail.bytes, letter.protocol);
      // What is looked up in the log's files is there by then; where it fails, reading does.
      (void)shared_.core.wait_until_durable(lsn);
      mail.follow = answer(reading, reply);
      push_late(std::move(mail));
    };
    if (shared_.desk->push(write)) continue;
    put_off(letter, lsn, "too many ask the book already; ask again");
  }
  shared_.letters[job.slot].late.clear();  // and who they hold
}

// What is asked again by itself gets nothing.
void Intake::put_off(const Letter& letter, uint64_t lsn, std::string_view why) {
  LateMail refusal{lsn, letter.to, letter.protocol, {}, {}};
  if (letter.size != Letter::kAsksAgain) {
    net::ReplyWriter(&refusal.bytes, letter.protocol)
        .error("BUSY", std::string("retry-after=1000 ").append(why));
  }
  push_late(std::move(refusal));
}

void Intake::push_late(LateMail mail) {
  {
    const std::lock_guard lock(late_mutex_);
    late_.push_back(std::move(mail));
  }
  loop_->wake();
}

void Intake::deliver_late(uint64_t durable_lsn) {
  std::vector<LateMail> ready;
  {
    const std::lock_guard lock(late_mutex_);
    const auto first = std::stable_partition(
        late_.begin(), late_.end(), [&](const LateMail& mail) { return mail.lsn > durable_lsn; });
    ready.assign(std::make_move_iterator(first), std::make_move_iterator(late_.end()));
    late_.erase(first, late_.end());
  }
  for (size_t i = 0; i < ready.size(); ++i) {
    const Follow& follow = ready[i].follow;
    if ((follow.step || follow.report || follow.taking) && !has_job()) {
      const std::lock_guard lock(late_mutex_);
      late_.insert(late_.begin(),
                   std::make_move_iterator(ready.begin() + static_cast<ptrdiff_t>(i)),
                   std::make_move_iterator(ready.end()));
      return;
    }
    deliver(ready[i]);
  }
}

void Intake::deliver(LateMail& mail) {
  delivered_ += mail.bytes.size();
  if (mail.follow.step) return take_step_of(mail);
  net::Connection* const connection = loop_->find(mail.to);
  if (connection == nullptr && !mail.follow.is_due) return;
  if (mail.follow.report) return take_report_of(mail);
  if (mail.follow.taking) return take_record_of(mail);
  connection->output()->append(mail.bytes);
  sessions_[mail.to.slot]->waits_for_book = false;
  count_answers(*connection, 1);
}

// A job of its own, as if it had been asked for now: what the connection sends next is behind it.
void Intake::begin_job_for(const LateMail& mail) {
  GUERDON_ASSERT(is_job_empty());
  job();
  if (net::Connection* const connection = loop_->find(mail.to)) {
    Session& session = *sessions_[mail.to.slot];
    session.waits_for_book = false;
    throttle(*connection, session);
  }
  Letter& letter = letters().list.emplace_back();
  letter.to = mail.to;
  letter.protocol = mail.protocol;
}

void Intake::take_report_of(LateMail& mail) {
  begin_job_for(mail);
  job().is_barrier = true;
  letters().reports.push_back(std::move(mail.follow.report));
  letters().list.back().kind = Letter::Kind::kReport;
  submit();
}

// Its connection goes on waiting.
void Intake::take_step_of(LateMail& mail) {
  GUERDON_ASSERT(is_job_empty());
  job().is_barrier = true;
  // While a version is published no record may be taken: it would be read under the one before.
  const bool may_fill = is_writable_ && !shared_.publisher->is_holding();
  if (mail.follow.filling && may_fill) mail.follow.filling(job());
  letters().steps.push_back(std::move(mail.follow.step));
  submit();
}

void Intake::take_record_of(LateMail& mail) {
  begin_job_for(mail);
  Letter& letter = letters().list.back();
  if (is_writable_) {
    mail.follow.taking(job());
    if (!shared_.is_clock_of_events) job().at.push_back(now());
    letter.kind = Letter::Kind::kEvent;
    letter.index = static_cast<uint32_t>(job().batch.records.size() - 1);
  } else {
    const Fault full = no_space();
    net::ReplyWriter(&letters().texts, mail.protocol).error(full.code, full.sentence);
    letter.size = static_cast<uint32_t>(letters().texts.size());
  }
  submit();
}

}  // namespace guerdon::server
