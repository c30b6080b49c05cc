// The attributes of event types, and of those whom events name.
#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/assert.h"
#include "engine/plan/check_state.h"

namespace guerdon::plan {
namespace {

// Outside, these belong to every event.
constexpr std::array<std::string_view, 7> kEventFields = {"event_id", "time",    "type", "source",
                                                          "object",   "version", "lines"};

std::optional<Type> type_named(Checking& checking, const tree::Name& name) {
  if (name.text == "account") return Type{TypeKind::kAccount, -1};
  if (name.text == "text") return Type{TypeKind::kText, -1};
  if (name.text == "count") return Type{TypeKind::kCount, -1};
  if (name.text == "flag") return Type{TypeKind::kBool, -1};
  if (name.text == "object") return Type{TypeKind::kObject, -1};
  const Binding* binding = checking.binding(name.text);
  if (binding != nullptr && binding->kind == BindingKind::kUnit) {
    return Type{TypeKind::kAmount, binding->index};
  }
  std::vector<std::string> known = {"account", "text", "count", "flag", "object"};
  for (const std::string& unit : checking.unit_names()) known.push_back(unit);
  checking.report(
      kUnknownName, name.span, backquoted(name.text) + " is not a type known here",
      did_you_mean(name.text, known,
                   "a type is account, text, count, flag, object or a unit of this plan"));
  return std::nullopt;
}

// What the declarations of one attribute in several events must have in common.
std::string difference(const Checking& checking, const Attribute& a, const Attribute& b) {
  if (a.of_line != b.of_line) {
    return a.of_line ? "of each line there, of the event here"
                     : "of the event there, of each line here";
  }
  if (!(a.type == b.type)) {
    return checking.type_phrase(a.type) + " there, " + checking.type_phrase(b.type) + " here";
  }
  if (a.wire != b.wire)
    return backquoted(a.wire) + " outside there, " + backquoted(b.wire) + " here";
  return a.is_signed ? "signed there, not signed here" : "not signed there, signed here";
}

// The index of the attribute, entered if it is new; -1: told.
int enter_attribute(Checking& checking, Attribute attribute) {
  std::vector<Attribute>& all = checking.plan.attributes;
  const int known = checking.attribute(attribute.name);
  if (known >= 0) {
    const Attribute& other = all[static_cast<size_t>(known)];
    const bool same = other.type == attribute.type && other.wire == attribute.wire &&
                      other.is_signed == attribute.is_signed && other.of_line == attribute.of_line;
    if (same) return known;
    checking.report(kDeclaredOtherwise, attribute.span,
                    backquoted(attribute.name) + " is declared otherwise in line " +
                        std::to_string(checking.line_of(other.span)) + ": " +
                        difference(checking, other, attribute),
                    other.of_line || attribute.of_line
                        ? "give one of them another name"
                        : "give one of them another name, with `as \"" + attribute.wire +
                              "\"` if it has this name outside");
    return -1;
  }
  if (const Binding* binding = checking.binding(attribute.name)) {
    checking.report(
        kDeclaredTwice, attribute.span,
        backquoted(attribute.name) + " is the name of an attribute and of a declaration",
        "the other is in line " + std::to_string(checking.line_of(binding->span)) +
            "; give one another name");
    return -1;
  }
  if (all.size() == kAttributesMax) {
    checking.report(kTooMany, attribute.span,
                    "a plan holds at most " + std::to_string(kAttributesMax) + " attributes");
    return -1;
  }
  const auto index = static_cast<int>(all.size());
  all.push_back(std::move(attribute));
  return index;
}

Attribute make_attribute(Checking& checking, const tree::Alias& alias, Type type, bool is_signed) {
  Attribute attribute;
  attribute.name = alias.name.text;
  attribute.wire = alias.wire ? *alias.wire : alias.name.text;
  attribute.type = type;
  attribute.is_signed = is_signed;
  attribute.span = alias.name.span;
  check_outside_name(checking, attribute.wire, alias.name.span);
  // `as "object"`: by the word that a request has for it anyway.
  const bool is_its_own = type.kind == TypeKind::kObject && attribute.wire == "object";
  if (!is_its_own &&
      std::find(kEventFields.begin(), kEventFields.end(), attribute.wire) != kEventFields.end()) {
    checking.report(
        kBadOutsideName, alias.name.span,
        backquoted(attribute.wire) + " is what every event has, no attribute of its own",
        "give it another name outside: `" + alias.name.text + " as \"...\"`");
  }
  return attribute;
}

// False: the event has this attribute, or its name outside, already; told.
bool is_new_to(Checking& checking, const EventType& event, const Attribute& attribute) {
  for (const int index : event.attributes) {
    const Attribute& other = checking.attribute_at(index);
    // The id of an object may be a text, too, whichever stands first.
    const bool is_object = attribute.type.kind == TypeKind::kObject;
    if (other.name == attribute.name || (!is_object && other.wire == attribute.wire)) {
      checking.report(kDeclaredTwice, attribute.span,
                      backquoted(other.name == attribute.name ? other.name : other.wire) +
                          " is declared twice in this event",
                      "the other is in line " + std::to_string(checking.line_of(other.span)));
      return false;
    }
  }
  if (event.attributes.size() < kAttributesPerEventMax) return true;
  checking.report(kTooMany, attribute.span,
                  "an event has at most " + std::to_string(kAttributesPerEventMax) + " attributes",
                  "declare only what rules read");
  return false;
}

// False: it is, and cannot be; told.
bool may_be_signed(Checking& checking, const tree::AttributeLine& line, Type type) {
  if (!line.is_signed || type.is_number()) return true;
  checking.report(
      kWrongKind, line.type.span,
      "only amounts and counts can be signed, and this is " +
          (type.kind == TypeKind::kBool ? std::string("a flag") : checking.type_phrase(type)));
  return false;
}

// False: a second object of the event, or a version of what is none; told.
bool may_be_object(Checking& checking, const tree::AttributeLine& line, Type type,
                   const EventType& event) {
  if (type.kind != TypeKind::kObject) {
    if (!line.is_versioned) return true;
    checking.report(kWrongKind, line.type.span, "only an object can be versioned",
                    "leave `versioned` out");
    return false;
  }
  if (event.object < 0 && line.names.size() == 1) return true;
  checking.report(kTooMany, line.names.back().name.span, "an event speaks of one object",
                  "declare the others as `text`");
  return false;
}

// False: something is known by this name, or by its name outside, already; told.
bool is_new_to_holder(Checking& checking, const HolderAttribute& attribute) {
  for (const HolderAttribute& other : checking.plan.holder) {
    if (other.name != attribute.name && other.wire != attribute.wire) continue;
    checking.report(kDeclaredTwice, attribute.span,
                    backquoted(other.name == attribute.name ? other.name : other.wire) +
                        " of an account is declared twice",
                    "the other is in line " + std::to_string(checking.line_of(other.span)));
    return false;
  }
  if (checking.plan.holder.size() < kHolderAttributesMax) return true;
  checking.report(
      kTooMany, attribute.span,
      "a plan knows at most " + std::to_string(kHolderAttributesMax) + " things of an account",
      "declare only what rules read");
  return false;
}

}  // namespace

void check_holder(Checking& checking, const tree::Holder& holder) {
  for (const tree::AttributeLine& line : holder.attributes) {
    std::optional<Type> type = type_named(checking, line.type);
    if (type && type->kind == TypeKind::kObject) {
      checking.report(kWrongKind, line.type.span,
                      "an object is nothing that is known of an account", "use a `text`");
      type.reset();
    }
    if (type && type->kind == TypeKind::kAccount) {
      checking.report(kNotInThisVersion, line.type.span,
                      "what is known of an account cannot be another account in this version",
                      "declare that account as an attribute of the event");
      type.reset();
    }
    const bool sound = type && may_be_signed(checking, line, *type);
    for (const tree::Alias& alias : line.names) {
      HolderAttribute attribute{alias.name.text, alias.wire ? *alias.wire : alias.name.text,
                                type.value_or(Type{}), line.is_signed, alias.name.span};
      if (!sound || !check_outside_name(checking, attribute.wire, alias.name.span) ||
          !is_new_to_holder(checking, attribute)) {
        checking.broken_holder.insert(alias.name.text);
        continue;
      }
      checking.holder.insert({alias.name.text, static_cast<int>(checking.plan.holder.size())});
      checking.plan.holder.push_back(std::move(attribute));
    }
  }
}

namespace {

// Lines are sent by place, not by name.
bool may_be_of_line(Checking& checking, const tree::Alias& alias, const tree::AttributeLine& line,
                    Type type) {
  if (type.kind == TypeKind::kBool || type.kind == TypeKind::kAccount ||
      type.kind == TypeKind::kObject) {
    checking.report(kWrongKind, line.type.span,
                    "a line has texts, counts and amounts, and nothing of type " + line.type.text,
                    "declare it for the event, or send it as a `text`");
    return false;
  }
  if (!alias.wire) return true;
  checking.report(
      kBadOutsideName, alias.name.span,
      backquoted(alias.name.text) + " of a line has no name outside: it goes by its place",
      "leave `as` out");
  return false;
}

// What each line has.
void check_line_attribute(Checking& checking, const tree::Alias& alias,
                          const tree::AttributeLine& line, Type type, EventType& event) {
  Attribute attribute;
  attribute.name = alias.name.text;
  attribute.wire = alias.name.text;
  attribute.type = type;
  attribute.is_signed = line.is_signed;
  attribute.of_line = true;
  attribute.span = alias.name.span;
  const bool fits = may_be_of_line(checking, alias, line, type);
  int entered = -1;
  if (fits && event.lines.size() == kLineAttributesMax) {
    checking.report(kTooMany, attribute.span,
                    "a line has at most " + std::to_string(kLineAttributesMax) + " attributes");
  } else if (fits) {
    entered = enter_attribute(checking, std::move(attribute));
  }
  if (entered >= 0 &&
      std::find(event.lines.begin(), event.lines.end(), entered) != event.lines.end()) {
    checking.report(kDeclaredTwice, alias.name.span,
                    backquoted(alias.name.text) + " is declared twice in these lines");
    entered = -1;
  }
  if (entered < 0) {
    checking.broken_attributes.insert(alias.name.text);
    return;
  }
  checking.attributes.insert({alias.name.text, entered});
  event.lines.push_back(entered);
}

void check_line_attributes(Checking& checking, const tree::Event& event, EventType& type) {
  for (const tree::AttributeLine& line : event.lines) {
    const std::optional<Type> line_type = type_named(checking, line.type);
    const bool sound = line_type && may_be_signed(checking, line, *line_type);
    for (const tree::Alias& alias : line.names) {
      if (sound) {
        check_line_attribute(checking, alias, line, *line_type, type);
      } else {
        checking.broken_attributes.insert(alias.name.text);
      }
    }
  }
}

}  // namespace

void check_event_attributes(Checking& checking, const tree::Event& event, int index) {
  EventType& type = checking.plan.events[static_cast<size_t>(index)];
  for (const tree::AttributeLine& line : event.attributes) {
    const std::optional<Type> attribute_type = type_named(checking, line.type);
    if (!attribute_type) {
      for (const tree::Alias& alias : line.names) {
        checking.broken_attributes.insert(alias.name.text);
      }
      continue;
    }
    if (!may_be_signed(checking, line, *attribute_type) ||
        !may_be_object(checking, line, *attribute_type, type)) {
      continue;
    }
    for (const tree::Alias& alias : line.names) {
      Attribute attribute = make_attribute(checking, alias, *attribute_type, line.is_signed);
      const bool fresh = is_new_to(checking, type, attribute);
      const int entered = fresh ? enter_attribute(checking, std::move(attribute)) : -1;
      if (entered < 0) {
        checking.broken_attributes.insert(alias.name.text);
        continue;
      }
      checking.attributes.insert({alias.name.text, entered});
      if (attribute_type->kind == TypeKind::kObject) {
        type.object = entered;
        type.is_versioned = line.is_versioned;
        continue;
      }
      type.attributes.push_back(entered);
      checking.event_attributes[static_cast<size_t>(index)].set(static_cast<size_t>(entered));
    }
  }
  check_line_attributes(checking, event, type);
}

}  // namespace guerdon::plan
