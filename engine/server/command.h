// The commands: one row each.
//
// A handler takes the whole request, the command among its words, and sees to it that it is
// answered once. What a command may be given is checked by the row (how many words) and by the
// handler (which).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "engine/door/keys.h"
#include "engine/event/command.h"

namespace guerdon::server {

class Intake;
struct Fault;

using Words = std::span<const std::string_view>;

enum CommandFlag : uint8_t {
  kWrite = 1,       // changes state: has an LSN
  kRead = 2,        // sees state
  kBarrier = 4,     // waits until all stages are at rest: slow, beside other work
  kConnection = 8,  // of the connection, or about the server: touches no state
  kAdmin = 16,      // of the server as a whole
};

struct Command {
  std::string_view name;
  size_t words_min;
  size_t words_max;
  uint8_t flags;
  void (*handler)(Intake& intake, Words words);
  std::string_view usage;
  std::string_view summary;
};

// Sorted by name.
std::span<const Command> commands();
// Null where there is none; upper and lower case are one.
const Command* find_command(std::string_view name);

using event::is_word;

// NOPERM where a connection of this role may not ask for it.
std::optional<Fault> check_role(const Command& command, Words words, door::Role role);

void answer_unknown_command(Intake& intake, std::string_view name);
// SYNTAX, with how the command is written. `word`: the first that is wrong or missing, from 1.
void answer_misuse(Intake& intake, const Command& command, size_t word, std::string_view wrong);

// Whether the second word can be the name of an account; else that is answered.
bool is_account(Intake& intake, Words words);
// Whether a book is kept; else that is answered.
bool has_book(Intake& intake);

// ---- The handlers, by family

void serve_auth(Intake& intake, Words words);
void serve_badges(Intake& intake, Words words);
void serve_batch(Intake& intake, Words words);
void serve_balance(Intake& intake, Words words);
void serve_balance_at(Intake& intake, Words words);
void serve_client(Intake& intake, Words words);
void serve_command(Intake& intake, Words words);
void serve_config(Intake& intake, Words words);
void serve_dry_run(Intake& intake, Words words);
void serve_echo(Intake& intake, Words words);
void serve_entries(Intake& intake, Words words);
void serve_event(Intake& intake, Words words);
void serve_explain(Intake& intake, Words words);
void serve_hash(Intake& intake, Words words);
void serve_hello(Intake& intake, Words words);
// A command of the log (event/command.h).
void serve_logged(Intake& intake, Words words);
void serve_reverse(Intake& intake, Words words);
void serve_if_closed(Intake& intake, Words words);
void serve_info(Intake& intake, Words words);
void serve_holders(Intake& intake, Words words);
void serve_budgets(Intake& intake, Words words);
void serve_orgs(Intake& intake, Words words);
void serve_items(Intake& intake, Words words);
void serve_lots(Intake& intake, Words words);
void serve_expiring(Intake& intake, Words words);
void serve_payouts(Intake& intake, Words words);
void serve_ping(Intake& intake, Words words);
void serve_plan(Intake& intake, Words words);
void serve_progress(Intake& intake, Words words);
void serve_quit(Intake& intake, Words words);
void serve_register(Intake& intake, Words words);
void serve_report(Intake& intake, Words words);
void serve_seals(Intake& intake, Words words);
void serve_shutdown(Intake& intake, Words words);
void serve_snapshot(Intake& intake, Words words);
void serve_source(Intake& intake, Words words);
void serve_standings(Intake& intake, Words words);
void serve_subscribe(Intake& intake, Words words);
void serve_tick(Intake& intake, Words words);
void serve_unsubscribe(Intake& intake, Words words);
void serve_verify(Intake& intake, Words words);
void serve_whynot(Intake& intake, Words words);

}  // namespace guerdon::server
