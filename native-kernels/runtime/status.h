// The result of every kernel call. It holds its message in place, so making one neither allocates nor throws.
#pragma once

namespace ssm {

enum class StatusCode { kOk, kInvalidArgument, kOutOfMemory };

class [[nodiscard]] Status {
 public:
  static Status Ok();
  // printf-style; a message names the operator and the input, what was expected and what came. Cut at 223 characters.
  static Status InvalidArgument(const char* format, ...)
#if defined(__GNUC__)
      __attribute__((format(printf, 1, 2)))
#endif
      ;
  static Status OutOfMemory(const char* operator_name, unsigned long long bytes);

  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  const char* message() const { return message_; }

 private:
  StatusCode code_ = StatusCode::kOk;
  char message_[224] = {};
};

}  // namespace ssm
