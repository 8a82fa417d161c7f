#include "runtime/step_queue.h"

namespace ssm {

StepQueue::StepQueue(std::int64_t items, std::int64_t steps) : items_(items), steps_(steps), next_(items, sizeof(std::int64_t) / sizeof(float)) {
  for (std::int64_t item = 0; next_.data() && item < items; ++item) *At(item) = 0;
}

StepQueue::~StepQueue() = default;

std::int64_t* StepQueue::At(std::int64_t item) const { return reinterpret_cast<std::int64_t*>(next_.data()) + item; }

bool StepQueue::Take(Step* step) {
  const std::lock_guard<std::mutex> lock(mutex_);
  *step = {0, steps_};
  for (std::int64_t item = 0; item < items_; ++item) {
    const std::int64_t next = *At(item);
    if (next >= 0 && next < step->step) *step = {item, next};
  }
  if (step->step == steps_) return false;
  *At(step->item) = -1;
  return true;
}

void StepQueue::Finish(const Step& step) {
  const std::lock_guard<std::mutex> lock(mutex_);
  *At(step.item) = step.step + 1;
}

}  // namespace ssm
