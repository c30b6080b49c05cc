// What an event would do, tried before it is sent: for random plans and events on several shapes of
// engines it is what the event then does, and nothing has changed meanwhile.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "engine/feed/trace_reader.h"
#include "engine/runtime/rehearsal.h"
#include "tests/durable/booked_core.h"
#include "tests/generate/random_events.h"

namespace guerdon::booked {
namespace {

using runtime::Rehearsed;

using EntryLine = std::tuple<uint64_t, uint32_t, uint64_t, int64_t, uint32_t, int, uint8_t, int64_t,
                             int32_t, int>;

std::vector<EntryLine> lines_of(const std::vector<ledger::Entry>& entries) {
  std::vector<EntryLine> lines;
  for (const ledger::Entry& e : entries) {
    lines.emplace_back(e.account, e.n, e.lsn, e.amount, e.clause, e.wallet, e.kind, e.effective,
                       e.period, static_cast<int>(e.note));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

// The event as its reader leaves it.
void read_one(const runtime::Core& core, const reference::Event& event, event::Batch& batch) {
  std::string error;
  // Its own line: the reader keeps no copy of the text.
  const std::string text = generate::as_csv({event});
  const auto reader =
      event::TraceReader::read_text(text, event.source, core.program().schema, &error);
  ASSERT_NE(reader, nullptr) << error;
  reader->keep_identities();
  reader->fill(batch, 1);
}

struct Tried {
  int accepted = 0;
  int refused = 0;
  int with_entries = 0;
  int settled = 0;  // behind a SETTLE
};

// A prize, or what was due before it.
bool is_of_settle(const plan::Program& program, const ledger::Entry& entry) {
  return !entry.is_of_rule() || program.clauses[entry.clause].at_close ||
         plan::challenge_of(program, entry.clause) != nullptr;
}

void try_and_send(Folder& folder, const std::vector<std::string>& plans,
                  const std::vector<reference::Event>& events, const Setting& setting,
                  Tried* tried) {
  const auto core = open(folder, plans, setting, false);
  std::map<uint64_t, std::vector<ledger::Entry>> told;
  core->tail().set_sink([&](const ledger::Entry& entry, const ledger::EntryLot*) {
    told[entry.lsn].push_back(entry);
  });
  for (const reference::Event& event : events) {
    if (event.source == law::kTickSource) {
      ASSERT_TRUE(feed(*core, {event}));
      continue;
    }
    const Hash state = core->state_hash();
    const Hash entries = core->entries_hash();
    const uint64_t lsn = core->admission().last_lsn();
    event::Batch batch;
    read_one(*core, event, batch);
    if (batch.records.empty()) continue;
    const Rehearsed made = core->rehearse(batch, std::nullopt);
    ASSERT_EQ(core->state_hash(), state);
    ASSERT_EQ(core->entries_hash(), entries);
    ASSERT_EQ(core->admission().last_lsn(), lsn);
    auto outcomes = core->admission().outcomes();
    ASSERT_TRUE(feed(*core, {event}));
    // Admission counts what it has seen before; the tail finds that it was late then.
    const bool is_seen = made.outcome == event::Outcome::kLate && made.lsn != 0 && made.lsn <= lsn;
    ++outcomes[static_cast<size_t>(is_seen ? event::Outcome::kDuplicate : made.outcome)];
    ASSERT_EQ(core->admission().outcomes(), outcomes);
    if (made.outcome != event::Outcome::kOk) {
      ++tried->refused;
      continue;
    }
    ++tried->accepted;
    if (!made.entries.empty()) ++tried->with_entries;
    // Behind a SETTLE a prize may be there that it does not know of.
    const bool settles = !core->program().challenges.empty() && made.lsn == lsn + 2;
    if (settles && core->admission().last_lsn() >= made.lsn) {
      for (const ledger::Entry& entry : told[lsn + 1]) {
        ASSERT_TRUE(is_of_settle(core->program(), entry)) << "the event is behind a SETTLE";
      }
      ++tried->settled;
      continue;
    }
    ASSERT_EQ(made.lsn, lsn + 1);
    ASSERT_EQ(lines_of(made.entries), lines_of(told[made.lsn]));
  }
}

TEST(DryRunTest, IsWhatTheEventDoesNext) {
  const std::vector<Setting> settings = {{1, 256, 0}, {3, 16, 0}, {7, 1, 2}};
  Tried tried;
  for (uint64_t seed = 300; seed < 309; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    generate::Rng rng(seed);
    const generate::Case drawn =
        law::random_case(rng, {.plans_max = 2, .events_min = 30, .events_max = 60});
    Folder folder = begun(drawn.plans);
    try_and_send(folder, drawn.plans, drawn.events, settings[seed % settings.size()], &tried);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(tried.accepted, 100);
  EXPECT_GT(tried.settled, 0);
  EXPECT_GT(tried.refused, 20);
  EXPECT_GT(tried.with_entries, 50);
}

}  // namespace
}  // namespace guerdon::booked
