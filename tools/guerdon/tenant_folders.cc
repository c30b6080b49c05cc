#include "tools/guerdon/tenant_folders.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "engine/door/tenant_name.h"
#include "engine/wal/format.h"

namespace guerdon::tools {

namespace fs = std::filesystem;

namespace {

// What stands in it, by name.
std::vector<fs::directory_entry> entries_of(const std::string& folder) {
  std::error_code failed;
  std::vector<fs::directory_entry> entries;
  for (fs::directory_iterator each(folder, failed); !failed && each != fs::directory_iterator();
       each.increment(failed)) {
    entries.push_back(*each);
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

}  // namespace

std::string wrong_tenant(const std::string& name) {
  return name + " is no name of a tenant; write 1 to " + std::to_string(door::kTenantNameMax) +
         " of a-z 0-9 - _, and neither - nor _ first";
}

std::string folder_of_tenant(const std::string& folder, std::string_view tenant) {
  return folder + "/" + std::string(kTenantFolder) + std::string(tenant);
}

std::vector<std::string> tenants_in(const std::string& folder) {
  std::vector<std::string> tenants;
  for (const fs::directory_entry& entry : entries_of(folder)) {
    std::string name = entry.path().filename().string();
    std::error_code failed;
    if (!name.starts_with(kTenantFolder) || !entry.is_directory(failed)) continue;
    name.erase(0, kTenantFolder.size());
    if (door::is_tenant_name(name)) tenants.push_back(std::move(name));
  }
  return tenants;
}

bool has_log(const std::string& folder) {
  const std::vector<fs::directory_entry> entries = entries_of(folder);
  return std::any_of(entries.begin(), entries.end(), [](const fs::directory_entry& entry) {
    return wal::is_segment_name(entry.path().filename().string());
  });
}

std::string refuse_tenants(const std::string& folder) {
  const std::vector<std::string> tenants = tenants_in(folder);
  if (tenants.empty()) return "";
  return folder + " holds a folder for each tenant; name that of one, such as " +
         folder_of_tenant(folder, tenants.front());
}

std::unique_ptr<os::Disk> open_engine_folder(const std::string& folder, std::string* error) {
  *error = refuse_tenants(folder);
  if (!error->empty()) return nullptr;
  return os::open_disk_to_read(folder, error);
}

}  // namespace guerdon::tools
