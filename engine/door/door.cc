#include "engine/door/door.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/base/assert.h"
#include "engine/door/tenant_name.h"
#include "engine/event/command.h"
#include "engine/event/text_rules.h"

namespace guerdon::door {

using Step = net::RequestParser::Step;

const Door::Row Door::kRows[] = {
    {"AUTH", 2, 3, &Door::serve_auth, kAuthUsage},
    {"CLIENT", 2, 4, &Door::serve_client,
     "CLIENT ID | GETNAME | SETNAME name | SETINFO what value"},
    {"ECHO", 2, 2, &Door::serve_echo, "ECHO text"},
    {"HELLO", 1, kHelloWordsMax, &Door::serve_hello, kHelloUsage},
    {"INFO", 1, 1, &Door::serve_info, "INFO"},
    {"PING", 1, 2, &Door::serve_ping, "PING [text]"},
    {"QUIT", 1, 1, &Door::serve_quit, "QUIT"},
    {"SHUTDOWN", 1, 1, &Door::serve_shutdown, "SHUTDOWN"},
};

Door::Door(House& house, std::vector<Room*> rooms, uint32_t loop)
    : house_(house), rooms_(std::move(rooms)), loop_(loop) {
  GUERDON_ASSERT(loop < kLoopsMax && rooms_.size() == house.tenants.size());
}

// ---- Connections --------------------------------------------------------------------------------

void Door::on_open(net::Connection& connection) {
  const uint32_t slot = connection.id().slot;
  if (slot >= guests_.size()) guests_.resize(slot + size_t{1});
  guests_[slot] = Guest();
  house_.at_the_door.fetch_add(1, std::memory_order_relaxed);
  if (house_.keys != nullptr) add_stranger(connection);
}

void Door::add_stranger(net::Connection& connection) {
  if (strangers_.size() == kStrangersMax) end_first_stranger();
  strangers_.push_back(&connection);
}

void Door::end_first_stranger() {
  net::Connection& first = *strangers_.front();
  Guest& guest = guest_of(first);
  net::ReplyWriter(first.output(), guest.said.protocol)
      .error("BUSY", "more than " + std::to_string(kStrangersMax) +
                         " connections have proved no key, and this one for longest; send AUTH as "
                         "soon as it is open");
  guest.takes_more = false;
  first.close_when_flushed();
  know(first);
}

// It is no stranger, or no more here.
void Door::know(const net::Connection& connection) { std::erase(strangers_, &connection); }

void Door::on_close(net::Connection& connection) {
  know(connection);
  Guest& guest = guest_of(connection);
  if (guest.room != nullptr) {
    guest.room->on_close(connection);
  } else {
    house_.at_the_door.fetch_sub(1, std::memory_order_relaxed);
  }
  guest = Guest();
}

void Door::on_input(net::Connection& connection) {
  Guest& guest = guest_of(connection);
  if (guest.room == nullptr) {
    connection_ = &connection;
    guest_ = &guest;
    Step step = Step::kRequest;
    bool is_too_much = false;
    while (step != Step::kMore && guest.room == nullptr && guest.takes_more &&
           !connection.is_paused()) {
      step = guest.parser->next(connection.input());
      is_too_much = is_too_long(step);
      if (is_too_much) break;
      if (step != Step::kMore) take(step);
      // What was a request is not needed any more; the room reads on behind it.
      connection.consume(guest.parser->consumed());
    }
    if (is_too_much) {
      refuse("TOOLONG", "a request of a connection that has named no tenant has at most " +
                            std::to_string(kDoorInputMax) + " bytes");
      end_after_answer();
    }
    if (!guest.takes_more) connection.consume(connection.input().size());
    if (guest.room != nullptr) guest.parser.reset();  // nothing is read here any more
    connection_ = nullptr;
    guest_ = nullptr;
  }
  if (guest.room != nullptr) guest.room->on_input(connection);
}

// The same however its bytes came.
bool Door::is_too_long(Step step) const {
  const net::RequestParser& parser = *guest_->parser;
  if (step == Step::kRequest) return parser.consumed() - parser.before() > kDoorInputMax;
  return step == Step::kMore && connection_->input().size() - parser.consumed() > kDoorInputMax;
}

void Door::on_input_end(net::Connection& connection) {
  Room* const room = guest_of(connection).room;
  room != nullptr ? room->on_input_end(connection) : connection.close_when_flushed();
}

bool Door::owes(const net::Connection& connection) const {
  const Room* const room = guests_[connection.id().slot].room;
  return room != nullptr && room->owes(connection);
}

void Door::on_round_end() {
  for (Room* const room : rooms_) room->on_round_end();
}

void Door::let_in(size_t tenant) {
  house_.at_the_door.fetch_sub(1, std::memory_order_relaxed);
  guest_->room = rooms_[tenant];
  guest_->room->on_arrival(*connection_, guest_->said);
}

void Door::end_after_answer() {
  guest_->takes_more = false;
  connection_->close_when_flushed();
  know(*connection_);
}

// ---- Requests -----------------------------------------------------------------------------------

void Door::take(Step step) {
  if (step == Step::kRequest) return serve(guest_->parser->words());
  const net::RequestError& error = guest_->parser->error();
  refuse(net::code_word(error.code()), net::sentence_of(error));
  if (error.closes()) end_after_answer();
}

void Door::serve(Words words) {
  const Row* const row = std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& each) {
    return event::is_word(words[0], each.name);
  });
  if (row == std::end(kRows)) return refuse_stranger();
  if (words.size() < row->words_min) {
    return refuse_misuse(words.size() + 1, "a word is missing", row->usage);
  }
  if (words.size() > row->words_max) {
    return refuse_misuse(row->words_max + 1, "this word is one too many", row->usage);
  }
  (this->*row->serve)(words);
}

