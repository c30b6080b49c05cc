#include "tests/shop/shop_works.h"

#include <gtest/gtest.h>

#include <atomic>

#include "engine/accounts/account_table.h"
#include "engine/base/assert.h"
#include "engine/event/record_codec.h"
#include "engine/os/thread.h"
#include "engine/shard/audit.h"
#include "tests/generate/rng.h"

namespace guerdon::shop {
namespace {

std::vector<std::string_view> words_of(std::string_view request) {
  std::vector<std::string_view> words;
  while (!request.empty()) {
    const size_t end = std::min(request.find(' '), request.size());
    if (end > 0) words.push_back(request.substr(0, end));
    request.remove_prefix(std::min(end + 1, request.size()));
  }
  return words;
}

// Any thread may ask; what it draws need not be the same each time, for nothing may depend on it.
void give_way_at_random() {
  static std::atomic<uint64_t> calls{0};
  generate::Rng rng(calls.fetch_add(1, std::memory_order_relaxed));
  if (rng.chance(40)) os::yield();
}

}  // namespace

std::string name_of(const Variant& variant) {
  std::string name = std::to_string(variant.shards) + " shards, ";
  if (variant.threads == Threads::kFused) name += "fused";
  if (variant.threads == Threads::kHalved) name += "halved";
  if (variant.threads == Threads::kThreaded) name += std::to_string(variant.workers) + " workers";
  return name + ", batches of " + std::to_string(variant.batch);
}

std::vector<Variant> variants() {
  std::vector<Variant> all;
  for (const uint32_t shards : {1u, 2u, 7u, 16u}) {
    all.push_back({shards, Threads::kFused, 0, 256, false});
    all.push_back({shards, Threads::kFused, 0, 1, false});
    all.push_back({shards, Threads::kHalved, 0, 5, false});
    for (uint32_t workers = 1; workers <= std::min(shards, 4u); ++workers) {
      all.push_back({shards, Threads::kThreaded, workers, workers % 2 == 0 ? 256u : 7u, true});
    }
  }
  return all;
}

ShopWorks::ShopWorks(const plan::Program& program, const Variant& variant, uint64_t keys)
    : program_(program),
      variant_(variant),
      admission_(program, variant.shards, pipeline::KeyTable(keys)),
      budgets_(program),
      tail_(program),
      commands_(program.schema),
      events_(program.schema) {
  for (uint32_t s = 0; s < variant.shards; ++s) {
    shards_.push_back(std::make_unique<shard::Shard>(program, admission_, s, variant.shards, 0));
  }
  admission_.keep_log();
  pipeline::Stages stages{
      admission_, shards_,  tail_, {}, [this](const pipeline::Job& job) { take_answers(job); },
      {},         &budgets_};
  if (variant.is_uneven) stages.between_steps = give_way_at_random;
  switch (variant.threads) {
    case Threads::kFused:
      assembly_ = pipeline::make_fused(std::move(stages));
      break;
    case Threads::kHalved:
      assembly_ = pipeline::make_halved(std::move(stages));
      break;
    case Threads::kThreaded:
      assembly_ = pipeline::make_threaded(std::move(stages), variant.workers);
  }
}

ShopWorks::~ShopWorks() {
  if (job_ != nullptr) submit();
}

void ShopWorks::ask(base::TimeMs at, std::string_view request) {
  const std::vector<std::string_view> words = words_of(request);
  if (job_ == nullptr) job_ = &assembly_->take();
  const bool is_event = event::is_word(words[0], "EVENT");
  const bool is_read = is_event ? events_.read(words, source_, at, job_->batch)
                                : commands_.read(words, source_, job_->batch);
  if (!is_read) {
    const event::EventFault& fault = is_event ? events_.fault() : commands_.fault();
    asked_.push_back(
        {false, std::string(event::outcome_word(fault.outcome)) + " " + fault.sentence});
    return;
  }
  job_->at.push_back(at);
  asked_.push_back({true, ""});
  if (job_->batch.records.size() >= variant_.batch) submit();
}

void ShopWorks::submit() {
  assembly_->submit(*job_);
  job_ = nullptr;
}

void ShopWorks::take_answers(const pipeline::Job& job) {
  log_ += job.log.bytes();
  for (size_t i = 0; i < job.batch.records.size(); ++i) {
    const event::Record& record = job.batch.records[i];
    std::string answer(event::outcome_word(record.outcome));
    const bool is_done =
        record.outcome == event::Outcome::kOk || record.outcome == event::Outcome::kDuplicate;
    if (is_done) {
      answer += " " + std::to_string(record.entries);
    } else if (event::is_command(record)) {
      answer += " " + std::to_string(job.results[i].amount);
    }
    answered_.push_back(answer);
  }
}

std::vector<std::string> ShopWorks::answers() {
  if (job_ != nullptr) submit();
  assembly_->drain();
  std::vector<std::string> answers;
  size_t next = 0;
  for (const Asked& asked : asked_) {
    answers.push_back(asked.is_record ? answered_.at(next++) : asked.fault);
  }
  EXPECT_EQ(next, answered_.size());
  asked_.clear();
  answered_.clear();
  return answers;
}

uint16_t ShopWorks::wallet(std::string_view unit) const {
  for (uint16_t w = 0; w < program_.wallets.size(); ++w) {
    if (program_.wallets[w].unit == unit) return w;
  }
  ADD_FAILURE() << "no unit " << unit;
  return 0;
}

shard::WalletView ShopWorks::view(std::string_view account, std::string_view unit) const {
  shard::WalletView view;
  for (const auto& shard : shards_) {
    shard->state().accounts().visit_all([&](const shard::BlockHeader& found) {
      if (shard->state().accounts().name(found) != account) return;
      view = shard->wallets().view(found, wallet(unit), admission_.clock());
    });
  }
  return view;
}

int64_t ShopWorks::stock(std::string_view item) const {
  for (uint32_t i = 0; i < program_.items.size(); ++i) {
    if (program_.items[i].name != item) continue;
    for (const auto& shard : shards_) {
      if (shard->has_stock_of(program_.items[i])) return shard->stock(i);
    }
  }
  ADD_FAILURE() << "no item with a stock " << item;
  return -1;
}

std::string ShopWorks::system(std::string_view unit, ledger::SystemAccount account) const {
  base::Int128 sum = 0;
  for (const auto& shard : shards_) sum += shard->wallets().total(wallet(unit), account);
  return base::to_string(sum);
}

std::string ShopWorks::seen() {
  base::Hash128 content = admission_.rates().content_hash();
  content += budgets_.content_hash();
  for (const auto& shard : shards_) {
    content += shard->content_hash(admission_.symbols(), admission_.clock());
  }
  return "content " + content.to_hex() + " entries " + tail_.entries_hash().to_hex() + " lsn " +
         std::to_string(admission_.last_lsn()) + "\n" + pipeline::summary_of(state());
}

std::string ShopWorks::broken() const {
  for (const auto& shard : shards_) {
    if (std::string found = shard::audit(program_, *shard, admission_.clock()).difference;
        !found.empty())
      return found;
  }
  return "";
}

void ShopWorks::replay(std::string_view log) {
  using Step = event::RecordReader::Step;
  event::RecordReader reader(program_.schema);
  reader.begin(log, 0);
  uint64_t lsn = admission_.last_lsn();
  while (!reader.is_at_end()) {
    pipeline::Job& job = assembly_->take();
    while (!reader.is_at_end() &&
           (job.batch.records.size() < variant_.batch || reader.is_sweep_next())) {
      const Step step = reader.next(job.batch);
      event::LogItem told;
      told.lsn = ++lsn;
      told.at = reader.at();
      told.kind = step == Step::kSweep     ? event::LogKind::kSweep
                  : step == Step::kCommand ? event::LogKind::kCommand
                                           : event::LogKind::kEvent;
      ASSERT_TRUE(step == Step::kSweep || step == Step::kCommand || step == Step::kEvent);
      if (step == Step::kSweep) {
        told.record = reader.slices().number();
      } else {
        job.at.push_back(reader.at());
      }
      job.told.push_back(told);
    }
    assembly_->submit(job);
  }
  assembly_->drain();
  answered_.clear();
}

void ShopWorks::load_from(ShopWorks& other) {
  support::CrashDisk disk;
  snapshot::SnapshotHeader header = pipeline::header_of(other.state());
  snapshot::SnapshotWriter out(disk, header);
  pipeline::save(other.state(), out);
  ASSERT_TRUE(out.finish("")) << out.error();
  const std::string name = snapshot::snapshot_name(header.lsn);
  std::unique_ptr<os::DiskFile> file;
  ASSERT_TRUE(disk.open(name, &file).ok());
  snapshot::SnapshotReader reader(std::move(file), name);
  ASSERT_TRUE(reader.open());
  std::string error;
  ASSERT_TRUE(pipeline::load(reader, state(), &error)) << error;
}

}  // namespace guerdon::shop
