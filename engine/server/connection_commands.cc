// What concerns the connection, or the server as such.
#include <string>

#include "engine/event/text_rules.h"
#include "engine/server/command.h"
#include "engine/server/intake.h"
#include "engine/server/limits.h"

namespace guerdon::server {

namespace {

bool is_client_name(std::string_view name) {
  const auto is_plain = [](char c) { return c > ' ' && c < 0x7f; };
  return name.size() <= kClientNameMax && std::all_of(name.begin(), name.end(), is_plain);
}

bool set_name(Intake& intake, Words words, size_t at) {
  const std::string_view name = words[at];
  if (!is_client_name(name)) {
    intake.answer_error("INVALID", "word " + std::to_string(at + 1) +
                                       ": a connection's name is at most " +
                                       std::to_string(kClientNameMax) +
                                       " printable ASCII characters without spaces");
    return false;
  }
  intake.session().name = name;
  return true;
}

// From this word on it is none of the forms of the command.
void wrong_words(Intake& intake, std::string_view command, size_t word) {
  answer_misuse(intake, *find_command(command), word, "this is not how it goes on");
}

}  // namespace

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
  intake.answer_ok();
  intake.end_after_answer();
  intake.shared().shut_down();
}

void serve_hello(Intake& intake, Words words) {
  net::Protocol protocol = intake.session().protocol;
  if (words.size() > 1) {
    if (words[1] != "2" && words[1] != "3") {
      // What clients of Redis look for when they ask for more than there is.
      return intake.answer_error("NOPROTO", "unsupported protocol version; write 2 or 3");
    }
    protocol = words[1] == "3" ? net::Protocol::kResp3 : net::Protocol::kResp2;
  }
  if (words.size() > 2) {
    if (is_word(words[2], "AUTH")) {
      return intake.answer_error("NOAUTH", "word 3: this server knows no users; leave AUTH out");
    }
    if (words.size() != 4 || !is_word(words[2], "SETNAME")) return wrong_words(intake, "HELLO", 3);
    if (!set_name(intake, words, 3)) return;
  }
  intake.session().protocol = protocol;
  intake.answer([&](net::ReplyWriter& reply) {
    const auto pair = [&](std::string_view name, std::string_view value) {
      reply.bulk(name);
      reply.bulk(value);
    };
    reply.map_header(7);
    pair("server", "guerdon");
    pair("version", GUERDON_VERSION);
    reply.bulk("proto");
    reply.integer(static_cast<int64_t>(protocol));
    reply.bulk("id");
    reply.integer(intake.connection_number());
    pair("mode", "standalone");
    pair("role", "master");
    reply.bulk("modules");
    reply.array_header(0);
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
    if (set_name(intake, words, 2)) intake.answer_ok();
    return;
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
