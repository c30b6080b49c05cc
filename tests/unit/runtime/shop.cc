#include "tests/unit/runtime/shop.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdio>
#include <fstream>

#include "engine/base/assert.h"

namespace guerdon {

std::string shop_plan(const std::string& name) {
  return "plan " + name + R"(

unit GBP, 2 decimals
unit points, 0 decimals

event sale, refund
  account, agent : account
  amount : GBP
  sku : text

measure spent per account per month = sum of amount on sale less amount on refund

rule cashback
  on sale
  when amount > 0
  credit account 10% of amount
  credit agent 1 point as stamp

rule refunded
  on refund
  credit account -10% of amount

rule milestone per account per month
  when spent >= 100.00
  credit account 50 points as bonus
)";
}

std::unique_ptr<Engine> open_engine(const std::vector<std::string>& plans, const Options& options) {
  std::vector<PlanText> texts;
  for (const std::string& plan : plans) texts.push_back({"test.plan", plan});
  std::string error;
  std::unique_ptr<Engine> engine = Engine::open(options, texts, &error);
  if (engine == nullptr) std::fputs(error.c_str(), stderr);
  GUERDON_ASSERT(engine != nullptr);
  return engine;
}

std::unique_ptr<Engine> open_shop(const Options& options) {
  return open_engine({shop_plan()}, options);
}

std::string sale_row(const std::string& id, const std::string& account, const std::string& amount,
                     const std::string& time) {
  return id + "," + time + ",sale," + account + ",," + amount + ",\n";
}

std::string feed(Engine& engine, const std::string& csv, const std::string& source,
                 const ReplayHooks& hooks) {
  std::string error = "left from before";
  const bool whole = engine.replay_text(csv, source, hooks, &error);
  EXPECT_EQ(whole, error.empty()) << error;
  return error;
}

std::string write_file(const std::string& name, const std::string& bytes) {
  std::string path = testing::TempDir() + "guerdon-runtime-" + name;
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  EXPECT_TRUE(file.good()) << path;
  return path;
}

std::string gzipped(const std::string& bytes) {
  const std::string path = write_file("packed.gz", "");
  gzFile file = gzopen(path.c_str(), "wb");
  const int written = gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  EXPECT_EQ(written, static_cast<int>(bytes.size()));
  EXPECT_EQ(gzclose(file), Z_OK);
  std::ifstream packed(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(packed), std::istreambuf_iterator<char>()};
}

}  // namespace guerdon
