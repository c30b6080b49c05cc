// One account's rules, run by hand: an event in words, what the machine says of it in words, and
// the kept frames in a std::map.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "engine/program/machine.h"
#include "engine/program/program.h"
#include "tests/unit/program/compiled.h"
#include "tests/unit/program/event_in_words.h"

namespace guerdon::plan {

class MachineBench : public Frames {
 public:
  explicit MachineBench(const std::vector<std::string>& plans);
  explicit MachineBench(const std::string& plan) : MachineBench(std::vector{plan}) {}

  // What the event does for the account in `role`: "spent = 700 | pay r/0 35 | owe m/0 100".
  // Measures and entitlements of a period or of further keys name them: "spent[3] = 700",
  // "pieces[tea] = 2". Empty: nothing.
  std::string run(const Event& event, const std::string& role = "account");
  // The same, and then does it.
  std::string apply(const Event& event, const std::string& role = "account");

  // What the clauses of the role may ask budgets for at the event: "10", "1 to 25", "nothing"; "no
  // look" where the event lacks what they need. One after the other, with commas.
  std::string may_ask(const Event& event, const std::string& role = "account");

  const Program& program() const { return program_; }
  const Machine& machine() const { return machine_; }
  // How often the last run looked for a kept frame.
  int looked() const { return looked_; }

  const int64_t* find(const FrameKey& key) const override;
  // At each instant that it was looked for (known_at), this was known of the account.
  const int64_t* known(uint32_t subject, TimeMs instant) const override;
  void set_known(int64_t value) { known_ = value; }
  const std::vector<TimeMs>& known_at() const { return known_at_; }

 private:
  using Place = std::tuple<uint32_t, int32_t, std::array<int64_t, kSubjectKeysMax>>;

  void lay_down(const Event& event);
  std::string in_words() const;
  std::string place_of(const TouchedFrame& frame) const;

  Program program_;
  Symbols symbols_;
  Machine machine_;
  std::map<Place, std::vector<int64_t>> kept_;
  std::vector<int64_t> values_;
  uint64_t present_ = 0;
  mutable int looked_ = 0;
  std::optional<int64_t> known_;
  mutable std::vector<TimeMs> known_at_;
};

}  // namespace guerdon::plan
