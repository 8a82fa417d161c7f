// The checks that every operator makes on its parameters before it touches memory.
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"
#include "runtime/status.h"
#include "runtime/strides.h"

namespace ssm {

// Keeps the first failure; its message names the operator, the input, what was expected and what came.
class Validator {
 public:
  explicit Validator(const char* operator_name) : operator_name_(operator_name) {}

  void AtLeast(const char* name, std::int64_t value, std::int64_t least);
  void Divides(const char* name, std::int64_t divisor, const char* of_name, std::int64_t value);
  void Present(const char* name, const void* tensor);
  // A tensor whose rows hold `parts` times `part_elements` each, a product that may overflow: present, and rows do not overlap.
  void Rows(const char* name, const void* tensor, const Strides& strides, std::int64_t part_elements, std::int64_t parts = 1);

  const Status& status() const { return status_; }

 private:
  const char* operator_name_;
  Status status_ = Status::Ok();
};

Status UnsupportedIsa(const char* operator_name, Isa isa);

}  // namespace ssm
