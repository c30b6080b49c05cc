#include "tools/guerdon/load/load_options.h"

namespace guerdon::tools {

namespace {

constexpr uint32_t kPipeline = 128;
constexpr uint32_t kBatchPipeline = 4;

}  // namespace

uint32_t pipeline_of(const LoadOptions& options) {
  if (options.pipeline > 0) return options.pipeline;
  return options.send == "batch" ? kBatchPipeline : kPipeline;
}

std::optional<load::Deal> read_deal(const std::string& text) {
  if (text == "account") return load::Deal::kAccount;
  if (text == "turn") return load::Deal::kTurn;
  return std::nullopt;
}

std::optional<load::SendForm> read_send_form(const std::string& text) {
  if (text == "lines") return load::SendForm::kLines;
  if (text == "resp") return load::SendForm::kResp;
  if (text == "batch") return load::SendForm::kBatch;
  return std::nullopt;
}

}  // namespace guerdon::tools
