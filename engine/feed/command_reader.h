// One command of a request, from its words to a record in a batch.
//
//   ADJUST account=anna unit=points amount=-12.50 reason="sent back" actor=boss id=a-1
//   HOLD account=anna legs=points:100;RUB:50.00 id=h-1 for=900s
//
// Its word stands first, and its verb behind it where it has one (event/command.h lists them); then
// name=value, in any order, each name once: the fields of the command, and the engine's own: `id`,
// `source` (else the connection's), `time` (else that of the engine when the command is admitted),
// `program` (which the unit is of, where several have it; or `unit=program/unit`), and `legs` where
// a command may name several wallets. A value that is empty is a missing one. Where there is one
// wallet in all, its unit need not be named.
//
// The checks, in this order; the first that fails decides, nothing is added to the batch, and
// fault() says which word is wrong: the words are name=value, known and given once; source, id,
// time; the wallets; the fields in the order of their slots; what is missing; the amounts.
//
// Key and payload are made as an event's are, so that one id is one event or one command.
//
// Thread-safety: one thread at a time; the schema must outlive it and not change.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/batch.h"
#include "engine/event/command.h"
#include "engine/event/named.h"
#include "engine/event/schema.h"
#include "engine/feed/source.h"

namespace guerdon::event {

class CommandReader {
 public:
  explicit CommandReader(const Schema& schema) : schema_(schema) {}

  // Whether a command of the log goes by this word, in upper or lower case.
  static bool knows(std::string_view word);
  // The same, and those that no client may send (is_asked_for).
  static bool reads(std::string_view word);

  // `words` are the whole request, the command among them; they are not kept. True: a record, its
  // values, texts and identity were added. REQUIRES: reads(words[0]).
  bool read(std::span<const std::string_view> words, const Source& source, Batch& batch);

  // Why read() gave false.
  const EventFault& fault() const { return fault_; }

 private:
  // A value as given; word 0 is the command's own, so it stands for none.
  struct Given {
    size_t word = 0;
    std::string_view value;
    bool is_there() const { return word != 0 && !value.empty(); }
  };
  // The command at hand.
  struct Reading {
    const CommandRow& row;
    const Source* source;
    Record record{};
    std::array<Given, kSlotsMax> fields{};
    Given id{};
    Given source_given{};
    Given time{};
    Given program{};
    Given legs{};
    size_t words = 0;
  };

  const CommandRow* find_row(std::span<const std::string_view> words);
  bool read_words(std::span<const std::string_view> words, size_t first, Reading& reading);
  Given* find_given(std::string_view name, Reading& reading) const;
  bool read_identity(Reading& reading);
  bool read_wallets(Reading& reading, Batch& batch);
  bool read_legs(Reading& reading, Batch& batch);
  bool read_leg(size_t leg, std::string_view text, Reading& reading, Batch& batch);
  bool read_fields(Reading& reading, Batch& batch);
  bool read_field(size_t slot, Reading& reading, Batch& batch);
  bool read_amount_field(size_t slot, size_t leg, Reading& reading, Batch& batch);
  bool is_well_formed(FieldForm form, size_t slot, const Given& given);
  bool read_got(Reading& reading, Batch& batch);
  bool has_all(const Reading& reading, Batch& batch);
  // What is said of accounts, of the catalogue and of exchanges.
  bool fits_plans(const Reading& reading, Batch& batch);
  Named named_in(FieldForm form, const Reading& reading, const Given& given) const;
  bool check_org(const Reading& reading, const Batch& batch);
  bool check_goal(const Reading& reading, Batch& batch);
  bool check_known(const Reading& reading, Batch& batch);
  bool check_grant(const Reading& reading, const Batch& batch);
  bool ends_after_it_begins(const Reading& reading, const int64_t* values, std::string_view end);
  bool has_one_of(CommandField one, CommandField other, const Reading& reading);
  bool check_exchange(const Reading& reading, const int64_t* values);
  bool check_table(const Reading& reading, const Batch& batch);
  bool check_rate(const Reading& reading, const Batch& batch, const int64_t* values);
  // Of what is named, unless that is none or several; `name`: of the field.
  std::optional<uint32_t> number_of(const Named& named, const Given& given, std::string_view name);
  bool fail(Outcome outcome, size_t word, std::string_view name, std::string_view sentence);

  const Schema& schema_;
  std::optional<Source> other_;  // the last that a command named itself
  EventFault fault_;
};

}  // namespace guerdon::event
