#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/os/blocking_queue.h"
#include "engine/os/concurrent_queue.h"
#include "engine/os/thread.h"

namespace guerdon::os {
namespace {

// One body for each queue: they promise the same.
template <class Queue>
class QueueTest : public testing::Test {};

#ifdef GUERDON_UNDER_TSAN
using Queues = testing::Types<BlockingQueue<uint64_t>>;
#else
using Queues = testing::Types<BlockingQueue<uint64_t>, ConcurrentQueue<uint64_t>>;
#endif
TYPED_TEST_SUITE(QueueTest, Queues);

TYPED_TEST(QueueTest, KeepsTheOrderOfAProducer) {
  TypeParam queue(8);
  typename TypeParam::Producer producer(queue);
  for (uint64_t i = 0; i < 8; ++i) EXPECT_TRUE(producer.push(i));
  for (uint64_t i = 0; i < 8; ++i) {
    uint64_t value = 99;
    EXPECT_TRUE(queue.pop(&value));
    EXPECT_EQ(value, i);
  }
}

TYPED_TEST(QueueTest, HoldsAtMostItsCapacity) {
  TypeParam queue(3);
  typename TypeParam::Producer producer(queue);
  uint64_t value = 7;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(producer.try_push(value));
  EXPECT_FALSE(producer.try_push(value));
  EXPECT_EQ(value, 7u);
  EXPECT_TRUE(queue.try_pop(&value));
  EXPECT_TRUE(producer.try_push(value));
  EXPECT_FALSE(producer.try_push(value));
}

TYPED_TEST(QueueTest, ALargeCapacityIsThereWithoutAConsumer) {
  constexpr uint64_t kCapacity = 50'000;
  TypeParam queue(kCapacity);
  typename TypeParam::Producer producer(queue);
  uint64_t value = 0;
  for (; value < kCapacity; ++value) ASSERT_TRUE(producer.push(value));
  EXPECT_FALSE(producer.try_push(value));
  for (uint64_t i = 0; i < kCapacity; ++i) {
    ASSERT_TRUE(queue.pop(&value));
    ASSERT_EQ(value, i);
  }
}

TYPED_TEST(QueueTest, TryPopOnAnEmptyQueueDoesNotWait) {
  TypeParam queue(3);
  uint64_t value = 7;
  EXPECT_FALSE(queue.try_pop(&value));
  EXPECT_EQ(value, 7u);
}

TYPED_TEST(QueueTest, AfterCloseWhatIsLeftIsGivenThenNothing) {
  TypeParam queue(4);
  typename TypeParam::Producer producer(queue);
  producer.push(1);
  producer.push(2);
  queue.close();
  EXPECT_FALSE(producer.push(3));
  uint64_t value = 3;
  EXPECT_FALSE(producer.try_push(value));
  EXPECT_TRUE(queue.pop(&value));
  EXPECT_EQ(value, 1u);
  EXPECT_TRUE(queue.try_pop(&value));
  EXPECT_EQ(value, 2u);
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(queue.pop(&value));
    EXPECT_FALSE(queue.try_pop(&value));
  }
}

TYPED_TEST(QueueTest, CloseWakesEveryWaitingConsumer) {
  TypeParam queue(4);
  std::vector<Thread> consumers;
  std::atomic<int> ended{0};
  for (int i = 0; i < 4; ++i) {
    consumers.emplace_back([&] {
      uint64_t value;
      EXPECT_FALSE(queue.pop(&value));
      ++ended;
    });
  }
  queue.close();
  consumers.clear();
  EXPECT_EQ(ended, 4);
}

TYPED_TEST(QueueTest, CloseWakesEveryWaitingProducer) {
  TypeParam queue(1, 5);
  typename TypeParam::Producer first(queue);
  first.push(1);
  std::vector<Thread> producers;
  std::atomic<int> refused{0};
  for (int i = 0; i < 4; ++i) {
    producers.emplace_back([&] {
      typename TypeParam::Producer producer(queue);
      if (!producer.push(2)) ++refused;
    });
  }
  queue.close();
  producers.clear();
  EXPECT_EQ(refused, 4);
}

// Values name their producer and number; each must arrive once, and those of a producer in order
// where there is one consumer.
constexpr uint64_t kNumberBits = 32;

TYPED_TEST(QueueTest, ManyProducersOneConsumerLoseNothingAndKeepEachOrder) {
  constexpr uint64_t kProducers = 3;
  constexpr uint64_t kValues = 20'000;
  TypeParam queue(16, kProducers);
  std::vector<Thread> producers;
  for (uint64_t p = 0; p < kProducers; ++p) {
    producers.emplace_back([&queue, p] {
      typename TypeParam::Producer producer(queue);
      for (uint64_t i = 0; i < kValues; ++i) ASSERT_TRUE(producer.push(p << kNumberBits | i));
    });
  }
  std::vector<uint64_t> next(kProducers, 0);
  for (uint64_t i = 0; i < kProducers * kValues; ++i) {
    uint64_t value;
    ASSERT_TRUE(queue.pop(&value));
    const uint64_t p = value >> kNumberBits;
    ASSERT_EQ(value & 0xffffffff, next.at(p)++);
  }
  uint64_t value;
  EXPECT_FALSE(queue.try_pop(&value));
}

TYPED_TEST(QueueTest, WhatWasPushedBeforeARacingCloseIsPopped) {
  for (int round = 0; round < 300; ++round) {
    TypeParam queue(4, 2);
    std::atomic<uint64_t> accepted{0};
    std::atomic<uint64_t> popped{0};
    std::vector<Thread> threads;
    for (int p = 0; p < 2; ++p) {
      threads.emplace_back([&] {
        typename TypeParam::Producer producer(queue);
        for (uint64_t i = 1; i < 50; ++i) {
          if (!producer.push(i)) return;
          accepted += i;
        }
      });
    }
    for (int c = 0; c < 2; ++c) {
      threads.emplace_back([&] {
        uint64_t value;
        while (queue.pop(&value)) popped += value;
      });
    }
    for (int i = 0; i < round % 7; ++i) yield();
    queue.close();
    threads.clear();
    ASSERT_EQ(popped, accepted);
  }
}

#ifndef GUERDON_UNDER_TSAN
// A value that can stop in the middle of being moved, which holds its producer inside of a push.
struct Stopping {
  Stopping() = default;
  explicit Stopping(std::atomic<int>* gate) : stage(gate) {}
  Stopping(Stopping&& other) noexcept : stage(other.stage) { stop(); }
  Stopping& operator=(Stopping&& other) noexcept {
    stage = other.stage;
    return *this;
  }
  void stop() const {
    if (stage == nullptr || *stage != 0) return;
    *stage = 1;
    while (*stage == 1) yield();
  }
  std::atomic<int>* stage = nullptr;
};

TEST(ConcurrentQueue, APopAfterCloseWaitsForAPushThatIsUnderWay) {
  std::atomic<int> stage{0};
  std::atomic<bool> pushed{false};
  std::atomic<bool> popped{false};
  ConcurrentQueue<Stopping> queue(2);
  Thread pushing([&] {
    ConcurrentQueue<Stopping>::Producer producer(queue);
    Stopping value(&stage);
    pushed = producer.try_push(value);
  });
  while (stage == 0) yield();
  queue.close();
  Thread popping([&] {
    Stopping value;
    popped = queue.pop(&value);
  });
  for (int i = 0; i < 2'000; ++i) yield();  // time to give up too early
  stage = 2;
  pushing.join();
  popping.join();
  EXPECT_TRUE(pushed);
  EXPECT_TRUE(popped);
}

TEST(ConcurrentQueue, CarriesWhatCanOnlyBeMoved) {
  ConcurrentQueue<std::unique_ptr<int>> queue(2);
  ConcurrentQueue<std::unique_ptr<int>>::Producer producer(queue);
  EXPECT_TRUE(producer.push(std::make_unique<int>(1)));
  EXPECT_TRUE(producer.push(std::make_unique<int>(2)));
  auto third = std::make_unique<int>(3);
  EXPECT_FALSE(producer.try_push(third));
  EXPECT_EQ(*third, 3);  // a refusal leaves it with the caller
  std::unique_ptr<int> value;
  EXPECT_TRUE(queue.pop(&value));
  EXPECT_EQ(*value, 1);
}
#endif

TEST(BatchQueue, IsTheMutexQueueUnderTsanOnly) {
#ifdef GUERDON_UNDER_TSAN
  const bool expected = std::is_same_v<BatchQueue<int*>, BlockingQueue<int*>>;
#else
  const bool expected = std::is_same_v<BatchQueue<int*>, ConcurrentQueue<int*>>;
#endif
  EXPECT_TRUE(expected);
}

}  // namespace
}  // namespace guerdon::os
