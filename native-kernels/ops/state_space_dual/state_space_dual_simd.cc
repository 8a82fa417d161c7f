// StateSpaceDual. Long inputs: lanes along the channels of a head, several time steps at each visit to the state. Short ones: lanes along the
// state as it lies in memory, so that nothing is rearranged. See README.md for the derivation.
#include "ops/state_space_dual/state_space_dual.h"
#include "ops/state_space_dual/state_space_dual_plan.h"
#include "runtime/simd/math.h"
#include "runtime/simd/transpose.h"
#include "runtime/simd/walk.h"
#include "runtime/work_space.h"

namespace ssm {
namespace SSM_ISA {
namespace {

constexpr int kStrip = 2;  // channel vectors, at most, that share one broadcast of B and C
constexpr int kShort = 5;       // an input of fewer steps is short
constexpr int kRows = 4;        // channels of a short input at once
constexpr int kCacheLine = 16;  // floats

// One head of one batch item.
struct Head {
  Walk<const float> x, z, dt, B, C;
  Walk<float> y;
  const float* h0;  // [P, N] or null
  float* h;         // [P, N] or null
  float* packed;    // work space for the state, [vectors, N, kWidth] or [P, N]
  float A, dt_bias, D;
};

// What one task computes of a batch item: some vectors of some heads.
struct Share {
  std::int64_t batch;
  std::int64_t first_head, last_head;      // last: one past
  std::int64_t first_vector, last_vector;  // of each of these heads
};

// Where a strip of a tile begins.
struct Place {
  std::int64_t t;
  std::int64_t vector;
};

// Channel vectors of a strip here: where 512 bits are two operations, one has enough of them.
int StripVectors() { return kWidth == 16 && HalvesWideVectors() ? 1 : kStrip; }

// One strip of a tile, kTile rows of one or kStrip vectors. Rows of a tensor may lie a power of two apart and then evict each other from the nearest cache, so
// each of them is touched once only and what is needed again is kept here.
struct Strip {
  alignas(64) float x[kTile * kStrip * kWidth];
  alignas(64) float y[kTile * kStrip * kWidth];
};

// The channels that are wanted next, counted from the head in work.
struct Ahead {
  std::int64_t t;
  std::int64_t channel;
  std::int64_t count;
};

class Dual {
 public:
  // state: [batch, heads, vectors, N, kWidth]; logs: one for each of the vectors of each head.
  Dual(const StateSpaceDualParams& p, std::int64_t vectors, int strip, float* state, double* logs)
      : p_(p), vectors_(vectors), strip_(strip), state_(state), logs_(logs) {}

  void Run(const Share& share) const {
    const FlushDenormals flush;
    if (p_.length < kShort) {
      for (std::int64_t k = share.first_head; k < share.last_head; ++k) RunShort(share, HeadAt(share.batch, k));
    } else {
      RunLong(share);
    }
  }

 private:
  Head HeadAt(std::int64_t b, std::int64_t k) const {
    const std::int64_t bk = b * p_.heads + k, channel = k * p_.channels, group = k / (p_.heads / p_.groups) * p_.state;
    const auto walk = [&](auto* tensor, const Strides& strides, std::int64_t offset) {
      return WalkOf(tensor ? tensor + offset : nullptr, strides, b, p_.length, p_.reverse);
    };
    const std::int64_t state = bk * p_.channels * p_.state;
    return {walk(p_.x, p_.x_stride, channel),
            walk(p_.z, p_.z_stride, channel),
            walk(p_.dt, p_.dt_stride, k),
            walk(p_.B, p_.B_stride, group),
            walk(p_.C, p_.C_stride, group),
            walk(p_.y, p_.y_stride, channel),
            p_.h0 ? p_.h0 + state : nullptr,
            p_.h ? p_.h + state : nullptr,
            state_ + bk * vectors_ * p_.state * kWidth,
            p_.A[k],
            p_.dt_bias ? p_.dt_bias[k] : 0.0f,
            p_.D ? p_.D[k] : 0.0f};
  }

  std::int64_t Left(std::int64_t vector) const { return p_.channels - vector * kWidth; }

