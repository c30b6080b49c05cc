#include <utility>

#include "engine/pipeline/assembly.h"

namespace guerdon::pipeline {

namespace {

class FusedAssembly final : public Assembly {
 public:
  explicit FusedAssembly(Stages stages)
      : stages_(std::move(stages)), job_(0, static_cast<uint32_t>(stages_.shards.size())) {}

  Job& take(uint32_t) override {
    job_.clear();
    return job_;
  }

  void submit(Job& job, uint32_t) override {
    admit(stages_, job);
    execute(stages_, job);
    finish(stages_, job);
  }
  void drain() override {}
  uint32_t jobs() const override { return 1; }

 private:
  const Stages stages_;
  Job job_;
};

}  // namespace

std::unique_ptr<Assembly> make_fused(Stages stages) {
  return std::make_unique<FusedAssembly>(std::move(stages));
}

}  // namespace guerdon::pipeline
