#include "engine/plan/check_subjects.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/civil.h"

namespace guerdon::plan {
namespace {

// The attribute that a name of a subject stands for; -1: told.
int key_named(Checking& checking, const tree::Name& name) {
  const int index = checking.attribute(name.text);
  if (index >= 0 || checking.broken_attributes.contains(name.text)) return index;
  if (checking.paid_above >= 0 && checking.paid_above_word == name.text) return checking.paid_above;
  if (checking.binding(name.text) != nullptr) {
    checking.report(kBadSubject, name.span,
                    backquoted(name.text) + " is not an attribute of an event",
                    "`per` takes attributes (an account, maybe texts and counts) and a period");
    return -1;
  }
  std::vector<std::string> known;
  for (const Attribute& other : checking.plan.attributes) known.push_back(other.name);
  known.insert(known.end(), base::kPeriodNames.begin(), base::kPeriodNames.end());
  checking.report(kUnknownName, name.span, backquoted(name.text) + " is not known here",
                  did_you_mean(name.text, known,
                               "`per` takes attributes of events, and day, week, month, quarter, "
                               "year"));
  return -1;
}

// Adds one attribute to the subject. False: told.
bool add_name(Checking& checking, const tree::Name& name, Subject& subject) {
  const int index = key_named(checking, name);
  if (index < 0) return false;
  const Attribute& attribute = checking.attribute_at(index);
  if (attribute.of_line) {
    checking.report(kNotInThisVersion, name.span,
                    backquoted(name.text) +
                        " belongs to each line of an event, and nothing is "
                        "kept per line in this version",
                    "keep it per account, and let `where` choose the lines");
    return false;
  }
  if (index == subject.owner ||
      std::find(subject.keys.begin(), subject.keys.end(), index) != subject.keys.end()) {
    checking.report(kBadSubject, name.span, backquoted(name.text) + " stands here twice");
    return false;
  }
  if (attribute.type.kind == TypeKind::kAccount) {
    if (subject.owner >= 0) {
      checking.report(kBadSubject, name.span,
                      "a second account: " + backquoted(name.text) + " beside " +
                          backquoted(checking.attribute_at(subject.owner).name),
                      "a measure or rule is kept for one account");
      return false;
    }
    subject.owner = index;
    return true;
  }
  if (attribute.type.kind == TypeKind::kObject) {
    subject.object = index;
    return true;
  }
  if (attribute.type.kind != TypeKind::kText && attribute.type.kind != TypeKind::kCount) {
    checking.report(
        kBadSubject, name.span,
        backquoted(name.text) + " is " +
            (attribute.type.kind == TypeKind::kBool ? std::string("a flag")
                                                    : checking.type_phrase(attribute.type)) +
            ", and nothing is kept per that",
        "`per` takes an account, and beside it texts and counts");
    return false;
  }
  subject.keys.push_back(index);
  return true;
}

// Its id can stand there as a text.
void refuse_object(Checking& checking, const tree::Subject& written, const Subject& subject,
                   std::string_view kept) {
  const Attribute& object = checking.attribute_at(subject.object);
  const std::string owner =
      subject.owner >= 0 ? checking.attribute_at(subject.owner).name : "account";
  checking.report(
      kBadSubject, written.span,
      std::string(kept) + " for an account, and " + backquoted(object.name) + " is an object",
      "declare its id a second time, as a text, and keep it per that: `" + object.name +
          "_id as \"" + object.wire + "\" : text` and `per " + owner + " per " + object.name +
          "_id`");
}

}  // namespace

calendar::PeriodKind period_kind(tree::PeriodWord word) {
  switch (word) {
    case tree::PeriodWord::kNone:
      return calendar::PeriodKind::kLifetime;
    case tree::PeriodWord::kDay:
      return calendar::PeriodKind::kDay;
    case tree::PeriodWord::kWeek:
      return calendar::PeriodKind::kWeek;
    case tree::PeriodWord::kMonth:
      return calendar::PeriodKind::kMonth;
    case tree::PeriodWord::kQuarter:
      return calendar::PeriodKind::kQuarter;
    case tree::PeriodWord::kYear:
      return calendar::PeriodKind::kYear;
  }
  GUERDON_UNREACHABLE();
}

namespace {

std::optional<calendar::PeriodRule> check_last(Checking& checking, const tree::Subject& written,
                                               calendar::PeriodRule rule) {
  const bool is_days = rule == calendar::PeriodKind::kDay;
  const int32_t most = is_days ? calendar::kLastDaysMax : calendar::kLastMonthsMax;
  if (written.last < 2 || written.last > most) {
    checking.report(kOutOfRange, written.span,
                    "a window that rolls on has 2 to " + std::to_string(calendar::kLastDaysMax) +
                        " days, or 2 to " + std::to_string(calendar::kLastMonthsMax) + " months",
                    is_days ? "longer ones go by month: `per last 12 months`"
                            : "for good there is no period at all: leave it out");
    return std::nullopt;
  }
  rule.last = static_cast<int32_t>(written.last);
  return rule;
}

}  // namespace

std::optional<calendar::PeriodRule> check_period(Checking& checking, const tree::Subject& written) {
  const calendar::PeriodKind kind = period_kind(written.period);
  if (written.last > 0) return check_last(checking, written, kind);
  if (!written.from) return kind;
  if (written.count < 1 || written.count > calendar::kPeriodCountMax) {
    checking.report(kOutOfRange, written.span,
                    "a period has at least 1 and at most " +
                        std::to_string(calendar::kPeriodCountMax) + " days, weeks or months");
    return std::nullopt;
  }
  const base::CivilDay from = written.from->day;
  return calendar::PeriodRule(
      kind, static_cast<int32_t>(written.count),
      static_cast<int32_t>(base::days_from_civil(from.year, from.month, from.day)));
}

std::optional<Subject> check_subject(Checking& checking, const tree::Subject& written,
                                     std::string_view kept) {
  GUERDON_ASSERT(!written.is_event());
  Subject subject;
  const std::optional<calendar::PeriodRule> period = check_period(checking, written);
  if (!period) return std::nullopt;
  subject.period = *period;
  if (written.above) {
    subject.owner = check_each_above(checking, *written.above);
    if (subject.owner < 0) return std::nullopt;
  }
  for (const tree::Name& name : written.names) {
    if (!add_name(checking, name, subject)) return std::nullopt;
  }
  if (subject.is_object()) {
    if (!kept.empty()) {
      refuse_object(checking, written, subject, kept);
      return std::nullopt;
    }
    if (written.names.size() == 1 && written.period == tree::PeriodWord::kNone) return subject;
    checking.report(kBadSubject, written.span, "beside an object nothing else stands behind `per`",
                    "write `per " + checking.attribute_at(subject.object).name +
                        "`: whom the rule pays is the account in that role of the object");
    return std::nullopt;
  }
  if (subject.owner < 0) {
    for (const tree::Name& name : written.names) {
      if (checking.broken_attributes.contains(name.text)) return std::nullopt;
    }
    checking.report(kBadSubject, written.span, "this is kept for no account",
                    "write `per account` (an attribute of type account) first");
    return std::nullopt;
  }
  if (subject.keys.size() > kSubjectKeysMax) {
    checking.report(kTooMany, written.span,
                    "beside the account, at most " + std::to_string(kSubjectKeysMax) + " names");
    return std::nullopt;
  }
  std::sort(subject.keys.begin(), subject.keys.end());
  for (const int key : subject.keys) {
    Attribute& attribute = checking.plan.attributes[static_cast<size_t>(key)];
    if (attribute.type.kind == TypeKind::kText) attribute.identity = true;
  }
  return subject;
}

int check_event_name(Checking& checking, const tree::Name& name) {
  const Binding* binding = checking.binding(name.text);
  if (binding != nullptr && binding->kind == BindingKind::kEvent) return binding->index;
  if (binding != nullptr || checking.attribute(name.text) >= 0) {
    checking.report(kWrongKind, name.span, backquoted(name.text) + " is not an event type");
    return -1;
  }
  std::vector<std::string> known;
  if (checking.wants_advice()) {
    for (const EventType& event : checking.plan.events) known.push_back(event.name);
  }
  checking.report(kUnknownName, name.span, backquoted(name.text) + " is not an event known here",
                  did_you_mean(name.text, known, "declare it: `event " + name.text + "`"));
  return -1;
}

std::optional<std::vector<int>> check_event_names(Checking& checking,
                                                  const std::vector<tree::Name>& names) {
  std::vector<int> events;
  bool sound = true;
  for (const tree::Name& name : names) {
    const int event = check_event_name(checking, name);
    if (event >= 0 && std::find(events.begin(), events.end(), event) != events.end()) {
      checking.report(kDeclaredTwice, name.span, backquoted(name.text) + " stands here twice");
      sound = false;
    }
    sound = sound && event >= 0;
    events.push_back(event);
  }
  if (!sound) return std::nullopt;
  return events;
}

}  // namespace guerdon::plan
