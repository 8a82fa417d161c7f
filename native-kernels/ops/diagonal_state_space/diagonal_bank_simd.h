// A bank: lanes along channels, each state visited once in kDiagonalAhead steps. See README.md. For inclusion by diagonal_state_space_simd.cc.
#pragma once

#include "ops/diagonal_state_space/diagonal_plan.h"
#include "runtime/simd/transpose.h"
#include "runtime/simd/walk.h"

namespace ssm {
namespace SSM_ISA {

class Bank {
 public:
  Bank(const DiagonalStateSpaceParams& p, const DiagonalPlan& plan) : p_(p), plan_(plan) {}

  // All steps of one batch item's vector of channels; `state` is work space, [N, 2, kWidth].
  void Run(std::int64_t b, std::int64_t vector, float* state) const {
    const std::int64_t channel = vector * kWidth, left = p_.inputs - channel, at = (b * p_.groups + channel) * 2 * p_.state;
    if (p_.h0) {
      RowsToLanes(p_.h0 + at, left, 2 * p_.state, state);
    } else {
      for (std::int64_t i = 0; i < 2 * p_.state; ++i) Store(state + i * kWidth, Set(0.0f));
    }
    const Walk<const float> x = WalkOf(p_.x ? p_.x + channel : nullptr, p_.x_stride, b, p_.length, p_.reverse);
    const Walk<float> y = WalkOf(p_.y ? p_.y + channel : nullptr, p_.y_stride, b, p_.length, p_.reverse);
    for (std::int64_t t = 0; t < p_.length; t += kTile) {
      const int rows = static_cast<int>(Least<std::int64_t>(kTile, p_.length - t));
      Tile tile;
      for (int r = 0; r < rows; ++r) Store(tile.x + r * kWidth, LoadUpTo(x.Row(t + r), left));
      const float* coefficients = plan_.bank(vector);
      AnswerInputs(coefficients, rows, tile);
      coefficients += kDiagonalAhead * kWidth;
      for (std::int64_t n = 0; n < p_.state; ++n) RunState(coefficients + n * BankCoefficients::kCount * kWidth, state + n * 2 * kWidth, rows, tile);
      for (int r = 0; r < rows; ++r) StoreUpTo(y.Row(t + r), Load(tile.y + r * kWidth), left);
    }
    if (p_.h) LanesToRows(state, left, 2 * p_.state, p_.h + at);
  }

 private:
  static constexpr int kTile = 64;  // steps between two visits to the same state
  struct Tile {
    alignas(64) float x[kTile * kWidth];
    alignas(64) float y[kTile * kWidth];
  };

  // What y owes to the inputs of its own block of steps; the state before the block comes later.
  static void AnswerInputs(const float* answer, int rows, Tile& tile) {
    Vec k[kDiagonalAhead];
    for (int j = 0; j < kDiagonalAhead; ++j) k[j] = Load(answer + j * kWidth);
    int r = 0;
    for (; r + kDiagonalAhead <= rows; r += kDiagonalAhead) {
      for (int j = 0; j < kDiagonalAhead; ++j) {
        Vec y = k[0] * Load(tile.x + (r + j) * kWidth);
        for (int i = 1; i <= j; ++i) y = Fma(k[i], Load(tile.x + (r + j - i) * kWidth), y);
        Store(tile.y + (r + j) * kWidth, y);
      }
    }
    for (; r < rows; ++r) Store(tile.y + r * kWidth, k[0] * Load(tile.x + r * kWidth));
  }

  // Adds one state's part to the tile and moves the state on.
  static void RunState(const float* coefficients, float* state, int rows, Tile& tile) {
    Vec read_re[kDiagonalAhead], read_im[kDiagonalAhead], re[kDiagonalAhead + 1], im[kDiagonalAhead + 1];
    for (int j = 0; j < kDiagonalAhead; ++j) {
      read_re[j] = Load(coefficients + (BankCoefficients::kRead + 2 * j) * kWidth);
      read_im[j] = Load(coefficients + (BankCoefficients::kRead + 2 * j + 1) * kWidth);
      re[j + 1] = Load(coefficients + (BankCoefficients::kPower + 2 * j) * kWidth);
      im[j + 1] = Load(coefficients + (BankCoefficients::kPower + 2 * j + 1) * kWidth);
    }
    Vec h_re = Load(state), h_im = Load(state + kWidth);
    const float* x = tile.x;
    float* y = tile.y;
    int r = 0;
    for (; r + kDiagonalAhead <= rows; r += kDiagonalAhead, x += kDiagonalAhead * kWidth, y += kDiagonalAhead * kWidth) {
      Vec next_re = Load(x + (kDiagonalAhead - 1) * kWidth), next_im = Set(0.0f);
      for (int j = 1; j < kDiagonalAhead; ++j) {
        const Vec x_j = Load(x + (kDiagonalAhead - 1 - j) * kWidth);
        next_re = Fma(re[j], x_j, next_re);
        next_im = j == 1 ? im[j] * x_j : Fma(im[j], x_j, next_im);
      }
      for (int j = 0; j < kDiagonalAhead; ++j) Store(y + j * kWidth, Fma(read_im[j], h_im, Fma(read_re[j], h_re, Load(y + j * kWidth))));
      next_re = NegFma(im[kDiagonalAhead], h_im, Fma(re[kDiagonalAhead], h_re, next_re));
      next_im = Fma(re[kDiagonalAhead], h_im, Fma(im[kDiagonalAhead], h_re, next_im));
      h_re = next_re;
      h_im = next_im;
    }
    for (; r < rows; ++r, x += kWidth, y += kWidth) {
      Store(y, Fma(read_im[0], h_im, Fma(read_re[0], h_re, Load(y))));
      const Vec next_re = NegFma(im[1], h_im, Fma(re[1], h_re, Load(x)));
      h_im = Fma(re[1], h_im, im[1] * h_re);
      h_re = next_re;
    }
    Store(state, h_re);
    Store(state + kWidth, h_im);
  }

  const DiagonalStateSpaceParams& p_;
  const DiagonalPlan& plan_;
};

}  // namespace SSM_ISA
}  // namespace ssm
