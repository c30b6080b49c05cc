// What a request means by a name: a wallet by its unit, a thing of the catalogue by its item, and
// of which program, where several have one of that name; what is known of accounts by its
// attribute.
//
//   const Named wallet = find_wallet(schema, "club/points");
//   const Named same = find_wallet(schema, "points", "club");  // unit=points program=club
//   if (!wallet.is_one()) ...  // wallet.outcome and wallet.sentence say what to write instead
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/event/outcome.h"
#include "engine/event/schema.h"

namespace guerdon::event {

struct Named {
  uint32_t number = 0;             // in Schema::wallets, Schema::items or Schema::known
  Outcome outcome = Outcome::kOk;  // kUnknown: none has the name; kInvalid: several have it
  std::string sentence;            // then: what is wrong and what to change

  bool is_one() const { return outcome == Outcome::kOk; }
  uint16_t wallet() const { return static_cast<uint16_t>(number); }
};

// `unit` is the name of one, or program/unit. `program`: whose, as far as that is known; else
// empty.
Named find_wallet(const Schema& schema, std::string_view unit, std::string_view program = {});
// The same of an item.
Named find_item(const Schema& schema, std::string_view item, std::string_view program = {});
// Whether `wanted`, a name or program/name, may mean this one: for filters, which several may pass.
bool is_named(std::string_view program, std::string_view name, std::string_view wanted);

// What is known of accounts has one name outside, whichever plans read it.
Named find_known(const Schema& schema, std::string_view attribute);

// "points, GBP": each name of a unit once.
std::string units_of(const Schema& schema);

}  // namespace guerdon::event
