// A small shop through the public interface: its plan, an engine with it, traces as text and files.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "guerdon/engine.h"

namespace guerdon {

// Money back and points, sales and refunds, a counter by month.
std::string shop_plan(const std::string& name = "shop");

// A rule more that the compiler takes with a warning: an unknown sku pays nothing.
inline constexpr const char* kCareless = R"(
table tips by sku
  "tea" : 1%

rule tip
  on sale
  credit account (tips for sku) of amount
)";

// An engine that must open. A refusal fails the test and ends it.
std::unique_ptr<Engine> open_engine(const std::vector<std::string>& plans,
                                    const Options& options = {});
std::unique_ptr<Engine> open_shop(const Options& options = {});

// The header that the shop's traces have, with its line end.
inline const std::string kHeader = "event_id,time,type,account,agent,amount,sku\n";
// "1,2026-01-05T10:00:00Z,sale,ACCOUNT,,AMOUNT,": one row, with its line end.
std::string sale_row(const std::string& id, const std::string& account, const std::string& amount,
                     const std::string& time = "2026-01-05T10:00:00Z");

// Replays the text and says what was said: "" or the sentence.
std::string feed(Engine& engine, const std::string& csv, const std::string& source = "shop",
                 const ReplayHooks& hooks = {});

// A file of these bytes in the folder for test files; its path.
std::string write_file(const std::string& name, const std::string& bytes);
// The bytes as gzip has them.
std::string gzipped(const std::string& bytes);

}  // namespace guerdon
