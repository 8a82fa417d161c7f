#include "ops/operator.h"
#include "ops/wkv/wkv.h"

namespace ssm {
namespace {

// What both versions have in common; s0 is the input behind the last of a step.
WkvParams ParamsOf(const OperatorCall& call, WkvVersion version, int s0) {
  WkvParams params;
  params.version = version;
  params.batch = call.size['B'];
  params.length = call.size['L'];
  params.heads = call.size['H'];
  params.channels = call.size['N'];
  params.r = call.inputs[0];
  params.w = call.inputs[1];
  params.k = call.inputs[2];
  params.v = call.inputs[3];
  params.s0 = call.inputs[s0];
  params.y = call.outputs[0];
  params.s = call.outputs[1];
  params.reverse = call.attributes[0] != 0;
  params.SetContiguous();
  return params;
}

Status Compute6(const OperatorCall& call, const Parallel& parallel, Isa isa) {
  WkvParams params = ParamsOf(call, WkvVersion::kRwkv6, 5);
  params.u = call.inputs[4];
  return Wkv(params, parallel, isa);
}

Status Compute7(const OperatorCall& call, const Parallel& parallel, Isa isa) {
  WkvParams params = ParamsOf(call, WkvVersion::kRwkv7, 6);
  params.kappa = call.inputs[4];
  params.a = call.inputs[5];
  return Wkv(params, parallel, isa);
}

constexpr const char* kStep = "B L H N";
constexpr const char* kState = "B H N N";

}  // namespace

const Operator& Wkv6Operator() {
  static const Operator op = {
      "Wkv6", {{"r", kStep}, {"w", kStep}, {"k", kStep}, {"v", kStep}, {"u", "H N"}, {"s0", kState, true}}, {{"y", kStep}, {"s", kState, true}}, {{"reverse"}}, Compute6};
  return op;
}

const Operator& Wkv7Operator() {
  static const Operator op = {"Wkv7",
                              {{"r", kStep}, {"w", kStep}, {"k", kStep}, {"v", kStep}, {"kappa", kStep}, {"a", kStep}, {"s0", kState, true}},
                              {{"y", kStep}, {"s", kState, true}},
                              {{"reverse"}},
                              Compute7};
  return op;
}

}  // namespace ssm
