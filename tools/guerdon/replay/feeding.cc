#include "tools/guerdon/replay/feeding.h"

#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "engine/os/file.h"

namespace guerdon::tools {

namespace {

// Whether a trace that was not replayed could have been read at all: then its content is to blame.
bool is_readable(const std::string& path) {
  std::error_code failed;
  if (std::filesystem::is_directory(path, failed)) return false;
  if (!std::filesystem::is_regular_file(path, failed)) return true;  // opened and used up by now
  return os::InputFile(path).is_open();
}

}  // namespace

std::unique_ptr<Engine> open_engine(const Options& options, const std::vector<PlanText>& plans,
                                    bool warns) {
  std::string error;
  std::string warnings;
  std::unique_ptr<Engine> engine =
      Engine::open(options, plans, &error, warns ? &warnings : nullptr);
  std::fputs(warnings.c_str(), stderr);
  if (engine != nullptr) return engine;
  std::fputs(error.c_str(), stderr);
  if (!error.ends_with('\n')) std::fputs("\n", stderr);
  return nullptr;
}

ExitStatus take_references(const char* command, const std::vector<ReferenceFile>& files,
                           Engine* engine) {
  for (const ReferenceFile& file : files) {
    size_t rows = 0;
    std::string error;
    std::vector<RowProblem> found;
    bool is_taken = false;
    if (file.has_edges) {
      is_taken = engine->org(file.text, &rows, &found, &error);
      if (is_taken && rows == 0) {
        std::fprintf(stderr, "note: %s: nothing of it is taken: no plan has a relation\n",
                     file.path.c_str());
      }
    } else if (file.has_goals) {
      is_taken = engine->targets(file.text, &rows, &found, &error);
    } else if (file.table.empty()) {
      is_taken = engine->rates(file.text, &rows, &found, &error);
    } else {
      is_taken = engine->table(file.table, file.text, &rows, &found, &error);
    }
    if (is_taken) continue;
    if (found.empty()) return refuse(command, ExitStatus::kEnvironment, error);
    std::vector<LineProblem> problems;
    for (RowProblem& each : found) problems.push_back({each.line, std::move(each.sentence)});
    return refuse_reference(file.path, problems);
  }
  return ExitStatus::kDone;
}

ExitStatus Feeding::feed(const std::vector<std::string>& traces, Engine* engine) {
  for (const std::string& trace : traces) {
    std::string error;
    if (feed_one(trace, engine, &error)) continue;
    return refuse(command_, is_readable(trace) ? ExitStatus::kNo : ExitStatus::kEnvironment, error);
  }
  refusals_.finish();
  return ExitStatus::kDone;
}

bool Feeding::feed_one(const std::string& trace, Engine* engine, std::string* error) {
  bar_.emplace(clock_);
  ReplayHooks hooks;
  hooks.progress = [this](const ReplayProgress& progress) {
    const std::scoped_lock lock(printing_);
    bar_->show(progress);
  };
  hooks.refusal = [this](const Refusal& refusal) {
    const std::scoped_lock lock(printing_);
    bar_->clear();
    refusals_.tell(refusal);
  };
  const bool done = engine->replay(trace, hooks, error);
  bar_.reset();
  return done;
}

}  // namespace guerdon::tools
