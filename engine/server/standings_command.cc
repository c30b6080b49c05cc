// STANDINGS: who stands where in a challenge, at a place of the log.
#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/accounts/account_state.h"
#include "engine/base/timestamp.h"
#include "engine/calendar/period.h"
#include "engine/event/named.h"
#include "engine/event/refusal.h"
#include "engine/event/text_rules.h"
#include "engine/money/decimal.h"
#include "engine/progress/leaderboard.h"
#include "engine/progress/standings.h"
#include "engine/server/command.h"
#include "engine/server/intake.h"
#include "engine/server/limits.h"
#include "engine/server/named_words.h"

namespace guerdon::server {

namespace {

constexpr size_t kPlacesUsual = 10;

struct StandingsQuery {
  uint32_t challenge = 0;         // of Program::challenges
  std::optional<int32_t> period;  // nothing: that of the clock
  size_t top = kPlacesUsual;
  std::string account;  // not empty: its place, and so many on each side of it
  size_t around = 0;
  // Of whom this is known, or who have this level.
  std::optional<uint32_t> known;  // of Program::known
  std::string ladder;             // of the challenge's plan; empty: of none
  std::string value;              // of which a version of the ladder has a level
};

const plan::Clock& clock_of(const plan::Program& program, const plan::ChallengeKind& challenge) {
  return program.clocks[static_cast<size_t>(challenge.clock)];
}

class StandingsReader {
 public:
  StandingsReader(const plan::Program& program, Words words) : program_(program), words_(words) {}

  std::optional<Fault> read(StandingsQuery* query);

 private:
  enum Field : size_t { kProgram, kPeriod, kAt, kTop, kAccount, kAround, kBy, kValue, kFields };
  static constexpr std::array<std::string_view, kFields> kNames = {
      "program", "period", "at", "top", "account", "around", "by", "value"};

  std::optional<Fault> find_challenge(StandingsQuery* query) const;
  std::optional<Fault> find_period(StandingsQuery* query) const;
  std::optional<Fault> find_places(StandingsQuery* query) const;
  std::optional<Fault> find_regard(StandingsQuery* query) const;
  std::optional<Fault> find_level(std::string_view name, StandingsQuery* query) const;

