// What tenants are called: on the command line, in HELLO, and as folders.
#pragma once

#include <cstddef>
#include <string_view>

namespace guerdon::door {

inline constexpr size_t kTenantNameMax = 32;
// Of one server: each has an engine with its threads, its memory and its files.
inline constexpr size_t kTenantsMax = 64;

// 1 to kTenantNameMax of a-z 0-9 and, not first, - and _. So two of them never differ by case
// alone, and each is the name of a folder.
bool is_tenant_name(std::string_view text);

}  // namespace guerdon::door
