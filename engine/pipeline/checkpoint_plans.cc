// What a snapshot takes for granted: plans and layout are compared, never read into anything.
#include <string>

#include "engine/base/varint.h"
#include "engine/calendar/period.h"
#include "engine/pipeline/checkpoint.h"

namespace guerdon::pipeline {

using snapshot::Fault;

namespace {

constexpr uint64_t kPlansMax = uint64_t{1} << 16;

// The layout in bytes: what numbers stand for, in their order.
class LayoutText {
 public:
  void number(uint64_t value) {
    char bytes[base::kVarintBytesMax];
    text_.append(bytes, base::put_varint(bytes, value));
  }
  void text(std::string_view value) {
    number(value.size());
    text_ += value;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void add_wallets(const plan::Program& program, LayoutText& layout) {
  layout.number(program.wallets.size());
  for (const plan::WalletKind& wallet : program.wallets) {
    layout.text(wallet.program);
    layout.text(wallet.unit);
    layout.number(static_cast<uint64_t>(wallet.scale));
  }
  layout.number(program.kinds.size());
  for (const std::string& kind : program.kinds) layout.text(kind);
}

void add_clock(const plan::Program& program, const plan::SubjectKind& subject, LayoutText& layout) {
  if (subject.clock == plan::kNoClock) return layout.text("");
  const plan::Clock& clock = program.clocks[static_cast<size_t>(subject.clock)];
  layout.text(calendar::period_kind_name(clock.kind));
  layout.text(clock.calendar.zone.encode_rules());
  layout.number(static_cast<uint64_t>(clock.calendar.week_start));
  layout.number(static_cast<uint64_t>(clock.calendar.month_start_day));
  layout.number(static_cast<uint64_t>(clock.calendar.year_start_month));
}

void add_subject(const plan::Program& program, const plan::SubjectKind& subject,
                 LayoutText& layout) {
  layout.text(program.plans[static_cast<size_t>(subject.plan)].name);
  layout.text(subject.owner);
  layout.number(subject.keys.size());
  for (size_t i = 0; i < subject.keys.size(); ++i) {
    layout.text(subject.keys[i]);
    layout.number(subject.key_is_text[i] ? 1 : 0);
  }
  add_clock(program, subject, layout);
  layout.number(subject.cells);
  layout.number(subject.labels.size());
  for (const std::string& label : subject.labels) layout.text(label);
}

// Which texts the plans name decides which numbers further ones have.
void add_symbols(const plan::Program& program, LayoutText& layout) {
  constexpr plan::Symbol kFirst = plan::kOtherSymbol + 1;
  layout.number(program.symbols.size());
  for (size_t i = 0; i < program.symbols.size(); ++i) {
    layout.text(program.symbols.text(kFirst + static_cast<plan::Symbol>(i)));
  }
}

std::string layout_of(const plan::Program& program) {
  LayoutText layout;
  add_wallets(program, layout);
  layout.number(program.subjects.size());
  for (const plan::SubjectKind& subject : program.subjects) add_subject(program, subject, layout);
  add_symbols(program, layout);
  return layout.take();
}

}  // namespace

base::Hash128 plans_hash(const plan::Program& program) {
  base::HashBuilder content;
  for (const plan::LoadedPlan& plan : program.plans) {
    content.text(plan.name).text(plan.text).text(plan.rules);
  }
  return content.finish();
}

void save_plans(const plan::Program& program, snapshot::SnapshotWriter& out) {
  out.put_unsigned(program.plans.size());
  for (const plan::LoadedPlan& plan : program.plans) {
    for (const std::string* text : {&plan.name, &plan.text, &plan.rules}) out.put_text(*text);
  }
}

// A text of another length differs, and so does one of other bytes.
static bool take_same_text(std::string_view text, snapshot::SectionReader& in) {
  uint64_t size = 0;
  return in.take_unsigned(UINT64_MAX, &size) && size == text.size() && in.take_same(text);
}

bool check_plans(const plan::Program& program, snapshot::SectionReader& in) {
  uint64_t count = 0;
  if (!in.take_unsigned(kPlansMax, &count)) return false;
  if (count != program.plans.size()) {
    return in.fail(Fault::kPlans, "it was written under " + std::to_string(count) + " plans, not " +
                                      std::to_string(program.plans.size()) +
                                      "; give those it was written under");
  }
  for (const plan::LoadedPlan& plan : program.plans) {
    if (!take_same_text(plan.name, in)) {
      return in.fail(Fault::kPlans, "it was written under another plan than " + plan.name +
                                        "; give the plans it was written under, in their order");
    }
    if (!take_same_text(plan.text, in)) {
      return in.fail(Fault::kPlans, "it was written under another text of plan " + plan.name +
                                        "; give the plans it was written under");
    }
    if (!take_same_text(plan.rules, in)) {
      return in.fail(Fault::kPlans, "the rules of the time zone of plan " + plan.name +
                                        " have changed since it was written");
    }
  }
  if (in.reader().header().plans == plans_hash(program)) return true;
  return in.fail("the plans that it holds are not those that its header names");
}

void save_layout(const plan::Program& program, snapshot::SnapshotWriter& out) {
  out.put(layout_of(program));
}

bool check_layout(const plan::Program& program, snapshot::SectionReader& in) {
  if (in.take_same(layout_of(program))) return true;
  return in.fail(Fault::kOptions,
                 "this version lays accounts out in another way than the one that wrote it; move "
                 "the snap-*.snap files out of the folder, so that the whole log is replayed");
}

}  // namespace guerdon::pipeline
