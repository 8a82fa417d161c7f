#include "runtime/status.h"

#include <cstdarg>
#include <cstdio>

namespace ssm {

Status Status::Ok() { return Status(); }

Status Status::InvalidArgument(const char* format, ...) {
  Status status;
  status.code_ = StatusCode::kInvalidArgument;
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(status.message_, sizeof status.message_, format, arguments);
  va_end(arguments);
  return status;
}

Status Status::OutOfMemory(const char* operator_name, unsigned long long bytes) {
  Status status;
  status.code_ = StatusCode::kOutOfMemory;
  std::snprintf(status.message_, sizeof status.message_, "%s: %llu bytes of work space were refused", operator_name, bytes);
  return status;
}

}  // namespace ssm
