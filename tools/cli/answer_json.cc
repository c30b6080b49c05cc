#include "tools/cli/answer_json.h"

#include <nlohmann/json.hpp>

namespace guerdon::cli {
namespace {

using Json = nlohmann::ordered_json;
using net::ReplyKind;

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json json_of(const Answer& answer);

Json map_of(const Answer& answer) {
  Json map = Json::object();
  for (size_t i = 0; i + 1 < answer.items.size(); i += 2) {
    const Json key = json_of(answer.items[i]);
    map[key.is_string() ? key.get<std::string>() : dumped(key)] = json_of(answer.items[i + 1]);
  }
  return map;
}

Json error_of(const Answer& answer) {
  const ErrorWords words = error_words(answer);
  return {{"error", {{"code", words.code}, {"sentence", words.sentence}}}};
}

Json json_of(const Answer& answer) {
  switch (answer.kind) {
    case ReplyKind::kStatus:
    case ReplyKind::kBulk:
      return answer.text;
    case ReplyKind::kError:
      return error_of(answer);
    case ReplyKind::kInteger:
      return answer.number;
    case ReplyKind::kBoolean:
      return answer.number == 1;
    case ReplyKind::kNull:
      return nullptr;
    case ReplyKind::kMap:
      return map_of(answer);
    case ReplyKind::kArray:
      break;
  }
  Json list = Json::array();
  for (const Answer& item : answer.items) list.push_back(json_of(item));
  return list;
}

}  // namespace

std::string json_line(const Answer& answer) { return dumped(json_of(answer)); }

}  // namespace guerdon::cli
