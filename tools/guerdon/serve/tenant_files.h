// What `guerdon serve` is given for each tenant: `--plan acme=club.plan beta=club.plan`,
// `--drop acme=DIR`, `--ref acme:rates=FILE`; or for its only one, without names.
#pragma once

#include <string>
#include <vector>

#include "tools/guerdon/serve/serve.h"

namespace guerdon::tools {

struct TenantFiles {
  std::string name;                     // empty: of a server without tenants
  std::vector<std::string> plans;       // paths
  std::vector<std::string> references;  // KIND=FILE
  std::string drop;                     // a folder; empty: none
};

// In the order in which plans name them. False with a sentence: some words name a tenant and others
// do not, one that has no plan, or there are too many.
bool sort_by_tenant(const ServeOptions& options, std::vector<TenantFiles>* tenants,
                    std::string* error);

}  // namespace guerdon::tools
