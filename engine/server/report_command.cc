// REPORT: what a program came to in a period.
#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/reports/report_making.h"
#include "engine/reports/report_query.h"
#include "engine/reports/report_writer.h"
#include "engine/server/command.h"
#include "engine/server/intake.h"
#include "engine/server/limits.h"
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

// Until the last has gone who holds it. Null: all are taken.
std::shared_ptr<void> take_place(const Shared& shared) {
  std::atomic<uint32_t>& taken = *shared.reports_under_way;
  if (taken.fetch_add(1, std::memory_order_relaxed) < kReportsUnderWayMax) {
    return {&taken, [kept = shared.reports_under_way](void*) {
              kept->fetch_sub(1, std::memory_order_relaxed);
            }};
  }
  taken.fetch_sub(1, std::memory_order_relaxed);
  return nullptr;
}

}  // namespace

void serve_report(Intake& intake, Words words) {
  const Shared& shared = intake.shared();
  reports::ReportQuery query;
  const auto fault = read_report_words(shared.core.program(), words, &query);
  if (fault) return intake.answer_error(fault->code, fault->sentence);
  if (!has_book(intake)) return;
  const std::shared_ptr<void> place = take_place(shared);
  if (place == nullptr) {
    return intake.answer_error("BUSY", "retry-after=1000 " + std::to_string(kReportsUnderWayMax) +
                                           " reports are being made already; ask again");
  }
  intake.take_late([&core = shared.core, query = std::move(query), place]() -> LateAnswer {
    const auto making = std::make_shared<reports::ReportMaking>(core, query);
    return [&core, making, place](const bookkeeping::BookDesk::Reading& reading,
                                  net::ReplyWriter& reply) {
      if (reading.book == nullptr) {
        reply.error("NOBOOK", "the register cannot be read: " + reading.problem);
        return Report();
      }
      if (const auto none = making->read(*reading.book, core.log_disk())) {
        reply.error(none->code, none->sentence);
        return Report();
      }
      return Report([&core, making, place](net::ReplyWriter& answer) {
        reports::write_reports(core, *making, answer);
      });
    };
  });
}

}  // namespace guerdon::server
