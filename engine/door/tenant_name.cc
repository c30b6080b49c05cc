#include "engine/door/tenant_name.h"

#include <algorithm>

namespace guerdon::door {

bool is_tenant_name(std::string_view text) {
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (text.empty() || text.size() > kTenantNameMax || !is_plain(text.front())) return false;
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_plain(c) || c == '-' || c == '_'; });
}

}  // namespace guerdon::door
