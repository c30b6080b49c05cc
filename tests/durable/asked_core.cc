#include "tests/durable/asked_core.h"

#include <gtest/gtest.h>

#include <string_view>

#include "engine/feed/command_reader.h"
#include "engine/feed/event_reader.h"
#include "engine/runtime/revisions.h"

namespace guerdon::booked {

using runtime::Core;

std::string send(Core& core, const Words& words) {
  pipeline::Job& job = core.assembly().take();
  const std::vector<std::string_view> views(words.begin(), words.end());
  const event::Source source("test");
  std::string code;
  if (words.front() == "EVENT") {
    event::EventReader reader(core.program().schema);
    EXPECT_TRUE(reader.read(views, source, 0, job.batch)) << reader.fault().sentence;
  } else {
    event::CommandReader reader(core.program().schema);
    EXPECT_TRUE(reader.read(views, source, job.batch)) << reader.fault().sentence;
    if (words.front() == "REVERSE") {
      if (const auto fault = runtime::complete_reversal(core, job.batch)) {
        code = fault->code;
        job.batch.clear();
      }
    }
  }
  const auto was = core.admission().outcomes();
  core.assembly().submit(job);
  core.assembly().drain();
  const auto& now = core.admission().outcomes();
  for (size_t o = 0; o < now.size() && code.empty(); ++o) {
    if (now[o] != was[o]) code = event::outcome_word(static_cast<event::Outcome>(o));
  }
  return code;
}

bool publish(Core& core, const std::string& text, std::string* error) {
  uint64_t lsn = 0;
  return core.publish({"next.plan", text}, &lsn, error);
}

Balances balances_of(const Core& core) {
  Balances balances;
  for (const Balance& one : core.balances()) balances[{one.account, one.unit}] = one.amount;
  return balances;
}

}  // namespace guerdon::booked
