// What a snapshot takes for granted: plans and layout are compared, never read into anything.
#include <string>

#include "engine/base/varint.h"
#include "engine/calendar/period.h"
#include "engine/event/text_rules.h"
#include "engine/pipeline/checkpoint.h"
#include "engine/syntax/source.h"

namespace guerdon::pipeline {

using snapshot::Fault;

namespace {

constexpr uint64_t kPlansMax = uint64_t{1} << 16;
constexpr uint64_t kPublishedMax = uint64_t{1} << 20;

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
  layout.text(calendar::period_kind_name(clock.rule));
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
  layout.number(program.first_symbols);
  for (size_t i = 0; i < program.first_symbols; ++i) {
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
  for (const plan::Published& each : program.published) {
    const plan::LoadedPlan& plan = program.plans[each.plan];
    content.u64(each.lsn).text(plan.name).text(plan.versions[each.version].text);
  }
  return content.finish();
}

void save_plans(const plan::Program& program, snapshot::SnapshotWriter& out) {
  out.put_unsigned(program.plans.size());
  for (const plan::LoadedPlan& plan : program.plans) {
    for (const std::string* text : {&plan.name, &plan.text, &plan.rules}) out.put_text(*text);
  }
  const std::vector<plan::NumberedText> texts = program.symbols.apart();
  size_t told = 0;
  out.put_unsigned(program.published.size());
  for (const plan::Published& each : program.published) {
    const plan::LoadedPlan& plan = program.plans[each.plan];
    out.put_unsigned(each.lsn);
    out.put_text(plan.name);
    out.put_text(plan.versions[each.version].text);
    out.put_unsigned(each.texts - told);
    for (; told < each.texts; ++told) {
      out.put_text(texts[told].text);
      out.put_unsigned(texts[told].symbol);
    }
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
  return true;
}

static bool take_version(snapshot::SectionReader& in, SavedVersion* version) {
  constexpr size_t kNameMax = 256;
  std::string_view name;
  std::string_view text;
  uint64_t texts = 0;
  if (!in.take_unsigned(UINT64_MAX, &version->lsn) || !in.take_text(kNameMax, &name) ||
      !in.take_text(plan::kPlanBytesMax, &text)) {
    return false;
  }
  version->plan = name;
  version->text = text;
  if (!in.take_unsigned(plan::kSymbolsMax, &texts)) return false;
  for (uint64_t i = 0; i < texts; ++i) {
    uint64_t symbol = 0;
    if (!in.take_text(event::kTextBytesMax, &text)) return false;
    version->texts.push_back({std::string(text), 0});
    if (!in.take_unsigned(plan::kSymbolsMax + plan::kOtherSymbol, &symbol)) return false;
    version->texts.back().symbol = static_cast<plan::Symbol>(symbol);
  }
  return true;
}

const plan::Program* load_versions(const State& state, snapshot::SectionReader& in) {
  const plan::Program* program = &state.program;
  uint64_t count = 0;
  if (!in.take_unsigned(kPublishedMax, &count)) return nullptr;
  for (uint64_t i = 0; i < count; ++i) {
    SavedVersion version;
    if (!take_version(in, &version)) return nullptr;
    std::string error = "there is no way to publish a version here";
    program = state.publish ? state.publish(version, &error) : nullptr;
    if (program == nullptr) {
      (void)in.fail(Fault::kPlans, "the version of plan " + version.plan + " published at LSN " +
                                       std::to_string(version.lsn) + ": " + error);
      return nullptr;
    }
  }
  if (in.reader().header().plans == plans_hash(*program)) return program;
  (void)in.fail("the plans that it holds are not those that its header names");
  return nullptr;
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
