// One, two or four vectors that every operation visits in turn: Vecs<1> is Vec, Vecs<2> and Vecs<4> are pairs. A function written for them puts the
// operations of several independent chains side by side, where a processor with a small window could not find them by itself.
#pragma once

#include "runtime/simd/vec.h"

namespace ssm {
namespace SSM_ISA {

template <typename V>
struct Pair {
  V a, b;
};

template <int kCount>
struct VecsOf {
  using Type = Pair<typename VecsOf<kCount / 2>::Type>;
};
template <>
struct VecsOf<1> {
  using Type = Vec;
};
template <int kCount>
using Vecs = typename VecsOf<kCount>::Type;

template <typename V>
struct VecsCount;
template <>
struct VecsCount<Vec> {
  static constexpr int kValue = 1;
};
template <typename V>
struct VecsCount<Pair<V>> {
  static constexpr int kValue = 2 * VecsCount<V>::kValue;
};
template <typename V>
constexpr int kCountOf = VecsCount<V>::kValue;

template <typename V> SSM_INLINE Pair<V> operator+(Pair<V> x, Pair<V> y) { return {x.a + y.a, x.b + y.b}; }
template <typename V> SSM_INLINE Pair<V> operator-(Pair<V> x, Pair<V> y) { return {x.a - y.a, x.b - y.b}; }
template <typename V> SSM_INLINE Pair<V> operator*(Pair<V> x, Pair<V> y) { return {x.a * y.a, x.b * y.b}; }
template <typename V> SSM_INLINE Pair<V> Fma(Pair<V> x, Pair<V> y, Pair<V> z) { return {Fma(x.a, y.a, z.a), Fma(x.b, y.b, z.b)}; }
template <typename V> SSM_INLINE Pair<V> NegFma(Pair<V> x, Pair<V> y, Pair<V> z) { return {NegFma(x.a, y.a, z.a), NegFma(x.b, y.b, z.b)}; }
template <typename V> SSM_INLINE Pair<V> DivideNear(Pair<V> x, Pair<V> y) { return {DivideNear(x.a, y.a), DivideNear(x.b, y.b)}; }
template <typename V> SSM_INLINE Pair<V> Abs(Pair<V> x) { return {Abs(x.a), Abs(x.b)}; }
template <typename V> SSM_INLINE bool AllAtMost(Pair<V> x, Pair<V> y) { return AllAtMost(x.a, y.a) && AllAtMost(x.b, y.b); }
template <typename V> SSM_INLINE Pair<V> Max(Pair<V> x, Pair<V> y) { return {Max(x.a, y.a), Max(x.b, y.b)}; }
template <typename V> SSM_INLINE Pair<V> Min(Pair<V> x, Pair<V> y) { return {Min(x.a, y.a), Min(x.b, y.b)}; }
template <typename V> SSM_INLINE Pair<V> IfLess(Pair<V> x, Pair<V> y, Pair<V> yes, Pair<V> no) {
  return {IfLess(x.a, y.a, yes.a, no.a), IfLess(x.b, y.b, yes.b, no.b)};
}
template <typename V> SSM_INLINE Pair<V> IfNan(Pair<V> x, Pair<V> yes, Pair<V> no) { return {IfNan(x.a, yes.a, no.a), IfNan(x.b, yes.b, no.b)}; }
template <int kFraction, typename V> SSM_INLINE Pair<V> ScaleByBits(Pair<V> x, Pair<V> y) {
  return {ScaleByBits<kFraction>(x.a, y.a), ScaleByBits<kFraction>(x.b, y.b)};
}
template <typename V> SSM_INLINE Pair<V> Lookup(const float* table, Pair<V> x) { return {Lookup(table, x.a), Lookup(table, x.b)}; }

// The same vector in every place.
template <typename V>
SSM_INLINE V All(Vec a) {
  if constexpr (kCountOf<V> == 1) {
    return a;
  } else {
    const auto half = All<Vecs<kCountOf<V> / 2>>(a);
    return {half, half};
  }
}
// The same number in every lane.
template <typename V>
SSM_INLINE V All(float a) { return All<V>(Set(a)); }

// The sum of the vectors.
SSM_INLINE Vec Total(Vec x) { return x; }
template <typename V> SSM_INLINE Vec Total(Pair<V> x) { return Total(x.a + x.b); }

// The largest of the vectors, lane by lane; a NaN need not show.
SSM_INLINE Vec Largest(Vec x) { return x; }
template <typename V> SSM_INLINE Vec Largest(Pair<V> x) { return Largest(Max(x.a, x.b)); }

// Vectors that lie side by side. "UpTo": of the first `count` floats; only the last vector may be cut, and holds at least one.
template <typename V>
SSM_INLINE V LoadAll(const float* p) {
  if constexpr (kCountOf<V> == 1) {
    return Load(p);
  } else {
    using Half = Vecs<kCountOf<V> / 2>;
    return {LoadAll<Half>(p), LoadAll<Half>(p + kCountOf<Half> * kWidth)};
  }
}
SSM_INLINE void StoreAll(float* p, Vec v) { Store(p, v); }
template <typename V>
SSM_INLINE void StoreAll(float* p, Pair<V> v) {
  StoreAll(p, v.a);
  StoreAll(p + kCountOf<V> * kWidth, v.b);
}

template <typename V>
SSM_INLINE V LoadAllUpTo(const float* p, std::int64_t count) {
  if constexpr (kCountOf<V> == 1) {
    return LoadUpTo(p, count);
  } else {
    using Half = Vecs<kCountOf<V> / 2>;
    constexpr int kHalf = kCountOf<Half> * kWidth;
    if (count >= 2 * kHalf) return LoadAll<V>(p);
    return {LoadAllUpTo<Half>(p, count), LoadAllUpTo<Half>(p + kHalf, count - kHalf)};
  }
}
SSM_INLINE void StoreAllUpTo(float* p, Vec v, std::int64_t count) { StoreUpTo(p, v, count); }
template <typename V>
SSM_INLINE void StoreAllUpTo(float* p, Pair<V> v, std::int64_t count) {
  constexpr int kHalf = kCountOf<V> * kWidth;
  if (count >= 2 * kHalf) return StoreAll(p, v);
  StoreAllUpTo(p, v.a, count);
  StoreAllUpTo(p + kHalf, v.b, count - kHalf);
}

// Each of `vectors` vectors through f, which takes any Vecs.
template <typename F>
SSM_INLINE void MapVectors(float* p, int vectors, const F& f) {
  int i = 0;
  for (; i + 4 <= vectors; i += 4) StoreAll(p + i * kWidth, f(LoadAll<Vecs<4>>(p + i * kWidth)));
  for (; i < vectors; ++i) Store(p + i * kWidth, f(Load(p + i * kWidth)));
}

}  // namespace SSM_ISA
}  // namespace ssm
