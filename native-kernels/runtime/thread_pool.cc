#include "runtime/thread_pool.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

namespace ssm {

struct ThreadPool::State {
  std::mutex mutex;
  std::condition_variable started;   // a new job, or stopping
  std::condition_variable finished;  // the last helper has left the job
  std::vector<std::thread> helpers;
  bool stopping = false;

  // The job in hand; written under the mutex while no helper is inside one.
  void (*fn)(void* arg, std::size_t task) = nullptr;
  void* arg = nullptr;
  std::size_t tasks = 0;
  std::atomic<std::size_t> next{0};
  unsigned long long job = 0;
  std::size_t busy = 0;

  void Work() {
    for (std::size_t task; (task = next.fetch_add(1, std::memory_order_relaxed)) < tasks;) fn(arg, task);
  }

  void Help() {
    unsigned long long seen = 0;
    std::unique_lock<std::mutex> lock(mutex);
    for (;;) {
      started.wait(lock, [&] { return stopping || job != seen; });
      if (stopping) return;
      seen = job;
      lock.unlock();
      Work();
      lock.lock();
      if (--busy == 0) finished.notify_one();
    }
  }

  void Run(std::size_t job_tasks, void (*job_fn)(void* arg, std::size_t task), void* job_arg) {
    {
      std::lock_guard<std::mutex> lock(mutex);
      fn = job_fn;
      arg = job_arg;
      tasks = job_tasks;
      next.store(0, std::memory_order_relaxed);
      busy = helpers.size();
      ++job;
    }
    started.notify_all();
    Work();
    std::unique_lock<std::mutex> lock(mutex);
    finished.wait(lock, [&] { return busy == 0; });
  }
};

ThreadPool::ThreadPool(int threads) : state_(new (std::nothrow) State) {
  if (!state_) return;
  try {
    for (int i = 1; i < threads; ++i) state_->helpers.emplace_back([state = state_.get()] { state->Help(); });
  } catch (const std::system_error&) {  // no more threads to be had: work with those that started
  } catch (const std::bad_alloc&) {
  }
}

ThreadPool::~ThreadPool() {
  if (!state_) return;
  {
    std::lock_guard<std::mutex> lock(state_->mutex);
    state_->stopping = true;
  }
  state_->started.notify_all();
  for (std::thread& helper : state_->helpers) helper.join();
}

Parallel ThreadPool::parallel() {
  if (!state_ || state_->helpers.empty()) return SerialParallel();
  const auto run = [](void* self, std::size_t tasks, void (*fn)(void* arg, std::size_t task), void* arg) {
    if (tasks == 1) return fn(arg, 0);
    static_cast<State*>(self)->Run(tasks, fn, arg);
  };
  return {run, state_.get(), static_cast<int>(state_->helpers.size()) + 1};
}

}  // namespace ssm
