// Who may come in: keys, each with a secret, a tenant and a role.
//
// A line of the file a key; blank lines and lines that begin with # are none:
//
//   till-7 writer acme 3b0c...   key, role, tenant (- on a server without tenants, and of the
//                                operator's keys), secret: 32 to 128 hexadecimal digits
//
// The secret never goes over the wire. A connection asks for a challenge, which is another each
// time, and proves that it has the secret (HMAC-SHA256 over the challenge).
//
// Thread-safety: immutable once read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace guerdon::door {

inline constexpr size_t kDoorKeysMax = 4'096;
inline constexpr size_t kKeyIdMax = 64;
inline constexpr size_t kSecretDigitsMin = 32;  // 128 bits
inline constexpr size_t kSecretDigitsMax = 128;
inline constexpr size_t kKeysBytesMax = size_t{1} << 20;

// Each may do what those before it may, but the operator, who is of no tenant.
enum class Role : uint8_t { kReader, kWriter, kAdmin, kOperator };

// reader, writer, admin, operator.
std::string_view role_word(Role role);

struct Key {
  std::string id;
  Role role = Role::kReader;
  std::string tenant;  // empty: of no tenant
  std::string secret;  // its bytes
};

class Keys {
 public:
  // Nothing, and in *error a sentence with the line, never with the secret.
  static std::optional<Keys> read(std::string_view text, std::string* error);

  const Key* find(std::string_view id) const;
  const std::vector<Key>& all() const { return keys_; }

 private:
  std::vector<Key> keys_;
};

// What is to be proved: the nonce, 32 bytes, as 64 hexadecimal digits, and the connection's number.
std::string challenge_of(std::string_view nonce, int64_t connection);

// HMAC-SHA256 of the challenge with the secret, as 64 hexadecimal digits.
std::string prove(std::string_view secret, std::string_view challenge);

// Takes as long whatever of the proof is right.
bool is_proof(std::string_view secret, std::string_view challenge, std::string_view proof);

}  // namespace guerdon::door
