#include "runtime/parallel.h"

namespace ssm {

Parallel SerialParallel() {
  const auto run = [](void*, std::size_t tasks, void (*fn)(void* arg, std::size_t task), void* arg) {
    for (std::size_t task = 0; task < tasks; ++task) fn(arg, task);
  };
  return {run, nullptr, 1};
}

}  // namespace ssm
