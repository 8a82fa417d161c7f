// Scratch memory of one operator call.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ssm {

// Floats on a 64-byte boundary, uninitialised; refused memory leaves data() null. Kernels allocate before they start their tasks, so a task
// cannot fail.
class WorkSpace {
 public:
  // The product of the factors is the count; a product beyond the address space counts as refused. Factors are not negative.
  WorkSpace(std::int64_t a, std::int64_t b = 1, std::int64_t c = 1, std::int64_t d = 1);
  ~WorkSpace();
  WorkSpace(const WorkSpace&) = delete;
  WorkSpace& operator=(const WorkSpace&) = delete;

  float* data() const { return data_; }
  unsigned long long bytes() const { return bytes_; }  // as asked for, for the error message

 private:
  float* data_ = nullptr;
  unsigned long long bytes_ = sizeof(float);
};

}  // namespace ssm