  // All heads of a tile before the next tile: they read the same B and C.
  void RunLong(const Share& share) const {
    for (std::int64_t k = share.first_head; k < share.last_head; ++k) {
      ReadState(HeadAt(share.batch, k), share);
      Log(share, k) = 0.0;
    }
    for (std::int64_t t = 0; t < p_.length; t += kTile) {
      const int rows = static_cast<int>(Least<std::int64_t>(kTile, p_.length - t));
      const bool whole_tile_follows = t + 2 * kTile <= p_.length;
      for (std::int64_t k = share.first_head; k < share.last_head; ++k) {
        const Head head = HeadAt(share.batch, k);
        Plan plan;
        ReadSteps(head.dt, t, rows, head.A, head.dt_bias, p_.dt_softplus, plan);
        Log(share, k) = MakePlan(rows, Log(share, k), plan);
        for (std::int64_t v = share.first_vector; v < share.last_vector;) {
          const int width = v + strip_ <= share.last_vector ? strip_ : 1;
          const Place here{t, v};
          Place next{t, v + width};
          std::int64_t next_head = k;
          if (next.vector == share.last_vector) {
            next.vector = share.first_vector;
            next_head = k + 1;
          }
          if (next_head == share.last_head) {
            next.t = whole_tile_follows ? t + rows : t;
            next_head = share.first_head;
          }
          const Ahead ahead{next.t, (next_head - k) * p_.channels + next.vector * kWidth, Least<std::int64_t>(strip_ * kWidth, Left(next.vector))};
          if (width == kStrip) {
            RunStrip<kStrip>(head, here, ahead, rows, plan);
          } else {
            RunStrip<1>(head, here, ahead, rows, plan);
          }
          v += width;
        }
      }
    }
    for (std::int64_t k = share.first_head; k < share.last_head; ++k) WriteState(HeadAt(share.batch, k), share, Log(share, k));
  }

  double& Log(const Share& share, std::int64_t head) const { return logs_[(share.batch * p_.heads + head) * vectors_ + share.first_vector]; }

  void ReadState(const Head& head, const Share& share) const {
    const std::int64_t N = p_.state, block = kWidth * N;
    for (std::int64_t v = share.first_vector; v < share.last_vector; ++v) {
      if (head.h0) {
        RowsToLanes(head.h0 + v * block, Left(v), N, head.packed + v * block);
      } else {
        for (std::int64_t i = 0; i < block; i += kWidth) Store(head.packed + v * block + i, Set(0.0f));
      }
    }
  }

  void WriteState(const Head& head, const Share& share, double log) const {
    if (!head.h) return;
    const std::int64_t N = p_.state, block = kWidth * N;
    const Vec scale = Exp2(Set(static_cast<float>(log)));
    for (std::int64_t v = share.first_vector; v < share.last_vector; ++v) {
      for (float* at = head.packed + v * block; at < head.packed + (v + 1) * block; at += kWidth) Store(at, Load(at) * scale);
      LanesToRows(head.packed + v * block, Left(v), N, head.h + v * block);
    }
  }

  template <int kVectors>
  void RunStrip(const Head& head, Place place, Ahead ahead, int rows, const Plan& plan) const {
    Strip strip;
    const float* x = head.x.Row(place.t) + place.vector * kWidth;
    for (int r = 0; r < rows; ++r, x += head.x.step) StoreAll(strip.x + r * kVectors * kWidth, LoadAllUpTo<Vecs<kVectors>>(x, Left(place.vector)));
    for (int r = 0; r < rows; r += plan.steps[r]) {
      for (int s = 0; s < plan.steps[r]; ++s) PrefetchRow(head, ahead, r + s);
      if (plan.steps[r] == kSteps) {
        if (plan.folds[r]) {
          RunBlock<kVectors, kSteps, true>(head, place, r, plan, strip);
        } else {
          RunBlock<kVectors, kSteps, false>(head, place, r, plan, strip);
        }
      } else if (plan.folds[r]) {
        RunBlock<kVectors, 1, true>(head, place, r, plan, strip);
      } else {
        RunBlock<kVectors, 1, false>(head, place, r, plan, strip);
      }
    }
    Finish<kVectors>(head, place, rows, strip);
  }

