// What the questions of a job are answered with.
#pragma once

#include <vector>

#include "engine/accounts/progress_view.h"
#include "engine/accounts/wallet_view.h"

namespace guerdon::shard {

struct Answers {
  std::vector<WalletView> wallets;         // a view a wallet of the program, for each question
  std::vector<std::vector<LotLine>> lots;  // by question; empty where none is of lots
  std::vector<Progress> progress;          // by question; empty where none is of progress
};

}  // namespace guerdon::shard
