#include "tools/guerdon/replay/reference_check.h"

#include <cstdio>

#include "engine/feed/reference_file.h"

namespace guerdon::tools {

namespace {

struct Reading {
  size_t rows = 0;
  std::vector<event::FileProblem> problems;
};

using Reader = void (*)(const std::string& text, Reading* reading);

void read_org(const std::string& text, Reading* reading) {
  std::vector<event::OrgEdge> edges;
  event::read_org(text, &edges, &reading->problems);
  reading->rows = edges.size();
}

void read_targets(const std::string& text, Reading* reading) {
  std::vector<event::TargetRow> rows;
  event::read_targets(text, &rows, &reading->problems);
  reading->rows = rows.size();
}

Reader reader_of(const std::string& kind) {
  if (kind == "org") return read_org;
  if (kind == "targets") return read_targets;
  return nullptr;
}

ExitStatus check_one(const std::string& kind, const std::string& path) {
  const Reader reader = reader_of(kind);
  if (reader == nullptr || path.empty()) {
    std::fprintf(stderr, "guerdon replay: --ref takes org=FILE or targets=FILE, not %s=%s\n",
                 kind.c_str(), path.c_str());
    return ExitStatus::kUsage;
  }
  std::string text;
  std::string error;
  if (!event::load_reference(path, &text, &error)) {
    std::fprintf(stderr, "guerdon replay: %s\n", error.c_str());
    return ExitStatus::kEnvironment;
  }
  Reading reading;
  reader(text, &reading);
  for (const event::FileProblem& problem : reading.problems) {
    std::fprintf(stderr, "%s:%llu: %s\n", path.c_str(),
                 static_cast<unsigned long long>(problem.line), problem.sentence.c_str());
  }
  if (!reading.problems.empty()) {
    std::fprintf(stderr, "%s: refused whole; nothing was replayed\n", path.c_str());
    return ExitStatus::kNo;
  }
  std::fprintf(stderr, "note: %s: %zu %s of %s; no plan of this version reads them\n", path.c_str(),
               reading.rows, reading.rows == 1 ? "row" : "rows", kind.c_str());
  return ExitStatus::kDone;
}

}  // namespace

ExitStatus check_references(const std::vector<std::string>& references) {
  for (const std::string& reference : references) {
    const size_t equals = reference.find('=');
    const std::string kind = reference.substr(0, equals);
    const std::string path = equals == std::string::npos ? "" : reference.substr(equals + 1);
    const ExitStatus status = check_one(kind, path);
    if (status != ExitStatus::kDone) return status;
  }
  return ExitStatus::kDone;
}

}  // namespace guerdon::tools
