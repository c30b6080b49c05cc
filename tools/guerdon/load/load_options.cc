#include "tools/guerdon/load/load_options.h"

#include <charconv>

namespace guerdon::tools {

namespace {

constexpr uint32_t kPipeline = 128;
constexpr uint32_t kBatchPipeline = 4;

}  // namespace

uint32_t pipeline_of(const LoadOptions& options) {
  if (options.pipeline > 0) return options.pipeline;
  return options.send == "batch" ? kBatchPipeline : kPipeline;
}

std::optional<load::SendForm> read_send_form(const std::string& text) {
  if (text == "lines") return load::SendForm::kLines;
  if (text == "resp") return load::SendForm::kResp;
  if (text == "batch") return load::SendForm::kBatch;
  return std::nullopt;
}

bool read_endpoint(const std::string& text, std::string* host, uint16_t* port) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return false;
  *host = text.substr(0, colon);
  const char* const end = text.data() + text.size();
  const auto [behind, error] = std::from_chars(text.data() + colon + 1, end, *port);
  return error == std::errc() && behind == end && *port != 0;
}

}  // namespace guerdon::tools
