// A fixed set of threads for kernel calls that have no runtime of their own behind them.
#pragma once

#include <memory>

#include "runtime/parallel.h"

namespace ssm {

class ThreadPool {
 public:
  // `threads` counts the caller; at most that many run, fewer where the system refuses to start one.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // One call at a time may be in flight on a pool.
  Parallel parallel();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ssm
