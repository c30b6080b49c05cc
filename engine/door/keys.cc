#include "engine/door/keys.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "engine/base/assert.h"
#include "engine/door/tenant_name.h"

namespace guerdon::door {

namespace {

constexpr std::array<std::string_view, 4> kRoles = {"reader", "writer", "admin", "operator"};
constexpr std::string_view kNoTenant = "-";
constexpr size_t kWords = 4;

// -1: none.
int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool read_secret(std::string_view digits, std::string* bytes) {
  if (digits.size() < kSecretDigitsMin || digits.size() > kSecretDigitsMax ||
      digits.size() % 2 != 0)
    return false;
  for (size_t i = 0; i < digits.size(); i += 2) {
    const int high = digit_of(digits[i]);
    const int low = digit_of(digits[i + 1]);
    if (high < 0 || low < 0) return false;
    bytes->push_back(static_cast<char>(16 * high + low));
  }
  return true;
}

bool is_key_id(std::string_view id) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !id.empty() && id.size() <= kKeyIdMax && std::all_of(id.begin(), id.end(), is_plain);
}

std::vector<std::string_view> words_of(std::string_view line) {
  constexpr std::string_view kBlanks = " \t\r";
  std::vector<std::string_view> words;
  for (size_t at = line.find_first_not_of(kBlanks); at != std::string_view::npos;
       at = line.find_first_not_of(kBlanks, at)) {
    const size_t end = std::min(line.find_first_of(kBlanks, at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

// Empty: it is one.
std::string read_key(const std::vector<std::string_view>& words, Key* key) {
  if (words.size() != kWords) return "write four words: KEY ROLE TENANT SECRET";
  if (!is_key_id(words[0])) {
    return "a key's name is 1 to " + std::to_string(kKeyIdMax) + " of A-Z a-z 0-9 . _ -";
  }
  key->id = words[0];
  const auto role = std::find(kRoles.begin(), kRoles.end(), words[1]);
  if (role == kRoles.end()) return "a role is reader, writer, admin or operator";
  key->role = static_cast<Role>(role - kRoles.begin());
  if (words[2] != kNoTenant) key->tenant = words[2];
  if (!key->tenant.empty() && !is_tenant_name(key->tenant)) {
    return "a tenant is 1 to " + std::to_string(kTenantNameMax) + " of a-z 0-9 - _, or - for none";
  }
  if (key->role == Role::kOperator && !key->tenant.empty()) {
    return "an operator is of no tenant; write - for it";
  }
  if (read_secret(words[3], &key->secret)) return "";
  return "a secret is " + std::to_string(kSecretDigitsMin) + " to " +
         std::to_string(kSecretDigitsMax) +
         " hexadecimal digits, two a byte; openssl rand -hex 32 makes one";
}

}  // namespace

std::string_view role_word(Role role) { return kRoles[static_cast<size_t>(role)]; }

std::optional<Keys> Keys::read(std::string_view text, std::string* error) {
  Keys keys;
  const auto refuse = [&](size_t line, const std::string& sentence) {
    *error = "line " + std::to_string(line) + ": " + sentence;
    return std::nullopt;
  };
  for (size_t line = 1; !text.empty(); ++line) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::vector<std::string_view> words = words_of(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (words.empty() || words[0].starts_with('#')) continue;
    Key key;
    const std::string wrong = read_key(words, &key);
    if (!wrong.empty()) return refuse(line, wrong);
    if (keys.find(key.id) != nullptr) {
      return refuse(line, "there is a key " + key.id + " already; give each a name of its own");
    }
    if (keys.keys_.size() == kDoorKeysMax) {
      return refuse(line, "there are at most " + std::to_string(kDoorKeysMax) + " keys");
    }
    keys.keys_.push_back(std::move(key));
  }
  if (!keys.keys_.empty()) return keys;
  *error = "there is no key in it";
  return std::nullopt;
}

const Key* Keys::find(std::string_view id) const {
  const auto found =
      std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return key.id == id; });
  return found == keys_.end() ? nullptr : &*found;
}

std::string challenge_of(std::string_view nonce, int64_t connection) {
  return std::string(nonce) + " " + std::to_string(connection);
}

std::string prove(std::string_view secret, std::string_view challenge) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const std::vector<unsigned char> bytes(challenge.begin(), challenge.end());
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  const unsigned char* const done =
      HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes.data(), bytes.size(),
           mac.data(), &size);
  GUERDON_ASSERT(done != nullptr && size == 32);
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    text.push_back(kDigits[mac[i] >> 4]);
    text.push_back(kDigits[mac[i] & 15]);
  }
  return text;
}

bool is_proof(std::string_view secret, std::string_view challenge, std::string_view proof) {
  const std::string right = prove(secret, challenge);
  return proof.size() == right.size() &&
         CRYPTO_memcmp(right.data(), proof.data(), right.size()) == 0;
}

}  // namespace guerdon::door
