#include "runtime/validate.h"

namespace ssm {

void Validator::AtLeast(const char* name, std::int64_t value, std::int64_t least) {
  if (!status_.ok() || value >= least) return;
  status_ = Status::InvalidArgument("%s: %s must be at least %lld, got %lld", operator_name_, name, static_cast<long long>(least),
                                    static_cast<long long>(value));
}

void Validator::Divides(const char* name, std::int64_t divisor, const char* of_name, std::int64_t value) {
  if (!status_.ok() || (divisor >= 1 && value % divisor == 0)) return;
  status_ = Status::InvalidArgument("%s: %s must divide %s = %lld, got %lld", operator_name_, name, of_name,
                                    static_cast<long long>(value), static_cast<long long>(divisor));
}

void Validator::Present(const char* name, const void* tensor) {
  if (!status_.ok() || tensor) return;
  status_ = Status::InvalidArgument("%s: %s is required, got none", operator_name_, name);
}

void Validator::Rows(const char* name, const void* tensor, const Strides& strides, std::int64_t part_elements, std::int64_t parts) {
  Present(name, tensor);
  if (!status_.ok() || parts < 1 || strides.row / parts >= part_elements) return;
  const double least = static_cast<double>(part_elements) * static_cast<double>(parts);
  status_ = Status::InvalidArgument("%s: the row stride of %s must be at least %.0f, got %lld", operator_name_, name, least,
                                    static_cast<long long>(strides.row));
}

Status UnsupportedIsa(const char* operator_name, Isa isa) {
  return Status::InvalidArgument("%s: this processor or build cannot run the %s variant", operator_name, IsaName(isa));
}

}  // namespace ssm
