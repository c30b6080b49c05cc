#include "tools/guerdon/plan/plan_files.h"

#include <array>
#include <cstddef>
#include <cstdio>
#include <utility>

#include "engine/door/tenant_name.h"
#include "engine/os/file.h"
#include "engine/syntax/source.h"

namespace guerdon::tools {

bool read_plan(const std::string& path, PlanText* plan, std::string* error) {
  os::InputFile file(path);
  plan->name = path == "-" ? "<stdin>" : path;
  plan->text.clear();
  std::array<char, 65536> buffer;
  while (file.is_open() && plan->text.size() <= plan::kPlanBytesMax) {
    const std::ptrdiff_t got = file.read(buffer.data(), buffer.size());
    if (got <= 0) break;
    plan->text.append(buffer.data(), static_cast<size_t>(got));
  }
  *error = file.error();
  const bool names_tenant = door::is_tenant_name(path.substr(0, path.find('=')));
  if (!file.is_open() && names_tenant && path.find('=') != std::string::npos) {
    *error += "; tenants are for guerdon serve: elsewhere name the files of one of them alone";
  }
  return error->empty();
}

bool read_plans(const std::vector<std::string>& paths, std::vector<PlanText>* plans) {
  for (const std::string& path : paths) {
    PlanText plan;
    std::string error;
    if (!read_plan(path, &plan, &error)) {
      std::fprintf(stderr, "guerdon: %s\n", error.c_str());
      return false;
    }
    plans->push_back(std::move(plan));
  }
  return true;
}

}  // namespace guerdon::tools
