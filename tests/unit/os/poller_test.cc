#include "engine/os/poller.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/os/socket.h"
#include "engine/os/thread.h"

namespace guerdon::os {
namespace {

constexpr char kLoopback[] = "127.0.0.1";
constexpr int kPatienceMs = 10'000;

class PollerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string error;
    listener_ = Listener::open(kLoopback, 0, &error);
    near_ = connect_to(kLoopback, listener_.port(), &error);
    ASSERT_TRUE(near_.is_open()) << error;
    ASSERT_TRUE(poller_.add(listener_.fd(), kListener, {true, false}));
    ASSERT_EQ(poller_.wait(kPatienceMs).size(), 1u);
    ASSERT_EQ(listener_.accept(&far_), Listener::Accepted::kConnection);
    poller_.remove(listener_.fd());
  }

  static constexpr uint64_t kListener = ~uint64_t{0};
  static constexpr uint64_t kFar = 0x100000002;

  Poller poller_;
  Listener listener_;
  Socket near_;
  Socket far_;
};

TEST_F(PollerTest, TellsWhatIsReadyWithItsToken) {
  ASSERT_TRUE(poller_.add(far_.fd(), kFar, {true, false}));
  EXPECT_TRUE(poller_.wait(0).empty());
  near_.write("x");
  for (int i = 0; i < 2; ++i) {  // level-triggered: again as long as it is not read
    const auto ready = poller_.wait(kPatienceMs);
    ASSERT_EQ(ready.size(), 1u);
    EXPECT_EQ(ready[0].token, kFar);
    EXPECT_TRUE(ready[0].read);
    EXPECT_FALSE(ready[0].write);
    EXPECT_FALSE(ready[0].gone);
  }
}

TEST_F(PollerTest, TellsOnlyWhatIsAskedFor) {
  ASSERT_TRUE(poller_.add(far_.fd(), kFar, {false, false}));
  near_.write("x");
  EXPECT_TRUE(poller_.wait(20).empty());
  poller_.modify(far_.fd(), kFar, {false, true});
  auto ready = poller_.wait(kPatienceMs);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_TRUE(ready[0].write);
  EXPECT_FALSE(ready[0].read);
  poller_.modify(far_.fd(), kFar, {true, true});
  ready = poller_.wait(kPatienceMs);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_TRUE(ready[0].read && ready[0].write);
  poller_.remove(far_.fd());
  EXPECT_TRUE(poller_.wait(0).empty());
}

TEST_F(PollerTest, TellsThatAConnectionIsGoneUnasked) {
  ASSERT_TRUE(poller_.add(far_.fd(), kFar, {false, false}));
  near_.reset();
  const auto ready = poller_.wait(kPatienceMs);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_TRUE(ready[0].gone);
}

TEST_F(PollerTest, ForgetsWhatIsClosed) {
  ASSERT_TRUE(poller_.add(far_.fd(), kFar, {true, true}));
  far_.close();
  EXPECT_TRUE(poller_.wait(0).empty());
}

TEST(WakerTest, WakesOnceForManyWakes) {
  Poller poller;
  Waker waker;
  ASSERT_TRUE(poller.add(waker.fd(), 7, {true, false}));
  EXPECT_TRUE(poller.wait(0).empty());
  waker.wake();
  waker.wake();
  ASSERT_EQ(poller.wait(kPatienceMs).size(), 1u);
  waker.clear();
  EXPECT_TRUE(poller.wait(0).empty());
  waker.clear();  // nothing to clear is no error
}

TEST(WakerTest, WakesFromAnotherThread) {
  Poller poller;
  Waker waker;
  ASSERT_TRUE(poller.add(waker.fd(), 7, {true, false}));
  Thread other([&waker] { waker.wake(); });
  const auto ready = poller.wait(kPatienceMs);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].token, 7u);
}

}  // namespace
}  // namespace guerdon::os