void Door::refuse_stranger() {
  if (!may_operate()) {
    return refuse("NOAUTH", "word 1: this connection has not said who it is; send AUTH KEY first");
  }
  if (guest_->is_operator) {
    return refuse(
        "NOPERM",
        "word 1: an operator's connection is of no tenant, and may only send CLIENT, ECHO, "
        "HELLO, INFO, PING, QUIT and SHUTDOWN; open one with a tenant's key");
  }
  refuse("NOPERM",
         "word 1: this connection has not said whose it is, and may only send CLIENT, ECHO, HELLO, "
         "INFO, PING, QUIT and SHUTDOWN; send HELLO 2 tenant=NAME first");
}

void Door::refuse_misuse(size_t word, std::string_view wrong, std::string_view usage) {
  std::string sentence = "word " + std::to_string(word) + ": ";
  sentence.append(wrong).append("; write ").append(usage);
  refuse("SYNTAX", sentence);
}

void Door::serve_ping(Words words) {
  words.size() == 1 ? reply().status("PONG") : reply().bulk(words[1]);
}

void Door::serve_echo(Words words) { reply().bulk(words[1]); }

void Door::serve_quit(Words) {
  reply().status("OK");
  end_after_answer();
}

void Door::serve_shutdown(Words) {
  if (!may_operate()) return refuse_stranger();
  reply().status("OK");
  end_after_answer();
  house_.shut_down();
}

void Door::serve_info(Words) { may_operate() ? reply().bulk(house_.info()) : refuse_stranger(); }

void Door::serve_client(Words words) {
  const std::string_view what = words[1];
  if (event::is_word(what, "ID") && words.size() == 2) {
    return reply().integer(connection_number(connection_->id(), loop_));
  }
  if (event::is_word(what, "GETNAME") && words.size() == 2) {
    const std::string& name = guest_->said.name;
    return name.empty() ? reply().null() : reply().bulk(name);
  }
  if (event::is_word(what, "SETNAME") && words.size() == 3) {
    if (const auto refusal = check_client_name(words[2], 3)) {
      return refuse(refusal->code, refusal->sentence);
    }
    guest_->said.name = words[2];
    return reply().status("OK");
  }
  // What it says is forgotten.
  if (event::is_word(what, "SETINFO") && words.size() == 4) return reply().status("OK");
  refuse_misuse(2, "this is not how it goes on",
                "CLIENT ID | GETNAME | SETNAME name | SETINFO what value");
}

