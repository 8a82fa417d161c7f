// What the fuzz targets share: choices made from bytes, memory that ends where a tensor ends, and the comparison with the reference.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/dispatch.h"
#include "runtime/parallel.h"
#include "runtime/status.h"
#include "runtime/strides.h"
#include "tests/random.h"

namespace ssm_fuzz {

// Each call of a target may do as much as this many elements' worth: keeps it in the milliseconds.
inline constexpr std::int64_t kMostWork = 20'000;

// The fuzzer's bytes, read as choices; zeros behind their end.
class Choices {
 public:
  Choices(const std::uint8_t* bytes, std::size_t size) : bytes_(bytes), left_(size) {}

  std::int64_t Below(std::int64_t bound) { return Byte() % bound; }
  bool Coin() { return Byte() & 1; }
  bool Rarely() { return Byte() == 255; }  // zeros, so the end of the bytes, never choose it
  // Around the widths of vectors, 0 and 1.
  std::int64_t Size();
  std::uint64_t Seed();

 private:
  std::uint8_t Byte() { return left_ == 0 ? 0 : (--left_, *bytes_++); }
  const std::uint8_t* bytes_;
  std::size_t left_;
};

// The tensors of one call, each allocated alone so that a sanitizer sees the first element behind it.
class Tensors {
 public:
  explicit Tensors(Choices* choices) : choices_(choices), random_(choices->Seed()) {}

  // Values from `low` to `high`; sometimes one of them is a NaN, an infinity, huge or denormal.
  float* Dense(std::int64_t elements, float low = -1, float high = 1);
  // Null in half of the cases.
  float* Optional(std::int64_t elements) { return choices_->Coin() ? Dense(elements) : nullptr; }
  // [batch, rows, width] with unused elements behind rows and items, or the same item for the whole batch.
  float* Rows(std::int64_t batch, std::int64_t rows, std::int64_t width, ssm::Strides* strides);

  // Whether results can be told: huge and denormal numbers overflow and vanish in floats, not in doubles.
  bool comparable() const { return comparable_; }

 private:
  Choices* choices_;
  ssm_test::Random random_;
  std::vector<std::unique_ptr<float[]>> memory_;
  bool comparable_ = true;
};

// One output, computed twice. Memory that is not written keeps its first value in both.
class Output {
 public:
  explicit Output(std::int64_t elements);
  float* expected() { return expected_.get(); }
  float* actual() { return actual_.get(); }
  void Reset();
  // Ends the process with a message where a result that the reference has is finite and the other differs.
  void Compare(const char* what, const char* isa) const;

 private:
  std::int64_t elements_;
  std::unique_ptr<float[]> expected_, actual_;
};

// Threads that live as long as the process.
ssm::Parallel SharedThreads(std::int64_t threads);

[[noreturn]] void Fail(const char* format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 1, 2)))
#endif
    ;

// The targets: one call of an operator each.
void FuzzOperators(const std::uint8_t* bytes, std::size_t size);  // through its row for hosts: any shapes, attributes, values
void FuzzStrides(const std::uint8_t* bytes, std::size_t size);    // through its parameters: sliced and broadcast tensors, sizes and strides that are wrong

}  // namespace ssm_fuzz