  const plan::Program& program_;
  const Words words_;
  NamedWords given_{kNames};
};

std::optional<Fault> StandingsReader::read(StandingsQuery* query) {
  if (auto fault = given_.read(words_)) return fault;
  if (auto fault = given_.exclude(words_, kPeriod, kAt)) return fault;
  if (auto fault = given_.exclude(words_, kTop, kAccount)) return fault;
  if (auto fault = find_challenge(query)) return fault;
  if (auto fault = find_period(query)) return fault;
  if (auto fault = find_places(query)) return fault;
  return find_regard(query);
}

// What is known of accounts, whichever plan says so; else a ladder of the challenge's own plan.
std::optional<Fault> StandingsReader::find_regard(StandingsQuery* query) const {
  if (!given_[kBy] && !given_[kValue]) return std::nullopt;
  if (!given_[kValue]) return given_.wrong(kBy, "SYNTAX", "by what; write value=V, too");
  if (!given_[kBy]) return given_.wrong(kValue, "SYNTAX", "of what; write by=FIELD, too");
  const std::string_view name = given_[kBy].value;
  query->value = given_[kValue].value;
  std::vector<std::string> names;
  for (uint32_t k = 0; k < program_.known.size(); ++k) {
    add_once(program_.known[k].field.wire, &names);
    if (program_.known[k].field.wire != name) continue;
    query->known = k;
    return std::nullopt;
  }
  const uint32_t plan = program_.challenges[query->challenge].plan;
  for (uint32_t l = 0; l < program_.ladders.size(); ++l) {
    if (program_.ladders[l].plan != plan) continue;
    add_once(program_.ladders[l].name, &names);
    if (program_.ladders[l].name == name) return find_level(name, query);
  }
  return given_.unknown(kBy, "field or ladder", names);
}

// Which of its versions is asked is said by the clock at which it is.
std::optional<Fault> StandingsReader::find_level(std::string_view name,
                                                 StandingsQuery* query) const {
  const uint32_t plan = program_.challenges[query->challenge].plan;
  std::vector<std::string> levels;
  for (const plan::LadderKind& kind : program_.ladders) {
    if (kind.plan != plan || kind.name != name) continue;
    if (!program_.subjects[program_.measures[kind.measure].subject].keys.empty()) {
      return given_.wrong(kBy, "INVALID",
                          "ladder " + kind.name +
                              " is kept for more than an account, which has "
                              "several levels there");
    }
    for (const std::string& level : program_.table_words[kind.table].levels) {
      add_once(level, &levels);
    }
  }
  if (std::ranges::find(levels, query->value) == levels.end()) {
    return given_.unknown(kValue, "level", levels);
  }
  query->ladder = name;
  return std::nullopt;
}

std::optional<Fault> StandingsReader::find_challenge(StandingsQuery* query) const {
  std::vector<std::string> programs;
  std::vector<std::string> names;
  size_t found = 0;
  for (uint32_t c = 0; c < program_.challenges.size(); ++c) {
    const plan::ChallengeKind& each = program_.challenges[c];
    const std::string& own = program_.plans[each.plan].program;
    add_once(own, &programs);
    if (given_[kProgram] && given_[kProgram].value != own) continue;
    add_once(own + "/" + each.name, &names);
    if (!event::is_named(own, each.name, words_[1])) continue;
    query->challenge = c;
    ++found;
  }
  if (found == 1) return std::nullopt;
  if (names.empty() && !programs.empty()) {
    return given_.unknown(kProgram, "challenge in", programs);
  }
  const std::string wanted = event::printable(words_[1], event::kExcerptShownMax);
  if (found > 1) {
    return Fault{"INVALID", "word 2, challenge: several plans have a challenge " + wanted +
                                "; say whose with program="};
  }
  return Fault{"UNKNOWN",
               "word 2, challenge: no plan has a challenge " + wanted + "; " +
                   (names.empty() ? "there is none" : "there is " + event::listed(names))};
}

std::optional<Fault> StandingsReader::find_period(StandingsQuery* query) const {
  const plan::Clock& clock = clock_of(program_, program_.challenges[query->challenge]);
  if (given_[kAt]) {
    base::TimeMs at = 0;
    if (auto fault = given_.read_instant(kAt, &at)) return fault;
    query->period = calendar::period_at(clock.calendar, clock.rule, at).index;
  }
  if (!given_[kPeriod]) return std::nullopt;
  const std::string_view label = given_[kPeriod].value;
  query->period = calendar::period_that_is(clock.calendar, clock.rule, label);
  if (query->period) return std::nullopt;
  return given_.wrong(kPeriod, "INVALID",
                      event::printable(label, event::kExcerptShownMax) +
                          " is no period of this challenge; write one such as " +
                          calendar::example_label(clock.calendar, clock.rule));
}

std::optional<Fault> StandingsReader::find_places(StandingsQuery* query) const {
  const auto read = [&](Field field, int64_t least, size_t* places) -> std::optional<Fault> {
    int64_t count = 0;
    if (!given_[field]) return std::nullopt;
    if (auto fault = given_.read_count(field, least, kPlacesShownMax, &count)) return fault;
    *places = static_cast<size_t>(count);
    return std::nullopt;
  };
  if (auto fault = read(kTop, 1, &query->top)) return fault;
  if (auto fault = read(kAround, 0, &query->around)) return fault;
  if (given_[kAround] && !given_[kAccount]) {
    return given_.wrong(kAround, "SYNTAX", "around whom; write account=NAME, too");
  }
  query->account = given_[kAccount].value;
  return std::nullopt;
}

class StandingsWriter {
 public:
  StandingsWriter(const runtime::Core& core, const StandingsQuery& query, net::ReplyWriter& reply)
      : core_(core),
        challenge_(core.program().challenges[query.challenge]),
        clock_(clock_of(core.program(), challenge_)),
        query_(query),
        reply_(reply) {
    const base::TimeMs now = core.admission().clock();
    period_ = query.period ? calendar::period_of_index(clock_.calendar, clock_.rule, *query.period)
                           : calendar::period_at(clock_.calendar, clock_.rule, now);
    const plan::Program& program = core.program();
    const plan::SubjectKind& score = program.subjects[program.measures[challenge_.measure].subject];
    shard::KeptSince since(program);
    since.move_to(now);
    is_closed_ = since.is_closed(score, period_.index) &&
                 !core.admission().reopened().is_open(static_cast<size_t>(challenge_.clock),
                                                      period_.index, now);
    is_gone_ = since.is_gone(score, period_.index);
    has_goals_ = !score.scores[challenge_.score].goals.empty();
  }

