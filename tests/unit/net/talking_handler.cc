#include "tests/unit/net/talking_handler.h"

#include <algorithm>

#include "engine/net/reply.h"

namespace guerdon::net {

using Step = RequestParser::Step;

void TalkingHandler::on_open(Connection& connection) {
  log += 'o';
  ids.push_back(connection.id());
  sessions_[connection.id().slot] = std::make_unique<Session>();
}

void TalkingHandler::on_input(Connection& connection) {
  log += 'i';
  Session* const session = sessions_.at(connection.id().slot).get();
  while (!connection.is_paused()) {
    const Step step = session->parser.next(connection.input());
    if (step == Step::kRequest) answer(connection, session);
    if (step == Step::kError) {
      const RequestError& error = session->parser.error();
      ReplyWriter(connection.output(), Protocol::kResp2)
          .error(code_word(error.code()), sentence_of(error));
      if (error.closes()) connection.close_when_flushed();
    }
    connection.consume(session->parser.consumed());
    if (step == Step::kMore) return;
  }
}

void TalkingHandler::answer(Connection& connection, Session* session) {
  ++requests;
  ++session->requests;
  const auto words = session->parser.words();
  ReplyWriter reply(connection.output(), Protocol::kResp2);
  if (words[0] == "PING") {
    reply.status("PONG", {session->requests});
  } else if (words[0] == "BIG") {
    reply.bulk(std::string(std::stoul(std::string(words[1])), 'b'));
  } else if (words[0] == "HOLD") {
    reply.status("OK");
    connection.set_throttled(true);
    held.push_back(connection.id());
  } else if (words[0] == "LATER") {
    owed.push_back(connection.id());
    ++session->owed;
  } else if (words[0] == "QUIT") {
    reply.status("OK");
    connection.close_when_flushed();
  } else {
    reply.error("UNKNOWN", words[0]);
  }
}

void TalkingHandler::on_input_end(Connection& connection) {
  log += 'h';
  if (sessions_.at(connection.id().slot)->owed == 0) connection.close_when_flushed();
}

bool TalkingHandler::owes(const Connection& connection) const {
  return sessions_.at(connection.id().slot)->owed != 0;
}

void TalkingHandler::on_close(Connection& connection) {
  log += 'c';
  sessions_.erase(connection.id().slot);
}

void TalkingHandler::on_round_end() {
  log += '.';
  if (!answers_later) return;
  for (const ConnectionId id : owed) {
    Connection* const connection = loop->find(id);
    if (connection == nullptr) {
      ++lost;
      continue;
    }
    ReplyWriter(connection->output(), Protocol::kResp2).status("LATER");
    Session& session = *sessions_.at(id.slot);
    if (--session.owed == 0 && connection->is_input_over()) connection->close_when_flushed();
  }
  owed.clear();
}

void TalkingHandler::release(EventLoop* from) {
  for (const ConnectionId id : held) {
    if (Connection* const connection = from->find(id)) connection->set_throttled(false);
  }
  held.clear();
}

std::string_view Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const os::IoResult result = socket_.write(bytes);
    if (result.status != os::IoStatus::kBytes) break;
    bytes.remove_prefix(result.bytes);
  }
  return bytes;
}

const std::string& Client::received() {
  char buffer[65'536];
  while (!is_ended_) {
    const os::IoResult result = socket_.read(buffer, sizeof buffer);
    if (result.status == os::IoStatus::kWouldBlock) break;
    if (result.status == os::IoStatus::kBytes) {
      received_.append(buffer, result.bytes);
    } else {
      is_ended_ = true;
      is_broken_ = result.status == os::IoStatus::kError;
    }
  }
  return received_;
}

size_t Client::discard() {
  const size_t bytes = received().size();
  received_.clear();
  return bytes;
}

}  // namespace guerdon::net
