#include "engine/server/intake.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/net/line_words.h"
#include "engine/server/limits.h"
#include "engine/server/mail_writer.h"

namespace guerdon::server {

using Step = net::RequestParser::Step;

Intake::Intake(Shared& shared, uint32_t number)
    : shared_(shared), number_(number), events_(shared.core.program().schema) {}

// ---- Connections --------------------------------------------------------------------------------

void Intake::on_open(net::Connection& connection) {
  const uint32_t slot = connection.id().slot;
  if (slot >= sessions_.size()) sessions_.resize(slot + size_t{1});
  sessions_[slot] = std::make_unique<Session>();
}

void Intake::on_close(net::Connection& connection) { sessions_[connection.id().slot].reset(); }

void Intake::on_input(net::Connection& connection) {
  Session& session = *sessions_[connection.id().slot];
  at_hand_ = {&connection, &session};
  const std::string_view input = connection.input();
  size_t used = 0;
  while (session.takes_more && !connection.is_paused() && !is_draining_) {
    const Step step = session.parser.next(input.substr(used));
    if (step != Step::kMore) take_request(step);
    used += session.parser.consumed();
    if (step == Step::kMore) break;
  }
  connection.consume(session.takes_more ? used : input.size());
  at_hand_ = {};
}

void Intake::on_input_end(net::Connection& connection) {
  Session& session = *sessions_[connection.id().slot];
  session.takes_more = false;
  if (session.under_way == 0) connection.close_when_flushed();
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
  const net::ConnectionId id = at_hand_.connection->id();
  return (int64_t{id.generation} * kWorkersMax + number_) << 20 | id.slot;
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

pipeline::Job& Intake::job() {
  if (job_ != nullptr) return *job_;
  // What is taken after a failure of the log never becomes durable, so nobody is answered: it is
  // not refused as for a full disk.
  is_writable_ = shared_.core.has_room() || shared_.core.has_log_failed();
  job_ = &shared_.core.assembly().take(number_);
  Letters& letters = shared_.letters[job_->slot];
  letters.clear();
  letters.origin = number_;
  return *job_;
}

bool Intake::is_full() const {
  return job_ != nullptr && (job_->batch.records.size() >= shared_.core.options().batch ||
                             shared_.letters[job_->slot].list.size() >= kLettersMax);
}

void Intake::submit_if_full() {
  if (is_full()) submit();
}

void Intake::submit() { shared_.core.assembly().submit(*std::exchange(job_, nullptr), number_); }

event::TimeMs Intake::now() {
  if (now_ == 0) now_ = shared_.clock.wall_ms();
  return now_;
}

// ---- Round by round -----------------------------------------------------------------------------

void Intake::on_round_end() {
  if (job_ != nullptr) submit();
  now_ = 0;
  deliver();
}

void Intake::completed(const pipeline::Job& job) {
  std::unique_ptr<Mail> mail = gate_.take();
  write_mail(shared_.core.program(), job, shared_.letters[job.slot], mail.get());
  const uint64_t lsn = mail->lsn;
  gate_.push(std::move(mail));
  // Where one thread does it all, it looks itself at the end of the round.
  const bool is_other_thread = shared_.core.options().workers != 0;
  if (is_other_thread && shared_.core.durable_lsn() >= lsn) loop_->wake();
}

void Intake::wake_where_waiting() {
  if (gate_.is_waiting()) loop_->wake();
}

void Intake::deliver() {
  while (std::unique_ptr<Mail> mail = gate_.next(shared_.core.durable_lsn())) {
    deliver(*mail);
    gate_.give_back(std::move(mail));
  }
}

// Those of a connection that is gone are dropped.
void Intake::deliver(const Mail& mail) {
  size_t from = 0;
  for (const MailPiece& piece : mail.pieces) {
    const size_t size = piece.end - std::exchange(from, piece.end);
    net::Connection* const connection = loop_->find(piece.to);
    if (connection == nullptr) continue;
    connection->output()->append(mail.bytes, piece.end - size, size);
    Session& session = *sessions_[piece.to.slot];
    GUERDON_ASSERT(session.under_way >= piece.answers);
    session.under_way -= piece.answers;
    if (session.takes_more) {
      connection->set_throttled(session.under_way >= kRequestsUnderWayMax);
    } else if (session.under_way == 0) {
      connection->close_when_flushed();
    }
  }
}

}  // namespace guerdon::server