// ---- Keys

void Door::serve_auth(Words words) {
  if (house_.keys == nullptr) return refuse("NOAUTH", kNoKeys);
  if (guest_->is_operator) return refuse("NOPERM", kHasKey);
  if (words.size() == 2) return challenge(words[1]);
  const std::string asked = std::exchange(guest_->challenge, "");
  if (asked.empty() || guest_->key != words[1].substr(0, kKeyIdMax)) {
    return refuse("NOAUTH",
                  "word 3: a proof answers a challenge, once; send AUTH KEY for one, then AUTH KEY "
                  "PROOF");
  }
  const Key* const key = house_.keys->find(words[1]);
  const bool is_right = is_proof(key != nullptr ? key->secret : nobodys_secret_, asked, words[2]);
  const bool has_room = key != nullptr && (key->role == Role::kOperator ||
                                           std::find(house_.tenants.begin(), house_.tenants.end(),
                                                     key->tenant) != house_.tenants.end());
  if (is_right && has_room) return let_in_by(*key);
  refuse("NOAUTH", "this proves no key of this server; the connection ends");
  end_after_answer();
}

// 32 bytes, as secrets are.
void Door::make_nobodys_secret() {
  for (int word = 0; word < 4; ++word) {
    uint64_t number = house_.random();
    for (int byte = 0; byte < 8; ++byte, number >>= 8) {
      nobodys_secret_.push_back(static_cast<char>(number & 255));
    }
  }
}

// One is given for any name: whether there is such a key, only who has it learns.
void Door::challenge(std::string_view key) {
  if (nobodys_secret_.empty()) make_nobodys_secret();
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string nonce;
  for (int word = 0; word < 4; ++word) {
    uint64_t number = house_.random();
    for (int digit = 0; digit < 16; ++digit, number >>= 4) nonce.push_back(kDigits[number & 15]);
  }
  guest_->key = key.substr(0, kKeyIdMax);  // a longer one is none
  guest_->challenge = challenge_of(nonce, connection_number(connection_->id(), loop_));
  reply().status("PROVE " + guest_->challenge);
}

void Door::let_in_by(const Key& key) {
  reply().status("OK");
  know(*connection_);
  if (key.role == Role::kOperator) {
    guest_->is_operator = true;
    return;
  }
  guest_->said.role = key.role;
  const auto tenant = std::find(house_.tenants.begin(), house_.tenants.end(), key.tenant);
  let_in(static_cast<size_t>(tenant - house_.tenants.begin()));
}

// Nothing of a HELLO that is refused holds.
void Door::serve_hello(Words words) {
  Greeting greeting{guest_->said.protocol};
  if (const auto refusal = read_greeting(words, &greeting)) {
    return refuse(refusal->code, refusal->sentence);
  }
  if (greeting.tenant_word != 0 && house_.keys != nullptr) {
    return refuse("NOAUTH",
                  "word " + std::to_string(greeting.tenant_word) +
                      ", tenant: whose a connection is, its key says; send AUTH KEY first");
  }
  const std::vector<std::string>& tenants = house_.tenants;
  const auto tenant = std::find(tenants.begin(), tenants.end(), greeting.tenant);
  if (greeting.tenant_word != 0 && tenant == tenants.end()) {
    return refuse("UNKNOWN", "word " + std::to_string(greeting.tenant_word) +
                                 ", tenant: there is no tenant " +
                                 event::printable(greeting.tenant, kTenantNameMax) +
                                 "; write a name that the server was started with");
  }
  guest_->said.protocol = greeting.protocol;
  if (greeting.name) guest_->said.name = *greeting.name;
  net::ReplyWriter answer = reply();
  write_greeting(greeting.protocol, connection_number(connection_->id(), loop_), greeting.tenant,
                 answer);
  if (greeting.tenant_word != 0) let_in(static_cast<size_t>(tenant - tenants.begin()));
}

}  // namespace guerdon::door