  // Rows of a strip lie a whole tensor row apart, too far for the processor to foresee: asks for the next strip while this one is in work.
  SSM_INLINE_MEMBER void PrefetchRow(const Head& head, Ahead ahead, int r) const {
    for (std::int64_t channel = ahead.channel; channel < ahead.channel + ahead.count; channel += kCacheLine) {
      Prefetch(head.x.Row(ahead.t + r) + channel);
      if (p_.z) Prefetch(head.z.Row(ahead.t + r) + channel);
      Prefetch(head.y.Row(ahead.t + r) + channel);
    }
  }

  // kCount steps from row r of the tile on, into strip.y.
  template <int kVectors, int kCount, bool kFold>
  void RunBlock(const Head& head, Place place, int r, const Plan& plan, Strip& strip) const {
    const std::int64_t N = p_.state;
    const float *B[kCount], *C[kCount];
    Vec drive[kCount][kVectors], y[kCount][kVectors];
    for (int s = 0; s < kCount; ++s) {
      B[s] = head.B.Row(place.t + r + s);
      C[s] = head.C.Row(place.t + r + s);
      for (int i = 0; i < kVectors; ++i) {
        drive[s][i] = Set(plan.gain[r + s]) * Load(strip.x + ((r + s) * kVectors + i) * kWidth);
        y[s][i] = Set(0.0f);
      }
    }
    const Vec fold = Set(plan.fold[r]);
    float* const h = head.packed + place.vector * N * kWidth;
    for (std::int64_t n = 0; n < N; ++n) {
      Vec h_n[kVectors];
      for (int i = 0; i < kVectors; ++i) {
        h_n[i] = Load(h + (i * N + n) * kWidth);
        if (kFold) h_n[i] = h_n[i] * fold;
      }
      for (int s = 0; s < kCount; ++s) {
        const Vec B_n = Set(B[s][n]), C_n = Set(C[s][n]);
        for (int i = 0; i < kVectors; ++i) {
          h_n[i] = Fma(drive[s][i], B_n, h_n[i]);
          y[s][i] = Fma(C_n, h_n[i], y[s][i]);
        }
      }
      for (int i = 0; i < kVectors; ++i) Store(h + (i * N + n) * kWidth, h_n[i]);
    }
    for (int s = 0; s < kCount; ++s) {
      for (int i = 0; i < kVectors; ++i) Store(strip.y + ((r + s) * kVectors + i) * kWidth, Set(plan.scale[r + s]) * y[s][i]);
    }
  }

  // Skip and gate of kVectors vectors, from strip.y into y.
  template <int kVectors>
  void Finish(const Head& head, Place place, int rows, Strip& strip) const {
    using V = Vecs<kVectors>;
    constexpr int kRow = kVectors * kWidth;
    const std::int64_t channel = place.vector * kWidth, left = Left(place.vector);
    const V skip = All<V>(head.D);
    const float* z = p_.z ? head.z.Row(place.t) + channel : nullptr;
    float* to = head.y.Row(place.t) + channel;
    for (int r = 0; r < rows; ++r, to += head.y.step) {
      V y = LoadAll<V>(strip.y + r * kRow);
      if (p_.D) y = Fma(skip, LoadAll<V>(strip.x + r * kRow), y);
      if (z) {
        y = y * Silu(LoadAllUpTo<V>(z, left));
        z += head.z.step;
      }
      StoreAllUpTo(to, y, left);
    }
  }

  void RunShort(const Share& share, const Head& head) const {
    const int rows = static_cast<int>(p_.length);
    Plan plan;
    ReadSteps(head.dt, 0, rows, head.A, head.dt_bias, p_.dt_softplus, plan);
    Exp2Tile(plan.log_decay, plan.scale);
    for (std::int64_t v = share.first_vector; v < share.last_vector; ++v) {
      Strip strip;
      const std::int64_t channels = Least<std::int64_t>(kWidth, Left(v));
      for (int r = 0; r < rows; ++r) {
        Store(strip.x + r * kWidth, LoadUpTo(head.x.Row(r) + v * kWidth, channels));
        Store(strip.y + r * kWidth, Set(0.0f));
      }
      for (std::int64_t lane = 0; lane < channels;) {
        const std::int64_t at = (v * kWidth + lane) * p_.state;
        float* const state = (head.h ? head.h : head.packed) + at;
        ReadRows(head.h0 ? head.h0 + at : nullptr, Least<std::int64_t>(kRows, channels - lane), state);
        if (lane + kRows <= channels) {
          RunRows<kRows>(head, rows, plan, state, strip, static_cast<int>(lane));
          lane += kRows;
        } else {
          RunRows<1>(head, rows, plan, state, strip, static_cast<int>(lane));
          lane += 1;
        }
      }
      Finish<1>(head, {0, v}, rows, strip);
    }
  }

