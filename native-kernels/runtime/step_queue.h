// Work that threads share step by step: items, the steps of each of which follow one another.
#pragma once

#include <mutex>

#include "runtime/parallel.h"
#include "runtime/work_space.h"

namespace ssm {

struct Step {
  std::int64_t item, step;
};

// Hands out the next step of the item that is furthest behind, so that a delayed thread holds up one item, and no longer than until it ends its step.
class StepQueue {
 public:
  StepQueue(std::int64_t items, std::int64_t steps);
  ~StepQueue();

  const WorkSpace& space() const { return next_; }  // the queue works only where it was granted

  // False when no step is left but what others have in hand and what follows that.
  bool Take(Step* step);
  void Finish(const Step& step);

 private:
  std::int64_t* At(std::int64_t item) const;

  const std::int64_t items_, steps_;
  const WorkSpace next_;  // the next step of each item; negative while one is in hand
  std::mutex mutex_;
};

// body(item, step) for every step of every item.
template <typename Body>
void ParallelSteps(const Parallel& parallel, StepQueue& queue, const Body& body) {
  const auto thread = [&](std::size_t) {
    for (Step step; queue.Take(&step); queue.Finish(step)) body(step.item, step.step);
  };
  ParallelFor(parallel, static_cast<std::size_t>(parallel.threads), thread);
}

}  // namespace ssm
