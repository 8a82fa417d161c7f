// What a call computes from A, B, C, dt and D alone, laid out for vectors of one width; a host may keep it when these never change. Everything is derived in
// double precision. NW and EW are N and E rounded up to whole panels, kPanel vectors.
#pragma once

#include <cstdint>
#include <memory>

#include "ops/diagonal_state_space/diagonal_state_space.h"
#include "runtime/work_space.h"

namespace ssm {

inline constexpr int kDiagonalAhead = 4;      // steps at each visit to the state of a bank
inline constexpr int kDiagonalPanel = 2;      // vectors that share one broadcast in a product of matrices
inline constexpr int kDiagonalFewOutputs = 4;  // up to so many outputs are sums along the state

// Vectors of a bank's state (one for each n, lanes along channels), counted in vectors from the beginning of that state.
struct BankCoefficients {
  static constexpr int kRead = 0;                    // Re, -Im of b C a^(j+1), j = 0 .. 3
  static constexpr int kPower = 2 * kDiagonalAhead;  // Re, Im of a^j, j = 1 .. 4
  static constexpr int kCount = 4 * kDiagonalAhead;
};

// Vectors of a single channel (one for each kWidth states), counted in vectors.
struct ChannelCoefficients {
  static constexpr int kRead = 0;                       // Re, -Im of C a^(j+1), j = 0 .. 3
  static constexpr int kDrive = 2 * kDiagonalAhead;     // Re, Im of b B a^j, j = 0 .. 3
  static constexpr int kPole = 4 * kDiagonalAhead;      // Re, Im of a
  static constexpr int kPower = 4 * kDiagonalAhead + 2; // Re, Im of a^4
  static constexpr int kCount = 4 * kDiagonalAhead + 4;
};

class DiagonalPlan {
 public:
  // `width`: floats in a vector. data() is null when memory is refused.
  DiagonalPlan(const DiagonalStateSpaceParams& params, int width);

  bool ok() const { return space_.data() != nullptr; }
  unsigned long long bytes() const { return space_.bytes(); }
  int width() const { return width_; }
  std::int64_t drive_parts() const { return drive_parts_; }
  std::int64_t padded_state() const { return padded_state_; }      // NW
  std::int64_t padded_outputs() const { return padded_outputs_; }  // EW
  bool exact() const { return exact_; }                            // the low parts of the poles are all zero

  // Bank, for a vector of channels: first the answer of the present and the last 3 inputs to 1, [kDiagonalAhead, width], D in the first; then for each
  // state BankCoefficients, [N, kCount, width].
  const float* bank(std::int64_t vector) const { return space_.data() + vector * (kDiagonalAhead + BankCoefficients::kCount * state_) * width_; }
  // One channel: the answer of the present and the last 3 outputs to an input of 1, D in the first, [kDiagonalAhead]; and its coefficients, [NW / width, kCount, width].
  const float* answer() const { return space_.data(); }
  const float* channel() const { return space_.data() + width_ * kDiagonalAhead; }
  // Shared: Re, Im of the poles, then what float32 cuts off them, [4, NW].
  const float* poles() const { return space_.data(); }
  // Shared: b B in panels of columns, [drive_parts NW / (kPanel width), D, kPanel width]; first all real parts.
  const float* drive() const { return space_.data() + drive_at_; }
  // Shared: Re C, -Im C. Few outputs: rows [E, c_parts, NW]. Else panels of columns, [EW / (kPanel width), c_parts NW, kPanel width].
  const float* read() const { return space_.data() + read_at_; }

 private:
  std::int64_t Size(const DiagonalStateSpaceParams& params) const;
  void PackChannel(const DiagonalStateSpaceParams& params);
  void PackBank(const DiagonalStateSpaceParams& params);
  void PackShared(const DiagonalStateSpaceParams& params);

  int width_;
  std::int64_t state_, drive_parts_, padded_state_, padded_outputs_, drive_at_, read_at_;
  bool exact_ = true;
  WorkSpace space_;
};

// InvalidArgument and OutOfMemory as DiagonalStateSpace says; x, y, h0 and h may be missing, and the length is free.
Status MakeDiagonalPlan(const DiagonalStateSpaceParams& params, Isa isa, std::unique_ptr<DiagonalPlan>* plan);

}  // namespace ssm
