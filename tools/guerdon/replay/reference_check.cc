#include "tools/guerdon/replay/reference_check.h"

#include <cstdio>
#include <string_view>

#include "engine/feed/reference_file.h"

namespace guerdon::tools {

namespace {

constexpr std::string_view kOrg = "org";
constexpr std::string_view kRates = "rates";
constexpr std::string_view kTargets = "targets";
constexpr std::string_view kTable = "table:";

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

void read_rates(const std::string& text, Reading* reading) {
  std::vector<event::RateRow> rows;
  event::read_rates(text, &rows, &reading->problems);
  reading->rows = rows.size();
}

Reader reader_of(const std::string& kind) {
  if (kind == kRates) return read_rates;
  if (kind == kOrg) return read_org;
  if (kind == kTargets) return read_targets;
  return nullptr;
}

ExitStatus check_one(const char* command, const std::string& kind, const std::string& path,
                     std::vector<ReferenceFile>* known) {
  const Reader reader = reader_of(kind);
  const bool is_table = kind.starts_with(kTable) && kind.size() > kTable.size();
  if ((reader == nullptr && !is_table) || path.empty()) {
    std::fprintf(
        stderr,
        "%s: --ref takes org=FILE, targets=FILE, rates=FILE or table:NAME=FILE, not %s=%s\n",
        command, kind.c_str(), path.c_str());
    return ExitStatus::kUsage;
  }
  std::string text;
  std::string error;
  if (!event::load_reference(path, &text, &error)) {
    std::fprintf(stderr, "%s: %s\n", command, error.c_str());
    return ExitStatus::kEnvironment;
  }
  // Which columns it has is for the plans to say.
  if (is_table) {
    known->push_back({path, std::move(text), kind.substr(kTable.size())});
    return ExitStatus::kDone;
  }
  Reading reading;
  reader(text, &reading);
  if (!reading.problems.empty()) {
    std::vector<LineProblem> problems;
    for (event::FileProblem& each : reading.problems) {
      problems.push_back({each.line, std::move(each.sentence)});
    }
    return refuse_reference(path, problems);
  }
  known->push_back({path, std::move(text), {}, kind == kTargets, kind == kOrg});
  return ExitStatus::kDone;
}

}  // namespace

ExitStatus refuse_reference(const std::string& path, const std::vector<LineProblem>& problems) {
  for (const LineProblem& problem : problems) {
    std::fprintf(stderr, "%s:%llu: %s\n", path.c_str(),
                 static_cast<unsigned long long>(problem.line), problem.sentence.c_str());
  }
  std::fprintf(stderr, "%s: refused whole; nothing of it was taken\n", path.c_str());
  return ExitStatus::kNo;
}

ExitStatus check_references(const char* command, const std::vector<std::string>& references,
                            std::vector<ReferenceFile>* known) {
  for (const std::string& reference : references) {
    const size_t equals = reference.find('=');
    const std::string kind = reference.substr(0, equals);
    const std::string path = equals == std::string::npos ? "" : reference.substr(equals + 1);
    const ExitStatus status = check_one(command, kind, path, known);
    if (status != ExitStatus::kDone) return status;
  }
  return ExitStatus::kDone;
}

}  // namespace guerdon::tools
