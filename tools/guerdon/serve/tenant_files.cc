#include "tools/guerdon/serve/tenant_files.h"

#include <algorithm>
#include <string_view>

#include "engine/door/tenant_name.h"

namespace guerdon::tools {

namespace {

struct Named {
  std::string tenant;  // empty: none is named
  std::string rest;
};

// `acme=club.plan`. A path that reads like this and means a file is written ./acme=club.plan.
Named cut(const std::string& word, char mark) {
  const size_t at = word.find(mark);
  if (at == std::string::npos || !door::is_tenant_name(std::string_view(word).substr(0, at))) {
    return {"", word};
  }
  return {word.substr(0, at), word.substr(at + 1)};
}

class Sorter {
 public:
  Sorter(std::vector<TenantFiles>* tenants, std::string* error)
      : tenants_(*tenants), error_(*error) {}

  bool add_plan(const std::string& word) {
    Named named = cut(word, '=');
    TenantFiles* tenant = find(named.tenant);
    if (tenant == nullptr) {
      if (!tenants_.empty() && tenants_.front().name.empty() != named.tenant.empty()) {
        return fail(
            "of the plans some name their tenant, and others do not; write each as "
            "TENANT=FILE, or none");
      }
      if (tenants_.size() == door::kTenantsMax) {
        return fail("a server has at most " + std::to_string(door::kTenantsMax) + " tenants");
      }
      tenant = &tenants_.emplace_back(TenantFiles{named.tenant, {}, {}, {}});
    }
    tenant->plans.push_back(std::move(named.rest));
    return true;
  }

  bool add_drop(const std::string& word) {
    Named named = has_tenants() ? cut(word, '=') : Named{"", word};
    TenantFiles* const tenant = find(named.tenant);
    if (tenant == nullptr) return fail_of("--drop", word, "TENANT=DIR");
    if (!tenant->drop.empty()) {
      return fail("--drop " + word + ": there is one already; give one folder" +
                  (has_tenants() ? " for each tenant" : ""));
    }
    tenant->drop = std::move(named.rest);
    return true;
  }

  bool add_reference(const std::string& word) {
    Named named = has_tenants() ? cut(word, ':') : Named{"", word};
    TenantFiles* const tenant = find(named.tenant);
    if (tenant == nullptr) return fail_of("--ref", word, "TENANT:KIND=FILE");
    tenant->references.push_back(std::move(named.rest));
    return true;
  }

 private:
  bool has_tenants() const { return !tenants_.front().name.empty(); }
  TenantFiles* find(std::string_view name) {
    const auto found = std::find_if(tenants_.begin(), tenants_.end(),
                                    [&](const TenantFiles& each) { return each.name == name; });
    return found == tenants_.end() ? nullptr : &*found;
  }
  bool fail(std::string sentence) {
    error_ = std::move(sentence);
    return false;
  }
  bool fail_of(const std::string& option, const std::string& word, const std::string& form) {
    return fail(option + " " + word + ": it begins with no tenant that has a plan; write " + form);
  }

  std::vector<TenantFiles>& tenants_;
  std::string& error_;
};

}  // namespace

bool sort_by_tenant(const ServeOptions& options, std::vector<TenantFiles>* tenants,
                    std::string* error) {
  Sorter sorter(tenants, error);
  for (const std::string& word : options.plans) {
    if (!sorter.add_plan(word)) return false;
  }
  for (const std::string& word : options.drop) {
    if (!sorter.add_drop(word)) return false;
  }
  for (const std::string& word : options.references) {
    if (!sorter.add_reference(word)) return false;
  }
  return true;
}

}  // namespace guerdon::tools
