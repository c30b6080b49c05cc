#include <memory>

#include "tools/guerdon/report/report.h"
#include "tools/guerdon/subcommands.h"

namespace guerdon::tools {

void add_report(CLI::App& parent, Subcommands& all) {
  const auto options = std::make_shared<ReportOptions>();
  CLI::App* app =
      parent.add_subcommand("report", "What programs came to in a period, out of a data folder");
  add_folder(*app, options->folder);
  app->add_option("--program", options->program, "Of this program alone")->type_name("NAME");
  app->add_option("--period", options->period, "2026-11, 2026-W45, ...; the month of the log's end")
      ->type_name("PERIOD");
  app->add_option("--each", options->each, "day, week, month, quarter or year")->type_name("KIND");
  app->add_option("--unit", options->unit, "Money in this unit alone")->type_name("UNIT");
  app->add_option("--format", options->format, "page, csv, or json")
      ->type_name("page|csv|json")
      ->check(CLI::IsMember({"page", "csv", "json"}).description(""))
      ->capture_default_str();
  add_memory(*app, options->folder);
  app->footer(
      "Nothing is changed or locked; the engine may run meanwhile. The figures are those that "
      "REPORT answers at the end of the log.");
  all.push_back({app, [options] { return report(*options); }});
}

}  // namespace guerdon::tools
