// Where tenants keep what they keep: a folder each in that of their server.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/os/disk.h"

namespace guerdon::tools {

inline constexpr std::string_view kTenantFolder = "tenant-";

// That this is no name of a tenant.
std::string wrong_tenant(const std::string& name);

// FOLDER/tenant-NAME.
std::string folder_of_tenant(const std::string& folder, std::string_view tenant);

// Those that this folder has, by name; none where it cannot be read.
std::vector<std::string> tenants_in(const std::string& folder);

// Whether it has files of a log itself.
bool has_log(const std::string& folder);

// The folder of an engine, for looking only. Null with a sentence where it cannot be opened, or is
// that of a server with tenants: then one of theirs is to be named.
std::unique_ptr<os::Disk> open_engine_folder(const std::string& folder, std::string* error);

// What open_engine_folder() says of a folder that has tenants; empty: it has none.
std::string refuse_tenants(const std::string& folder);

}  // namespace guerdon::tools