  void write() {
    if (is_gone_) {
      return reply_.error("LATE",
                          "period: it is closed for so long that no scores are kept of it any "
                          "more; ENTRIES kind=prize has what was won");
    }
    const runtime::Core::Boards found =
        core_.leaderboards(query_.challenge, period_.index, regard());
    const std::vector<const progress::Leaderboard*>& boards = found.all;
    uint64_t members = 0;
    for (const progress::Leaderboard* const board : boards) members += board->size();
    const std::vector<progress::ShownPlace> shown = places(boards);
    reply_.array_header(shown.size());
    for (const progress::ShownPlace& place : shown) write_place(place, members);
  }

 private:
  // What is known of an account as of now, or as of the end of a period that is over; its level as
  // of now.
  runtime::Core::Regard regard() const {
    runtime::Core::Regard regard;
    regard.at = core_.admission().clock();
    if (!query_.ladder.empty()) {
      look_at_level(regard);
    } else if (query_.known) {
      const plan::KnownKind& kind = core_.program().known[*query_.known];
      regard.known = kind.subject;
      regard.at = std::clamp(regard.at, std::max(period_.from, base::kTimeMin), period_.to - 1);
      regard.is_it = [this, &kind](int64_t has) {
        return core_.known_in_words(kind, has) == query_.value;
      };
    }
    return regard;
  }

  // By the version of the ladder that is there at the clock. Nobody has a level that it has not, or
  // one before the first begins.
  void look_at_level(runtime::Core::Regard& regard) const {
    const plan::Program& program = core_.program();
    regard.is_it = [](int64_t) { return false; };
    for (uint32_t l = 0; l < program.ladders.size(); ++l) {
      const plan::LadderKind& kind = program.ladders[l];
      if (kind.plan != challenge_.plan || kind.name != query_.ladder) continue;
      if (regard.ladder == plan::kNowhere) regard.ladder = l;
      if (regard.at < kind.acts.from || regard.at >= kind.acts.until) continue;
      regard.ladder = l;
      const std::vector<std::string>& levels = program.table_words[kind.table].levels;
      const auto level = std::ranges::find(levels, query_.value);
      if (level == levels.end()) return;
      regard.is_it = [number = level - levels.begin()](int64_t has) { return has == number; };
    }
  }

  std::vector<progress::ShownPlace> places(
      std::span<const progress::Leaderboard* const> boards) const {
    if (query_.account.empty()) return progress::top(boards, challenge_.rules, query_.top);
    if (boards.empty()) return {};  // of a period that is not awarded
    const auto own = core_.contender(query_.challenge, period_.index, regard(), query_.account);
    if (!own) return {};
    return progress::around(boards, challenge_.rules, *own, query_.around);
  }

  void write_place(const progress::ShownPlace& place, uint64_t of) {
    reply_.map_header(kFields);
    pair("program", core_.program().plans[challenge_.plan].program);
    pair("challenge", challenge_.name);
    pair("period", calendar::period_label(clock_.calendar, clock_.rule, period_.index));
    pair("from", base::format_timestamp(std::max(period_.from, base::kTimeMin)));
    pair("until", base::format_timestamp(period_.to));
    pair("state", is_closed_ ? "closed" : "open");
    count("rank", place.rank);
    count("of", of);
    pair("account", place.name);
    pair("score", money::format_decimal(place.score, challenge_.scale));
    pair("unit", challenge_.unit);
    pair("succeeded", !has_goals_ ? "" : place.has_succeeded ? "yes" : "no");
    pair("enough", place.score >= challenge_.enough ? "yes" : "no");
    pair("owner", challenge_.responsible);
    const auto carried = core_.carried(query_.challenge, period_.index);
    pair("carried", carried ? std::to_string(*carried) : "");
    count("lsn", core_.admission().last_lsn());
  }

  void pair(std::string_view name, std::string_view value) {
    reply_.bulk(name);
    reply_.bulk(value);
  }
  void count(std::string_view name, uint64_t value) {
    reply_.bulk(name);
    reply_.integer(static_cast<int64_t>(value));
  }

  static constexpr size_t kFields = 16;

  const runtime::Core& core_;
  const plan::ChallengeKind& challenge_;
  const plan::Clock& clock_;
  const StandingsQuery& query_;
  net::ReplyWriter& reply_;
  calendar::Period period_;
  bool is_closed_ = false;
  bool is_gone_ = false;
  bool has_goals_ = false;
};

}  // namespace

void serve_standings(Intake& intake, Words words) {
  const runtime::Core& core = intake.shared().core;
  StandingsQuery query;
  const auto fault = StandingsReader(core.program(), words).read(&query);
  if (fault) return intake.answer_error(fault->code, fault->sentence);
  intake.take_report([&core, query = std::move(query)](net::ReplyWriter& reply) {
    StandingsWriter(core, query, reply).write();
  });
}

}  // namespace guerdon::server
