#include "engine/plan/check_state.h"

#include <algorithm>

#include "engine/base/assert.h"

namespace guerdon::plan {
namespace {

constexpr size_t kQuotedBytesMax = 40;

uint64_t place(Span span) { return (uint64_t{span.begin} << 32) | span.end; }

}  // namespace

calendar::TimeMs Checking::instant_of(const tree::Date& date) const {
  const int64_t day = base::days_from_civil(date.day.year, date.day.month, date.day.day);
  return plan.calendar.zone.first_instant_of_local_day(day);
}

void Checking::report(DiagnosticCode code, Span span, std::string message, std::string advice) {
  if (!told_.insert({code, place(span)}).second) return;
  diagnostics.report(code, span, std::move(message), std::move(advice));
}

bool Checking::spend_substituted(Span place) {
  if (is_exhausted()) return false;
  ++substituted_nodes;
  if (!is_exhausted()) return true;
  report(kTooMany, place,
         "this plan grows to more than " + std::to_string(kSubstitutedNodesMax) +
             " parts when names are replaced by their meaning",
         "let names stand for less, or divide the plan");
  return false;
}

int Checking::rule_named(std::string_view name) const {
  const Binding* const found = binding(name);
  if (found == nullptr) return -1;
  if (found->kind == BindingKind::kTarget) return targets[static_cast<size_t>(found->index)].rule;
  if (found->kind == BindingKind::kLadder) return ladders[static_cast<size_t>(found->index)].rule;
  if (found->kind == BindingKind::kBadge) return badges[static_cast<size_t>(found->index)].rule;
  return found->kind == BindingKind::kRule ? found->index : -1;
}

bool Checking::wants_advice() const {
  return diagnostics.list().size() < Diagnostics::kDiagnosticsMax;
}

std::string Checking::quoted(Span span) const {
  const std::string_view text = source.slice(span);
  if (text.size() <= kQuotedBytesMax) return backquoted(text);
  size_t cut = kQuotedBytesMax;
  // Not inside a code point.
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0u) == 0x80u) --cut;
  return backquoted(std::string(text.substr(0, cut)) + " ...");
}

std::string Checking::type_phrase(Type type) const {
  switch (type.kind) {
    case TypeKind::kBool:
      return "a condition";
    case TypeKind::kAmount:
      return "an amount in " + unit(type.unit).name;
    case TypeKind::kCount:
      return "a count";
    case TypeKind::kRatio:
      return "a ratio";
    case TypeKind::kText:
      return "a text";
    case TypeKind::kAccount:
      return "an account";
    case TypeKind::kDuration:
      return "a duration";
    case TypeKind::kObject:
      return "an object";
    case TypeKind::kLevel:
      return "a level of " + ladders[static_cast<size_t>(type.unit)].written->name.text;
  }
  GUERDON_UNREACHABLE();
}

std::vector<std::string> Checking::unit_names() const {
  std::vector<std::string> names;
  for (const Unit& each : plan.units) {
    if (!each.badge) names.push_back(each.name);
  }
  return names;
}

const Binding* Checking::binding(std::string_view name) const {
  const auto found = bindings.find(name);
  return found == bindings.end() ? nullptr : &found->second;
}

int Checking::attribute(std::string_view name) const {
  const auto found = attributes.find(name);
  return found == attributes.end() ? -1 : found->second;
}

bool check_outside_name(Checking& checking, std::string_view name, Span span) {
  const bool sound = !name.empty() && name.size() <= kWireBytesMax &&
                     std::none_of(name.begin(), name.end(), [](char c) {
                       return (c >= 0 && c < ' ') || c == 0x7F || c == '"';
                     });
  if (sound) return true;
  checking.report(kBadOutsideName, span, "this cannot be a name outside of the plan",
                  "write 1 to " + std::to_string(kWireBytesMax) +
                      " bytes without quotes and control characters");
  return false;
}

}  // namespace guerdon::plan
