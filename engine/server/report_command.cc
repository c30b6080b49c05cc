// REPORT: what a program came to in a period.
#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/reports/report_making.h"
#include "engine/reports/report_query.h"
#include "engine/reports/report_writer.h"
#include "engine/server/command.h"
#include "engine/server/intake.h"
#include "engine/server/named_words.h"

namespace guerdon::server {

namespace {

// As QueryFault::Word.
constexpr std::array<std::string_view, 4> kReportNames = {"program", "each", "period", "unit"};

std::optional<Fault> read_report_words(const plan::Program& program, Words words,
                                       reports::ReportQuery* query) {
  NamedWords given(kReportNames);
  if (auto fault = given.read(words, 1)) return fault;
  const reports::ReportWords named = {given[0].value, given[1].value, given[2].value,
                                      given[3].value};
  const std::optional<reports::QueryFault> wrong = reports::read_report(program, named, query);
  if (!wrong) return std::nullopt;
  return given.wrong(static_cast<size_t>(wrong->word), wrong->code, wrong->sentence);
}

}  // namespace

void serve_report(Intake& intake, Words words) {
  const Shared& shared = intake.shared();
  reports::ReportQuery query;
  const auto fault = read_report_words(shared.core.program(), words, &query);
  if (fault) return intake.answer_error(fault->code, fault->sentence);
  if (!has_book(intake)) return;
  intake.take_late([&core = shared.core, query = std::move(query)]() -> LateAnswer {
    const auto making = std::make_shared<reports::ReportMaking>(core, query);
    return [&core, making](const bookkeeping::BookDesk::Reading& reading, net::ReplyWriter& reply) {
      if (reading.book == nullptr) {
        reply.error("NOBOOK", "the register cannot be read: " + reading.problem);
        return Report();
      }
      if (const auto none = making->read(*reading.book, core.log_disk())) {
        reply.error(none->code, none->sentence);
        return Report();
      }
      return Report([&core, making](net::ReplyWriter& answer) {
        reports::write_reports(core, *making, answer);
      });
    };
  });
}

}  // namespace guerdon::server
