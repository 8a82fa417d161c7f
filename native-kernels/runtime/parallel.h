// How an operator asks its host for threads: ONNX Runtime's own pool, ssm::ThreadPool, or none.
#pragma once

#include <cstddef>

namespace ssm {

struct Parallel {
  // Calls fn(arg, task) once for every task in [0, tasks), in any order and on any thread, and returns when all are done.
  void (*run)(void* self, std::size_t tasks, void (*fn)(void* arg, std::size_t task), void* arg);
  void* self;
  int threads;  // how many tasks can run at once, at least 1: operators cut their work by it
};

// Runs every task on the calling thread.
Parallel SerialParallel();

// body(std::size_t task), which must neither throw nor change what it captured by value.
template <typename Body>
void ParallelFor(const Parallel& parallel, std::size_t tasks, const Body& body) {
  const auto call = [](void* arg, std::size_t task) { (*static_cast<const Body*>(arg))(task); };
  parallel.run(parallel.self, tasks, call, const_cast<Body*>(&body));
}

}  // namespace ssm