  // `from`, null for zeros, may be `state`.
  void ReadRows(const float* from, std::int64_t rows, float* state) const {
    if (from == state) return;
    for (std::int64_t i = 0; i < rows * p_.state; ++i) state[i] = from ? from[i] : 0.0f;
  }

  // All steps of kCount channels, which begin at `lane` of the strip; `state` is [kCount, N].
  template <int kCount>
  void RunRows(const Head& head, int rows, const Plan& plan, float* state, Strip& strip, int lane) const {
    const std::int64_t N = p_.state;
    for (int r = 0; r < rows; ++r) {
      const float* const B = head.B.Row(r);
      const float* const C = head.C.Row(r);
      const Vec decay = Set(plan.scale[r]);
      Vec drive[kCount], y[kCount];
      for (int i = 0; i < kCount; ++i) {
        drive[i] = Set(plan.dt[r] * strip.x[r * kWidth + lane + i]);
        y[i] = Set(0.0f);
      }
      for (std::int64_t n = 0; n < N; n += kWidth) {
        const Vec B_n = LoadUpTo(B + n, N - n), C_n = LoadUpTo(C + n, N - n);
        for (int i = 0; i < kCount; ++i) {
          const Vec h = Fma(decay, LoadUpTo(state + i * N + n, N - n), drive[i] * B_n);
          StoreUpTo(state + i * N + n, h, N - n);
          y[i] = Fma(C_n, h, y[i]);
        }
      }
      for (int i = 0; i < kCount; ++i) strip.y[r * kWidth + lane + i] = Sum(y[i]);
    }
  }

  const StateSpaceDualParams& p_;
  std::int64_t vectors_;
  int strip_;
  float* state_;
  double* logs_;  // c of Plan, of each head of each share
};

}  // namespace

Status RunStateSpaceDual(const StateSpaceDualParams& p, const Parallel& parallel) {
  SetLastIsa(kIsa);
  const std::int64_t vectors = (p.channels + kWidth - 1) / kWidth;
  const WorkSpace state(p.batch * p.heads, vectors, p.state, kWidth);
  const WorkSpace logs(p.batch * p.heads, vectors, sizeof(double) / sizeof(float));
  const WorkSpace* const spaces[] = {&state, &logs};
  for (const WorkSpace* space : spaces) {
    if (!space->data()) return Status::OutOfMemory("StateSpaceDual", space->bytes());
  }
  const int strip = StripVectors();
  const Dual dual(p, vectors, strip, state.data(), reinterpret_cast<double*>(logs.data()));

  // Threads share a batch item by heads and, where those are few, by strips; two shares a thread so that a delayed thread holds up little.
  const std::int64_t strips = (vectors + strip - 1) / strip;
  const std::int64_t wanted = parallel.threads > 1 ? (2 * parallel.threads + p.batch - 1) / p.batch : 1;
  const std::int64_t head_parts = Least(p.heads, wanted);
  const std::int64_t strip_parts = Least(strips, (wanted + head_parts - 1) / head_parts);
  const auto task = [&](std::size_t index) {
    const std::int64_t i = static_cast<std::int64_t>(index);
    const std::int64_t part = i % strip_parts, head = i / strip_parts % head_parts, b = i / strip_parts / head_parts;
    dual.Run({b, p.heads * head / head_parts, p.heads * (head + 1) / head_parts, strips * part / strip_parts * strip,
              Least(strips * (part + 1) / strip_parts * strip, vectors)});
  };
  ParallelFor(parallel, static_cast<std::size_t>(p.batch * head_parts * strip_parts), task);
  return Status::Ok();
}

}  // namespace SSM_ISA
}  // namespace ssm
