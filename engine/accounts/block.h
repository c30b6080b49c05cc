// An account's block: what every event of the account touches, in one place.
//
//   +0   u64  hash    base::hash64 of the name: gives shard, place in the index and entry id
//   +8   u64  kept    the first of its frames that are kept apart (KeptFrames), 0: none
//   +16  u32  wallets the first of what its wallets have beside a balance (WalletStates), 0: none
//   +20  11 bytes     the name when it fits, else offset (u64) and size (u16) in the name store
//   +31  u8           the name's size, kLongName when it is stored apart
//   +32  i64 cells    Program::block_cells of them: a balance a wallet, then the inline frames
//
// An inline frame of a period has one more cell in front: which period it holds, as a mark that is
// 0 while it holds none, so that a zeroed block is a valid one.
#pragma once

#include <cstddef>
#include <cstdint>

namespace guerdon::shard {

inline constexpr size_t kShortNameBytes = 11;
inline constexpr uint8_t kLongName = 0xff;

struct BlockHeader {
  uint64_t hash;
  uint64_t kept;
  uint32_t wallets;
  char name[kShortNameBytes];
  uint8_t name_size;
};
static_assert(sizeof(BlockHeader) == 32 && offsetof(BlockHeader, name_size) == 31);

constexpr size_t block_bytes(uint32_t cells) {
  return sizeof(BlockHeader) + size_t{cells} * sizeof(int64_t);
}

// The cells of a block.
inline int64_t* cells_of(BlockHeader* block) { return reinterpret_cast<int64_t*>(block + 1); }
inline const int64_t* cells_of(const BlockHeader* block) {
  return reinterpret_cast<const int64_t*>(block + 1);
}

// A period as the mark of an inline frame; never 0.
constexpr int64_t period_mark(int32_t period) { return int64_t{period} + (int64_t{1} << 32); }
constexpr int32_t period_of_mark(int64_t mark) {
  return static_cast<int32_t>(mark - (int64_t{1} << 32));
}

}  // namespace guerdon::shard
