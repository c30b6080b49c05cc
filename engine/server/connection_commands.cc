// What concerns the connection, or the server as such.
#include <optional>
#include <string>

#include "engine/door/greeting.h"
#include "engine/server/command.h"
#include "engine/server/intake.h"

namespace guerdon::server {

namespace {

// Where the connection may not be of the tenant that a HELLO names.
std::optional<door::Refusal> check_tenant(const Shared& shared, const door::Greeting& greeting) {
  if (greeting.tenant_word == 0) return std::nullopt;
  const std::string word = "word " + std::to_string(greeting.tenant_word) + ", tenant: ";
  if (shared.tenant.empty()) {
    return door::Refusal{"UNKNOWN", word + "this server has no tenants; leave tenant= out"};
  }
  if (greeting.tenant == shared.tenant) return std::nullopt;
  return door::Refusal{"NOPERM", word + "this connection is of tenant " + shared.tenant +
                                     " and stays so; open one of its own for another"};
}

// From this word on it is none of the forms of the command.
void wrong_words(Intake& intake, std::string_view command, size_t word) {
  answer_misuse(intake, *find_command(command), word, "this is not how it goes on");
}

}  // namespace

// Whoever is here has come through the door, or there is none.
void serve_auth(Intake& intake, Words) {
  const bool has_keys = intake.shared().has_keys;
  intake.answer_error(has_keys ? "NOPERM" : "NOAUTH", has_keys ? door::kHasKey : door::kNoKeys);
}

void serve_ping(Intake& intake, Words words) {
  intake.answer([&](net::ReplyWriter& reply) {
    if (words.size() == 1) {
      reply.status("PONG");
    } else {
      reply.bulk(words[1]);
    }
  });
}

void serve_echo(Intake& intake, Words words) {
  intake.answer([&](net::ReplyWriter& reply) { reply.bulk(words[1]); });
}

void serve_quit(Intake& intake, Words) {
  intake.answer_ok();
  intake.end_after_answer();
}

void serve_shutdown(Intake& intake, Words) {
  if (!intake.shared().shut_down) {
    return intake.answer_error("NOPERM",
                               "word 1: this would stop the server for all tenants; send it on a "
                               "connection that has named none");
  }
  intake.answer_ok();
  intake.end_after_answer();
  intake.shared().shut_down();
}

void serve_hello(Intake& intake, Words words) {
  Session& session = intake.session();
  door::Greeting greeting{session.protocol};
  std::optional<door::Refusal> refusal = door::read_greeting(words, &greeting);
  if (!refusal) refusal = check_tenant(intake.shared(), greeting);
  if (refusal) return intake.answer_error(refusal->code, refusal->sentence);
  session.protocol = greeting.protocol;
  if (greeting.name) session.name = *greeting.name;
  intake.answer([&](net::ReplyWriter& reply) {
    door::write_greeting(greeting.protocol, intake.connection_number(), intake.shared().tenant,
                         reply);
  });
}

void serve_client(Intake& intake, Words words) {
  if (is_word(words[1], "ID") && words.size() == 2) {
    return intake.answer(
        [&](net::ReplyWriter& reply) { reply.integer(intake.connection_number()); });
  }
  if (is_word(words[1], "GETNAME") && words.size() == 2) {
    return intake.answer([&](net::ReplyWriter& reply) {
      const std::string& name = intake.session().name;
      name.empty() ? reply.null() : reply.bulk(name);
    });
  }
  if (is_word(words[1], "SETNAME") && words.size() == 3) {
    if (const auto refusal = door::check_client_name(words[2], 3)) {
      return intake.answer_error(refusal->code, refusal->sentence);
    }
    intake.session().name = words[2];
    return intake.answer_ok();
  }
  if (is_word(words[1], "SETINFO") && words.size() == 4) return intake.answer_ok();
  wrong_words(intake, "CLIENT", 2);
}

// redis-benchmark asks before it begins.
void serve_config(Intake& intake, Words words) {
  if (!is_word(words[1], "GET")) {
    return intake.answer_error(
        "UNKNOWN",
        "word 2: nothing is set while the server runs; its options are given "
        "when it is started");
  }
  intake.answer([](net::ReplyWriter& reply) { reply.map_header(0); });
}

void serve_snapshot(Intake& intake, Words) {
  runtime::Core& core = intake.shared().core;
  if (core.log() == nullptr) {
    return intake.answer_error("INVALID",
                               "with --durability none nothing is kept, so there is "
                               "nowhere to write a snapshot to");
  }
  intake.take_report([&core](net::ReplyWriter& reply) {
    std::string error;
    if (core.write_snapshot(&error)) return reply.status("OK", {core.admission().last_lsn()});
    reply.error("INTERNAL", error + "; the server goes on without it");
  });
}

void serve_info(Intake& intake, Words) {
  Shared& shared = intake.shared();
  intake.take_report([&shared](net::ReplyWriter& reply) { reply.bulk(shared.info()); });
}

}  // namespace guerdon::server
