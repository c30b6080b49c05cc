// What events look like on the wire, over all plans: types, and for each type its slots; and the
// wallets that commands name.
//
// A slot is one reading of one wire attribute. Plans that read `amount` alike (kind, scale, sign)
// share a slot; a plan that reads it otherwise gets one of its own, filled from the same text.
// Slots are numbered from 0 in the order in which plans declare them.
//
// Thread-safety: built by one thread, immutable afterwards.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace guerdon::event {

enum class FieldKind : uint8_t { kAmount, kCount, kText, kFlag, kAccount };

struct Field {
  std::string wire;  // attribute name on the wire, column name in a CSV trace
  FieldKind kind = FieldKind::kText;
  uint8_t scale = 0;  // kAmount: decimals
  bool is_signed = false;

  bool operator==(const Field&) const = default;
};

inline constexpr int kSlotsMax = 64;         // a type; one bit each in Record::present
inline constexpr int kTypesMax = 4096;       //
inline constexpr int kTextBytesMax = 128;    // text values and account names
inline constexpr int kIdBytesMax = 64;       // event ids
inline constexpr uint16_t kNoType = 0xffff;  // a type that no plan declares

struct TypeSchema {
  std::string wire;
  std::vector<Field> slots;
  std::vector<uint8_t> account_slots;  // those of kind kAccount, ascending
};

// A wallet as a command names it: by its unit, and the program where several have that.
struct WalletName {
  std::string program;
  std::string unit;
  uint8_t scale = 0;
  bool wants_total = false;  // what is held of it is limited to a share of a total
};

// A thing of the catalogue, and an exchange, as a command names them.
struct ItemName {
  std::string program;
  std::string item;
  bool has_stock = false;
};
struct ExchangeName {
  uint16_t from = 0;  // wallets
  uint16_t to = 0;
  bool from_file = false;
  bool show_only = false;
};

class Schema {
 public:
  // In the order of their numbers.
  void add_wallet(WalletName wallet) { wallets_.push_back(std::move(wallet)); }
  const std::vector<WalletName>& wallets() const { return wallets_; }
  void add_item(ItemName item) { items_.push_back(std::move(item)); }
  const std::vector<ItemName>& items() const { return items_; }
  void add_exchange(ExchangeName exchange) { exchanges_.push_back(exchange); }
  const std::vector<ExchangeName>& exchanges() const { return exchanges_; }

  // What is known of accounts; in the order of their numbers.
  void add_known(Field field) { known_.push_back(std::move(field)); }
  const std::vector<Field>& known() const { return known_; }

  // The type's number; made when new. Nothing is lost when it was there: REQUIRES size < kTypesMax.
  uint16_t add_type(std::string_view wire);
  // The slot of this reading; made when new. Returns -1 when the type has kSlotsMax already.
  int add_slot(uint16_t type, const Field& field);

  // kNoType when there is none.
  uint16_t find_type(std::string_view wire) const;
  const TypeSchema& type(uint16_t index) const { return types_[index]; }
  int size() const { return static_cast<int>(types_.size()); }

 private:
  std::vector<WalletName> wallets_;
  std::vector<ItemName> items_;
  std::vector<ExchangeName> exchanges_;
  std::vector<Field> known_;
  std::vector<TypeSchema> types_;
  absl::flat_hash_map<std::string, uint16_t> by_wire_;
};

}  // namespace guerdon::event
