#include <algorithm>
#include <array>
#include <vector>

#include "engine/event/text_rules.h"
#include "engine/net/request_error.h"
#include "engine/server/command.h"
#include "engine/server/intake.h"

namespace guerdon::server {

namespace {

constexpr size_t kAny = net::kWordsMax;

// Those of the log have their rows in event/command.h.
constexpr std::array kCommands = {
    Command{"AUTH", 2, 3, kConnection, serve_auth, door::kAuthUsage,
            "Says who a connection is: asks for a challenge, and proves that it has the key"},
    Command{"BADGES", 2, 2, kRead, serve_badges, "BADGES account",
            "The badges that an account has: what they are called, their level, and how many times "
            "it was given each"},
    Command{
        "BALANCE", 2, 4, kRead, serve_balance, "BALANCE account [FULL | in=UNIT] [program=P]",
        "The balances of an account that are not zero: program, unit, amount; or all that is to be "
        "known of its wallets; or what they are in a unit"},
    Command{
        "BALANCEAT", 3, 4, kRead | kBarrier, serve_balance_at,
        "BALANCEAT account [time=TIME] [lsn=N]",
        "The balances of an account by entries effective by then, recorded up to then, or both"},
    Command{
        "BATCH", 2, 2, kWrite, serve_batch, "BATCH n, then n lines; or BATCH and one bulk",
        "Many events with one answer: accepted, duplicates, first and last LSN, errors by line. "
        "Blank lines are none: they are not counted"},
    Command{"BUDGETS", 2, 4, kRead | kBarrier, serve_budgets, "BUDGETS program [budget=B] [top=N]",
            "What was granted of what all accounts share, and what is left, by period; the newest "
            "first"},
    Command{"CLIENT", 2, 4, kConnection, serve_client,
            "CLIENT ID | GETNAME | SETNAME name | SETINFO what value",
            "What this connection is called"},
    Command{"COMMAND", 1, kAny, kConnection, serve_command,
            "COMMAND [COUNT | DOCS [name ...] | INFO [name ...] | LIST]", "The commands there are"},
    Command{"CONFIG", 2, kAny, kConnection, serve_config, "CONFIG GET pattern ...",
            "Settings that clients of Redis ask for: there are none"},
    Command{"DRYRUN", 2, kAny, kRead | kBarrier, serve_dry_run,
            "DRYRUN EVENT type id name=value ...",
            "What an event would post, or be refused for, were it sent now; nothing is changed"},
    Command{"ECHO", 2, 2, kConnection, serve_echo, "ECHO text",
            "The text; redis-cli --pipe ends with it"},
    Command{
        "ENTRIES", 1, 9, kRead | kBarrier, serve_entries,
        "ENTRIES [unit=U] [program=P] [kind=K] [rule=R] [from=TIME] [to=TIME] [limit=N] "
        "[after=PLACE]",
        "The entries of all accounts, the oldest first, without balances; and where the next page "
        "begins"},
    Command{"EVENT", 1, kAny, kWrite, serve_event, "EVENT type id name=value ...",
            "One event; OK lsn entries, or DUP and the same for one that came before"},
    Command{"EXPIRING", 2, 5, kRead, serve_expiring,
            "EXPIRING account [unit=UNIT] [program=P] [at=TIME]",
            "The lots of an account that run out soon: those in their notice time"},
    Command{"EXPLAIN", 3, 4, kRead | kBarrier, serve_explain, "EXPLAIN account lsn [n]",
            "An entry, the record that made it, and the rule as its plan has it"},
    Command{"HASH", 1, 1, kRead | kBarrier, serve_hash, "HASH",
            "The hashes of state and entries, and the LSN they are of"},
    Command{"HELLO", 1, door::kHelloWordsMax, kConnection, serve_hello, door::kHelloUsage,
            "Changes the protocol of replies; says whose connection it is, and what this server "
            "is"},
    Command{"HOLDERS", 2, 2, kRead | kBarrier, serve_holders, "HOLDERS account",
            "What is known of an account, and from when until when"},
    Command{"IFCLOSED", 2, 3, kRead | kBarrier, serve_if_closed, "IFCLOSED account [program=P]",
            "What an account would be paid, or lose, if the periods that are open were over now"},
    Command{"INFO", 1, 1, kRead | kBarrier, serve_info, "INFO",
            "Figures of the server, a line each"},
    Command{"ITEMS", 1, 1, kRead | kBarrier, serve_items, "ITEMS",
            "The catalogue: what each item costs, and how many are left"},
    Command{"LOTS", 2, 4, kRead, serve_lots, "LOTS account [unit=UNIT] [program=P]",
            "The lots of an account, those first that are spent first"},
    Command{"ORGS", 2, 4, kRead | kBarrier, serve_orgs, "ORGS account [relation=R] [at=TIME]",
            "Who stands above an account, level by level, at a time"},
    Command{
        "PAYOUTS", 3, 4, kRead | kBarrier, serve_payouts, "PAYOUTS id unit [program=P]",
        "What a payout paid to whom, as a file, with how many, how many came back, and the total"},
    Command{"PING", 1, 2, kConnection, serve_ping, "PING [text]", "PONG, or the text"},
    Command{"PLAN", 1, 3, kWrite | kBarrier, serve_plan, "PLAN [text [dry=yes]]",
            "Publishes a further version of a plan, or says what that would change; without a "
            "text, the versions there are"},
    Command{"PROGRESS", 2, 5, kRead, serve_progress,
            "PROGRESS account [program=P] [target=T] [period=PERIOD | at=TIME]",
            "How far an account has come towards its targets: what is achieved of the goal, in "
            "percent and as a band, what is missing, and what that is a day"},
    Command{"QUIT", 1, 1, kConnection, serve_quit, "QUIT",
            "Ends the connection when all is answered"},
    Command{
        "REGISTER", 2, 12, kRead | kBarrier, serve_register,
        "REGISTER account [unit=U] [program=P] [kind=K] [rule=R] [object=ID] [from=TIME] [to=TIME] "
        "[derived=yes] [limit=N] [before=PLACE]",
        "The entries of an account, the newest first, with the balance behind each; and where "
        "the next page begins"},
    Command{
        "REPORT", 1, 5, kRead | kBarrier, serve_report,
        "REPORT [program=P] [each=KIND] [period=PERIOD] [unit=U]",
        "What a program came to in a period: who takes part, what was paid and how that changed, "
        "how far targets are, who won, what is still owed; of all programs, or of one"},
    Command{"SEALS", 2, 5, kRead | kBarrier, serve_seals,
            "SEALS program [each=KIND] [period=PERIOD] [top=N]",
            "What closing the periods of a program came to: how many accounts and entries, a hash "
            "over all of it, and the LSN with which it was done; the newest first"},
    Command{"SHUTDOWN", 1, 1, kAdmin, serve_shutdown, "SHUTDOWN", "Stops the server in order"},
    Command{"SNAPSHOT", 1, 1, kAdmin | kBarrier, serve_snapshot, "SNAPSHOT",
            "Writes a snapshot; OK and the LSN it is of. Nothing else is done meanwhile"},
    Command{"SOURCE", 2, 2, kConnection, serve_source, "SOURCE name",
            "Where the events of this connection come from, unless they say so themselves"},
    Command{"STANDINGS", 2, 8, kRead | kBarrier, serve_standings,
            "STANDINGS challenge [program=P] [period=PERIOD | at=TIME] [top=N | account=NAME "
            "[around=N]] [by=FIELD value=V]",
            "Who stands where in a challenge: the best, or an account and those around it; of all, "
            "or of those of a team or of a level"},
    Command{
        "SUBSCRIBE", 1, 7, kRead | kBarrier, serve_subscribe,
        "SUBSCRIBE [account=NAME] [unit=U] [program=P] [kind=K] [rule=R] [after=PLACE]",
        "Sends each entry as it becomes durable, from a place on, with the balance now; OK and the "
        "place where it begins"},
    Command{"TICK", 1, 2, kWrite, serve_tick, "TICK [time]",
            "Moves the engine's clock on; without a time, to the wall's"},
    Command{"UNSUBSCRIBE", 1, 1, kConnection, serve_unsubscribe, "UNSUBSCRIBE",
            "No more entries are sent"},
    Command{"VERIFY", 1, 1, kRead | kBarrier, serve_verify, "VERIFY",
            "Audits the books: a certificate, or the first difference"},
    Command{"WHYNOT", 4, 5, kRead | kBarrier, serve_whynot, "WHYNOT account lsn rule [plan=NAME]",
            "Why a rule did not pay an account for an event: the first condition that is not true, "
            "and its sides"},
};

// What a key with the role writer may change: what happens to accounts from day to day. All else
// that changes anything is an admin's: what plans are, what they read, the clock, periods, and what
// is there before the first event.
constexpr std::array<std::string_view, 14> kOfWriters = {
    "ADJUST", "BATCH",  "CAPTURE", "EVENT",   "EXCHANGE", "GRANT",    "HOLD",
    "PAYOUT", "REDEEM", "REFUND",  "REVERSE", "SPEND",    "UNREDEEM", "VOID"};

door::Role least_role(const Command& command, Words words) {
  const bool is_listed =
      std::find(kOfWriters.begin(), kOfWriters.end(), command.name) != kOfWriters.end();
  if (is_listed) return door::Role::kWriter;
  if ((command.flags & kAdmin) != 0) return door::Role::kAdmin;
  const bool only_shows = command.name == "PLAN" && words.size() == 1;
  return (command.flags & kWrite) != 0 && !only_shows ? door::Role::kAdmin : door::Role::kReader;
}

constexpr const Command& kEvent = *std::find_if(
    kCommands.begin(), kCommands.end(), [](const Command& row) { return row.name == "EVENT"; });

std::vector<Command> all_commands() {
  std::vector<Command> all(kCommands.begin(), kCommands.end());
  for (const event::CommandRow& row : event::command_rows()) {
    if (!event::is_asked_for(row)) continue;
    if (all.back().name == row.word) continue;  // another verb of the same
    const bool looks_back = row.number == static_cast<uint8_t>(event::CommandKind::kReverse);
    const auto flags = static_cast<uint8_t>(looks_back ? kWrite | kBarrier : kWrite);
    const auto handler = looks_back ? serve_reverse : serve_logged;
    all.push_back({row.word, 1, kAny, flags, handler, row.usage, row.summary});
  }
  std::sort(all.begin(), all.end(),
            [](const Command& a, const Command& b) { return a.name < b.name; });
  return all;
}

}  // namespace

std::span<const Command> commands() {
  static const std::vector<Command> all = all_commands();
  return all;
}

const Command* find_command(std::string_view name) {
  if (is_word(name, kEvent.name)) return &kEvent;  // nearly always
  const std::span<const Command> all = commands();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Command& row) { return is_word(name, row.name); });
  return found == all.end() ? nullptr : &*found;
}

std::optional<Fault> check_role(const Command& command, Words words, door::Role role) {
  const door::Role least = least_role(command, words);
  if (role >= least) return std::nullopt;
  return Fault{"NOPERM", "word 1: " + std::string(command.name) + " is for the role " +
                             std::string(door::role_word(least)) +
                             ", and this connection's key has the role " +
                             std::string(door::role_word(role)) + "; use a key that has more"};
}

void answer_unknown_command(Intake& intake, std::string_view name) {
  constexpr size_t kShownMax = 64;
  const std::string wrong = name.empty()
                                ? "an empty word is no command"
                                : "there is no command " + event::printable(name, kShownMax);
  intake.answer_error("UNKNOWN", "word 1: " + wrong + "; COMMAND LIST names those there are");
}

void answer_misuse(Intake& intake, const Command& command, size_t word, std::string_view wrong) {
  std::string sentence = "word " + std::to_string(word) + ": ";
  sentence.append(wrong).append("; write ").append(command.usage);
  intake.answer_error("SYNTAX", sentence);
}

}  // namespace guerdon::server
